"""A picture as wide as there is room: a scanned page, or the part of it somebody is asked about."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea


class Picture(QScrollArea):
    """Empty until ``show_bytes``; it never takes the keyboard."""

    def __init__(self) -> None:
        super().__init__()
        self._image, self.shown = QImage(), QLabel()
        self.shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWidget(self.shown)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_bytes(self, content: bytes, words: str, box: tuple[int, int, int, int] | None = None) -> None:
        """A picture file, or ``box`` of it (left, top, width, height in pixels); ``words`` for who cannot see it."""
        image = QImage.fromData(content)
        self._image = image if box is None else image.copy(QRect(*box).intersected(image.rect()))
        self.shown.setAccessibleName(words)
        self._fit()
        self.verticalScrollBar().setValue(0)

    def _fit(self) -> None:
        if self._image.isNull():
            self.shown.clear()
            return
        wide = self.width() - self.verticalScrollBar().sizeHint().width() - 4
        size = QSize(wide, max(1, round(self._image.height() * wide / max(1, self._image.width()))))
        smooth = Qt.TransformationMode.SmoothTransformation
        self.shown.setPixmap(
            QPixmap.fromImage(self._image.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, smooth))
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
