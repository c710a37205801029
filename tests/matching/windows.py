"""The 匹配 page in a window and keys on it, for page tests."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk
from kqdesk.rooms.matching.page import MatchingPage
from kqdesk.rooms.matching.page.trial import TrialDialog

CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


def show(qtbot, desk: Desk, **context: object) -> MatchingPage:
    page = MatchingPage(desk, {})
    qtbot.addWidget(page)
    page.resize(1166, 720)
    page.show()
    page.activateWindow()
    page.arrive(context)
    shots.settle(desk)
    return page


def press(qtbot, desk: Desk, widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    qtbot.keyClick(widget, key, modifier)
    shots.settle(desk)


def tab_of(page: MatchingPage, kind: type):
    assert isinstance(page.tab, kind)
    return page.tab


def trial_of(qtbot, desk: Desk, page: MatchingPage) -> TrialDialog:
    [dialog] = [one for one in page.findChildren(TrialDialog) if one.isVisible()]
    shots.settle(desk)
    qtbot.waitUntil(lambda: dialog.panel is not None and dialog.panel.outlook is not None)
    return dialog
