"""The rules of its course a class was opened with: hours, assessment, credits, paper, subsidy."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.catalogue.model import Course, CourseVersion
from kqdesk.rooms.catalogue.rules import HOURS, SAID, CourseRules
from kqdesk.rooms.cohorts.model import Cohort

_PART = 900  # ids a statement


def course_rules_of(session: Session, cohort_ids: Collection[str] | None = None) -> dict[str, CourseRules]:
    """R-CAT-03: cohort → what its course was worth on its first day, as it keeps it; None: of every cohort.

    A cohort without a course (双证) is left out. One statement for 900 cohorts.
    """
    first = [getattr(Course, name) for name in HOURS]
    kept = [
        CourseVersion.id,
        CourseVersion.from_on,
        *(getattr(CourseVersion, name) for name in SAID),
        CourseVersion.source,
    ]
    asked: Any = (
        select(Cohort.id, *first, *kept)
        .join(Course, Course.id == Cohort.course_id)
        .outerjoin(CourseVersion, CourseVersion.id == Cohort.course_version_id)
    )
    if cohort_ids is None:
        return dict(map(_rules, session.execute(asked)))
    wanted = sorted(set(cohort_ids))
    parts = (wanted[start : start + _PART] for start in range(0, len(wanted), _PART))
    return dict(_rules(row) for part in parts for row in session.execute(asked.where(Cohort.id.in_(part))))


def _rules(row: Any) -> tuple[str, CourseRules]:
    cohort_id, first, kept = row[0], row[1 : 1 + len(HOURS)], row[1 + len(HOURS) :]
    if kept[0] is None:  # opened before the first version
        return cohort_id, CourseRules("", None, *first)
    return cohort_id, CourseRules(*kept)
