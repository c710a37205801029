"""Who still lacks a subject, who may sit it again, exemptions, and a person's whole chain of attempts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.catalogue.terms import DualLevel, Subject
from kqdesk.rooms.exams import rules
from kqdesk.rooms.exams.model import Exemption, Sitting, SittingPaper
from kqdesk.rooms.exams.queries.score import attempts
from kqdesk.rooms.exams.queries.sitting import papers_of
from kqdesk.rooms.exams.queries.standing import exam_policy, resit_policy
from kqdesk.rooms.exams.rules import Attempt, ChainLink, ResitPolicy
from kqdesk.rooms.exams.terms import SittingState
from kqdesk.rooms.office.rules import Band
from kqdesk.rooms.people.model import Person


@dataclass(frozen=True)
class Lacking:
    """What a person would write in a sitting: papers still lacking, those she has already, and why some may not be."""

    person_id: str
    lacking: frozenset[Subject]
    exempt: frozenset[Subject]
    refused: Mapping[Subject, str]


def lacking_in(session: Session, sitting_id: str, person_ids: Collection[str]) -> dict[str, Lacking]:
    """For each person which of the sitting's subjects are still to be sat; a fixed number of statements."""
    sitting = session.get_one(Sitting, sitting_id)
    papers = [paper.subject for paper in papers_of(session, sitting_id)]
    policy = resit_policy(session, sitting.on)
    known = attempts(session, level=sitting.level)
    return {
        person_id: _lacking(person_id, papers, known.get(person_id, []), sitting.on, policy)
        for person_id in person_ids
    }


def _lacking(
    person_id: str, papers: Sequence[Subject], known: Sequence[Attempt], on: date, policy: ResitPolicy
) -> Lacking:
    lacking, exempt, refused = set(), set(), {}
    for subject in papers:
        own = [attempt for attempt in known if rules.same_subject(attempt.subject, subject)]
        if any(attempt.exemption for attempt in own):
            exempt.add(subject)
        elif rules.is_lacking(own, policy):
            lacking.add(subject)
            fault = rules.resit_fault(own, on, policy)
            if fault:
                refused[subject] = f"{subject.label}{fault}"
    return Lacking(person_id, frozenset(lacking), frozenset(exempt), refused)


@dataclass(frozen=True)
class OpenSitting:
    """A sitting somebody can still be entered for. ``subjects``: its papers."""

    id: str
    title: str
    on: date
    level: DualLevel | None
    subjects: frozenset[Subject]


def open_sittings(session: Session, level: DualLevel | None = None) -> list[OpenSitting]:
    """Sittings that are not locked, the next one first; one statement."""
    wanted = (
        select(Sitting.id, Sitting.title, Sitting.on, Sitting.level, SittingPaper.subject)
        .join(SittingPaper, SittingPaper.sitting_id == Sitting.id)
        .where(Sitting.state != SittingState.LOCKED)
        .order_by(Sitting.on, Sitting.id)
    )
    if level is not None:
        wanted = wanted.where(Sitting.level == level)
    found: dict[str, tuple[str, date, DualLevel | None, set[Subject]]] = {}
    for key, title, on, of, subject in session.execute(wanted):
        found.setdefault(key, (title, on, of, set()))[3].add(subject)
    return [OpenSitting(key, title, on, of, frozenset(own)) for key, (title, on, of, own) in found.items()]


@dataclass(frozen=True)
class ChainRow:
    """One attempt of a person as the chain shows it. ``grade`` empty: no mark or no bands."""

    subject: Subject
    role: str
    on: date
    words: str
    grade: str
    counts: bool
    sitting: str
    sitting_id: str


def chain_of(session: Session, person_id: str, *, on: date, level: DualLevel | None = None) -> list[ChainRow]:
    """A person's attempts subject by subject in order of time."""
    bands, how = exam_policy(session, on).bands, resit_policy(session, on).attempt
    known = attempts(session, person_id=person_id, level=level).get(person_id, [])
    rows: list[ChainRow] = []
    for subject in Subject:
        own = [attempt for attempt in known if attempt.subject is subject]
        rows += [_chain_row(link, bands) for link in rules.chain(own, how)]
    return rows


def _chain_row(link: ChainLink, bands: Sequence[Band] | None) -> ChainRow:
    attempt = link.attempt
    band = rules.band_of(attempt.points, attempt.bands or bands or ())
    return ChainRow(
        attempt.subject, link.role, attempt.on, attempt.points.words or "合格", band.grade if band else "",
        link.counts, attempt.sitting, attempt.sitting_id,
    )  # fmt: skip


@dataclass(frozen=True)
class ExemptionRow:
    """An exemption of the register. It counts when ``reviewed_on`` is there."""

    id: str
    person_id: str
    name: str
    level: DualLevel
    subject: Subject
    proof_no: str
    issuer: str
    issued_on: date
    points_tenths: int | None
    reviewed_on: date | None
    note: str


def exemptions(session: Session, *, text: str = "", person_id: str | None = None) -> list[ExemptionRow]:
    """The register of exemptions, newest first; one statement."""
    wanted = (
        select(Exemption, Person.name)
        .join(Person, Person.id == Exemption.person_id)
        .order_by(Exemption.issued_on.desc(), Exemption.id.desc())
    )
    if text:
        wanted = wanted.where(
            Person.name.contains(text, autoescape=True)
            | Person.name_initials.startswith(text.lower(), autoescape=True)
            | Exemption.proof_no.contains(text, autoescape=True)
        )
    if person_id is not None:
        wanted = wanted.where(Exemption.person_id == person_id)
    return [
        ExemptionRow(
            row.id, row.person_id, name, row.level, row.subject, row.proof_no, row.issuer, row.issued_on,
            row.points_tenths, row.reviewed_on, row.note or "",
        )
        for row, name in session.execute(wanted)
    ]  # fmt: skip
