"""Diplomas: matched by ID number, handed out, lost and proved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.catalogue.terms import DualLevel
from kqdesk.rooms.dual.model import Diploma, DiplomaProof, DiplomaReceipt
from kqdesk.rooms.dual.terms import Relation
from kqdesk.rooms.office.queries import staff_names
from kqdesk.rooms.people.model import Person, PersonDocument
from kqdesk.rooms.people.queries import root_of


@dataclass(frozen=True)
class KnownPerson:
    """A person as the import of diplomas matches her: by the whole ID number."""

    id: str
    name: str
    id_number: str


def people_by_number(session: Session, numbers: Sequence[str]) -> dict[str, KnownPerson]:
    """ID number → person, by an earlier paper of hers too (an entry merged into hers had it); two statements."""
    is_here = Person.state == "here"
    earlier = session.execute(
        select(Person.id, Person.name, PersonDocument.number)
        .join(PersonDocument, PersonDocument.person_id == Person.id)
        .where(PersonDocument.number.in_(numbers), is_here)
    )
    found = session.execute(
        select(Person.id, Person.name, Person.id_number).where(Person.id_number.in_(numbers), is_here)
    )
    return {number: KnownPerson(key, name, number) for key, name, number in (*earlier, *found) if number}


def diploma_form(session: Session, person_id: str, level: DualLevel) -> dict[str, Any]:
    """The editable fields of a person's diploma; empty when there is none."""
    row = session.scalar(
        select(Diploma).where(root_of(Diploma.person_id) == person_id, Diploma.level == level)
    )
    if row is None:
        return {}
    return {name: getattr(row, name) for name in ("number", "issuer", "issued_on")}


@dataclass(frozen=True)
class DiplomaRow:
    """A diploma in the register: whose, and what became of it. ``taker_number`` whole: mask it on screen and paper."""

    id: str
    person_id: str
    name: str
    initials: str
    id_number: str
    level: DualLevel
    number: str
    issuer: str
    issued_on: date
    handed_on: date | None
    relation: Relation | None
    taker: str
    taker_number: str
    handed_by: str
    receipt_id: str | None
    proof_no: str
    proof_on: date | None


def diplomas(session: Session, *, text: str = "", is_handed: bool | None = None) -> list[DiplomaRow]:
    """The register, newest first; two statements."""
    names = staff_names(session)
    wanted = (
        select(Diploma, Person, DiplomaReceipt)
        .select_from(Diploma)
        .join(Person, Person.id == root_of(Diploma.person_id))
        .outerjoin(DiplomaReceipt, DiplomaReceipt.diploma_id == Diploma.id)
        .order_by(Diploma.issued_on.desc(), Diploma.number, Diploma.id)
    )
    if text:
        wanted = wanted.where(
            Person.name.contains(text, autoescape=True)
            | Person.name_initials.startswith(text.lower(), autoescape=True)
            | Diploma.number.contains(text, autoescape=True)
        )
    if is_handed is not None:
        wanted = wanted.where(DiplomaReceipt.id.is_not(None) if is_handed else DiplomaReceipt.id.is_(None))
    proofs = {
        row.diploma_id: row for row in session.scalars(select(DiplomaProof).order_by(DiplomaProof.issued_on))
    }
    return [
        DiplomaRow(
            d.id, person.id, person.name, person.name_initials or "", person.id_number or "", d.level, d.number, d.issuer,
            d.issued_on, r.handed_on if r else None, r.relation if r else None, r.taker_name if r else "",
            (r.taker_number or "") if r else "", names.get(r.handed_by, "") if r else "", r.id if r else None,
            proofs[d.id].number if d.id in proofs else "", proofs[d.id].issued_on if d.id in proofs else None,
        )
        for d, person, r in session.execute(wanted)
    ]  # fmt: skip


def id_numbers(session: Session, person_ids: Sequence[str]) -> dict[str, str]:
    """person → ID number, whole; one statement."""
    found = session.execute(select(Person.id, Person.id_number).where(Person.id.in_(person_ids)))
    return {person_id: number or "" for person_id, number in found}
