"""``bench export``: the roster to .xlsx, against XlsxWriter writing the same cells."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import python_calamine
import xlsxwriter

from kqdesk.cli.bench_home import full_home
from kqdesk.cli.people import roster_rows
from kqdesk.rooms.people import queries
from kqdesk.rooms.people.sheets import ROSTER_COLUMNS, write_roster


def bench_export(people: int = 100_000) -> dict[str, Any]:
    """Read everybody from the encrypted home and write them; then the bare writer with the same cells."""
    with TemporaryDirectory(prefix="kqdesk-bench-") as folder:
        return _measure(Path(folder), people)


def _measure(folder: Path, people: int) -> dict[str, Any]:
    opened, _ = full_home(folder / "home", people)
    try:
        wall, began = time.perf_counter(), time.process_time()
        with opened.store.reading() as session:
            count = write_roster(folder / "out.xlsx", roster_rows(queries.roster_export(session)))
        took, wall = time.process_time() - began, time.perf_counter() - wall
    finally:
        opened.close()
    floor = _bare(folder / "bare.xlsx", folder / "out.xlsx")
    return {
        "people": count,
        "columns": len(ROSTER_COLUMNS),
        "export_s": round(wall, 2),
        "export_cpu_s": round(took, 2),
        "floor_cpu_s": round(floor, 2),
        "ratio": round(took / floor, 2),
        "bar": "≤ 1.3 × floor",
        "bytes": (folder / "out.xlsx").stat().st_size,
    }


def _bare(path: Path, written: Path) -> float:
    """CPU seconds of XlsxWriter for the very cells that were written."""
    with python_calamine.CalamineWorkbook.from_path(written) as book:
        cells = book.get_sheet_by_index(0).to_python()
    began = time.process_time()
    workbook = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = workbook.add_worksheet()
    for n, row in enumerate(cells):
        for column, text in enumerate(row):
            if text != "":
                sheet.write_string(n, column, text)
    workbook.close()
    return time.process_time() - began
