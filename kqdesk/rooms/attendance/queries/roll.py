"""Lessons that wait for their roll, and one roll with its people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.attendance import rules
from kqdesk.rooms.attendance.model import AttendanceMark, Leave, Roll, TrainerMark
from kqdesk.rooms.attendance.rules import AttendancePolicy, Attended, Rates
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.cohorts.queries import ON_ROLL
from kqdesk.rooms.office.queries import pack_value
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.places.model import Classroom, Site
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.rooms.trainers.model import Trainer

MINI = 5  # marks of the mini-history beside each name


@dataclass(frozen=True)
class LessonToRoll:
    """A lesson with where its roll stands. ``learners``: on the roll now; ``marked``: those with a mark."""

    id: str
    cohort_id: str
    cohort: str
    cohort_no: str
    number: int
    on: date
    start_minute: int
    end_minute: int
    study_hours: int
    topic: str
    trainer: str
    place: str
    state: LessonState
    learners: int
    marked: int
    taken_at: datetime | None
    locked_at: datetime | None
    trainer_mark: Mark | None = None
    trainer_id: str | None = None
    school: str = ""

    @property
    def is_locked(self) -> bool:
        """Marks of a locked roll change by correction only; by time only when the query was given ``now``."""
        return self.locked_at is not None

    @property
    def is_taken(self) -> bool:
        """Somebody saved the roll; everybody may still not be marked."""
        return self.taken_at is not None


@dataclass(frozen=True)
class RollRow:
    """A learner on a roll. ``recent``: marks of the last held lessons before this one, oldest first.

    ``warning``: 再缺 2 次将不合格, or nothing. ``leave``: the reason of leave asked for beforehand; without a stored
    mark she is shown as 请假 then. ``id`` is the enrolment's.
    """

    id: str
    roll_no: int | None
    name: str
    initials: str
    mark: Mark | None
    correction: str
    recent: tuple[Mark | None, ...]
    warning: str = ""
    leave: str = ""


@dataclass(frozen=True)
class RollSheet:
    """A whole roll: the lesson and its people in the order of their numbers."""

    lesson: LessonToRoll
    rows: tuple[RollRow, ...]


def policy_on(session: Session, on: date) -> AttendancePolicy:
    """The attendance numbers of the packs in force on a day; three pack look-ups."""
    late, minimum = (
        pack_value(session, f"attendance.{key}", on=on) for key in ("late_weight", "minimum_rate")
    )
    excused = pack_value(session, "attendance.excused", on=on)
    return AttendancePolicy(
        Fraction(late.rate) if late else None,
        excused.text if excused else None,
        Fraction(minimum.rate) if minimum else None,
    )


def lock_hours_on(session: Session, on: date) -> int | None:
    """After how many hours a whole roll locks itself, by the packs of a day; None = never."""
    found = pack_value(session, "attendance.lock_hours", on=on)
    return found.number if found else None


def _lessons(
    session: Session, *conditions: ColumnElement[bool], now: datetime | None = None
) -> list[LessonToRoll]:
    """Lessons with the counts of their rolls; two statements, one more when ``now`` asks for locks by time."""
    lock_hours = lock_hours_on(session, school_day(now)) if now else None
    counts = _learner_counts(session)
    marked = (
        select(AttendanceMark.lesson_id, func.count().label("marked"))
        .group_by(AttendanceMark.lesson_id)
        .subquery()
    )
    found = session.execute(
        select(
            Lesson, Cohort.title, Cohort.no, Trainer.name, Site.name, Classroom.name, marked.c.marked, Roll.taken_at,
            Roll.locked_at, TrainerMark.mark,
        )
        .join(Cohort, Cohort.id == Lesson.cohort_id)
        .outerjoin(Trainer, Trainer.id == Lesson.trainer_id)
        .outerjoin(Site, Site.id == Lesson.site_id)
        .outerjoin(Classroom, Classroom.id == Lesson.classroom_id)
        .outerjoin(marked, marked.c.lesson_id == Lesson.id)
        .outerjoin(Roll, Roll.lesson_id == Lesson.id)
        .outerjoin(
            TrainerMark,
            and_(TrainerMark.lesson_id == Lesson.id, TrainerMark.trainer_id == Lesson.trainer_id),
        )
        .where(Lesson.state != LessonState.CANCELLED, *conditions)
        .order_by(Lesson.on, Lesson.start_minute, Cohort.no)
    )  # fmt: skip
    return [_to_roll(line, counts, lock_hours, now) for line in found]


def _to_roll(
    line: Sequence[Any], counts: Mapping[str, int], lock_hours: int | None, now: datetime | None
) -> LessonToRoll:
    lesson, cohort, no, trainer, site, classroom, marked, taken_at, locked_at, trainer_mark = line
    if now is not None:
        locked_at = rules.locked_since(
            ends_at=rules.lesson_end(lesson.on, lesson.end_minute), taken_at=taken_at, locked_at=locked_at,
            is_whole=(marked or 0) >= counts.get(lesson.cohort_id, 0), lock_hours=lock_hours, now=now,
        )  # fmt: skip
    return LessonToRoll(
        lesson.id, lesson.cohort_id, cohort, no, lesson.number, lesson.on, lesson.start_minute, lesson.end_minute,
        lesson.study_hours, lesson.topic or "", trainer or "", "·".join(part for part in (site, classroom) if part),
        lesson.state, counts.get(lesson.cohort_id, 0), marked or 0, taken_at, locked_at,
        trainer_mark, lesson.trainer_id, lesson.school,
    )  # fmt: skip


def _learner_counts(session: Session) -> Mapping[str, int]:
    found = session.execute(
        select(Enrolment.cohort_id, func.count())
        .where(Enrolment.state.in_(ON_ROLL))
        .group_by(Enrolment.cohort_id)
    )
    return dict(found.all())


def lessons_to_roll(session: Session, today: date, *, now: datetime | None = None) -> list[LessonToRoll]:
    """Today's lessons first, then earlier ones whose roll was never saved, newest first; two statements."""
    missing = Lesson.id.not_in(select(Roll.lesson_id))
    found = _lessons(session, or_(Lesson.on == today, and_(Lesson.on < today, missing)), now=now)
    return [one for one in found if one.on == today] + [one for one in reversed(found) if one.on < today]


