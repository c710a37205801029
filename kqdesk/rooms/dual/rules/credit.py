"""The credit sum as a 测算: numbers only, so that thousands of learners are reckoned at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kqdesk.rooms.dual.rules.facts import CreditRules, Learner, SkillHeld, Slot
from kqdesk.rooms.dual.terms import Reach
from kqdesk.rooms.exams.rules import Attempt, band_of, counting_attempt

# -- the sum --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reckoning:
    """The 测算 of one learner. ``is_whole`` False: ``total`` is what is certain so far, some number is 未配置."""

    total: int
    is_whole: bool
    threshold: int | None
    reach: Reach
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
    parts = _parts(learner, rules)
    total = sum(part or 0 for part in parts)
    is_whole = (
        None not in parts
        and (rules.engine == "capped" or all(h.is_whole for h in learner.hours))
        and not unpriced(learner, rules)
    )
    threshold = rules.thresholds.get(learner.level)
    lacking = _lacking(learner, rules)
    return Reckoning(total, is_whole, threshold, _reach(total, is_whole, threshold, lacking), lacking)


def _parts(learner: Learner, rules: CreditRules) -> tuple[int | None, ...]:
    """What each part of the sum is worth; None where something is 未配置."""
    skill = skill_credit(counted_skills(learner), rules)
    if rules.engine == "capped":
        return culture_capped(learner, rules), skill_capped(learner, rules)
    return hours_credit(*hours_of(learner), rules), skill, exam_credit(learner, rules)


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
            if best is None or (best.exemption and best.points.tenths is None):
                continue
            if (best.points.tenths or 0) < rules.subject_minimum * 10:
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
    """R-DUA-05: for each row of the transcript the credits of the grade that counts, added.

    A grade is that of its own sitting, as it was locked; a pack changed since does not touch it.
    """
    if rules.bands is None:
        return None
    return sum(attempt_credit(slot_attempt(learner, slot, rules), rules) or 0 for slot in learner.slots)


def attempt_credit(attempt: Attempt | None, rules: CreditRules) -> int | None:
    """R-DUA-10: credits of one attempt; an exemption whose proof names no mark brings what the pack says, None while
    that is 未配置."""
    if attempt is None:
        return 0
    if attempt.exemption and attempt.points.tenths is None:
        return rules.exemption_credits
    band = band_of(attempt.points, attempt.bands or rules.bands or ())
    return band.credits if band else 0


def unpriced(learner: Learner, rules: CreditRules) -> tuple[str, ...]:
    """Titles of exempted subjects whose credits are 未配置, so that the sum is a lower bound."""
    counted = [(slot, slot_attempt(learner, slot, rules)) for slot in learner.slots]
    return tuple(
        slot.title
        for slot, one in counted
        if one is not None and one.exemption and one.points.tenths is None
        and (rules.exemption_credits is None or (rules.engine == "capped" and rules.culture_curve != "bands"))
    )  # fmt: skip


def hours_of(learner: Learner) -> tuple[Fraction, Fraction]:
    """Study hours earned in culture and in skill lessons."""
    culture = sum((h.hours for h in learner.hours if not h.is_skill), Fraction(0))
    return culture, sum((h.hours for h in learner.hours if h.is_skill), Fraction(0))


def culture_capped(learner: Learner, rules: CreditRules) -> int | None:
    """R-DUA-08: culture by marks up to a ceiling; the curve from marks to credits must be in the pack."""
    if rules.culture_cap is None or rules.culture_curve is None:
        return None
    if rules.culture_curve == "bands":
        credits = exam_credit(learner, rules)
        return None if credits is None else min(credits, rules.culture_cap)
    best = [slot_attempt(learner, slot, rules) for slot in learner.slots]
    tenths = sum(a.points.tenths or 0 for a in best if a is not None)
    full = len(learner.slots) * (rules.full_marks or 0) * 10
    return rounded(Fraction(rules.culture_cap * tenths, full), rules.rounding) if full else None


def skill_capped(learner: Learner, rules: CreditRules) -> int | None:
    """R-DUA-09: skill by certificate, or by training hours where the pack converts them; up to a ceiling."""
    paper = skill_credit(counted_skills(learner), rules)
    if rules.skill_cap is None or paper is None:
        return None
    trained = hours_credit(Fraction(0), hours_of(learner)[1], rules) or 0
    return min(max(paper, trained), rules.skill_cap)
