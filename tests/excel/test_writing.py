"""Tables out: text stays text, and a file appears whole or not at all."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from kqdesk.excel.writing import OutColumn, write_table
from kqdesk.kernel.errors import Cancelled, Unreachable

COLUMNS = [OutColumn("姓名"), OutColumn("人数", kind="number"), OutColumn("日期", kind="date")]
PAYLOADS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    "\t=1",
    "http://a.invalid",
    "00123",
    "1e5",
    "{=1}",
    "=",
]


class AlwaysCancels:
    def step(self, done: int, total: int, note: str = "") -> None:
        raise Cancelled


def test_nothing_that_looks_like_a_formula_becomes_one(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"

    write_table(path, "表", COLUMNS[:1], [[payload] for payload in PAYLOADS])

    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    cells = [sheet.cell(row, 1) for row in range(2, len(PAYLOADS) + 2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.hyperlink for cell in cells} == {None}
    assert [str(cell.value).strip() for cell in cells] == [payload.strip() for payload in PAYLOADS]


def test_numbers_and_dates_keep_their_kind(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"

    assert write_table(path, "表", COLUMNS, [["王一", 3, date(2026, 3, 1)], ["李二", None, None]]) == 2

    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]] == ["姓名", "人数", "日期"]
    assert sheet["B2"].value == 3
    assert sheet["C2"].value.date() == date(2026, 3, 1)
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:C3")
    assert sheet["A2"].number_format == "@"


def test_a_cancelled_or_broken_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")

    with pytest.raises(Cancelled):
        write_table(path, "表", COLUMNS[:1], ([str(at)] for at in range(2_000)), progress=AlwaysCancels())

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="没有写成"):
        write_table(tmp_path / "没有" / "a.xlsx", "表", COLUMNS[:1], [["王一"]])
