"""The figures of one school as the hub keeps them: counts by group, no name, no id."""

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from kqdesk.hub.counter import Counter
from kqdesk.rooms.reports.queries import facts
from kqdesk.rooms.reports.rules import FIGURES, Facts, Period, calendar_year, counted, split, still_ahead
from kqdesk.rooms.reports.terms import Breakdown, TargetOrigin

KEPT, BEFORE = "figures", "figures_before"
"""Names of what is kept: of this calendar year, of the one before."""
TARGETED = tuple(key for key, kind in FIGURES.items() if kind.target)
"""The district's yearly targets that are counted, in the order people read them."""
SPLITS = (
    Breakdown.MONTH, Breakdown.TOWNSHIP, Breakdown.PROJECT, Breakdown.KIND, Breakdown.CATEGORY, Breakdown.LEVEL,
    Breakdown.SEX, Breakdown.AGE,
)  # fmt: skip
_ALL_SPLITS = {*TARGETED, "learners"}


def reckon(counter: Counter, conn: Connection, school: str, on: date) -> Any:
    """This calendar year, to today."""
    return _of_year(counter, conn, school, calendar_year(on.year, until=on), SPLITS)


def reckon_before(counter: Counter, conn: Connection, school: str, on: date) -> Any:
    """The year before, whole, and how far it was by this day."""
    period = calendar_year(on.year - 1)
    by_now = calendar_year(on.year, until=on).a_year_before().first + (on - date(on.year, 1, 1))
    return _of_year(counter, conn, school, period, (Breakdown.MONTH,), by_now)


def _of_year(
    counter: Counter, conn: Connection, school: str, period: Period, splits: Collection[Breakdown], by_now: date | None = None
) -> dict[str, Any]:  # fmt: skip
    found = facts(conn, counter.table, period, school=school, opened=counter.opened)
    return {
        "year": period.first.year, "until": period.end.isoformat(), "targets": dict(found.rules_of(school).targets),
        "own": _own_shares(counter, conn, school, period.first.year),
        "figures": {key: _figure(found, key, splits, by_now) for key in FIGURES},
    }  # fmt: skip


def _figure(found: Facts, key: str, splits: Collection[Breakdown], by_now: date | None) -> dict[str, Any]:
    wanted = [by for by in splits if by is Breakdown.MONTH or key in _ALL_SPLITS]
    whole = counted(found, key)
    groups = {
        by.value: [(one.key, one.label, one.value) for one in parts]
        for by, parts in split(found, key, wanted).items()
    }
    reached = (
        whole.value
        if by_now is None
        else sum(one.count for one in whole.members if one.on is not None and one.on <= by_now)
    )
    return {
        "value": whole.value, "of": whole.of, "lacks": list(whole.lacks), "ahead": still_ahead(found, key),
        "by_now": reached, "groups": groups,
    }  # fmt: skip


def _own_shares(counter: Counter, conn: Connection, school: str, year: int) -> dict[str, int]:
    """What a school has to reach itself: what the district handed down, else what the school wrote down last."""
    table = counter.table("yearly_target")
    asked = (
        sa.select(table.c.figure, table.c.value, table.c.origin)
        .where(table.c.school == school, table.c.year == year, sa.not_(table.c.by_school_year))
        .order_by(table.c.id)
    )
    rows = sorted(conn.execute(asked), key=lambda row: row.origin is TargetOrigin.DISTRICT)
    return {row.figure: int(row.value) for row in rows if row.value is not None}
