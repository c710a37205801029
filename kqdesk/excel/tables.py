"""Tables of records inside foreign sheets: titles above, headers of one to three rows, several tables below or beside
each other, headers repeated on every page, totals and notes in between, merged cells, ditto marks, boxes to tick.

Works row by row on the stream of ``reading.py``; the fields come in as ``Titles``. What it yields are raw values by
field with their place; judging them is the room's work.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from kqdesk.excel.headers import Block, Column, Header, find_header
from kqdesk.excel.reading import BookFacts, CellValue, Row, SheetHead
from kqdesk.excel.titles import Titles
from kqdesk.kernel.text import compact

_LOOK_AHEAD = 4
_FOOTER = re.compile(
    r"^(?:合计|总计|小计|共计|累计|总人数|本页|本表|说明|备注[:：]|注[:：\d]|附注|附[:：]|制表|审核|填表|填报|统计[:：人]|负责人|领导|分管"
    r"|经办|盖章|签[字名章]|单位[（(]盖章|打印|日期[:：]|联系人|以[上下]|第\d+页|共\d+[页人]|.{1,12}(?:小计|合计|总计)(?:[:：\d].*)?$)"
)
_SAMPLE = re.compile(
    r"^[\(（【\[]?(?:例|示例|样例|范例|举例|填写示例|填表示例|样表|模板)(?:[\)）】\]:：、,，.\d\s]|$|如)"
)
_TICKS = re.compile(r"[√✓✔☑●■◆○VvYy1是有✅对*＊vＶｖ]|1\.0|yes|true", re.I)
_DITTO = frozenset(
    {"同上", "〃", "″", '"', "“", "”", "々", "〞", "同前", "同", "''", "””", "““", "--〃--", "—〃—", "ditto"}
)
_PLAIN = re.compile(r"[0-9]{1,18}")  # most first cells: a running number, an ID number
_LONG_NUMBER = re.compile(r"\d{14}")


class Cell(NamedTuple):
    """One value with its column (from 0). ``ticked``: it comes from a ticked box; ``ditto``: from the row above.

    ``row``: where it stands when that is not the record's own row, as on a form.
    """

    column: int
    value: CellValue
    ticked: bool = False
    ditto: bool = False
    row: int | None = None


@dataclass
class Table:
    """A table that was found. ``headings`` are the lines of text above it on its sheet.

    ``is_cards``: no table but forms, one a record; ``block`` has the labels of the first.
    """

    sheet: SheetHead
    header_row: int
    block: Block
    headings: tuple[str, ...]
    is_cards: bool = False


@dataclass
class Record:
    """One row of a table that holds something. ``more`` has further cells of the same field (a second phone).

    ``places``: on a form, key → (row, column) in which its value belongs.
    """

    table: Table
    row: int
    hidden: bool
    cells: dict[str, Cell]
    more: dict[str, list[Cell]] = field(default_factory=dict)
    is_sample: bool = False
    places: dict[str, tuple[int, int]] = field(default_factory=dict)

    def place_of(self, key: str) -> tuple[int, int | None]:
        """Row (from 1) and column (from 0) of a field, filled in or not; the column is None when it has none."""
        cell = self.cells.get(key)
        if cell is not None and cell.column >= 0:
            return cell.row or self.row, cell.column
        if key in self.places:
            return self.places[key]
        columns = self.table.block.columns
        return self.row, next((one.index for one in columns if one.key == key), None)


@dataclass
class Heading:
    """A line of text outside the records: a title, a total, a note, the name of a group."""

    sheet: SheetHead
    row: int
    text: str


Event = SheetHead | Table | Record | Heading | BookFacts


class Walker(Protocol):
    """Walks down one sheet row by row."""

    def feed(self, row: Row) -> Iterator[Event]:
        """One more row."""

    def finish(self) -> Iterator[Event]:
        """What is still open at the end of the sheet."""


Look = Callable[[list[Row], SheetHead, Titles], Walker | None]
"""Judges the first rows of a sheet: who reads it; None for tables."""


def find_records(
    parts: Iterable[SheetHead | list[Row] | BookFacts], titles: Titles, look: Look | None = None
) -> Iterator[Event]:
    """Turn the stream of a workbook into tables and records, in the order of the file.

    ``look``: may give a sheet to another walker (forms) by its first rows.
    """
    sheet: Walker | None = None
    fresh: SheetHead | None = None  # its first rows have not come yet
    for part in parts:
        if isinstance(part, list):
            assert sheet is not None
            if fresh is not None and look is not None:
                sheet = look(part, fresh, titles) or sheet
            fresh = None
            for row in part:
                yield from sheet.feed(row)
            continue
        if sheet:
            yield from sheet.finish()
        sheet = None
        if isinstance(part, SheetHead):
            sheet, fresh = _Sheet(part, titles), part
        yield part
    if sheet:
        yield from sheet.finish()


class _Sheet:
    """State while walking down one sheet."""

    def __init__(self, head: SheetHead, titles: Titles) -> None:
        self._head = head
        self._titles = titles
        self._waiting: deque[Row] = deque()
        self._tables: list[Table] = []
        self._header_texts: set[tuple[CellValue, ...]] = set()
        self._headings: list[str] = []
        self._last: dict[tuple[int, str], CellValue] = {}
        self._down = {(top, left): bottom for top, left, bottom, _ in head.merges if bottom > top}
        self._across = {(top, left): right for top, left, _, right in head.merges if right > left}
        self._spread: dict[int, tuple[int, CellValue]] = {}

    def feed(self, row: Row) -> Iterator[Event]:
        self._waiting.append(row)
        if len(self._waiting) > _LOOK_AHEAD:
            yield from self._next()

    def finish(self) -> Iterator[Event]:
        while self._waiting:
            yield from self._next()

    def _next(self) -> Iterator[Event]:
        if tuple(self._waiting[0].cells) in self._header_texts:
            self._waiting.popleft()  # the header again, as on every printed page
            return
        header = find_header(self._waiting, self._head, self._titles)
        if header:
            yield from self._open(header)
            return
        row = self._waiting.popleft()
        if self._down:
            self._note_merges(row)
        if not self._tables:
            yield from self._heading(row)
        for table in self._tables:
            yield from self._record(table, row)

    def _open(self, header: Header) -> Iterator[Event]:
        for _ in range(header.height):
            row = self._waiting.popleft()
            self._header_texts.add(tuple(row.cells))
        above = tuple(self._headings)
        for block in header.blocks:
            # A new header ends the tables above it; tables beside it go on.
            self._tables = [
                table
                for table in self._tables
                if table.block.last < block.first or table.block.first > block.last
            ]
            table = Table(self._head, row.number, block, above)
            self._tables.append(table)
            yield table
        self._last.clear()

    def _note_merges(self, row: Row) -> None:
        at = row.number - 1
        for column, value in enumerate(row.cells):
            if value is not None and (at, column) in self._down:
                self._spread[column] = (self._down[at, column], value)

    def _heading(self, row: Row) -> Iterator[Event]:
        text = " ".join(str(value) for value in row.cells if isinstance(value, str))
        if text:
            self._headings = [*self._headings[-7:], text]
            yield Heading(self._head, row.number, text)

    def _record(self, table: Table, row: Row) -> Iterator[Event]:
        found, more, own = self._collect(table, row)
        if not found:
            block = table.block
            inside = [value for value in row.cells[block.first : block.last + 1] if value is not None]
            if len(inside) == 1 and isinstance(inside[0], str):
                yield from self._heading(row)  # the name of a group, a note
            return
        verdict = self._verdict(table, row, found, own)
        if verdict in ("record", "sample"):
            for key, cell in found.items():
                self._last[table.block.first, key] = cell.value
            hidden = (row.number - 1) in self._head.hidden_rows
            yield Record(table, row.number, hidden, found, more, verdict == "sample")
        elif verdict == "heading":
            yield from self._heading(row)

    def _collect(self, table: Table, row: Row) -> tuple[dict[str, Cell], dict[str, list[Cell]], int]:
        """The row's cells by field, further cells of the same field, and how many are the row's own."""
        cells = row.cells
        found: dict[str, Cell] = {}
        more: dict[str, list[Cell]] = {}
        own = 0
        for column in table.block.columns:
            value = cells[column.index] if column.index < len(cells) else None
            if column.parts and value is not None:
                value = _joined(cells, column.parts)
            if value is None:
                value = self._merged(row, column.index) if column.spreads and self._spread else None
            else:
                own += 1
            if value is None:
                continue
            cell: Cell | None
            if column.option is None and value not in _DITTO:
                cell = Cell(column.index, value)
            else:
                cell = self._cell(table, column, value)
            if cell is None:
                continue
            if column.key in found:
                more.setdefault(column.key, []).append(cell)
            else:
                found[column.key] = cell
        return found, more, own

    def _merged(self, row: Row, column: int) -> CellValue:
        bottom, value = self._spread.get(column, (-1, None))
        return value if row.number - 1 <= bottom else None

    def _cell(self, table: Table, column: Column, value: CellValue) -> Cell | None:
        if column.option is not None:
            ticked = value is True or _TICKS.fullmatch(compact(str(value)))
            return Cell(column.index, column.option, ticked=True) if ticked else None
        if column.spreads and value in _DITTO:
            return Cell(column.index, self._last.get((table.block.first, column.key)), ditto=True)
        return Cell(column.index, value)

    def _verdict(self, table: Table, row: Row, found: dict[str, Cell], own: int) -> str:
        """``record``, ``sample``, ``heading`` or ``nothing``."""
        block = table.block
        first = next((value for value in row.cells[block.first : block.last + 1] if value is not None), None)
        anchors = [found[key] for key in block.anchors if key in found]
        texts = [cell.value for cell in anchors if isinstance(cell.value, str)]
        for text in (first, *texts):
            if not isinstance(text, str) or _PLAIN.fullmatch(text):
                continue
            if _SAMPLE.match(text.strip()) and len(found) > 1:
                return "sample"
            if _FOOTER.match(text.strip()) and not self._has_number(found, block):
                return "heading"
        if not anchors:
            return "record" if own >= 4 else "nothing"
        if len(found) == 1 or own == 1:
            return self._lonely(table, row, anchors[0])
        return "record"

    @staticmethod
    def _has_number(found: dict[str, Cell], block: Block) -> bool:
        return any(
            _LONG_NUMBER.search(compact(str(found[key].value))) for key in block.anchors if key in found
        )

    def _lonely(self, table: Table, row: Row, cell: Cell) -> str:
        """A single value in the row: somebody's name behind a running number, or the name of a group."""
        if (row.number - 1, cell.column) in self._across:
            return "heading"
        serial = table.block.serial
        number = row.cells[serial] if serial is not None and serial < len(row.cells) else None
        if number is not None and re.fullmatch(r"[A-Za-z]*\d+(\.0)?", compact(str(number))):
            return "record"
        return "record" if _LONG_NUMBER.search(compact(str(cell.value))) else "heading"


def _joined(cells: Sequence[CellValue], parts: Sequence[int]) -> str:
    """A date written in several cells: 1985 | 3 | 2 → 1985-3-2."""
    values = [cells[at] for at in parts if at < len(cells) and cells[at] is not None]
    return "-".join(re.sub(r"\.0$|[年月日号]$", "", str(value).strip()) for value in values)
