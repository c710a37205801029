"""Who can finish this year: what is still missing, against what is still to come until the last of December."""

from collections.abc import Collection
from dataclasses import dataclass

from kqdesk.rooms.catalogue.terms import Subject
from kqdesk.rooms.dual.rules.credit import Reckoning, counted_skills, slot_attempt
from kqdesk.rooms.dual.rules.facts import CreditRules, Learner
from kqdesk.rooms.dual.rules.needs import has_dual
from kqdesk.rooms.dual.terms import Outlook, Reach


@dataclass(frozen=True)
class Forecast:
    """Where a learner stands for this year, and why, in words."""

    outlook: Outlook
    words: str


def forecast(
    learner: Learner,
    rules: CreditRules,
    reckoning: Reckoning,
    *,
    coming: Collection[Subject],
    trains: bool,
) -> Forecast:
    """R-DUA-11: 双证 this year: done; only the diploma is missing; still possible; not any more; or cannot be told.

    ``coming``: subjects of this level's sittings still ahead this year. ``trains``: she is in a skill course now.
    A credit sum below the threshold is possible only as long as something that brings credits is still ahead.
    """
    if has_dual(learner):
        return Forecast(Outlook.DONE, "两证齐全")
    sits = () if learner.diploma_no else learner.slots
    missing = [slot for slot in sits if slot_attempt(learner, slot, rules) is None]
    has_skill = bool(counted_skills(learner))
    late = [slot.title for slot in missing if not set(slot.subjects) & set(coming)]
    if late:
        return Forecast(Outlook.LATE, f"今年没有{'、'.join(late)}的考试了")
    if not has_skill and not trains:
        return Forecast(Outlook.LATE, "没有技能证书，也不在技能班")
    ahead = [f"考{slot.title}" for slot in missing] + ([] if has_skill else ["技能班结束后考证"])
    if ahead:
        return Forecast(Outlook.POSSIBLE, "还要" + "、".join(ahead))
    if reckoning.reach is Reach.SHORT:
        return Forecast(Outlook.LATE, f"学分测算 {reckoning.words}，还不够")
    if reckoning.reach is Reach.UNSET:
        return Forecast(Outlook.READY, "考试和技能证书齐了；毕业学分未配置，等发证机关审核")
    return Forecast(Outlook.READY, "测算够了，可以申请毕业")
