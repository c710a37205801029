"""Commit order is number order: a reader that asks for what is above its cursor misses nothing, at a real PostgreSQL.

A plain sequence does miss: the same reader over the same load is the proof that this test can fail.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import count
from random import Random
from threading import Barrier, Event
from time import sleep

import pytest
from sqlalchemy import Engine, MetaData

from kqdesk.hub.database import build_wall, for_school, postgres
from kqdesk.store.base import Base
from kqdesk.store.hub_tables import hub_metadata
from kqdesk.sync.asking import Ask
from kqdesk.sync.books import HubBooks
from kqdesk.sync.cipher import ColumnCipher
from kqdesk.sync.hub import Hub
from kqdesk.sync.turn import Turn
from kqdesk.sync.wire import (
    AskIncarnation,
    AskPull,
    Batch,
    Entries,
    Group,
    Incarnation,
    Page,
    Receipt,
    decode,
    encode,
)
from tests.conftest import SCHOOL
from tests.postgres import Database
from tests.sync.places import Card
from tests.sync_faults.pcs import size

WRITERS, ROWS = 4, 5
COMMITS = size(6, 250)
"""Batches of each writer."""


def reads_on(read: Callable[[int], tuple[list[str], int]], done: Event) -> set[str]:
    """Everything a reader meets that always asks for what is above its cursor; once more after the last write."""
    met: set[str] = set()
    cursor = 0
    while True:
        last = done.is_set()
        ids, cursor = read(cursor)
        met.update(ids)
        if last and not ids:
            return met


def lost(write: Callable[[int], list[str]], read: Callable[[int], tuple[list[str], int]]) -> tuple[int, int]:
    """(committed rows, those the reader never met) while ``WRITERS`` write at once."""
    done = Event()
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        reader = pool.submit(reads_on, read, done)
        writers = [pool.submit(write, number) for number in range(WRITERS)]
        written = [row_id for writer in writers for row_id in writer.result()]
        done.set()
        met = reader.result()
    return len(written), len(set(written) - met)


# --- the plain sequence -------------------------------------------------------------------------------------------


@pytest.fixture
def naive(postgres_database: Database) -> Iterator[Engine]:
    """A table whose rows are numbered by a sequence."""
    engine = postgres(postgres_database.owner_url)
    with engine.begin() as conn:
        conn.exec_driver_sql("CREATE TABLE naive(id text PRIMARY KEY, seq bigserial)")
    yield engine
    engine.dispose()


def read_naive(engine: Engine, cursor: int) -> tuple[list[str], int]:
    with engine.begin() as conn:
        rows = conn.exec_driver_sql("SELECT id,seq FROM naive WHERE seq>%s ORDER BY seq", (cursor,)).all()
    return [row[0] for row in rows], max((row[1] for row in rows), default=cursor)


def test_a_plain_sequence_loses_what_is_committed_late(naive: Engine) -> None:
    with naive.connect() as early, naive.connect() as late:
        late.exec_driver_sql("INSERT INTO naive(id) VALUES('numbered first')")
        early.exec_driver_sql("INSERT INTO naive(id) VALUES('committed first')")
        early.commit()
        first, cursor = read_naive(naive, 0)
        late.commit()
        second, _ = read_naive(naive, cursor)

    assert (first, second) == (["committed first"], [])


def test_a_plain_sequence_loses_rows_under_load(naive: Engine) -> None:
    numbers, barrier = count(), Barrier(WRITERS)

    def write(writer: int) -> list[str]:
        rng, written = Random(writer), []
        for _ in range(COMMITS):
            ids = [f"{next(numbers)}" for _ in range(ROWS)]
            barrier.wait()
            with naive.begin() as conn:
                for row_id in ids:
                    conn.exec_driver_sql("INSERT INTO naive(id) VALUES(%s)", (row_id,))
                sleep(rng.random() * 0.02)
            written += ids
        return written

    written, missed = lost(write, partial(read_naive, naive))

    assert written == WRITERS * COMMITS * ROWS
    assert missed > 0


# --- the hub ------------------------------------------------------------------------------------------------------


@dataclass
class Shared:
    """One hub, asked by many at once, as its server does it."""

    hub: Hub
    numbers: Iterator[int] = field(default_factory=count)

    def ask(self, station: str, path: str, body: bytes) -> bytes:
        with for_school(SCHOOL):
            reply = self.hub.answer(Card(SCHOOL, station), Ask("POST", path, body))
        assert reply.status == 200, reply
        return reply.body

    def join(self, station: str) -> int:
        body = encode(AskIncarnation(number=next(self.numbers) + 1, why="joined"))
        return decode(Incarnation, self.ask(station, "/v1/incarnation", body)).number

    def push(self, station: str, life: int, number: int) -> tuple[list[str], Receipt]:
        ids = [f"{next(self.numbers):032x}" for _ in range(ROWS)]
        group = Group("village", ids, [0] * ROWS, [0] * ROWS, ["name"], [list(ids)], whole=True)
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        batch = Batch(life, number, 1, [group], Entries(["act"], [at], ["x"], [station], ["加村"]))
        return ids, decode(Receipt, self.ask(station, "/v1/push", encode(batch)))

    def pull(self, life: int, cursor: int) -> tuple[list[str], int]:
        page = decode(Page, self.ask("reader", "/v1/pull", encode(AskPull(life, 1, cursor))))
        assert page.table == ""
        return [row_id for group in page.groups for row_id in group.ids], page.upto


@pytest.fixture
def shared(postgres_database: Database) -> Iterator[Shared]:
    """A hub that keeps one table."""
    small = MetaData()
    for name in ("village",):
        Base.metadata.tables[name].to_metadata(small)
    engine = postgres(postgres_database.owner_url)
    books = HubBooks(engine, hub_metadata(small, postgres=True, partitions=2), ColumnCipher(b"c" * 32))
    books.create()
    build_wall(engine, books.tables, outside=(), role="")
    yield Shared(Hub(books, lambda: datetime.now(UTC), Random(3)))
    engine.dispose()


def test_the_hub_holds_the_next_batch_until_the_one_before_is_committed(
    shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    lives = {station: shared.join(station) for station in ("early", "late", "reader")}
    reached, go = Event(), Event()
    close = shared.hub._close

    def waiting(turn: Turn, first: int, sha: str) -> Receipt:
        if turn.station == "late":
            reached.set()
            assert go.wait(20)
        return close(turn, first, sha)

    monkeypatch.setattr(shared.hub, "_close", waiting)
    with ThreadPoolExecutor(2) as pool:
        late = pool.submit(shared.push, "late", lives["late"], 1)
        assert reached.wait(20)
        early = pool.submit(shared.push, "early", lives["early"], 1)
        between, cursor = shared.pull(lives["reader"], 0)
        sleep(0.1)
        is_held = not early.done()
        go.set()
        ids = late.result(20)[0] + early.result(20)[0]
    after, _ = shared.pull(lives["reader"], cursor)

    assert is_held
    assert (between, cursor) == ([], 0)
    assert sorted(after) == sorted(ids)


def test_the_hub_loses_nothing_under_the_same_load(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    lives = {writer: shared.join(f"writer {writer}") for writer in range(WRITERS)}
    reader = shared.join("reader")
    rng, close = Random(9), shared.hub._close

    def slow(turn: Turn, first: int, sha: str) -> Receipt:
        receipt = close(turn, first, sha)
        sleep(rng.random() * 0.02)
        return receipt

    monkeypatch.setattr(shared.hub, "_close", slow)

    def write(writer: int) -> list[str]:
        batches = [shared.push(f"writer {writer}", lives[writer], number + 1) for number in range(COMMITS)]
        return [row_id for ids, _ in batches for row_id in ids]

    written, missed = lost(write, partial(shared.pull, reader))

    assert (written, missed) == (WRITERS * COMMITS * ROWS, 0)
