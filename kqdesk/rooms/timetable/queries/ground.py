"""What the clash check stands on: lessons, calendar, learners, seats, availability; rooms and trainers to offer."""

from collections.abc import Mapping
from datetime import date

from chinese_calendar import Holiday
from chinese_calendar.constants import holidays, workdays
from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.cohorts.queries import ON_ROLL
from kqdesk.rooms.cohorts.terms import CohortState
from kqdesk.rooms.office.queries import pack_value
from kqdesk.rooms.places.model import Classroom, Site
from kqdesk.rooms.timetable.model import HolidayOverride, Lesson
from kqdesk.rooms.timetable.queries.lessons import LessonRow, lesson_rows, lessons_between
from kqdesk.rooms.timetable.rules.clashes import Free, Ground
from kqdesk.rooms.timetable.rules.days import SchoolCalendar
from kqdesk.rooms.timetable.rules.ways_out import Room, Stand
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.rooms.trainers.model import Trainer, TrainerAvailability, TrainerSpeciality
from kqdesk.rooms.trainers.queries import leaves_between

HOLIDAY_WORDS = {holiday.value: str(holiday.chinese) for holiday in Holiday}
KNOWN_YEARS = frozenset(day.year for day in holidays)


def calendar_between(session: Session, first: date, last: date) -> SchoolCalendar:
    """The State Council's calendar as far as the program knows it, with the school's own days over it."""
    closed = {day: HOLIDAY_WORDS.get(name, name) for day, name in holidays.items() if first <= day <= last}
    makeup = {day: HOLIDAY_WORDS.get(name, name) for day, name in workdays.items() if first <= day <= last}
    opened: dict[date, str] = {}
    own = select(HolidayOverride).where(HolidayOverride.on >= first, HolidayOverride.on <= last)
    for override in session.scalars(own.order_by(HolidayOverride.id)):
        if override.is_school_day:
            opened[override.on] = override.note
        else:
            closed[override.on] = override.note
            opened.pop(override.on, None)
    return SchoolCalendar(closed, makeup, opened, KNOWN_YEARS)


def ground_between(session: Session, first: date, last: date) -> Ground:
    """Everything the clash check needs for lessons of these days; eight statements however many lessons there are."""
    lessons = [
        row.slot for row in lessons_between(session, first, last) if row.state is not LessonState.CANCELLED
    ]
    return Ground(
        lessons,
        calendar_between(session, first, last),
        _learners(session),
        dict(session.execute(select(Classroom.id, Classroom.capacity)).all()),
        _available(session),
        _travel_minutes(session, first),
        leaves=leaves_between(session, first, last),
    )


def _learners(session: Session) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    wanted = (
        select(Enrolment.cohort_id, Enrolment.person_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Enrolment.state.in_(ON_ROLL), Cohort.state.in_((CohortState.PLANNED, CohortState.OPEN)))
    )
    for cohort_id, person_id in session.execute(wanted):
        found.setdefault(cohort_id, set()).add(person_id)
    return {cohort_id: frozenset(people) for cohort_id, people in found.items()}


def _available(session: Session) -> Mapping[str, Free]:
    spans: dict[str, set[tuple[int, int, int]]] = {}
    for row in session.scalars(select(TrainerAvailability)):
        spans.setdefault(row.trainer_id, set()).add((row.weekday, row.start_minute, row.end_minute))
    return {trainer_id: Free(frozenset(found)) for trainer_id, found in spans.items()}


def _travel_minutes(session: Session, on: date) -> int | None:
    found = pack_value(session, "timetable.travel_minutes", on=on)
    return found.number if found is not None else None


def rooms(session: Session) -> list[Room]:
    """Classrooms that can be used, by site; one statement."""
    found = session.execute(
        select(Classroom.id, Classroom.name, Site.id, Site.name, Site.zone, Classroom.capacity)
        .join(Site, Site.id == Classroom.site_id)
        .where(Classroom.is_active, Site.is_active)
        .order_by(Site.name, Classroom.name)
    )
    return [
        Room(key, name, site_id, site, zone or "", seats) for key, name, site_id, site, zone, seats in found
    ]


def stand_ins(session: Session, trainer_id: str | None) -> list[Stand]:
    """Trainers in use other than one, those who share most of her specialities first; two statements."""
    specialities: dict[str, set[str]] = {}
    for key, speciality in session.execute(
        select(TrainerSpeciality.trainer_id, TrainerSpeciality.speciality)
    ):
        specialities.setdefault(key, set()).add(speciality)
    own = specialities.get(trainer_id or "", set())
    trainers = session.execute(
        select(Trainer.id, Trainer.name)
        .where(Trainer.is_active)
        .order_by(Trainer.name_initials, Trainer.name)
    ).all()
    ranked = sorted(trainers, key=lambda line: -len(specialities.get(line[0], set()) & own))
    return [Stand(key, name) for key, name in ranked if key != trainer_id]


def free_rooms(session: Session, on: date, start: int, end: int) -> list[Room]:
    """Classrooms without a lesson in a stretch of a day; two statements."""
    taken = {row.classroom_id for row in _at(session, on, start, end)}
    return [room for room in rooms(session) if room.id not in taken]


def free_trainers(session: Session, on: date, start: int, end: int) -> list[Stand]:
    """Trainers in use and not on leave, without a lesson in a stretch of a day; four statements."""
    taken = {row.trainer_id for row in _at(session, on, start, end)} | leaves_between(session, on, on).keys()
    return [stand for stand in stand_ins(session, None) if stand.id not in taken]


def _at(session: Session, on: date, start: int, end: int) -> list[LessonRow]:
    return lesson_rows(
        session,
        Lesson.on == on,
        Lesson.start_minute < end,
        Lesson.end_minute > start,
        Lesson.state != LessonState.CANCELLED,
    )
