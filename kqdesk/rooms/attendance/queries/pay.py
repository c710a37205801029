"""What was taught and what is paid for it: hours held, a month as it would be paid, the sheets drawn up."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from kqdesk.rooms.attendance import rules
from kqdesk.rooms.attendance.model import PayLine, PaySheet
from kqdesk.rooms.attendance.queries.roll import LessonToRoll, lessons_between
from kqdesk.rooms.attendance.rules import PayDraft, PayPolicy, PaySum, Taught
from kqdesk.rooms.attendance.terms import Half, PayState
from kqdesk.rooms.office.model import Staff
from kqdesk.rooms.office.queries import pack_value
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.rooms.trainers.model import Trainer

LIVE = (PayState.DRAWN, PayState.APPROVED)


@dataclass(frozen=True)
class PayWaiting:
    """A lesson that would be paid but cannot be yet, and what is missing."""

    lesson_id: str
    cohort: str
    on: date
    trainer: str
    why: str


@dataclass(frozen=True)
class PayPreview:
    """A month as it would be paid now. ``waiting``: lessons that must first be rolled, locked or given a trainer."""

    month: str
    policy: PayPolicy
    drafts: tuple[PayDraft, ...]
    waiting: tuple[PayWaiting, ...]

    @property
    def sums(self) -> list[PaySum]:
        """One line a trainer."""
        return rules.pay_sums(self.drafts)


@dataclass(frozen=True)
class PaySheetRow:
    """One sheet in the list. ``total_fen`` in 分."""

    id: str
    month: str
    number: int
    state: PayState
    drawn_at: datetime
    drawn_by: str
    drawer_id: str
    approved_at: datetime | None
    approved_by: str
    basis: str
    lessons: int
    hours: int
    total_fen: int

    @property
    def title(self) -> str:
        """2026年3月课酬表, with its number from the second on."""
        year, month = self.month.split("-")
        return f"{year}年{int(month)}月课酬表" + (f"（第 {self.number} 张）" if self.number > 1 else "")


@dataclass(frozen=True)
class PaySheetCard:
    """One sheet with its lessons, as they were frozen."""

    sheet: PaySheetRow
    drafts: tuple[PayDraft, ...]

    @property
    def sums(self) -> list[PaySum]:
        """One line a trainer."""
        return rules.pay_sums(self.drafts)


def pay_policy_on(session: Session, on: date) -> PayPolicy:
    """The pack's numbers for pay on a day; three look-ups."""
    rates = pack_value(session, "trainer.pay_rate", on=on)
    ceilings = pack_value(session, "trainer.pay_ceiling", on=on)
    half_day = pack_value(session, "trainer.half_day_hours", on=on)
    named = dict.fromkeys(
        f"{one.pack_title} v{one.pack_version}" for one in (rates, ceilings, half_day) if one
    )
    return PayPolicy(
        rates.levels if rates else None,
        ceilings.levels if ceilings else None,
        half_day.number if half_day else None,
        "；".join(named),
    )


def pay_preview(session: Session, month: str, *, now: datetime) -> PayPreview:
    """The lessons held and locked in ``2026-03`` that no sheet has yet; a fixed number of statements."""
    first, after = rules.month_span(month)
    policy = pay_policy_on(session, after - timedelta(days=1))
    held = [one for one in lessons_between(session, first, after - timedelta(days=1), now=now)
            if one.state is LessonState.HELD]  # fmt: skip
    paid = paid_lessons(session, first, after)
    levels = dict(session.execute(select(Trainer.id, Trainer.pay_level)).all())
    open_now = [one for one in held if one.id not in paid]
    taught = [taught_of(one, levels) for one in open_now if not _missing(one)]
    waiting = [
        PayWaiting(one.id, one.cohort, one.on, one.trainer, _missing(one))
        for one in open_now
        if _missing(one)
    ]
    drafts = rules.reckon_pay(taught, policy, _spent(session, first, after))
    return PayPreview(
        month, policy, tuple(drafts), tuple(sorted(waiting, key=lambda one: (one.on, one.cohort)))
    )


def _missing(one: LessonToRoll) -> str:
    if one.trainer_id is None:
        return "没有培训师"
    if not one.is_taken:
        return "没有点名"
    return "" if one.is_locked else "点名还没锁定"


def taught_of(one: LessonToRoll, levels: Mapping[str, Any]) -> Taught:
    """A held lesson as pay sees it; it has a trainer."""
    trainer_id = one.trainer_id or ""
    return Taught(
        one.id, trainer_id, one.trainer, levels[trainer_id], one.cohort_id, one.cohort, one.on, one.start_minute,
        one.end_minute, one.study_hours, one.trainer_mark,
    )  # fmt: skip


