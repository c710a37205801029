"""Firms, schools and trainers claim; places; rules by two people; lists and the finance office's own form."""

from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import update

from kqdesk.excel.templates import look
from kqdesk.kernel.errors import InputFaults, NotAllowed
from kqdesk.rooms.cohorts.model import Cohort
from kqdesk.rooms.office import actions as office
from kqdesk.rooms.office.terms import Certainty
from kqdesk.rooms.places import actions as places
from kqdesk.rooms.subsidies import actions, queries, sheets
from kqdesk.rooms.subsidies.rules import capitals
from kqdesk.rooms.subsidies.terms import Beneficiary, Check, QuotaLevel, Standing
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import Attachments
from kqdesk.store.store import Store
from tests.conftest import CLERK_SIGNER, HEAD_SIGNER
from tests.subsidies.test_actions import TODAY, batch_of, draw, freeze, refused, rows
from tests.subsidies.town import Town, account, load_rules, make_town, take_all


@pytest.fixture
def town(store: Store, clerk: str, head: str) -> Town:
    return make_town(store, clerk, head, 4)


@action("测试改班")
def _change(w: Writing, *, table: Any, key: str, values: dict[str, Any]) -> None:
    w.session.execute(update(table).where(table.id == key).values(**values))


# -- firms, schools, trainers ----------------------------------------------------------------------


def test_a_firm_a_school_and_a_trainer_claim_too(store: Store, clerk: str, head: str):
    town = make_town(store, clerk, head, 20)
    firm = store.run(places.add_firm, clerk, name="绍兴蓝桥印染有限公司").value
    store.run(_change, clerk, table=Cohort, key=town.cohorts[0], values={"firm_id": firm})
    school = {"beneficiary": Beneficiary.SCHOOL, "stated_on": TODAY, "source": "区任务书"}
    store.run(actions.keep_particulars, clerk, values={"year": 2025, "target": 100, "actual": 100}, **school)

    with store.reading() as session:
        found = {rule: queries.candidates(session, rule, on=TODAY) for rule in ("PH-3", "PH-5", "PH-6")}

    [class_], [year] = found["PH-3"], found["PH-5"]
    assert (class_.claimant.name, class_.standing, class_.reckoned.fen) == (
        "绍兴蓝桥印染有限公司",
        Standing.MET,
        300_000,
    )
    assert class_.inputs["class_headcount"].value == 20
    assert (year.standing, year.claimant.key) == (Standing.UNMET, "school")
    assert found["PH-6"] == []  # no roll is locked
    store.run(actions.keep_particulars, clerk, values={"year": 2025, "target": 100, "actual": 101}, **school)
    claim = store.run(
        actions.take_claims, clerk, rule_id="PH-5", keys=["target_year/2025"], claimed_on=TODAY
    ).value
    [row] = rows(store, ids=claim)
    assert (row.name, row.beneficiary, row.amount_fen) == (
        "柯桥区兰亭街道成人文化技术学校",
        Beneficiary.SCHOOL,
        1_000_000,
    )


def test_a_firms_year_is_kept_once_and_wrong_sums_are_refused(store: Store, clerk: str, head: str):
    store.run(office.load_packs, clerk)
    firm = store.run(places.add_firm, clerk, name="绍兴蓝桥印染有限公司").value
    year = {
        "firm_id": firm,
        "year": 2024,
        "training_spend": 300_000,
        "frontline_spend": 200_000,
        "source": "年报",
    }
    refused(store, actions.keep_fund_year, clerk, "不能是负数", wages_total=-1, **year)
    first = store.run(actions.keep_fund_year, clerk, wages_total=0, **year).value
    with store.reading() as session:
        [row] = queries.fund_rows(session, on=TODAY)
    assert (row.check.standing, row.check.deductible) == (Standing.UNMET, None)

    second = store.run(actions.keep_fund_year, clerk, wages_total=10_000_000, **year).value

    with store.reading() as session:
        [row] = queries.fund_rows(session, on=TODAY)
    assert (first, row.check.standing, row.check.deductible) == (second, Standing.MET, 300_000)


# -- places ----------------------------------------------------------------------------------------


