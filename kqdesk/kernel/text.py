"""Writing as people leave it in cells, made comparable: widths, invisible characters, private-use leftovers, names, phones.

Pure. Nothing here guesses: what cannot be read comes back as ``None`` or is marked as damaged.
"""

import re
from dataclasses import dataclass

# Full-width forms FF01–FF5E sit at a fixed distance from ASCII; the ideographic space is a space.
_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}

_INVISIBLE = dict.fromkeys(
    [
        *range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), 0xAD, 0x180E,
        *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0xFE0E, 0xFE0F,
        *range(0xFFF9, 0xFFFC),
    ]
)  # fmt: skip


def _private_use() -> dict[int, int]:
    """GBK and older GB 18030 tables put these characters into the private-use area; this is where they live now."""
    cells = [*range(0xFE50, 0xFE7F), *range(0xFE80, 0xFEA1)]
    moved: dict[int, int] = {}
    for step, cell in enumerate(cells):
        standard = cell.to_bytes(2, "big").decode("gb18030")
        if not "\ue000" <= standard <= "\uf8ff":
            moved[0xE815 + step] = ord(standard)
    moved |= {
        0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC, 0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6,
        0xE82C: 0x9FB7, 0xE831: 0x215D7, 0xE832: 0x9FB8, 0xE83B: 0x2298F, 0xE843: 0x9FB9, 0xE854: 0x9FBA,
        0xE855: 0x241FE, 0xE864: 0x9FBB, 0xE7C7: 0x1E3F,
    }  # fmt: skip
    vertical = [0xFE10, 0xFE12, 0xFE11, *range(0xFE13, 0xFE1A)]
    return moved | {0xE78D + step: code for step, code in enumerate(vertical)}


_STANDARD = _private_use()
_SPACES = re.compile(r"\s+")
_HAN = r"\u2E80-\u2FDF\u3005-\u3007\u3400-\u4DBF\u4E00-\u9FFF\uE000-\uF8FF\uF900-\uFAFF\U00020000-\U0003FFFF"
_SPACE_BESIDE_HAN = re.compile(rf"(?<=[{_HAN}])\s+|\s+(?=[{_HAN}])")


def half_width(text: str) -> str:
    """Full-width letters, digits and marks become ASCII; nothing else changes."""
    return text.translate(_HALF)


def visible(text: str) -> str:
    """Drop control and zero-width characters; tabs and line ends stay."""
    return text if text.isprintable() else text.translate(_INVISIBLE)


def standard_points(text: str) -> str:
    """Move characters of old GB tables out of the private-use area to where Unicode has them now."""
    return text.translate(_STANDARD)


def plain(text: str) -> str:
    """A free text as it is kept: no invisible characters, standard code points, single spaces, none beside Han."""
    text = visible(text)
    if not text.isascii():
        text = standard_points(text)
    if " " in text or not text.isprintable() or "\u3000" in text:
        text = _SPACE_BESIDE_HAN.sub("", _SPACES.sub(" ", text).strip())
    return text


def compact(text: str) -> str:
    """For comparing codes, words and headings: half-width, no invisible characters, no white space at all."""
    return _SPACES.sub("", half_width(visible(text)))


# --- names -------------------------------------------------------------------------------------------------

