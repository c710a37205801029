"""How last year's class met: what its copy takes over for its own timetable."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from kqdesk.rooms.cohorts.model import Cohort
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.rooms.timetable.terms import LessonState


@dataclass(frozen=True)
class WeekHabit:
    """The week of a class: days 1–7, minutes of the day, 学时 a lesson, lessons in all."""

    weekdays: tuple[int, ...]
    start_minute: int
    minutes: int
    study_hours: int
    count: int


def week_habits(session: Session) -> Mapping[str, WeekHabit]:
    """By cohort that was copied from another and has no lessons yet: the week of that other one; one statement."""
    own = aliased(Lesson)
    found = session.execute(
        select(Cohort.id, Lesson.on, Lesson.start_minute, Lesson.end_minute, Lesson.study_hours)
        .join(Lesson, Lesson.cohort_id == Cohort.copied_from_id)
        .where(
            Lesson.state != LessonState.CANCELLED, ~select(own.id).where(own.cohort_id == Cohort.id).exists()
        )
        .order_by(Cohort.id, Lesson.on, Lesson.start_minute)
    )
    met: dict[str, list[tuple[int, tuple[int, int, int]]]] = {}
    for cohort_id, on, start, end, hours in found:
        met.setdefault(cohort_id, []).append((on.isoweekday(), (start, end - start, hours)))
    return {cohort_id: _habit(lessons) for cohort_id, lessons in met.items()}


def _habit(lessons: list[tuple[int, tuple[int, int, int]]]) -> WeekHabit:
    """The usual time; the days that saw at least a quarter as many lessons as the commonest one."""
    days, shapes = Counter(day for day, _ in lessons), Counter(shape for _, shape in lessons)
    most = max(days.values())
    (start, minutes, hours), _ = shapes.most_common(1)[0]
    usual = tuple(sorted(day for day, count in days.items() if 4 * count >= most))
    return WeekHabit(usual, start, minutes, hours, len(lessons))
