"""A rule of a pack as data: who gets what, under which conditions, from when to when; read and checked cell by cell. Pure.

The condition is a small closed tree: ``{all: […]}``, ``{any: […]}``, ``{not: …}`` and ``{field, op, value}``. Nothing in
it runs: it is read, shown as a sentence and judged. Amounts are 分, shares are ‰; what no paper says is left out and is
未配置. Dates are ISO text, as a pack is kept as JSON.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kqdesk.rooms.office.rules.inputs import (
    ACHIEVEMENTS,
    EVIDENCE,
    INPUTS,
    ONCE_PER,
    ORDERS,
    USES,
    InputKind,
)
from kqdesk.rooms.office.rules.predicates import (
    Predicate,
    RuleFault,
    is_whole,
    known_input,
    read_day,
    read_predicate,
)
from kqdesk.rooms.office.terms import AmountKind, Beneficiary

MOST_FEN = 10**13
"""No sum of a rule is larger: 1,000 亿元."""
CELLS = {
    "rule_id": "编号", "title": "名称", "paper_no": "文号", "issuer": "发文单位", "article": "条款", "effective_from": "生效日期",
    "effective_to": "失效日期", "region": "适用地区", "beneficiary": "给谁", "use": "用途", "achievements": "凭什么", "predicate": "条件",
    "amount_kind": "金额算法", "amount_fen": "金额", "rate_permille": "比例", "rate_of": "按什么算", "table_by": "按什么分档",
    "table": "各档金额", "least_fen": "最少金额", "most_fen": "最多金额", "least_permille": "最低比例", "most_permille": "最高比例",
    "carries": "超过部分结转", "cap_per_person": "每人最多", "cap_per_year": "每人每年最多", "exclusive_with": "不能同时领",
    "claim_window_days": "多少天内申领", "once_per": "领几次", "evidence": "材料", "publicity_days": "公示工作日", "status": "状态",
    "reference_on": "当年发文之日", "order": "名额怎么定", "note": "说明",
}  # fmt: skip
"""Every cell of a rule with its name, as people are told."""
STATUSES = {"active": "启用", "stopped": "停用"}


@dataclass(frozen=True)
class Amount:
    """How much, in 分 and ‰; None is 未配置. ``table``: code of ``table_by`` → 分."""

    kind: AmountKind
    fen: int | None = None
    permille: int | None = None
    rate_of: str = ""
    table_by: str = ""
    table: tuple[tuple[str, int], ...] = ()
    least_fen: int | None = None
    most_fen: int | None = None
    least_permille: int | None = None
    most_permille: int | None = None

    @property
    def is_set(self) -> bool:
        """Whether the pack says how much."""
        match self.kind:
            case AmountKind.RATE:
                return self.permille is not None and bool(self.rate_of)
            case AmountKind.BAND:
                return bool(self.table)
            case _:
                return self.fen is not None


@dataclass(frozen=True)
class RuleRow:
    """One rule. ``effective_to``: the first day it no longer counts. ``raw``: the row as the pack keeps it."""

    rule_id: str
    title: str
    paper_no: str
    issuer: str
    article: str
    effective_from: date
    effective_to: date | None
    region: str
    beneficiary: Beneficiary
    use: str
    achievements: tuple[str, ...]
    predicate: Predicate
    amount: Amount
    carries: bool | None
    cap_per_person: int | None
    cap_per_year: int | None
    exclusive_with: tuple[str, ...]
    claim_window_days: int | None
    once_per: str
    evidence: tuple[str, ...]
    publicity_days: int | None
    is_active: bool
    reference_on: date | None
    order: str
    note: str
    raw: Mapping[str, Any]

    def is_in_force(self, on: date) -> bool:
        """Begun, not over, and not stopped."""
        return self.is_active and self.effective_from <= on and not self.is_over(on)

    def is_over(self, on: date) -> bool:
        """Whether its time had run out."""
        return self.effective_to is not None and on >= self.effective_to


def rule_fault(value: Any) -> str | None:
    """What is wrong with a rule's row, naming the cell; None when it can be used."""
    try:
        read_rule(value)
    except RuleFault as wrong:
        return str(wrong)
    return None


