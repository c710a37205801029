"""A small school whose journal has something of everything: made, changed, taken back, looked at."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from kqdesk import school as homes
from kqdesk.backup.keeper import Keeper
from kqdesk.desk.desk import Desk, Seat
from kqdesk.rooms.office.actions import add_staff
from kqdesk.rooms.people.actions import add_person, edit_person, remove_person, reveal_person
from kqdesk.rooms.places.actions import add_village
from kqdesk.school import NewSchool, School
from kqdesk.security.kdf import CHEAPEST
from kqdesk.security.roles import Role
from tests.conftest import Clock
from tests.people.rows import WANG

PASSWORD = "溪南村口老樟树第三棵"
NEW = NewSchool("330603008", "兰亭街道成校", "沈月琴", Role.HEADMASTER, PASSWORD, township_code="330603008")


@dataclass
class Ground:
    """The open home, its clock, and the ids of whom the tests speak."""

    school: School
    clock: Clock
    code: str
    mao: str = ""
    guo: str = ""

    @property
    def store(self):
        return self.school.store

    @property
    def boss(self) -> str:
        return self.school.staff.id

    def act(self, action, /, actor: str = "", **kw):
        """One act, a minute later."""
        self.clock.forward(minutes=1)
        return self.store.run(action, actor or self.boss, **kw).value


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """A closed home of 10 entries: founding, a village, a colleague, two people, a change, an undo, a look, a deletion."""
    clock = Clock()
    school, code = homes.make(tmp_path_factory.mktemp("told") / "home", NEW, clock=clock, profile=CHEAPEST)
    made = Ground(school, clock, code)
    made.act(add_village, name="溪南村", township_code="330603008")
    made.guo = made.act(add_staff, name="章国平", role=Role.AUDITOR)
    made.mao = made.act(
        add_person, fields={"name": "王阿毛", "phone": "13812345678", "id_number": WANG, "village": "溪南村"}
    )
    other = made.act(add_person, fields={"name": "李夏明"})
    made.act(edit_person, person_id=made.mao, changes={"phone": "13988887777", "address": "谢坞村12号"})
    clock.forward(minutes=1)
    made.store.undo(made.boss)
    made.act(edit_person, person_id=made.mao, changes={"village": "谢坞村"})
    made.act(reveal_person, person_id=made.mao)
    made.act(remove_person, person_id=other)
    school.close()
    return made


@pytest.fixture
def ground(told: Ground, tmp_path: Path) -> Iterator[Ground]:
    """A copy of that home, open, half an hour later."""
    home, clock = tmp_path / "home", Clock(told.clock.now)
    shutil.copytree(told.school.layout.home, home, ignore=shutil.ignore_patterns("ballast"))
    clock.forward(minutes=30)
    school = homes.open_with_password(home, who="沈月琴", password=PASSWORD, clock=clock, profile=CHEAPEST)
    yield replace(told, school=school, clock=clock)
    school.close()


@pytest.fixture
def seated(qapp, ground: Ground) -> Iterator[Desk]:
    """The headmaster's desk over that home."""
    school = ground.school
    keeper = Keeper(school.layout, school.key, ground.clock)
    seat = Seat(ground.boss, "沈月琴", Role.HEADMASTER.label, school.signer, school.issuer, keeper=keeper)
    desk = Desk(ground.store, seat, attachments=school.attachments)
    yield desk
    desk.close()
