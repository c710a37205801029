"""Study hours of learners: from held lessons whose roll is locked, and from accepted online study. The one source of them.

What waits (a roll that is not locked yet, online study nobody accepted yet) is told apart and counts nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from kqdesk.kernel.schoolday import CHINA, school_day
from kqdesk.rooms.attendance.model import AttendanceMark, OnlineStudy, Roll
from kqdesk.rooms.attendance.queries.online import online_policy_on
from kqdesk.rooms.attendance.queries.roll import lock_hours_on, policy_on
from kqdesk.rooms.attendance.rules import (
    NO_ONLINE,
    AttendancePolicy,
    OnlineCredit,
    online_credit,
    weight,
)
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.cohorts.model import Enrolment
from kqdesk.rooms.cohorts.queries import ON_ROLL
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.rooms.timetable.terms import LessonState


@dataclass(frozen=True)
class LearnerHours:
    """Study hours of one enrolment.

    ``marks``: hours of held lessons by mark, locked rolls only. ``waiting``: the same of rolls not locked yet,
    ``waiting_lessons``: how many lessons these are. ``online``: what accepted online study counts, with its sentence;
    ``online_waiting``: minutes nobody accepted yet.
    ``earned``: hours of ``marks`` by the weights of the pack, marks without a weight left out; ``is_whole``: there are
    none of those.
    """

    enrolment_id: str
    person_id: str
    cohort_id: str
    marks: Mapping[Mark, int] = field(default_factory=dict)
    waiting: Mapping[Mark, int] = field(default_factory=dict)
    waiting_lessons: int = 0
    online: OnlineCredit = NO_ONLINE
    online_waiting: int = 0
    earned: Fraction = Fraction(0)
    is_whole: bool = True

    @property
    def total(self) -> Fraction | None:
        """Hours of lessons and online study; None when the weight of a mark is 未配置."""
        return self.earned + self.online.hours if self.is_whole else None


def learner_hours(
    session: Session, *enrolments: ColumnElement[bool], now: datetime
) -> dict[str, LearnerHours]:
    """R-ATT-10: enrolment → hours, by the packs of today; a fixed number of statements however many learners.

    ``enrolments``: conditions on ``enrolment`` alone (``Enrolment.cohort_id == …``, ``Enrolment.id.in_(…)``); none means
    everybody. Enrolments without a mark and without online study have no row.
    """
    on = school_day(now)
    policy = policy_on(session, on)
    marked = _marked(session, enrolments, now, lock_hours_on(session, on))
    online = _online(session, enrolments)
    due = _due(session, enrolments)
    online_policy = online_policy_on(session, on)
    found = {}
    for key in marked.keys() | online.keys():
        (accepted, waiting), ids = online.get(key, (0, 0)), key[1:]
        credit = online_credit(accepted, due.get(key[2], 0), online_policy)
        own = marked.get(key, {"marks": {}, "waiting": {}, "waiting_lessons": 0})
        earned, is_whole = _earned(own["marks"], policy)
        found[key[0]] = LearnerHours(
            key[0], *ids, online=credit, online_waiting=waiting, earned=earned, is_whole=is_whole, **own
        )
    return found


Key = tuple[str, str, str]  # enrolment, person, cohort


def _marked(
    session: Session, enrolments: tuple[ColumnElement[bool], ...], now: datetime, lock_hours: int | None
) -> dict[Key, dict[str, Any]]:
    held = _held(enrolments, now, lock_hours)
    wanted = (
        select(
            Enrolment.id, Enrolment.person_id, Enrolment.cohort_id, AttendanceMark.mark, held.c.is_locked,
            func.sum(held.c.study_hours), func.count(),
        )
        .join(AttendanceMark, AttendanceMark.enrolment_id == Enrolment.id)
        .join(held, held.c.id == AttendanceMark.lesson_id)
        .where(*enrolments)
        .group_by(Enrolment.id, AttendanceMark.mark, held.c.is_locked)
    )  # fmt: skip
    found: dict[Key, dict[str, Any]] = {}
    for *ids, mark, is_locked, hours, lessons in session.execute(wanted):
        own = found.setdefault(tuple(ids), {"marks": {}, "waiting": {}, "waiting_lessons": 0})
        own["marks" if is_locked else "waiting"][mark] = int(hours)
        own["waiting_lessons"] += 0 if is_locked else int(lessons)
    return found


def _held(enrolments: tuple[ColumnElement[bool], ...], now: datetime, lock_hours: int | None) -> CTE:
    """Held lessons with whether their roll is locked; worked out once a lesson, not once a mark."""
    cohorts = select(Enrolment.cohort_id).where(*enrolments)
    lessons = (
        select(Lesson.id, Lesson.study_hours, _is_locked(now, lock_hours).label("is_locked"))
        .outerjoin(Roll, Roll.lesson_id == Lesson.id)
        .where(Lesson.state == LessonState.HELD, *([Lesson.cohort_id.in_(cohorts)] if enrolments else []))
    )
    return lessons.cte("held_lesson").prefix_with("MATERIALIZED")


def _is_locked(now: datetime, lock_hours: int | None) -> ColumnElement[bool]:
    """``rules.locked_since`` as the database can tell it."""
    by_hand = Roll.locked_at.is_not(None)
    if lock_hours is None:
        return func.coalesce(by_hand, False)
    last = now - timedelta(hours=lock_hours)
    there = last.astimezone(CHINA)
    day, minute = there.date(), there.hour * 60 + there.minute
    is_over = or_(Lesson.on < day, and_(Lesson.on == day, Lesson.end_minute <= minute))
    return func.coalesce(
        or_(by_hand, and_(Roll.taken_at <= last, is_over, _count_of_marks() >= _on_roll())), False
    )


def _count_of_marks() -> Any:
    wanted: Select[Any] = select(func.count()).where(AttendanceMark.lesson_id == Lesson.id)
    return wanted.select_from(AttendanceMark).correlate(Lesson).scalar_subquery()


def _on_roll() -> Any:
    wanted: Select[Any] = select(func.count()).where(
        Enrolment.cohort_id == Lesson.cohort_id, Enrolment.state.in_(ON_ROLL)
    )
    return wanted.select_from(Enrolment).correlate(Lesson).scalar_subquery()


def _online(session: Session, enrolments: tuple[ColumnElement[bool], ...]) -> dict[Key, tuple[int, int]]:
    """Minutes of online study: accepted, and waiting to be."""
    is_accepted = OnlineStudy.accepted_at.is_not(None)
    found = session.execute(
        select(
            Enrolment.id, Enrolment.person_id, Enrolment.cohort_id,
            func.coalesce(func.sum(OnlineStudy.minutes).filter(is_accepted), 0),
            func.coalesce(func.sum(OnlineStudy.minutes).filter(~is_accepted), 0),
        )
        .join(OnlineStudy, OnlineStudy.enrolment_id == Enrolment.id)
        .where(*enrolments)
        .group_by(Enrolment.id)
    )  # fmt: skip
    return {(key, person, cohort): (int(a), int(b)) for key, person, cohort, a, b in found}


def _due(session: Session, enrolments: tuple[ColumnElement[bool], ...]) -> dict[str, int]:
    """Cohort → study hours of all its lessons that are not cancelled."""
    cohorts = select(Enrolment.cohort_id).where(*enrolments)
    found = session.execute(
        select(Lesson.cohort_id, func.sum(Lesson.study_hours))
        .where(
            Lesson.state != LessonState.CANCELLED,
            *([Lesson.cohort_id.in_(cohorts)] if enrolments else []),
        )
        .group_by(Lesson.cohort_id)
    )
    return {cohort: int(hours) for cohort, hours in found}


def _earned(marks: Mapping[Mark, int], policy: AttendancePolicy) -> tuple[Fraction, bool]:
    weighed = [(weight(mark, policy), hours) for mark, hours in marks.items()]
    known = sum((share * hours for share, hours in weighed if share is not None), Fraction(0))
    return known, all(share is not None for share, _ in weighed)
