"""Hands for journeys in the whole window: go to a page, press keys, save the form at the right, look at a preview."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kqdesk.app.pages import PAGES, SOURCES
from kqdesk.desk import shots
from kqdesk.desk.desk import Desk
from kqdesk.desk.form import FormPanel
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.shell import Shell

CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def shell(qtbot, desk: Desk) -> Shell:
    made = Shell(desk, "兰亭街道成校", PAGES, sources=SOURCES)
    qtbot.addWidget(made)
    made.show()
    shots.settle(desk)
    return made


def press(qtbot, shell: Shell, widget: QWidget, *keys: tuple[Qt.Key, Qt.KeyboardModifier]) -> None:
    """Keys on a widget of the active window, then wait until the desk is still."""
    window = widget.window()
    with qtbot.waitActive(window):  # the offscreen platform lets go of a window that nobody types in
        window.raise_()
        window.activateWindow()
    widget.setFocus()
    for key, held in keys:
        qtbot.keyClick(widget, key, held)
        shots.settle(shell.desk)


def save(qtbot, shell: Shell, page, **values: object) -> None:
    """The form at the right, filled and saved with Ctrl+Enter."""
    panel = page.side
    assert isinstance(panel, FormPanel)
    panel.form.show_values(values)
    press(qtbot, shell, panel, (Qt.Key.Key_Return, CTRL))


def go(shell: Shell, key: str, **context: str):
    page = shell.go(key, context)
    shots.settle(shell.desk)
    return page


def close_preview(shell: Shell) -> int:
    """How many sheets were shown before Esc."""
    [preview] = [one for one in shell.findChildren(PdfPreview) if one.isVisible()]
    count = len(preview._sizes)
    preview.close()
    shots.settle(shell.desk)
    return count
