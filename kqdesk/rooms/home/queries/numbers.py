"""The figures, the first steps, and the rules that are not set though they count now."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select
from sqlalchemy.orm import Session

from kqdesk.rooms.attendance.model import Roll
from kqdesk.rooms.attendance.rules import AttendancePolicy
from kqdesk.rooms.catalogue.model import Course, Programme
from kqdesk.rooms.catalogue.terms import DualLevel
from kqdesk.rooms.certificates.model import SkillCertificate
from kqdesk.rooms.certificates.terms import Verification
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.cohorts.terms import CohortState, EnrolmentState
from kqdesk.rooms.dual.model import Diploma
from kqdesk.rooms.exams.model import Sitting
from kqdesk.rooms.exams.terms import SittingState
from kqdesk.rooms.home import rules
from kqdesk.rooms.home.rules import Figure, Line, Step
from kqdesk.rooms.home.terms import First
from kqdesk.rooms.office.model import Staff
from kqdesk.rooms.office.queries import SchoolCard
from kqdesk.rooms.office.rules import Pack, PackValue, value
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.queries import root_of
from kqdesk.rooms.places.model import Site
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.rooms.timetable.rules.days import week_of
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.rooms.trainers.model import Trainer, TrainerQualification


class Numbers:
    """The packs' numbers on a day."""

    def __init__(self, packs: Sequence[Pack], on: date) -> None:
        self.packs, self._on = packs, on

    def get(self, key: str) -> PackValue | None:
        """None = 未配置."""
        return value(self.packs, key, self._on)

    def number(self, key: str) -> int | None:
        """A whole number."""
        found = self.get(key)
        return found.number if found else None

    @property
    def attendance(self) -> AttendancePolicy:
        """The numbers of attendance together."""
        late, excused, minimum = (
            self.get(f"attendance.{key}") for key in ("late_weight", "excused", "minimum_rate")
        )
        return AttendancePolicy(
            Fraction(late.rate) if late else None,
            excused.text if excused else None,
            Fraction(minimum.rate) if minimum else None,
        )

    def title(self, key: str) -> str:
        """What an item is called; empty when no pack knows it."""
        items = (pack.item(key) for pack in self.packs)
        return next((item.title for item in items if item is not None), "")


def counts(session: Session, on: date) -> Mapping[str, int]:
    """What the figures, the first steps and the unset rules are decided by; one statement."""
    week = week_of(on)
    is_open = Cohort.state == CohortState.OPEN
    in_class = (
        select(func.count(Enrolment.person_id.distinct()))
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(is_open, Enrolment.state == EnrolmentState.ENROLLED)
    )
    asked: dict[str, ScalarSelect[Any]] = {
        "people": select(func.count()).select_from(Person).where(Person.state == "here").scalar_subquery(),
        "learners": in_class.scalar_subquery(),
        "open": _count(is_open),
        "week": _count(Lesson.on.between(week[0], week[-1]), Lesson.state != LessonState.CANCELLED),
        "courses": _any(Course.id, Programme.id),
        "sites": _any(Site.id),
        "trainers": _any(Trainer.id),
        "cohorts": _any(Cohort.id),
        "lessons": _any(Lesson.id),
        "rolls": _any(Roll.id),
        "staff": _count(Staff.left_on.is_(None)),
        "dual": _both_papers(),
        "papers": _count(TrainerQualification.expires_on.is_not(None)),
        "sittings": _count(Sitting.state != SittingState.LOCKED),
    } | {level.value: _count(is_open, Cohort.level == level) for level in DualLevel}
    row = session.execute(select(*(one.label(name) for name, one in asked.items()))).one()
    return {name: int(number or 0) for name, number in zip(asked, row, strict=True)}


def newest_entry(session: Session) -> int:
    """Number of the journal's newest entry: while it stays the same, nothing changed; one statement."""
    return int(
        session.connection().exec_driver_sql("SELECT coalesce(max(id),0) FROM journal_entry").scalar_one()
    )


