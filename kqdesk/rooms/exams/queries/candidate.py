"""Candidates of a sitting, and the cohorts and programmes they come from."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kqdesk.rooms.attendance.model import AttendanceMark
from kqdesk.rooms.attendance.queries import policy_on
from kqdesk.rooms.attendance.rules import AttendancePolicy
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.catalogue.model import Programme, ProgrammeSubject
from kqdesk.rooms.catalogue.terms import DualLevel, Subject
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.cohorts.terms import CohortState, EnrolmentState, ScienceOption
from kqdesk.rooms.exams import rules
from kqdesk.rooms.exams.model import Candidate, ExamCentre, ExamRoom, PaperWaiver, Sitting, SittingPaper
from kqdesk.rooms.exams.queries.standing import attended_hours
from kqdesk.rooms.exams.rules import Admission
from kqdesk.rooms.people.model import Person


@dataclass(frozen=True)
class CandidateRow:
    """A candidate as lists, tickets and score sheets show her. ``share``: attendance 0..1, None = cannot be told."""

    id: str
    person_id: str
    enrolment_id: str | None
    name: str
    sex: str
    id_number: str
    photo: str | None
    cohort_id: str
    cohort: str
    ticket_no: str
    hall_id: str | None
    hall: str
    seat_no: int | None
    science_option: ScienceOption | None
    share: Fraction | None
    admission: Admission
    left_out: frozenset[Subject] = frozenset()
    centre: str = ""


def candidates(session: Session, sitting_id: str, *, text: str = "") -> list[CandidateRow]:
    """Candidates by room and seat, those without a seat last; a fixed number of statements."""
    sitting = session.get_one(Sitting, sitting_id)
    policy = policy_on(session, sitting.on)
    own = select(Candidate.enrolment_id).where(Candidate.sitting_id == sitting_id)
    hours = attended_hours(session, AttendanceMark.enrolment_id.in_(own))
    waived = waivers(session, sitting_id)
    wanted = (
        select(Candidate, Person, Cohort.id, Cohort.title, ExamRoom.name, ExamCentre.name)
        .join(Person, Person.id == Candidate.person_id)
        .outerjoin(Enrolment, Enrolment.id == Candidate.enrolment_id)
        .outerjoin(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(ExamRoom, ExamRoom.id == Candidate.exam_room_id)
        .outerjoin(ExamCentre, ExamCentre.id == ExamRoom.centre_id)
        .where(Candidate.sitting_id == sitting_id)
        .order_by(
            Candidate.ticket_no.is_(None),
            Candidate.ticket_no,
            Cohort.no,
            Enrolment.roll_no,
            Person.name_pinyin,
            Candidate.id,
        )
    )
    if text:
        low = text.lower()
        wanted = wanted.where(
            or_(
                Person.name.contains(text, autoescape=True),
                Person.name_initials.startswith(low, autoescape=True),
                Candidate.ticket_no.contains(text, autoescape=True),
                Cohort.title.contains(text, autoescape=True),
            )
        )
    return [_candidate(line, hours, policy, waived) for line in session.execute(wanted)]


def _candidate(
    line: Any,
    hours: Mapping[str, Mapping[Mark, int]],
    policy: AttendancePolicy,
    waived: Mapping[str, frozenset[Subject]],
) -> CandidateRow:
    candidate, person, cohort_id, cohort, hall, centre = line
    share = rules.share_attended(hours.get(candidate.enrolment_id or "", {}), policy)
    return CandidateRow(
        candidate.id, person.id, candidate.enrolment_id, person.name, person.sex or "", person.id_number or "",
        person.photo, cohort_id or "", cohort or "", candidate.ticket_no or "", candidate.exam_room_id, hall or "",
        candidate.seat_no, candidate.science_option, share, rules.may_sit(share, policy.minimum_rate),
        waived.get(candidate.id, frozenset()), centre or "",
    )  # fmt: skip


def waivers(session: Session, sitting_id: str) -> dict[str, frozenset[Subject]]:
    """candidate → subjects she does not write in this sitting; one statement."""
    found: dict[str, set[Subject]] = {}
    for candidate_id, subject in session.execute(
        select(PaperWaiver.candidate_id, SittingPaper.subject)
        .join(SittingPaper, SittingPaper.id == PaperWaiver.paper_id)
        .where(SittingPaper.sitting_id == sitting_id)
    ):
        found.setdefault(candidate_id, set()).add(subject)
    return {key: frozenset(subjects) for key, subjects in found.items()}


@dataclass(frozen=True)
class CohortToSit:
    """A cohort whose learners may be entered. ``ready``: enrolled and not yet in the sitting."""

    id: str
    no: str
    title: str
    enrolled: int
    ready: int


def cohorts_to_sit(session: Session, sitting_id: str) -> list[CohortToSit]:
    """Running 双证 cohorts of the sitting's level, newest first; two statements."""
    sitting = session.get_one(Sitting, sitting_id)
    is_in = (
        select(Candidate.id)
        .where(Candidate.sitting_id == sitting_id, Candidate.person_id == Enrolment.person_id)
        .exists()
    )
    found = session.execute(
        select(Cohort.id, Cohort.no, Cohort.title, func.count(), func.count().filter(~is_in))
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .where(
            Cohort.level == sitting.level,
            Cohort.state != CohortState.CANCELLED,
            Enrolment.state == EnrolmentState.ENROLLED,
        )
        .group_by(Cohort.id)
        .order_by(Cohort.no.desc())
    )
    return [CohortToSit(*row) for row in found]


@dataclass(frozen=True)
class ProgrammeChoice:
    """A programme whose subjects make the papers: (subject, choice group) in order."""

    id: str
    title: str
    level: DualLevel
    subjects: tuple[tuple[Subject, str | None], ...]


def programme_choices(session: Session) -> list[ProgrammeChoice]:
    """Active programmes with their subjects; two statements."""
    subjects: dict[str, list[tuple[Subject, str | None]]] = {}
    for row in session.scalars(
        select(ProgrammeSubject).order_by(ProgrammeSubject.position, ProgrammeSubject.id)
    ):
        subjects.setdefault(row.programme_id, []).append((row.subject, row.choice))
    found = session.scalars(select(Programme).where(Programme.is_active).order_by(Programme.code))
    return [ProgrammeChoice(p.id, p.title, p.level, tuple(subjects.get(p.id, ()))) for p in found]
