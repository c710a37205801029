"""A small district: two township schools that walked the demo's story, and the hub that has their rows by real rounds."""

import shutil
from argparse import Namespace
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlalchemy import MetaData

from kqdesk.cli import demo_district
from kqdesk.cli.call import Call
from kqdesk.hub.counter import Counter
from kqdesk.hub_app import OpenHub, open_hub
from kqdesk.rooms.places.rules import townships
from kqdesk.security.kdf import CHEAPEST
from kqdesk.security.roles import Role
from kqdesk.store.hub_tables import hub_metadata
from tests.conftest import Clock
from tests.hub.browser import Browser

PASSWORD = "兰亭的柳树一共有三百棵"
OFFICER, LOOKER = demo_district.OFFICER, "只看数字的人"
TOWNS = townships()[:2]
FIRST, SECOND = (town.code for town in TOWNS)


@dataclass(frozen=True)
class World:
    """Where the demo lies, and when it was made."""

    folder: Path
    now: datetime


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Made once: the first school has not been heard of for three days."""
    folder, now = tmp_path_factory.mktemp("district"), datetime.now(UTC)
    call = Call(environ={}, clock=lambda: now, profile=CHEAPEST)
    with (
        patch.object(demo_district, "townships", lambda: TOWNS),
        patch.object(demo_district, "QUIET", 1),
        patch("kqdesk.cli.demo_district_pages.shutil.which", lambda name: None),
    ):
        demo_district.run_district(call, Namespace(people=40, seed=1), folder, PASSWORD)
    return World(folder, now)


@cache
def _hub_tables(desk: MetaData, *, postgres: bool) -> MetaData:
    """Derived once a run instead of once a hub: half a second each."""
    return hub_metadata(desk, postgres=postgres)


@contextmanager
def opened(world: World, folder: Path) -> Iterator[OpenHub]:
    """The hub of that world in a folder of its own."""
    shutil.copytree(world.folder / "hub", folder)
    with ExitStack() as held:
        # no longer than the opening: hubs of other tests derive theirs
        with patch("kqdesk.hub_app.hub_metadata", _hub_tables):
            made = held.enter_context(open_hub(folder, clock=Clock(world.now), environ={}, profile=CHEAPEST))
        yield made


@pytest.fixture(scope="session")
def still(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenHub]:
    """A hub in which nobody writes."""
    with opened(world, tmp_path_factory.mktemp("still") / "hub") as made:
        yield made


@pytest.fixture(scope="session")
def looking(still: OpenHub) -> Browser:
    """沈建国 there."""
    return signed_in(still)


@pytest.fixture(scope="session")
def counter(still: OpenHub) -> Counter:
    """What pages stand on, there."""
    return still.counter()


@pytest.fixture
def hub(world: World, tmp_path: Path) -> Iterator[OpenHub]:
    """A hub to write in."""
    with opened(world, tmp_path / "hub") as made:
        yield made


def signed_in(hub: OpenHub, name: str = OFFICER) -> Browser:
    """An officer at the pages; ``LOOKER`` may not open names."""
    if name != OFFICER:
        hub.officers.put(name, PASSWORD, Role.AUDITOR)
    browser = Browser(hub.app())
    assert browser.send("/sign-in", name=name, password=PASSWORD).status_code == 303
    return browser


@pytest.fixture
def officer(hub: OpenHub) -> Browser:
    """沈建国 of the district."""
    return signed_in(hub)
