"""The 活动 page by keyboard: plan one, count, sign in, put a photo in, confirm, tell the group."""

from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from kqdesk.desk import shots
from kqdesk.desk.preview import PdfPreview
from kqdesk.rooms.activities.page import PAGE, SOURCE
from kqdesk.rooms.activities.page.card import ActivityPanel
from kqdesk.rooms.activities.terms import ActivityState
from tests.activities.conftest import Ground
from tests.pages import open_page, press

opened = partial(open_page, PAGE)


def test_an_empty_school_plans_its_first_one(qtbot, desk) -> None:
    page = opened(qtbot, desk)
    was_blank = page.is_blank
    press(qtbot, desk, page, Qt.Key.Key_N)
    page.side.form.show_values({"topic": "防诈骗讲座", "expected": 40})
    press(qtbot, desk, page.side, Qt.Key.Key_Return)

    assert was_blank
    assert [row.topic for row in page.table.model().rows] == ["防诈骗讲座"]
    assert isinstance(page.side, ActivityPanel)
    assert page.side.card.row.topic == "防诈骗讲座"


def test_from_the_sign_in_to_the_confirmation(qtbot, desk, lecture: str, ground: Ground) -> None:
    page = opened(qtbot, desk)
    page.table.setFocus()
    page.table.select_row(0)
    press(qtbot, desk, page.table, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
    assert not page.side.confirming.isEnabled()

    press(qtbot, desk, page, Qt.Key.Key_J)
    page.side.form.show_values({"pasted": "阮秋月\n沈建国\n外村人"})
    press(qtbot, desk, page.side, Qt.Key.Key_Return)
    asked = page.side.note.text
    page.side.go()
    shots.settle(desk)
    page.side.leave()
    shots.settle(desk)
    press(qtbot, desk, page, Qt.Key.Key_R)
    start = page.side.form.values()["headcount"]
    page.side.form.show_values({"headcount": 55})
    press(qtbot, desk, page.side, Qt.Key.Key_Return)
    page.side.confirming.click()
    shots.settle(desk)

    assert asked == "花名册里没有：外村人。"
    assert start == 2
    row = page.side.card.row
    assert (row.state, row.known, row.walk_ins) == (ActivityState.CONFIRMED, 2, 53)
    assert page.foot.text() == "共 1 场 · 55 人次 · 待确认 0 场"
    assert not page.side.buttons["count"].isEnabled()


def test_a_photo_goes_in_is_looked_at_and_taken_out(
    qtbot, desk, lecture: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = BytesIO()
    Image.new("RGB", (40, 30), "#88aacc").save(picture, "JPEG")
    (tmp_path / "现场.jpg").write_bytes(picture.getvalue())
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(tmp_path / "现场.jpg")], ""))
    page = opened(qtbot, desk, activity=lecture)

    press(qtbot, desk, page, Qt.Key.Key_O)
    files = page.side.files
    names = [row.name for row in files.model().rows]
    files.setFocus()
    files.select_row(0)
    press(qtbot, desk, files, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
    [preview] = page.findChildren(PdfPreview)
    title = preview.windowTitle()
    preview.close()
    page.activateWindow()
    shots.settle(desk)
    files.setFocus()
    press(qtbot, desk, files, Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier)

    assert (names, title) == (["现场.jpg"], "打印预览：现场.jpg")
    assert page.side.card.files == ()


def test_the_notice_is_copied_and_the_sheet_printed(qtbot, desk, lecture: str) -> None:
    page = opened(qtbot, desk, activity=lecture)

    press(qtbot, desk, page, Qt.Key.Key_T)
    copied = QGuiApplication.clipboard().text()
    press(qtbot, desk, page, Qt.Key.Key_P)
    [preview] = page.findChildren(PdfPreview)
    preview.close()
    page.activateWindow()
    shots.settle(desk)
    page.do("print_record")
    shots.settle(desk)

    assert copied.startswith("【活动通知】中老年人防诈骗讲座（讲座）\n时间：3月2日（周一） 18:30—20:00")
    assert page.findChildren(PdfPreview)[-1].windowTitle() == "打印预览：活动记录表"


def test_cancelling_asks_why(qtbot, desk, lecture: str) -> None:
    page = opened(qtbot, desk, activity=lecture)
    page.do("cancel")
    page.side.form.show_values({"reason": "台风"})
    press(qtbot, desk, page.side, Qt.Key.Key_Return)

    assert page.side.card.row.state is ActivityState.CANCELLED
    page.do("notice")
    shots.settle(desk)
    assert "因台风，取消" in QGuiApplication.clipboard().text()


def test_a_change_keeps_the_speaker_and_ctrl_k_finds_it(qtbot, desk, store, lecture: str) -> None:
    page = opened(qtbot, desk, activity=lecture)
    press(qtbot, desk, page, Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier)
    page.side.form.show_values({"topic": "防诈骗进村"})
    press(qtbot, desk, page.side, Qt.Key.Key_Return)
    with store.reading() as session:
        [hit] = SOURCE.find(session, "进村", 5)

    assert (page.side.card.row.speaker, page.side.card.row.clock) == ("鲁志刚", "18:30—20:00")
    assert (hit.title, hit.context) == ("防诈骗进村", {"activity": lecture})
