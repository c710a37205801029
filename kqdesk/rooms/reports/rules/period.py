"""A stretch of days numbers are asked for. Targets of the district run by calendar year, official forms by school year."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

SCHOOL_YEAR_BEGINS = 9  # the month; 9/1–8/31, as the yearbook asks


@dataclass(frozen=True, slots=True)
class Period:
    """From ``first`` to ``last``, both counted. ``until``: the day up to which rows are known; None = ``last``.

    What happens after ``until`` is not counted yet, but a class that ends between it and ``last`` is still ahead.
    """

    first: date
    last: date
    until: date | None = None

    @property
    def end(self) -> date:
        """The last day that counts."""
        return self.last if self.until is None else min(self.until, self.last)

    @property
    def days(self) -> int:
        """How many days the whole period has."""
        return (self.last - self.first).days + 1

    @property
    def days_gone(self) -> int:
        """How many of them are over, 0 when it has not begun."""
        return max((self.end - self.first).days + 1, 0)

    def has(self, day: date | None) -> bool:
        """Whether something of that day counts."""
        return day is not None and self.first <= day <= self.end

    def seen_on(self, day: date) -> "Period":
        """The same period as it is known on a day."""
        return Period(self.first, self.last, min(day, self.last))

    def a_year_before(self) -> "Period":
        """The same stretch one year earlier, whole."""
        return Period(_year_back(self.first), _year_back(self.last))

    def months(self) -> Iterator[str]:
        """Every month that is touched, as 2026-03."""
        day = self.first.replace(day=1)
        while day <= self.last:
            yield f"{day:%Y-%m}"
            day = (day + timedelta(days=31)).replace(day=1)

    @property
    def words(self) -> str:
        """2026年 · 2025学年 · 2026年3月 · 2026年3月1日—2026年5月31日."""
        first, last = self.first, self.last
        if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
            return f"{first.year}年"
        if self == school_year(first.year, until=self.until):
            return f"{first.year}学年（{first:%Y}.9—{last:%Y}.8）"
        if self == month_of(first, until=self.until):
            return f"{first.year}年{first.month}月"
        return f"{_day(first)}—{_day(last)}"


def calendar_year(year: int, *, until: date | None = None) -> Period:
    """1 January to 31 December."""
    return Period(date(year, 1, 1), date(year, 12, 31), until)


def school_year(year: int, *, until: date | None = None) -> Period:
    """1 September of ``year`` to 31 August of the next."""
    return Period(
        date(year, SCHOOL_YEAR_BEGINS, 1), date(year + 1, SCHOOL_YEAR_BEGINS, 1) - timedelta(1), until
    )


def month_of(day: date, *, until: date | None = None) -> Period:
    """The month a day is in."""
    return Period(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]), until)


def year_of(day: date, *, by_school_year: bool, until: date | None = None) -> Period:
    """The year a day is in, by the calendar or by school years."""
    if not by_school_year:
        return calendar_year(day.year, until=until)
    return school_year(day.year if day.month >= SCHOOL_YEAR_BEGINS else day.year - 1, until=until)


def _year_back(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
