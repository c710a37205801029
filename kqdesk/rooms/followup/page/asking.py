"""What the page asks and makes, off the UI thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Pick
from kqdesk.desk.intake import Brought, keep_files
from kqdesk.rooms.certificates.queries import host_of
from kqdesk.rooms.followup import papers, queries, sheets
from kqdesk.rooms.followup.papers import (
    CallPaper,
    FormPaper,
    HonourPaper,
    LifePaper,
    OutcomePaper,
    ResultPaper,
)
from kqdesk.rooms.followup.queries import Bands, HonourRow, OutcomeTable, ResultRow
from kqdesk.rooms.office.queries import school_card
from kqdesk.rooms.people import queries as people
from kqdesk.rooms.referrals.papers import picture_pdf
from kqdesk.store.attachments import AttachmentRow, KeptFile


@dataclass(frozen=True)
class VisitGround:
    """What the form of a contact offers."""

    person: Pick | None
    bands: Bands
    employer: str
    job: str
    referral_id: str | None


def visit_ground(person_id: str, today: date, session: Session) -> VisitGround:
    """``person_id`` may be ""."""
    bands = queries.pay_bands(session, today)
    card = people.person_card(session, person_id) if person_id else None
    if card is None:
        return VisitGround(None, bands, "", "", None)
    pick = Pick(person_id, card.name, f"{card.village or ''} {card.phone_masked}".strip())
    return VisitGround(
        pick, bands, card.employer or "", card.job or "", queries.referral_of(session, person_id)
    )


def person_picks(session: Session, text: str, limit: int) -> list[Pick]:
    """People for a picker."""
    return [
        Pick(hit.id, hit.name, f"{hit.village or ''} {hit.id_masked}".strip())
        for hit in people.find(session, text, limit)
    ]


def _letterhead(session: Session) -> str:
    card = school_card(session)
    return card.name if card else ""


def calls_pdf(desk: Desk, shelf: str, words: str, ids: Sequence[str], _job: Any) -> bytes:
    """回访名单; whole phones only for who may see them."""
    today = desk.today()
    with desk.store.reading() as session:
        rows = queries.call_rows(session, today=today, shelf=shelf, person_ids=ids)
        sees = people.reader_rights(session, desk.seat.actor_id).sees_full_ids
        paper = CallPaper(
            _letterhead(session), words, tuple(rows), queries.pay_bands(session, today), today, sees
        )
    return papers.calls_pdf(paper)


def write_calls(desk: Desk, shelf: str, ids: Sequence[str], path: Path, job: Any) -> tuple[int, bool]:
    """The list as Excel; how many, and whether the phones are whole."""
    with desk.store.reading() as session:
        rows = queries.call_rows(session, today=desk.today(), shelf=shelf, person_ids=ids)
        sees = people.reader_rights(session, desk.seat.actor_id).sees_full_ids
    return sheets.write_calls(path, rows, shows_phones=sees, progress=job), sees


def outcome_pdf(desk: Desk, table: OutcomeTable, _job: Any) -> bytes:
    """增收跟踪统计表."""
    with desk.store.reading() as session:
        school = _letterhead(session)
    return papers.outcome_pdf(OutcomePaper(school, table, desk.today()))


def forms_pdf(desk: Desk, questionnaire_id: str, copies: int, _job: Any) -> bytes:
    """So many forms, numbered so that none comes twice."""
    with desk.store.reading() as session:
        [row] = queries.questionnaires(session, ids=[questionnaire_id])
        card = school_card(session)
        host = host_of(session)
    paper = FormPaper(
        card.name if card else "", card.code if card else "", row, copies, papers.first_number(desk.store.clock()),
        f"https://{host}/s/{row.token}" if host else "",
    )  # fmt: skip
    return papers.forms_pdf([paper])


def result_pdf(desk: Desk, questionnaire_id: str, _job: Any) -> bytes:
    """满意度统计表 of one questionnaire."""
    with desk.store.reading() as session:
        card = queries.questionnaire_card(session, questionnaire_id, today=desk.today())
        school = _letterhead(session)
    assert card is not None
    return papers.result_pdf([ResultPaper(school, card, desk.today())])


def side_by_side_pdf(desk: Desk, title: str, rows: Sequence[ResultRow], _job: Any) -> bytes:
    """Classes or trainers one a line."""
    with desk.store.reading() as session:
        school = _letterhead(session)
    return papers.side_by_side_pdf(school, title, rows, desk.today())


def honour_paper(desk: Desk, ids: Sequence[str]) -> HonourPaper:
    """What the papers of honours are made of."""
    with desk.store.reading() as session:
        rows = queries.honours(session, ids=ids)
        return HonourPaper(_letterhead(session), tuple(rows), desk.today())


def awards_pdf(desk: Desk, ids: Sequence[str], _job: Any) -> bytes:
    """奖状, one sheet each."""
    return papers.award_pdf(honour_paper(desk, ids))


def honour_list_pdf(desk: Desk, ids: Sequence[str], is_posting: bool, _job: Any) -> bytes:
    """公示 or 表彰名单."""
    return papers.honour_list_pdf(honour_paper(desk, ids), is_posting=is_posting)


def life_pdf(desk: Desk, person_id: str, _job: Any) -> bytes:
    """学习生命线 of one person."""
    with desk.store.reading() as session:
        life = queries.life_line(session, person_id, now=desk.store.clock())
        school = _letterhead(session)
    assert life is not None
    return papers.life_pdf([LifePaper(school, life, desk.today())])


def keep(desk: Desk, files: Sequence[Brought], _job: Any) -> list[KeptFile]:
    """Look at the files and keep their bytes."""
    return keep_files(desk.attachments, files)


def proof_pdf(desk: Desk, file: AttachmentRow, _job: Any) -> bytes:
    """A file to look at; a picture becomes a page."""
    content = desk.attachments.read(file.digest, file.name)
    return content if file.media == "application/pdf" else picture_pdf(file.name, content)


def publish_words(row: HonourRow, session: Session) -> str:
    """The text for the group chat."""
    return papers.publish_words(_letterhead(session), row)
