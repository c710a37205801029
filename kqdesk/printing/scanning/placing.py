"""Where a form lies in a picture, and the picture laid flat: one pixel grid for every form, whatever the camera did.

Corner marks (and, where some are covered, the codes) give the perspective; the printed lines then take out the curl of
the paper. Loads OpenCV: imported only where the extra ``scan`` is installed, and only in the child.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from kqdesk.printing.scanning.forms import CODE_MM, CODES, CORNER_MM, CORNERS, PAPER, Area, FormLayout

Grey = NDArray[Any]  # bytes; a colour picture has three of them a pixel
Points = NDArray[Any]  # floats

SCALE = 6  # pixels a millimetre of the flat page: 152 dpi
SIZE = (int(PAPER[0] * SCALE), int(PAPER[1] * SCALE))
SMALL_SIDE = 1100  # the first look for corner marks is taken at this size
FINE = 10  # pixels a millimetre of a code cut out
QUIET_MM = 3.0
COARSEST = 2.6  # pixels a millimetre below which strokes are lost
FAR_MM = 1.2  # a point further off than this after fitting belongs to something else
REACH = 12  # pixels a printed line may lie off its place before the fine fit
CHUNK = 15 * SCALE
STRAIGHT = 1.8  # pixels: less curl than this needs no bending back


@dataclass(frozen=True, slots=True)
class Placement:
    """The perspective: millimetres of the page to pixels of the picture. ``corners``: how many marks were seen."""

    matrix: Points
    corners: int


def _square(x: float, y: float, side: float) -> list[tuple[float, float]]:
    return [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]


@cache
def _detector() -> "cv2.aruco.ArucoDetector":
    wanted = cv2.aruco.DetectorParameters()
    wanted.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    wanted.adaptiveThreshWinSizeMin, wanted.adaptiveThreshWinSizeMax = 11, 27
    wanted.adaptiveThreshWinSizeStep = 16
    wanted.minMarkerPerimeterRate = 0.05
    return cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50), wanted)


def find_corners(grey: Grey) -> list[tuple[int, Points]]:
    """Number and the four corners of every corner mark; a picture of two forms gives a number twice.

    First only the corners of the picture are searched, which is enough for a scan and spares all the handwriting.
    """
    high, wide = grey.shape
    found: list[tuple[int, Points]] = []
    for top in (0, high - high // 5):
        for left in (0, wide - wide // 4):
            part = grey[top : top + high // 5, left : left + wide // 4]
            found += [
                (number, points + np.array((left, top)))
                for number, points in _shrunk_look(part, max(grey.shape))
            ]
    if sorted(number for number, _ in found) == list(range(len(CORNERS))):
        return found
    found = _shrunk_look(grey, max(grey.shape))
    if len({number for number, _ in found}) < len(CORNERS):
        found = max(found, _detected(cv2.GaussianBlur(grey, (3, 3), 0), 1.0), key=len)
    return found


def _shrunk_look(grey: Grey, side: int) -> list[tuple[int, Points]]:
    scale = min(1.0, SMALL_SIDE / side)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    return _detected(small, scale)


def _detected(grey: Grey, scale: float) -> list[tuple[int, Points]]:
    places, numbers, _ = _detector().detectMarkers(grey)
    if numbers is None:
        return []
    known = zip(numbers.ravel(), places, strict=True)
    return [
        (int(number), np.asarray(place, np.float64).reshape(4, 2) / scale)
        for number, place in known
        if number < len(CORNERS)
    ]


def place(
    corners: Sequence[tuple[int, Points]], codes: Sequence[tuple[int, Points]] = ()
) -> Placement | None:
    """The perspective from what was seen; None when it is too little or does not fit together.

    ``codes``: which of the two codes (0 top, 1 bottom) and its corners in the picture. Needed are three corner marks,
    or two and a code. Points that fit nothing (a mark-like speck) are left out.
    """
    if len(corners) < 3 and not (len(corners) == 2 and codes):
        return None
    seen, page = [], []
    for number, points in corners:
        seen.append(points)
        page += _square(*CORNERS[number], CORNER_MM)
    for number, points in codes if len(corners) < 4 else ():
        seen.append(points)
        page += _square(*CODES[number], CODE_MM)
    matrix, inside = cv2.findHomography(
        np.array(page, np.float64), np.concatenate(seen), cv2.RANSAC, _tolerance(seen[0])
    )
    if matrix is None or inside.sum() < 12 or not _is_plausible(matrix):
        return None
    return Placement(matrix, len(corners))


def _tolerance(mark: Points) -> float:
    """How far off a point may be, in pixels of this picture."""
    side = float(np.linalg.norm(mark - np.roll(mark, 1, axis=0), axis=1).mean())
    return max(1.5, side / CORNER_MM * FAR_MM)


def _is_plausible(matrix: Points) -> bool:
    """The page is a convex shape of sensible size, not mirrored and not folded."""
    shape = to_picture(matrix, np.array(_square(0, 0, 1), np.float64) * PAPER)
    if not cv2.isContourConvex(shape.astype(np.float32)):
        return False
    area = cv2.contourArea(shape.astype(np.float32), oriented=True)
    return area > PAPER[0] * PAPER[1] * COARSEST**2


def to_picture(matrix: Points, points: Points) -> Points:
    """Millimetres on the page → pixels in the picture."""
    found: Points = cv2.perspectiveTransform(points.reshape(-1, 1, 2), matrix).reshape(-1, 2)
    return found


def cut_code(grey: Grey, matrix: Points, number: int) -> Grey:
    """One of the two codes, upright, with its quiet zone."""
    x, y = CODES[number]
    side = round((CODE_MM + 2 * QUIET_MM) * FINE)
    flat = np.array([[1 / FINE, 0, x - QUIET_MM], [0, 1 / FINE, y - QUIET_MM], [0, 0, 1]])
    return _warp(grey, matrix @ flat, (side, side))


def lay_flat(picture: Grey, matrix: Points) -> Grey:
    """The page at ``SCALE`` pixels a millimetre; what the picture does not show is white."""
    return _warp(picture, matrix @ np.diag([1 / SCALE, 1 / SCALE, 1.0]), SIZE)


def _warp(picture: Grey, matrix: Points, size: tuple[int, int]) -> Grey:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    white = (255, 255, 255)
    return np.asarray(cv2.warpPerspective(picture, matrix, size, flags=flags, borderValue=white), np.uint8)


def shown(matrix: Points, areas: Sequence[Area], shape: Sequence[int]) -> NDArray[np.bool_]:
    """Which areas lie within the picture whole."""
    corners = np.array(
        [
            (one.x + across, one.y + down)
            for one in areas
            for across in (0, one.width)
            for down in (0, one.height)
        ]
    )
    found = to_picture(matrix, corners)
    inside = (found >= 0).all(axis=1) & (found[:, 0] < shape[1]) & (found[:, 1] < shape[0])
    return np.asarray(inside.reshape(-1, 4).all(axis=1), np.bool_)


# -- the curl of the paper ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rulings:
    """Pieces of printed lines on the flat page, short enough to be straight on curled paper; all lengths in pixels.

    Piece n lies at ``at[n]`` across the stretch ``stretches[which[n]]`` (first and last pixel along the line).
    """

    at: NDArray[np.intp]
    which: NDArray[np.intp]
    stretches: tuple[tuple[int, int], ...]

    @property
    def middles(self) -> Points:
        """Where along the line each piece has its middle."""
        halves = np.array([(start + end) / 2 for start, end in self.stretches])
        return np.asarray(halves[self.which], np.float64)


@cache
def rulings(layout: FormLayout) -> tuple[Rulings, Rulings]:
    """The horizontal and the vertical lines."""
    across: set[tuple[int, int, int]] = set()
    down: set[tuple[int, int, int]] = set()
    for row in layout.rows:
        left, right = row[0].x * SCALE, (row[-1].x + row[-1].width) * SCALE
        edges = np.linspace(left, right, max(2, round((right - left) / CHUNK) + 1)).astype(int).tolist()
        for y in (row[0].y, row[0].y + row[0].height):
            across |= {(round(y * SCALE), a, b) for a, b in pairwise(edges)}
        for box in row:
            top, bottom = round(box.y * SCALE) + 6, round((box.y + box.height) * SCALE) - 6
            down |= {(round(x * SCALE), top, bottom) for x in (box.x, box.x + box.width)}
    return _as_rulings(across), _as_rulings(down)


def _as_rulings(pieces: set[tuple[int, int, int]]) -> Rulings:
    ordered = sorted(pieces)
    stretches = tuple(sorted({(start, end) for _, start, end in ordered}))
    number = {stretch: n for n, stretch in enumerate(stretches)}
    which = [number[start, end] for _, start, end in ordered]
    return Rulings(np.array([at for at, _, _ in ordered]), np.array(which), stretches)


def line_offsets(dark: Grey, lines: Rulings, *, level: bool, reach: int = REACH) -> tuple[Points, Points]:
    """How far each piece lies off its place (pixels), and how much of it was seen there (0–1).

    ``dark``: 1 where there is ink. ``level``: the lines are horizontal.
    """
    pieces = [dark[:, a:b] if level else dark[a:b] for a, b in lines.stretches]
    summed = [
        cv2.reduce(piece, 1 if level else 0, cv2.REDUCE_AVG, dtype=cv2.CV_32F).ravel() for piece in pieces
    ]
    profiles = np.pad(np.array(summed), ((0, 0), (reach, reach)))
    near = profiles[lines.which[:, None], lines.at[:, None] + np.arange(2 * reach + 1)]
    best = near.max(axis=1)
    high = near > best[:, None] * 0.8
    steps = np.arange(-reach, reach + 1)
    offsets = (high * steps).sum(axis=1) / np.maximum(high.sum(axis=1), 1)
    last, first = 2 * reach - high[:, ::-1].argmax(axis=1), high.argmax(axis=1)
    seen = np.where(last - first > 5, 0.0, best)  # two lines, or a blot: nothing to hold on to
    return offsets, seen


def straighten(dark: Grey, layout: FormLayout) -> Points | None:
    """Where every pixel of the straight page lies on the curled one (pairs of x and y, for ``bend_back``).

    None when the printed lines lie where they should already.
    """
    across, down = rulings(layout)
    move_y, seen_y = line_offsets(dark, across, level=True)
    move_x, seen_x = line_offsets(dark, down, level=False)
    bend_y = _bend(np.stack([across.middles, across.at], -1), move_y, seen_y > 0.5)
    bend_x = _bend(np.stack([down.at, down.middles], -1), move_x, seen_x > 0.5)
    if bend_y is None or bend_x is None:
        return None
    step = 30
    grid = np.stack(np.meshgrid(np.arange(0, SIZE[0] + step, step), np.arange(0, SIZE[1] + step, step)), -1)
    flat = grid.reshape(-1, 2).astype(np.float64)
    shift = np.stack([_terms(flat) @ bend_x, _terms(flat) @ bend_y], -1)
    if np.abs(shift).max() < STRAIGHT:
        return None
    coarse = (flat + shift).reshape(*grid.shape).astype(np.float32)
    full = cv2.resize(coarse, None, fx=step, fy=step, interpolation=cv2.INTER_LINEAR)
    half = step // 2  # resize puts the samples at the middles of their blocks
    return np.asarray(full[half : half + SIZE[1], half : half + SIZE[0]])


def bend_back(picture: Grey, places: Points) -> Grey:
    """The picture with its printed lines where they belong."""
    white = (255, 255, 255)
    bent = cv2.remap(picture, places, None, cv2.INTER_LINEAR, borderValue=white)  # type: ignore[call-overload]  # pairs need no second map
    return np.asarray(bent, np.uint8)


def farthest(places: Points) -> float:
    """The largest distance a pixel is moved by."""
    x, y = np.arange(0, SIZE[0], 60), np.arange(0, SIZE[1], 60)
    sample = places[::60, ::60]
    return float(max(np.abs(sample[..., 0] - x).max(), np.abs(sample[..., 1] - y[:, None]).max()))


def _terms(points: Points) -> Points:
    """Polynomial of the third degree in x and y: as much as curled paper does, not as much as handwriting could."""
    x, y = points[:, 0] / SIZE[0] - 0.5, points[:, 1] / SIZE[1] - 0.5
    return np.stack([np.ones_like(x), x, y, x * y, x * x, y * y, x**3, x * x * y, x * y * y, y**3], -1)


def _bend(at: Points, moves: Points, used: NDArray[np.bool_]) -> Points | None:
    for _ in range(3):
        if used.sum() < 24:
            return None
        found, *_rest = np.linalg.lstsq(_terms(at[used]), moves[used], rcond=None)
        used = used & (np.abs(_terms(at) @ found - moves) < 3)
    return np.asarray(found, np.float64)
