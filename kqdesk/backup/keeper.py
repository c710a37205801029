"""What the person at the desk may do with backups while the home is open. A page asks the keeper and never sees the key.

Everything here reads or writes whole files: call it off the UI thread.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from kqdesk.backup import making, restoring, shelf
from kqdesk.backup.container import Container
from kqdesk.backup.policy import Reason
from kqdesk.backup.shelf import Book, Shelved
from kqdesk.kernel.disk import BALLAST, free_bytes
from kqdesk.kernel.places import HomeLayout
from kqdesk.kernel.resources import migrations_folder
from kqdesk.security.datakey import DataKey
from kqdesk.store import migrations


@dataclass(frozen=True)
class Disk:
    """Room on the home's disk: bytes free, bytes the backups take, and whether the ballast is there to give back."""

    free: int
    taken: int
    has_ballast: bool


@dataclass(frozen=True)
class Keeper:
    """Holds the open home. Every refusal is a UserError that says what to do."""

    layout: HomeLayout
    key: DataKey = field(repr=False)
    clock: Callable[[], datetime]

    def all(self) -> list[Shelved]:
        """Every backup of the home's folder, newest first, unusable ones with their reason."""
        return shelf.backups_in(self.layout.backups)

    def is_ours(self, one: Shelved) -> bool:
        """Whether it was made under today's data key; an older one needs the recovery code printed for it."""
        return one.manifest is not None and one.manifest.is_genuine(self.key)

    def make(self, reason: Reason = Reason.MANUAL) -> Container:
        """A verified backup of this moment; old ones are thinned afterwards."""
        made = making.make(self.layout, self.key, reason=reason, now=self.clock())
        shelf.tidy(self.layout, self.clock())
        return made

    def prove(self, path: Path) -> Container:
        """Every byte, and the copy opened and compared; BadBackup names the newest good one instead."""
        return shelf.verify(path, self.key, self.layout.backups)

    def preview(self, path: Path) -> restoring.Preview:
        """What restoring it would change; changes nothing."""
        return restoring.preview(self.layout, path, self.key, known=migrations.latest(migrations_folder()))

    def carry(self, path: Path, folder: Path) -> Path:
        """Copy it to a stick and read it back from there; returns where it lies."""
        return shelf.carry(self.layout, path, folder, self.clock())

    def drill(self) -> Container:
        """Unpack, open and compare the newest one, as a restore would, and note the day."""
        return shelf.drill(self.layout, self.key, self.clock())

    def book(self) -> Book:
        """When one was last carried away, and when the last drill was."""
        return shelf.book(self.layout)

    def disk(self) -> Disk:
        """How much room there is."""
        ballast = self.layout.ballast
        has_ballast = ballast.exists() and ballast.stat().st_size == BALLAST
        return Disk(free_bytes(self.layout.home), sum(one.size for one in self.all()), has_ballast)

    def restored(self) -> dict[str, Any]:
        """The restore that nobody has confirmed yet: from, made, restored, entries; empty when there is none."""
        return restoring.sync_waits(self.layout)

    def way_back(self) -> Shelved | None:
        """The backup of what the unconfirmed restore replaced; None when there is none."""
        told = self.restored()
        return next(
            (
                one
                for one in self.all()
                if told
                and one.reason is Reason.RESTORE
                and one.manifest
                and one.manifest.at == told["restored"]
            ),
            None,
        )

    def confirm(self) -> None:
        """Somebody has looked at what was restored: it stands."""
        restoring.confirm(self.layout)
