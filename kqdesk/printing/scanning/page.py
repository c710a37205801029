"""One page read whole: corner marks, code, boxes, and its picture laid flat. Needs OpenCV; child side only."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import cv2
import numpy as np
import zxingcpp
from PIL import Image

from kqdesk.printing.scanning import inking, placing
from kqdesk.printing.scanning.answers import Doubt, Ink
from kqdesk.printing.scanning.forms import CODES, CORNERS, FormLayout, code_parts
from kqdesk.printing.scanning.parsing import (
    QUALITY,
    READ_CODES,
    Found,
    jpeg,
    read_code_only,
    upright,
    whole_page_codes,
)
from kqdesk.printing.scanning.placing import Grey, Placement, Points

FEWEST_PLACED = 0.6  # of all boxes: with fewer on their lines the page counts as not straightened

NO_MEMORY = -4  # what OpenCV calls it
SHOWS = 6.0  # pixels: less curl than this does not show in a row cut out of the picture

cv2.setNumThreads(1)  # two cores, and the window needs one of them


def read_page(image: Image.Image, layouts: Mapping[str, FormLayout]) -> Found:
    """Everything that can be told of a page; ``fault`` says in a word what cannot."""
    try:
        return _read(image, layouts)
    except cv2.error as wrong:
        if wrong.code == NO_MEMORY:
            raise MemoryError from wrong
        raise


def _read(image: Image.Image, layouts: Mapping[str, FormLayout]) -> Found:
    colour = np.asarray(image)
    grey = np.asarray(cv2.cvtColor(colour, cv2.COLOR_RGB2GRAY), np.uint8)
    corners = placing.find_corners(grey)
    if len({number for number, _ in corners}) < len(corners):
        return Found(fault="two_forms", corners=len(corners), pack=partial(jpeg, image))
    spot = placing.place(corners)
    text = _code_at(grey, spot) if spot else ""
    if not text:
        codes = whole_page_codes(image)
        ours = [code for code in codes if code_parts(code.text)]
        if len({code.text for code in ours}) > 1:
            return Found(fault="two_forms", corners=len(corners), pack=partial(jpeg, image))
        if not ours:
            return _without_code(image, corners, codes)
        text = str(ours[0].text)
        if spot is None:
            spot = placing.place(corners, _code_places(ours, corners))
        if spot is None:
            return Found(text, "unplaced", len(corners), pack=partial(jpeg, upright(image, ours[0])))
    layout = layouts.get((code_parts(text) or ("", ""))[0])
    if layout is None:
        return Found(text, "unknown_layout", len(corners), pack=partial(jpeg, image))
    return _read_flat(colour, spot, text, layout) if spot else read_code_only(image)


def _without_code(image: Image.Image, corners: Sequence[tuple[int, Points]], codes: Sequence[Any]) -> Found:
    fault = "no_code" if len(corners) >= 2 else "strange_code" if codes else "no_form"
    return Found(fault=fault, corners=len(corners), pack=partial(jpeg, image))


def _code_at(grey: Grey, spot: Placement) -> str:
    """The text of the first code that can be read where the codes must be."""
    for number in range(len(CODES)):
        cut = placing.cut_code(grey, spot.matrix, number)
        for look in (cut, cv2.GaussianBlur(cut, (7, 7), 0)):
            found = zxingcpp.read_barcodes(look, READ_CODES)
            if found and code_parts(found[0].text):
                return str(found[0].text)
    return ""


def _code_places(codes: Sequence[Any], corners: Sequence[tuple[int, Points]]) -> list[tuple[int, Points]]:
    """Which of the two codes each one is: the one whose place fits the corner marks that were seen."""
    found = []
    for code in codes:
        at = code.position
        points = np.array(
            [(p.x, p.y) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)], np.float64
        )
        found.append((_nearer(points, corners), points))
    return found if len({number for number, _ in found}) == len(found) else found[:1]


def _nearer(code: Points, corners: Sequence[tuple[int, Points]]) -> int:
    """0 for the top code, 1 for the bottom one: by where the corner marks lie in the code's own measure."""
    side_x, side_y = (code[1] - code[0]) / 20.0, (code[3] - code[0]) / 20.0  # pixels a millimetre each way
    turn = np.linalg.inv(np.stack([side_x, side_y], axis=1))
    off = np.zeros(len(CODES))
    for number, points in corners:
        seen = turn @ (points[0] - code[0])
        for which, (x, y) in enumerate(CODES):
            off[which] += np.linalg.norm(seen - (CORNERS[number][0] - x, CORNERS[number][1] - y))
    return int(off.argmin())


def _read_flat(colour: Grey, spot: Placement, text: str, layout: FormLayout) -> Found:
    grey = np.asarray(cv2.cvtColor(colour, cv2.COLOR_RGB2GRAY), np.uint8)
    level = inking.against_paper(placing.lay_flat(grey, spot.matrix))
    places = placing.straighten(inking.ink_of(level), layout)
    if places is not None:
        level = placing.bend_back(level, places)
    areas = [area for row in layout.rows for area in row]
    seen = placing.shown(spot.matrix, areas, colour.shape)
    answers = [
        answer if is_seen else (Ink.DOUBTFUL, Doubt.UNSEEN)
        for answer, is_seen in zip(inking.read_boxes(level, layout), seen, strict=True)
    ]
    lost = sum(doubt in (Doubt.UNPLACED, Doubt.UNSEEN) for _, doubt in answers)
    fault = "unplaced" if lost > (1 - FEWEST_PLACED) * len(answers) else ""
    boxes = [(ink.value, doubt.value) for ink, doubt in answers]
    shows = places is not None and placing.farthest(places) > SHOWS
    pack = partial(_flat_jpeg, colour, spot.matrix, places if shows else None)
    return Found(text, fault, spot.corners, True, boxes, pack)


def _flat_jpeg(colour: Grey, matrix: Points, places: Points | None) -> bytes:
    """The page laid flat in colour, as it is kept and shown."""
    flat = placing.lay_flat(colour, matrix)
    if places is not None:
        flat = placing.bend_back(flat, places)
    bgr = cv2.cvtColor(flat, cv2.COLOR_RGB2BGR)
    return bytes(cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1])
