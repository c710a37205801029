"""What trainers are paid: hours really held, with the ceilings of level and half day. Pure; every number by pack, in 分."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from kqdesk.rooms.attendance.terms import Half, Mark
from kqdesk.rooms.trainers.terms import PayLevel

NOON, EVENING = 12 * 60, 17 * 60 + 30  # minutes of the day in which afternoon and evening begin
NOT_TAUGHT = (Mark.ABSENT, Mark.EXCUSED)


@dataclass(frozen=True)
class PayPolicy:
    """The pack's numbers for pay; None is 未配置. Amounts in 分 a 学时 by ``PayLevel`` value.

    ``rates`` what the school pays · ``ceilings`` what it may pay at most · ``half_day_hours`` most paid hours a half day.
    ``basis``: the packs and versions the numbers come from, for the sheet.
    """

    rates: Mapping[str, int] | None = None
    ceilings: Mapping[str, int] | None = None
    half_day_hours: int | None = None
    basis: str = ""

    def rate(self, level: PayLevel) -> int | None:
        """分 a 学时, never above the ceiling; None when the pack has no rate for the level."""
        own = (self.rates or {}).get(level.value)
        most = (self.ceilings or {}).get(level.value)
        return own if own is None or most is None else min(own, most)


@dataclass(frozen=True)
class Taught:
    """A lesson that was held. ``mark``: the trainer's own mark, None = she taught it as the roll says."""

    lesson_id: str
    trainer_id: str
    trainer: str
    level: PayLevel
    cohort_id: str
    cohort: str
    on: date
    start_minute: int
    end_minute: int
    study_hours: int
    mark: Mark | None = None

    @property
    def half(self) -> Half:
        """The half day it begins in."""
        if self.start_minute < NOON:
            return Half.MORNING
        return Half.AFTERNOON if self.start_minute < EVENING else Half.EVENING


Spent = Mapping[tuple[str, date, Half], int]
"""Hours already paid of a trainer's half day, on earlier sheets."""


@dataclass(frozen=True)
class PayDraft:
    """One lesson as it would be paid. ``remark`` says what was cut and why; ``rate_fen`` None = 未配置."""

    lesson: Taught
    paid_hours: int
    rate_fen: int | None
    remark: str = ""

    @property
    def amount_fen(self) -> int:
        """分; nothing while the rate is 未配置."""
        return self.paid_hours * (self.rate_fen or 0)


@dataclass(frozen=True)
class PaySum:
    """One trainer on a sheet, for the paper a person signs. Money in 分."""

    trainer_id: str
    trainer: str
    level: PayLevel
    lessons: int
    hours: int
    rate_fen: int
    amount_fen: int
    remarks: tuple[str, ...] = field(default=())


def reckon_pay(lessons: Sequence[Taught], policy: PayPolicy, spent: Spent | None = None) -> list[PayDraft]:
    """R-ATT-07: each held lesson's paid hours and rate, in the order of trainer and time.

    Nothing for a lesson the trainer missed; lessons at the same time count once; no more than the pack's hours a half
    day, counting what earlier sheets paid of it; the rate never passes the ceiling of the level.
    """
    used: defaultdict[tuple[str, date, Half], int] = defaultdict(int, spent or {})
    drafts: list[PayDraft] = []
    ordered = sorted(
        lessons, key=lambda one: (one.trainer, one.trainer_id, one.on, one.start_minute, one.lesson_id)
    )
    for _, own in groupby(ordered, key=lambda one: (one.trainer_id, one.on)):
        busy_until = -1
        for one in own:
            hours, remark = _paid_hours(one, busy_until, used[one.trainer_id, one.on, one.half], policy)
            if one.mark not in NOT_TAUGHT:
                busy_until = max(busy_until, one.end_minute)
            used[one.trainer_id, one.on, one.half] += hours
            rate = policy.rate(one.level)
            above = (policy.rates or {}).get(one.level.value, 0) > (rate or 0)
            words = [remark, "课酬标准高于上限，按上限计" if above and rate is not None else ""]
            drafts.append(PayDraft(one, hours, rate, "；".join(filter(None, words))))
    return drafts


def _paid_hours(one: Taught, busy_until: int, spent: int, policy: PayPolicy) -> tuple[int, str]:
    if one.mark in NOT_TAUGHT:
        return 0, "培训师没有到课，不计"
    if one.start_minute < busy_until:
        return 0, "与同一时间的另一个班合上，不重复计"
    most = policy.half_day_hours
    if most is None:
        return one.study_hours, "半天上限未配置"
    room = max(most - spent, 0)
    if one.study_hours > room:
        return room, f"{one.half.label}最多计 {most} 学时，这次课 {one.study_hours} 学时计 {room}"
    return one.study_hours, ""


def pay_sums(drafts: Sequence[PayDraft]) -> list[PaySum]:
    """One line a trainer and level, in the order of the drafts."""
    sums = []
    for (trainer_id, level), own in groupby(
        drafts, key=lambda draft: (draft.lesson.trainer_id, draft.lesson.level)
    ):
        mine = list(own)
        sums.append(
            PaySum(
                trainer_id, mine[0].lesson.trainer, level, len(mine), sum(draft.paid_hours for draft in mine),
                mine[0].rate_fen or 0, sum(draft.amount_fen for draft in mine),
                tuple(f"{draft.lesson.on.month}月{draft.lesson.on.day}日{draft.remark}" for draft in mine if draft.remark),
            )
        )  # fmt: skip
    return sums


def unset(drafts: Sequence[PayDraft]) -> tuple[PayLevel, ...]:
    """Levels on the sheet whose rate is 未配置: nothing can be drawn up before it is set."""
    return tuple(dict.fromkeys(draft.lesson.level for draft in drafts if draft.rate_fen is None))


def yuan(fen: int) -> str:
    """分 as 1,234.50."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def month_span(month: str) -> tuple[date, date]:
    """First day of ``2026-03`` and of the month after it; ValueError when it is no month."""
    year, number = map(int, month.split("-"))
    return date(year, number, 1), date(year + number // 12, number % 12 + 1, 1)
