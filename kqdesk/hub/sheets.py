"""A table that leaves the hub as .xlsx."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from kqdesk.excel.writing import OutColumn, write_table

_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet_answer(title: str, columns: Sequence[OutColumn], rows: Iterable[Sequence[Any]]) -> Response:
    """The file, named by its title; the browser keeps it."""
    with TemporaryDirectory(prefix="kqdesk-") as folder:
        path = Path(folder) / "table.xlsx"
        write_table(path, title, columns, rows)
        body = path.read_bytes()
    named = f"attachment; filename*=UTF-8''{quote(title)}.xlsx"
    return Response(body, 200, {"Content-Disposition": named, "Cache-Control": "no-store"}, _KIND)
