"""A town that is settled: made once a run, copied for each test that asks for it."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from kqdesk.store.store import Store
from tests.conftest import CLERK, KEY, Clock
from tests.matching.town import Town, settle


@pytest.fixture(scope="session")
def settled(template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Town]:
    """A closed home with the town in it, and its ids."""
    path = tmp_path_factory.mktemp("town") / "school.db"
    shutil.copy(template, path)
    store = Store(path, lambda: KEY, clock=Clock(), rng=Random(3))
    town = settle(store, CLERK)
    store.close()
    return path, town


@pytest.fixture
def store(request: pytest.FixtureRequest, template: Path, tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """The empty school, or the town for who asks for ``town``."""
    source = template
    if "town" in request.fixturenames:
        source, _ = request.getfixturevalue("settled")
    path = tmp_path / "home" / "school.db"
    path.parent.mkdir()
    shutil.copy(source, path)
    opened = Store(path, lambda: KEY, clock=clock, rng=Random(7))
    yield opened
    opened.close()


@pytest.fixture
def town(settled: tuple[Path, Town]) -> Town:
    """Five people who were asked, one course offered in the evenings."""
    return settled[1]
