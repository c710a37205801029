"""Seeded histories: the oracle is content with the program, and not content with three old mistakes put into it."""

import os
from typing import Any

import pytest
from sqlalchemy import Connection

from kqdesk.sync import ctl as keys
from kqdesk.sync import lives, taking
from kqdesk.sync.applying import Applied, Applier
from kqdesk.sync.ctl import Ctl
from kqdesk.sync.turn import Turn
from kqdesk.sync.wire import Page, Receipt
from tests.sync.simulator import run

FULL = bool(os.environ.get("KQDESK_FULL"))
SEEDS, PARTS = (2_000, 20) if FULL else (300, 12)
HUNT = range(1, 200)  # a planted bug is found in one of these; where it was found last is tried first


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_lost_whatever_happens(part: int) -> None:
    each = SEEDS // PARTS
    told = [run(seed) for seed in range(part * each, part * each + each)]

    assert [one for one in told if one] == []


def caught(first: int) -> bool:
    """Whether the oracle notices."""
    return any(run(seed) for seed in (first, *HUNT))


def test_a_cursor_that_moves_before_the_rows_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    late: dict[int, list[bytes]] = {}
    right = Applier.apply_inbox

    def cursor_first(conn: Connection, page: Page, body: bytes) -> None:
        late.setdefault(id(conn.engine), []).append(body)
        ctl = Ctl(conn)
        if page.table:
            ctl.put({keys.UPTO: page.upto, keys.TABLE: page.table, keys.AFTER: page.after})
        else:
            ctl.put(
                {keys.CURSOR: page.upto, keys.MARK: page.mark, keys.UPTO: 0, keys.TABLE: "", keys.AFTER: 0}
            )

    def rows_later(self: Applier) -> Applied:
        bodies = late.pop(id(self.store._writer), [])

        def put(conn: Connection) -> None:
            for body in bodies:
                conn.exec_driver_sql("INSERT INTO sync_inbox(body) VALUES(?)", (body,))

        if bodies:
            self.store.bookkeep(put)
        return right(self)

    monkeypatch.setattr(lives, "put_page", cursor_first)
    monkeypatch.setattr(Applier, "apply_inbox", rows_later)

    assert caught(12)


def test_a_mark_that_is_cleared_over_a_newer_write_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    right = lives.note_receipt

    def clears_all(conn: Connection, number: int, body: bytes, receipt: Receipt) -> None:
        right(conn, number, body, receipt)
        newest = conn.exec_driver_sql("SELECT coalesce(max(id),0) FROM journal_change").scalar_one()
        Ctl(conn).put({keys.FROZEN_CHANGE: newest})

    monkeypatch.setattr(lives, "note_receipt", clears_all)

    assert caught(5)


def test_a_hub_that_does_not_number_again_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    right = taking.write_rows

    def keeps_numbers(turn: Turn, name: str, inserts: Any, updates: Any) -> None:
        ids = [row[-1] for rows in updates.values() for row in rows]
        what = f'hub_version,id FROM "{name}"'
        known = list(turn.books.by_ids(turn.conn, what, "school=? AND id", ids, (turn.school,)))
        right(turn, name, inserts, updates)
        turn.books.run_many(turn.conn, f'UPDATE "{name}" SET hub_version=? WHERE id=?', known)

    monkeypatch.setattr(taking, "write_rows", keeps_numbers)

    assert caught(2)


def test_a_seed_always_tells_the_same_story() -> None:
    assert run(5, steps=12) == run(5, steps=12)
