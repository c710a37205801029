"""What is in the boxes of a form laid flat: nothing, a signature, a tick, or something a person must look at.

Everything that is not plain is a doubt with its reason. Ink is what is darker than the paper around it, so shading
and pale stains do not count; a stroke that runs over a line belongs to the box that holds most of it.
"""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from kqdesk.printing.scanning.answers import Doubt, Ink
from kqdesk.printing.scanning.forms import Area, FormLayout, Kind
from kqdesk.printing.scanning.placing import SCALE, SIZE, Grey, line_offsets, rulings

MM2 = SCALE * SCALE  # pixels a square millimetre
PAPER = 200  # what the paper's own brightness becomes
INK = 160  # darker is ink: 0.8 of the paper
BAND = 3  # pixels each side of a printed line that are not looked at
SPECK = 5  # pixels: smaller is dust

DOT, SIGN_DOT = 0.5, 0.8  # mm² of ink: less is an empty box
TICK_LEAST, TICK_SPAN = 1.1, 1.8  # mm² of ink and mm of extent of a plain tick
TICK_MOST = 0.42  # share of the box: more is scribbled out
SIGN_LEAST, SIGN_WIDE, SIGN_HIGH = 5.0, 8.0, 2.2  # mm², mm, mm
BUSY, SPARSE, SPARSE_BUSY = 3.0, 14.0, 4.0  # strokes crossed; with less ink than SPARSE mm² more of them
WRITTEN = 2.0  # mm² of ink: words in a box for notes
PALE = 144  # mean brightness of the ink; paler may be a stain or what shines through
BELONGS = 0.7  # share of a stroke in one box that makes it that box's
SPILT = 1.2  # mm² of a neighbour's stroke that leaves a box in doubt
BLOT_MM = 24.0  # a stroke higher than this is no writing
LINE_SEEN = 0.45  # share of a printed line that must show
OVERWRITTEN = 2.2  # times the usual ink of printed boxes


@dataclass(frozen=True, slots=True)
class Boxes:
    """The boxes of a layout as an array: a number for every pixel, −1 outside.

    ``paper`` is 1 within boxes where no line is printed; ``bridges`` is 1 on lines that a stroke may run over.
    """

    areas: tuple[Area, ...]
    kinds: tuple[Kind, ...]
    columns: int
    at: NDArray[np.int32]
    paper: Grey
    bridges: Grey
    by_hand: NDArray[np.bool_]
    window: tuple[int, int, int, int]


@cache
def boxes(layout: FormLayout) -> Boxes:
    """Worked out once a layout."""
    areas = tuple(area for row in layout.rows for area in row)
    kinds = tuple(kind for row in layout.rows for kind in layout.kinds[: len(row)])
    at = np.full((SIZE[1], SIZE[0]), -1, np.int32)
    lines = np.zeros((SIZE[1], SIZE[0]), np.bool_)
    fences = np.zeros_like(lines)
    for number, area in enumerate(areas):
        left, top, right, bottom = pixels(area)
        at[top:bottom, left:right] = number
    for number, area in enumerate(areas):
        left, top, right, bottom = pixels(area)
        for y in (top, bottom):
            lines[y - BAND : y + BAND + 1, left - BAND : right + BAND + 1] = True
        for x in (left, right):
            lines[top - BAND : bottom + BAND + 1, x - BAND : x + BAND + 1] = True
        if kinds[number] is Kind.PRINT:  # print is never part of a signature beside it
            fences[top : bottom + 1, right - BAND : right + BAND + 1] = True
    edges = np.array([pixels(area) for area in areas])
    window = (
        int(edges[:, 0].min()) - 12, int(edges[:, 1].min()) - 12, int(edges[:, 2].max()) + 12, int(edges[:, 3].max()) + 12,
    )  # fmt: skip
    inside = at >= 0
    by_hand = np.array([kind is not Kind.PRINT for kind in kinds])
    paper, bridges = (~lines & inside).astype(np.uint8), (lines & ~fences & inside).astype(np.uint8)
    return Boxes(areas, kinds, len(layout.kinds), at, paper, bridges, by_hand, window)


def pixels(area: Area) -> tuple[int, int, int, int]:
    """Left, top, right, bottom on the flat page."""
    return (
        round(area.x * SCALE),
        round(area.y * SCALE),
        round((area.x + area.width) * SCALE),
        round((area.y + area.height) * SCALE),
    )


