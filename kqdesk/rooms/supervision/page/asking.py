"""What the page asks and makes, off the UI thread."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.intake import Brought, keep_files
from kqdesk.kernel.disk import atomic_write, disk_fault
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.office.queries import school_card
from kqdesk.rooms.supervision import papers, queries
from kqdesk.rooms.supervision.papers import SupervisionPaper
from kqdesk.rooms.supervision.queries import FileRow, TaskCard, TaskRow
from kqdesk.rooms.supervision.terms import TaskState
from kqdesk.store.attachments import KeptFile


def asked(
    text: str, states: Sequence[TaskState], task_id: str, today: date, session: Session
) -> tuple[list[TaskRow], TaskCard | None, bool]:
    """The list, the chosen task, and whether there is any task at all."""
    rows = queries.tasks(session, today=today, text=text, states=states)
    card = queries.task_card(session, task_id, today=today) if task_id else None
    return rows, card, bool(rows) or bool(queries.tasks(session, today=today))


def keep(desk: Desk, files: Sequence[Brought], _job: Any) -> list[KeptFile]:
    """Look at the files and keep their bytes."""
    return keep_files(desk.attachments, files, also_office=True)


def paper(session: Session, task_id: str, today: date) -> SupervisionPaper:
    """One task as it is printed; UserError when it is gone."""
    card, school = queries.task_card(session, task_id, today=today), school_card(session)
    if card is None:
        raise UserError("这件督查已经不在了。请刷新。")
    return SupervisionPaper(school.name if school else "", today, card)


def notice_pdf(desk: Desk, task_id: str, _job: Any) -> bytes:
    """督查通知单."""
    with desk.store.reading() as session:
        return papers.notices_pdf([paper(session, task_id, desk.today())])


def reply_pdf(desk: Desk, task_id: str, _job: Any) -> bytes:
    """督查答复单."""
    with desk.store.reading() as session:
        return papers.replies_pdf([paper(session, task_id, desk.today())])


def save_copy(desk: Desk, file: FileRow, path: Path, _job: Any) -> str:
    """A file as it was put in, where the person wants it; its name there."""
    content = desk.attachments.read(file.digest, file.name)
    try:
        atomic_write(path, content)
    except OSError as wrong:
        raise disk_fault(wrong, path) from wrong
    return path.name


def evidence_pdf(desk: Desk, file: FileRow, _job: Any) -> bytes:
    """A file to look at; a picture becomes a page."""
    content = desk.attachments.read(file.digest, file.name)
    return content if file.media == "application/pdf" else papers.picture_pdf(file.name, content)
