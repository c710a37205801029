"""Rules of 跟踪.

calls.py         when to call, which call answers which wave, what the answers add up to
satisfaction.py  forms typed and scanned, results nobody can be told from
honours.py       the way of an honour
form_sheet.py    what the code on a paper form says
"""

from kqdesk.rooms.followup.rules.calls import (
    MEANINGS,
    Heard,
    PersonWave,
    Share,
    Tried,
    Wave,
    call_on,
    due_on,
    joined,
    last_of_week,
    shares,
    standing,
    wave_on,
    waves,
)
from kqdesk.rooms.followup.rules.honours import STANDS, second_person_fault, star_fault, step_fault
from kqdesk.rooms.followup.rules.satisfaction import (
    LEAST_SCALE,
    MOST_QUESTIONS,
    MOST_SCALE,
    BoxInk,
    QuestionResult,
    Result,
    RowRead,
    Scores,
    form_code,
    is_blank,
    is_full,
    read_scores,
    read_tick,
    result,
    scores_fault,
    shown_scores,
    token_fault,
)

__all__ = [
    "LEAST_SCALE", "MEANINGS", "MOST_QUESTIONS", "MOST_SCALE", "STANDS", "BoxInk", "Heard", "PersonWave", "QuestionResult",
    "Result", "RowRead", "Scores", "Share", "Tried", "Wave", "call_on", "due_on", "form_code", "is_blank", "is_full", "joined", "last_of_week",
    "read_scores", "read_tick", "result", "scores_fault", "second_person_fault", "shares", "shown_scores", "standing",
    "star_fault", "step_fault", "token_fault", "wave_on", "waves",
]  # fmt: skip
