"""A lesson lifted off its place: every cell takes a colour, the sentence of why follows the cursor or the arrows.

``LiftGrid`` is what the week and the term have in common: M or the mouse lifts, Enter or letting go drops, Esc puts back.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QLabel, QToolTip, QWidget

from kqdesk.desk.theme import theme
from kqdesk.rooms.timetable.page.cards import lesson_words
from kqdesk.rooms.timetable.page.lift import SIGN, TONE, Lift, Spot
from kqdesk.rooms.timetable.queries import LessonRow
from kqdesk.rooms.timetable.rules.checker import Colour
from kqdesk.rooms.timetable.rules.days import clock

PATTERN = {
    Colour.GREEN: Qt.BrushStyle.NoBrush,
    Colour.YELLOW: Qt.BrushStyle.Dense6Pattern,
    Colour.RED: Qt.BrushStyle.BDiagPattern,
}  # a sign besides the colour
WASH, STROKE = 38, 110  # how much of the colour covers a cell, and of its pattern (0–255)
CLICKS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}

LETTERS = {
    Qt.Key.Key_M: "lift",
    Qt.Key.Key_T: "cancel",
    Qt.Key.Key_D: "substitute",
    Qt.Key.Key_G: "another",
    Qt.Key.Key_L: "lock",
}


class Bubble(QLabel):
    """The sentence that follows the lifted lesson."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._colour: Colour | None = None
        self.hide()

    def tell(self, words: str, colour: Colour, beside: QRectF, inside: QRectF) -> None:
        """Show the words next to a cell, inside what can be seen."""
        if colour is not self._colour:
            self._colour = colour
            tone, look = TONE[colour], theme()
            self.setStyleSheet(
                f"background:{look.name(tone + '_soft')};color:{look.name('text')};border:1px solid {look.name(tone)};"
                f"border-radius:{look.px('radius_control')}px;padding:{look.px('space_s')}px;"
            )
        self.setText(words)
        width = theme().px("text") * 21
        self.resize(QSize(width, self.heightForWidth(width)))
        left = beside.right() + 6
        if left + width > inside.right():
            left = beside.left() - 6 - width
        left = min(max(left, inside.left() + 2), inside.right() - width - 2)
        top = min(max(beside.top(), inside.top() + 2), inside.bottom() - self.height() - 2)
        self.move(round(left), round(top))
        self.show()
        self.raise_()


