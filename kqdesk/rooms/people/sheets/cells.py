"""One cell of a roster → a code. Every function takes what was written and returns a value, or raises ``BadCell``
with a kind of the roster format and a sentence that says how to mend it.
"""

import re
from functools import cache, lru_cache

from kqdesk.excel.reading import CellError, CellValue
from kqdesk.kernel.resources import codes
from kqdesk.kernel.text import compact, plain
from kqdesk.rooms.people.terms import education_levels, ethnicities
from kqdesk.rooms.places.rules import TownshipMatch, township_of

_NOTHING = frozenset({"", "/", "\\", "-", "--", "—", "——", "―", "无数据", "null", "NULL", "None", "空"})
_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|GETTING_DATA)", re.I)


class BadCell(Exception):
    """A cell that cannot be read. ``kind`` is a fault kind of the roster format, ``reason`` is shown."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason


def text_of(value: CellValue) -> str:
    """A cell as people see it: whole numbers without a point, dates as 1985-03-02, long numbers as Excel shows them."""
    if type(value) is str:
        return value
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.5E}" if abs(value) >= 1e15 else f"{value:.10g}"
    return value.text if isinstance(value, CellError) else str(value)


def is_error(value: CellValue) -> bool:
    """#N/A and its kind, as a type or as text."""
    if isinstance(value, CellError):
        return True
    return type(value) is str and value.startswith("#") and bool(_ERROR.fullmatch(value.strip()))


def free_text(value: CellValue) -> str | None:
    """A text field; a dash or a slash alone means nothing. Text that looks like a formula stays text."""
    return _free_text(text_of(value))


@lru_cache(maxsize=16_384)
def _free_text(written: str) -> str | None:
    text = plain(written)
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return None if text in _NOTHING else text


def looks_like_formula(text: str) -> bool:
    """Text that a spreadsheet would start to compute; a phone number with + is none."""
    return text[:1] in ("=", "@") or (text[:1] in ("+", "-") and len(text) > 1 and not text[1:2].isdigit())


@lru_cache(maxsize=4096)
def sex_code(written: str, heading: str) -> str | None:
    """``1`` or ``2``; ``None`` for nothing and for 0 and 9, which mean unknown unless the heading says otherwise."""
    text = compact(written).lower()
    if text in _NOTHING:
        return None
    told = _sex_key(heading)
    if text in told:
        return told[text]
    if text in ("0", "9") and not told:
        return None
    found: str | None = codes("sex")["words"].get(text)
    if found is None:
        raise BadCell("sex_unknown", f"性别「{written.strip()}」看不懂。请填 男 或 女。")
    return found


@lru_cache(maxsize=256)
def _sex_key(heading: str) -> dict[str, str]:
    """The key some headings carry: 性别(1男0女)."""
    text = compact(heading)
    digit_first = re.findall(r"(\d)[-—=:、.为是]?(男|女)", text)
    word_first = re.findall(r"(男|女)(?:性)?[-—=:、.为是填]*(\d)", text)
    pairs = digit_first if len(digit_first) == 2 else [(digit, word) for word, digit in word_first]
    return {digit: "1" if word == "男" else "2" for digit, word in pairs} if len(pairs) == 2 else {}


@lru_cache(maxsize=4096)
def ethnicity_code(written: str) -> str | None:
    """汉, 汉族, 01 or 1 → ``01``."""
    text = compact(written)
    if text in _NOTHING:
        return None
    if text.isdigit() and f"{int(text):02d}" in ethnicities():
        return f"{int(text):02d}"
    found = _ethnicity_words().get(text)
    if found is None:
        raise BadCell(
            "unknown_ethnicity", f"民族「{written.strip()}」不在 56 个民族之内。请改成规范的民族名称。"
        )
    return found


@cache
def _ethnicity_words() -> dict[str, str]:
    table = codes("ethnicity")
    number = {name: f"{at:02d}" for at, name in enumerate(table["names"], 1)}
    words = number | {alias: number[name] for alias, name in table["alias"].items()}
    words |= {f"{word}族": code for word, code in words.items()}
    return words | {label: code for code, label in table["others"].items()}


_BROKEN = re.compile(r"未毕业|没毕业|没有毕业|未读完|没读完|未完成|肄业|辍学|肆业")
_ENDED = re.compile(r"结业")
_DONE = re.compile(r"毕业证?书?|文凭|已毕业")
_TRIM = re.compile(r"^(?:全日制|成人|普通全日制)|(?:文化程度|文化|程度|学历|水平|教育|生)+$")


@lru_cache(maxsize=4096)
def education_code(written: str) -> str | None:
    """Words of schooling, or the code itself, → GB/T 4658."""
    text = compact(written)
    if text in _NOTHING:
        return None
    if re.fullmatch(r"\d{2}(?:\.0)?", text):
        if text[:2] in education_levels():
            return text[:2]
        raise _schooling(written)
    if text in _education_names():
        return _education_names()[text]
    text = re.sub(r"[()\[\]【】<>,，、]", "", text)
    state = "broken" if _BROKEN.search(text) else "ended" if _ENDED.search(text) else "done"
    for pattern in (_BROKEN, _ENDED, _DONE):
        text = pattern.sub("", text)
    words = _education_words()
    level = words.get(text) or words.get(_TRIM.sub("", text))
    if level is None:
        raise _schooling(written)
    return level.get(state) or level["done"]


def _schooling(written: str) -> BadCell:
    return BadCell(
        "unknown_education",
        f"学历「{written.strip()}」看不懂。请填 小学、初中、高中、中专、职高、大专、本科 之一，没毕业的加「肄业」。",
    )


@cache
def _education_words() -> dict[str, dict[str, str]]:
    return {word: level for level in codes("education")["level"] for word in level["words"]}


@cache
def _education_names() -> dict[str, str]:
    return {name: code for code, name in education_levels().items()}


_TOWNSHIP_WORDS = {
    TownshipMatch.OLD_NAME: ("township_old_name", "「{written}」是旧名，已按「{name}」记。"),
    TownshipMatch.OLD_CODE: ("township_old_code", "「{written}」是旧代码，已按今天的 {code} {name} 记。"),
    TownshipMatch.MISSPELT: ("township_misspelt", "「{written}」像是「{name}」的错写，已按「{name}」记。"),
}


@lru_cache(maxsize=4096)
def township(written: str) -> tuple[str | None, str, str]:
    """Code, and kind and words of a warning ("" for none)."""
    text = compact(written)
    if text in _NOTHING:
        return None, "", ""
    found = township_of(text)
    if found is None:
        raise BadCell(
            "unknown_township", f"镇街「{written.strip()}」不在柯桥区的 16 个镇街里。请核对名称或代码。"
        )
    kind, words = _TOWNSHIP_WORDS.get(found.match, ("", ""))
    one = found.township
    return one.code, kind, words.format(written=written.strip(), name=one.name, code=one.code)
