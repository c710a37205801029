"""Things at fixed places on a sheet: certificates, admission tickets, desk slips, labels.

All positions are millimetres from the **top left** corner of the sheet (of the group inside a group). What is the same
on a thousand sheets goes into ``background``: give all sheets the *same tuple object* and it is stored once in the file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kqdesk.printing.spans import Words
from kqdesk.printing.styles import BLACK, SEAL_RED, Align, FontFace


class Vertical(StrEnum):
    TOP = "top"
    MIDDLE = "middle"
    BOTTOM = "bottom"


@dataclass(frozen=True, slots=True)
class Box:
    """Text in a rectangle. A single line shrinks to fit the width, down to ``floor`` points, then breaks; with
    ``wrap`` it breaks into lines at once and shrinks only when the lines are higher than the box.

    ``size`` points; ``leading`` is the line distance in sizes; ``indent`` in characters.
    """

    x: float
    y: float
    width: float
    height: float
    words: Words
    face: FontFace = FontFace.SONG
    size: float = 12
    align: Align = Align.LEFT
    vertical: Vertical = Vertical.MIDDLE
    wrap: bool = False
    floor: float = 6
    leading: float = 1.4
    indent: float = 0
    colour: str = BLACK


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG or PNG (path or bytes), whole and undistorted in the middle of its rectangle. A picture that cannot be
    read raises UserError."""

    x: float
    y: float
    width: float
    height: float
    source: Path | bytes


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code of ``mm`` × ``mm`` (without quiet zone: leave 2 mm), error level M unless said otherwise."""

    x: float
    y: float
    mm: float
    text: str
    level: str = "M"


@dataclass(frozen=True, slots=True)
class Line:
    """From (x, y) to (to_x, to_y); ``dash`` in points, 0 = solid (cutting lines: 3)."""

    x: float
    y: float
    to_x: float
    to_y: float
    points: float = 0.5
    colour: str = BLACK
    dash: float = 0


@dataclass(frozen=True, slots=True)
class Rect:
    """An outline of ``points`` (0 = none) and a fill (None = none)."""

    x: float
    y: float
    width: float
    height: float
    points: float = 0.5
    colour: str = BLACK
    fill: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Marks moved by (x, y): one ticket among several on a sheet. ``background`` as for Sheet."""

    x: float
    y: float
    marks: "Sequence[Mark]"
    background: "tuple[Mark, ...]" = ()


Mark = Box | Picture | Code | Line | Rect | Group


@dataclass(frozen=True, slots=True)
class Sheet:
    """One whole page of positioned marks: paper size, margins and page number of the part do not apply, except that
    the sheet takes the part's paper. ``shift`` moves everything (millimetres), for a printer that feeds askew."""

    marks: Sequence[Mark]
    background: tuple[Mark, ...] = ()
    shift: tuple[float, float] = (0, 0)


def red_rule(x: float, y: float, width: float) -> tuple[Mark, ...]:
    """The double seal-red rule of a certificate or letterhead: a thick line and a thin one below."""
    return (
        Line(x, y, x + width, y, 2.0, SEAL_RED),
        Line(x, y + 1.3, x + width, y + 1.3, 0.6, SEAL_RED),
    )


def tile(
    cards: Sequence[Sequence[Mark]],
    *,
    card: tuple[float, float],
    across: int,
    down: int,
    origin: tuple[float, float],
    gap: tuple[float, float] = (0, 0),
    background: tuple[Mark, ...] = (),
) -> list[Sheet]:
    """Lay equal cards (each drawn from its own top left corner) on as few sheets as possible, row by row.

    ``card`` width and height, ``origin`` of the first, ``gap`` between two, all in millimetres.
    """
    sheets = []
    for start in range(0, len(cards), across * down):
        groups = []
        for place, marks in enumerate(cards[start : start + across * down]):
            row, column = divmod(place, across)
            x = origin[0] + column * (card[0] + gap[0])
            y = origin[1] + row * (card[1] + gap[1])
            groups.append(Group(x, y, marks, background))
        sheets.append(Sheet(tuple(groups)))
    return sheets
