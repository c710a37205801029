"""结课考核: classes whose rules ask for a result, and what each learner got."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kqdesk.rooms.catalogue.rules import UNSAID, CourseRules
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.cohorts.queries import course_rules_of
from kqdesk.rooms.cohorts.terms import CohortState, EnrolmentState
from kqdesk.rooms.exams.model import CourseResult
from kqdesk.rooms.exams.rules import Verdict, is_assessed
from kqdesk.rooms.people.model import Person

TAUGHT = (EnrolmentState.ENROLLED, EnrolmentState.SUSPENDED, EnrolmentState.COMPLETED)


@dataclass(frozen=True)
class AssessedCohort:
    """A class whose course is completed by an exam or a work. ``judged``: learners with a result."""

    id: str
    no: str
    title: str
    rules: CourseRules
    learners: int
    judged: int

    @property
    def words(self) -> str:
        """2026Y03 缝纫班（3/20）."""
        return f"{self.no} {self.title}（{self.judged}/{self.learners}）"


@dataclass(frozen=True)
class JudgedLearner:
    """A learner of such a class. ``id``: of the enrolment; ``verdict`` None while there is no result."""

    id: str
    roll_no: int | None
    name: str
    verdict: Verdict | None
    assessed_on: date | None
    pass_mark: int | None  # by which it was judged


def assessed_cohorts(session: Session) -> list[AssessedCohort]:
    """Classes that ask for a result, those with results missing first; two statements."""
    found = session.execute(
        select(Cohort.id, Cohort.no, Cohort.title, func.count(Enrolment.id), func.count(CourseResult.id))
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .outerjoin(CourseResult, CourseResult.enrolment_id == Enrolment.id)
        .where(Cohort.state != CohortState.CANCELLED, Enrolment.state.in_(TAUGHT))
        .group_by(Cohort.id)
        .order_by(Cohort.no.desc())
    )
    kept = course_rules_of(session)
    rows = [
        AssessedCohort(key, no, title, kept[key], learners, judged)
        for key, no, title, learners, judged in found
        if is_assessed(kept.get(key, UNSAID))
    ]
    return sorted(rows, key=lambda row: row.judged >= row.learners)


def judged_learners(session: Session, cohort_id: str) -> list[JudgedLearner]:
    """Everybody of a class with the result, by roll number; one statement."""
    found = session.execute(
        select(Enrolment.id, Enrolment.roll_no, Person.name, CourseResult)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(CourseResult, CourseResult.enrolment_id == Enrolment.id)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.state.in_(TAUGHT))
        .order_by(Enrolment.roll_no.is_(None), Enrolment.roll_no, Enrolment.id)
    )
    return [
        JudgedLearner(
            key, roll_no, name, Verdict(got.is_passed, got.points_tenths) if got else None,
            got.assessed_on if got else None, got.pass_mark if got else None,
        )
        for key, roll_no, name, got in found
    ]  # fmt: skip
