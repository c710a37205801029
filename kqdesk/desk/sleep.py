"""Notices that the PC goes to sleep or comes back from it: nobody was sitting there, so the screen is to be locked.

Linux tells beforehand (logind, over D-Bus). Everywhere else, and where there is no logind, the wall clock is looked
at every few seconds: when it ran much further than the timer, the PC slept in between.
"""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import SLOT, QObject, QTimer, Signal, Slot
from PySide6.QtDBus import QDBusConnection

EVERY_MS = 5_000
SLEPT_S = 60
"""A busy PC may be late by seconds; by a minute only when it slept, or when somebody set the clock on."""
_SLOT = SLOT("_on_sleep(bool)").encode()
_LOGIND = ("org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager")


class SleepWatch(QObject):
    """Emits ``slept`` when the PC goes to sleep, at the latest when it is back."""

    slept = Signal()

    def __init__(self, parent: QObject, clock: Callable[[], datetime], every_ms: int = EVERY_MS) -> None:
        super().__init__(parent)
        self._clock = clock
        self._last = clock()
        self._timer = QTimer(self)
        self._timer.setInterval(every_ms)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        bus = QDBusConnection.systemBus()
        if bus.isConnected():
            bus.connect(_LOGIND[0], _LOGIND[1], _LOGIND[2], "PrepareForSleep", self, _SLOT)

    @Slot()
    def look(self) -> None:
        """Compare with the look before."""
        now = self._clock()
        if (now - self._last).total_seconds() > SLEPT_S:
            self.slept.emit()
        self._last = now

    @Slot(bool)
    def _on_sleep(self, is_going: bool) -> None:
        if is_going:
            self.slept.emit()
