"""Everything the school does with what the district asks: enter a paper's task, gather evidence, answer, note the verdict."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.office.queries import staff_names
from kqdesk.rooms.supervision import queries, rules
from kqdesk.rooms.supervision.model import SupervisionStep, SupervisionTask
from kqdesk.rooms.supervision.queries import TaskCard
from kqdesk.rooms.supervision.terms import EVIDENCE, TASK, StepKind, TaskSource
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import Attachment, KeptFile, detach, put_in

GONE = "这件督查已经不在了，可能区里撤掉了。请刷新。"
NOT_PAPER = "这是区里网上布置的督查，认可和退回由区里在网上点。"


@action("登记督查任务")
def enter_task(w: Writing, /, *, figures: str = "", **fields: Any) -> str:
    """A task that came on paper, for a school whose district has no hub. ``figures``: numbers asked for, one a line
    (新开班数 个); ``fields``: queries.tasks.FORM_FIELDS. Returns its id.
    """
    task = SupervisionTask(source=TaskSource.PAPER, dispatch="", issued_on=school_day(w.now))
    _fill(w, task, figures, fields)
    w.session.add(task)
    w.session.flush()
    task.dispatch = task.id
    w.note(task.title)
    return task.id


@action("修改督查任务")
def change_task(
    w: Writing, /, *, task_id: str, seen: int | None = None, figures: str = "", **fields: Any
) -> None:
    """Change a task that was entered from a paper and that nobody answered yet."""
    task, card = _task(w, task_id)
    _refuse(rules.change_fault(card.row.source, card.row.standing.answers))
    w.check_fresh(task, fields, seen)
    _fill(w, task, figures, fields)
    w.note(task.title)


@action("删除督查任务")
def remove_task(w: Writing, *, task_id: str) -> None:
    """A task from a paper that was entered by mistake."""
    task, card = _task(w, task_id)
    _refuse(rules.change_fault(card.row.source, card.row.standing.answers))
    for file in card.files:
        detach(w, attachment_id=file.id)
    w.session.delete(task)
    w.note(task.title)


@action("放入督查材料")
def put_evidence(w: Writing, *, task_id: str, files: Sequence[KeptFile]) -> int:
    """Put in what shows that it was done; it goes up with the next answer. Returns how many are new."""
    task, _ = _task(w, task_id)
    count = put_in(w, table=TASK, row_id=task_id, purpose=EVIDENCE, files=files)
    w.note(f"{task.title} {count} 份")
    return count


@action("取出督查材料")
def take_out_evidence(w: Writing, *, task_id: str, attachment_id: str) -> None:
    """Take a file out again that no answer names."""
    _, card = _task(w, task_id)
    file = next((file for file in card.files if file.id == attachment_id), None)
    if file is None or w.session.get(Attachment, attachment_id) is None:
        raise UserError("这份材料已经不在了。请刷新。")
    if file.is_sent:
        raise UserError("这份材料已经随答复交给区里，不能取出。要更换请放入新的，再答复一次。")
    w.note(file.name)
    detach(w, attachment_id=attachment_id)


@action("答复督查")
def answer(w: Writing, *, task_id: str, words: str, figures: Mapping[str, int | None] | None = None) -> str:
    """Answer with words, the numbers asked for (key → value) and every file put in since; returns the step's id.

    Answering again is how something is added or mended; what was answered before stays.
    """
    task, card = _task(w, task_id)
    told = dict(figures or {})
    files = card.loose or (card.answer.files if card.answer else ())
    row = card.row
    _refuse(
        rules.answer_fault(row.state, words, row.wanted, told, wants_files=row.wants_files, files=len(files))
    )
    step = _step(w, task_id, StepKind.ANSWER, words)
    step.figures = [[one.key, told[one.key]] for one in row.wanted]
    step.files = [file.id for file in files]
    w.session.add(step)
    w.session.flush()
    w.note(task.title)
    return step.id


@action("登记区里意见")
def record_verdict(w: Writing, *, task_id: str, accepted: bool, words: str = "") -> None:
    """What the district said of the answer to a task that came on paper: accepted, or returned and why."""
    task, card = _task(w, task_id)
    if card.row.source is not TaskSource.PAPER:
        raise UserError(NOT_PAPER)
    _refuse(rules.verdict_fault(card.row.state, accepted=accepted, reason=words))
    step = _step(w, task_id, StepKind.ACCEPT if accepted else StepKind.RETURN, words)
    step.answer_id = card.row.standing.answer_id
    w.session.add(step)
    w.note(f"{task.title}：{'认可' if accepted else '退回'}")


def _step(w: Writing, task_id: str, kind: StepKind, words: str) -> SupervisionStep:
    names = staff_names(w.session)
    return SupervisionStep(
        task_id=task_id, kind=kind, words=words.strip() or None, stepped_at=w.now, stepped_by=names.get(w.actor, ""),
        staff_id=w.actor if w.actor in names else None,
    )  # fmt: skip


def _fill(w: Writing, task: SupervisionTask, figures: str, fields: Mapping[str, Any]) -> None:
    unknown = set(fields) - set(queries.FORM_FIELDS)
    if unknown:
        raise TypeError(f"no such field: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(task, name, value.strip() if isinstance(value, str) else value)
    wanted, today = rules.read_wanted(figures), school_day(w.now)
    task.figures = [[one.key, one.label, one.unit] for one in wanted]
    due_on: date | None = task.due_on
    if due_on is None:
        raise UserError("请写到期日。")
    _refuse(rules.task_fault(task.title or "", task.words or "", due_on, task.issued_on, wanted, today))
    task.issued_by = (task.issued_by or "").strip() or "区教育局"


def _task(w: Writing, task_id: str) -> tuple[SupervisionTask, TaskCard]:
    w.session.flush()
    task = w.session.get(SupervisionTask, task_id)
    card = queries.task_card(w.session, task_id, today=school_day(w.now)) if task is not None else None
    if task is None or card is None:
        raise UserError(GONE)
    return task, card


def _refuse(fault: str | None) -> None:
    if fault:
        raise UserError(fault)
