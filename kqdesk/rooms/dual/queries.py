"""What is asked of 双证: the board of all learners in a fixed number of statements, one learner's explanation."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kqdesk.rooms.attendance.model import AttendanceMark
from kqdesk.rooms.attendance.queries import policy_on
from kqdesk.rooms.attendance.rules import AttendancePolicy, weight
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.catalogue.model import Course, Programme, ProgrammeSubject
from kqdesk.rooms.catalogue.terms import DualLevel, Subject
from kqdesk.rooms.certificates.model import SkillCertificate
from kqdesk.rooms.certificates.terms import Verification
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.cohorts.terms import CohortState, EnrolmentState
from kqdesk.rooms.dual import rules
from kqdesk.rooms.dual.model import Diploma
from kqdesk.rooms.dual.rules import CreditRules, HoursFrom, Learner, Reckoning, Requirement, SkillHeld, Slot
from kqdesk.rooms.dual.terms import Need, NeedState
from kqdesk.rooms.exams.queries import attempts
from kqdesk.rooms.office.queries import active_packs
from kqdesk.rooms.office.rules import value
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.rooms.timetable.terms import LessonState

COUNTED = (EnrolmentState.ENROLLED, EnrolmentState.SUSPENDED, EnrolmentState.COMPLETED)


@dataclass(frozen=True)
class BoardRow:
    """A learner of the board: what is there, what is missing, the sum. ``id``: person and level."""

    id: str
    person_id: str
    level: DualLevel
    name: str
    initials: str
    cohort_id: str
    cohort: str
    state: EnrolmentState
    learner: Learner
    reckoning: Reckoning
    needs: tuple[Requirement, ...]
    has_dual: bool

    def need(self, need: Need) -> Requirement:
        """One column of the board."""
        return next(found for found in self.needs if found.need is need)

    def lacks(self, need: Need) -> bool:
        """Whether this thing is still missing, wholly or partly."""
        return self.need(need).state in (NeedState.MISSING, NeedState.PARTLY)

    @property
    def next_step(self) -> Requirement | None:
        """The first thing still missing that somebody here can do."""
        missing = (NeedState.MISSING, NeedState.PARTLY)
        return next((need for need in self.needs if need.state in missing and need.todo), None)


@dataclass(frozen=True)
class Board:
    """Everybody on the way to both papers. ``unset``: titles of the numbers without which nothing is claimed."""

    rows: tuple[BoardRow, ...]
    rules: CreditRules
    unset: tuple[str, ...]


def credit_rules_on(session: Session, on: date) -> CreditRules:
    """The packs' numbers for credits on a day; one statement."""
    packs = active_packs(session)
    found = (value(packs, key, on) for key in rules.KEYS)
    return rules.credit_rules(number for number in found if number is not None)


def board(
    session: Session,
    *,
    on: date,
    level: DualLevel | None = None,
    cohort_id: str | None = None,
    person_id: str | None = None,
) -> Board:
    """All learners of 双证 cohorts with what they have and lack; a fixed number of statements however many."""
    credit = credit_rules_on(session, on)
    slots = _slots(session)
    hours = _hours(session, policy_on(session, on), person_id)
    results = attempts(session, person_id=person_id)
    skills = _skills(session, person_id)
    diplomas = _diplomas(session, person_id)
    rows = []
    for enrolment, cohort, name, initials in _learners(session, level, cohort_id, person_id):
        key = (enrolment.person_id, cohort.level)
        learner = Learner(
            enrolment.person_id,
            cohort.level,
            slots.get(cohort.programme_id or "", slots.get(cohort.level.value, ())),
            tuple(h for h in hours.get(enrolment.person_id, ()) if h.is_skill or h.level is cohort.level),
            tuple(a for a in results.get(enrolment.person_id, ()) if a.level in (None, cohort.level)),
            tuple(skills.get(enrolment.person_id, ())),
            diplomas.get(key, ""),
        )
        rows.append(_row(enrolment, cohort, name, initials or "", learner, credit))
    return Board(tuple(rows), credit, _unset(credit))


