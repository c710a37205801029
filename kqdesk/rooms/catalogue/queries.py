"""What others ask of 课程目录: courses by category, one course, the 双证 programmes with their subjects."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kqdesk.kernel.pinyin import syllables
from kqdesk.rooms.catalogue.model import Course, CourseVersion, Programme, ProgrammeSubject
from kqdesk.rooms.catalogue.rules import HOURS, SAID, UNSAID, CourseRules, SubjectPlan, hours_taken, rules_on
from kqdesk.rooms.catalogue.terms import Category, DualLevel, SkillLevel


@dataclass(frozen=True)
class CourseRow:
    """A course as every list and picker shows it; hours in 学时, lengths in minutes."""

    id: str
    code: str
    title: str
    category: Category
    lesson_count: int | None
    lesson_minutes: int | None
    hours_per_lesson: int | None
    study_hours: int | None
    occupation: str | None
    skill_level: SkillLevel | None
    standard_code: str | None
    summary: str | None
    is_sample: bool
    is_active: bool
    rules: CourseRules = UNSAID

    @property
    def rhythm(self) -> str:
        """8 次 × 90 分钟; "" when not known."""
        if self.lesson_count is None:
            return ""
        return f"{self.lesson_count} 次" + (f" × {self.lesson_minutes} 分钟" if self.lesson_minutes else "")

    @property
    def skill(self) -> str:
        """纺织纤维检验工 初级工（五级）; "" for a course without occupation."""
        level = self.skill_level.label if self.skill_level else ""
        return " ".join(part for part in (self.occupation, level) if part)


_COURSE: Sequence[Any] = (
    Course.id, Course.code, Course.title, Course.category, Course.lesson_count, Course.lesson_minutes,
    Course.hours_per_lesson, Course.study_hours, Course.occupation, Course.skill_level, Course.standard_code,
    Course.summary, Course.is_sample, Course.is_active,
)  # fmt: skip


def courses(
    session: Session,
    *,
    text: str = "",
    category: Category | None = None,
    with_retired: bool = False,
    on: date | None = None,
) -> list[CourseRow]:
    """Courses by code; ``text`` is part of title, code, occupation or summary, or the title's pinyin initials.

    Hours are those that count ``on`` a day; None: the last that were laid down. Two statements.
    """
    found = select(*_COURSE).order_by(Course.category, Course.code, Course.id)
    if category is not None:
        found = found.where(Course.category == category)
    if not with_retired:
        found = found.where(Course.is_active)
    wanted = text.strip().lower()
    later = _versions(session)
    rows = (_with_rules(CourseRow(*line), later, on) for line in session.execute(found))
    return [row for row in rows if _matches(row, wanted)]


def course_card(session: Session, course_id: str, on: date | None = None) -> CourseRow | None:
    """One course, with what counts on a day; None when it is gone. Two statements."""
    row = session.execute(select(*_COURSE).where(Course.id == course_id)).first()
    return _with_rules(CourseRow(*row), _versions(session, course_id), on) if row else None


def _with_rules(row: CourseRow, later: Mapping[str, list[CourseRules]], on: date | None) -> CourseRow:
    first = CourseRules(**{name: getattr(row, name) for name in HOURS})
    rules = rules_on(first, later.get(row.id, ()), on or date.max)
    return replace(row, rules=rules, **{name: getattr(rules, name) for name in HOURS})


# -- what a course is worth from a day on ----------------------------------------------------------

_VERSION = (
    CourseVersion.id,
    CourseVersion.from_on,
    *(getattr(CourseVersion, name) for name in SAID),
    CourseVersion.source,
)


def _versions(session: Session, course_id: str | None = None) -> Mapping[str, list[CourseRules]]:
    asked = select(CourseVersion.course_id, *_VERSION).order_by(CourseVersion.from_on, CourseVersion.id)
    if course_id is not None:
        asked = asked.where(CourseVersion.course_id == course_id)
    found: dict[str, list[CourseRules]] = defaultdict(list)
    for owner, version_id, from_on, *said in session.execute(asked):
        found[owner].append(CourseRules(version_id, from_on, *said))
    return found


def course_rules(session: Session, course_id: str) -> list[CourseRules]:
    """Every version of a course, oldest first; the first are its own first values. Two statements."""
    first = session.execute(
        select(*(getattr(Course, name) for name in HOURS)).where(Course.id == course_id)
    ).first()
    if first is None:
        return []
    return [CourseRules("", None, *first), *_versions(session, course_id).get(course_id, [])]


def rules_of_courses(session: Session) -> dict[str, list[CourseRules]]:
    """Course → every version, oldest first, as ``course_rules`` gives them for one; ``rules_on(r[0], r[1:], day)``. Two statements."""
    later = _versions(session)
    firsts = session.execute(select(Course.id, *(getattr(Course, name) for name in HOURS)))
    return {key: [CourseRules("", None, *first), *later.get(key, [])] for key, *first in firsts}


def rules_of(session: Session, course_id: str, on: date) -> CourseRules:
    """What a course is worth on a day; nothing at all for a course that is gone."""
    found = course_rules(session, course_id)
    return rules_on(found[0], found[1:], on) if found else UNSAID


def rules_kept(session: Session, course_id: str, version_id: str | None) -> CourseRules:
    """The version a class was opened with; None: before the first one."""
    return next(
        (one for one in course_rules(session, course_id) if one.version_id == (version_id or "")),
        UNSAID,
    )


@dataclass(frozen=True)
class Branch:
    """One of the ten categories with its courses."""

    category: Category
    courses: tuple[CourseRow, ...]


def catalogue_tree(session: Session) -> list[Branch]:
    """All ten categories in their order, empty ones too, with the courses offered. One statement."""
    by_category: dict[Category, list[CourseRow]] = defaultdict(list)
    for row in courses(session):
        by_category[row.category].append(row)
    return [Branch(category, tuple(by_category[category])) for category in Category]


def category_counts(session: Session, *, with_retired: bool = False) -> Counter[Category]:
    """How many courses each category has."""
    counted = select(Course.category, func.count()).group_by(Course.category)
    if not with_retired:
        counted = counted.where(Course.is_active)
    return Counter(dict(session.execute(counted).all()))


def course_form(session: Session, row_id: str) -> dict[str, Any]:
    """A course's values as its form names them; hours as last laid down."""
    row = course_card(session, row_id)
    names = (
        "title", "code", "category", *HOURS, "occupation", "skill_level", "standard_code", "summary", "is_active",
    )  # fmt: skip
    return {} if row is None else {name: getattr(row, name) for name in names}


