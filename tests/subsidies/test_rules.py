"""The edges of the seeds' rules: a year of contract to the day, two thirds to the 分, carry-forward, windows, bands, caps."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.rooms.office.rules import Pack, read_pack, shipped_packs
from kqdesk.rooms.office.rules.rulerow import RuleRow, read_rule
from kqdesk.rooms.subsidies import rules
from kqdesk.rooms.subsidies.rules import FundYear, Had, Known, Quota, Runner
from kqdesk.rooms.subsidies.terms import BatchState, ClaimState, QuotaLevel, Standing

PACK = Path(__file__).parent / "packs" / "pinghu.toml"
ISSUED = date(2019, 9, 24)
MET, UNMET, MISSING = Standing.MET, Standing.UNMET, Standing.MISSING


def rules_of(pack: Pack) -> dict[str, RuleRow]:
    rows = [read_rule(item.value) for item in pack.items if item.shape.kind == "rule" and item.value]
    return {row.rule_id: row for row in rows}


SHIPPED = rules_of(next(pack for pack in shipped_packs() if pack.key == "subsidies"))
PINGHU = rules_of(read_pack(PACK.read_text("utf-8")))
FRONT_LINE: Mapping[str, Any] = {
    "employer_type": "enterprise", "post_level": "workshop_head", "union_member": True, "union_province": "33",
    "contract_from": ISSUED, "contract_to": date(2020, 9, 23), "contract_open_ended": False, "reference_on": ISSUED,
    "degree_level": "college", "achieved_on": date(2020, 7, 1), "claimed_on": date(2020, 8, 1),
}  # fmt: skip


def known(**values: Any) -> dict[str, Known]:
    return {name: Known(value, f"{name} 的出处") for name, value in values.items()}


def union(rule_id: str = "GH-2", **values: Any) -> Standing:
    return rules.judge(SHIPPED[rule_id], known(**{**FRONT_LINE, **values})).standing


# -- the union's rule ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "last", "months"),
    [
        (date(2019, 9, 24), date(2020, 9, 23), 12),  # the seed's edge: exactly one year
        (date(2019, 9, 24), date(2020, 9, 22), 11),  # one day short
        (date(2020, 2, 29), date(2021, 2, 28), 12),
        (date(2020, 1, 31), date(2020, 2, 27), 0),
        (date(2020, 1, 31), date(2020, 2, 28), 1),  # to 29 February, the last day of a short month
        (date(2020, 1, 1), date(2020, 12, 31), 12),
        (date(2020, 8, 31), date(2020, 9, 28), 0),
        (date(2020, 1, 1), date(2020, 1, 1), 0),
    ],
)
def test_months_are_counted_with_the_last_day_in(start: date, last: date, months: int):
    assert rules.full_months(start, last) == months


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 2000))
@settings(max_examples=80)
def test_a_longer_contract_never_has_fewer_months(start: date, days: int):
    last = start + timedelta(days=days)

    assert rules.full_months(start, last) <= rules.full_months(start, last + timedelta(days=1))
    assert rules.full_months(start, last) * 28 <= days + 1


def test_exactly_one_year_of_contract_is_enough_and_one_day_less_is_not():
    assert union() is MET
    assert union(contract_to=date(2020, 9, 22)) is UNMET


def test_a_contract_without_end_needs_no_length():
    assert union(contract_open_ended=True, contract_to=None) is MET
    assert union(contract_open_ended=None, contract_to=None) is MISSING


def test_the_contract_runs_on_the_day_of_the_paper():
    assert union(contract_from=date(2019, 9, 25), contract_to=date(2022, 9, 24)) is UNMET
    assert union(contract_from=date(2017, 1, 1), contract_to=date(2019, 9, 23)) is UNMET
    assert union(contract_from=date(2017, 1, 1), contract_to=ISSUED) is MET


@pytest.mark.parametrize(
    ("field", "value", "standing"),
    [
        ("post_level", "above", UNMET), ("post_level", "front_line", MET), ("union_member", False, UNMET),
        ("union_province", "other", UNMET), ("employer_type", "agency", UNMET), ("employer_type", "institution", UNMET),
        ("employer_type", "self_employed", UNMET), ("union_member", None, MISSING), ("post_level", None, MISSING),
    ],
)  # fmt: skip
def test_each_condition_of_the_paper_decides(field: str, value: Any, standing: Standing):
    assert union(**{field: value}) is standing
    assert union("GH-1", **{field: value}) is standing


def test_a_degree_or_a_senior_certificate_is_enough():
    assert union(degree_level=None, skill_level="3") is MET
    assert union(degree_level="bachelor", skill_level="5") is MET
    assert union(degree_level=None, skill_level=None) is MISSING
    assert union(degree_level=None, skill_level="4") is MISSING  # a degree may still be typed in


def test_the_plan_is_over_after_2022_and_kept_as_history():
    assert union(achieved_on=date(2022, 12, 31), claimed_on=date(2023, 2, 1)) is MET
    assert union(achieved_on=date(2023, 1, 1), claimed_on=date(2023, 2, 1)) is UNMET
    assert not SHIPPED["GH-2"].is_in_force(date(2026, 3, 2))
    assert SHIPPED["GH-2"].is_over(date(2026, 3, 2))


@pytest.mark.parametrize(
    ("level", "before", "standing"),
    [("college", "61", MET), ("bachelor", "44", MET), ("upgrade", "31", MET), ("upgrade", "61", UNMET), ("college", "71", UNMET)],
)  # fmt: skip
def test_who_may_study_what(level: str, before: str, standing: Standing):
    inputs = known(
        study_level=level, education_before=before, achieved_on=date(2021, 1, 1), claimed_on=date(2021, 2, 1)
    )

    assert rules.judge(SHIPPED["GH-3"], inputs).standing is standing


def test_every_line_says_its_input_and_where_it_stands():
    verdict = rules.judge(SHIPPED["GH-2"], known(**{**FRONT_LINE, "contract_to": date(2020, 9, 22)}))

    assert [line.words for line in verdict.failed] == ["下面有一条符合就行："]
    [short] = [line for line in verdict.lines if line.words == "劳动合同起到止满 12 个月"]
    assert (short.standing, short.value) == (UNMET, "劳动合同起：2019-09-24，劳动合同止：2020-09-22")
    assert short.source == "contract_from 的出处；contract_to 的出处"
    assert rules.line_of(short.as_json()) == short


def test_a_missing_input_leads_to_where_it_is_typed():
    inputs = known(**FRONT_LINE) | {"union_member": Known(None, "", "subsidies", (("particulars", "p1"),))}

    [line] = rules.judge(SHIPPED["GH-2"], inputs).lacking

    assert (line.value, line.page, line.context) == ("是工会会员：缺", "subsidies", (("particulars", "p1"),))


# -- windows ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("after", "standing"), [(0, MET), (365, MET), (366, UNMET), (-1, UNMET)])
def test_the_first_and_the_last_day_of_the_window_count(after: int, standing: Standing):
    earned = date(2024, 3, 1)
    inputs = known(tuition_total=100000, achieved_on=earned, claimed_on=earned + timedelta(days=after))

    assert rules.judge(PINGHU["PH-1"], inputs).standing is standing


def test_a_window_nobody_set_is_said_and_held_against_nobody():
    inputs = known(class_headcount=20, achieved_on=date(2022, 3, 1), claimed_on=date(2026, 3, 1))

    verdict = rules.judge(PINGHU["PH-3"], inputs)

    assert verdict.standing is MET
    assert [line.value for line in verdict.lines if line.standing is Standing.UNCHECKED] == ["未配置"]
    assert rules.judge(PINGHU["PH-3"], inputs, window_days=30).standing is UNMET


# -- amounts ---------------------------------------------------------------------------------------


def test_a_rate_drops_what_is_less_than_a_fen_and_shows_its_working():
    found = rules.reckon(PINGHU["PH-1"], known(tuition_total=333_333))

    assert (found.fen, found.working) == (133_333, ("学费总额 3333.33 元 × 40% = 1333.33 元",))


def test_bands_by_level_and_what_has_no_band():
    assert rules.reckon(PINGHU["PH-2"], known(skill_level="3")).fen == 200_000
    assert rules.reckon(PINGHU["PH-2"], known(skill_level="special")).fen is None
    assert rules.reckon(PINGHU["PH-2"], known()).working == ("缺技能证书等级",)


def test_caps_leave_only_the_rest():
    found = rules.reckon(PINGHU["PH-2"], known(skill_level="2"), Had(ever=300_000, in_year=300_000))

    assert (found.fen, found.working[-1]) == (100_000, "每人每年最多 4000 元，已有 3000 元，只能再给 1000 元")
    assert rules.reckon(PINGHU["PH-1"], known(tuition_total=10_000_000), Had(ever=500_000)).fen == 0


@given(st.integers(0, 10**9), st.integers(0, 10**7))
@settings(max_examples=60)
def test_no_amount_ever_goes_over_its_cap(tuition: int, had: int):
    found = rules.reckon(PINGHU["PH-1"], known(tuition_total=tuition), Had(ever=had))

    assert found.fen is not None
    assert 0 <= found.fen <= max(500_000 - had, 0)


def test_what_no_paper_says_is_not_guessed():
    assert rules.reckon(SHIPPED["GH-2"], known()).working == ("金额未配置",)
    assert rules.reckon(SHIPPED["GH-2"], known(), quota_fen=150_000).fen == 150_000


# -- training funds --------------------------------------------------------------------------------

ALL = list(SHIPPED.values())


def fund(year: int = 2024, wages: int | None = 10_000_000, spend: int | None = 300_000, front: int | None = 200_000,
         carry: int | None = None) -> FundYear:  # fmt: skip
    return FundYear(year, wages, spend, front, carry, "年报")


@pytest.mark.parametrize(
    ("year", "base"), [(2014, None), (2015, "KQ-1"), (2017, "KQ-1"), (2018, "TAX-8"), (2026, "TAX-8")]
)
def test_which_share_counts_is_told_by_the_year(year: int, base: str | None):
    found = rules.rule_of_year(ALL, "tax_base", year)

    assert (found.rule_id if found else None) == base


def test_eight_percent_and_the_rest_goes_into_the_next_year():
    first, second = rules.check_years(
        [fund(2024, spend=1_000_000, front=800_000), fund(2025, spend=100_000, front=100_000)], ALL
    )

    assert (first.limit, first.deductible, first.carry_out) == (800_000, 800_000, 200_000)
    assert (second.carry_in, second.deductible, second.carry_out) == (200_000, 300_000, 0)


def test_a_gap_of_a_year_carries_nothing_on():
    _, later = rules.check_years([fund(2022, spend=1_000_000, front=900_000), fund(2024)], ALL)

    assert later.carry_in == 0


def test_the_paper_of_2015_knows_no_carrying_on():
    [check] = rules.check_years([fund(2016, spend=300_000, front=300_000)], ALL)

    assert (check.limit, check.deductible, check.carry_out) == (250_000, 250_000, 0)
    assert check.standing is UNMET
    assert "文件没有写可以结转" in next(line.value for line in check.lines if line.words == "可扣除")


def test_less_than_one_and_a_half_percent_was_too_little_in_2016():
    [exact] = rules.check_years([fund(2016, spend=150_000, front=150_000)], ALL)
    [less] = rules.check_years([fund(2016, spend=149_999, front=149_999)], ALL)

    assert (exact.standing, less.standing) == (MET, UNMET)


def test_two_thirds_exactly_and_one_fen_less():
    [exact] = rules.check_years([fund(spend=300_000, front=200_000)], ALL)
    [less] = rules.check_years([fund(spend=300_000, front=199_999)], ALL)
    [odd] = rules.check_years([fund(spend=100_000, front=66_667)], ALL)
    [odd_less] = rules.check_years([fund(spend=100_000, front=66_666)], ALL)

    assert [one.standing for one in (exact, less, odd, odd_less)] == [MET, UNMET, MET, UNMET]


@given(st.integers(0, 10**12), st.integers(0, 10**11), st.integers(0, 10**11))
@settings(max_examples=80)
def test_what_is_deducted_and_carried_on_is_what_was_spent(wages: int, spend: int, carry: int):
    [check] = rules.check_years([fund(wages=wages, spend=spend, front=spend, carry=carry)], ALL)

    if wages == 0:
        assert check.deductible is None
        return
    assert (check.deductible or 0) + (check.carry_out or 0) == spend + carry
    assert (check.deductible or 0) <= wages * 80 // 1000


def test_wages_of_zero_are_explained_and_nothing_is_computed():
    [check] = rules.check_years([fund(wages=0)], ALL)

    assert (check.limit, check.deductible, check.standing) == (None, None, UNMET)
    assert "工资总额是 0" in check.lines[1].value


def test_more_for_the_front_line_than_was_spent_is_a_slip():
    [check] = rules.check_years([fund(spend=100, front=101)], ALL)

    assert check.standing is UNMET
    assert "填错了" in check.lines[-1].value


def test_what_is_not_entered_is_missing():
    [check] = rules.check_years([fund(wages=None, spend=None, front=None)], ALL)

    assert check.standing is MISSING
    assert check.lines[1].value == "缺工资总额、教育经费支出"


def test_a_carry_that_is_not_what_the_year_before_left_is_named():
    _, second = rules.check_years([fund(2024, spend=1_000_000, front=900_000), fund(2025, carry=1)], ALL)

    assert "按上年算出来是 2000 元" in second.lines[0].value


# -- the way of a batch, quotas --------------------------------------------------------------------


def test_no_step_is_left_out_and_none_goes_back():
    states = list(BatchState)
    allowed = {(now, then) for now in states for then in states if rules.batch_step_fault(now, then) is None}

    assert allowed == set(pairwise(states))


def test_a_claim_goes_its_way_and_a_returned_one_is_paid_by_nobody():
    for now in ClaimState:
        may_be_paid = rules.claim_step_fault(now, ClaimState.PAID) is None
        assert may_be_paid == (now is ClaimState.ACCEPTED)
    assert (
        rules.claim_step_fault(ClaimState.FROZEN, ClaimState.ACCEPTED)
        == "这一笔现在是“已审核公示”，不能直接变成“区里同意”。"
    )


def test_posting_counts_working_days():
    first = date(2026, 3, 2)  # a Monday

    assert rules.posting_days(first, date(2026, 3, 8), set(), set()) == 5
    assert rules.posting_days(first, date(2026, 3, 8), {date(2026, 3, 4)}, {date(2026, 3, 7)}) == 5


def quota(level: QuotaLevel, places: int, region: str = "x") -> Quota:
    return Quota("GH-2", 2026, level, region, places)


def test_a_level_shares_out_what_it_has_and_no_more():
    city, towns = (
        quota(QuotaLevel.CITY, 10),
        [quota(QuotaLevel.TOWNSHIP, 6, "a"), quota(QuotaLevel.TOWNSHIP, 4, "b")],
    )

    assert rules.share_faults([city, *towns]) == []
    assert rules.share_faults([city, *towns, quota(QuotaLevel.TOWNSHIP, 1, "c")]) == [
        "2026 年 GH-2 的名额：镇（街道）一级合起来 11 个，比市给的 10 个还多。"
    ]
    assert rules.own_quota([city, *towns], "GH-2", 2026, ["b"]) == towns[1]


def test_places_by_time_or_by_rank():
    at = datetime(2026, 1, 1)  # noqa: DTZ001 -- only the order counts
    line = [Runner("a", at, 3), Runner("b", at + timedelta(hours=1), 1), Runner("c", at + timedelta(hours=2))]

    assert rules.with_places(line, 2, "first_come") == {"a", "b"}
    assert rules.with_places(line, 1, "ranked") == {"b"}
    assert rules.with_places(line, 2, "ranked") == {"a", "b"}
    assert rules.with_places(line, -1, "ranked") == frozenset()
