"""A hub on this machine's own port, and two homes that joined it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kqdesk import school as homes
from kqdesk.kernel.progress import Quiet
from kqdesk.rooms.office.actions import add_staff
from kqdesk.rooms.people.actions import add_person
from kqdesk.school.joining import Coming, Joiner
from kqdesk.school.syncing import Syncing
from kqdesk.security.kdf import CHEAPEST
from kqdesk.security.roles import Role
from tests.conftest import Clock
from tests.people.rows import WANG
from tests.sync_desk.homes import FIRST, NEW, SECOND, Pc, World, opened
from tests.sync_desk.hubs import LiveHub, live_hub, now


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The school's PC founded it, 章国平 came with a new one; 王阿毛 is on the roster."""
    folder, clock = tmp_path_factory.mktemp("world"), Clock(now())
    with live_hub(folder / "hub") as hub:
        school, _ = homes.make(folder / "first", NEW, clock=clock, profile=CHEAPEST)
        pc = Pc(school, Syncing(school))
        pc.act(add_staff, name="章国平", role=Role.HEADMASTER)
        fields = {"name": "王阿毛", "phone": "13812345678", "id_number": WANG, "village": "溪南村"}
        mao = pc.act(add_person, fields=fields)
        pc.syncing.join(hub.url, hub.invite(), Quiet())
        pc.sync()
        coming = Coming(hub.url, hub.invite(), "章国平", SECOND)
        Joiner(folder / "second", clock=clock, profile=CHEAPEST).join(coming, Quiet())[0].close()
        school.close()
    return World(folder, mao)


@pytest.fixture
def clock() -> Clock:
    """The true time, because a hub's certificate is of today."""
    return Clock(now())


@pytest.fixture
def mao(world: World) -> str:
    """王阿毛."""
    return world.mao


@pytest.fixture
def hub(world: World, tmp_path: Path) -> Iterator[LiveHub]:
    """The hub of that world, on another port."""
    shutil.copytree(world.folder / "hub", tmp_path / "hub-home")
    with live_hub(tmp_path / "hub-home") as made:
        yield made


@pytest.fixture
def first(world: World, tmp_path: Path, clock: Clock, hub: LiveHub) -> Iterator[Pc]:
    """The school's PC; 沈月琴 sits there."""
    pc = opened(world, tmp_path, "first", FIRST, clock, hub)
    yield pc
    pc.school.close()


@pytest.fixture
def second(world: World, tmp_path: Path, clock: Clock, hub: LiveHub) -> Iterator[Pc]:
    """The new PC; the headmaster sits there."""
    pc = opened(world, tmp_path, "second", SECOND, clock, hub)
    yield pc
    pc.school.close()