def read_rule(value: Any) -> RuleRow:
    """A rule from its row; RuleFault with the cell's name when it is none (R-OFF-05)."""
    if not isinstance(value, Mapping):
        raise RuleFault("规则", "要是一张有名称和条件的表")
    for name in value:
        if name not in CELLS:
            raise RuleFault(str(name), "不是规则里有的栏")
    cells = _Cells(value)
    beneficiary = Beneficiary(cells.code("beneficiary", {one.value: one.label for one in Beneficiary}))
    start, end = cells.needed_day("effective_from"), cells.day("effective_to")
    if end is not None and end <= start:
        raise RuleFault(CELLS["effective_to"], "要在生效日期之后")
    if "predicate" not in value:
        raise RuleFault(CELLS["predicate"], "没有写；没有条件的写 {all = []}")
    return RuleRow(
        rule_id=cells.words("rule_id", needed=True), title=cells.words("title", needed=True),
        paper_no=cells.words("paper_no", needed=True), issuer=cells.words("issuer"), article=cells.words("article"),
        effective_from=start, effective_to=end, region=cells.words("region"), beneficiary=beneficiary,
        use=cells.code("use", USES, "subsidy"), achievements=_achievements(cells, beneficiary),
        predicate=read_predicate(value["predicate"], beneficiary), amount=_amount(cells, beneficiary),
        carries=cells.flag("carries"), cap_per_person=cells.number("cap_per_person"),
        cap_per_year=cells.number("cap_per_year"), exclusive_with=cells.listed("exclusive_with", None),
        claim_window_days=cells.number("claim_window_days", 36_500), once_per=cells.code("once_per", ONCE_PER, "achievement"),
        evidence=cells.listed("evidence", EVIDENCE), publicity_days=cells.number("publicity_days", 365),
        is_active=cells.code("status", STATUSES, "active") == "active", reference_on=cells.day("reference_on"),
        order=cells.code("order", ORDERS, "first_come"), note=cells.words("note"), raw=dict(value),
    )  # fmt: skip


