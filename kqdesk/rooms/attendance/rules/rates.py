"""What marks amount to: the two percentages people mix up, study hours earned, absences left. Pure; weights by pack."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kqdesk.rooms.attendance.terms import Mark

WHOLE, NOTHING = Fraction(1), Fraction(0)


@dataclass(frozen=True)
class AttendancePolicy:
    """The pack's numbers for attendance; None is 未配置.

    ``late_weight``: what a late or early-leaving mark counts of a whole one (0..1). ``excused``: how leave counts,
    ``absent`` · ``excluded`` (neither for nor against) · ``present``. ``minimum_rate`` 0..1.
    """

    late_weight: Fraction | None = None
    excused: str | None = None
    minimum_rate: Fraction | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """The pack items that must be filled in before a rate can be told."""
        wanted = {"attendance.late_weight": self.late_weight, "attendance.excused": self.excused}
        return tuple(key for key, found in wanted.items() if found is None)


@dataclass(frozen=True)
class Attended:
    """One lesson of a learner: study hours it carries, whether it was held, and her mark (None = 未登记)."""

    study_hours: int
    is_held: bool
    mark: Mark | None = None


@dataclass(frozen=True)
class Rates:
    """Two percentages, as exact fractions; None when they cannot be told (nothing held, or 未配置).

    ``of_held`` 已上课出勤率: of the hours held so far that count for her. ``of_due`` 应修学时完成率: of all hours planned.
    ``hours``: study hours earned so far.
    """

    of_held: Fraction | None
    of_due: Fraction | None
    hours: Fraction | None


def weight(mark: Mark | None, policy: AttendancePolicy) -> Fraction | None:
    """What share of a lesson a mark earns; None when the pack does not say. 未登记 earns nothing."""
    match mark:
        case Mark.PRESENT:
            return WHOLE
        case Mark.LATE | Mark.LEFT_EARLY:
            return policy.late_weight
        case Mark.EXCUSED:
            return {"present": WHOLE, "absent": NOTHING, "excluded": NOTHING}.get(policy.excused or "")
        case _:
            return NOTHING


def attendance_rates(lessons: Sequence[Attended], policy: AttendancePolicy) -> Rates:
    """R-ATT-01: hours attended of hours held, and of all hours due; by study hours, not by head of lesson.

    A lesson missed with leave leaves the first rate alone when the pack excludes leave; the second never forgets it.
    """
    held = [lesson for lesson in lessons if lesson.is_held and lesson.mark is not None]
    earned = [(lesson, weight(lesson.mark, policy)) for lesson in held]
    if any(share is None for _, share in earned):
        return Rates(None, None, None)
    hours = sum((share * lesson.study_hours for lesson, share in earned if share is not None), NOTHING)
    counted = sum(lesson.study_hours for lesson in held if not _is_left_out(lesson.mark, policy))
    due = sum(lesson.study_hours for lesson in lessons)
    return Rates(Fraction(hours, counted) if counted else None, Fraction(hours, due) if due else None, hours)


def _is_left_out(mark: Mark | None, policy: AttendancePolicy) -> bool:
    return mark is Mark.EXCUSED and policy.excused == "excluded"


def study_hours_earned(lessons: Sequence[Attended], policy: AttendancePolicy) -> Fraction | None:
    """R-ATT-02: study hours from held, marked lessons; None when a mark's weight is 未配置."""
    return attendance_rates(lessons, policy).hours


def with_online(rates: Rates, online_hours: int, due: int) -> Rates:
    """R-ATT-06: online hours add to the hours earned and to what is done of the hours due, never over all of them."""
    if not online_hours or rates.hours is None:
        return rates
    hours = rates.hours + online_hours
    return Rates(rates.of_held, min(Fraction(hours, due), WHOLE) if due else None, hours)


def absences_left(lessons: Sequence[Attended], policy: AttendancePolicy) -> int | None:
    """R-ATT-03: how many of the lessons still to come may be missed before the final rate falls below the minimum.

    Takes every other lesson to come as attended, the longest ones as missed last. -1: the minimum is out of reach.
    None: no minimum is set, or a weight is missing.
    """
    if policy.minimum_rate is None:
        return None
    hours = study_hours_earned(lessons, policy)
    if hours is None:
        return None
    marked = [lesson for lesson in lessons if lesson.is_held and lesson.mark is not None]
    ahead = sorted(
        (one.study_hours for one in lessons if not (one.is_held and one.mark is not None)), reverse=True
    )
    total = sum(ahead) + sum(lesson.study_hours for lesson in marked if not _is_left_out(lesson.mark, policy))
    best = hours + sum(ahead)
    if best < policy.minimum_rate * total:
        return -1
    missed = 0
    for study_hours in ahead:
        best -= study_hours
        if best < policy.minimum_rate * total:
            break
        missed += 1
    return missed


def standing(left: int | None, to_come: int) -> str:
    """The warning beside a name; empty when nothing threatens or the minimum is 未配置."""
    if left is None or (left >= 3 and left < to_come) or left >= to_come:
        return ""
    if left < 0:
        return "已达不到最低出勤率"
    return f"再缺 {left + 1} 次将不合格"


def percent(rate: Fraction | None) -> str:
    """92.5% · empty for None; one place, halves up, never more than is true at 100."""
    if rate is None:
        return ""
    tenths = int(rate * 1000 + Fraction(1, 2))
    tenths = min(tenths, 999) if rate < 1 else tenths
    whole, rest = divmod(tenths, 10)
    return f"{whole}.{rest}%" if rest else f"{whole}%"


def hours_word(hours: Fraction | None) -> str:
    """Study hours with at most two places, without trailing noughts; empty for None."""
    if hours is None:
        return ""
    whole, rest = divmod(int(hours * 100 + Fraction(1, 2)), 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")


def read_numbers(text: str) -> tuple[int, ...]:
    """Roll numbers as typed: ``3,7,21``, ``3 7 21``, ``3、7-9``. ValueError names what is no number."""
    found: list[int] = []
    for part in re.split(r"[,，、;；\s]+", text.strip()):
        if not part:
            continue
        ends = re.fullmatch(r"(\d{1,3})(?:\s*[-–—~]\s*(\d{1,3}))?", part)
        if ends is None:
            raise ValueError(f"“{part}”不是序号。请这样输入：3,7,21 或 5-8。")
        first, last = int(ends[1]), int(ends[2] or ends[1])
        if last < first:
            raise ValueError(f"“{part}”前面的序号比后面的大。")
        found += range(first, last + 1)
    return tuple(dict.fromkeys(found))


def rest_present(enrolment_ids: Sequence[str], marks: Mapping[str, Mark]) -> dict[str, Mark]:
    """R-ATT-04: 到 for those without any mark; an entered leave or absence is never touched."""
    return {enrolment_id: Mark.PRESENT for enrolment_id in enrolment_ids if enrolment_id not in marks}
