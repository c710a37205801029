"""The child's half of ``reading.py``: foreign files in, for each page what its code says, its boxes and its picture out.

Pages are sent one by one. Without OpenCV only the code is read: the page can be filed, its marks are asked for.
"""

import io
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
import zxingcpp
from PIL import Image, ImageFilter

from kqdesk.kernel.child import GivenUp, Outlet
from kqdesk.printing.scanning.files import pages
from kqdesk.printing.scanning.forms import PREFIX, FormLayout, code_parts

PICTURE_SIDE = 2200
SMALLEST = 100  # pixels: on a picture with a shorter side nothing can be read
QUALITY = 82
READ_CODES = zxingcpp.barcode_formats_from_str("QRCode")


@dataclass
class Found:
    """What is sent of a page; see ``reading.PageRead``. ``pack`` makes the JPEG ``picture``, off the reading thread."""

    code: str = ""
    fault: str = ""
    corners: int = 0
    is_flat: bool = False
    boxes: list[tuple[str, str]] = field(default_factory=list)
    pack: Callable[[], bytes] = bytes


Page = tuple[int, int, Found]


def read_in_child(request: Any, outlet: Outlet) -> int:
    """The child's function: ``request`` holds files and layouts. A file's end or refusal is a part of its own.

    A file is the path of its private copy, the name people know, and the key of a refusal that stands already.
    """
    layouts = {one.key: one for one in msgspec.convert(request["layouts"], list[FormLayout])}
    files = request["files"]
    for index, (path, name, refusal) in enumerate(files):
        try:
            if refusal:
                raise GivenUp(refusal)
            for number, count, found, picture in _packed(_read(path, layouts)):
                outlet.progress(index * 1000 + number * 1000 // (count + 1), len(files) * 1000, name)
                outlet.part(["page", index, number, count, _told(found, picture)])
        except GivenUp as refused:
            outlet.part(["refused", index, refused.kind, refused.detail])
        outlet.part(["end", index])
    return len(files)


def _read(path: str, layouts: dict[str, FormLayout]) -> Iterator[Page]:
    straightener = import_module("kqdesk.printing.scanning.page") if has_reader() else None
    for number, count, image in _ahead(pages(Path(path).read_bytes())):
        if min(image.size) < SMALLEST:
            found = Found(fault="no_form", pack=partial(jpeg, image))
        else:
            found = straightener.read_page(image, layouts) if straightener else read_code_only(image)
        yield number, count, found


def _told(found: Found, picture: bytes) -> dict[str, Any]:
    return {
        "code": found.code, "fault": found.fault, "corners": found.corners, "is_flat": found.is_flat,
        "boxes": found.boxes, "picture": picture,
    }  # fmt: skip


def _ahead(found: Iterator[tuple[int, int, Image.Image]]) -> Iterator[tuple[int, int, Image.Image]]:
    """The same pages; the next one is unpacked while this one is read."""
    with ThreadPoolExecutor(1) as lane:
        coming = lane.submit(next, found, None)
        while (page := coming.result()) is not None:
            coming = lane.submit(next, found, None)
            yield page


def _packed(read: Iterator[Page]) -> Iterator[tuple[int, int, Found, bytes]]:
    """The same pages with their pictures; each is packed while the next page is read. A refusal comes after them."""
    waiting: tuple[Page, Future[bytes]] | None = None
    refused: GivenUp | None = None
    with ThreadPoolExecutor(1) as lane:
        while True:
            try:
                page = next(read, None)
            except GivenUp as given_up:
                page, refused = None, given_up
            if waiting is not None:
                yield *waiting[0], waiting[1].result()
            if page is None:
                break
            waiting = (page, lane.submit(page[2].pack))
    if refused is not None:
        raise refused


def has_reader() -> bool:
    """Whether the extra ``scan`` is installed."""
    return find_spec("cv2") is not None


def read_code_only(image: Image.Image) -> Found:
    """Code and picture of a page; turned upright by the way its code stands."""
    codes = whole_page_codes(image)
    ours = [code for code in codes if code_parts(code.text)]
    if len({code.text for code in ours}) > 1:
        return Found(fault="two_forms", pack=partial(jpeg, image))
    if not ours:
        return Found(fault="strange_code" if codes else "no_form", pack=partial(jpeg, image))
    return Found(ours[0].text, "no_reader", pack=partial(jpeg, upright(image, ours[0])))


def whole_page_codes(image: Image.Image) -> list[Any]:
    """Every QR code of a picture; a second, softened look where the first finds none of ours."""
    grey = image.convert("L")
    codes = zxingcpp.read_barcodes(grey, READ_CODES)
    if not any(code.text.startswith(PREFIX) for code in codes):
        codes += zxingcpp.read_barcodes(grey.filter(ImageFilter.GaussianBlur(1.2)), READ_CODES)
    return list(codes)


def upright(image: Image.Image, code: Any) -> Image.Image:
    """Turned by quarters so that the code stands upright."""
    place = code.position
    x, y = place.top_right.x - place.top_left.x, place.top_right.y - place.top_left.y
    if abs(x) >= abs(y):
        return image if x > 0 else image.transpose(Image.Transpose.ROTATE_180)
    return image.transpose(Image.Transpose.ROTATE_90 if y > 0 else Image.Transpose.ROTATE_270)


def jpeg(image: Image.Image) -> bytes:
    """The picture as it is kept."""
    scale = PICTURE_SIDE / max(image.size)
    if scale < 1:
        image = image.resize((max(1, round(image.width * scale)), max(1, round(image.height * scale))))
    target = io.BytesIO()
    image.save(target, "JPEG", quality=QUALITY)
    return target.getvalue()
