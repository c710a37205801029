"""Sign-in sheets as people hand them in: printed by the real paper, signed and ticked by a made-up pen, then scanned badly."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from io import BytesIO
from math import cos, pi, sin
from pathlib import Path
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from kqdesk.kernel.resources import resource
from kqdesk.printing.preview import page_rgba
from kqdesk.printing.scanning.forms import Area
from kqdesk.rooms.attendance.papers import SignInSheet, sign_in_pdf
from kqdesk.rooms.attendance.papers import sign_in_form as form
from kqdesk.rooms.attendance.terms import Mark

Picture = NDArray[np.uint8]

INK_DPI = 220
GRAIN = 853  # pixels; the grain repeats after so many
PER_MM = INK_DPI / 25.4
NAMES = (
    "王小明",
    "李秀英",
    "张伟",
    "陈建国",
    "沈月琴",
    "阮秋月",
    "欧阳春花",
    "赵一凡",
    "钱芳",
    "孙国强",
    "徐阿毛",
    "金水根",
    "傅玉兰",
)
PENS = ((20, 20, 25), (25, 40, 130), (40, 60, 160), (60, 60, 70), (15, 15, 60), (140, 25, 30))
SCHOOL = "330603008"
TICKED = {Mark.LATE: form.LATE, Mark.LEFT_EARLY: form.EARLY, Mark.EXCUSED: form.LEAVE}


def lesson_id(number: int) -> str:
    """An id as the store makes them."""
    return f"0198{number:08x}7a0080000000{number:08x}"


def sheet(learners: int, number: int = 1, *, away: Sequence[int] = ()) -> SignInSheet:
    """A sheet of made-up people; ``away``: rows of those whose leave is printed already."""
    lines = tuple(
        (str(n + 1), NAMES[(n * 5 + number) % len(NAMES)], "请假" if n in away else "")
        for n in range(learners)
    )
    return SignInSheet(
        "柯桥区兰亭街道成人文化技术学校", "缝纫技能提升夜校班", "LT2026-003", number, date(2026, 3, 3), 1110, 1200,
        "裙装打版", "周培红", "兰亭文化礼堂·二楼教室", 2, lines, SCHOOL, lesson_id(number),
        tuple(f"{number:016x}{n:016x}" for n in range(learners)),
    )  # fmt: skip


@dataclass
class Filled:
    """A page with what is truly on it: ``truth`` by row (None = a person must decide)."""

    picture: Image.Image
    truth: list[Mark | None]
    paper: SignInSheet
    boxes: list[tuple[Area, ...]] = field(default_factory=list)


def fill(
    paper: SignInSheet, rng: Random, *, page: int = 0, doubtful: float = 0.0, blank: bool = False
) -> Filled:
    """Print a page and have people sign it; ``doubtful`` is the share of rows with something nobody can be sure of."""
    pixels = page_rgba(sign_in_pdf([paper]), page, INK_DPI)
    image = Image.frombytes("RGBA", (pixels.width, pixels.height), pixels.data).convert("RGB")
    layout = form.layout_for(len(paper.lines))
    lines = paper.lines[page * len(layout.rows) : (page + 1) * len(layout.rows)]
    filled = Filled(image, [], paper, list(layout.rows))
    for row, line in zip(layout.rows, lines, strict=False):
        if blank:
            filled.truth.append(None)
        elif rng.random() < doubtful:
            _puzzle(image, row, line[1], rng)
            filled.truth.append(None)
        else:
            filled.truth.append(_answer(image, row, line, rng))
    return filled


def _answer(image: Image.Image, row: tuple[Area, ...], line: tuple[str, str, str], rng: Random) -> Mark:
    if line[2]:
        return Mark.EXCUSED
    mark = rng.choices(list(Mark), (70, 6, 5, 6, 13))[0]
    if mark not in (Mark.ABSENT, Mark.EXCUSED):
        sign(image, row[form.SIGN], line[1], rng)
    if mark in TICKED:
        tick(image, row[TICKED[mark]], rng)
    return mark


def sign(image: Image.Image, box: Area, name: str, rng: Random) -> None:
    """A signature as one of many kinds of people write it; it may run over the lines a little."""
    kind = rng.choice(("brush", "brush", "cursive", "cursive", "scrawl", "large"))
    high = rng.uniform(5.0, 8.0) if kind != "large" else rng.uniform(8.5, 11.0)
    wide = min(box.width * (1.02 if kind == "large" else 0.92), high * rng.uniform(2.0, 3.2))
    x = box.x + max(0.0, box.width - wide) * rng.random()
    y = box.y + (box.height - high) / 2 + rng.uniform(-1.2, 1.2)
    colour = rng.choice(PENS)
    if kind in ("brush", "large"):
        _glyphs(image, (x, y, wide, high), name, colour, rng)
    elif kind == "cursive":
        _cursive(image, (x, y, wide, high), len(name), colour, rng)
    else:
        _scrawl(image, (x, y, max(wide, 14), high), colour, rng)


def _glyphs(
    image: Image.Image, place: tuple[float, ...], name: str, colour: tuple[int, ...], rng: Random
) -> None:
    x, y, wide, high = (part * PER_MM for part in place)
    face = rng.choice(("KQKai.ttf", "KQSong.ttf", "KQHei.ttf"))
    font = ImageFont.truetype(str(_font(face)), int(min(high, wide / len(name))))
    layer = Image.new("L", (int(wide * 1.4), int(high * 1.6)), 0)
    ImageDraw.Draw(layer).text((wide * 0.1, high * 0.1), name, 255, font=font)
    shear = rng.uniform(-0.25, 0.25)
    layer = layer.transform(layer.size, Image.Transform.AFFINE, (1, shear, -shear * high / 2, 0, 1, 0))
    layer = layer.rotate(rng.uniform(-5, 5), resample=Image.Resampling.BILINEAR)
    image.paste(
        Image.new("RGB", layer.size, tuple(colour)), (int(x - wide * 0.1), int(y - high * 0.1)), layer
    )


def _font(name: str) -> Path:
    folder = resource("fonts")
    return folder / name if (folder / name).exists() else next(folder.rglob("*Kai*.ttf"))


def _cursive(
    image: Image.Image, place: tuple[float, ...], count: int, colour: tuple[int, ...], rng: Random
) -> None:
    """Each character a few joined random strokes."""
    x, y, wide, high = place
    each = wide / count
    for n in range(count):
        for _ in range(rng.randint(4, 7)):
            points = [
                (x + each * (n + rng.uniform(0.05, 0.95)), y + high * rng.uniform(0.05, 0.95))
                for _ in range(rng.randint(2, 4))
            ]
            _stroke(image, points, colour, rng.uniform(0.3, 0.7))


def _scrawl(image: Image.Image, place: tuple[float, ...], colour: tuple[int, ...], rng: Random) -> None:
    """One long line of loops."""
    x, y, wide, high = place
    loops = rng.randint(4, 7)
    points = []
    for n in range(loops * 12):
        share = n / (loops * 12)
        swing = high / 2 * (0.6 + 0.4 * rng.random())
        points.append(
            (
                x + wide * share + 1.2 * cos(share * loops * 2 * pi),
                y + high / 2 + swing * sin(share * loops * 2 * pi),
            )
        )
    _stroke(image, points, colour, rng.uniform(0.35, 0.7))


def tick(image: Image.Image, box: Area, rng: Random) -> None:
    """A tick, a cross, a slash or a circle."""
    side = min(box.width, box.height) * rng.uniform(0.4, 0.75)
    x, y = (
        box.x + (box.width - side) * rng.uniform(0.3, 0.7),
        box.y + (box.height - side) * rng.uniform(0.3, 0.7),
    )
    colour, width = rng.choice(PENS), rng.uniform(0.35, 0.7)
    kind = rng.choice(("tick", "tick", "tick", "cross", "circle"))
    if kind == "tick":
        _stroke(image, [(x, y + side * 0.5), (x + side * 0.35, y + side), (x + side, y)], colour, width)
    elif kind == "cross":
        _stroke(image, [(x, y), (x + side, y + side)], colour, width)
        _stroke(image, [(x + side, y), (x, y + side)], colour, width)
    else:
        points = [
            (x + side / 2 * (1 + cos(n / 12 * pi)), y + side / 2 * (1 + sin(n / 12 * pi))) for n in range(25)
        ]
        _stroke(image, points, colour, width)


def _puzzle(image: Image.Image, row: tuple[Area, ...], name: str, rng: Random) -> None:
    """Something in a row that nobody can be sure of."""
    box, colour = row[form.SIGN], rng.choice(PENS)
    x, y = box.x + box.width * 0.35, box.y + box.height * 0.5
    match rng.choice(("slash", "dash", "blob", "scribbled", "both", "small")):
        case "slash":
            _stroke(image, [(box.x + 6, box.y + box.height - 2), (box.x + 16, box.y + 2)], colour, 0.5)
        case "dash":
            _stroke(image, [(x - 4, y), (x + 5, y)], colour, 0.5)
        case "blob":
            _stroke(image, [(x, y), (x + 0.6, y + 0.5)], colour, 1.3)
        case "scribbled":
            sign(image, box, name, rng)
            _scribble(image, row[form.LATE], colour, rng)
        case "both":
            tick(image, row[form.LATE], rng)
            tick(image, row[form.LEAVE], rng)
        case _:
            _cursive(image, (x, y - 2, 3.5, 3.5), 1, colour, rng)


def _scribble(image: Image.Image, box: Area, colour: tuple[int, ...], rng: Random) -> None:
    points = [
        (box.x + 1 + (box.width - 2) * (n % 2), box.y + 1 + (box.height - 2) * n / 16) for n in range(17)
    ]
    _stroke(image, points, colour, 0.7)


def _stroke(
    image: Image.Image, points: Sequence[tuple[float, float]], colour: tuple[int, ...], width: float
) -> None:
    line = [(x * PER_MM, y * PER_MM) for x, y in points]
    ImageDraw.Draw(image).line(line, fill=tuple(colour), width=max(2, round(width * PER_MM)), joint="curve")


# -- what scanners and phones make of it ------------------------------------------------------------------


def scanned(
    image: Image.Image,
    rng: Random,
    *,
    degrees: float = 3.0,
    noise: float = 12.0,
    dpi: int = 150,
    shading: float = 0.25,
) -> Image.Image:
    """From the flat bed of an old copier: askew, noisy, darker to one side."""
    size = (round(210 / 25.4 * dpi), round(297 / 25.4 * dpi))
    small = cv2.resize(np.asarray(image), size, interpolation=cv2.INTER_LINEAR)
    turn = cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), rng.uniform(-degrees, degrees), 0.985)
    turn[:, 2] += (rng.uniform(-4, 4), rng.uniform(-4, 4))
    turned = cv2.warpAffine(small, turn, size, flags=cv2.INTER_LINEAR, borderValue=(250, 250, 250))
    return _worn(turned, rng, noise, shading)


def photographed(image: Image.Image, rng: Random, *, lean: float = 0.06, curl: float = 0.0) -> Image.Image:
    """A phone over a desk: perspective, a dark table around, uneven light; ``curl`` in millimetres."""
    wide, high = 1900, 2500
    page = cv2.resize(np.asarray(image), (1654, 2339), interpolation=cv2.INTER_LINEAR)
    if curl:
        page = _curled(page, curl)
    corners = np.array([(0, 0), (1654, 0), (1654, 2339), (0, 2339)], np.float32)
    inset = np.array([(120, 90), (wide - 120, 90), (wide - 120, high - 90), (120, high - 90)], np.float32)
    wobble = np.array([[rng.uniform(-lean, lean) * 1000 for _ in range(2)] for _ in range(4)], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, (inset + np.clip(wobble, -80, 80)).astype(np.float32))
    table = np.full((high, wide, 3), (96, 82, 70), np.uint8)
    table[::7, :] = (88, 74, 62)
    cv2.warpPerspective(page, matrix, (wide, high), table, cv2.INTER_AREA, cv2.BORDER_TRANSPARENT)
    return _worn(table, rng, 6.0, 0.35)


def _curled(page: Picture, curl: float) -> Picture:
    high, wide = page.shape[:2]
    x, y = np.meshgrid(np.arange(wide, dtype=np.float32), np.arange(high, dtype=np.float32))
    bent = curl * wide / 210 * np.sin(x / wide * pi).astype(np.float32)
    return np.asarray(cv2.remap(page, x, y + bent, cv2.INTER_LINEAR, borderValue=(240, 240, 240)), np.uint8)


def _worn(picture: Picture, rng: Random, noise: float, shading: float) -> Image.Image:
    """Darker to one side, grainy, a little soft. In bytes: of whole pages in floats the tests would be slow."""
    high, wide = picture.shape[:2]
    across = np.linspace(1 - shading * rng.random(), 1.0, wide, dtype=np.float32)[None, :]
    down = np.linspace(1.0, 1 - shading * rng.random(), high, dtype=np.float32)[:, None]
    shade = cv2.merge([(across * down * 255).astype(np.uint8)] * 3)
    start = (rng.randrange(GRAIN), rng.randrange(GRAIN))
    grain = np.tile(np.roll(_grain(), start, (0, 1)), (-(-high // GRAIN), -(-wide // GRAIN)))[:high, :wide]
    lighter, darker = (cv2.convertScaleAbs(np.maximum(sign * grain, 0), alpha=noise) for sign in (1, -1))
    spoilt = cv2.multiply(picture, shade, scale=1 / 255)
    spoilt = cv2.subtract(cv2.add(spoilt, cv2.merge([lighter] * 3)), cv2.merge([darker] * 3))
    return Image.fromarray(cv2.GaussianBlur(spoilt, (3, 3), 0.5))


@cache
def _grain() -> NDArray[np.float32]:
    return np.random.default_rng(7).standard_normal((GRAIN, GRAIN), np.float32)


def coffee(image: Image.Image, centre: tuple[float, float], radius: float = 38.0) -> Image.Image:
    """The ring of a cup, millimetres."""
    layer = Image.new("RGB", image.size, (255, 255, 255))
    draw = ImageDraw.Draw(layer)
    scale = image.width / 210
    x, y, r = centre[0] * scale, centre[1] * scale, radius * scale
    draw.ellipse(
        (x - r, y - r, x + r, y + r), fill=(236, 214, 184), outline=(176, 124, 72), width=int(2.4 * scale)
    )
    multiplied = np.asarray(image, np.float32) * np.asarray(layer, np.float32) / 255
    return Image.fromarray(multiplied.astype(np.uint8))


def as_pdf(images: Sequence[Image.Image], dpi: int = 150) -> bytes:
    """Several pages in one file, as a scanner writes them."""
    target = BytesIO()
    images[0].save(target, "PDF", save_all=True, append_images=list(images[1:]), resolution=dpi, quality=85)
    return target.getvalue()


def as_jpeg(image: Image.Image, quality: int = 80) -> bytes:
    """A photo."""
    target = BytesIO()
    image.save(target, "JPEG", quality=quality)
    return target.getvalue()
