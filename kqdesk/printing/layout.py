"""Turns the blocks of a paper into strips: measures text, fields, rules and standing marks; tables go to tablework."""

from collections.abc import Callable, Sequence
from functools import partial

from kqdesk.printing import textflow
from kqdesk.printing.blocks import Block, Drawing, Fields, Gap, NewPage, Rule, Standing, Text, Together
from kqdesk.printing.flow import MM, Strip
from kqdesk.printing.ink import Ink
from kqdesk.printing.lines import draw_lines
from kqdesk.printing.sheet import Code, Sheet
from kqdesk.printing.sheetwork import draw_marks
from kqdesk.printing.styles import Align, TextStyle
from kqdesk.printing.table import Grid
from kqdesk.printing.tablework import grid_strips


def strips_of(blocks: Sequence[Block], width: float) -> list[Strip]:
    """All blocks in order; ``width`` in points. Sheets are pages of their own and may not come here."""
    strips: list[Strip] = []
    for block in blocks:
        strips += MAKERS[type(block)](block, width)
    return strips


def setting_of(style: TextStyle) -> textflow.Setting:
    return textflow.Setting(style.face, style.size, style.colour, style.indent)


def text_strips(block: Text, width: float) -> list[Strip]:
    style = block.style
    left = style.left * MM
    room = width - left - style.right * MM
    found = [Strip(style.before * MM, gap=True, glued=True)] if style.before else []
    lines = textflow.break_lines(block.words, setting_of(style), room)
    for number, line in enumerate(lines):
        leading = max(style.leading, line.size * 1.2)

        def draw(
            ink: Ink, x: float, top: float, line: textflow.TextLine = line, leading: float = leading
        ) -> None:
            draw_lines(ink, [line], x + left, top, room, style.align, leading)

        # the first two and the last two lines of a paragraph stay together
        glued = style.keep_next or number == 0 < len(lines) - 1 or number == len(lines) - 2
        found.append(Strip(leading, draw, glued=glued))
    if style.after:
        found.append(Strip(style.after * MM, gap=True, glued=style.keep_next))
    return found


def fields_strips(block: Fields, width: float) -> list[Strip]:
    """Rows of label：value; glued together, because they head what follows."""
    each = width / block.columns
    found = []
    for start in range(0, len(block.pairs), block.columns):
        pairs = block.pairs[start : start + block.columns]
        found.append(Strip(block.row_mm * MM, partial(draw_fields, block, pairs, each), glued=True))
    return found


def draw_fields(
    block: Fields, pairs: Sequence[tuple[str, str]], each: float, ink: Ink, left: float, top: float
) -> None:  # fmt: skip
    style = block.style
    setting = setting_of(style)
    for number, (label, value) in enumerate(pairs):
        text = f"{label}：{value}"
        lines, _ = textflow.fitted_lines(
            text, setting, each - 2 * MM, style.size * 0.6, height=block.row_mm * MM, leading=1.05
        )
        leading = block.row_mm * MM / len(lines)
        draw_lines(ink, lines, left + number * each, top, each - 2 * MM, Align.LEFT, leading)


def gap_strips(block: Gap, width: float) -> list[Strip]:
    return [Strip(block.mm * MM, gap=True)]


def rule_strips(block: Rule, width: float) -> list[Strip]:
    def draw(ink: Ink, left: float, top: float) -> None:
        y = top + block.before * MM
        ink.lines([(left, y, left + width, y)], block.points, block.colour)

    return [Strip((block.before + block.after) * MM, draw, glued=True)]


def page_strips(block: NewPage, width: float) -> list[Strip]:
    return [Strip(0, breaks=True)]


def standing_strips(block: Standing, width: float) -> list[Strip]:
    mark = block.mark
    high = mark.mm if isinstance(mark, Code) else mark.height

    def draw(ink: Ink, left: float, top: float) -> None:
        x = left + block.left * MM
        if isinstance(mark, Code):
            ink.code(mark, x, top, mark.mm * MM)
        else:
            ink.picture(mark.source, x, top, mark.width * MM, mark.height * MM)

    return [Strip((high + block.after) * MM, draw)]


def drawing_strips(block: Drawing, width: float) -> list[Strip]:
    def draw(ink: Ink, left: float, top: float) -> None:
        ink.moved(left, top, partial(draw_marks, ink, block.marks, width, block.height * MM))

    return [Strip((block.height + block.after) * MM, draw)]


def together_strips(block: Together, width: float) -> list[Strip]:
    strips = strips_of(block.blocks, width)
    for strip in strips[:-1]:
        strip.glued = True
    return strips


def sheet_strips(block: Sheet, width: float) -> list[Strip]:
    raise TypeError("a Sheet is a page of its own and cannot stand inside Together")


MAKERS: dict[type, Callable[..., list[Strip]]] = {
    Text: text_strips,
    Fields: fields_strips,
    Gap: gap_strips,
    Rule: rule_strips,
    NewPage: page_strips,
    Standing: standing_strips,
    Drawing: drawing_strips,
    Together: together_strips,
    Grid: grid_strips,
    Sheet: sheet_strips,
}
