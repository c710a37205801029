"""Everything that changes 考勤: rolls and corrections, leave, walk-ins, online study, pay."""

from kqdesk.rooms.attendance.actions.leave import (
    LONGEST,
    add_leave,
    mark_trainer,
    remove_leave,
)
from kqdesk.rooms.attendance.actions.locks import (
    LOCKED,
    learners_of,
    lesson_of,
    lock_since,
    marks_at,
    refuse_locked,
    roll_of,
)
from kqdesk.rooms.attendance.actions.online import (
    MOST_MINUTES,
    OnlineLine,
    OnlineTaken,
    accept_online,
    import_online,
    remove_online,
)
from kqdesk.rooms.attendance.actions.pay import (
    approve_pay_sheet,
    discard_pay_sheet,
    draw_pay_sheet,
    void_pay_sheet,
)
from kqdesk.rooms.attendance.actions.roll import (
    Taken,
    correct_mark,
    lock_roll,
    set_mark,
    take_roll,
)
from kqdesk.rooms.attendance.actions.walk_in import (
    THERE,
    add_walk_in,
    merge_walk_in,
)

__all__ = [
    "LOCKED",
    "LONGEST",
    "MOST_MINUTES",
    "THERE",
    "OnlineLine",
    "OnlineTaken",
    "Taken",
    "accept_online",
    "add_leave",
    "add_walk_in",
    "approve_pay_sheet",
    "correct_mark",
    "discard_pay_sheet",
    "draw_pay_sheet",
    "import_online",
    "learners_of",
    "lesson_of",
    "lock_roll",
    "lock_since",
    "mark_trainer",
    "marks_at",
    "merge_walk_in",
    "refuse_locked",
    "remove_leave",
    "remove_online",
    "roll_of",
    "set_mark",
    "take_roll",
    "void_pay_sheet",
]
