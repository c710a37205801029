"""Frozen reports: what they say, and what became of them since: who came in, who fell out, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kqdesk.rooms.office.queries import staff_names
from kqdesk.rooms.reports.model import FrozenFigure, FrozenReport
from kqdesk.rooms.reports.queries.counting import desk_facts
from kqdesk.rooms.reports.queries.names import names_behind, with_people
from kqdesk.rooms.reports.queries.rules_in_force import desk_versions
from kqdesk.rooms.reports.rules import FIGURES, Facts, Member, Period, counted
from kqdesk.rooms.reports.rules.figures import FigureKind
from kqdesk.rooms.reports.terms import FrozenState, Unit
from kqdesk.store.conflicts import SyncConflict
from kqdesk.store.history import history
from kqdesk.sync.tables import sync_hold, sync_inbox

MOST_REASONS = 60  # rows whose history is read for one figure


@dataclass(frozen=True)
class FrozenRow:
    """One frozen report of the list."""

    id: str
    title: str
    period: Period
    frozen_at: datetime
    frozen_by: str
    state: FrozenState
    submitted_at: datetime | None
    submitted_by: str
    packs: tuple[str, ...]
    data_state: str
    note: str
    after_entry: int


@dataclass(frozen=True)
class FrozenLine:
    """One figure of a frozen report beside what it is now. ``now`` None: not asked again."""

    figure: str
    value: int
    whole: int | None
    target: int | None
    lacks: tuple[str, ...]
    parts: Mapping[str, Mapping[str, int]]
    now: int | None = None

    @property
    def id(self) -> str:
        """What the table knows the line by."""
        return self.figure

    @property
    def kind(self) -> FigureKind | None:
        """What it is; None when a newer program froze a figure this one does not know."""
        return FIGURES.get(self.figure)


@dataclass(frozen=True)
class Moved:
    """One row that came in or fell out since. ``table`` and ``id``: of what is behind the number."""

    came_in: bool
    table: str
    id: str
    why: str


@dataclass(frozen=True)
class MovedRow:
    """The same as people read it."""

    id: str
    came_in: bool
    name: str
    what: str
    why: str
    page: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)


def frozen_reports(session: Session) -> list[FrozenRow]:
    """Every frozen report, the latest first; two statements."""
    names = staff_names(session)
    found = session.scalars(
        select(FrozenReport).order_by(FrozenReport.frozen_at.desc(), FrozenReport.id.desc())
    )
    return [_row(one, names) for one in found]


def frozen_report(session: Session, report_id: str) -> tuple[FrozenRow, tuple[FrozenLine, ...]]:
    """One report with its figures as they were frozen."""
    row = _row(session.get_one(FrozenReport, report_id), staff_names(session))
    return row, _lines(session, report_id, {})


def compared(session: Session, report_id: str) -> tuple[FrozenRow, tuple[FrozenLine, ...]]:
    """The same with every figure of the same days counted again from what is known now."""
    row = _row(session.get_one(FrozenReport, report_id), staff_names(session))
    facts = desk_facts(session, row.period)
    return row, _lines(session, report_id, {key: counted(facts, key).value for key in FIGURES})


def moved(session: Session, report_id: str, figure: str) -> list[Moved]:
    """R-REP-20: who is behind a figure now and was not, and the other way round; each with what happened since."""
    report = session.get_one(FrozenReport, report_id)
    row = session.scalars(
        select(FrozenFigure).where(FrozenFigure.report_id == report_id, FrozenFigure.figure == figure)
    ).first()
    if row is None or figure not in FIGURES:
        return []
    facts = desk_facts(session, Period(report.first_on, report.last_on, report.until_on))
    then = {(table, one) for table, ids in row.members.items() for one in ids}
    now = {(table, one) for table, ids in kept_members(facts, figure).items() for one in ids}
    since = _Since(session, report.after_entry, tuple(report.packs), desk_versions(session, report.until_on))
    came, fell = sorted(now - then), sorted(then - now)
    return [Moved(True, *one, since.why(*one)) for one in came] + [
        Moved(False, *one, since.why(*one)) for one in fell
    ]


def moved_rows(session: Session, report_id: str, figure: str) -> list[MovedRow]:
    """The same with names and what each row is."""
    found = moved(session, report_id, figure)
    members = [
        Member(one.table, one.id.partition("×")[0], one.id if one.table == "person" else "", "", None)
        for one in found
    ]
    behind = {row.id: row for row in names_behind(session, with_people(session, members))}
    rows = []
    for one in found:
        row = behind.get(f"{one.table}/{one.id.partition('×')[0]}")
        rows.append(
            MovedRow(
                f"{one.came_in}{one.table}/{one.id}", one.came_in, row.name if row else "", row.what if row else "", one.why,
                row.page if row else "", row.context if row else {},
            )
        )  # fmt: skip
    return rows


def kept_members(facts: Facts, figure: str) -> dict[str, list[str]]:
    """What is kept of the rows behind a figure: ids by table; a head-count without names as ``id×count``."""
    kept: dict[str, list[str]] = {}
    is_people = FIGURES[figure].unit is Unit.PEOPLE
    for one in counted(facts, figure).members:
        table, name = ("person", one.person) if is_people else (one.table, _name(one))
        kept.setdefault(table, []).append(name)
    return {table: sorted(ids) for table, ids in kept.items()}


def _name(one: Member) -> str:
    return one.id if one.count == 1 else f"{one.id}×{one.count}"


def data_state(session: Session) -> str:
    """What is not whole in this home just now, in a sentence; "" when everything is. Three statements."""
    waiting, held = (
        session.scalar(select(func.count()).select_from(t)) or 0 for t in (sync_inbox, sync_hold)
    )
    open_conflicts = session.scalar(
        select(func.count()).select_from(SyncConflict).where(SyncConflict.settled_at.is_(None))
    )
    said = []
    if waiting:
        said.append("同步只收到一半，还没有写进来")
    if held:
        said.append(f"{held} 条收到的记录还缺上级记录，没有写进来")
    if open_conflicts:
        said.append(f"{open_conflicts} 处两台电脑填得不一样，还没有确认")
    return "；".join(said)


class _Since:
    """Says what happened to a row after a journal entry."""

    def __init__(
        self, session: Session, after: int, packs_then: tuple[str, ...], packs_now: Sequence[str]
    ) -> None:
        self._session, self._after, self._left = session, after, MOST_REASONS
        changed = sorted(set(packs_now) - set(packs_then))
        self._otherwise = f"规则包换了版本（{'、'.join(changed)}）。" if changed else "所在的班或规则有变动。"

    def why(self, table: str, row_id: str) -> str:
        if self._left <= 0:
            return ""
        self._left -= 1
        lines = history(self._session, table, row_id.partition("×")[0], limit=20)
        later = [line for line in lines if line.entry_id > self._after]
        if not later:
            return self._otherwise
        newest = later[0]
        told = newest.sentences[0] if newest.sentences else ""
        return (
            f"{newest.at:%Y-%m-%d} {newest.label}：{told}" if told else f"{newest.at:%Y-%m-%d} {newest.label}"
        )


def _lines(session: Session, report_id: str, now: Mapping[str, int]) -> tuple[FrozenLine, ...]:
    wanted = select(
        FrozenFigure.figure, FrozenFigure.value, FrozenFigure.whole, FrozenFigure.target, FrozenFigure.lacks,
        FrozenFigure.parts,
    ).where(FrozenFigure.report_id == report_id)  # fmt: skip
    order = {key: place for place, key in enumerate(FIGURES)}
    found = [
        FrozenLine(
            one.figure, one.value, one.whole, one.target, tuple(one.lacks), one.parts, now.get(one.figure)
        )
        for one in session.execute(wanted)
    ]
    return tuple(sorted(found, key=lambda line: order.get(line.figure, len(order))))


def _row(one: FrozenReport, names: Mapping[str, str]) -> FrozenRow:
    return FrozenRow(
        one.id, one.title, Period(one.first_on, one.last_on, one.until_on), one.frozen_at, names.get(one.frozen_by, ""),
        one.state, one.submitted_at, names.get(one.submitted_by or "", ""), tuple(one.packs), one.data_state or "",
        one.note or "", one.after_entry,
    )  # fmt: skip


__all__ = [
    "FrozenLine", "FrozenRow", "Moved", "compared", "data_state", "frozen_report", "frozen_reports", "kept_members", "moved",
]  # fmt: skip
