"""The hub, put together: its folder, database of either kind, keys, certificate, sync core and web pages. No Qt.

hub.db         the embedded database, encrypted       files/   photos and scans, encrypted
hub.keys       the one secret; keep a copy apart      logs/    JSON, no name, no number
hub.json       certificate and proxy, as last served  certificate.pem, .key  made at the first start unless given
"""

import json
import os
import re
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from secrets import randbits

import platformdirs
from fastapi import APIRouter, FastAPI
from sqlalchemy import Engine

import kqdesk.schema  # noqa: F401 -- every table the hub keeps
from kqdesk import VERSION
from kqdesk.hub.counter import Counter
from kqdesk.hub.database import (
    EVERY_SCHOOL,
    build_wall,
    embedded,
    for_school,
    grow,
    is_postgres,
    may_make_tables,
    postgres,
    reach,
)
from kqdesk.hub.frame import Frame, NavLink
from kqdesk.hub.keeper import Keeper, Reckon, ReckonAll
from kqdesk.hub.kept import KEPT
from kqdesk.hub.limits import Limits
from kqdesk.hub.nonces import NONCES, SharedNonces
from kqdesk.hub.officers import OFFICERS, Officers
from kqdesk.hub.overview import Ledger
from kqdesk.hub.pages import LINKS, FirstPages, first_pages
from kqdesk.hub.secrets import NOT_THIS, HubKeys, hub_keys
from kqdesk.hub.server import Served, make_app
from kqdesk.hub.switchboard import Switchboard
from kqdesk.hub.tls import Certificate, own_certificate
from kqdesk.kernel.disk import atomic_write, disk_fault, refuse_read_only, refuse_unsuitable
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.certificates import web as certificates_web
from kqdesk.rooms.followup import web as followup_web
from kqdesk.rooms.matching import web as matching_web
from kqdesk.rooms.office import web as office_web
from kqdesk.rooms.people import web as people_web
from kqdesk.rooms.reports import web as reports_web
from kqdesk.rooms.subsidies import web as subsidies_web
from kqdesk.rooms.supervision import web as supervision_web
from kqdesk.rooms.timetable import web as timetable_web
from kqdesk.security.kdf import PRODUCTION, Profile
from kqdesk.store.base import Base
from kqdesk.store.hub_tables import PARTITIONS, hub_metadata
from kqdesk.sync.books import HubBooks
from kqdesk.sync.cipher import ColumnCipher
from kqdesk.sync.envelope import RecentNonces
from kqdesk.sync.hub import Hub
from kqdesk.sync.hubfiles import HubFiles
from kqdesk.sync.register import REGISTER, Register
from kqdesk.updating.shelf import Shelf

ROOMS_WEB: tuple[tuple[Sequence[NavLink], Callable[[Counter], APIRouter]], ...] = (
    (reports_web.LINKS, reports_web.pages),
    (matching_web.LINKS, matching_web.pages),
    (timetable_web.LINKS, timetable_web.pages),
    (people_web.LINKS, people_web.pages),
    (subsidies_web.LINKS, subsidies_web.pages),
    (supervision_web.LINKS, supervision_web.pages),
    (office_web.LINKS, office_web.pages),
    (certificates_web.LINKS, certificates_web.pages),
    (followup_web.LINKS, followup_web.pages),
)
"""What rooms show on the hub: the links of each and its pages."""
RECKONINGS: Mapping[str, Reckon] = {
    **reports_web.RECKONINGS,
    matching_web.KEPT: matching_web.reckon,
    timetable_web.KEPT: timetable_web.reckon,
}
TOGETHER: Mapping[str, ReckonAll] = {people_web.KEPT: people_web.reckon}
"""What is kept for pages, by name, school by school and of all schools at once: see ``kqdesk.hub.kept``."""
HOME_VARIABLE, DATABASE_VARIABLE = "KQDESK_HUB_HOME", "KQDESK_HUB_DATABASE"
Clock = Callable[[], datetime]
NOT_PREPARED = (
    "这个 PostgreSQL 数据库里还没有建表，当前账号也无权建表。"
    "请用库的所有者执行一次：kqdesk hub prepare --database 所有者的地址 --role 本账号。"
)
ONLY_POSTGRES = "hub prepare 只用于 PostgreSQL；不写 --database 时数据站用自己的加密文件，不需要准备。"
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")


