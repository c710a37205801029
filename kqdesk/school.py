"""One school's home, opened: lock, key, tables, guard. The window and the command line both come in by here.

No Qt. A home is made once (``make``), then opened with a password or with the printed recovery code.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from secrets import randbits

from sqlalchemy.orm import Session

import kqdesk.schema  # noqa: F401 -- every table must be known before a home is made or opened
from kqdesk.kernel.disk import refuse_read_only, refuse_unsuitable
from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.kernel.homelock import HomeLock
from kqdesk.kernel.places import HomeLayout, home_layout
from kqdesk.kernel.resources import migrations_folder, resource
from kqdesk.rooms.office.actions import found_school
from kqdesk.rooms.office.queries import StaffCard, role_of, staff_card
from kqdesk.security import keyfile, vault
from kqdesk.security.datakey import DataKey
from kqdesk.security.guard import Rights
from kqdesk.security.kdf import PRODUCTION, Profile
from kqdesk.security.keyfile import Opened
from kqdesk.security.lockout import Lockout
from kqdesk.security.roles import Role
from kqdesk.security.signing import Signer
from kqdesk.store import engine, migrations
from kqdesk.store.actions import ActionCard
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
    staff: StaffCard
    signer: Signer | None  # the person's own; None when the home was opened with the recovery code
    lock: HomeLock

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
    is_demo: bool = False


def make(
    home: Path, new: NewSchool, *, clock: Clock, rng: Random | None = None, profile: Profile = PRODUCTION
) -> tuple[School, str]:
    """Make a home with its first person; returns it open, and the recovery code to print."""
    layout = home_layout(home)
    if layout.exists:
        raise UserError(ALREADY)
    refuse_unsuitable(home)
    rng = rng or Random(randbits(128))
    ids = Ids(clock, rng)
    with _locked(layout, new.name, clock) as lock:
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
        Store.create(
            layout.database,
            opened.key.raw_pragma,
            school=new.code,
            station=_station_name(),
            home_id=home_id,
            version=migrations.latest(migrations_folder()),
        )
        store = Store(layout.database, opened.key.raw_pragma, clock=clock, rng=rng, guard=guard())
        store.run(
            found_school,
            staff_id,
            staff_id=staff_id,
            code=new.code,
            name=new.name,
            person=new.person,
            role=new.role,
            public_key=opened.signer.public.hex() if opened.signer else None,
            is_demo=new.is_demo,
        )
        return _school(layout, opened, store, lock, staff_id), code


def open_with_password(
    home: Path, *, who: str, password: str, clock: Clock, title: str = "kqdesk", profile: Profile = PRODUCTION
) -> School:
    """Sign in; ``who`` is a person's id or name as ``people`` gives it. NotAllowed when it is not the password."""
    layout = _existing(home)
    tries = Lockout(layout.tries)
    with _locked(layout, title, clock) as lock:
        tries.begin(who)
        opened = keyfile.open_with_password(
            layout.keys, who=who, password=password, fits=_fits(layout), profile=profile
        )
        tries.succeed(who)
        return _opened(layout, opened, lock, clock)


def open_with_recovery(home: Path, *, code: str, clock: Clock, title: str = "kqdesk") -> School:
    """Open with the printed code: as the headmaster, or whoever leads here; to set a new password."""
    layout = _existing(home)
    with _locked(layout, title, clock) as lock:
        opened = keyfile.open_with_recovery(layout.keys, code=code, fits=_fits(layout))
        return _opened(layout, opened, lock, clock)


def people(home: Path) -> list[tuple[str, str]]:
    """(id, name) of everybody who can sign in; needs no password."""
    return [(slot.who, slot.name) for slot in keyfile.look(_existing(home).keys).people()]


def rights() -> Rights:
    """The one authorisation table."""
    return Rights.load(resource("rights.toml"))


def guard() -> Guard:
    """Asks the table with the role the actor holds now; the first act of a home needs none."""
    table = rights()

    def check(session: Session, actor: str, card: ActionCard) -> None:
        if card.name == "office.found_school":
            return  # it refuses by itself where there is a school already
        role = role_of(session, actor)
        table.check({role} if role else set(), card.name, card.label)

    return check


def _existing(home: Path) -> HomeLayout:
    layout = home_layout(home)
    if not layout.exists:
        raise UserError(NO_HOME)
    refuse_unsuitable(home)
    return layout


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


def _opened(layout: HomeLayout, opened: Opened, lock: HomeLock, clock: Clock) -> School:
    if not layout.database.exists():
        raise UserError("找不到学校的数据文件 school.db，只有钥匙文件在。请从备份恢复，或把数据文件放回原处。")
    keep = layout.backups / f"before-upgrade-{clock():%Y%m%d-%H%M%S}.db"
    migrations.bring_up_to_date(
        layout.database, opened.key.raw_pragma, migrations_folder(), now=clock(), keep=keep
    )
    store = Store(layout.database, opened.key.raw_pragma, clock=clock, guard=guard())
    return _school(layout, opened, store, lock, opened.slot.who)


def _school(layout: HomeLayout, opened: Opened, store: Store, lock: HomeLock, who: str) -> School:
    with store.reading() as session:
        card = staff_card(session, who)
    if card is None or card.left_on is not None:
        store.close()
        raise NotAllowed(LEFT)
    return School(layout, opened.key, store, card, opened.signer, lock)


def _station_name() -> str:
    return socket.gethostname()[:32] or "pc"
