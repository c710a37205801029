"""``kqdesk scan FILES…``: filled sign-in sheets, filed at their lessons and entered; what is doubtful is listed."""

import argparse
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kqdesk.cli.call import Call, existing_file

if TYPE_CHECKING:
    from kqdesk.rooms.attendance.actions.scans import ScansFiled
    from kqdesk.rooms.attendance.papers.scans import Sheet
    from kqdesk.school import School

NOT_FILED = ("foreign", "refused", "blank")


def declare(parser: argparse.ArgumentParser, word: str) -> None:
    """The command's arguments."""
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="签到表的扫描件或照片：PDF、JPG、PNG"
    )
    parser.add_argument("--dry-run", action="store_true", help="只读出来看看，不存也不登记")


def run(call: Call, options: argparse.Namespace) -> int:
    """Read, file, enter. 3 when a page could not be filed; doubtful rows are told and left unmarked."""
    files = [existing_file(path) for path in options.files]
    with call.school() as school:
        sheets = read(call, school, files, call.clock())
        filed = None if options.dry_run else file(school, sheets)
    call.answer(_told(sheets, filed), "\n".join(_lines(sheets, filed)))
    return 3 if any(sheet.state.value in NOT_FILED for sheet in sheets) else 0


def read(call: Call, school: "School", files: list[Path], now: datetime) -> list["Sheet"]:
    """Every page, held against its lesson."""
    from kqdesk.rooms.attendance.papers.scans import Judge, read_sheets

    with call.progress("读扫描件") as progress:
        pages = list(read_sheets(files, progress=progress))
    with school.store.reading() as session:
        judge = Judge(session, now, school.attachments.digest_of)
        for page in pages:
            judge.add(page)
    return judge.sheets


def file(school: "School", sheets: list["Sheet"]) -> "ScansFiled | None":
    """Keep the pictures, then one act for all of it; None when there is nothing to do."""
    from kqdesk.rooms.attendance.actions.scans import file_scans
    from kqdesk.rooms.attendance.papers.scans import to_file

    pages = to_file(sheets, {}, school.attachments.keep)
    return school.store.run(file_scans, school.staff.id, pages=pages).value if pages else None


def _told(sheets: list["Sheet"], filed: "ScansFiled | None") -> dict[str, Any]:
    return {
        "pages": [_page(sheet) for sheet in sheets],
        "filed": filed.pages if filed else 0,
        "entered": filed.marks if filed else 0,
        "asked": sum(len(sheet.asked) for sheet in sheets),
        "refused": dict(filed.refused) if filed else {},
    }


def _page(sheet: "Sheet") -> dict[str, Any]:
    one = sheet.lesson
    counts: dict[str, int] = {}
    for row in sheet.rows:
        if row.mark is not None:
            counts[row.mark.value] = counts.get(row.mark.value, 0) + 1
    return {
        "file": str(sheet.file),
        "page": sheet.page,
        "state": sheet.state.value,
        "sentence": sheet.sentence,
        "lesson": one.id if one else None,
        "cohort": one.cohort_no if one else None,
        "on": one.on.isoformat() if one else None,
        "number": one.number if one else None,
        "sheet_page": sheet.number or None,
        "marks": counts,
        "rows": [
            {"roll_no": row.learner.roll_no, "mark": row.mark.value}
            for row in sheet.rows
            if row.mark is not None
        ],
        "asked": [
            {
                "roll_no": row.learner.roll_no,
                "name": row.learner.name,
                "why": row.why,
                "guess": row.guess.value if row.guess else None,
            }
            for row in sheet.asked
        ],
    }


def _lines(sheets: list["Sheet"], filed: "ScansFiled | None") -> list[str]:
    lines = []
    for sheet in sheets:
        where = (
            f"{sheet.lesson.cohort} 第 {sheet.lesson.number} 次 {sheet.lesson.on}：" if sheet.lesson else ""
        )
        lines.append(f"{sheet.name}　{sheet.state.label}　{where}{sheet.sentence}")
        lines += [f"    {row.learner.roll_no} 号 {row.learner.name}　{row.why}" for row in sheet.asked]
    if filed is not None:
        lines.append(f"存了 {filed.pages} 页，登记 {filed.marks} 人次。")
        lines += [f"    {name}：{why}" for name, why in filed.refused.items()]
    asked = sum(len(sheet.asked) for sheet in sheets)
    if asked:
        lines.append(
            f"还有 {asked} 人看不准，没有登记：请打开「考勤」，点「扫描登记」放入同一文件，看着图定。"
        )
    return lines
