"""What every act on a roll asks first: the lesson, its people, its marks, and whether they are locked."""

from datetime import datetime

from sqlalchemy import select

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.attendance import rules
from kqdesk.rooms.attendance.model import AttendanceMark, Roll
from kqdesk.rooms.attendance.queries import lock_hours_on
from kqdesk.rooms.cohorts.model import Enrolment
from kqdesk.rooms.cohorts.queries import ON_ROLL
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.store.actions import Writing

LOCKED = "这次课的点名已锁定，不能直接改。请用「更正考勤」并写明原因。"


def lesson_of(w: Writing, lesson_id: str) -> Lesson:
    """The lesson; UserError when it is gone."""
    lesson = w.session.get(Lesson, lesson_id)
    if lesson is None:
        raise UserError("这次课已经不在课表上了。请刷新。")
    return lesson


def roll_of(w: Writing, lesson_id: str) -> Roll | None:
    """Its roll, if one was taken."""
    return w.session.scalars(select(Roll).where(Roll.lesson_id == lesson_id)).first()


def marks_at(w: Writing, lesson_id: str) -> list[AttendanceMark]:
    """The marks stored for it."""
    return list(w.session.scalars(select(AttendanceMark).where(AttendanceMark.lesson_id == lesson_id)))


def learners_of(w: Writing, lesson: Lesson) -> list[str]:
    """Enrolments on the roll now, in the order of their numbers."""
    found = select(Enrolment.id).where(Enrolment.cohort_id == lesson.cohort_id, Enrolment.state.in_(ON_ROLL))
    return list(w.session.scalars(found.order_by(Enrolment.roll_no)))


def lock_since(w: Writing, lesson: Lesson, roll: Roll | None) -> datetime | None:
    """Since when the roll is locked, by hand or by time; None while it may be changed."""
    if roll is None or roll.locked_at is not None:
        return roll.locked_at if roll else None
    marked = {row.enrolment_id for row in marks_at(w, lesson.id)}
    return rules.locked_since(
        ends_at=rules.lesson_end(lesson.on, lesson.end_minute),
        taken_at=roll.taken_at,
        locked_at=None,
        is_whole=marked >= set(learners_of(w, lesson)),
        lock_hours=lock_hours_on(w.session, school_day(w.now)),
        now=w.now,
    )


def refuse_locked(w: Writing, lesson: Lesson) -> None:
    """UserError with the lawful way when the roll is locked."""
    if lock_since(w, lesson, roll_of(w, lesson.id)) is not None:
        raise UserError(LOCKED)
