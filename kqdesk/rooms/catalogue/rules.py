"""Rules of 课程目录: hours of a course, what a programme must hold, and the sample courses. Pure."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from kqdesk.kernel.resources import resource
from kqdesk.rooms.catalogue.terms import (
    Assessment,
    Award,
    Category,
    CreditRule,
    DualLevel,
    SkillLevel,
    Subject,
)

SENIOR = frozenset(
    {Subject.CHINESE, Subject.MATHEMATICS, Subject.NATURAL_SCIENCE, Subject.SOCIAL_SCIENCE, Subject.CIVICS}
)
JUNIOR = frozenset({Subject.CHINESE, Subject.MATHEMATICS, Subject.SCIENCE, Subject.CIVICS})


def study_hours(lesson_count: int | None, hours_per_lesson: int | None) -> int | None:
    """学时 of a whole course: lessons times 学时 a lesson; None when one of them is not known."""
    return None if lesson_count is None or hours_per_lesson is None else lesson_count * hours_per_lesson


@dataclass(frozen=True)
class CourseRules:
    """What a course is worth from a day on; None is not said. Hours in 学时, ``pass_mark`` of 100.

    ``from_on`` None: the course's own first values. ``version_id``: the row, "" for the first values.
    """

    version_id: str = ""
    from_on: date | None = None
    lesson_count: int | None = None
    lesson_minutes: int | None = None
    hours_per_lesson: int | None = None
    study_hours: int | None = None
    assessment: Assessment | None = None
    pass_mark: int | None = None
    credit_rule: CreditRule | None = None
    award: Award | None = None
    subsidy: str | None = None
    source: str | None = None


UNSAID = CourseRules()
"""Nothing is known."""
HOURS = ("lesson_count", "lesson_minutes", "hours_per_lesson", "study_hours")
SAID = (*HOURS, "assessment", "pass_mark", "credit_rule", "award", "subsidy")
"""What a version decides."""
LABELS = {
    "lesson_count": "课次", "lesson_minutes": "每次分钟", "hours_per_lesson": "每次学时", "study_hours": "总学时",
    "assessment": "考核", "pass_mark": "合格分", "credit_rule": "学分", "award": "证书", "subsidy": "奖补",
}  # fmt: skip


def rules_on(first: CourseRules, versions: Iterable[CourseRules], on: date) -> CourseRules:
    """R-CAT-03: what counts on a day: the newest version that has begun, else the course's first values.

    Of two from the same day the later written one (the larger id) speaks; a version never changes what was before.
    """
    begun = [one for one in versions if one.from_on is not None and one.from_on <= on]
    return max(begun, key=lambda one: (one.from_on, one.version_id), default=first)


def changed_words(before: CourseRules, after: CourseRules) -> list[str]:
    """What is different, in words: 总学时 16 → 20."""
    return [
        f"{LABELS[name]} {_said(getattr(before, name))} → {_said(getattr(after, name))}"
        for name in SAID
        if getattr(before, name) != getattr(after, name)
    ]


def _said(value: object) -> str:
    if value is None:
        return "未定"
    return str(getattr(value, "label", value))


@dataclass(frozen=True)
class SubjectPlan:
    """A subject of a programme with its book and suggested 学时; ``choice`` names a group of which one is taken."""

    subject: Subject
    textbook: str | None = None
    total_hours: int | None = None
    face_hours: int | None = None
    choice: str | None = None


def programme_faults(level: DualLevel, plans: Sequence[SubjectPlan]) -> list[str]:
    """What is wrong with a programme, one sentence each.

    R-CAT-01: senior has four compulsory subjects, of which science is natural *or* social (domain.md §1.1);
    junior has four. Hours are suggestions; face-to-face cannot be more than the total.
    """
    faults = []
    allowed = SENIOR if level is DualLevel.SENIOR else JUNIOR
    counts = Counter(plan.subject for plan in plans)
    for subject, count in counts.items():
        if subject not in allowed:
            faults.append(f"{level.label}没有“{subject.label}”这一科。")
        elif count > 1:
            faults.append(f"“{subject.label}”写了两次。")
    missing = [subject.label for subject in Subject if subject in allowed and subject not in counts]
    if missing:
        faults.append(f"还缺：{'、'.join(missing)}。")
    for plan in plans:
        if plan.total_hours is not None and (plan.face_hours or 0) > plan.total_hours:
            faults.append(f"“{plan.subject.label}”的面授学时比总学时还多。")
    groups = Counter(plan.choice for plan in plans if plan.choice)
    faults += [f"选考组“{name}”里只有一科，选考组至少两科。" for name, count in groups.items() if count < 2]
    return faults


def hours_taken(plans: Sequence[SubjectPlan]) -> tuple[int, int]:
    """Total and face-to-face 学时 one learner takes: of a choice group the largest counts once (R-CAT-02)."""
    single = [plan for plan in plans if not plan.choice]
    groups: dict[str, list[SubjectPlan]] = {}
    for plan in plans:
        if plan.choice:
            groups.setdefault(plan.choice, []).append(plan)
    total = sum(plan.total_hours or 0 for plan in single)
    face = sum(plan.face_hours or 0 for plan in single)
    for members in groups.values():
        total += max(plan.total_hours or 0 for plan in members)
        face += max(plan.face_hours or 0 for plan in members)
    return total, face


@dataclass(frozen=True)
class SampleCourse:
    """A course that comes with the program, marked 示例."""

    code: str
    title: str
    category: Category
    lesson_count: int
    lesson_minutes: int
    hours_per_lesson: int
    occupation: str | None
    skill_level: SkillLevel | None
    summary: str


@dataclass(frozen=True)
class SampleProgramme:
    """One of the two 双证 programmes that come with the program."""

    code: str
    title: str
    level: DualLevel
    pack_key: str
    plans: tuple[SubjectPlan, ...]


@cache
def sample_courses() -> tuple[SampleCourse, ...]:
    """The 100 sample courses, ten a category; codes GF01-01 … GF10-10."""
    written = _table("courses")
    return tuple(
        SampleCourse(
            code=f"{category.value}-{place:02d}", title=one["title"], category=category,
            lesson_count=one.get("lessons", 8), lesson_minutes=one.get("minutes", 90),
            hours_per_lesson=one.get("hours", 2), occupation=one.get("occupation"),
            skill_level=SkillLevel(one["level"]) if "level" in one else None, summary=one["summary"],
        )
        for category in Category
        for place, one in enumerate(written[category.value]["courses"], start=1)
    )  # fmt: skip


@cache
def sample_programmes() -> tuple[SampleProgramme, ...]:
    """Senior and junior, with the books and suggested hours of the papers."""
    return tuple(
        SampleProgramme(
            one["code"], one["title"], DualLevel(one["level"]), one["pack_key"],
            tuple(
                SubjectPlan(Subject(line["subject"]), line["textbook"], line["total"], line["face"], line.get("choice"))
                for line in one["subjects"]
            ),
        )
        for one in _table("programmes")["programmes"]
    )  # fmt: skip


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(resource(f"catalogue/{name}.toml").read_text("utf-8"))
