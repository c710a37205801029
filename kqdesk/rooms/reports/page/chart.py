"""Small charts of a year: a card a figure with its months, the even share of the target as a dashed line."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from kqdesk.desk.theme import theme
from kqdesk.rooms.reports.rules import Chart, PlanLine
from kqdesk.rooms.reports.rules.figures import plain


class ChartCard(QWidget):
    """One figure's months under its title and numbers; pressing it opens the figure."""

    opened = Signal(str)  # key of the figure

    def __init__(self, *, is_large: bool = False) -> None:
        super().__init__()
        self._line: PlanLine | None = None
        self._chart: Chart | None = None
        self._is_large = is_large
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(90)
        self.setFixedHeight(QFontMetrics(theme().font()).height() * (9 if is_large else 6) + 12)
        if not is_large:
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_line(self, line: PlanLine, chart: Chart) -> None:
        """Another figure, or the same after a change."""
        self._line, self._chart = line, chart
        self.setAccessibleName(line.sentence)
        self.setToolTip("" if self._is_large else line.sentence)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._open()
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open()
        else:
            super().keyPressEvent(event)

    def _open(self) -> None:
        if self._line is not None and not self._is_large:
            self.opened.emit(self._line.kind.key)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._is_large:
            edge = theme().colour("primary" if self.hasFocus() else "line")
            painter.setPen(QPen(edge, 1))
            painter.setBrush(theme().colour("surface"))
            radius = theme().px("radius_card")
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        if self._line is not None and self._chart is not None:
            self._draw(painter, self._line, self._chart)
        painter.end()

    def _draw(self, painter: QPainter, line: PlanLine, chart: Chart) -> None:
        pad = 0 if self._is_large else 10
        room = QRectF(self.rect()).adjusted(pad, 6, -pad, -4)
        small = QFontMetrics(theme().font("small"))
        if not self._is_large:
            self._draw_head(painter, line, room)
            room.setTop(room.top() + QFontMetrics(theme().font()).height() + small.height() + 4)
        foot = room.bottom() - small.height()
        high, across = foot - room.top(), room.width()
        fore, soft = theme().tone("warning" if line.is_behind else "primary")
        painter.setFont(theme().font("small"))
        for bar in chart.bars:
            tall = bar.height * high
            box = QRectF(room.left() + bar.left * across, foot - tall, bar.width * across, tall)
            painter.setPen(QPen(fore, 1))
            painter.setBrush(soft if bar.is_open else fore)
            if bar.value:
                painter.drawRect(box)
            if self._is_large:
                self._draw_words(painter, box, bar.value, bar.label, foot)
        painter.setPen(QPen(theme().colour("line_strong"), 1))
        painter.drawLine(QPointF(room.left(), foot), QPointF(room.right(), foot))
        if chart.share is not None:
            y = foot - chart.share * high
            painter.setPen(QPen(theme().colour("second"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))

    def _draw_head(self, painter: QPainter, line: PlanLine, room: QRectF) -> None:
        title, small = theme().font(semibold=True), theme().font("small")
        wide = QFontMetrics(title)
        painter.setFont(title)
        painter.setPen(theme().colour("text"))
        name = wide.elidedText(line.kind.title, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignTop, name)
        painter.setFont(small)
        painter.setPen(theme().colour("second"))
        told = plain(line.kind, line.done) + (f" / {plain(line.kind, line.target)}" if line.target else "")
        told += f" {line.kind.unit.label}" + (f" · {line.percent}%" if line.percent is not None else "")
        fitted = QFontMetrics(small).elidedText(told, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room.adjusted(0, wide.height() + 1, 0, 0), Qt.AlignmentFlag.AlignTop, fitted)

    def _draw_words(self, painter: QPainter, box: QRectF, value: int, month: str, foot: float) -> None:
        painter.setPen(theme().colour("second"))
        high = QFontMetrics(painter.font()).height()
        middle, wide = Qt.AlignmentFlag.AlignHCenter, box.adjusted(-12, 0, 12, 0)
        painter.drawText(QRectF(wide.left(), foot + 1, wide.width(), high), middle, month)
        if value:
            painter.drawText(QRectF(wide.left(), box.top() - high, wide.width(), high), middle, f"{value:,}")


class ChartRow(QWidget):
    """Small multiples side by side."""

    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme().px("space_s"))
        self.cards: list[ChartCard] = []

    def show_charts(self, charts: Sequence[tuple[PlanLine, Chart]]) -> None:
        """One card each; cards that stay keep the keyboard."""
        while len(self.cards) > len(charts):
            card = self.cards.pop()
            self._row.removeWidget(card)
            card.hide()
            card.deleteLater()
        while len(self.cards) < len(charts):
            card = ChartCard()
            card.opened.connect(self.opened)
            self.cards.append(card)
            self._row.addWidget(card)
        for card, (line, chart) in zip(self.cards, charts, strict=True):
            card.show_line(line, chart)
        self.setVisible(bool(charts))
