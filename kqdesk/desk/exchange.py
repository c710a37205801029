"""What pages may ask of sync: a protocol, so that no page knows network, keys or the hub's address book.

The open home brings it (``kqdesk.school.syncing``); in a demo school and in tests of other pages there is none.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from kqdesk.kernel.progress import Progress


@dataclass(frozen=True)
class Numbers:
    """How this PC stands to its hub. ``host`` "": it has joined none."""

    unsent: int = 0  # rows typed here that the hub does not have yet
    conflicts: int = 0  # fields with two values, for a person to settle
    held: int = 0  # rows from others that wait for a parent or for what is unsent here
    last_round: datetime | None = None
    host: str = ""
    station: str = ""  # what the hub calls this PC
    stop: str = ""  # why nothing goes on until a person does something
    asks: str = ""  # what a person may answer to the stop: "removal" lets a mass deletion through, "incarnation" begins anew
    trouble: str = ""  # why the last round did not get through; waits by itself
    own_hub: str = ""  # the address of the hub this PC runs for the school; "" = it runs none


@dataclass(frozen=True)
class Offer:
    """What an invitation code says before anything is sent. ``words``: the fingerprint, for the telephone."""

    words: str


@dataclass(frozen=True)
class Invite:
    """For one more PC: where the hub is, the one-time code, the fingerprint in words."""

    url: str
    code: str
    words: str


@dataclass(frozen=True)
class Peer:
    """One PC of the school as the hub knows it."""

    station: str
    name: str
    seen: datetime | None
    is_locked: bool
    is_me: bool
    version: str = ""
    is_revoked: bool = False


@dataclass(frozen=True)
class Round:
    """What one round brought. ``tables``: which changed here, for the pages."""

    sent: int
    received: int
    conflicts: int
    tables: frozenset[str]
    numbers: Numbers


class Exchange(Protocol):
    """Everything blocks, so it is a job's work; UserError with what to do, ``Unreachable`` when nobody answers."""

    def numbers(self) -> Numbers: ...
    def sync(self, progress: Progress) -> Round: ...
    def look(self, code: str) -> Offer: ...
    def join(self, url: str, code: str, progress: Progress) -> str: ...
    def become_hub(self, progress: Progress) -> Invite: ...
    def invite(self) -> Invite: ...
    def peers(self) -> list[Peer]: ...
    def set_lock(self, station: str, *, is_locked: bool) -> None: ...
    def write_packet(self, target: Path, progress: Progress) -> int: ...
    def read_packet(self, source: Path, progress: Progress) -> Round: ...
    def allow_removal(self) -> None: ...
    def begin_anew(self) -> None: ...
