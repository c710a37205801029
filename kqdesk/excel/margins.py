"""What the fast reader does not tell about a workbook: hidden rows and columns, error cells, the 1904 calendar, and for
.ods merged cells. Read straight from the XML, in the child.

It also measures the sheets before the fast reader allocates for them: one cell in the far corner of a
1 KB file would otherwise ask for gigabytes.
"""

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from kqdesk.kernel.child import GivenUp

_MOST_ROWS = 200_000
_MOST_COLUMNS = 1_000
_MOST_CELLS = 12_000_000  # the fast reader keeps the whole rectangle, 32 bytes a cell
_CHUNK = 1 << 20
_SMALL_PART = 8 * 1024 * 1024

Range = tuple[int, int, int, int]  # first row, first column, last row, last column; all from 0


@dataclass
class Margins:
    """About one sheet; rows and columns count from 0."""

    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[Range] = field(default_factory=list)
    errors: set[tuple[int, int]] = field(default_factory=set)


@dataclass
class BookMargins:
    """About one workbook: margins by sheet name, and whether its serial numbers count from 1904."""

    sheets: dict[str, Margins] = field(default_factory=dict)
    date1904: bool = False


def column_number(letters: str) -> int:
    """``A`` → 0, ``AA`` → 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def column_letters(number: int) -> str:
    """0 → ``A``, 26 → ``AA``."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


# --- .xlsx -------------------------------------------------------------------------------------------------

_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_ROW_NUMBER = re.compile(rb"<row [^>]{0,300}?\br=[\"'](\d{1,9})[\"']")
_COL = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_ERROR_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*\bt=[\"']e[\"'][^>]*>")
# Columns from LA on; an empty formatted cell closes itself and takes no room.
_FAR_CELL = re.compile(rb"r=[\"'](?:[A-Z]{3,}|[L-Z][A-Z])\d+[\"'][^>]{0,200}(?<!/)>")
_REF = re.compile(rb"\br=[\"']([A-Z]+)(\d+)[\"']")


def read_xlsx_margins(content: bytes) -> BookMargins:
    """Read the margins of every sheet; raises ``GivenUp`` for what would not fit into memory."""
    book = BookMargins()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        try:
            parts = _sheet_parts(archive, book)
            for name, part in parts.items():
                if part in archive.namelist():
                    with archive.open(part) as stream:
                        _scan_sheet(stream, book.sheets[name])
        except (
            zipfile.BadZipFile,
            expat.ExpatError,
            EOFError,
            OSError,
            ValueError,
            NotImplementedError,
        ) as broken:
            raise GivenUp("damaged", type(broken).__name__) from None
        except Exception as broken:
            if type(broken).__name__ == "error":  # zlib.error
                raise GivenUp("damaged", "zlib") from None
            raise
    return book


def _sheet_parts(archive: zipfile.ZipFile, book: BookMargins) -> dict[str, str]:
    """Sheet name → the zip entry that holds it."""
    workbook = next(name for name in archive.namelist() if re.fullmatch(r"xl/workbook\d*\.xml", name))
    targets: dict[str, str] = {}
    rels = f"xl/_rels/{posixpath.basename(workbook)}.rels"
    if rels in archive.namelist():
        for tag, attributes in _elements(archive, rels):
            if tag == "Relationship":
                target = attributes.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
                targets[attributes.get("Id", "")] = posixpath.normpath(path)
    parts: dict[str, str] = {}
    for tag, attributes in _elements(archive, workbook):
        if tag == "workbookPr":
            book.date1904 = attributes.get("date1904", "0") in ("1", "true")
        elif tag == "sheet":
            name = attributes.get("name", "")
            link = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            book.sheets[name] = Margins(hidden=attributes.get("state", "visible") != "visible")
            parts[name] = targets.get(link, "")
    return parts


def _elements(archive: zipfile.ZipFile, part: str) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        found.append((tag.rpartition(":")[2], attributes))

    with archive.open(part) as stream:
        xml = stream.read(_SMALL_PART)
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(xml, True)
    return found


def _scan_sheet(stream: IO[bytes], margins: Margins) -> None:
    """One pass with patterns over the XML: ten times faster than a parser, and enough for attributes."""
    kept, size = b"", _Size()
    while chunk := stream.read(_CHUNK):
        text = kept + chunk
        cut = text.rfind(b"<")  # a tag may be cut in two
        text, kept = (text[:cut], text[cut:]) if cut > 0 else (text, b"")
        _scan_piece(text, margins, size)
    _scan_piece(kept, margins, size)
    size.check()


@dataclass
class _Size:
    row: int = -1
    column: int = 255  # most sheets; only further cells are measured one by one

    def check(self) -> None:
        if (
            self.row >= _MOST_ROWS
            or self.column >= _MOST_COLUMNS
            or (self.row + 1) * self.column > _MOST_CELLS * 5
        ):
            raise GivenUp("too_large", f"row {self.row + 1}, column {self.column + 1}")


