"""Rules of 培训师: which papers run out soon, when a trainer can teach and when she is on leave, what a speciality is called. Pure."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kqdesk.kernel.resources import codes
from kqdesk.kernel.text import half_width, visible

DAY_MINUTES = 24 * 60
LONGEST_LEAVE = 366  # days; longer is a slip of the year
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


class Expiry(StrEnum):
    """How a paper stands on a day."""

    VALID = "valid"
    SOON = "soon"
    OVER = "over"


def expiry(expires_on: date | None, today: date, warning_days: int | None) -> Expiry:
    """R-TRA-01: over after its last day; soon within the pack's ``trainer.expiry_warning_days``; no date never ends.

    ``warning_days`` None (未配置) warns of nothing in advance.
    """
    if expires_on is None:
        return Expiry.VALID
    if expires_on < today:
        return Expiry.OVER
    if warning_days is not None and expires_on <= today + timedelta(days=warning_days):
        return Expiry.SOON
    return Expiry.VALID


@dataclass(frozen=True, order=True)
class Span:
    """A time in the week when a trainer can teach: weekday 1–7, minutes of the day, half-open."""

    weekday: int
    start_minute: int
    end_minute: int


def plain_account(written: str) -> str:
    """A bank account's digits without blanks and dashes."""
    return "".join(mark for mark in half_width(written) if mark not in " -")


def account_fault(written: str) -> str | None:
    """R-TRA-03: a card or passbook has 12–30 digits; a card of 16–19 digits that begins with 62 ends in its Luhn digit."""
    digits = plain_account(written)
    if not digits.isascii() or not digits.isdigit() or not 12 <= len(digits) <= 30:
        return "银行账号要是 12 到 30 位数字，请照着卡号或存折再看一遍。"
    if digits.startswith("62") and 16 <= len(digits) <= 19 and not _is_luhn(digits):
        return "银行卡号的校验位不对，多半有一位打错了，请照着卡再看一遍。"
    return None


def _is_luhn(digits: str) -> bool:
    doubled = (2 * int(digit) if n % 2 else int(digit) for n, digit in enumerate(reversed(digits)))
    return sum(number - 9 * (number > 9) for number in doubled) % 10 == 0


def free_on(spans: Iterable[Span], weekday: int) -> str:
    """When she can teach on one day of the week: 8:00—11:00、18:00—21:00; "" when not."""
    return "、".join(
        f"{_clock(span.start_minute)}—{_clock(span.end_minute)}"
        for span in joined(spans)
        if span.weekday == weekday
    )


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"


def span_fault(span: Span) -> str | None:
    """What is wrong with one span; None when nothing."""
    if not 1 <= span.weekday <= 7:
        return f"星期要在 1 到 7 之间，现在是 {span.weekday}。"
    if not 0 <= span.start_minute < span.end_minute <= DAY_MINUTES:
        return f"{WEEKDAYS[span.weekday - 1]}：结束时间要在开始时间之后，并且在同一天。"
    return None


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same time with overlapping and touching spans made one, in the order of the week.

    R-TRA-02: Monday 18:00–19:00 and 19:00–20:30 are Monday 18:00–20:30.
    """
    merged: list[Span] = []
    for span in sorted(spans):
        last = merged[-1] if merged else None
        if last and last.weekday == span.weekday and span.start_minute <= last.end_minute:
            merged[-1] = Span(last.weekday, last.start_minute, max(last.end_minute, span.end_minute))
        else:
            merged.append(span)
    return merged


def is_free(spans: Sequence[Span], wanted: Span) -> bool | None:
    """Whether a time lies wholly within what the trainer gave; None when she gave none (nobody knows)."""
    if not spans:
        return None
    return any(
        span.weekday == wanted.weekday
        and span.start_minute <= wanted.start_minute
        and wanted.end_minute <= span.end_minute
        for span in joined(spans)
    )


def shown(spans: Iterable[Span]) -> str:
    """A week in words, days with the same time together: 周一至周五 18:00—21:00、周六 8:00—11:00."""
    days: dict[tuple[int, int], list[int]] = {}
    for span in joined(spans):
        days.setdefault((span.start_minute, span.end_minute), []).append(span.weekday)
    return "、".join(
        f"{_days(weekdays)} {_clock(start)}—{_clock(end)}" for (start, end), weekdays in days.items()
    )


def _days(weekdays: list[int]) -> str:
    """周一至周五 when three or more follow each other, else 周二、周四 as 周二四."""
    first, last = weekdays[0], weekdays[-1]
    if len(weekdays) > 2 and last - first == len(weekdays) - 1:
        return f"{WEEKDAYS[first - 1]}至{WEEKDAYS[last - 1]}"
    return "周" + "".join(WEEKDAYS[day - 1][1] for day in weekdays)


def categories() -> tuple[str, ...]:
    """The ten 门类 a trainer may tick, by name (``resources/codes/specialities.toml``)."""
    return tuple(codes("specialities")["categories"])


def specialities_of(ticked: Iterable[str], typed: str | None) -> list[str]:
    """Ticked categories first, then the free words somebody typed between 、 ， ; or blanks; each once."""
    words = visible(typed or "")
    for mark in "，,；;／/|":
        words = words.replace(mark, "、")
    free = [word.strip() for part in words.split("、") for word in part.split(" ")]
    return list(dict.fromkeys(word for word in (*ticked, *free) if word))


@dataclass(frozen=True, order=True)
class Leave:
    """Whole days on which a trainer does not teach, both ends included."""

    starts_on: date
    ends_on: date
    reason: str = ""

    @property
    def days(self) -> str:
        """2026-03-02—2026-03-06, or one day."""
        last = f"—{self.ends_on:%Y-%m-%d}" if self.ends_on != self.starts_on else ""
        return f"{self.starts_on:%Y-%m-%d}{last}"

    @property
    def words(self) -> str:
        """2026-03-02—2026-03-06（外出培训）."""
        return f"{self.days}（{self.reason}）" if self.reason else self.days


def leave_faults(leaves: Sequence[Leave]) -> list[str]:
    """R-TRA-04: a leave ends on or after its first day, lasts at most a year, and two of one trainer share no day."""
    faults = []
    for one in sorted(leaves):
        if one.ends_on < one.starts_on:
            faults.append(f"请假 {one.starts_on:%Y-%m-%d}：结束日期早于开始日期，请再看一遍。")
        elif (one.ends_on - one.starts_on).days > LONGEST_LEAVE:
            faults.append(f"请假 {one.days} 超过一年，请看年份；不再授课的请用“停用”。")
    for one, other in itertools.pairwise(sorted(leaves)):
        if other.starts_on <= one.ends_on:
            faults.append(f"请假 {one.days} 和 {other.days} 有重叠的日子，请合成一条。")
    return faults


def leave_on(leaves: Iterable[Leave], day: date) -> Leave | None:
    """The leave a day lies in; None when she is there."""
    return next((one for one in leaves if one.starts_on <= day <= one.ends_on), None)


def next_leave(leaves: Iterable[Leave], today: date) -> Leave | None:
    """The leave that runs or comes next; None when there is none."""
    return min((one for one in leaves if one.ends_on >= today), default=None)
