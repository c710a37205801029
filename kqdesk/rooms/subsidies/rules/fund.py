"""企业职工教育经费: what a firm may deduct, what it carries on, whether enough went to the front line. Pure; amounts in 分.

Which share counts is the rule in force at the end of the year: 1.5–2.5 % by the paper of 2015, 8 % since 2018. Nothing
is rounded: two thirds are compared as 3 × front line ≥ 2 × spent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kqdesk.rooms.office.rules.rulerow import RuleRow
from kqdesk.rooms.office.rules.rulewords import money, percent
from kqdesk.rooms.subsidies.rules.judging import Inputs, Known, Line, judge
from kqdesk.rooms.subsidies.terms import UNSET, Standing

_OWN = "企业填报"


@dataclass(frozen=True)
class FundYear:
    """What a firm says of a year, in 分; None is 缺. ``carry_in`` None: what the year before left over."""

    year: int
    wages: int | None
    spend: int | None
    frontline: int | None
    carry_in: int | None = None
    source: str = ""


@dataclass(frozen=True)
class FundCheck:
    """One year checked. ``deductible`` and ``carry_out`` None when they cannot be told; ``base``: the rule that counted."""

    year: FundYear
    base: RuleRow | None
    carry_in: int
    limit: int | None
    deductible: int | None
    carry_out: int | None
    lines: tuple[Line, ...]

    @property
    def standing(self) -> Standing:
        """One word for the year."""
        seen = {line.standing for line in self.lines}
        for one in (Standing.UNMET, Standing.MISSING):
            if one in seen:
                return one
        return Standing.MET


def rule_of_year(rules: Sequence[RuleRow], use: str, year: int) -> RuleRow | None:
    """R-SUB-10: of the rules for that use that count on the last day of the year, the one that began last."""
    last = date(year, 12, 31)
    found = [rule for rule in rules if rule.use == use and rule.is_in_force(last)]
    return max(found, key=lambda rule: rule.effective_from, default=None)


def check_years(years: Sequence[FundYear], rules: Sequence[RuleRow]) -> list[FundCheck]:
    """R-SUB-11: deductible is the smaller of spent plus carried in and the share of wages; the rest goes into the next year.

    The years of one firm, in any order; a year without a word on ``carry_in`` takes what the year before left.
    """
    checks: list[FundCheck] = []
    left: dict[int, int] = {}
    for year in sorted(years, key=lambda one: one.year):
        found = _check(year, rules, left.get(year.year - 1))
        if found.carry_out is not None:
            left[year.year] = found.carry_out
        checks.append(found)
    return checks


def _check(year: FundYear, rules: Sequence[RuleRow], before: int | None) -> FundCheck:
    base = rule_of_year(rules, "tax_base", year.year)
    carry_in = year.carry_in if year.carry_in is not None else before or 0
    lines = [_carried(year, before, carry_in)]
    limit = deductible = carry_out = None
    if base is None or base.amount.permille is None:
        lines.append(Line("税前扣除限额", Standing.MISSING, f"{year.year} 年的扣除比例{UNSET}"))
    elif not year.wages or year.spend is None:
        lines.append(_without(year))
    else:
        limit = year.wages * base.amount.permille // 1000
        deductible = min(year.spend + carry_in, limit)
        over = year.spend + carry_in - deductible
        carry_out = over if base.carries else 0
        lines.append(_limit(year, base, limit))
        lines.append(_deducted(year, base, carry_in, deductible, over))
        lines += judge(base, _inputs(year, carry_in)).lines[:-2]
    lines += _share(year, rules)
    return FundCheck(year, base, carry_in, limit, deductible, carry_out, tuple(lines))


def _without(year: FundYear) -> Line:
    if year.wages == 0:
        return Line("税前扣除限额", Standing.UNMET, "工资总额是 0，算不出限额，请核对是不是漏填", year.source)
    lacks = "、".join(
        words for words, value in (("工资总额", year.wages), ("教育经费支出", year.spend)) if value is None
    )
    return Line("税前扣除限额", Standing.MISSING, f"缺{lacks}", year.source)


def _carried(year: FundYear, before: int | None, carry_in: int) -> Line:
    if year.carry_in is not None:
        if before is not None and before != year.carry_in:
            words = f"填的是 {money(year.carry_in)}，按上年算出来是 {money(before)}，请核对"
            return Line("上年结转", Standing.UNMET, words, year.source)
        return Line("上年结转", Standing.MET, money(carry_in), year.source)
    if before is None:
        return Line("上年结转", Standing.UNCHECKED, "上年没有登记，按 0 算")
    return Line("上年结转", Standing.MET, money(carry_in), f"{year.year - 1} 年算出来的")


def _limit(year: FundYear, base: RuleRow, limit: int) -> Line:
    words = f"工资总额 {money(year.wages or 0)} × {percent(base.amount.permille or 0)} = {money(limit)}"
    return Line("税前扣除限额", Standing.MET, words, f"{base.paper_no}《{base.title}》")


def _deducted(year: FundYear, base: RuleRow, carry_in: int, deductible: int, over: int) -> Line:
    words = f"支出 {money(year.spend or 0)} ＋ 上年结转 {money(carry_in)}，可扣除 {money(deductible)}"
    if over and base.carries:
        return Line("可扣除", Standing.MET, f"{words}，超过的 {money(over)} 转到下年", year.source)
    if over:
        words = f"{words}，超过的 {money(over)} 文件没有写可以结转"
        return Line("可扣除", Standing.UNMET, words, year.source)
    return Line("可扣除", Standing.MET, f"{words}，全部可以扣除", year.source)


def _share(year: FundYear, rules: Sequence[RuleRow]) -> list[Line]:
    """Shares of what was spent, such as two thirds for the front line."""
    rule = rule_of_year(rules, "spend_share", year.year)
    if rule is None:
        return []
    if year.frontline is not None and year.spend is not None and year.frontline > year.spend:
        words = f"一线 {money(year.frontline)} 比总支出 {money(year.spend)} 还多，填错了"
        return [Line("一线职工培训支出", Standing.UNMET, words, year.source)]
    return [
        Line(line.words, line.standing, line.value, f"{rule.paper_no} {rule.article}".strip())
        for line in judge(rule, _inputs(year, 0)).lines[:-2]
    ]


def _inputs(year: FundYear, carry_in: int) -> Inputs:
    source = year.source or _OWN
    return {
        "wages_total": Known(year.wages, source), "training_spend": Known(year.spend, source),
        "frontline_spend": Known(year.frontline, source), "carry_in": Known(carry_in, source),
        "achieved_on": Known(date(year.year, 12, 31), source),
    }  # fmt: skip
