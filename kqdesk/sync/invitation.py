"""The one-time code by which a PC joins a hub: a secret the hub knows, and how to recognise the hub's certificate.

Whoever types it trusts exactly the certificate named in it and nothing else, so a hub without a public certificate
is as safe to join as one that has it. 45 characters of Crockford's base32 (no I, L, O, U) in nine groups of five.
"""

import re
import unicodedata
from dataclasses import dataclass
from hashlib import sha256

from kqdesk.kernel.errors import UserError

SECRET_BYTES, FINGERPRINT_BYTES, CHECK_BYTES = 10, 16, 2
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans("OIL", "011")
_CHARS, _GROUP = 45, 5
_PUBLIC = bytes(FINGERPRINT_BYTES)
"""No fingerprint: the hub's certificate is signed by a public authority and is checked as browsers do."""


class BadInvitation(UserError):
    """Mistyped: nothing was asked of the hub."""


@dataclass(frozen=True)
class Invitation:
    """What a code says. ``fingerprint``: 16 bytes, or empty where a public authority vouches for the hub."""

    secret: bytes
    fingerprint: bytes


def fingerprint_of(certificate: bytes) -> bytes:
    """The 16 bytes that name a certificate (DER): the first half of its SHA-256."""
    return sha256(certificate).digest()[:FINGERPRINT_BYTES]


def print_code(invitation: Invitation) -> str:
    """``XV7CQ-…``: nine groups of five."""
    body = invitation.secret + (invitation.fingerprint or _PUBLIC)
    if len(body) != SECRET_BYTES + FINGERPRINT_BYTES:
        raise ValueError("an invitation has a secret of 10 bytes and a fingerprint of 16 or none")
    bits = int.from_bytes(body + _check(body), "big") << 1  # 224 bits and one more are 45 characters
    chars = "".join(ALPHABET[bits >> shift & 31] for shift in range(5 * (_CHARS - 1), -1, -5))
    return "-".join(re.findall("." * _GROUP, chars))


def read_code(typed: str) -> Invitation:
    """What somebody typed or pasted; spaces, any dash, small letters, O for 0 and I or L for 1 are forgiven."""
    chars = re.sub(r"[\s\W_]", "", unicodedata.normalize("NFKC", typed)).upper().translate(_LOOKALIKES)
    odd = sorted(set(chars) - set(ALPHABET))
    if odd:
        raise BadInvitation(f"邀请码里不会有“{''.join(odd)}”，请对照原文再看一遍。")
    if len(chars) != _CHARS:
        raise BadInvitation(
            f"邀请码共 {_CHARS // _GROUP} 组、每组 {_GROUP} 个字符，现在是 {len(chars)} 个字符，请补全或重新粘贴。"
        )
    bits = 0
    for char in chars:
        bits = bits << 5 | ALPHABET.index(char)
    whole = (bits >> 1).to_bytes(SECRET_BYTES + FINGERPRINT_BYTES + CHECK_BYTES, "big")
    body, check = whole[:-CHECK_BYTES], whole[-CHECK_BYTES:]
    if bits & 1 or check != _check(body):
        raise BadInvitation("邀请码有字符抄错了，请对照原文逐组再看一遍，或请对方重新发一个。")
    secret, fingerprint = body[:SECRET_BYTES], body[SECRET_BYTES:]
    return Invitation(secret, b"" if fingerprint == _PUBLIC else fingerprint)


def _check(body: bytes) -> bytes:
    return sha256(b"kqdesk/1/invitation\0" + body).digest()[:CHECK_BYTES]
