"""What the page reads and draws off the UI thread: the list with a card, class lists, proofs, receipts, 招生简章, chat words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.rooms.cohorts import papers, queries, sheets
from kqdesk.rooms.cohorts.queries import Choices, CohortRow, LearnerCard, RosterRow
from kqdesk.rooms.cohorts.terms import CohortKind, CohortState
from kqdesk.rooms.office.queries import SchoolCard, pack_value, school_card, setting

ADDRESS_SETTING = "cohorts.recruit_address"
"""Where people sign up on the net; the code of 招生简章 opens it."""


@dataclass(frozen=True)
class Asked:
    """What the filters stand at and what is open."""

    text: str
    kind: CohortKind | None
    state: CohortState | None
    year: int | None
    cohort_id: str | None
    enrolment_id: str | None


@dataclass(frozen=True)
class Found:
    """What the page shows."""

    rows: list[CohortRow]
    years: list[int]
    offered: Choices
    card: CohortRow | None
    learners: list[RosterRow]
    learner: LearnerCard | None


def asked(asked: Asked, session: Session) -> Found:
    """The list, and what is open of it."""
    rows = queries.cohort_list(session, text=asked.text, kind=asked.kind, state=asked.state, year=asked.year)
    card = queries.cohort_card(session, asked.cohort_id) if asked.cohort_id else None
    learners = queries.roster(session, card.id) if card else []
    learner = queries.learner_card(session, asked.enrolment_id) if card and asked.enrolment_id else None
    return Found(rows, queries.years(session), queries.choices(session), card, learners, learner)


def for_new(desk: Desk, session: Session) -> tuple[Choices, int | None]:
    """What the form of a new cohort offers, and the pack's usual capacity."""
    usual = pack_value(session, "cohort.capacity", on=desk.today())
    return queries.choices(session), usual.number if usual else None


def _name(school: SchoolCard | None) -> str:
    return school.name if school else ""


def list_pdf(desk: Desk, cohort_id: str, _job: Any) -> bytes:
    """班级花名册."""
    with desk.store.reading() as session:
        card = queries.cohort_card(session, cohort_id)
        rows = queries.roster(session, cohort_id, on_roll_only=True)
        name = _name(school_card(session))
    return papers.class_list_pdf([papers.as_class_list(card, rows, name)] if card else [])


def proof_pdf(desk: Desk, row: CohortRow, learners: Sequence[RosterRow], _job: Any) -> bytes:
    """在读证明, a page each."""
    with desk.store.reading() as session:
        name = _name(school_card(session))
    return papers.enrolment_proof_pdf(
        [papers.as_enrolment_proof(row, one, name, desk.today()) for one in learners]
    )


def write_list(desk: Desk, row: CohortRow, path: Path, job: Any) -> int:
    """The class list as Excel."""
    with desk.store.reading() as session:
        rows = queries.roster(session, row.id)
    return sheets.write_class_list(path, row, rows, progress=job)


def write_ledger(desk: Desk, row: CohortRow, path: Path, job: Any) -> int:
    """The money of a class as Excel."""
    with desk.store.reading() as session:
        rows = queries.ledger(session, row.id)
    return sheets.write_ledger(path, row, rows, progress=job)


def receipt_pdf(desk: Desk, enrolment_id: str, entry_id: str, _job: Any) -> bytes:
    """The receipt of one ledger line, both copies."""
    with desk.store.reading() as session:
        card = queries.learner_card(session, enrolment_id)
        name = _name(school_card(session))
    lines = [one for one in card.money if one.id == entry_id] if card else []
    return papers.receipt_pdf(
        [papers.as_receipt(one, card.row.name, card.cohort_title, name) for one in lines] if card else []
    )


def recruit_address(session: Session) -> str:
    """What the code of the last 招生简章 opened."""
    return str(setting(session, ADDRESS_SETTING) or "")


def leaflet_pdf(desk: Desk, cohort_ids: Sequence[str], address: str, _job: Any) -> bytes:
    """招生简章 of these classes."""
    with desk.store.reading() as session:
        by_id = {row.id: row for row in queries.cohort_list(session, ids=cohort_ids)}
        about = queries.summaries(session, cohort_ids)
        school = school_card(session)
    classes = tuple(papers.as_offered(by_id[key], about.get(key, "")) for key in cohort_ids if key in by_id)
    phone, where = (school.phone or "", school.address or "") if school else ("", "")
    return papers.leaflet_pdf(papers.Leaflet(_name(school), phone, where, classes, address, desk.today()))


@dataclass(frozen=True)
class Tellable:
    """Who tells, on which day, and whether anybody in the class has paid."""

    school: str
    phone: str
    on: date
    is_paid: bool


def tellable(cohort_id: str, on: date, session: Session) -> Tellable:
    """What the words for the group chat need beside the class itself."""
    school = school_card(session)
    paid = any(row.paid > 0 for row in queries.roster(session, cohort_id))
    return Tellable(_name(school), (school.phone or "") if school else "", on, paid)


def running(session: Session) -> list[CohortRow]:
    """Classes somebody could go over to."""
    return queries.cohort_list(session)
