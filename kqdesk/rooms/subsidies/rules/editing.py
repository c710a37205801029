"""The condition of a rule taken apart into lines that a form can change, and put together again. Pure.

A line's path says where it stands in the tree; what is added goes under 都要符合, under 有一条就行, or in as 不能是.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from kqdesk.rooms.office.rules.inputs import INPUTS, Input, InputKind
from kqdesk.rooms.office.rules.predicates import OPS, Condition, Group, Negation, Predicate
from kqdesk.rooms.office.rules.rulerow import RuleRow, read_rule
from kqdesk.rooms.office.rules.rulewords import condition_words
from kqdesk.rooms.office.terms import Beneficiary

Path = tuple[int, ...]
OP_WORDS = {
    "eq": "是", "ne": "不是", "ge": "不少于（不早于）", "le": "不超过（不晚于）", "gt": "多于（晚于）", "lt": "少于（早于）", "in": "是其中之一",
    "between": "在两个数之间", "months_between": "到另一个日期满几个月", "share_ge": "不少于另一项的几分之几",
    "share_le": "不超过另一项的几分之几",
}  # fmt: skip
"""How inputs are compared, as the form offers it."""


@dataclass(frozen=True)
class EditLine:
    """One line of the condition. ``is_group``: a heading under which others stand."""

    path: Path
    words: str
    depth: int
    is_group: bool

    @property
    def id(self) -> str:
        """What the table knows the line by."""
        return "/".join(map(str, self.path))


def lines_of(rule: RuleRow) -> list[EditLine]:
    """The condition line by line, the whole first."""
    lines: list[EditLine] = []

    def walk(part: Predicate, path: Path, prefix: str) -> None:
        match part:
            case Condition():
                lines.append(EditLine(path, prefix + condition_words(part), len(path), False))
            case Negation():
                walk(part.part, path, f"{prefix}不能是：")
            case Group(is_any=is_any, parts=parts):
                words = "有一条符合就行" if is_any else "每一条都要符合"
                lines.append(EditLine(path, f"{prefix}{words}", len(path), True))
                for n, one in enumerate(parts):
                    walk(one, (*path, n), "")

    walk(rule.predicate, (), "")
    return lines


def with_condition(row: Mapping[str, Any], path: Path, part: Mapping[str, Any]) -> dict[str, Any]:
    """The row with one more part under the group at ``path``; a single condition at the top becomes a group."""
    made = _grouped(row)
    _list_at(made["predicate"], path).append(dict(part))
    return made


def without(row: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """The row without the line at ``path`` and what stands under it; the top becomes empty."""
    made = _grouped(row)
    if not path:
        made["predicate"] = {"all": []}
        return made
    del _list_at(made["predicate"], path[:-1])[path[-1]]
    return made


def part_at(row: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """The part of the condition that stands at ``path``."""
    made = _grouped(row)
    if not path:
        return dict(made["predicate"])
    return dict(_list_at(made["predicate"], path[:-1])[path[-1]])


def _grouped(row: Mapping[str, Any]) -> dict[str, Any]:
    made = deepcopy(dict(row))
    if "field" in made["predicate"] or "not" in made["predicate"]:
        made["predicate"] = {"all": [made["predicate"]]}
    return made


def _list_at(part: Any, path: Sequence[int]) -> list[Any]:
    while "not" in part:
        part = part["not"]
    inside: list[Any] = part["all"] if "all" in part else part["any"]
    return inside if not path else _list_at(inside[path[0]], path[1:])


def inputs_for(beneficiary: Beneficiary) -> list[Input]:
    """What can be asked of such a beneficiary, in the order of the list."""
    return [one for one in INPUTS.values() if beneficiary in one.whose]


def ops_for(field: str) -> list[tuple[str, str]]:
    """How an input can be compared, with words."""
    return [(op, OP_WORDS[op]) for op in OPS[INPUTS[field].kind]]


def typed_condition(field: str, op: str, typed: str, than: str) -> dict[str, Any]:
    """A condition of what was typed: codes or their labels, dates, amounts in 元; ValueError with a sentence."""
    asked = INPUTS[field]
    words = [one.strip() for one in typed.replace("，", ",").replace("、", ",").split(",") if one.strip()]
    if op in ("months_between", "share_ge", "share_le"):
        numbers = [
            _whole(one) for one in typed.replace("分之", "/").replace("／", "/").split("/") if one.strip()
        ]
        if not than or not numbers:
            raise ValueError("要选和哪一项比，再填几个月，或几分之几（如 2/3）")
        value: Any = numbers[0] if op == "months_between" else numbers
        return {"field": field, "op": op, "than": than, "value": value}
    if than:
        return {"field": field, "op": op, "than": than}
    if not words:
        raise ValueError("没有填和什么比")
    values = [_typed(asked, one) for one in words]
    return {"field": field, "op": op, "value": values if op in ("in", "between") else values[0]}


def _typed(asked: Input, word: str) -> Any:
    match asked.kind:
        case InputKind.YES_NO:
            if word not in ("是", "否"):
                raise ValueError("填“是”或“否”")
            return word == "是"
        case InputKind.CHOICE:
            by_label = {label: code for code, label in asked.choices.items()}
            if word not in by_label and word not in asked.choices:
                raise ValueError(f"“{word}”不在里面，只能填：{'、'.join(by_label)}")
            return by_label.get(word, word)
        case InputKind.INTEGER:
            return _whole(word)
        case InputKind.MONEY:
            yuan, _, cents = word.removesuffix("元").partition(".")
            return _whole(yuan) * 100 + _whole((cents + "00")[:2])
    return word


def _whole(word: str) -> int:
    plain = word.strip()
    if not plain.isascii() or not plain.isdigit():
        raise ValueError(f"“{plain}”不是整数")
    return int(plain)


TEMPLATES: Mapping[Beneficiary, tuple[str, str]] = {
    Beneficiary.PERSON: ("skill_certificate", "band"), Beneficiary.ENTERPRISE: ("firm_class", "fixed"),
    Beneficiary.SCHOOL: ("target_year", "fixed"), Beneficiary.TRAINER: ("teaching_year", "fixed"),
}  # fmt: skip
"""What a new rule starts with, by whom it is for."""


def checked(row: Mapping[str, Any]) -> RuleRow:
    """The row read; RuleFault names the wrong cell."""
    return read_rule(dict(row))
