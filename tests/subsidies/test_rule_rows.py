"""A rule as data: read, said as a sentence, refused with the name of the cell that is wrong."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.office.rules import contents, read_contents, read_pack, shipped_packs
from kqdesk.rooms.office.rules.rulerow import read_rule, ring_fault, rule_fault
from kqdesk.rooms.office.rules.rulewords import sentence
from tests.subsidies.test_rules import PACK, PINGHU, SHIPPED

BAND = dict(PINGHU["PH-2"].raw)
RATE = dict(PINGHU["PH-1"].raw)


def fault(base: dict[str, Any], **changes: Any) -> str | None:
    return rule_fault({**deepcopy(base), **changes})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"predicate": {"all": [{"field": "shoe_size", "op": "eq", "value": 42}]}}, "“条件 1”：没有“shoe_size”这一项资料"),
        ({"predicate": {"all": [{"field": "wages_total", "op": "ge", "value": 1}]}}, "“条件 1”：“职工工资总额”不是个人的资料"),
        ({"predicate": {"any": []}}, "“条件”要列出各条条件"),
        ({"predicate": {"all": [{"field": "age", "op": "like", "value": 1}]}}, "“条件 1”：“取得时的周岁”不能用“like”来比"),
        ({"predicate": {"all": [{"field": "age", "op": "between", "value": [60, 16]}]}}, "“条件 1”前面的比后面的大"),
        ({"predicate": {"all": [{"field": "age", "op": "ge", "value": "十六"}]}}, "“条件 1”：“取得时的周岁”的值“十六”不对"),
        ({"predicate": {"not": {"field": "age"}}}, "“条件（不）”：“取得时的周岁”不能用“”来比"),
        ({"predicate": {"when": []}}, "“条件”看不懂：when"),
        ({"predicate": {"all": [{"field": "contract_from", "op": "months_between", "value": 12}]}}, "“条件 1”没有写和什么比（than）"),
        ({"table": {"5": 79_999}}, "“各档金额·初级工（五级）”是 79999 分，不在规定的 80000—320000 分之内"),
        ({"table": {"9": 80_000}}, "“各档金额”不认识“9”这一档"),
        ({"table_by": ""}, "“按什么分档”没有填，各档金额不知道按什么分"),
        ({"least_fen": 400_000}, "“最少金额” 400000 比上限 320000 大"),
        ({"achievements": ["firm_class"]}, "“凭什么”：企业组班不是个人的"),
        ({"achievements": []}, "“凭什么”没有填"),
        ({"beneficiary": "village"}, "“给谁”不认识“village”，只能是：person、enterprise、school、trainer"),
        ({"effective_to": "2021-12-31"}, "“失效日期”要在生效日期之后"),
        ({"effective_from": "去年"}, "“生效日期”：“去年”不是日期"),
        ({"claim_window_days": -1}, "“多少天内申领”要是 0 到 36500 的整数"),
        ({"cap_per_year": 12.5}, "“每人每年最多”要是 0 到 10000000000000 的整数"),
        ({"evidence": ["passport"]}, "“材料”不认识“passport”"),
        ({"magic": 1}, "“magic”不是规则里有的栏"),
        ({"title": " "}, "“名称”没有填"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_named(changes: dict[str, Any], words: str):
    assert fault(BAND, **changes) == words


def test_a_rate_outside_its_own_range_is_refused():
    assert fault(RATE, rate_permille=501) == "“比例”是 501 ‰，不在规定的 300—500 ‰之内"
    assert fault(RATE, rate_permille=500) is None
    assert fault(RATE, rate_of="age") == "“按什么算”：“取得时的周岁”不是能这样用的资料"


def test_a_tree_without_end_is_refused():
    part: Any = {"all": []}
    for _ in range(8):
        part = {"not": part}

    assert fault(BAND, predicate=part) == "“条件”太复杂：最多 60 条、6 层"
    assert rule_fault("不是表") == "“规则”要是一张有名称和条件的表"


def test_exclusion_names_a_rule_that_is_there_and_goes_round_no_ring():
    first, second, third = ({**BAND, "rule_id": name} for name in "ABC")

    assert (
        ring_fault([first, {**second, "exclusive_with": ["A"]}, {**third, "exclusive_with": ["A", "B"]}])
        is None
    )
    assert "这个规则包里没有编号 D 的规则" in (ring_fault([{**first, "exclusive_with": ["D"]}]) or "")
    assert "绕成了一圈" in (ring_fault([{**first, "exclusive_with": ["A"]}]) or "")
    ring = [
        {**first, "exclusive_with": ["B"]},
        {**second, "exclusive_with": ["C"]},
        {**third, "exclusive_with": ["A"]},
    ]
    assert (ring_fault(ring) or "").startswith("规则 A、B、C 的“不能同时领”绕成了一圈")
    assert ring_fault([first, dict(first)]) == "编号 A 的规则写了两条。"


def test_a_pack_with_a_wrong_rule_is_not_taken():
    text = PACK.read_text("utf-8")

    with pytest.raises(UserError, match="技能证书培训补贴：“各档金额·初级工（五级）”是 1 分"):
        read_pack(text.replace("5 = 80000", "5 = 1"))
    with pytest.raises(UserError, match="没有编号 PH-9 的规则"):
        read_pack(text.replace('exclusive_with = ["PH-2"]', 'exclusive_with = ["PH-9"]'))


def test_a_pack_with_rules_is_kept_and_read_again_unchanged():
    for pack in (read_pack(PACK.read_text("utf-8")), *shipped_packs()):
        again = read_contents(contents(pack))
        assert again.items == pack.items


def test_the_seeds_rules_ship_and_keqiao_has_no_amounts():
    pack = next(pack for pack in shipped_packs() if pack.key == "subsidies")
    unset = [item.key for item in pack.items if item.shape.kind == "rule" and item.value is None]

    assert sorted(SHIPPED) == ["GH-1", "GH-2", "GH-3", "KQ-1", "KQ-2", "TAX-8"]
    assert unset == ["subsidy.KQ-3-degree", "subsidy.KQ-3-skill", "subsidy.KQ-3-firm", "subsidy.KQ-3-school"]
    assert not SHIPPED["GH-2"].amount.is_set


def test_a_rule_is_said_as_a_sentence():
    assert sentence(PINGHU["PH-2"]) == (
        "给个人：凭技能等级证书，取得时的周岁在 16 周岁 到 60 周岁 之间，不能是：单位性质是机关、事业单位之一的，初级工（五级） 800 元，"
        "中级工（四级） 1200 元，高级工（三级） 2000 元，技师（二级） 2800 元，高级技师（一级） 3200 元（规定 800 元—3200 元）；"
        "同一职业同一等级一次；每人每年最多 4000 元；取得后 365 天内申领；要带技能证书复印件；公示 5 个工作日；2022-01-01 起。"
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 99) | st.text(max_size=4) | st.sampled_from(["age", "eq", "person"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["all", "any", "not", "field", "op", "value", "than"]), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


@given(st.sampled_from(sorted(BAND)), JSON)
@settings(max_examples=150)
def test_whatever_stands_in_a_cell_is_read_or_refused_and_never_breaks(cell: str, value: Any):
    row = {**BAND, cell: value}

    wrong = rule_fault(row)

    assert sentence(read_rule(row)) if wrong is None else wrong.startswith("“")
