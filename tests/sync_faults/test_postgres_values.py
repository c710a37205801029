"""Many rows at once on PostgreSQL: days, yes-or-no, numbers, sealed texts and nothing come out as they went in."""

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Date, Integer, MetaData, String, Table

from kqdesk.hub.database import postgres
from kqdesk.store.hub_tables import hub_metadata
from kqdesk.sync.asking import Ask
from kqdesk.sync.books import HubBooks
from kqdesk.sync.cipher import ColumnCipher
from kqdesk.sync.hub import Hub
from kqdesk.sync.wire import (
    AskIncarnation,
    AskPull,
    Batch,
    Entries,
    Group,
    Page,
    Receipt,
    Value,
    decode,
    encode,
)
from tests.conftest import NOON, SCHOOL
from tests.postgres import Database
from tests.sync.places import Card

MANY = 60
COLUMNS = ["day", "is_so", "count", "name"]


def _kinds() -> MetaData:
    made = MetaData()
    kinds: list[Column[Any]] = [Column("day", Date), Column("is_so", Boolean), Column("count", Integer)]
    lead = Column("id", String, primary_key=True), Column("school", String)
    name: Column[Any] = Column("name", String, info={"secret": True})
    Table("kinds", made, *lead, *kinds, name, info={"label": "kinds", "seals": ()})
    return made


@pytest.fixture
def hub(postgres_database: Database) -> Iterator[Hub]:
    engine = postgres(postgres_database.owner_url)
    books = HubBooks(engine, hub_metadata(_kinds(), postgres=True, partitions=2), ColumnCipher(b"c" * 32))
    books.create()
    yield Hub(books, lambda: datetime.now(UTC), Random(3))
    engine.dispose()


def ask(hub: Hub, station: str, path: str, message: Any) -> bytes:
    reply = hub.answer(Card(SCHOOL, station), Ask("POST", path, encode(message)))
    assert reply.status == 200
    return reply.body


def rows(seed: int) -> list[list[Value]]:
    """Columns of many rows; some hold nothing."""
    rng = Random(seed)
    days = [rng.choice((None, f"2026-03-{rng.randrange(1, 29):02d}")) for _ in range(MANY)]
    return [
        list(days),
        [rng.choice((None, 0, 1)) for _ in range(MANY)],
        [rng.choice((None, -1, 1 << 40)) for _ in range(MANY)],
        [rng.choice((None, "", "沈月琴", '{a,"b"}', "NULL")) for _ in range(MANY)],
    ]


def test_values_of_every_kind_survive_insert_and_update(hub: Hub) -> None:
    ids = [f"{number:032x}" for number in range(MANY)]
    entries = Entries(["act"], [NOON.isoformat(timespec="milliseconds")], ["x"], ["1"], ["写"])
    for station in ("1", "2"):
        ask(hub, station, "/v1/incarnation", AskIncarnation(1, "joined"))
    first, second = rows(1), rows(2)

    made = Group("kinds", ids, [0] * MANY, [0] * MANY, COLUMNS, first, whole=True)
    receipt = decode(Receipt, ask(hub, "1", "/v1/push", Batch(1, 1, 1, [made], entries)))
    begun = decode(Page, ask(hub, "2", "/v1/pull", AskPull(1, 1, 0)))
    changed = Group(
        "kinds", ids, [receipt.first + place for place in range(MANY)], [0] * MANY, COLUMNS, second
    )
    ask(hub, "1", "/v1/push", Batch(1, 2, 1, [changed], entries))
    after = decode(Page, ask(hub, "2", "/v1/pull", AskPull(1, 1, begun.upto)))

    for page, sent in ((begun, first), (after, second)):
        (group,) = page.groups
        assert group.ids == ids
        assert [group.values[group.columns.index(name)] for name in COLUMNS] == sent
