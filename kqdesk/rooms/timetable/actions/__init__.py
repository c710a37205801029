"""Everything that changes the timetable. A hard clash is refused with its ways out; a soft one must be accepted."""

from kqdesk.rooms.timetable.actions.changing import (
    cancel_lesson,
    lock_lesson,
    move_lesson,
    revive_lesson,
    substitute_trainer,
)
from kqdesk.rooms.timetable.actions.checks import LessonDraft, SoftClashes
from kqdesk.rooms.timetable.actions.giving_out import publish_lessons, reveal_call_list
from kqdesk.rooms.timetable.actions.planning import PlannedMove, apply_plan
from kqdesk.rooms.timetable.actions.putting import (
    clear_school_day,
    edit_lesson,
    mark_held,
    put_lessons,
    remove_lessons,
    set_school_day,
)

__all__ = [
    "LessonDraft",
    "PlannedMove",
    "SoftClashes",
    "apply_plan",
    "cancel_lesson",
    "clear_school_day",
    "edit_lesson",
    "lock_lesson",
    "mark_held",
    "move_lesson",
    "publish_lessons",
    "put_lessons",
    "remove_lessons",
    "reveal_call_list",
    "revive_lesson",
    "set_school_day",
    "substitute_trainer",
]
