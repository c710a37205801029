"""A7, A14 and A19 by keyboard in the whole window: a roll in a village hall and its sheet back from the scanner, the month's
pay by two people, the file of a class put together for the inspectors."""

from pathlib import Path
from random import Random
from zipfile import ZipFile

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from kqdesk.app.pages import PAGES, SOURCES
from kqdesk.desk import shots
from kqdesk.desk.desk import Desk, Seat
from kqdesk.desk.form import FormDialog
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.shell import Shell
from kqdesk.printing.preview import page_count
from kqdesk.rooms.attendance import queries
from kqdesk.rooms.attendance.page.leave import LeaveDialog
from kqdesk.rooms.attendance.page.scans import SignInDialog
from kqdesk.rooms.attendance.papers import as_sign_in_sheet
from kqdesk.rooms.attendance.queries.scans import scans_of
from kqdesk.rooms.attendance.terms import Mark, PayState
from kqdesk.rooms.classfile.terms import Paper, Standing
from kqdesk.store.store import Store
from tests.attendance.conftest import Cohort
from tests.attendance.packs import put_pack
from tests.attendance.test_pay import RATES, held
from tests.classfile.conftest import cohort, two_pages
from tests.conftest import HEAD_SIGNER, Clock
from tests.scanning.conftest import pdf_of, without_child
from tests.scanning.filled import fill, scanned

__all__ = ["cohort", "held", "without_child"]
CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier
Press = Qt.Key | str | tuple[Qt.Key, Qt.KeyboardModifier]


@pytest.fixture
def shell(qtbot, desk: Desk) -> Shell:
    made = Shell(desk, "兰亭街道成校", PAGES, sources=SOURCES)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    shots.settle(desk)
    return made


def keys(qtbot, shell: Shell, *presses: Press, window: QWidget | None = None) -> int:
    """Keys on whatever has the keyboard, as many as are returned; after each the desk is still."""
    top, count = window or shell, 0
    if not top.isActiveWindow():
        with qtbot.waitActive(top):  # the offscreen platform lets go of a window that nobody types in
            top.raise_()
            top.activateWindow()
    for press in presses:
        for one in press if isinstance(press, str) else (press,):
            key, held_down = one if isinstance(one, tuple) else (one, NONE)
            qtbot.keyClick(top.focusWidget() or top, key, held_down)
            count += 1
            shots.settle(shell.desk)
    return count


def only(parent: QWidget, kind: type):
    """The one window of a kind that is open."""
    [found] = [one for one in parent.findChildren(kind) if one.isVisible()]
    return found


def marks(store: Store, lesson_id: str) -> list[Mark | None]:
    with store.reading() as session:
        roll = queries.lesson_roll(session, lesson_id)
    assert roll is not None
    return [row.mark for row in roll.rows]


