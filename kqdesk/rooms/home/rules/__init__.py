"""Rules of 工作台: facts in, lines out, in the order of the morning. Pure; the time comes in.

day.py       what a line is, the day in words, the order
places.py    answers of waiting lists, learners who stay away
teaching.py  lessons, rolls, cohorts that lack something, learners near the limit
waiting.py   marks, certificates and drafts for the second person; papers and rules to prepare
"""

from kqdesk.rooms.home.rules.day import (
    MOST,
    Figure,
    Line,
    Step,
    day_words,
    greeting,
    in_order,
    near_day,
    short_day,
    summary,
)
from kqdesk.rooms.home.rules.places import AnswerFact, AwayFact, answer_lines, away_lines
from kqdesk.rooms.home.rules.teaching import (
    CohortFact,
    LessonFact,
    RiskFact,
    gap_lines,
    gap_words,
    is_near,
    lesson_line,
    lesson_lines,
    risk_lines,
    roll_lines,
)
from kqdesk.rooms.home.rules.waiting import (
    ContactFact,
    DrawnFact,
    PaperFact,
    SittingFact,
    backup_line,
    certificate_lines,
    contact_lines,
    draft_line,
    paper_lines,
    sitting_lines,
    unset_lines,
)

__all__ = [
    "MOST",
    "AnswerFact",
    "AwayFact",
    "CohortFact",
    "ContactFact",
    "DrawnFact",
    "Figure",
    "LessonFact",
    "Line",
    "PaperFact",
    "RiskFact",
    "SittingFact",
    "Step",
    "answer_lines",
    "away_lines",
    "backup_line",
    "certificate_lines",
    "contact_lines",
    "day_words",
    "draft_line",
    "gap_lines",
    "gap_words",
    "greeting",
    "in_order",
    "is_near",
    "lesson_line",
    "lesson_lines",
    "near_day",
    "paper_lines",
    "risk_lines",
    "roll_lines",
    "short_day",
    "sitting_lines",
    "summary",
    "unset_lines",
]