@dataclass(frozen=True)
class HubHome:
    """Every path of a hub's folder."""

    home: Path

    @property
    def database(self) -> Path:
        """The embedded database."""
        return self.home / "hub.db"

    @property
    def keys(self) -> Path:
        """The one secret."""
        return self.home / "hub.keys"

    @property
    def served(self) -> Path:
        """How it was last served."""
        return self.home / "hub.json"

    @property
    def lock(self) -> Path:
        """One server a folder."""
        return self.home / "hub.lock"

    @property
    def files(self) -> Path:
        """Photos and scans."""
        return self.home / "files"

    @property
    def logs(self) -> Path:
        """The log."""
        return self.home / "logs"

    def prepare(self) -> None:
        """Make the folders, for this user's eyes only; a share or cloud folder is refused."""
        refuse_unsuitable(self.home)
        try:
            for folder in (self.home, self.files, self.logs):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as wrong:
            raise disk_fault(wrong, self.home) from wrong
        refuse_read_only(self.home)


@dataclass(frozen=True)
class Outside:
    """How the world reaches the hub. certificate: given files, else self-made; is_public: an authority vouches for it."""

    certificate: Certificate | None = None
    is_public: bool = False


@dataclass(frozen=True)
class OpenHub:
    """A hub that can be asked and administered."""

    home: HubHome
    engine: Engine
    keys: HubKeys
    books: HubBooks
    core: Hub
    register: Register
    officers: Officers
    certificate: Certificate
    fingerprint: bytes
    clock: Clock

    def app(self, limits: Limits | None = None) -> FastAPI:
        """The web application."""
        chosen = limits or Limits()
        nonces = SharedNonces(self.engine) if is_postgres(self.engine) else RecentNonces(self.clock)
        line = Switchboard(
            self.register, self.core, self.keys, nonces, self.clock, self.fingerprint, chosen, self.updates
        )  # fmt: skip
        counter = self.counter(chosen)
        frame = counter.frame
        pages = FirstPages(frame, self.register, self.ledgers, self.clock, self.fingerprint)
        rooms = [pages_of(counter) for _, pages_of in ROOMS_WEB]
        return make_app(
            Served(line, frame, [first_pages(pages), *rooms], lambda: reach(self.engine), VERSION)
        )

    def counter(self, limits: Limits | None = None) -> Counter:
        """What the rooms' pages stand on."""
        links = [*LINKS, *(link for room_links, _ in ROOMS_WEB for link in room_links)]
        frame = Frame(self.officers, self.clock, limits or Limits(), links)
        return Counter(frame, self.register, self.core, self.clock, Base.metadata, self.keys.signer)

    def keeper(self) -> Keeper:
        """What reckons the figures of pages: in a thread while the hub is served."""
        return Keeper(self.counter(), RECKONINGS, TOGETHER)

    @property
    def updates(self) -> Shelf:
        """Newer programs for the schools' PCs."""
        return Shelf(self.home.home / "updates")

    def ledgers(self) -> Mapping[str, Ledger]:
        """What the books say of every school."""
        with for_school(EVERY_SCHOOL):
            rows = self.books.freshness()
        return {row.school: Ledger(row.batch_at, row.batch_station or "", row.conflicts) for row in rows}

    def restored(self) -> None:
        """The database was put back from a backup: every school begins a new epoch."""
        with for_school(EVERY_SCHOOL):
            self.books.restored(self.clock())


def default_hub_home(environ: Mapping[str, str]) -> Path:
    """``KQDESK_HUB_HOME`` when set, else the platform's folder for a program's data."""
    chosen = environ.get(HOME_VARIABLE, "").strip()
    if chosen:
        return Path(chosen).expanduser().absolute()
    return Path(platformdirs.user_data_path("kqdesk", appauthor=False)) / "hub"


