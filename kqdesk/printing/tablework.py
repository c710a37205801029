"""Measures and draws a Grid: every row group becomes one strip that is never cut, and carries the head of its table.

A cell is measured once. The usual cell (one line that fits) costs one cached width and one string; only the others go
through line breaking.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from kqdesk.printing import fonts, textflow
from kqdesk.printing.flow import MM, Frame, Strip
from kqdesk.printing.ink import Ink
from kqdesk.printing.lines import draw_lines
from kqdesk.printing.styles import BLACK, Align, FontFace
from kqdesk.printing.table import Cell, Column, Grid, RowCell

LEADING = 1.25  # line distance inside a cell, in sizes
ABOVE_AND_BELOW = 0.4 * MM
MIDDLE = 0.38  # how far the middle of a hanzi is above its baseline, in sizes


@dataclass(slots=True)
class Placed:
    """A cell with its place in the raster and its text broken to fit; lengths in points."""

    row: int
    column: int
    rows: int
    columns: int
    lines: Sequence[textflow.TextLine]
    size: float
    align: Align
    fill: str | None

    @property
    def height(self) -> float:
        return len(self.lines) * self.size * LEADING + 2 * ABOVE_AND_BELOW if self.lines else 0


@dataclass(slots=True)
class Rows:
    """Rows that stay together: their cells, the heights of the rows, and the left edges of the columns."""

    cells: list[Placed]
    heights: list[float]
    edges: list[float]
    grid: Grid
    tops: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tops = [0.0]
        for height in self.heights:
            self.tops.append(self.tops[-1] + height)

    @property
    def height(self) -> float:
        return self.tops[-1]

    def draw(self, ink: Ink, left: float, top: float) -> None:
        inner: list[tuple[float, float, float, float]] = []
        for cell in self.cells:
            x, to_x = left + self.edges[cell.column], left + self.edges[cell.column + cell.columns]
            y, to_y = top + self.tops[cell.row], top + self.tops[cell.row + cell.rows]
            if cell.fill is not None:
                ink.rect(x, y, to_x - x, to_y - y, 0, fill=cell.fill)
            if cell.lines:
                pad = self.grid.pad * MM
                above = (to_y - y - len(cell.lines) * cell.size * LEADING) / 2
                draw_lines(
                    ink, cell.lines, x + pad, y + above, to_x - x - 2 * pad, cell.align, cell.size * LEADING
                )
            inner.append((x, to_y, to_x, to_y))
            if cell.column + cell.columns < len(self.edges) - 1:
                inner.append((to_x, y, to_x, to_y))
        ink.lines(inner, self.grid.inner)


def column_edges(columns: Sequence[Column], width: float) -> list[float]:
    """Left edges of the columns and the right edge of the last, in points, 0 at the left of the table."""
    fixed = sum(column.mm * MM for column in columns if column.mm is not None)
    shares = sum(column.share for column in columns if column.mm is None)
    each = max(0.0, width - fixed) / shares if shares else 0.0
    edges = [0.0]
    for column in columns:
        edges.append(edges[-1] + (column.mm * MM if column.mm is not None else column.share * each))
    return edges


class Measurer:
    """Fits the cells of one grid into its columns."""

    def __init__(self, grid: Grid, width: float) -> None:
        self.grid = grid
        self.edges = column_edges(grid.columns, width)
        self._single: dict[tuple[str, FontFace, float, float], list[textflow.TextLine]] = {}

    def place(self, given: RowCell, row: int, column: int, *, head: bool) -> Placed:
        """Break the cell's text to the width it covers."""
        cell = given if isinstance(given, Cell) else Cell(given)
        grid, own = self.grid, self.grid.columns[column]
        face = cell.face or (grid.head_face if head else own.face)
        size = cell.size or ((grid.head_size or grid.size) if head else own.size or grid.size)
        align = cell.align or (Align.CENTRE if head else own.align)
        wrap = cell.wrap if cell.wrap is not None else own.wrap and not head
        room = self.edges[column + cell.columns] - self.edges[column] - 2 * grid.pad * MM
        height = (grid.head_mm if head else grid.row_mm) * MM * cell.rows - 2 * ABOVE_AND_BELOW
        height = 1e9 if wrap else height
        setting = textflow.Setting(face, size, BLACK)
        lines: Sequence[textflow.TextLine]
        words = cell.words
        if isinstance(words, str) and "\n" not in words and fonts.width(words, face) * size <= room:
            lines = self._one_line(words, face, size)
            used = size
        else:
            lines, scale = textflow.fitted_lines(
                words, setting, room, grid.floor, height=height, wrap=wrap, leading=LEADING
            )
            used = max(max(line.size for line in lines), size * scale)
        return Placed(
            row,
            column,
            cell.rows,
            cell.columns,
            lines,
            used,
            align,
            cell.fill or (grid.head_fill if head else None),
        )

    def _one_line(self, text: str, face: FontFace, size: float) -> list[textflow.TextLine]:
        if not text:
            return []
        pieces = []
        for name, stretch in fonts.runs(text, face):
            look = textflow.Look(name, size, BLACK, underline=False)
            pieces.append(textflow.Piece(look, stretch, fonts.width(stretch, face) * size))
        return [textflow.TextLine(pieces, sum(piece.width for piece in pieces), 0, closes=True)]

    def groups(self, rows: Sequence[Sequence[RowCell]], least: float, *, head: bool) -> list[Rows]:
        """Row groups tied by merged cells; ``least`` is the least height of a row in points."""
        taken: dict[tuple[int, int], bool] = {}
        found: list[Rows] = []
        cells: list[Placed] = []
        first, tied_to = 0, 0
        count = len(self.grid.columns)
        for number, row in enumerate(rows):
            column = 0
            for given in row:
                while (number, column) in taken:
                    column += 1
                if column >= count:
                    raise ValueError(f"row {number + 1} has more cells than the {count} columns")
                placed = self.place(given, number - first, column, head=head)
                cells.append(placed)
                for down in range(placed.rows):
                    for across in range(placed.columns):
                        taken[number + down, column + across] = True
                tied_to = max(tied_to, number + placed.rows - 1)
                column += placed.columns
            cells += [self.place("", number - first, empty, head=head) for empty in range(column, count) if (number, empty) not in taken]  # fmt: skip
            if number >= tied_to or number == len(rows) - 1:
                found.append(self._rows(cells, number - first + 1, least))
                cells, first, tied_to = [], number + 1, number + 1
        return found

    def _rows(self, cells: list[Placed], count: int, least: float) -> Rows:
        heights = [least] * count
        for cell in sorted(cells, key=lambda cell: cell.rows):
            last = min(cell.row + cell.rows, count)
            cell.rows = last - cell.row
            lacking = cell.height - sum(heights[cell.row : last])
            if lacking > 0:
                heights[last - 1] += lacking
        return Rows(cells, heights, self.edges, self.grid)


