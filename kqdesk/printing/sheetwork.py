"""Draws the positioned marks of a Sheet."""

from collections.abc import Sequence
from functools import partial

from kqdesk.printing import textflow
from kqdesk.printing.flow import MM
from kqdesk.printing.ink import Ink
from kqdesk.printing.lines import draw_lines
from kqdesk.printing.sheet import Box, Code, Group, Line, Mark, Picture, Rect, Sheet, Vertical


def draw_sheet(ink: Ink, sheet: Sheet, width: float, height: float) -> None:
    """The whole sheet on an open page of ``width`` × ``height`` points."""
    ink.moved(
        sheet.shift[0] * MM,
        sheet.shift[1] * MM,
        partial(draw_over, ink, sheet.marks, sheet.background, width, height),
    )


def draw_over(
    ink: Ink, marks: Sequence[Mark], background: tuple[Mark, ...], width: float, height: float
) -> None:
    """Marks over a background that is stored once in the file."""
    if background:
        ink.background(background, width, height, partial(draw_marks, ink, background, width, height))
    draw_marks(ink, marks, width, height)


def draw_marks(ink: Ink, marks: Sequence[Mark], width: float, height: float) -> None:
    for mark in marks:
        match mark:
            case Box():
                draw_box(ink, mark)
            case Line():
                ends = (mark.x * MM, mark.y * MM, mark.to_x * MM, mark.to_y * MM)
                ink.lines([ends], mark.points, mark.colour, mark.dash)
            case Rect():
                ink.rect(
                    mark.x * MM,
                    mark.y * MM,
                    mark.width * MM,
                    mark.height * MM,
                    mark.points,
                    mark.colour,
                    mark.fill,
                )
            case Picture():
                ink.picture(mark.source, mark.x * MM, mark.y * MM, mark.width * MM, mark.height * MM)
            case Code():
                ink.code(mark, mark.x * MM, mark.y * MM, mark.mm * MM)
            case Group():
                ink.moved(
                    mark.x * MM,
                    mark.y * MM,
                    partial(draw_over, ink, mark.marks, mark.background, width, height),
                )


def draw_box(ink: Ink, box: Box) -> None:
    setting = textflow.Setting(box.face, box.size, box.colour, box.indent)
    width, height = box.width * MM, box.height * MM
    lines, scale = textflow.fitted_lines(
        box.words, setting, width, box.floor, wrap=box.wrap, height=height, leading=box.leading
    )
    size = max((line.size for line in lines), default=0) or box.size * scale
    leading = size * (box.leading if len(lines) > 1 else 1.0)
    used = leading * len(lines)
    spare = {Vertical.TOP: 0.0, Vertical.MIDDLE: (height - used) / 2, Vertical.BOTTOM: height - used}[
        box.vertical
    ]
    draw_lines(ink, lines, box.x * MM, box.y * MM + spare, width, box.align, leading)
