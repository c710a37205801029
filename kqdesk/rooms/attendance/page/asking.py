"""What the page asks, off the UI thread."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.attendance import papers, queries
from kqdesk.rooms.attendance.queries import LessonToRoll, RollSheet
from kqdesk.rooms.office.queries import school_card

RECENT_DAYS = 60
AHEAD_DAYS = 7
SPAN_WORDS = "近两月和下周"


def listed(
    span: str, now: datetime, wanted: str | None, cohort: str | None, session: Session
) -> list[LessonToRoll]:
    """The lessons at the left: what is due, the recent ones, or one cohort's; the wanted one is always among them."""
    today = school_day(now)
    if cohort is not None:
        return queries.lessons_of_cohort(session, cohort, now=now)
    if span == "recent":
        found = queries.lessons_between(
            session, today - timedelta(RECENT_DAYS), today + timedelta(AHEAD_DAYS), now=now
        )
    else:
        found = queries.lessons_to_roll(session, today, now=now)
    if wanted is not None and wanted not in {row.id for row in found}:
        one = queries.lesson_to_roll(session, wanted, now=now)
        found = [one, *found] if one else found
    return found


def one_roll(lesson_id: str, now: datetime, session: Session) -> RollSheet | None:
    """One roll."""
    return queries.lesson_roll(session, lesson_id, now=now)


def sheets(desk: Desk, lesson_ids: Sequence[str], _job: Any) -> bytes:
    """The sign-in sheets of these lessons as a PDF."""
    with desk.store.reading() as session:
        school = school_card(session)
        rolls = [queries.lesson_roll(session, lesson_id) for lesson_id in lesson_ids]
    name = school.name if school else ""
    return papers.sign_in_pdf([papers.as_sign_in_sheet(roll, name) for roll in rolls if roll is not None])
