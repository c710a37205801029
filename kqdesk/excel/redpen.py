"""The child's half of ``marking.py``: opens or rebuilds a foreign workbook, marks its faults, saves it."""

import io
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from kqdesk.excel.marking import REASON_TITLE
from kqdesk.excel.parsing import read_in_child
from kqdesk.excel.prescan import scan
from kqdesk.kernel.child import GivenUp, Outlet

_RED = PatternFill("solid", start_color="FFFF9999", end_color="FFFF9999")
_REASON_FONT = Font(color="FFC00000")
_SHEET = "名单"


def mark_in_child(request: dict[str, Any], outlet: Outlet) -> int:
    """The child's function: open or rebuild the workbook, mark it, save it. Returns the number of marked rows."""
    content = Path(request["source"]).read_bytes()
    kind = scan(content).kind
    book = _open(content) if kind == "xlsx" else _rebuild(request["source"])
    outlet.progress(1, 3, "标红")
    count = _mark(book, request["faults"], dict(map(tuple, request["headers"])))
    outlet.progress(2, 3, "保存")
    try:
        book.save(request["draft"])
    except OSError as broken:
        raise GivenUp("disk", broken.strerror or str(broken)) from None
    return count


def _open(content: bytes) -> openpyxl.Workbook:
    try:
        return openpyxl.load_workbook(io.BytesIO(content), keep_links=False)
    except MemoryError:
        raise
    except Exception as broken:  # noqa: BLE001 -- a foreign file may break the parser anywhere
        raise GivenUp("damaged", type(broken).__name__) from None


def _rebuild(source: str) -> openpyxl.Workbook:
    """Values of a file that is no .xlsx, sheet by sheet, row by row at the same row numbers."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    collector = _Collector(book)
    read_in_child(source, collector)
    return book


class _Collector:
    """Takes what the reading child would send, and puts it into a new workbook."""

    def __init__(self, book: openpyxl.Workbook) -> None:
        self._book = book
        self._sheet: Any = None

    def progress(self, done: int, total: int, note: str = "") -> None:
        """Nobody is watching this half."""

    def part(self, value: Any) -> None:
        """A sheet's head, or rows of it."""
        kind, content = value
        if kind == "sheet":
            self._sheet = self._book.create_sheet((content["name"] or _SHEET)[:31])
            if content["hidden"]:
                self._sheet.sheet_state = "hidden"
            for top, left, bottom, right in content["merges"]:
                self._sheet.merge_cells(None, top + 1, left + 1, bottom + 1, right + 1)
            return
        for number, cells in content:
            for column, cell in enumerate(cells, 1):
                _put(self._sheet, number, column, cell[0] if isinstance(cell, list) else cell)


def _put(sheet: Any, row: int, column: int, value: Any) -> None:
    if value is None:
        return
    cell = sheet.cell(row, column)
    if isinstance(cell, openpyxl.cell.cell.MergedCell):
        return
    if isinstance(value, str):
        cell.value = openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"  # text that looks like a formula stays text
        cell.number_format = "@"
    else:
        cell.value = value


def _mark(book: openpyxl.Workbook, faults: Sequence[Sequence[Any]], headers: dict[str | None, int]) -> int:
    by_row: dict[tuple[str, int], list[Sequence[Any]]] = defaultdict(list)
    for fault in faults:
        by_row[fault[0] or _SHEET, fault[1]].append(fault)
    reason_column: dict[str, int] = {}
    for (name, row), found in by_row.items():
        if name not in book.sheetnames:
            continue
        sheet = book[name]
        if name not in reason_column:
            reason_column[name] = _reason_column(sheet, headers.get(name if name in headers else None))
        for _, _, column, reason in found:
            if column is not None:
                _redden(sheet, row, column + 1, reason)
        _reason(
            sheet,
            row,
            reason_column[name],
            "；".join(dict.fromkeys(one[3].rstrip("。") for one in found)) + "。",
        )
    return len(by_row)


def _reason_column(sheet: Any, header_row: int | None) -> int:
    """The column right of everything, or the one an earlier fault file left behind."""
    row = header_row or 1
    for column in range(1, sheet.max_column + 1):
        if sheet.cell(row, column).value == REASON_TITLE:
            return column
    column = int(sheet.max_column) + 1
    heading = sheet.cell(row, column)
    heading.value = REASON_TITLE
    heading.font = Font(bold=True, color="FFC00000")
    sheet.column_dimensions[get_column_letter(column)].width = 48
    return column


def _redden(sheet: Any, row: int, column: int, reason: str) -> None:
    cell = sheet.cell(row, column)
    if isinstance(cell, openpyxl.cell.cell.MergedCell):
        return
    cell.fill = _RED
    if cell.comment is None:
        cell.comment = Comment(reason, "kqdesk", width=320, height=90)


def _reason(sheet: Any, row: int, column: int, words: str) -> None:
    cell = sheet.cell(row, column)
    cell.value = words
    cell.data_type = "s"
    cell.font = _REASON_FONT
    cell.alignment = Alignment(wrap_text=True, vertical="top")
