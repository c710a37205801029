"""One request of a station and one answer of the hub, whatever carries them: HTTPS, a USB stick, a test."""

from dataclasses import dataclass

BROKEN = 0
"""Status of a reply that never came, or that is not the hub's: nothing was learnt, nothing is lost."""


@dataclass(frozen=True)
class Ask:
    """What a station asks. ``path`` may carry a query; the same question has the same bytes."""

    method: str
    path: str
    body: bytes = b""


@dataclass(frozen=True)
class Reply:
    """What the hub said: an HTTP status, or 0 when the line broke."""

    status: int
    body: bytes = b""
