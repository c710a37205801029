"""Fees, deposits and refunds: what was paid, what may go back, receipt numbers, amounts in words. Pure; 分 everywhere."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kqdesk.rooms.cohorts.terms import FeeKind

MOST = 100_000_00
"""One receipt is at most 100,000 元: more is a slip of the finger."""
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


@dataclass(frozen=True)
class Money:
    """One line of the ledger: + came in, − went out."""

    kind: FeeKind
    amount: int


def paid(entries: Iterable[Money]) -> Mapping[FeeKind, int]:
    """What is with the school now, by kind; kinds that even out are left out."""
    found: dict[FeeKind, int] = {}
    for entry in entries:
        found[entry.kind] = found.get(entry.kind, 0) + entry.amount
    return {kind: found[kind] for kind in FeeKind if found.get(kind)}


def amount_fault(amount: int) -> str | None:
    """What is wrong with an amount somebody typed; None when nothing."""
    if amount <= 0:
        return "金额要大于 0。"
    if amount > MOST:
        return f"一笔最多 {yuan(MOST)} 元，请核对金额。"
    return None


def refund_fault(entries: Iterable[Money], kind: FeeKind, amount: int) -> str | None:
    """R-COH-07: no more goes back than is there of that kind."""
    here = paid(entries).get(kind, 0)
    if amount > here:
        return f"{kind.label}现在只有 {yuan(here)} 元可退，退不了 {yuan(amount)} 元。"
    return None


def receipt_no(year: int, station: str, taken: Iterable[str]) -> str:
    """R-COH-08: ``2026-1-0007``: year, number of the PC in the school, serial without a gap of that PC and year.

    A series for each PC, so that two of them without a network never give the same number.
    """
    tail = re.search(r"(\d+)$", station)
    stem = f"{year}-{int(tail.group()) if tail else 1}-"
    serials = [
        int(rest) for no in taken if (rest := no.removeprefix(stem)) != no and re.fullmatch(r"\d+", rest)
    ]
    return f"{stem}{max(serials, default=0) + 1:04d}"


def yuan(fen: int) -> str:
    """元 with two places: 1200 分 → 12.00."""
    sign, whole = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}{whole // 100:,}.{whole % 100:02d}"


def in_words(fen: int) -> str:
    """The amount in the capital figures of receipts: 120050 → 壹仟贰佰元伍角整. ValueError when negative."""
    if fen < 0:
        raise ValueError("a receipt has no negative amount")
    whole, jiao, cent = fen // 100, fen // 10 % 10, fen % 10
    words = f"{_whole(whole)}元" if whole else ""
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif cent and whole:
        words += "零"
    words += f"{_DIGITS[cent]}分" if cent else "整"
    return words if fen else "零元整"


def _whole(number: int) -> str:
    groups = []
    while number:
        number, low = divmod(number, 10_000)
        groups.append(low)
    words = ""
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            continue
        gap = words and (group < 1000 or groups[place + 1] == 0 or groups[place + 1] % 10 == 0)
        words += ("零" if gap else "") + _four(group) + _GROUPS[place]
    return words


def _four(group: int) -> str:
    words, was_zero = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit:
            words += ("零" if was_zero and words else "") + _DIGITS[digit] + _PLACES[place]
            was_zero = False
        else:
            was_zero = True
    return words
