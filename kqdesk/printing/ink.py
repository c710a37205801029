"""Draws on one PDF file: text, lines, rectangles, pictures, codes, in points from the top left corner of the page.

Everything but text is written at once as plain PDF operators; the text of a page follows in a single text object. That
is what makes a thousand certificates quick: no state is saved and restored for each string.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError
from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from kqdesk.kernel.errors import UserError
from kqdesk.printing import fonts
from kqdesk.printing.codes import qr_path
from kqdesk.printing.sheet import Code
from kqdesk.printing.styles import BLACK, FontFace

rl_config.useA85 = 0  # binary streams: a fifth smaller and quicker than reportlab's default of printable ones

WATERMARK = "#F7DEDE"  # light enough that no reader takes it for ink
UNDERLINE_DROP = 0.16  # of the size, below the baseline
UNDERLINE_POINTS = 0.6


@dataclass(slots=True)
class Drawn:
    """One string waiting for the text object of its page; ``spacing`` is extra points after each character."""

    font: str
    size: float
    colour: str
    x: float
    y: float
    text: str
    spacing: float


class StoredPicture(ImageReader):  # type: ignore[misc]  # -- reportlab ships no types
    """A picture whose JPEG bytes go into the file as they are; reportlab would unpack them only to name them."""

    def getRGBData(self) -> bytes:
        if self._image.format == "JPEG":
            self._dataA = None
            self.mode = self._image.mode
            return bytes(self.fp.getvalue())
        return bytes(super().getRGBData())


@lru_cache(maxsize=64)
def rgb(colour: str) -> str:
    """#RRGGBB as the three numbers PDF wants."""
    return " ".join(f"{int(colour[place : place + 2], 16) / 255:.3g}" for place in (1, 3, 5))


def number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


