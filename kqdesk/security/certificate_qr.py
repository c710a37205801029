"""The square on a certificate: what the paper says, signed, so it verifies without a network and cannot be altered.

Text   ``https://HOST/c#`` (the fragment never reaches a server's log) or ``KQ1:``, then base64url of
Bytes  schema 1 | algorithm 1 | key id 4 | date 2 | minutes 2 | number | name | issuer | course | signature 64
       date: days since 2000-01-01; the four texts: one length byte, then UTF-8; integers big-endian
Signed ``signing`` with purpose ``certificate`` over everything before the signature.

The name is inside, or a genuine square could be glued on another's paper; the ID number never is. One claim has one
text: no padding, no spare bits, no spare bytes. The verifying web page follows the same page of rules; both are held
to ``tests/security/golden_qr.json``.
"""

import base64
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from kqdesk.security.signing import KEY_ID_BYTES, SIGNATURE_BYTES, Signer, key_id

PURPOSE = "certificate"
PREFIX = "KQ1:"
SCHEMA = 1
ED25519 = 1
"""Algorithm byte; 2 is kept for SM2 with SM3."""
LONGEST_TEXT = 560
"""The longest texts of every field and the longest host come to 556 signs."""

_EPOCH = date(2000, 1, 1)
_HEAD = 1 + 1 + KEY_ID_BYTES + 2 + 2
_LIMITS = {"number": 40, "name": 60, "issuer": 60, "course": 90}
"""Bytes of UTF-8."""
_URL = re.compile(r"https://([a-z0-9](?:[a-z0-9.-]{0,98}[a-z0-9])?(?::\d{1,5})?)/c#", re.IGNORECASE)
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")


class BadQr(Exception):
    """Not one of our squares, or a damaged one; the text says which, in Chinese."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What the paper says."""

    number: str
    name: str
    issuer: str
    """The school's code; its name comes with the key, so the square stays at 57 modules."""
    issued: date
    course: str
    minutes: int
    """Length of the course in minutes (45 to a 学时)."""


@dataclass(frozen=True, slots=True)
class Square:
    """A decoded square, its signature not yet looked at."""

    claim: Claim
    schema: int
    algorithm: int
    key: bytes
    """The four-byte id of the key it says it was signed with."""
    host: str
    """Where the square sends a phone; empty for ``KQ1:``."""
    signed: bytes
    signature: bytes

    @property
    def digest(self) -> bytes:
        """Eight bytes that tell this very paper from another of the same number."""
        return sha256(self.signed).digest()[:8]


def encode(claim: Claim, signer: Signer, host: str = "") -> str:
    """The square's text; ``ValueError`` when a text is too long, empty, or has a sign that cannot be printed."""
    if host and not _URL.fullmatch(f"https://{host}/c#"):
        raise ValueError(f"not a host name: {host!r}")
    days = (claim.issued - _EPOCH).days
    head = (
        bytes((SCHEMA, ED25519))
        + key_id(signer.public)
        + days.to_bytes(2, "big")
        + claim.minutes.to_bytes(2, "big")
    )
    texts = b"".join(_packed(field, getattr(claim, field)) for field in _LIMITS)
    signed = head + texts
    blob = signed + signer.sign(PURPOSE, signed)
    return (f"https://{host}/c#" if host else PREFIX) + _base64url(blob)


def decode(text: str) -> Square:
    """Take a square's text apart; raises ``BadQr`` on anything that is not exactly one of ours, and nothing else."""
    host, body = _split(text)
    blob = _unbase64url(body)
    if len(blob) < _HEAD + len(_LIMITS) + SIGNATURE_BYTES:
        raise BadQr("二维码内容不完整")
    if blob[0] != SCHEMA or blob[1] != ED25519:
        raise BadQr("二维码是另一种版本，请升级程序后再验")
    signed, signature = blob[:-SIGNATURE_BYTES], blob[-SIGNATURE_BYTES:]
    key, days = blob[2 : 2 + KEY_ID_BYTES], int.from_bytes(blob[6:8], "big")
    number, name, issuer, course = _unpacked(signed[_HEAD:])
    claim = Claim(
        number=number,
        name=name,
        issuer=issuer,
        issued=_EPOCH + timedelta(days=days),
        course=course,
        minutes=int.from_bytes(blob[8:10], "big"),
    )
    return Square(claim, blob[0], blob[1], key, host, signed, signature)


def digest_of(text: str) -> bytes:
    """``Square.digest`` of a text just encoded; what the register keeps beside the number."""
    return decode(text).digest


def _split(text: str) -> tuple[str, str]:
    if len(text) > LONGEST_TEXT:
        raise BadQr("二维码内容太长，不是本系统的证书")
    if text.startswith(PREFIX):
        return "", text[len(PREFIX) :]
    url = _URL.match(text)
    if url is None:
        raise BadQr("不是本系统的证书二维码")
    return url[1].lower(), text[url.end() :]


def _packed(field: str, text: str) -> bytes:
    raw = text.encode("utf-8")
    if not 0 < len(raw) <= _LIMITS[field]:
        raise ValueError(f"{field} must have 1 to {_LIMITS[field]} bytes, has {len(raw)}")
    if not _is_plain(text):
        raise ValueError(f"{field} has signs that cannot be printed: {text!r}")
    return bytes((len(raw),)) + raw


def _unpacked(packed: bytes) -> list[str]:
    texts, at = [], 0
    for limit in _LIMITS.values():
        if at >= len(packed):
            raise BadQr("二维码内容不完整")
        end = at + 1 + packed[at]
        if not at + 1 < end <= min(len(packed), at + 1 + limit):
            raise BadQr("二维码内容不完整")
        try:
            text = packed[at + 1 : end].decode("utf-8")
        except UnicodeDecodeError:
            raise BadQr("二维码内容已损坏") from None
        if not _is_plain(text):
            raise BadQr("二维码里有不能显示的字符")
        texts.append(text)
        at = end
    if at != len(packed):
        raise BadQr("二维码内容有多余部分")
    return texts


def _is_plain(text: str) -> bool:
    """No control, direction or invisible signs, no blanks at the ends: what is shown is what was signed.

    Private-use characters stay: rare names are written with them.
    """
    return text == text.strip() and not any(
        unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in text
    )


def _base64url(blob: bytes) -> str:
    return base64.urlsafe_b64encode(blob).decode("ascii").rstrip("=")


def _unbase64url(body: str) -> bytes:
    if not _BASE64URL.fullmatch(body) or len(body) % 4 == 1:
        raise BadQr("二维码内容已损坏")
    blob = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    if _base64url(blob) != body:  # spare bits set: a second text for the same bytes
        raise BadQr("二维码内容已损坏")
    return blob
