"""The preview shows the real PDF, page by page, and writes it where asked."""

import io

import pytest
from PySide6.QtGui import QColor
from reportlab.pdfgen.canvas import Canvas

from kqdesk.desk.preview import PdfPreview, draw_page, page_sizes


@pytest.fixture(scope="module")
def pdf() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(300, 200))
    for colour in ((1, 0, 0), (0, 0, 1)):
        canvas.setFillColorRGB(*colour)
        canvas.rect(0, 0, 150, 200, stroke=0, fill=1)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_pages_are_drawn_in_their_colours(themed, pdf):
    sizes = page_sizes(pdf)

    first, second = (draw_page(pdf, number, 2.0) for number in (0, 1))

    assert sizes == [(300, 200), (300, 200)]
    assert (first.width(), first.height()) == (600, 400)
    assert [first.pixelColor(10, 10), first.pixelColor(590, 10), second.pixelColor(10, 10)] == [
        QColor("#FF0000"), QColor("#FFFFFF"), QColor("#0000FF"),
    ]  # fmt: skip


def test_page_down_shows_the_next_page(qtbot, small_desk, pdf):
    preview = PdfPreview(small_desk, "班级名单", pdf, "班级名单.pdf")
    qtbot.addWidget(preview)
    preview.open()
    qtbot.waitUntil(lambda: not small_desk.is_busy)

    preview.forward()
    preview.forward()
    qtbot.waitUntil(lambda: not small_desk.is_busy)

    assert preview._count.text() == "第 2 页，共 2 页"
    assert preview.sheet.pixmap().toImage().pixelColor(5, 5) == QColor("#0000FF")


def test_it_is_saved_as_it_is_or_a_sentence_says_why_not(qtbot, small_desk, pdf, tmp_path):
    preview = PdfPreview(small_desk, "班级名单", pdf, "班级名单.pdf")
    qtbot.addWidget(preview)
    preview.open()

    preview.save_to(tmp_path / "名单.pdf")
    preview.save_to(tmp_path / "没有这个文件夹" / "名单.pdf")

    assert (tmp_path / "名单.pdf").read_bytes() == pdf
    assert preview.note.text == f"没有存成：写不进“{tmp_path / '没有这个文件夹'}”。请换一个文件夹再存。"
    qtbot.waitUntil(lambda: not small_desk.is_busy)
