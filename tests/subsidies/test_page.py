"""The page by keyboard: rules and their editor, taking in, batches by two people, training funds, quotas."""

from datetime import date
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk, Seat
from kqdesk.desk.form import FormDialog, FormPanel
from kqdesk.desk.table import TableView
from kqdesk.rooms.office import actions as office
from kqdesk.rooms.places import actions as places
from kqdesk.rooms.subsidies import actions, queries
from kqdesk.rooms.subsidies.page import SubsidiesPage
from kqdesk.rooms.subsidies.page.batchcard import BatchPanel
from kqdesk.rooms.subsidies.page.choosing import ChooseDialog
from kqdesk.rooms.subsidies.page.claimcard import ClaimPanel
from kqdesk.rooms.subsidies.page.claims import slips_pdf
from kqdesk.rooms.subsidies.page.editor import ConditionCard
from kqdesk.rooms.subsidies.page.making import paper_pdf
from kqdesk.rooms.subsidies.page.parts import SideCard
from kqdesk.rooms.subsidies.terms import BatchState, ClaimState
from kqdesk.security.roles import Role
from kqdesk.store.store import Store
from tests.conftest import CLERK_SIGNER, HEAD, HEAD_SIGNER
from tests.subsidies.town import Town, make_town, take_all

CTRL = Qt.KeyboardModifier.ControlModifier
TODAY = date(2026, 3, 2)


@pytest.fixture
def town(store: Store, clerk: str, head: str) -> Town:
    return make_town(store, clerk, head, 3)


def show(qtbot, desk: Desk, **context: str) -> SubsidiesPage:
    page = SubsidiesPage(desk, {})
    qtbot.addWidget(page)
    page.resize(1166, 720)
    page.show()
    desk.opened.connect(lambda key, found: page.arrive(found) if key == "subsidies" else None)
    page.arrive(context)
    shots.settle(desk)
    return page


def press(qtbot, desk: Desk, widget: Any, key: Any, held: Any = Qt.KeyboardModifier.NoModifier) -> None:
    widget.window().activateWindow()
    if isinstance(widget, TableView):
        widget.setFocus()
    shots.settle(desk)  # what was just opened takes the keyboard first
    qtbot.keyClick(widget, key, held)
    shots.settle(desk)


def button(panel: Any, words: str) -> Any:
    from kqdesk.desk.parts import Push  # noqa: PLC0415 -- Qt only here

    return next(one for one in panel.findChildren(Push) if one.text() == words)


def words_of(panel: Any) -> str:
    return "\n".join(one.text() for one in panel.findChildren(QLabel))


def claims(store: Store) -> list[queries.ClaimRow]:
    with store.reading() as session:
        return queries.claims(session)


# -- rules -----------------------------------------------------------------------------------------


def test_an_empty_school_is_told_where_rules_come_from(qtbot, desk: Desk):
    page = show(qtbot, desk)

    assert page.is_blank


def test_a_rule_says_who_could_claim_now(qtbot, desk: Desk, town: Town):
    page = show(qtbot, desk, rule="PH-2")

    assert page.foot.text() == "共 16 条规则 · 4 条未配置 · 现在能领 6 笔"
    assert isinstance(page.side, SideCard)
    assert "能领的 3 笔，缺资料的 0 笔。" in words_of(page.side)
    press(qtbot, desk, page.tab.table, Qt.Key.Key_Escape)
    assert page.side is None


def test_a_rule_the_district_has_not_written_is_filled_in_by_form(
    qtbot, desk: Desk, store: Store, town: Town
):
    page = show(qtbot, desk, rule="KQ-3-skill")
    button(page.side, "填写规则").click()
    panel = page.side
    assert isinstance(panel, FormPanel)
    panel.form.show_values(
        {"paper_no": "柯教〔2026〕1 号", "effective_from": TODAY, "achievements": ("skill_certificate",), "amount_kind": "band",
         "table_by": "skill_level", "table": "中级工（四级） 千元", "source": "第三条"}
    )  # fmt: skip
    press(qtbot, desk, panel, Qt.Key.Key_Return, CTRL)
    assert panel.form.faults() == {}
    assert "看不懂“中级工（四级） 千元”" in panel.note.text

    panel.form.show_values({"table": "中级工（四级） 1000"})
    press(qtbot, desk, panel, Qt.Key.Key_Return, CTRL)

    with store.reading() as session:
        card = next(one for one in queries.rule_cards(session, on=TODAY) if one.rule_id == "KQ-3-skill")
    assert card.draft == "个人，中级工（四级） 1000 元"


