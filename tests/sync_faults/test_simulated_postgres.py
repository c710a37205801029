"""The seeded histories of ``tests/sync/simulator.py`` once more, with the hub on PostgreSQL: a smaller set."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest

from kqdesk.hub.database import is_postgres, postgres
from kqdesk.store.hub_tables import hub_metadata
from kqdesk.sync.books import HubBooks
from kqdesk.sync.cipher import ColumnCipher
from kqdesk.sync.hub import Hub
from kqdesk.sync.hubfiles import HubFiles
from tests.postgres import OWNER, Cluster
from tests.sync import happenings, setting, simulator
from tests.sync.places import TINY, HubPlace
from tests.sync_faults.pcs import size

SEEDS = size(6, 100)
FIRST = 40_000
"""Other histories than those of the embedded hub."""


@dataclass
class Bank:
    """Databases for hubs: made, copied, put back."""

    cluster: Cluster
    numbers: Iterator[int]

    def make(self, like: str) -> str:
        """A copy of another one, on which nobody works now."""
        name = f"sim_{next(self.numbers)}"
        self.cluster.ask(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {like}")
        return name

    def drop(self, name: str) -> None:
        self.cluster.ask(f"DROP DATABASE {name} WITH (FORCE)")

    def url(self, name: str) -> str:
        return self.cluster.url(OWNER, name)


class PostgresPlace(HubPlace):
    """A hub whose database is one of the bank's; ``path`` only names it."""

    bank: Bank
    template: str

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.name = self.bank.make(self.template)
        self.open()

    def open(self) -> None:
        self.engine = postgres(self.bank.url(self.name))
        tables = hub_metadata(self.metadata, postgres=True, partitions=1)
        if self.blind is not None:
            held: Any = tables.tables[self.blind[0]]
            held._columns.remove(held.c[self.blind[1]])
        self.books = HubBooks(self.engine, tables, ColumnCipher(b"c" * 32))
        self.hub = Hub(self.books, self.clock, Random(self.seed), HubFiles(self.folder / "files", b"f" * 32))

    def drop_column(self, table: str, column: str) -> None:
        with self.engine.begin() as conn:
            conn.exec_driver_sql(f'ALTER TABLE "{table}" DROP COLUMN "{column}"')
        self.close()
        self.blind = (table, column)
        self.open()


@pytest.fixture(scope="module")
def bank(postgres_cluster: Cluster) -> Bank:
    return Bank(postgres_cluster, count(1))


@pytest.fixture(scope="module")
def template(bank: Bank) -> str:
    """An empty hub."""
    name = bank.make("template1")
    engine = postgres(bank.url(name))
    HubBooks(engine, hub_metadata(TINY, postgres=True, partitions=1), ColumnCipher(b"c" * 32)).create()
    engine.dispose()
    return name


@pytest.fixture
def at_the_bank(bank: Bank, template: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The simulator's hub is one of the bank's."""
    opened: list[PostgresPlace] = []
    copies: dict[Path, str] = {}
    copy_file, put_back = happenings.copy_file, happenings.put_back

    class Place(PostgresPlace):
        def __post_init__(self) -> None:
            self.bank, self.template = bank, template
            super().__post_init__()
            opened.append(self)

    def copy(engine: Any, path: Path, to: Path) -> None:
        if not is_postgres(engine):
            copy_file(engine, path, to)
            return
        if to in copies:
            bank.drop(copies[to])
        engine.dispose()
        copies[to] = bank.make(opened[-1].name)

    def restore(path: Path, to: Path) -> None:
        if path not in copies:
            put_back(path, to)
            return
        bank.drop(opened[-1].name)
        opened[-1].name = bank.make(copies[path])

    monkeypatch.setattr(setting, "HubPlace", Place)
    monkeypatch.setattr(happenings, "copy_file", copy)
    monkeypatch.setattr(happenings, "put_back", restore)
    yield
    for name in [*(place.name for place in opened), *copies.values()]:
        bank.drop(name)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + SEEDS))
def test_nothing_is_lost_on_postgresql(at_the_bank: None, seed: int) -> None:
    assert simulator.run(seed) == ""
