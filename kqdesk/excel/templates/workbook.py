"""Fields in an .xlsx: cell by cell, a row that holds a list repeated with its formats, what is below moved down."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import Any

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.drawing.image import Image as SheetImage
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from kqdesk.excel.templates.fields import lists_in, names_in, put_in, sole
from kqdesk.kernel.child import GivenUp

_MM = 96 / 25.4  # pixels of a millimetre, as Excel counts
_MOST_CELLS = 400_000
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_CELL = re.compile(r"(\$?[A-Za-z]{1,3}\$?)(\d+)")
_RISKY = ("=", "+", "-", "@", "\t", "\r")
Values = Mapping[str, Any]
Lists = Mapping[str, Sequence[Values]]


def texts(content: bytes) -> Iterator[tuple[str, str]]:
    """(where, text) of every cell with text; a cell that has a Chinese name of its own asks for the field of that name."""
    book = _open(content)
    for name, sheet, cell in _named(book):
        yield f"“{sheet.title}”{cell.coordinate}（名称）", f"{{{{{name}}}}}"
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    yield f"“{sheet.title}”{cell.coordinate}", cell.value


def filled(content: bytes, values: Values, lists: Lists) -> bytes:
    """The workbook with its fields filled; formulas of the template stay formulas."""
    book = _open(content)
    for name, _, named in _named(book):
        named.value = f"{{{{{name}}}}}"  # like any other field from here on
    for sheet in book.worksheets:
        _repeat(sheet, lists)
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell, Cell) and isinstance(cell.value, str) and "{{" in cell.value:
                    _fill(sheet, cell, values)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _named(book: openpyxl.Workbook) -> Iterator[tuple[str, Worksheet, Cell]]:
    """Named single cells whose name has a Chinese character: those are fields, the program's own names are not."""
    scopes = [book.defined_names, *(sheet.defined_names for sheet in book.worksheets)]
    for name, one in [found for names in scopes for found in names.items()]:
        if not _CHINESE.search(name):
            continue
        for title, place in one.destinations:
            if ":" not in place and title in book.sheetnames:
                cell = book[title][place.replace("$", "")]
                if isinstance(cell, Cell):
                    yield name, book[title], cell


def _open(content: bytes) -> openpyxl.Workbook:
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), keep_links=False)
    except MemoryError:
        raise
    except Exception as broken:  # noqa: BLE001 -- a foreign file may break the parser anywhere
        raise GivenUp("damaged", type(broken).__name__) from None
    if sum(sheet.max_row * sheet.max_column for sheet in book.worksheets) > _MOST_CELLS:
        raise GivenUp("too_large", "cells")
    return book


def _repeat(sheet: Worksheet, lists: Lists) -> None:
    """From the bottom up, so that rows above keep their numbers."""
    for number in range(sheet.max_row, 0, -1):
        names = [
            name for cell in sheet[number] if isinstance(cell.value, str) for name in names_in(cell.value)
        ]
        wanted = lists_in(names, lists)
        if wanted:
            _expand(sheet, number, wanted, lists)


def _expand(sheet: Worksheet, number: int, wanted: Sequence[str], lists: Lists) -> None:
    count = max(len(lists[name]) for name in wanted)
    merged = [r for r in sheet.merged_cells.ranges if r.min_row == r.max_row == number]
    height = sheet.row_dimensions[number].height
    if count > 1:
        _make_room(sheet, number + 1, count - 1)
    pattern = [(cell.value, cell) for cell in sheet[number]]
    for line in range(max(count, 1)):
        for column, (value, like) in enumerate(pattern, 1):
            _copy_cell(sheet, number, number + line, column, value, like, wanted, lists, line)
        if line:
            sheet.row_dimensions[number + line].height = height
            for one in merged:
                sheet.merge_cells(
                    start_row=number + line,
                    end_row=number + line,
                    start_column=one.min_col,
                    end_column=one.max_col,
                )


