"""Lessons, rolls, cohorts that lack something and learners near the limit."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from kqdesk.rooms.attendance.model import AttendanceMark, Roll
from kqdesk.rooms.attendance.rules import AttendancePolicy, Attended, absences_left
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.cohorts.queries import ON_ROLL
from kqdesk.rooms.cohorts.terms import CohortState, EnrolmentState
from kqdesk.rooms.home import rules
from kqdesk.rooms.home.rules import CohortFact, LessonFact, Line, RiskFact
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.places.model import Classroom, Site
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.rooms.trainers.model import Trainer

AHEAD = timedelta(days=14)  # a planned cohort shows what it lacks so long before it starts


def _lesson_facts(
    session: Session, limit: int | None, *conditions: ColumnElement[bool]
) -> list[tuple[LessonFact, int]]:
    """Lessons with their rolls, newest first, and how many there are in all; one statement."""
    learners = (
        select(func.count())
        .where(Enrolment.cohort_id == Lesson.cohort_id, Enrolment.state.in_(ON_ROLL))
        .scalar_subquery()
    )
    marked = select(func.count()).where(AttendanceMark.lesson_id == Lesson.id).scalar_subquery()
    wanted = (
        select(Lesson, Cohort.title, Trainer.name, Site.name, Classroom.name, learners, marked, Roll.id, func.count().over())
        .join(Cohort, Cohort.id == Lesson.cohort_id)
        .outerjoin(Trainer, Trainer.id == Lesson.trainer_id)
        .outerjoin(Site, Site.id == Lesson.site_id)
        .outerjoin(Classroom, Classroom.id == Lesson.classroom_id)
        .outerjoin(Roll, Roll.lesson_id == Lesson.id)
        .where(Lesson.state != LessonState.CANCELLED, *conditions)
        .order_by(Lesson.on.desc(), Lesson.start_minute, Cohort.no)
        .limit(limit)
    )  # fmt: skip
    return [(_lesson(line), line[-1]) for line in session.execute(wanted)]


def _lesson(line: Sequence[Any]) -> LessonFact:
    lesson, cohort, trainer, site, classroom, learners, marked, roll, _ = line
    return LessonFact(
        lesson.id, lesson.cohort_id, cohort, lesson.number, lesson.on, lesson.start_minute, lesson.end_minute,
        lesson.topic or "", trainer or "", "·".join(part for part in (site, classroom) if part), learners, marked,
        roll is not None,
    )  # fmt: skip


def todays_lessons(session: Session, on: date, minute: int) -> list[Line]:
    """Lessons of the day by the clock; one statement."""
    return list(
        rules.lesson_lines([fact for fact, _ in _lesson_facts(session, None, Lesson.on == on)], minute)
    )


def rolls_not_taken(session: Session, on: date) -> Iterable[Line]:
    """Earlier lessons without a roll; one statement."""
    found = _lesson_facts(session, rules.MOST, Lesson.on < on, Roll.id.is_(None))
    return rules.roll_lines([fact for fact, _ in found], found[0][1] if found else 0, on)


def cohorts(session: Session, on: date) -> list[CohortFact]:
    """Cohorts in class or about to start, with how far they are arranged; one statement."""
    to_come = and_(Lesson.on >= on, Lesson.state == LessonState.PLANNED)
    found = session.execute(
        select(
            Cohort, func.count(Lesson.id), func.count(Lesson.trainer_id), func.count(Lesson.site_id),
            func.count(Lesson.id).filter(to_come, Lesson.trainer_id.is_(None)),
            func.count(Lesson.id).filter(to_come, Lesson.site_id.is_(None)),
        )
        .outerjoin(Lesson, and_(Lesson.cohort_id == Cohort.id, Lesson.state != LessonState.CANCELLED))
        .where(
            or_(
                Cohort.state == CohortState.OPEN,
                and_(Cohort.state == CohortState.PLANNED, Cohort.starts_on <= on + AHEAD),
            )
        )
        .group_by(Cohort.id)
        .order_by(Cohort.starts_on, Cohort.no)
    )  # fmt: skip
    return [
        CohortFact(
            c.id, c.no, c.title, c.state is CohortState.OPEN, c.starts_on, bool(c.trainer_id or trainers),
            bool(c.site_id or sites), lessons, no_trainer, no_site,
        )
        for c, lessons, trainers, sites, no_trainer, no_site in found
    ]  # fmt: skip


def risks(session: Session, policy: AttendancePolicy) -> list[RiskFact]:
    """Cohorts in class with learners near the limit; three statements, none while the minimum is 未配置."""
    if policy.minimum_rate is None:
        return []
    lessons: dict[str, Counter[int]] = {}
    for cohort_id, hours, count in session.execute(
        select(Lesson.cohort_id, Lesson.study_hours, func.count())
        .join(Cohort, Cohort.id == Lesson.cohort_id)
        .where(Cohort.state == CohortState.OPEN, Lesson.state != LessonState.CANCELLED)
        .group_by(Lesson.cohort_id, Lesson.study_hours)
    ):
        lessons.setdefault(cohort_id, Counter())[hours] = count
    planned = {cohort_id: tuple(sorted(hours.items())) for cohort_id, hours in lessons.items()}
    standing = _standing(session)
    stand = _stand_of(policy)
    near: dict[str, dict[str, int]] = {}
    lost: Counter[str] = Counter()
    for enrolment_id, (cohort_id, marks) in standing.items():
        left, to_come = stand(planned.get(cohort_id, ()), tuple(sorted(marks.items())))
        if rules.is_near(left, to_come):
            near.setdefault(cohort_id, {})[enrolment_id] = (left or 0) + 1
        lost[cohort_id] += left is not None and left < 0
    return _named(session, near, lost)


Planned = tuple[tuple[int, int], ...]  # (study hours of a lesson, how many such)
Marks = tuple[tuple[tuple[Mark, int], int], ...]  # ((mark, study hours of the lesson), how many such)


def _standing(session: Session) -> dict[str, tuple[str, dict[tuple[Mark, int], int]]]:
    """enrolment → cohort and marks at held lessons, of those who missed anything; one statement."""
    found: dict[str, tuple[str, dict[tuple[Mark, int], int]]] = {}
    for enrolment_id, cohort_id, mark, hours, count in session.execute(
        select(Enrolment.id, Enrolment.cohort_id, AttendanceMark.mark, Lesson.study_hours, func.count())
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(AttendanceMark, AttendanceMark.enrolment_id == Enrolment.id)
        .join(Lesson, Lesson.id == AttendanceMark.lesson_id)
        .where(
            Cohort.state == CohortState.OPEN,
            Enrolment.state == EnrolmentState.ENROLLED,
            Lesson.state == LessonState.HELD,
        )
        .group_by(Enrolment.id, AttendanceMark.mark, Lesson.study_hours)
    ):
        found.setdefault(enrolment_id, (cohort_id, {}))[1][mark, hours] = count
    return {
        key: (cohort_id, marks)
        for key, (cohort_id, marks) in found.items()
        if any(mark is not Mark.PRESENT for mark, _ in marks)
    }


def _stand_of(policy: AttendancePolicy) -> Callable[[Planned, Marks], tuple[int | None, int]]:
    """How many lessons may still be missed and how many come, remembered: most learners and cohorts are alike."""

    @cache
    def stand(planned: Planned, marks: Marks) -> tuple[int | None, int]:
        ahead = Counter(dict(planned))
        lessons: list[Attended] = []
        for (mark, hours), count in marks:
            ahead[hours] -= count
            lessons += [Attended(hours, is_held=True, mark=mark)] * count
        to_come = [Attended(hours, is_held=False) for hours in ahead.elements()]
        return absences_left([*lessons, *to_come], policy), len(to_come)

    return stand


def _named(
    session: Session, near: Mapping[str, Mapping[str, int]], lost: Mapping[str, int]
) -> list[RiskFact]:
    """With titles and the names the lines show; one statement."""
    shown = {cohort_id: list(people.items()) for cohort_id, people in near.items()}
    asked = [key for people in shown.values() for key, _ in people[:3]]
    names: dict[str, str] = {}
    titles: dict[str, str] = {}
    for enrolment_id, name, cohort_id, title in session.execute(
        select(Enrolment.id, Person.name, Cohort.id, Cohort.title)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Enrolment.id.in_(asked))
    ):
        names[enrolment_id], titles[cohort_id] = name, title
    return [
        RiskFact(
            cohort_id, titles[cohort_id], tuple((names.get(key, ""), count) for key, count in people),
            lost.get(cohort_id, 0),
        )
        for cohort_id, people in shown.items()
    ]  # fmt: skip
