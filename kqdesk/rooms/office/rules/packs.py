"""A rule pack: dated policy numbers as data, read from TOML or a stored row, checked, chosen by day."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.resources import resource
from kqdesk.rooms.office.rules.rulerow import ring_fault, without_dates
from kqdesk.rooms.office.rules.shapes import Band, Shape, shown, value_fault
from kqdesk.rooms.office.terms import UNSET, Certainty, Kind, PackState, Scope

SHIPPED = ("keqiao", "zj-2008", "privacy", "policies", "subsidies")

DISTRICT_FIRST = 1001
"""Versions the district publishes are numbered from here: no version of a school is ever taken for one of them."""


def version_words(version: int) -> str:
    """第 3 版 of a school, 区发第 1 版 of the district."""
    if version >= DISTRICT_FIRST:
        return f"区发第 {version - DISTRICT_FIRST + 1} 版"
    return f"第 {version} 版"


@dataclass(frozen=True)
class PackItem:
    """One number or switch of a pack. ``value`` None = 未配置: the paper does not say."""

    key: str
    title: str
    shape: Shape
    value: Any
    source: str
    mark: Certainty

    @property
    def shown(self) -> str:
        """The value as the screen says it."""
        return UNSET if self.value is None else shown(self.shape, self.value)


@dataclass(frozen=True)
class Pack:
    """A rule pack in one version. ``effective_to`` is the first day it no longer counts.

    ``authors``: staff ids of everybody who entered something into this version.
    """

    key: str
    title: str
    scope: Scope
    effective_from: date
    effective_to: date | None
    paper: str
    items: tuple[PackItem, ...]
    version: int = 1
    state: PackState = PackState.DRAFT
    authors: tuple[str, ...] = ()
    is_published: bool = False
    """The district published it through its hub, and its signature is good."""

    def item(self, key: str) -> PackItem | None:
        """The item of that key, set or not."""
        return next((item for item in self.items if item.key == key), None)

    def is_in_force(self, on: date) -> bool:
        """Active, begun and not over on that day."""
        is_over = self.effective_to is not None and on >= self.effective_to
        return self.state is PackState.ACTIVE and self.effective_from <= on and not is_over


@dataclass(frozen=True)
class PackValue:
    """A number that counts on a day, and where it comes from; results keep pack_key and pack_version.

    The typed readings raise TypeError when the item is of another kind: that is our bug.
    """

    key: str
    title: str
    value: Any
    shape: Shape
    source: str
    mark: Certainty
    pack_key: str
    pack_version: int
    pack_title: str
    is_reference: bool
    unit: str = field(default="")

    def _as(self, *kinds: Kind) -> Any:
        if self.shape.kind not in kinds:
            raise TypeError(f"{self.key} is {self.shape.kind}")
        return self.value

    @property
    def pack_words(self) -> str:
        """The pack and its version as people say it: 柯桥区成人教育规则 第 2 版."""
        return f"{self.pack_title} {version_words(self.pack_version)}"

    @property
    def number(self) -> int:
        """An integer in ``unit``, or a percentage 0..100."""
        return int(self._as(Kind.INTEGER, Kind.PERCENT))

    @property
    def rate(self) -> Decimal:
        """A percentage as 0..1."""
        return Decimal(self._as(Kind.PERCENT)) / 100

    @property
    def flag(self) -> bool:
        """Yes or no."""
        return bool(self._as(Kind.YES_NO))

    @property
    def text(self) -> str:
        """Words, a choice's code, or a time as ``18:30``."""
        return str(self._as(Kind.TEXT, Kind.CHOICE, Kind.TIME))

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes in the pack's order."""
        return tuple(self._as(Kind.CODES))

    @property
    def levels(self) -> dict[str, int]:
        """Code → credits, or code → 分."""
        return dict(self._as(Kind.LEVELS, Kind.AMOUNTS))

    @property
    def bands(self) -> tuple[Band, ...]:
        """Grades, highest first, the last from 0 marks."""
        return tuple(Band(**row) for row in self._as(Kind.BANDS))

    @property
    def shown(self) -> str:
        """As the screen says it."""
        return shown(self.shape, self.value)


def value(packs: Iterable[Pack], key: str, on: date) -> PackValue | None:
    """The number that counts on a day; None = 未配置.

    R-OFF-01: of each pack the newest active version in force speaks; a district pack that sets the item goes
    before a reference pack, and what the district published before what the school entered; what one leaves unset
    falls back to the next.
    """
    newest: dict[tuple[str, bool], Pack] = {}
    for pack in packs:
        place = pack.key, pack.is_published
        if pack.is_in_force(on) and pack.version >= newest.get(place, pack).version:
            newest[place] = pack
    order = sorted(newest.values(), key=lambda p: (p.scope is Scope.REFERENCE, not p.is_published, p.key))
    for pack in order:
        item = pack.item(key)
        if item is not None and item.value is not None:
            return _spoken(pack, item)
    return None


def _spoken(pack: Pack, item: PackItem) -> PackValue:
    return PackValue(
        key=item.key, title=item.title, value=item.value, shape=item.shape, source=item.source, mark=item.mark,
        pack_key=pack.key, pack_version=pack.version, pack_title=pack.title,
        is_reference=pack.scope is Scope.REFERENCE, unit=item.shape.unit,
    )  # fmt: skip


