"""What the desk asks of 督查: the list, one task, what is due, a form, Ctrl+K."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.orm import Session

from kqdesk.rooms.supervision import rules
from kqdesk.rooms.supervision.model import SupervisionTask
from kqdesk.rooms.supervision.queries import facts
from kqdesk.rooms.supervision.queries.facts import TaskCard, TaskRow
from kqdesk.rooms.supervision.terms import TaskState
from kqdesk.store.base import Base

FORM_FIELDS = ("title", "words", "paper_no", "issued_by", "issued_on", "due_on", "wants_files")


@dataclass(frozen=True)
class DueTask:
    """What the district waits for, for 工作台."""

    id: str
    title: str
    due_on: date
    due_words: str
    is_overdue: bool
    is_returned: bool


def tasks(
    session: Session, *, today: date, text: str = "", states: Sequence[TaskState] = ()
) -> list[TaskRow]:
    """The school's tasks, what is to be done first and by due day. ``text``: matter, paper number. Two statements."""
    rows = facts.task_rows(_line(session), _desk, today=today)
    low = text.strip().lower()
    return [
        row
        for row in rows
        if (not states or row.state in states) and (not low or low in f"{row.title} {row.paper_no}".lower())
    ]


def task_card(session: Session, task_id: str, *, today: date) -> TaskCard | None:
    """One task with everything; None when it is gone."""
    return facts.task_card(_line(session), _desk, task_id, today=today)


def due(session: Session, *, today: date) -> tuple[DueTask, ...]:
    """What the school has to answer, the most urgent first. Two statements."""
    return tuple(
        DueTask(row.id, row.title, row.due_on, row.due_words, row.is_overdue, row.state is TaskState.RETURNED)
        for row in facts.task_rows(_line(session), _desk, today=today)
        if row.state.is_ours
    )


def task_form(session: Session, *, task_id: str) -> dict[str, Any]:
    """The editable fields of one task by name; ``figures`` as it is typed, one a line."""
    one = session.get_one(SupervisionTask, task_id)
    found = {name: getattr(one, name) for name in FORM_FIELDS}
    return found | {"figures": rules.written(facts.wanted_of(one.figures))}


def find(session: Session, text: str, limit: int, *, today: date) -> list[TaskRow]:
    """Tasks for Ctrl+K."""
    return tasks(session, today=today, text=text)[:limit] if text else []


def _line(session: Session) -> Connection:
    return session.connection()


def _desk(name: str) -> Table:
    return Base.metadata.tables[name]
