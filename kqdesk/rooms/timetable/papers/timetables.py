"""The timetable on paper: one week as a grid, one term as a list, for a cohort, a trainer or a site."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from pathlib import Path

from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.printing.blocks import Block, Fields, Gap, Margins, Page, Part, Text
from kqdesk.printing.document import pdf_bytes, write_pdf
from kqdesk.printing.styles import GREY, NOTE, PLAIN, TITLE, Align, FontFace
from kqdesk.printing.table import Cell, Column, Grid
from kqdesk.rooms.timetable.queries import By, LessonRow
from kqdesk.rooms.timetable.rules.days import WEEKDAYS, clock, day_word, week_of, weekday_word
from kqdesk.rooms.timetable.terms import LessonState

HALVES = (("上午", 0, 12 * 60), ("下午", 12 * 60, 17 * 60 + 30), ("晚上", 17 * 60 + 30, 24 * 60))
"""Parts of the day a week's grid is cut into: name, from, to (minutes of the day a lesson begins in)."""


@dataclass(frozen=True, slots=True)
class PrintedLesson:
    """A lesson as it stands on the wall. ``note``: 停课 or where it was moved from."""

    number: int
    on: date
    start_minute: int
    end_minute: int
    cohort: str
    topic: str
    trainer: str
    place: str
    study_hours: int
    is_cancelled: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Timetable:
    """``whose``: 缝纫班, 王水根培训师, 兰亭村礼堂. ``shows``: which of cohort, trainer, place the reader does not know
    already. ``closed``: holidays of the days printed."""

    school: str
    whose: str
    shows: tuple[str, ...]
    lessons: tuple[PrintedLesson, ...]
    printed_on: date
    closed: tuple[tuple[date, str], ...] = ()


def week_timetable(paper: Timetable, monday: date) -> Part:
    """A4 across: seven days, morning, afternoon and evening; holidays stand in their column."""
    week = week_of(monday)
    closed = dict(paper.closed)
    columns = [Column("", mm=16, face=FontFace.HEI), *(Column(wrap=True, size=10) for _ in week)]
    head = [
        ["时间", *(f"{word}\n{day.month}月{day.day}日" for word, day in zip(WEEKDAYS, week, strict=True))]
    ]
    rows: list[list[str | Cell]] = [
        [name, *(Cell(_in_cell(paper, day, first, last, closed), wrap=True) for day in week)]
        for name, first, last in HALVES
    ]
    hours = sum(one.study_hours for one in paper.lessons if not one.is_cancelled)
    return Part(
        [
            Text(f"{paper.whose}课程表", TITLE),
            Fields(
                [
                    ("学校", paper.school),
                    ("周次", f"{day_word(week[0])} — {day_word(week[-1])}（{week[0].year}年）"),
                    ("本周", f"{sum(not one.is_cancelled for one in paper.lessons)} 次课，{hours} 学时"),
                ]
            ),
            Gap(1),
            Grid(columns, rows, head=head, row_mm=38, head_mm=12, size=10),
            _foot(paper),
        ],
        page=Page(landscape=True, margins=Margins(14, 14, 14, 14), numbered=False),
        bookmark=f"{paper.whose} {day_word(week[0])}",
    )


def _in_cell(paper: Timetable, day: date, first: int, last: int, closed: dict[date, str]) -> str:
    own = [one for one in paper.lessons if one.on == day and first <= one.start_minute < last]
    if not own:
        return f"{closed[day]}" if day in closed and first == 0 else ""
    return "\n".join(_cell_words(paper, one) for one in sorted(own, key=lambda one: one.start_minute))


def _cell_words(paper: Timetable, lesson: PrintedLesson) -> str:
    lines = [f"{clock(lesson.start_minute)}—{clock(lesson.end_minute)}"]
    lines += [str(getattr(lesson, name)) for name in paper.shows]
    lines += [lesson.topic] if lesson.topic else []
    if lesson.is_cancelled:
        lines.append("（停课）")
    return "\n".join(line for line in lines if line)


