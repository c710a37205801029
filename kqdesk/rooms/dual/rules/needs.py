"""What is there and what is missing on the way to both papers."""

from dataclasses import dataclass

from kqdesk.rooms.dual.rules.credit import Reckoning, counted_skills, slot_attempt
from kqdesk.rooms.dual.rules.facts import CreditRules, Learner
from kqdesk.rooms.dual.terms import Need, NeedState, Reach

# -- what is there and what is missing ------------------------------------------------------------


@dataclass(frozen=True)
class Requirement:
    """One cell of the board: there, missing or 未配置, in words, and the page that does the next step.

    ``missing``: titles of the subjects that are.
    """

    need: Need
    state: NeedState
    words: str
    todo: str = ""
    page: str = ""
    context: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()


def requirements(learner: Learner, rules: CreditRules, reckoning: Reckoning) -> tuple[Requirement, ...]:
    """R-DUA-06: each thing on the way to both papers: what is there, what is missing and where it is done."""
    return (
        _exam_need(learner, rules),
        _skill_need(learner),
        _credit_need(reckoning),
        _diploma_need(learner),
    )


def _exam_need(learner: Learner, rules: CreditRules) -> Requirement:
    missing = [slot.title for slot in learner.slots if slot_attempt(learner, slot, rules) is None]
    if not learner.slots:
        return Requirement(Need.EXAM, NeedState.UNSET, "方案没有科目", "补全科目", "catalogue")
    done = len(learner.slots) - len(missing)
    words = f"{done}/{len(learner.slots)} 科"
    if not missing:
        return Requirement(Need.EXAM, NeedState.MET, words)
    state = NeedState.PARTLY if done else NeedState.MISSING
    context = (("person", learner.person_id), ("level", learner.level.value))
    if done and len(missing) <= 2:
        words = f"缺{'、'.join(title[:2] for title in missing)}"
    return Requirement(Need.EXAM, state, words, f"报考{'、'.join(missing)}", "exams", context, tuple(missing))


def _skill_need(learner: Learner) -> Requirement:
    counted = counted_skills(learner)
    if counted:
        return Requirement(Need.SKILL, NeedState.MET, f"{counted[0].occupation} {counted[0].level.label[:3]}")
    words = "核验存疑" if learner.skills else "没有"
    context = (("tab", "skill"), ("person", learner.person_id))
    return Requirement(Need.SKILL, NeedState.MISSING, words, "登记技能证书", "certificates", context)


def _credit_need(reckoning: Reckoning) -> Requirement:
    if reckoning.reach is Reach.REACHED:
        return Requirement(Need.CREDITS, NeedState.MET, reckoning.words)
    if reckoning.reach is Reach.SHORT:
        return Requirement(Need.CREDITS, NeedState.MISSING, reckoning.words, "看差在哪里")
    context = (("tab", "packs"), ("find", "credit.threshold" if reckoning.threshold is None else "credit."))
    return Requirement(Need.CREDITS, NeedState.UNSET, reckoning.words, "填写毕业学分", "office", context)


def _diploma_need(learner: Learner) -> Requirement:
    if learner.diploma_no:
        return Requirement(Need.DIPLOMA, NeedState.MET, learner.diploma_no)
    return Requirement(Need.DIPLOMA, NeedState.MISSING, "没有", "登记学历证书")


def has_dual(learner: Learner) -> bool:
    """R-DUA-07: 双证 = an imported diploma and a recorded skill certificate nobody doubts; nothing else."""
    return bool(learner.diploma_no) and bool(counted_skills(learner))