def _count(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).where(*conditions).scalar_subquery()


def _both_papers() -> ScalarSelect[int]:
    """People with a diploma and a skill certificate nobody doubts, as ``dual.queries.dual_count`` counts them.

    Said again here because that module brings half the program along and this page is the first to open (0.1 s of
    a start); a test holds the two together.
    """
    skill = select(SkillCertificate.id).where(
        SkillCertificate.person_id == root_of(Diploma.person_id),
        SkillCertificate.verification != Verification.DOUBTFUL,
    )
    return select(func.count(root_of(Diploma.person_id).distinct())).where(skill.exists()).scalar_subquery()


def _any(*columns: Any) -> ScalarSelect[Any]:
    """1 when any of the tables has a row."""
    return select(or_(*(select(column).exists() for column in columns))).scalar_subquery()


def figures(counted: Mapping[str, int]) -> tuple[Figure, ...]:
    """The calm numbers at the right."""
    return (
        Figure("花名册人数", counted["people"], "人", "people"),
        Figure("在读学员", counted["learners"], "人", "cohorts"),
        Figure("在开班级", counted["open"], "个", "cohorts"),
        Figure("本周课次", counted["week"], "次", "timetable"),
        Figure("双证齐全", counted["dual"], "人", "dual"),
    )


def steps(
    counted: Mapping[str, int], card: SchoolCard | None, beside: Mapping[First, bool]
) -> tuple[Step, ...]:
    """R-HOM-04: each first step with its tick: done as soon as there is one of what it makes.

    Steps of ``beside`` stand in the list only where somebody can tell of them; a practice school joins no hub.
    """
    told = card is not None and all((card.head_name, card.phone, card.address))
    every = (
        Step(First.SCHOOL, told, "去填写", "office", {"tab": "school"}),
        Step(First.STAFF, counted["staff"] > 1, "去添加", "office", {"tab": "staff"}),
        Step(First.PEOPLE, counted["people"] > 0, "去导入", "people", {"import": True}),
        Step(First.COURSES, counted["courses"] > 0, "去装入", "catalogue"),
        Step(First.SITES, counted["sites"] > 0, "去新建", "places", {"tab": "sites"}),
        Step(First.TRAINERS, counted["trainers"] > 0, "去添加", "trainers"),
        Step(First.COHORT, counted["cohorts"] > 0, "去开班", "cohorts", {"new": True}),
        Step(First.LESSONS, counted["lessons"] > 0, "去排课", "timetable"),
        Step(First.SHEET, beside.get(First.SHEET, False), "去打印", "attendance", {"span": "recent"}),
        Step(First.ROLL, counted["rolls"] > 0, "去点名", "attendance"),
        Step(First.BACKUP, beside.get(First.BACKUP, False), "去备份", "safekeeping", {"tab": "backups"}),
        Step(First.HUB, beside.get(First.HUB, False), "去加入", "exchange", is_needed=False),
    )
    lent = (First.SHEET, First.BACKUP, First.HUB)
    return tuple(step for step in every if step.first not in lent or step.first in beside)


def unset(counted: Mapping[str, int], policy: Numbers) -> Iterable[Line]:
    """Rules 未配置 that count for what the school does now; nothing while it does nothing yet."""
    wanted: list[str] = []
    if counted["open"]:
        wanted += ["attendance.minimum_rate", "attendance.late_weight", "attendance.excused"]
    wanted += [f"credit.threshold_{level.value}" for level in DualLevel if counted[level.value]]
    if any(counted[level.value] for level in DualLevel):
        wanted += ["credit.bands", "credit.hours_per_credit"]
    if counted["sittings"]:
        wanted += ["exam.full_marks", "exam.room_capacity"]
    if counted["papers"]:
        wanted.append("trainer.expiry_warning_days")
    if not wanted:
        return ()
    unset = {key: policy.title(key) or key for key in wanted if policy.get(key) is None}
    return rules.unset_lines(unset, has_packs=bool(policy.packs))
