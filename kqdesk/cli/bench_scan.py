"""``bench scan``: signed sheets in one PDF, read, against drawing the same pages without reading anything.

The sheets are the program's own, signed by a simple random pen, turned and noised; what was signed is known, so wrong
rows are counted too.
"""

import tempfile
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from os import times
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import pypdfium2
from PIL import Image, ImageChops, ImageDraw

from kqdesk.kernel.errors import Unreachable
from kqdesk.printing.preview import page_rgba
from kqdesk.printing.scanning.parsing import has_reader
from kqdesk.printing.scanning.reading import PageRead
from kqdesk.rooms.attendance.papers import SignInSheet, sign_in_pdf
from kqdesk.rooms.attendance.papers import sign_in_form as form
from kqdesk.rooms.attendance.papers.scans import HOW_TO_GET_READER, by_row, read_sheets
from kqdesk.rooms.attendance.rules.scans import read_row
from kqdesk.rooms.attendance.rules.sheet_code import read_code
from kqdesk.rooms.attendance.terms import Mark

DPI = 150
ROWS = 40


@dataclass(frozen=True)
class _Page:
    lesson_id: str
    image: Image.Image
    truth: tuple[Mark, ...]


def bench_scan(pages: int = 20) -> dict[str, Any]:
    """Milliseconds a page from file to answers, start of the child included; floor = the same pages only drawn.

    ``cpu_ms_a_page``: processor time of the child, 0 where the system does not tell; of use on a busy machine.
    """
    if not has_reader():
        raise Unreachable(f"没有装读扫描件的组件，测不了。安装：{HOW_TO_GET_READER}")
    made = [_made(number, Random(number)) for number in range(1, pages + 1)]
    with tempfile.TemporaryDirectory(prefix="kqdesk-bench-") as folder:
        path = Path(folder) / "scan.pdf"
        images = [page.image for page in made]
        images[0].save(path, "PDF", save_all=True, append_images=images[1:], resolution=DPI, quality=85)
        began, spent = perf_counter(), times()
        found = [page for page in read_sheets([path]) if isinstance(page, PageRead)]
        took, after = perf_counter() - began, times()
        floor = _draw(path)
    cpu = after.children_user + after.children_system - spent.children_user - spent.children_system
    wrong, asked, filed = _compare(made, found)
    return {
        "pages": pages,
        "rows": pages * ROWS,
        "ms_a_page": round(took * 1000 / pages, 1),
        "cpu_ms_a_page": round(cpu * 1000 / pages, 1),
        "floor_ms": round(floor * 1000 / pages, 1),
        "ratio": round(took / floor, 2),
        "filed_share": round(filed / pages, 4),
        "wrong_rows": wrong,
        "asked_rows": asked,
        "bar": "≤ 200 ms a page, all filed, ≤ 0.1 % wrong",
    }


def _draw(path: Path) -> float:
    began = perf_counter()
    document = pypdfium2.PdfDocument(path)
    for page in document:
        page.render(scale=DPI / 72).to_pil().convert("RGB")
    document.close()
    return perf_counter() - began


def _compare(made: list[_Page], found: list[PageRead]) -> tuple[int, int, int]:
    wrong = asked = filed = 0
    for page, read in zip(made, found, strict=True):
        code = read_code(read.code.split("/", 2)[2]) if read.code else None
        filed += code is not None and code.lesson_id == page.lesson_id
        for truth, boxes in zip(page.truth, by_row(read, form.TWO), strict=False):
            mark, _, why = read_row(boxes)
            asked += bool(why)
            wrong += mark is not None and mark is not truth
    return wrong, asked, filed


def _made(number: int, rng: Random) -> _Page:
    """A sheet of forty, signed, scanned askew."""
    lesson_id = f"0198{number:08x}7a00800000000000{number:04x}"
    lines = tuple((str(n + 1), "沈月琴", "") for n in range(ROWS))
    paper = SignInSheet(
        "测速学校", "测速班", "CS-1", number, date(2026, 3, 3), 1110, 1200, "", "", "", 2, lines, "330603008", lesson_id,
        tuple(f"{n:032x}" for n in range(ROWS)),
    )  # fmt: skip
    pixels = page_rgba(sign_in_pdf([paper]), 0, DPI)
    image = Image.frombytes("RGBA", (pixels.width, pixels.height), pixels.data).convert("RGB")
    draw, truth = ImageDraw.Draw(image), []
    for row in form.TWO.rows:
        mark = rng.choices(list(Mark), (70, 6, 5, 6, 13))[0]
        truth.append(mark)
        if mark not in (Mark.ABSENT, Mark.EXCUSED):
            _sign(draw, row[form.SIGN], rng)
        if mark in (Mark.LATE, Mark.LEFT_EARLY, Mark.EXCUSED):
            box = row[{Mark.LATE: form.LATE, Mark.LEFT_EARLY: form.EARLY, Mark.EXCUSED: form.LEAVE}[mark]]
            _line(draw, [(box.x + 2, box.y + 5), (box.x + 4, box.y + 8), (box.x + 7, box.y + 2)])
    return _Page(lesson_id, _scanned(image, rng), tuple(truth))


def _sign(draw: ImageDraw.ImageDraw, box: Any, rng: Random) -> None:
    for n in range(12):
        x = box.x + 5 + n // 4 * 7
        _line(draw, [(x + rng.uniform(0, 6), box.y + rng.uniform(1.5, 9)) for _ in range(3)])


def _line(draw: ImageDraw.ImageDraw, points: list[tuple[float, float]]) -> None:
    draw.line([(x * DPI / 25.4, y * DPI / 25.4) for x, y in points], fill=(30, 40, 110), width=3)


def _scanned(image: Image.Image, rng: Random) -> Image.Image:
    """Turned by up to three degrees, noisy; through JPEG as scanners do it."""
    turned = image.rotate(rng.uniform(-2.5, 2.5), Image.Resampling.BILINEAR, fillcolor=(245, 245, 245))
    noise = Image.effect_noise(turned.size, 24).convert("RGB")
    noisy = ImageChops.add(turned, noise, scale=1, offset=-128)
    target = BytesIO()
    noisy.save(target, "JPEG", quality=85)
    return Image.open(target).convert("RGB")
