"""Seals photos and scans with the school's file keys: AES-256-GCM, bound to the digest that names the file.

The keys are asked for at every use: once the desk is locked nothing is sealed or opened any more.
"""

import hmac
import os
from collections.abc import Callable
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kqdesk.kernel.errors import UserError
from kqdesk.security.file_keys import KEY_ID_BYTES, FileKeys, id_of
from kqdesk.store.attachments import Cipher

_MAGIC = b"KQA1"
_LEAD = len(_MAGIC) + KEY_ID_BYTES
_NONCE = 12
DAMAGED = "一份附件已损坏，不能打开。请从备份恢复，或重新放入原件。"
OTHER_KEY = (
    "一份附件是用另一把钥匙封的（来自别的学校，或钥匙文件 vault/files 被换过）。请从同一次备份里恢复。"
)


def attachment_cipher(keys: Callable[[], FileKeys]) -> Cipher:
    """How the attachments of a home are named and sealed; ``keys`` raises NotAllowed while the desk is locked."""

    def name(content: bytes) -> str:
        return hmac.new(keys().names, content, sha256).hexdigest()

    def seal(content: bytes, digest: str) -> bytes:
        key, nonce = keys().keys[0], os.urandom(_NONCE)
        lead = _MAGIC + id_of(key)
        return lead + nonce + AESGCM(key).encrypt(nonce, content, lead + digest.encode("ascii"))

    def unseal(sealed: bytes, digest: str) -> bytes:
        lead, nonce, body = sealed[:_LEAD], sealed[_LEAD : _LEAD + _NONCE], sealed[_LEAD + _NONCE :]
        if not lead.startswith(_MAGIC):
            raise UserError(DAMAGED)
        key = keys().by_id(lead[len(_MAGIC) :])
        if key is None:
            raise UserError(OTHER_KEY)
        try:
            return AESGCM(key).decrypt(nonce, body, lead + digest.encode("ascii"))
        except (InvalidTag, ValueError):
            raise UserError(DAMAGED) from None

    def is_newest(start: bytes) -> bool:
        return start[:_LEAD] == _MAGIC + id_of(keys().keys[0])

    return Cipher(name, seal, unseal, is_newest)
