"""The program's picture in every size a desktop asks for, drawn from the one SVG by Qt; and as .ico for Windows."""

import io
import shutil
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SIZES = (16, 22, 24, 32, 48, 64, 128, 256)


def png(svg: Path, size: int) -> bytes:
    """The picture at ``size`` × ``size`` pixels."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(svg)).render(painter, QRectF(0, 0, size, size))
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stub knows only file names with bytes for the format
    return bytes(buffer.data().data())


def write_icons(svg: Path, theme: Path) -> None:
    """An icon theme's folders below ``theme``, with the SVG itself."""
    for size in SIZES:
        target = theme / f"{size}x{size}" / "apps" / "kqdesk.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(png(svg, size))
    drawn = theme / "scalable" / "apps" / "kqdesk.svg"
    drawn.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(svg, drawn)


def write_ico(svg: Path, target: Path) -> None:
    """One .ico with every size Windows shows."""
    pictures = [Image.open(io.BytesIO(png(svg, size))) for size in SIZES]
    largest = pictures[-1]
    largest.save(target, "ICO", sizes=[(size, size) for size in SIZES], append_images=pictures[:-1])
