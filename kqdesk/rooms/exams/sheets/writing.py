"""Marks out as .xlsx: a row a candidate, a column a paper, grades beside them where the pack has bands."""

from pathlib import Path

from kqdesk.excel.writing import OutColumn, write_table
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.rooms.exams.queries import ScoreRow, ScoreSheet
from kqdesk.rooms.exams.rules import band_of

QUIET = Quiet()
HEAD = (
    OutColumn("准考证号", 14),
    OutColumn("姓名", 12),
    OutColumn("班级", 26),
    OutColumn("考场", 10),
    OutColumn("座位号", 8),
)


def write_scores(path: Path, sheet: ScoreSheet, *, progress: Progress = QUIET) -> int:
    """Write one sheet; returns the number of candidates. Unreachable when the place cannot be written."""
    columns = [*HEAD]
    for paper in sheet.papers:
        columns += [OutColumn(paper.subject.label, 12), OutColumn(f"{paper.subject.label}等第", 10)]
    rows = [
        [
            row.ticket_no, row.name, row.cohort, row.hall, str(row.seat_no or ""),
            *(words for paper in sheet.papers for words in _pair(sheet, row, paper.id)),
        ]
        for row in sheet.rows
    ]  # fmt: skip
    return write_table(path, "成绩", columns, rows, progress=progress)


def _pair(sheet: ScoreSheet, row: ScoreRow, paper_id: str) -> tuple[str, str]:
    cell = row.cells.get(paper_id)
    if cell is None:
        return "", ""
    band = band_of(cell.points, sheet.policy.bands or ())
    return cell.points.words, band.grade if band else ""
