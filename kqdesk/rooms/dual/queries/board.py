"""The board of all learners in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.attendance.queries.hours import learner_hours
from kqdesk.rooms.catalogue.model import Course, CourseVersion, Programme, ProgrammeSubject
from kqdesk.rooms.catalogue.terms import CreditRule, DualLevel, Subject
from kqdesk.rooms.certificates.model import SkillCertificate
from kqdesk.rooms.certificates.terms import Verification
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.cohorts.terms import CohortState, EnrolmentState
from kqdesk.rooms.dual import rules
from kqdesk.rooms.dual.model import Diploma
from kqdesk.rooms.dual.rules import (
    CreditRules,
    Forecast,
    HoursFrom,
    Learner,
    Reckoning,
    Requirement,
    SkillHeld,
    Slot,
)
from kqdesk.rooms.dual.terms import Need, NeedState
from kqdesk.rooms.exams.queries import attempts, open_sittings
from kqdesk.rooms.exams.rules import Attempt, Points
from kqdesk.rooms.office.queries import active_packs
from kqdesk.rooms.office.rules import value
from kqdesk.rooms.past.queries import Counted, counted
from kqdesk.rooms.past.terms import MARK, Part
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.queries import root_of

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
    forecast: Forecast
    enrolment_id: str
    programme_id: str

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
    hours = _hours(session, on, person_id)
    results = attempts(session, person_id=person_id)
    skills = _skills(session, person_id)
    diplomas = _diplomas(session, person_id)
    _add_past(counted(session, on=on, person_id=person_id), hours, results, skills, diplomas)
    coming, training = _coming(session, on), _training(session)
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
        ahead = coming.get(cohort.level, frozenset())
        rows.append(
            _row(
                enrolment,
                cohort,
                (name, initials or ""),
                learner,
                credit,
                ahead,
                learner.person_id in training,
            )
        )
    return Board(tuple(rows), credit, _unset(credit))


def _coming(session: Session, on: date) -> dict[DualLevel | None, frozenset[Subject]]:
    """Subjects of sittings still ahead this year, by level; one statement."""
    found: dict[DualLevel | None, frozenset[Subject]] = {}
    for sitting in open_sittings(session):
        if on <= sitting.on <= date(on.year, 12, 31):
            found[sitting.level] = found.get(sitting.level, frozenset()) | sitting.subjects
    return found


def _training(session: Session) -> frozenset[str]:
    """People who are in a running cohort whose course trains an occupation; one statement."""
    found = session.scalars(
        select(Enrolment.person_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Course, Course.id == Cohort.course_id)
        .where(
            Course.occupation.is_not(None),
            Enrolment.state == EnrolmentState.ENROLLED,
            Cohort.state.in_((CohortState.PLANNED, CohortState.OPEN)),
        )
    )
    return frozenset(found)


def _unset(credit: CreditRules) -> tuple[str, ...]:
    missing = [f"{level.label}毕业学分" for level in DualLevel if level not in credit.thresholds]
    if credit.bands is None:
        missing.append("考试等第与学分")
    if credit.hours_per_credit is None:
        missing.append("多少学时折 1 学分")
    return tuple(missing)


def _row(
    enrolment: Enrolment,
    cohort: Cohort,
    name: tuple[str, str],
    learner: Learner,
    credit: CreditRules,
    coming: Collection[Subject],
    trains: bool,
) -> BoardRow:
    reckoning = rules.reckon(learner, credit)
    return BoardRow(
        f"{learner.person_id}-{learner.level.value}",
        learner.person_id,
        learner.level,
        *name,
        cohort.id,
        cohort.title,
        enrolment.state,
        learner,
        reckoning,
        rules.requirements(learner, credit, reckoning),
        rules.has_dual(learner),
        rules.forecast(learner, credit, reckoning, coming=coming, trains=trains),
        enrolment.id,
        cohort.programme_id or "",
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


def _hours(session: Session, on: date, person_id: str | None) -> dict[str, list[HoursFrom]]:
    """Hours earned by person and cohort: culture of 双证 cohorts, skill of cohorts whose course trains an occupation.

    What the rules say that a class keeps of its course goes before the occupation (R-DUA-15).

    Of held lessons whose roll is locked and of accepted online study (``attendance.queries.learner_hours``); other
    courses of the night school do not count. A fixed number of statements.
    """
    cohorts = {
        cohort.id: (cohort.title, cohort.programme_id is None, cohort.level)
        for cohort in session.scalars(
            select(Cohort)
            .outerjoin(Course, Course.id == Cohort.course_id)
            .outerjoin(CourseVersion, CourseVersion.id == Cohort.course_version_id)
            .where(
                or_(
                    Cohort.programme_id.is_not(None),
                    CourseVersion.credit_rule == CreditRule.DUAL_HOURS,
                    and_(CourseVersion.credit_rule.is_(None), Course.occupation.is_not(None)),
                )
            )
            .order_by(Cohort.starts_on, Cohort.no)
        )
    }
    places = {key: place for place, key in enumerate(cohorts)}
    whose = [] if person_id is None else [Enrolment.person_id == person_id]
    evening = datetime.combine(on, time.max, CHINA)  # what is locked by the end of that day
    found: dict[str, list[HoursFrom]] = {}
    for one in learner_hours(session, *whose, now=evening).values():
        if one.cohort_id in cohorts:
            title, is_skill, level = cohorts[one.cohort_id]
            hours = one.earned + one.online.hours
            found.setdefault(one.person_id, []).append(
                HoursFrom(
                    one.cohort_id,
                    title,
                    is_skill,
                    hours,
                    one.is_whole,
                    level,
                    one.waiting_lessons,
                    Fraction(one.online.hours),
                )
            )
    for own in found.values():
        own.sort(key=lambda hours: places[hours.cohort_id])
    return found


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
    whose = root_of(Diploma.person_id)  # one that was handed out is sealed, also when two entries are merged
    wanted = select(whose, Diploma.level, Diploma.number)
    if person_id is not None:
        wanted = wanted.where(whose == person_id)
    return {(person, level): number for person, level, number in session.execute(wanted)}


def _add_past(
    found: Iterable[Counted],
    hours: dict[str, list[HoursFrom]],
    results: dict[str, list[Attempt]],
    skills: dict[str, list[SkillHeld]],
    diplomas: dict[tuple[str, DualLevel], str],
) -> None:
    """What of the old ledgers counts by the packs (R-PAST-02), beside what the program knows itself, marked 补录."""
    for one in found:
        line = one.line
        said = line.cohort or line.course or line.occupation or one.ledger
        key, title = f"{rules.PAST}{said}", f"{MARK} {said}"
        if one.part is Part.HOURS and line.hours is not None:
            is_skill = bool(line.is_skill) or line.level is None
            hours.setdefault(one.person_id, []).append(
                HoursFrom(key, title, is_skill, Fraction(line.hours), level=line.level)
            )
        elif one.part is Part.MARKS and line.subject is not None:
            day = line.ends_on or line.issued_on or line.starts_on or date.min
            points = Points(line.points_tenths)
            results.setdefault(one.person_id, []).append(
                Attempt(line.subject, day, points, key, title, line.level)
            )
        elif one.part is Part.SKILLS and line.skill_level is not None:
            if any(held.number == line.skill_no for held in skills.get(one.person_id, ())):
                continue  # the same paper is on record itself
            held = SkillHeld(
                f"{rules.PAST}{line.skill_no}",
                f"{line.occupation}（{MARK}）",
                line.skill_level,
                line.skill_no or "",
            )
            skills.setdefault(one.person_id, []).append(held)
        elif one.part is Part.DIPLOMAS and line.level is not None:
            diplomas.setdefault((one.person_id, line.level), line.diploma_no or "")


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
            SkillCertificate.person_id == root_of(Diploma.person_id),
            SkillCertificate.verification != Verification.DOUBTFUL,
        )
        .exists()
    )
    people = func.count(root_of(Diploma.person_id).distinct())
    return int(session.scalar(select(people).where(has_skill)) or 0)
