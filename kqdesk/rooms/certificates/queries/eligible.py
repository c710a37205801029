"""Who may get a completion certificate, and what it would say."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kqdesk.rooms.attendance.model import AttendanceMark
from kqdesk.rooms.attendance.queries import policy_on
from kqdesk.rooms.catalogue.model import Course, Programme
from kqdesk.rooms.catalogue.rules import UNSAID
from kqdesk.rooms.certificates import rules
from kqdesk.rooms.certificates.model import CompletionCertificate
from kqdesk.rooms.certificates.rules import Completion, Eligibility
from kqdesk.rooms.certificates.terms import CertificateState
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.cohorts.queries import course_rules_of
from kqdesk.rooms.cohorts.terms import NEVER_IN, CohortState, EnrolmentState
from kqdesk.rooms.exams.queries import attended_hours, judged_learners
from kqdesk.rooms.exams.rules import share_attended
from kqdesk.rooms.office.queries import pack_value, setting
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.security.certificate_number import DEFAULT_PATTERN

HOST_SETTING = "certificate.host"
MINUTES_PER_HOUR = "cohort.minutes_per_hour"
_LIVE = CompletionCertificate.state != CertificateState.REVOKED


# -- who may get one ------------------------------------------------------------------------------


@dataclass(frozen=True)
class CohortToCertify:
    """A cohort in which somebody may get a certificate. ``waiting``: without a living certificate."""

    id: str
    no: str
    title: str
    state: CohortState
    ends_on: date | None
    learners: int
    waiting: int


def cohorts_to_certify(session: Session) -> list[CohortToCertify]:
    """Cohorts with learners who have no certificate yet, newest first; one statement."""
    has_one = (
        select(CompletionCertificate.id)
        .where(CompletionCertificate.enrolment_id == Enrolment.id, _LIVE)
        .exists()
    )
    waiting = func.count().filter(~has_one)
    found = session.execute(
        select(Cohort.id, Cohort.no, Cohort.title, Cohort.state, Cohort.ends_on, func.count(), waiting)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .where(
            Cohort.state != CohortState.CANCELLED,
            Enrolment.state.in_((EnrolmentState.ENROLLED, EnrolmentState.COMPLETED)),
        )
        .group_by(Cohort.id)
        .having(waiting > 0)
        .order_by(Cohort.ends_on.desc(), Cohort.no.desc())
    )
    return [CohortToCertify(*row) for row in found]


@dataclass(frozen=True)
class LearnerToCertify:
    """A learner of a cohort with what speaks for and against a certificate. ``id`` is the enrolment's."""

    id: str
    person_id: str
    roll_no: int | None
    name: str
    share: Fraction | None
    eligibility: Eligibility
    has_certificate: bool = False


@dataclass(frozen=True)
class CohortFacts:
    """What a certificate of this cohort would say. ``study_hours``: of the lessons held."""

    id: str
    title: str
    course_title: str
    starts_on: date | None
    ends_on: date | None
    study_hours: int
    held: int
    to_come: int


def cohort_facts(session: Session, cohort_id: str) -> CohortFacts:
    """Course and hours of a cohort; two statements."""
    cohort, course, programme = session.execute(
        select(Cohort, Course.title, Programme.title)
        .outerjoin(Course, Course.id == Cohort.course_id)
        .outerjoin(Programme, Programme.id == Cohort.programme_id)
        .where(Cohort.id == cohort_id)
    ).one()
    is_held = Lesson.state == LessonState.HELD
    hours, held, to_come, first, last = session.execute(
        select(
            func.sum(Lesson.study_hours).filter(is_held),
            func.count().filter(is_held),
            func.count().filter(Lesson.state == LessonState.PLANNED),
            func.min(Lesson.on),
            func.max(Lesson.on),
        ).where(Lesson.cohort_id == cohort_id)
    ).one()
    return CohortFacts(
        cohort.id,
        cohort.title,
        course or programme or cohort.title,
        cohort.starts_on or first,
        cohort.ends_on or last,
        int(hours or 0),
        int(held or 0),
        int(to_come or 0),
    )


def learners_to_certify(session: Session, cohort_id: str, *, on: date) -> list[LearnerToCertify]:
    """Everybody of a cohort with the reasons why not, by the packs of a day; a fixed number of statements."""
    facts = cohort_facts(session, cohort_id)
    policy = policy_on(session, on)
    own = select(Enrolment.id).where(Enrolment.cohort_id == cohort_id)
    hours = attended_hours(session, AttendanceMark.enrolment_id.in_(own))
    has_one = set(
        session.scalars(
            select(CompletionCertificate.enrolment_id).where(
                CompletionCertificate.enrolment_id.in_(own), _LIVE
            )
        )
    )
    found = session.execute(
        select(Enrolment, Person.name)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.cohort_id == cohort_id,
            Enrolment.state.not_in(NEVER_IN),
        )
        .order_by(Enrolment.roll_no.is_(None), Enrolment.roll_no, Enrolment.id)
    )
    course = course_rules_of(session, [cohort_id]).get(cohort_id, UNSAID)
    verdicts = {row.id: row.verdict for row in judged_learners(session, cohort_id)}
    rows = []
    for enrolment, name in found:
        share = share_attended(hours.get(enrolment.id, {}), policy)
        told = Completion(
            enrolment.state, facts.held, facts.to_come, share, enrolment.id in has_one, course,
            verdicts.get(enrolment.id),
        )  # fmt: skip
        rows.append(
            LearnerToCertify(
                enrolment.id,
                enrolment.person_id,
                enrolment.roll_no,
                name,
                share,
                rules.may_certify(told, policy.minimum_rate),
                enrolment.id in has_one,
            )
        )
    return rows


def number_pattern(session: Session, on: date) -> str:
    """The district's pattern for numbers, or the program's own when it has set none."""
    found = pack_value(session, "certificate.number_pattern", on=on)
    return found.text if found else DEFAULT_PATTERN


def host_of(session: Session) -> str:
    """Where a phone can verify; empty when the district gave no address."""
    return str(setting(session, HOST_SETTING) or "")


def minutes_per_hour(session: Session, on: date) -> int | None:
    """Length of a 学时 in minutes by the pack; None = 未配置."""
    found = pack_value(session, MINUTES_PER_HOUR, on=on)
    return found.number if found else None
