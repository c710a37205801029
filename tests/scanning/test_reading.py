"""How well pages are read: made-up pens, bad scanners, worse phones. The long sizes run with --full."""

import os
from collections.abc import Generator
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from PIL import Image

from kqdesk.cli.bench_scan import bench_scan
from kqdesk.kernel.child import ChildFailed
from kqdesk.kernel.errors import Cancelled
from kqdesk.printing.scanning import parsing, reading
from kqdesk.printing.scanning.answers import LARGEST_FILE
from kqdesk.printing.scanning.reading import FileRefused, PageRead
from kqdesk.rooms.attendance.papers import sheet_codes
from kqdesk.rooms.attendance.papers.scans import by_row, read_sheets
from kqdesk.rooms.attendance.papers.sign_in_form import LAYOUTS, layout_for
from kqdesk.rooms.attendance.rules.scans import read_row
from kqdesk.rooms.attendance.rules.sheet_code import read_code
from tests.scanning.conftest import pdf_of, png_of
from tests.scanning.filled import Filled, as_jpeg, fill, photographed, scanned, sheet


class Score:
    """What was read of pages whose truth is known."""

    def __init__(self) -> None:
        self.rows = self.wrong = self.asked = self.missed = self.filed = 0

    def add(self, filled: Filled, read: PageRead) -> None:
        layout = layout_for(len(filled.paper.lines))
        self.filed += read_code(read.code.split("/", 2)[2]) == sheet_codes(filled.paper)[0]
        for truth, boxes in zip(filled.truth, by_row(read, layout), strict=False):
            mark, _, why = read_row(boxes)
            self.rows += 1
            self.missed += truth is None and mark is not None
            self.wrong += truth is not None and mark is not None and mark is not truth
            self.asked += truth is not None and bool(why)


def scored(folder: Path, pages: int, how, *, learners: int = 40, seed: int = 1) -> Score:
    score, filled, images = Score(), [], []
    for number in range(pages):
        rng = Random(seed * 1000 + number)
        filled.append(fill(sheet(learners, number + 1, away=[4]), rng, doubtful=0.05))
        images.append(how(filled[-1].picture, rng))
    reads = list(read_sheets([pdf_of(folder, *images)]))
    for truth, read in zip(filled, reads, strict=True):
        assert isinstance(read, PageRead)
        score.add(truth, read)
    return score


def test_two_bad_scans_are_read_right(tmp_path) -> None:
    score = scored(tmp_path, 2, scanned)

    assert (score.filed, score.rows) == (2, 80)
    assert (score.wrong, score.missed) == (0, 0)
    assert score.asked <= 4


@pytest.mark.full
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_twenty_pages_of_forty(tmp_path, seed) -> None:
    score = scored(tmp_path, 20, scanned, seed=seed)

    assert (score.filed, score.rows) == (20, 800)
    assert (score.wrong, score.missed) == (0, 0)
    assert score.asked <= 16  # 2 %


@pytest.mark.full
def test_twenty_phone_photos_of_curled_pages(tmp_path) -> None:
    def photo(image: Image.Image, rng: Random) -> Image.Image:
        return photographed(image, rng, curl=rng.uniform(0, 3))

    score = scored(tmp_path, 20, photo)

    assert score.filed == 20
    assert (score.wrong, score.missed) == (0, 0)
    assert score.asked <= 24


@pytest.mark.parametrize(
    "quarter", [90, pytest.param(180, marks=pytest.mark.full), pytest.param(270, marks=pytest.mark.full)]
)
def test_turned_pages_are_read_the_same(tmp_path, quarter, without_child) -> None:
    rng = Random(4)
    filled = fill(sheet(14), rng)
    straight = scanned(filled.picture, rng)
    turn = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}

    (read,) = read_sheets([png_of(tmp_path, straight.transpose(turn[quarter]))])

    assert read.is_flat
    assert [read_row(boxes)[0] for boxes in by_row(read, LAYOUTS[0])][:14] == filled.truth