_DOTS = re.compile(r"\s*[•‧・．·●∙⋅᛫˙⸱∘｡。]\s*")
_ASCII_DOT = re.compile(rf"(?<=[{_HAN}])\s*\.\s*(?=[{_HAN}])")
_NOTE = re.compile(r"[\(（【\[〔〈《<「﹝{]([^\)）】\]〕〉》>」﹞}]*)[\)）】\]〕〉》>」﹞}]?")
_NUMBERED = re.compile(rf"^(?:[0-9]{{1,4}}\s*[.、．)）:：]|[①-⑳])\s*(?=[{_HAN}])")
_TAIL = re.compile(
    rf"(?<=[{_HAN}])\s*(?P<figures>[0-9][0-9 -]*[组号岁]?|[①-⑳])$"
    rf"|(?<=[{_HAN}]{{2}})\s+(?P<post>组长|副?书记|副?主任|会计|出纳|委员|户主|本人|党员|村民代表)$"
)
_DAMAGED = re.compile(r"[?？□■◇◆▯�\uE000-\uF8FF\U000F0000-\U0010FFFF]")
_PLAIN_NAME = re.compile(r"[\u4E00-\u9FFF]{2,4}")
_HAS_HAN = re.compile(rf"[{_HAN}]")


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name made uniform. ``note`` holds words in brackets that were taken off it ("残", "外出务工")."""

    text: str
    note: str

    @property
    def is_damaged(self) -> bool:
        """A character was lost on the way: ?, a box, or a private-use code point."""
        return bool(_DAMAGED.search(self.text))


def read_name(written: str) -> Name:
    """No blanks inside a Chinese name, · (U+00B7) as the dot, single spaces in Latin letters; notes off.

    Notes: what stands in brackets, a number before the name (3.王建国), figures or a post behind it (王建国 组长).
    """
    if _PLAIN_NAME.fullmatch(written):
        return Name(written, "")
    text = standard_points(visible(written)).strip().strip("'’‘`*＊")
    notes = [note for note in _NOTE.findall(text) if note.strip()]
    text = _NOTE.sub(" ", text)
    text = _SPACES.sub(" ", text).strip()
    for pattern in (_NUMBERED, _TAIL):
        found = pattern.search(text)
        if found:
            notes.append(found[0])
            text = pattern.sub("", text).strip()
    if _HAS_HAN.search(text):
        text = _ASCII_DOT.sub("·", _DOTS.sub("·", text)).strip("·,，、;；:：*＊")
        text = text.replace(" ", "") if _all_han(text) else _SPACE_BESIDE_HAN.sub("", text)
    else:
        text = half_width(text).strip()
    return Name(text, "、".join(note.strip() for note in notes))


def _all_han(text: str) -> bool:
    return not re.search(r"[A-Za-z]", text)


# --- phones ------------------------------------------------------------------------------------------------

_NO_PHONE = frozenset(
    {"", "无", "没有", "暂无", "空", "-", "--", "—", "——", "/", "\\", "0", "无电话", "无手机"}
)
_PHONE_NOTE = re.compile(
    r"[\(\[【<][^\)\]】>]*[^\d\s\-\)\]】>][^\)\]】>]*[\)\]】>]?"
)  # brackets with words, not (0575)
_BETWEEN = re.compile(r"[,，、;；/／\\|｜]|或者?|和|及")
_DASHES = re.compile(r"[‐‑‒–—―−－ー_~～]")
_COUNTRY = re.compile(r"^(?:\+|00)?86(?=\D*1\d{2}(?:\D?\d){8}$)")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"(?:0\d{2,3}-?)?[2-9]\d{6,7}(?:-\d{1,6})?")
_WITHIN = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_POINT_NOUGHT = re.compile(r"(?<=\d{11})\.0+(?!\d)")
_FIGURE = re.compile(r"[\d*?]")
_WORDS = re.compile(r"^(?:手机|电话|联系电话|本人|TEL|M|T)?号?码?[::]?", re.I)


@dataclass(frozen=True, slots=True)
class Phones:
    """What a phone cell holds: the first number, and the others after it. Empty when the cell says there is none."""

    first: str | None
    others: tuple[str, ...] = ()


def read_phones(written: str) -> Phones | None:
    """Read one or several numbers; ``None`` when the cell holds something that is no phone number.

    Mobile numbers lose +86, blanks and hyphens. Land lines stay as written. Judged by shape only.
    """
    if len(written) == 11 and _MOBILE.fullmatch(written):
        return Phones(written)
    text = half_width(visible(written)).strip().strip("'\"`’‘“”=")
    if text.replace(" ", "") in _NO_PHONE:
        return Phones(None)
    text = _DASHES.sub("-", _PHONE_NOTE.sub(" ", text)).replace("(", "").replace(")", "-")
    numbers: list[str] = []
    for part in _BETWEEN.split(text):
        if not part.strip():
            continue
        found = _numbers_of(part)
        if not found:
            among = _among_words(text)
            if among:
                return among
            # A broken second number does not spoil a good first one.
            return Phones(numbers[0], (*numbers[1:], part.strip())) if numbers else None
        numbers.extend(found)
    return Phones(numbers[0], tuple(numbers[1:])) if numbers else None


def _among_words(text: str) -> Phones | None:
    """Whole mobile numbers with words round them: 手机:… 家里…; ``None`` as soon as any other figure is left over."""
    numbers = _WITHIN.findall(_POINT_NOUGHT.sub("", text))
    rest = _WITHIN.sub("", _POINT_NOUGHT.sub("", text))
    return Phones(numbers[0], tuple(numbers[1:])) if numbers and not _FIGURE.search(rest) else None


def _numbers_of(part: str) -> list[str]:
    """One number with blanks in it, or several numbers between blanks."""
    part = _WORDS.sub("", part.strip())
    whole = _number(_SPACES.sub("", part))
    if whole:
        return [whole]
    found: list[str] = []
    piece = ""
    for word in part.split():
        piece += word
        number = _number(piece)
        if number:
            found.append(number)
            piece = ""
    return [] if piece else found


def _number(text: str) -> str | None:
    digits = re.sub(r"[-.]", "", _COUNTRY.sub("", text.lstrip("+") if not text.startswith("+86") else text))
    if _MOBILE.fullmatch(digits):
        return digits
    return text if _LANDLINE.fullmatch(text) else None
