"""The term as a grid: weeks down, days across, each lesson a line; lessons can be lifted to another day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy

from kqdesk.desk.theme import pixmap, theme
from kqdesk.rooms.timetable.page.cards import fitted, state_sign, tone_of
from kqdesk.rooms.timetable.page.lift import Spot
from kqdesk.rooms.timetable.page.lifting import ARROWS, CLICKS, LiftGrid
from kqdesk.rooms.timetable.queries import LessonRow
from kqdesk.rooms.timetable.rules.checker import Colour
from kqdesk.rooms.timetable.rules.days import WEEKDAYS, clock

MOST_LINES = 6  # lessons of a day shown before 「还有」
DAYS = 7


class TermGrid(LiftGrid):
    """Shows whole weeks; the selection is a day, or one lesson of it."""

    moved = Signal()  # the selection went to another day

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("学期课表")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.mondays: tuple[date, ...] = ()
        self.today = date.min
        self.closed: Mapping[date, str] = {}
        self.makeup: Mapping[date, str] = {}
        self.days: dict[date, list[LessonRow]] = {}
        self.here: tuple[date, int] | None = None  # day and which of its lessons
        self._tops: list[int] = []

    def show_term(
        self,
        mondays: Sequence[date],
        lessons: Sequence[LessonRow],
        closed: Mapping[date, str],
        makeup: Mapping[date, str],
    ) -> None:
        """Other weeks or other lessons; the selected day stays when it is still shown."""
        self.mondays, self.closed, self.makeup = tuple(mondays), closed, makeup
        self.days = {}
        for lesson in lessons:
            self.days.setdefault(lesson.on, []).append(lesson)
        self._tops = [self._head()]
        for monday in self.mondays:
            most = max(len(self.days.get(monday + timedelta(n), ())) for n in range(DAYS))
            self._tops.append(
                self._tops[-1] + max(2, min(most, MOST_LINES) + (most > MOST_LINES)) * self._line() + 6
            )
        if self.mondays and (self.here is None or self._cell(self.here[0]) is None):
            self.here = (self.today if self._cell(self.today) else self.mondays[0], 0)
        self.setFixedHeight(self._tops[-1] + 1)
        self.forget_still()
        self._follow()

    def lesson_here(self) -> LessonRow | None:
        """The selected lesson."""
        if self.here is None:
            return None
        lessons = self.days.get(self.here[0], [])
        return lessons[min(self.here[1], len(lessons) - 1)] if lessons else None

    def here_point(self) -> QPoint:
        """The selected day, to keep it in sight."""
        day = self.target.on if self.target else self.here[0] if self.here else None
        rect = self._cell(day) if day else None
        return rect.center().toPoint() if rect else QPoint()

    # -- measures -----------------------------------------------------------------------------------

    def minimumSizeHint(self) -> QSize:
        return QSize(
            DAYS * theme().px("text") * 6 + self._margin(), self._tops[-1] + 1 if self._tops else 200
        )

    def _line(self) -> int:
        return round(QFontMetrics(theme().font("small")).height() * 1.12)

    def _head(self) -> int:
        return round(theme().px("row") * 0.9)

    def _margin(self) -> int:
        return round(theme().px("small") * 5.2)

    def _x(self, day: int) -> float:
        return self._margin() + day * (self.width() - self._margin() - 1) / DAYS

    def _cell(self, day: date) -> QRectF | None:
        monday = day - timedelta(day.weekday())
        if monday not in self.mondays:
            return None
        row, left = self.mondays.index(monday), self._x(day.weekday())
        top = self._tops[row]
        return QRectF(left, top, self._x(day.weekday() + 1) - left, self._tops[row + 1] - top)

    def _line_rect(self, day: date, number: int) -> QRectF:
        cell = self._cell(day) or QRectF()
        return QRectF(
            cell.left() + 3, cell.top() + 3 + number * self._line(), cell.width() - 6, self._line() - 1
        )

    def _day_at(self, point: QPoint) -> date | None:
        if point.x() < self._margin() or not self.mondays or point.y() < self._head() + max(0, -self.y()):
            return None
        day = min(int((point.x() - self._margin()) * DAYS / max(self.width() - self._margin(), 1)), DAYS - 1)
        row = next((n for n in range(len(self.mondays)) if point.y() < self._tops[n + 1]), None)
        return None if row is None else self.mondays[row] + timedelta(day)

    # -- what a lift asks ---------------------------------------------------------------------------

    def spot_at(self, point: QPoint) -> Spot | None:
        day = self._day_at(point)
        if day is None:
            return None
        return Spot(day, self.lift.row.start_minute if self.lift else self._usual_start(day))

    def _usual_start(self, day: date) -> int:
        lesson = self.lesson_here()
        return lesson.start_minute if lesson else 18 * 60 + 30

    def lesson_at(self, point: QPoint) -> LessonRow | None:
        day = self._day_at(point)
        lessons = self.days.get(day, []) if day else []
        return next(
            (
                one
                for n, one in enumerate(lessons[:MOST_LINES])
                if day and self._line_rect(day, n).contains(point)
            ),
            None,
        )

    def select_point(self, point: QPoint) -> None:
        day, lesson = self._day_at(point), self.lesson_at(point)
        if day is not None:
            self.here = (day, self.days[day].index(lesson) if lesson else 0)
            self.update()

    def stepped(self, spot: Spot, across: int, down: int) -> Spot:
        return Spot(spot.on + timedelta(across, weeks=down), spot.minute)

    def target_rect(self, spot: Spot) -> QRectF | None:
        cell = self._cell(spot.on)
        return cell.adjusted(2, 2, -2, -2) if cell else None

    def heat_cells(self) -> Iterable[tuple[QRectF, Colour]]:
        if self.lift is None:
            return
        for monday in self.mondays:
            for n in range(DAYS):
                day = monday + timedelta(n)
                rect = self._cell(day)
                if rect is not None:
                    yield rect, self.lift.colour(Spot(day, self.lift.row.start_minute))

    # -- keys ---------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        lesson = self.lesson_here()
        if self.here is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        elif self.lifted_key(key):
            return
        elif key in ARROWS:
            self._move(*ARROWS[key])
        elif key in CLICKS:
            if lesson is not None:
                self.opened.emit(lesson)
            else:
                self.spot_opened.emit(Spot(self.here[0], 18 * 60 + 30))
        elif not self.letter(key, lesson):
            super().keyPressEvent(event)

    def _move(self, across: int, down: int) -> None:
        """Down goes through the lessons of a day, then to the week below."""
        if self.here is None:
            return
        day, number = self.here
        count = len(self.days.get(day, ()))
        if down and 0 <= number + down < count:
            self.here = (day, number + down)
        else:
            there = day + timedelta(across, weeks=down)
            if self._cell(there) is None:
                return
            self.here = (there, len(self.days.get(there, ())) - 1 if down < 0 and there in self.days else 0)
        self.moved.emit()
        self.update()

    # -- painting -----------------------------------------------------------------------------------

    def paint_still(self, painter: QPainter) -> None:
        look = theme()
        painter.fillRect(self.rect(), look.colour("surface"))
        for row, monday in enumerate(self.mondays):
            top = self._tops[row]
            painter.setPen(QPen(look.colour("line")))
            painter.drawLine(0, top, self.width(), top)
            painter.setPen(look.colour("second"))
            painter.setFont(look.font("small"))
            words = f"{monday.month}月{monday.day}日"
            painter.drawText(
                QRect(0, top + 4, self._margin() - 8, self._line()), Qt.AlignmentFlag.AlignRight, words
            )
            for n in range(DAYS):
                self._paint_day(painter, monday + timedelta(n))
        self._paint_here(painter)

    def _paint_day(self, painter: QPainter, day: date) -> None:
        look, cell = theme(), self._cell(day)
        if cell is None:
            return
        if day in self.closed or day == self.today:
            ground = "danger_soft" if day in self.closed else "primary_soft"
            painter.fillRect(cell.adjusted(1, 1, 0, 0), look.colour(ground))
        painter.setPen(QPen(look.colour("line")))
        painter.drawLine(cell.topLeft(), cell.bottomLeft())
        lessons = self.days.get(day, [])
        painter.setFont(look.font("small"))
        if not lessons:
            words = self.closed.get(day) or (f"{self.makeup[day]}调休上班" if day in self.makeup else "")
            painter.setPen(look.colour("danger" if day in self.closed else "second"))
            painter.drawText(
                cell.adjusted(6, 3, -4, 0),
                Qt.AlignmentFlag.AlignTop,
                fitted(painter, words, cell.width() - 10),
            )
        for n, lesson in enumerate(lessons[:MOST_LINES]):
            self._paint_line(painter, self._line_rect(day, n), lesson)
        if len(lessons) > MOST_LINES:
            painter.setPen(look.colour("second"))
            rest = self._line_rect(day, MOST_LINES)
            painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, f"还有 {len(lessons) - MOST_LINES} 次")

    def _paint_line(self, painter: QPainter, rect: QRectF, lesson: LessonRow) -> None:
        fore, soft = tone_of(lesson)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(soft)
        painter.drawRoundedRect(rect, 3, 3)
        painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height()), fore)
        painter.setPen(fore)
        words = f"{clock(lesson.start_minute)} {state_sign(lesson)}{lesson.cohort}"
        inner = rect.adjusted(7, 0, -2, 0)
        if lesson.locks:
            size = theme().px("small")
            painter.drawPixmap(
                QPointF(rect.right() - size - 1, rect.top() + 1), pixmap("lock", "second", size, 2.0)
            )
            inner.setRight(inner.right() - size)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, fitted(painter, words, inner.width()))

    def _paint_here(self, painter: QPainter) -> None:
        if self.here is None or self.lift is not None:
            return
        rect = self._cell(self.here[0])
        if rect is None:
            return
        if self.lesson_here() is not None:
            rect = self._line_rect(self.here[0], min(self.here[1], MOST_LINES))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme().colour("primary"), 2.5 if self.hasFocus() else 1.5))
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, 0), 3, 3)

    def over_rect(self) -> QRect:
        return QRect(0, max(0, -self.y()), self.width(), self._head() + 1)

    def paint_over(self, painter: QPainter) -> None:
        look, top = theme(), max(0, -self.y())
        painter.fillRect(QRect(0, top, self.width(), self._head()), look.colour("head"))
        painter.setPen(QPen(look.colour("line")))
        painter.drawLine(0, top + self._head(), self.width(), top + self._head())
        painter.setFont(look.font(semibold=True))
        painter.setPen(look.colour("text"))
        for n, words in enumerate(WEEKDAYS):
            column = QRectF(self._x(n), top, self._x(n + 1) - self._x(n), self._head())
            painter.drawText(column, Qt.AlignmentFlag.AlignCenter, words)
