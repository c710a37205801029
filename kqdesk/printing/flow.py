"""Fills pages with strips: pieces of a paper that are never cut, one below the other.

A line of text, a row of a table, a gap are strips. Glued strips stay with the next one; a strip with a ``head`` has
it drawn above when it opens a page; strips of one ``frame`` that lie together get one outline around them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kqdesk.kernel.errors import UserError
from kqdesk.printing.ink import Ink

MM = 72 / 25.4  # points in a millimetre

Draw = Callable[[Ink, float, float], None]  # ink, left, top: points from the top left corner of the page


@dataclass(slots=True, eq=False)
class Frame:
    """The outline of a table, in points; compared by identity."""

    width: float
    points: float


@dataclass(slots=True, eq=False)
class Strip:
    """``gap``: only distance, dropped at the top of a page that follows a full one. ``breaks``: what follows begins a page."""

    height: float
    draw: Draw | None = None
    glued: bool = False
    gap: bool = False
    breaks: bool = False
    head: "Strip | None" = None
    frame: Frame | None = None


@dataclass(slots=True)
class Laid:
    """A strip and its top edge on the page, in points below the upper margin."""

    strip: Strip
    top: float


def chunks(strips: Sequence[Strip]) -> Iterator[list[Strip]]:
    """Glued strips with the one they are glued to."""
    together: list[Strip] = []
    for strip in strips:
        together.append(strip)
        if not strip.glued:
            yield together
            together = []
    if together:
        yield together


def fill_pages(strips: Sequence[Strip], room: float) -> list[list[Laid]]:
    """Pages of at most ``room`` points of height; at least one page, even of nothing.

    A row that leaves no room for the head of its table stands alone on its page.
    UserError when one strip alone is higher than a page: nothing is ever cut.
    """
    filler = Filler(room)
    for chunk in chunks(strips):
        filler.add(chunk)
    return filler.pages


class Filler:
    """The page that is being filled."""

    def __init__(self, room: float) -> None:
        self.room = room
        self.pages: list[list[Laid]] = [[]]
        self.used = 0.0
        self._overflowed = False  # the page began because the one before was full, not by a NewPage

    def add(self, chunk: list[Strip]) -> None:
        height = sum(strip.height for strip in chunk)
        opening = chunk[0].head
        if height + (opening.height if opening else 0) > self.room and len(chunk) > 1:
            for strip in chunk:
                self.add([strip])
            return
        if self.pages[-1] and self.used + height > self.room + 0.01:
            self._turn(chunk[0])
        for strip in chunk:
            self._lay(strip)

    def _turn(self, opening: Strip) -> None:
        self.pages.append([])
        self.used = 0.0
        self._overflowed = not opening.breaks
        if opening.head is not None and opening.head.height + opening.height <= self.room:
            self._lay(opening.head)

    def _lay(self, strip: Strip) -> None:
        if strip.breaks:
            if self.used:
                self._turn(strip)
            return
        if strip.gap and self._overflowed and not self.pages[-1]:
            return
        if self.used + strip.height > self.room + 0.01:
            if strip.gap:
                self.used = self.room
                return
            raise UserError("有一处内容太长，一整页也放不下；请把文字改短，或者换大一号的纸再打印。")
        self.pages[-1].append(Laid(strip, self.used))
        self.used += strip.height


def draw_page(ink: Ink, laid: Sequence[Laid], left: float, top: float) -> None:
    """Draw the strips, then the outlines of the tables among them."""
    for piece in laid:
        if piece.strip.draw is not None:
            piece.strip.draw(ink, left, top + piece.top)
    start = 0
    for here in range(1, len(laid) + 1):
        frame = laid[start].strip.frame
        if here < len(laid) and laid[here].strip.frame is frame:
            continue
        if frame is not None:
            bottom = laid[here - 1].top + laid[here - 1].strip.height
            ink.rect(left, top + laid[start].top, frame.width, bottom - laid[start].top, frame.points)
        start = here
