"""Lessons somebody was marked at: days, times, places, whether there was class at all; and the share attended."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.attendance.model import AttendanceMark
from kqdesk.rooms.attendance.queries import policy_on
from kqdesk.rooms.attendance.rules import Attended, attendance_rates
from kqdesk.rooms.attendance.terms import SCAN, Mark
from kqdesk.rooms.cohorts.model import Enrolment
from kqdesk.rooms.people.queries import root_of
from kqdesk.rooms.places.model import Site
from kqdesk.rooms.subsidies.rules import Known, Visit
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.rooms.timetable.queries import calendar_between
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.store.attachments import Attachment

THERE = (Mark.PRESENT, Mark.LATE, Mark.LEFT_EARLY)
_PART = 900


@dataclass(frozen=True)
class Sat:
    """What the rolls say of one person: lessons she was at, and her share of each enrolment's hours."""

    visits: tuple[Visit, ...]
    attended: dict[str, Fraction | None]


def parts(ids: Collection[str]) -> Iterator[Sequence[str]]:
    """Ids in portions a statement can take."""
    wanted = sorted(set(filter(None, ids)))
    for at in range(0, len(wanted), _PART):
        yield wanted[at : at + _PART]


def rolls_of(session: Session, person_ids: Collection[str], *, on: date) -> dict[str, Sat]:
    """Every mark of these persons in every class; a statement per 900 persons and five more."""
    policy = policy_on(session, on)
    visits: dict[str, list[Visit]] = defaultdict(list)
    lessons: dict[str, dict[str, list[Attended]]] = defaultdict(lambda: defaultdict(list))
    rows = [row for part in parts(person_ids) for row in _marks(session, part)]
    closed = _closed(session, {row.on for row in rows})
    for row in rows:
        if row.state is not LessonState.CANCELLED:
            lessons[row.person][row.enrolment_id].append(Attended(row.study_hours, True, row.mark))
        if row.mark in THERE:
            why = "停课" if row.state is LessonState.CANCELLED else closed.get(row.on, "")
            where = f"{row.site or '没有写教学点的地方'}"
            visits[row.person].append(
                Visit(row.lesson_id, row.enrolment_id, row.on, row.start_minute, row.end_minute, where, why)
            )
    return {
        person: Sat(
            tuple(visits.get(person, ())),
            {key: attendance_rates(several, policy).of_held for key, several in own.items()},
        )
        for person in visits.keys() | lessons.keys()
        for own in (lessons.get(person, {}),)
    }


def _marks(session: Session, person_ids: Sequence[str]) -> Sequence[Any]:
    whose = root_of(Enrolment.person_id)
    return session.execute(
        select(
            AttendanceMark.lesson_id, AttendanceMark.enrolment_id, AttendanceMark.mark, whose.label("person"), Lesson.on,
            Lesson.start_minute, Lesson.end_minute, Lesson.study_hours, Lesson.state, Site.name.label("site"),
        )
        .join(Lesson, Lesson.id == AttendanceMark.lesson_id)
        .join(Enrolment, Enrolment.id == AttendanceMark.enrolment_id)
        .outerjoin(Site, Site.id == Lesson.site_id)
        .where(whose.in_(person_ids))
        .order_by(Lesson.on, Lesson.start_minute, AttendanceMark.id)
    ).all()  # fmt: skip


def _closed(session: Session, days: Collection[date]) -> dict[date, str]:
    """Which of these days were holidays, with the name of each."""
    if not days:
        return {}
    calendar = calendar_between(session, min(days), max(days))
    return {day: f"是{why}放假" for day in days if (why := calendar.why_closed(day))}


def attended_percent(session: Session, enrolment_ids: Collection[str], on: date) -> dict[str, Known]:
    """Whole percent of the held hours attended, down, by enrolment; none where it cannot be told."""
    people: set[str] = set()
    for part in parts(enrolment_ids):
        people.update(session.scalars(select(root_of(Enrolment.person_id)).where(Enrolment.id.in_(part))))
    go = ("attendance", ())
    return {
        key: Known(int(rate * 100), "考勤", *go)
        for sat in rolls_of(session, people, on=on).values()
        for key, rate in sat.attended.items()
        if rate is not None and key in set(enrolment_ids)
    }


def unsigned_lessons(session: Session, cohort_ids: Collection[str]) -> dict[str, int]:
    """Held lessons without a scanned sign-in sheet, by cohort; two statements."""
    scanned = set(
        session.scalars(
            select(Attachment.owner_id).where(Attachment.owner_table == "lesson", Attachment.purpose == SCAN)
        )
    )
    found: dict[str, int] = defaultdict(int)
    for part in parts(cohort_ids):
        asked = select(Lesson.id, Lesson.cohort_id).where(
            Lesson.cohort_id.in_(part), Lesson.state == LessonState.HELD
        )
        for lesson, cohort in session.execute(asked):
            found[cohort] += lesson not in scanned
    return found
