"""The keys of photos and scans: random, sealed in the vault under the data key, never derived from it.

So a rotation of the data key re-seals one small file and the pictures stay readable at every moment. A rotation also
puts a fresh key in front: new files are sealed with it, old ones are re-sealed when there is time, one by one. Former
keys stay in the ring, because an old backup may bring back a file that was sealed with one of them. The names' secret
never changes: a file is named by its content, and the rows that name it are in a sealed journal.
"""

import os
from dataclasses import dataclass, replace
from hashlib import sha256

import msgspec

from kqdesk.security.datakey import KEY_BYTES, RandomBytes

FILES = "files"
"""Their name in the vault."""
KEY_ID_BYTES = 4


class _Written(msgspec.Struct, forbid_unknown_fields=True):
    names: bytes
    keys: tuple[bytes, ...]


@dataclass(frozen=True, repr=False)
class FileKeys:
    """``names``: what file names are keyed with. ``keys``: newest first; the first one seals."""

    names: bytes
    keys: tuple[bytes, ...]

    @classmethod
    def fresh(cls, random_bytes: RandomBytes = os.urandom) -> "FileKeys":
        """For a new home."""
        return cls(random_bytes(KEY_BYTES), (random_bytes(KEY_BYTES),))

    def renewed(self, random_bytes: RandomBytes = os.urandom) -> "FileKeys":
        """With one more key in front."""
        return replace(self, keys=(random_bytes(KEY_BYTES), *self.keys))

    def united(self, other: "FileKeys") -> "FileKeys":
        """With the other's keys behind: what a backup brings must stay readable."""
        return replace(self, keys=tuple(dict.fromkeys((*self.keys, *other.keys))))

    def by_id(self, key_id: bytes) -> bytes | None:
        """The key a file says it was sealed with; None when it is not in the ring."""
        return next((key for key in self.keys if id_of(key) == key_id), None)

    def encode(self) -> bytes:
        """As it is sealed into the vault."""
        return msgspec.json.encode(_Written(self.names, self.keys))

    @classmethod
    def decode(cls, raw: bytes) -> "FileKeys":
        """What ``encode`` gave; ValueError when it is something else."""
        written = msgspec.json.decode(raw, type=_Written)
        return cls(written.names, written.keys)


def id_of(key: bytes) -> bytes:
    """How a sealed file names its key; tells nothing of it."""
    return sha256(b"kqdesk/1/file-key" + key).digest()[:KEY_ID_BYTES]
