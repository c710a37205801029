"""What other departments report: one number a line, versions of one period, what stands beside it. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

MOST = 10**12
_NONE = frozenset({"无", "/", "-", "—", "--", "——"})
_WAN = re.compile(r"(.*?)\s*万$")


def read_amount(value: object) -> int:
    """A cell as a whole number, 无 as 0; ValueError with the sentence when it is none."""
    if isinstance(value, bool):
        raise ValueError("这一格是是否值，要填数字。")  # noqa: TRY004 -- a fault of a cell, told as a sentence
    text = str(value).strip().replace(",", "").replace("，", "")
    if text in _NONE:
        return 0
    wan = _WAN.fullmatch(text)
    try:
        number = Decimal(wan[1] if wan else text) * (10_000 if wan else 1)
    except InvalidOperation:
        raise ValueError(f"“{text}”不是数字；没有就填 0。") from None
    if not number.is_finite() or number != number.to_integral_value():
        raise ValueError(f"“{text}”不是整数。人数、次数、金额（元）都填整数。")
    if number < 0:
        raise ValueError(f"“{text}”是负数，要填 0 或正数。")
    if number > MOST:
        raise ValueError(f"“{text}”太大了，请核对单位。")
    return int(number)


def head_fault(
    department: str, period_from: date | None, period_to: date | None, source: str, contact: str, overlap: str
) -> str | None:
    """What is missing around the numbers; None when nothing. The note on overlap is needed: 不重复 is an answer, too."""
    if not department.strip():
        return "请写填报部门。"
    if period_from is None or period_to is None:
        return "请写期间：从哪天到哪天。"
    if period_to < period_from:
        return "期间的止日不能在起日以前。"
    for words, label in ((source, "数据来源"), (contact, "联系人"), (overlap, "与本系统重复的说明")):
        if not words.strip():
            return f"请写{label}。" + ("不重复也请写明“不重复”。" if label.startswith("与") else "")
    return None


@dataclass(frozen=True)
class ReturnKey:
    """What versions belong together: one department and one period."""

    department: str
    period_from: date
    period_to: date


def newest(returns: Iterable[tuple[ReturnKey, int, str]]) -> dict[ReturnKey, str]:
    """R-SUP-04: of each department and period the newest version is shown; older ones stay. (key, version, id) → id."""
    found: dict[ReturnKey, tuple[int, str]] = {}
    for key, version, return_id in returns:
        if version > found.get(key, (0, ""))[0]:
            found[key] = (version, return_id)
    return {key: return_id for key, (_, return_id) in found.items()}


def next_version(versions: Iterable[int]) -> int:
    """One more than the last."""
    return max(versions, default=0) + 1


@dataclass(frozen=True)
class Reported:
    """One department's number for a title. ``amount`` in ``unit``."""

    department: str
    unit: str
    amount: int
    note: str
    overlap: str


@dataclass(frozen=True)
class Beside:
    """One line of the comparison. ``own``: what this system counted, None when it counts no such thing.

    R-SUP-05: there is no sum: departments count the same people, so nothing here is ever added up.
    """

    title: str
    own: int | None
    own_unit: str
    reported: tuple[Reported, ...]


def beside(
    own: Mapping[str, tuple[int, str]], reported: Sequence[tuple[str, Reported]]
) -> tuple[Beside, ...]:
    """Own figures by title → (value, unit), and each department's numbers under the same titles; own ones first."""
    by_title: dict[str, list[Reported]] = {}
    for title, one in reported:
        by_title.setdefault(title, []).append(one)
    titles = [*own, *(title for title in by_title if title not in own)]
    return tuple(
        Beside(title, own[title][0] if title in own else None, own[title][1] if title in own else "",
               tuple(by_title.get(title, ())))
        for title in titles
        if title in by_title or title in own
    )  # fmt: skip
