"""Garbage is collected on the UI thread only.

Python's collector runs in whatever thread happens to allocate. When that is a worker and a cycle holds a widget, Qt
deletes the widget off its thread and the process dies (seen: segmentation fault in a read lane, "Garbage-collecting").
So the automatic collector is switched off for the process and a timer of the UI thread does its work.
"""

import gc
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot

EVERY_MS = 500
YOUNG = 2_000  # new objects before a look is worth it
DEEP = 20  # every so many looks the older ones, when nothing is under way: that takes longer


class Sweeper(QObject):
    """Owned by a desk; more than one may live at a time."""

    def __init__(self, is_busy: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._is_busy = is_busy
        self._looks = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.sweep)
        self._timer.start(EVERY_MS)

    @Slot()
    def sweep(self) -> None:
        """The young always, the older ones when the desk is quiet."""
        self._looks += 1
        if self._looks % DEEP == 0 and not self._is_busy():
            gc.collect(2)
        elif gc.get_count()[0] > YOUNG:
            gc.collect(0)

    def rest(self) -> None:
        """The desk is closed: what is left over is swept by whoever is still open."""
        self._timer.stop()
