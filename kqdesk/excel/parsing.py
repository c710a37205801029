"""The child's half of ``reading.py``: one foreign file, scanned, parsed and sent to the parent row by row.

Only this process ever loads a parser for a foreign file, under limits of memory and CPU time.
"""

import hashlib
import io
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import python_calamine

from kqdesk.excel.margins import BookMargins, Margins, read_ods_margins, read_xlsx_margins
from kqdesk.excel.plaintext import read_html, read_text
from kqdesk.excel.prescan import scan
from kqdesk.kernel.child import GivenUp, Outlet

_ROWS_A_PART = 500


def read_in_child(path: str, outlet: Outlet) -> list[Any]:
    """The child's function: read the file once, scan it, parse it, send its rows. Returns kind, digest, sheet count."""
    try:
        content = Path(path).read_bytes()
    except OSError:
        raise GivenUp("unreadable") from None
    kind = scan(content).kind
    if kind == "docx":
        raise GivenUp("wrong_format", "a text document")
    if kind == "text":
        count = _send_text(content, outlet)
    elif kind == "html":
        count = _send_html(content, outlet)
    else:
        count = _send_book(kind, content, outlet)
    return [kind, hashlib.sha256(content).hexdigest(), count]


def _send_text(content: bytes, outlet: Outlet) -> int:
    outlet.part(["sheet", _head_parts(None, 0, Margins(), typed=False)])
    _send_rows([(number, list(cells)) for number, cells in read_text(content)], outlet)
    return 1


def _send_html(content: bytes, outlet: Outlet) -> int:
    tables = read_html(content)
    for index, table in enumerate(tables):
        margins = Margins(hidden_rows=table.hidden_rows, merges=table.merges)
        name = f"表{index + 1}" if len(tables) > 1 else None
        outlet.part(["sheet", _head_parts(name, index, margins, typed=False)])
        _send_rows([(number, list(cells)) for number, cells in enumerate(table.rows, 1)], outlet)
    return len(tables)


def _send_book(kind: str, content: bytes, outlet: Outlet) -> int:
    book = _margins(kind, content)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [
            sheet
            for sheet in workbook.sheets_metadata
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
        for index, about in enumerate(sheets):
            margins = book.sheets.get(about.name, Margins())
            margins.hidden |= about.visible != python_calamine.SheetVisibleEnum.Visible
            _send_sheet(workbook, about.name, index, margins, book.date1904, outlet)
    except python_calamine.PasswordError:
        raise GivenUp("password") from None
    except (python_calamine.CalamineError, OSError, ValueError) as broken:
        raise GivenUp("password" if "assword" in str(broken) else "damaged", type(broken).__name__) from None
    return len(sheets)


def _margins(kind: str, content: bytes) -> BookMargins:
    if kind == "xlsx":
        return read_xlsx_margins(content)
    return read_ods_margins(content) if kind == "ods" else BookMargins()


def _send_sheet(
    workbook: python_calamine.CalamineWorkbook,
    name: str,
    index: int,
    margins: Margins,
    date1904: bool,
    outlet: Outlet,
) -> None:
    sheet = workbook.get_sheet_by_name(name)
    if sheet.merged_cell_ranges:
        margins.merges = [(*first, *last) for first, last in sheet.merged_cell_ranges][:100_000]
    outlet.part(["sheet", _head_parts(name, index, margins, date1904=date1904)])
    if sheet.start is None:
        return
    left: list[Any] = [None] * sheet.start[
        1
    ]  # the fast reader leaves out blank columns on the left, not blank rows
    errors = {row for row, _ in margins.errors}
    part: list[tuple[int, list[Any]]] = []
    for row, found in enumerate(sheet.iter_rows()):
        cells: list[Any] = left + found if left else list(found)
        if row in errors:
            cells = [["#N/A", True] if (row, at) in margins.errors else cell for at, cell in enumerate(cells)]
        part.append((row + 1, cells))
        if len(part) == _ROWS_A_PART:
            _send_rows(part, outlet)
            outlet.progress(row, sheet.total_height or 0, "读取")
            part = []
    _send_rows(part, outlet)


def _send_rows(rows: Sequence[tuple[int, list[Any]]], outlet: Outlet) -> None:
    for at in range(0, len(rows), _ROWS_A_PART):
        packed = [(number, cells) for number, cells in rows[at : at + _ROWS_A_PART] if _pack(cells)]
        if packed:
            outlet.part(["rows", packed])


def _pack(cells: list[Any]) -> bool:
    """Make the cells fit for sending, in place; whether the row holds anything."""
    last = -1
    for at, value in enumerate(cells):
        if type(value) is str:
            if not value or value.isspace():
                cells[at] = None
                continue
        elif type(value) is float:
            if abs(value) < 1e15 and value == int(value):
                cells[at] = int(value)
        elif isinstance(value, datetime):
            cells[at] = [value.date().isoformat()]
        elif isinstance(value, date):
            cells[at] = [value.isoformat()]
        elif isinstance(value, time | timedelta):
            cells[at] = str(value)
        elif value is None:
            continue
        last = at
    del cells[last + 1 :]
    return last >= 0


def _head_parts(
    name: str | None, index: int, margins: Margins, *, typed: bool = True, date1904: bool = False
) -> dict[str, Any]:
    return {
        "name": name,
        "index": index,
        "hidden": margins.hidden,
        "typed": typed,
        "date1904": date1904,
        "merges": margins.merges,
        "hidden_rows": sorted(margins.hidden_rows),
        "hidden_columns": sorted(margins.hidden_columns),
    }
