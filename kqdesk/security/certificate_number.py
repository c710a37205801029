"""Certificate numbers from the district's pattern: region, school, year, serial, and a check character. Pure.

A pattern is text with places in braces, a width after a colon: ``{region}{school}{year}{serial:5}{check}``.
``check`` is ISO 7064 Mod 37,36 over the letters and digits before it, so one wrong or two swapped ones are noticed.
"""

import re

from stdnum.iso7064 import mod_37_36

from kqdesk.kernel.errors import UserError

DEFAULT_PATTERN = "{region}{school}{year}{serial:5}{check}"
_PLACE = re.compile(r"\{(region|school|year|serial|check)(?::(\d{1,2}))?\}")
_CHECKED = re.compile(r"[0-9A-Z]")


class BadPattern(UserError):
    """The district's pattern cannot be used."""


def expand_number(pattern: str, *, region: str, school: str, year: int, serial: int) -> str:
    """One certificate number; raises ``BadPattern``, or ``UserError`` when the serial no longer fits its width."""
    refuse_bad_pattern(pattern)
    values = {"region": region, "school": school, "year": str(year), "serial": str(serial)}
    number, at = "", 0
    for place in _PLACE.finditer(pattern):
        number += pattern[at : place.start()]
        name, width = place[1], int(place[2] or 0)
        number += check_character(number) if name == "check" else _fitted(name, values[name], width)
        at = place.end()
    return number + pattern[at:]


def check_character(number: str) -> str:
    """The ISO 7064 Mod 37,36 character for the letters and digits of ``number``; other signs do not count."""
    return str(mod_37_36.calc_check_digit("".join(_CHECKED.findall(number.upper()))))


def number_is_whole(pattern: str, number: str) -> bool:
    """Whether ``number`` has the pattern's shape and its check character is right; for numbers typed by hand."""
    refuse_bad_pattern(pattern)
    shape, at = "", 0
    for place in _PLACE.finditer(pattern):
        shape += re.escape(pattern[at : place.start()]) + _shape_of(place[1], int(place[2] or 0))
        at = place.end()
    found = re.fullmatch(shape + re.escape(pattern[at:]), number)
    if found is None:
        return False
    if "check" not in found.groupdict():
        return True
    return check_character(number[: found.start("check")]) == found["check"]


def refuse_bad_pattern(pattern: str) -> None:
    """Raise ``BadPattern`` with what is missing; every number needs a serial of fixed width and at most one check."""
    names = [place[1] for place in _PLACE.finditer(pattern)]
    left = _PLACE.sub("", pattern)
    if "{" in left or "}" in left:
        raise BadPattern(
            f"证书编号规则“{pattern}”里有不认识的占位，可用 region、school、year、serial、check。"
        )
    if names.count("serial") != 1 or any(names.count(name) > 1 for name in names):
        raise BadPattern(f"证书编号规则“{pattern}”里要有且只有一个 {{serial:位数}}，其他占位各最多一个。")
    if not re.search(r"\{serial:[1-9]\d?\}", pattern):
        raise BadPattern(f"证书编号规则“{pattern}”里序号要写明位数，例如 {{serial:5}}。")


def _fitted(name: str, value: str, width: int) -> str:
    if name == "serial" and len(value) > width:
        raise UserError(f"证书序号 {value} 超过了 {width} 位，请向区里申请新的编号规则或号段。")
    if not width:
        return value
    return value[-width:] if name == "year" else value.zfill(width)


def _shape_of(name: str, width: int) -> str:
    if name == "check":
        return "(?P<check>[0-9A-Z])"
    if name in ("year", "serial"):
        return rf"\d{{{width or 4}}}"
    return rf"[0-9A-Za-z]{{{width}}}" if width else "[0-9A-Za-z]+"
