"""Ed25519 signatures, each bound to what it is for.

A signature made for one purpose (``certificate``, ``mark-check``, ``sync``) never passes for another:
what is signed is ``kqdesk/1 NUL purpose NUL message``.
"""

import os
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256, Hash

from kqdesk.security.datakey import RandomBytes

SEED_BYTES = PUBLIC_BYTES = 32
SIGNATURE_BYTES = 64
KEY_ID_BYTES = 4
_PURPOSE = re.compile(r"[a-z][a-z0-9-]{0,30}")


class Signer:
    """One private key: a person's own, a school's issuing key, a station's."""

    __slots__ = ("_private", "public")

    def __init__(self, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public: bytes = self._private.public_key().public_bytes_raw()
        """32 bytes, to be recorded beside what it signed."""

    @classmethod
    def fresh(cls, random_bytes: RandomBytes = os.urandom) -> "Signer":
        """A new key."""
        return cls(random_bytes(SEED_BYTES))

    @property
    def seed(self) -> bytes:
        """The 32 secret bytes, for sealing into a slot or the vault and nowhere else."""
        return self._private.private_bytes_raw()

    def sign(self, purpose: str, message: bytes) -> bytes:
        """64 bytes; the same message gives the same signature."""
        return self._private.sign(_framed(purpose, message))

    def __repr__(self) -> str:
        return f"<Signer {key_id(self.public).hex()}>"


def verify(public: bytes, purpose: str, message: bytes, signature: bytes) -> bool:
    """Whether the holder of ``public`` signed ``message`` for ``purpose``; any malformed input is a plain no."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _framed(purpose, message))
    except (InvalidSignature, ValueError):
        return False
    return True


def key_id(public: bytes) -> bytes:
    """Four bytes that name a public key on paper; a name only, the signature is what proves."""
    digest = Hash(SHA256())
    digest.update(b"kqdesk/1/key-id\0" + public)
    return digest.finalize()[:KEY_ID_BYTES]


def _framed(purpose: str, message: bytes) -> bytes:
    if not _PURPOSE.fullmatch(purpose):
        raise ValueError(f"not a purpose: {purpose!r}")
    return b"kqdesk/1\0" + purpose.encode("ascii") + b"\0" + message
