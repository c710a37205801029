"""A form that can be read back: where its boxes are, and what is printed so that a picture of it can be straightened.

Lengths are millimetres from the top left corner of an upright A4 page. Every such form has the same frame: four corner
marks and the code twice, at the top right and at the bottom left, so that one stain or one torn corner spoils nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kqdesk.printing.sheet import Code, Mark, Rect

PAPER = (210.0, 297.0)
PREFIX = "KQS1"
"""How the text of a code begins; a new frame gets a new number."""

CORNER_MM = 8.0
CORNERS: tuple[tuple[float, float], ...] = ((10.0, 10.0), (192.0, 10.0), (192.0, 279.0), (10.0, 279.0))
"""Top left corner of the corner marks 0–3, clockwise from the top left of the page."""

CODE_MM = 20.0
CODES: tuple[tuple[float, float], ...] = ((168.5, 10.0), (21.5, 267.0))
"""Top left corner of the two equal codes."""

# ArUco 4x4_50, numbers 0-3, without their black border: 1 is a white module.
_PATTERNS = (
    ("1011", "0101", "0011", "0010"),
    ("0000", "1111", "1001", "1010"),
    ("0011", "0011", "0010", "1101"),
    ("1001", "1001", "0100", "0110"),
)


class Kind(StrEnum):
    """What may be in a box. ``PRINT`` holds only what was printed there; ``NOTE`` is for free words."""

    PRINT = "print"
    SIGN = "sign"
    TICK = "tick"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle on the page."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class FormLayout:
    """The boxes of one kind of form: ``rows`` of boxes from left to right, their ``kinds`` the same in every row.

    ``key`` stands in the code, so that a page brings along where its boxes are.
    """

    key: str
    kinds: tuple[Kind, ...]
    rows: tuple[tuple[Area, ...], ...]

    def strip(self, row: int) -> Area:
        """A whole row, from its first box to its last."""
        first, last = self.rows[row][0], self.rows[row][-1]
        return Area(first.x, first.y, last.x + last.width - first.x, first.height)


def frame(text: str) -> tuple[Mark, ...]:
    """Corner marks and codes of a page whose code says ``text``."""
    marks: list[Mark] = []
    for pattern, (x, y) in zip(_PATTERNS, CORNERS, strict=True):
        marks += _corner(pattern, x, y)
    level = "Q" if len(text) <= 87 else "M"  # 87: the most that fits 37 modules at level Q
    return (*marks, *(Code(x, y, CODE_MM, text, level) for x, y in CODES))


def _corner(pattern: Sequence[str], x: float, y: float) -> list[Mark]:
    """A black square with its white modules; runs of a row are one rectangle."""
    module = CORNER_MM / 6
    marks: list[Mark] = [Rect(x, y, CORNER_MM, CORNER_MM, 0, fill="#000000")]
    for down, line in enumerate(pattern, 1):
        start = line.find("1")
        while start >= 0:
            end = line.find("0", start)
            end = len(line) if end < 0 else end
            left, top = x + (start + 1) * module, y + down * module
            marks.append(Rect(left, top, (end - start) * module, module, 0, fill="#FFFFFF"))
            start = line.find("1", end)
    return marks


def code_text(layout: FormLayout, content: str) -> str:
    """What the code of a form says. ``content`` uses the letters, digits and ``$%*+-./:`` of a dense QR code."""
    return f"{PREFIX}/{layout.key}/{content}"


def code_parts(text: str) -> tuple[str, str] | None:
    """Layout key and content of a code's text; None when it is no code of ours."""
    prefix, _, rest = text.partition("/")
    key, slash, content = rest.partition("/")
    return (key, content) if prefix == PREFIX and slash and key else None
