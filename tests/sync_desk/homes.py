"""Two homes that joined one hub, closed and copied for each test; what tests do at them."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from kqdesk import school as homes
from kqdesk.desk.exchange import Round
from kqdesk.kernel.progress import Quiet
from kqdesk.rooms.exchange.queries import ConflictRow, open_conflicts
from kqdesk.rooms.people.model import Person
from kqdesk.school import NewSchool, School
from kqdesk.school.membership import read_membership, write_membership
from kqdesk.school.syncing import Syncing
from kqdesk.security.kdf import CHEAPEST
from kqdesk.security.roles import Role
from tests.conftest import Clock
from tests.sync_desk.hubs import NAME, SCHOOL, LiveHub

FIRST, SECOND = "溪南村口老樟树第三棵", "谢坞村后山的茶叶很香"
NEW = NewSchool(SCHOOL, NAME, "沈月琴", Role.CLERK, FIRST, township_code=SCHOOL)


@dataclass
class Pc:
    """One PC: the open home and its sync."""

    school: School
    syncing: Syncing

    def sync(self) -> Round:
        """One round."""
        return self.syncing.sync(Quiet())

    def act(self, action, /, **kw):
        """One act of whoever sits there."""
        return self.school.store.run(action, self.school.staff.id, **kw).value

    def person(self, row_id: str) -> Person:
        with self.school.store.reading() as session:
            found = session.get(Person, row_id)
            assert found is not None
            session.expunge(found)
            return found

    def conflicts(self) -> list[ConflictRow]:
        with self.school.store.reading() as session:
            return open_conflicts(session)

    def faults(self) -> tuple[str | None, str | None]:
        return self.school.store.verify_chain(), self.school.store.verify_rows()


@dataclass(frozen=True)
class World:
    """A hub's folder and two closed homes that joined it and have the same; copied for each test."""

    folder: Path
    mao: str


def opened(world: World, tmp_path: Path, name: str, password: str, clock: Clock, hub: LiveHub) -> Pc:
    """A copy of one of the homes, open, that knows the hub's port of today."""
    shutil.copytree(world.folder / name, tmp_path / name, ignore=shutil.ignore_patterns("ballast", "backups"))
    (who, _), *_ = homes.people(tmp_path / name)
    school = homes.open_with_password(
        tmp_path / name, who=who, password=password, clock=clock, profile=CHEAPEST
    )
    member = read_membership(school)
    assert member is not None
    write_membership(school, replace(member, url=hub.url))
    return Pc(school, Syncing(school))
