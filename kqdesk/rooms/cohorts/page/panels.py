"""The forms of the 班级 page: a cohort, people to add, a reason, a copy."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import (
    Check,
    Choice,
    Date,
    Field,
    LongText,
    Money,
    MultiChoice,
    Number,
    Pick,
    RowPick,
    Text,
)
from kqdesk.desk.form import FormPanel
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.cohorts import actions, queries, rules
from kqdesk.rooms.cohorts.actions import Enrolled, EnrolmentWarnings
from kqdesk.rooms.cohorts.queries import Choices, CohortRow, Pasted
from kqdesk.rooms.cohorts.terms import CohortKind, Project


def cohort_fields(offered: Choices) -> Sequence[Field]:
    """What a cohort is, in the order a clerk decides it: kind, course, name, when, where, who."""
    kinds = [(kind, kind.label) for kind in CohortKind]
    projects = [(project, project.label) for project in Project]
    return (
        MultiChoice(name="kinds", label="班级类型（可选几种）", choices=kinds, columns=4, required=True),
        Text(
            name="title",
            label="班级名称",
            required=True,
            longest=40,
            placeholder="如：兰亭村缝纫机维修夜校班",
        ),
        Choice(name="course_id", label="课程", choices=offered.courses, is_half=True),
        Choice(name="programme_id", label="或双证方案", choices=offered.programmes, is_half=True),
        Date(name="starts_on", label="开班日期", is_half=True),
        Date(name="ends_on", label="结班日期", is_half=True),
        Number(name="capacity", label="容量", unit="人", required=True, least=1, most=500, is_half=True),
        Text(name="intake", label="届（期）", longest=20, placeholder="如：2026 春", is_half=True),
        Choice(name="trainer_id", label="培训师", choices=offered.trainers, is_half=True),
        Text(name="meets", label="上课时间", longest=40, placeholder="如：每周二 18:30—20:00", is_half=True),
        Choice(name="tutor_id", label="班主任", choices=offered.trainers),
        Choice(name="deputy_id", label="副班主任", choices=offered.trainers, is_half=True),
        Choice(name="second_deputy_id", label="第二副班主任", choices=offered.trainers, is_half=True),
        Choice(name="site_id", label="教学点", choices=offered.sites),
        Choice(name="classroom_id", label="教室", choices=offered.classrooms),
        Choice(name="project", label="所属工程（六大工程，一个班只算一项）", choices=projects),
        Choice(name="village_id", label="村社", choices=offered.villages, is_half=True),
        Choice(name="firm_id", label="企业", choices=offered.firms, is_half=True),
        Money(name="fee", label="学费（元）", hint="免费填 0", is_half=True),
        Money(name="deposit", label="押金（元）", is_half=True),
        Check(name="is_elderly", label="老年教育"),
        LongText(name="note", label="备注", lines=2),
    )


def open_panel(desk: Desk, offered: Choices, capacity: int | None) -> FormPanel:
    """A new cohort; it stands as 在开 at once when its first day has come."""

    def save(values: dict[str, Any], panel: FormPanel) -> None:
        begun = values.get("starts_on") is not None and values["starts_on"] <= desk.today()
        panel.run(actions.open_cohort, is_started=begun, **values)

    return FormPanel(
        desk, "开班", cohort_fields(offered), save, values={"capacity": capacity}, save_text="开班"
    )


def edit_panel(desk: Desk, offered: Choices, row: CohortRow) -> FormPanel:
    """The card's facts."""
    names = [field.name for field in cohort_fields(offered)]

    def load(session: Session) -> Mapping[str, Any]:
        found = queries.cohort_form(session, row.id)
        return {name: found[name] for name in names}

    def save(values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.edit_cohort, cohort_id=row.id, seen=panel.seen, **values)

    return FormPanel(desk, f"修改班级 {row.no}", cohort_fields(offered), save, load=load)


