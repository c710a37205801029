"""PDF pages as pixels: the preview on screen shows the real file. Also reads the text back, for tests and checks.

Loads pypdfium2 (0.1 s) when imported; pages are counted from 0.
"""

import threading
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pypdfium2

from kqdesk.kernel.errors import UserError

Pdf = bytes | Path

one_at_a_time = threading.Lock()  # pdfium may not be entered by two threads


@dataclass(frozen=True, slots=True)
class Pixels:
    """``data`` is RGBA, row by row without padding: fits QImage(data, width, height, Format_RGBA8888)."""

    width: int
    height: int
    data: bytes


def open_pdf(pdf: Pdf) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(pdf)
    except (pypdfium2.PdfiumError, OSError):
        raise UserError("这个 PDF 文件打不开，可能已损坏；请重新生成。") from None


def page_count(pdf: Pdf) -> int:
    with one_at_a_time, open_pdf(pdf) as document:
        return len(document)


def page_size(pdf: Pdf, number: int) -> tuple[float, float]:
    """Width and height in points."""
    with one_at_a_time, open_pdf(pdf) as document:
        wide, high = document[number].get_size()
        return float(wide), float(high)


def page_rgba(pdf: Pdf, number: int, dpi: float = 96) -> Pixels:
    """The page drawn on white."""
    with one_at_a_time, open_pdf(pdf) as document:
        bitmap = document[number].render(scale=dpi / 72, rev_byteorder=True)
        image = bitmap.to_pil().convert("RGBA")
        return Pixels(image.width, image.height, image.tobytes())


def page_png(pdf: Pdf, number: int, dpi: float = 96) -> bytes:
    with one_at_a_time, open_pdf(pdf) as document:
        target = BytesIO()
        document[number].render(scale=dpi / 72).to_pil().save(target, "PNG")
        return target.getvalue()


def page_text(pdf: Pdf, number: int) -> str:
    """The text of a page, a line for each string drawn, as copying from a reader would give it."""
    with one_at_a_time, open_pdf(pdf) as document:
        return str(document[number].get_textpage().get_text_bounded())
