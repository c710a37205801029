"""The 匹配 page by keyboard: offers to people to reasons, one person's ways, answers, a trial that becomes a class, lists out."""

from pathlib import Path

import pytest
from openpyxl import Workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk
from kqdesk.desk.form import FormPanel
from kqdesk.desk.listimport import ListImportDialog
from kqdesk.desk.parts import Push
from kqdesk.desk.preview import PdfPreview
from kqdesk.printing.preview import page_text
from kqdesk.rooms.matching import queries
from kqdesk.rooms.matching.page import SOURCE
from kqdesk.rooms.matching.page.match import MatchTab
from kqdesk.rooms.matching.page.outbound import OutboundPanel
from kqdesk.rooms.matching.page.policy import PolicyPanel, PolicyTab
from kqdesk.rooms.matching.page.reasons import ReasonsPanel
from kqdesk.rooms.matching.page.supply import SupplyTab, VacancyTab
from kqdesk.rooms.matching.terms import Outbound
from kqdesk.store.store import Store
from tests.matching.town import TODAY, Town
from tests.matching.windows import CTRL, press, show, tab_of


def test_an_empty_page_says_where_to_begin(qtbot, desk: Desk):
    page = show(qtbot, desk)

    assert page.is_blank
    assert {push.text() for push in page.findChildren(Push)} >= {"去建供给", "去排摸"}
    for tab in ("demand", "supply", "policy", "vacancies"):
        page.arrive({"tab": tab})
        shots.settle(desk)
        assert page.is_blank, tab


def test_from_an_offer_to_its_people_to_the_reasons_and_back(qtbot, desk: Desk, town: Town):
    page = show(qtbot, desk)
    tab = tab_of(page, MatchTab)
    assert [(one.row.title, one.count) for one in tab.offers.model().rows] == [("电工基础", 3)]

    tab.offers.select_row(0)
    press(qtbot, desk, tab.offers, Qt.Key.Key_Return)
    assert tab.head.text() == "电工基础　3 人合适"
    assert [row.name for row in tab.people.model().rows] == ["陈建国", "王小妹", "周大海"]

    tab.people.select_row(0)
    press(qtbot, desk, tab.people, Qt.Key.Key_Return)
    panel = page.side
    assert isinstance(panel, ReasonsPanel)
    assert panel.sentences == ["想学“电工”，与“电工基础”相合。", "平时晚上有空。"]
    press(qtbot, desk, tab.people, Qt.Key.Key_Down)
    assert panel.heading.text() == "王小妹"

    for _ in range(2):
        press(qtbot, desk, tab.people, Qt.Key.Key_Escape)
    assert (page.side, tab.offer) == (None, None)


def test_lifting_a_condition_and_a_village_narrow_the_list(qtbot, desk: Desk, town: Town):
    page = show(qtbot, desk, offer=town.offers["电工"])
    tab = tab_of(page, MatchTab)

    tab.lifted.choose(frozenset({"time"}))
    tab.lifted.chosen.emit(tab.lifted.value())
    shots.settle(desk)
    assert [row.name for row in tab.people.model().rows][-1] == "钱阿毛"

    [place] = [value for value in tab.place._values if value[1] == "柯家坞村"]
    tab.place.choose(place)
    tab.place.chosen.emit(place)
    shots.settle(desk)
    assert [row.name for row in tab.people.model().rows] == ["周大海"]


def test_an_answer_is_noted_by_keys(qtbot, desk: Desk, store: Store, town: Town):
    page = show(qtbot, desk, offer=town.offers["电工"])
    tab = tab_of(page, MatchTab)
    tab.people.select_row(0)

    press(qtbot, desk, tab.people, Qt.Key.Key_F2)
    panel = page.side
    assert isinstance(panel, FormPanel)
    panel.form.show_values({"note": "周三以后"})
    press(qtbot, desk, panel, Qt.Key.Key_Return, CTRL)

    with store.reading() as session:
        assert [(row.wants, row.told) for row in queries.offers(session, on=TODAY)] == [(1, 0)]
    assert [row.answer and row.answer.label for row in tab.people.model().rows] == ["愿意来", None, None]


