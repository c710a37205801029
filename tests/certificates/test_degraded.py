"""The square on paper as phones see it: blurred, askew, squeezed by JPEG; nearly all are still read, none wrongly."""

import io
import random
from dataclasses import replace
from datetime import date

import pytest
import zxingcpp
from PIL import Image, ImageFilter

from kqdesk.printing.preview import page_rgba
from kqdesk.rooms.certificates import papers
from kqdesk.security.certificate_qr import Claim, encode
from kqdesk.security.signing import Signer
from tests.certificates.test_papers import PAPER


def photographed(page: Image.Image, rng: random.Random) -> Image.Image:
    """A photo of the page: turned up to 8 degrees, blurred, lit unevenly, saved as JPEG of quality 40."""
    turned = page.rotate(
        rng.uniform(-8, 8), resample=Image.Resampling.BICUBIC, expand=True, fillcolor="white"
    )
    soft = turned.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.2)))
    shade = Image.linear_gradient("L").resize(soft.size).point(lambda level: 150 + level * 105 // 255)
    lit = Image.composite(soft, Image.new("RGB", soft.size, (120, 115, 105)), shade)
    out = io.BytesIO()
    lit.save(out, "JPEG", quality=40)
    return Image.open(out)


def read_share(count: int) -> tuple[int, int]:
    """How many of ``count`` photographed certificates are read right, and how many wrongly."""
    rng, right, wrong = random.Random(11), 0, 0
    signer = Signer(b"s" * 32)
    for n in range(count):
        claim = Claim(
            f"33060300820260{n:04d}X",
            "阿卜杜热合曼·买买提明",
            "330603008",
            date(2026, 3, 2),
            "电工（初级）",
            1800,
        )
        paper = replace(PAPER, serial_no=claim.number, name=claim.name, qr_text=encode(claim, signer))
        drawn = page_rgba(papers.certificates_pdf([paper]), 0, 150)
        page = Image.frombytes("RGBA", (drawn.width, drawn.height), drawn.data).convert("RGB")
        found = [code.text for code in zxingcpp.read_barcodes(photographed(page, rng))]
        right += found == [paper.qr_text]
        wrong += bool(found) and found != [paper.qr_text]
    return right, wrong


def test_photographed_certificates_are_read() -> None:
    right, wrong = read_share(5)

    assert (right >= 4, wrong) == (True, 0)


@pytest.mark.full
def test_two_hundred_photographed_certificates_are_read() -> None:
    right, wrong = read_share(200)

    assert wrong == 0
    assert right >= 198, f"{right} of 200"