def paid_lessons(session: Session, first: date, after: date) -> set[str]:
    """Lessons of these days that stand on a sheet that was not voided; one statement."""
    found = session.scalars(
        select(PayLine.lesson_id)
        .join(PaySheet, PaySheet.id == PayLine.pay_sheet_id)
        .where(PaySheet.state.in_(LIVE), PayLine.on >= first, PayLine.on < after)
    )
    return set(found)


def _spent(session: Session, first: date, after: date) -> dict[tuple[str, date, Half], int]:
    found = session.execute(
        select(PayLine.trainer_id, PayLine.on, PayLine.half, func.sum(PayLine.paid_hours))
        .join(PaySheet, PaySheet.id == PayLine.pay_sheet_id)
        .where(PaySheet.state.in_(LIVE), PayLine.on >= first, PayLine.on < after)
        .group_by(PayLine.trainer_id, PayLine.on, PayLine.half)
    )
    return {(trainer, on, half): int(hours) for trainer, on, half, hours in found}


def pay_sheets(session: Session, sheet_id: str | None = None) -> list[PaySheetRow]:
    """All sheets, newest month first, or one of them; one statement."""
    drawer, approver = aliased(Staff), aliased(Staff)
    wanted = (
        select(
            PaySheet.id, PaySheet.month, PaySheet.number, PaySheet.state, PaySheet.drawn_at, drawer.name,
            PaySheet.drawn_by, PaySheet.approved_at, func.coalesce(approver.name, ""), PaySheet.basis,
            func.count(PayLine.id), func.coalesce(func.sum(PayLine.paid_hours), 0),
            func.coalesce(func.sum(PayLine.amount_fen), 0),
        )
        .join(drawer, drawer.id == PaySheet.drawn_by)
        .outerjoin(approver, approver.id == PaySheet.approved_by)
        .outerjoin(PayLine, PayLine.pay_sheet_id == PaySheet.id)
        .group_by(PaySheet.id)
        .order_by(PaySheet.month.desc(), PaySheet.number.desc())
    )  # fmt: skip
    if sheet_id is not None:
        wanted = wanted.where(PaySheet.id == sheet_id)
    found: Iterable[Any] = session.execute(wanted)
    return [PaySheetRow(*line) for line in found]


def pay_sheet_card(session: Session, sheet_id: str) -> PaySheetCard | None:
    """One sheet with its lessons; None when it is gone. Two statements."""
    rows = pay_sheets(session, sheet_id)
    return PaySheetCard(rows[0], tuple(_frozen(session, PayLine.pay_sheet_id == sheet_id))) if rows else None


def pay_of_cohort(session: Session, cohort_id: str) -> list[PayDraft]:
    """Approved pay for a cohort's lessons; one statement."""
    approved = select(PaySheet.id).where(PaySheet.state == PayState.APPROVED)
    return _frozen(session, PayLine.cohort_id == cohort_id, PayLine.pay_sheet_id.in_(approved))


def _frozen(session: Session, *conditions: Any) -> list[PayDraft]:
    """Lines as stored, in the order of trainer and day. Their minutes are gone: the half day is what was frozen."""
    starts = {Half.MORNING: 0, Half.AFTERNOON: rules.NOON, Half.EVENING: rules.EVENING}
    rows: Sequence[PayLine] = session.scalars(
        select(PayLine)
        .where(*conditions)
        .order_by(PayLine.trainer_name, PayLine.trainer_id, PayLine.on, PayLine.id)
    ).all()
    return [
        PayDraft(
            Taught(
                row.lesson_id, row.trainer_id, row.trainer_name, row.pay_level, row.cohort_id, row.cohort_title, row.on,
                starts[row.half], starts[row.half], row.study_hours,
            ),
            row.paid_hours, row.rate_fen, row.remark,
        )
        for row in rows
    ]  # fmt: skip


def teaching_hours(session: Session, first: date, last: date, *, now: datetime) -> dict[str, int]:
    """Trainer → 学时 of lessons held, rolled and locked in these days, missed ones left out; four statements."""
    hours: defaultdict[str, int] = defaultdict(int)
    for one in lessons_between(session, first, last, now=now):
        if (
            one.trainer_id
            and one.state is LessonState.HELD
            and one.is_locked
            and one.trainer_mark not in rules.NOT_TAUGHT
        ):
            hours[one.trainer_id] += one.study_hours
    return dict(hours)
