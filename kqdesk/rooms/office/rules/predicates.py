"""The condition of a rule as a small closed tree: read, checked with the cell's name; nothing in it runs. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kqdesk.rooms.office.rules.inputs import INPUTS, InputKind
from kqdesk.rooms.office.terms import Beneficiary

CELL = "条件"
MOST_PARTS, MOST_DEPTH = 60, 6
OPS = {
    InputKind.YES_NO: ("eq",),
    InputKind.CHOICE: ("eq", "ne", "in"),
    InputKind.TEXT: ("eq", "ne", "in"),
    InputKind.DATE: ("eq", "ne", "ge", "le", "gt", "lt", "between", "months_between"),
    InputKind.INTEGER: ("eq", "ne", "ge", "le", "gt", "lt", "in", "between"),
    InputKind.MONEY: ("eq", "ne", "ge", "le", "gt", "lt", "between", "share_ge", "share_le"),
}
"""What may be asked of an input of a kind."""


class RuleFault(ValueError):
    """A cell of a rule is wrong; ``cell`` is its Chinese name and the text the whole sentence."""

    def __init__(self, cell: str, words: str) -> None:
        super().__init__(f"“{cell}”{words}")
        self.cell = cell


@dataclass(frozen=True)
class Condition:
    """One question of an input. ``than``: the other input it is compared with, "" when with ``value``."""

    field: str
    op: str
    value: Any = None
    than: str = ""


@dataclass(frozen=True)
class Group:
    """Several parts of which all, or any one, must hold."""

    is_any: bool
    parts: tuple["Predicate", ...]


@dataclass(frozen=True)
class Negation:
    """A part that must not hold."""

    part: "Predicate"


Predicate = Condition | Group | Negation


def read_predicate(written: Any, beneficiary: Beneficiary) -> Predicate:
    """The whole condition; RuleFault says which part is wrong and why."""
    count = 0

    def read(part: Any, cell: str, depth: int) -> Predicate:
        nonlocal count
        count += 1
        if depth > MOST_DEPTH or count > MOST_PARTS:
            raise RuleFault(CELL, f"太复杂：最多 {MOST_PARTS} 条、{MOST_DEPTH} 层")
        if not isinstance(part, Mapping):
            raise RuleFault(cell, "要写成一条条件")
        if "field" in part:
            return _condition(part, beneficiary, cell)
        if set(part) not in ({"all"}, {"any"}, {"not"}):
            raise RuleFault(cell, f"看不懂：{'、'.join(map(str, part)) or '空的'}")
        [(word, inside)] = part.items()
        if word == "not":
            return Negation(read(inside, f"{cell}（不）", depth + 1))
        if not isinstance(inside, list) or (word == "any" and not inside):
            raise RuleFault(cell, "要列出各条条件")
        return Group(
            word == "any",
            tuple(read(one, f"{cell} {n}", depth + 1) for n, one in enumerate(inside, 1)),
        )

    return read(written, CELL, 0)


def _condition(part: Mapping[str, Any], beneficiary: Beneficiary, cell: str) -> Condition:
    strange = set(part) - {"field", "op", "value", "than"}
    if strange:
        raise RuleFault(cell, f"不认识“{'、'.join(sorted(strange))}”")
    field, op, than = str(part["field"]), str(part.get("op", "")), str(part.get("than", ""))
    known_input(field, beneficiary, cell)
    kind = INPUTS[field].kind
    if op not in OPS[kind]:
        raise RuleFault(cell, f"：“{INPUTS[field].label}”不能用“{op}”来比")
    if than:
        known_input(than, beneficiary, cell, (kind,))
    if op in ("months_between", "share_ge", "share_le"):
        if not than:
            raise RuleFault(cell, "没有写和什么比（than）")
        return Condition(field, op, _SPECIAL[op](part.get("value"), cell), than)
    if than:
        return Condition(field, op, None, than)
    return Condition(field, op, _value(field, op, part.get("value"), cell))


def known_input(
    name: str, beneficiary: Beneficiary, cell: str, kinds: Sequence[InputKind] | None = None
) -> None:
    """RuleFault unless there is such an input of such a beneficiary, of one of these kinds."""
    found = INPUTS.get(name)
    if found is None:
        raise RuleFault(cell, f"：没有“{name}”这一项资料")
    if beneficiary not in found.whose:
        raise RuleFault(cell, f"：“{found.label}”不是{beneficiary.label}的资料")
    if kinds is not None and found.kind not in kinds:
        raise RuleFault(cell, f"：“{found.label}”不是能这样用的资料")


def _months(value: Any, cell: str) -> int:
    if not is_whole(value) or not 0 <= value <= 1200:
        raise RuleFault(cell, "的月数要是 0 到 1200 的整数")
    return int(value)


def _share(value: Any, cell: str) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2 or not all(is_whole(one) and one > 0 for one in value):
        raise RuleFault(cell, "的比例要写成两个整数，如 [2, 3]")
    return int(value[0]), int(value[1])


_SPECIAL: Mapping[str, Callable[[Any, str], Any]] = {
    "months_between": _months,
    "share_ge": _share,
    "share_le": _share,
}


def _value(field: str, op: str, value: Any, cell: str) -> Any:
    if op == "in":
        if not isinstance(value, list) or not value:
            raise RuleFault(cell, "要列出至少一个")
        return tuple(_one(field, each, cell) for each in value)
    if op == "between":
        if not isinstance(value, list) or len(value) != 2:
            raise RuleFault(cell, "要写从多少到多少")
        low, high = (_one(field, each, cell) for each in value)
        if low > high:
            raise RuleFault(cell, "前面的比后面的大")
        return low, high
    return _one(field, value, cell)


def _one(field: str, value: Any, cell: str) -> Any:
    asked = INPUTS[field]
    match asked.kind:
        case InputKind.YES_NO if isinstance(value, bool):
            return value
        case InputKind.DATE:
            return read_day(value, cell)
        case InputKind.INTEGER | InputKind.MONEY if is_whole(value):
            return value
        case InputKind.CHOICE if isinstance(value, str) and value in asked.choices:
            return value
        case InputKind.TEXT if isinstance(value, str) and value:
            return value
    raise RuleFault(cell, f"：“{asked.label}”的值“{value}”不对")


def read_day(value: Any, cell: str) -> date:
    """A day from ISO text; RuleFault names the cell."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise RuleFault(cell, f"：“{value}”不是日期") from None


def is_whole(value: Any) -> bool:
    """A whole number, and no yes or no."""
    return isinstance(value, int) and not isinstance(value, bool)
