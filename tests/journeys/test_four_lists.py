"""A3 and A4 by keyboard in the whole window: from a number of the demand to a class in a village hall in two presses, and
who may not read at a level is told at entry with the rule."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from kqdesk.app.pages import PAGES, SOURCES
from kqdesk.desk import shots
from kqdesk.desk.desk import Desk
from kqdesk.desk.shell import Shell
from kqdesk.rooms.cohorts.queries import cohort_list, roster
from kqdesk.rooms.matching.actions import take_from_catalogue
from kqdesk.rooms.matching.page import MatchingPage
from kqdesk.rooms.matching.page.demand import DemandTab
from kqdesk.rooms.matching.page.match import MatchTab
from kqdesk.rooms.matching.page.trial import TrialDialog
from kqdesk.rooms.timetable.queries import By, term_lessons
from kqdesk.store.store import Store
from tests.matching.town import Town, samples, settle

CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def town(store: Store, clerk: str) -> Town:
    """Five people who were asked, two halls, two trainers."""
    return settle(store, clerk)


@pytest.fixture
def shell(qtbot, desk: Desk, town: Town) -> Shell:
    made = Shell(desk, "兰亭街道成校", PAGES, sources=SOURCES)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    shots.settle(desk)
    return made


def press(qtbot, desk: Desk, widget: QWidget, *keys: tuple[Qt.Key, Qt.KeyboardModifier]) -> int:
    """Keys on a widget, each until the desk is still; how many."""
    for key, held in keys:
        qtbot.keyClick(widget, key, held)
        shots.settle(desk)
    return len(keys)


def matching(shell: Shell, **context: object) -> MatchingPage:
    shell.go("matching", context)
    shots.settle(shell.desk)
    [page] = shell.findChildren(MatchingPage)
    return page


def trial(qtbot, desk: Desk, page: MatchingPage) -> TrialDialog:
    [dialog] = [one for one in page.findChildren(TrialDialog) if one.isVisible()]
    qtbot.waitUntil(lambda: dialog.panel is not None and dialog.panel.outlook is not None)
    return dialog


def test_a_demand_group_becomes_a_class_with_its_people_and_a_draft_in_two_presses(
    qtbot, shell: Shell, store: Store, town: Town, clerk: str
):
    desk, page = shell.desk, matching(shell)
    [tab_button] = [one for one in page.switch.findChildren(QPushButton) if one.text() == "需求"]
    press(qtbot, desk, tab_button, (Qt.Key.Key_Space, NONE))
    tab = page.tab
    assert isinstance(tab, DemandTab)
    tab.table.select_row(next(n for n, one in enumerate(tab.table.model().rows) if one.count == 2))

    presses = press(qtbot, desk, tab.table, (Qt.Key.Key_T, CTRL))
    dialog = trial(qtbot, desk, page)
    presses += press(qtbot, desk, dialog.table, (Qt.Key.Key_Return, CTRL))

    assert presses <= 5
    with store.reading() as session:
        [card] = cohort_list(session)
        assert (card.title, card.enrolled, card.classroom, card.trainer) == (
            "溪南村电工基础班",
            2,
            "大教室",
            "柏师傅",
        )
        assert [row.name for row in roster(session, card.id)] == ["陈建国", "王小妹"]
        assert len(term_lessons(session, By.COHORT, card.id)) == 8
    assert str(store.undo_state(clerk).undo).startswith("匹配开班：溪南村电工基础班")

    if not shell.isActiveWindow():
        with qtbot.waitActive(shell):  # the offscreen platform lets go of a window that nobody types in
            shell.raise_()
            shell.activateWindow()
    press(qtbot, desk, shell, (Qt.Key.Key_Z, CTRL))
    with store.reading() as session:
        assert cohort_list(session) == []


def test_who_is_too_old_or_has_it_already_is_told_with_the_rule(
    qtbot, shell: Shell, store: Store, town: Town, clerk: str
):
    samples(store, clerk)
    store.run(take_from_catalogue, clerk)
    desk = shell.desk
    page = matching(shell, person=town.people["孙巧云"], name="孙巧云")
    tab = page.tab
    assert isinstance(tab, MatchTab)

    senior = next(way for way in tab.ways.model().rows if way.offer.offered.level == "senior")
    assert not senior.is_fit
    assert "学历是普通高中毕业，不在报读条件里" in senior.why_not

    page.start_trial("成人高中", (town.people["钱阿毛"],), subject=f"p:{senior.offer.programme_id}")
    shots.settle(desk)
    dialog = trial(qtbot, desk, page)
    press(qtbot, desk, dialog.table, (Qt.Key.Key_Return, CTRL))

    assert dialog.panel is not None
    assert "已 68 周岁，超过成人高中就学年龄上限 60 周岁" in dialog.panel.note.text
    with store.reading() as session:
        assert cohort_list(session) == []
