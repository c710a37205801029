"""The paper of a design on the screen: things dragged with the mouse or moved with the arrow keys, half a millimetre
at a time."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from kqdesk.desk.theme import theme
from kqdesk.rooms.certificates.rules import Spot
from kqdesk.rooms.certificates.terms import SpotKind

STEP = 5  # tenths of a millimetre
SAMPLES = {
    SpotKind.BODY: "　　沈月琴，女，证件尾号 1247，于 2026 年 3 月至 2026 年 6 月参加我校「茶艺入门」课程学习，共 40 学时，修完规定内容，准予结业。",
    SpotKind.NAME: "沈月琴", SpotKind.SEX: "女", SpotKind.ID_TAIL: "证件尾号 1247", SpotKind.COURSE: "茶艺入门",
    SpotKind.HOURS: "40", SpotKind.PERIOD: "2026 年 3 月至 2026 年 6 月", SpotKind.SERIAL_NO: "330603008202600017K",
    SpotKind.ISSUER: "某某成人文化技术学校", SpotKind.AWARDED_ON: "二〇二六年六月三十日", SpotKind.AWARDED_DIGITS: "2026-06-30",
    SpotKind.PHOTO: "照片", SpotKind.QR: "二维码", SpotKind.REPLACES: "补发，原编号 … 的证书作废",
}  # fmt: skip
_KEYS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
_ALIGNS = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "centre": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}


class DesignCanvas(QWidget):
    """Shows a design to scale. ``changed``: something moved; ``picked``: another thing is chosen (its number, -1 none)."""

    changed = Signal()
    picked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.paper = (2970, 2100)
        self.spots: list[Spot] = []
        self.chosen = -1
        self._picture: QPixmap | None = None
        self._grip: QPointF | None = None
        self._from: Spot | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 240)
        self.setAccessibleName("证书版式：方向键移动，Shift 加方向键改大小，空格换下一项")

    def show_design(self, paper: tuple[int, int], spots: Sequence[Spot], picture: bytes | None) -> None:
        """Another design; lengths in tenths of a millimetre."""
        self.paper, self.spots, self.chosen = paper, list(spots), -1
        self._picture = None
        if picture is not None:
            loaded = QPixmap()
            self._picture = loaded if loaded.loadFromData(picture) else None
        self._choose(0 if self.spots else -1)

    def put(self, spot: Spot) -> None:
        """One more thing, chosen at once."""
        self.spots.append(spot)
        self._choose(len(self.spots) - 1)
        self.changed.emit()

    def change(self, spot: Spot) -> None:
        """The chosen thing in another form."""
        if 0 <= self.chosen < len(self.spots) and self.spots[self.chosen] != spot:
            self.spots[self.chosen] = spot
            self.changed.emit()
            self.update()

    def take_away(self) -> None:
        """Remove the chosen thing."""
        if 0 <= self.chosen < len(self.spots):
            del self.spots[self.chosen]
            self._choose(min(self.chosen, len(self.spots) - 1))
            self.changed.emit()

    # -- measures ---------------------------------------------------------------------------------

    def _scale(self) -> float:
        """Pixels for a tenth of a millimetre."""
        return min((self.width() - 16) / self.paper[0], (self.height() - 16) / self.paper[1])

    def _origin(self) -> QPointF:
        scale = self._scale()
        return QPointF(
            (self.width() - self.paper[0] * scale) / 2, (self.height() - self.paper[1] * scale) / 2
        )

    def rect_of(self, spot: Spot) -> QRectF:
        """Where a thing stands on the screen."""
        scale, origin = self._scale(), self._origin()
        return QRectF(
            origin.x() + spot.x * scale, origin.y() + spot.y * scale, spot.width * scale, spot.height * scale
        )

    # -- keys and mouse ---------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = _KEYS.get(Qt.Key(event.key()))
        if way is not None and 0 <= self.chosen < len(self.spots):
            right, down = way[0] * STEP, way[1] * STEP
            spot = self.spots[self.chosen]
            is_size = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.change(self._inside(spot.grown(right, down) if is_size else spot.moved(right, down)))
        elif event.key() == Qt.Key.Key_Space and self.spots:
            back = -1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self._choose((self.chosen + back) % len(self.spots))
        elif event.key() == Qt.Key.Key_Delete:
            self.take_away()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        hit = [n for n, spot in enumerate(self.spots) if self.rect_of(spot).contains(place)]
        best = min(hit, key=lambda n: self.spots[n].width * self.spots[n].height) if hit else -1
        self._choose(best)
        self._grip, self._from = (place, self.spots[best]) if hit else (None, None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None or self._from is None:
            return
        way = event.position() - self._grip
        scale = self._scale() * STEP
        self.change(
            self._inside(self._from.moved(round(way.x() / scale) * STEP, round(way.y() / scale) * STEP))
        )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = self._from = None

    def _inside(self, spot: Spot) -> Spot:
        """Pushed back onto the paper."""
        right = min(max(spot.x, 0), max(self.paper[0] - spot.width, 0)) - spot.x
        down = min(max(spot.y, 0), max(self.paper[1] - spot.height, 0)) - spot.y
        return spot.moved(right, down)

    def _choose(self, number: int) -> None:
        self.chosen = number
        self.picked.emit(number)
        self.update()

    # -- painting ---------------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale, origin = self._scale(), self._origin()
        sheet = QRectF(origin.x(), origin.y(), self.paper[0] * scale, self.paper[1] * scale)
        painter.fillRect(sheet, QColor("white"))
        if self._picture is not None:
            painter.drawPixmap(sheet.toRect(), self._picture)
        painter.setPen(
            QPen(theme().colour("primary" if self.hasFocus() else "line"), 2 if self.hasFocus() else 1)
        )
        painter.drawRect(sheet)
        for number, spot in enumerate(self.spots):
            self._paint_spot(painter, spot, scale, is_chosen=number == self.chosen)
        painter.end()

    def _paint_spot(self, painter: QPainter, spot: Spot, scale: float, *, is_chosen: bool) -> None:
        rect = self.rect_of(spot)
        if is_chosen:
            painter.fillRect(rect, theme().colour("primary_soft"))
        style = Qt.PenStyle.SolidLine if is_chosen else Qt.PenStyle.DotLine
        painter.setPen(
            QPen(theme().colour("primary" if is_chosen else "faint"), 2 if is_chosen else 1, style)
        )
        painter.drawRect(rect)
        font = QFont(theme().font())
        font.setPixelSize(max(6, round(spot.size / 10 * 25.4 / 72 * 10 * scale)))
        painter.setFont(font)
        painter.setPen(theme().colour("text"))
        is_box = spot.kind in (SpotKind.PHOTO, SpotKind.QR)
        side = (
            Qt.AlignmentFlag.AlignHCenter if is_box else _ALIGNS.get(spot.align, Qt.AlignmentFlag.AlignLeft)
        )
        is_long = spot.kind is SpotKind.BODY
        up = Qt.AlignmentFlag.AlignTop if is_long else Qt.AlignmentFlag.AlignVCenter
        flags = int(side | up) | (int(Qt.TextFlag.TextWordWrap) if is_long else 0)
        painter.drawText(rect, flags, spot.words or SAMPLES.get(spot.kind, ""))
