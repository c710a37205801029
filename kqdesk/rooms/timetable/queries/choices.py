"""What the forms and filters of the page offer, and what a new lesson starts from."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from kqdesk.rooms.catalogue.model import Course, CourseVersion
from kqdesk.rooms.catalogue.terms import DualLevel
from kqdesk.rooms.cohorts.model import Cohort
from kqdesk.rooms.cohorts.terms import CohortState
from kqdesk.rooms.office.queries import pack_value
from kqdesk.rooms.places.model import Site
from kqdesk.rooms.timetable.queries.ground import rooms
from kqdesk.rooms.timetable.queries.habits import WeekHabit, week_habits
from kqdesk.rooms.timetable.rules.ways_out import Room
from kqdesk.rooms.trainers.model import Trainer


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
    habit: WeekHabit | None = None


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


def choices(session: Session) -> Choices:
    """Cohorts that may get lessons, trainers, sites and rooms; five statements."""
    kept = CourseVersion  # the rules the class was opened with; before the first version, the course's own
    hours = [
        case((kept.id.is_(None), getattr(Course, name)), else_=getattr(kept, name))
        for name in ("lesson_count", "lesson_minutes", "hours_per_lesson")
    ]
    habits = week_habits(session)
    found = session.execute(
        select(Cohort, *hours)
        .outerjoin(Course, Course.id == Cohort.course_id)
        .outerjoin(kept, kept.id == Cohort.course_version_id)
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
            each,
            c.level,
            habits.get(c.id),
        )
        for c, count, minutes, each in found
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