class Ink:
    """The pen over one growing PDF. ``lacking`` collects the characters that no font could draw."""

    def __init__(self, target: BytesIO, title: str, author: str) -> None:
        self.canvas: Any = Canvas(target, invariant=1, pageCompression=1)
        self.canvas.setTitle(title)
        self.canvas.setAuthor(author)
        self.canvas.setCreator("kqdesk")
        self.lacking: dict[str, None] = {}
        self._height = 0.0
        self._left = self._top = 0.0
        self._waiting: list[Drawn] = []
        self._forms: dict[tuple[int, float, float], tuple[object, str]] = {}
        self._pictures: dict[Path | bytes, tuple[StoredPicture, float, float]] = {}

    # ── pages ──

    def open_page(self, width: float, height: float, bookmark: str = "") -> None:
        self._height = height
        self._left = self._top = 0.0
        self.canvas.setPageSize((width, height))
        if bookmark:
            key = f"part{self.canvas.getPageNumber()}"
            self.canvas.bookmarkPage(key)
            self.canvas.addOutlineEntry(bookmark, key)

    def watermark(self, words: str, width: float, height: float) -> None:
        """Words across the page, under everything: pale, so that marks on the sheet are still read by a scanner."""
        pen, name = self.canvas, fonts.CHAINS[FontFace.HEI][0]
        fonts.font(name)
        size = min(width, height) * 0.36
        pen.saveState()
        pen.setFillColor(WATERMARK)
        pen.translate(width / 2, height / 2)
        pen.rotate(35)
        pen.setFont(name, size)
        pen.drawCentredString(0, -size * 0.35, words)
        pen.restoreState()

    def close_page(self) -> None:
        self._write_text()
        self.canvas.showPage()

    def save(self) -> None:
        self.canvas.save()

    def moved(self, x: float, y: float, draw: Callable[[], None]) -> None:
        """Draw with the origin moved by (x, y) points."""
        self._left += x
        self._top += y
        draw()
        self._left -= x
        self._top -= y

    def background(self, marks: object, width: float, height: float, draw: Callable[[], None]) -> None:
        """Draw ``marks`` with ``draw`` once, and from then on refer to it. The same *object* is the same background."""
        key = (id(marks), width, height)
        if key not in self._forms:
            name = f"background{len(self._forms) + 1}"
            self._forms[key] = (marks, name)  # held, so that its id cannot be used again
            kept = self._height, self._left, self._top, self._waiting
            self._height, self._left, self._top, self._waiting = height, 0.0, 0.0, []
            self.canvas.beginForm(name, 0, 0, width, height)
            draw()
            self._write_text()
            self.canvas.endForm()
            self._height, self._left, self._top, self._waiting = kept
        shift = self._height - height - self._top
        self.canvas.addLiteral(f"q 1 0 0 1 {number(self._left)} {number(shift)} cm")
        self.canvas.doForm(self._forms[key][1])
        self.canvas.addLiteral("Q")

    # ── marks ──

    def text(
        self, x: float, y: float, text: str, font: str, size: float, colour: str = BLACK, spacing: float = 0
    ) -> None:  # fmt: skip
        """``y`` is the baseline."""
        if font == fonts.LACKING:
            self.lacking.update(dict.fromkeys(text))
            return
        self._waiting.append(
            Drawn(font, size, colour, x + self._left, self._height - y - self._top, text, spacing)
        )

    def lines(self, ends: list[tuple[float, float, float, float]], points: float, colour: str = BLACK,
              dash: float = 0) -> None:  # fmt: skip
        """Straight lines of one thickness as one path."""
        if not ends or points <= 0:
            return
        across, down = self._left, self._height - self._top
        path = "\n".join(
            f"{x + across:.2f} {down - y:.2f} m {to_x + across:.2f} {down - to_y:.2f} l"
            for x, y, to_x, to_y in ends
        )
        dashes = f"[{number(dash)}] 0 d " if dash else ""
        self.canvas.addLiteral(f"q {rgb(colour)} RG {number(points)} w 2 J {dashes}\n{path}\nS Q")

    def rect(self, x: float, y: float, width: float, height: float, points: float, colour: str = BLACK,
             fill: str | None = None) -> None:  # fmt: skip
        place = (
            f"{x + self._left:.2f} {self._height - self._top - y - height:.2f} {width:.2f} {height:.2f} re"
        )
        if fill is not None:
            self.canvas.addLiteral(f"q {rgb(fill)} rg {place} f Q")
        if points > 0:
            self.canvas.addLiteral(f"q {rgb(colour)} RG {number(points)} w {place} S Q")

    def code(self, code: Code, x: float, y: float, side: float) -> None:
        modules, path = qr_path(code.text, code.level)
        scale = side / modules
        bottom = self._height - self._top - y - side
        self.canvas.addLiteral(
            f"q 0 0 0 rg {scale:.5f} 0 0 {scale:.5f} {x + self._left:.2f} {bottom:.2f} cm\n{path}\nf Q"
        )

    def picture(self, source: Path | bytes, x: float, y: float, width: float, height: float) -> None:
        """Whole and undistorted in the middle of the rectangle."""
        if source not in self._pictures:
            self._pictures[source] = self._read_picture(source)
        reader, pixels_wide, pixels_high = self._pictures[source]
        scale = min(width / pixels_wide, height / pixels_high)
        wide, high = pixels_wide * scale, pixels_high * scale
        left = x + self._left + (width - wide) / 2
        bottom = self._height - self._top - y - (height + high) / 2
        self.canvas.drawImage(reader, left, bottom, wide, high, mask="auto")

    @staticmethod
    def _read_picture(source: Path | bytes) -> tuple[StoredPicture, float, float]:
        name = source.name if isinstance(source, Path) else "照片"
        try:
            content = source.read_bytes() if isinstance(source, Path) else source
            Image.open(BytesIO(content)).close()
            reader = StoredPicture(BytesIO(content))
            wide, high = reader.getSize()
        except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
            raise UserError(f"图片「{name}」打不开；请换一张 JPG 或 PNG 图片再打印。") from None
        return reader, wide, high

    def _write_text(self) -> None:
        if not self._waiting:
            return
        pen = self.canvas.beginText()
        look: tuple[str, float] = ("", 0)
        colour, spacing = BLACK, 0.0
        pen.setFillColor(BLACK)
        for drawn in self._waiting:
            if (drawn.font, drawn.size) != look:
                look = (drawn.font, drawn.size)
                fonts.font(drawn.font)
                pen.setFont(drawn.font, drawn.size)
            if drawn.colour != colour:
                colour = drawn.colour
                pen.setFillColor(colour)
            if drawn.spacing != spacing:
                spacing = drawn.spacing
                pen.setCharSpace(spacing)
            pen.setTextOrigin(drawn.x, drawn.y)
            pen.textOut(drawn.text)
        self.canvas.drawText(pen)
        self._waiting = []
