"""The recovery code on the paper in the safe: 160 bits, eight groups of four, and a ninth group that finds slips.

Letters are Crockford's base32 (no I, L, O, U). Each character of the ninth group checks two groups before it,
so a slip is answered with the place of it, and only a well-typed code is ever tried against the key file.
"""

import os
import re
import unicodedata

from stdnum.iso7064 import mod_37_36

from kqdesk.kernel.errors import UserError
from kqdesk.security.datakey import RandomBytes

CODE_BYTES = 20
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans("OIL", "011")
_GROUP, _GROUPS, _CHECKED_TOGETHER = 4, 9, 8
_CODE_CHARS = 32


class BadRecoveryCode(UserError):
    """Mistyped: not tried, not counted as a wrong secret."""


def fresh_code(random_bytes: RandomBytes = os.urandom) -> bytes:
    """A new code's 20 bytes."""
    return random_bytes(CODE_BYTES)


def print_code(code: bytes) -> str:
    """``XV7C-QTYQ-…``: nine groups of four, as it stands on the recovery sheet."""
    if len(code) != CODE_BYTES:
        raise ValueError(f"a recovery code has {CODE_BYTES} bytes")
    bits = int.from_bytes(code, "big")
    chars = "".join(_ALPHABET[bits >> shift & 31] for shift in range(155, -1, -5))
    return "-".join(re.findall("....", chars + _check_group(chars)))


def read_code(typed: str) -> bytes:
    """The 20 bytes of what somebody typed; spaces, any dash, small letters, O for 0 and I or L for 1 are forgiven."""
    chars = re.sub(r"[\s\W_]", "", unicodedata.normalize("NFKC", typed)).upper().translate(_LOOKALIKES)
    odd = sorted(set(chars) - set(_ALPHABET))
    if odd:
        raise BadRecoveryCode(f"恢复码里不会有“{''.join(odd)}”，请对照恢复码纸再看一遍。")
    if len(chars) != _GROUP * _GROUPS:
        raise BadRecoveryCode(
            f"恢复码共 {_GROUPS} 组、每组 {_GROUP} 个字符，现在是 {len(chars)} 个字符，请对照恢复码纸补全。"
        )
    body, check = chars[:_CODE_CHARS], chars[_CODE_CHARS:]
    for place, (want, got) in enumerate(zip(_check_group(body), check, strict=True)):
        if want != got:
            first = 2 * place + 1
            raise BadRecoveryCode(
                f"恢复码第 {first}、{first + 1} 组（或最后一组的第 {place + 1} 个字符）有误，请对照恢复码纸改正。"
            )
    bits = 0
    for char in body:
        bits = bits << 5 | _ALPHABET.index(char)
    return bits.to_bytes(CODE_BYTES, "big")


def _check_group(body: str) -> str:
    """One ISO 7064 check character (Mod 33,32: the hybrid system over our alphabet) for every two groups."""
    parts = (body[at : at + _CHECKED_TOGETHER] for at in range(0, _CODE_CHARS, _CHECKED_TOGETHER))
    return "".join(str(mod_37_36.calc_check_digit(part, _ALPHABET)) for part in parts)
