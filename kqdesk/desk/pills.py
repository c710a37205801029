"""Filter pills in as many lines as they need: one is down, each may carry a count."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QSizePolicy, QWidget

from kqdesk.desk.theme import theme


class Pills(QWidget):
    """Like ``Segments``, but wrapping: for more choices than one line holds at 特大. Arrow keys move, Space chooses."""

    chosen = Signal(object)

    def __init__(self, choices: Sequence[tuple[Any, str]], *, name: str = "") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._values = [value for value, _ in choices]
        self._words = [words for _, words in choices]
        self._group = QButtonGroup(self)
        self._buttons = []
        for number, words in enumerate(self._words):
            button = QPushButton(words, self)
            button.setCheckable(True)
            button.setProperty("look", "segment")
            button.setProperty("end", "only")
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            self._group.addButton(button, number)
            self._buttons.append(button)
        if self._buttons:
            self._buttons[0].setChecked(True)
        self._group.idClicked.connect(self._on_clicked)

    def value(self) -> Any:
        """The value that is down."""
        return self._values[self._group.checkedId()]

    def choose(self, value: Any) -> None:
        """Put a value down without telling anybody."""
        self._group.button(self._values.index(value)).setChecked(True)

    def count(self, value: Any, number: int | None) -> None:
        """Show a count behind the words of a choice; None takes it away."""
        place = self._values.index(value)
        self._buttons[place].setText(self._words[place] + ("" if number is None else f" {number}"))
        self.setFixedHeight(self._flow())

    def sizeHint(self) -> QSize:
        return QSize(400, self._flow())

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setFixedHeight(self._flow())

    def _flow(self) -> int:
        """Lay the buttons in lines; returns the height they take."""
        gap, x, y, line = theme().px("space_s"), 0, 0, theme().px("control")
        for button in self._buttons:
            width = button.sizeHint().width()
            if x and x + width > self.width():
                x, y = 0, y + line + gap
            button.setGeometry(x, y, width, line)
            x += width + gap
        return y + line

    @Slot(int)
    def _on_clicked(self, number: int) -> None:
        self.chosen.emit(self._values[number])
