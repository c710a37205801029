"""What is reckoned in the background: when it is due, that a fault ends nothing, that an older program's text is none."""

from datetime import date
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import Connection

from kqdesk.hub import keeper as keeping
from kqdesk.hub import kept as texts
from kqdesk.hub.counter import Counter
from kqdesk.hub.database import EVERY_SCHOOL
from kqdesk.hub.keeper import Keeper
from kqdesk.hub.kept import KEPT
from kqdesk.hub.officers import Seated
from tests.conftest import Clock
from tests.hub.test_counter import LANTING, counter, officer

__all__ = ["counter", "officer"]


@pytest.fixture
def told(counter: Counter, officer: Seated) -> list[str]:
    """What was reckoned, in turn; the school has one person."""
    KEPT.create_all(counter.core.books.engine)
    counter.write(officer, LANTING, {"person": [{"id": "p1", "name": "王阿毛"}]}, "登记")
    return []


def keeper_of(counter: Counter, told: list[str]) -> Keeper:
    """Counts people of each school, and of all."""

    def people(_: Counter, conn: Connection, school: str, on: date) -> Any:
        told.append(school)
        table = counter.table("person")
        return len(conn.execute(table.select().where(table.c.school == school)).all())

    def everybody(_: Counter, conn: Connection, on: date) -> Any:
        told.append(EVERY_SCHOOL)
        return len(conn.execute(counter.table("person").select()).all())

    return Keeper(counter, {"people": people}, {"everybody": everybody})


def test_a_text_is_made_anew_when_the_school_sent_something(
    counter: Counter, officer: Seated, told: list[str]
) -> None:
    keeper = keeper_of(counter, told)

    done = [keeper.refresh(), keeper.refresh()]
    counter.write(officer, LANTING, {"person": [{"id": "p2", "name": "李夏明"}]}, "登记")
    done.append(keeper.refresh())

    assert done == [2, 0, 2]
    assert told == [LANTING, EVERY_SCHOOL] * 2
    kept = counter.shelf.one("people", LANTING)
    assert kept is not None
    assert (kept.body, kept.head) == (2, 2)
    assert counter.shelf.all("everybody")[EVERY_SCHOOL].body == 2


def test_a_dear_text_waits_ten_times_its_cost(
    counter: Counter, officer: Seated, clock: Clock, told: list[str]
) -> None:
    keeper = keeper_of(counter, told)
    with patch.object(keeping, "seconds_now", iter([0.0, 6.0, 6.0, 6.0]).__next__):
        keeper.refresh()
    counter.write(officer, LANTING, {"person": [{"id": "p2", "name": "李夏明"}]}, "登记")

    soon = keeper.refresh(at_once=False)
    clock.forward(seconds=61)
    later = keeper.refresh(at_once=False)

    assert (soon, later) == (1, 1)
    assert told == [LANTING, EVERY_SCHOOL, EVERY_SCHOOL, LANTING]


def test_the_text_of_another_program_is_made_anew(counter: Counter, told: list[str]) -> None:
    keeper = keeper_of(counter, told)
    with patch.object(texts, "MADE_BY", "0.0.9/1"):
        keeper.refresh()

    before = counter.shelf.one("people", LANTING)

    assert before is None
    assert keeper.refresh() == 2


def test_the_thread_outlives_a_fault_and_stops_when_told(
    counter: Counter, told: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: Counter, conn: Connection, school: str, on: date) -> Any:
        told.append(school)
        raise ValueError("no such figure")

    keeper = Keeper(counter, {"broken": broken, "whole": lambda *_: "there"})
    with patch.object(keeping, "LOOK_SECONDS", 0.01):
        keeper.start()
        while len(told) < 3:
            pass
        keeper.stop()

    assert "figures could not be reckoned" in caplog.text
    assert counter.shelf.all("whole")[LANTING].body == "there"
    caplog.clear()