class EnrolPanel(FormPanel):
    """Add people: one by search, or many by pasting names, ID numbers or phones. Stays open for the next."""

    def __init__(self, desk: Desk, row: CohortRow) -> None:
        self._row = row
        fields = (
            RowPick(name="person_id", label="找一个人", find=_offer, hint="姓名、拼音首字母、证件或电话后四位"),
            LongText(
                name="pasted", label="或者粘贴一列名单", lines=7, placeholder="姓名、身份证号或电话，一行一个",
                hint="从 Excel、WPS 或本软件的花名册里选中复制，粘到这里，整行也行",
            ),
        )  # fmt: skip
        super().__init__(
            desk, f"加学员：{row.title}", fields, self._resolve, save_text="入班", stays_open=True
        )
        self._ids: list[str] = []

    def _resolve(self, values: dict[str, Any], _: FormPanel) -> None:
        picked = [values["person_id"]] if values.get("person_id") else []
        query = partial(_pasted, values.get("pasted") or "")
        self.desk.read(query, partial(self._enrol, picked), owner=self, only="pasted")

    def _enrol(self, picked: list[str], found: Pasted) -> None:
        self._ids = [*picked, *found.person_ids]
        trouble = []
        if found.unknown:
            trouble.append(
                f"花名册里没有：{'、'.join(found.unknown[:6])}{'……' if len(found.unknown) > 6 else ''}"
            )
        if found.several:
            trouble.append(f"同名不止一人，请用证件号：{'、'.join(found.several[:6])}")
        if trouble:
            button = (f"先加其余 {len(self._ids)} 人", self._go) if self._ids else None
            self.note.say("；".join(trouble) + "。", "refused", button)
        elif not self._ids:
            self.note.say("请先找一个人，或粘贴一列名单。", "refused")
        else:
            self._go()

    def _go(self) -> None:
        self.run(actions.enrol, cohort_id=self._row.id, person_ids=self._ids, then=self._said)

    def _accept(self) -> None:
        self.run(
            actions.enrol, cohort_id=self._row.id, person_ids=self._ids, accept_warnings=True, then=self._said
        )

    def refuse(self, error: UserError) -> None:
        super().refuse(error)
        if isinstance(error, EnrolmentWarnings):
            self.note.say(str(error), "refused", ("仍要入班", self._accept))

    def _said(self, done: Enrolled) -> None:
        self.form.show_values({"person_id": None, "pasted": None})
        parts = [f"已入班 {done.enrolled} 人"]
        parts += [f"满员，候补 {done.waiting} 人"] if done.waiting else []
        parts += [f"{'、'.join(done.already[:4])} 本来就在班里"] if done.already else []
        self.note.say("，".join(parts) + "。", "told")
        self.form.focus_first()


def reason_panel(desk: Desk, title: str, act: Any, *, optional: bool = False, **fixed: Any) -> FormPanel:
    """One line of why, then the act."""
    fields = (Text(name="reason", label="原因", required=not optional, longest=60),)

    def save(values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(act, **fixed, **values)

    return FormPanel(desk, title, fields, save, save_text="确定")


class CopyPanel(FormPanel):
    """Last year's class on this year's days; those who have not completed may come along."""

    def __init__(self, desk: Desk, row: CohortRow) -> None:
        fields = (
            Text(name="title", label="新班级名称", required=True, longest=40),
            Date(
                name="starts_on", label="开班日期", required=True, is_half=True, hint="去年同一星期几，可以改"
            ),
            Text(name="intake", label="届（期）", longest=20, is_half=True),
            Check(name="carry_learners", label="带上还没结业的学员"),
        )
        values = {
            "title": row.title, "starts_on": rules.next_start(row.starts_on, desk.today()), "carry_learners": False,
        }  # fmt: skip
        super().__init__(
            desk, f"照「{row.title}」再开一个", fields, self._save, values=values, save_text="开班"
        )
        self._row, self._values = row, dict[str, Any]()

    def _save(self, values: dict[str, Any], _: FormPanel) -> None:
        self._values = values
        self._go(accept=False)

    def _go(self, *, accept: bool) -> None:
        self.run(actions.copy_cohort, cohort_id=self._row.id, accept_warnings=accept, **self._values)

    def refuse(self, error: UserError) -> None:
        super().refuse(error)
        if isinstance(error, EnrolmentWarnings):
            self.note.say(str(error), "refused", ("仍要开班", partial(self._go, accept=True)))


def _offer(session: Session, text: str, limit: int) -> Sequence[Pick]:
    return [Pick(one.id, one.name, one.note) for one in queries.people_to_enrol(session, text, limit)]


def _pasted(text: str, session: Session) -> Pasted:
    return queries.people_pasted(session, text)
