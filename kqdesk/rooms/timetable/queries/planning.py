"""What 自动排课 is asked with: cohorts that could be planned, and the task for those that were chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.catalogue.model import Course
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.cohorts.queries import ON_ROLL
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.rooms.timetable.queries.choices import (
    Choices,
    CohortChoice,
    LessonDefaults,
    choices,
    lesson_defaults,
)
from kqdesk.rooms.timetable.queries.ground import ground_between, stand_ins
from kqdesk.rooms.timetable.queries.lessons import LessonRow, lesson_rows
from kqdesk.rooms.timetable.rules.days import week_of
from kqdesk.rooms.timetable.rules.term.wish import CohortWish, Task, Window
from kqdesk.rooms.timetable.rules.ways_out import Stand
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.rooms.trainers.model import TrainerSpeciality

ROOM_TO_SPARE = 10  # weeks a series may grow longer by holidays and clashes
EVENING = 18 * 60 + 30  # when the pack does not say when evening lessons begin


@dataclass(frozen=True)
class PlanLine:
    """A cohort that may be planned. ``wanted``: lessons of its course; ``held``: those that stay as they are."""

    id: str
    title: str
    trainer: str
    site: str
    size: int
    wanted: int
    stays: int
    movable: int

    @property
    def left(self) -> int:
        """Lessons to place, those to come among them."""
        return max(self.wanted - self.stays, self.movable)


@dataclass(frozen=True)
class PlanOrder:
    """What the person chose."""

    cohort_ids: tuple[str, ...]
    starts_on: date
    per_week: int = 1
    window: Window = Window.EVENINGS
    keeps: bool = True  # as few changes as possible to lessons that stand
    chooses_trainers: bool = False


def plan_lines(session: Session, today: date) -> list[PlanLine]:
    """Cohorts planned or open, those with lessons missing first; a fixed number of statements."""
    found = choices(session)
    usual = lesson_defaults(session, today)
    lessons = _lessons(session, [one.id for one in found.cohorts])
    sizes = _sizes(session)
    trainers, sites = dict(found.trainers), dict(found.sites)
    lines = []
    for one in found.cohorts:
        rows = lessons.get(one.id, [])
        movable = [row for row in rows if _is_movable(row, today)]
        stays = sum(row.state is not LessonState.CANCELLED for row in rows) - len(movable)
        lines.append(
            PlanLine(
                one.id, one.title, trainers.get(one.trainer_id or "", ""), sites.get(one.site_id or "", ""),
                sizes.get(one.id, 0), one.lesson_count or usual.count or len(rows), stays, len(movable),
            )
        )  # fmt: skip
    return sorted(lines, key=lambda line: -(line.left - line.movable))


def plan_task(session: Session, order: PlanOrder, today: date) -> Task:
    """The wishes of the chosen cohorts and all that stands meanwhile; a fixed number of statements."""
    found = choices(session)
    usual = lesson_defaults(session, today)
    start = max(order.starts_on, today)
    lessons = _lessons(session, order.cohort_ids)
    sizes, specialities = _sizes(session), _specialities(session)
    chosen = [one for one in found.cohorts if one.id in order.cohort_ids]
    topics = _categories(session, order.cohort_ids)
    wishes = []
    for one in chosen:
        wishes.append(_wish(one, lessons.get(one.id, []), order, start, usual, sizes.get(one.id, 0), found))
    if order.chooses_trainers:
        wishes = [_free_trainer(wish, topics.get(wish.id, ""), specialities) for wish in wishes]
    weeks = max([-(-wish.count // wish.per_week) for wish in wishes], default=0) + ROOM_TO_SPARE
    first, last = (
        min([start, today]),
        max([wish.starts_on for wish in wishes], default=start) + timedelta(weeks=weeks),
    )
    ground = ground_between(session, week_of(first)[0], last)
    moving = {slot.lesson_id for wish in wishes for slot in wish.movable}
    standing = [slot for slot in ground.lessons if slot.lesson_id not in moving]
    return Task(
        tuple(wishes), replace(ground, lessons=standing), found.rooms, tuple(stand_ins(session, None)),
        week_of(first)[0], last, order.window, usual.start_minute or EVENING, order.keeps,
    )  # fmt: skip


def _wish(
    one: CohortChoice,
    rows: Sequence[LessonRow],
    order: PlanOrder,
    start: date,
    usual: LessonDefaults,
    size: int,
    found: Choices,
) -> CohortWish:
    movable = [row for row in rows if _is_movable(row, start)]
    stays = [row for row in rows if row not in movable and row.state is not LessonState.CANCELLED]
    minutes = (
        one.lesson_minutes
        or usual.minutes
        or (movable[0].end_minute - movable[0].start_minute if movable else 90)
    )
    hours = one.hours_per_lesson
    if hours is None:
        hours = (
            minutes // usual.minutes_per_hour
            if usual.minutes_per_hour
            else movable[0].study_hours
            if movable
            else 0
        )
    wanted = one.lesson_count or usual.count or len(rows)
    trainers = dict(found.trainers)
    trainer = (
        Stand(one.trainer_id, trainers[one.trainer_id])
        if one.trainer_id in trainers and one.trainer_id
        else None
    )
    return CohortWish(
        one.id, one.title, size, max(wanted - len(stays), len(movable)), minutes, hours, order.per_week,
        max(start, one.starts_on or start), trainer, (), one.site_id, one.classroom_id,
        tuple(row.slot for row in movable), frozenset(row.on for row in stays),
    )  # fmt: skip


def _free_trainer(wish: CohortWish, topic: str, specialities: Mapping[str, frozenset[str]]) -> CohortWish:
    able = tuple(key for key, words in specialities.items() if topic and topic in words)
    if wish.trainer is not None:
        able = tuple(dict.fromkeys((wish.trainer.id, *able)))
    return replace(wish, trainer=None, candidates=able)


def _is_movable(row: LessonRow, start: date) -> bool:
    return row.state is LessonState.PLANNED and row.on >= start and not row.locks


def _lessons(session: Session, cohort_ids: Sequence[str]) -> dict[str, list[LessonRow]]:
    found: dict[str, list[LessonRow]] = {}
    for row in lesson_rows(session, Lesson.cohort_id.in_(cohort_ids)):
        found.setdefault(row.cohort_id, []).append(row)
    return found


def _sizes(session: Session) -> dict[str, int]:
    found: dict[str, int] = {}
    for (cohort_id,) in session.execute(select(Enrolment.cohort_id).where(Enrolment.state.in_(ON_ROLL))):
        found[cohort_id] = found.get(cohort_id, 0) + 1
    return found


def _specialities(session: Session) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for key, word in session.execute(select(TrainerSpeciality.trainer_id, TrainerSpeciality.speciality)):
        found.setdefault(key, set()).add(word)
    return {key: frozenset(words) for key, words in found.items()}


def _categories(session: Session, cohort_ids: Sequence[str]) -> dict[str, str]:
    """The category of each cohort's course in words, as trainers' specialities are kept."""
    wanted = select(Cohort.id, Course.category).join(Course, Course.id == Cohort.course_id)
    found = session.execute(wanted.where(Cohort.id.in_(cohort_ids)))
    return {key: category.label for key, category in found if category}
