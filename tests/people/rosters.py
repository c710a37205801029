"""Rosters for tests: made-up people with right check digits and county parts that were never issued."""

from collections.abc import Generator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec
import xlsxwriter

from kqdesk.excel import reading
from kqdesk.excel.parsing import read_in_child
from kqdesk.kernel.child import ChildFault, GivenUp
from kqdesk.kernel.national_id import check_character
from kqdesk.rooms.people.sheets import RosterPerson, RosterRead, read_roster

TODAY = date(2026, 3, 10)
NAMES = ("王一川", "李二妹", "单三峰", "吕四娘", "仇五岳", "沈六琴", "陈七弦", "赵八荣")


def number(at: int, *, woman: bool | None = None, born: str = "19800102") -> str:
    """The ``at``-th made-up ID number."""
    odd = (at % 2 == 0) if woman is None else not woman
    first17 = f"330697{born}{at // 10:02d}{(at % 5) * 2 + odd}"
    return first17 + check_character(first17)


def phone(at: int) -> str:
    return f"160000000{at:02d}"


def write(
    path: Path,
    sheets: Mapping[str, Sequence[Sequence[Any]]],
    *,
    merges: Sequence[tuple[int, int, int, int]] = (),
    hidden_rows: Sequence[int] = (),
    date1904: bool = False,
) -> Path:
    """An .xlsx as somebody sends it: cells by row; merges and hidden rows count from 0, on the first sheet."""
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd", "date_1904": date1904})
    for at, (name, rows) in enumerate(sheets.items()):
        sheet = book.add_worksheet(name)
        for top, cells in enumerate(rows):
            for left, value in enumerate(cells):
                if isinstance(value, str):
                    sheet.write_string(top, left, value)
                elif value is not None:
                    sheet.write(top, left, value)
        if at == 0:
            for top, left, bottom, right in merges:
                sheet.merge_range(top, left, bottom, right, sheets[name][top][left])
            for hidden in hidden_rows:
                sheet.set_row(hidden, None, None, {"hidden": True})
    book.close()
    return path


def text(
    path: Path,
    rows: Sequence[Sequence[Any]],
    *,
    encoding: str = "utf-8",
    mark: str = ",",
    quote: bool = False,
) -> Path:
    """A text table."""
    ring = '"' if quote else ""
    lines = [mark.join(f"{ring}{cell}{ring}" for cell in cells) for cells in rows]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return path


class _Collected:
    def __init__(self) -> None:
        self.parts: list[Any] = []

    def progress(self, done: int, total: int, note: str = "") -> None:
        """Nobody is watching."""

    def part(self, value: Any) -> None:
        self.parts.append(msgspec.msgpack.decode(msgspec.msgpack.encode(value)))


def _in_this_process(name: str, request: Any, **_: Any) -> Generator[Any, None, Any]:
    """What the reading child does, without starting one: shapes of files are many, the child is tested by itself."""
    assert name == "read-workbook"
    outlet = _Collected()
    try:
        result = read_in_child(request, outlet)
    except GivenUp as given_up:
        raise ChildFault(given_up.kind, given_up.detail) from None
    yield from outlet.parts
    return result


def read(path: Path, *, titles: Mapping[str, str] | None = None) -> RosterRead:
    """``read_roster`` without the child process."""
    with mock.patch.object(reading, "stream_child", _in_this_process):
        return read_roster(path, today=TODAY, titles=titles)


def facts(people: Sequence[RosterPerson], *keys: str) -> list[tuple[Any, ...]]:
    """These fields of everybody, in order."""
    return [tuple(getattr(person, key) for key in keys) for person in people]


def kinds(read: RosterRead) -> list[tuple[int | None, str]]:
    """Row and kind of every fault."""
    return [(fault.row, fault.kind) for fault in read.faults]
