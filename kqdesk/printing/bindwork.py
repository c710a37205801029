"""The child's half of binding: opens foreign pictures and PDFs, turns them into pages, puts them between ours."""

from io import BytesIO
from typing import Any

import pypdfium2
from PIL import Image, ImageOps

from kqdesk.kernel.child import GivenUp, Outlet

A4 = (595.28, 841.89)  # points
MARGIN = 28.0
MOST_PIXELS = 120_000_000
LONG_SIDE = 2200  # pixels kept of a picture: 200 dpi over the page
QUALITY = 82


def measure_in_child(request: Any, outlet: Outlet) -> list[int]:
    """Pages of every file; 0 for what cannot be opened."""
    counts = []
    for number, (name, media, content) in enumerate(request["files"]):
        outlet.progress(number, len(request["files"]), name)
        counts.append(_count(media, content, request["most"]))
    return counts


def bind_in_child(request: Any, outlet: Outlet) -> bytes:
    """The base with all files bound in."""
    base = pypdfium2.PdfDocument(request["base"])
    files, moved = request["files"], 0
    for number, (after, (name, media, content)) in enumerate(zip(request["places"], files, strict=True)):
        outlet.progress(number, len(files), name)
        try:
            moved += _insert(base, after + moved, media, content)
        except (pypdfium2.PdfiumError, OSError, ValueError, Image.DecompressionBombError) as broken:
            raise GivenUp("damaged", name) from broken
    target = BytesIO()
    base.save(target)
    return target.getvalue()


def _count(media: str, content: bytes, most: int) -> int:
    try:
        if media == "application/pdf":
            document = pypdfium2.PdfDocument(content)
            count = len(document)
            document.close()
            return count if 0 < count <= most else 0
        _picture(content)
    except (pypdfium2.PdfiumError, OSError, ValueError, Image.DecompressionBombError):
        return 0
    return 1


def _insert(base: Any, index: int, media: str, content: bytes) -> int:
    """How many pages were put at ``index``."""
    if media == "application/pdf":
        source = pypdfium2.PdfDocument(content)
        count = len(source)
        base.import_pages(source, list(range(count)), index)
        source.close()
        return count
    _draw(base, index, _picture(content))
    return 1


def _picture(content: bytes) -> Image.Image:
    """Upright, in colour or grey, no larger than a page needs. ValueError when it is broken or too large."""
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise ValueError("too many pixels")
            opened.draft("RGB", (LONG_SIDE, LONG_SIDE))
            opened.load()
            image = ImageOps.exif_transpose(opened)
    except MemoryError:
        raise
    except Exception as broken:  # unpackers and camera data raise a dozen kinds; all mean it is broken
        raise ValueError("broken picture") from broken
    flat = Image.new("RGB", image.size, "white")
    mask = image.getchannel("A") if image.mode in ("RGBA", "LA") else None
    flat.paste(image.convert("RGB"), mask=mask)
    flat.thumbnail((LONG_SIDE, LONG_SIDE))
    return flat


def _draw(base: Any, index: int, picture: Image.Image) -> None:
    width, height = A4 if picture.height >= picture.width else A4[::-1]
    page = base.new_page(width, height, index)
    scale = min((width - 2 * MARGIN) / picture.width, (height - 2 * MARGIN) / picture.height)
    across, up = picture.width * scale, picture.height * scale
    packed = BytesIO()
    picture.save(packed, "JPEG", quality=QUALITY)
    packed.seek(0)
    image = pypdfium2.PdfImage.new(base)
    image.load_jpeg(packed, inline=True)
    image.set_matrix(
        pypdfium2.PdfMatrix().scale(across, up).translate((width - across) / 2, (height - up) / 2)
    )
    page.insert_obj(image)
    page.gen_content()
    page.close()
