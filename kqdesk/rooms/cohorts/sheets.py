"""班级花名册 as an Excel file."""

from collections.abc import Sequence
from pathlib import Path

from kqdesk.excel.writing import OutColumn, write_table
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.rooms.cohorts.queries import CohortRow, RosterRow

SEX_WORDS = {"1": "男", "2": "女"}
COLUMNS = (
    OutColumn("序号", 6, "number"), OutColumn("姓名", 12), OutColumn("性别", 6), OutColumn("出生日期", 12, "date"),
    OutColumn("证件号码", 22), OutColumn("电话", 14), OutColumn("村社", 16), OutColumn("就业单位", 22),
    OutColumn("学籍状态", 10), OutColumn("报名日期", 12, "date"), OutColumn("离班日期", 12, "date"), OutColumn("变动原因", 18),
)  # fmt: skip


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
