"""Text tables: .csv, .txt and the HTML some systems name .xls → rows of texts. Runs in the child."""

import csv
import io
import re
from collections import Counter
from html.parser import HTMLParser

from kqdesk.kernel.child import GivenUp

_MOST_CELLS = 12_000_000
_DELIMITERS = "\t,;|，"
_SAMPLE = 4_000
_PLAIN_WORDS = re.compile("姓名|身份|电话|手机|证件|地址|性别|出生|学历")
_TRADITIONAL_WORDS = re.compile("姓名|身[份分]|電話|手機|證件|地址|性別|出生|學歷")
_GAP = re.compile(r" {2,}|\u3000+")
_LONG = 4_000  # characters in one field: a quote was never closed


def decode(content: bytes) -> str:
    """UTF-8 or UTF-16 with or without mark, else GB 18030 (which holds GBK and GB 2312)."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    wide = wide_encoding(content) if b"\x00" in content[:65_536] else None
    if wide:
        return content.decode(wide, "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text if encoding == "utf-8-sig" else _traditional(content, text)
    # Cut in the middle of a character, or a few bad bytes: the reading with fewer losses wins.
    return min(
        (content.decode(name, "replace") for name in ("gb18030", "utf-8-sig")),
        key=lambda text: text.count("\ufffd"),
    )


def _traditional(content: bytes, text: str) -> str:
    """Nearly every Big 5 file can be read as GB 18030, too, and is rubbish then: the one with words in it wins."""
    if _PLAIN_WORDS.search(text[:_SAMPLE]):
        return text
    try:
        other = content.decode("big5hkscs")
    except UnicodeDecodeError:
        return text
    return other if _TRADITIONAL_WORDS.search(other[:_SAMPLE]) else text


def wide_encoding(content: bytes) -> str | None:
    """UTF-16 without its mark: the reading in which line ends, tabs, commas and digits make sense."""
    sample = content[: min(len(content), 65_536) & ~1]
    for name in ("utf-16-le", "utf-16-be"):
        text = sample.decode(name, "replace")
        marks = sum(text.count(mark) for mark in "\r\n\t,;0123456789")
        readable = sum(character.isprintable() or character in "\r\n\t\ufeff" for character in text)
        if len(text) and marks * 50 >= len(text) and readable * 50 >= len(text) * 49:
            return name
    return None


def read_text(content: bytes) -> list[tuple[int, list[str]]]:
    """Records with the number of each, from 1, blank records counted."""
    text = decode(content).replace("\x00", "")
    delimiter = _delimiter(text)
    if delimiter not in text and _is_aligned(text):
        text, delimiter = _GAP.sub("\t", text), "\t"
    records = _records(text, delimiter, quoted=True)
    if any(len(cell) > _LONG for _, cells in records for cell in cells):
        records = _records(text, delimiter, quoted=False)
    return records


def _records(text: str, delimiter: str, *, quoted: bool) -> list[tuple[int, list[str]]]:
    csv.field_size_limit(2**31 - 1)
    lines = io.StringIO(text, newline="")
    if quoted:
        reader = csv.reader(lines, delimiter=delimiter)
    else:
        reader = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    records: list[tuple[int, list[str]]] = []
    count = 0
    try:
        for number, cells in enumerate(reader, 1):
            count += len(cells)
            if count > _MOST_CELLS:
                raise GivenUp("too_large", "cells")
            records.append((number, cells))
    except csv.Error as broken:
        raise GivenUp("damaged", str(broken)) from None
    return records


def _is_aligned(text: str) -> bool:
    """Columns kept apart by blanks: nearly every line has the gaps the first one has."""
    lines = [line.strip() for line in text[:200_000].splitlines() if line.strip()][:200]
    counts = Counter(len(_GAP.findall(line)) for line in lines)
    gaps, alike = max(counts.items(), key=lambda pair: pair[1], default=(0, 0))
    return gaps > 0 and len(lines) > 1 and alike * 10 >= len(lines) * 7


def _delimiter(text: str) -> str:
    """The mark that gives the most lines the same number of fields above one."""
    lines = [line for line in text[:200_000].splitlines() if line.strip()][:200]

    def score(mark: str) -> int:
        counts = Counter(line.count(mark) for line in lines)
        counts.pop(0, None)
        return max((lines_alike * min(marks, 20) for marks, lines_alike in counts.items()), default=0)

    best = max(_DELIMITERS, key=score)
    return best if score(best) else ","


# --- HTML --------------------------------------------------------------------------------------------------

_HIDING = re.compile(r"display\s*:\s*none|mso-hide|visibility\s*:\s*hidden", re.I)


class HtmlTable:
    """One ``<table>``: cells by row, merged ranges (first row, first column, last row, last column), hidden rows."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.merges: list[tuple[int, int, int, int]] = []
        self.hidden_rows: set[int] = set()
        self.taken: set[tuple[int, int]] = set()


def read_html(content: bytes) -> list[HtmlTable]:
    """Every outermost table of the page, in order."""
    declared = re.search(rb"charset=[\"']?([\w-]+)", content[:4096], re.I)
    text = ""
    if declared and not content.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        name = declared[1].decode("ascii").lower()
        try:
            text = content.decode("gb18030" if name.startswith("gb") else name)
        except (LookupError, UnicodeDecodeError):
            text = ""
    reader = _TableReader()
    reader.feed(text or decode(content))
    reader.close()
    return reader.tables


class _TableReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[HtmlTable] = []
        self._table: HtmlTable | None = None
        self._depth = 0
        self._cell: list[str] | None = None
        self._spans = (1, 1)
        self._column = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, a row or a cell; missing end tags are common and close what was open."""
        given = {key: value or "" for key, value in attrs}
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self._table = HtmlTable()
                self.tables.append(self._table)
        elif self._table is None or self._depth != 1:
            return
        elif tag == "tr":
            self._close_cell()
            self._table.rows.append([])
            self._column = 0
            if _HIDING.search(given.get("style", "")) or "hidden" in given:
                self._table.hidden_rows.add(len(self._table.rows) - 1)
        elif tag in ("td", "th"):
            self._close_cell()
            self._cell = []
            self._spans = _span(given.get("rowspan", "1")), _span(given.get("colspan", "1"))
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Close a cell, a row or a table."""
        if tag == "table":
            self._close_cell()
            self._depth = max(0, self._depth - 1)
            if self._depth == 0:
                self._table = None
        elif tag in ("td", "th", "tr") and self._depth == 1:
            self._close_cell()

    def handle_data(self, data: str) -> None:
        """Text inside a cell."""
        if self._cell is not None:
            self._cell.append(data)

    def _close_cell(self) -> None:
        if self._cell is None or self._table is None:
            return
        table, cell = (
            self._table,
            re.sub(r"[ \t\r\f]*\n[ \t\r\f]*|[ \t\r\f]+", " ", "".join(self._cell)).strip(),
        )
        self._cell = None
        if not table.rows:
            table.rows.append([])
        row = len(table.rows) - 1
        while (row, self._column) in table.taken:
            self._column += 1
        down, across = self._spans
        if down > 1 or across > 1:
            table.merges.append((row, self._column, row + down - 1, self._column + across - 1))
            if down > 1:
                table.taken |= {(row + r, self._column + c) for r in range(1, down) for c in range(across)}
        cells = table.rows[row]
        cells.extend([""] * (self._column - len(cells)))
        cells.append(cell.replace("\xa0", " ").strip())
        cells.extend([""] * (across - 1))
        self._column += across


def _span(written: str) -> int:
    return min(int(written), 500) if written.isdigit() and int(written) > 0 else 1
