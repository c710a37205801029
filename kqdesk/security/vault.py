"""Small secrets that stay on this PC: the school's issuing key, drafts. AES-256-GCM under a subkey of the data key.

What is sealed never syncs; it is bound to its home and its name, so it cannot be moved to another place.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kqdesk.kernel.errors import UserError
from kqdesk.security.datakey import DataKey, RandomBytes

_MAGIC = b"KQV1"
_NONCE = 12


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
