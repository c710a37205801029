"""The week as a grid: seven days across, the hours down, lessons as cards; one cell or lesson is selected."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy

from kqdesk.desk.theme import pixmap, theme
from kqdesk.rooms.timetable.page.cards import (
    Card,
    draw_lines,
    fitted,
    laid_out,
    state_sign,
    tone_of,
)
from kqdesk.rooms.timetable.page.lift import Spot
from kqdesk.rooms.timetable.page.lifting import ARROWS, CLICKS, LiftGrid
from kqdesk.rooms.timetable.queries import LessonRow
from kqdesk.rooms.timetable.rules.checker import Colour
from kqdesk.rooms.timetable.rules.days import WEEKDAYS, clock
from kqdesk.rooms.timetable.terms import LessonState

FIRST, LAST = 8 * 60, 21 * 60 + 30  # minutes of the day the grid shows at least
STEP = 30  # minutes of a cell


class WeekGrid(LiftGrid):
    """Shows one week. ``picked``: the selection came upon a lesson, or None when it left it."""

    picked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
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
        self.forget_still()
        self._follow()

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

    def lesson_at(self, point: QPoint) -> LessonRow | None:
        return next((card.lesson for card in self.cards if self._rect(card).contains(point)), None)

    def spot_at(self, point: QPoint) -> Spot | None:
        if point.x() < self._margin() or point.y() < self._head() + self._sunk() or not self.week:
            return None
        day = min(int((point.x() - self._margin()) * 7 / max(self.width() - self._margin(), 1)), 6)
        share = (point.y() - self._head()) / max(self.height() - self._head(), 1)
        minute = self.first + int(share * (self.last - self.first)) // STEP * STEP
        return Spot(self.week[day], min(minute, self.last - STEP))

    # -- keys and mouse -----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self.spot is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        elif self.lifted_key(key):
            return
        elif key in ARROWS:
            across, down = ARROWS[key]
            self._move(across, down * STEP)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.week_asked.emit(1 if key == Qt.Key.Key_PageDown else -1)
        elif key in CLICKS:
            self._open()
        elif not self.letter(key, self.lesson_here()):
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

    def select_point(self, point: QPoint) -> None:
        lesson, spot = self.lesson_at(point), self.spot_at(point)
        if lesson is not None:
            self.select(lesson.on, lesson.start_minute)
        elif spot is not None:
            self.select(spot.on, spot.minute)

    # -- a lifted lesson ----------------------------------------------------------------------------

    def stepped(self, spot: Spot, across: int, down: int) -> Spot:
        length = self.lift.row.end_minute - self.lift.row.start_minute if self.lift else STEP
        minute = min(max(spot.minute + down * STEP, self.first), self.last - length)
        return Spot(spot.on + timedelta(across), minute)

    def target_rect(self, spot: Spot) -> QRectF | None:
        if spot.on not in self.week or self.lift is None:
            return None
        day = self.week.index(spot.on)
        top = self._y(spot.minute)
        bottom = self._y(spot.minute + self.lift.row.end_minute - self.lift.row.start_minute)
        return QRectF(self._x(day) + 2, top + 1, self._x(day + 1) - self._x(day) - 4, bottom - top - 2)

    def heat_cells(self) -> Iterable[tuple[QRectF, Colour]]:
        """Cells of one colour that follow each other on a day are one."""
        if self.lift is None:
            return
        for n, day in enumerate(self.week):
            begin, before = self.first, self.lift.colour(Spot(day, self.first))
            for minute in range(self.first + STEP, self.last + STEP, STEP):
                now = self.lift.colour(Spot(day, minute)) if minute < self.last else None
                if now is not before:
                    top, bottom = self._y(begin), self._y(min(minute, self.last))
                    yield QRectF(self._x(n), top, self._x(n + 1) - self._x(n), bottom - top), before
                    begin, before = minute, now or before

    # -- painting -----------------------------------------------------------------------------------

    def paint_still(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), theme().colour("surface"))
        if not self.week:
            return
        self._paint_columns(painter)
        self._paint_hours(painter)
        for card in self.cards:
            self._paint_card(painter, card)
        if self.lift is None:
            self._paint_spot(painter)

    def over_rect(self) -> QRect:
        return QRect(0, self._sunk(), self.width(), self._head() + 1)

    def paint_over(self, painter: QPainter) -> None:
        if self.week:
            self._paint_head(painter)

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
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, fitted(painter, words, width - 8))

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
        fore, soft = tone_of(one)
        painter.setPen(QPen(fore, 1, Qt.PenStyle.DashLine if off else Qt.PenStyle.SolidLine))
        painter.setBrush(soft)
        painter.drawRoundedRect(rect, look.px("radius_control"), look.px("radius_control"))
        painter.fillRect(QRectF(rect.left(), rect.top() + 5, 3, rect.height() - 10), fore)
        inner = rect.adjusted(8, 3, -4, -2)
        if one.locks:
            at = QPointF(rect.right() - look.px("small") - 3, rect.top() + 3)
            painter.drawPixmap(at, pixmap("lock", "second", look.px("small"), 2.0))
            inner.setRight(at.x() - 2)
        until = "" if card.lanes > 1 else f"–{clock(one.end_minute)}"
        lines = [
            (f"{state_sign(one)}{one.cohort}", True),
            (f"{clock(one.start_minute)}{until}", False),
        ]
        lines += [(words, False) for words in (one.trainer, one.place, one.topic) if words]
        draw_lines(painter, inner, lines, fore)

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
