"""Which days are taught on: holidays, 调休 make-up days, and a weekly series over them. Pure; the calendar comes in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from kqdesk.rooms.timetable.terms import Weeks

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
MAKEUP_REACH = 14  # days between a displaced lesson and the make-up day that may take it
LONGEST_SERIES = 200  # lessons; a typing slip must not make thousands
LONGEST_LOOK = 3 * 366  # days a series may stretch before the calendar is called closed for good


def weekday_word(day: date) -> str:
    """周一 … 周日."""
    return WEEKDAYS[day.weekday()]


@lru_cache(4096)
def day_word(day: date) -> str:
    """3月3日 周二."""
    return f"{day.month}月{day.day}日 {weekday_word(day)}"


@lru_cache(2048)
def clock(minute: int) -> str:
    """18:30 of a minute of the day."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


@dataclass(frozen=True)
class SchoolCalendar:
    """What is known of days. ``closed``: day → why no lesson. ``makeup``: working weekend → of which holiday.

    ``opened``: days the school opened by itself against the calendar. ``known_years``: years whose holidays the
    State Council has published and the program knows; other years only have the school's own days.
    """

    closed: Mapping[date, str] = field(default_factory=dict)
    makeup: Mapping[date, str] = field(default_factory=dict)
    opened: Mapping[date, str] = field(default_factory=dict)
    known_years: frozenset[int] = frozenset()

    def why_closed(self, day: date) -> str:
        """The holiday's name, or the school's own words; empty on a day that is taught on."""
        return "" if day in self.opened else self.closed.get(day, "")

    def is_closed(self, day: date) -> bool:
        """Whether nothing is taught that day."""
        return bool(self.why_closed(day))

    def is_makeup(self, day: date) -> bool:
        """Whether it is a weekend day that is worked, and taught on."""
        return bool(self.makeup_of(day)) and not self.is_closed(day)

    def makeup_of(self, day: date) -> str:
        """The holiday for which this weekend day is worked (调休上班); empty on others."""
        return self.makeup.get(day, "")

    def is_known(self, day: date) -> bool:
        """Whether the holidays of the day's year are known."""
        return day.year in self.known_years


@dataclass(frozen=True)
class SeriesDay:
    """One day of a series as the preview shows it. ``replaces``: the holiday lesson it makes up for."""

    on: date
    is_skipped: bool
    note: str = ""
    replaces: date | None = None


def plan_series(
    start_on: date,
    weekdays: Collection[int],
    count: int,
    calendar: SchoolCalendar,
    *,
    uses_makeup: bool = False,
    weeks: Weeks = Weeks.EVERY,
) -> list[SeriesDay]:
    """R-TIM-01: ``count`` lessons on the given ISO weekdays (1–7) from a day on, each skipped holiday named.

    ``weeks``: every week, or only the first, third … (单周) or second, fourth … (双周) counted from that of ``start_on``.

    A lesson that falls on a holiday goes to the end of the series; with ``uses_makeup`` it goes to the 调休 working
    day of the same holiday when that is at most MAKEUP_REACH days away, on or after ``start_on`` and still free.
    ValueError when the arguments cannot give a series.
    """
    wanted = frozenset(weekdays)
    if not wanted or not wanted <= set(range(1, 8)) or not 1 <= count <= LONGEST_SERIES:
        raise ValueError("a series needs weekdays 1–7 and 1 to 200 lessons")
    found: dict[date, SeriesDay] = {}
    day = start_on
    while sum(not one.is_skipped for one in found.values()) < count:
        if (day - start_on).days > LONGEST_LOOK:
            raise ValueError("the calendar has no day for this series")
        if day.isoweekday() in wanted and day not in found and _is_on(day, start_on, weeks):
            _place(day, found, calendar, start_on if uses_makeup else None)
        day += timedelta(1)
    return [found[day] for day in sorted(found)]


def _is_on(day: date, start_on: date, weeks: Weeks) -> bool:
    """Whether a day's week is one of those taught on."""
    number = (week_of(day)[0] - week_of(start_on)[0]).days // 7
    return weeks is Weeks.EVERY or (number % 2 == 0) == (weeks is Weeks.ODD)


def _place(
    day: date, found: dict[date, SeriesDay], calendar: SchoolCalendar, makeup_from: date | None
) -> None:
    why = calendar.why_closed(day)
    if not why:
        found[day] = SeriesDay(day, is_skipped=False, note=_remark(day, calendar))
        return
    instead = _makeup_for(day, why, found, calendar, makeup_from)
    if instead is None:
        found[day] = SeriesDay(day, is_skipped=True, note=f"{why}放假，顺延")
        return
    found[day] = SeriesDay(day, is_skipped=True, note=f"{why}放假，改在 {day_word(instead)}")
    found[instead] = SeriesDay(
        instead, is_skipped=False, note=f"补 {day_word(day)}（{why}调休上班日）", replaces=day
    )


def _makeup_for(
    day: date, why: str, found: Mapping[date, SeriesDay], calendar: SchoolCalendar, makeup_from: date | None
) -> date | None:
    if makeup_from is None:
        return None
    near = [
        other
        for other, holiday in calendar.makeup.items()
        if holiday == why
        and other >= makeup_from
        and other not in found
        and abs((other - day).days) <= MAKEUP_REACH
    ]
    return min(
        (other for other in near if not calendar.why_closed(other)),
        key=lambda other: (abs(other - day), other),
        default=None,
    )


def _remark(day: date, calendar: SchoolCalendar) -> str:
    if calendar.makeup_of(day):
        return f"{calendar.makeup_of(day)}调休上班日，学员可能要上班"
    return "" if calendar.is_known(day) else f"{day.year} 年放假安排还没有公布"


def plan_dates(
    start_on: date,
    weekdays: Collection[int],
    count: int,
    calendar: SchoolCalendar,
    *,
    uses_makeup: bool = False,
) -> list[date]:
    """The dates of ``plan_series`` that are taught on, in order."""
    series = plan_series(start_on, weekdays, count, calendar, uses_makeup=uses_makeup)
    return [day.on for day in series if not day.is_skipped]


def week_of(day: date) -> tuple[date, ...]:
    """Monday to Sunday of the day's week."""
    monday = day - timedelta(day.weekday())
    return tuple(monday + timedelta(n) for n in range(7))