def _unset(credit: CreditRules) -> tuple[str, ...]:
    missing = [f"{level.label}毕业学分" for level in DualLevel if level not in credit.thresholds]
    if credit.bands is None:
        missing.append("考试等第与学分")
    if credit.hours_per_credit is None:
        missing.append("多少学时折 1 学分")
    return tuple(missing)


def _row(
    enrolment: Enrolment, cohort: Cohort, name: str, initials: str, learner: Learner, credit: CreditRules
) -> BoardRow:
    reckoning = rules.reckon(learner, credit)
    return BoardRow(
        f"{learner.person_id}-{learner.level.value}",
        learner.person_id,
        learner.level,
        name,
        initials,
        cohort.id,
        cohort.title,
        enrolment.state,
        learner,
        reckoning,
        rules.requirements(learner, credit, reckoning),
        rules.has_dual(learner),
    )


def _learners(
    session: Session, level: DualLevel | None, cohort_id: str | None, person_id: str | None
) -> Iterable[tuple[Enrolment, Any, str, str | None]]:
    """Each person once a level: her newest enrolment in a cohort of that level; one statement."""
    wanted = (
        select(Enrolment, Cohort, Person.name, Person.name_initials)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Cohort.level.is_not(None),
            Cohort.programme_id.is_not(None),
            Cohort.state != CohortState.CANCELLED,
            Enrolment.state.in_(COUNTED),
        )
        .order_by(Cohort.starts_on.desc(), Cohort.no.desc(), Enrolment.roll_no, Enrolment.id)
    )
    if level is not None:
        wanted = wanted.where(Cohort.level == level)
    if cohort_id is not None:
        wanted = wanted.where(Cohort.id == cohort_id)
    if person_id is not None:
        wanted = wanted.where(Enrolment.person_id == person_id)
    seen: set[tuple[str, Any]] = set()
    for enrolment, cohort, name, initials in session.execute(wanted):
        key = (enrolment.person_id, cohort.level)
        if key not in seen:
            seen.add(key)
            yield enrolment, cohort, name, initials


def _slots(session: Session) -> dict[str, tuple[Slot, ...]]:
    """Transcript rows by programme id, and by level for cohorts without a programme; one statement."""
    found: dict[str, list[tuple[Subject, str | None]]] = defaultdict(list)
    levels: dict[str, str] = {}
    for programme_id, level, subject, choice in session.execute(
        select(Programme.id, Programme.level, ProgrammeSubject.subject, ProgrammeSubject.choice)
        .join(ProgrammeSubject, ProgrammeSubject.programme_id == Programme.id)
        .order_by(Programme.code, ProgrammeSubject.position, ProgrammeSubject.id)
    ):
        found[programme_id].append((subject, choice))
        levels.setdefault(level.value, programme_id)
    by_programme = {key: rules.slots_of(subjects) for key, subjects in found.items()}
    return by_programme | {level: by_programme[programme] for level, programme in levels.items()}


def _hours(session: Session, policy: AttendancePolicy, person_id: str | None) -> dict[str, list[HoursFrom]]:
    """Hours earned by person and cohort: culture of 双证 cohorts, skill of cohorts whose course trains an occupation.

    Other courses of the night school do not count. One statement.
    """
    wanted = (
        select(
            Enrolment.person_id,
            Cohort.id,
            Cohort.title,
            Cohort.programme_id.is_(None),
            Cohort.level,
            AttendanceMark.mark,
            func.sum(Lesson.study_hours),
        )
        .join(Enrolment, Enrolment.id == AttendanceMark.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Lesson, Lesson.id == AttendanceMark.lesson_id)
        .outerjoin(Course, Course.id == Cohort.course_id)
        .where(
            Lesson.state == LessonState.HELD,
            or_(Cohort.programme_id.is_not(None), Course.occupation.is_not(None)),
        )
        .group_by(Enrolment.person_id, Cohort.id, AttendanceMark.mark)
        .order_by(Cohort.starts_on, Cohort.no)
    )
    if person_id is not None:
        wanted = wanted.where(Enrolment.person_id == person_id)
    by_cohort: dict[tuple[str, str, str, bool, DualLevel | None], dict[Mark, int]] = {}
    for person, cohort_id, cohort, is_skill, level, mark, amount in session.execute(wanted):
        by_cohort.setdefault((person, cohort_id, cohort, bool(is_skill), level), {})[mark] = int(amount)
    found: dict[str, list[HoursFrom]] = {}
    for (person, cohort_id, cohort, is_skill, level), marks in by_cohort.items():
        hours, is_whole = earned(marks, policy)
        found.setdefault(person, []).append(HoursFrom(cohort_id, cohort, is_skill, hours, is_whole, level))
    return found


