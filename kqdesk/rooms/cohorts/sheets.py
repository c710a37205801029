"""班级花名册 and 收费流水 as Excel files."""

from collections.abc import Sequence
from pathlib import Path

from kqdesk.excel.writing import OutColumn, write_table
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.rooms.cohorts.queries import CohortRow, LedgerRow, RosterRow
from kqdesk.rooms.cohorts.rules import yuan

SEX_WORDS = {"1": "男", "2": "女"}
COLUMNS = (
    OutColumn("序号", 6, "number"), OutColumn("姓名", 12), OutColumn("性别", 6), OutColumn("出生日期", 12, "date"),
    OutColumn("证件号码", 22), OutColumn("电话", 14), OutColumn("村社", 16), OutColumn("就业单位", 22),
    OutColumn("学籍状态", 10), OutColumn("报名日期", 12, "date"), OutColumn("离班日期", 12, "date"), OutColumn("变动原因", 18),
)  # fmt: skip
LEDGER = (
    OutColumn("日期", 12, "date"), OutColumn("收据号", 14), OutColumn("学员", 12), OutColumn("费用", 10), OutColumn("事项", 10),
    OutColumn("收入（元）", 12), OutColumn("支出（元）", 12), OutColumn("方式", 10), OutColumn("交（领）款人", 14), OutColumn("说明", 24),
    OutColumn("经手人", 10),
)  # fmt: skip


def write_ledger(
    path: Path, card: CohortRow, rows: Sequence[LedgerRow], *, progress: Progress = Quiet()
) -> int:
    """All money of a class, one line a receipt; returns the number of rows."""
    lines = (
        (
            line.on, line.receipt_no or None, row.name, line.kind.label, line.act.label,
            yuan(line.amount) if line.amount > 0 else None, yuan(-line.amount) if line.amount < 0 else None,
            line.method.label if line.method else None, line.payer or None, line.reason or None, line.by or None,
        )
        for row in rows
        for line in (row.line,)
    )  # fmt: skip
    return write_table(path, f"{card.no}收费", LEDGER, lines, progress=progress)


def write_class_list(
    path: Path, card: CohortRow, rows: Sequence[RosterRow], *, progress: Progress = Quiet()
) -> int:
    """Everybody ever in the cohort with whole numbers; returns the number of rows. Unreachable when it cannot be written."""
    lines = (
        (
            row.roll_no, row.name, SEX_WORDS.get(row.sex, ""), row.birth_date, row.id_number, row.phone, row.village,
            row.employer, row.state.label, row.applied_on, row.ended_on, row.reason,
        )
        for row in rows
    )  # fmt: skip
    return write_table(path, card.no, COLUMNS, lines, progress=progress)
