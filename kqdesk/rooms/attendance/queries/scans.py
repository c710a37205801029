"""What a scanned sign-in sheet is held against: its lesson, everybody who ever had a number there, scans filed before."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.attendance.queries.roll import LessonToRoll, lesson_roll
from kqdesk.rooms.attendance.rules.scans import SheetLearner
from kqdesk.rooms.attendance.terms import SCAN, Mark
from kqdesk.rooms.cohorts.model import Enrolment
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.store.attachments import AttachmentRow, attached


@dataclass(frozen=True)
class SheetLesson:
    """A lesson a sheet names. ``lesson`` is None when it was cancelled; ``learners`` by roll number."""

    lesson: LessonToRoll | None
    is_cancelled: bool
    learners: dict[int, SheetLearner]
    scans: tuple[AttachmentRow, ...]


def sheet_lesson(session: Session, lesson_id: str, *, now: datetime | None = None) -> SheetLesson | None:
    """None when the lesson is not on the timetable. Those who left the class since are there, marked so."""
    found = session.get(Lesson, lesson_id)
    if found is None:
        return None
    scans = tuple(attached(session, "lesson", [lesson_id], SCAN).get(lesson_id, ()))
    if found.state is LessonState.CANCELLED:
        return SheetLesson(None, True, {}, scans)
    roll = lesson_roll(session, lesson_id, now=now)
    rows = {row.id: row for row in roll.rows} if roll else {}
    people = session.execute(
        select(Enrolment.id, Enrolment.roll_no, Person.name)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.cohort_id == found.cohort_id)
        .order_by(Enrolment.id)
    )
    learners: dict[int, SheetLearner] = {}
    for enrolment_id, roll_no, name in people:
        if roll_no is None:
            continue
        row = rows.get(enrolment_id)
        mark = None if row is None else row.mark or (Mark.EXCUSED if row.leave else None)
        learners[roll_no] = SheetLearner(enrolment_id, roll_no, name, row is not None, mark)
    return SheetLesson(roll.lesson if roll else None, False, learners, scans)


def scans_of(session: Session, lesson_ids: Collection[str]) -> dict[str, list[AttachmentRow]]:
    """The filed scans of lessons, in the order they came; one statement."""
    return attached(session, "lesson", lesson_ids, SCAN)
