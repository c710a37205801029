"""Draws broken lines of text: alignment, justification, underlines."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from kqdesk.printing.fonts import font
from kqdesk.printing.ink import UNDERLINE_DROP, UNDERLINE_POINTS, Ink
from kqdesk.printing.styles import Align
from kqdesk.printing.textflow import Piece, TextLine, in_word

BASE = 0.88  # of the size: from the top of a hanzi's square to its baseline
STRETCH = 0.25  # of the size: a line that would need wider gaps is left ragged


def draw_lines(
    ink: Ink, lines: Sequence[TextLine], left: float, top: float, width: float, align: Align, leading: float
) -> None:  # fmt: skip
    """``leading`` is the line distance in points; each line's square stands in the middle of it."""
    for number, line in enumerate(lines):
        if line.pieces:
            square = line.size
            base = top + number * leading + (leading - square) / 2 + BASE * square
            draw_line(ink, line, left, base, width, align)


def draw_line(ink: Ink, line: TextLine, left: float, base: float, width: float, align: Align) -> None:
    """One line on the baseline ``base``."""
    x = left + line.indent
    spare = width - line.indent - line.width
    pieces, extra = line.pieces, 0.0
    if align is Align.CENTRE:
        x += spare / 2
    elif align is Align.RIGHT:
        x += spare
    elif align is Align.JUSTIFY and not line.closes:
        parted = [part for piece in pieces for part in parted_at_words(piece)]
        gaps = sum(gaps_in(part) for part in parted) - 1
        if gaps > 0 and 0 < spare / gaps <= line.size * STRETCH:
            pieces, extra = parted, spare / gaps
    for piece in pieces:
        look = piece.look
        wide = piece.width + extra * gaps_in(piece)
        spacing = 0.0 if is_word(piece) else extra
        ink.text(x, base, piece.text, look.font, look.size, look.colour, spacing)
        if look.underline:
            down = base + look.size * UNDERLINE_DROP
            ink.lines([(x, down, x + wide, down)], UNDERLINE_POINTS, look.colour)
        x += wide


def is_word(piece: Piece) -> bool:
    return in_word(piece.text[0])


def gaps_in(piece: Piece) -> int:
    """Places where justifying may widen: after each hanzi, after each word, never inside a word or number."""
    return 1 if is_word(piece) else len(piece.text)


def parted_at_words(piece: Piece) -> Iterator[Piece]:
    """The piece cut where words and numbers begin and end."""
    known = font(piece.look.font).widths if piece.look.font else {}
    for _, stretch in groupby(piece.text, key=in_word):
        text = "".join(stretch)
        yield Piece(piece.look, text, sum(known.get(sign, 1000) for sign in text) * piece.look.size / 1000)
