"""A8–A10 by keyboard: a sitting arranged and printed, marks typed by two people, what each learner still lacks."""

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk, Seat
from kqdesk.rooms.dual.page import DualPage
from kqdesk.rooms.dual.page.why import WhyPanel
from kqdesk.rooms.dual.terms import Need
from kqdesk.rooms.exams.page import ExamsPage
from kqdesk.rooms.exams.terms import SittingState
from kqdesk.store.store import Store
from tests.conftest import HEAD_SIGNER
from tests.exams.school import make_school

CTRL = Qt.KeyboardModifier.ControlModifier


def keys(qtbot, page, *presses) -> None:
    """Each key on whatever has the keyboard, then wait until the desk is still."""
    for press in presses:
        if QApplication.activeWindow() is None:
            page.activateWindow()  # without a window manager a closed panel leaves no window active
            qtbot.waitUntil(page.isActiveWindow, timeout=2000)
        if isinstance(press, str):
            for letter in press:
                qtbot.keyClick(QApplication.focusWidget() or page, letter)
        else:
            key, *held = press if isinstance(press, tuple) else (press,)
            qtbot.keyClick(
                QApplication.focusWidget() or page, key, held[0] if held else Qt.KeyboardModifier.NoModifier
            )
        shots.settle(page.desk)


def save(page, values: dict[str, object]) -> None:
    """The form at the right filled in and saved, as Ctrl+Enter does."""
    page.side.form.show_values(values)
    page.side.submit()
    shots.settle(page.desk)


def opened(qtbot, page, **context):
    qtbot.addWidget(page)
    page.resize(1166, 720)
    page.show()
    page.arrive(context)
    shots.settle(page.desk)
    return page


def type_marks(qtbot, page: ExamsPage, *marks: str) -> None:
    """Down the grid column by column, as a clerk does with a stack of scripts."""
    grid = page.step.grid
    for column, words in enumerate(marks):
        grid.setFocus()
        grid.setCurrentIndex(grid.model().index(0, 3 + column))
        for mark in words.split():
            keys(qtbot, page, mark, Qt.Key.Key_Return)


def test_from_a_new_sitting_to_what_is_still_lacking(qtbot, desk: Desk, store: Store, clerk: str, head: str):
    make_school(store, clerk, sizes=(2, 1), absent=0)
    page = opened(qtbot, ExamsPage(desk, {}))

    keys(qtbot, page, (Qt.Key.Key_N, CTRL))
    save(page, {"title": "春季统考", "on": date(2026, 2, 28)})
    keys(qtbot, page, (Qt.Key.Key_N, CTRL))
    save(page, {"cohort_ids": tuple(c.id for c in page.bundle.cohorts), "only_lacking": False})
    keys(qtbot, page, (Qt.Key.Key_2, CTRL))
    keys(qtbot, page, (Qt.Key.Key_N, CTRL | Qt.KeyboardModifier.ShiftModifier))
    save(page, {"name": "第1考场", "capacity": 30, "count": 1})
    keys(qtbot, page, (Qt.Key.Key_N, CTRL))
    assert [(row.hall, row.seat_no) for row in page.bundle.candidates] == [("第1考场", n) for n in (1, 2, 3)]

    keys(qtbot, page, (Qt.Key.Key_3, CTRL))
    type_marks(qtbot, page, "70 80 60", "8 61 62", "71 72 73", "90 45 44")
    assert (page.bundle.sitting.entered, page.bundle.sitting.due) == (12, 12)

    desk.sit(Seat(head, "章国平", signer=HEAD_SIGNER))
    page.reload()
    keys(qtbot, page, (Qt.Key.Key_4, CTRL))
    type_marks(qtbot, page, "70 80 60", "80 61 62", "71 72 73", "90 45 44")
    page.step.show_differences()
    shots.settle(desk)
    [row] = page.step.differences.model().rows
    assert (row.first.words, row.second.words) == ("8", "80")
    page.step.differences.select_row(0)
    page.step.take_second.click()
    keys(qtbot, page, (Qt.Key.Key_5, CTRL))
    page.step.lock()
    shots.settle(desk)
    assert page.bundle.sitting.state is SittingState.LOCKED

    board = opened(qtbot, DualPage(desk, {}))
    assert {row.need(Need.EXAM).words for row in board.tab.shown} == {"4/4 科"}
    board.tab.table.select_row(0)
    board.tab.table.setFocus()
    keys(qtbot, board, Qt.Key.Key_Return)
    assert isinstance(board.side, WhyPanel)
    assert board.tab.table.current().need(Need.SKILL).todo == "登记技能证书"
