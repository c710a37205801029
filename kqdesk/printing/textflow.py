"""Breaks text into lines as Chinese does, over runs of several fonts.

A line may break between any two hanzi, but not before a closing mark (，。）》) nor after an opening one (（《“); words
and numbers stay whole unless they alone are longer than the line.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kqdesk.printing import fonts
from kqdesk.printing.spans import Span, Words
from kqdesk.printing.styles import FontFace

NOT_FIRST = frozenset("，。、；：？！）》」』】〉〕〗”’…—～·％%℃,.;:?!)]}")
NOT_LAST = frozenset("（《「『【〈〔〖“‘([{￥¥")

GAIN = 1.15  # several lines must be this much larger to be worth more than one
CRAMPED = 0.78  # a single line that must shrink below this looks worse than two larger ones


@dataclass(frozen=True, slots=True)
class Look:
    """How a stretch of characters is drawn; size in points."""

    font: str
    size: float
    colour: str
    underline: bool


@dataclass(slots=True)
class Piece:
    """A stretch of one look inside a line."""

    look: Look
    text: str
    width: float


@dataclass(slots=True)
class TextLine:
    """``closes``: it ends a paragraph, so justifying leaves it alone. ``indent`` in points."""

    pieces: list[Piece]
    width: float
    indent: float
    closes: bool

    @property
    def size(self) -> float:
        return max((piece.look.size for piece in self.pieces), default=0)


@dataclass(frozen=True, slots=True)
class Setting:
    """The look of the text around the spans: face, size in points, colour, first-line indent in characters."""

    face: FontFace
    size: float
    colour: str
    indent: float = 0


def spans_of(words: Words) -> Iterator[Span]:
    for part in (words,) if isinstance(words, (str, Span)) else words:
        yield Span(part) if isinstance(part, str) else part


@dataclass(slots=True)
class Glyphs:
    """One paragraph, character by character."""

    characters: list[str]
    looks: list[Look]
    widths: list[float]

    def add(self, text: str, span: Span, setting: Setting, scale: float) -> None:
        size = (span.size or setting.size) * scale
        face = span.face or setting.face
        for name, stretch in fonts.runs(text, face):
            look = Look(name, size, span.colour or setting.colour, span.underline)
            self.characters += stretch
            self.looks += [look] * len(stretch)
            if name == fonts.LACKING:
                self.widths += [size] * len(stretch)
            else:
                known = fonts.font(name).widths
                self.widths += [known[character] * size / 1000 for character in stretch]


def paragraphs(words: Words, setting: Setting, scale: float = 1) -> list[Glyphs]:
    """Cut at ``\\n``; spans may run over the cut."""
    found = [Glyphs([], [], [])]
    for span in spans_of(words):
        for number, text in enumerate(span.text.split("\n")):
            if number:
                found.append(Glyphs([], [], []))
            found[-1].add(text, span, setting, scale)
    return found


def in_word(character: str) -> bool:
    """Latin letters, digits and what stands inside numbers and codes: never parted."""
    return "!" <= character <= "~" or "\u00c0" <= character <= "\u024f"


def atoms(glyphs: Glyphs) -> Iterator[tuple[int, int]]:
    """Stretches [start, end) between which a line may break."""
    characters = glyphs.characters
    start = 0
    for here in range(1, len(characters)):
        before, after = characters[here - 1], characters[here]
        tied = (
            after in NOT_FIRST
            or before in NOT_LAST
            or (in_word(before) and in_word(after))
            or (after == " " and not glyphs.looks[here].underline)
        )
        if not tied:
            yield start, here
            start = here
    if characters:
        yield start, len(characters)


def break_lines(words: Words, setting: Setting, width: float, scale: float = 1) -> list[TextLine]:
    """Lines of at most ``width`` points; an empty text gives one empty line."""
    lines: list[TextLine] = []
    for glyphs in paragraphs(words, setting, scale):
        indent = setting.indent * setting.size * scale
        lines += break_paragraph(glyphs, indent, width)
    return lines


def break_paragraph(glyphs: Glyphs, indent: float, width: float) -> list[TextLine]:
    lines: list[TextLine] = []
    room = width - indent + 0.01
    start = end = 0
    used = 0.0
    for first, last in pieces_that_fit(glyphs, width):
        wide = sum(glyphs.widths[first:last])
        bare = wide - trailing_blanks(glyphs, first, last)
        if used + bare > room and end > start:
            lines.append(line_of(glyphs, start, end, 0 if lines else indent, closes=False))
            start, used, room = first, 0.0, width + 0.01
        used += wide
        end = last
    lines.append(line_of(glyphs, start, end, 0 if lines else indent, closes=True))
    return lines


def pieces_that_fit(glyphs: Glyphs, width: float) -> Iterator[tuple[int, int]]:
    """The atoms; one wider than a whole line is cut between characters."""
    for first, last in atoms(glyphs):
        if sum(glyphs.widths[first:last]) <= width:
            yield first, last
        else:
            yield from ((place, place + 1) for place in range(first, last))


def trailing_blanks(glyphs: Glyphs, first: int, last: int) -> float:
    """Width of the plain spaces at the end of a stretch: they may hang over the edge."""
    hanging = 0.0
    while last > first and glyphs.characters[last - 1] == " " and not glyphs.looks[last - 1].underline:
        last -= 1
        hanging += glyphs.widths[last]
    return hanging


def line_of(glyphs: Glyphs, start: int, end: int, indent: float, *, closes: bool) -> TextLine:
    while end > start and trailing_blanks(glyphs, end - 1, end) and not closes:
        end -= 1
    pieces: list[Piece] = []
    for place in range(start, end):
        look = glyphs.looks[place]
        if pieces and pieces[-1].look == look:
            pieces[-1].text += glyphs.characters[place]
            pieces[-1].width += glyphs.widths[place]
        else:
            pieces.append(Piece(look, glyphs.characters[place], glyphs.widths[place]))
    return TextLine(pieces, sum(piece.width for piece in pieces), indent, closes)


def fitting_scale(wide: float, room: float, size: float, floor: float) -> float:
    """The factor (≤ 1) that brings a line of ``wide`` points into ``room``, never below ``floor`` points."""
    if wide <= room or wide <= 0:
        return 1.0
    return max(room / wide, min(1.0, floor / size))


def fitted_lines(
    words: Words,
    setting: Setting,
    width: float,
    floor: float,
    *,
    height: float,
    wrap: bool = False,
    leading: float = 1.25,
) -> tuple[Sequence[TextLine], float]:
    """The lines of a text in a field of ``width`` × ``height`` points, and the scale they were drawn at.

    One line that shrinks a little is best; when it would shrink to less than ``CRAMPED``, several larger lines that
    stand in the height are better. Nothing goes below ``floor`` points: then the lines may be higher than the field.
    ``wrap`` breaks lines at full size first. ``leading`` is the line distance in sizes.
    """
    key = words if isinstance(words, (str, Span)) else tuple(words)
    return _fitted(key, setting, width, floor, height, wrap, leading)


@lru_cache(maxsize=20_000)
def _fitted(
    words: Words, setting: Setting, width: float, floor: float, height: float, wrap: bool, leading: float
) -> tuple[Sequence[TextLine], float]:  # fmt: skip
    least = min(1.0, floor / setting.size)
    single = 0.0
    if not wrap:
        widest = max(sum(glyphs.widths) for glyphs in paragraphs(words, setting))
        single = fitting_scale(widest + setting.indent * setting.size, width, setting.size, floor)
        lines = break_lines(words, setting, width, single)
        if single >= CRAMPED and stands(lines, setting.size * single * leading, height):
            return lines, single
    scale = 1.0
    lines = break_lines(words, setting, width, scale)
    while scale > max(least, single) and not stands(lines, setting.size * scale * leading, height):
        scale = max(least, single, scale - 0.04)
        lines = break_lines(words, setting, width, scale)
    if single * GAIN > scale:
        return break_lines(words, setting, width, single), single
    return lines, scale


def stands(lines: Sequence[TextLine], distance: float, height: float) -> bool:
    return len(lines) * distance <= height + 0.01
