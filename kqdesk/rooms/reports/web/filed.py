"""What schools submitted: frozen reports beside the same period counted anew here; and the macro figures they entered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from kqdesk.hub.counter import Counter
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.reports.queries import facts
from kqdesk.rooms.reports.rules import FIGURES, FigureKind, Period, counted
from kqdesk.rooms.reports.rules.figures import said
from kqdesk.rooms.reports.terms import FrozenState

GONE = "这份报表不在了，或者还没有上报。"


@dataclass(frozen=True)
class Filed:
    """A submitted report. ``period``: with the day up to which its numbers were known."""

    id: str
    title: str
    period: Period
    submitted_at: datetime | None
    digest: str
    data_state: str


@dataclass(frozen=True)
class FiledLine:
    """One figure of it: as submitted, and as the same period gives today."""

    kind: FigureKind
    value: int
    target: int | None
    now: int

    @property
    def shown(self) -> str:
        """As submitted."""
        return said(self.kind, self.value)

    @property
    def moved(self) -> str:
        """How it differs today; "" when it does not."""
        gap = self.now - self.value
        return f"{'+' if gap > 0 else '−'}{said(self.kind, abs(gap))}" if gap else ""


def filed_reports(counter: Counter, school: str) -> list[Filed]:
    """Of one school, the newest first."""
    table = counter.table("frozen_report")
    asked = (
        sa.select(table)
        .where(table.c.school == school, table.c.state == FrozenState.SUBMITTED)
        .order_by(table.c.submitted_at.desc(), table.c.id)
    )
    with counter.reading(school) as conn:
        return [_filed(row) for row in conn.execute(asked)]


def filed_report(counter: Counter, school: str, report: str) -> tuple[Filed, list[FiledLine]]:
    """One of them with its figures; UserError when there is none."""
    table, figure = counter.table("frozen_report"), counter.table("frozen_figure")
    with counter.reading(school) as conn:
        row = conn.execute(
            sa.select(table).where(
                table.c.school == school, table.c.id == report, table.c.state == FrozenState.SUBMITTED
            )
        ).first()
        if row is None:
            raise UserError(GONE)
        found = _filed(row)
        today = facts(conn, counter.table, found.period, school=school, opened=counter.opened)
        lines = {
            one.figure: one
            for one in conn.execute(
                sa.select(figure.c.figure, figure.c.value, figure.c.target).where(
                    figure.c.school == school, figure.c.report_id == report
                )
            )
        }
    return found, [
        FiledLine(kind, lines[key].value, lines[key].target, counted(today, key).value)
        for key, kind in FIGURES.items()
        if key in lines
    ]


def _filed(row: Any) -> Filed:
    period = Period(row.first_on, row.last_on, row.until_on)
    return Filed(row.id, row.title, period, row.submitted_at, row.digest, row.data_state or "")


@dataclass(frozen=True)
class Macro:
    """A number of the whole district from outside, with where it is from."""

    title: str
    number: str
    unit: str
    area: str
    as_of: date
    source: str


def macro_figures(counter: Counter, names: Mapping[str, str]) -> list[Macro]:
    """What any school entered, of each the newest; one statement."""
    table = counter.table("macro_figure")
    asked = (
        sa.select(table)
        .where(table.c.school.in_(list(names)), table.c.is_active)
        .order_by(table.c.as_of, table.c.id)
    )
    newest: dict[tuple[str, str], Macro] = {}
    with counter.reading() as conn:
        for row in conn.execute(asked):
            whole, part = divmod(row.hundredths, 100)
            number = f"{whole:,}" if not part else f"{whole:,}.{part:02d}".rstrip("0")
            newest[row.title, row.area] = Macro(row.title, number, row.unit, row.area, row.as_of, row.source)
    return list(newest.values())
