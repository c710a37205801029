"""Collects what is wrong with a value from outside, in sentences that name the place; wrong parts read as something harmless."""

from collections.abc import Mapping, Sequence
from typing import Any

MOST_KEPT = 200


class Faults:
    """The faults found so far. ``more``: how many were not kept."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.more = 0
        self.broken: set[str] = set()

    def add(self, where: str, sentence: str) -> None:
        """One fault at one place."""
        self.broken.add(where)
        if len(self.found) < MOST_KEPT:
            self.found.append(f"{where}：{sentence}。")
        else:
            self.more += 1

    def record(self, raw: Any, where: str) -> Mapping[str, Any]:
        """A JSON object, or an empty one."""
        if isinstance(raw, dict):
            return raw
        self.add(where, f"应为对象 {{…}}，写的是 {_shown(raw)}")
        return {}

    def listing(self, raw: Any, where: str, most: int) -> list[Any]:
        """A JSON list of at most ``most`` entries, or an empty one."""
        if not isinstance(raw, list):
            self.add(where, f"应为列表 […]，写的是 {_shown(raw)}")
        elif len(raw) > most:
            self.add(where, f"有 {len(raw)} 项，最多 {most} 项")
        else:
            return raw
        return []

    def integer(
        self, one: Mapping[str, Any], key: str, where: str, low: int, high: int, absent: int | None = None
    ) -> int:
        """A whole number in bounds; ``absent`` when the key may be missing."""
        raw = one.get(key, absent)
        if type(raw) is int and low <= raw <= high:
            return raw
        if one:  # an empty object was reported as such
            self.add(f"{where}.{key}", _out_of(raw, low, high) if key in one else "没有写")
        return max(low, 0)

    def integers(self, raw: Any, where: str, count: int, low: int, high: int) -> tuple[int, ...] | None:
        """A list of so many whole numbers in bounds, or None."""
        if not isinstance(raw, list) or len(raw) != count:
            self.add(where, f"应为 {count} 个整数的列表，写的是 {_shown(raw)}")
            return None
        for part in raw:
            if type(part) is not int or not low <= part <= high:
                self.add(where, _out_of(part, low, high))
                return None
        return tuple(raw)

    def name(self, one: Mapping[str, Any], key: str, where: str) -> str:
        """A text of 1 to 80 characters."""
        raw = one.get(key)
        if isinstance(raw, str) and len(raw.strip()) > 0 and len(raw) <= 80:
            return raw
        if one:
            self.add(f"{where}.{key}", f"应为 1 到 80 个字的编号，写的是 {_shown(raw)}")
        return ""

    def words(self, raw: Any, where: str) -> frozenset[str]:
        """A list of texts."""
        found = self.listing(raw, where, 200)
        if not all(isinstance(word, str) for word in found):
            self.add(where, "应为文字的列表")
            return frozenset()
        return frozenset(found)

    def known(self, one: Mapping[str, Any], key: str, where: str, ids: Mapping[str, int]) -> int | None:
        """The number of an id, or None when nobody knows it."""
        raw = one.get(key)
        if isinstance(raw, str) and raw in ids:
            return ids[raw]
        self.add(f"{where}.{key}", f"没有编号为 {_shown(raw)} 的")
        return None

    def unique(self, where: str, ids: Sequence[str]) -> None:
        """No id twice."""
        seen: set[str] = set()
        for one in ids:
            if one and one in seen:
                self.add(where, f"编号 {one} 出现了两次")
            seen.add(one)


def _out_of(raw: Any, low: int, high: int) -> str:
    if type(raw) is not int:
        return f"应为整数，写的是 {_shown(raw)}"
    if high < low:
        return f"写的是 {raw}，但这里一项也没有"
    return f"应在 {low} 到 {high} 之间，写的是 {_shown(raw)}"


def _shown(raw: Any) -> str:
    if raw is None:
        return "空"
    if isinstance(raw, int) and abs(raw) > 10**18:
        return "一个过大的数"
    words = str(raw) if not isinstance(raw, (list, dict)) else f"{len(raw)} 项的列表或对象"
    return words[:40] + ("…" if len(words) > 40 else "")