def test_everything_one_person_could_do(qtbot, desk: Desk, town: Town):
    page = show(qtbot, desk, offer=town.offers["电工"])
    tab = tab_of(page, MatchTab)
    tab.people.select_row(0)

    press(qtbot, desk, tab.people, Qt.Key.Key_L, CTRL)
    assert tab.head.text() == "陈建国　能学 1 项"
    tab.ways.select_row(0)
    press(qtbot, desk, tab.ways, Qt.Key.Key_Return)
    assert isinstance(page.side, ReasonsPanel)
    for _ in range(2):
        press(qtbot, desk, tab.ways, Qt.Key.Key_Escape)
    assert tab.stack.currentWidget() is tab.people


def test_a_person_is_looked_up_by_name(qtbot, desk: Desk, town: Town):
    page = show(qtbot, desk)
    tab = tab_of(page, MatchTab)
    tab.by.choose("person")
    tab.by.chosen.emit("person")
    assert page.search is not None

    page.search.setText("孙巧云")
    press(qtbot, desk, page.search, Qt.Key.Key_Return)
    tab.hits.select_row(0)
    press(qtbot, desk, tab.hits, Qt.Key.Key_Return)

    assert tab.head.text() == "孙巧云　能学 0 项"
    assert [way.why_not for way in tab.ways.model().rows] == ["没有说过想学这个。"]


def test_an_offer_is_typed_taken_and_retired(qtbot, desk: Desk, store: Store, town: Town):
    page = show(qtbot, desk, tab="supply")
    tab = tab_of(page, SupplyTab)

    press(qtbot, desk, page, Qt.Key.Key_N, CTRL)
    panel = page.side
    assert isinstance(panel, FormPanel)
    panel.form.show_values({"title": "会计", "words": "财务"})
    press(qtbot, desk, panel, Qt.Key.Key_Return, CTRL)
    assert "要写明是哪所院校的" in panel.note.text
    panel.form.show_values({"provider": "某校", "level": "college"})
    press(qtbot, desk, panel, Qt.Key.Key_Return, CTRL)
    assert [row.title for row in tab.table.model().rows] == ["会计", "电工基础"]

    tab.table.select_row(0)
    press(qtbot, desk, tab.table, Qt.Key.Key_Delete)
    assert [row.title for row in tab.table.model().rows] == ["电工基础"]


def test_a_colleges_list_is_looked_at_and_imported(
    qtbot, desk: Desk, store: Store, clerk: str, tmp_path: Path
):
    made = Workbook()
    for row in (
        ("专业名称", "院校名称", "层次", "学费"),
        ("会计", "某校", "专科", 3000),
        ("护理", "某校", "专科", "面议"),
    ):
        made.active.append(row)
    made.save(tmp_path / "院校.xlsx")
    page = show(qtbot, desk, tab="supply")
    tab = tab_of(page, SupplyTab)

    tab.open_import(tmp_path / "院校.xlsx")
    shots.settle(desk)
    [dialog] = page.findChildren(ListImportDialog)
    assert [(row.name, bool(row.fault)) for row in dialog.table.model().rows] == [
        ("", True),
        ("会计", False),
    ]
    press(qtbot, desk, dialog, Qt.Key.Key_Return, CTRL)

    assert [row.title for row in tab.table.model().rows] == ["会计"]
    store.undo(clerk)
    with store.reading() as session:
        assert queries.offers(session, on=TODAY) == []


