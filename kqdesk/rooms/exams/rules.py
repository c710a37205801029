"""What a mark is, who may sit, which attempt counts, who sits where. Pure; numbers come from the rule pack.

Marks are kept in tenths of a mark. Shares are exact fractions of study hours (0..1).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.text import half_width
from kqdesk.rooms.attendance.rules import AttendancePolicy, weight
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.catalogue.terms import DualLevel, Subject
from kqdesk.rooms.cohorts.terms import ScienceOption
from kqdesk.rooms.exams.terms import ScoreFlag
from kqdesk.rooms.office.rules import Band

NOON, AFTERNOON = 12 * 60, 13 * 60
_NUMBER = re.compile(r"(\d{1,5})(?:\.(\d+))?\s*分?")
_FLAGS = {"缺考": ScoreFlag.ABSENT, "缺": ScoreFlag.ABSENT, "缓考": ScoreFlag.DEFERRED, "缓": ScoreFlag.DEFERRED,
          "违纪": ScoreFlag.VIOLATION, "违": ScoreFlag.VIOLATION}  # fmt: skip


# -- marks ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Points:
    """What stands in one cell: tenths of a mark, or why there is none."""

    tenths: int | None = None
    flag: ScoreFlag | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing entered yet."""
        return self.tenths is None and self.flag is None

    @property
    def words(self) -> str:
        """``79`` · ``79.5`` · 缺考 · empty."""
        if self.flag is not None:
            return self.flag.label
        return "" if self.tenths is None else points_words(self.tenths)


def points_words(tenths: int) -> str:
    """``795`` → 79.5, ``800`` → 80."""
    whole, rest = divmod(tenths, 10)
    return f"{whole}.{rest}" if rest else str(whole)


def read_points(text: str, *, full_marks: int, integer_marks: bool | None) -> Points:
    """One typed mark: a number from 0 to full marks, or 缺考 缓考 违纪. UserError says what to look at.

    R-EXA-02: integer_marks True refuses halves; False or None (未配置) takes one decimal place.
    """
    plain = half_width(text).strip()
    if plain in _FLAGS:
        return Points(flag=_FLAGS[plain])
    number = _NUMBER.fullmatch(plain)
    if number is None:
        raise UserError(f"“{plain}”不是分数。请填 0—{full_marks} 的数字，或填“缺考”“缓考”“违纪”。")
    rest = (number[2] or "").rstrip("0")
    if len(rest) > 1:
        raise UserError(f"{plain} 的小数太多，最多一位。")
    if rest and integer_marks:
        raise UserError(f"这里只记整数分，{plain} 不能填。请按评卷规定取整后再填。")
    points = Points(tenths=int(number[1]) * 10 + int(rest or 0))
    fault = points_fault(points, full_marks=full_marks)
    if fault:
        raise UserError(fault)
    return points


def points_fault(points: Points, *, full_marks: int) -> str:
    """What is wrong with a mark, in a sentence; empty when it can be kept."""
    if points.tenths is None:
        return ""
    if points.flag is not None:
        return f"有了“{points.flag.label}”就不能再填分数。"
    if 0 <= points.tenths <= full_marks * 10:
        return ""
    return f"满分是 {full_marks} 分，{points_words(points.tenths)} 分超出了范围，请看卷面核对。"


def band_of(points: Points, bands: Sequence[Band]) -> Band | None:
    """R-EXA-01: the grade a mark falls into: the highest band whose lower edge it reaches. None without a mark.

    79.5 is below 80, so it is a B: a band begins exactly at its edge.
    """
    if points.tenths is None:
        return None
    return next((band for band in bands if points.tenths >= band.lowest * 10), None)


@dataclass(frozen=True)
class Attempt:
    """One locked result of a person in a subject."""

    subject: Subject
    on: date
    points: Points
    sitting_id: str
    sitting: str
    level: DualLevel | None = None


def counting_attempt(attempts: Iterable[Attempt], how: str | None) -> Attempt | None:
    """R-EXA-03: the attempt that counts: ``best`` (or 未配置) the highest mark, ``last`` the newest one with a mark.

    Of equal ones the earlier: a resit that brings nothing does not move the date.
    """
    marked = [attempt for attempt in attempts if attempt.points.tenths is not None]
    if not marked:
        return None
    if how == "last":
        return max(marked, key=lambda a: (a.on, a.sitting_id))
    return max(marked, key=lambda a: (a.points.tenths or 0, -a.on.toordinal(), a.sitting_id))


# -- who may sit ----------------------------------------------------------------------------------


class Admission(StrEnum):
    """Whether a learner may sit, as far as the pack says."""

    MAY = "may"
    MAY_NOT = "may_not"
    UNSET = "unset"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """What people read."""
        return {"may": "准考", "may_not": "出勤不足", "unset": "未配置", "unknown": "没有考勤"}[self.value]


def share_attended(hours: Mapping[Mark, int], policy: AttendancePolicy) -> Fraction | None:
    """Study hours attended of those held and marked (0..1); None when nothing is marked or a weight is 未配置."""
    earned, counted = Fraction(0), 0
    for mark, study_hours in hours.items():
        share = weight(mark, policy)
        if share is None:
            return None
        earned += share * study_hours
        counted += 0 if mark is Mark.EXCUSED and policy.excused == "excluded" else study_hours
    return Fraction(earned, counted) if counted else None


def may_sit(share: Fraction | None, minimum: Fraction | None) -> Admission:
    """R-EXA-04: attendance at or above the pack's minimum. Without a minimum nothing is claimed."""
    if minimum is None:
        return Admission.UNSET
    if share is None:
        return Admission.UNKNOWN
    return Admission.MAY if share >= minimum else Admission.MAY_NOT


