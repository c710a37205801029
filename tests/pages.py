"""What tests of pages share: a page as somebody opens it, keys as she presses them."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk
from kqdesk.desk.pages import PageSpec
from kqdesk.desk.theme import apply_theme

CTRL, PLAIN = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


def open_page(spec: PageSpec, qtbot, desk: Desk, *, text_size: str = "standard", **context: str) -> Any:
    """The page as a link with that context opens it, everything read."""
    apply_theme(QApplication.instance(), text_size)
    made = spec.factory(desk, {})
    qtbot.addWidget(made)
    made.resize(1166, 700)
    made.show()
    made.arrive(context)
    shots.settle(desk)
    return made


def press(qtbot, desk: Desk, widget: QWidget, key: Qt.Key, mods: Qt.KeyboardModifier = CTRL) -> None:
    """One key, and all that comes of it."""
    qtbot.keyClick(widget, key, mods)
    shots.settle(desk)