def _scan_piece(text: bytes, margins: Margins, size: _Size) -> None:
    _scan_rows(text, margins, size)
    for found in _FAR_CELL.finditer(text):
        letters = re.search(rb"[A-Z]+", found[0])
        assert letters is not None
        size.column = max(size.column, column_number(letters[0][:4].decode()))
    if b"<cols" in text or b":cols" in text:
        for found in _COL.finditer(text):
            _hidden_columns(found[1], margins)
    if b't="e"' in text or b"t='e'" in text:
        for found in _ERROR_CELL.finditer(text):
            place = _REF.search(found[0])
            if place:
                margins.errors.add((int(place[2]) - 1, column_number(place[1].decode())))


def _scan_rows(text: bytes, margins: Margins, size: _Size) -> None:
    if b"hidden" not in text:
        last = text.rfind(b"<row ")
        numbered = _ROW_NUMBER.match(text, last) if last >= 0 else None
        if numbered and int(numbered[1]) < _MOST_ROWS:
            # The usual case: rows are numbered and none is hidden, so the last one tells all.
            size.row = max(size.row, int(numbered[1]) - 1)
            return
    for found in _ROW.finditer(text):
        attributes = found[1]
        number = re.search(rb"\br=[\"'](\d+)[\"']", attributes)
        row = int(number[1]) - 1 if number else size.row + 1
        if row >= _MOST_ROWS and found[0].endswith(b"/>"):
            continue  # an empty formatted row at the end of the sheet
        size.row = row
        if b"hidden" in attributes and re.search(rb"\bhidden=[\"'](1|true)[\"']", attributes):
            margins.hidden_rows.add(row)
        if row >= _MOST_ROWS:
            size.check()


def _hidden_columns(attributes: bytes, margins: Margins) -> None:
    if not re.search(rb"\bhidden=[\"'](1|true)[\"']", attributes):
        return
    first, last = (re.search(rb"\b" + edge + rb"=[\"'](\d+)[\"']", attributes) for edge in (b"min", b"max"))
    if first and last:
        margins.hidden_columns |= set(range(int(first[1]) - 1, min(int(last[1]), _MOST_COLUMNS)))


# --- .ods --------------------------------------------------------------------------------------------------


def read_ods_margins(content: bytes) -> BookMargins:
    """Hidden sheets and rows, merged cells and error cells of an OpenDocument sheet."""
    reader = _OdsReader()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("content.xml") as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
    except (zipfile.BadZipFile, expat.ExpatError, EOFError, OSError, ValueError, KeyError) as broken:
        raise GivenUp("damaged", type(broken).__name__) from None
    return reader.book


class _OdsReader:
    def __init__(self) -> None:
        self.book = BookMargins()
        self._sheet = Margins()
        self._invisible: set[str] = set()  # table styles with display="false"
        self._style = ""
        self._row = self._column = self._repeat = 0
        self._filled = False
        self._depth = 0  # of tables: a table inside a cell is none of ours

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table-cell" or tag == "table:covered-table-cell":
            self._cell(attributes)
        elif tag == "table:table-row":
            self._repeat = _count(attributes, "table:number-rows-repeated")
            self._column, self._filled = 0, False
            if attributes.get("table:visibility", "visible") != "visible" and self._repeat < _MOST_ROWS:
                self._sheet.hidden_rows |= set(range(self._row, self._row + self._repeat))
        elif tag == "table:table":
            self._depth += 1
            if self._depth == 1:
                hidden = attributes.get("table:style-name", "") in self._invisible
                self._sheet = self.book.sheets[attributes.get("table:name", "")] = Margins(hidden=hidden)
                self._row = 0
        elif tag == "style:style":
            self._style = attributes.get("style:name", "")
        elif tag == "style:table-properties" and attributes.get("table:display") == "false":
            self._invisible.add(self._style)

    def _cell(self, attributes: dict[str, str]) -> None:
        repeat = _count(attributes, "table:number-columns-repeated")
        down = _count(attributes, "table:number-rows-spanned")
        across = _count(attributes, "table:number-columns-spanned")
        if (down > 1 or across > 1) and self._row < _MOST_ROWS:
            self._sheet.merges.append(
                (self._row, self._column, self._row + down - 1, self._column + across - 1)
            )
        if "office:value-type" in attributes or "calcext:value-type" in attributes:
            self._filled = True
            if attributes.get("calcext:value-type") == "error":
                self._sheet.errors.add((self._row, self._column))
            if self._column + repeat > _MOST_COLUMNS:
                raise GivenUp("too_large", "columns")
        self._column += repeat

    def end(self, tag: str) -> None:
        if tag == "table:table-row":
            if self._filled and self._row + self._repeat > _MOST_ROWS:
                raise GivenUp("too_large", "rows")
            self._row += self._repeat
        elif tag == "table:table":
            self._depth -= 1


def _count(attributes: dict[str, str], name: str) -> int:
    value = attributes.get(name, "1")
    return max(1, int(value)) if value.isdigit() and len(value) < 9 else 1
