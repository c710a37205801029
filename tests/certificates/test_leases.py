"""Certificate numbers of a PC that joined a hub: its own leases and nothing else, in the order they came."""

import pytest

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.certificates import queries
from kqdesk.rooms.certificates.model import NumberBlock
from kqdesk.rooms.credits.queries import batches_left, next_batch_no
from kqdesk.store.store import Store
from kqdesk.sync.own_numbers import own_spans
from tests.certificates.test_actions import Made, draw, made, one

__all__ = ["made"]
LIFE = 7


def lease(store: Store, kind: str, first: int, last: int, *, life: int = LIFE, year: int = 2026) -> None:
    """What the sync core keeps of a hub's lease."""

    def keep(conn) -> None:
        conn.exec_driver_sql(
            "INSERT OR REPLACE INTO sync_ctl(key,value) VALUES('incarnation',?)", (str(LIFE),)
        )
        conn.exec_driver_sql(
            "INSERT INTO sync_lease(kind,year,first,last,next,incarnation) VALUES(?,?,?,?,?,?)",
            (kind, year, first, last, first, life),
        )

    store.bookkeep(keep)


def serials(store: Store, ids: list[str]) -> list[int]:
    return [int(one(store, key).serial_no[-6:-1]) for key in ids]


def left(store: Store) -> int:
    with store.reading() as session:
        return queries.serials_left(session, 2026)


def test_a_joined_pc_uses_its_lease_and_enters_the_block_when_it_is_begun(
    store: Store, clerk: str, made: Made
):
    lease(store, "certificate", 3001, 3003)
    before = left(store)

    found = serials(store, draw(store, clerk, made, 2))

    assert (found, before, left(store)) == ([3001, 3002], 3, 1)
    with store.reading() as session:
        [block] = session.query(NumberBlock).all()
        assert queries.highest_serial(session, 2026) == 3003
    assert (block.first_serial, block.last_serial, block.next_serial) == (3001, 3003, 3003)


def test_a_block_of_the_time_before_the_hub_is_not_used_any_more(store: Store, clerk: str, made: Made):
    first = serials(store, draw(store, clerk, made, 1))
    lease(store, "certificate", 1001, 1100)

    with store.reading() as session:
        spans = own_spans(session, "certificate", 2026)
    store.undo(clerk)
    second = serials(store, draw(store, clerk, made, 1))

    assert (first, spans, second) == ([1], [(1001, 1100)], [1001])


def test_too_few_numbers_refuse_with_the_way_out_and_use_none(store: Store, clerk: str, made: Made):
    lease(store, "certificate", 3001, 3001)

    with pytest.raises(UserError, match=r"只剩 1 个号，这次要 2 个.*立即同步"):
        draw(store, clerk, made, 2)

    assert left(store) == 1


def test_the_leases_of_an_earlier_life_are_void(store: Store, clerk: str, made: Made):
    lease(store, "certificate", 3001, 3100, life=LIFE - 1)

    with pytest.raises(UserError, match="只剩 0 个号"):
        draw(store, clerk, made, 1)


def test_credit_batches_number_from_their_own_lease(store: Store):
    with store.reading() as session:
        alone = next_batch_no(session, 2026)
    lease(store, "credit_batch", 51, 52)

    with store.reading() as session:
        joined, count = next_batch_no(session, 2026), batches_left(session, 2026)
        with pytest.raises(UserError, match="用完了"):
            next_batch_no(session, 2025)

    assert (alone, joined, count) == ("XR2026-001", "XR2026-051", 2)
