"""Yearly targets, the district's numbers from outside, and a period of this school against them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.office.queries import pack_value
from kqdesk.rooms.reports.model import MacroFigure, YearlyTarget
from kqdesk.rooms.reports.queries.counting import desk_facts
from kqdesk.rooms.reports.rules import FIGURES, Facts, Period, counted, year_of
from kqdesk.rooms.reports.rules.figures import said
from kqdesk.rooms.reports.rules.plan import PlanLine, plan_lines
from kqdesk.rooms.reports.terms import TargetOrigin


@dataclass(frozen=True)
class TargetRow:
    """One target of the list. ``district``: the whole district's yearly number by the packs, None = 未配置 or none."""

    id: str
    figure: str
    year: int
    by_school_year: bool
    value: int
    source: str
    origin: TargetOrigin
    district: int | None


@dataclass(frozen=True)
class MacroRow:
    """A number of the district with our own beside it. ``own``: in words, "" when there is none."""

    id: str
    title: str
    hundredths: int
    unit: str
    area: str
    as_of: date
    source: str
    figure: str
    own: str
    note: str

    @property
    def shown(self) -> str:
        """14.25 年 · 25 万人."""
        whole, rest = divmod(self.hundredths, 100)
        return f"{whole:,}{f'.{rest:02d}'.rstrip('0') if rest else ''} {self.unit}"


def runs_by_school_year(session: Session, on: date) -> bool | None:
    """Whether yearly targets run by school year; None = 未配置 (they are shown by calendar year then)."""
    found = pack_value(session, "report.target_year", on=on)
    return None if found is None else found.text == "school"


def target_rows(session: Session, *, on: date) -> list[TargetRow]:
    """Every target, newest year first; two statements."""
    district = {
        key: number.number
        for key, kind in FIGURES.items()
        if kind.target and (number := pack_value(session, kind.target, on=on)) is not None
    }
    order = {key: place for place, key in enumerate(FIGURES)}
    found = session.scalars(select(YearlyTarget).order_by(YearlyTarget.year.desc(), YearlyTarget.id))
    rows = [
        TargetRow(
            one.id,
            one.figure,
            one.year,
            one.by_school_year,
            one.value,
            one.source,
            one.origin,
            district.get(one.figure),
        )
        for one in found
    ]
    return sorted(rows, key=lambda row: (-row.year, order.get(row.figure, len(order))))


def targets_of(session: Session, period: Period) -> dict[str, tuple[int, str]]:
    """Figure → (the school's number for the year that is this period, its source); {} for any other stretch of days."""
    year, is_school = period.first.year, period.first.month != 1
    whole = year_of(period.first, by_school_year=is_school)
    if (period.first, period.last) != (whole.first, whole.last):
        return {}
    found = session.scalars(
        select(YearlyTarget)
        .where(YearlyTarget.year == year, YearlyTarget.by_school_year == is_school)
        .order_by(YearlyTarget.id)
    )
    ordered = sorted(found, key=lambda one: one.origin is TargetOrigin.DISTRICT)
    return {one.figure: (one.value, one.source) for one in ordered}


def target_form(session: Session, row_id: str) -> dict[str, object]:
    """The editable values of one target."""
    one = session.get_one(YearlyTarget, row_id)
    return {name: getattr(one, name) for name in ("figure", "year", "by_school_year", "value", "source")}


@dataclass(frozen=True)
class Progress:
    """A period with its facts, its lines against targets, and what was not whole."""

    facts: Facts
    lines: tuple[PlanLine, ...]
    state: str

    @property
    def behind(self) -> tuple[PlanLine, ...]:
        """Lines behind plan, the furthest first."""
        late = [line for line in self.lines if line.is_behind]
        return tuple(sorted(late, key=lambda line: line.percent or 0))


def progress(session: Session, period: Period, *, state: str = "", looks_back: bool = True) -> Progress:
    """The period against its targets; ``looks_back``: with the same days of the year before, for the forecast."""
    facts = desk_facts(session, period)
    targets = targets_of(session, period)
    before = None
    if targets and looks_back:
        whole = period.a_year_before()
        same_day = min(whole.first + timedelta(period.days_gone - 1), whole.last)
        before = (desk_facts(session, whole.seen_on(same_day)), desk_facts(session, whole))
    return Progress(facts, plan_lines(facts, before, targets), state)


def macro_rows(session: Session, facts: Facts | None = None) -> list[MacroRow]:
    """The district's numbers, newest first, each with our own contribution beside it when ``facts`` are given."""
    found = session.scalars(
        select(MacroFigure).where(MacroFigure.is_active).order_by(MacroFigure.as_of.desc(), MacroFigure.id)
    )
    own: Mapping[str, str] = {} if facts is None else _own(facts)
    return [
        MacroRow(
            one.id, one.title, one.hundredths, one.unit, one.area, one.as_of, one.source, one.figure or "",
            own.get(one.figure or "", ""), one.note or "",
        )
        for one in found
    ]  # fmt: skip


def macro_beside(session: Session, period: Period) -> list[MacroRow]:
    """The same with our own numbers of a period."""
    return macro_rows(session, desk_facts(session, period))


def macro_form(session: Session, row_id: str) -> dict[str, object]:
    """The editable values of one number of the district."""
    one = session.get_one(MacroFigure, row_id)
    names = ("title", "hundredths", "unit", "area", "as_of", "source", "figure", "note")
    return {name: getattr(one, name) for name in names}


def _own(facts: Facts) -> dict[str, str]:
    return {key: said(kind, counted(facts, key).value) for key, kind in FIGURES.items()}
