"""The forms of the 督查 page: a task from a paper, an answer with its numbers, what the district said."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Check, Choice, Date, Field, LongText, Number, Text
from kqdesk.desk.form import FormPanel
from kqdesk.rooms.supervision import actions, queries
from kqdesk.rooms.supervision.queries import TaskCard, TaskRow

FIGURE = "figure_"  # before the key of a number asked for


def _task_fields() -> Sequence[Field]:
    return (
        Text(name="title", label="督查事项", required=True, longest=60),
        LongText(name="words", label="要求", required=True, lines=4, placeholder="办什么、怎样算办好"),
        Date(name="due_on", label="到期日", required=True, is_half=True),
        Date(name="issued_on", label="来文日期", required=True, is_half=True),
        Text(name="issued_by", label="布置人（单位）", longest=40, placeholder="区教育局"),
        Text(name="paper_no", label="文号", longest=40),
        LongText(
            name="figures", label="要填的数", lines=3, placeholder="新开班数 个\n培训人次 人次", hint="一行一个，数的单位写在后面，空一格；不要数就空着"
        ),
        Check(name="wants_files", label="要佐证材料（照片、扫描件、表格）"),
    )  # fmt: skip


def enter_panel(desk: Desk) -> FormPanel:
    """A task that came on paper."""

    def save(values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.enter_task, **_clean(values))

    return FormPanel(desk, "登记纸质督查", _task_fields(), save, values={"issued_on": desk.today()})


def change_panel(desk: Desk, row: TaskRow) -> FormPanel:
    """The same fields, while nobody answered."""

    def save(values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.change_task, task_id=row.id, seen=panel.seen, **_clean(values))

    return FormPanel(desk, "修改督查任务", _task_fields(), save, load=partial(_load, row.id))


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **values, "figures": values["figures"] or "", "issued_by": values["issued_by"] or "",
        "wants_files": bool(values["wants_files"]),
    }  # fmt: skip


def _load(task_id: str, session: Session) -> Mapping[str, Any]:
    return queries.task_form(session, task_id=task_id)


def answer_panel(desk: Desk, card: TaskCard) -> FormPanel:
    """Words and every number asked for; what was answered last stands in it, to be mended."""
    row, last = card.row, card.answer
    hint = _files_hint(card)
    fields: tuple[Field, ...] = (
        LongText(name="words", label="办理情况", required=True, lines=6, placeholder="办了什么、结果怎样", hint=hint),
        *(Number(name=FIGURE + one.key, label=one.shown, required=True, least=0, is_half=True) for one in row.wanted),
    )  # fmt: skip

    def save(values: dict[str, Any], panel: FormPanel) -> None:
        figures = {name.removeprefix(FIGURE): value for name, value in values.items() if name != "words"}
        panel.run(actions.answer, task_id=row.id, words=values["words"], figures=figures)

    values: dict[str, Any] = {FIGURE + one.key: value for one, value in last.figures} if last else {}
    if last is not None:
        values["words"] = last.words
    title = "补充答复" if last is not None else "答复督查"
    return FormPanel(desk, title, fields, save, values=values, save_text="交给区里")


def _files_hint(card: TaskCard) -> str:
    fresh, sent = len(card.loose), len(card.answer.files) if card.answer else 0
    if fresh:
        return f"放入的 {fresh} 份材料会一起交去。"
    if sent:
        return f"没有放新的材料，上次交的 {sent} 份照旧。"
    return "还没有放入佐证材料：先按 Esc，再按 Ctrl+O。" if card.row.wants_files else ""


def verdict_panel(desk: Desk, row: TaskRow) -> FormPanel:
    """What the district said on paper or by phone."""
    fields = (
        Choice(name="accepted", label="区里的意见", choices=((True, "认可"), (False, "退回")), required=True),
        LongText(name="words", label="意见", lines=4, hint="退回要写明为什么、还要补什么"),
    )

    def save(values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(
            actions.record_verdict,
            task_id=row.id,
            accepted=values["accepted"],
            words=values["words"] or "",
        )

    return FormPanel(desk, "登记区里意见", fields, save)
