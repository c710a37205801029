"""The 跟踪 page by keyboard: call, type forms, nominate, look at a life, and pictures when wanted (KQDESK_SHOTS)."""

import os
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from kqdesk.desk import shots
from kqdesk.desk.fields import Pick
from kqdesk.desk.listimport import ListImportDialog
from kqdesk.desk.preview import PdfPreview
from kqdesk.rooms.followup import actions, queries
from kqdesk.rooms.followup.page import PAGE
from kqdesk.rooms.followup.page.calls import PersonPanel
from kqdesk.rooms.followup.page.forms import QuestionnairePanel
from kqdesk.rooms.followup.page.typing import TypingPanel
from kqdesk.rooms.followup.terms import HonourKind, HonourState, Outcome, Work
from tests.followup.conftest import NAMES, TODAY, TOKEN, Ended
from tests.followup.test_papers import lived
from tests.pages import PLAIN, open_page, press

__all__ = ["lived"]
SHOTS, SIZE = os.environ.get("KQDESK_SHOTS", ""), os.environ.get("KQDESK_SIZE", "standard")


opened = partial(open_page, PAGE, text_size=SIZE)


def shoot(page, name: str) -> None:
    if SHOTS:
        shots.grab(page, Path(SHOTS) / f"page_{name}_{SIZE}.png", (1166, 700))


def test_nobody_to_call_yet_says_what_is_missing(qtbot, desk) -> None:
    page = opened(qtbot, desk)

    assert page.is_blank


def test_a_call_is_written_down_by_keyboard(qtbot, desk, store, ended: Ended) -> None:
    page = opened(qtbot, desk)
    told: list[str] = []
    desk.told.connect(told.append)
    names = {row.name for row in page.tab.table.model().rows}
    page.tab.table.setFocus()
    page.tab.table.select_row(0)
    first = page.tab.table.current().name
    press(qtbot, desk, page.tab.table, Qt.Key.Key_Return, PLAIN)
    assert isinstance(page.side, PersonPanel)
    press(qtbot, desk, page, Qt.Key.Key_T)
    page.side.form.show_values({"work": Work.EMPLOYED, "pay_band": "p3", "pay_before": "p2"})
    press(qtbot, desk, page.side, Qt.Key.Key_Return)

    assert names == set(NAMES)
    assert told[0].startswith("已登记，算作：缝纫班（3 个月）")
    assert first not in {row.name for row in page.tab.table.model().rows}
    assert page.side.card.visits[0].words == "在单位上班 · 蓝桥印染厂 · 挡车工 · 5000—8000 元"
    assert page.tab.shelf._group.button(0).text() == "七天内 7"


def test_nobody_answered_is_not_a_fault_and_the_form_says_what_lacks(qtbot, desk, ended: Ended) -> None:
    page = opened(qtbot, desk, person=ended.people[1])
    press(qtbot, desk, page, Qt.Key.Key_T)
    press(qtbot, desk, page.side, Qt.Key.Key_Return)
    said = page.side.note.text
    page.side.form.show_values({"outcome": Outcome.NO_ANSWER})
    press(qtbot, desk, page.side, Qt.Key.Key_Return)

    assert said.startswith("「已答」至少要登记")
    assert page.side.card.visits[0].outcome is Outcome.NO_ANSWER


