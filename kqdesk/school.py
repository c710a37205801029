"""One school's home, opened: lock, key, tables, guard. The window and the command line both come in by here.

No Qt. A home is made once (``make``), then opened with a password or with the printed recovery code.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from secrets import randbits

import kqdesk.schema  # noqa: F401 -- every table must be known before a home is made or opened
from kqdesk.backup import ballast, making, restoring, shelf
from kqdesk.backup.ballast import HomeWatch
from kqdesk.backup.container import Container
from kqdesk.backup.policy import Reason, due
from kqdesk.kernel.disk import disk_fault, refuse_read_only, refuse_unsuitable
from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.kernel.homelock import HomeLock
from kqdesk.kernel.places import HomeLayout, home_layout
from kqdesk.kernel.resources import migrations_folder, resource
from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.office.actions import found_school, record_key
from kqdesk.rooms.office.queries import StaffRow, rights_guard, staff_card
from kqdesk.security import keychange, keyfile, vault
from kqdesk.security.attachment_cipher import attachment_cipher
from kqdesk.security.datakey import DataKey
from kqdesk.security.guard import Rights
from kqdesk.security.kdf import PRODUCTION, Profile
from kqdesk.security.keyfile import Opened
from kqdesk.security.lockout import Lockout
from kqdesk.security.passwords import weakness
from kqdesk.security.roles import Role
from kqdesk.security.signing import Signer
from kqdesk.store import engine, migrations
from kqdesk.store.attachments import Attachments
from kqdesk.store.head import Ending, HeadFile, expect_left
from kqdesk.store.ids import Ids
from kqdesk.store.store import Guard, Store

NO_HOME = "这里还没有学校数据。请先新建学校；命令行可用 --home 指到放数据的文件夹。"
ALREADY = "这里已经有一份学校数据，不能再新建。请换一个文件夹，或直接打开它。"
LEFT = "您的账号已停用，不能登录。请找校长。"
Clock = Callable[[], datetime]


@dataclass
class School:
    """An open home. ``close`` lets go of the file, wipes the key and gives the lock back."""

    layout: HomeLayout
    key: DataKey
    store: Store
    staff: StaffRow
    signer: Signer | None  # the person's own; None when the home was opened with the recovery code
    lock: HomeLock
    must_change: bool = False  # her password was given by somebody else: she sets her own first
    notices: tuple[str, ...] = ()
    """What the opening found that must be told once: a warning, not a refusal."""

    @property
    def attachments(self) -> Attachments:
        """Photos and scans of this home."""
        return Attachments(self.layout.attachments, attachment_cipher(self.key))

    def back_up(self, reason: Reason) -> Container:
        """A verified backup of this moment; UserError when it cannot be made."""
        return making.make(self.layout, self.key, reason=reason, now=self.store.clock())

    def keep_ballast(self) -> bool:
        """Make the file that is given back on a full disk, when there is room; a second's work, so not at opening."""
        return ballast.keep(self.layout.ballast)

    def look_after(self) -> Container | None:
        """What a home in use needs now and then: the ballast, and a backup when one is due (which is returned)."""
        self.keep_ballast()
        good = [one for one in shelf.backups_in(self.layout.backups) if one.manifest and not one.fault]
        last = good[0].manifest if good else None
        changed = last is None or last.entries != self.store.position()
        now = self.store.clock()
        reason = due(now.astimezone(CHINA), last.made_at if last else None, changed=changed)
        if reason is None:
            return None
        made = self.back_up(reason)
        shelf.tidy(self.layout, now)
        return made

    def expect_restorer(self) -> None:
        """NotAllowed unless this person may put a backup in place of the school's data."""
        if self.staff.role not in (Role.HEADMASTER, Role.CLERK):
            raise NotAllowed("恢复备份要由校长或教务来做。")

    def issuer(self) -> Signer:
        """The school's certificate key from the vault; made the first time it is needed."""
        path = self.layout.vault / "issuer"
        home_id = self.store.home_id
        if path.exists():
            return Signer(vault.unseal(self.key, path.read_bytes(), home_id=home_id, name="issuer"))
        fresh = Signer.fresh()
        self.layout.vault.mkdir(mode=0o700, exist_ok=True)
        path.write_bytes(vault.seal(self.key, fresh.seed, home_id=home_id, name="issuer"))
        return fresh

    def close(self) -> None:
        """Repeating is harmless."""
        self.store.close()
        self.key.wipe()
        self.lock.release()


