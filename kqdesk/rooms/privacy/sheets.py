"""One person's file as a workbook: one sheet, section below section, everything as text."""

from pathlib import Path

from kqdesk.excel.writing import OutColumn, write_table
from kqdesk.rooms.privacy.queries import Dossier

COLUMNS = (
    OutColumn("类别", 16), OutColumn("第几条", 8, "number"), OutColumn("项目", 18), OutColumn("内容", 60),
)  # fmt: skip


def export_dossier_table(found: Dossier, path: Path) -> int:
    """Write the file to ``path``; returns the number of rows. Unreachable when the place cannot be written."""
    rows: list[tuple[object, ...]] = [
        (section.noun, number, title, value)
        for section in found.sections
        for number, row in enumerate(section.rows, 1)
        for title, value in zip(section.titles, row, strict=True)
        if value
    ]
    rows += [("照片和扫描件", number, whose, name) for number, (name, whose) in enumerate(found.files, 1)]
    rows += [("号码被查看、导出", number, "时间", look) for number, look in enumerate(found.looks, 1)]
    return write_table(path, "个人信息档案", COLUMNS, rows)
