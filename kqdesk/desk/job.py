"""One piece of work under way: its progress as seen from the window, its 取消."""

from collections.abc import Callable
from threading import Event
from time import monotonic

from PySide6.QtCore import QObject, Signal

from kqdesk.kernel.errors import Cancelled

TICK = 0.1  # seconds between two progress posts of one job: ten a second is as fast as anybody reads


class Job(QObject):
    """Handed to the work as its ``Progress``; its signals are emitted on the UI thread only."""

    progressed = Signal(int, int, str)  # done, total (0 = unknown), note
    ended = Signal()  # whatever the end: result, fault or 取消

    def __init__(
        self, report: Callable[["Job"], None], parent: QObject, title: str = "", *, cancellable: bool = True
    ) -> None:
        super().__init__(
            parent
        )  # C++ belongs to the parent: a worker dropping the last name must not delete it
        self.title = title
        self.cancellable = cancellable
        self.latest = (0, 0, "")
        self._report = report
        self._stop = Event()
        self._last = 0.0

    @property
    def is_cancelled(self) -> bool:
        """True from the moment 取消 was pressed."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Ask the work to stop at its next step; its result is thrown away."""
        self._stop.set()

    def step(self, done: int, total: int, note: str = "") -> None:
        """Called by the work on its own thread; raises ``Cancelled`` when the person gave up."""
        if self._stop.is_set():
            raise Cancelled
        now = monotonic()
        self.latest = (done, total, note)
        if now - self._last >= TICK or (total and done >= total):
            self._last = now
            self._report(self)
