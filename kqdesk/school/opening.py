"""A home is made once (``make``), then opened with a password or with the printed recovery code."""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from secrets import randbits

import sqlcipher3.dbapi2 as driver
from sqlalchemy.exc import DatabaseError

import kqdesk.schema  # noqa: F401 -- every table must be known before a home is made or opened
from kqdesk.backup import making, restoring, rotating
from kqdesk.backup.ballast import HomeWatch
from kqdesk.backup.container import sync_folder
from kqdesk.backup.policy import Reason
from kqdesk.kernel.clock import clock_fault
from kqdesk.kernel.disk import atomic_write, disk_fault, refuse_read_only, refuse_unsuitable
from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.kernel.homelock import HomeLock
from kqdesk.kernel.places import HomeLayout, home_layout
from kqdesk.kernel.resources import migrations_folder
from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.office.actions import found_school, record_key
from kqdesk.rooms.office.actions.care import note_accepted, note_restored
from kqdesk.rooms.office.queries import staff_card
from kqdesk.school.home import Clock, NewSchool, School, guard
from kqdesk.security import keychange, keyfile
from kqdesk.security.datakey import DataKey
from kqdesk.security.kdf import PRODUCTION, Profile
from kqdesk.security.keyfile import Opened
from kqdesk.security.lockout import Lockout
from kqdesk.security.passwords import weakness
from kqdesk.security.signing import Signer
from kqdesk.store import engine, migrations
from kqdesk.store.head import Comparison, Ending, HeadFile, Standing, expect_left
from kqdesk.store.ids import Ids
from kqdesk.store.store import Store

NO_HOME = "这里还没有学校数据。请先新建学校；命令行可用 --home 指到放数据的文件夹。"
ALREADY = "这里已经有一份学校数据，不能再新建。请换一个文件夹，或直接打开它。"
LEFT = "您的账号已停用，不能登录。请找校长。"


def make(
    home: Path, new: NewSchool, *, clock: Clock, rng: Random | None = None, profile: Profile = PRODUCTION
) -> tuple[School, str]:
    """Make a home with its first person; returns it open, and the recovery code to print."""
    layout = home_layout(home)
    if layout.exists:
        raise UserError(ALREADY)
    refuse_unsuitable(home)
    refuse_weak(new.password, new.person)
    rng = rng or Random(randbits(128))
    with locked(layout, new.name, clock) as lock:
        try:
            with disk_told(home):
                layout.unmake()  # what a kill in the middle of an earlier making left
                atomic_write(layout.making, b"")
                made = _made(layout, new, lock, clock, rng, profile)
                layout.making.unlink()
                sync_folder(layout.home)
                return made
        except BaseException:
            with suppress(OSError):
                layout.unmake()  # nothing half-made stays behind
            raise


@contextmanager
def disk_told(home: Path) -> Iterator[None]:
    """What the disk refuses while a home is made, as a sentence."""
    try:
        yield
    except OSError as wrong:
        raise disk_fault(wrong, home) from wrong
    except (DatabaseError, driver.DatabaseError) as wrong:
        told = engine.disk_words(str(getattr(wrong, "orig", wrong)))
        if told is None:
            raise
        raise told from wrong


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
    head = head_file(layout, opened.key, home_id)
    key = opened.key.raw_pragma
    version = migrations.latest(migrations_folder())
    Store.create(
        layout.database, key, school=new.code, station=machine_name(), home_id=home_id, version=version
    )
    head.reset(Ending(0, b""))
    watch = HomeWatch(layout, head)
    store = Store(layout.database, key, clock=clock, rng=rng, guard=guard(), watch=watch)
    _found(store, new, staff_id, opened.signer)
    school = seated(layout, opened, store, lock, staff_id)
    school.make_file_keys()
    return school, code


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
    with locked(layout, title, clock) as lock:
        tries.begin(who)
        opened = keyfile.open_with_password(
            layout.keys, who=who, password=password, fits=fits(layout), profile=profile
        )
        tries.succeed(who)
        return _opened(layout, opened, lock, clock, accept_older=accept_older)


def open_with_recovery(home: Path, *, code: str, clock: Clock, title: str = "kqdesk") -> School:
    """Open with the printed code: as the headmaster, or whoever leads here; to set a new password."""
    layout = _existing(home)
    with locked(layout, title, clock) as lock:
        opened = keyfile.open_with_recovery(layout.keys, code=code, fits=fits(layout))
        return _opened(layout, opened, lock, clock)


def recover(
    home: Path, *, code: str, who: str, name: str, password: str, clock: Clock, profile: Profile = PRODUCTION
) -> School:
    """Forgotten password: the printed code opens the home and gives ``who`` a new one, with a new personal key."""
    refuse_weak(password, name)
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


def people(home: Path) -> list[tuple[str, str]]:
    """(id, name) of everybody who can sign in; needs no password."""
    return [(slot.who, slot.name) for slot in keyfile.look(_existing(home).keys).people()]


def refuse_weak(password: str, name: str) -> None:
    """UserError with the reason when the password will not do."""
    sentence = weakness(password, known=(name,))
    if sentence:
        raise UserError(sentence)