def test_conditions_are_added_and_taken_away_by_form(qtbot, desk: Desk, store: Store, town: Town):
    page = show(qtbot, desk, rule="PH-2")
    button(page.side, "条件").click()
    card = page.side
    assert isinstance(card, ConditionCard)
    assert [line.words for line in card.table.model().rows] == [
        "每一条都要符合", "取得时的周岁在 16 周岁 到 60 周岁 之间", "不能是：单位性质是机关、事业单位之一",
    ]  # fmt: skip

    card.add()
    dialog = card.findChild(FormDialog)
    form = dialog.panel.form
    form.show_values({"field": "insured_months", "op": "ge", "value": "三十六"})
    dialog.panel.submit()
    assert dialog.panel.note.text == "“三十六”不是整数。"
    form.show_values({"value": "36"})
    dialog.panel.submit()
    card.table.select_row(1)
    press(qtbot, desk, card.table, Qt.Key.Key_Delete)
    assert [line.words for line in card.table.model().rows][1:] == [
        "不能是：单位性质是机关、事业单位之一",
        "累计参保月数不少于 36 个月",
    ]
    press(qtbot, desk, card, Qt.Key.Key_Return, CTRL)

    with store.reading() as session:
        drafts = [row for row in queries.rule_cards(session, on=TODAY) if row.draft]
    assert [row.rule_id for row in drafts] == ["PH-2"]
    page = show(qtbot, desk, rule="PH-2")
    button(page.side, "试算").click()
    page.tab._try(drafts[0], {"person_id": town.people[0]}, page.side)
    shots.settle(desk)
    told = words_of(page.side)
    assert "按草案试算" in told, "a draft is tried before it counts"
    assert "累计参保月数不少于 36 个月" in told


def test_a_rule_is_tried_on_a_learner(qtbot, desk: Desk, store: Store, town: Town):
    page = show(qtbot, desk, rule="PH-2")
    button(page.side, "试算").click()
    panel = page.side
    assert isinstance(panel, FormPanel)
    page.tab._try(page.tab.cards[1], {"person_id": town.people[0]}, panel)
    shots.settle(desk)

    assert isinstance(page.side, SideCard)
    told = words_of(page.side)
    assert "缝纫工 中级工（四级）　符合" in told
    assert "金额：技能证书等级中级工（四级）：1200 元" in told
    assert "花名册：1975-01-01 出生" in told


# -- claims ----------------------------------------------------------------------------------------


def test_claims_are_taken_in_put_into_a_batch_and_taken_back_by_keys(
    qtbot, desk: Desk, store: Store, town: Town
):
    page = show(qtbot, desk, tab="claims")
    assert page.is_blank
    press(qtbot, desk, page, Qt.Key.Key_N, CTRL)
    dialog = page.tab.findChild(ChooseDialog)
    shots.settle(desk)
    dialog.rule.choose("PH-2")
    dialog._on_rule("PH-2")
    shots.settle(desk)
    assert dialog.told.text() == "可以受理 3 笔，缺资料 0 笔，不符合或申领过 0 笔。"
    press(qtbot, desk, dialog, Qt.Key.Key_Return, CTRL)

    assert [row.state for row in claims(store)] == [ClaimState.TAKEN] * 3
    page.tab.table.select_row(0)
    press(qtbot, desk, page.tab.table, Qt.Key.Key_Delete)
    assert len(claims(store)) == 2
    page.tab.table.selectAll()
    press(qtbot, desk, page, Qt.Key.Key_B, CTRL)
    assert page.tab.key == "batches"
    assert isinstance(page.side, BatchPanel)
    assert page.side.batch.claims == 2


def test_a_claim_shows_its_verdict_and_its_papers_are_ticked(
    qtbot, desk: Desk, store: Store, clerk: str, town: Town
):
    made = store.run(actions.take_claims, clerk, rule_id="PH-2", keys=[town.key(0)], claimed_on=TODAY).value
    page = show(qtbot, desk, claim=made[0])
    panel = page.side
    assert isinstance(panel, ClaimPanel)
    assert "技能证书复印件：缺" in words_of(panel)

    button(panel, "核对材料").click()
    form = page.side
    assert isinstance(form, FormPanel)
    form.form.show_values({"papers": ("skill_certificate",)})
    press(qtbot, desk, form, Qt.Key.Key_Return, CTRL)
    shots.settle(desk)

    assert not isinstance(page.side, FormPanel) or page.side.note.text == ""
    assert isinstance(page.side, ClaimPanel)
    assert "技能证书复印件：已收" in words_of(page.side)
    with store.reading() as session:
        assert slips_pdf(session, made, TODAY)[:4] == b"%PDF"


