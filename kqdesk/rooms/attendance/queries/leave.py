"""Leave asked for beforehand, and people who came without being on the roll."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.attendance.model import Leave
from kqdesk.rooms.attendance.terms import LEAVE_PROOF, WALK_IN
from kqdesk.rooms.cohorts.model import Enrolment
from kqdesk.rooms.cohorts.queries import ON_ROLL
from kqdesk.rooms.people.model import Person
from kqdesk.store.attachments import AttachmentRow, attached


@dataclass(frozen=True)
class LeaveRow:
    """One leave of a learner. ``proofs``: the notes handed in."""

    id: str
    enrolment_id: str
    roll_no: int | None
    name: str
    first_on: date
    last_on: date
    reason: str
    proofs: tuple[AttachmentRow, ...] = ()


@dataclass(frozen=True)
class WalkIn:
    """Somebody who was added at a lesson and is not yet matched with the roster."""

    enrolment_id: str
    person_id: str
    roll_no: int | None
    name: str
    phone: str


def leaves_of(session: Session, cohort_id: str) -> list[LeaveRow]:
    """Leave in a cohort, newest first; two statements."""
    found: Sequence[Any] = session.execute(
        select(Leave.id, Leave.enrolment_id, Enrolment.roll_no, Person.name, Leave.first_on, Leave.last_on, Leave.reason)
        .join(Enrolment, Enrolment.id == Leave.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.cohort_id == cohort_id)
        .order_by(Leave.first_on.desc(), Enrolment.roll_no)
    ).all()  # fmt: skip
    proofs = attached(session, "leave", [line[0] for line in found], LEAVE_PROOF)
    return [replace(LeaveRow(*line), proofs=tuple(proofs.get(line[0], ()))) for line in found]


def learner_choices(session: Session, cohort_id: str) -> list[tuple[str, str]]:
    """(enrolment, 3 王春花) of everybody on the roll; one statement."""
    found = session.execute(
        select(Enrolment.id, Enrolment.roll_no, Person.name)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.state.in_(ON_ROLL))
        .order_by(Enrolment.roll_no.is_(None), Enrolment.roll_no, Enrolment.id)
    )
    return [(key, f"{roll_no or ''} {name}".strip()) for key, roll_no, name in found]


def walk_ins(session: Session, cohort_id: str) -> list[WalkIn]:
    """Those of a cohort who came without being on the roll and are not merged yet; one statement."""
    found = session.execute(
        select(Enrolment.id, Person.id, Enrolment.roll_no, Person.name, Person.phone)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.cohort_id == cohort_id,
            Enrolment.state.in_(ON_ROLL),
            Person.origin == WALK_IN,
            Person.id_number.is_(None),
        )
        .order_by(Enrolment.roll_no)
    )
    return [WalkIn(key, person, roll_no, name, phone or "") for key, person, roll_no, name, phone in found]
