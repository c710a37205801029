"""What the code on a sign-in sheet says: which school, which lesson, which page, and whose row each row is.

The rows go along as roll numbers, which are never given to another in a class: a sheet printed weeks ago is read by
its own rows, whoever has joined or left since. A check over the learners' ids notices when numbers were changed after
all. Only letters, digits and ``.-:/``, so that the code stays coarse enough for a poor camera.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

NOBODY = 0  # a row of somebody without a roll number, and a blank row within the page
_LONGEST_RANGES = 28


@dataclass(frozen=True, slots=True)
class SheetCode:
    """``rows``: roll numbers from the first row down, NOBODY for none. ``check``: see ``row_check``."""

    school: str
    lesson_id: str
    page: int
    pages: int
    rows: tuple[int, ...]
    check: str


def row_check(enrolment_ids: Sequence[str]) -> str:
    """Five characters that change when other learners stand behind the roll numbers (1 in 33 million goes unnoticed)."""
    digest = sha256("|".join(enrolment_ids).encode("ascii")).digest()
    return base64.b32encode(digest)[:5].decode("ascii")


def write_code(code: SheetCode) -> str:
    """The content for the form's code."""
    lesson = base64.b32encode(bytes.fromhex(code.lesson_id)).decode("ascii").rstrip("=")
    return f"{code.school}/{lesson}/{code.page}-{code.pages}/{_pack(code.rows)}/{code.check}"


def read_code(content: str) -> SheetCode:
    """The reverse of ``write_code``. ValueError when it was not written by it."""
    try:
        school, lesson, pages, rows, check = content.split("/")
        page, _, count = pages.partition("-")
        lesson_id = base64.b32decode(lesson + "=" * (-len(lesson) % 8)).hex()
        found = SheetCode(school, lesson_id, int(page), int(count), _unpack(rows), check)
    except ValueError as wrong:  # binascii.Error is one
        raise ValueError(f"no sheet code: {content!r}") from wrong
    if not 1 <= found.page <= found.pages or len(found.lesson_id) != 32:
        raise ValueError(f"no sheet code: {content!r}")
    return found


def _pack(rows: Sequence[int]) -> str:
    """``1-20.22``; where that grows long, the first number and one bit for each number after it: ``7:1A3F``."""
    ranges = _ranges(rows)
    if len(ranges) <= _LONGEST_RANGES or list(rows) != sorted(set(rows)) or rows[0] == NOBODY:
        return ranges
    bits = sum(1 << (number - rows[0]) for number in rows)
    packed = f"{rows[0]}:{bits:X}"
    return min(ranges, packed, key=len)


def _ranges(rows: Sequence[int]) -> str:
    parts: list[list[int]] = []
    for number in rows:
        if parts and number != NOBODY and parts[-1][-1] == number - 1 and parts[-1][0] != NOBODY:
            parts[-1] = [parts[-1][0], number]
        else:
            parts.append([number])
    return ".".join("-".join(map(str, part)) for part in parts)


def _unpack(text: str) -> tuple[int, ...]:
    first, colon, bits = text.partition(":")
    if colon:
        mask = int(bits, 16)
        if mask.bit_length() > 4096:
            raise ValueError("too many rows")
        return tuple(int(first) + n for n in range(mask.bit_length()) if mask >> n & 1)
    rows: list[int] = []
    for part in filter(None, text.split(".")):
        low, _, high = part.partition("-")
        if int(high or low) - int(low) > 1000:
            raise ValueError("too many rows")
        rows += range(int(low), int(high or low) + 1)
    return tuple(rows)
