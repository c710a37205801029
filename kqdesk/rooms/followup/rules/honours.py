"""Which step of an honour follows which, who may take it. Pure."""

from datetime import date

from kqdesk.rooms.followup.terms import HonourKind, HonourState

NEXT = {
    HonourState.NOMINATED: (HonourState.APPROVED, HonourState.DECLINED),
    HonourState.APPROVED: (HonourState.POSTED, HonourState.WITHDRAWN),
    HonourState.POSTED: (HonourState.AWARDED, HonourState.WITHDRAWN),
    HonourState.AWARDED: (HonourState.WITHDRAWN,),
    HonourState.DECLINED: (),
    HonourState.WITHDRAWN: (),
}
STANDS = (HonourState.APPROVED, HonourState.POSTED, HonourState.AWARDED)
"""Counts as honoured, or on the way to it."""
NEEDS_REASON = (HonourState.DECLINED, HonourState.WITHDRAWN)


def step_fault(
    state: HonourState, wanted: HonourState, *, reason: str, posted_until: date | None, today: date
) -> str | None:
    """R-FOL-09: why an honour cannot go there, in a sentence; None when it can."""
    if wanted not in NEXT[state]:
        return f"现在是「{state.label}」，不能改成「{wanted.label}」。"
    if wanted in NEEDS_REASON and not reason.strip():
        return "请写明原因。"
    if wanted is HonourState.AWARDED and posted_until is not None and today <= posted_until:
        return f"公示到 {posted_until:%Y-%m-%d}，公示期满才能表彰。"
    return None


def second_person_fault(nominated_by: str, actor: str, signed_by: set[str]) -> str | None:
    """Why this person may not approve: she proposed it herself, or nobody's signature stands under the proposal."""
    if actor == nominated_by or actor in signed_by:
        return "这是您推荐的，要由另一个人审批。"
    return None if signed_by else "推荐内容没有有效的签名，可能被改动过。请退回重新推荐。"


def star_fault(kind: HonourKind, has_learnt: bool) -> str | None:
    """学习之星 is given to learners only; a 典型 may be anybody."""
    if kind is HonourKind.STAR and not has_learnt:
        return "学习之星要从学员里推荐，这个人没有在校学习的记录。可以推荐为「学习典型」。"
    return None
