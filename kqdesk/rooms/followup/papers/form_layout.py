"""Where the boxes of a satisfaction form are: the drawing of the paper and the reading of a scan go by the same numbers.

A layout that was printed once is never changed: forms of it lie on desks. A new one gets a new letter. The key says
scale and number of questions: F55 has five questions of 1 to 5.
"""

from kqdesk.printing.scanning.forms import Area, FormLayout, Kind
from kqdesk.rooms.followup.rules import LEAST_SCALE, MOST_QUESTIONS, MOST_SCALE

LEFT, WIDTH, TOP, HEAD_MM = 12.0, 186.0, 76.0, 11.0
QUESTION_MM, WIDEST_BOX = 88.0, 19.0
WORDS_BOTTOM = 262.0


def row_mm(questions: int) -> float:
    """Few questions have high rows."""
    return 15.0 if questions <= 6 else 12.0


def _layout(scale: int, questions: int) -> FormLayout:
    box = min(WIDEST_BOX, (WIDTH - QUESTION_MM) / scale)
    question = WIDTH - box * scale
    high, rows = row_mm(questions), []
    for down in range(questions):
        y = TOP + HEAD_MM + down * high
        areas = [Area(LEFT, y, round(question, 3), high)]
        areas += [Area(round(LEFT + question + n * box, 3), y, round(box, 3), high) for n in range(scale)]
        rows.append(tuple(areas))
    kinds = (Kind.PRINT, *([Kind.TICK] * scale))
    return FormLayout(f"F{scale}{questions % 10}", kinds, tuple(rows))


LAYOUTS = tuple(
    _layout(scale, questions)
    for scale in range(LEAST_SCALE, MOST_SCALE + 1)
    for questions in range(1, MOST_QUESTIONS + 1)
)


def layout_for(scale: int, questions: int) -> FormLayout:
    """The layout of a questionnaire."""
    return LAYOUTS[(scale - LEAST_SCALE) * MOST_QUESTIONS + questions - 1]
