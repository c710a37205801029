"""What is asked of the timetable: lessons, the ground of the clash check, choices, what people must be told."""

from kqdesk.rooms.timetable.queries.choices import (
    Choices,
    CohortChoice,
    LessonDefaults,
    choices,
    lesson_defaults,
)
from kqdesk.rooms.timetable.queries.giving_out import (
    Callee,
    ChangeLine,
    Standing,
    Unprinted,
    callees,
    lesson_changes,
    lesson_substitutes,
    sequences,
    standing_of,
    unprinted,
)
from kqdesk.rooms.timetable.queries.ground import (
    calendar_between,
    free_rooms,
    free_trainers,
    ground_between,
    rooms,
    stand_ins,
)
from kqdesk.rooms.timetable.queries.lessons import (
    By,
    LessonRow,
    lesson_card,
    lessons_between,
    term_lessons,
    week_lessons,
    weeks_with_lessons,
)
from kqdesk.rooms.timetable.queries.planning import PlanLine, PlanOrder, plan_lines, plan_task

__all__ = [
    "By",
    "Callee",
    "ChangeLine",
    "Choices",
    "CohortChoice",
    "LessonDefaults",
    "LessonRow",
    "PlanLine",
    "PlanOrder",
    "Standing",
    "Unprinted",
    "calendar_between",
    "callees",
    "choices",
    "free_rooms",
    "free_trainers",
    "ground_between",
    "lesson_card",
    "lesson_changes",
    "lesson_defaults",
    "lesson_substitutes",
    "lessons_between",
    "plan_lines",
    "plan_task",
    "rooms",
    "sequences",
    "stand_ins",
    "standing_of",
    "term_lessons",
    "unprinted",
    "week_lessons",
    "weeks_with_lessons",
]
