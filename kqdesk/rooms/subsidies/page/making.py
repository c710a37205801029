"""Lists, forms and papers made off the UI thread, with numbers as this person may see them."""

from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.excel.templates import look
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.office.queries import may_see_full_ids, school_card
from kqdesk.rooms.subsidies import papers, queries, sheets
from kqdesk.rooms.subsidies.queries import FormRow
from kqdesk.rooms.subsidies.sheets import BatchSheet
from kqdesk.store.attachments import LARGEST, Attachments


def school_of(session: Session) -> tuple[str, str]:
    """Name and phone as papers carry them."""
    card = school_card(session)
    return (card.name, card.phone or "") if card else ("", "")


def sheet_of(desk: Desk, batch_id: str, session: Session) -> BatchSheet:
    """A batch with its lines."""
    [batch] = queries.batches(session, ids=[batch_id])
    rows = queries.claims(session, batch_id=batch_id)
    whole = may_see_full_ids(session, desk.seat.actor_id)
    return BatchSheet(school_of(session)[0], batch, rows, desk.today(), whole)


def export(desk: Desk, batch_id: str, path: Path, _: Any) -> int:
    """名单.xlsx."""
    with desk.store.reading() as session:
        return sheets.write_batch(path, sheet_of(desk, batch_id, session))


def fill(desk: Desk, batch_id: str, form: FormRow, path: Path, _: Any) -> int:
    """The finance office's form."""
    with desk.store.reading() as session:
        sheet = sheet_of(desk, batch_id, session)
    content = sheets.fill_form(desk.attachments.read(form.digest, form.file_name), form.file_name, sheet)
    sheets.write_form(path, content)
    return len(sheet.rows)


def paper_pdf(desk: Desk, batch_id: str, kind: str, _: Any) -> bytes:
    """公示名单 or 发放表."""
    with desk.store.reading() as session:
        [batch] = queries.batches(session, ids=[batch_id])
        rows = tuple(queries.claims(session, batch_id=batch_id))
        name, phone = school_of(session)
    paper = papers.BatchPaper(name, phone, batch, rows, desk.today())
    part = papers.posted_part(paper) if kind == "posted" else papers.payment_part(paper)
    return papers.pdf(batch.no, [part])


def look_at_form(path: Path, kept: Attachments) -> dict[str, Any]:
    """What a form is and asks for, its bytes kept; InputFaults when it is none."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as wrong:
        raise UserError(f"「{path.name}」读不出来：{wrong.strerror or wrong}。") from wrong
    looked = look(content, path.name)
    return {
        "title": path.stem, "file_name": path.name, "kind": looked.kind, "digest": kept.keep(content), "size": len(content),
        "asks": [spot.name for spot in looked.spots], "known": sheets.FIELDS,
    }  # fmt: skip
