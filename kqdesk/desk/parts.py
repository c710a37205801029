"""Small pieces every page is put together from: buttons, segments, notes, the empty and the blocked state."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from kqdesk.desk.theme import GAP, icon, pixmap, theme

_CTRL = Qt.KeyboardModifier.ControlModifier
Act = Callable[[], object]
NOTES = {
    "told": ("done", "success"),
    "refused": ("warning", "warning"),
    "broke": ("error", "danger"),
    "info": ("info", "primary"),
}


def add_keys(where: QWidget, *pairs: tuple[str, Act]) -> None:
    """Keys that do something while ``where`` itself has the keyboard: ``("F2", self.edit)``."""
    for keys, act in pairs:
        press = QShortcut(QKeySequence(keys), where)
        press.setContext(Qt.ShortcutContext.WidgetShortcut)
        press.activated.connect(act)


class Push(QPushButton):
    """A button that does one thing. ``look``: "" outline · primary · danger · link."""

    def __init__(
        self,
        text: str,
        act: Act | None = None,
        *,
        look: str = "",
        icon_name: str = "",
        tip: str = "",
        keys: str = "",
    ) -> None:
        super().__init__(text)
        self._act, self._icon_name = act, icon_name
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self.dress(look)
        self.setAccessibleName(text or tip)
        self.setToolTip("　".join(part for part in (tip or (text if keys else ""), keys) if part))
        if keys:
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(self._on_keys)
        self.clicked.connect(self._on_clicked)

    def dress(self, look: str, icon_name: str = "") -> None:
        """Another look, perhaps another icon: the top button steps back while an empty page shows its own."""
        self.setProperty("look", look)
        self.style().unpolish(self)
        self.style().polish(self)
        self._icon_name = icon_name or self._icon_name
        if self._icon_name:
            tone = {"primary": "on_primary", "danger": "danger", "link": "primary"}.get(look, "second")
            size, has_words = theme().px("icon") - 2, bool(self.text())
            self.setIcon(icon(self._icon_name, tone, gap=has_words))
            self.setIconSize(QSize(size + round(size * GAP), size) if has_words else QSize(size, size))

    @Slot()
    def _on_clicked(self) -> None:
        if self._act is not None:
            self._act()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & _CTRL:
            self.click()  # Qt leaves Enter on a button to dialogs only
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_keys(self) -> None:
        if self.isVisible():
            self.click()


class Tool(QToolButton):
    """A flat icon button; its words are the tooltip and what a screen reader says."""

    def __init__(self, icon_name: str, tip: str, act: Act | None = None, *, keys: str = "") -> None:
        super().__init__()
        self._act = act
        self.setIcon(icon(icon_name))
        self.setIconSize(QSize(theme().px("icon"), theme().px("icon")))
        self.setToolTip(f"{tip}　{keys}" if keys else tip)
        self.setAccessibleName(tip)
        self.clicked.connect(self._on_clicked)

    @Slot()
    def _on_clicked(self) -> None:
        if self._act is not None:
            self._act()


def closing_head(panel: QWidget, heading: QWidget, closed: SignalInstance) -> QHBoxLayout:
    """The top of a panel at the right: its heading and a close button; Esc anywhere in the panel closes it too."""
    head = QHBoxLayout()
    head.addWidget(heading, 1)
    head.addWidget(Tool("close", "关闭", closed.emit, keys="Esc"), 0, Qt.AlignmentFlag.AlignTop)
    leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), panel)
    leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    leave.activated.connect(closed)
    return head


class Segments(QWidget):
    """A row of choices of which exactly one is down."""

    chosen = Signal(object)

    def __init__(self, choices: Sequence[tuple[Any, str]], *, name: str = "") -> None:
        super().__init__()
        self._values = [value for value, _ in choices]
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.setAccessibleName(name)
        for number, (_, text) in enumerate(choices):
            button = QPushButton(text)
            button.setCheckable(True)
            button.setProperty("look", "segment")
            button.setProperty("end", _end(number, len(choices)))
            self._group.addButton(button, number)
            row.addWidget(button)
        if choices:
            self._group.button(0).setChecked(True)
        self._group.idClicked.connect(self._on_clicked)

    def value(self) -> Any:
        """The value that is down."""
        return self._values[self._group.checkedId()]

    def choose(self, value: Any) -> None:
        """Put a value down without telling anybody."""
        self._group.button(self._values.index(value)).setChecked(True)

    def retitle(self, value: Any, text: str) -> None:
        """Other words for a choice, e.g. with its count: 缺材料 3."""
        self._group.button(self._values.index(value)).setText(text)

    @Slot(int)
    def _on_clicked(self, number: int) -> None:
        self.chosen.emit(self._values[number])


def _end(number: int, count: int) -> str:
    if count == 1:
        return "only"
    return {0: "first", count - 1: "last"}.get(number, "middle")


class Combo(QComboBox):
    """A drop-down over (value, label) pairs."""

    chosen = Signal(object)

    def __init__(self, choices: Sequence[tuple[Any, str]] = (), *, name: str = "") -> None:
        super().__init__()
        self._values: list[Any] = []
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setMaxVisibleItems(16)
        self.offer(choices)
        self.activated.connect(self._on_activated)

    def offer(self, choices: Sequence[tuple[Any, str]]) -> None:
        """Other choices; the chosen value stays chosen when it is still offered."""
        before = self.value()
        self.clear()
        self._values = [value for value, _ in choices]
        self.addItems([label for _, label in choices])
        if before in self._values:
            self.choose(before)

    def value(self) -> Any:
        """The chosen value; None when there is nothing to choose."""
        number = self.currentIndex()
        return self._values[number] if 0 <= number < len(self._values) else None

    def choose(self, value: Any) -> None:
        """Choose without telling anybody; an unknown value chooses nothing."""
        self.setCurrentIndex(self._values.index(value) if value in self._values else -1)

    @Slot(int)
    def _on_activated(self, _: int) -> None:
        self.chosen.emit(self.value())


class Wrapped(QLabel):
    """Words that break into lines and always get the height for them, whatever layout they are in."""

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)

    def setText(self, text: str) -> None:
        super().setText(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setMinimumHeight(max(self.heightForWidth(self.width()), 0))


class Note(QFrame):
    """A calm inline bar: icon, sentence, perhaps one button. ``tone``: told · refused · broke · info."""

    def __init__(self, *, look: str = "note", closable: bool = False) -> None:
        super().__init__()
        self.setProperty("look", look)
        self._icon, self._text = QLabel(), Wrapped()
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._button = Push("", self._press, look="link")
        self._act: Act | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._text, 1)
        row.addWidget(self._button)
        if closable:
            row.addWidget(Tool("close", "收起", self.hide))
        self.hide()

    @property
    def text(self) -> str:
        """The sentence shown now; "" when nothing is shown."""
        return "" if self.isHidden() else self._text.text()

    def say(self, sentence: str, tone: str = "info", button: tuple[str, Act] | None = None) -> None:
        """Show a sentence."""
        self.setProperty("tone", tone)
        self.style().unpolish(self)
        self.style().polish(self)
        self._icon.setPixmap(pixmap(*NOTES[tone], theme().px("icon"), 2.0))
        self._text.setText(sentence)
        self._button.setVisible(button is not None)
        if button is not None:
            self._button.setText(button[0])
            self._button.setAccessibleName(button[0])
            self._act = button[1]
        self.show()

    def _press(self) -> None:
        self.hide()
        if self._act is not None:
            self._act()


class Blank(QWidget):
    """A page with nothing to show: what it is for, or which step is missing, and the buttons that help."""

    def __init__(self, icon_name: str, title: str, sentence: str, buttons: Sequence[Push] = ()) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        picture = QLabel()
        picture.setPixmap(pixmap(icon_name, "primary", 56, 2.0))
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words = label(sentence, "second")
        words.setWordWrap(True)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words.setFixedWidth(theme().px("text") * 34)
        words.setMinimumHeight(
            words.heightForWidth(words.width())
        )  # an aligned label gets one line otherwise
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch()
        for button in buttons:
            row.addWidget(button)
        row.addStretch()
        column.addStretch(2)
        column.addWidget(picture)
        column.addSpacing(4)
        column.addWidget(label(title, "head"), 0, Qt.AlignmentFlag.AlignCenter)
        column.addWidget(words, 0, Qt.AlignmentFlag.AlignCenter)
        column.addSpacing(8)
        column.addLayout(row)
        column.addStretch(3)


def label(text: str = "", look: str = "") -> QLabel:
    """Words in one of the looks: title · head · second · small · fault."""
    made = QLabel(text)
    made.setProperty("look", look)
    return made


def rule() -> QFrame:
    """A one-pixel line across."""
    line = QFrame()
    line.setProperty("look", "rule")
    line.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return line


def search_box(placeholder: str, *, width: int = 0) -> QLineEdit:
    """A line edit with a magnifier and a clear button."""
    box = QLineEdit()
    box.setPlaceholderText(placeholder)
    box.setAccessibleName(placeholder)
    box.setClearButtonEnabled(True)
    box.setProperty("lead", True)
    box.addAction(icon("search", "faint"), QLineEdit.ActionPosition.LeadingPosition)
    if width:
        box.setFixedWidth(width)
    return box
