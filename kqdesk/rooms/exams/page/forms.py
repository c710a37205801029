"""Forms of the exams page: a sitting, a correction, a person for a resit."""

from collections.abc import Mapping, Sequence
from datetime import time
from functools import partial
from typing import TYPE_CHECKING, Any

from kqdesk.desk.fields import Check, Choice, Date, Number, Text, Time
from kqdesk.desk.form import FormPanel
from kqdesk.rooms.catalogue.terms import DualLevel, Subject
from kqdesk.rooms.exams import actions, queries
from kqdesk.rooms.exams.page.marks import fault_of
from kqdesk.rooms.exams.queries import OpenSitting, ScoreRow
from kqdesk.rooms.exams.rules import read_points
from kqdesk.rooms.exams.terms import Organiser

if TYPE_CHECKING:
    from kqdesk.rooms.exams.page.screen import ExamsPage

ORGANISERS = tuple((organiser, organiser.label) for organiser in Organiser)


class Forms:
    """The panels at the right of the page and what they save."""

    def __init__(self, page: "ExamsPage") -> None:
        self.page, self.desk = page, page.desk

    def new_sitting(self) -> None:
        """A new sitting from a programme's subjects."""
        offered = [p for p in self.page.programmes if p.subjects]
        if not offered:
            self.page.show_empty()
            return
        fields = (
            Text(name="title", label="考试名称", required=True, hint="例如：2026 年上半年成人高中文化课考试"),
            Choice(name="programme_id", label="培养方案", required=True, choices=tuple((p.id, p.title) for p in offered)),
            Date(name="on", label="考试日期", required=True, is_half=True),
            Time(name="starts", label="第一场开始", required=True, is_half=True),
            Number(name="minutes", label="每场时长", unit="分钟", required=True, least=20, most=240, is_half=True),
            Number(name="pause", label="场间休息", unit="分钟", required=True, least=0, most=180, is_half=True),
            Choice(name="organiser", label="组织单位", required=True, choices=ORGANISERS, is_half=True),
            Text(name="centre", label="考点", is_half=True),
        )  # fmt: skip
        values = {"programme_id": offered[0].id, "organiser": Organiser.SCHOOL, "minutes": 90, "pause": 20,
                  "starts": time(8, 30)}  # fmt: skip
        self.page.show_panel(FormPanel(self.desk, "建立考试", fields, self._save_new, values=values))

    def _save_new(self, values: dict[str, Any], panel: FormPanel) -> None:
        starts = values.pop("starts")
        first = starts.hour * 60 + starts.minute
        panel.run(actions.open_sitting, then=self.page.show_new, first_minute=first, **values)

    def edit_sitting(self) -> None:
        """Name, day, centre, and the switches of its seating."""
        if self.page.bundle is None:
            return
        s = self.page.bundle.sitting
        fields = (
            Text(name="title", label="考试名称", required=True),
            Date(name="on", label="考试日期", required=True),
            Text(name="centre", label="考点"),
            Check(name="is_mixed", label="混编：同班的人隔开坐"),
            Check(name="own_cohort_allowed", label="任课的培训师可以监考自己的班", hint="一般不可以；实在排不开再打勾"),
        )  # fmt: skip
        values = {
            name: getattr(s, name) for name in ("title", "on", "centre", "is_mixed", "own_cohort_allowed")
        }
        self.page.show_panel(FormPanel(self.desk, "修改考试", fields, self._save_edit, values=values))

    def _save_edit(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.change_sitting, sitting_id=self.page.sitting_id, **values)

    def correction_panel(self, row: ScoreRow) -> FormPanel:
        """A form for one wrong mark of a locked sitting."""
        bundle = self.page.bundle
        assert bundle is not None
        papers = {row.cells[p.id].score_id: p for p in bundle.papers if p.id in row.cells}
        choices = tuple(
            (key, f"{p.subject.label}（现在 {row.cells[p.id].points.words}）") for key, p in papers.items()
        )
        full = max((p.full_marks for p in papers.values()), default=0)
        read = partial(read_points, full_marks=full, integer_marks=bundle.sheet.policy.integer_marks)
        fields = (
            Choice(name="score_id", label="科目", choices=choices, required=True),
            Text(name="points", label="更正为", required=True, check=partial(fault_of, read)),
            Text(name="reason", label="更正原因", required=True, hint="例如：合分算错；另一人确认后才算数"),
        )
        return FormPanel(self.desk, f"更正成绩：{row.name}", fields, partial(self._save_correction, read))

    def _save_correction(self, read: Any, values: dict[str, Any], panel: FormPanel) -> None:
        points = read(values.pop("points"))
        panel.run(actions.correct_score, points=points, signer=self.desk.seat.signer, **values)

    # -- resits -----------------------------------------------------------------------------------

    def ask_resit(self, context: Mapping[str, Any]) -> None:
        """``person`` or ``people`` (ids by comma), ``level``, perhaps ``subject``: which sitting they are entered for."""
        level = DualLevel(context["level"]) if context.get("level") else None
        people = [p for p in str(context.get("people") or context["person"]).split(",") if p]
        subject = Subject(context["subject"]) if context.get("subject") else None
        show = partial(self._show_resit, people, subject)
        self.desk.read(partial(queries.open_sittings, level=level), show, owner=self.page)

    def _show_resit(
        self, people: Sequence[str], subject: Subject | None, offered: Sequence[OpenSitting]
    ) -> None:
        if not offered:
            words = (
                f"要给 {len(people)} 名学员报考，可是没有还没锁定的考试。请先建立一场，再回到「双证」点报考。"
            )
            self.page.note.say(words, "info", ("建立考试", self.new_sitting))
            return
        choices = tuple((one.id, f"{one.title}（{one.on:%Y-%m-%d}）") for one in offered)
        field = Choice(name="sitting_id", label="报哪一场", required=True, choices=choices,
                       hint="只报还缺的科目；免考和已有成绩的不再考")  # fmt: skip
        save = partial(self._save_resit, people, subject)
        panel = FormPanel(
            self.desk,
            f"给 {len(people)} 名学员报考",
            (field,),
            save,
            values={"sitting_id": choices[0][0]},
            save_text="报考",
        )
        self.page.show_panel(panel)

    def _save_resit(
        self, people: Sequence[str], subject: Subject | None, values: dict[str, Any], panel: FormPanel
    ) -> None:
        then = partial(self.page.show_entered, values["sitting_id"])
        subjects = None if subject is None else (subject,)
        panel.run(actions.enter_people, then=then, person_ids=people, subjects=subjects, **values)
