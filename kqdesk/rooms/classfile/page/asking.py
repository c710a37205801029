"""What the page asks and makes, off the UI thread."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.intake import Brought, keep_files
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.classfile import papers, queries
from kqdesk.rooms.classfile.queries import ClassFileCard, ClassFileRow, Dossier
from kqdesk.store.attachments import KeptFile


def asked(
    text: str, cohort_id: str, today: date, session: Session
) -> tuple[list[ClassFileRow], ClassFileCard | None]:
    """The list, and the chosen class with its files."""
    chosen = queries.class_file(session, cohort_id, on=today) if cohort_id else None
    return queries.class_files(session, on=today, text=text), chosen


def keep(desk: Desk, files: Sequence[Brought], _job: Any) -> list[KeptFile]:
    """Look at the files and keep their bytes."""
    return keep_files(desk.attachments, files, also_office=True)


def make_pdf(desk: Desk, cohort_id: str, job: Any) -> bytes:
    """The bound PDF."""
    return papers.class_file_pdf(_dossier(desk, cohort_id), desk.attachments.read, progress=job)


def make_zip(desk: Desk, cohort_id: str, path: Path, job: Any) -> tuple[str, int]:
    """The ZIP; its name and how many originals are in it."""
    return path.name, papers.zip_class_file(
        _dossier(desk, cohort_id), desk.attachments.read, path, progress=job
    )


def _dossier(desk: Desk, cohort_id: str) -> Dossier:
    with desk.store.reading() as session:
        found = queries.dossier(
            session, cohort_id, actor=desk.seat.actor_id, now=desk.store.clock(), on=desk.today()
        )
    if found is None:
        raise UserError("这个班已经不在了，或已取消。请刷新。")
    return found
