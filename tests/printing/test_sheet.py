"""Positioned sheets and codes: things are where they were put, codes can be read back."""

from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from kqdesk.kernel.errors import UserError
from kqdesk.printing.blocks import Page
from kqdesk.printing.codes import qr_path
from kqdesk.printing.document import pdf_bytes
from kqdesk.printing.preview import page_count, page_png, page_rgba, page_text
from kqdesk.printing.sheet import Box, Code, Group, Line, Picture, Rect, Sheet, Vertical, red_rule, tile
from kqdesk.printing.styles import SEAL_RED, Align, FontFace

PAYLOAD = "KQ1:" + "Zm9vYmFyLV8" * 18
LANDSCAPE = Page(landscape=True)
BACKGROUND = (
    Rect(10, 10, 277, 190, 3, SEAL_RED),
    *red_rule(98, 47, 100),
    Box(20, 26, 257, 18, "结业证书", size=40),
)


def photo(colour: tuple[int, int, int] = (0, 0, 255), kind: str = "JPEG") -> bytes:
    target = BytesIO()
    Image.new("RGB", (295, 413), colour).save(target, kind)
    return target.getvalue()


def certificate(name: str) -> Sheet:
    return Sheet(
        (
            Box(70, 70, 200, 20, name, FontFace.KAI, 26, Align.CENTRE),
            Picture(26, 62, 35, 49, photo()),
            Code(26, 150, 29, f"{PAYLOAD}{name}"),
        ),
        BACKGROUND,
    )


def colour_at(pdf: bytes, x: float, y: float, page: int = 0) -> tuple[int, int, int]:
    """The pixel at millimetres from the top left."""
    pixels = page_rgba(pdf, page, 72)
    place = (int(y * 72 / 25.4) * pixels.width + int(x * 72 / 25.4)) * 4
    return pixels.data[place], pixels.data[place + 1], pixels.data[place + 2]


def test_codes_are_read_back_from_the_rendered_page() -> None:
    pdf = pdf_bytes("证书", [certificate(name) for name in ("陈𬭎", "李𠅤")], page=LANDSCAPE)

    for number, name in enumerate(("陈𬭎", "李𠅤")):
        image = Image.open(BytesIO(page_png(pdf, number, 150))).convert("L")
        assert [code.text for code in zxingcpp.read_barcodes(image)] == [f"{PAYLOAD}{name}"]
        assert name in page_text(pdf, number)


def test_a_text_too_long_for_a_code_is_refused() -> None:
    with pytest.raises(UserError, match="二维码装不下"):
        pdf_bytes("码", [Sheet((Code(0, 0, 30, "x" * 5000),))])


def test_code_rectangles_have_the_finder_pattern_in_the_corner() -> None:
    side, path = qr_path("KQ1:hello")

    assert side == 21
    assert path.split("\n")[0].startswith("0 20 7 1 re")


def test_marks_are_where_they_were_put() -> None:
    pdf = pdf_bytes("证书", [certificate("陈𬭎")], page=LANDSCAPE)

    red, green, blue = colour_at(pdf, 43, 86)
    assert (red < 30, green < 30, blue > 220) == (True, True, True)
    assert colour_at(pdf, 100, 10) == (200, 55, 45)
    assert colour_at(pdf, 285, 205) == (255, 255, 255)


def test_a_background_is_stored_once_and_drawn_on_every_sheet() -> None:
    one = len(pdf_bytes("证书", [Sheet((), BACKGROUND)], page=LANDSCAPE))
    many = pdf_bytes("证书", [Sheet((), BACKGROUND) for _ in range(20)], page=LANDSCAPE)

    assert len(many) - one < 20 * 600
    assert [colour_at(many, 100, 10, number) for number in (0, 19)] == [(200, 55, 45)] * 2
    assert page_text(many, 19).strip() == "结业证书"


def test_a_picture_used_twice_is_stored_once() -> None:
    picture = photo()
    once = len(pdf_bytes("图", [Sheet((Picture(0, 0, 35, 49, picture),))]))
    twice = len(pdf_bytes("图", [Sheet((Picture(0, 0, 35, 49, picture), Picture(50, 0, 35, 49, picture)))]))

    assert twice - once < 200


def test_png_pictures_work_too() -> None:
    pdf = pdf_bytes("图", [Sheet((Picture(0, 0, 35, 49, photo((0, 128, 0), "PNG")),))])

    assert colour_at(pdf, 17, 25) == (0, 128, 0)


def test_shift_moves_everything_for_a_printer_that_feeds_askew() -> None:
    marks = (Rect(50, 50, 20, 20, 0, fill="#000000"),)

    pdf = pdf_bytes("套打", [Sheet(marks, (Rect(100, 50, 20, 20, 0, fill="#FF0000"),), shift=(10, 5))])

    assert colour_at(pdf, 52, 52) == (255, 255, 255)
    assert colour_at(pdf, 78, 73) == (0, 0, 0)
    assert colour_at(pdf, 128, 73) == (255, 0, 0)


def test_cards_are_tiled_row_by_row() -> None:
    frame = (Rect(0, 0, 90, 60, 0, fill="#EEEEEE"),)
    cards = [(Box(5, 5, 80, 10, f"准考证 {number}"),) for number in range(1, 11)]

    sheets = tile(cards, card=(90, 60), across=2, down=4, origin=(12, 14), gap=(6, 6), background=frame)
    pdf = pdf_bytes("准考证", sheets)

    assert [len(sheet.marks) for sheet in sheets] == [8, 2]
    assert sheets[0].marks[3] == Group(108, 80, cards[3], frame)
    assert page_count(pdf) == 2
    assert colour_at(pdf, 180, 130) == (238, 238, 238)
    assert page_text(pdf, 1).split() == ["准考证", "9", "准考证", "10"]


def test_a_long_line_shrinks_and_stays_in_its_box() -> None:
    name = "阿卜杜热西提·买买提吐尔逊江"
    box = Box(50, 50, 40, 10, name, FontFace.KAI, 20, vertical=Vertical.TOP)

    pdf = pdf_bytes("框", [Sheet((box,))])

    pixels = page_rgba(pdf, 0, 72)
    dark = [
        (place % pixels.width, place // pixels.width)
        for place in range(pixels.width * pixels.height)
        if pixels.data[place * 4] < 128
    ]
    assert min(x for x, _ in dark) >= 50 * 72 / 25.4 - 1
    assert max(x for x, _ in dark) <= 90 * 72 / 25.4 + 1
    assert max(y for _, y in dark) <= 60 * 72 / 25.4 + 1
    assert page_text(pdf, 0).replace("\r\n", "").strip() == name


def test_dashed_lines_are_drawn() -> None:
    pdf = pdf_bytes("线", [Sheet((Line(0, 50, 210, 50, 2, dash=3),))])

    row = [colour_at(pdf, x, 50)[0] < 128 for x in range(10, 200)]
    assert (any(row), all(row)) == (True, False)