def drop(target: QWidget, *paths: Path) -> bool:
    """Files drawn over a widget and let fall, as a file manager does; whether they were taken."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    how = (QPoint(40, 40), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, NONE)
    entering, falling = QDragEnterEvent(*how), QDropEvent(*how)
    QApplication.sendEvent(target, entering)
    if entering.isAccepted():
        QApplication.sendEvent(target, falling)
    return entering.isAccepted() and falling.isAccepted()


def test_a7_thirty_people_in_fifteen_keys_and_the_leave_stays(
    qtbot, shell: Shell, store: Store, clock: Clock, cohort: Cohort
) -> None:
    put_pack(store, {})
    page = shell.go("attendance")
    shots.settle(shell.desk)
    keys(qtbot, shell, Qt.Key.Key_F6)
    leave = only(page, LeaveDialog)
    leave.form.show_values({"enrolment_id": cohort.learners[4], "reason": "加班"})
    keys(qtbot, shell, (Qt.Key.Key_Return, CTRL), Qt.Key.Key_Escape, window=leave)

    pressed = keys(qtbot, shell, "/3,7,21", Qt.Key.Key_Return, Qt.Key.Key_F8, (Qt.Key.Key_Return, CTRL))
    given = marks(store, cohort.lessons[1])
    keys(qtbot, shell, (Qt.Key.Key_Z, CTRL))
    undone = marks(store, cohort.lessons[1])
    keys(qtbot, shell, (Qt.Key.Key_Y, CTRL))
    clock.forward(hours=49)
    shell.go("attendance", {"lesson": cohort.lessons[1]})
    shots.settle(shell.desk)

    assert pressed <= 15
    assert [given.count(mark) for mark in (Mark.PRESENT, Mark.ABSENT, Mark.EXCUSED)] == [26, 3, 1]
    assert given[4] is Mark.EXCUSED
    assert Mark.ABSENT not in undone
    assert page.table.is_locked


def test_a7_the_sheet_comes_back_from_the_scanner_and_is_let_fall_on_the_page(
    qtbot, shell: Shell, store: Store, cohort: Cohort, without_child, tmp_path: Path
) -> None:
    lesson, rng = cohort.lessons[1], Random(5)
    page = shell.go("attendance")
    shots.settle(shell.desk)
    keys(qtbot, shell, (Qt.Key.Key_P, CTRL))
    only(page, PdfPreview).close()
    with store.reading() as session:
        roll = queries.lesson_roll(session, lesson)
    assert roll is not None
    filled = fill(as_sign_in_sheet(roll, "兰亭成校"), rng, doubtful=0.1)
    puzzles = filled.truth.count(None)

    taken = drop(page.table.viewport(), pdf_of(tmp_path, scanned(filled.picture, rng)))
    shots.settle(shell.desk, 30)
    dialog = only(page, SignInDialog)
    asked = len(dialog.questions)
    keys(qtbot, shell, *["2"] * asked, (Qt.Key.Key_Return, CTRL), window=dialog)
    shots.settle(shell.desk)
    found = marks(store, lesson)
    with store.reading() as session:
        scans = scans_of(session, [lesson])[lesson]

    assert (taken, len(scans)) == (True, 1)
    assert asked >= puzzles > 0
    assert [mark for mark, truth in zip(found, filled.truth, strict=True) if truth is None] == [
        Mark.LATE
    ] * puzzles
    assert None not in found


def test_something_that_is_no_file_may_not_fall_on_the_page(shell: Shell, cohort: Cohort) -> None:
    page = shell.go("attendance")
    shots.settle(shell.desk)

    assert drop(page.table.viewport()) is False
    assert [one for one in page.findChildren(SignInDialog) if one.isVisible()] == []


def test_a14_the_month_drawn_up_by_one_and_approved_by_another(
    qtbot, shell: Shell, store: Store, clock: Clock, head: str, held: str, cohort: Cohort
) -> None:
    put_pack(store, {"trainer.pay_rate": RATES})
    page = shell.go("attendance", {"lesson": cohort.lessons[1]})
    shots.settle(shell.desk)
    keys(qtbot, shell, Qt.Key.Key_F8, (Qt.Key.Key_Return, CTRL))
    page.lock_button.setFocus()
    keys(qtbot, shell, Qt.Key.Key_Space)
    shell.go("attendance", {"tab": "pay", "month": "2026-03"})
    shots.settle(shell.desk)
    page.pay.drawing.setFocus()
    keys(qtbot, shell, Qt.Key.Key_Return)
    page.pay.approving.setFocus()
    keys(qtbot, shell, Qt.Key.Key_Return)
    own = page.note.text
    shell.desk.sit(Seat(head, "章国平", "校长", HEAD_SIGNER))
    shell.go("attendance", {"tab": "pay", "month": "2026-03"})
    shots.settle(shell.desk)
    page.pay.sheets.select_row(0)
    shots.settle(shell.desk)
    page.pay.approving.setFocus()
    keys(qtbot, shell, Qt.Key.Key_Return)
    with store.reading() as session:
        [sheet] = queries.pay_sheets(session)

    assert "另一个人批准" in own
    assert (sheet.state, sheet.total_fen, sheet.approved_by) == (PayState.APPROVED, 20000, "章国平")


def test_a19_what_is_missing_is_put_in_and_the_whole_goes_on_a_stick(
    qtbot,
    shell: Shell,
    store: Store,
    held: str,
    cohort: Cohort,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put_pack(store, {})
    approval, target = tmp_path / "批复.pdf", tmp_path / "档案.zip"
    approval.write_bytes(two_pages())
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(approval)], ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    page = shell.go("classfile", {"cohort": cohort.id})
    shots.settle(shell.desk)
    items = page.card.items
    number = next(n for n, item in enumerate(items.model().rows) if item.paper is Paper.APPROVAL)
    items.setFocus()
    items.select_row(0)

    keys(qtbot, shell, *[Qt.Key.Key_Down] * number, (Qt.Key.Key_O, CTRL))
    there = items.model().rows[number].standing
    keys(qtbot, shell, (Qt.Key.Key_P, CTRL))
    shots.settle(shell.desk, 30)
    only(page, PdfPreview).close()
    page.packing.setFocus()
    keys(qtbot, shell, Qt.Key.Key_Space)
    shots.settle(shell.desk, 30)
    page.closing.setFocus()
    keys(qtbot, shell, Qt.Key.Key_Return)
    dialog = only(page, FormDialog)
    dialog.panel.form.show_values({"reason": "三年前的班，照片没有留"})
    keys(qtbot, shell, (Qt.Key.Key_Return, CTRL), window=dialog)
    with ZipFile(target) as pack:
        names = pack.namelist()
        (tmp_path / "one.pdf").write_bytes(pack.read("一班一档.pdf"))

    assert there is Standing.THERE
    assert [name for name in names if "批复" in name] != []
    assert page_count(tmp_path / "one.pdf") >= 5
    assert page.shown.row.archived.reason == "三年前的班，照片没有留"
