"""Room to give back: a file of 64 MB that is deleted when the disk is full, so that what is open can be closed in order.

At a really full disk INSERT, DELETE and even the checkpoint fail; after the ballast is gone the same connection
goes on. Before it comes to that, writing stops with one sentence while 200 MB are left.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kqdesk.kernel.disk import BALLAST, LOW_SPACE, MIB, free_bytes, refuse_low_space
from kqdesk.kernel.places import HomeLayout
from kqdesk.store.head import Ending, HeadFile, Watch

_BLOCK = b"\xa5" * MIB  # real bytes: a sparse file would hold no room
_REALLY_FULL = 16 * MIB


def keep(
    path: Path, *, size: int = BALLAST, low: int = LOW_SPACE, free: Callable[[Path], int] = free_bytes
) -> bool:
    """Make the ballast when there is room for it and more; whether it is there. Never an error: it is a precaution."""
    try:
        if path.exists() and path.stat().st_size == size:
            return True
        if free(path.parent) < low + 2 * size:
            return False
        fresh = path.with_name(path.name + ".new")
        with fresh.open("wb") as stream:
            for start in range(0, size, MIB):
                stream.write(_BLOCK[: min(MIB, size - start)])
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(path)
    except OSError:
        with suppress(OSError):
            path.with_name(path.name + ".new").unlink(missing_ok=True)
        return False
    return True


def release(path: Path) -> bool:
    """Give the room back; whether there was any to give."""
    try:
        path.unlink()
    except OSError:
        return False
    return True


class HomeWatch(Watch):
    """Around every write of an open home: room before it, the head file after it, the ballast on a full disk."""

    def __init__(
        self,
        layout: HomeLayout,
        head: HeadFile,
        *,
        low: int = LOW_SPACE,
        free: Callable[[Path], int] = free_bytes,
    ) -> None:
        self._layout, self._head, self._low, self._free = layout, head, low, free

    def before(self) -> None:
        """Unreachable below ``low`` bytes: one sentence, and the form keeps what was typed."""
        refuse_low_space(self._layout.home, self._low, self._free)

    def after(self, entry_id: int, sealed: bytes) -> None:
        """Write down where the journal ends."""
        self._head.write(Ending(entry_id, sealed))

    def full(self) -> None:
        """Give the ballast back when it is room that was missing."""
        if self._free(self._layout.home) < _REALLY_FULL:
            release(self._layout.ballast)
