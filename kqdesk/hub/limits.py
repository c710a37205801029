"""How much one body may hold, how long it may take, and how often one station or address may ask."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from threading import Lock

from kqdesk.kernel.clocks import seconds_now
from kqdesk.sync.envelope import Refused

MIB = 1 << 20
_NAMES = 20_000
"""Stations or addresses remembered; the one that was quiet longest is forgotten first, and begins afresh."""


@dataclass(frozen=True)
class Limits:
    """Bytes, seconds, and asks: ``per_second`` flow back into a purse of ``burst``."""

    body: int = 8 * MIB
    form: int = 64 << 10  # what a web page sends
    body_seconds: float = 120.0  # 8 MiB at 64 kB/s; a slower line sends smaller batches
    station_per_second: float = 40.0
    station_burst: int = 400
    address_per_second: float = 0.2
    address_burst: int = 30  # wrong asks: unknown, forged, wrong code, wrong password


class Purse:
    """So many asks for one name, flowing back slowly. Safe to use from several threads."""

    def __init__(self, per_second: float, burst: int, seconds: Callable[[], float] = seconds_now) -> None:
        """``seconds`` is a clock that never goes back."""
        self._rate, self._burst, self._seconds = per_second, float(burst), seconds
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def spend(self, name: str) -> None:
        """One ask of ``name``; Refused when its purse is empty."""
        with self._lock:
            left = self._now(name)
            if left < 1:
                raise Refused("limit")
            self._keep(name, left - 1)

    def is_empty(self, name: str) -> bool:
        """Whether the next ask would be refused; takes nothing."""
        with self._lock:
            return self._now(name) < 1

    def _now(self, name: str) -> float:
        left, at = self._left.get(name, (self._burst, self._seconds()))
        return min(self._burst, left + (self._seconds() - at) * self._rate)

    def _keep(self, name: str, left: float) -> None:
        self._left[name] = (left, self._seconds())
        self._left.move_to_end(name)
        if len(self._left) > _NAMES:
            self._left.popitem(last=False)


async def whole_body(chunks: AsyncIterator[bytes], most: int, seconds: float) -> bytes:
    """What was sent, whatever its header claimed; Refused (too_large, slow) before more is kept."""
    kept = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in chunks:
                kept += chunk
                if len(kept) > most:
                    raise Refused("too_large")
    except TimeoutError as wrong:
        raise Refused("slow") from wrong
    return bytes(kept)
