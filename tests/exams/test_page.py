"""The 考试 page with real keys: marks typed and pasted, a mark of 800 refused in its cell, the blind second entry."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk, Seat
from kqdesk.rooms.exams import actions, queries
from kqdesk.rooms.exams.actions import Entry
from kqdesk.rooms.exams.page import ExamsPage
from kqdesk.rooms.exams.rules import Points
from kqdesk.rooms.exams.terms import SittingState
from kqdesk.store.store import Store
from tests.conftest import CLERK, CLERK_SIGNER, HEAD, HEAD_SIGNER
from tests.exams.school import Made, make_school

ON = date(2026, 2, 28)
SIGNERS = {CLERK: CLERK_SIGNER, HEAD: HEAD_SIGNER}


@pytest.fixture
def made(store: Store, clerk: str) -> Made:
    return make_school(store, clerk, sizes=(4,))


def show(qtbot, desk: Desk, **context: str) -> ExamsPage:
    page = ExamsPage(desk, {})
    qtbot.addWidget(page)
    page.resize(1166, 720)
    page.show()
    page.arrive(context)
    shots.settle(desk)
    return page


@pytest.fixture
def sitting(store: Store, clerk: str, made: Made) -> str:
    key = store.run(actions.open_sitting, clerk, title="春季考试", on=ON, programme_id=made.programme).value
    store.run(actions.add_candidates, clerk, sitting_id=key, cohort_ids=made.cohorts)
    store.run(actions.add_hall, clerk, sitting_id=key, name="第1考场", capacity=10)
    store.run(actions.arrange_seats, clerk, sitting_id=key)
    return key


def typed(qtbot, desk: Desk, *words: str) -> None:
    """Each word and Enter; Chinese arrives as an input method would bring it, into the open cell."""
    for word in words:
        if word.isascii():
            for letter in word:
                qtbot.keyClick(QApplication.focusWidget(), letter)
        else:
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F2)
            QApplication.focusWidget().setText(word)
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
        shots.settle(desk)


def stored(store: Store, sitting: str) -> list[str]:
    with store.reading() as session:
        sheet = queries.score_sheet(session, sitting)
    return [row.cells[sheet.papers[0].id].points.words if row.cells else "" for row in sheet.rows]


def fill(store: Store, who: str, sitting: str, act, tenths: int = 700) -> None:
    with store.reading() as session:
        sheet = queries.score_sheet(session, sitting)
    entries = [Entry(r.id, p, Points(tenths)) for r in sheet.rows for p in sorted(r.due)]
    store.run(act, who, sitting_id=sitting, entries=entries, signer=SIGNERS[who])


def test_without_a_programme_the_page_names_the_missing_step(qtbot, desk: Desk):
    page = show(qtbot, desk)
    opened: list[str] = []
    desk.opened.connect(lambda key, _: opened.append(key))

    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    [button] = [
        b for b in page.findChildren(type(page._primary)) if b.text() == "去课程目录" and b.isVisible()
    ]
    button.click()

    assert page.is_blank
    assert opened == ["catalogue"]


def test_a_new_sitting_by_keyboard(qtbot, desk: Desk, store: Store, made: Made):
    page = show(qtbot, desk)

    page.create()
    form = page.side.form
    form.show_values({"title": "秋季考试", "on": ON})
    page.side.submit()
    shots.settle(desk)

    assert page.title.text() == "秋季考试"
    assert page.step is page.steps["candidates"]
    assert page.note.text.startswith("还没有考生")


def test_enter_opens_a_sitting_at_its_first_open_step_and_escape_leads_back(qtbot, desk: Desk, sitting: str):
    page = show(qtbot, desk)
    page.table.select_row(0)
    page.table.setFocus()

    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    shots.settle(desk)

    assert page.step is page.steps["scores"]
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    shots.settle(desk)
    assert (page.step, page.title.text()) == (None, "考试")


def test_marks_are_typed_downwards_and_800_stays_in_its_cell_with_the_sentence(
    qtbot, desk: Desk, store: Store, sitting: str
):
    page = show(qtbot, desk, sitting=sitting, step="scores")
    grid = page.step.grid
    grid.setFocus()

    typed(qtbot, desk, "85", "800", "缺考")

    assert stored(store, sitting) == ["85", "", "缺考", ""]
    [fault] = grid.faults()
    assert (fault.row, fault.text) == (1, "800")
    assert fault.reason == "满分是 100 分，800 分超出了范围，请看卷面核对。"
    assert page.note.text == "第 2 行 语文：满分是 100 分，800 分超出了范围，请看卷面核对。"
    assert grid.currentIndex().row() == 3


def test_a_column_is_pasted_from_excel_as_one_act(qtbot, desk: Desk, store: Store, clerk: str, sitting: str):
    page = show(qtbot, desk, sitting=sitting, step="scores")
    page.step.grid.setFocus()
    QGuiApplication.clipboard().setText("71\t61\n72\t62\n73\t63\n缺考\t缺考\n")

    qtbot.keyClick(page.step.grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    shots.settle(desk)

    assert stored(store, sitting) == ["71", "72", "73", "缺考"]
    desk.undo()
    shots.settle(desk)
    assert stored(store, sitting) == ["", "", "", ""]


def test_the_second_entry_is_blind_and_a_difference_is_decided(
    qtbot, desk: Desk, store: Store, clerk: str, head: str, sitting: str
):
    fill(store, clerk, sitting, actions.enter_scores)
    desk.sit(Seat(head, "章国平", signer=HEAD_SIGNER))
    page = show(qtbot, desk, sitting=sitting, step="check")
    grid = page.step.grid
    assert [row.values["语文"] for row in grid.values()] == [None] * 4

    grid.setFocus()
    typed(qtbot, desk, "70", "7")
    page.step.show_differences()
    shots.settle(desk)

    [row] = page.step.differences.model().rows
    assert (row.first.words, row.second.words) == ("70", "7")
    page.step.differences.select_row(0)
    page.step.take_first.click()
    shots.settle(desk)
    with store.reading() as session:
        [found] = queries.sittings(session)
    assert (found.checked, found.differing) == (2, 0)


def test_the_one_who_typed_them_is_told_to_call_another(
    qtbot, desk: Desk, store: Store, clerk: str, sitting: str
):
    fill(store, clerk, sitting, actions.enter_scores)

    page = show(qtbot, desk, sitting=sitting, step="check")

    assert page.note.text == "没复核的分数都是您登的，要请另一个人登录后再打一遍。"


def test_the_lock_names_what_is_missing_and_then_holds(
    qtbot, desk: Desk, store: Store, clerk: str, head: str, sitting: str
):
    fill(store, clerk, sitting, actions.enter_scores)
    desk.sit(Seat(head, "章国平", signer=HEAD_SIGNER))
    page = show(qtbot, desk, sitting=sitting, step="lock")
    said: list[str] = []
    desk.noticed.connect(lambda notice: said.append(notice.text))

    page.step.lock()
    shots.settle(desk)
    fill(store, head, sitting, actions.check_scores)
    page.step.lock()
    shots.settle(desk)

    assert said[0] == "「春季考试」还不能锁定：16 格没有复核。"
    assert page.bundle.sitting.state is SittingState.LOCKED
    assert page.step.results.model().rows[0].name


def test_seats_step_asks_for_rooms_then_seats(qtbot, desk: Desk, store: Store, clerk: str, made: Made):
    key = store.run(actions.open_sitting, clerk, title="春季考试", on=ON, programme_id=made.programme).value
    store.run(actions.add_candidates, clerk, sitting_id=key, cohort_ids=made.cohorts)
    page = show(qtbot, desk, sitting=key, step="seats")
    before = page.note.text

    page.step.add()
    page.side.submit()
    shots.settle(desk)
    page.step.arrange()
    shots.settle(desk)

    assert before.startswith("还没有考场")
    assert page.bundle.sitting.seated == 4
