"""Files a person brings along (a photo, a scan, a signed paper): looked at, then kept encrypted, off the UI thread."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps
from PySide6.QtCore import QBuffer, QIODevice, QMimeData, QUrl
from PySide6.QtGui import QImage

from kqdesk.kernel.errors import UserError
from kqdesk.store.attachments import LARGEST, Attachments, KeptFile

PICTURES_AND_PDF = {
    b"%PDF": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n": "image/png",
}
OFFICE = {
    b"PK\x03\x04": "application/zip",  # .docx, .xlsx, .pptx
    b"\xd0\xcf\x11\xe0": "application/x-ole-storage",  # .doc, .xls, .wps, .et
}
MOST_PIXELS = 60_000_000
WHAT_FITS = "图片（JPG、PNG）或 PDF"


@dataclass(frozen=True)
class Brought:
    """A file as it was brought: from a folder, or out of the clipboard as a picture."""

    name: str
    content: Callable[[], bytes]


def brought_by(mime: QMimeData) -> list[Brought]:
    """What a drop or the clipboard holds: local files, else a picture (a screenshot) as PNG; else nothing."""
    paths = [Path(url.toLocalFile()) for url in mime.urls() if isinstance(url, QUrl) and url.isLocalFile()]
    files = [from_path(path) for path in paths if path.is_file()]
    if not files and mime.hasImage():
        image = QImage(mime.imageData())
        if not image.isNull():
            files = [Brought("粘贴的图片.png", lambda: _png(image))]
    return files


def from_path(path: Path) -> Brought:
    """A file in a folder; it is read later, off the UI thread."""
    return Brought(path.name, lambda: _read(path))


def keep_files(
    attachments: Attachments, files: Sequence[Brought], *, also_office: bool = False
) -> list[KeptFile]:
    """Look at each file and keep it; UserError names the one that does not fit, and nothing is noted then."""
    return [_keep(attachments, file, also_office) for file in files]


def media_of(content: bytes, *, also_office: bool = False) -> str:
    """The kind of a file by its first bytes; "" when it is none that fits."""
    known = PICTURES_AND_PDF | (OFFICE if also_office else {})
    return next((media for head, media in known.items() if content.startswith(head)), "")


def _keep(attachments: Attachments, file: Brought, also_office: bool) -> KeptFile:
    content = file.content()
    media = media_of(content, also_office=also_office)
    if not media:
        more = "、Word、Excel" if also_office else ""
        raise UserError(f"「{file.name}」放不进来：只收{WHAT_FITS}{more}。手机照片请存成 JPG 再放。")
    return KeptFile(attachments.keep(content), file.name, media, len(content))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as wrong:
        raise UserError(
            f"「{path.name}」读不出来：{wrong.strerror or wrong}。请看文件是不是还在。"
        ) from wrong


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stub knows only the bytes form of the format
    return bytes(buffer.data().data())


def portrait(content: bytes, name: str, box: tuple[int, int] = (413, 551)) -> bytes:
    """A photo as papers need it: turned upright, cut to the middle in the shape of ``box``, JPEG, nothing else in it.

    35 × 45 mm at 300 dpi by default. Safe off the UI thread. UserError when it is no picture or absurdly large.
    """
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as image:
            if image.width * image.height > MOST_PIXELS:
                raise UserError(
                    f"「{name}」太大（{image.width}×{image.height}）。请换一张普通的手机照片或证件照。"
                )
            upright = ImageOps.exif_transpose(image).convert("RGB")
            cut = ImageOps.fit(upright, box, centering=(0.5, 0.33))  # heads are above the middle
    except (
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
    ):  # Pillow's own for bytes that are no picture
        raise UserError(f"「{name}」不是能用的照片。请用 JPG 或 PNG 的证件照。") from None
    out = BytesIO()
    cut.save(out, "JPEG", quality=88)
    return out.getvalue()
