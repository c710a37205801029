"""The week as a grid: seven days across, the hours down, lessons as cards; one cell or lesson is selected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from kqdesk.desk.theme import theme
from kqdesk.rooms.timetable.queries import LessonRow
from kqdesk.rooms.timetable.rules.days import WEEKDAYS, clock
from kqdesk.rooms.timetable.terms import LessonState

FIRST, LAST = 8 * 60, 21 * 60 + 30  # minutes of the day the grid shows at least
STEP = 30  # minutes of a cell
TONES = ("primary", "success", "warning", "plum", "teal")  # no red: red says that something is wrong


@dataclass(frozen=True)
class Spot:
    """A cell of the grid: a day and the minute it begins."""

    on: date
    minute: int


@dataclass(frozen=True)
class Card:
    """A lesson and where it is drawn: its lane among lessons of the same time, of how many."""

    lesson: LessonRow
    lane: int
    lanes: int


def laid_out(lessons: Sequence[LessonRow]) -> list[Card]:
    """Lessons that meet in time stand side by side; a group shares its number of lanes."""
    cards: list[Card] = []
    group: list[Card] = []
    ends: list[int] = []
    until: tuple[date, int] | None = None
    for lesson in sorted(lessons, key=lambda one: (one.on, one.start_minute, one.end_minute)):
        if until is None or lesson.on != until[0] or lesson.start_minute >= until[1]:
            cards += [replace(card, lanes=len(ends)) for card in group]
            group, ends = [], []
        lane = next((n for n, end in enumerate(ends) if end <= lesson.start_minute), len(ends))
        ends[lane : lane + 1] = [lesson.end_minute]
        group.append(Card(lesson, lane, 1))
        until = (lesson.on, max(ends))
    return cards + [replace(card, lanes=len(ends)) for card in group]


class WeekGrid(QWidget):
    """Shows one week. ``spot_opened`` when an empty cell is clicked or Enter is pressed on it; ``picked`` a lesson."""

    spot_opened = Signal(object)
    picked = Signal(object)  # LessonRow, or None when the selection left it
    opened = Signal(object)  # LessonRow: Enter or double click
    week_asked = Signal(int)  # weeks forward (or back) from the one shown

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("周课表")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.week: tuple[date, ...] = ()
        self.today = date.min
        self.closed: Mapping[date, str] = {}
        self.makeup: Mapping[date, str] = {}
        self.cards: list[Card] = []
        self.spot: Spot | None = None
        self.first, self.last = FIRST, LAST

    def show_week(
        self,
        week: Sequence[date],
        lessons: Sequence[LessonRow],
        closed: Mapping[date, str],
        makeup: Mapping[date, str],
    ) -> None:
        """Another week or other lessons; the selected weekday and time stay."""
        self.week, self.closed, self.makeup = tuple(week), closed, makeup
        self.cards = laid_out(lessons)
        starts = [one.start_minute // 60 * 60 for one in lessons]
        self.first, self.last = min([FIRST, *starts]), max([LAST, *(one.end_minute for one in lessons)])
        if self.spot is None:
            self.spot = Spot(self.today if self.today in self.week else self.week[0], 18 * 60 + 30)
        elif self.spot.on not in self.week:
            self.spot = replace(self.spot, on=self.week[self.spot.on.weekday()])
        self.updateGeometry()
        self.update()

    def lesson_here(self) -> LessonRow | None:
        """The lesson under the selected cell."""
        spot = self.spot
        if spot is None:
            return None
        found = [
            c.lesson
            for c in self.cards
            if c.lesson.on == spot.on
            and c.lesson.start_minute < spot.minute + STEP
            and spot.minute < c.lesson.end_minute
        ]
        return next(
            (one for one in found if one.state is not LessonState.CANCELLED), found[0] if found else None
        )

    def select(self, on: date, minute: int) -> None:
        """Put the selection on a cell of this week."""
        if on in self.week:
            self.spot = Spot(on, min(max(minute // STEP * STEP, self.first), self.last - STEP))
            self.picked.emit(self.lesson_here())
            self.update()

    # -- measures -----------------------------------------------------------------------------------

    def minimumSizeHint(self) -> QSize:
        hours = (self.last - self.first) / 60
        return QSize(
            round(7 * theme().px("text") * 5.2) + self._margin(),
            round(self._head() + hours * theme().px("text") * 2.28),
        )

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def _margin(self) -> int:
        return round(theme().px("small") * 4.2)

    def _head(self) -> int:
        return theme().px("row") + theme().px("small") + 4

    def _y(self, minute: int) -> float:
        return self._head() + (minute - self.first) * (self.height() - self._head() - 1) / (
            self.last - self.first
        )

    def _x(self, day: int) -> float:
        return self._margin() + day * (self.width() - self._margin() - 1) / 7

    def _rect(self, card: Card) -> QRectF:
        day = self.week.index(card.lesson.on)
        left, right = self._x(day) + 2, self._x(day + 1) - 2
        width = (right - left) / card.lanes
        top, bottom = self._y(card.lesson.start_minute), self._y(card.lesson.end_minute)
        return QRectF(
            left + card.lane * width, top + 1, width - (1 if card.lanes > 1 else 0), bottom - top - 2
        )

    def spot_point(self) -> QPoint:
        """The middle of the selected cell, to keep it in sight."""
        if self.spot is None or self.spot.on not in self.week:
            return QPoint()
        return QPoint(round(self._x(self.week.index(self.spot.on))), round(self._y(self.spot.minute + STEP)))

    def _card_at(self, point: QPoint) -> Card | None:
        return next((card for card in self.cards if self._rect(card).contains(point)), None)

    def _spot_at(self, point: QPoint) -> Spot | None:
        if point.x() < self._margin() or point.y() < self._head() + self._sunk() or not self.week:
            return None
        day = min(int((point.x() - self._margin()) * 7 / max(self.width() - self._margin(), 1)), 6)
        share = (point.y() - self._head()) / max(self.height() - self._head(), 1)
        minute = self.first + int(share * (self.last - self.first)) // STEP * STEP
        return Spot(self.week[day], min(minute, self.last - STEP))

    # -- keys and mouse -----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -STEP),
            Qt.Key.Key_Down: (0, STEP),
        }
        weeks = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        key = Qt.Key(event.key())
        if self.spot is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        elif key in moves:
            self._move(*moves[key])
        elif key in weeks:
            self.week_asked.emit(weeks[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open()
        else:
            super().keyPressEvent(event)

    def _move(self, days: int, minutes: int) -> None:
        spot = self.spot
        if spot is None:
            return
        lesson = self.lesson_here()
        minute = spot.minute + minutes
        if lesson is not None and minutes:  # a lesson is one step: leave it at its other side
            minute = lesson.end_minute if minutes > 0 else lesson.start_minute - STEP
        on = spot.on + timedelta(days)
        if on not in self.week:
            self.week_asked.emit(1 if days > 0 else -1)
            self.spot = replace(spot, on=on)
            return
        self.select(on, minute)

    def _open(self) -> None:
        lesson = self.lesson_here()
        if lesson is not None:
            self.opened.emit(lesson)
        else:
            self.spot_opened.emit(self.spot)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        card, spot = self._card_at(point), self._spot_at(point)
        if spot is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        self.setFocus()
        if card is not None:
            self.select(card.lesson.on, card.lesson.start_minute)
            self.opened.emit(card.lesson)
        else:
            self.select(spot.on, spot.minute)
            self.spot_opened.emit(self.spot)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            card = self._card_at(event.pos())
            QToolTip.showText(event.globalPos(), _words(card.lesson) if card else "", self)
            return True
        return super().event(event)

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self.update()  # the head stays, so scrolling repaints

    # -- painting -----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.week:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = theme()
        painter.fillRect(self.rect(), look.colour("surface"))
        self._paint_columns(painter)
        self._paint_hours(painter)
        for card in self.cards:
            self._paint_card(painter, card)
        self._paint_spot(painter)
        self._paint_head(painter)
        painter.end()

    def _paint_columns(self, painter: QPainter) -> None:
        look = theme()
        for n, day in enumerate(self.week):
            column = QRectF(self._x(n), 0, self._x(n + 1) - self._x(n), self.height())
            if day in self.closed or day == self.today:
                painter.fillRect(column, look.colour("danger_soft" if day in self.closed else "primary_soft"))
            painter.setPen(QPen(look.colour("line")))
            painter.drawLine(round(column.left()), 0, round(column.left()), self.height())

    def _paint_head(self, painter: QPainter) -> None:
        """The days; they stay at the top when the hours are scrolled."""
        look, top = theme(), self._sunk()
        painter.fillRect(QRect(0, top, self.width(), self._head()), look.colour("head"))
        painter.setPen(QPen(look.colour("line")))
        painter.drawLine(0, top + self._head(), self.width(), top + self._head())
        for n, day in enumerate(self.week):
            left, width = self._x(n), self._x(n + 1) - self._x(n)
            painter.setFont(look.font(semibold=True))
            painter.setPen(look.colour("primary" if day == self.today else "text"))
            first = QRectF(left, top + 4, width, look.px("row") * 0.62)
            painter.drawText(first, Qt.AlignmentFlag.AlignCenter, f"{WEEKDAYS[n]}　{day.month}-{day.day}")
            words = self.closed.get(day) or (
                f"{self.makeup[day]}调休上班" if day in self.makeup else "今天" if day == self.today else ""
            )
            painter.setFont(look.font("small"))
            painter.setPen(look.colour("danger" if day in self.closed else "second"))
            below = QRectF(left, first.bottom(), width, top + self._head() - first.bottom() - 2)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, _fitted(painter, words, width - 8))

    def _sunk(self) -> int:
        """Pixels scrolled away above."""
        return max(0, -self.y())

    def _paint_hours(self, painter: QPainter) -> None:
        look = theme()
        painter.setFont(look.font("small"))
        for minute in range(self.first, self.last, 60):
            y = round(self._y(minute))
            painter.setPen(QPen(look.colour("line")))
            painter.drawLine(0, y, self.width(), y)
            painter.setPen(look.colour("second"))
            painter.drawText(
                QRect(0, y + 2, self._margin() - 8, look.px("small") + 6),
                Qt.AlignmentFlag.AlignRight,
                clock(minute),
            )

    def _paint_card(self, painter: QPainter, card: Card) -> None:
        look, rect, one = theme(), self._rect(card), card.lesson
        off = one.state is LessonState.CANCELLED
        fore, soft = look.tone("neutral" if off else TONES[sum(map(ord, one.cohort_id[-4:])) % len(TONES)])
        painter.setPen(QPen(fore, 1, Qt.PenStyle.DashLine if off else Qt.PenStyle.SolidLine))
        painter.setBrush(soft)
        painter.drawRoundedRect(rect, look.px("radius_control"), look.px("radius_control"))
        painter.fillRect(QRectF(rect.left(), rect.top() + 5, 3, rect.height() - 10), fore)
        inner = rect.adjusted(8, 3, -4, -2)
        state = "停课 " if off else "✓ " if one.state is LessonState.HELD else ""
        until = "" if card.lanes > 1 else f"–{clock(one.end_minute)}"
        lines = [
            (f"{state}{one.cohort}", True),
            (f"{clock(one.start_minute)}{until}", False),
        ]
        lines += [(words, False) for words in (one.trainer, one.place, one.topic) if words]
        _draw_lines(painter, inner, lines, fore)

    def _paint_spot(self, painter: QPainter) -> None:
        if self.spot is None or self.spot.on not in self.week:
            return
        lesson = self.lesson_here()
        day = self.week.index(self.spot.on)
        top, bottom = self._y(self.spot.minute), self._y(self.spot.minute + STEP)
        rect = QRectF(self._x(day) + 2, top + 1, self._x(day + 1) - self._x(day) - 4, bottom - top - 2)
        if lesson is not None:
            rect = next(self._rect(card) for card in self.cards if card.lesson is lesson)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme().colour("primary"), 2.5 if self.hasFocus() else 1.5))
        painter.drawRoundedRect(rect, theme().px("radius_control"), theme().px("radius_control"))


def _draw_lines(painter: QPainter, inner: QRectF, lines: Sequence[tuple[str, bool]], fore: QColor) -> None:
    """As many lines as there is room for; the first is bold and may take two."""
    look, top = theme(), inner.top()
    for words, is_first in lines:
        font = look.font("small", semibold=is_first)
        painter.setFont(font)
        painter.setPen(fore if is_first else look.colour("text"))
        height = QFontMetrics(font).height()
        if top + height > inner.bottom() + 2:
            return
        painter.drawText(
            QRectF(inner.left(), top, inner.width(), height),
            Qt.AlignmentFlag.AlignLeft,
            _fitted(painter, words, inner.width()),
        )
        top += height


def _fitted(painter: QPainter, words: str, width: float) -> str:
    return painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(width))


def _words(one: LessonRow) -> str:
    parts = (
        f"{one.cohort} 第 {one.number} 次（{one.state.label}）", f"{clock(one.start_minute)}–{clock(one.end_minute)}，{one.study_hours} 学时",
        one.topic, one.trainer, one.place, one.reason,
    )  # fmt: skip
    return "\n".join(part for part in parts if part)
