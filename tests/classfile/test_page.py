"""一班一档 by keyboard: what is missing, put a file in, go where it is done, close, print, pack. Story A19."""

from pathlib import Path
from zipfile import ZipFile

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QFileDialog

from kqdesk.desk import shots
from kqdesk.desk.form import FormDialog
from kqdesk.desk.intake import brought_by
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.theme import apply_theme
from kqdesk.rooms.classfile.page import PAGE
from kqdesk.rooms.classfile.terms import Paper, Standing
from tests.attendance.conftest import Cohort
from tests.classfile.conftest import png, two_pages


@pytest.fixture
def page(qtbot, desk, held: Cohort):
    """The page as it is after somebody opened it."""
    apply_theme(QApplication.instance())
    made = PAGE.factory(desk, {})
    qtbot.addWidget(made)
    made.resize(1166, 700)
    made.show()
    made.arrive({})
    shots.settle(desk)
    return made


def standings(page) -> dict[Paper, Standing]:
    return {item.paper: item.standing for item in page.card.items.model().rows}


def go_to(page, paper: Paper) -> None:
    rows = page.card.items.model().rows
    page.card.items.select_row(next(n for n, item in enumerate(rows) if item.paper is paper))
    page.card.items.setFocus()


def test_the_list_says_what_is_missing_and_enter_goes_where_it_is_done(
    qtbot, desk, page, held: Cohort
) -> None:
    opened = []
    desk.opened.connect(lambda key, context: opened.append((key, context)))

    go_to(page, Paper.SIGN_IN)
    item = page.card.chosen()
    qtbot.keyClick(page.card.items, Qt.Key.Key_Return)

    assert (item.standing, item.words) == (Standing.MISSING, "3 次缺签到表扫描")
    assert "完整度 16%" in page.card.words.text()
    assert opened == [("attendance", {"cohort": held.id})]


def test_a_file_put_in_by_the_keyboard_and_taken_out_again(
    qtbot, desk, page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "批复.pdf"
    path.write_bytes(two_pages())
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(path)], ""))
    go_to(page, Paper.APPROVAL)

    qtbot.keyClick(page, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    shots.settle(desk)
    there = standings(page)[Paper.APPROVAL]
    names = [row.name for row in page.card.files.model().rows]
    page.card.files.setFocus()
    page.card.files.select_row(0)
    qtbot.keyClick(page.card.files, Qt.Key.Key_Delete)
    shots.settle(desk)

    assert (there, names) == (Standing.THERE, ["批复.pdf"])
    assert standings(page)[Paper.APPROVAL] is Standing.MISSING


def test_a_picture_pasted_and_a_wrong_file_refused(desk, page, tmp_path: Path) -> None:
    mime = QMimeData()
    image = QImage()
    image.loadFromData(png())
    mime.setImageData(image)
    page.take_files(Paper.PHOTOS, brought_by(mime))
    shots.settle(desk)
    wrong = tmp_path / "怪.exe"
    wrong.write_bytes(b"MZ\x90\x00")
    mime.clear()
    mime.setUrls([wrong.as_uri()])
    page.take_files(Paper.PHOTOS, brought_by(mime))
    shots.settle(desk)

    assert standings(page)[Paper.PHOTOS] is Standing.THERE
    assert page.note.text.startswith("「怪.exe」放不进来")


def test_closing_asks_for_the_reason_and_locks_the_list(desk, page) -> None:
    page.archive()
    [dialog] = page.findChildren(FormDialog)
    dialog.panel.form.show_values({"reason": "老班，照片找不到了"})
    dialog.panel.submit()
    shots.settle(desk)

    assert page.shown.row.archived.reason == "老班，照片找不到了"
    assert (page.closing.text(), page.waiving.isEnabled()) == ("重新打开", False)


def test_the_whole_as_pdf_and_as_zip(qtbot, desk, page, tmp_path: Path) -> None:
    qtbot.keyClick(page, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    shots.settle(desk, 30)
    [preview] = page.findChildren(PdfPreview)
    title = preview.windowTitle()
    preview.close()
    page.write_zip(tmp_path / "档案.zip")
    shots.settle(desk, 30)

    assert title == "打印预览：2026-YX01 缝纫班 一班一档"
    with ZipFile(tmp_path / "档案.zip") as pack:
        assert pack.namelist() == ["一班一档.pdf", "校验.csv"]


def test_no_class_yet(qtbot, desk) -> None:
    made = PAGE.factory(desk, {})
    qtbot.addWidget(made)
    made.arrive({})
    shots.settle(desk)

    assert made.is_blank
