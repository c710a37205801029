"""What is asked of the timetable: lessons of a stretch of days, and the ground the clash check stands on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from chinese_calendar import Holiday
from chinese_calendar.constants import holidays, workdays
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from kqdesk.rooms.catalogue.model import Course
from kqdesk.rooms.catalogue.terms import DualLevel, Subject
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.cohorts.queries import ON_ROLL
from kqdesk.rooms.cohorts.terms import CohortState
from kqdesk.rooms.office.queries import pack_value
from kqdesk.rooms.places.model import Classroom, Site
from kqdesk.rooms.timetable.model import HolidayOverride, Lesson
from kqdesk.rooms.timetable.rules.clashes import Free, Ground, Slot
from kqdesk.rooms.timetable.rules.days import SchoolCalendar, week_of
from kqdesk.rooms.timetable.rules.ways_out import Room, Stand
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.rooms.trainers.model import Trainer, TrainerAvailability, TrainerSpeciality

HOLIDAY_WORDS = {holiday.value: str(holiday.chinese) for holiday in Holiday}
KNOWN_YEARS = frozenset(day.year for day in holidays)


class By(StrEnum):
    """Whose timetable is looked at."""

    COHORT = "cohort"
    TRAINER = "trainer"
    SITE = "site"

    @property
    def label(self) -> str:
        """What people read."""
        return {"cohort": "班级", "trainer": "培训师", "site": "教学点"}[self.value]


@dataclass(frozen=True)
class LessonRow:
    """One lesson with the names people know it by."""

    id: str
    cohort_id: str
    cohort: str
    cohort_no: str
    number: int
    on: date
    start_minute: int
    end_minute: int
    study_hours: int
    subject: Subject | None
    topic: str
    trainer_id: str | None
    trainer: str
    site_id: str | None
    site: str
    zone: str
    classroom_id: str | None
    classroom: str
    state: LessonState
    reason: str

    @property
    def place(self) -> str:
        """教学点·教室."""
        return "·".join(part for part in (self.site, self.classroom) if part)

    @property
    def slot(self) -> Slot:
        """The lesson as the clash check sees it."""
        return Slot(
            self.cohort_id, self.cohort, self.on, self.start_minute, self.end_minute, self.trainer_id, self.trainer,
            self.site_id, self.site, self.zone, self.classroom_id, self.classroom, self.id,
        )  # fmt: skip


@dataclass(frozen=True)
class CohortChoice:
    """A cohort that may get lessons, with what a new lesson takes over from it and from its course."""

    id: str
    no: str
    title: str
    trainer_id: str | None
    site_id: str | None
    classroom_id: str | None
    starts_on: date | None
    lesson_count: int | None
    lesson_minutes: int | None
    hours_per_lesson: int | None
    level: DualLevel | None


@dataclass(frozen=True)
class Choices:
    """What the forms and the filters of the page offer."""

    cohorts: tuple[CohortChoice, ...]
    trainers: tuple[tuple[str, str], ...]
    sites: tuple[tuple[str, str], ...]
    rooms: tuple[Room, ...]


@dataclass(frozen=True)
class LessonDefaults:
    """What a new lesson starts from when its course says nothing: from the rule pack, None = 未配置."""

    start_minute: int | None
    minutes: int | None
    count: int | None
    minutes_per_hour: int | None


def _lessons() -> Select[*tuple[Any, ...]]:
    return (
        select(Lesson, Cohort.title, Cohort.no, Trainer.name, Site.name, Site.zone, Classroom.name)
        .join(Cohort, Cohort.id == Lesson.cohort_id)
        .outerjoin(Trainer, Trainer.id == Lesson.trainer_id)
        .outerjoin(Site, Site.id == Lesson.site_id)
        .outerjoin(Classroom, Classroom.id == Lesson.classroom_id)
        .order_by(Lesson.on, Lesson.start_minute, Cohort.no, Lesson.number)
    )


def _row(line: Sequence[Any]) -> LessonRow:
    lesson, cohort, no, trainer, site, zone, classroom = line
    return LessonRow(
        lesson.id, lesson.cohort_id, cohort, no, lesson.number, lesson.on, lesson.start_minute, lesson.end_minute,
        lesson.study_hours, lesson.subject, lesson.topic or "", lesson.trainer_id, trainer or "", lesson.site_id,
        site or "", zone or "", lesson.classroom_id, classroom or "", lesson.state, lesson.reason or "",
    )  # fmt: skip


def _rows(session: Session, *conditions: ColumnElement[bool]) -> list[LessonRow]:
    return [_row(line) for line in session.execute(_lessons().where(*conditions))]


def _of(by: By, key: str) -> ColumnElement[bool]:
    column = {By.COHORT: Lesson.cohort_id, By.TRAINER: Lesson.trainer_id, By.SITE: Lesson.site_id}[by]
    return column == key


def lessons_between(
    session: Session, first: date, last: date, *, by: By | None = None, key: str | None = None
) -> list[LessonRow]:
    """Lessons of the days ``first`` to ``last`` (inclusive), in order, of everybody or of one; one statement."""
    conditions = [Lesson.on >= first, Lesson.on <= last]
    if by is not None and key is not None:
        conditions.append(_of(by, key))
    return _rows(session, *conditions)


def week_lessons(
    session: Session, day: date, *, by: By | None = None, key: str | None = None
) -> list[LessonRow]:
    """Lessons of the week a day lies in."""
    week = week_of(day)
    return lessons_between(session, week[0], week[-1], by=by, key=key)


def term_lessons(
    session: Session, by: By, key: str, *, first: date | None = None, last: date | None = None
) -> list[LessonRow]:
    """All lessons of one cohort, trainer or site, between two days when given."""
    conditions = [_of(by, key)]
    if first is not None:
        conditions.append(Lesson.on >= first)
    if last is not None:
        conditions.append(Lesson.on <= last)
    return _rows(session, *conditions)


def lesson_card(session: Session, lesson_id: str) -> LessonRow | None:
    """One lesson; None when it is gone."""
    found = _rows(session, Lesson.id == lesson_id)
    return found[0] if found else None


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
    """Everything the clash check needs for lessons of these days; seven statements however many lessons there are."""
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
    """Trainers in use without a lesson in a stretch of a day; three statements."""
    taken = {row.trainer_id for row in _at(session, on, start, end)}
    return [stand for stand in stand_ins(session, None) if stand.id not in taken]


def _at(session: Session, on: date, start: int, end: int) -> list[LessonRow]:
    return _rows(
        session,
        Lesson.on == on,
        Lesson.start_minute < end,
        Lesson.end_minute > start,
        Lesson.state != LessonState.CANCELLED,
    )


def choices(session: Session) -> Choices:
    """Cohorts that may get lessons, trainers, sites and rooms; four statements."""
    found = session.execute(
        select(Cohort, Course.lesson_count, Course.lesson_minutes, Course.hours_per_lesson)
        .outerjoin(Course, Course.id == Cohort.course_id)
        .where(Cohort.state.in_((CohortState.PLANNED, CohortState.OPEN)))
        .order_by(Cohort.no)
    )
    cohorts = tuple(
        CohortChoice(
            c.id,
            c.no,
            c.title,
            c.trainer_id,
            c.site_id,
            c.classroom_id,
            c.starts_on,
            count,
            minutes,
            hours,
            c.level,
        )
        for c, count, minutes, hours in found
    )
    trainers = session.execute(
        select(Trainer.id, Trainer.name)
        .where(Trainer.is_active)
        .order_by(Trainer.name_initials, Trainer.name)
    )
    sites = session.execute(select(Site.id, Site.name).where(Site.is_active).order_by(Site.name))
    return Choices(
        cohorts,
        tuple((key, name) for key, name in trainers),
        tuple((key, name) for key, name in sites),
        tuple(rooms(session)),
    )


def lesson_defaults(session: Session, on: date) -> LessonDefaults:
    """The pack's habits of the house for a new lesson."""
    starts_at = pack_value(session, "cohort.starts_at", on=on)
    hour, _, minute = starts_at.text.partition(":") if starts_at else ("", "", "")
    return LessonDefaults(
        int(hour) * 60 + int(minute) if starts_at else None,
        *(
            found.number if (found := pack_value(session, key, on=on)) else None
            for key in ("cohort.lesson_minutes", "cohort.lesson_count", "cohort.minutes_per_hour")
        ),
    )


def weeks_with_lessons(session: Session, around: date, weeks: int = 26) -> list[date]:
    """Mondays near a day whose weeks have lessons, for jumping; one statement."""
    reach = timedelta(weeks=weeks)
    found = session.scalars(
        select(Lesson.on).where(Lesson.on >= around - reach, Lesson.on <= around + reach).distinct()
    )
    return sorted({week_of(day)[0] for day in found})
