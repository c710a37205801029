"""Lessons as people know them: of a stretch of days, of one cohort, trainer or site."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session

from kqdesk.rooms.catalogue.terms import Subject
from kqdesk.rooms.cohorts.model import Cohort
from kqdesk.rooms.places.model import Classroom, Site
from kqdesk.rooms.timetable.model import Lesson, PublishedLesson
from kqdesk.rooms.timetable.rules.clashes import Slot
from kqdesk.rooms.timetable.rules.days import week_of
from kqdesk.rooms.timetable.terms import LessonState, Lock
from kqdesk.rooms.trainers.model import Trainer, TrainerLeave


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
    """One lesson with the names people know it by. ``is_trainer_away``: to come, and she is on leave on that day."""

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
    locks: frozenset[Lock] = frozenset()
    is_published: bool = False
    is_trainer_away: bool = False

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


def _published() -> ColumnElement[bool]:
    return exists().where(PublishedLesson.lesson_id == Lesson.id).correlate(Lesson)


def _away() -> ColumnElement[bool]:
    leave = TrainerLeave
    return (
        exists()
        .where(
            leave.trainer_id == Lesson.trainer_id, leave.starts_on <= Lesson.on, leave.ends_on >= Lesson.on,
            Lesson.state == LessonState.PLANNED,
        )
        .correlate(Lesson)
    )  # fmt: skip


def _lessons() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Lesson,
            Cohort.title,
            Cohort.no,
            Trainer.name,
            Site.name,
            Site.zone,
            Classroom.name,
            _published(),
            _away(),
        )
        .join(Cohort, Cohort.id == Lesson.cohort_id)
        .outerjoin(Trainer, Trainer.id == Lesson.trainer_id)
        .outerjoin(Site, Site.id == Lesson.site_id)
        .outerjoin(Classroom, Classroom.id == Lesson.classroom_id)
        .order_by(Lesson.on, Lesson.start_minute, Cohort.no, Lesson.number)
    )


def _row(line: Sequence[Any]) -> LessonRow:
    lesson, cohort, no, trainer, site, zone, classroom, published, away = line
    held = {
        Lock.TIME: lesson.is_time_locked,
        Lock.SITE: lesson.is_site_locked,
        Lock.TRAINER: lesson.is_trainer_locked,
    }
    return LessonRow(
        lesson.id, lesson.cohort_id, cohort, no, lesson.number, lesson.on, lesson.start_minute, lesson.end_minute,
        lesson.study_hours, lesson.subject, lesson.topic or "", lesson.trainer_id, trainer or "", lesson.site_id,
        site or "", zone or "", lesson.classroom_id, classroom or "", lesson.state, lesson.reason or "",
        frozenset(lock for lock, is_set in held.items() if is_set), bool(published), bool(away),
    )  # fmt: skip


def lesson_rows(session: Session, *conditions: ColumnElement[bool]) -> list[LessonRow]:
    """Lessons that meet the conditions, in order of time; one statement."""
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
    return lesson_rows(session, *conditions)


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
    return lesson_rows(session, *conditions)


def lesson_card(session: Session, lesson_id: str) -> LessonRow | None:
    """One lesson; None when it is gone."""
    found = lesson_rows(session, Lesson.id == lesson_id)
    return found[0] if found else None


def weeks_with_lessons(session: Session, around: date, weeks: int = 26) -> list[date]:
    """Mondays near a day whose weeks have lessons, for jumping; one statement."""
    reach = timedelta(weeks=weeks)
    found = session.scalars(
        select(Lesson.on).where(Lesson.on >= around - reach, Lesson.on <= around + reach).distinct()
    )
    return sorted({week_of(day)[0] for day in found})
