"""The week to tick: seven days by half hours from 8:00 to 22:00; drag with the mouse, or arrows and space."""

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kqdesk.desk.theme import theme
from kqdesk.rooms.trainers.rules import WEEKDAYS, Span, joined

FIRST, LAST, STEP = 8 * 60, 22 * 60, 30
ROWS = (LAST - FIRST) // STEP

Cell = tuple[int, int]  # weekday 1–7, row 0…


class WeekGrid(QWidget):
    """Cells of half an hour; ``spans()`` is what is ticked, with times outside the grid kept as they came."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("可上课时间")
        self.setMouseTracking(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._ticked: set[Cell] = set()
        self._outside: list[Span] = []
        self._at: Cell = (1, 0)
        self._paints: bool | None = None  # what a drag puts into the cells it crosses

    # -- values -----------------------------------------------------------------------------------

    def show_spans(self, spans: Iterable[Span]) -> None:
        """Tick these times. What lies outside 8:00–22:00 is not shown and not lost."""
        self._ticked, self._outside = set(), []
        for span in joined(spans):
            for start, end in (
                (span.start_minute, min(span.end_minute, FIRST)),
                (max(span.start_minute, LAST), span.end_minute),
            ):
                if start < end:
                    self._outside.append(Span(span.weekday, start, end))
            for row in range(ROWS):
                begin = FIRST + row * STEP
                if span.start_minute <= begin and begin + STEP <= span.end_minute:
                    self._ticked.add((span.weekday, row))
        self.update()

    def spans(self) -> list[Span]:
        """What is ticked, joined."""
        ticked = [Span(day, FIRST + row * STEP, FIRST + (row + 1) * STEP) for day, row in self._ticked]
        return joined([*ticked, *self._outside])

    def put(self, days: Iterable[int], start_minute: int, end_minute: int) -> None:
        """Tick the same time on several days: 每晚, 周末 …"""
        for day in days:
            for row in range((start_minute - FIRST) // STEP, (end_minute - FIRST) // STEP):
                self._ticked.add((day, row))
        self._changed()

    def clear(self) -> None:
        """Tick nothing."""
        self._ticked.clear()
        self._outside.clear()
        self._changed()

    # -- mouse and keys ---------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._cell(event.position().toPoint())
        if cell is not None:
            self._paints = cell not in self._ticked
            self._put(cell, self._paints)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self._cell(event.position().toPoint())
        if cell is not None and self._paints is not None:
            self._put(cell, self._paints)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._paints = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        day, row = self._at
        step = {
            Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
        }.get(Qt.Key(event.key()))  # fmt: skip
        if step is not None:
            ticked = self._at in self._ticked
            self._at = (min(max(day + step[0], 1), 7), min(max(row + step[1], 0), ROWS - 1))
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._put(self._at, ticked)
            self.update()
        elif event.key() == Qt.Key.Key_Space:
            self._put(self._at, self._at not in self._ticked)
        else:
            super().keyPressEvent(event)

    def _put(self, cell: Cell, is_ticked: bool) -> None:
        self._at = cell
        if (cell in self._ticked) != is_ticked:
            self._ticked ^= {cell}
            self._changed()
        self.update()

    def _changed(self) -> None:
        self.update()
        self.edited.emit()

    # -- looks ------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(theme().px("panel") - 40, self._head() + ROWS * (theme().px("small") + 2))

    def minimumSizeHint(self) -> QSize:
        return QSize(260, self._head() + ROWS * 9)

    def _head(self) -> int:
        return theme().px("text") + 10

    def _left(self) -> int:
        return theme().px("small") * 3 + 4

    def _cell_rect(self, cell: Cell) -> QRect:
        day, row = cell
        wide, high = self.width() - self._left() - 1, self.height() - self._head() - 1
        left, right = (self._left() + wide * n // 7 for n in (day - 1, day))
        top, bottom = (self._head() + high * n // ROWS for n in (row, row + 1))
        return QRect(left, top, right - left, bottom - top)

    def _cell(self, spot: QPoint) -> Cell | None:
        wide, high = self.width() - self._left(), self.height() - self._head()
        day, row = (
            (spot.x() - self._left()) * 7 // max(wide, 1),
            (spot.y() - self._head()) * ROWS // max(high, 1),
        )
        return (day + 1, row) if 0 <= day < 7 and 0 <= row < ROWS else None

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme(), QPainter(self)
        painter.setFont(look.font("small"))
        painter.setPen(look.colour("second"))
        for day, words in enumerate(WEEKDAYS, start=1):
            box = self._cell_rect((day, 0))
            head = QRect(box.left(), 0, box.width(), self._head())
            painter.drawText(head, Qt.AlignmentFlag.AlignCenter, words)
        for row in range(0, ROWS, 2):
            box = self._cell_rect((1, row))
            line = QRect(0, box.top() - look.px("small") // 2, self._left() - 6, look.px("small") + 2)
            painter.drawText(
                line,
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                f"{FIRST // 60 + row // 2}:00",
            )
        for day in range(1, 8):
            for row in range(ROWS):
                self._draw(painter, (day, row))
        if self.hasFocus():
            painter.setPen(QPen(look.colour("text"), 2))
            painter.drawRect(self._cell_rect(self._at).adjusted(1, 1, -1, -1))
        painter.end()

    def _draw(self, painter: QPainter, cell: Cell) -> None:
        look, box = theme(), self._cell_rect(cell)
        painter.fillRect(box, look.colour("primary" if cell in self._ticked else "surface"))
        painter.setPen(look.colour("control_line" if cell[1] % 2 == 0 else "line"))
        painter.drawLine(box.topLeft(), box.topRight())
        painter.setPen(look.colour("control_line"))
        painter.drawLine(box.topLeft(), box.bottomLeft())
        if cell[0] == 7:
            painter.drawLine(box.topRight(), box.bottomRight())
        if cell[1] == ROWS - 1:
            painter.drawLine(box.bottomLeft(), box.bottomRight())
