"""Pictures of the program drawn by itself: for the demo, the README and the tests."""

from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QSize, Qt, QThread
from PySide6.QtWidgets import QApplication, QWidget

from kqdesk.desk.desk import Desk


def settle(desk: Desk, seconds: float = 10.0) -> bool:
    """Let every read, act and job end and every page draw itself; False when time ran out first."""
    deadline = QDeadlineTimer(round(seconds * 1000))
    quiet = 0
    while quiet < 3 and not deadline.hasExpired():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        quiet = 0 if desk.is_busy else quiet + 1
        if desk.is_busy:
            QThread.msleep(2)  # never wait for an event: the last one may have come already
    return quiet >= 3


def grab(widget: QWidget, path: Path, size: tuple[int, int] = (1366, 768)) -> Path:
    """Save the widget as PNG at a size in pixels; shown off screen when it is not visible, caret not blinking."""
    QApplication.setCursorFlashTime(0)
    widget.resize(QSize(*size))
    if not widget.isVisible():
        widget.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        widget.show()
    for _ in range(3):
        QApplication.processEvents()
    path.parent.mkdir(parents=True, exist_ok=True)
    if not widget.grab().save(str(path), "PNG"):
        raise OSError(f"cannot write {path}")
    return path
