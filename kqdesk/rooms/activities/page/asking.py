"""What the page asks and makes, off the UI thread."""

from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.intake import keep_files
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.activities import actions, papers, queries, rules, sheets
from kqdesk.rooms.activities.queries import ActivityCard, ActivityRow
from kqdesk.rooms.activities.terms import ActivityKind, ActivityState, NoticeKind
from kqdesk.rooms.office.queries import school_card
from kqdesk.store.attachments import AttachmentRow, KeptFile

Found = tuple[list[ActivityRow], list[int], ActivityCard | None]


def asked(
    text: str, state: ActivityState | None, kind: ActivityKind | None, year: int | None, activity_id: str, today: Any,
    session: Session,
) -> Found:  # fmt: skip
    """The list, the years for the filter, and the chosen activity."""
    rows = queries.activities(session, text=text, state=state, kind=kind, year=year)
    card = queries.activity_card(session, activity_id, on=today) if activity_id else None
    return rows, queries.years(session), card


def keep(desk: Desk, files: Any, _job: Any) -> list[KeptFile]:
    """Look at the files and keep their bytes."""
    return keep_files(desk.attachments, files)


def card(desk: Desk, activity_id: str) -> tuple[ActivityCard, str]:
    """One activity and the school's name."""
    with desk.store.reading() as session:
        card, school = queries.activity_card(session, activity_id, on=desk.today()), school_card(session)
    if card is None:
        raise UserError(actions.GONE)
    return card, school.name if school else ""


def sheet_pdf(desk: Desk, activity_id: str, _job: Any) -> bytes:
    """签到表."""
    return papers.sign_in_pdf(papers.as_sign_in_sheet(*card(desk, activity_id)))


def record_pdf(desk: Desk, activity_id: str, _job: Any) -> bytes:
    """活动记录表."""
    return papers.activity_record_pdf(
        papers.as_activity_record(*card(desk, activity_id), desk.attachments.read)
    )


def file_pdf(desk: Desk, file: AttachmentRow, _job: Any) -> bytes:
    """A kept file to look at; a picture becomes a page."""
    content = desk.attachments.read(file.digest, file.name)
    return content if file.media == "application/pdf" else papers.picture_pdf(file.name, content)


def write(rows: list[ActivityRow], path: Path, job: Any) -> int:
    """活动清单."""
    return sheets.write_activities(path, rows, progress=job)


def notice(row: ActivityRow, has_changed: bool, session: Session) -> str:
    """The text for the group chat: that it is held, was moved, or is cancelled."""
    school = school_card(session)
    kind = NoticeKind.CHANGE if has_changed else NoticeKind.OPENING
    if row.state is ActivityState.CANCELLED:
        kind = NoticeKind.CANCELLED
    facts = rules.NoticeFacts(
        school.name if school else "", row.topic, row.kind.label, row.held_on, row.clock, row.place, row.speaker,
        row.audience, row.reason, (school.phone or "") if school else "",
    )  # fmt: skip
    return rules.notice(kind, facts)
