"""Why a sum is what it is: each part down to lessons, papers and certificates, with the paper it rests on."""

from dataclasses import dataclass

from kqdesk.rooms.attendance.rules import hours_word
from kqdesk.rooms.dual.rules.credit import (
    attempt_credit,
    counted_skills,
    culture_capped,
    exam_credit,
    hours_credit,
    hours_of,
    skill_capped,
    skill_credit,
    slot_attempt,
)
from kqdesk.rooms.dual.rules.facts import PAST, CreditRules, HoursFrom, Learner, SkillHeld, Slot
from kqdesk.rooms.dual.terms import Need
from kqdesk.rooms.exams.rules import Attempt, band_of


@dataclass(frozen=True)
class Step:
    """One line of the explanation: credits and how they came about, down to lessons, papers and certificates.

    ``credits`` None: not counted because something is 未配置. ``page`` and ``context``: where the thing can be looked up.
    """

    title: str
    credits: int | None
    words: str
    source: str = ""
    steps: "tuple[Step, ...]" = ()
    page: str = ""
    context: tuple[tuple[str, str], ...] = ()


def explain(learner: Learner, rules: CreditRules) -> tuple[Step, ...]:
    """The parts of the sum; their credits add up to ``reckon(…).total``."""
    if rules.engine == "capped":
        return _culture_step(learner, rules), _skill_capped_step(learner, rules)
    return _hours_step(learner, rules), _skill_step(learner, rules), _exam_step(learner, rules)


def _hours_step(learner: Learner, rules: CreditRules) -> Step:
    culture, skill = hours_of(learner)
    credits = hours_credit(culture, skill, rules)
    inner = tuple(_from_cohort(found) for found in learner.hours)
    how = {"half_up": "四舍五入"}.get(rules.rounding or "", "舍去零头")
    words = f"文化课 {hours_word(culture)} 学时，技能培训 {hours_word(skill)} 学时"
    if rules.hours_per_credit:
        joined = "相加后" if rules.hours_joined else "分别"
        words += f"，{joined}每 {rules.hours_per_credit} 学时 1 学分，{how}"
    return Step(Need.HOURS.label, credits, words, rules.source("credit.hours_per_credit"), inner)


def _from_cohort(found: HoursFrom) -> Step:
    words = f"到课 {hours_word(found.hours)} 学时"
    if found.online:
        words += f"（其中线上 {hours_word(found.online)} 学时）"
    if found.waiting:
        words += f"；还有 {found.waiting} 次课的考勤没有锁定，没有计入"
    if not found.is_whole:
        words += "；迟到、早退或请假怎样算还未配置，没有计入"
    kind = "技能培训" if found.is_skill else "文化课"
    page, context = _where("attendance", (("cohort", found.cohort_id),), found.cohort_id)
    return Step(f"{kind}：{found.cohort}", 0 if found.is_whole else None, words, page=page, context=context)


def _where(
    page: str, context: tuple[tuple[str, str], ...], key: str
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Where a thing is looked up; what an old ledger says, there."""
    return ("past", (("find", key.removeprefix(PAST)),)) if key.startswith(PAST) else (page, context)


def _skill_step(learner: Learner, rules: CreditRules) -> Step:
    credits = skill_credit(counted_skills(learner), rules)
    how = "不同职业相加" if rules.several == "sum_distinct" else "只算最高的一本"
    words = "没有登记技能证书" if not learner.skills else how
    inner = tuple(_from_skill(skill, rules) for skill in learner.skills)
    return Step(Need.SKILL.label, credits, words, rules.source("credit.skill_levels"), inner)


def _from_skill(skill: SkillHeld, rules: CreditRules) -> Step:
    worth = (rules.skill_levels or {}).get(skill.level.value)
    words = (
        "核验存疑，不计"
        if skill.is_doubtful
        else f"{skill.level.label}，值 {worth if worth is not None else '未配置'}"
    )
    number = f"，编号 {skill.number}" if skill.number else ""
    counted: int | None = 0 if skill.is_doubtful or worth is not None else None
    here = (("tab", "skill"), ("find", skill.number or skill.occupation))
    page, context = _where("certificates", here, skill.id)
    return Step(skill.occupation, counted, words + number, page=page, context=context)


def _exam_step(learner: Learner, rules: CreditRules) -> Step:
    inner = tuple(_from_slot(learner, slot, rules) for slot in learner.slots)
    words = "取最近一次" if rules.attempt == "last" else "同一科取最好的一次"
    return Step(Need.EXAM.label, exam_credit(learner, rules), words, rules.source("credit.bands"), inner)


def _from_slot(learner: Learner, slot: Slot, rules: CreditRules) -> Step:
    counts = slot_attempt(learner, slot, rules)
    if counts is None:
        return Step(slot.title, 0, "还没有成绩", page="exams")
    credits = attempt_credit(counts, rules)
    if counts.exemption:
        return _from_exemption(slot, counts, credits)
    band = band_of(counts.points, counts.bands or rules.bands or ())
    grade = f"，等第 {band.grade}，{band.credits} 学分" if band else ""
    words = f"{counts.on:%Y-%m-%d} {counts.sitting}：{counts.points.words} 分{grade}"
    others = [a for a in learner.attempts if a.subject in slot.subjects and a is not counts]
    if others:
        told = "、".join(f"{a.on:%Y-%m-%d} {a.points.words or '免考'}" for a in others)
        words += f"（另有 {told}，不计）"
    page, context = _where("exams", (("sitting", counts.sitting_id),), counts.sitting_id)
    return Step(slot.title, credits, words, page=page, context=context)


def _from_exemption(slot: Slot, counts: Attempt, credits: int | None) -> Step:
    worth = f"{credits} 学分" if credits is not None else "免考科目计几学分未配置，没有计入"
    mark = f"，{counts.points.words} 分" if counts.points.tenths is not None else ""
    words = f"{counts.sitting}{mark}，{worth}"
    return Step(slot.title, credits, words, page="exams", context=(("exemptions", "1"),))


def _culture_step(learner: Learner, rules: CreditRules) -> Step:
    inner = tuple(_from_slot(learner, slot, rules) for slot in learner.slots)
    credits = culture_capped(learner, rules)
    how = "按等第折算" if rules.culture_curve == "bands" else "各科得分合计占满分的比例"
    words = f"{how}，最多 {rules.culture_cap}" if credits is not None else "文化分数怎样折成学分未配置"
    return Step("文化学分", credits, words, rules.source("credit.culture_cap"), inner)


def _skill_capped_step(learner: Learner, rules: CreditRules) -> Step:
    inner = tuple(_from_skill(skill, rules) for skill in learner.skills)
    credits = skill_capped(learner, rules)
    words = (
        f"技能证书或技能培训，最多 {rules.skill_cap}"
        if credits is not None
        else "技能学分上限或等级折算未配置"
    )
    return Step("技能学分", credits, words, rules.source("credit.skill_cap"), inner)
