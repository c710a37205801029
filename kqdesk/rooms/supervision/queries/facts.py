"""Tasks with their steps, by the same statements on the desk and at the hub; secret words are opened by ``opened``."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, select

from kqdesk.rooms.supervision import rules
from kqdesk.rooms.supervision.rules import Standing, StepFact, Wanted
from kqdesk.rooms.supervision.terms import EVIDENCE, STEP, TASK, StepKind, TaskSource, TaskState

Tables = Callable[[str], Table]
"""A desk's tables or the hub's, by name."""
Opener = Callable[[str, str, object], Any]
"""(table, column, value) → the value in clear."""


@dataclass(frozen=True)
class FileRow:
    """A file that shows something was done. ``is_sent``: an answer names it."""

    id: str
    digest: str
    name: str
    media: str
    size: int
    added_at: datetime
    is_sent: bool


@dataclass(frozen=True)
class StepRow:
    """One step as people read it. ``figures``: the number asked for and what was answered."""

    id: str
    kind: StepKind
    answer_id: str | None
    at: datetime
    by: str
    words: str
    figures: tuple[tuple[Wanted, int], ...]
    files: tuple[FileRow, ...]


@dataclass(frozen=True)
class TaskRow:
    """A task of one school, where it stands and what is due. ``due_words``: 还有 3 天; empty when nothing is to be done."""

    id: str
    school: str
    dispatch: str
    source: TaskSource
    title: str
    paper_no: str
    issued_by: str
    issued_on: date
    due_on: date
    wanted: tuple[Wanted, ...]
    wants_files: bool
    standing: Standing
    is_overdue: bool
    due_words: str

    @property
    def state(self) -> TaskState:
        """Where it stands."""
        return self.standing.state


@dataclass(frozen=True)
class TaskCard:
    """A task with everything that was said and done, newest step first. ``loose``: files no answer names yet."""

    row: TaskRow
    words: str
    steps: tuple[StepRow, ...]
    files: tuple[FileRow, ...]

    @property
    def loose(self) -> tuple[FileRow, ...]:
        """Files put in since the last answer."""
        return tuple(file for file in self.files if not file.is_sent)

    @property
    def answer(self) -> StepRow | None:
        """The newest answer."""
        return next((step for step in self.steps if step.id == self.row.standing.answer_id), None)

    @property
    def verdict(self) -> StepRow | None:
        """The last word of the district on the newest answer."""
        newest = self.row.standing.answer_id
        return next((step for step in self.steps if newest and step.answer_id == newest), None)


def as_it_is(table: str, column: str, value: object) -> Any:
    """On the desk nothing is sealed."""
    return value


def task_rows(
    connection: Connection, tables: Tables, *, today: date, opened: Opener = as_it_is, school: str | None = None,
    dispatch: str | None = None, ids: Collection[str] | None = None,
) -> list[TaskRow]:  # fmt: skip
    """Tasks by due day, what the school must do first. Two statements."""
    task = tables(TASK)
    wanted = select(task)
    if school is not None:
        wanted = wanted.where(task.c.school == school)
    if dispatch is not None:
        wanted = wanted.where(task.c.dispatch == dispatch)
    if ids is not None:
        wanted = wanted.where(task.c.id.in_(ids))
    found = connection.execute(wanted).mappings().all()
    steps = _step_facts(connection, tables, school, {row["id"] for row in found} if dispatch or ids else None)
    rows = [_row(row, steps.get((row["school"], row["id"]), []), today, opened) for row in found]
    return sorted(rows, key=lambda row: (not row.state.is_ours, row.due_on, row.issued_on, row.id))


def _step_facts(
    connection: Connection, tables: Tables, school: str | None, task_ids: Collection[str] | None
) -> dict[tuple[str, str], list[StepFact]]:
    step = tables(STEP)
    wanted = select(
        step.c.school, step.c.task_id, step.c.id, step.c.kind, step.c.answer_id, step.c.stepped_at
    )
    if school is not None:
        wanted = wanted.where(step.c.school == school)
    if task_ids is not None:
        wanted = wanted.where(step.c.task_id.in_(task_ids))
    found: dict[tuple[str, str], list[StepFact]] = {}
    for of_school, task_id, step_id, kind, answer_id, at in connection.execute(wanted):
        fact = StepFact(step_id, StepKind(kind), answer_id, at)
        found.setdefault((of_school, task_id), []).append(fact)
    return found


def _row(row: Mapping[Any, Any], steps: Sequence[StepFact], today: date, opened: Opener) -> TaskRow:
    stands = rules.standing(steps)
    return TaskRow(
        row["id"], row["school"], row["dispatch"], TaskSource(row["source"]), row["title"], row["paper_no"] or "",
        opened(TASK, "issued_by", row["issued_by"]) or "", row["issued_on"], row["due_on"], wanted_of(row["figures"]),
        bool(row["wants_files"]), stands, rules.is_overdue(stands.state, row["due_on"], today),
        rules.due_words(stands.state, row["due_on"], today),
    )  # fmt: skip


def wanted_of(written: Sequence[Sequence[str]] | None) -> tuple[Wanted, ...]:
    """The numbers a row of tasks asks for."""
    return tuple(Wanted(*one) for one in written or ())


def task_card(
    connection: Connection, tables: Tables, task_id: str, *, today: date, opened: Opener = as_it_is,
    school: str | None = None,
) -> TaskCard | None:  # fmt: skip
    """One task with its steps and files; None when it is gone. Five statements."""
    rows = task_rows(connection, tables, today=today, opened=opened, school=school, ids=[task_id])
    if not rows:
        return None
    [row], task, step = rows, tables(TASK), tables(STEP)
    words = connection.execute(
        select(task.c.words).where(task.c.id == task_id, task.c.school == row.school)
    ).scalar_one()
    found = (
        connection.execute(select(step).where(step.c.task_id == task_id, step.c.school == row.school))
        .mappings()
        .all()
    )
    sent = {one for line in found for one in line["files"] or ()}
    files = _files(connection, tables, row, sent, opened)
    labels = {one.key: one for one in row.wanted}
    steps = sorted(
        (_step(line, labels, files, opened) for line in found),
        key=lambda one: (one.at, one.id),
        reverse=True,
    )
    return TaskCard(row, words, tuple(steps), tuple(files.values()))


def _files(
    connection: Connection, tables: Tables, row: TaskRow, sent: Collection[str], opened: Opener
) -> dict[str, FileRow]:
    file = tables("attachment")
    wanted = (
        select(file)
        .where(
            file.c.school == row.school,
            file.c.owner_table == TASK,
            file.c.owner_id == row.id,
            file.c.purpose == EVIDENCE,
        )
        .order_by(file.c.added_at, file.c.id)
    )
    return {
        line["id"]: FileRow(
            line["id"], line["digest"], opened("attachment", "name", line["name"]), line["media"], line["size"],
            line["added_at"], line["id"] in sent,
        )
        for line in connection.execute(wanted).mappings()
    }  # fmt: skip


def _step(
    line: Mapping[Any, Any], labels: Mapping[str, Wanted], files: Mapping[str, FileRow], opened: Opener
) -> StepRow:
    return StepRow(
        line["id"], StepKind(line["kind"]), line["answer_id"], line["stepped_at"], opened(STEP, "stepped_by", line["stepped_by"]) or "",
        opened(STEP, "words", line["words"]) or "",
        tuple((labels[key], value) for key, value in line["figures"] or () if key in labels),
        tuple(files[one] for one in line["files"] or () if one in files),
    )  # fmt: skip
