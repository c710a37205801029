"""The credit sum as a 测算, with its explanation down to lessons, papers and certificates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kqdesk.rooms.attendance.rules import hours_word
from kqdesk.rooms.dual.rules.facts import CreditRules, HoursFrom, Learner, SkillHeld, Slot
from kqdesk.rooms.dual.terms import Need, Reach
from kqdesk.rooms.exams.rules import Attempt, band_of, counting_attempt

# -- the sum --------------------------------------------------------------------------------------


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


@dataclass(frozen=True)
class Reckoning:
    """The 测算 of one learner. ``is_whole`` False: ``total`` is what is certain so far, some number is 未配置."""

    total: int
    is_whole: bool
    threshold: int | None
    reach: Reach
    steps: tuple[Step, ...]
    lacking: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """81 · 至少 81, with the threshold when there is one."""
        shown = str(self.total) if self.is_whole else f"至少 {self.total}"
        return f"{shown} / {self.threshold}" if self.threshold is not None else shown


def reckon(learner: Learner, rules: CreditRules) -> Reckoning:
    """R-DUA-01: the credit sum by the pack's engine, compared with its threshold where there is one.

    It is a 测算: graduation itself is the organiser's diploma. Without a threshold nothing is claimed.
    """
    if rules.engine == "capped":
        steps: tuple[Step, ...] = (_culture_capped(learner, rules), _skill_capped(learner, rules))
    else:
        steps = (_hours_step(learner, rules), _skill_step(learner, rules), _exam_step(learner, rules))
    total = sum(step.credits or 0 for step in steps)
    is_whole = all(_is_whole(step) for step in steps)
    threshold = rules.thresholds.get(learner.level)
    lacking = _lacking(learner, rules)
    return Reckoning(total, is_whole, threshold, _reach(total, is_whole, threshold, lacking), steps, lacking)


def _is_whole(step: Step) -> bool:
    return step.credits is not None and all(_is_whole(inner) for inner in step.steps)


def _reach(total: int, is_whole: bool, threshold: int | None, lacking: Sequence[str]) -> Reach:
    if threshold is None or (total < threshold and not is_whole):
        return Reach.UNSET
    return Reach.REACHED if total >= threshold and not lacking else Reach.SHORT


def _lacking(learner: Learner, rules: CreditRules) -> tuple[str, ...]:
    lacking = []
    if rules.needs_all_subjects:
        lacking += [
            f"{slot.title}没有成绩" for slot in learner.slots if slot_attempt(learner, slot, rules) is None
        ]
    if rules.needs_skill and not counted_skills(learner):
        lacking.append("没有技能证书")
    if rules.subject_minimum is not None:
        for slot in learner.slots:
            best = slot_attempt(learner, slot, rules)
            if best is not None and (best.points.tenths or 0) < rules.subject_minimum * 10:
                lacking.append(f"{slot.title}不到 {rules.subject_minimum} 分")
    return tuple(lacking)


def slot_attempt(learner: Learner, slot: Slot, rules: CreditRules) -> Attempt | None:
    """The attempt that counts for one row of the transcript; None without a mark."""
    return counting_attempt((a for a in learner.attempts if a.subject in slot.subjects), rules.attempt)


def counted_skills(learner: Learner) -> tuple[SkillHeld, ...]:
    """Recorded certificates that nobody doubts."""
    return tuple(skill for skill in learner.skills if not skill.is_doubtful)


def rounded(credits: Fraction, rounding: str | None) -> int:
    """R-DUA-02: whole credits: ``half_up`` from a half on, else (floor, 未配置) the rest is dropped."""
    return int(credits + Fraction(1, 2)) if rounding == "half_up" else int(credits)


def hours_credit(culture: Fraction, skill: Fraction, rules: CreditRules) -> int | None:
    """R-DUA-03: hours of culture and skill lessons are added first, then converted; None when the rate is 未配置."""
    per = rules.hours_per_credit
    if not per:
        return None
    if rules.hours_joined:
        return rounded((culture + skill) / per, rules.rounding)
    return rounded(culture / per, rules.rounding) + rounded(skill / per, rules.rounding)


def skill_credit(skills: Iterable[SkillHeld], rules: CreditRules) -> int | None:
    """R-DUA-04: the highest certificate, or the best of each occupation added; None when a level is 未配置."""
    by_occupation: dict[str, int] = {}
    for skill in skills:
        worth = (rules.skill_levels or {}).get(skill.level.value)
        if worth is None:
            return None
        by_occupation[skill.occupation] = max(by_occupation.get(skill.occupation, 0), worth)
    if not by_occupation:
        return 0
    return sum(by_occupation.values()) if rules.several == "sum_distinct" else max(by_occupation.values())


def exam_credit(learner: Learner, rules: CreditRules) -> int | None:
    """R-DUA-05: for each row of the transcript the credits of the grade that counts, added."""
    if rules.bands is None:
        return None
    total = 0
    for slot in learner.slots:
        counts = slot_attempt(learner, slot, rules)
        band = band_of(counts.points, rules.bands) if counts else None
        total += band.credits if band else 0
    return total


# -- the steps of each engine ---------------------------------------------------------------------


def _hours_step(learner: Learner, rules: CreditRules) -> Step:
    culture = sum((h.hours for h in learner.hours if not h.is_skill), Fraction(0))
    skill = sum((h.hours for h in learner.hours if h.is_skill), Fraction(0))
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
    if not found.is_whole:
        words += "；迟到、早退或请假怎样算还未配置，没有计入"
    kind = "技能培训" if found.is_skill else "文化课"
    context = (("cohort", found.cohort_id),)
    return Step(
        f"{kind}：{found.cohort}", 0 if found.is_whole else None, words, page="attendance", context=context
    )


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
    return Step(
        skill.occupation,
        counted,
        words + number,
        page="certificates",
        context=(("tab", "skill"), ("find", skill.number or skill.occupation)),
    )


def _exam_step(learner: Learner, rules: CreditRules) -> Step:
    inner = tuple(_from_slot(learner, slot, rules) for slot in learner.slots)
    words = "取最近一次" if rules.attempt == "last" else "同一科取最好的一次"
    return Step(Need.EXAM.label, exam_credit(learner, rules), words, rules.source("credit.bands"), inner)


def _from_slot(learner: Learner, slot: Slot, rules: CreditRules) -> Step:
    counts = slot_attempt(learner, slot, rules)
    if counts is None:
        return Step(slot.title, 0, "还没有成绩", page="exams")
    band = band_of(counts.points, rules.bands or ())
    grade = f"，等第 {band.grade}，{band.credits} 学分" if band else ""
    words = f"{counts.on:%Y-%m-%d} {counts.sitting}：{counts.points.words} 分{grade}"
    context = (("sitting", counts.sitting_id),)
    return Step(slot.title, band.credits if band else 0, words, page="exams", context=context)


def _culture_capped(learner: Learner, rules: CreditRules) -> Step:
    """Culture by marks, up to a ceiling; the curve from marks to credits must be in the pack."""
    inner = tuple(_from_slot(learner, slot, rules) for slot in learner.slots)
    source = rules.source("credit.culture_cap")
    if rules.culture_cap is None or rules.culture_curve is None:
        return Step("文化学分", None, "文化分数怎样折成学分未配置", source, inner)
    if rules.culture_curve == "bands":
        credits = exam_credit(learner, rules)
        found = None if credits is None else min(credits, rules.culture_cap)
        return Step("文化学分", found, f"按等第折算，最多 {rules.culture_cap}", source, inner)
    best = [slot_attempt(learner, slot, rules) for slot in learner.slots]
    tenths = sum(a.points.tenths or 0 for a in best if a is not None)
    full = len(learner.slots) * (rules.full_marks or 0) * 10
    if not full:
        return Step("文化学分", None, "每科满分未配置", source, inner)
    credits = rounded(Fraction(rules.culture_cap * tenths, full), rules.rounding)
    return Step("文化学分", credits, f"各科得分合计占满分的比例 × {rules.culture_cap}", source, inner)


def _skill_capped(learner: Learner, rules: CreditRules) -> Step:
    """Skill by certificate, or by training hours where the pack converts them; up to a ceiling."""
    inner = tuple(_from_skill(skill, rules) for skill in learner.skills)
    source = rules.source("credit.skill_cap")
    paper = skill_credit(counted_skills(learner), rules)
    trained = (
        hours_credit(Fraction(0), sum((h.hours for h in learner.hours if h.is_skill), Fraction(0)), rules)
        or 0
    )
    if rules.skill_cap is None or paper is None:
        return Step("技能学分", None, "技能学分上限或等级折算未配置", source, inner)
    credits = min(max(paper, trained), rules.skill_cap)
    return Step("技能学分", credits, f"技能证书或技能培训，最多 {rules.skill_cap}", source, inner)
