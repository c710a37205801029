"""How a cell looks: columns described once, painted by one delegate (pills, numbers, codes, masks)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Generic, Literal, TypeVar

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from kqdesk.desk.theme import Theme, pixmap, theme

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex
Kind = Literal["text", "number", "code", "pill", "mask"]
PAD = 12
ICONS = {
    "neutral": "remove", "primary": "info", "success": "check", "warning": "warning", "danger": "error", "seal": "seal",
}  # fmt: skip


@dataclass(frozen=True)
class Pill:
    """A state as text, icon and soft colour. ``tone``: neutral primary success warning danger seal."""

    text: str
    tone: str = "neutral"
    icon: str = ""  # "" = the tone's own


@dataclass(frozen=True)
class Column(Generic[R]):
    """One column over rows of type R.

    ``kind``: text · number (right) · code (monospace) · pill · mask (text comes masked; an eye asks for the rest).
    ``width`` in pixels at the standard text size, 0 shares what is left. ``sort``: a key; default the text by
    pinyin, for numbers the text as a number.
    """

    title: str
    text: Callable[[R], str | None]
    kind: Kind = "text"
    width: int = 0
    pill: Callable[[R], Pill | None] | None = None
    sort: Callable[[R], Any] | None = None
    tip: Callable[[R], str | None] | None = None
    is_strong: bool = False

    def shown(self, row: R) -> str:
        """The cell's words; empty, never "None"."""
        if self.kind == "pill" and self.pill is not None:
            pill = self.pill(row)
            return pill.text if pill else ""
        return self.text(row) or ""

    @cached_property
    def align(self) -> Qt.AlignmentFlag:
        """Numbers to the right, the rest to the left."""
        side = Qt.AlignmentFlag.AlignRight if self.kind == "number" else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter


def place_of(option: Any) -> tuple[QRect, QStyle.StateFlag]:
    """Rectangle and state of a cell about to be painted (the stubs leave out these fields of the option)."""
    return option.rect, option.state


class CellDelegate(QStyledItemDelegate):
    """Paints rows of models that have ``columns`` and ``row(index)``."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.hover_row = -1
        self._for: Theme | None = None
        self._dress()

    def _dress(self) -> None:
        look = theme()
        if look is self._for:
            return
        self._for = look
        self._fits: dict[tuple[int, str, int], str] = {}
        self._plain, self._strong = look.font(), look.font(semibold=True)
        self._mono = look.font(mono=True)
        self._metrics = {id(f): QFontMetrics(f) for f in (self._plain, self._strong, self._mono)}
        self._text, self._faint = look.colour("text"), look.colour("faint")
        self._hover, self._soft = look.colour("hover"), look.colour("primary_soft")
        self._bar, self._line = look.colour("primary"), QPen(look.colour("line"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self._dress()
        model: Any = index.model()
        column: Column[Any] = model.columns[index.column()]
        row = model.row(index)
        rect, state = place_of(option)
        painter.save()
        self._ground(painter, rect, index, bool(state & QStyle.StateFlag.State_Selected))
        if row is None:  # a page that has not arrived yet
            painter.fillRect(
                rect.adjusted(PAD, rect.height() // 2 - 4, -PAD * 3, 4 - rect.height() // 2), self._hover
            )
        elif column.kind == "pill" and column.pill is not None:
            pill = column.pill(row)
            if pill is not None and pill.text:
                draw_pill(painter, QPoint(rect.left() + PAD - 4, rect.center().y()), pill, rect.width() - PAD)
        else:
            self._draw_text(painter, rect, column, column.shown(row))
        painter.restore()

    def _ground(self, painter: QPainter, rect: QRect, index: Index, is_selected: bool) -> None:
        if is_selected:
            painter.fillRect(rect, self._soft)
        elif index.row() == self.hover_row:
            painter.fillRect(rect, self._hover)
        painter.setPen(self._line)
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if is_selected and index.column() == 0:
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), self._bar)

    def _draw_text(self, painter: QPainter, rect: QRect, column: Column[Any], text: str) -> None:
        if not text:
            return
        is_mono = column.kind in ("code", "mask")
        font = self._strong if column.is_strong else self._mono if is_mono else self._plain
        inner = rect.adjusted(PAD, 0, -PAD, 0)
        if column.kind == "mask":
            size = theme().px("icon") - 2
            spot = self.eye_rect(rect, text)
            painter.drawPixmap(
                spot.topLeft(), pixmap("eye", "faint", size, painter.device().devicePixelRatioF())
            )
            inner.setRight(spot.left() - 4)
        painter.setFont(font)
        painter.setPen(self._text)
        painter.drawText(inner, column.align, self._fitted(id(font), text, inner.width()))

    def _fitted(self, font: int, text: str, room: int) -> str:
        """The text with … when it is too long, remembered: measuring costs as much as drawing."""
        key = (font, text, room)
        found = self._fits.get(key)
        if found is None:
            if len(self._fits) > 4_000:
                self._fits.clear()
            found = self._metrics[font].elidedText(text, Qt.TextElideMode.ElideRight, room)
            self._fits[key] = found
        return found

    def eye_rect(self, rect: QRect, text: str) -> QRect:
        """Where the eye of a masked cell is: after its text, never beyond the cell."""
        size = theme().px("icon") - 2
        after = rect.left() + PAD + self._metrics[id(self._mono)].horizontalAdvance(text) + 8
        return QRect(min(after, rect.right() - PAD - size), rect.center().y() - size // 2, size, size)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        self._dress()
        model: Any = index.model()
        row = model.row(index)
        words = model.columns[index.column()].shown(row) if row is not None else ""
        return QSize(self._metrics[id(self._strong)].horizontalAdvance(words) + 3 * PAD, theme().px("row"))


def draw_pill(painter: QPainter, left_middle: QPoint, pill: Pill, room: int) -> int:
    """Draw a pill with its left edge's middle at a point; returns its width in pixels (at most ``room``)."""
    drawn = _pill_picture(pill, room, painter.device().devicePixelRatioF(), theme().text_size)
    size = drawn.deviceIndependentSize().toSize()
    painter.drawPixmap(QPoint(left_middle.x(), left_middle.y() - size.height() // 2), drawn)
    return size.width()


@lru_cache(maxsize=512)  # a pill costs 0.2 ms to draw and a screen has hundreds of the same few
def _pill_picture(pill: Pill, room: int, scale: float, _text_size: str) -> QPixmap:
    fore, soft = theme().tone(pill.tone)
    font = theme().font("small")
    metrics = QFontMetrics(font)
    mark, gap = metrics.height() - 4, 4
    text = metrics.elidedText(pill.text, Qt.TextElideMode.ElideRight, max(room - mark - gap - 16, 12))
    box = QRect(0, 0, metrics.horizontalAdvance(text) + mark + gap + 16, metrics.height() + 4)
    drawn = QPixmap(round(box.width() * scale), round(box.height() * scale))
    drawn.setDevicePixelRatio(scale)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(soft)
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    painter.drawPixmap(
        QPoint(7, (box.height() - mark) // 2), pixmap(pill.icon or ICONS[pill.tone], fore.name(), mark, scale)
    )
    painter.setFont(font)
    painter.setPen(fore)
    painter.drawText(box.adjusted(7 + mark + gap, 0, -6, 0), Qt.AlignmentFlag.AlignVCenter, text)
    painter.end()
    return drawn
