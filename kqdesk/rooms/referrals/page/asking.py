"""What the page asks and makes, off the UI thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.intake import Brought, keep_files
from kqdesk.rooms.office.queries import school_card
from kqdesk.rooms.people.queries import reader_rights
from kqdesk.rooms.referrals import papers, queries, sheets
from kqdesk.rooms.referrals.queries import ReferralCard, ReferralRow
from kqdesk.rooms.referrals.terms import ReferralState
from kqdesk.store.attachments import AttachmentRow, KeptFile


@dataclass(frozen=True)
class Found:
    """Everything the page shows at once."""

    rows: Sequence[ReferralRow]
    colleges: Sequence[str]
    years: Sequence[int]
    card: ReferralCard | None


def asked(
    text: str, states: Sequence[ReferralState], college: str | None, year: int | None, referral_id: str, today: date,
    session: Session,
) -> Found:  # fmt: skip
    """The list, what the filters offer, and the chosen referral."""
    rows = queries.referrals(session, today=today, text=text, states=states, college=college, year=year)
    card = queries.referral_card(session, referral_id, today=today) if referral_id else None
    return Found(rows, queries.colleges(session), queries.years(session), card)


def keep(desk: Desk, files: Sequence[Brought], _job: Any) -> list[KeptFile]:
    """Look at the files and keep their bytes."""
    return keep_files(desk.attachments, files)


def letters_pdf(desk: Desk, ids: Sequence[str], _job: Any) -> bytes:
    """报读推荐函; whole numbers only for who may see them."""
    with desk.store.reading() as session:
        rows, school = queries.letter_rows(session, ids), school_card(session)
        sees = reader_rights(session, desk.seat.actor_id).sees_full_ids
    name, phone = (school.name, school.phone or "") if school else ("", "")
    return papers.college_letters_pdf(papers.as_letters(rows, name, phone, desk.today(), shows_numbers=sees))


def write(desk: Desk, ids: Sequence[str], path: Path, job: Any) -> tuple[int, bool]:
    """The list as Excel; how many rows, and whether the numbers are whole."""
    with desk.store.reading() as session:
        rows = queries.letter_rows(session, ids)
        sees = reader_rights(session, desk.seat.actor_id).sees_full_ids
    return sheets.write_referrals(path, rows, shows_numbers=sees, progress=job), sees


def proof_pdf(desk: Desk, file: AttachmentRow, _job: Any) -> bytes:
    """A proof to look at; a picture becomes a page."""
    content = desk.attachments.read(file.digest, file.name)
    return content if file.media == "application/pdf" else papers.picture_pdf(file.name, content)