def lessons_between(
    session: Session, first: date, last: date, *, now: datetime | None = None
) -> list[LessonToRoll]:
    """Lessons of a stretch of days, newest first; two statements."""
    return list(reversed(_lessons(session, Lesson.on >= first, Lesson.on <= last, now=now)))


def rolls_not_taken(session: Session, today: date) -> int:
    """How many lessons before today have no roll, for 工作台; one statement."""
    missing = Lesson.id.not_in(select(Roll.lesson_id))
    wanted = select(func.count()).where(Lesson.on < today, Lesson.state != LessonState.CANCELLED, missing)
    return int(session.scalar(wanted.select_from(Lesson)) or 0)


def lessons_of_day(session: Session, on: date, *, now: datetime | None = None) -> list[LessonToRoll]:
    """All lessons of a day with where their rolls stand; two statements."""
    return _lessons(session, Lesson.on == on, now=now)


def lessons_of_cohort(session: Session, cohort_id: str, *, now: datetime | None = None) -> list[LessonToRoll]:
    """A cohort's lessons in order with where their rolls stand; two statements."""
    return _lessons(session, Lesson.cohort_id == cohort_id, now=now)


def lesson_to_roll(session: Session, lesson_id: str, *, now: datetime | None = None) -> LessonToRoll | None:
    """One lesson; None when it is gone or cancelled."""
    found = _lessons(session, Lesson.id == lesson_id, now=now)
    return found[0] if found else None


def lesson_roll(session: Session, lesson_id: str, *, now: datetime | None = None) -> RollSheet | None:
    """The roll of a lesson with each learner's recent marks; a fixed number of statements however many learners."""
    lesson = lesson_to_roll(session, lesson_id, now=now)
    if lesson is None:
        return None
    people = _people(session, lesson)
    lessons = lessons_of_cohort(session, lesson.cohort_id)
    marks = marks_of(session, [one.id for one in lessons])
    policy = policy_on(session, lesson.on)
    before = [
        one.id
        for one in lessons
        if (one.on, one.start_minute) < (lesson.on, lesson.start_minute) and one.is_taken
    ]
    corrections = dict(
        session.execute(
            select(AttendanceMark.enrolment_id, AttendanceMark.correction).where(
                AttendanceMark.lesson_id == lesson_id
            )
        ).all()
    )
    away = leave_on(session, lesson.cohort_id, lesson.on)
    rows = []
    for enrolment_id, roll_no, name, initials in people:
        own = marks.get(enrolment_id, {})
        _, _, warning = stand_of(lessons, own, policy)
        leave = away.get(enrolment_id, "")
        mark = own.get(lesson_id) or (Mark.EXCUSED if leave and not lesson.is_locked else None)
        rows.append(
            RollRow(
                enrolment_id, roll_no, name, initials or "", mark, corrections.get(enrolment_id) or "",
                tuple(own.get(key) for key in before[-MINI:]), warning, leave,
            )
        )  # fmt: skip
    return RollSheet(lesson, tuple(rows))


def leave_on(session: Session, cohort_id: str, on: date) -> dict[str, str]:
    """Enrolment → reason of those of a cohort with leave on a day; one statement."""
    found = session.execute(
        select(Leave.enrolment_id, Leave.reason)
        .join(Enrolment, Enrolment.id == Leave.enrolment_id)
        .where(Enrolment.cohort_id == cohort_id, Leave.first_on <= on, Leave.last_on >= on)
        .order_by(Leave.id)
    )
    return dict(found.all())


def _people(session: Session, lesson: LessonToRoll) -> Sequence[Any]:
    """Those on the roll now, and anybody who has a mark at this lesson though she has left since."""
    marked = select(AttendanceMark.enrolment_id).where(AttendanceMark.lesson_id == lesson.id)
    return session.execute(
        select(Enrolment.id, Enrolment.roll_no, Person.name, Person.name_initials)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.cohort_id == lesson.cohort_id,
            or_(Enrolment.state.in_(ON_ROLL), Enrolment.id.in_(marked)),
        )
        .order_by(Enrolment.roll_no.is_(None), Enrolment.roll_no, Enrolment.id)
    ).all()


def marks_of(session: Session, lesson_ids: Sequence[str]) -> dict[str, dict[str, Mark]]:
    """enrolment → lesson → mark; one statement."""
    found: dict[str, dict[str, Mark]] = {}
    wanted = select(AttendanceMark.enrolment_id, AttendanceMark.lesson_id, AttendanceMark.mark)
    for enrolment_id, lesson_id, mark in session.execute(
        wanted.where(AttendanceMark.lesson_id.in_(lesson_ids))
    ):
        found.setdefault(enrolment_id, {})[lesson_id] = mark
    return found


def stand_of(
    lessons: Sequence[LessonToRoll], own: Mapping[str, Mark], policy: AttendancePolicy
) -> tuple[Rates, int | None, str]:
    attended = [Attended(one.study_hours, one.state is LessonState.HELD, own.get(one.id)) for one in lessons]
    left = rules.absences_left(attended, policy)
    to_come = sum(not (one.is_held and one.mark is not None) for one in attended)
    return rules.attendance_rates(attended, policy), left, rules.standing(left, to_come)
