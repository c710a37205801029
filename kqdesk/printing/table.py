"""Tables: a head that repeats on every page, rows that are never cut, text that fits its cell.

    Grid(
        columns=(Column("序号", mm=12), Column("姓名", mm=26, face=FontFace.KAI), Column("住址", align=Align.LEFT)),
        rows=[("1", "阮秋月", "安昌街道"), …],
        blank_to=40,
    )

A column has a fixed width in millimetres or a ``share`` of what is left. A cell that is too long shrinks, down to
``floor`` points, and only then breaks into lines and makes its row higher; with ``wrap`` it breaks at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kqdesk.printing.spans import Words
from kqdesk.printing.styles import Align, FontFace


@dataclass(frozen=True, slots=True)
class Column:
    """``title`` may contain ``\\n``. ``mm`` fixes the width; without it the column takes its ``share``."""

    title: str = ""
    mm: float | None = None
    share: float = 1
    align: Align = Align.CENTRE
    face: FontFace = FontFace.SONG
    size: float | None = None
    wrap: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that differs from its column: merged over ``columns`` × ``rows``, another face, alignment or fill.

    The cells it covers are simply left out of their rows, as in HTML. Rows tied by a merged cell stay on one page.
    """

    words: Words = ""
    columns: int = 1
    rows: int = 1
    align: Align | None = None
    face: FontFace | None = None
    size: float | None = None
    fill: str | None = None
    wrap: bool | None = None


RowCell = str | Cell


@dataclass(frozen=True, slots=True)
class Grid:
    """``head``: rows of the head; () makes one row of the column titles, None makes no head at all.

    ``row_mm`` and ``head_mm`` are least heights. ``blank_to`` adds empty rows until there are that many; when
    ``numbered`` the first column counts from 1, blank rows too, and the rows are given without it.
    ``size``, ``floor`` and the line widths are points; ``pad`` (mm) is the room left and right of the text.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[RowCell]]
    head: Sequence[Sequence[RowCell]] | None = ()
    row_mm: float = 8
    head_mm: float = 9
    blank_to: int = 0
    numbered: bool = False
    size: float = 10.5
    floor: float = 6.5
    head_face: FontFace = FontFace.HEI
    head_size: float | None = None
    head_fill: str | None = None
    inner: float = 0.5
    outer: float = 1.0
    pad: float = 1.0
    after: float = 0
