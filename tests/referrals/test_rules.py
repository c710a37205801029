"""Which step follows which, whose schooling rises, who is overdue."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqdesk.rooms.referrals import rules
from kqdesk.rooms.referrals.terms import ReferralState, StudyLevel
from tests.referrals.conftest import TODAY

STATES = st.sampled_from(list(ReferralState))


@given(STATES, STATES)
def test_the_way_goes_forward_and_back_only_from_an_end(state: ReferralState, wanted: ReferralState) -> None:
    is_offered = wanted in rules.next_states(state)
    fault = rules.step_fault(state, wanted, TODAY, TODAY, "原因", None)

    assert (fault is None) == is_offered
    if is_offered and state in rules.WAY and wanted in rules.WAY and state is not ReferralState.GRADUATED:
        assert rules.WAY.index(wanted) > rules.WAY.index(state)


@pytest.mark.parametrize(
    ("state", "wanted", "on", "reason", "last_on", "said"),
    [
        (ReferralState.APPLIED, ReferralState.ENROLLED, TODAY, "", date(2026, 2, 1), None),
        (ReferralState.APPLIED, ReferralState.ADMITTED, date(2026, 3, 3), "", None, "日期不能在今天以后：办成了再登记。"),
        (ReferralState.APPLIED, ReferralState.ADMITTED, date(2026, 1, 1), "", date(2026, 2, 1),
         "日期比上一步（2026-02-01）还早，请核对。"),
        (ReferralState.APPLIED, ReferralState.DECLINED, TODAY, "", None, "请写明原因。"),
        (ReferralState.ENROLLED, ReferralState.WITHDRAWN, TODAY, "", None, "请写明原因。"),
        (ReferralState.DECLINED, ReferralState.APPLIED, TODAY, "", None, "请写明原因。"),
        (ReferralState.ENROLLED, ReferralState.DECLINED, TODAY, "x", None, "现在是「在读」，不能改成「没有报成」。"),
    ],
)  # fmt: skip
def test_what_a_step_needs(state, wanted, on, reason, last_on, said) -> None:
    assert rules.step_fault(state, wanted, on, TODAY, reason, last_on) == said


@pytest.mark.parametrize(
    ("level", "has", "becomes"),
    [
        (StudyLevel.COLLEGE, "61", "31"),
        (StudyLevel.COLLEGE, None, "31"),
        (StudyLevel.COLLEGE, "33", "31"),
        (StudyLevel.COLLEGE, "31", None),
        (StudyLevel.COLLEGE, "21", None),
        (StudyLevel.UPGRADE, "31", "21"),
        (StudyLevel.BACHELOR, "14", None),
    ],
)
def test_schooling_rises_and_never_falls(level: StudyLevel, has: str | None, becomes: str | None) -> None:
    assert rules.raised_code(level, has) == becomes


def test_who_should_have_been_called() -> None:
    assert rules.is_overdue(ReferralState.APPLIED, TODAY, TODAY)
    assert not rules.is_overdue(ReferralState.APPLIED, date(2026, 3, 3), TODAY)
    assert not rules.is_overdue(ReferralState.APPLIED, None, TODAY)
    assert not rules.is_overdue(ReferralState.DECLINED, TODAY, TODAY)


@pytest.mark.parametrize(
    ("number", "is_odd"), [(None, False), ("1" * 18, False), ("1" * 17, False), ("A1", True)]
)
def test_a_diploma_number_is_only_remarked_on(number: str | None, is_odd: bool) -> None:
    assert (rules.diploma_number_concern(number) is not None) == is_odd
