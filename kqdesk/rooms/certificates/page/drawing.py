"""The tab 制证: which cohort, which of its learners, and why some may not get a certificate."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Date, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Push, label
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.desk.theme import theme
from kqdesk.rooms.attendance.rules import percent
from kqdesk.rooms.certificates import actions, queries
from kqdesk.rooms.certificates.queries import CohortFacts, CohortToCertify, LearnerToCertify


def _why(row: LearnerToCertify) -> str:
    """What speaks against it, else what is to be known."""
    return "；".join(row.eligibility.reasons or row.eligibility.remarks)


def _verdict(row: LearnerToCertify) -> Pill:
    if row.has_certificate:
        return Pill("已有", "neutral", "check")
    if row.eligibility.reasons:
        return Pill("不能发", "danger")
    return Pill("可以发", "success" if not row.eligibility.remarks else "warning")


class DrawTab(Tab):
    """Cohorts at the left, the learners of the chosen one at the right."""

    key, title, search_hint, primary, primary_icon = "draw", "制证", "班级、姓名", "制作证书", "seal"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.cohorts = TableView(
            (
                Column[CohortToCertify]("班级", lambda r: r.title, is_strong=True),
                Column[CohortToCertify]("没发证", lambda r: str(r.waiting), kind="number", width=80),
            ),
            name="certificates.cohorts",
            memory=self.desk.memory,
        )
        self.cohorts.setFixedWidth(theme().px("nav") + theme().px("text") * 4)
        self.cohorts.picked.connect(self._on_cohort)
        self.learners = TableView(
            (
                Column[LearnerToCertify]("序号", lambda r: str(r.roll_no or ""), kind="number", width=60,
                                         sort=lambda r: r.roll_no or 0),
                Column[LearnerToCertify]("姓名", lambda r: r.name, width=120, is_strong=True),
                Column[LearnerToCertify]("出勤", lambda r: percent(r.share), kind="number", width=80,
                                         sort=lambda r: r.share if r.share is not None else -1),
                Column[LearnerToCertify]("", lambda r: "", kind="pill", width=100, pill=_verdict),
                Column[LearnerToCertify]("说明", _why, tip=_why),
            ),
            name="certificates.learners",
            memory=self.desk.memory,
        )  # fmt: skip
        self.learners.picked.connect(self._on_picked)
        self.facts_line = label("", "second")
        self.facts_line.setContentsMargins(16, 10, 16, 8)
        self.facts_line.setWordWrap(True)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.facts_line)
        column.addWidget(self.learners)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.cohorts)
        row.addWidget(right, 1)
        self.facts: CohortFacts | None = None
        self._wanted: str | None = None
        self._rows: Sequence[LearnerToCertify] = ()

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``cohort`` chooses the cohort."""
        self._wanted = context.get("cohort", self._wanted)

    def reload(self) -> None:
        self.desk.read(queries.cohorts_to_certify, self._show_cohorts, owner=self, only="cohorts")
        if self._wanted is not None:
            ask = partial(_learners, cohort_id=self._wanted, on=self.desk.today())
            self.desk.read(ask, self._show_learners, owner=self, only="learners")

    def _show_cohorts(self, rows: Sequence[CohortToCertify]) -> None:
        if self.page.tab is not self:
            return
        text = self.page.searched_text()
        shown = [row for row in rows if not text or text in f"{row.title} {row.no}"] or list(rows)
        self.cohorts.show_rows(shown)
        if not rows:
            words = "班级里有在读学员、上过课，就能在这里给他们做结业证书。现在没有等着发证的班级。"
            buttons = [
                Push("看班级", partial(self.desk.open, "cohorts")),
                Push("去点名", partial(self.desk.open, "attendance")),
            ]
            self.page.show_blank("certificates", "没有等着发证的班级", words, buttons)
            return
        self.page.show_body()
        ids = [row.id for row in shown]
        if self._wanted not in ids:
            self._wanted = ids[0]
            self.reload()
        elif not self.cohorts.selected() or self.cohorts.selected()[0].id != self._wanted:
            self.cohorts.select_row(ids.index(self._wanted))

    @Slot(list)
    def _on_cohort(self, rows: list[CohortToCertify]) -> None:
        if rows and rows[0].id != self._wanted:
            self._wanted = rows[0].id
            self.reload()

    def _show_learners(self, found: tuple[CohortFacts, Sequence[LearnerToCertify]]) -> None:
        if self.page.tab is not self or found[0].id != self._wanted:
            return
        self.facts, self._rows = found
        f = self.facts
        self.facts_line.setText(
            f"{f.title} · 课程「{f.course_title}」 · 已上 {f.held} 次课 {f.study_hours} 学时"
        )
        self.learners.show_rows(sorted(self._rows, key=lambda row: not row.eligibility.is_eligible))
        self._on_picked(self.learners.selected())

    @Slot(list)
    def _on_picked(self, rows: list[LearnerToCertify]) -> None:
        able = sum(row.eligibility.is_eligible for row in self._rows)
        words = f"可以发 {able} 人，共 {len(self._rows)} 人"
        self.page.set_foot(f"{words} · 已选 {len(rows)} 人" if rows else f"{words} · 不选就给可以发的人都做")

    def start_new(self) -> None:
        """The selected learners, or everybody who may get one."""
        if self.facts is None:
            return
        chosen = self.learners.selected() or [row for row in self._rows if row.eligibility.is_eligible]
        if not chosen:
            self.page.note.say("这个班里现在没有可以发证的学员，原因在“说明”里。", "refused")
            return
        fields = (
            Date(name="awarded_on", label="发证日期", required=True),
            Text(name="course_title", label="课程名称", required=True, hint="印在证书上，最多 30 个字"),
        )
        values = {"awarded_on": self.desk.today(), "course_title": self.facts.course_title}
        save = partial(self._save, [row.id for row in chosen])
        panel = FormPanel(
            self.desk,
            f"给 {len(chosen)} 人制作证书",
            fields,
            save,
            values=values,
            save_text=f"制作 {len(chosen)} 张",
        )
        panel.closed.connect(self.page.close_side)
        self.page.set_side(panel)
        panel.form.focus_first()

    def _save(self, ids: Sequence[str], values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(
            actions.draw_certificates, then=self._drawn, cohort_id=self._wanted, enrolment_ids=ids,
            signer=self.desk.seat.signer, **values,
        )  # fmt: skip

    def _drawn(self, ids: Sequence[str]) -> None:
        self.learners.clearSelection()
        self.desk.tell(f"已制作 {len(ids)} 张，请另一个人在「结业证书」里批准。", undo=True)


def _learners(session: Session, *, cohort_id: str, on: Any) -> tuple[CohortFacts, Sequence[LearnerToCertify]]:
    return queries.cohort_facts(session, cohort_id), queries.learners_to_certify(session, cohort_id, on=on)
