"""Workbooks of 奖补: a batch for the finance office, the stuck ones with their reasons, the office's own form filled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from kqdesk.excel.templates import Filling, Value, fill
from kqdesk.excel.writing import OutColumn, replacing, write_table
from kqdesk.rooms.office.rules.rulewords import money
from kqdesk.rooms.subsidies.queries import BatchRow, ClaimRow, FundRow
from kqdesk.rooms.subsidies.rules import capitals

BATCH = (
    OutColumn("序号", 6, "number"), OutColumn("姓名或名称", 16), OutColumn("证件号码或信用代码", 22), OutColumn("凭什么", 30),
    OutColumn("取得日期", 12, "date"), OutColumn("受理日期", 12, "date"), OutColumn("金额（元）", 12, "number"),
    OutColumn("金额怎么来的", 36), OutColumn("开户行", 20), OutColumn("收款账号", 24), OutColumn("户名", 14), OutColumn("状态", 12),
)  # fmt: skip
STUCK = (
    OutColumn("姓名或名称", 16), OutColumn("凭什么", 30), OutColumn("规则", 12), OutColumn("查出什么", 16), OutColumn("核对规则", 12),
    OutColumn("说明", 60), OutColumn("核对日期", 12, "date"),
)  # fmt: skip
FUND = (
    OutColumn("企业", 30), OutColumn("信用代码", 22), OutColumn("年份", 8, "number"), OutColumn("依据", 30),
    OutColumn("工资总额（元）", 16, "number"), OutColumn("教育经费支出（元）", 16, "number"),
    OutColumn("一线培训支出（元）", 16, "number"), OutColumn("上年结转（元）", 14, "number"), OutColumn("限额（元）", 14, "number"),
    OutColumn("可扣除（元）", 14, "number"), OutColumn("结转下年（元）", 14, "number"), OutColumn("结论", 10), OutColumn("说明", 70),
)  # fmt: skip
SINGLE = (
    "学校名称", "批次号", "批次名称", "规则编号", "规则名称", "文号", "笔数", "合计金额", "合计大写", "公示起", "公示止", "报区日期", "打印日期",
)  # fmt: skip
LIST = "名单"
LISTED = (
    "序号", "姓名", "证件号码", "凭什么", "职业", "等级", "取得日期", "受理日期", "金额", "开户行", "收款账号", "户名",
)  # fmt: skip
FIELDS = (*SINGLE, *(f"{LIST}.{name}" for name in LISTED))
"""What a finance office's form may ask for between its braces."""


@dataclass(frozen=True)
class BatchSheet:
    """A batch with its lines as somebody may see them."""

    school: str
    batch: BatchRow
    rows: Sequence[ClaimRow]
    on: date
    whole: bool  # ID numbers and accounts unmasked

    def number(self, row: ClaimRow) -> str:
        """The ID number as this person may carry it out."""
        return row.id_number if self.whole else row.id_masked

    def account(self, row: ClaimRow) -> str:
        """The account as this person may carry it out."""
        return row.bank_account if self.whole else row.account_masked


def yuan(fen: int | None) -> Decimal | None:
    """分 as 元 a table can add up."""
    return None if fen is None else Decimal(fen) / 100


def write_batch(path: Path, sheet: BatchSheet) -> int:
    """One line a claim. Returns the number of lines."""
    return write_table(path, "奖补名单", BATCH, [_line(sheet, n, row) for n, row in enumerate(sheet.rows, 1)])


def _line(sheet: BatchSheet, n: int, row: ClaimRow) -> tuple[Any, ...]:
    return (
        n, row.name, sheet.number(row), row.subject, row.achieved_on, row.claimed_on, yuan(row.amount_fen),
        "；".join(row.working), row.bank, sheet.account(row), row.holder, row.state.label,
    )  # fmt: skip


def write_stuck(path: Path, rows: Sequence[ClaimRow]) -> int:
    """One line a finding: what was found about whom, by which rule. Returns the number of lines."""
    lines = [
        (row.name, row.subject, row.rule_id, check.label, check.rule_id, words, row.checked_on)
        for row in rows
        for check, words in row.blocked
    ]
    return write_table(path, "受阻清单", STUCK, lines)


def write_funds(path: Path, rows: Sequence[FundRow]) -> int:
    """Every firm's years with what was found. Returns the number of lines."""
    return write_table(path, "职工教育经费检查", FUND, [_fund(row) for row in rows])


def _fund(row: FundRow) -> tuple[Any, ...]:
    check, year = row.check, row.check.year
    base = f"{check.base.paper_no}《{check.base.title}》" if check.base else "未配置"
    said = "；".join(f"{line.words}：{line.standing.label}，{line.value}" for line in check.lines)
    return (
        row.firm, row.credit_code, row.year, base, yuan(year.wages), yuan(year.spend), yuan(year.frontline),
        yuan(check.carry_in), yuan(check.limit), yuan(check.deductible), yuan(check.carry_out), check.standing.label, said,
    )  # fmt: skip


def fill_form(content: bytes, file_name: str, sheet: BatchSheet) -> bytes:
    """The finance office's own form with this batch in it; InputFaults when the file cannot be opened any more."""
    return fill(content, file_name, [filling(sheet)])[0]


def filling(sheet: BatchSheet) -> Filling:
    """Every field a form may ask for."""
    batch, total = sheet.batch, sum(row.amount_fen or 0 for row in sheet.rows)
    values: Mapping[str, Any] = {
        "学校名称": sheet.school, "批次号": batch.no, "批次名称": batch.title, "规则编号": batch.rule_id, "规则名称": batch.rule.title,
        "文号": batch.rule.paper_no, "笔数": len(sheet.rows), "合计金额": plain(total), "合计大写": capitals(total),
        "公示起": batch.posted_on, "公示止": batch.posted_until, "报区日期": batch.submitted_on, "打印日期": sheet.on,
    }  # fmt: skip
    lines: list[dict[str, Value]] = [
        {
            "序号": n, "姓名": row.name, "证件号码": sheet.number(row), "凭什么": row.subject, "职业": row.occupation,
            "等级": row.skill_level, "取得日期": row.achieved_on, "受理日期": row.claimed_on, "金额": plain(row.amount_fen),
            "开户行": row.bank, "收款账号": sheet.account(row), "户名": row.holder,
        }
        for n, row in enumerate(sheet.rows, 1)
    ]  # fmt: skip
    return Filling(values, {LIST: lines})


def plain(fen: int | None) -> str:
    """1200.00: as finance offices write amounts."""
    return "" if fen is None else money(fen).removesuffix(" 元") if fen % 100 else f"{fen // 100}.00"


def write_form(path: Path, content: bytes) -> None:
    """The filled form as a file, whole or not at all."""
    with replacing(path) as draft:
        draft.write_bytes(content)
