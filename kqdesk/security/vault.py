"""Small secrets that stay on this PC: the school's issuing key, drafts. AES-256-GCM under a subkey of the data key.

What is sealed never syncs; it is bound to its home and its name, so it cannot be moved to another place.
While the data key rotates every secret lies there twice: NAME under the key in use, NAME.next under the coming one.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kqdesk.kernel.disk import atomic_write, disk_fault
from kqdesk.kernel.errors import UserError
from kqdesk.security.datakey import DataKey, RandomBytes

_MAGIC = b"KQV1"
_NONCE = 12
_NEXT = ".next"


class BrokenSeal(UserError):
    """Damaged, swapped, or sealed under another home's key."""


def seal(
    key: DataKey,
    secret: bytes,
    *,
    home_id: str,
    name: str,
    label: str = "vault",
    random_bytes: RandomBytes = os.urandom,
) -> bytes:
    """``secret`` as bytes that only this home's key opens again under the same ``name`` and ``label``."""
    nonce = random_bytes(_NONCE)
    return (
        _MAGIC
        + nonce
        + AESGCM(key.subkey(label)).encrypt(nonce, secret, _MAGIC + _bound(home_id, label, name))
    )


def unseal(key: DataKey, sealed: bytes, *, home_id: str, name: str, label: str = "vault") -> bytes:
    """What was sealed; raises ``BrokenSeal`` when it is not whole or not of this home."""
    magic, nonce = sealed[: len(_MAGIC)], sealed[len(_MAGIC) : len(_MAGIC) + _NONCE]
    body = sealed[len(_MAGIC) + _NONCE :]
    try:
        return AESGCM(key.subkey(label)).decrypt(nonce, body, magic + _bound(home_id, label, name))
    except (InvalidTag, ValueError):
        raise BrokenSeal(f"“{name}”的加密文件已损坏或不是本校的，请从最近的备份恢复。") from None


def _bound(home_id: str, label: str, name: str) -> bytes:
    return "\0".join(("kqdesk/1/vault", home_id, label, name)).encode("utf-8")


class Vault:
    """The folder of sealed secrets of one home."""

    def __init__(self, folder: Path, key: DataKey, home_id: str) -> None:
        self.folder, self._key, self._home_id = folder, key, home_id

    def read(self, name: str) -> bytes | None:
        """The secret, None when there is none; ``BrokenSeal`` when it is not whole, ``Unreachable`` for the disk."""
        path = self.folder / name
        try:
            return unseal(self._key, path.read_bytes(), home_id=self._home_id, name=name)
        except FileNotFoundError:
            return None
        except OSError as wrong:
            raise disk_fault(wrong, path) from wrong

    def write(self, name: str, secret: bytes) -> None:
        """Seal and keep it, whole or not at all."""
        self._put(name, seal(self._key, secret, home_id=self._home_id, name=name))

    def names(self) -> list[str]:
        """What is kept here, without what a rotation staged."""
        return [path.name for path in self._files() if path.suffix != _NEXT]

    def stage(self, coming: DataKey, changed: Mapping[str, bytes]) -> None:
        """Seal everything once more under ``coming``; ``changed``: secrets that get another value with it."""
        secrets = {name: self.read(name) for name in self.names()} | dict(changed)
        for name, secret in secrets.items():
            if secret is not None:
                self._put(name + _NEXT, seal(coming, secret, home_id=self._home_id, name=name))

    def settle(self) -> None:
        """After a rotation, or one that was broken off: what was staged counts if this key opens it, else it goes."""
        for path in [path for path in self._files() if path.suffix == _NEXT]:
            target = path.with_suffix("")
            try:
                unseal(self._key, path.read_bytes(), home_id=self._home_id, name=target.name)
            except BrokenSeal:
                path.unlink(missing_ok=True)
            except OSError as wrong:
                raise disk_fault(wrong, path) from wrong
            else:
                path.replace(target)

    def _files(self) -> list[Path]:
        return [path for path in sorted(self.folder.glob("*")) if not path.name.startswith(".")]

    def _put(self, name: str, sealed: bytes) -> None:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            atomic_write(self.folder / name, sealed)
        except OSError as wrong:
            raise disk_fault(wrong, self.folder) from wrong
