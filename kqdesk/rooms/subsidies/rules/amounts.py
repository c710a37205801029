"""How much a claim comes to, in 分, with its working in words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kqdesk.rooms.office.rules.inputs import INPUTS
from kqdesk.rooms.office.rules.rulerow import Amount, RuleRow
from kqdesk.rooms.office.rules.rulewords import money, percent
from kqdesk.rooms.office.terms import AmountKind
from kqdesk.rooms.subsidies.rules.judging import NOTHING, Inputs
from kqdesk.rooms.subsidies.terms import UNSET


@dataclass(frozen=True)
class Reckoned:
    """An amount in 分; None when it cannot be told, with the reason as the last word of its working."""

    fen: int | None
    working: tuple[str, ...]


@dataclass(frozen=True)
class Had:
    """What the same beneficiary has under the rule already, in 分: ever, and in the year of the claim."""

    ever: int = 0
    in_year: int = 0


def reckon(rule: RuleRow, inputs: Inputs, had: Had = Had(), *, quota_fen: int | None = None) -> Reckoned:
    """R-SUB-04: fixed, by rate (whole 分, the rest dropped), by band or by quota; then never over what is left of the caps.

    ``quota_fen``: what a place of the year's quota is worth, where the quota says so.
    """
    found = _first(rule.amount, inputs, quota_fen)
    if found.fen is None:
        return found
    return _capped(rule, found, had)


def _first(amount: Amount, inputs: Inputs, quota_fen: int | None) -> Reckoned:
    if amount.kind is AmountKind.RATE:
        return _rate(amount, inputs)
    if amount.kind is AmountKind.BAND:
        return _band(amount, inputs)
    fen = quota_fen if amount.kind is AmountKind.QUOTA and quota_fen is not None else amount.fen
    if fen is None:
        return Reckoned(None, (f"金额{UNSET}",))
    return Reckoned(fen, (f"{amount.kind.label} {money(fen)}",))


def _rate(amount: Amount, inputs: Inputs) -> Reckoned:
    if amount.permille is None or not amount.rate_of:
        return Reckoned(None, (f"比例{UNSET}",))
    label = INPUTS[amount.rate_of].label
    base = inputs.get(amount.rate_of, NOTHING).value
    if base is None:
        return Reckoned(None, (f"缺{label}",))
    fen = base * amount.permille // 1000
    made = [f"{label} {money(base)} × {percent(amount.permille)} = {money(fen)}"]
    held = _between(fen, amount.least_fen, amount.most_fen)
    if held != fen:
        made.append(f"规定 {money(amount.least_fen or 0)}—{money(amount.most_fen or 0)}，按 {money(held)}")
    return Reckoned(held, tuple(made))


def _between(fen: int, least: int | None, most: int | None) -> int:
    fen = fen if most is None else min(fen, most)
    return fen if least is None else max(fen, least)


def _band(amount: Amount, inputs: Inputs) -> Reckoned:
    table: Mapping[str, int] = dict(amount.table)
    if not table or not amount.table_by:
        return Reckoned(None, (f"各档金额{UNSET}",))
    asked = INPUTS[amount.table_by]
    code: Any = inputs.get(amount.table_by, NOTHING).value
    if code is None:
        return Reckoned(None, (f"缺{asked.label}",))
    if code not in table:
        return Reckoned(None, (f"{asked.choices.get(code, code)}这一档没有标准",))
    return Reckoned(table[code], (f"{asked.label}{asked.choices[code]}：{money(table[code])}",))


def _capped(rule: RuleRow, found: Reckoned, had: Had) -> Reckoned:
    fen, working = found.fen or 0, list(found.working)
    for words, cap, taken in (
        ("每人最多", rule.cap_per_person, had.ever),
        ("每人每年最多", rule.cap_per_year, had.in_year),
    ):
        if cap is None:
            continue
        left = max(cap - taken, 0)
        if fen > left:
            working.append(f"{words} {money(cap)}，已有 {money(taken)}，只能再给 {money(left)}")
            fen = left
    return Reckoned(fen, tuple(working))


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def capitals(fen: int) -> str:
    """An amount as vouchers write it: 120050 → 壹仟贰佰元伍角整; 0 → 零元整."""
    if fen < 0:
        return f"负{capitals(-fen)}"
    yuan, rest = divmod(fen, 100)
    jiao, cents = divmod(rest, 10)
    whole = f"{_whole(yuan)}元" if yuan or not rest else ""
    if not rest:
        return f"{whole}整"
    small = f"{_DIGITS[jiao]}角" if jiao else ("零" if whole else "")
    return f"{whole}{small}{_DIGITS[cents]}分" if cents else f"{whole}{small}整"


def _whole(yuan: int) -> str:
    if not yuan:
        return "零"
    groups: list[str] = []
    for name in _GROUPS:
        yuan, part = divmod(yuan, 10_000)
        words = _group(part)
        if words:
            groups.insert(0, words + name)
        elif groups and not groups[0].startswith("零"):
            groups.insert(0, "零")
        if not yuan:
            break
        if groups and 0 < part < 1_000 and not groups[0].startswith("零"):
            groups.insert(0, "零")
    return "".join(groups)


def _group(part: int) -> str:
    words, zero = "", False
    for place in (3, 2, 1, 0):
        digit = part // 10**place % 10
        if digit:
            words += ("零" if zero and words else "") + _DIGITS[digit] + _UNITS[place]
            zero = False
        else:
            zero = True
    return words
