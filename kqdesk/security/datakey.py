"""The school's data key: 32 random bytes that open the database and, by HKDF, everything beside it.

Python cannot promise that no copy stays in memory (the PRAGMA text and HKDF inputs are immutable objects);
``wipe`` clears the one long-lived copy, which is the best that can be done here, and makes later use fail.
"""

import hmac
import os
import re
from collections.abc import Callable
from typing import NoReturn

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kqdesk.kernel.errors import NotAllowed

KEY_BYTES = 32
RandomBytes = Callable[[int], bytes]
"""Gives that many unpredictable bytes; ``os.urandom`` but in tests."""

_LABEL = re.compile(r"[a-z][a-z0-9./-]{0,62}")


def derive(secret: bytes, *, label: str, salt: bytes = b"", length: int = KEY_BYTES) -> bytes:
    """``length`` bytes by HKDF-SHA256, another for every label; the label is versioned with ``kqdesk/1``."""
    if not _LABEL.fullmatch(label):
        raise ValueError(f"not a key label: {label!r}")
    return HKDF(SHA256(), length, salt or None, b"kqdesk/1/" + label.encode("ascii")).derive(secret)


class DataKey:
    """The open data key of one home; lives from sign-in to lock."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes | bytearray) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError(f"a data key has {KEY_BYTES} bytes, not {len(secret)}")
        self._secret = bytearray(secret)

    @classmethod
    def fresh(cls, random_bytes: RandomBytes = os.urandom) -> "DataKey":
        """A new random key."""
        return cls(random_bytes(KEY_BYTES))

    def raw_pragma(self) -> str:
        """``x'…64 hex digits…'``, to be put between double quotes: ``PRAGMA key = "x'…'"``."""
        return f"x'{self.reveal().hex()}'"

    def subkey(self, label: str, length: int = KEY_BYTES) -> bytes:
        """The key for one purpose: ``attach``, ``mac``, ``vault``, ``drafts`` …; same label, same key."""
        return derive(self.reveal(), label=label, length=length)

    def reveal(self) -> bytes:
        """The bytes themselves, for sealing into a slot; raises ``NotAllowed`` once the desk is locked."""
        if not self._secret:
            raise NotAllowed("已锁定，请重新登录后再做。")
        return bytes(self._secret)

    def become(self, other: "DataKey") -> None:
        """Hold the other's bytes from now on and wipe the other: unlocking, or a rotation.

        Whoever was given this key before the lock (store, attachments, doorkeeper) works again without being told.
        """
        self._secret[:] = other.reveal()
        other.wipe()

    def wipe(self) -> None:
        """Overwrite and forget; repeating is harmless."""
        self._secret[:] = bytes(len(self._secret))
        self._secret.clear()

    @property
    def wiped(self) -> bool:
        """Whether the key is gone."""
        return not self._secret

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DataKey) and hmac.compare_digest(self._secret, other._secret)

    __hash__ = None  # type: ignore[assignment]  # -- a secret that gets wiped must not be a dictionary key

    def __repr__(self) -> str:
        return "<DataKey wiped>" if self.wiped else "<DataKey …>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a data key never leaves the process")