def against_paper(flat: Grey) -> Grey:
    """Brightness against the paper around, which becomes ``PAPER`` whatever the lamp did."""
    smooth = cv2.GaussianBlur(flat, (3, 3), 0)
    small = cv2.resize(smooth, None, fx=1 / 8, fy=1 / 8, interpolation=cv2.INTER_AREA)
    paper = cv2.GaussianBlur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8)), (9, 9), 0)
    full = cv2.resize(paper, (flat.shape[1], flat.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(smooth, full, scale=PAPER), np.uint8)


def ink_of(level: Grey) -> Grey:
    """1 where there is ink, 0 on paper; ``level`` as ``against_paper`` gives it."""
    return np.asarray(cv2.threshold(level, INK, 1, cv2.THRESH_BINARY_INV)[1], np.uint8)


def read_boxes(level: Grey, layout: FormLayout) -> list[tuple[Ink, Doubt]]:
    """One answer for each box, row by row. ``level`` is the flat page as ``against_paper`` gives it."""
    known = boxes(layout)
    ink = ink_of(level)
    place = _placed(ink, layout, known)
    figures = _Figures(ink, level, known)
    answers = [_judge(n, figures, known, bool(place[n])) for n in range(len(known.areas))]
    return _with_overwritten(answers, figures, known)


def _placed(ink: Grey, layout: FormLayout, known: Boxes) -> NDArray[np.bool_]:
    """Whether the printed lines around each box were found within four pixels of their places."""
    across, down = rulings(layout)
    _, seen_y = line_offsets(ink, across, level=True, reach=4)
    _, seen_x = line_offsets(ink, down, level=False, reach=4)
    by_y: dict[int, list[tuple[int, int, float]]] = {}
    for at, which, seen in zip(across.at, across.which, seen_y, strict=True):
        by_y.setdefault(int(at), []).append((*across.stretches[which], float(seen)))
    by_x = {
        (int(at), down.stretches[which][0]): float(seen)
        for at, which, seen in zip(down.at, down.which, seen_x, strict=True)
    }
    found = np.zeros(len(known.areas), np.bool_)
    for number, area in enumerate(known.areas):
        left, top, right, bottom = pixels(area)
        sides = [
            max((seen for a, b, seen in by_y.get(y, ()) if a < right and b > left), default=0.0)
            for y in (top, bottom)
        ]
        sides += [by_x.get((x, top + 6), 0.0) for x in (left, right)]
        found[number] = sum(side > LINE_SEEN for side in sides) >= 3
    return found


class _Figures:
    """Ink of each box by whose strokes it is: pixels, extent, darkness, how busy."""

    def __init__(self, ink: Grey, level: Grey, known: Boxes) -> None:
        left, top, right, bottom = known.window
        view = np.s_[top:bottom, left:right]
        strokes = _without_lines(ink[view], known.paper[view], known.bridges[view])
        count, labels, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8, ltype=cv2.CV_16U)
        size = len(known.areas)
        places = np.flatnonzero(strokes.view(np.bool_))  # a byte looked at as a bool: four times as quick
        box = known.at[view].ravel()[places]
        pair = labels.ravel()[places] * np.intp(size) + box  # which stroke in which box
        core = known.paper[view].ravel()[places] > 0
        dark = level[view].ravel()[places]
        shared = np.bincount(pair, minlength=count * size).reshape(count, size)
        seen = np.bincount(pair[core], minlength=count * size).reshape(count, size)
        belongs = shared >= BELONGS * np.maximum(shared.sum(axis=1), 1)[:, None]
        large = (stats[:, cv2.CC_STAT_HEIGHT] > BLOT_MM * SCALE)[:, None]
        dust = (stats[:, cv2.CC_STAT_AREA] < SPECK)[:, None]
        own = belongs & ~dust & ~large
        pixels_own = np.where(own, seen, 0).sum(axis=0)
        self.own = pixels_own / MM2
        self.spilt = np.where(~belongs & ~large, seen, 0).sum(axis=0) / MM2
        self.blot = np.where(large, seen, 0).sum(axis=0) / MM2
        sums = np.bincount(pair[core], weights=dark[core], minlength=count * size).reshape(count, size)
        self.brightness = np.where(own, sums, 0).sum(axis=0) / np.maximum(pixels_own, 1)
        hand = np.flatnonzero((own & known.by_hand).ravel()[pair] & core)
        ys, xs = np.divmod(places[hand], strokes.shape[1])
        self.wide, self.high, self.busy = self._extents(ys, xs, box[hand], size)

    def _extents(
        self, ys: NDArray[np.intp], xs: NDArray[np.intp], box: NDArray[np.int32], size: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Width and height in millimetres, and how many strokes a row and a column of the writing cross on average."""
        wide, high, busy = np.zeros(size), np.zeros(size), np.zeros(size)
        order = np.argsort(box, kind="stable")
        ys, xs, box = ys[order], xs[order], box[order]
        starts = np.flatnonzero(np.diff(box, prepend=-1))
        ends = np.append(starts[1:], box.size)[: starts.size]
        for start, end in zip(starts, ends, strict=True):
            y, x = ys[start:end], xs[start:end]
            top, left = int(y.min()), int(x.min())
            height, width = int(y.max()) - top + 1, int(x.max()) - left + 1
            picture = np.zeros((height + 2, width + 2), np.int8)
            picture[y - top + 1, x - left + 1] = 1
            rows = (np.diff(picture, axis=1) == 1).sum() / height
            columns = (np.diff(picture, axis=0) == 1).sum() / width
            number = box[start]
            wide[number], high[number], busy[number] = width / SCALE, height / SCALE, rows + columns
        return wide, high, busy


def _without_lines(ink: Grey, paper: Grey, bridges: Grey) -> Grey:
    """Strokes with the printed lines taken out; a stroke that comes out on both sides of a line is kept whole."""
    strokes = cv2.bitwise_and(ink, paper)
    length = 2 * BAND + 5
    upright = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, np.ones((length, 3), np.uint8))
    level = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, np.ones((3, length), np.uint8))
    over = cv2.bitwise_and(cv2.bitwise_and(cv2.bitwise_or(upright, level), bridges), ink)
    return np.asarray(cv2.bitwise_or(strokes, over), np.uint8)


def _judge(number: int, ink: _Figures, known: Boxes, is_placed: bool) -> tuple[Ink, Doubt]:
    kind = known.kinds[number]
    if kind is Kind.PRINT:
        return Ink.EMPTY, Doubt.NONE
    if not is_placed:
        return Ink.DOUBTFUL, Doubt.UNPLACED
    if ink.blot[number] > DOT:
        return Ink.DOUBTFUL, Doubt.BLOT
    own, spilt = ink.own[number], ink.spilt[number]
    if kind is Kind.NOTE:
        return (Ink.MARKED, Doubt.NONE) if own + spilt > WRITTEN else (Ink.EMPTY, Doubt.NONE)
    judged = _judge_sign(number, ink) if kind is Kind.SIGN else _judge_tick(number, ink, known)
    if spilt > SPILT * (3 if kind is Kind.SIGN else 1) and judged[0] is not Ink.MARKED:
        return Ink.DOUBTFUL, Doubt.SPILT
    if own <= (SIGN_DOT if kind is Kind.SIGN else DOT):
        return Ink.EMPTY, Doubt.NONE
    return judged


def _judge_sign(number: int, ink: _Figures) -> tuple[Ink, Doubt]:
    if ink.own[number] < SIGN_LEAST or ink.wide[number] < SIGN_WIDE or ink.high[number] < SIGN_HIGH:
        little = ink.own[number] < SIGN_LEAST / 2
        return Ink.DOUBTFUL, Doubt.LITTLE if little else Doubt.PLAIN
    if ink.busy[number] < (BUSY if ink.own[number] > SPARSE else SPARSE_BUSY):
        return Ink.DOUBTFUL, Doubt.PLAIN
    if ink.brightness[number] > PALE:
        return Ink.DOUBTFUL, Doubt.PALE
    return Ink.MARKED, Doubt.NONE


def _judge_tick(number: int, ink: _Figures, known: Boxes) -> tuple[Ink, Doubt]:
    area = known.areas[number]
    if ink.own[number] > TICK_MOST * area.width * area.height:
        return Ink.DOUBTFUL, Doubt.FILLED
    if ink.own[number] < TICK_LEAST or max(ink.wide[number], ink.high[number]) < TICK_SPAN:
        return Ink.DOUBTFUL, Doubt.LITTLE
    if ink.brightness[number] > PALE:
        return Ink.DOUBTFUL, Doubt.PALE
    return Ink.MARKED, Doubt.NONE


def _with_overwritten(
    answers: list[tuple[Ink, Doubt]], ink: _Figures, known: Boxes
) -> list[tuple[Ink, Doubt]]:
    """Somebody who signed over her printed name instead of beside it must not pass for absent."""
    for column in range(known.columns):
        if known.kinds[column] is not Kind.PRINT:
            continue
        numbers = np.arange(column, len(known.areas), known.columns)
        printed = ink.own[numbers] + ink.spilt[numbers]
        used = printed[printed > DOT]
        usual = float(np.median(used)) if used.size else 0.0
        for number, amount in zip(numbers, printed, strict=True):
            if usual and amount > OVERWRITTEN * max(usual, 3.0):
                answers[number] = (Ink.DOUBTFUL, Doubt.OVERWRITTEN)
    return answers
