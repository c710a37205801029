"""The shapes a pack's value may have: checked, shown on screen, written into a form and read back."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.text import half_width
from kqdesk.rooms.office.rules.rulerow import read_rule, rule_fault
from kqdesk.rooms.office.rules.rulewords import in_short
from kqdesk.rooms.office.terms import Kind

MOST = 1_000_000  # no number of a pack is larger, amounts of money (分) included


@dataclass(frozen=True)
class Band:
    """等第: the grade of ``lowest`` marks and more, worth ``credits`` 双证学分."""

    grade: str
    lowest: int
    credits: int


@dataclass(frozen=True)
class Shape:
    """What a value must be: its kind, its unit, and the words of its choices or codes."""

    kind: Kind
    unit: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


def value_fault(shape: Shape, value: Any) -> str | None:
    """What is wrong with a value, as words that follow the item's title; None when nothing is."""
    return _FAULTS[shape.kind](shape, value)


def _integer(shape: Shape, value: Any) -> str | None:
    return None if _is_count(value) else f"要填 0 到 {MOST} 的整数"


def _percent(shape: Shape, value: Any) -> str | None:
    return None if _is_count(value) and value <= 100 else "要填 0 到 100 的整数（百分数）"


def _yes_no(shape: Shape, value: Any) -> str | None:
    return None if isinstance(value, bool) else "要填“是”或“否”"


def _choice(shape: Shape, value: Any) -> str | None:
    return None if value in shape.choices else f"只能选：{'、'.join(shape.choices.values())}"


def _text(shape: Shape, value: Any) -> str | None:
    return None if isinstance(value, str) and value.strip() else "不能是空白"


def _time(shape: Shape, value: Any) -> str | None:
    is_time = isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value)
    return None if is_time else "要写成 18:30 这样"


def _codes(shape: Shape, value: Any) -> str | None:
    if not isinstance(value, list) or not value:
        return "至少要有一个代码"
    strange = [
        str(code)
        for code in value
        if not isinstance(code, str) or (shape.labels and code not in shape.labels)
    ]
    if strange:
        return f"不认识代码 {'、'.join(strange)}"
    return "有重复的代码" if len(set(value)) < len(value) else None


def _levels(shape: Shape, value: Any) -> str | None:
    if not isinstance(value, dict) or not value:
        return "至少要填一行"
    strange = [code for code in value if code not in shape.labels]
    if strange:
        return f"不认识“{'、'.join(strange)}”"
    wrong = [shape.labels[code] for code, number in value.items() if not _is_count(number)]
    return f"“{'、'.join(wrong)}”后面的数不对" if wrong else None


def _bands(shape: Shape, value: Any) -> str | None:
    if not isinstance(value, list) or not value:
        return "至少要有一个等第"
    for row in value:
        if not isinstance(row, dict) or set(row) != {"grade", "lowest", "credits"}:
            return "每个等第要有名称、最低分和学分"
        if not (isinstance(row["grade"], str) and row["grade"].strip()):
            return "等第要有名称"
        if not (_is_count(row["lowest"]) and _is_count(row["credits"])):
            return f"等第 {row['grade']} 的最低分和学分要填整数"
    lowest = [row["lowest"] for row in value]
    if any(upper <= lower for upper, lower in pairwise(lowest)):
        return "等第要从高分到低分排，最低分不能相同"
    if lowest[-1] != 0:
        return "最后一个等第要从 0 分起，否则有的分数没有等第"
    grades = [row["grade"] for row in value]
    return "等第名称有重复" if len(set(grades)) < len(grades) else None


def _rule(shape: Shape, value: Any) -> str | None:
    return rule_fault(value)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST


_FAULTS: dict[Kind, Callable[[Shape, Any], str | None]] = {
    Kind.INTEGER: _integer,
    Kind.PERCENT: _percent,
    Kind.YES_NO: _yes_no,
    Kind.CHOICE: _choice,
    Kind.TEXT: _text,
    Kind.TIME: _time,
    Kind.CODES: _codes,
    Kind.LEVELS: _levels,
    Kind.AMOUNTS: _levels,
    Kind.BANDS: _bands,
    Kind.RULE: _rule,
}


