"""How text on paper looks: faces, alignment and the styles of official Chinese papers.

Sizes are points; the Chinese sizes are given by name: 二号 22, 小二 18, 三号 16, 小三 15, 四号 14, 小四 12, 五号 10.5,
小五 9. Pure descriptions: nothing here loads a font.
"""

from dataclasses import dataclass
from enum import StrEnum


class FontFace(StrEnum):
    """The faces a paper may ask for.

    FANG is drawn with the Kai face: no free 仿宋 with the 8105 listed characters may be shipped (DECISIONS), and the
    Kai face used here was drawn after a 仿宋-like model.
    """

    HEI = "黑体"
    HEI_BOLD = "黑体 粗"
    SONG = "宋体"
    SONG_BOLD = "宋体 粗"
    KAI = "楷体"
    FANG = "仿宋"


class Align(StrEnum):
    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"
    JUSTIFY = "justify"


BLACK = "#000000"
SEAL_RED = "#C8372D"
GREY = "#5B6676"


@dataclass(frozen=True, slots=True)
class TextStyle:
    """``size`` and ``leading`` (line distance) in points; ``indent`` in characters for the first line of each
    paragraph; ``before``, ``after``, ``left`` and ``right`` in millimetres; ``keep_next`` never leaves it alone at
    the foot of a page."""

    face: FontFace = FontFace.SONG
    size: float = 10.5
    leading: float = 16
    align: Align = Align.LEFT
    indent: float = 0
    before: float = 0
    after: float = 0
    left: float = 0
    right: float = 0
    colour: str = BLACK
    keep_next: bool = False


TITLE = TextStyle(FontFace.SONG_BOLD, 22, 32, Align.CENTRE, before=2, after=4, keep_next=True)
SMALL_TITLE = TextStyle(FontFace.SONG_BOLD, 18, 26, Align.CENTRE, before=1, after=3, keep_next=True)
SUBTITLE = TextStyle(FontFace.KAI, 14, 22, Align.CENTRE, after=3, keep_next=True)
HEADING = TextStyle(FontFace.HEI, 14, 24, before=2, after=1, keep_next=True)
BODY = TextStyle(FontFace.FANG, 14, 27, Align.JUSTIFY, indent=2)
LETTER = TextStyle(FontFace.FANG, 16, 30, Align.JUSTIFY, indent=2)
PLAIN = TextStyle(FontFace.SONG, 10.5, 17)
SMALL = TextStyle(FontFace.SONG, 9, 14)
NOTE = TextStyle(FontFace.SONG, 9, 14, before=1.5, colour="#333333")
SIGNATURE = TextStyle(FontFace.FANG, 14, 26, Align.RIGHT, right=12)
LETTERHEAD = TextStyle(FontFace.SONG_BOLD, 26, 38, Align.CENTRE, after=2, colour=SEAL_RED, keep_next=True)