class LiftGrid(QWidget):
    """A calendar whose lessons can be lifted. Subclasses say where cells are and paint what stands still."""

    spot_opened = Signal(object)  # Spot: Enter or a click on an empty cell
    opened = Signal(object)  # LessonRow: Enter or a click
    lift_asked = Signal(object)  # LessonRow: M, or the mouse began to drag it; answer with start_lift
    dropped = Signal(object)  # Spot
    put_back = Signal()
    week_asked = Signal(int)  # weeks forward (or back) from what is shown
    key_asked = Signal(str)  # a letter pressed on a lesson: cancel, substitute, another, lock

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(False)
        self.lift: Lift | None = None
        self.target: Spot | None = None
        self.bubble = Bubble(self)
        self._pressed: tuple[QPoint, LessonRow | None] | None = None
        self._is_dragging = False
        self._still: QPixmap | None = None

    # -- what subclasses say --------------------------------------------------------------------------

    def lesson_here(self) -> LessonRow | None:
        """The selected lesson."""
        raise NotImplementedError

    def spot_at(self, point: QPoint) -> Spot | None:
        """The cell under a point."""
        raise NotImplementedError

    def lesson_at(self, point: QPoint) -> LessonRow | None:
        """The lesson under a point."""
        raise NotImplementedError

    def target_rect(self, spot: Spot) -> QRectF | None:
        """Where the lifted lesson would be drawn; None when that day is not shown."""
        raise NotImplementedError

    def stepped(self, spot: Spot, across: int, down: int) -> Spot:
        """The neighbouring cell."""
        raise NotImplementedError

    def heat_cells(self) -> Iterable[tuple[QRectF, Colour]]:
        """Every cell with its colour for the lifted lesson."""
        raise NotImplementedError

    def paint_still(self, painter: QPainter) -> None:
        """What does not move while a lesson is lifted."""
        raise NotImplementedError

    def over_rect(self) -> QRect:
        """Where ``paint_over`` paints."""
        return QRect()

    def paint_over(self, painter: QPainter) -> None:
        """What lies over everything: the head that stays when the body is scrolled."""

    def select_point(self, point: QPoint) -> None:
        """The mouse chose a cell."""

    # -- lifting ----------------------------------------------------------------------------------------

    def start_lift(self, lift: Lift) -> None:
        """The colours are there: show them until the lesson is dropped or put back."""
        self.lift = lift
        if self.target is None:
            self.target = Spot(lift.row.on, lift.row.start_minute)
        self.forget_still()
        self._follow()

    def end_lift(self) -> None:
        """No lesson is lifted any more."""
        self.lift = self.target = None
        self._is_dragging = False
        self.bubble.hide()
        self.unsetCursor()
        self.forget_still()
        self.setAccessibleDescription("")

    def forget_still(self) -> None:
        """Something that stands still has changed."""
        self._still = None
        self.update()

    def aim(self, spot: Spot) -> None:
        """The lifted lesson is held over a cell; only what it left and what it covers is painted anew."""
        if spot != self.target:
            left = self.target_rect(self.target) if self.target else None
            self.target = spot
            self._follow()
            for rect in (left, self.target_rect(spot)):
                if rect is not None:
                    self.update(rect.toAlignedRect().adjusted(-3, -3, 3, 3))

    def _follow(self) -> None:
        if self.lift is None or self.target is None:
            return
        rect = self.target_rect(self.target)
        words = self.lift.why(self.target)
        self.setAccessibleDescription(words)
        if rect is None:
            self.bubble.hide()
        else:
            seen = QRectF(self.visibleRegion().boundingRect())
            self.bubble.tell(
                words, self.lift.colour(self.target), rect, seen if seen.isValid() else QRectF(self.rect())
            )

    def _drop(self) -> None:
        if self.lift is None or self.target is None:
            return
        if self.target == Spot(self.lift.row.on, self.lift.row.start_minute):
            self.end_lift()
            self.put_back.emit()
        else:
            self.bubble.hide()  # the panel says it now
            self.dropped.emit(self.target)

    # -- keys and mouse -----------------------------------------------------------------------------------

    def lifted_key(self, key: int) -> bool:
        """A key while a lesson is lifted; False when it means nothing here."""
        if self.lift is None or self.target is None:
            return False
        if key in ARROWS:
            self.aim(self.stepped(self.target, *ARROWS[Qt.Key(key)]))
            if self.target_rect(self.target) is None:
                self.week_asked.emit(1 if key in (Qt.Key.Key_Right, Qt.Key.Key_Down) else -1)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            weeks = 1 if key == Qt.Key.Key_PageDown else -1
            self.aim(Spot(self.target.on + timedelta(weeks=weeks), self.target.minute))
            self.week_asked.emit(weeks)
        elif key in CLICKS:
            self._drop()
        elif key == Qt.Key.Key_Escape:
            self.end_lift()
            self.put_back.emit()
        else:
            return False
        return True

    def letter(self, key: Qt.Key, lesson: LessonRow | None) -> bool:
        """M lifts the lesson; T, D, G and L ask for what they stand for. False when there is nothing to do."""
        if lesson is None or key not in LETTERS:
            return False
        if key == Qt.Key.Key_M:
            self.lift_asked.emit(lesson)
        else:
            self.key_asked.emit(LETTERS[key])
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.lifted_key(event.key()):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if event.button() is not Qt.MouseButton.LeftButton or self.spot_at(point) is None:
            return
        self.setFocus()
        if self.lift is not None:  # lifted by M: a click drops
            self.aim(self.spot_at(point) or self.target or Spot(date.min, 0))
            self._drop()
            return
        self._pressed = (point, self.lesson_at(point))
        self.select_point(point)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if self._pressed is not None and not self._is_dragging and self._pressed[1] is not None:
            far = (point - self._pressed[0]).manhattanLength() >= QApplication.startDragDistance()
            if far:
                self._is_dragging = True
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                self.lift_asked.emit(self._pressed[1])
        if self._is_dragging:
            spot = self.spot_at(point)
            if spot is not None:
                self.aim(spot)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        if self._is_dragging:
            self._is_dragging = False
            self.unsetCursor()
            if self.lift is None:
                self.target = None
            else:
                self._drop()
        elif pressed[1] is not None:
            self.opened.emit(pressed[1])
        else:
            spot = self.spot_at(pressed[0])
            if spot is not None:
                self.spot_opened.emit(spot)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            lesson = self.lesson_at(event.pos())
            QToolTip.showText(event.globalPos(), lesson_words(lesson) if lesson else "", self)
            return True
        return super().event(event)

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self.update()  # the head stays, so scrolling repaints

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.forget_still()

    # -- painting -------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.lift is None:
            self.paint_still(painter)
        else:
            picture, where = self._still_picture(), QRectF(event.rect())
            ratio = picture.devicePixelRatio()
            source = QRectF(where.topLeft() * ratio, where.size() * ratio)
            painter.drawPixmap(where, picture, source)
            self._paint_ghost(painter)
        if event.rect().intersects(self.over_rect()):
            self.paint_over(painter)
        painter.end()

    def _still_picture(self) -> QPixmap:
        """Lessons and colours as one picture, so that a move paints the ghost only."""
        if self._still is None:
            ratio = self.devicePixelRatioF()
            made = QPixmap(self.size() * ratio)
            made.setDevicePixelRatio(ratio)
            painter = QPainter(made)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.paint_still(painter)
            painter.setPen(Qt.PenStyle.NoPen)
            for rect, colour in self.heat_cells():
                tint, inner = theme().colour(TONE[colour]), rect.adjusted(1, 0, 0, 0)
                tint.setAlpha(WASH)
                painter.fillRect(inner, tint)
                tint.setAlpha(STROKE)
                painter.fillRect(inner, QBrush(tint, PATTERN[colour]))
            painter.end()
            self._still = made
        return self._still

    def _paint_ghost(self, painter: QPainter) -> None:
        if self.lift is None or self.target is None:
            return
        rect = self.target_rect(self.target)
        if rect is None:
            return
        colour, look = self.lift.colour(self.target), theme()
        fore, soft = look.tone(TONE[colour])
        painter.setPen(QPen(fore, 2.5))
        painter.setBrush(soft)
        painter.drawRoundedRect(rect, look.px("radius_control"), look.px("radius_control"))
        painter.setFont(look.font("small", semibold=True))
        words = f"{SIGN[colour]} {self.lift.row.cohort}"
        inner = rect.adjusted(8, 3, -4, -2)
        fitted = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(inner.width()))
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, fitted)
        if inner.height() > 2.2 * look.px("small"):
            painter.setFont(look.font("small"))
            painter.drawText(
                QPointF(inner.left(), inner.top() + 2.5 * look.px("small")), clock(self.target.minute)
            )
