"""Which step of a referral follows which, what a step needs, whose schooling it raises, what is overdue. Pure."""

from datetime import date

from kqdesk.rooms.referrals.terms import ReferralState, StudyLevel

WAY = (
    ReferralState.INTENDED, ReferralState.APPLIED, ReferralState.ADMITTED, ReferralState.ENROLLED, ReferralState.GRADUATED,
)  # fmt: skip
"""The steps in order; open education has no admission, so steps may be passed over."""
ENDED = frozenset({ReferralState.GRADUATED, ReferralState.DECLINED, ReferralState.WITHDRAWN})
"""Nobody has to be called any more."""
DATE_OF = {
    ReferralState.APPLIED: "applied_on",
    ReferralState.ADMITTED: "admitted_on",
    ReferralState.ENROLLED: "enrolled_on",
    ReferralState.GRADUATED: "graduated_on",
    ReferralState.DECLINED: "ended_on",
    ReferralState.WITHDRAWN: "ended_on",
}
"""Which date a step fills in."""
_BEFORE_STUDY = frozenset({ReferralState.INTENDED, ReferralState.APPLIED, ReferralState.ADMITTED})


def next_states(state: ReferralState) -> tuple[ReferralState, ...]:
    """What may follow: any later step, an end, and from an end the step it is taken up again at."""
    if state in (ReferralState.DECLINED, ReferralState.WITHDRAWN):
        return WAY[:-1]
    if state is ReferralState.GRADUATED:
        return (ReferralState.ENROLLED,)
    later = WAY[WAY.index(state) + 1 :]
    return (*later, ReferralState.DECLINED if state in _BEFORE_STUDY else ReferralState.WITHDRAWN)


def step_fault(
    state: ReferralState, wanted: ReferralState, on: date, today: date, reason: str, last_on: date | None
) -> str | None:
    """Why a step cannot be taken, in a sentence; None when it can. ``last_on``: the latest date of the steps before."""
    if wanted not in next_states(state):
        return f"现在是「{state.label}」，不能改成「{wanted.label}」。"
    if on > today:
        return "日期不能在今天以后：办成了再登记。"
    goes_on = state not in ENDED
    if goes_on and last_on is not None and on < last_on:
        return f"日期比上一步（{last_on:%Y-%m-%d}）还早，请核对。"
    if not reason and (wanted in (ReferralState.DECLINED, ReferralState.WITHDRAWN) or not goes_on):
        return "请写明原因。"
    return None


def raised_code(level: StudyLevel, has: str | None) -> str | None:
    """The schooling code (GB/T 4658) a graduate gets; None when what she has is as high or higher.

    The table's tens go down as schooling goes up, and the first of ten is graduated: 21 本科毕业, 31 专科毕业.
    """
    fresh = level.education_code
    if has and has.isdigit() and (has[0] < fresh[0] or (has[0] == fresh[0] and has.endswith("1"))):
        return None
    return fresh


def is_overdue(state: ReferralState, next_on: date | None, today: date) -> bool:
    """Whether somebody should have been called by now."""
    return state not in ENDED and next_on is not None and next_on <= today


def diploma_number_concern(number: str | None) -> str | None:
    """What looks wrong with a college diploma number; only a reminder: 18 digits, 17 before 2002."""
    if not number or (number.isdigit() and len(number) in (17, 18)):
        return None
    return "毕业证书编号一般是 18 位数字（2002 年以前 17 位），请对照证书再看一遍。"
