"""Dates in any writing people use in cells → ``date``. Pure.

A writing may allow several dates (two-digit year, day and month swapped, serial number of either calendar);
``read_dates`` gives all that are possible, best first, so that a date known from elsewhere (the ID number) can choose.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kqdesk.kernel.text import half_width, visible

_HAN_DIGITS = str.maketrans("〇零○Ｏ一二三四五六七八九壹贰叁肆伍陆柒捌玖元", "00001234567891234567891")
_MONTHS = {
    name: no
    for no, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_PLAIN = re.compile(r"([0-9]{4})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})日?")
_FIRST_YEAR = 1880
_FIRST_SERIAL = 2_000  # 1905; a smaller number in a date column is an age, a day, a running number
_EPOCH_1900 = date(1899, 12, 30)  # Excel counts a 29 February 1900 that never was; right from March 1900 on
_EPOCH_1904 = date(1904, 1, 1)


@dataclass(frozen=True, slots=True)
class DateReading:
    """What a writing can mean. ``dates``: whole dates, best first. ``months``: (year, month), when no day is told.
    ``year``: when only a year is told. All empty: it is no date.
    """

    dates: tuple[date, ...] = ()
    months: tuple[tuple[int, int], ...] = ()
    year: int | None = None

    @property
    def is_none(self) -> bool:
        """Nothing could be read."""
        return not (self.dates or self.months or self.year)

    def allows(self, day: date) -> bool:
        """Whether ``day`` is one of the meanings, as far as the writing goes."""
        return day in self.dates or (day.year, day.month) in self.months or day.year == self.year


NO_DATE = DateReading()


def read_date(written: object, *, today: date, date1904: bool = False) -> date | None:
    """The best reading of one cell as a whole date, or ``None``."""
    reading = read_dates(written, today=today, date1904=date1904)
    return reading.dates[0] if reading.dates else None


def read_dates(written: object, *, today: date, date1904: bool = False) -> DateReading:
    """Read a cell: a date, a number (serial number, 19850302, 1985.3) or text in any writing.

    Dates after ``today`` or before 1880 are no readings: everything read here is a day that has been.
    """
    if isinstance(written, datetime):
        return _whole([written.date()], today)
    if isinstance(written, date):
        return _whole([written], today)
    if isinstance(written, bool) or written is None:
        return NO_DATE
    if isinstance(written, int | float):
        return _number(written, today, date1904)
    return _text(str(written), today, date1904)


def _whole(days: list[date], today: date) -> DateReading:
    possible = dict.fromkeys(day for day in days if day.year >= _FIRST_YEAR and day <= today)
    return DateReading(dates=tuple(possible))


def _number(value: float, today: date, date1904: bool) -> DateReading:
    if value != int(value):
        year, rest = divmod(round(value * 100), 100)
        if _FIRST_YEAR <= year <= today.year and (1 <= rest <= 12 or rest % 10 == 0):
            # 1985.1 may be January or October, 1985.30 is March: a number keeps no trailing zero.
            months = [rest] if rest <= 12 and rest % 10 else [rest // 10, rest]
            return DateReading(months=tuple((year, month) for month in months if 1 <= month <= 12))
        return _serial(int(value), today, date1904)
    digits = str(int(value))
    if len(digits) in (6, 8):
        return _digits(digits, today)
    if _FIRST_YEAR <= value <= today.year and len(digits) == 4:
        return DateReading(year=int(value))
    return _serial(int(value), today, date1904)


def _serial(days: int, today: date, date1904: bool) -> DateReading:
    if not _FIRST_SERIAL <= days <= 80_000:
        return NO_DATE
    both = [_EPOCH_1900 + timedelta(days), _EPOCH_1904 + timedelta(days)]
    if date1904:
        both.reverse()
    return _whole(both, today)


def _digits(digits: str, today: date) -> DateReading:
    if len(digits) == 8:
        return _whole(_days(int(digits[:4]), int(digits[4:6]), int(digits[6:])), today)
    year, month = int(digits[:4]), int(digits[4:])
    if _FIRST_YEAR <= year <= today.year and 1 <= month <= 12:
        return DateReading(months=((year, month),))
    return _short_year(int(digits[:2]), int(digits[2:4]), int(digits[4:]), today)


def _text(written: str, today: date, date1904: bool) -> DateReading:
    plainly = _PLAIN.fullmatch(written)
    if plainly:
        return _whole(_days(int(plainly[1]), int(plainly[2]), int(plainly[3])), today)
    text = half_width(visible(written)).strip().strip("'\"`’‘“”=").strip()
    text = re.sub(r"[T\s]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(AM|PM)?Z?$", "", text, flags=re.I)
    text = _han_to_digits(text)
    text = re.sub(r"(出生|生日|生|出|公历|阳历|新历)+$|^(出生|生日|公历|阳历|新历)[::]?", "", text.strip())
    if re.fullmatch(r"\d+", text):
        return _number(int(text), today, date1904) if len(text) <= 8 else NO_DATE
    named = re.fullmatch(r"(\d{1,2})[-\s/]([A-Za-z]{3})[a-z]*[-\s/,]+(\d{2,4})", text)
    if named and named[2].lower() in _MONTHS:
        return _three(int(named[3]), _MONTHS[named[2].lower()], int(named[1]), named[3], today)
    parts = re.fullmatch(
        r"(\d{1,4})\s*[-./年,、。\\\s·_—–]+\s*(\d{1,4})(?:\s*[-./月,、。\\\s·_—–]+\s*(\d{1,4})?\s*[日号.]?)?",
        text,
    )
    if not parts:
        only = re.fullmatch(r"(\d{4})年?", text)
        return (
            DateReading(year=int(only[1])) if only and _FIRST_YEAR <= int(only[1]) <= today.year else NO_DATE
        )
    if parts[3] is None:
        return _two(parts[1], parts[2], today)
    if len(parts[3]) == 4:
        day_first, month_first = (int(parts[1]), int(parts[2])), (int(parts[2]), int(parts[1]))
        pairs = [month_first, day_first] if "/" in text else [day_first, month_first]
        return _whole([day for d, m in pairs for day in _days(int(parts[3]), m, d)], today)
    return _three(int(parts[1]), int(parts[2]), int(parts[3]), parts[1], today)


def _han_to_digits(text: str) -> str:
    """``一九八五年十二月二十一日`` → ``1985年12月21日``."""
    if not re.search(r"[一二三四五六七八九十〇零○壹贰叁肆伍陆柒捌玖拾元]", text):
        return text

    def tens(found: re.Match[str]) -> str:
        left, right = (part.translate(_HAN_DIGITS) for part in (found[1] or "", found[2] or ""))
        return f"{left or 1}{right or 0}"

    text = re.sub(r"([一二三])?[十拾]([一二三四五六七八九])?", tens, text)
    return text.translate(_HAN_DIGITS)


def _two(first: str, second: str, today: date) -> DateReading:
    """Year and month; a year of two digits is one of the last hundred."""
    if len(first) == 3 or len(second) > 2:
        return NO_DATE
    years = [int(first)] if len(first) == 4 else _centuries(int(first), today)
    month = int(second)
    if not 1 <= month <= 12:
        return NO_DATE
    return DateReading(months=tuple((year, month) for year in years if _FIRST_YEAR <= year <= today.year))


def _three(year: int, month: int, day: int, year_written: str, today: date) -> DateReading:
    if len(year_written) == 4:
        return _whole(_days(year, month, day), today)
    return _short_year(year, month, day, today) if len(year_written) <= 2 else NO_DATE


def _short_year(year: int, month: int, day: int, today: date) -> DateReading:
    return _whole([found for full in _centuries(year, today) for found in _days(full, month, day)], today)


def _centuries(year: int, today: date) -> list[int]:
    """Rosters list grown-ups: 05 is 2005 before 1905, but 20 is 1920 before 2020 only when nothing else tells."""
    recent, older = 2000 + year, 1900 + year
    return [recent, older] if recent <= today.year - 14 else [older, recent]


def _days(year: int, month: int, day: int) -> list[date]:
    try:
        return [date(year, month, day)]
    except ValueError:
        return []
