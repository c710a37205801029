"""Workbooks of 学分: the upload table to the credit bank, its answers back, a list of accounts."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from kqdesk.excel.reading import stream_workbook
from kqdesk.excel.tables import Cell, Record, find_records
from kqdesk.excel.titles import Field, Titles
from kqdesk.excel.writing import OutColumn, write_table
from kqdesk.kernel.dates import read_date
from kqdesk.kernel.errors import InputFaults
from kqdesk.rooms.credits.queries import AccountRow, ClaimRow
from kqdesk.rooms.credits.rules import AnswerLine, read_answer, read_credits, shown
from kqdesk.rooms.credits.terms import CreditUnit
from kqdesk.rooms.people.terms import IdKind

UPLOAD = (
    OutColumn("外部流水号", 36), OutColumn("证件类型", 14), OutColumn("证件号", 22), OutColumn("姓名", 12),
    OutColumn("手机", 14), OutColumn("机构代码", 14), OutColumn("机构名称", 30), OutColumn("成果类型", 12),
    OutColumn("项目名称", 30), OutColumn("标准课程目录号", 18), OutColumn("学时", 8, "number"), OutColumn("成绩", 10),
    OutColumn("证书号", 24), OutColumn("取得日期", 12, "date"), OutColumn("有无证书", 10), OutColumn("状态", 10),
    OutColumn("认定学分", 10), OutColumn("退回原因", 24),
)  # fmt: skip
ANSWERS = (
    Field("external_no", ("外部流水号", "流水号", "业务流水号"), anchor=True),
    Field("name", ("姓名", "学员姓名")),
    Field("answer", ("状态", "认定状态", "认定结果", "审核结果", "结果", "审核状态")),
    Field("credits", ("认定学分", "学分", "认定学分数", "存入学分")),
    Field("reason", ("退回原因", "原因", "备注", "审核意见")),
    Field("answered_on", ("认定日期", "审核日期", "答复日期", "存入日期")),
)


def write_upload(path: Path, school: tuple[str, str], claims: Sequence[ClaimRow]) -> int:
    """The table that goes to the credit bank; ``school``: code and name. Returns the number of lines."""
    return write_table(path, "成果认定", UPLOAD, [_upload(school, claim) for claim in claims])


def _upload(school: tuple[str, str], claim: ClaimRow) -> tuple[Any, ...]:
    kind = IdKind(claim.id_kind).label if claim.id_kind else ""
    return (
        claim.external_no, kind, claim.id_number, claim.name, claim.phone, *school, claim.kind.label, claim.project,
        claim.standard_code, claim.hours, claim.grade, claim.certificate_no, claim.earned_on,
        "有" if claim.certificate_no else "无", "", "", "",
    )  # fmt: skip


def write_accounts(path: Path, rows: Sequence[AccountRow]) -> int:
    """The list as it is shown; three units in three columns. Returns the number of lines."""
    columns = [
        OutColumn("姓名", 12),
        OutColumn("证件号", 22),
        OutColumn("账户", 10),
        OutColumn("学分银行账号", 22),
    ]
    columns += [OutColumn(unit.label, 14) for unit in CreditUnit]
    lines = [
        (
            row.name, row.id_masked, row.state.label if row.state else "未开户", row.bank_number,
            *(shown(row.balances[unit]) for unit in CreditUnit),
        )
        for row in rows
    ]  # fmt: skip
    return write_table(path, "学分账户", columns, lines)


def read_answers(path: Path, *, today: date) -> list[AnswerLine]:
    """The bank's table, in any order of columns; ``Refused`` or InputFaults when it is none."""
    titles = Titles(ANSWERS, strangers="机构|学校", serial="序号")
    lines = []
    for event in find_records(stream_workbook(path), titles):
        if isinstance(event, Record):
            line = _answer(event, today)
            if line is not None:
                lines.append(line)
    if not lines:
        raise InputFaults(
            f"「{path.name}」里没有找到“外部流水号”一列。请用学分银行退回的、由本程序导出的那张表。", []
        )
    return lines


def _answer(record: Record, today: date) -> AnswerLine | None:
    values = {key: _text(cell) for key, cell in record.cells.items()}
    if not any(values.values()):
        return None
    day = record.cells.get("answered_on")
    answer = read_answer(values.get("answer", ""))
    return AnswerLine(
        record.row,
        values.get("external_no", ""),
        answer,
        read_credits(values.get("credits", "")),
        values.get("reason", ""),
        read_date(day.value, today=today) if day is not None and day.value not in (None, "") else None,
        values.get("name", ""),
    )


def _text(cell: Cell) -> str:
    value = cell.value
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return "" if value is None else str(value).strip()
