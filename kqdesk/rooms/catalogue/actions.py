"""What changes 课程目录: courses, the 双证 programmes, and the samples that come with the program."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.catalogue import queries
from kqdesk.rooms.catalogue.model import Course, CourseVersion, Programme, ProgrammeSubject
from kqdesk.rooms.catalogue.rules import (
    HOURS,
    SAID,
    CourseRules,
    SubjectPlan,
    changed_words,
    programme_faults,
    sample_courses,
    sample_programmes,
    study_hours,
)
from kqdesk.rooms.catalogue.terms import Category, DualLevel, SkillLevel
from kqdesk.store.actions import Writing, action


@action("装入示例课程")
def load_samples(w: Writing) -> int:
    """The sample courses and the two 双证 programmes, as far as their codes are not here yet; returns how many came."""
    held = set(w.session.scalars(select(Course.code)))
    fresh = [
        Course(
            code=one.code, title=one.title, category=one.category, lesson_count=one.lesson_count,
            lesson_minutes=one.lesson_minutes, hours_per_lesson=one.hours_per_lesson,
            study_hours=study_hours(one.lesson_count, one.hours_per_lesson), occupation=one.occupation,
            skill_level=one.skill_level, summary=one.summary, is_sample=True,
        )
        for one in sample_courses()
        if one.code not in held
    ]  # fmt: skip
    w.session.add_all(fresh)
    here = set(w.session.scalars(select(Programme.code)))
    missing = [one for one in sample_programmes() if one.code not in here]
    for one in missing:
        programme = Programme(code=one.code, title=one.title, level=one.level, pack_key=one.pack_key)
        w.session.add(programme)
        w.session.flush()
        _plan(w, programme.id, one.plans)
    w.note(f"课程 {len(fresh)} 门，方案 {len(missing)} 个")
    return len(fresh) + len(missing)


# -- courses ---------------------------------------------------------------------------------------


@action("新建课程")
def add_course(
    w: Writing, /, *, title: str, category: Category, code: str | None = None, lesson_count: int | None = None,
    lesson_minutes: int | None = None, hours_per_lesson: int | None = None, **more: Any,
) -> str:  # fmt: skip
    """A course; without a code it gets the next one of its category. Returns the id.

    ``more``: study_hours (学时; else counted), occupation, skill_level, standard_code, summary.
    """
    values = {
        "title": title, "category": category, "code": code, "lesson_count": lesson_count,
        "lesson_minutes": lesson_minutes, "hours_per_lesson": hours_per_lesson, **more,
    }  # fmt: skip
    course = Course(**_checked(w, values, but=""))
    w.session.add(course)
    w.session.flush()
    w.note(course.title)
    return course.id


@action("修改课程")
def change_course(
    w: Writing, /, *, course_id: str, title: str, category: Category, code: str | None = None, is_active: bool = True,
    seen: int | None = None, **more: Any,
) -> None:  # fmt: skip
    """Other words for the course; a changed sample is the school's own from then on.

    Other hours (``lesson_count`` …) are a new version from today on, as ``set_course_rules`` makes it: classes keep
    what they were opened with.
    """
    course = _course(w, course_id)
    hours = {name: more.pop(name) for name in HOURS if name in more}
    given = {
        "title": title,
        "category": category,
        "code": code or course.code,
        "is_active": is_active,
        **more,
    }
    values = _checked(w, given, but=course_id)
    w.check_fresh(course, values, seen)
    for name, value in values.items():
        setattr(course, name, value)
    course.is_sample = False
    w.note(course.title)
    if hours:
        _add_version(w, course, school_day(w.now), hours)


@action("定课程规则")
def set_course_rules(w: Writing, /, *, course_id: str, from_on: date, **said: Any) -> str | None:
    """What the course is worth from a day on: hours, assessment, credit, certificate, subsidy.

    ``said``: columns of a version; what is left out stays as it was on that day. Nothing that was is rewritten:
    classes opened before keep their version. Returns the version's id; None when nothing is different.
    """
    course = _course(w, course_id)
    made = _add_version(w, course, from_on, said)
    if made is None:
        raise UserError(f"和 {from_on:%Y-%m-%d} 那天的规则一样，没有可定的。请先改动内容。")
    return made


def _add_version(w: Writing, course: Course, from_on: date, said: Mapping[str, Any]) -> str | None:
    unknown = said.keys() - {*SAID, "source"}
    if unknown:
        raise TypeError(f"no such rules of a course: {sorted(unknown)}")
    before = queries.rules_of(w.session, course.id, from_on)
    values = {name: getattr(before, name) for name in SAID} | dict(said)
    _check_hours(values)
    recounts = any(name in said and said[name] != getattr(before, name) for name in HOURS[:3])
    if values["study_hours"] is None or (recounts and said.get("study_hours") in (None, before.study_hours)):
        values["study_hours"] = study_hours(values["lesson_count"], values["hours_per_lesson"])
    if values["pass_mark"] is not None and not 1 <= values["pass_mark"] <= 100:
        raise UserError("合格分要在 1 到 100 之间。")
    changed = changed_words(before, CourseRules(**{name: values[name] for name in SAID}))
    if not changed:
        return None
    version = CourseVersion(
        course_id=course.id, from_on=from_on, source=said.get("source"), **{n: values[n] for n in SAID}
    )
    w.session.add(version)
    w.session.flush()
    w.note(f"{course.title} {from_on:%Y-%m-%d} 起 {'，'.join(changed[:3])}")
    return version.id


@action("停开课程")
def retire_course(w: Writing, *, course_id: str) -> None:
    """No longer offered for new classes; classes that run keep it."""
    course = _course(w, course_id)
    course.is_active = False
    w.note(course.title)


def _course(w: Writing, course_id: str) -> Course:
    course = w.session.get(Course, course_id)
    if course is None:
        raise UserError("找不到这门课程，可能刚被撤销了新建。请重新打开这一页。")
    return course


def _checked(w: Writing, given: Mapping[str, Any], *, but: str) -> dict[str, Any]:
    """Values as they are kept; UserError on a missing title, a known code or title, or impossible hours."""
    values = dict(given)
    values["title"] = values["title"].strip()
    if not values["title"]:
        raise UserError("请填写课程名称。")
    category: Category = values["category"]
    values["code"] = (values.get("code") or "").strip().upper() or _next_code(w, category)
    if w.session.scalar(select(Course.id).where(Course.code == values["code"], Course.id != but)):
        raise UserError(f"课程代码“{values['code']}”已经用过了，请换一个，或留空让软件编号。")
    twin = select(Course.id).where(
        Course.title == values["title"], Course.category == category, Course.is_active, Course.id != but
    )
    if w.session.scalar(twin):
        raise UserError(f"“{category.label}”里已经有一门“{values['title']}”，不用再建。")
    _check_hours(values)
    if values.get("skill_level") and not values.get("occupation"):
        raise UserError("填了技能等级，也要填是哪个职业（工种）。")
    if not but and values.get("study_hours") is None:
        values["study_hours"] = study_hours(values.get("lesson_count"), values.get("hours_per_lesson"))
    if values.get("skill_level") is not None:
        values["skill_level"] = SkillLevel(values["skill_level"])
    return values


def _check_hours(values: Mapping[str, Any]) -> None:
    for name, label, most in (
        ("lesson_count", "课次", 400), ("lesson_minutes", "每次分钟数", 720), ("hours_per_lesson", "每次学时", 12),
        ("study_hours", "总学时", 5000),
    ):  # fmt: skip
        number = values.get(name)
        if number is not None and not 1 <= number <= most:
            raise UserError(f"{label}要在 1 到 {most} 之间。")


def _next_code(w: Writing, category: Category) -> str:
    """GF02-11 after ten; gaps are not filled, so a code never means two courses."""
    codes = w.session.scalars(select(Course.code).where(Course.code.startswith(f"{category.value}-"))).all()
    numbers = [int(tail) for code in codes if (tail := code.split("-", 1)[1]).isdigit()]
    return f"{category.value}-{max(numbers, default=0) + 1:02d}"


# -- programmes ------------------------------------------------------------------------------------


@action("新建方案")
def add_programme(
    w: Writing,
    *,
    code: str,
    title: str,
    level: DualLevel,
    plans: Sequence[SubjectPlan],
    pack_key: str | None = None,
) -> str:
    """A 双证 programme with its subjects; returns the id."""
    _check_programme(level, title, plans)
    code = code.strip().upper()
    if not code or w.session.scalar(select(func.count()).where(Programme.code == code)):
        raise UserError("方案代码不能空着，也不能和已有的一样。")
    programme = Programme(code=code, title=title.strip(), level=level, pack_key=pack_key)
    w.session.add(programme)
    w.session.flush()
    _plan(w, programme.id, plans)
    w.note(programme.title)
    return programme.id


@action("修改方案")
def change_programme(
    w: Writing, *, programme_id: str, title: str, plans: Sequence[SubjectPlan], pack_key: str | None = None,
    is_active: bool = True, seen: int | None = None,
) -> None:  # fmt: skip
    """Another title, pack or other subjects; the level stays, marks of a sitting keep their own subjects."""
    programme = _programme(w, programme_id)
    _check_programme(programme.level, title, plans)
    values = {"title": title.strip(), "pack_key": pack_key, "is_active": is_active}
    w.check_fresh(programme, values, seen)
    for name, value in values.items():
        setattr(programme, name, value)
    w.session.execute(delete(ProgrammeSubject).where(ProgrammeSubject.programme_id == programme_id))
    _plan(w, programme_id, plans)
    w.note(programme.title)


@action("停用方案")
def retire_programme(w: Writing, *, programme_id: str) -> None:
    """No new learners by this programme."""
    programme = _programme(w, programme_id)
    programme.is_active = False
    w.note(programme.title)


def _programme(w: Writing, programme_id: str) -> Programme:
    programme = w.session.get(Programme, programme_id)
    if programme is None:
        raise UserError("找不到这个培养方案，可能刚被撤销了新建。请重新打开这一页。")
    return programme


def _check_programme(level: DualLevel, title: str, plans: Sequence[SubjectPlan]) -> None:
    if not title.strip():
        raise UserError("请填写方案名称。")
    faults = programme_faults(level, plans)
    if faults:
        raise UserError("".join(faults))


def _plan(w: Writing, programme_id: str, plans: Sequence[SubjectPlan]) -> None:
    w.session.add_all(
        ProgrammeSubject(
            programme_id=programme_id, subject=plan.subject, position=place, textbook=plan.textbook,
            total_hours=plan.total_hours, face_hours=plan.face_hours, choice=plan.choice,
        )
        for place, plan in enumerate(plans, start=1)
    )  # fmt: skip
