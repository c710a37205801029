"""Where an offer or a vacancy stands on a day, and what is wrong with one before it is kept. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from kqdesk.rooms.catalogue.terms import StudyLevel
from kqdesk.rooms.matching.terms import OfferKind, OfferState
from kqdesk.rooms.survey.terms import WishKind

_DEGREE_LEVELS = {
    StudyLevel.COLLEGE: "college",
    StudyLevel.UPGRADE: "upgrade",
    StudyLevel.BACHELOR: "bachelor",
}


def state_on(is_active: bool, valid_from: date | None, valid_until: date | None, on: date) -> OfferState:
    """R-MAT-05: whether one may sign up on a day; both days count, an open end is open."""
    if not is_active:
        return OfferState.OFF
    if valid_until is not None and on > valid_until:
        return OfferState.OVER
    if valid_from is not None and on < valid_from:
        return OfferState.COMING
    return OfferState.OPEN


def level_key(level: StudyLevel | None) -> str:
    """The rule packs' key of a college level; "" for none."""
    return _DEGREE_LEVELS[level] if level is not None else ""


def offer_faults(fields: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with an offer, a sentence a field."""
    kind = fields.get("kind")
    faults: dict[str, str] = {}
    if not fields.get("title"):
        faults["title"] = "请填写名称：专业、项目或课程叫什么。"
    if kind is OfferKind.PROGRAMME:
        if not fields.get("provider"):
            faults["provider"] = "院校专业要写明是哪所院校的。"
        if fields.get("level") is None:
            faults["level"] = "院校专业要选层次：专科还是本科，报读条件跟着它走。"
    low, high = fields.get("age_least"), fields.get("age_most")
    if low is not None and high is not None and low > high:
        faults["age_most"] = f"年龄上限 {high} 比下限 {low} 还小，请核对。"
    since, until = fields.get("valid_from"), fields.get("valid_until")
    if since is not None and until is not None and since > until:
        faults["valid_until"] = f"截止 {until:%Y-%m-%d} 在开始 {since:%Y-%m-%d} 以前，请核对。"
    if fields.get("capacity") is not None and fields["capacity"] < 1:
        faults["capacity"] = "名额至少 1 人；没有限制就空着。"
    if fields.get("fee") is not None and fields["fee"] < 0:
        faults["fee"] = "费用不能是负数；免费填 0。"
    return faults


def answers_demand(offer_words: tuple[str, ...], label: str, level: str, kind: WishKind) -> bool:
    """Whether an offer is of the kind a demand asks for; the words of skills are compared by the caller."""
    if kind is WishKind.DEGREE:
        return bool(level)
    return label in offer_words
