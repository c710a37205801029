"""报读转介 as an Excel file: for the college, and for the school's own list."""

from collections.abc import Sequence
from pathlib import Path

from kqdesk.excel.writing import OutColumn, write_table
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.rooms.referrals.queries import LetterRow
from kqdesk.security.masking import mask_id, mask_phone

COLUMNS = (
    OutColumn("姓名", 12), OutColumn("性别", 6), OutColumn("出生日期", 12, "date"), OutColumn("证件号码", 22),
    OutColumn("电话", 14), OutColumn("现有学历", 14), OutColumn("院校", 24), OutColumn("专业", 20), OutColumn("途径", 12),
    OutColumn("层次", 16), OutColumn("报读年份", 10, "number"), OutColumn("状态", 10), OutColumn("日期", 12, "date"),
)  # fmt: skip


def write_referrals(
    path: Path, rows: Sequence[LetterRow], *, shows_numbers: bool, progress: Progress = Quiet()
) -> int:
    """One line a referral; ID and phone masked unless ``shows_numbers``. Returns the number of rows."""
    lines = (
        (
            row.name, row.sex, row.birth_date, row.id_number if shows_numbers else mask_id(row.id_number),
            row.phone if shows_numbers else mask_phone(row.phone), row.education, row.college, row.programme,
            row.route.label, row.level.label, row.year, row.state.label, row.step_on,
        )
        for row in rows
    )  # fmt: skip
    return write_table(path, "报读转介", COLUMNS, lines, progress=progress)
