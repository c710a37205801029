"""What pages may ask of program updates: a protocol, so that no page knows keys, folders or signatures.

The open home brings it (``kqdesk.school.updates``); in a demo school there is none.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kqdesk.kernel.progress import Progress


@dataclass(frozen=True)
class Standing:
    """The program on this PC. ``refused``: why update files cannot be used here, "" when they can."""

    running: str
    released: str
    data_version: int
    next: str = ""  # what the next start will be, when it is another version than the one that runs
    before: str = ""  # the version one step back; "" = none
    refused: str = ""
    offered: str = ""  # a newer version that the hub sent and that lies here whole
    notes: str = ""  # what is new in it


@dataclass(frozen=True)
class Release:
    """An update file that was looked into. ``fits`` "": it may be used here, else why not."""

    path: Path
    version: str
    released: str
    size: int  # bytes once unpacked
    notes: str
    fits: str = ""


class Renewal(Protocol):
    """Everything blocks, so it is a job's work; UserError with what to do."""

    def standing(self) -> Standing: ...
    def look(self, path: Path) -> Release: ...
    def offered(self) -> Release | None: ...
    def apply(self, path: Path, progress: Progress) -> str: ...
    def back(self) -> str: ...