def earned(marks: Mapping[Mark, int], policy: AttendancePolicy) -> tuple[Fraction, bool]:
    """Study hours earned by marks, and whether every mark's weight is set in the pack."""
    weighed = [(weight(mark, policy), hours) for mark, hours in marks.items()]
    certain = sum((share * hours for share, hours in weighed if share is not None), Fraction(0))
    return certain, all(share is not None for share, _ in weighed)


def _skills(session: Session, person_id: str | None) -> dict[str, list[SkillHeld]]:
    wanted = select(SkillCertificate).order_by(
        SkillCertificate.level, SkillCertificate.issued_on, SkillCertificate.id
    )
    if person_id is not None:
        wanted = wanted.where(SkillCertificate.person_id == person_id)
    found: dict[str, list[SkillHeld]] = {}
    for row in session.scalars(wanted):
        held = SkillHeld(
            row.id, row.occupation, row.level, row.number or "", row.verification is Verification.DOUBTFUL
        )
        found.setdefault(row.person_id, []).append(held)
    return found


def _diplomas(session: Session, person_id: str | None) -> dict[tuple[str, DualLevel], str]:
    wanted = select(Diploma.person_id, Diploma.level, Diploma.number)
    if person_id is not None:
        wanted = wanted.where(Diploma.person_id == person_id)
    return {(person, level): number for person, level, number in session.execute(wanted)}


@dataclass(frozen=True)
class DualCounts:
    """The board in figures, people not enrolments."""

    learners: int
    dual: int
    lacking_exam: int
    lacking_skill: int
    lacking_diploma: int


def counts(rows: Sequence[BoardRow]) -> DualCounts:
    """Counts over the rows shown."""
    return DualCounts(
        len(rows),
        sum(row.has_dual for row in rows),
        sum(row.lacks(Need.EXAM) for row in rows),
        sum(row.lacks(Need.SKILL) for row in rows),
        sum(row.lacks(Need.DIPLOMA) for row in rows),
    )


def dual_count(session: Session) -> int:
    """People who have both papers, for 工作台; one statement."""
    has_skill = (
        select(SkillCertificate.id)
        .where(
            SkillCertificate.person_id == Diploma.person_id,
            SkillCertificate.verification != Verification.DOUBTFUL,
        )
        .exists()
    )
    return int(session.scalar(select(func.count(Diploma.person_id.distinct())).where(has_skill)) or 0)


@dataclass(frozen=True)
class KnownPerson:
    """A person as the import of diplomas matches her: by the whole ID number."""

    id: str
    name: str
    id_number: str


def people_by_number(session: Session, numbers: Sequence[str]) -> dict[str, KnownPerson]:
    """ID number → person; one statement."""
    found = session.execute(
        select(Person.id, Person.name, Person.id_number).where(
            Person.id_number.in_(numbers), Person.state == "here"
        )
    )
    return {number: KnownPerson(key, name, number) for key, name, number in found if number}


def diploma_form(session: Session, person_id: str, level: DualLevel) -> dict[str, Any]:
    """The editable fields of a person's diploma; empty when there is none."""
    row = session.scalar(select(Diploma).where(Diploma.person_id == person_id, Diploma.level == level))
    if row is None:
        return {}
    return {name: getattr(row, name) for name in ("number", "issuer", "issued_on")}