@contextmanager
def open_hub(
    home: Path,
    *,
    clock: Clock,
    database_url: str = "",
    environ: Mapping[str, str] | None = None,
    outside: Outside | None = None,
    profile: Profile = PRODUCTION,
) -> Iterator[OpenHub]:
    """Open a hub's folder, made when new; closed at the end. ``outside``: remembered, so that invitations fit it."""
    environ = os.environ if environ is None else environ
    layout, url = HubHome(home), database_url or environ.get(DATABASE_VARIABLE, "").strip()
    layout.prepare()
    keys = hub_keys(layout.keys, environ, used=layout.database.exists())
    engine = postgres(url) if url else embedded(layout.database, keys.database())
    try:
        reach(engine)
        books = _books(engine, keys)
        _make_tables(engine, books)
        register = Register(engine, clock)
        if not register.is_marked("key", keys.check):
            raise UserError(NOT_THIS.format(path=layout.keys))
        shown = _outside(layout, outside)
        certificate = shown.certificate or own_certificate(home, now=clock(), names=_own_names())
        yield OpenHub(
            layout, engine, keys, books, Hub(books, clock, Random(randbits(128)), HubFiles(layout.files, keys.files)), register,
            Officers(engine, clock, profile), certificate, b"" if shown.is_public else certificate.fingerprint(), clock,
        )  # fmt: skip
    finally:
        engine.dispose()


def prepare_postgres(owner_url: str, role: str, *, partitions: int = PARTITIONS) -> None:
    """Make or complete the tables as their owner, build the wall between schools, and let ``role`` work with the rows."""
    if not owner_url:
        raise UserError(ONLY_POSTGRES)
    if role and not _WORD.fullmatch(role):
        raise UserError(f"账号名只用字母、数字和下划线：{role}。")
    engine = postgres(owner_url)
    try:
        reach(engine)
        with for_school(EVERY_SCHOOL):
            metadata = hub_metadata(Base.metadata, postgres=True, partitions=partitions)
            _create(engine, HubBooks(engine, metadata), role)
    finally:
        engine.dispose()


def _books(engine: Engine, keys: HubKeys) -> HubBooks:
    metadata = hub_metadata(Base.metadata, postgres=is_postgres(engine))
    return HubBooks(engine, metadata, ColumnCipher(keys.columns))


def _make_tables(engine: Engine, books: HubBooks) -> None:
    if may_make_tables(engine):
        _create(engine, books, "")
        return
    with engine.begin() as line:
        missing = [
            table.name for table in [*books.tables, *REGISTER.sorted_tables, *OFFICERS.sorted_tables, *KEPT.sorted_tables]
            if not engine.dialect.has_table(line, table.name)
        ]  # fmt: skip
    if missing:
        raise UserError(NOT_PREPARED)


def _create(engine: Engine, books: HubBooks, role: str) -> None:
    books.create()
    REGISTER.create_all(engine)
    OFFICERS.create_all(engine)
    KEPT.create_all(engine)
    for grown in (OFFICERS, KEPT):
        grow(engine, grown)
    if is_postgres(engine):
        NONCES.create_all(engine)
        outside = [
            *REGISTER.sorted_tables,
            *OFFICERS.sorted_tables,
            *KEPT.sorted_tables,
            *NONCES.sorted_tables,
        ]
        build_wall(engine, books.tables, outside=outside, role=role)


def _outside(layout: HubHome, given: Outside | None) -> Outside:
    """How the hub is reached: as given now and remembered, else as it was last served."""
    try:
        if given is not None:
            paths = (
                (str(given.certificate.chain), str(given.certificate.key)) if given.certificate else ("", "")
            )
            note = {"chain": paths[0], "key": paths[1], "is_public": given.is_public}
            atomic_write(layout.served, json.dumps(note).encode("utf-8"))
            return given
        if not layout.served.exists():
            return Outside()
        note = json.loads(layout.served.read_text("utf-8"))
    except OSError as wrong:
        raise disk_fault(wrong, layout.served) from wrong
    except ValueError:
        return Outside()
    chain, key = Path(str(note.get("chain", ""))), Path(str(note.get("key", "")))
    certificate = Certificate(chain, key) if note.get("chain") else None
    return Outside(certificate, bool(note.get("is_public")))


def _own_names() -> list[str]:
    host = socket.gethostname()
    names = [host, "localhost", "127.0.0.1"]
    with suppress(OSError):  # a PC whose own name nobody knows
        names += [str(found[4][0]).partition("%")[0] for found in socket.getaddrinfo(host, None)]
    return [name for name in dict.fromkeys(names) if name.isascii()]
