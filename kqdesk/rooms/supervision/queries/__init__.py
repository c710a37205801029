"""What is asked of 督查: tasks on the desk, tasks and returns of other departments at the hub."""

from kqdesk.rooms.supervision.queries.facts import FileRow, StepRow, TaskCard, TaskRow
from kqdesk.rooms.supervision.queries.tasks import (
    FORM_FIELDS,
    DueTask,
    due,
    find,
    task_card,
    task_form,
    tasks,
)

__all__ = [
    "FORM_FIELDS",
    "DueTask",
    "FileRow",
    "StepRow",
    "TaskCard",
    "TaskRow",
    "due",
    "find",
    "task_card",
    "task_form",
    "tasks",
]