def without_dates(value: Any) -> Any:
    """The same value with dates as ISO text, as TOML gives dates and JSON has none."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: without_dates(part) for key, part in value.items()}
    return [without_dates(part) for part in value] if isinstance(value, list) else value


def ring_fault(rules: Sequence[Mapping[str, Any]]) -> str | None:
    """R-OFF-06: two rules of one number, a rule that excludes one nobody has, or rules that exclude each other in a ring.

    Exclusion holds both ways, so it is said once: in the later rule, of the earlier one.
    """
    bars: dict[str, tuple[str, ...]] = {}
    for row in map(read_rule, rules):
        if row.rule_id in bars:
            return f"编号 {row.rule_id} 的规则写了两条。"
        bars[row.rule_id] = row.exclusive_with
    for rule_id, others in bars.items():
        for other in others:
            if other not in bars:
                return f"规则 {rule_id} 的“{CELLS['exclusive_with']}”：这个规则包里没有编号 {other} 的规则。"
    ring = _ring(bars)
    if ring:
        words = "、".join(ring)
        return f"规则 {words} 的“{CELLS['exclusive_with']}”绕成了一圈。两条规则不能同时领，只在其中一条里写。"
    return None


def _ring(bars: Mapping[str, Sequence[str]]) -> list[str]:
    """The rules of a ring in order; empty when there is none."""
    done: set[str] = set()

    def walk(rule_id: str, path: list[str]) -> list[str]:
        if rule_id in path:
            return path[path.index(rule_id) :]
        if rule_id in done:
            return []
        for other in bars.get(rule_id, ()):
            found = walk(other, [*path, rule_id])
            if found:
                return found
        done.add(rule_id)
        return []

    return next((found for rule_id in bars if (found := walk(rule_id, []))), [])


# -- cells ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Cells:
    """The cells of a row, each read by its kind; RuleFault names the one that is wrong."""

    row: Mapping[str, Any]

    def words(self, name: str, *, needed: bool = False) -> str:
        found = self.row.get(name) or ""
        if not isinstance(found, str):
            raise RuleFault(CELLS[name], "要是文字")
        if needed and not found.strip():
            raise RuleFault(CELLS[name], "没有填")
        return found.strip()

    def number(self, name: str, most: int = MOST_FEN) -> int | None:
        found = self.row.get(name)
        if found is None:
            return None
        if not is_whole(found) or not 0 <= found <= most:
            raise RuleFault(CELLS[name], f"要是 0 到 {most} 的整数")
        return int(found)

    def flag(self, name: str) -> bool | None:
        found = self.row.get(name)
        if found is not None and not isinstance(found, bool):
            raise RuleFault(CELLS[name], "要填是或否")
        return found

    def day(self, name: str) -> date | None:
        found = self.row.get(name)
        return None if found in (None, "") else read_day(found, CELLS[name])

    def needed_day(self, name: str) -> date:
        found = self.day(name)
        if found is None:
            raise RuleFault(CELLS[name], "没有填")
        return found

    def code(self, name: str, choices: Mapping[str, str], default: str = "") -> str:
        found = self.row.get(name) or default
        if not isinstance(found, str) or found not in choices:
            raise RuleFault(CELLS[name], f"不认识“{found}”，只能是：{'、'.join(choices)}")
        return found

    def listed(self, name: str, choices: Mapping[str, Any] | None) -> tuple[str, ...]:
        found = self.row.get(name) or []
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise RuleFault(CELLS[name], "要是一列文字")
        strange = [one for one in found if choices is not None and one not in choices]
        if strange:
            raise RuleFault(CELLS[name], f"不认识“{'、'.join(strange)}”")
        return tuple(dict.fromkeys(found))


def _achievements(cells: _Cells, beneficiary: Beneficiary) -> tuple[str, ...]:
    found = cells.listed("achievements", ACHIEVEMENTS)
    if not found:
        raise RuleFault(CELLS["achievements"], "没有填")
    others = [ACHIEVEMENTS[one][0] for one in found if ACHIEVEMENTS[one][1] is not beneficiary]
    if others:
        raise RuleFault(CELLS["achievements"], f"：{'、'.join(others)}不是{beneficiary.label}的")
    return found


def _amount(cells: _Cells, beneficiary: Beneficiary) -> Amount:
    kind = AmountKind(cells.code("amount_kind", {one.value: one.label for one in AmountKind}))
    rate_of, table_by = cells.words("rate_of"), cells.words("table_by")
    for name, written, kinds in (
        ("rate_of", rate_of, (InputKind.MONEY,)),
        ("table_by", table_by, (InputKind.CHOICE,)),
    ):
        if written:
            known_input(written, beneficiary, CELLS[name], kinds)
    made = Amount(
        kind, cells.number("amount_fen"), cells.number("rate_permille", 1000), rate_of, table_by, _table(cells, table_by),
        cells.number("least_fen"), cells.number("most_fen"), cells.number("least_permille", 1000),
        cells.number("most_permille", 1000),
    )  # fmt: skip
    _within(CELLS["amount_fen"], made.fen, made.least_fen, made.most_fen, "分")
    _within(CELLS["rate_permille"], made.permille, made.least_permille, made.most_permille, "‰")
    for code, fen in made.table:
        _within(
            f"{CELLS['table']}·{INPUTS[table_by].choices[code]}", fen, made.least_fen, made.most_fen, "分"
        )
    return made


def _within(cell: str, found: int | None, least: int | None, most: int | None, unit: str) -> None:
    if least is not None and most is not None and least > most:
        raise RuleFault(
            CELLS["least_fen" if unit == "分" else "least_permille"], f" {least} 比上限 {most} 大"
        )
    if found is None:
        return
    if (least is not None and found < least) or (most is not None and found > most):
        raise RuleFault(cell, f"是 {found} {unit}，不在规定的 {least or 0}—{most or '不限'} {unit}之内")


def _table(cells: _Cells, table_by: str) -> tuple[tuple[str, int], ...]:
    written = cells.row.get("table") or {}
    if not isinstance(written, Mapping):
        raise RuleFault(CELLS["table"], "要一档一个金额")
    if written and not table_by:
        raise RuleFault(CELLS["table_by"], "没有填，各档金额不知道按什么分")
    choices = INPUTS[table_by].choices if table_by else {}
    for code, fen in written.items():
        if code not in choices:
            raise RuleFault(CELLS["table"], f"不认识“{code}”这一档")
        if not is_whole(fen) or not 0 <= fen <= MOST_FEN:
            raise RuleFault(f"{CELLS['table']}·{choices[code]}", "要是整数（分）")
    return tuple((code, int(written[code])) for code in choices if code in written)
