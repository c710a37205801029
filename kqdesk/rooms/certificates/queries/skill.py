"""Skill certificates people brought."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kqdesk.rooms.catalogue.terms import SkillLevel
from kqdesk.rooms.certificates.model import SkillCertificate
from kqdesk.rooms.certificates.terms import Verification
from kqdesk.rooms.office.queries import pack_value
from kqdesk.rooms.people.model import Person

# -- skill certificates ---------------------------------------------------------------------------


@dataclass(frozen=True)
class SkillRow:
    """A skill certificate somebody brought."""

    id: str
    person_id: str
    name: str
    occupation: str
    level: SkillLevel
    number: str
    issuer: str
    issued_on: date | None
    expires_on: date | None
    verification: Verification
    scan: str = ""


def skill_certificates(
    session: Session,
    *,
    text: str = "",
    person_id: str | None = None,
    verification: Verification | None = None,
) -> list[SkillRow]:
    """Recorded skill certificates, newest first; one statement."""
    wanted = (
        select(SkillCertificate, Person.name)
        .join(Person, Person.id == SkillCertificate.person_id)
        .order_by(SkillCertificate.issued_on.desc(), SkillCertificate.id.desc())
    )
    if text:
        columns = (Person.name, SkillCertificate.occupation, SkillCertificate.number, SkillCertificate.issuer)
        wanted = wanted.where(or_(*(column.contains(text, autoescape=True) for column in columns)))
    if person_id is not None:
        wanted = wanted.where(SkillCertificate.person_id == person_id)
    if verification is not None:
        wanted = wanted.where(SkillCertificate.verification == verification)
    return [
        SkillRow(
            c.id, c.person_id, name, c.occupation, c.level, c.number or "", c.issuer or "", c.issued_on, c.expires_on,
            c.verification, c.scan or "",
        )
        for c, name in session.execute(wanted)
    ]  # fmt: skip


def warning_days(session: Session, on: date) -> int | None:
    """How long before a skill certificate ends somebody is told, by the pack; None = 未配置."""
    found = pack_value(session, "certificate.expiry_warning_days", on=on)
    return found.number if found else None


def skill_form(session: Session, certificate_id: str) -> dict[str, Any]:
    """The editable fields of one skill certificate."""
    row = session.get_one(SkillCertificate, certificate_id)
    names = ("occupation", "level", "number", "issuer", "issued_on", "expires_on", "verification")
    return {name: getattr(row, name) for name in names}


def person_name(session: Session, person_id: str) -> str:
    """For a form that was opened by a link; empty when unknown."""
    return session.scalar(select(Person.name).where(Person.id == person_id)) or ""
