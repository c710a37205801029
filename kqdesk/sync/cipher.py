"""Secret columns at the hub: AES-SIV, so equal values are equal bytes and merge and search by value still work.

What that gives away is only that two cells are equal; the district needs just that to find one person in two
townships. The key is never in the database.
"""

from binascii import a2b_base64, b2a_base64

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kqdesk.kernel.errors import UserError

KEY_BYTES = 32
_MARK = "§"  # what stands before a sealed value; a value that was never sealed is told by its absence
_BOUND = [b"kqdesk/1/column"]
_ROOM = (
    200_000  # values remembered, both ways: what is pushed is soon pulled, and streets come again and again
)
DAMAGED = "数据站的加密字段解不开：不是这个数据库的字段钥匙。请把配套的钥匙文件放回来。"


class ColumnCipher:
    """Seals and opens texts with one 32-byte key."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError("the column key has 32 bytes")
        wide = HKDF(SHA256(), 64, None, b"kqdesk/1/column-siv").derive(key)
        self._siv = AESSIV(wide)
        self._sealed: dict[str, str] = {}
        self._opened: dict[str, str] = {}

    def seal(self, text: str) -> str:
        """As it stands in the database."""
        found = self._sealed.get(text)
        if found is None:
            if not text:
                return text
            found = _MARK + b2a_base64(self._siv.encrypt(text.encode(), _BOUND), newline=False).decode(
                "ascii"
            )
            self._remember(text, found)
        return found

    def _remember(self, text: str, sealed: str) -> None:
        if len(self._sealed) > _ROOM:
            self._sealed.clear()
            self._opened.clear()
        self._sealed[text] = sealed
        self._opened[sealed] = text

    def open(self, text: str) -> str:
        """The text again; UserError when it was sealed with another key."""
        found = self._opened.get(text)
        if found is None:
            if not text.startswith(_MARK):
                return text
            try:
                found = self._siv.decrypt(a2b_base64(text[len(_MARK) :]), _BOUND).decode()
            except (InvalidTag, ValueError) as wrong:
                raise UserError(DAMAGED) from wrong
            self._remember(found, text)
        return found

    def seal_bytes(self, body: bytes) -> bytes:
        """For what is kept whole; ``open_bytes`` gives it back."""
        return self._siv.encrypt(body, _BOUND)

    def open_bytes(self, sealed: bytes) -> bytes:
        """What ``seal_bytes`` sealed; UserError when with another key."""
        try:
            return self._siv.decrypt(sealed, _BOUND)
        except (InvalidTag, ValueError) as wrong:
            raise UserError(DAMAGED) from wrong
