"""Stations and a hub in one process, for tests: real encrypted files, no network."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Column, Connection, Engine, ForeignKey, MetaData, String, Table, create_engine, event
from sqlalchemy.pool import QueuePool

import kqdesk.schema  # noqa: F401 -- every table
from kqdesk.store import engine
from kqdesk.store.attachments import Attachments
from kqdesk.store.base import Base
from kqdesk.store.conflicts import SyncConflict
from kqdesk.store.hub_tables import hub_metadata
from kqdesk.store.store import Store
from kqdesk.sync.asking import Ask, Reply
from kqdesk.sync.books import HubBooks
from kqdesk.sync.cipher import ColumnCipher
from kqdesk.sync.client import Client, RoundReport
from kqdesk.sync.hub import Hub
from kqdesk.sync.hubfiles import HubFiles
from tests.conftest import KEY, SCHOOL

HUB_KEY = "x'" + "7b" * 32 + "'"


@dataclass(frozen=True)
class Card:
    """Who asks."""

    school: str = SCHOOL
    station: str = f"{SCHOOL}.1"


def embedded(path: Path, connect: Callable[[], Any] | None = None) -> Engine:
    """The engine of an embedded hub, as the hub's own database module makes it."""
    made = create_engine(
        "sqlite://",
        creator=connect or (lambda: engine.connect(path, HUB_KEY, make=True)),
        module=driver,
        poolclass=QueuePool,
        pool_size=2,
        max_overflow=0,
    )

    @event.listens_for(made, "begin")
    def begin(conn: Connection) -> None:
        conn.exec_driver_sql("BEGIN" if conn.get_execution_options().get("reading") else "BEGIN IMMEDIATE")

    return made


def _tiny() -> MetaData:
    """A handful of tables with everything sync must mind: links, secrets, an alias table, conflicts."""
    made = MetaData()

    def table(name: str, *columns: Column[Any], **info: Any) -> None:
        lead = Column("id", String(32), primary_key=True), Column("school", String(24))
        Table(
            name,
            made,
            *lead,
            *columns,
            info={"label": name, "title": "", "seals": (), "extra_ddl": (), **info},
        )

    def link(name: str, target: str) -> Column[Any]:
        return Column(name, String(32), ForeignKey(target, deferrable=True, initially="DEFERRED"), index=True)

    def text(name: str, *, secret: bool = False) -> Column[Any]:
        return Column(name, String, info={"label": name, "secret": secret})

    table("village", text("name"), text("code"), text("coordinates"))
    table("site", text("name"), text("address"), link("village_id", "village.id"))
    table("person", text("name", secret=True), text("note"))
    table("person_document", text("number", secret=True), text("note"), link("person_id", "person.id"))
    table(
        "person_alias",
        link("loser_id", "person.id"),
        link("winner_id", "person.id"),
        text("reason"),
        text("undone_at"),
        alias=True,
    )
    conflict: Any = SyncConflict.__table__
    conflict.to_metadata(made)
    return made


TINY = _tiny()


@cache
def hub_tables(metadata: MetaData) -> MetaData:
    """Derived once."""
    return hub_metadata(metadata)


@cache
def older_tables(metadata: MetaData, table: str, column: str) -> MetaData:
    """Without a column a newer program has."""
    made = hub_metadata(metadata)
    held: Any = made.tables[table]
    held._columns.remove(held.c[column])
    return made


@cache
def hub_template(metadata: MetaData) -> Path:
    """A new hub's file, made once a run."""
    path = Path(mkdtemp(prefix="kqdesk-hub-")) / "hub.db"
    made = embedded(path)
    HubBooks(made, hub_tables(metadata)).create()
    made.dispose()
    return path


@cache
def desk_template(metadata: MetaData) -> Path:
    """A new home's file without a row, made once a run."""
    path = Path(mkdtemp(prefix="kqdesk-desk-")) / "school.db"
    Store.create(path, lambda: KEY, school=SCHOOL, station="pc", home_id="home", version=1, metadata=metadata)
    return path


@dataclass
class HubPlace:
    """A hub and its file."""

    folder: Path
    clock: Callable[[], datetime]
    seed: int = 99
    metadata: MetaData = Base.metadata
    blind: tuple[str, str] | None = None  # a column this hub's program does not know
    engine: Engine = field(init=False)
    hub: Hub = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(hub_template(self.metadata), self.path)
        self.open()

    @property
    def path(self) -> Path:
        return self.folder / "hub.db"

    def drop_column(self, table: str, column: str) -> None:
        """As if its program were older."""
        self.engine.dispose()
        raw = engine.connect(self.path, HUB_KEY)
        raw.execute(f'ALTER TABLE "{table}" DROP COLUMN "{column}"')
        raw.close()
        self.blind = (table, column)
        self.open()

    def open(self) -> None:
        self.engine = embedded(self.path)
        tables = hub_tables(self.metadata)
        if self.blind is not None:
            tables = older_tables(self.metadata, *self.blind)
        self.books = HubBooks(self.engine, tables, ColumnCipher(b"c" * 32))
        files = HubFiles(self.folder / "files", b"f" * 32)
        self.hub = Hub(self.books, self.clock, Random(self.seed), files)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.engine.connect().execution_options(reading=True) as conn:
            return [tuple(row) for row in conn.exec_driver_sql(sql)]

    def close(self) -> None:
        self.engine.dispose()


@dataclass
class Desk:
    """A station: store, client, card."""

    folder: Path
    hub: HubPlace
    clock: Callable[[], datetime]
    number: int = 1
    attachments: Attachments | None = None
    seed: int = 0
    metadata: MetaData = Base.metadata
    opened: int = 0
    store: Store = field(init=False)
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        self.begin(desk_template(self.metadata))

    def begin(self, file: Path) -> None:
        """With a copy of that file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, self.path)
        self.open()

    @property
    def path(self) -> Path:
        return self.folder / "school.db"

    @property
    def card(self) -> Card:
        return Card(SCHOOL, f"{SCHOOL}.{self.number}")

    def open(self) -> None:
        self.opened += 1  # a process that starts anew draws other lots
        lot = 1_000 * self.number + self.seed + 1_000_000 * self.opened
        self.store = Store(self.path, lambda: KEY, clock=self.clock, rng=Random(lot), metadata=self.metadata)
        rng = Random(lot + 50)
        self.client = Client(self.store, self.clock, rng, self.attachments, metadata=self.metadata)

    def send(self, ask: Ask) -> Reply:
        """Over a line that never breaks."""
        return self.hub.hub.answer(self.card, ask)

    def sync(self, line: Callable[[Ask], Reply] | None = None) -> RoundReport:
        """One round."""
        return drive(self.client, line or self.send)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.store.asking() as conn:
            return [tuple(row) for row in conn.exec_driver_sql(sql)]

    def close(self) -> None:
        self.store.close()


def drive(client: Client, line: Callable[[Ask], Reply]) -> RoundReport:
    """Run one round over a line."""
    asking = client.round()
    try:
        ask = next(asking)
        while True:
            ask = asking.send(line(ask))
    except StopIteration as end:
        report: RoundReport = end.value
        return report


def settle(*desks: Desk, turns: int = 3) -> None:
    """Rounds until everybody has everything."""
    for _, desk in itertools.product(range(turns), desks):
        desk.sync()


def closing(*places: Any) -> Iterator[None]:
    """For fixtures."""
    yield
    for place in places:
        place.close()
