"""Makes the bytes of a PDF from parts. Loaded by ``document`` when something is printed for the first time.

All glyphs are looked up while the file is still in memory: a character that no font has stops the paper by name before
anything is written.
"""

import threading
from collections.abc import Sequence
from io import BytesIO

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.progress import Progress
from kqdesk.printing import fonts, textflow
from kqdesk.printing.blocks import Block, Page, Part
from kqdesk.printing.flow import MM, Laid, draw_page, fill_pages
from kqdesk.printing.ink import Ink
from kqdesk.printing.layout import strips_of
from kqdesk.printing.lines import draw_lines
from kqdesk.printing.sheet import Sheet
from kqdesk.printing.sheetwork import draw_sheet
from kqdesk.printing.styles import GREY, Align, FontFace
from kqdesk.printing.watermark import mark

HEADER_GAP = 4 * MM
FURNITURE = textflow.Setting(FontFace.SONG, 9, GREY)

one_at_a_time = threading.Lock()  # reportlab's fonts remember the file they are being put into

PageContent = Sheet | list[Laid]


def render(title: str, parts: Sequence[Part], author: str, progress: Progress) -> tuple[bytes, int]:
    """The PDF and its number of pages. The same parts give the same bytes.

    UserError names every character that cannot be drawn; Cancelled comes from ``progress``.
    """
    with one_at_a_time:
        target = BytesIO()
        ink = Ink(target, title, author)
        pages = 0
        for number, part in enumerate(parts):
            progress.step(number, len(parts), part.bookmark)
            pages += draw_part(ink, part)
        if ink.lacking:
            raise UserError(lacking_sentence(list(ink.lacking)))
        ink.save()
    progress.step(len(parts), len(parts))
    return target.getvalue(), pages


def lacking_sentence(characters: Sequence[str]) -> str:
    named = "、".join(fonts.said(character) for character in characters[:8])
    more = f"等 {len(characters)} 个字" if len(characters) > 8 else ""
    return f"字体里没有{named}{more}，所以没有打印。请核对这个字是否输入正确，确认无误可先用同音字代替并手写更正。"


def draw_part(ink: Ink, part: Part) -> int:
    page = part.page
    width, height = page.width * MM, page.height * MM
    contents = paged(part, width, height)
    for number, content in enumerate(contents, 1):
        ink.open_page(width, height, part.bookmark if number == 1 else "")
        if mark():
            ink.watermark(mark(), width, height)
        if isinstance(content, Sheet):
            draw_sheet(ink, content, width, height)
        else:
            draw_page(ink, content, page.margins.left * MM, page.margins.top * MM)
            draw_furniture(ink, page, number, len(contents))
        ink.close_page()
    return len(contents)


def paged(part: Part, width: float, height: float) -> list[PageContent]:
    """Pages in order; every Sheet is one, the blocks between two sheets flow."""
    margins = part.page.margins
    room = height - (margins.top + margins.bottom) * MM
    across = width - (margins.left + margins.right) * MM
    contents: list[PageContent] = []
    flowing: list[Block] = []
    for block in part.blocks:
        if not isinstance(block, Sheet):
            flowing.append(block)
            continue
        if flowing:
            contents += fill_pages(strips_of(flowing, across), room)
            flowing = []
        contents.append(block)
    if flowing or not contents:
        contents += fill_pages(strips_of(flowing, across), room)
    return contents


def draw_furniture(ink: Ink, page: Page, number: int, count: int) -> None:
    """Header, footer and page number in the margins."""
    left, right = page.margins.left * MM, (page.width - page.margins.right) * MM
    above = page.margins.top * MM - HEADER_GAP - 9
    below = (page.height - page.margins.bottom) * MM + 5 * MM
    for text, y, align in (
        (page.header_left, above, Align.LEFT),
        (page.header_right, above, Align.RIGHT),
        (page.footer, below, Align.LEFT),
        (
            f"第 {page.before + number} 页 共 {page.total or count} 页" if page.numbered else "",
            below,
            Align.CENTRE,
        ),
    ):
        if text:
            lines, _ = textflow.fitted_lines(text, FURNITURE, right - left, 4, height=11)
            draw_lines(ink, lines[:1], left, y, right - left, align, 10.8)
    if page.header_left or page.header_right:
        y = above + 13
        ink.lines([(left, y, right, y)], 0.4, GREY)


def missing(text: str, face: FontFace) -> list[str]:
    """See document.missing_glyphs."""
    return fonts.missing(text, face)
