"""A panel of numbered choices: a digit or Enter does one, Esc leaves. Two keys from a lesson to a told change."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from kqdesk.desk.parts import Note, Push, Tool, label
from kqdesk.desk.theme import theme
from kqdesk.rooms.timetable.terms import REASONS

MOST = 9  # digits there are
MARGIN = 60  # pixels a window stays within the one it lies over


@dataclass(frozen=True)
class Option:
    """One thing that can be done: its words, what speaks for or against it, and the act."""

    words: str
    act: Callable[[str], object]  # gets the reason
    detail: str = ""
    icon_name: str = "right"


class ChoicePanel(QFrame):
    """``facts``: (words, tone token) above; ``asks_reason``: a line for why, filled with the commonest reason."""

    closed = Signal()

    def __init__(
        self,
        title: str,
        facts: Sequence[tuple[str, str]],
        options: Sequence[Option],
        *,
        asks_reason: bool = False,
        reason: str = REASONS[0],
        foot: str = "",
    ) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.setAccessibleName(title)
        self.setFixedWidth(theme().px("panel"))
        self.options = list(options)[:MOST]
        self.note = Note()
        self._reason: QComboBox | None = None
        self.buttons: list[Push] = []
        self._lay_out(title, facts, asks_reason, reason, foot)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.leave)

    def _lay_out(
        self, title: str, facts: Sequence[tuple[str, str]], asks_reason: bool, reason: str, foot: str
    ) -> None:
        head = QHBoxLayout()
        head.addWidget(label(title, "head"), 1)
        head.addWidget(Tool("close", "关闭", self.leave, keys="Esc"))
        inside = QWidget()
        inside.setObjectName("scrolled")
        inner = QVBoxLayout(inside)
        inner.setContentsMargins(0, 0, 6, 0)
        inner.setSpacing(theme().px("space_s"))
        for words, tone in facts:
            inner.addWidget(_fact(words, tone))
        if asks_reason:
            self._reason = _reason_line(reason)
            inner.addWidget(label("原因（会印在通知上）", "second"))
            inner.addWidget(self._reason)
        for number, option in enumerate(self.options, 1):
            self._add_option(inner, number, option)
        inner.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 10, 12)
        column.setSpacing(theme().px("space_s"))
        column.addLayout(head)
        column.addWidget(self.note)
        column.addWidget(scroll, 1)
        column.addWidget(label(foot or "按数字键直接选 · Esc 关闭", "small"))

    def _add_option(self, column: QVBoxLayout, number: int, option: Option) -> None:
        button = Push(f"{number}　{option.words}", partial(self.do, number), icon_name=option.icon_name)
        button.setStyleSheet("text-align:left;")
        button.setToolTip(f"按 {number}")
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # never widens the panel
        self.buttons.append(button)
        column.addWidget(button)
        if option.detail:
            column.addWidget(_fact(option.detail, "second", indent=True))

    @property
    def reason(self) -> str:
        """The reason as it stands in the line."""
        return self._reason.currentText().strip() if self._reason else ""

    def focus_first(self) -> None:
        """The first choice gets the keyboard."""
        (self.buttons[0] if self.buttons else self).setFocus()

    def do(self, number: int) -> None:
        """Do the choice with this number; nothing happens when there is none."""
        if 1 <= number <= len(self.options):
            self.options[number - 1].act(self.reason)

    @Slot()
    def leave(self) -> None:
        """Close without doing anything."""
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = event.key() - Qt.Key.Key_0
        if 1 <= digit <= MOST and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.do(digit)
        else:
            super().keyPressEvent(event)


def _fact(words: str, tone: str, *, indent: bool = False) -> QLabel:
    line = label(words, "small" if indent else "second" if tone == "second" else "")
    line.setWordWrap(True)
    if tone not in ("", "second"):
        line.setStyleSheet(f"color:{theme().name(tone)};")
    if indent:
        line.setContentsMargins(theme().px("space_l"), 0, 0, theme().px("space_xs"))
    return line


def _reason_line(reason: str) -> QComboBox:
    line = QComboBox()
    line.setEditable(True)
    line.addItems(list(REASONS))
    line.setCurrentText(reason)
    line.setAccessibleName("原因")
    return line


class PanelWindow(QDialog):
    """A panel as a small window over the page, where there is no room beside the grid."""

    def __init__(self, parent: QWidget, panel: ChoicePanel | QFrame, closed: SignalInstance) -> None:
        super().__init__(parent)
        self.panel = panel
        self.setWindowTitle(panel.accessibleName())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        panel.setProperty("look", "")
        panel.setFixedWidth(round(theme().px("panel") * 1.15))
        panel.setMinimumHeight(min(theme().px("text") * 38, parent.window().height() - MARGIN))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(panel)
        closed.connect(self._on_closed)

    @Slot()
    def _on_closed(self) -> None:
        self.done(0)
