"""Pages as pictures out of a foreign file: PDF, JPEG or PNG by its content, never by its ending. Child side only.

Sizes are looked at before anything is unpacked; a picture comes out upright as its camera meant it, in colour, and no
larger than reading needs. Position and camera data of a photo are left behind.
"""

import io
import warnings
from collections.abc import Iterator

import pypdfium2
from PIL import Image, ImageOps

from kqdesk.kernel.child import GivenUp
from kqdesk.printing.scanning.answers import LARGEST_FILE, MOST_PAGES

MOST_PIXELS = 130_000_000  # the largest cameras of phones have 108 million
MOST_PIXELS_PNG = 60_000_000  # a PNG cannot be unpacked smaller
LONG_SIDE = 1754  # pixels of a PDF page: 150 dpi of A4
LONG_SIDE_PHOTO = 2800
MOST_POINTS = 14_400  # the largest side a PDF page may have


def pages(content: bytes) -> Iterator[tuple[int, int, Image.Image]]:
    """Page number from 1, how many there are, and the page in RGB. GivenUp with a key of ``answers.REFUSALS``."""
    if not content.strip(b"\0 \r\n\t"):
        raise GivenUp("empty")
    if len(content) > LARGEST_FILE:
        raise GivenUp("too_large")
    if b"%PDF" in content[:1024]:
        yield from _pdf_pages(content)
    elif content.startswith((b"\x89PNG", b"\xff\xd8\xff")):
        yield 1, 1, _picture(content)
    elif content[4:8] == b"ftyp":
        raise GivenUp("heic")
    else:
        raise GivenUp("wrong_format")


def _pdf_pages(content: bytes) -> Iterator[tuple[int, int, Image.Image]]:
    try:
        document = pypdfium2.PdfDocument(content)
        count = len(document)
    except pypdfium2.PdfiumError as broken:
        raise GivenUp("password" if "assword" in str(broken) else "damaged", "pdf") from None
    if count > MOST_PAGES:
        raise GivenUp("too_many")
    if not count:
        raise GivenUp("empty")
    for number in range(count):
        try:
            page = document[number]
            wide, high = page.get_size()
            if not 1 <= min(wide, high) <= max(wide, high) <= MOST_POINTS:
                raise GivenUp("damaged", "page size")
            drawn = page.render(scale=LONG_SIDE / max(wide, high), rev_byteorder=True).to_pil().convert("RGB")
            page.close()
        except pypdfium2.PdfiumError:
            raise GivenUp("damaged", f"page {number + 1}") from None
        yield number + 1, count, drawn


def _picture(content: bytes) -> Image.Image:
    return _shrunk(_on_white(_unpacked(content)))


def _unpacked(content: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd camera data is no reason to refuse a photo
            image = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
            most = MOST_PIXELS if image.format == "JPEG" else MOST_PIXELS_PNG
            if image.width * image.height > most or max(image.size) > 30_000 or min(image.size) < 1:
                raise GivenUp("too_large", "pixels")
            if image.format == "JPEG":
                scale = LONG_SIDE_PHOTO / max(image.size)
                image.draft("RGB", (round(image.width * scale), round(image.height * scale)))
            image.load()
            return ImageOps.exif_transpose(image)
    except (GivenUp, MemoryError):
        raise
    except Image.DecompressionBombError:
        raise GivenUp("too_large", "pixels") from None
    except Exception:  # noqa: BLE001 -- unpackers and camera data raise a dozen kinds; all mean the picture is broken
        raise GivenUp("damaged", "picture") from None


def _on_white(image: Image.Image) -> Image.Image:
    """In colour; what is transparent is paper."""
    if "A" in image.getbands() or "transparency" in image.info:
        paper = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(paper, image.convert("RGBA")).convert("RGB")
    if image.mode.startswith("I"):  # sixteen bits a pixel
        return image.point(lambda value: value / 256).convert("L").convert("RGB")
    return image.convert("RGB")


def _shrunk(image: Image.Image) -> Image.Image:
    scale = LONG_SIDE_PHOTO / max(image.size)
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BOX, reducing_gap=2.0)


Image.MAX_IMAGE_PIXELS = MOST_PIXELS
