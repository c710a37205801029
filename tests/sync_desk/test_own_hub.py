"""One of the school's own PCs as its hub: a real child process, another PC that joins it, and its end with the window."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from kqdesk import school as homes
from kqdesk.kernel.progress import Quiet
from kqdesk.rooms.people.actions import add_person
from kqdesk.school.joining import Coming, Joiner
from kqdesk.school.own_hub import OwnHub
from kqdesk.school.syncing import Syncing
from kqdesk.security.kdf import CHEAPEST
from tests.conftest import Clock
from tests.sync_desk.homes import NEW, SECOND, Pc


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def pc(tmp_path: Path, clock: Clock) -> Iterator[Pc]:
    """A school without a hub."""
    school, _ = homes.make(tmp_path / "first", NEW, clock=clock, profile=CHEAPEST)
    own = OwnHub(school.layout.home / "hub", port=free_port(), listen="127.0.0.1")
    yield Pc(school, Syncing(school, own=own))
    own.stop()
    school.close()


def test_this_pc_becomes_the_schools_hub_and_the_next_one_joins(pc: Pc, tmp_path: Path, clock: Clock) -> None:
    pc.act(add_person, fields={"name": "王阿毛"})
    invite = pc.syncing.become_hub(Quiet())
    numbers = pc.syncing.numbers()
    coming = Coming(pc.syncing.own.local_url(), invite.code, "沈月琴", SECOND)
    school, _ = Joiner(tmp_path / "second", clock=clock, profile=CHEAPEST).join(coming, Quiet())
    second = Pc(school, Syncing(school))
    second.act(add_person, fields={"name": "李夏明"})
    second.sync()

    came = pc.sync()
    second.school.close()
    running = pc.syncing.own.is_running
    pc.syncing.own.stop()

    assert (numbers.unsent, numbers.own_hub != "", numbers.station.endswith(".1")) == (0, True, True)
    assert came.received >= 1
    assert (running, pc.syncing.own.is_running, pc.syncing.own.is_made) == (True, False, True)
    with pc.school.store.reading() as session:
        names = session.connection().exec_driver_sql("SELECT name FROM person ORDER BY name").scalars().all()
    assert sorted(names) == ["李夏明", "王阿毛"]
