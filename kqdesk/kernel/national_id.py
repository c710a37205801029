"""Numbers of identity papers: reading, checking, what they say about birth and sex.

Pure. Judged by shape, date and check digit only, never by a list of regions: old prefixes stay valid for life.
Sources: GB 11643 (resident card), 港澳台居民居住证 810000/820000/830000, 外国人永久居留身份证 2017 and 2023.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kqdesk.kernel.text import half_width, visible

_OLDEST = 120  # years; an ID that makes its holder older is a slip


class IdKind(StrEnum):
    """Kind of identity paper; the value is stored."""

    RESIDENT = "resident"
    RESIDENT15 = "resident15"
    HMT_RESIDENCE = "hmt_residence"
    FOREIGN_RESIDENCE = "foreign_residence"
    HMT_PERMIT = "hmt_permit"
    TAIWAN_PERMIT = "taiwan_permit"
    PASSPORT = "passport"
    FOREIGN_PASSPORT = "foreign_passport"

    @property
    def label(self) -> str:
        """The paper's name as the district writes it."""
        return _LABELS[self]


_LABELS = {
    IdKind.RESIDENT: "居民身份证",
    IdKind.RESIDENT15: "居民身份证(15位)",
    IdKind.HMT_RESIDENCE: "港澳台居民居住证",
    IdKind.FOREIGN_RESIDENCE: "外国人永久居留身份证",
    IdKind.HMT_PERMIT: "港澳居民来往内地通行证",
    IdKind.TAIWAN_PERMIT: "台湾居民来往大陆通行证",
    IdKind.PASSPORT: "中国护照",
    IdKind.FOREIGN_PASSPORT: "外国护照",
}


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A number that passed every check of its kind; half-width, X in upper case."""

    kind: IdKind
    number: str


@dataclass(frozen=True, slots=True)
class IdFault:
    """Why a number was not taken: a fault kind of the roster format, and a sentence that says how to mend it."""

    kind: str
    reason: str


# Papers that carry neither date nor check digit: recognised by shape (or only when a column names the paper).
_SHAPES: tuple[tuple[IdKind, re.Pattern[str]], ...] = (
    (IdKind.FOREIGN_RESIDENCE, re.compile(r"[A-Z]{3}\d{12}")),
    (IdKind.HMT_PERMIT, re.compile(r"[HM]\d{8}(\d{2})?|(HA|MA)\d{7}")),
    (IdKind.PASSPORT, re.compile(r"[EG]\d{8}|E[A-Z]\d{7}")),
)
_CLAIMED: dict[IdKind, re.Pattern[str]] = {
    IdKind.TAIWAN_PERMIT: re.compile(r"\d{8}|\d{10}[A-Z]?"),
    IdKind.FOREIGN_PASSPORT: re.compile(r"[A-Z0-9]{5,17}"),
    IdKind.PASSPORT: re.compile(r"[A-Z]{1,2}\d{7,8}"),
    IdKind.HMT_PERMIT: re.compile(r"[HM]\d{8}(\d{2})?|(HA|MA)\d{7}"),
}
_CLAIMS = (
    ("台胞|台湾居民来往|台湾通行", IdKind.TAIWAN_PERMIT),
    ("港澳居民来往|回乡证|港澳通行|香港通行|澳门通行", IdKind.HMT_PERMIT),
    ("外国护照|外籍护照", IdKind.FOREIGN_PASSPORT),
    ("护照", IdKind.PASSPORT),
)

_CLEAN_18 = re.compile(r"[0-9]{17}[0-9X]")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d+")
_CROSSES = str.maketrans(dict.fromkeys("×✕✖╳ХхΧχⅩⅹ", "X"))
_QUOTES = "'\"`’‘“”′"


def clean_id(written: str) -> str:
    """Half-width, upper case, without blanks, hyphens, quotes or the ``="…"`` some programs write around a number."""
    text = half_width(visible(written)).translate(_CROSSES).upper()
    text = re.sub(r"\s+", "", text)
    if text.startswith("="):
        text = text[1:]
    return re.sub(r"[-‐‑–—.·]+$|[-‐‑–—]", "", text.strip(_QUOTES)).strip(_QUOTES)


def claimed_kind(words: str) -> IdKind | None:
    """The paper a 证件类型 cell names, where that matters for reading the number."""
    for pattern, kind in _CLAIMS:
        if re.search(pattern, words):
            return kind
    return None


def check_character(first17: str) -> str:
    """The eighteenth character (ISO 7064 MOD 11-2) of seventeen digits."""
    # Reading the digits as base 13 gives their weighted sum modulo 11, because 13 ≡ 2 and the weights are powers of 2.
    return "0123456789X"[(1 - 2 * int(first17, 13)) % 11]


def to_18(number: str) -> str:
    """A fifteen-digit number in its eighteen-character form; any other number unchanged."""
    if len(number) != 15 or not number.isdigit():
        return number
    first17 = number[:6] + "19" + number[6:]
    return first17 + check_character(first17)


def birth_date(number: str) -> date | None:
    """The date inside a fifteen- or eighteen-character number; ``None`` when there is none or it is impossible."""
    full = to_18(number)
    if len(full) != 18 or not full[:17].isdigit():
        return None
    try:
        return date(int(full[6:10]), int(full[10:12]), int(full[12:14]))
    except ValueError:
        return None


def sex_digit(number: str) -> str | None:
    """``1`` man, ``2`` woman (GB/T 2261.1) from the seventeenth digit; ``None`` for papers that do not say."""
    full = to_18(number)
    if len(full) != 18 or not full[:17].isdigit():
        return None
    return "1" if int(full[16]) % 2 else "2"


def parse_id(
    written: str, *, today: date, claimed: IdKind | None = None, typed: bool = True
) -> IdNumber | IdFault:
    """Read one number. ``claimed`` is the paper another column names; ``typed`` is false for text files, whose
    cells cannot show that a program had turned the number into a rounded one.
    """
    text = written if _CLEAN_18.fullmatch(written) else clean_id(written)
    if _SCIENTIFIC.fullmatch(text):
        return precision_lost(written)
    if claimed and _CLAIMED[claimed].fullmatch(text):
        return IdNumber(claimed, text)
    if _CLEAN_18.fullmatch(text):
        return _eighteen(text, today=today, typed=typed)
    if re.fullmatch(r"\d{15}", text):
        return _fifteen(text, today=today)
    for kind, shape in _SHAPES:
        if shape.fullmatch(text):
            return IdNumber(kind, text)
    return IdFault("id_format", _what_is_wrong(text))


def precision_lost(shown: str) -> IdFault:
    """The fault of a number that a spreadsheet rounded to fifteen digits."""
    return IdFault(
        "id_precision_lost",
        f"证件号「{shown.strip()}」被表格软件当成数值，后几位已经丢失，猜不回来。请对照证件重新填写，填之前把这一格设为文本格式。",
    )


def _eighteen(text: str, *, today: date, typed: bool) -> IdNumber | IdFault:
    rounded = text.endswith("000")
    if text[17] != check_character(text[:17]):
        if rounded:
            return precision_lost(text)
        return IdFault("id_check_digit", "身份证号校验位不对，多半是抄错了一位。请对照证件逐位核对。")
    if rounded and not typed:
        return precision_lost(text)
    if text[0] == "0":
        return IdFault("id_format", "身份证号不会以 0 开头。请对照证件核对。")
    fault = _date_fault(text, today)
    if fault:
        return fault
    if text[:6] in ("810000", "820000", "830000"):
        return IdNumber(IdKind.HMT_RESIDENCE, text)
    return IdNumber(IdKind.FOREIGN_RESIDENCE if text[0] == "9" else IdKind.RESIDENT, text)


def _fifteen(text: str, *, today: date) -> IdNumber | IdFault:
    if text[0] == "0":
        return IdFault("id_format", "身份证号不会以 0 开头。请对照证件核对。")
    return _date_fault(text, today) or IdNumber(IdKind.RESIDENT15, text)


def _date_fault(number: str, today: date) -> IdFault | None:
    born = birth_date(number)
    if born is None or born > today or today.year - born.year > _OLDEST:
        digits = to_18(number)[6:14]
        return IdFault("id_date_impossible", f"身份证号里的出生日期「{digits}」不可能。请对照证件核对。")
    return None


def _what_is_wrong(text: str) -> str:
    if re.search(r"[OIL]", text) and re.fullmatch(r"[\dXOIL]{15,18}", text):
        return "身份证号里有字母 O、I 或 L,应是数字 0 或 1。请改成数字后再核对。"
    if "*" in text:
        return "身份证号打了星号，不完整。请填完整的号码。"
    if re.fullmatch(r"[\dX]+", text):
        return f"身份证号有 {len(text)} 位，应为 18 位(老证 15 位)。请对照证件补全。"
    return "这不像证件号码。请对照证件填写 18 位身份证号，或填明证件类型。"
