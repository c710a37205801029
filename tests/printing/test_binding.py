"""Foreign pages between our own, in a limited child."""

from io import BytesIO

import pypdfium2
import pytest
from PIL import Image

from kqdesk.kernel.errors import UserError
from kqdesk.printing.binding import Sheaf, bind, measure
from kqdesk.printing.blocks import Part, Text
from kqdesk.printing.document import pdf_bytes
from kqdesk.printing.preview import page_count, page_size, page_text


def picture(size: tuple[int, int] = (600, 300), kind: str = "PNG") -> bytes:
    target = BytesIO()
    Image.new("RGB", size, "#3366cc").save(target, kind)
    return target.getvalue()


def ours(*names: str) -> bytes:
    return pdf_bytes("合订", [Part([Text(name)], bookmark=name) for name in names])


def bookmarks(pdf: bytes) -> list[tuple[str, int]]:
    document = pypdfium2.PdfDocument(pdf)
    found = [(mark.get_title(), mark.get_dest().get_index()) for mark in document.get_toc()]
    document.close()
    return found


def test_pages_are_counted_and_what_is_broken_has_none() -> None:
    files = [
        Sheaf("图.png", "image/png", picture()),
        Sheaf("照.jpg", "image/jpeg", picture(kind="JPEG")),
        Sheaf("两页.pdf", "application/pdf", ours("一", "二")),
        Sheaf("坏.pdf", "application/pdf", b"%PDF-1.7 nothing"),
        Sheaf("坏.png", "image/png", picture()[:60]),
    ]

    assert measure(files) == [1, 1, 2, 0, 0]


def test_files_go_after_their_page_and_bookmarks_follow_their_pages() -> None:
    base = ours("目录", "批复", "小结")

    bound = bind(
        base,
        [
            (2, Sheaf("批复.pdf", "application/pdf", ours("甲", "乙"))),
            (2, Sheaf("批复.png", "image/png", picture())),
            (3, Sheaf("照.jpg", "image/jpeg", picture((300, 900), "JPEG"))),
        ],
    )

    assert page_count(bound) == 7
    assert bookmarks(bound) == [("目录", 0), ("批复", 1), ("小结", 5)]
    assert [page_text(bound, n).split()[0] for n in (0, 1, 2, 3, 5)] == ["目录", "批复", "甲", "乙", "小结"]
    wide, high = page_size(bound, 4)
    assert wide > high


def test_a_broken_file_is_named() -> None:
    with pytest.raises(UserError, match="坏的"):
        bind(ours("一"), [(1, Sheaf("坏的.pdf", "application/pdf", b"%PDF-1.4"))])