def complete_rows(grid: Grid) -> list[Sequence[RowCell]]:
    """The rows with blank ones added and, when asked, numbered."""
    rows: list[Sequence[RowCell]] = list(grid.rows)
    rows += [()] * (grid.blank_to - len(rows))
    if grid.numbered:
        rows = [(str(number), *row) for number, row in enumerate(rows, 1)]
    return rows


def grid_strips(grid: Grid, width: float) -> list[Strip]:
    """The table as strips for the page filler: the head, then one strip for each row (or rows tied together)."""
    measurer = Measurer(grid, width)
    frame = Frame(measurer.edges[-1], grid.outer)
    titles = [[column.title for column in grid.columns]] if grid.head == () else grid.head
    head = (
        None if titles is None else head_strip(measurer.groups(titles, grid.head_mm * MM, head=True), frame)
    )
    strips = [] if head is None else [head]
    for rows in measurer.groups(complete_rows(grid), grid.row_mm * MM, head=False):
        strips.append(Strip(rows.height, rows.draw, head=head, frame=frame))
    if grid.after:
        strips.append(Strip(grid.after * MM, gap=True))
    return strips


def head_strip(joined: list[Rows], frame: Frame) -> Strip:
    """All rows of a head as one strip that is never alone at the foot of a page."""

    def draw(ink: Ink, left: float, top: float) -> None:
        for part in joined:
            part.draw(ink, left, top)
            top += part.height

    return Strip(sum(part.height for part in joined), draw, glued=True, frame=frame)