def find(session: Session, text: str, limit: int) -> list[CourseRow]:
    """Courses offered that match, those whose title begins so first."""
    rows = courses(session, text=text)
    return sorted(rows, key=lambda row: not row.title.startswith(text.strip()))[:limit]


# -- programmes ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ProgrammeRow:
    """A 双证 programme with its subjects in order. ``total_hours``, ``face_hours``: what one learner takes."""

    id: str
    code: str
    title: str
    level: DualLevel
    pack_key: str | None
    is_active: bool
    plans: tuple[SubjectPlan, ...]

    @property
    def total_hours(self) -> int:
        """学时 in all, one science counted."""
        return hours_taken(self.plans)[0]

    @property
    def face_hours(self) -> int:
        """面授学时, one science counted."""
        return hours_taken(self.plans)[1]

    @property
    def subject_count(self) -> int:
        """Rows of a transcript: a choice group is one."""
        return sum(not plan.choice for plan in self.plans) + len(
            {plan.choice for plan in self.plans if plan.choice}
        )

    @property
    def textbooks(self) -> tuple[str, ...]:
        """Each book once."""
        return tuple(dict.fromkeys(plan.textbook for plan in self.plans if plan.textbook))


def programmes(session: Session, *, text: str = "", with_retired: bool = False) -> list[ProgrammeRow]:
    """Programmes by code with their subjects. Two statements."""
    found = select(Programme).order_by(Programme.code, Programme.id)
    if not with_retired:
        found = found.where(Programme.is_active)
    plans: dict[str, list[SubjectPlan]] = defaultdict(list)
    line = ProgrammeSubject
    for row in session.scalars(select(line).order_by(line.programme_id, line.position, line.id)):
        plan = SubjectPlan(row.subject, row.textbook, row.total_hours, row.face_hours, row.choice)
        plans[row.programme_id].append(plan)
    return [
        ProgrammeRow(p.id, p.code, p.title, p.level, p.pack_key, p.is_active, tuple(plans[p.id]))
        for p in session.scalars(found).all()
        if text.strip() in p.title or text.strip() in p.code
    ]


def programme_card(session: Session, programme_id: str) -> ProgrammeRow | None:
    """One programme with its subjects; None when it is gone."""
    return next((row for row in programmes(session, with_retired=True) if row.id == programme_id), None)


def subjects_of(session: Session, level: DualLevel) -> Sequence[SubjectPlan]:
    """The subjects of the level's programme in use; () when there is none."""
    return next((row.plans for row in programmes(session) if row.level is level), ())


def _matches(row: CourseRow, wanted: str) -> bool:
    if not wanted:
        return True
    if any(wanted in (word or "").lower() for word in (row.title, row.code, row.occupation, row.summary)):
        return True
    return wanted.isascii() and wanted in "".join(syllable[0] for syllable in syllables(row.title)).lower()
