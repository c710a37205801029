"""The 督查 page by keyboard: answer with numbers and a file, a task from a paper, the papers."""

from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from kqdesk.desk import shots
from kqdesk.desk.preview import PdfPreview
from kqdesk.rooms.supervision import actions
from kqdesk.rooms.supervision.page import PAGE
from kqdesk.rooms.supervision.page.card import TaskPanel
from kqdesk.rooms.supervision.terms import TaskState
from kqdesk.store.attachments import KeptFile
from tests.classfile.conftest import two_pages
from tests.pages import CTRL, PLAIN, open_page, press
from tests.supervision.conftest import TODAY, send_task

opened = partial(open_page, PAGE)


def test_a_task_is_answered_with_numbers_and_a_file(
    qtbot, desk, store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.run(send_task, "system", wants_files=True)
    path = tmp_path / "开班名单.pdf"
    path.write_bytes(two_pages())
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(path)], ""))
    page = opened(qtbot, desk)
    page.table.setFocus()
    page.table.select_row(0)
    press(qtbot, desk, page.table, Qt.Key.Key_Return, PLAIN)
    assert isinstance(page.side, TaskPanel)

    press(qtbot, desk, page, Qt.Key.Key_J)
    page.side.form.show_values({"words": "已开两个班。", "figure_n1": 2})
    press(qtbot, desk, page.side, Qt.Key.Key_Return)
    missing = page.side.form.faults()
    page.side.form.show_values({"figure_n2": 41})
    press(qtbot, desk, page.side, Qt.Key.Key_Return)
    refused = page.side.note.text
    page.side.leave()
    shots.settle(desk)
    press(qtbot, desk, page, Qt.Key.Key_O)
    files = [row.name for row in page.side.files.model().rows]
    press(qtbot, desk, page, Qt.Key.Key_J)
    page.side.form.show_values({"words": "已开两个班。", "figure_n1": 2, "figure_n2": 41})
    press(qtbot, desk, page.side, Qt.Key.Key_Return)

    assert missing == {"figure_n2": "请填写夜校学员（人）。"}
    assert refused.startswith("这件督查要佐证材料。")
    assert files == ["开班名单.pdf"]
    assert page.table.model().rows == []
    assert page.foot.text() == "共 0 件督查"
    page.shelf._group.button(1).click()
    shots.settle(desk)
    assert [row.state for row in page.table.model().rows] == [TaskState.ANSWERED]


def test_a_paper_is_entered_and_its_end_noted(qtbot, desk, store, clerk: str) -> None:
    page = opened(qtbot, desk)
    was_blank = page.is_blank
    press(qtbot, desk, page, Qt.Key.Key_N)
    page.side.form.show_values(
        {"title": "消防安全自查", "words": "逐个查", "due_on": TODAY, "figures": "教学点 个"}
    )
    press(qtbot, desk, page.side, Qt.Key.Key_Return)
    [row] = page.table.model().rows
    store.run(actions.answer, clerk, task_id=row.id, words="查了", figures={"n1": 4})
    page.arrive({"task": row.id})
    shots.settle(desk)
    press(qtbot, desk, page, Qt.Key.Key_T)
    page.side.form.show_values({"accepted": True, "words": "电话认可"})
    press(qtbot, desk, page.side, Qt.Key.Key_Return)

    assert was_blank
    assert (row.title, row.due_words) == ("消防安全自查", "今天到期")
    assert page.side.card.row.state is TaskState.ACCEPTED


def test_the_notice_and_no_answer_to_print(qtbot, desk, sent: str) -> None:
    page = opened(qtbot, desk, task=sent)
    press(qtbot, desk, page, Qt.Key.Key_P, CTRL | Qt.KeyboardModifier.ShiftModifier)
    refused = page.note.text
    press(qtbot, desk, page, Qt.Key.Key_P)

    assert refused == "还没有答复，没有答复单可打印。请先按 Ctrl+J 答复。"
    assert [one.windowTitle() for one in page.findChildren(PdfPreview)] == ["打印预览：督查通知单"]


def test_the_answer_as_a_paper(qtbot, desk, store, clerk: str, sent: str) -> None:
    store.run(actions.answer, clerk, task_id=sent, words="已办", figures={"n1": 2, "n2": 41})
    page = opened(qtbot, desk, task=sent)
    press(qtbot, desk, page, Qt.Key.Key_P, CTRL | Qt.KeyboardModifier.ShiftModifier)

    assert [one.windowTitle() for one in page.findChildren(PdfPreview)] == ["打印预览：督查答复单"]


def test_a_file_is_taken_out_by_key(qtbot, desk, store, clerk: str, sent: str, attachments) -> None:
    digest = attachments.keep(two_pages())
    store.run(
        actions.put_evidence,
        clerk,
        task_id=sent,
        files=[KeptFile(digest, "照片.pdf", "application/pdf", 900)],
    )
    page = opened(qtbot, desk, task=sent)
    page.side.files.setFocus()
    page.side.files.select_row(0)
    press(qtbot, desk, page.side.files, Qt.Key.Key_Delete, PLAIN)
    gone = page.side.card.files
    store.undo(clerk)
    page.reload()
    shots.settle(desk)
    page.side.files.select_row(0)
    press(qtbot, desk, page.side.files, Qt.Key.Key_Return, PLAIN)

    assert gone == ()
    assert [one.windowTitle() for one in page.findChildren(PdfPreview)] == ["打印预览：照片.pdf"]
