"""Row ids: UUIDv7 as 32 hex digits, made at the station, so offline desks never collide.

Time comes first in the value, so new rows land at the end of the index and ids sort by birth.
"""

from collections.abc import Callable
from datetime import datetime
from random import Random
from threading import Lock

_TAIL_BITS = 74  # 12 bits after the version and 62 after the variant, filled with chance


class Ids:
    """Makes ids that never repeat and always grow, even when the clock steps back."""

    def __init__(self, clock: Callable[[], datetime], rng: Random) -> None:
        self._clock, self._rng, self._lock = clock, rng, Lock()
        self._ms, self._tail = 0, 0

    def new(self) -> str:
        """The next id."""
        with self._lock:
            ms = int(self._clock().timestamp() * 1000)
            tail = self._tail + self._rng.randrange(1, 1 << 32)
            if ms > self._ms or tail >> _TAIL_BITS:
                self._ms = max(ms, self._ms + 1)
                tail = self._rng.getrandbits(_TAIL_BITS - 1)
            self._tail = tail
            value = self._ms << 80 | 7 << 76 | (tail >> 62) << 64 | 2 << 62 | (tail & (1 << 62) - 1)
        return f"{value:032x}"