def _copy_cell(
    sheet: Worksheet, source: int, row: int, column: int, value: Any, like: Any, wanted: Sequence[str], lists: Lists, line: int
) -> None:  # fmt: skip
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        return
    if isinstance(value, str) and "{{" in value:
        own = {
            f"{name}.{key}": known
            for name in wanted
            for key, known in (lists[name][line] if line < len(lists[name]) else {}).items()
        }
        own |= {f"{name}.序号": line + 1 for name in wanted if line < len(lists[name])}
        alone = sole(value)
        if alone and alone.partition(".")[0] in wanted:
            _write(sheet, cell, own.get(alone))
        else:
            rest = {name for name in names_in(value) if name.partition(".")[0] not in wanted}
            text = put_in(value, lambda name: f"{{{{{name}}}}}" if name in rest else own.get(name))
            _write(sheet, cell, text)
    elif row != source and isinstance(value, str) and value.startswith("="):
        here = f"{get_column_letter(column)}{source}"
        cell.value = Translator(value, origin=here).translate_formula(f"{get_column_letter(column)}{row}")
    elif row != source:
        cell.value = value
    if row != source and like.has_style:
        cell._style = copy(like._style)  # noqa: SLF001 -- openpyxl's own way to keep every format of a cell


def _make_room(sheet: Worksheet, start: int, count: int) -> None:
    """Move everything from row ``start`` down by ``count``: cells, merges, heights, pictures; formulas follow."""
    last = sheet.max_row
    below = [one for one in sheet.merged_cells.ranges if one.min_row >= start]
    for one in below:
        sheet.unmerge_cells(one.coord)
    if last >= start:
        area = f"A{start}:{get_column_letter(sheet.max_column)}{last}"
        sheet.move_range(area, rows=count)
        for number in range(last, start - 1, -1):
            sheet.row_dimensions[number + count].height = sheet.row_dimensions[number].height
            sheet.row_dimensions[number].height = None
    for one in below:
        moved = CellRange(one.coord)
        moved.shift(row_shift=count)
        sheet.merge_cells(moved.coord)
    for image in sheet._images:  # noqa: SLF001 -- openpyxl has no other list of them
        for edge in (getattr(image.anchor, "_from", None), getattr(image.anchor, "to", None)):
            if edge is not None and edge.row >= start - 1:
                edge.row += count
    _follow(sheet, start - 1, count)


def _follow(sheet: Worksheet, number: int, count: int) -> None:
    """Formulas and the print area as if ``count`` rows had been inserted inside row ``number``: sums take them in."""
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith("="):
                tokens = Tokenizer(cell.value).items
                for token in tokens:
                    if token.type == Token.OPERAND and token.subtype == Token.RANGE:
                        token.value = _stretched(token.value, number, count)
                cell.value = "=" + "".join(token.value for token in tokens)
    if sheet.print_area:
        areas = [area.rpartition("!")[2] for area in str(sheet.print_area).split(",")]
        sheet.print_area = ",".join(_stretched(area, number, count) for area in areas)


def _stretched(reference: str, number: int, count: int) -> str:
    """``D3:D3`` → ``D3:D5`` when two rows come under row 3; another sheet's cells stay."""
    if "!" in reference:
        return reference
    ends = reference.split(":")

    def moved(end: str, least: int) -> str:
        found = _CELL.fullmatch(end)
        return f"{found[1]}{int(found[2]) + count}" if found and int(found[2]) >= least else end

    first = moved(ends[0], number + 1)
    return first if len(ends) == 1 else f"{first}:{moved(ends[1], number)}"


def _fill(sheet: Worksheet, cell: Cell, values: Values) -> None:
    text = str(cell.value)
    alone = sole(text)
    if alone:
        _write(sheet, cell, values.get(alone))
    else:
        _write(sheet, cell, put_in(text, values.get))


def _write(sheet: Worksheet, cell: Cell, value: Any) -> None:
    """A value alone in its cell keeps its kind; text that looks like a formula stays text."""
    if hasattr(value, "height_mm"):
        picture = SheetImage(io.BytesIO(value.content))
        scale = value.height_mm * _MM / picture.height
        picture.width, picture.height = round(picture.width * scale), round(picture.height * scale)
        sheet.add_image(picture, cell.coordinate)
        cell.value = None
        return
    cell.value = value
    if isinstance(value, str):
        if value.startswith(_RISKY):
            cell.data_type = "s"
        if value.isdigit() and len(value) > 10:
            cell.number_format = "@"  # an ID number stays whole
    elif value is not None and hasattr(value, "year") and cell.number_format == "General":
        cell.number_format = "yyyy-mm-dd"
