"""A new PC of a school that has a hub: an invitation makes a home here, everything comes by itself, she sets her password.

Nothing secret travels: this PC has its own data key, file keys and recovery sheet, and she her own signing key on it.
Until everything has come the home is one being made, so a PC switched off in between starts anew; asked again with the
same ``Joiner`` it goes on with the same invitation.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from secrets import randbits

from kqdesk.backup.ballast import HomeWatch
from kqdesk.backup.container import sync_folder
from kqdesk.kernel.disk import atomic_write, refuse_unsuitable
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.homelock import HomeLock
from kqdesk.kernel.places import HomeLayout, home_layout
from kqdesk.kernel.progress import Progress
from kqdesk.kernel.resources import migrations_folder
from kqdesk.rooms.office.actions import come_to_station
from kqdesk.rooms.office.queries import StaffRow, staff_list
from kqdesk.school import opening
from kqdesk.school.home import Clock, School, guard
from kqdesk.school.membership import Wire, clean_url, drive, write_membership
from kqdesk.security import keychange, keyfile
from kqdesk.security.kdf import PRODUCTION, Profile
from kqdesk.security.keyfile import Opened
from kqdesk.security.roles import Role
from kqdesk.security.signing import Signer
from kqdesk.store import migrations
from kqdesk.store.head import Ending
from kqdesk.store.ids import Ids
from kqdesk.store.store import Store
from kqdesk.sync import line as lines
from kqdesk.sync.client import Client
from kqdesk.sync.invitation import read_code
from kqdesk.sync.line import Address, Line, Membership

NOBODY = "“{school}”的操作人名单里没有“{name}”。名单里有：{names}。请照名单上的姓名填；没有您，就请校长先在“设置 · 操作人”里添加。"
EMPTY = "“{school}”在数据站上还没有数据。请先在学校原来的电脑上同步一次，再来加入。"
BROKE = "数据还没有收全，线路断了。请检查网络，再点一次；邀请码不用换。"
_FOR_NOW = "加入中"


@dataclass(frozen=True)
class Coming:
    """What the joining page asks."""

    url: str
    code: str
    person: str
    password: str


class Joiner:
    """One attempt to join from this PC; ask again after a break, it keeps its key."""

    def __init__(
        self,
        home: Path,
        *,
        clock: Clock,
        profile: Profile = PRODUCTION,
        rng: Random | None = None,
        dial: Callable[[Membership], Wire] | None = None,
    ) -> None:
        self._home, self._clock, self._profile = home, clock, profile
        self._rng = rng or Random(randbits(128))
        self._dial = dial or (lambda who: Line(who, clock=clock))
        self._signer = Signer.fresh()

    def join(self, coming: Coming, progress: Progress) -> tuple[School, str]:
        """The open home with her at the desk, and this PC's recovery code to print. Nothing stays when it fails."""
        layout = home_layout(self._home)
        if layout.exists:
            raise UserError(opening.ALREADY)
        refuse_unsuitable(self._home)
        opening.refuse_weak(coming.password, coming.person)
        invitation = read_code(coming.code)
        progress.step(0, 0, "正在联系数据站")
        address = Address(clean_url(coming.url), invitation.fingerprint)
        who = lines.enrol(address, invitation, signer=self._signer, name=opening.machine_name())
        with opening.locked(layout, who.school_name, self._clock) as lock:
            try:
                with opening.disk_told(self._home):
                    layout.unmake()
                    atomic_write(layout.making, b"")
                    made = self._made(layout, who, coming, lock, progress)
                    layout.making.unlink()
                    sync_folder(layout.home)
                    return made
            except BaseException:
                with suppress(OSError):
                    layout.unmake()
                raise

    def _made(
        self, layout: HomeLayout, who: Membership, coming: Coming, lock: HomeLock, progress: Progress
    ) -> tuple[School, str]:
        ids = Ids(self._clock, self._rng)
        home_id, nobody = ids.new(), ids.new()
        opened, code = keyfile.create(
            layout.keys, home_id=home_id, who=nobody, name=_FOR_NOW, password=coming.password, now=self._clock(),
            profile=self._profile,
        )  # fmt: skip
        store = self._store(layout, opened, who, home_id)
        try:
            school = School(layout, opened.key, store, _stranger(nobody), opened.signer, lock)
            school.make_file_keys()
            write_membership(school, who)
            self._fetch(school, who, progress)
            school = self._seat(school, coming, who)
            keychange.remove_person(layout.keys, key=opened.key, who=nobody)
        except BaseException:
            store.close()
            raise
        return school, code

    def _store(self, layout: HomeLayout, opened: Opened, who: Membership, home_id: str) -> Store:
        head = opening.head_file(layout, opened.key, home_id)
        key, version = opened.key.raw_pragma, migrations.latest(migrations_folder())
        Store.create(
            layout.database, key, school=who.school, station=who.station, home_id=home_id, version=version
        )
        head.reset(Ending(0, b""))
        watch = HomeWatch(layout, head)
        return Store(layout.database, key, clock=self._clock, rng=self._rng, guard=guard(), watch=watch)

    def _fetch(self, school: School, who: Membership, progress: Progress) -> None:
        wire = self._dial(who)
        client = Client(school.store, self._clock, self._rng, school.attachments)
        try:
            told = drive(client.round(), wire, progress)
        finally:
            wire.close()
        if told.broke:
            raise UserError(wire.trouble or BROKE)

    def _seat(self, school: School, coming: Coming, who: Membership) -> School:
        """Her row of the staff list, a slot in the key file of this PC, her new key on record."""
        with school.store.reading() as session:
            here = staff_list(session, with_left=False)
        if not here:
            raise UserError(EMPTY.format(school=who.school_name))
        mine = next((row for row in here if row.name == coming.person.strip()), None)
        if mine is None:
            names = "、".join(row.name for row in here)
            raise UserError(NOBODY.format(school=who.school_name, name=coming.person, names=names))
        signer = keychange.add_person(
            school.layout.keys, key=school.key, who=mine.id, name=mine.name, password=coming.password,
            now=self._clock(), profile=self._profile,
        )  # fmt: skip
        school.store.run(come_to_station, mine.id, public_key=signer.public.hex())
        return replace(school, staff=mine, signer=signer)


def _stranger(who: str) -> StaffRow:
    """Nobody yet: the staff list has not come."""
    return StaffRow(who, _FOR_NOW, Role.TRAINER, sees_full_ids=False, left_on=None, has_key=False)