def takes(subject: Subject, option: ScienceOption | None) -> bool:
    """Whether a candidate with this option sits this paper: of the two sciences only her own."""
    if subject in (Subject.NATURAL_SCIENCE, Subject.SOCIAL_SCIENCE):
        return option is not None and subject.value == option.value
    return True


# -- papers and seats -----------------------------------------------------------------------------


def paper_times(
    subjects: Sequence[tuple[Subject, str | None]], *, first_minute: int, minutes: int, pause: int
) -> list[tuple[Subject, int, int]]:
    """Papers of one day one after the other: (subject, start, end) in minutes of the day.

    ``subjects``: with their choice group; papers of one group lie at the same time. A paper that would run over
    noon is moved to 13:00.
    """
    placed: list[tuple[Subject, int, int]] = []
    group_at: dict[str, int] = {}
    start = first_minute
    for subject, group in subjects:
        if group and group in group_at:
            placed.append((subject, group_at[group], group_at[group] + minutes))
            continue
        if start < AFTERNOON and start + minutes > NOON:
            start = AFTERNOON
        placed.append((subject, start, start + minutes))
        if group:
            group_at[group] = start
        start += minutes + pause
    return placed


@dataclass(frozen=True)
class Seeker:
    """A candidate without a seat. ``cohort_id`` empty: comes from outside any cohort."""

    candidate_id: str
    person_id: str
    cohort_id: str
    option: ScienceOption | None = None


@dataclass(frozen=True)
class Hall:
    """An exam room as the seating sees it."""

    id: str
    name: str
    capacity: int


@dataclass(frozen=True)
class Placed:
    """A candidate's seat."""

    candidate_id: str
    hall_id: str
    seat_no: int


def arrange_seats(seekers: Sequence[Seeker], halls: Sequence[Hall], *, is_mixed: bool = True) -> list[Placed]:
    """R-EXA-05: everybody exactly one seat, no room above its capacity, candidates of one science option together.

    Mixed seating keeps people of one cohort apart as far as their numbers allow. UserError when a person stands
    twice or the seats do not suffice.
    """
    doubled = [person for person, n in Counter(s.person_id for s in seekers).items() if n > 1]
    if doubled:
        raise UserError(f"有 {len(doubled)} 人在这场考试里出现了两次，请先删去多余的考生再编场。")
    seats = [(hall.id, seat) for hall in halls for seat in range(1, hall.capacity + 1)]
    if len(seats) < len(seekers):
        raise UserError(
            f"考生 {len(seekers)} 人，座位只有 {len(seats)} 个。请再加 {len(seekers) - len(seats)} 个座位的考场。"
        )
    options = [None, *ScienceOption]
    ordered: list[Seeker] = []
    for option in options:
        same = [seeker for seeker in seekers if seeker.option is option]
        ordered += _apart(same) if is_mixed else same
    return [
        Placed(seeker.candidate_id, hall_id, seat_no)
        for seeker, (hall_id, seat_no) in zip(ordered, seats, strict=False)
    ]


def _apart(seekers: Sequence[Seeker]) -> list[Seeker]:
    """Always from the cohort that has most left, never the same twice running unless only it is left."""
    waiting: dict[str, list[Seeker]] = defaultdict(list)
    for seeker in reversed(seekers):
        waiting[seeker.cohort_id].append(seeker)
    order: list[Seeker] = []
    while waiting:
        last = order[-1].cohort_id if order else None
        others = [cohort for cohort in waiting if cohort != last] or list(waiting)
        chosen = max(others, key=lambda cohort: len(waiting[cohort]))
        order.append(waiting[chosen].pop())
        if not waiting[chosen]:
            del waiting[chosen]
    return order


def ticket_no(on: date, hall_number: int, seat_no: int) -> str:
    """准考证号 of our own sittings: day, room and seat, so the number alone finds the chair: 2604120115."""
    return f"{on:%y%m%d}{hall_number:02d}{seat_no:02d}"


@dataclass(frozen=True)
class Watch:
    """A room with those who invigilate, and the cohorts that sit in it."""

    hall: str
    invigilators: Sequence[str]
    cohort_ids: Collection[str]


def invigilation_faults(
    watches: Sequence[Watch],
    names: Mapping[str, str],
    teaches: Mapping[str, Collection[str]],
    *,
    per_hall: int | None,
    own_cohort_allowed: bool,
) -> list[str]:
    """R-EXA-06: enough different invigilators a room, nobody in two rooms, none who teaches a cohort in the room.

    ``teaches``: trainer → cohorts. ``per_hall`` None (未配置): the number is not checked.
    """
    faults = []
    for watch in watches:
        if per_hall is not None and len(set(watch.invigilators)) < per_hall:
            faults.append(f"{watch.hall}要 {per_hall} 名监考，现在 {len(set(watch.invigilators))} 名。")
        for trainer in [] if own_cohort_allowed else watch.invigilators:
            if set(teaches.get(trainer, ())) & set(watch.cohort_ids):
                faults.append(f"{watch.hall}：{names.get(trainer, '监考')}教这个考场里的班，请换人监考。")
    places = Counter(trainer for watch in watches for trainer in set(watch.invigilators))
    faults += [
        f"{names.get(t, '一名监考')}同时排在 {n} 个考场，只能在一个。" for t, n in places.items() if n > 1
    ]
    return faults


def average(points: Iterable[Points]) -> Decimal | None:
    """Mean of the marks given, one decimal place, halves up; None when there is none."""
    tenths = [p.tenths for p in points if p.tenths is not None]
    if not tenths:
        return None
    return Decimal((2 * sum(tenths) + len(tenths)) // (2 * len(tenths))) / 10
