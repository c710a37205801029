"""Papers of lessons, filled from the home: sign-in sheets, the week and the term of a cohort."""

from datetime import date

from sqlalchemy.orm import Session

from kqdesk.cli.paper_wish import Wish
from kqdesk.printing.blocks import Part
from kqdesk.rooms.attendance import papers as sheets
from kqdesk.rooms.attendance.papers import SignInSheet
from kqdesk.rooms.attendance.queries import lesson_roll
from kqdesk.rooms.cohorts.queries import CohortRow
from kqdesk.rooms.timetable import papers as timetables
from kqdesk.rooms.timetable.papers import Timetable
from kqdesk.rooms.timetable.queries import By, LessonRow, calendar_between, term_lessons, week_lessons
from kqdesk.rooms.timetable.rules.days import week_of
from kqdesk.rooms.timetable.terms import LessonState


def sign_in_sheets(wish: Wish) -> int:
    """The next lesson of each cohort; of a cohort whose lessons are over, the last."""
    name = wish.letterhead
    with wish.school.store.reading() as session:
        sheets_of = [_sheet(wish, session, row, name) for row in wish.cohort_rows(session)]
    filled = [sheet for sheet in sheets_of if sheet is not None]
    return sheets.print_sign_in_sheets(filled, wish.out, wish.progress) if filled else 0


def week_timetables(wish: Wish) -> int:
    """The week of each cohort that has lessons in it."""
    week = week_of(wish.week)
    name = wish.letterhead
    with wish.school.store.reading() as session:
        parts = [
            timetables.week_timetable(_timetable(wish, session, row, name, lessons), week[0])
            for row in wish.cohort_rows(session)
            if (lessons := week_lessons(session, wish.week, by=By.COHORT, key=row.id))
        ]
    return timetables.print_timetables(parts, wish.out, wish.progress) if parts else 0


def term_timetables(wish: Wish) -> int:
    """Every lesson of each cohort."""
    name = wish.letterhead
    with wish.school.store.reading() as session:
        parts: list[Part] = [
            timetables.term_timetable(_timetable(wish, session, row, name, lessons))
            for row in wish.cohort_rows(session)
            if (lessons := term_lessons(session, By.COHORT, row.id))
        ]
    return timetables.print_timetables(parts, wish.out, wish.progress) if parts else 0


def _sheet(wish: Wish, session: Session, row: CohortRow, name: str) -> SignInSheet | None:
    lessons = [
        one for one in term_lessons(session, By.COHORT, row.id) if one.state is not LessonState.CANCELLED
    ]
    chosen = next((one for one in lessons if one.on >= wish.today), lessons[-1] if lessons else None)
    roll = lesson_roll(session, chosen.id) if chosen else None
    if chosen is None or roll is None or not roll.rows:
        return None
    return sheets.as_sign_in_sheet(roll, name)


def _timetable(
    wish: Wish, session: Session, row: CohortRow, name: str, lessons: list[LessonRow]
) -> Timetable:
    closed = _closed(session, lessons[0].on, lessons[-1].on)
    return timetables.as_timetable(row.title, By.COHORT, lessons, name, wish.today, closed)


def _closed(session: Session, first: date, last: date) -> tuple[tuple[date, str], ...]:
    week = (*week_of(first), *week_of(last))
    known = calendar_between(session, min(week), max(week))
    return tuple(sorted((day, why) for day, why in known.closed.items() if known.why_closed(day)))
