"""``bench papers``: a thousand certificates with QR and photo and a hundred class lists, against bare reportlab.

The floor draws the same glyphs at the same places with the same fonts, codes and pictures, but knows no layout: its
strings and positions are taken down beforehand from our own run and played back on a plain reportlab canvas.
"""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from random import Random
from time import perf_counter
from typing import Any

from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from kqdesk.printing import engine, fonts
from kqdesk.printing.blocks import Part
from kqdesk.printing.codes import qr_path
from kqdesk.printing.ink import Ink
from kqdesk.printing.styles import BLACK
from kqdesk.rooms.certificates.papers import LANDSCAPE, certificate
from kqdesk.rooms.certificates.queries import CertificatePaper
from kqdesk.rooms.cohorts.papers import ClassList, ListLine, class_list
from kqdesk.security.certificate_qr import Claim, encode
from kqdesk.security.signing import Signer

SCHOOL, CODE, ON = "柯桥区兰亭街道成人文化技术学校", "330603008", date(2026, 3, 2)
NAMES = "陈沈章徐傅金马鲁孟茹王李张刘朱何俞胡高林"
GIVEN = "建国秀英月琴国平晓燕志刚美华伟明丽萍永康"
LEARNERS = 30
Stroke = tuple[str, tuple[Any, ...], dict[str, Any]]
Ends = Sequence[tuple[float, float, float, float]]
_TAKEN_DOWN = ("text", "lines", "rect", "code", "picture")


def bench_papers(certificates: int = 1000, lists: int = 100) -> dict[str, Any]:
    """Seconds for each kind, the floor of the same run, and their ratio; sizes in bytes."""
    for name in {font for chain in fonts.CHAINS.values() for font in chain}:
        fonts.font(name)
    rng = Random(1)
    issued = [_certificate(n, rng) for n in range(certificates)]
    photos = [_photo(n) for n in range(certificates)]
    drawn = _timed(lambda: _certificate_parts(issued, photos))
    listed = _timed(lambda: [class_list(_class_list(n, rng)) for n in range(lists)])
    total, floor = drawn["seconds"] + listed["seconds"], drawn["floor_s"] + listed["floor_s"]
    return {
        "bench": "papers", "certificates": {"count": certificates, **drawn}, "class_lists": {"count": lists, **listed},
        "seconds": round(total, 2), "floor_s": round(floor, 2), "ratio": round(total / floor, 2),
    }  # fmt: skip


def _certificate_parts(issued: list[CertificatePaper], photos: list[bytes]) -> list[Part]:
    return [
        Part([certificate(one, photo) for one, photo in zip(issued, photos, strict=True)], page=LANDSCAPE)
    ]


def _timed(describe: Any) -> dict[str, Any]:
    """Ours from description to bytes, then the floor from what ours drew."""
    _forget()
    started = perf_counter()
    content, pages = engine.render("bench", describe(), "", _Silent())
    seconds = perf_counter() - started
    strokes = _strokes(describe())
    _forget()
    started = perf_counter()
    floor_size = _play_back(strokes)
    floor = perf_counter() - started
    return {
        "pages": pages, "seconds": round(seconds, 3), "floor_s": round(floor, 3), "ratio": round(seconds / floor, 2),
        "bytes": len(content), "floor_bytes": floor_size,
    }  # fmt: skip


def _forget() -> None:
    """Neither side profits from what the other measured before."""
    fonts.runs.cache_clear()
    fonts.width.cache_clear()
    qr_path.cache_clear()


def _strokes(parts: list[Part]) -> list[Stroke]:
    """Every call that reaches the pen, backgrounds unrolled where they are used first."""
    strokes: list[Stroke] = []

    class Stenographer(Ink):
        """Draws as ever and writes down what it drew."""

    for name in (*_TAKEN_DOWN, "open_page", "close_page", "background", "moved"):
        setattr(Stenographer, name, _noted(name, getattr(Ink, name), strokes))
    ink = Stenographer(BytesIO(), "bench", "")
    for part in parts:
        engine.draw_part(ink, part)
    return strokes


def _noted(name: str, really: Any, strokes: list[Stroke]) -> Any:
    def call(ink: Any, *args: Any, **kw: Any) -> Any:
        if name == "moved":
            strokes.append(("shift", (args[0], args[1]), {}))
            really(ink, *args, **kw)
            strokes.append(("shift", (-args[0], -args[1]), {}))
            return None
        if name == "background":
            before = len(strokes)
            really(ink, *args, **kw)
            inner = strokes[before:]
            del strokes[before:]
            strokes.append(("form", (id(args[0]), *args[1:3], inner), {}))
            return None
        strokes.append((name, args, kw))
        return really(ink, *args, **kw)

    return call