def test_the_list_goes_out_as_excel_and_back(
    qtbot, desk, store, ended: Ended, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "回访名单.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    page = opened(qtbot, desk)
    told: list[str] = []
    desk.told.connect(told.append)
    press(qtbot, desk, page, Qt.Key.Key_E)
    book = openpyxl.load_workbook(path)
    sheet = book.active
    heads = [cell.value for cell in sheet[1]]
    for row, work in ((2, "在单位上班"), (3, "4")):
        sheet.cell(row, heads.index("回访日期") + 1, "2026-03-02")
        sheet.cell(row, heads.index("就业情况") + 1, work)
        sheet.cell(row, heads.index("现在的收入档") + 1, "5000—8000 元")
    sheet.cell(4, heads.index("就业情况") + 1, "上天")
    book.save(path)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    press(qtbot, desk, page, Qt.Key.Key_I)
    [dialog] = page.findChildren(ListImportDialog)
    faults = [row.fault for row in dialog.table.model().rows if row.fault]
    press(qtbot, desk, dialog, Qt.Key.Key_Return)
    with store.reading() as session:
        done = queries.call_rows(session, today=TODAY, shelf="done")

    assert told[0].startswith("已导出 8 人。电话已遮盖")
    assert len(faults) == 1
    assert "“上天”不在可选的里面：在单位上班、创业（个体）" in faults[0]
    assert len(done) == 2


def test_the_list_on_paper(qtbot, desk, ended: Ended) -> None:
    page = opened(qtbot, desk)
    press(qtbot, desk, page, Qt.Key.Key_P)
    [preview] = page.findChildren(PdfPreview)

    assert preview.windowTitle() == "打印预览：回访名单"


def test_a_questionnaire_is_made_typed_and_told(qtbot, desk, store, ended: Ended) -> None:
    page = opened(qtbot, desk, tab="forms")
    was_blank = page.is_blank
    press(qtbot, desk, page, Qt.Key.Key_N)
    page.side.form.show_values({"cohort_id": ended.id})
    press(qtbot, desk, page.side, Qt.Key.Key_Return)
    [row] = page.tab.table.model().rows
    page._box.setText(row.shown_code)
    press(qtbot, desk, page._box, Qt.Key.Key_Return, PLAIN)
    assert isinstance(page.side, TypingPanel)
    grid = page.side.grid
    grid.setFocus()
    grid.paste("54535\t好\n55555\n44444\n31201\n55454")
    shots.settle(desk)
    shoot(page, "typing")
    press(qtbot, desk, grid, Qt.Key.Key_Return)
    page._box.setText("")
    shots.settle(desk)

    assert was_blank
    assert isinstance(page.side, QuestionnairePanel)
    assert page.side.card.result.overall == "4.04"


def test_a_form_typed_wrong_is_shown_and_nothing_entered(qtbot, desk, store, clerk, ended: Ended) -> None:
    key = store.run(actions.open_questionnaire, clerk, cohort_id=ended.id, token=TOKEN).value
    page = opened(qtbot, desk, tab="forms", questionnaire=key)
    press(qtbot, desk, page, Qt.Key.Key_T)
    page.side.grid.paste("54539\n55555")
    shots.settle(desk)
    press(qtbot, desk, page.side.grid, Qt.Key.Key_Return)
    with store.reading() as session:
        forms = queries.forms_of(session, key)

    assert "第 1 行" in page.side.note.text
    assert forms == []


def test_a_star_is_nominated_and_the_same_person_may_not_approve(qtbot, desk, store, ended: Ended) -> None:
    page = opened(qtbot, desk, tab="honours")
    press(qtbot, desk, page, Qt.Key.Key_N)
    page.side.form.show_values({"person_id": Pick(ended.people[0], "阮秋月"), "reasons": "带出三个徒弟。"})
    press(qtbot, desk, page.side, Qt.Key.Key_Return)
    state = page.side.card.row.state
    press(qtbot, desk, page, Qt.Key.Key_J)

    assert state is HonourState.NOMINATED
    assert page.note.text == "阮秋月：这是您推荐的，要由另一个人审批。"


def test_posted_for_the_days_somebody_says(
    qtbot, desk, store, clerk, head, clerk_signer, head_signer, ended
) -> None:
    made = store.run(
        actions.nominate, clerk, person_id=ended.people[0], kind=HonourKind.STAR, title="学习之星", year=2026, reasons="好学",
        signer=clerk_signer,
    ).value  # fmt: skip
    store.run(actions.approve_honours, head, honour_ids=[made], signer=head_signer)
    page = opened(qtbot, desk, honour=made)
    press(qtbot, desk, page, Qt.Key.Key_J)
    hint = page.side.form.inputs["posted_until"].value()
    page.side.form.show_values({"posted_until": desk.today()})
    press(qtbot, desk, page.side, Qt.Key.Key_Return)

    assert hint is None  # 公示几个工作日未配置
    assert page.side.card.row.state is HonourState.POSTED


def test_a_life_is_found_by_name_and_printed(qtbot, desk, lived: Ended) -> None:
    page = opened(qtbot, desk, tab="life", person=lived.people[0])
    events = [row.kind for row in page.tab.events.model().rows]
    gone: list[tuple[str, dict]] = []
    desk.opened.connect(lambda key, context: gone.append((key, context)))
    page.tab.events.setFocus()
    page.tab.events.select_row(1)
    press(qtbot, desk, page.tab.events, Qt.Key.Key_Return, PLAIN)
    press(qtbot, desk, page, Qt.Key.Key_P)
    [preview] = page.findChildren(PdfPreview)
    shoot(page, "life")

    assert events == ["学历证书", "报名入班", "结业", "回访"]
    assert gone == [("cohorts", {"cohort": lived.id})]
    assert preview.windowTitle() == "打印预览：学习生命线 阮秋月"


def test_the_numbers_open_their_names(qtbot, desk, lived: Ended) -> None:
    page = opened(qtbot, desk, tab="outcome")
    page.tab.table.setFocus()
    page.tab.table.select_row(1)
    press(qtbot, desk, page.tab.table, Qt.Key.Key_Return, PLAIN)
    names = [row.name for row in page.side.names.model().rows]
    shoot(page, "outcome")

    assert page.side.heading.text() == "就业率　3 个月后"
    assert names == ["沈建国", "阮秋月"]


def test_results_by_class_and_trainer_and_the_words_to_publish(qtbot, desk, store, lived: Ended) -> None:
    page = opened(qtbot, desk, tab="results")
    page.tab.by._group.button(1).click()
    shots.settle(desk)
    [row] = page.tab.table.model().rows
    shoot(page, "results")
    page.arrive({"tab": "honours"})
    shots.settle(desk)
    awarded = [one for one in page.tab.table.model().rows if one.state is HonourState.AWARDED]
    page.tab.chosen_id = awarded[0].id
    page.tab.reload()
    shots.settle(desk)
    page.tab.do("publish")
    shots.settle(desk)
    shoot(page, "honours")

    assert (row.title, row.result.overall) == ("周培红", "4.04")
    assert QGuiApplication.clipboard().text().startswith(f"【{awarded[0].kind.label}】{awarded[0].name}")


def test_pictures(qtbot, desk, lived: Ended) -> None:
    page = opened(qtbot, desk, person=lived.people[0])
    shoot(page, "calls")
    press(qtbot, desk, page, Qt.Key.Key_T)
    shoot(page, "visit")
    title = page.side.heading.text()
    page.side.leave()
    shots.settle(desk)
    with desk.store.reading() as session:
        [row] = queries.questionnaires(session)
    page.arrive({"questionnaire": row.id})
    shots.settle(desk)
    shoot(page, "forms")

    assert title == "登记回访：阮秋月"
    assert page.tab.key == "forms"
