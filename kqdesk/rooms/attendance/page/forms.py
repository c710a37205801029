"""Small forms over the roll: a correction, somebody who is not on it, who she really is, the trainer's own mark."""

from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget
from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Choice, Pick, RowPick, Text
from kqdesk.desk.form import FormDialog, FormPanel
from kqdesk.rooms.attendance import actions
from kqdesk.rooms.attendance.page.sheet import Line
from kqdesk.rooms.attendance.queries import LessonToRoll, WalkIn
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.cohorts.queries import people_to_enrol


def people(session: Session, text: str, limit: int) -> list[Pick]:
    """People of the roster while typing."""
    return [Pick(one.id, one.name, one.note) for one in people_to_enrol(session, text, limit)]


def ask_walk_in(desk: Desk, lesson: LessonToRoll, parent: QWidget) -> None:
    """Search first; only who is not found is entered anew, with a name and perhaps a phone."""
    fields = (
        RowPick(
            name="person_id",
            label="先在花名册里找",
            find=people,
            placeholder="姓名、拼音首字母、证件或电话尾号",
        ),
        Text(name="name", label="找不到就写姓名", longest=40, is_half=True),
        Text(name="phone", label="电话（可以以后补）", longest=20, is_half=True),
    )
    panel = FormPanel(desk, "补登学员", fields, partial(_add, lesson.id), save_text="补登并记到")
    FormDialog(parent, panel).open()


def _add(lesson_id: str, values: dict[str, Any], panel: FormPanel) -> None:
    name = (values["name"] or "").strip()
    if not values["person_id"] and not name:
        panel.form.show_fault("name", "请在花名册里选一个人，或写下姓名。")
        return
    panel.run(
        actions.add_walk_in, lesson_id=lesson_id, person_id=values["person_id"] or None, name=name,
        phone=values["phone"] or None,
    )  # fmt: skip


def ask_merge(desk: Desk, walk_in: WalkIn, parent: QWidget) -> None:
    """Which person of the roster the walk-in is."""
    fields = (
        RowPick(
            name="person_id", label=f"{walk_in.name}就是花名册里的", find=people, required=True,
            hint="考勤、请假、网上学习都归到这个人名下；补登的那一条作废。",
        ),
    )  # fmt: skip
    panel = FormPanel(desk, "并入花名册", fields, partial(_merge, walk_in.enrolment_id), save_text="并入")
    FormDialog(parent, panel).open()


def _merge(enrolment_id: str, values: dict[str, Any], panel: FormPanel) -> None:
    panel.run(actions.merge_walk_in, enrolment_id=enrolment_id, **values)


def ask_trainer(desk: Desk, lesson: LessonToRoll, parent: QWidget) -> None:
    """The trainer's own mark; without one the roll speaks for her."""
    marks = tuple((mark, mark.label) for mark in Mark)
    fields = (
        Choice(name="mark", label=f"{lesson.trainer}这次课", choices=marks, hint="空着就是照点名，上了课。"),
        Text(
            name="reason", label="说明", placeholder="如：因病由阮师傅代课", longest=60,
            hint="旷课、请假的不计课酬。点名锁定后改要写原因。",
        ),
    )  # fmt: skip
    panel = FormPanel(
        desk,
        "培训师考勤",
        fields,
        partial(_mark, lesson.id),
        values={"mark": lesson.trainer_mark},
        save_text="登记",
    )
    FormDialog(parent, panel).open()


def _mark(lesson_id: str, values: dict[str, Any], panel: FormPanel) -> None:
    panel.run(actions.mark_trainer, lesson_id=lesson_id, mark=values["mark"], reason=values["reason"] or "")


def ask_correction(desk: Desk, lesson_id: str, line: Line, parent: QWidget) -> None:
    """Another mark for one learner of a locked roll, with the reason."""
    marks = tuple((mark, mark.label) for mark in Mark)
    fields = (
        Choice(name="mark", label=f"{line.row.name}改成", choices=marks, required=True),
        Text(
            name="reason", label="更正原因", required=True, placeholder="如：签到表上有本人签名", longest=60
        ),
    )
    save = partial(_correct, lesson_id, line.id)
    panel = FormPanel(desk, "更正考勤", fields, save, values={"mark": line.mark}, save_text="更正")
    FormDialog(parent, panel).open()


def _correct(lesson_id: str, enrolment_id: str, values: dict[str, Any], panel: FormPanel) -> None:
    panel.run(actions.correct_mark, lesson_id=lesson_id, enrolment_id=enrolment_id, **values)