def _play_back(strokes: Sequence[Stroke]) -> int:
    """The same strokes on a canvas of reportlab, with its own calls; the size of the file."""
    player = _Player()
    player.play(strokes)
    player.canvas.save()
    return len(player.target.getvalue())


class _Player:
    """Bare reportlab: one canvas call a stroke, no measuring, no line breaking, no fallback."""

    def __init__(self) -> None:
        self.target = BytesIO()
        self.canvas: Any = Canvas(self.target, invariant=1, pageCompression=1)
        self.height = self.right = self.down = 0.0
        self.forms: dict[int, str] = {}

    def play(self, strokes: Sequence[Stroke]) -> None:
        for name, args, kw in strokes:
            getattr(self, name)(*args, **kw)

    def open_page(self, width: float, height: float, _bookmark: str = "") -> None:
        self.height = height
        self.canvas.setPageSize((width, height))

    def close_page(self) -> None:
        self.canvas.showPage()

    def shift(self, right: float, down: float) -> None:
        self.right += right
        self.down += down

    def place(self, x: float, y: float) -> tuple[float, float]:
        return x + self.right, self.height - y - self.down

    def text(
        self, x: float, y: float, text: str, font: str, size: float, colour: str = BLACK, spacing: float = 0
    ) -> None:
        self.canvas.setFillColor(colour)
        self.canvas.setFont(font, size)
        self.canvas.drawString(*self.place(x, y), text, charSpace=spacing)

    def lines(self, ends: Ends, points: float, colour: str = BLACK, dash: float = 0) -> None:
        self.canvas.setLineWidth(points)
        self.canvas.setStrokeColor(colour)
        self.canvas.lines([(*self.place(x, y), *self.place(to_x, to_y)) for x, y, to_x, to_y in ends])

    def rect(self, x: float, y: float, width: float, height: float, points: float, colour: str = BLACK,
             fill: str | None = None) -> None:  # fmt: skip
        self.canvas.setLineWidth(points)
        self.canvas.setStrokeColor(colour)
        if fill is not None:
            self.canvas.setFillColor(fill)
        is_line, is_filled = int(points > 0), int(fill is not None)
        self.canvas.rect(*self.place(x, y + height), width, height, stroke=is_line, fill=is_filled)

    def code(self, code: Any, x: float, y: float, side: float) -> None:
        modules, path = qr_path(code.text, code.level)
        left, bottom = self.place(x, y + side)
        self.canvas.addLiteral(f"q {side / modules} 0 0 {side / modules} {left} {bottom} cm {path} f Q")

    def picture(self, source: bytes, x: float, y: float, width: float, height: float) -> None:
        self.canvas.drawImage(ImageReader(BytesIO(source)), *self.place(x, y + height), width, height)

    def form(self, key: int, width: float, height: float, inner: Sequence[Stroke]) -> None:
        if key not in self.forms:
            self.forms[key] = f"form{len(self.forms)}"
            self.canvas.beginForm(self.forms[key], 0, 0, width, height)
            self.play(inner)
            self.canvas.endForm()
        self.canvas.doForm(self.forms[key])


class _Silent:
    """Nobody watches a bench."""

    def step(self, done: int, total: int, note: str = "") -> None:
        """Go on."""


def _name(n: int) -> str:
    return NAMES[n % len(NAMES)] + GIVEN[n % 20] + GIVEN[(n * 7) % 20]


def _certificate(n: int, rng: Random) -> CertificatePaper:
    number = f"3306030082026{n:05d}K"
    claim = Claim(number, _name(n), CODE, ON, "电工（初级）技能培训", 40 * 45)
    return CertificatePaper(
        str(n), number, _name(n), str(1 + n % 2), f"{rng.randrange(10_000):04d}", None, "电工（初级）技能培训", 40,
        date(2025, 9, 1), date(2025, 12, 20), SCHOOL, ON, encode(claim, Signer(b"k" * 32)), False, "",
    )  # fmt: skip


def _photo(n: int) -> bytes:
    """A portrait-sized JPEG; every one another file."""
    out = BytesIO()
    Image.new("RGB", (295, 413), (n % 255, 120, 160)).save(out, "JPEG", quality=80)
    return out.getvalue()


def _class_list(n: int, rng: Random) -> ClassList:
    lines = tuple(
        ListLine(
            str(k), _name(n * 31 + k), "女" if k % 2 else "男", date(1980, 1 + k % 12, 1),
            f"330621********{rng.randrange(10_000):04d}", f"阮江村第{k % 9}组", f"138****{rng.randrange(10_000):04d}",
        )
        for k in range(1, LEARNERS + 1)
    )  # fmt: skip
    return ClassList(
        SCHOOL, f"2026-C{n:03d}", f"兰亭夜校{n}班", "电工（初级）", "村班·夜校班", "沈月琴", "傅明", "兰亭村文化礼堂",
        date(2026, 3, 9), date(2026, 6, 20), lines,
    )  # fmt: skip
