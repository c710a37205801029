"""Rule packs as pure data: read, checked, chosen by day; who may be the second person."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.office.rules import (
    Band,
    Pack,
    contents,
    leaving_fault,
    pack_faults,
    read_contents,
    read_pack,
    second_person_fault,
    shipped_packs,
    value,
    with_value,
)
from kqdesk.rooms.office.rules.shapes import Shape, read_text, shown, value_fault, written
from kqdesk.rooms.office.terms import SECTIONS, Certainty, Kind, PackState, Scope
from kqdesk.security.roles import Role

TODAY = date(2026, 3, 2)
JINHUA = (Path(__file__).parent / "packs" / "jinhua-like.toml").read_text("utf-8")


def in_force(pack: Pack, **changed: object) -> Pack:
    return replace(pack, state=PackState.ACTIVE, **changed)  # type: ignore[arg-type]


KEQIAO, PROVINCE = (in_force(pack) for pack in shipped_packs()[:2])


def test_the_shipped_packs_are_whole_and_say_where_every_number_comes_from():
    for pack in (KEQIAO, PROVINCE):
        assert pack_faults(pack) == []
        assert [item.key for item in pack.items if not item.source] == []
        assert [item.key for item in pack.items if item.key.split(".")[0] not in SECTIONS] == []


def test_what_nobody_may_know_is_unset_in_keqiao():
    unset = {item.key for item in KEQIAO.items if item.value is None}

    assert unset >= {
        "credit.threshold_senior", "credit.subject_minimum", "credit.hours_rounding", "exam.open_book", "exam.resit_limit",
        "credit.several_certificates", "attendance.minimum_rate", "age.minimum", "person.residence_proof",
        "certificate.number_pattern", "certificate.printed_by", "subsidy.table", "subsidy.window_days", "subsidy.exclusive",
        "trainer.pay_rate", "bank.upload_template", "report.statistics_form", "report.statistics_deadline",
        "publicity.days", "attendance.no_show_limit", "report.target_year",
    }  # fmt: skip
    assert {item.mark for item in KEQIAO.items if item.value is None} == {Certainty.PARAM}


def test_a_param_is_never_set_and_a_set_number_never_a_param():
    for pack in (KEQIAO, PROVINCE):
        assert [i.key for i in pack.items if (i.value is None) != (i.mark is Certainty.PARAM)] == []


def test_the_provincial_bands():
    found = value([KEQIAO, PROVINCE], "credit.bands", TODAY)

    assert found is not None
    assert found.bands == (Band("A", 80, 10), Band("B", 60, 5), Band("C", 45, 3), Band("D", 0, 1))
    assert found.is_reference
    assert (found.pack_key, found.pack_version) == ("zj-2008", 1)


def test_the_other_shape_speaks_for_itself():
    jinhua = in_force(read_pack(JINHUA))

    engine = value([jinhua, PROVINCE], "credit.engine", TODAY)
    threshold = value([jinhua, PROVINCE], "credit.threshold_senior", TODAY)
    most = [value([jinhua], f"credit.{side}_most", TODAY) for side in ("culture", "skill")]

    assert engine is not None
    assert engine.text == "capped"
    assert threshold is not None
    assert (threshold.number, threshold.unit, threshold.is_reference) == (80, "学分", False)
    assert [found.number if found else None for found in most] == [60, 40]
    assert value([jinhua], "credit.culture_curve", TODAY) is None


def test_the_district_speaks_before_the_reference_and_unset_falls_back():
    set_here = in_force(
        with_value(
            KEQIAO,
            "credit.hours_rounding",
            "half_up",
            source="区教〔2026〕1号",
            mark=Certainty.SEED,
            author="a",
        )
    )

    own = value([PROVINCE, set_here], "credit.hours_rounding", TODAY)
    fallen_back = value([PROVINCE, KEQIAO], "credit.hours_rounding", TODAY)

    assert own is not None
    assert (own.text, own.pack_key) == ("half_up", "keqiao")
    assert fallen_back is not None
    assert (fallen_back.text, fallen_back.pack_key) == ("floor", "zj-2008")


@pytest.mark.parametrize(
    ("on", "version"),
    [(date(2026, 8, 31), 1), (date(2026, 9, 1), 2), (date(2027, 8, 31), 2), (date(2027, 9, 1), 1)],
)
def test_a_version_counts_from_its_day_until_the_day_it_ends(on: date, version: int):
    later = replace(KEQIAO, version=2, effective_from=date(2026, 9, 1), effective_to=date(2027, 9, 1))

    found = value([KEQIAO, later], "cohort.capacity", on)

    assert found is not None
    assert found.pack_version == version


@pytest.mark.parametrize("state", [PackState.DRAFT, PackState.RETIRED])
def test_drafts_and_retired_packs_never_count(state: PackState):
    assert value([replace(KEQIAO, state=state)], "cohort.capacity", TODAY) is None


def test_typed_readings():
    with_rate = in_force(
        with_value(
            KEQIAO, "attendance.minimum_rate", 75, source="区教〔2026〕1号", mark=Certainty.SEED, author="a"
        )
    )

    rate = value([with_rate], "attendance.minimum_rate", TODAY)
    levels = value([PROVINCE], "credit.skill_levels", TODAY)

    assert rate is not None
    assert (rate.rate, rate.number, rate.shown) == (Decimal("0.75"), 75, "75%")
    assert levels is not None
    assert levels.levels == {"5": 10, "4": 20, "3": 30, "2": 30, "1": 30}
    with pytest.raises(TypeError):
        _ = levels.number


def test_a_stored_pack_is_the_same_pack():
    for pack in (KEQIAO, PROVINCE):
        kept = json.loads(json.dumps(contents(pack), sort_keys=True))

        assert read_contents(kept).items == pack.items
        assert [list(item.shape.labels) for item in read_contents(kept).items] == [
            list(item.shape.labels) for item in pack.items
        ]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("value = 80", 'value = "八十"', "高中层次毕业学分：要填 0 到 1000000 的整数。"),
        (
            'value = "capped"',
            'value = "other"',
            "学分怎样合计：只能选：面授学时＋技能等级＋考试等第相加、文化、技能分别封顶后相加。",
        ),
        (
            'key = "credit.skill_most"',
            'key = "credit.culture_most"',
            "“技能最多学分”（credit.culture_most）写了两次。",
        ),
        (
            "effective_from = 2019-01-01",
            "effective_from = 2019-01-01\neffective_to = 2018-01-01",
            "失效日期要在生效日期之后。",
        ),
    ],
)
def test_a_pack_with_a_fault_is_refused_with_its_sentence(old: str, new: str, sentence: str):
    with pytest.raises(UserError) as refused:
        read_pack(JINHUA.replace(old, new))

    assert str(refused.value) == f"规则包有错，没有装入：{sentence}"


@pytest.mark.parametrize(
    "text", ["不是 TOML ＝", "[pack]\nkey='x'", JINHUA.replace('kind = "choice"', 'kind = "poem"')]
)
def test_what_is_no_pack_gets_one_sentence(text: str):
    with pytest.raises(UserError, match="请找发规则包的人重新要一份"):
        read_pack(text)


def test_setting_a_value_needs_its_paper_and_its_shape():
    with pytest.raises(UserError, match="请写明“最低出勤率"):
        with_value(KEQIAO, "attendance.minimum_rate", 75, source=" ", mark=Certainty.SEED, author="a")
    with pytest.raises(UserError, match="要填 0 到 100 的整数"):
        with_value(KEQIAO, "attendance.minimum_rate", 101, source="x", mark=Certainty.SEED, author="a")


def test_taking_a_value_back_makes_it_a_param_again():
    emptied = with_value(KEQIAO, "cohort.capacity", None, source="", mark=Certainty.SEED, author="a")

    item = emptied.item("cohort.capacity")

    assert item is not None
    assert (item.value, item.mark, item.shown) == (None, Certainty.PARAM, "未配置")
    assert emptied.authors == ("a",)


BANDS = Shape(Kind.BANDS)


@given(st.lists(st.integers(1, 100), unique=True, max_size=6), st.data())
@settings(max_examples=40)
def test_every_mark_has_exactly_one_band(lowest: list[int], pick: st.DataObject):
    rows = [
        {"grade": chr(65 + place), "lowest": low, "credits": 10 - place}
        for place, low in enumerate([*sorted(lowest, reverse=True), 0])
    ]

    assert value_fault(BANDS, rows) is None
    assert read_text(BANDS, written(BANDS, rows)) == rows

    mark = pick.draw(st.integers(0, 100))
    hits = [
        row
        for row, above in zip(rows, [{"lowest": 101}, *rows], strict=False)
        if row["lowest"] <= mark < above["lowest"]
    ]

    assert len(hits) == 1


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([("A", 80, 1)], "最后一个等第要从 0 分起，否则有的分数没有等第"),
        ([("A", 60, 1), ("B", 80, 1), ("C", 0, 1)], "等第要从高分到低分排，最低分不能相同"),
        ([("A", 80, 1), ("A", 0, 1)], "等第名称有重复"),
        ([], "至少要有一个等第"),
    ],
)
def test_bands_that_cannot_be(rows: list[tuple[str, int, int]], fault: str):
    made = [{"grade": grade, "lowest": low, "credits": credits} for grade, low, credits in rows]

    assert value_fault(BANDS, made) == fault


def test_every_shipped_value_can_be_shown_and_typed_again():
    for pack in (KEQIAO, PROVINCE):
        for item in pack.items:
            if item.value is not None:
                assert read_text(item.shape, written(item.shape, item.value)) == item.value
                assert shown(item.shape, item.value)


def test_money_is_typed_in_yuan_and_kept_in_fen():
    pay = Shape(Kind.AMOUNTS, "元/学时", labels={"middle": "中级及以下", "full": "正高"})

    assert read_text(pay, "中级及以下 300\n正高 1000.50") == {"middle": 30000, "full": 100050}
    assert shown(pay, {"full": 100050, "middle": 30000}) == "中级及以下 300 元；正高 1000.50 元"
    with pytest.raises(UserError, match="“三百”不是金额"):
        read_text(pay, "正高 三百")


@given(st.sets(st.sampled_from("abc")), st.sampled_from("abc"))
def test_the_second_person_is_never_an_author(authors: set[str], actor: str):
    assert (second_person_fault(authors, actor) is None) == (actor not in authors)


def test_a_school_keeps_somebody_who_can_run_it():
    roles = {"h": Role.HEADMASTER, "t": Role.TRAINER}

    assert leaving_fault(roles, "t", "h") is None
    assert (
        leaving_fault(roles, "h", "t")
        == "学校至少要留一位校长或教务，否则没有人能管理软件。请先添加接手的人。"
    )
    assert leaving_fault(roles, "h", "h") == "不能给自己办离职，请另一位操作人来办。"
    assert leaving_fault(roles, "x", "h") == "这位操作人已经离职了。"


def test_scopes_and_marks_have_words():
    assert [scope.label for scope in Scope] == ["本区规则", "测算参考"]
    assert [mark.label for mark in Certainty] == ["文件写明", "公开资料", "待核实", "待区里定"]
