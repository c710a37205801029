"""Column headings of foreign tables: which field a heading means, given the words a room knows for each field.

This file knows how headings are written (brackets, numbering, groups over sub-headings, options to tick), not what
they are about: the words come in as ``Field``s.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kqdesk.kernel.text import compact

_TRADITIONAL = str.maketrans(
    "證號碼聯繫電話機別學歷鎮鄉業單崗戶現備註類種報課願徑區庭員齡動務職歲傳實際", "证号码联系电话机别学历镇乡业单岗户现备注类种报课愿径区庭员龄动务职岁传实际"
)  # fmt: skip
_NUMBERING = re.compile(r"^(?:[Qq]\d{1,3}[._、:]?|\(?\d{1,2}\)?[.、,)]|[一二三四五六七八九十]+、|[①-⑳])")
_BRACKETS = re.compile(r"[\(\[【<〔][^\)\]】>〕]*[\)\]】>〕]?")
_LONGEST = 60  # characters; a longer cell is prose, not a heading


@dataclass(frozen=True)
class Field:
    """One field a table may have. ``titles`` are patterns that must match a whole heading (blanks and brackets off).

    ``options``: sub-headings under which a tick stands for the value. ``anchor``: a table needs at least one such
    column. ``spreads``: a merged cell counts for all its rows, and 同上 repeats the row above. ``not_under``: a group
    heading that turns the meaning round (学历 under 提升意愿 is not the education somebody has).
    """

    key: str
    titles: Sequence[str]
    options: Mapping[str, str] = field(default_factory=dict)
    anchor: bool = False
    spreads: bool = False
    repeats: bool = False
    not_under: str = ""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a heading means. ``option`` is set for a column of ticks. ``key`` is empty for somebody else's column."""

    key: str
    option: str | None = None


_NOTHING = Meaning("")


class Titles:
    """The fields and strangers of one kind of table, compiled once.

    ``strangers``: words that make a column somebody else's (户主, 填报人). ``serial``: headings of running numbers.
    ``chosen``: headings a person assigned by hand, heading → key ("" for none); they win over everything.
    """

    def __init__(
        self, fields: Sequence[Field], *, strangers: str, serial: str, chosen: Mapping[str, str] | None = None
    ) -> None:
        self.fields = {one.key: one for one in fields}
        self._patterns = [
            (one, re.compile("|".join(f"(?:{title})" for title in one.titles), re.I)) for one in fields
        ]
        self._strangers = re.compile(strangers)
        self._serial = re.compile(serial, re.I)
        self._chosen = {tidy(title): key for title, key in (chosen or {}).items()}
        self._known: dict[tuple[str, ...], Meaning] = {}

    def meaning(self, path: tuple[str, ...]) -> Meaning:
        """The field of a column whose headings from top to bottom are ``path`` (written as in the file)."""
        if path not in self._known:
            self._known[path] = self._decide(tuple(tidy(title) for title in path if title))
        return self._known[path]

    def is_serial(self, title: str) -> bool:
        """Whether the heading is that of running numbers."""
        return bool(self._serial.fullmatch(without_brackets(tidy(title))))

    def is_strange(self, title: str) -> bool:
        """Whether the heading is somebody else's column (户主, 填报人)."""
        return bool(self._strangers.search(tidy(title)))

    def _decide(self, path: tuple[str, ...]) -> Meaning:
        if not path:
            return _NOTHING
        leaf, groups = path[-1], path[:-1]
        for title in ("".join(path), leaf):
            if title in self._chosen:
                return Meaning(self._chosen[title])
        if any(self._strangers.search(title) for title in path):
            return _NOTHING
        if groups:
            option = self._option(groups[-1], leaf)
            if option:
                return option
        found = self._field(leaf)
        if found and not (found.not_under and groups and re.search(found.not_under, "".join(groups))):
            return Meaning(found.key)
        joined = self._field(groups[-1] + leaf) if groups else None
        return Meaning(joined.key) if joined else _NOTHING

    def _option(self, group: str, leaf: str) -> Meaning | None:
        above = self._field(group)
        if above and without_brackets(leaf) in above.options:
            return Meaning(above.key, above.options[without_brackets(leaf)])
        return None

    def _field(self, title: str) -> Field | None:
        """The whole heading, then without brackets, then what stands on both sides of a slash."""
        if len(title) > _LONGEST:
            return None
        bare = without_brackets(title)
        for form in (title, bare, bare.replace("/", "")):
            for one, pattern in self._patterns:
                if form and pattern.fullmatch(form):
                    return one
        sides = [side for side in re.split(r"[/、或&]", bare) if side]
        found = [self._field(side) for side in sides] if len(sides) > 1 else []
        keys = {one.key for one in found if one}
        return next((one for one in found if one), None) if len(keys) == 1 else None


def tidy(title: str) -> str:
    """A heading without blanks, line breaks, numbering, stars and a closing colon."""
    text = compact(title).translate(_TRADITIONAL).replace("*", "").replace("★", "").strip(":;,。.、_-")
    return _NUMBERING.sub("", text)


def without_brackets(title: str) -> str:
    """A tidy heading without its remarks in brackets; the whole when it is nothing but brackets."""
    return _BRACKETS.sub("", title) or title
