"""Batches of graduates and who applied in them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kqdesk.rooms.catalogue.terms import DualLevel
from kqdesk.rooms.certificates.model import SkillCertificate
from kqdesk.rooms.certificates.terms import Verification
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.dual.model import Diploma, GraduationApplication, GraduationBatch
from kqdesk.rooms.dual.terms import GraduationState
from kqdesk.rooms.office.queries import pack_value, staff_names
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.queries import root_of
from kqdesk.store.attachments import attached


@dataclass(frozen=True)
class BatchRow:
    """A batch of graduates and how far it is."""

    id: str
    title: str
    level: DualLevel
    state: GraduationState
    applications: int
    drawn_by: str
    drawn_by_id: str
    approved_by: str
    posted_on: date | None
    posted_until: date | None
    submitted_on: date | None
    submitted_to: str
    packet_digest: str


def batches(session: Session) -> list[BatchRow]:
    """Batches, newest first; three statements."""
    names = staff_names(session)
    counts = dict(
        session.execute(
            select(GraduationApplication.batch_id, func.count()).group_by(GraduationApplication.batch_id)
        ).all()
    )
    return [
        BatchRow(
            b.id, b.title, b.level, b.state, counts.get(b.id, 0), names.get(b.drawn_by, ""), b.drawn_by,
            names.get(b.approved_by or "", ""), b.posted_on, b.posted_until, b.submitted_on, b.submitted_to or "",
            b.packet_digest or "",
        )
        for b in session.scalars(select(GraduationBatch).order_by(GraduationBatch.id.desc()))
    ]  # fmt: skip


@dataclass(frozen=True)
class ApplicationRow:
    """One applicant with what was frozen on the day she applied, and what the form asks of her."""

    id: str
    person_id: str
    name: str
    sex: str
    birth_date: date | None
    ethnicity_code: str
    id_number: str
    phone: str
    hukou: str
    address: str
    employer: str
    job: str
    education_code: str
    cohort: str
    applied_on: date
    credits: int
    is_whole: bool
    threshold: int | None
    lacking: tuple[str, ...]
    packs: tuple[str, ...]
    lines: tuple[dict[str, Any], ...]
    skill: str
    diploma_no: str
    photo: str


def applications(session: Session, batch_id: str) -> list[ApplicationRow]:
    """Everybody of a batch in the order of their pinyin; a fixed number of statements.

    An entry merged into another after the batch was sent stays on it as sent, with what the person she is has now.
    """
    batch = session.get_one(GraduationBatch, batch_id)
    whose = root_of(Person.id)
    found = session.execute(
        select(GraduationApplication, Person, Cohort.title, Diploma.number, whose)
        .join(Person, Person.id == GraduationApplication.person_id)
        .outerjoin(Enrolment, Enrolment.id == GraduationApplication.enrolment_id)
        .outerjoin(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(Diploma, (root_of(Diploma.person_id) == whose) & (Diploma.level == batch.level))
        .where(GraduationApplication.batch_id == batch_id)
        .order_by(Person.name_pinyin, GraduationApplication.id)
    ).all()
    people = [*dict.fromkeys(key for _, person, _, _, root in found for key in (root, person.id))]
    skills, photos = _skills(session, people), attached(session, "person", people, "photo")
    faces = {key: those[-1].digest for key, those in photos.items()}
    return [
        ApplicationRow(
            a.id, p.id, p.name, p.sex or "", p.birth_date, p.ethnicity_code or "", p.id_number or "", p.phone or "",
            p.hukou or "", p.address or "", p.employer or "", p.job or "", a.education_code or "", cohort or "",
            a.applied_on, a.credits, a.is_whole, a.threshold, tuple(a.lacking), tuple(a.packs), tuple(a.explanation),
            skills.get(root, ""), number or "", faces.get(p.id, faces.get(root, "")),
        )
        for a, p, cohort, number, root in found
    ]  # fmt: skip


def _skills(session: Session, people: Collection[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in session.scalars(
        select(SkillCertificate)
        .where(
            SkillCertificate.person_id.in_(list(people)),
            SkillCertificate.verification != Verification.DOUBTFUL,
        )
        .order_by(SkillCertificate.level, SkillCertificate.id)
    ):
        found.setdefault(row.person_id, f"{row.occupation} {row.level.label} {row.number or ''}".strip())
    return found


def applied(session: Session, level: DualLevel) -> dict[str, str]:
    """person → title of the batch of that level in which she applied; one statement."""
    found = session.execute(
        select(root_of(GraduationApplication.person_id), GraduationBatch.title)
        .join(GraduationBatch, GraduationBatch.id == GraduationApplication.batch_id)
        .where(GraduationBatch.level == level)
    )
    return dict(found.all())


def posting_days(session: Session, on: date) -> int | None:
    """Working days a list is posted; None = 未配置."""
    found = pack_value(session, "publicity.days", on=on)
    return found.number if found else None
