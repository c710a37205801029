"""Typed and not saved, sealed in the home's folder of drafts while the screen is locked: one file a person."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from kqdesk.desk.drafts import Draft
from kqdesk.kernel.disk import atomic_write
from kqdesk.security import vault
from kqdesk.security.datakey import DataKey
from kqdesk.security.vault import BrokenSeal


class DraftBox:
    """The drafts of one person. A disk that refuses costs the drafts of a PC that loses its power, nothing else."""

    def __init__(self, folder: Path, key: DataKey, home_id: str, who: str) -> None:
        self._path, self._key, self._home_id, self._who = folder / who, key, home_id, who

    def keep(self, drafts: Sequence[Draft]) -> None:
        """In the place of what was kept before; none takes the file away."""
        with suppress(OSError):
            if not drafts:
                self._path.unlink(missing_ok=True)
                return
            sealed = vault.seal(
                self._key, msgspec.json.encode(drafts), home_id=self._home_id, name=self._who, label="drafts"
            )
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            atomic_write(self._path, sealed)

    def take(self) -> list[Draft]:
        """What was kept; empty when there is nothing, or nothing that can still be opened (the data key changed)."""
        with suppress(OSError, BrokenSeal, msgspec.MsgspecError):
            raw = vault.unseal(
                self._key, self._path.read_bytes(), home_id=self._home_id, name=self._who, label="drafts"
            )
            return msgspec.json.decode(raw, type=list[Draft])
        return []