def test_two_forms_in_one_picture(tmp_path, without_child) -> None:
    one = fill(sheet(10, 1), Random(1)).picture.resize((800, 1131))
    two = fill(sheet(10, 2), Random(2)).picture.resize((800, 1131))
    desk = Image.new("RGB", (1700, 1200), "white")
    desk.paste(one, (20, 20))
    desk.paste(two, (860, 20))

    (read,) = read_sheets([png_of(tmp_path, desk)])

    assert (read.fault, read.boxes) == ("two_forms", ())


def test_files_after_a_bad_one_are_read(tmp_path) -> None:
    bad = tmp_path / "a.jpg"
    bad.write_bytes(b"\xff\xd8\xff\xe0 nothing of a picture")
    good = png_of(tmp_path, scanned(fill(sheet(10), Random(1)).picture, Random(1)))

    refused, read = read_sheets([bad, good])

    assert isinstance(refused, FileRefused)
    assert read.code


def test_files_are_read_from_private_copies_that_are_gone_afterwards(tmp_path, monkeypatch) -> None:
    scan = tmp_path / "scan.png"
    scan.write_bytes(b"\x89PNG a picture")
    large = tmp_path / "large.pdf"
    large.touch()
    os.truncate(large, LARGEST_FILE + 1)
    asked: list[list[str]] = []

    def child(name: str, request: Any, **limits: object) -> Generator[Any, None, int]:
        asked.extend(request["files"])
        assert Path(request["files"][0][0]).read_bytes() == scan.read_bytes()
        yield ["refused", 0, "damaged", ""]
        return 3

    monkeypatch.setattr(reading, "stream_child", child)
    list(read_sheets([scan, large, tmp_path / "gone.jpg"]))

    assert [(name, refusal) for _, name, refusal in asked] == [
        ("scan.png", ""), ("large.pdf", "too_large"), ("gone.jpg", "unreadable"),
    ]  # fmt: skip
    assert [Path(copy).exists() for copy, _, _ in asked] == [False, False, False]
    assert tmp_path not in Path(asked[0][0]).parents


def test_a_bug_of_ours_is_not_called_a_damaged_file(tmp_path, monkeypatch) -> None:
    def child(name: str, request: Any, **limits: object) -> Generator[Any, None, int]:
        raise ChildFailed("ended with 1", "Traceback (most recent call last) …")
        yield

    path = tmp_path / "scan.png"
    path.write_bytes(b"\x89PNG")
    monkeypatch.setattr(reading, "stream_child", child)

    with pytest.raises(ChildFailed):
        list(read_sheets([path]))


def test_a_picture_of_absurd_size_is_refused_before_it_is_unpacked(tmp_path) -> None:
    path = tmp_path / "bomb.png"
    Image.new("1", (8_000, 8_000)).save(path)

    (refused,) = read_sheets([path])

    assert (refused.kind, path.stat().st_size < 20_000) == ("too_large", True)


def test_without_the_extra_the_code_is_read_and_the_page_stands_upright() -> None:
    page = fill(sheet(10), Random(1)).picture.resize((1240, 1754)).transpose(Image.Transpose.ROTATE_180)

    found = parsing.read_code_only(page)

    assert (found.code.split("/")[0], found.fault, found.boxes) == ("KQS1", "no_reader", [])
    assert Image.open(BytesIO(found.pack())).size == (1240, 1754)


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (2800, 4), (99, 99), (120, 120)])
def test_a_picture_too_small_for_a_form_is_none(tmp_path, without_child, size) -> None:
    path = png_of(tmp_path, Image.new("RGB", size, "white"))

    (read,) = read_sheets([path])

    assert (read.fault, read.boxes) == ("no_form", ())


def test_cancelling_stops_the_reading(tmp_path) -> None:
    class Impatient:
        def step(self, done: int, total: int, note: str = "") -> None:
            raise Cancelled

    path = tmp_path / "photo.jpg"
    path.write_bytes(as_jpeg(Image.new("RGB", (600, 800), "white")))

    with pytest.raises(Cancelled):
        list(read_sheets([path], progress=Impatient()))


def test_the_bench_runs() -> None:
    figures = bench_scan(2)

    assert (figures["filed_share"], figures["wrong_rows"]) == (1.0, 0)
