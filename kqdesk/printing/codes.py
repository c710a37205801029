"""QR codes as one filled path: sharp at any size, without seams between the modules.

The modules come from zxing-cpp, which also reads the codes back; segno, the first choice, needs 22 times as long for a
certificate's code (31 ms against 1.4 ms), most of it to weigh the eight masks in Python.
"""

from functools import lru_cache
from math import isqrt
from typing import Any

import zxingcpp

from kqdesk.kernel.errors import UserError


@lru_cache(maxsize=256)
def qr_path(text: str, level: str = "M") -> tuple[int, str]:
    """Number of modules on a side, and PDF rectangles in module units with the origin at the bottom left.

    ``level`` is L, M, Q or H. Neighbouring dark modules of a row are one rectangle. UserError when the text is too long
    for a code.
    """
    try:
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    except ValueError:
        raise UserError(f"二维码装不下这么多内容（{len(text)} 个字）；请缩短后再打印。") from None
    image: Any = code.to_image(scale=1, add_quiet_zones=False)
    flat = memoryview(image).tobytes()
    side = isqrt(len(flat))
    rectangles = []
    for down in range(side):
        row = flat[down * side : (down + 1) * side]
        bottom = side - 1 - down
        start = row.find(0)
        while start >= 0:
            end = row.find(255, start)
            end = side if end < 0 else end
            rectangles.append(f"{start} {bottom} {end - start} 1 re")
            start = row.find(0, end)
    return side, "\n".join(rectangles)
