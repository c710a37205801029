"""What the page asks about a change that has happened, off the UI thread: the notice, whom to call, papers, calendars."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.rooms.office.queries import school_card
from kqdesk.rooms.timetable import papers, queries, sheets
from kqdesk.rooms.timetable.papers import Notice
from kqdesk.rooms.timetable.queries import By, Callee, LessonRow, Unprinted
from kqdesk.rooms.timetable.terms import LessonState

FOLLOWING = 4  # next lessons named on a notice
REACH = timedelta(days=200)  # how far ahead a published timetable goes


@dataclass(frozen=True)
class Told:
    """A lesson's last change with everything to tell it: the notice, the masked phones."""

    row: LessonRow
    notice: Notice
    people: tuple[Callee, ...]

    @property
    def chat(self) -> str:
        """The text for the group chat."""
        return papers.chat_text(self.notice)


def told(lesson_id: str, today: date, session: Session) -> Told | None:
    """The last change of a lesson; None when it never changed or is gone."""
    row = queries.lesson_card(session, lesson_id)
    changes = queries.lesson_changes(session, [lesson_id])
    if row is None or not changes:
        return None
    school = school_card(session)
    following = [
        queries.standing_of(one)
        for one in queries.term_lessons(session, By.COHORT, row.cohort_id, first=today)
        if one.id != row.id and one.state is LessonState.PLANNED and one.on >= row.on
    ]
    notice = papers.notice_of(
        row, changes[-1], school.name if school else "", (school.phone or "") if school else "", today,
        following[:FOLLOWING],
    )  # fmt: skip
    return Told(row, notice, tuple(queries.callees(session, lesson_id)))


def notice_paper(notice: Notice, _job: Any) -> bytes:
    """The notice as a PDF."""
    return papers.timetable_pdf([papers.notice(notice)])


def call_paper(notice: Notice, people: Sequence[Callee], _job: Any) -> bytes:
    """The call list as a PDF."""
    return papers.timetable_pdf([papers.call_list(notice, people)])


@dataclass(frozen=True)
class Issue:
    """What would be published: the days, and every lesson that is not as last published."""

    first: date
    last: date
    changes: tuple[Unprinted, ...]
    was_ever: bool  # anything of these days published before

    @property
    def evenings(self) -> int:
        """Sheets to be reprinted: days and sites something changed on."""
        return len(papers.day_sheets(self.changes, (), "", self.first))


def issue(today: date, session: Session) -> Issue:
    """From today on, as far as lessons go."""
    last = today + REACH
    changes = tuple(queries.unprinted(session, today, last))
    rows = queries.lessons_between(session, today, last)
    return Issue(today, last, changes, any(row.is_published for row in rows))


def evening_papers(desk: Desk, found: Issue, _job: Any) -> bytes:
    """One sheet for each changed day and site, then the list of changes."""
    days = sorted(
        {change.lesson.on for change in found.changes}
        | {change.was.on for change in found.changes if change.was}
    )
    with desk.store.reading() as session:
        rows = queries.lessons_between(session, days[0], days[-1]) if days else []
        school = school_card(session)
    name = school.name if school else ""
    made = papers.day_sheets(found.changes, rows, name, desk.today())
    parts = [papers.day_sheet(one) for one in made]
    return papers.timetable_pdf([*parts, papers.change_list(found.changes, name, desk.today())])


def write_calendar(desk: Desk, path: Path, by: By, key: str, whose: str, _job: Any) -> int:
    """The iCalendar file of one cohort, trainer or site, from four weeks back on; returns its number of lessons."""
    with desk.store.reading() as session:
        rows = queries.term_lessons(session, by, key, first=desk.today() - timedelta(weeks=4))
        school = school_card(session)
        known = queries.sequences(session, [row.id for row in rows])
    text = sheets.lesson_calendar(
        f"{whose}课表", rows, known, school.name if school else "", desk.store.clock()
    )
    return sheets.save_calendar(path, text)
