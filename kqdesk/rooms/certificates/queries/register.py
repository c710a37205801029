"""The register of completion certificates, and what one prints."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from kqdesk.rooms.certificates.model import CompletionCertificate
from kqdesk.rooms.certificates.terms import CertificateState
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.office.queries import staff_names
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.queries import root_of
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.rooms.timetable.terms import LessonState

# -- the register ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class CertificateRow:
    """One certificate of the register."""

    id: str
    serial_no: str
    name: str
    person_id: str
    cohort_id: str
    cohort: str
    course_title: str
    study_hours: int
    awarded_on: date
    state: CertificateState
    drawn_by_id: str
    drawn_by: str
    approved_by: str
    handed_to: str
    handed_on: date | None
    revoked_on: date | None
    revoke_reason: str
    replaces: str
    replaced_by: str
    district: str = ""  # what the district still has to say, where it reviews certificates


def certificates(
    session: Session,
    *,
    text: str = "",
    state: CertificateState | None = None,
    cohort_id: str | None = None,
    person_id: str | None = None,
    ids: Collection[str] | None = None,
) -> list[CertificateRow]:
    """The register, newest first; two statements."""
    names = staff_names(session)
    older, newer = aliased(CompletionCertificate), aliased(CompletionCertificate)
    replaced = (
        select(newer.serial_no)
        .where(newer.replaces_id == CompletionCertificate.id)
        .limit(1)
        .scalar_subquery()
    )
    wanted = (
        select(CompletionCertificate, Cohort.id, Cohort.title, older.serial_no, replaced)
        .join(Enrolment, Enrolment.id == CompletionCertificate.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(older, older.id == CompletionCertificate.replaces_id)
        .where(*_wanted(text, state, cohort_id, person_id, ids))
        .order_by(CompletionCertificate.awarded_on.desc(), CompletionCertificate.serial_no.desc())
    )
    return [
        CertificateRow(
            c.id, c.serial_no, c.name, c.person_id, cohort_key, cohort, c.course_title, c.study_hours, c.awarded_on,
            c.state, c.drawn_by, names.get(c.drawn_by, ""), names.get(c.approved_by or "", ""), c.handed_to or "",
            c.handed_on, c.revoked_on, c.revoke_reason or "", old or "", new or "",
        )
        for c, cohort_key, cohort, old, new in session.execute(wanted)
    ]  # fmt: skip


def _wanted(
    text: str,
    state: CertificateState | None,
    cohort_id: str | None,
    person_id: str | None,
    ids: Collection[str] | None,
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if text:
        columns = (
            CompletionCertificate.serial_no,
            CompletionCertificate.name,
            CompletionCertificate.course_title,
            Cohort.title,
        )
        conditions.append(or_(*(column.contains(text, autoescape=True) for column in columns)))
    if state is not None:
        conditions.append(CompletionCertificate.state == state)
    if cohort_id is not None:
        conditions.append(Cohort.id == cohort_id)
    if person_id is not None:
        conditions.append(root_of(CompletionCertificate.person_id) == person_id)
    if ids is not None:
        conditions.append(CompletionCertificate.id.in_(ids))
    return conditions


def certificate_counts(session: Session) -> dict[CertificateState, int]:
    """How many stand in each state; one statement."""
    found = session.execute(
        select(CompletionCertificate.state, func.count()).group_by(CompletionCertificate.state)
    )
    return dict(found.all())


@dataclass(frozen=True)
class CertificatePaper:
    """What one certificate prints. ``verify_words``: who verifies it, when there is no address a phone can reach."""

    id: str
    serial_no: str
    name: str
    sex: str
    id_tail: str
    photo: str | None
    course_title: str
    study_hours: int
    starts_on: date | None
    ends_on: date | None
    issuer: str
    awarded_on: date
    qr_text: str
    is_drawn: bool
    replaces: str


def papers_of(session: Session, ids: Sequence[str]) -> list[CertificatePaper]:
    """What is printed of these certificates, in the order given; two statements however many."""
    older = aliased(CompletionCertificate)
    first = (
        select(Lesson.cohort_id, func.min(Lesson.on).label("first"), func.max(Lesson.on).label("last"))
        .where(Lesson.state == LessonState.HELD)
        .group_by(Lesson.cohort_id)
        .subquery()
    )
    found = session.execute(
        select(CompletionCertificate, Person, Cohort.starts_on, Cohort.ends_on, first.c.first, first.c.last,
               older.serial_no)
        .join(Person, Person.id == CompletionCertificate.person_id)
        .join(Enrolment, Enrolment.id == CompletionCertificate.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(first, first.c.cohort_id == Cohort.id)
        .outerjoin(older, older.id == CompletionCertificate.replaces_id)
        .where(CompletionCertificate.id.in_(ids))
    )  # fmt: skip
    rows = {
        c.id: CertificatePaper(
            c.id, c.serial_no, c.name, person.sex or "", (person.id_number or "")[-4:], person.photo, c.course_title,
            c.study_hours, starts or held_from, ends or held_to, c.issuer, c.awarded_on, c.qr_text or "",
            c.state is CertificateState.DRAWN, old or "",
        )
        for c, person, starts, ends, held_from, held_to, old in found
    }  # fmt: skip
    return [rows[key] for key in ids if key in rows]


def find(session: Session, text: str, limit: int = 8) -> list[CertificateRow]:
    """Certificates by number or name for Ctrl+K."""
    return certificates(session, text=text)[:limit]
