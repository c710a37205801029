"""The list at the left: which lessons there are and how their rolls stand."""

from datetime import date
from functools import partial

from kqdesk.desk.cells import Column, Pill
from kqdesk.rooms.attendance.queries import LessonToRoll
from kqdesk.rooms.timetable.rules.days import clock


def _when(row: LessonToRoll) -> str:
    return f"{row.on.month}-{row.on.day} {clock(row.start_minute)}"


def _state(today: date, row: LessonToRoll) -> Pill:
    if row.is_locked:
        return Pill("已锁定", "neutral", "lock")
    if row.is_taken:
        return Pill("已点", "success") if row.marked >= row.learners else Pill("未点完", "warning")
    return Pill("待点名", "primary", "waiting") if row.on <= today else Pill("未上", "neutral", "calendar")


def lesson_columns(today: date) -> tuple[Column[LessonToRoll], ...]:
    """The columns, with states as they are on a day."""
    return (
        Column("时间", _when, width=94, sort=lambda row: (row.on, row.start_minute)),
        Column(
            "班级",
            lambda row: row.cohort,
            is_strong=True,
            tip=lambda row: f"{row.cohort} 第 {row.number} 次 {row.place}",
        ),
        Column("点名", lambda row: "", kind="pill", width=90, pill=partial(_state, today)),
    )