@dataclass(frozen=True)
class NewSchool:
    """What the first-run page asks."""

    code: str
    name: str
    person: str
    role: Role
    password: str
    township_code: str | None = None
    is_demo: bool = False


def make(
    home: Path, new: NewSchool, *, clock: Clock, rng: Random | None = None, profile: Profile = PRODUCTION
) -> tuple[School, str]:
    """Make a home with its first person; returns it open, and the recovery code to print."""
    layout = home_layout(home)
    if layout.exists:
        raise UserError(ALREADY)
    refuse_unsuitable(home)
    _refuse_weak(new.password, new.person)
    rng = rng or Random(randbits(128))
    with _locked(layout, new.name, clock) as lock:
        try:
            return _made(layout, new, lock, clock, rng, profile)
        except BaseException:
            layout.unmake()  # nothing half-made stays behind
            raise


def _made(
    layout: HomeLayout, new: NewSchool, lock: HomeLock, clock: Clock, rng: Random, profile: Profile
) -> tuple[School, str]:
    ids = Ids(clock, rng)
    staff_id, home_id = ids.new(), ids.new()
    opened, code = keyfile.create(
        layout.keys,
        home_id=home_id,
        who=staff_id,
        name=new.person,
        password=new.password,
        now=clock(),
        profile=profile,
    )
    head = _head(layout, opened.key, home_id)
    key = opened.key.raw_pragma
    version = migrations.latest(migrations_folder())
    Store.create(
        layout.database, key, school=new.code, station=_station_name(), home_id=home_id, version=version
    )
    head.reset(Ending(0, b""))
    watch = HomeWatch(layout, head)
    store = Store(layout.database, key, clock=clock, rng=rng, guard=guard(), watch=watch)
    _found(store, new, staff_id, opened.signer)
    return _school(layout, opened, store, lock, staff_id), code


def _found(store: Store, new: NewSchool, staff_id: str, signer: Signer | None) -> None:
    store.run(
        found_school,
        staff_id,
        name=new.name,
        person_name=new.person,
        role=new.role,
        township_code=new.township_code,
        public_key=signer.public.hex() if signer else None,
        is_demo=new.is_demo,
    )


def open_with_password(
    home: Path,
    *,
    who: str,
    password: str,
    clock: Clock,
    title: str = "kqdesk",
    profile: Profile = PRODUCTION,
    accept_older: bool = False,
) -> School:
    """Sign in; ``who`` is a person's id or name as ``people`` gives it. NotAllowed when it is not the password.

    accept_older: go on with a database that is older than the one that was left (else ``OtherThanLeft``).
    """
    layout = _existing(home)
    tries = Lockout(layout.tries)
    with _locked(layout, title, clock) as lock:
        tries.begin(who)
        opened = keyfile.open_with_password(
            layout.keys, who=who, password=password, fits=_fits(layout), profile=profile
        )
        tries.succeed(who)
        return _opened(layout, opened, lock, clock, accept_older=accept_older)


def open_with_recovery(home: Path, *, code: str, clock: Clock, title: str = "kqdesk") -> School:
    """Open with the printed code: as the headmaster, or whoever leads here; to set a new password."""
    layout = _existing(home)
    with _locked(layout, title, clock) as lock:
        opened = keyfile.open_with_recovery(layout.keys, code=code, fits=_fits(layout))
        return _opened(layout, opened, lock, clock)


def recover(
    home: Path, *, code: str, who: str, name: str, password: str, clock: Clock, profile: Profile = PRODUCTION
) -> School:
    """Forgotten password: the printed code opens the home and gives ``who`` a new one, with a new personal key."""
    _refuse_weak(password, name)
    opened = open_with_recovery(home, code=code, clock=clock)
    try:
        keys = opened.layout.keys
        signer = keychange.add_person(
            keys, key=opened.key, who=who, name=name, password=password, now=clock(), profile=profile
        )
        opened.store.run(record_key, opened.staff.id, staff_id=who, public_key=signer.public.hex())
        with opened.store.reading() as session:
            card = staff_card(session, who)
        if card is None or card.left_on is not None:
            raise NotAllowed(LEFT)
    except BaseException:
        opened.close()
        raise
    return replace(opened, staff=card, signer=signer)


