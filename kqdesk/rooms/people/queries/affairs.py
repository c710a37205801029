"""What goes on around people: who is to be called, papers, courses they put their names down for, layouts of files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kqdesk.kernel.national_id import IdKind
from kqdesk.rooms.office.queries import staff_names
from kqdesk.rooms.people.model import Person, PersonContact, PersonDocument, SheetLayout, SignUp
from kqdesk.rooms.people.queries.twins import MergeRow, merges_into
from kqdesk.rooms.people.terms import ContactAnswer, ContactWay, SignUpState
from kqdesk.security.masking import mask_id, mask_phone

MOST = 2_000  # lines a work-list shows


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One contact: when, how, what was answered, by whom, when next."""

    id: str
    contacted_on: date
    way: ContactWay
    answer: ContactAnswer
    words: str
    next_on: date | None
    by: str


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One more paper of a person; the number masked."""

    id: str
    kind: str
    masked: str
    valid_until: date | None
    replaced_on: date | None
    note: str


@dataclass(frozen=True, slots=True)
class SignUpRow:
    """A name put down for a course."""

    id: str
    person_id: str
    name: str
    phone_masked: str
    village: str
    course: str
    signed_on: date | None
    state: SignUpState
    origin: str


@dataclass(frozen=True, slots=True)
class Affairs:
    """Everything around one person that is no field of hers."""

    adviser_id: str | None
    adviser: str
    contacts: tuple[ContactRow, ...]
    documents: tuple[DocumentRow, ...]
    sign_ups: tuple[SignUpRow, ...]
    merges: tuple[MergeRow, ...]


@dataclass(frozen=True, slots=True)
class DueContact:
    """Somebody who is to be spoken to again. ``staff_id``: her adviser, else who spoke with her last."""

    person_id: str
    name: str
    phone_masked: str
    village: str
    due_on: date
    answer: ContactAnswer
    words: str
    staff_id: str
    by: str


@dataclass(frozen=True, slots=True)
class Layout:
    """How the columns of files with these headings were put right before."""

    id: str
    title: str
    headings: tuple[str, ...]
    titles: dict[str, str]
    kept_on: date


def affairs(session: Session, *, person_id: str) -> Affairs:
    """The affairs of one person, newest first. Six statements."""
    names = staff_names(session)
    adviser = session.scalar(select(Person.adviser_id).where(Person.id == person_id))
    contacts = session.scalars(
        select(PersonContact)
        .where(PersonContact.person_id == person_id)
        .order_by(PersonContact.contacted_on.desc(), PersonContact.id.desc())
    )
    papers = session.scalars(
        select(PersonDocument).where(PersonDocument.person_id == person_id).order_by(PersonDocument.id.desc())
    )
    return Affairs(
        adviser,
        names.get(adviser or "", ""),
        tuple(
            ContactRow(
                c.id, c.contacted_on, c.way, c.answer, c.words or "", c.next_on, names.get(c.staff_id, "")
            )
            for c in contacts
        ),
        tuple(
            DocumentRow(p.id, _kind(p.kind), mask_id(p.number), p.valid_until, p.replaced_on, p.note or "")
            for p in papers
        ),
        tuple(sign_ups(session, person_id=person_id, state=None)),
        tuple(merges_into(session, person_id=person_id)),
    )


def due_contacts(session: Session, *, on: date, staff_id: str | None = None) -> list[DueContact]:
    """Who is to be spoken to again by that day, longest due first. Two statements.

    R-PEO-06: only the newest contact of a person counts; who was spoken to since is not due. ``staff_id``: only those
    this person looks after, or spoke with last where nobody does.
    """
    newest = (
        select(PersonContact.person_id, func.max(PersonContact.contacted_on).label("last"))
        .group_by(PersonContact.person_id)
        .subquery()
    )
    latest = (
        select(func.max(PersonContact.id))
        .join(
            newest,
            (newest.c.person_id == PersonContact.person_id) & (newest.c.last == PersonContact.contacted_on),
        )
        .group_by(PersonContact.person_id)
    )
    carer = func.coalesce(Person.adviser_id, PersonContact.staff_id)
    asked = (
        select(PersonContact, Person, carer)
        .join(Person, Person.id == PersonContact.person_id)
        .where(
            PersonContact.id.in_(latest), PersonContact.next_on <= on, Person.state == "here",
            *([carer == staff_id] if staff_id else []),
        )
        .order_by(PersonContact.next_on, PersonContact.id)
        .limit(MOST)
    )  # fmt: skip
    rows = session.execute(asked).all()
    names = staff_names(session) if rows else {}
    return [
        DueContact(
            p.id, p.name, mask_phone(p.phone), p.village or "", c.next_on or on, c.answer, c.words or "", who,
            names.get(who, ""),
        )
        for c, p, who in rows
    ]  # fmt: skip


def sign_ups(
    session: Session,
    *,
    text: str = "",
    person_id: str | None = None,
    state: SignUpState | None = SignUpState.OPEN,
    course: str | None = None,
) -> list[SignUpRow]:
    """Names put down for courses, by course, then as they came; ``text`` in the course or the name. One statement."""
    asked = select(SignUp, Person).join(Person, Person.id == SignUp.person_id)
    if person_id is not None:
        asked = asked.where(SignUp.person_id == person_id)
    if state is not None:
        asked = asked.where(SignUp.state == state)
    if course is not None:
        asked = asked.where(SignUp.course == course)
    if text:
        asked = asked.where(or_(SignUp.course.contains(text, autoescape=True), Person.name == text))
    rows = session.execute(asked.order_by(SignUp.course, SignUp.id).limit(MOST))
    return [
        SignUpRow(
            s.id, p.id, p.name, mask_phone(p.phone), p.village or "", s.course, s.signed_on, s.state, s.origin or ""
        )
        for s, p in rows
    ]  # fmt: skip


def wished_courses(session: Session) -> list[tuple[str, int]]:
    """Courses with names still waiting, and how many; the most wanted first."""
    asked = (
        select(SignUp.course, func.count())
        .where(SignUp.state == SignUpState.OPEN)
        .group_by(SignUp.course)
        .order_by(func.count().desc(), SignUp.course)
    )
    return [(course, count) for course, count in session.execute(asked)]


def layout_for(session: Session, *, purpose: str, fingerprints: Sequence[str]) -> Layout | None:
    """What was remembered of files with one of these headings; None when nothing was."""
    row = session.scalars(
        select(SheetLayout)
        .where(SheetLayout.purpose == purpose, SheetLayout.fingerprint.in_(list(fingerprints)))
        .order_by(SheetLayout.kept_on.desc(), SheetLayout.id.desc())
    ).first()
    return None if row is None else _layout(row)


def layouts(session: Session) -> list[Layout]:
    """Everything that is remembered, newest first."""
    return [_layout(row) for row in session.scalars(select(SheetLayout).order_by(SheetLayout.id.desc()))]


def _layout(row: Any) -> Layout:
    return Layout(row.id, row.title, tuple(row.headings), dict(row.titles), row.kept_on)


def _kind(code: str) -> str:
    return IdKind(code).label if code in set(IdKind) else code