def term_timetable(paper: Timetable) -> Part:
    """A4 upright: every lesson a row, months parted, cancelled ones struck out in words."""
    titles = {"cohort": "班级", "trainer": "培训师", "place": "地点"}
    widths = {"cohort": 36.0, "trainer": 20.0, "place": 34.0}
    columns = [
        Column("次", mm=9), Column("日期", mm=18), Column("星期", mm=12), Column("时间", mm=26),
        *(Column(titles[name], mm=widths[name], size=9.5, wrap=True) for name in paper.shows),
        Column("课题", align=Align.LEFT, wrap=True), Column("学时", mm=10), Column("备注", mm=22, size=9, wrap=True),
    ]  # fmt: skip
    rows: list[Sequence[str | Cell]] = []
    for (year, month), lessons in groupby(paper.lessons, key=lambda one: (one.on.year, one.on.month)):
        rows.append(
            [
                Cell(
                    f"{year}年{month}月",
                    columns=len(columns),
                    align=Align.LEFT,
                    face=FontFace.HEI,
                    fill="#F1F4F8",
                )
            ]
        )
        rows += [_term_row(paper, lesson) for lesson in lessons]
    held = [one for one in paper.lessons if not one.is_cancelled]
    blocks: list[Block] = [
        Text(f"{paper.whose}课程表", TITLE),
        Fields(
            [
                ("学校", paper.school),
                ("课次", f"{len(held)} 次"),
                ("学时合计", f"{sum(one.study_hours for one in held)} 学时"),
            ]
        ),
        Gap(1),
        Grid(columns, rows, row_mm=7.5),
        _foot(paper),
    ]
    return Part(blocks, page=Page(header_left=paper.school, header_right=paper.whose), bookmark=paper.whose)


def _term_row(paper: Timetable, lesson: PrintedLesson) -> list[str | Cell]:
    note = "停课" if lesson.is_cancelled else lesson.note
    return [
        str(lesson.number), f"{lesson.on.month}月{lesson.on.day}日", weekday_word(lesson.on),
        f"{clock(lesson.start_minute)}—{clock(lesson.end_minute)}",
        *(str(getattr(lesson, name)) for name in paper.shows), lesson.topic, str(lesson.study_hours), note,
    ]  # fmt: skip


def _foot(paper: Timetable) -> Text:
    holidays = "，".join(f"{day_word(day)}{why}" for day, why in paper.closed)
    words = f"放假：{holidays}。" if holidays else ""
    return Text(
        f"{words}如有变动以学校通知为准。{paper.printed_on.year}年{paper.printed_on.month}月{paper.printed_on.day}日印",
        replace(NOTE, colour=GREY) if not holidays else replace(PLAIN, size=9, before=1.5),
    )


def timetable_pdf(parts: Sequence[Part]) -> bytes:
    """The parts for the preview."""
    return pdf_bytes("课程表", parts)


def print_timetables(parts: Sequence[Part], path: Path, progress: Progress = Quiet()) -> int:
    """One file; returns the number of pages."""
    return write_pdf(path, "课程表", parts, progress=progress)


def as_timetable(
    whose: str,
    by: By,
    rows: Sequence[LessonRow],
    school: str,
    printed_on: date,
    closed: Sequence[tuple[date, str]] = (),
) -> Timetable:
    """The paper from what queries gave; what the reader knows already (whose it is) is left out of the cells."""
    shows = {
        By.COHORT: ("trainer", "place"),
        By.TRAINER: ("cohort", "place"),
        By.SITE: ("cohort", "trainer"),
    }[by]
    lessons = tuple(
        PrintedLesson(
            row.number, row.on, row.start_minute, row.end_minute, row.cohort,
            row.topic or (row.subject.label if row.subject else ""), row.trainer, row.place, row.study_hours,
            row.state is LessonState.CANCELLED, row.reason.partition("；")[0] if row.reason.startswith("原") else "",
        )
        for row in rows
    )  # fmt: skip
    return Timetable(school, whose, shows, lessons, printed_on, tuple(closed))