def with_value(pack: Pack, key: str, new: Any, *, source: str, mark: Certainty, author: str) -> Pack:
    """The pack with one item set (None = 未配置 again), its source and how sure it is; UserError on a wrong shape."""
    item = pack.item(key)
    if item is None:
        raise UserError(f"规则包“{pack.title}”里没有这一条。")
    if new is not None:
        wrong = value_fault(item.shape, new)
        if wrong:
            raise UserError(f"{item.title}：{wrong}。")
        if not source.strip():
            raise UserError(f"请写明“{item.title}”的依据（哪个文件、第几条），以后检查要看。")
    changed = replace(
        item, value=new, source=source.strip() or item.source, mark=Certainty.PARAM if new is None else mark
    )
    items = tuple(changed if each.key == key else each for each in pack.items)
    return replace(pack, items=items, authors=tuple(sorted({*pack.authors, author})))


def pack_faults(pack: Pack) -> list[str]:
    """What is wrong with a pack, one sentence each; empty when it may be used."""
    faults = []
    if not pack.key.strip() or not pack.title.strip():
        faults.append("规则包要有包名和标题。")
    if pack.effective_to is not None and pack.effective_to <= pack.effective_from:
        faults.append("失效日期要在生效日期之后。")
    if not pack.items:
        faults.append("规则包里一条规则也没有。")
    seen: set[str] = set()
    for item in pack.items:
        if item.key in seen:
            faults.append(f"“{item.title}”（{item.key}）写了两次。")
        seen.add(item.key)
        wrong = None if item.value is None else value_fault(item.shape, item.value)
        if wrong:
            faults.append(f"{item.title}：{wrong}。")
        if item.value is not None and not item.source:
            faults.append(f"“{item.title}”没有写依据。")
    return faults or _ring_faults(pack)


def _ring_faults(pack: Pack) -> list[str]:
    rules = [item.value for item in pack.items if item.shape.kind is Kind.RULE and item.value is not None]
    wrong = ring_fault(rules)
    return [wrong] if wrong else []


# -- written down ----------------------------------------------------------------------------------


def read_pack(text: str) -> Pack:
    """A pack from TOML; UserError with every fault when it is none."""
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise UserError(f"规则包文件读不懂：{wrong}。请找发规则包的人重新要一份。") from None
    pack = read_contents(written)
    faults = pack_faults(pack)
    if faults:
        raise UserError("规则包有错，没有装入：" + "".join(faults))
    return pack


def read_contents(written: Mapping[str, Any]) -> Pack:
    """A pack from ``{"pack": …, "items": […]}``; UserError when a part is missing or unknown."""
    try:
        head = written["pack"]
        return Pack(
            key=str(head["key"]),
            title=str(head["title"]),
            scope=Scope(head["scope"]),
            effective_from=_day(head["effective_from"]),
            effective_to=_day(head["effective_to"]) if head.get("effective_to") else None,
            paper=str(head.get("paper", "")),
            items=tuple(_item(line) for line in written["items"]),
            authors=tuple(head.get("authors", ())),
        )
    except (KeyError, ValueError, TypeError, AttributeError) as wrong:
        raise UserError(f"规则包缺少内容或有不认识的写法：{wrong}。请找发规则包的人重新要一份。") from None


def _item(line: Mapping[str, Any]) -> PackItem:
    shape = Shape(
        Kind(line["kind"]),
        str(line.get("unit", "")),
        dict(line.get("choices", {})),
        dict(line.get("labels", {})),
    )
    return PackItem(
        key=str(line["key"]),
        title=str(line["title"]),
        shape=shape,
        value=without_dates(line.get("value")),
        source=str(line.get("source", "")),
        mark=Certainty(line["mark"]),
    )


def _day(written: Any) -> date:
    return written if isinstance(written, date) else date.fromisoformat(written)


def contents(pack: Pack) -> dict[str, Any]:
    """A pack as JSON for its row; ``read_contents`` reads it back. Version and state are the row's own."""
    head = {
        "key": pack.key, "title": pack.title, "scope": pack.scope.value, "paper": pack.paper,
        "effective_from": pack.effective_from.isoformat(),
        "effective_to": pack.effective_to.isoformat() if pack.effective_to else None,
        "authors": list(pack.authors),
    }  # fmt: skip
    return {"pack": head, "items": [_line(item) for item in pack.items]}


def _line(item: PackItem) -> dict[str, Any]:
    line: dict[str, Any] = {
        "key": item.key, "title": item.title, "kind": item.shape.kind.value, "source": item.source,
        "mark": item.mark.value,
    }  # fmt: skip
    # Pairs, because stored JSON sorts the keys of an object and people expect 初级 before 高级.
    choices, labels = (
        [list(pair) for pair in words.items()] for words in (item.shape.choices, item.shape.labels)
    )
    options = {"unit": item.shape.unit, "choices": choices, "labels": labels}
    return line | {name: option for name, option in options.items() if option} | {"value": item.value}


@cache
def shipped_packs() -> Sequence[Pack]:
    """The packs that come with the program (``resources/rules``), district first."""
    return tuple(read_pack(resource(f"rules/{name}.toml").read_text("utf-8")) for name in SHIPPED)