def seat_again(school: School, *, who: str, password: str, profile: Profile = PRODUCTION) -> School:
    """The same open home with another person at the desk (or the same one back from a break)."""
    tries = Lockout(school.layout.tries)
    tries.begin(who)
    opened = keyfile.open_with_password(
        school.layout.keys, who=who, password=password, fits=_fits(school.layout), profile=profile
    )
    tries.succeed(who)
    opened.key.wipe()  # the home is open already; only the person's own key is new
    return _school(school.layout, replace(opened, key=school.key), school.store, school.lock, opened.slot.who)


def people(home: Path) -> list[tuple[str, str]]:
    """(id, name) of everybody who can sign in; needs no password."""
    return [(slot.who, slot.name) for slot in keyfile.look(_existing(home).keys).people()]


def rights() -> Rights:
    """The one authorisation table."""
    return Rights.load(resource("rights.toml"))


def guard() -> Guard:
    """Asks the table with the role the actor holds now."""
    return rights_guard(rights())


def _refuse_weak(password: str, name: str) -> None:
    sentence = weakness(password, known=(name,))
    if sentence:
        raise UserError(sentence)


def _existing(home: Path) -> HomeLayout:
    layout = home_layout(home)
    if layout.restoring.exists():  # a kill broke a restore off: it was decided, so it is finished first
        with _locked(layout, "kqdesk 恢复", lambda: datetime.now(UTC)) as lock:
            _finish(layout)
            lock.release()
    if not layout.exists:
        raise UserError(NO_HOME)
    if not layout.database.exists():
        raise UserError(engine.MISSING)
    refuse_unsuitable(home)
    return layout


def _finish(layout: HomeLayout) -> None:
    try:
        restoring.finish(layout)
    except OSError as wrong:
        raise disk_fault(wrong, layout.home) from wrong


@contextmanager
def _locked(layout: HomeLayout, title: str, clock: Clock) -> Iterator[HomeLock]:
    """The home's lock; given back when what is done under it fails."""
    layout.prepare()
    refuse_read_only(layout.home)
    lock = HomeLock(layout.lock, title=title, now=clock())
    lock.take()
    try:
        yield lock
    except BaseException:
        lock.release()
        raise


def _fits(layout: HomeLayout) -> Callable[[DataKey], bool]:
    def fits(key: DataKey) -> bool:
        try:
            engine.connect(layout.database, key.raw_pragma()).close()
        except UserError:
            return False
        return True

    return fits


def _opened(
    layout: HomeLayout, opened: Opened, lock: HomeLock, clock: Clock, *, accept_older: bool = False
) -> School:
    if not layout.database.exists():
        raise UserError(
            "找不到学校的数据文件 school.db，只有钥匙文件在。请从备份恢复，或把数据文件放回原处。"
        )
    head, notice, version = _look_inside(layout, opened.key, accept_older=accept_older)
    if version < migrations.latest(migrations_folder()):
        making.make(layout, opened.key, reason=Reason.UPDATE, now=clock())
    keep = layout.backups / f"before-upgrade-{clock():%Y%m%d-%H%M%S}.db"
    migrations.bring_up_to_date(
        layout.database, opened.key.raw_pragma, migrations_folder(), now=clock(), keep=keep
    )
    watch = HomeWatch(layout, head)
    store = Store(layout.database, opened.key.raw_pragma, clock=clock, guard=guard(), watch=watch)
    try:
        found = _school(layout, opened, store, lock, opened.slot.who)
        return replace(found, notices=(notice,) if notice else ())
    except BaseException:
        store.close()
        raise


def _head(layout: HomeLayout, key: DataKey, home_id: str) -> HeadFile:
    return HeadFile(layout.head, key.subkey("mac"), home_id)


def _look_inside(layout: HomeLayout, key: DataKey, *, accept_older: bool) -> tuple[HeadFile, str, int]:
    """Before anything is written: is this the database that was left? Gives its head, what to tell, its version."""
    with closing(engine.connect(layout.database, key.raw_pragma())) as raw:
        head = _head(layout, key, making.measure_home(raw))
        notice = expect_left(raw, head, accept_older=accept_older)
        return head, notice, int(raw.execute("PRAGMA user_version").fetchone()[0])


def _school(layout: HomeLayout, opened: Opened, store: Store, lock: HomeLock, who: str) -> School:
    with store.reading() as session:
        card = staff_card(session, who)
    if card is None or card.left_on is not None:
        raise NotAllowed(LEFT)
    return School(layout, opened.key, store, card, opened.signer, lock, must_change=opened.slot.must_change)


def _station_name() -> str:
    return socket.gethostname()[:32] or "pc"