def shown(shape: Shape, value: Any) -> str:
    """A value as the screen and the papers say it: ``75%``, ``A ≥80 分 10 学分；…``."""
    match shape.kind:
        case Kind.YES_NO:
            return "是" if value else "否"
        case Kind.CHOICE:
            return shape.choices.get(value, value)
        case Kind.PERCENT:
            return f"{value}%"
        case Kind.INTEGER:
            return f"{value} {shape.unit}".strip()
        case Kind.CODES:
            return "、".join(shape.labels.get(code, code) for code in value)
        case Kind.LEVELS:
            return "；".join(f"{label} {value[code]}" for code, label in _listed(shape, value))
        case Kind.AMOUNTS:
            return "；".join(f"{label} {yuan(value[code])} 元" for code, label in _listed(shape, value))
        case Kind.RULE:
            return in_short(read_rule(value))
        case Kind.BANDS:
            return "；".join(f"{row['grade']} {row['lowest']} 分起 {row['credits']} 学分" for row in value)
    return str(value)


def written(shape: Shape, value: Any) -> str:
    """A value as the form's text, one line an entry where there are several; ``read_text`` reads it back."""
    match shape.kind:
        case Kind.CODES:
            return "\n".join(f"{code} {shape.labels.get(code, '')}".strip() for code in value)
        case Kind.LEVELS:
            return "\n".join(f"{label} {value[code]}" for code, label in _listed(shape, value))
        case Kind.AMOUNTS:
            return "\n".join(f"{label} {yuan(value[code])}" for code, label in _listed(shape, value))
        case Kind.BANDS:
            return "\n".join(f"{row['grade']} {row['lowest']} {row['credits']}" for row in value)
    return str(value)


def read_text(shape: Shape, text: str) -> Any:
    """The value somebody typed; UserError with what is wrong. Empty text is not a value and not asked for here."""
    lines = [" ".join(half_width(line).split()) for line in text.splitlines() if line.strip()]
    match shape.kind:
        case Kind.INTEGER | Kind.PERCENT:
            return _whole(lines[0].removesuffix("%"))
        case Kind.YES_NO:
            return {"True": True, "False": False, "是": True, "否": False}.get(lines[0], lines[0])
        case Kind.CODES:
            return [line.split(" ")[0] for line in lines]
        case Kind.LEVELS:
            return {_code(shape, line): _whole(line.rsplit(" ", 1)[-1]) for line in lines}
        case Kind.AMOUNTS:
            return {_code(shape, line): _fen(line.rsplit(" ", 1)[-1]) for line in lines}
        case Kind.BANDS:
            return [_band(line) for line in lines]
    return lines[0] if shape.kind is Kind.TIME else text.strip()


def _listed(shape: Shape, value: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Codes that have a value with their labels, in the order of the labels: stored JSON forgets the order."""
    return [(code, label) for code, label in shape.labels.items() if code in value]


def _code(shape: Shape, line: str) -> str:
    words = line.rsplit(" ", 1)[0]
    by_label = {half_width(label): code for code, label in shape.labels.items()}
    return by_label.get(words, words)


def _whole(text: str) -> int:
    if not re.fullmatch(r"\d{1,7}", text):
        raise UserError(f"“{text}”不是整数，请只填数字。")
    return int(text)


def _fen(text: str) -> int:
    plain = text.removesuffix("元")
    if not re.fullmatch(r"\d{1,7}(\.\d{1,2})?", plain):
        raise UserError(f"“{text}”不是金额，请填 300 或 300.50 这样的数。")
    return int(Decimal(plain) * 100)


def _band(line: str) -> dict[str, Any]:
    parts = line.split(" ")
    if len(parts) != 3:
        raise UserError(f"“{line}”看不懂：每行写等第、最低分、学分，中间空一格，如 A 80 10。")
    return {"grade": parts[0], "lowest": _whole(parts[1]), "credits": _whole(parts[2])}


def yuan(fen: int) -> str:
    """分 as 元, without idle zeros: 30000 → ``300``, 30050 → ``300.50``."""
    return f"{fen // 100}" if fen % 100 == 0 else f"{fen // 100}.{fen % 100:02d}"
