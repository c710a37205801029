"""Who of the night classes has missed so many lessons in a row that the pack gives the place to somebody else."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.attendance.model import AttendanceMark
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.cohorts.model import Cohort, CohortKindMark, Enrolment
from kqdesk.rooms.cohorts.rules import loses_place, missed_in_a_row
from kqdesk.rooms.cohorts.terms import CohortKind, CohortState, EnrolmentState
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.rooms.timetable.terms import LessonState


@dataclass(frozen=True)
class NoShow:
    """A learner who stays away. ``missed``: lessons in a row, the last one included; leave asked for is no absence."""

    enrolment_id: str
    cohort_id: str
    cohort: str
    name: str
    missed: int


def no_shows(session: Session, limit: int | None) -> list[NoShow]:
    """R-COH-06: by cohort; nobody while the number is 未配置. One statement."""
    if limit is None:
        return []
    night = select(CohortKindMark.cohort_id).where(CohortKindMark.kind == CohortKind.NIGHT_SCHOOL)
    found = session.execute(
        select(Enrolment.id, Cohort.id, Cohort.title, Person.name, AttendanceMark.mark)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(AttendanceMark, AttendanceMark.enrolment_id == Enrolment.id)
        .join(Lesson, Lesson.id == AttendanceMark.lesson_id)
        .where(
            Cohort.state == CohortState.OPEN, Enrolment.state == EnrolmentState.ENROLLED,
            Lesson.state == LessonState.HELD, Cohort.id.in_(night),
        )
        .order_by(Cohort.title, Cohort.id, Enrolment.roll_no, Enrolment.id, Lesson.on, Lesson.start_minute)
    )  # fmt: skip
    came: dict[tuple[str, str, str, str], list[bool]] = {}
    for *who, mark in found:
        came.setdefault((who[0], who[1], who[2], who[3]), []).append(mark is not Mark.ABSENT)
    return [NoShow(*who, missed_in_a_row(marks)) for who, marks in came.items() if loses_place(marks, limit)]