def test_a_policy_opens_with_its_papers_and_the_way_to_fill_it(qtbot, desk: Desk, town: Town):
    page = show(qtbot, desk, tab="policy")
    tab = tab_of(page, PolicyTab)
    opened: list[tuple[str, dict]] = []
    desk.opened.connect(lambda key, context: opened.append((key, context)))

    tab.table.select_row(1)
    press(qtbot, desk, tab.table, Qt.Key.Key_Return)
    assert isinstance(page.side, PolicyPanel)
    [fill] = [push for push in page.side.findChildren(Push) if push.text() == "去规则包里填写"]
    fill.click()
    assert opened == [("office", {"tab": "packs", "find": "policy.degree"})]


def test_lists_go_out_through_the_preview(qtbot, desk: Desk, town: Town):
    page = show(qtbot, desk, offer=town.offers["电工"])
    tab_of(page, MatchTab).people.select_row(0)
    press(qtbot, desk, page, Qt.Key.Key_P, CTRL)
    panel = page.side
    assert isinstance(panel, OutboundPanel)
    assert panel.words.text() == "给本人：一人一页，路径、能报的班、找谁。选中的 1 人，一人一页。"
    found = {}
    for kind in (Outbound.STUDY, Outbound.ADVICE, Outbound.TRAINERS, Outbound.FIRMS, Outbound.PERSONAL):
        panel.form.show_values({"kind": kind})
        panel.submit()
        shots.settle(desk)
        preview = panel.findChildren(PdfPreview)[-1]
        found[kind] = page_text(preview._pdf, 0)
        preview.close()
        shots.settle(desk)

    words = ("电工基础", "插花", "柏师傅", "蓝桥印染", "个性化学习清单")
    assert [word in text for word, text in zip(words, found.values(), strict=True)] == [True] * 5


def test_an_empty_list_is_not_sent(qtbot, desk: Desk, town: Town):
    page = show(qtbot, desk)
    page.send_out()
    panel = page.side
    assert isinstance(panel, OutboundPanel)
    panel.form.show_values({"kind": Outbound.JOBS})

    press(qtbot, desk, panel, Qt.Key.Key_Return, CTRL)

    assert panel.note.text == "这份清单现在是空的，没有可外发的内容。"


def test_lists_are_written_as_workbooks(
    qtbot, desk: Desk, town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    page = show(qtbot, desk, offer=town.offers["电工"])
    tab = tab_of(page, MatchTab)
    names = iter(["fits.xlsx", "study.xlsx", "demand.xlsx", "policy.xlsx"])
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / next(names)), ""))

    tab.choose_export()
    page.send_out()
    assert isinstance(page.side, OutboundPanel)
    page.side.form.show_values({"kind": Outbound.STUDY})
    page.side.choose_file()
    shots.settle(desk)
    for key in ("demand", "policy"):
        page.arrive({"tab": key})
        shots.settle(desk)
        page.tab.choose_export()
    shots.settle(desk)

    assert sorted(path.name for path in tmp_path.glob("*.xlsx")) == [
        "demand.xlsx",
        "fits.xlsx",
        "policy.xlsx",
        "study.xlsx",
    ]


def test_a_vacancy_is_typed(qtbot, desk: Desk, town: Town):
    page = show(qtbot, desk, tab="vacancies")
    tab = tab_of(page, VacancyTab)

    press(qtbot, desk, page, Qt.Key.Key_N, CTRL)
    assert isinstance(page.side, FormPanel)
    page.side.form.show_values({"employer": "蓝桥印染", "title": "机修", "words": "电工"})
    press(qtbot, desk, page.side, Qt.Key.Key_Return, CTRL)

    assert [(row.employer, row.title) for row in tab.table.model().rows] == [("蓝桥印染", "机修")]


def test_offers_are_found_from_anywhere(store: Store, town: Town):
    with store.reading() as session:
        [hit] = SOURCE.find(session, "电工", 5)

    assert (hit.title, hit.page, hit.context) == (
        "电工基础",
        "matching",
        {"tab": "supply", "find": "电工基础"},
    )
