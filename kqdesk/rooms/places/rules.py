"""Which township somebody means: by today's or an older code or name, a short name, or a known misspelling.

Pure; the table is ``resources/codes/townships.toml`` (GB/T 2260 statistical codes of 330603).
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from stdnum.cn import uscc

from kqdesk.kernel.pinyin import syllables
from kqdesk.kernel.resources import codes
from kqdesk.kernel.text import compact, half_width


class TownshipMatch(StrEnum):
    """How a township was recognised. All but the first two deserve a word to the person who wrote it."""

    EXACT = "exact"
    SHORT = "short"
    OLD_NAME = "old_name"
    OLD_CODE = "old_code"
    MISSPELT = "misspelt"


@dataclass(frozen=True, slots=True)
class Township:
    """One of the 16 townships of the district as it is called today, with what it was called before."""

    code: str
    name: str
    former_codes: tuple[str, ...]
    former_names: tuple[str, ...]
    misspelt: tuple[str, ...]

    @property
    def stem(self) -> str:
        """The name without 街道 or 镇."""
        return _stem(self.name)


@dataclass(frozen=True, slots=True)
class FoundTownship:
    """The township meant, and how it was recognised."""

    township: Township
    match: TownshipMatch


_ABOVE = re.compile(r"^(?:中国)?(?:浙江省?)?(?:绍兴[市县]?)?(?:柯桥区|柯桥(?!街道|镇|$))?")
_SUFFIX = re.compile(r"(?:街道办事处|街道办|街道|街办|镇人民政府|镇政府|镇|乡)$")


@cache
def townships() -> tuple[Township, ...]:
    """All townships in the order of their codes."""
    return tuple(
        Township(
            code=one["code"],
            name=one["name"],
            former_codes=tuple(one.get("former_codes", ())),
            former_names=tuple(one.get("former_names", ())),
            misspelt=tuple(one.get("misspelt", ())),
        )
        for one in codes("townships")["township"]
    )


@cache
def township_by_code(code: str) -> Township | None:
    """The township that has this nine-digit code today."""
    return next((one for one in townships() if one.code == code), None)


@lru_cache(maxsize=4096)
def township_of(written: str) -> FoundTownship | None:
    """The township a text names; ``None`` for a place outside the district or no place at all."""
    text = compact(written)
    digits = re.match(r"\d+", text)
    if digits:
        return _by_code(digits[0])
    name = _ABOVE.sub("", text)
    return _by_name(name) if name else None


def township_in(sentence: str) -> Township | None:
    """The one township named in a heading or an address; ``None`` when there is none or more than one."""
    found = {
        one.code: one
        for one in townships()
        if any(name in sentence for name in (one.name, *one.former_names, *one.misspelt))
    }
    return next(iter(found.values())) if len(found) == 1 else None


def _by_code(digits: str) -> FoundTownship | None:
    if len(digits) not in (9, 12):
        return None
    code = digits[:9]
    for one in townships():
        if code == one.code:
            return FoundTownship(one, TownshipMatch.EXACT)
        if code in one.former_codes:
            return FoundTownship(one, TownshipMatch.OLD_CODE)
    return None


def _stem(name: str) -> str:
    return _SUFFIX.sub("", name) or name


def _by_name(name: str) -> FoundTownship | None:
    for one in townships():
        if name == one.name or name.startswith((one.name + "办", one.name + "(")):
            return FoundTownship(one, TownshipMatch.EXACT)
        if name in one.former_names:
            return FoundTownship(one, TownshipMatch.OLD_NAME)
        if name in one.misspelt or name in {_stem(wrong) for wrong in one.misspelt}:
            return FoundTownship(one, TownshipMatch.MISSPELT)
    stem, suffix = _stem(name), name[len(_stem(name)) :]
    for one in townships():
        if stem == one.stem:
            return FoundTownship(one, _by_suffix(one, suffix))
    return _with_village(name) or _by_sound(stem)


def _by_suffix(one: Township, suffix: str) -> TownshipMatch:
    """稽东 is short, 柯岩镇 was so once, 平水街道 never was."""
    if (
        not suffix
        or (suffix.startswith("街") and one.name.endswith("街道"))
        or suffix.startswith("镇人民政府")
    ):
        return TownshipMatch.SHORT
    if suffix.startswith("镇") and one.name.endswith("镇"):
        return TownshipMatch.SHORT
    return TownshipMatch.OLD_NAME if one.name.endswith("街道") or suffix == "乡" else TownshipMatch.MISSPELT


def _with_village(name: str) -> FoundTownship | None:
    """安昌街道上庙村: the township's full name in front of a village."""
    for one in townships():
        if name.startswith(one.name):
            return FoundTownship(one, TownshipMatch.EXACT)
        if any(name.startswith(old) for old in one.former_names):
            return FoundTownship(one, TownshipMatch.OLD_NAME)
        if any(name.startswith(wrong) for wrong in one.misspelt):
            return FoundTownship(one, TownshipMatch.MISSPELT)
    return None


def _by_sound(stem: str) -> FoundTownship | None:
    """A wrong character that sounds the same (杨迅桥). Likeness alone is not enough: 马山 is not 马鞍."""
    if not 2 <= len(stem) <= 4 or re.search(r"[^\u3400-\u9fff]", stem):
        return None
    sound = syllables(stem)
    same = [one for one in townships() if syllables(one.stem) == sound]
    return FoundTownship(same[0], TownshipMatch.MISSPELT) if len(same) == 1 else None


def read_coordinates(written: str) -> tuple[float, float] | None:
    """Latitude and longitude in degrees from a map app's ``30.0817,120.4953``, in either order; None when they are none.

    Around Shaoxing a latitude is below 54 and a longitude above 73, so the order cannot be taken wrongly.
    """
    parts = re.findall(r"\d{1,3}(?:\.\d+)?", half_width(written))
    if len(parts) != 2:
        return None
    low, high = sorted(float(part) for part in parts)
    return (low, high) if 3 <= low <= 54 and 73 <= high <= 136 else None


def coordinates_fault(written: str) -> str | None:
    """What is wrong with typed coordinates; None when nothing."""
    if read_coordinates(written) is None:
        return "坐标请照地图软件抄，如 30.0817,120.4953（纬度,经度），要在国内；没有就空着。"
    return None


def clean_coordinates(written: str | None) -> str | None:
    """As stored: ``30.0817,120.4953``; None for nothing that can be read."""
    point = read_coordinates(written) if written else None
    return (
        f"{point[0]:.6f}".rstrip("0").rstrip(".") + "," + f"{point[1]:.6f}".rstrip("0").rstrip(".")
        if point
        else None
    )


def credit_code_fault(written: str) -> str | None:
    """What is wrong with a 统一社会信用代码 (GB 32100, 18 characters, check character); None when it is good.

    R-PLA-11: the code is checked by shape and check character only, never by a region list.
    """
    code = compact(written).upper()
    if len(code) != 18:
        return f"统一社会信用代码是 18 位，现在是 {len(code)} 位。"
    if not uscc.is_valid(code):
        return "统一社会信用代码对不上校验位，可能有一位抄错了。请对照营业执照再看一遍。"
    return None


def clean_credit_code(written: str) -> str:
    """The code as it is kept: half-width capitals without blanks."""
    return compact(written).upper()
