"""Seals photos and scans with a subkey of the data key: AES-256-GCM, bound to the digest that names the file.

Every PC of a school holds the same data key, so a sealed file travels between them as it is.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kqdesk.kernel.errors import UserError
from kqdesk.security.datakey import DataKey
from kqdesk.store.attachments import Cipher

_MAGIC = b"KQA1"
_NONCE = 12
DAMAGED = "一份附件已损坏，不能打开。请从备份恢复，或重新放入原件。"


def attachment_cipher(key: DataKey) -> Cipher:
    """How the attachments of a home are named and sealed while ``key`` is open."""
    aes = AESGCM(key.subkey("attach"))

    def seal(content: bytes, digest: str) -> bytes:
        nonce = os.urandom(_NONCE)
        return _MAGIC + nonce + aes.encrypt(nonce, content, _MAGIC + digest.encode("ascii"))

    def unseal(sealed: bytes, digest: str) -> bytes:
        nonce, body = sealed[len(_MAGIC) : len(_MAGIC) + _NONCE], sealed[len(_MAGIC) + _NONCE :]
        try:
            return aes.decrypt(nonce, body, _MAGIC + digest.encode("ascii"))
        except (InvalidTag, ValueError):
            raise UserError(DAMAGED) from None

    return Cipher(key.subkey("attach/names"), seal, unseal)
