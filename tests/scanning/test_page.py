"""扫描登记 in the window: files dropped, doubtful rows decided by keys, entered as one step."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from kqdesk.desk import shots
from kqdesk.desk.theme import apply_theme
from kqdesk.rooms.attendance import queries
from kqdesk.rooms.attendance.page import PAGE
from kqdesk.rooms.attendance.terms import Mark
from tests.scanning.conftest import NightClass, pdf_of, signed


@pytest.fixture
def dialog(qtbot, desk, night_class: NightClass, without_child):
    """The window over the attendance page, as 扫描登记 opens it."""
    apply_theme(QApplication.instance())
    page = PAGE.factory(desk, {})
    qtbot.addWidget(page)
    page.show()
    page.arrive({})
    shots.settle(desk)
    opened = page.scan_door.open()
    shots.settle(desk)
    yield opened
    page.close()  # named here, so that it lives as long as the test


def marks(store, lesson_id: str) -> list[Mark | None]:
    with store.reading() as session:
        return [row.mark for row in queries.lesson_roll(session, lesson_id).rows]


def test_doubtful_rows_are_decided_by_keys_and_all_is_one_step(
    qtbot, desk, store, clerk, dialog, night_class: NightClass, printed, tmp_path
) -> None:
    lesson = night_class.lessons[1]
    filled, scan = signed(printed(lesson), 5, doubtful=0.3)

    dialog.take([pdf_of(tmp_path, scan)])
    shots.settle(desk, 30)
    count = len(dialog.questions)
    for _ in range(count):
        qtbot.keyClick(dialog.card, Qt.Key.Key_2)
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    shots.settle(desk)
    found = marks(store, lesson)
    desk.undo()
    shots.settle(desk)

    assert count >= sum(mark is None for mark in filled.truth) > 2
    assert [a for a, b in zip(found, filled.truth, strict=True) if b is None] == [
        Mark.LATE
    ] * filled.truth.count(None)
    assert all(a is b for a, b in zip(found, filled.truth, strict=True) if b is not None)
    assert marks(store, lesson) == [None] * len(found)


def test_what_is_put_off_stays_unmarked(qtbot, desk, store, dialog, night_class, printed, tmp_path) -> None:
    lesson = night_class.lessons[1]
    _, scan = signed(printed(lesson), 5, doubtful=0.3)

    dialog.take([pdf_of(tmp_path, scan)])
    shots.settle(desk, 30)
    rows = [one.row.row for one in dialog.questions]
    qtbot.keyClick(dialog.card, Qt.Key.Key_Space)
    qtbot.keyClick(dialog.card, Qt.Key.Key_Backspace)
    qtbot.keyClick(dialog.card, Qt.Key.Key_5)
    dialog.enter_button.click()
    shots.settle(desk)
    found = marks(store, lesson)

    assert [found[row] for row in rows] == [Mark.ABSENT] + [None] * (len(rows) - 1)


def test_a_file_that_is_no_sheet_says_so(desk, dialog, tmp_path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello")

    dialog.take([path])
    shots.settle(desk, 30)

    assert "不是扫描件" in dialog.note.text
    assert not dialog.enter_button.isEnabled()