def test_places_are_given_to_the_first_who_came(store: Store, clerk: str, head: str):
    town = make_town(store, clerk, head, 3)
    quota = {"rule_id": "GH-2", "year": 2026, "paper": "市总工会通知"}
    store.run(actions.keep_quota, clerk, level=QuotaLevel.CITY, region="绍兴市", places=2, **quota)
    refused(
        store,
        actions.keep_quota,
        clerk,
        "比市给的 2 个还多",
        level=QuotaLevel.TOWNSHIP,
        region="330603008",
        places=3,
        **quota,
    )
    mine = {"level": QuotaLevel.TOWNSHIP, "region": "330603008", "amount_fen": 150_000}
    store.run(actions.keep_quota, clerk, places=2, **mine, **quota)
    key = next(card for card in _cards(store) if card.rule_id == "PH-2b")
    assert key.rule is not None
    row = {**key.rule.raw, "rule_id": "PH-2b", "amount_kind": "quota", "exclusive_with": []}
    row.pop("amount_fen")
    row["title"] = "名额补贴"
    draft = store.run(
        actions.write_rule, clerk, key=key.key, row=row, source="试验", mark=Certainty.UNVERIFIED, effective_from=date(2024, 1, 1),
        signer=CLERK_SIGNER,
    ).value  # fmt: skip
    store.run(office.activate_pack, head, pack_id=draft, signer=HEAD_SIGNER)
    store.run(actions.keep_quota, clerk, rule_id="PH-2b", year=2026, paper="通知", places=2, **mine)
    claims = []
    for n in (2, 0, 1):
        claims += store.run(
            actions.take_claims, clerk, rule_id="PH-2b", keys=[town.key(n)], claimed_on=TODAY
        ).value
    batch = draw(store, clerk, claims, "PH-2b")

    assert freeze(store, head, batch) == (2, 1)

    assert [row.amount_fen for row in rows(store, batch_id=batch)] == [150_000, 150_000]
    [left] = rows(store, ids=[claims[2]])
    assert left.blocked == ((Check.QUOTA, "2026 年名额 2 个，轮不到。"),)


def _cards(store: Store) -> list[queries.RuleCard]:
    with store.reading() as session:
        return queries.rule_cards(session, on=TODAY)


# -- rules by two people ---------------------------------------------------------------------------


def test_a_rule_is_written_by_one_and_counts_when_another_activates_it(store: Store, clerk: str, head: str):
    store.run(office.load_packs, clerk)
    unset = next(card for card in _cards(store) if card.rule_id == "KQ-3-skill")
    assert (unset.standing(TODAY), unset.is_subsidy) == ("未配置", False)
    row = {
        "rule_id": "KQ-3-skill", "title": "柯桥区技能证书补贴", "paper_no": "柯教〔2026〕1 号", "effective_from": TODAY,
        "beneficiary": "person", "achievements": ["skill_certificate"], "amount_kind": "band", "table_by": "skill_level",
        "table": {"4": 100_000}, "predicate": {"all": []},
    }  # fmt: skip
    said = {
        "source": "柯教〔2026〕1 号 第三条",
        "mark": Certainty.SEED,
        "effective_from": TODAY,
        "signer": CLERK_SIGNER,
    }
    for wrong, words in (
        ({"table": {"44": 1}}, "“各档金额”不认识“44”这一档"),
        ({"exclusive_with": ["GH-9"]}, "没有编号 GH-9 的规则"),
    ):
        refused(store, actions.write_rule, clerk, words, key=unset.key, row={**row, **wrong}, **said)
    draft = store.run(actions.write_rule, clerk, key=unset.key, row=row, **said).value
    [drafted] = [card.draft for card in _cards(store) if card.rule_id == "KQ-3-skill"]
    assert drafted == "个人，中级工（四级） 1000 元"
    acting = {"pack_id": draft, "signer": CLERK_SIGNER}
    refused(store, office.activate_pack, clerk, "请另一位操作人来启用", NotAllowed, **acting)

    store.run(office.activate_pack, head, pack_id=draft, signer=HEAD_SIGNER)

    card = next(card for card in _cards(store) if card.rule_id == "KQ-3-skill")
    assert (card.standing(TODAY), card.pack_version, card.is_subsidy) == ("现行", 2, True)
    with store.reading() as session:
        assert [entry[1] for entry in queries.rule_history(session, "subsidy.GH-2")] == [2, 1]


