"""A pay sheet as an Excel file: a row a lesson, so that every amount shows where it comes from."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from kqdesk.excel.writing import OutColumn, write_table
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.rooms.attendance.rules import PayDraft

COLUMNS = (
    OutColumn("培训师", 12), OutColumn("级别", 14), OutColumn("班级", 28), OutColumn("日期", 12, "date"),
    OutColumn("时段", 8), OutColumn("学时", 8, "number"), OutColumn("计酬学时", 10, "number"),
    OutColumn("每学时（元）", 12, "number"), OutColumn("金额（元）", 12, "number"), OutColumn("说明", 40),
)  # fmt: skip


def write_pay(path: Path, title: str, drafts: Sequence[PayDraft], *, progress: Progress = Quiet()) -> int:
    """Write one sheet; returns the number of lessons. Unreachable when the place cannot be written."""
    rows = (
        (
            one.lesson.trainer, one.lesson.level.label, one.lesson.cohort, one.lesson.on, one.lesson.half.label,
            one.lesson.study_hours, one.paid_hours, Decimal(one.rate_fen or 0) / 100, Decimal(one.amount_fen) / 100,
            one.remark,
        )
        for one in drafts
    )  # fmt: skip
    return write_table(path, title, COLUMNS, rows, progress=progress)
