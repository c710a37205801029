"""What is asked of 双证: the board, batches of graduates, the register of diplomas."""

from kqdesk.rooms.dual.queries.board import (
    Board,
    BoardRow,
    DualCounts,
    board,
    counts,
    credit_rules_on,
    dual_count,
)
from kqdesk.rooms.dual.queries.diplomas import (
    DiplomaRow,
    KnownPerson,
    diploma_form,
    diplomas,
    id_numbers,
    people_by_number,
)
from kqdesk.rooms.dual.queries.graduation import (
    ApplicationRow,
    BatchRow,
    applications,
    applied,
    batches,
    posting_days,
)

__all__ = [
    "ApplicationRow",
    "BatchRow",
    "Board",
    "BoardRow",
    "DiplomaRow",
    "DualCounts",
    "KnownPerson",
    "applications",
    "applied",
    "batches",
    "board",
    "counts",
    "credit_rules_on",
    "diploma_form",
    "diplomas",
    "dual_count",
    "id_numbers",
    "people_by_number",
    "posting_days",
]
