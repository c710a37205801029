"""Lessons of night schools as the hub keeps and lists them for the whole district. ``tables``: the desk's or the hub's."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, and_, exists, func, select

from kqdesk.rooms.cohorts.terms import CohortKind, CohortState, EnrolmentState
from kqdesk.rooms.timetable.terms import LessonState

Tables = Callable[[str], Table]
DUAL = "dual"
"""Stands for the category of a 双证 class, which follows no course."""
_IN_CLASS = (EnrolmentState.ENROLLED, EnrolmentState.SUSPENDED, EnrolmentState.COMPLETED)


def school_nights(conn: Connection, tables: Tables, school: str, on: date) -> dict[str, Any]:
    """Lessons of one school's 夜校班 in the year of ``on``: by day, by category, by township; three statements.

    Cancelled lessons and cancelled classes do not count. ``seats``: places on the rolls of those classes.
    """
    days: Counter[str] = Counter()
    categories: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    towns: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    sizes = _sizes(conn, tables, school)
    classes: set[str] = set()
    for day, cohort, category, town, count in _lessons(conn, tables, school, on.year):
        days[day.isoformat()] += count
        for part in (categories[category], towns[town]):
            part[0] += count
            if cohort not in classes:
                part[1] += 1
                part[2] += sizes.get(cohort, 0)
        classes.add(cohort)
    return {
        "year": on.year, "days": sorted(days.items()), "categories": dict(categories), "towns": dict(towns),
        "lessons": sum(days.values()), "cohorts": len(classes), "learners": sum(sizes.get(one, 0) for one in classes),
    }  # fmt: skip


def _lessons(
    conn: Connection, tables: Tables, school: str, year: int
) -> list[tuple[date, str, str, str, int]]:
    lesson, cohort, course = tables("lesson"), tables("cohort"), tables("course")
    asked = (
        select(
            lesson.c.on, cohort.c.id, course.c.category, cohort.c.township_code, func.count(), cohort.c.programme_id
        )
        .join(cohort, and_(cohort.c.school == lesson.c.school, cohort.c.id == lesson.c.cohort_id))
        .outerjoin(course, and_(course.c.school == cohort.c.school, course.c.id == cohort.c.course_id))
        .where(
            lesson.c.school == school, lesson.c.on.between(date(year, 1, 1), date(year, 12, 31)),
            lesson.c.state != LessonState.CANCELLED, cohort.c.state != CohortState.CANCELLED, _is_night(tables, cohort),
        )
        .group_by(lesson.c.on, cohort.c.id, course.c.category, cohort.c.township_code, cohort.c.programme_id)
        .order_by(lesson.c.on, cohort.c.id)
    )  # fmt: skip
    return [
        (
            day,
            key,
            str(getattr(category, "value", category or (DUAL if dual else ""))),
            town or "",
            int(count),
        )
        for day, key, category, town, count, dual in conn.execute(asked)
    ]


def _is_night(tables: Tables, cohort: Table) -> Any:
    kind = tables("cohort_kind")
    return exists().where(
        kind.c.school == cohort.c.school,
        kind.c.cohort_id == cohort.c.id,
        kind.c.kind == CohortKind.NIGHT_SCHOOL,
    )


def _sizes(conn: Connection, tables: Tables, school: str) -> dict[str, int]:
    enrolment = tables("enrolment")
    asked = (
        select(enrolment.c.cohort_id, func.count())
        .where(enrolment.c.school == school, enrolment.c.state.in_(_IN_CLASS))
        .group_by(enrolment.c.cohort_id)
    )
    return {cohort: int(count) for cohort, count in conn.execute(asked)}


@dataclass(frozen=True)
class NightLesson:
    """One lesson of a day, anywhere in the district. ``trainer`` as it stands (sealed at the hub)."""

    school: str
    start_minute: int
    end_minute: int
    cohort_id: str
    cohort: str
    category: str
    township_code: str
    place: str
    trainer: str
    state: LessonState
    learners: int

    @property
    def time(self) -> str:
        """18:30—20:00."""
        start, end = self.start_minute, self.end_minute
        return f"{start // 60}:{start % 60:02d}—{end // 60}:{end % 60:02d}"


def lessons_of_day(conn: Connection, tables: Tables, schools: list[str], on: date) -> list[NightLesson]:
    """Every lesson of a 夜校班 on one day, by time; two statements."""
    lesson, cohort, course = tables("lesson"), tables("cohort"), tables("course")
    site, trainer, enrolment = tables("site"), tables("trainer"), tables("enrolment")
    asked = (
        select(
            lesson.c.school, lesson.c.start_minute, lesson.c.end_minute, cohort.c.id, cohort.c.title, course.c.category,
            cohort.c.township_code, site.c.name, trainer.c.name, lesson.c.state,
        )
        .join(cohort, and_(cohort.c.school == lesson.c.school, cohort.c.id == lesson.c.cohort_id))
        .outerjoin(course, and_(course.c.school == cohort.c.school, course.c.id == cohort.c.course_id))
        .outerjoin(site, and_(site.c.school == lesson.c.school, site.c.id == lesson.c.site_id))
        .outerjoin(trainer, and_(trainer.c.school == lesson.c.school, trainer.c.id == lesson.c.trainer_id))
        .where(
            lesson.c.school.in_(schools), lesson.c.on == on, cohort.c.state != CohortState.CANCELLED, _is_night(tables, cohort)
        )
        .order_by(lesson.c.start_minute, lesson.c.school, lesson.c.id)
    )  # fmt: skip
    rows = conn.execute(asked).all()
    sizes = {
        (school, key): int(count)
        for school, key, count in conn.execute(
            select(enrolment.c.school, enrolment.c.cohort_id, func.count())
            .where(
                enrolment.c.school.in_(schools), enrolment.c.cohort_id.in_([row[3] for row in rows]),
                enrolment.c.state.in_(_IN_CLASS),
            )
            .group_by(enrolment.c.school, enrolment.c.cohort_id)
        )
    }  # fmt: skip
    return [
        NightLesson(
            row[0], row[1], row[2], row[3], row[4], str(getattr(row[5], "label", row[5] or "")), row[6] or "", row[7] or "",
            row[8] or "", row[9], sizes.get((row[0], row[3]), 0),
        )
        for row in rows
    ]  # fmt: skip