def test_a_number_that_is_taken_is_no_new_rule(store: Store, clerk: str):
    store.run(office.load_packs, clerk)
    row = next(card for card in _cards(store) if card.rule_id == "KQ-2").rule
    assert row is not None

    refused(
        store, actions.write_rule, clerk, "编号 KQ-2 已经有了", row=dict(row.raw), source="x", mark=Certainty.SEED,
        effective_from=TODAY, signer=CLERK_SIGNER,
    )  # fmt: skip


# -- out -------------------------------------------------------------------------------------------


def test_the_finance_offices_own_form_is_filled(
    store: Store, clerk: str, head: str, town: Town, attachments: Attachments, tmp_path: Any
):
    batch = draw(store, clerk, take_all(store, clerk, town))
    freeze(store, head, batch)
    path = tmp_path / "财政.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    for line in (
        ["{{批次名称}}", "{{合计大写}}"],
        ["{{名单.序号}}", "{{名单.姓名}}", "{{名单.收款账号}}", "{{名单.金额}}"],
    ):
        sheet.append(line)
    book.save(path)
    content = path.read_bytes()
    looked = look(content, path.name)
    form = {
        "title": "财政表",
        "file_name": path.name,
        "kind": looked.kind,
        "digest": attachments.keep(content),
        "size": len(content),
    }
    asks = [spot.name for spot in looked.spots]
    refused(
        store,
        actions.keep_form,
        clerk,
        "不认识的字段：名单.生肖",
        asks=[*asks, "名单.生肖"],
        known=sheets.FIELDS,
        **form,
    )
    refused(store, actions.keep_form, clerk, "没有名单行", asks=["批次号"], known=sheets.FIELDS, **form)
    store.run(actions.keep_form, clerk, asks=asks, known=sheets.FIELDS, **form)

    made = sheets.BatchSheet(
        "兰亭成校", batch_of(store, batch), rows(store, batch_id=batch), TODAY, whole=True
    )
    path.write_bytes(sheets.fill_form(content, path.name, made))

    filled = [[cell.value for cell in line] for line in openpyxl.load_workbook(path).active.iter_rows()]
    assert filled[0][:2] == ["2026 年技能证书培训补贴", "肆仟捌佰元整"]
    assert [line[2] for line in filled[1:5]] == [row.bank_account for row in made.rows]
    assert {line[3] for line in filled[1:5]} == {"1200.00"}
    with pytest.raises(InputFaults):
        sheets.fill_form(b"not a form", path.name, made)


def test_numbers_are_masked_for_who_may_not_see_them(store: Store, clerk: str, town: Town, tmp_path: Any):
    batch = draw(store, clerk, take_all(store, clerk, town))
    made = sheets.BatchSheet(
        "兰亭成校", batch_of(store, batch), rows(store, batch_id=batch), TODAY, whole=False
    )

    assert sheets.write_batch(tmp_path / "x.xlsx", made) == 4

    lines = list(openpyxl.load_workbook(tmp_path / "x.xlsx").active.iter_rows(values_only=True))
    assert lines[1][2][6:14] == "********"
    assert account(0)[-4:] in {line[9][-4:] for line in lines[1:]}
    assert all(line[9].startswith("*") for line in lines[1:])


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"), (5, "伍分"), (50, "伍角整"), (120_050, "壹仟贰佰元伍角整"), (100_005, "壹仟元零伍分"), (1_000_000, "壹万元整"),
        (1_000_500_00, "壹佰万零伍佰元整"), (10_001_00, "壹万零壹元整"), (100_000_000_00, "壹亿元整"), (-12_345, "负壹佰贰拾叁元肆角伍分"),
        (20_0500_0030_00, "贰拾亿零伍佰万零叁拾元整"), (1_0203_00, "壹万零贰佰零叁元整"),
    ],
)  # fmt: skip
def test_amounts_in_capitals(fen: int, words: str):
    assert capitals(fen) == words


def test_nothing_counts_before_its_day(store: Store, clerk: str, head: str):
    load_rules(store, clerk, head)

    with store.reading() as session:
        before = queries.cards_on(session, TODAY - timedelta(days=3650))

    assert sorted(before) == ["GH-1", "GH-2", "GH-3", "KQ-1", "KQ-2", "TAX-8"]
