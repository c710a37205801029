"""工作台 under real keys: what is shown, where Enter leads, what happens when something changes."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from kqdesk.desk import shots
from kqdesk.desk.desk import Seat
from kqdesk.desk.pages import PageSpec
from kqdesk.desk.parts import Push
from kqdesk.desk.theme import apply_theme
from kqdesk.rooms.home.page import PAGE, HomePage
from kqdesk.rooms.home.page.rows import Card
from kqdesk.rooms.home.rules import backup_line
from tests.home.conftest import RULES, furnish, put_rules


@pytest.fixture
def opened(desk) -> list[tuple[str, dict]]:
    """Where the page led to."""
    seen: list[tuple[str, dict]] = []
    desk.opened.connect(lambda page, context: seen.append((page, context)))
    return seen


@pytest.fixture
def show(qtbot, desk):
    """Opens the page, active, as it is once everything has arrived."""

    def make(spec: PageSpec = PAGE, size: str = "standard", **lent) -> HomePage:
        apply_theme(QApplication.instance(), size)
        page = HomePage(desk, {}, **lent) if lent else spec.factory(desk, {})
        qtbot.addWidget(page)
        page.resize(1166, 680)
        page.show()
        page.activateWindow()
        qtbot.waitUntil(page.isActiveWindow)
        page.arrive({})
        shots.settle(desk)
        return page

    return make


def keys(page: HomePage) -> list[str]:
    return [row.key.split("-")[0] for row in page.rows]


def cards(page: HomePage) -> list[str]:
    return [card.accessibleName() for card in page.findChildren(Card)]


def press(qtbot, *wanted: Qt.Key) -> None:
    for key in wanted:
        qtbot.keyClick(QApplication.focusWidget(), key)


def test_lines_are_walked_and_opened_by_keys(qtbot, store, clerk, show, opened) -> None:
    store.run(put_rules, "system", wanted=RULES)
    store.run(furnish, clerk, count=1)

    page = show()

    assert page.title.text() == "晚上好，沈月琴"
    assert page.sentence.text() == "3月2日 星期一，工作日。今天有 1 次课，另有 2 件事等着办。"
    assert cards(page)[:3] == ["今天", "该补的", "准备"]
    assert keys(page) == ["lesson", "roll", "absence", "gap", "papers", "unset"]
    assert page.focused is page.rows[0]

    press(
        qtbot,
        Qt.Key.Key_Return,
        Qt.Key.Key_Down,
        Qt.Key.Key_Return,
        Qt.Key.Key_End,
        Qt.Key.Key_Up,
        Qt.Key.Key_Space,
    )

    assert [where for where, _ in opened] == ["attendance", "attendance", "trainers"]
    assert opened[0][1]["lesson"] in page.rows[0].key
    assert opened[2][1] == {"find": "赵师傅"}

    press(qtbot, Qt.Key.Key_Right, Qt.Key.Key_Enter)

    assert opened[-1] == ("people", {})

    press(qtbot, Qt.Key.Key_Left, Qt.Key.Key_Home)

    assert page.focused is page.rows[0]


def test_a_click_on_the_words_opens_the_line(qtbot, store, clerk, show, opened) -> None:
    store.run(furnish, clerk, count=1)
    page = show()

    qtbot.mouseClick(page.rows[1], Qt.MouseButton.LeftButton, pos=page.rows[1].rect().center())
    qtbot.mouseClick(page.roll_button, Qt.MouseButton.LeftButton)

    assert [where for where, _ in opened] == ["attendance", "attendance"]
    assert opened[1][1]["lesson"] in page.rows[0].key


def test_a_new_school_gets_its_first_steps(qtbot, desk, show, opened) -> None:
    page = show()

    assert keys(page) == [
        "school", "staff", "people", "courses", "sites", "trainers", "cohort", "lessons", "roll",
    ]  # fmt: skip
    assert page.sentence.text().endswith("按下面几步走一遍，就可以开班上课了。")
    assert not page.roll_button.isVisible()

    press(qtbot, *[key for _ in range(9) for key in (Qt.Key.Key_Return, Qt.Key.Key_Down)])

    assert opened == [
        ("office", {"tab": "school"}), ("office", {"tab": "staff"}), ("people", {"import": True}), ("catalogue", {}), ("places", {"tab": "sites"}),
        ("trainers", {}), ("cohorts", {"new": True}), ("timetable", {}), ("attendance", {}),
    ]  # fmt: skip

    qtbot.mouseClick(
        next(b for b in page.findChildren(Push) if b.text() == "不再显示"), Qt.MouseButton.LeftButton
    )
    shots.settle(desk)

    assert cards(page) == ["今天", "学校现在"]
    assert page.sentence.text().endswith("今天没有课，也没有等着办的事。")


def test_the_page_follows_what_is_written(desk, clerk, show) -> None:
    page = show()

    desk.run(furnish, count=1)
    shots.settle(desk)

    assert keys(page)[:2] == ["lesson", "roll"]

    desk.undo()
    shots.settle(desk)

    assert keys(page)[0] == "school"


def test_the_cursor_stays_on_its_line(qtbot, desk, store, clerk, show) -> None:
    store.run(furnish, clerk, count=2)
    page = show()
    press(qtbot, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down)
    before = page.focused.key

    desk.run(put_rules, wanted=RULES)
    shots.settle(desk)

    assert (before, page.focused.key) == (before, before)
    assert "absence" in keys(page)


def test_another_person_sees_what_waits_for_her(desk, store, clerk, head, show, opened) -> None:
    store.run(furnish, clerk, count=1)
    desk.sit(Seat(head, "章国平", "校长"))

    page = show()
    for row in page.rows:
        row.click()

    assert "等您的" in cards(page)
    assert ("certificates", {"tab": "register", "state": "drawn"}) in opened
    assert [context["step"] for where, context in opened if where == "exams"] == ["check"]


def test_lines_lent_from_outside_are_shown(show) -> None:
    page = show(more=lambda: [backup_line("上次拷到 U 盘是 9 天前，请再拷一份。", "backup")])

    assert keys(page)[0] == "backup"
    assert page.sentence.text().endswith("今天没有课，有 1 件事等着办。")


def test_every_row_speaks_and_nothing_is_cut_at_huge(store, clerk, show) -> None:
    store.run(furnish, clerk, count=3)

    page = show(size="huge")
    rows = [*page.rows, *page.right_rows]
    words = [part for row in rows for part in row.findChildren(QLabel)]

    assert all(row.accessibleName() for row in rows)
    assert [part.text() for part in words if part.height() < part.heightForWidth(part.width())] == []
    assert [
        part.text() for part in words if not part.wordWrap() and part.width() < part.sizeHint().width()
    ] == []
    apply_theme(QApplication.instance())
