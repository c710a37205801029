"""What a flowing paper is made of: blocks one below the other, parts with their own page numbers.

Frozen descriptions without behaviour, so that a paper can be built and compared in a test without drawing it. All
lengths are millimetres unless a name says points. ``\\n`` in a text starts a new paragraph.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from kqdesk.printing.sheet import Code, Mark, Picture, Sheet
from kqdesk.printing.spans import Span, Words
from kqdesk.printing.styles import PLAIN, SEAL_RED, TextStyle
from kqdesk.printing.table import Grid

__all__ = [
    "A4", "A5", "Block", "Drawing", "Fields", "Gap", "Margins", "NewPage", "Page", "Part", "Rule", "Span", "Standing", "Text",
    "Together", "Words",
]  # fmt: skip

A4 = (210.0, 297.0)
A5 = (148.0, 210.0)


@dataclass(frozen=True, slots=True)
class Text:
    """Paragraphs in one style; spans inside may have another face, size or an underline."""

    words: Words
    style: TextStyle = PLAIN


@dataclass(frozen=True, slots=True)
class Fields:
    """Label-and-value pairs in columns of equal width, e.g. 班级 · 培训师 · 地点 above a table. Long values shrink."""

    pairs: Sequence[tuple[str, str]]
    columns: int = 3
    style: TextStyle = PLAIN
    row_mm: float = 6.5


@dataclass(frozen=True, slots=True)
class Gap:
    mm: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal line over the whole width: the red rule under a letterhead when nothing is said."""

    points: float = 1.5
    colour: str = SEAL_RED
    before: float = 1
    after: float = 3


@dataclass(frozen=True, slots=True)
class NewPage:
    pass


@dataclass(frozen=True, slots=True)
class Standing:
    """A picture or code standing in the flow, at ``left`` millimetres from the margin (its own x, y are ignored)."""

    mark: Code | Picture
    left: float = 0
    after: float = 2


@dataclass(frozen=True, slots=True)
class Drawing:
    """Marks standing in the flow, ``height`` millimetres high; their places count from its top left corner at the margin."""

    marks: Sequence[Mark]
    height: float
    after: float = 2


@dataclass(frozen=True, slots=True)
class Together:
    """Blocks that stay on one page, e.g. the last sentence with the signature lines."""

    blocks: "Sequence[Block]"


Block = Text | Fields | Gap | Rule | NewPage | Standing | Drawing | Together | Grid | Sheet


@dataclass(frozen=True, slots=True)
class Margins:
    top: float = 20
    right: float = 18
    bottom: float = 18
    left: float = 18


@dataclass(frozen=True, slots=True)
class Page:
    """Paper, margins and what stands on every page. ``footer`` is at the left of the foot; the page number
    “第 n 页 共 m 页” in the middle, unless ``numbered`` is off."""

    size: tuple[float, float] = A4
    landscape: bool = False
    margins: Margins = field(default_factory=Margins)
    header_left: str = ""
    header_right: str = ""
    footer: str = ""
    numbered: bool = True
    before: int = 0
    """Pages of the parts before, when the file's pages are counted through; ``total`` is then how many there are."""
    total: int = 0

    @property
    def width(self) -> float:
        return max(self.size) if self.landscape else self.size[0]

    @property
    def height(self) -> float:
        return min(self.size) if self.landscape else self.size[1]


@dataclass(frozen=True, slots=True)
class Part:
    """Blocks that begin on a page of their own and count their own pages; ``bookmark`` lists it in the reader's
    outline. A hundred class lists in one file are a hundred parts."""

    blocks: Sequence[Block]
    page: Page = field(default_factory=Page)
    bookmark: str = ""
