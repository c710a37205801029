"""成绩单: everything one person learned here, as it is on record today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.certificates.model import CompletionCertificate, SkillCertificate
from kqdesk.rooms.certificates.terms import CertificateState, Verification
from kqdesk.rooms.dual.queries import board
from kqdesk.rooms.exams.rules import Attempt, band_of
from kqdesk.rooms.office.rules import Band
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.queries import root_of
from kqdesk.security.masking import mask_id


@dataclass(frozen=True)
class MarkLine:
    """One locked mark, or an exemption with its proof."""

    on: date
    sitting: str
    subject: str
    points: str
    grade: str


@dataclass(frozen=True)
class CourseLine:
    """Study hours of one cohort, or a course with its certificate."""

    title: str
    hours: str
    proof: str  # number of the certificate; "" while there is none


@dataclass(frozen=True)
class SkillLine:
    """A skill certificate that is not in doubt."""

    occupation: str
    level: str
    number: str
    issuer: str
    on: date | None


@dataclass(frozen=True)
class Transcript:
    """What the paper shows of one person; a resit stands beside the first try."""

    name: str
    sex: str
    id_masked: str
    marks: tuple[MarkLine, ...]
    courses: tuple[CourseLine, ...]
    skills: tuple[SkillLine, ...]

    @property
    def is_empty(self) -> bool:
        """Nothing on record yet."""
        return not (self.marks or self.courses or self.skills)


def transcript(session: Session, person_id: str, *, on: date) -> Transcript:
    """Marks oldest first, hours and certificates; a fixed number of statements."""
    person = session.get_one(Person, person_id)
    found = board(session, on=on, person_id=person_id)
    attempts = {one for row in found.rows for one in row.learner.attempts}
    marks = tuple(
        MarkLine(one.on, one.sitting, one.subject.label, one.points.words, _grade(one, found.rules.bands))
        for one in sorted(attempts, key=lambda one: (one.on, one.subject.label))
    )
    hours = {one.cohort_id: one for row in found.rows for one in row.learner.hours}
    studied = [CourseLine(one.cohort, f"{float(one.hours):g}", "") for one in hours.values()]
    number = mask_id(person.id_number) if person.id_number else ""
    courses = (*studied, *_completed(session, person_id))
    return Transcript(person.name, str(person.sex or ""), number, marks, courses, _skills(session, person_id))


def _grade(attempt: Attempt, bands: Sequence[Band] | None) -> str:
    band = band_of(attempt.points, attempt.bands or bands or ())
    return band.grade if band else ""


def _completed(session: Session, person_id: str) -> list[CourseLine]:
    wanted = (
        select(CompletionCertificate)
        .where(
            root_of(CompletionCertificate.person_id) == person_id,
            CompletionCertificate.state.not_in([CertificateState.DRAWN, CertificateState.REVOKED]),
        )
        .order_by(CompletionCertificate.awarded_on, CompletionCertificate.serial_no)
    )
    return [CourseLine(c.course_title, str(c.study_hours), c.serial_no) for c in session.scalars(wanted)]


def _skills(session: Session, person_id: str) -> tuple[SkillLine, ...]:
    wanted = (
        select(SkillCertificate)
        .where(
            SkillCertificate.person_id == person_id, SkillCertificate.verification != Verification.DOUBTFUL
        )
        .order_by(SkillCertificate.issued_on, SkillCertificate.id)
    )
    return tuple(
        SkillLine(c.occupation, c.level.label, c.number or "", c.issuer or "", c.issued_on)
        for c in session.scalars(wanted)
    )