def test_a_missing_input_leads_to_the_form_of_the_claimant(qtbot, desk: Desk, store: Store, town: Town):
    page = show(qtbot, desk, particulars=town.people[1])
    panel = page.side
    assert isinstance(panel, FormPanel)
    shots.settle(desk)

    panel.form.show_values({"union_no": "U-17", "source": "会员证"})
    press(qtbot, desk, panel, Qt.Key.Key_Return, CTRL)

    with store.reading() as session:
        found = queries.statement_form(
            session, queries.beneficiary_of(session, town.people[1]), town.people[1], on=TODAY
        )
    assert (found["union_no"], found["bank"]) == ("U-17", "农商银行")


# -- batches ---------------------------------------------------------------------------------------


def test_another_person_checks_and_posts_the_batch(qtbot, desk: Desk, store: Store, clerk: str, town: Town):
    batch = store.run(
        actions.draw_batch, clerk, rule_id="PH-2", claim_ids=take_all(store, clerk, town), signer=CLERK_SIGNER
    ).value
    page = show(qtbot, desk, batch=batch)
    panel = page.side
    assert isinstance(panel, BatchPanel)
    assert panel.note.text == "这批是您建的，核对以后请另一个人登录来审核公示。"
    panel.look_over()
    shots.settle(desk)
    assert page.side.batch.blocked == 0

    desk.sit(Seat(HEAD, "章国平", Role.HEADMASTER.label, HEAD_SIGNER))
    page.side.freeze()
    form = page.side
    assert isinstance(form, FormPanel)
    press(qtbot, desk, form, Qt.Key.Key_Return, CTRL)
    shots.settle(desk)

    assert isinstance(page.side, BatchPanel)
    assert (page.side.batch.state, page.side.batch.posted_until) == (BatchState.FROZEN, date(2026, 3, 6))
    page.side.submit()
    shots.settle(desk)
    assert "公示到 2026-03-06 才结束" in page.side.note.text
    for kind in ("posted", "payment"):
        assert paper_pdf(desk, batch, kind, None)[:4] == b"%PDF"


def test_a_finance_form_is_put_in_and_its_wrong_fields_named(
    qtbot, desk: Desk, store: Store, town: Town, tmp_path
):
    page = show(qtbot, desk, tab="batches")
    book = openpyxl.Workbook()
    book.active.append(["{{名单.姓名}}", "{{名单.星座}}"])
    book.save(tmp_path / "财政表.xlsx")

    page.tab.keep_form(tmp_path / "财政表.xlsx")
    shots.settle(desk, 20)
    assert "表样里有不认识的字段：名单.星座" in page.note.text
    book.active["B1"] = "{{名单.金额}}"
    book.save(tmp_path / "财政表.xlsx")
    page.tab.keep_form(tmp_path / "财政表.xlsx")
    shots.settle(desk, 20)

    with store.reading() as session:
        assert [form.title for form in queries.forms(session)] == ["财政表"]


# -- funds and quotas ------------------------------------------------------------------------------


def test_a_firms_year_is_entered_and_checked(qtbot, desk: Desk, store: Store, clerk: str):
    store.run(office.load_packs, clerk)
    page = show(qtbot, desk, tab="fund")
    press(qtbot, desk, page, Qt.Key.Key_N, CTRL)
    assert page.note.text == "还没有企业。"
    firm = store.run(places.add_firm, clerk, name="绍兴蓝桥印染有限公司").value
    press(qtbot, desk, page, Qt.Key.Key_N, CTRL)
    panel = page.side
    assert isinstance(panel, FormPanel)
    panel.form.show_values({"firm_id": firm, "year": 2024, "wages_total": 10_000_000, "training_spend": 900_000,
                            "frontline_spend": 599_999, "source": "年报"})  # fmt: skip
    press(qtbot, desk, panel, Qt.Key.Key_Return, CTRL)
    shots.settle(desk)

    assert page.foot.text() == "共 1 条 · 不符合 1 条"
    page.tab.table.select_row(0)
    press(qtbot, desk, page.tab.table, Qt.Key.Key_Return)
    assert "一线职工岗位技能培训支出不少于职工教育经费支出的三分之二" in words_of(page.side)


def test_quotas_are_entered_and_too_many_refused(qtbot, desk: Desk, store: Store, clerk: str):
    store.run(office.load_packs, clerk)
    page = show(qtbot, desk, tab="quotas")
    for level, places_ in (("city", 5), ("township", 6)):
        press(qtbot, desk, page, Qt.Key.Key_N, CTRL)
        panel = page.side
        assert isinstance(panel, FormPanel)
        panel.form.show_values(
            {"rule_id": "GH-2", "level": level, "region": level, "places": places_, "paper": "通知"}
        )
        press(qtbot, desk, panel, Qt.Key.Key_Return, CTRL)
        shots.settle(desk)

    assert isinstance(page.side, FormPanel)
    assert "比市给的 5 个还多" in page.side.note.text
    assert page.findChild(QDialog) is None