def _existing(home: Path) -> HomeLayout:
    layout = home_layout(home)
    if layout.restoring.exists():  # a kill broke a restore off: it was decided, so it is finished first
        with locked(layout, "kqdesk 恢复", lambda: datetime.now(UTC)) as lock:
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
def locked(layout: HomeLayout, title: str, clock: Clock) -> Iterator[HomeLock]:
    """The home's lock; given back when what is done under it fails."""
    with disk_told(layout.home):
        layout.prepare()
    refuse_read_only(layout.home)
    lock = HomeLock(layout.lock, title=title, now=clock())
    lock.take()
    try:
        yield lock
    except BaseException:
        lock.release()
        raise


def fits(layout: HomeLayout) -> Callable[[DataKey], bool]:
    """Whether a key opens this home's database: it settles which copy of the key file is the true one."""

    def opens(key: DataKey) -> bool:
        try:
            engine.connect(layout.database, key.raw_pragma()).close()
        except UserError:
            return False
        return True

    return opens


@dataclass(frozen=True)
class Found:
    """What a look inside gave, before anything is written."""

    head: HeadFile
    version: int
    standing: Comparison
    notices: tuple[str, ...]

    @property
    def is_other(self) -> bool:
        """Somebody chose to go on with data that is not what was left."""
        return self.standing.standing in (Standing.BEHIND, Standing.FORKED)


def look_inside(layout: HomeLayout, key: DataKey, *, now: datetime, accept_older: bool = False) -> Found:
    """Is this the database that was left, and is it later now than then? ``OtherThanLeft`` when it is another."""
    with closing(engine.connect(layout.database, key.raw_pragma())) as raw:
        home_id = making.measure_home(raw)
        rotating.settle(layout, key, home_id)
        head = head_file(layout, key, home_id)
        standing = expect_left(raw, head, accept_older=accept_older)
        newest = raw.execute("SELECT max(at) FROM journal_entry").fetchone()[0]
        last = datetime.fromisoformat(newest) if newest else None
        told = (standing.sentence if standing.standing is Standing.MISSING else "", clock_fault(now, last))
        version = int(raw.execute("PRAGMA user_version").fetchone()[0])
        return Found(head, version, standing, tuple(filter(None, told)))


def _opened(
    layout: HomeLayout, opened: Opened, lock: HomeLock, clock: Clock, *, accept_older: bool = False
) -> School:
    if not layout.database.exists():
        raise UserError(
            "找不到学校的数据文件 school.db，只有钥匙文件在。请从备份恢复，或把数据文件放回原处。"
        )
    found = look_inside(layout, opened.key, now=clock(), accept_older=accept_older)
    if found.version < migrations.latest(migrations_folder()):
        making.make(layout, opened.key, reason=Reason.UPDATE, now=clock())
    keep = layout.backups / f"before-upgrade-{clock():%Y%m%d-%H%M%S}.db"
    migrations.bring_up_to_date(
        layout.database, opened.key.raw_pragma, migrations_folder(), now=clock(), keep=keep
    )
    watch = HomeWatch(layout, found.head)
    store = Store(layout.database, opened.key.raw_pragma, clock=clock, guard=guard(), watch=watch)
    try:
        school = replace(seated(layout, opened, store, lock, opened.slot.who), notices=found.notices)
        school.make_file_keys()
        _journal(school, found)
    except BaseException:
        store.close()
        raise
    return school


def _journal(school: School, found: Found) -> None:
    """What was done while no journal was open: a restore, and going on with older data."""
    note = restoring.sync_waits(school.layout)
    if note and not note.get("journaled"):
        made = datetime.fromisoformat(str(note["made"])).astimezone(CHINA)
        source, entries = str(note["from"]), int(note["entries"])
        actor = str(note.get("by") or school.staff.id)
        school.store.run(
            note_restored,
            _known(school, actor),
            source=source,
            made=f"{made:%Y-%m-%d %H:%M}",
            entries=entries,
        )
        restoring.mark_journaled(school.layout, note)
    elif found.is_other:
        school.store.run(note_accepted, school.staff.id, lost=found.standing.lost)


def _known(school: School, actor: str) -> str:
    """Who restored, if the data that was restored knows her; else who opens it."""
    with school.store.reading() as session:
        card = staff_card(session, actor)
    return actor if card is not None and card.left_on is None else school.staff.id


def head_file(layout: HomeLayout, key: DataKey, home_id: str) -> HeadFile:
    """The head file of a home under its data key."""
    return HeadFile(layout.head, key.subkey("mac"), home_id)


def seated(layout: HomeLayout, opened: Opened, store: Store, lock: HomeLock, who: str) -> School:
    """The open home with ``who`` at the desk; NotAllowed when she left the school."""
    with store.reading() as session:
        card = staff_card(session, who)
    if card is None or card.left_on is not None:
        raise NotAllowed(LEFT)
    return School(layout, opened.key, store, card, opened.signer, lock, must_change=opened.slot.must_change)


def machine_name() -> str:
    """What this PC calls itself."""
    return socket.gethostname()[:32] or "pc"
