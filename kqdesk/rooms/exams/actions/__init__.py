"""Everything that changes an exam: who sits, where, and what they scored. Locked marks change by 更正成绩 only."""

from kqdesk.rooms.exams.actions.hall import add_hall, arrange_seats, change_hall, clear_seats, remove_hall
from kqdesk.rooms.exams.actions.score import (
    Checked,
    Entry,
    check_scores,
    confirm_correction,
    correct_score,
    enter_scores,
    lock_sitting,
    settle_score,
)
from kqdesk.rooms.exams.actions.sitting import (
    Added,
    add_candidates,
    change_paper,
    change_sitting,
    choose_candidate_science,
    open_sitting,
    remove_candidates,
    remove_sitting,
)

__all__ = [
    "Added",
    "Checked",
    "Entry",
    "add_candidates",
    "add_hall",
    "arrange_seats",
    "change_hall",
    "change_paper",
    "change_sitting",
    "check_scores",
    "choose_candidate_science",
    "clear_seats",
    "confirm_correction",
    "correct_score",
    "enter_scores",
    "lock_sitting",
    "open_sitting",
    "remove_candidates",
    "remove_hall",
    "remove_sitting",
    "settle_score",
]
