"""The roll by keyboard alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from kqdesk.desk import shots
from kqdesk.desk.theme import apply_theme
from kqdesk.rooms.attendance import actions, queries
from kqdesk.rooms.attendance.page import PAGE
from kqdesk.rooms.attendance.page.rates import RatesDialog
from kqdesk.rooms.attendance.terms import Mark
from tests.attendance.conftest import Cohort


@pytest.fixture
def page(qtbot, desk, cohort: Cohort):
    """The page as it is after somebody opened it, today's lesson chosen."""
    apply_theme(QApplication.instance())
    made = PAGE.factory(desk, {})
    qtbot.addWidget(made)
    made.resize(1166, 700)
    made.show()
    made.arrive({})
    shots.settle(desk)
    return made


class Keys:
    """Counts what is pressed."""

    def __init__(self, qtbot, desk) -> None:
        self.qtbot, self.desk, self.count = qtbot, desk, 0

    def press(self, key: object, modifier: object = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(QApplication.focusWidget(), key, modifier)
        self.count += 1
        if modifier is not Qt.KeyboardModifier.NoModifier:
            shots.settle(self.desk)

    def type(self, text: str) -> None:
        for letter in text:
            self.press(letter)


@pytest.fixture
def keys(qtbot, desk, page) -> Keys:
    return Keys(qtbot, desk)


def stored(store, lesson_id: str) -> dict[Mark | None, int]:
    with store.reading() as session:
        roll = queries.lesson_roll(session, lesson_id)
    assert roll is not None
    given = [row.mark for row in roll.rows]
    return {mark: given.count(mark) for mark in dict.fromkeys(given)}


def test_thirty_learners_three_absent_in_fifteen_keys(store, page, keys, cohort: Cohort) -> None:
    keys.type("3,7,21")
    keys.press(Qt.Key.Key_Return)
    keys.press(Qt.Key.Key_F8)
    keys.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert keys.count <= 15
    assert stored(store, cohort.lessons[1]) == {Mark.PRESENT: 27, Mark.ABSENT: 3}
    assert page.word.text == "已保存：到 27 人，旷课 3 人。"


def test_digits_mark_and_go_down_letters_jump(page, keys) -> None:
    keys.press(Qt.Key.Key_Return)  # an empty box: to the roll
    keys.type("25")
    keys.type("z")

    assert [line.mark for line in page.table.lines[:3]] == [Mark.LATE, Mark.ABSENT, None]
    assert page.table.current().row.initials.startswith("z")
    assert "2 处未保存" in page.counts.text()

    page.table.select_row(1)
    keys.press(Qt.Key.Key_Backspace)

    assert page.table.lines[1].mark is None


def test_numbers_not_on_the_roll_are_named(page, keys) -> None:
    keys.type("3,99")
    keys.press(Qt.Key.Key_Return)

    assert page.word.text == "这个班没有 99 号，其余已记旷课。"

    keys.type("/")
    keys.type("x")
    keys.press(Qt.Key.Key_Return)

    assert "不是序号" in page.word.text


def test_entered_leave_needs_the_key_twice(store, clerk, desk, page, keys, cohort: Cohort) -> None:
    lesson = cohort.lessons[1]
    desk.run(actions.set_mark, lesson_id=lesson, enrolment_id=cohort.learners[0], mark=Mark.EXCUSED)
    shots.settle(desk)
    keys.press(Qt.Key.Key_Return)

    keys.type("5")
    before = page.table.lines[0].mark
    said = page.word.text
    keys.type("5")
    keys.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert before is Mark.EXCUSED
    assert "再按一次" in said
    assert stored(store, lesson)[Mark.ABSENT] == 1


def test_going_to_another_lesson_keeps_what_was_marked(store, desk, page, keys, cohort: Cohort) -> None:
    keys.press(Qt.Key.Key_Return)
    keys.type("5")
    page.lessons.select_row(1)
    shots.settle(desk)

    assert page.roll.lesson.id == cohort.lessons[0]
    assert stored(store, cohort.lessons[1]) == {Mark.ABSENT: 1, None: 29}


def test_a_locked_roll_refuses_keys_and_offers_correction(page, desk, keys, cohort: Cohort) -> None:
    keys.press(Qt.Key.Key_F8)
    page.lock()
    shots.settle(desk)
    page.table.setFocus()
    keys.type("5")

    assert page.table.is_locked
    assert "已锁定" in page.word.text
    assert (page.save_button.isEnabled(), page.correct_button.isEnabled()) == (False, True)


def test_rates_say_what_is_not_set(page, desk, keys) -> None:
    keys.press(Qt.Key.Key_F8)
    page.save()
    shots.settle(desk)
    page.show_rates()
    shots.settle(desk)
    [window] = page.findChildren(RatesDialog)
    row = window.table.model().rows[0]
    words = window.note.text
    window.close()

    assert [column.shown(row) for column in window.table.model().columns][7:10] == ["100%", "25%", "2"]
    assert "最低出勤率：未配置" in words


def test_an_empty_day_says_where_to_go(qtbot, desk) -> None:
    made = PAGE.factory(desk, {})
    qtbot.addWidget(made)
    made.arrive({})
    shots.settle(desk)

    assert made.is_blank
