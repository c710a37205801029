"""Rows one can press and the cards they lie in. A row is a button: mouse, Enter and a screen reader find the same thing."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QEnterEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from kqdesk.desk.cells import Pill, draw_pill
from kqdesk.desk.parts import label, rule
from kqdesk.desk.theme import pixmap, theme

Act = Callable[[], object]
MOVES = frozenset(
    {
        Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End,
    }
)  # fmt: skip


class RowButton(QAbstractButton):
    """A wide flat button: a wash under the mouse, a bar at the left when it has the keyboard."""

    moved = Signal(int)  # one of MOVES was pressed; the page knows the order of its rows

    def __init__(self, key: str, spoken: str, act: Act) -> None:
        super().__init__()
        self.key, self._act = key, act
        self.setAccessibleName(spoken)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 8, 16, 8)
        self._row.setSpacing(theme().px("space_m"))
        self.clicked.connect(self._on_clicked)

    def add(self, part: QWidget, stretch: int = 0) -> None:
        """The next piece from the left; it lets the mouse through to the row."""
        part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._row.addWidget(part, stretch, Qt.AlignmentFlag.AlignVCenter)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.hasFocus():
            painter.fillRect(self.rect(), theme().colour("primary_soft"))
            painter.fillRect(QRect(0, 0, 3, self.height()), theme().colour("primary"))
        elif self.underMouse():
            painter.fillRect(self.rect(), theme().colour("hover"))
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in MOVES:
            self.moved.emit(event.key())  # Qt would walk by geometry and the scroll area would scroll
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    @Slot()
    def _on_clicked(self) -> None:
        self._act()


class PillLabel(QWidget):
    """A pill as wide as its words."""

    def __init__(self, pill: Pill) -> None:
        super().__init__()
        self._pill = pill
        metrics = QFontMetrics(theme().font("small"))
        # what draw_pill needs: the words, its mark, and what lies between
        self._size = QSize(metrics.horizontalAdvance(pill.text) + metrics.height() + 20, metrics.height() + 6)
        self.setFixedSize(self._size)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_pill(painter, QPoint(0, self.height() // 2), self._pill, self._size.width() + 40)
        painter.end()


class Medal(QWidget):
    """An icon or a number in a soft circle."""

    def __init__(self, tone: str, *, icon: str = "", word: str = "", small: bool = False) -> None:
        super().__init__()
        self._tone, self._icon, self._word = tone, icon, word
        side = theme().px("icon") + (6 if small else 18)
        self.setFixedSize(side, side)

    def paintEvent(self, _: QPaintEvent) -> None:
        fore, soft = theme().tone(self._tone)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(soft)
        painter.drawEllipse(self.rect())
        if self._icon:
            size = min(theme().px("icon"), self.width() - 8)
            edge = (self.width() - size) // 2
            painter.drawPixmap(edge, edge, pixmap(self._icon, fore.name(), size, self.devicePixelRatioF()))
        else:
            painter.setPen(fore)
            painter.setFont(theme().font("small", semibold=True))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._word)
        painter.end()


def words(text: str, look: str = "", *, strong: bool = False) -> QLabel:
    """Words that break into lines rather than being cut."""
    made = label(text, look)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    if strong:
        made.setFont(theme().font(semibold=True))
        made.setStyleSheet("font-weight: 600;")
    return made


def two_lines(sentence: str, detail: str, *, strong: bool = False) -> QWidget:
    """A sentence with its small second line."""
    both = QWidget()
    column = QVBoxLayout(both)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    column.addWidget(words(sentence, strong=strong))
    if detail:
        column.addWidget(words(detail, "small"))
    return both


def link_words(text: str, *, is_filled: bool = False) -> QLabel:
    """What pressing the row does, at its right end; ``is_filled`` for the one that comes next."""
    if not is_filled:
        made = label(f"{text} ›")
        made.setStyleSheet(f"color: {theme().name('primary')};")
        return made
    made = label(text)
    made.setStyleSheet(
        f"color: {theme().name('on_primary')}; background: {theme().name('primary')}; font-weight: 600;"
        f" border-radius: {theme().px('radius_control')}px; padding: 5px 14px;"
    )
    return made


class Card(QFrame):
    """A white card: a heading with its count, perhaps a button, and rows with lines between them."""

    def __init__(self, title: str, count: str = "", aside: QWidget | None = None) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 10, 1, 6)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(16, 0, 10, 6)
        head.setSpacing(theme().px("space_s"))
        self.title = words(title, strong=True)
        self.title.setWordWrap(False)
        head.addWidget(self.title)
        if count:
            head.addWidget(label(count, "small"))
        head.addStretch()
        if aside is not None:
            head.addWidget(aside)
        column.addLayout(head)
        self._column = column

    def add_rows(self, rows: Sequence[QWidget]) -> None:
        """One under the other, a thin line before each."""
        for row in rows:
            self._column.addWidget(rule())
            self._column.addWidget(row)
