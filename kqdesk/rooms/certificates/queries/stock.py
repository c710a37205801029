"""Designs, and whether numbers and blank papers add up."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kqdesk.rooms.certificates import rules
from kqdesk.rooms.certificates.model import (
    BlankStock,
    CertificateDesign,
    CompletionCertificate,
    NumberBlock,
    PrintRun,
    VoidNumber,
)
from kqdesk.rooms.certificates.rules import BlankFacts, NumberFacts, Spot
from kqdesk.rooms.certificates.terms import PLAIN_PAPER, SERIALS, CertificateState
from kqdesk.rooms.office.queries import staff_names
from kqdesk.sync.own_numbers import own_spans


@dataclass(frozen=True)
class DesignRow:
    """One design; lengths in tenths of a millimetre."""

    id: str
    title: str
    width: int
    height: int
    on_blanks: bool
    background: str
    spots: tuple[Spot, ...]
    is_default: bool


@dataclass(frozen=True)
class VoidRow:
    """One number that never became a certificate."""

    id: str
    serial_no: str
    on: date
    who: str
    reason: str


def designs(session: Session) -> list[DesignRow]:
    """Designs in use by name; one statement."""
    wanted = select(CertificateDesign).where(CertificateDesign.is_active).order_by(CertificateDesign.title)
    return [
        DesignRow(
            d.id, d.title, d.width, d.height, d.on_blanks, d.background or "",
            tuple(rules.from_kept(spot) for spot in d.spots), d.is_default,
        )
        for d in session.scalars(wanted)
    ]  # fmt: skip


def default_design(session: Session) -> DesignRow | None:
    """The design certificates are printed with; None: the program's own."""
    return next((design for design in designs(session) if design.is_default), None)


def numbers(session: Session) -> list[NumberFacts]:
    """The numbers of each year, newest first; three statements."""
    leased: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for year, first, last, following in session.execute(
        select(NumberBlock.year, NumberBlock.first_serial, NumberBlock.last_serial, NumberBlock.next_serial)
    ):
        leased[year][0] += last - first + 1
        leased[year][1] += following - first
    year_of = func.strftime("%Y", CompletionCertificate.awarded_on)
    states: dict[int, dict[CertificateState, int]] = defaultdict(dict)
    for found_year, state, count in session.execute(
        select(year_of, CompletionCertificate.state, func.count()).group_by(
            year_of, CompletionCertificate.state
        )
    ):
        states[int(found_year)][state] = int(count)
    void = dict(session.execute(select(VoidNumber.year, func.count()).group_by(VoidNumber.year)).all())
    return [
        _year(year, leased[year], states[year], void.get(year, 0))
        for year in sorted({*leased, *states, *void}, reverse=True)
    ]


def _year(year: int, leased: list[int], states: dict[CertificateState, int], void: int) -> NumberFacts:
    return NumberFacts(
        year,
        leased=leased[0],
        given=leased[1],
        drawn=states.get(CertificateState.DRAWN, 0),
        approved=states.get(CertificateState.APPROVED, 0),
        printed=states.get(CertificateState.PRINTED, 0),
        handed_out=states.get(CertificateState.HANDED_OUT, 0),
        revoked=states.get(CertificateState.REVOKED, 0),
        void=void,
    )


def highest_serial(session: Session, year: int) -> int:
    """The last serial of any block of that year this school knows of; 0 when there is none."""
    return int(session.scalar(select(func.max(NumberBlock.last_serial)).where(NumberBlock.year == year)) or 0)


def serials_left(session: Session, year: int) -> int:
    """How many serials this PC may still give out by its leases; two statements."""
    spans = own_spans(session, SERIALS, year) or []
    wanted = select(NumberBlock.first_serial, NumberBlock.next_serial).where(NumberBlock.year == year)
    begun = dict(session.execute(wanted).all())
    return sum(last - begun.get(first, first) + 1 for first, last in spans)


def void_numbers(session: Session) -> list[VoidRow]:
    """The void register, newest first; two statements."""
    names = staff_names(session)
    wanted = select(VoidNumber).order_by(VoidNumber.voided_on.desc(), VoidNumber.serial_no.desc())
    return [
        VoidRow(v.id, v.serial_no, v.voided_on, names.get(v.voided_by, ""), v.reason)
        for v in session.scalars(wanted)
    ]


def blanks(session: Session) -> list[BlankFacts]:
    """Blank papers by kind, what must be left of each; two statements. Plain paper is not counted."""
    received = dict(
        session.execute(select(BlankStock.kind, func.sum(BlankStock.count)).group_by(BlankStock.kind)).all()
    )
    used = {
        kind: (int(good), int(spoilt))
        for kind, good, spoilt in session.execute(
            select(PrintRun.kind, func.sum(PrintRun.good), func.sum(PrintRun.spoilt)).group_by(PrintRun.kind)
        )
    }
    kinds = sorted({*received, *used} - {PLAIN_PAPER})
    return [BlankFacts(kind, int(received.get(kind, 0)), *used.get(kind, (0, 0))) for kind in kinds]
