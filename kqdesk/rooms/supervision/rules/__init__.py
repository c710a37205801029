"""The rules of 督查: tasks and answers, and what other departments report."""

from kqdesk.rooms.supervision.rules.returns import (
    Beside,
    Reported,
    ReturnKey,
    beside,
    head_fault,
    newest,
    next_version,
    read_amount,
)
from kqdesk.rooms.supervision.rules.tasks import (
    Standing,
    StepFact,
    Tally,
    Wanted,
    answer_fault,
    change_fault,
    due_words,
    is_overdue,
    read_wanted,
    standing,
    tally,
    task_fault,
    verdict_fault,
    written,
)

__all__ = [
    "Beside", "Reported", "ReturnKey", "Standing", "StepFact", "Tally", "Wanted", "answer_fault", "beside", "change_fault",
    "due_words", "head_fault", "is_overdue", "newest", "next_version", "read_amount", "read_wanted", "standing", "tally",
    "task_fault", "verdict_fault", "written",
]  # fmt: skip
