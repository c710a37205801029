"""A line of 工作台, the day in words, and the order of the morning."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kqdesk.rooms.home.terms import First, Group, Kind
from kqdesk.rooms.timetable.rules.days import SchoolCalendar

WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
MOST = 4  # lines of one kind before the rest is summed up in one
GREETINGS = ((5, "夜深了"), (9, "早上好"), (12, "上午好"), (14, "中午好"), (18, "下午好"), (24, "晚上好"))


@dataclass(frozen=True)
class Line:
    """One thing to do. ``tone`` colours icon and pill; ``page`` and ``context`` lead to where it is done.

    ``key`` is the line's own name, so that the cursor stays on it when the list is asked again.
    ``count``: how many things it stands for.
    """

    kind: Kind
    group: Group
    key: str
    sentence: str
    detail: str = ""
    pill: str = ""
    tone: str = "neutral"
    button: str = "去看看"
    page: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    count: int = 1


@dataclass(frozen=True)
class Figure:
    """A calm number and the page behind it."""

    label: str
    value: int
    unit: str
    page: str
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One of the first steps, ticked when the school has at least one of what it makes.

    is_needed: a school has begun without it, too.
    """

    first: First
    is_done: bool
    button: str
    page: str
    context: Mapping[str, Any] = field(default_factory=dict)
    is_needed: bool = True


def greeting(hour: int) -> str:
    """What one says at an hour (0–23) of the school's clock."""
    return next(words for until, words in GREETINGS if hour < until)


def day_words(day: date, calendar: SchoolCalendar) -> str:
    """R-HOM-01: 3月2日 星期一，工作日: the State Council's calendar with the school's own days over it."""
    said = f"{day.month}月{day.day}日 {WEEKDAYS[day.weekday()]}"
    if day in calendar.opened:
        return f"{said}，本校上课日"
    if calendar.why_closed(day):
        return f"{said}，{calendar.why_closed(day)}放假"
    if calendar.makeup_of(day):
        return f"{said}，{calendar.makeup_of(day)}调休上班"
    if not calendar.is_known(day):
        return f"{said}，今年放假安排还没有公布"
    return f"{said}，{'工作日' if day.weekday() < 5 else '休息日'}"


def summary(lines: Collection[Line]) -> str:
    """The day in one sentence: lessons today, and how many lines were missed or wait for somebody."""
    lessons = sum(line.count for line in lines if line.kind is Kind.LESSON)
    due = sum(line.group in (Group.OVERDUE, Group.WAITING) for line in lines)
    if not lessons:
        return f"今天没有课，有 {due} 件事等着办。" if due else "今天没有课，也没有等着办的事。"
    return (
        f"今天有 {lessons} 次课，另有 {due} 件事等着办。" if due else f"今天有 {lessons} 次课，没有落下的事。"
    )


def near_day(day: date, today: date) -> str:
    """昨天 · 3 天前 · 明天 · 5 天后."""
    days = (day - today).days
    words = {-1: "昨天", 0: "今天", 1: "明天", -2: "前天", 2: "后天"}
    return words.get(days, f"{-days} 天前" if days < 0 else f"{days} 天后")


def short_day(day: date) -> str:
    """3月2日."""
    return f"{day.month}月{day.day}日"


def in_order(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Today first, then what was missed, what waits for the person here, what comes; within a group as they came."""
    order = {group: place for place, group in enumerate(Group)}
    return tuple(sorted(lines, key=lambda line: order[line.group]))


def joined(*parts: str) -> str:
    """The parts that are not empty, between dots."""
    return " · ".join(part for part in parts if part)
