"""What is done with 排摸: open and close rounds, list whom to ask, write down answers, take in a filled workbook."""

from kqdesk.rooms.survey.actions.answers import add_asked, drop_asked, put_answers
from kqdesk.rooms.survey.actions.importing import FillCounts, import_answers
from kqdesk.rooms.survey.actions.rounds import (
    Opened,
    close_round,
    edit_round,
    fill_round,
    open_round,
    reopen_round,
)

__all__ = [
    "FillCounts",
    "Opened",
    "add_asked",
    "close_round",
    "drop_asked",
    "edit_round",
    "fill_round",
    "import_answers",
    "open_round",
    "put_answers",
    "reopen_round",
]
