"""The page itself: the list of sittings, and one sitting's steps in the frame every page has."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QStackedWidget
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Choice, Date, Number, Text, Time
from kqdesk.desk.form import FormPanel
from kqdesk.desk.page import Page
from kqdesk.desk.pages import Hit, PageSpec, Source
from kqdesk.desk.parts import Push, Tool
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.table import TableView
from kqdesk.rooms.exams import actions, queries, sheets
from kqdesk.rooms.exams.page import bundle as paperwork
from kqdesk.rooms.exams.page.bundle import Bundle
from kqdesk.rooms.exams.page.checking import CheckStep
from kqdesk.rooms.exams.page.lock import LockStep
from kqdesk.rooms.exams.page.marks import ScoresStep, fault_of
from kqdesk.rooms.exams.page.steps import CandidatesStep, SeatsStep, Step
from kqdesk.rooms.exams.queries import CandidateRow, ProgrammeChoice, ScoreRow, SittingRow
from kqdesk.rooms.exams.rules import read_points
from kqdesk.rooms.exams.terms import Organiser, SittingState

TITLE, SENTENCE = "考试", "一场考试从考生、编场、登分、复核到锁定，一步一步做完。"
TONES = {SittingState.DRAFT: "neutral", SittingState.ARRANGED: "primary", SittingState.LOCKED: "success"}
STEPS: tuple[type[Step], ...] = (CandidatesStep, SeatsStep, ScoresStep, CheckStep, LockStep)
COLUMNS = (
    Column[SittingRow]("考试", lambda r: r.title, is_strong=True),
    Column[SittingRow]("日期", lambda r: f"{r.on:%Y-%m-%d}", width=112),
    Column[SittingRow]("层次", lambda r: r.level.label if r.level else "", width=96),
    Column[SittingRow]("组织", lambda r: r.organiser.label, width=72),
    Column[SittingRow]("考生", lambda r: str(r.candidates or ""), kind="number", width=72),
    Column[SittingRow]("编场", lambda r: f"{r.seated}/{r.candidates}" if r.candidates else "", kind="number", width=84),
    Column[SittingRow]("登分", lambda r: f"{r.entered}/{r.due}" if r.due else "", kind="number", width=92),
    Column[SittingRow]("复核", lambda r: f"{r.checked}/{r.due}" if r.due else "", kind="number", width=92),
    Column[SittingRow]("状态", lambda r: r.state.label, kind="pill", width=130, pill=lambda r: Pill(r.state.label, TONES[r.state])),
)  # fmt: skip


class ExamsPage(Page):
    """List and steps share title, search and tool row."""

    watches = frozenset(
        {"sitting", "sitting_paper", "exam_room", "candidate", "score", "rule_pack", "enrolment"}
    )

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        super().__init__(desk, TITLE, SENTENCE)
        self.sitting_id: str | None = None
        self.bundle: Bundle | None = None
        self.programmes: Sequence[ProgrammeChoice] = ()
        self.back = Tool("back", "回到考试列表", self.leave, keys="Esc")
        self.add_left(self.back)
        self.step: Step | None = None
        steps = [(make.key, f"{n} {make.title}") for n, make in enumerate(STEPS, 1)]
        self.bar = self.add_segments("步骤", steps, self.go_step)
        self.add_search("考试名称、考点", width=200)
        self.state = self.add_segments("状态", [(None, "全部"), *((s, s.label) for s in SittingState)])
        self.table = TableView(COLUMNS, name="exams.sittings", memory=desk.memory)
        self.table.opened.connect(self.open_row)
        self.shelf = QStackedWidget()
        self.shelf.addWidget(self.table)
        self.steps: dict[str, Step] = {make.key: make(self) for make in STEPS}
        for step in self.steps.values():
            self.shelf.addWidget(step)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.leave)
        self.editing = self.add_button("修改", self.edit_sitting, icon_name="edit", tip="名称、日期、考点")
        self.set_body(self.shelf)
        self._dress()

    # -- going ------------------------------------------------------------------------------------

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``sitting`` opens a sitting, ``step`` one of its steps; ``person`` asks to enter somebody for one."""
        if context.get("person"):
            self.sitting_id, self.bundle, self.step = None, None, None
            words = "给这名学员报考：打开一场没有锁定的考试（或新建一场），用「从班级添加」。"
            self.note.say(words, "info")
        wanted = context.get("sitting") or context.get("sitting_id")
        if wanted:
            self.sitting_id = wanted
            self.step = self.steps.get(context.get("step", ""), self.steps["candidates"])
        self.reload()

    def reload(self) -> None:
        if self.sitting_id is None:
            query = partial(queries.sittings, text=self.searched_text(), state=self.state.value())
            self.desk.read(partial(_listed, query), self._show_list, owner=self, only="reload")
        else:
            load = partial(paperwork.load, sitting_id=self.sitting_id, actor=self.desk.seat.actor_id)
            self.desk.read(load, self._show_bundle, owner=self, only="reload")

    @Slot(object)
    def open_row(self, row: SittingRow) -> None:
        """Into a sitting, at the first step that is not done."""
        self.sitting_id, self.bundle = row.id, None
        self.step = self.steps[_first_open(row)]
        self._clear_search()
        self.reload()

    @Slot()
    def leave(self) -> None:
        """Back to the list (or close the open form first)."""
        if isinstance(self.side, FormPanel):
            self.side.leave()
        elif self.sitting_id is not None:
            self.sitting_id, self.bundle, self.step = None, None, None
            self._clear_search()
            self.note.hide()
            self._dress()
            self.reload()

    @Slot(object)
    def go_step(self, key: str) -> None:
        """Show a step."""
        self.set_side(None)
        self.step = self.steps[key]
        self.show_step()

    def _clear_search(self) -> None:
        if self.search is not None:
            self.search.blockSignals(True)
            self.search.clear()
            self.search.blockSignals(False)

    # -- showing ----------------------------------------------------------------------------------

    def _show_list(self, found: tuple[Sequence[SittingRow], Sequence[ProgrammeChoice]]) -> None:
        if self.sitting_id is not None:
            return
        rows, self.programmes = found
        self._dress()
        self.table.show_rows(rows)
        self.set_foot(f"共 {len(rows)} 场" if rows else "")
        if not rows and not self.searched_text() and self.state.value() is None:
            self._show_empty()

    def _show_empty(self) -> None:
        if any(p.subjects for p in self.programmes):
            words = "双证制文化课考试在这里办：建一场考试，把班级加进来，编好考场，打印准考证，登分、复核、锁定，等第和学分就算好了。"
            self.show_blank(
                "exams", "还没有考试", words, [Push("建立考试", self.create, look="primary", icon_name="add")]
            )
        else:
            words = "考试的科目来自双证培养方案。先在课程目录里把方案和科目建好。"
            self.show_blank(
                "exams", "还缺一步：双证培养方案", words,
                [Push("去课程目录", partial(self.desk.open, "catalogue"), look="primary")],
            )  # fmt: skip

    def _show_bundle(self, found: Bundle | None) -> None:
        if found is None:
            self.leave()
            return
        if found.sitting.id == self.sitting_id:
            self.bundle = found
            self.show_step()

    def show_step(self) -> None:
        """Put the bundle into the step shown now."""
        if self.bundle is None or self.step is None:
            return
        self._dress()
        self.step.show_bundle(self.bundle)
        for n, step in enumerate(self.steps.values(), 1):
            self.bar.retitle(step.key, f"{n} {step.title} {step.count(self.bundle)}".rstrip())
        self.bar.choose(self.step.key)
        self.set_foot(self.step.foot(self.bundle))
        missing = self.step.missing(self.bundle)
        if missing is None:
            self.note.hide()
        else:
            self.note.say(*missing)

    def _dress(self) -> None:
        """Title, tools and the filled button as list or step wants them."""
        is_open = self.sitting_id is not None
        self.show_body()
        self.back.setVisible(is_open)
        self.bar.setVisible(is_open)
        self.state.setVisible(not is_open)
        is_first = self.step is self.steps["candidates"]
        self.editing.setVisible(
            is_open and is_first and self.bundle is not None and not self.bundle.is_locked
        )
        if self.search is not None:
            self.search.setVisible(self.step is None or self.step.is_searched())
        self.shelf.setCurrentWidget(self.step or self.table)
        for step in self.steps.values():
            for tool in step.tools:
                tool.setVisible(step is self.step)
        if not is_open:
            self.title.setText(TITLE)
            self.sentence.setText(SENTENCE)
            self._hint("考试名称、考点")
            self.set_primary("建立考试", self.create, keys="Ctrl+N")
        elif self.bundle is not None and self.step is not None:
            s = self.bundle.sitting
            self.title.setText(s.title)
            parts = (
                f"{s.on:%Y年%m月%d日}",
                s.level.label if s.level else "",
                s.organiser.label + "组织",
                s.centre,
                s.state.label,
            )
            self.sentence.setText(" · ".join(part for part in parts if part))
            self._hint("姓名、准考证号、班级")
            self._offer(self.step.primary(self.bundle))

    def _hint(self, words: str) -> None:
        if self.search is not None:
            self.search.setPlaceholderText(words)
            self.search.setAccessibleName(words)

    def _offer(self, primary: tuple[str, Any, str] | None) -> None:
        words, act, icon_name = primary or ("", self.reload, "reload")
        self.set_primary(words, act, icon_name=icon_name).setVisible(primary is not None)

    # -- forms ------------------------------------------------------------------------------------

    @Slot()
    def create(self) -> None:
        """A new sitting from a programme's subjects."""
        offered = [p for p in self.programmes if p.subjects]
        if not offered:
            self._show_empty()
            return
        fields = (
            Text(name="title", label="考试名称", required=True, hint="例如：2026 年上半年成人高中文化课考试"),
            Choice(name="programme_id", label="培养方案", required=True, choices=tuple((p.id, p.title) for p in offered)),
            Date(name="on", label="考试日期", required=True, is_half=True),
            Time(name="starts", label="第一场开始", required=True, is_half=True),
            Number(name="minutes", label="每场时长", unit="分钟", required=True, least=20, most=240, is_half=True),
            Number(name="pause", label="场间休息", unit="分钟", required=True, least=0, most=180, is_half=True),
            Choice(name="organiser", label="组织单位", required=True, choices=tuple((o, o.label) for o in Organiser), is_half=True),
            Text(name="centre", label="考点", is_half=True),
        )  # fmt: skip
        values = {"programme_id": offered[0].id, "organiser": Organiser.SCHOOL, "minutes": 90, "pause": 20,
                  "starts": _half_past_eight()}  # fmt: skip
        self._panel(FormPanel(self.desk, "建立考试", fields, self._save_new, values=values))

    def _save_new(self, values: dict[str, Any], panel: FormPanel) -> None:
        starts = values.pop("starts")
        first = starts.hour * 60 + starts.minute
        panel.run(actions.open_sitting, then=self._opened, first_minute=first, **values)

    def _opened(self, sitting_id: str) -> None:
        self.sitting_id, self.step = sitting_id, self.steps["candidates"]
        self.reload()

    @Slot()
    def edit_sitting(self) -> None:
        """Name, day, centre."""
        if self.bundle is None:
            return
        s = self.bundle.sitting
        fields = (Text(name="title", label="考试名称", required=True), Date(name="on", label="考试日期", required=True),
                  Text(name="centre", label="考点"))  # fmt: skip
        values = {"title": s.title, "on": s.on, "centre": s.centre}
        self._panel(FormPanel(self.desk, "修改考试", fields, self._save_edit, values=values))

    def _save_edit(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.change_sitting, sitting_id=self.sitting_id, **values)

    def correction_panel(self, row: ScoreRow) -> FormPanel:
        """A form for one wrong mark of a locked sitting."""
        assert self.bundle is not None
        papers = {row.cells[p.id].score_id: p for p in self.bundle.papers if p.id in row.cells}
        choices = tuple(
            (key, f"{p.subject.label}（现在 {row.cells[p.id].points.words}）") for key, p in papers.items()
        )
        full = max((p.full_marks for p in papers.values()), default=0)
        read = partial(read_points, full_marks=full, integer_marks=self.bundle.sheet.policy.integer_marks)
        fields = (
            Choice(name="score_id", label="科目", choices=choices, required=True),
            Text(name="points", label="更正为", required=True, check=partial(fault_of, read)),
            Text(name="reason", label="更正原因", required=True, hint="例如：合分算错；另一人确认后才算数"),
        )
        return FormPanel(self.desk, f"更正成绩：{row.name}", fields, partial(self._save_correction, read))

    def _save_correction(self, read: Any, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.correct_score, **{**values, "points": read(values["points"])})

    def _panel(self, panel: FormPanel) -> None:
        panel.closed.connect(self.close_side)
        self.set_side(panel)
        panel.form.focus_first()

    # -- papers -----------------------------------------------------------------------------------

    def print_tickets(self, people: Sequence[CandidateRow]) -> None:
        """Preview of admission tickets."""
        if self.bundle is not None:
            papers = paperwork.tickets(self.bundle, people)
            self._print("准考证", partial(paperwork.TICKETS, papers))

    def print_doors(self) -> None:
        """Preview of the lists for the doors."""
        if self.bundle is not None:
            self._print("考场门贴", partial(paperwork.DOORS, paperwork.door_lists(self.bundle)))

    def print_scores(self, *, is_filled: bool) -> None:
        """Preview of the score sheets."""
        if self.bundle is not None:
            papers = paperwork.score_papers(self.bundle, is_filled=is_filled)
            self._print("成绩登记册", partial(paperwork.SCORES, papers))

    def _print(self, title: str, make: Callable[..., bytes]) -> None:
        self.desk.start(
            partial(_drawn, make), partial(self._preview, title), title=f"排版{title}", owner=self
        )

    def _preview(self, title: str, pdf: bytes) -> None:
        name = f"{title}-{self.bundle.sitting.title}.pdf" if self.bundle else f"{title}.pdf"
        PdfPreview(self.desk, title, pdf, name, self).open()

    @Slot()
    def export_scores(self) -> None:
        """The marks as .xlsx, wherever the person says."""
        if self.bundle is None:
            return
        path, _ = QFileDialog.getSaveFileName(
            self, "导出成绩", f"成绩-{self.bundle.sitting.title}.xlsx", "Excel (*.xlsx)"
        )
        if path:
            write = partial(_written, Path(path), self.bundle.sheet)
            self.desk.start(write, self._exported, title="导出成绩", owner=self)

    def _exported(self, count: int) -> None:
        self.desk.tell(f"已导出 {count} 名考生的成绩。")


def _drawn(make: Callable[..., bytes], job: Any) -> bytes:
    return make(progress=job)


def _written(path: Path, sheet: queries.ScoreSheet, job: Any) -> int:
    return sheets.write_scores(path, sheet, progress=job)


def _listed(query: Any, session: Session) -> tuple[Sequence[SittingRow], Sequence[ProgrammeChoice]]:
    return query(session), queries.programme_choices(session)


def _first_open(row: SittingRow) -> str:
    """The first step of a sitting that still asks for something."""
    if row.candidates == 0:
        return "candidates"
    if row.seated < row.candidates and row.entered == 0:
        return "seats"
    if row.entered < row.due:
        return "scores"
    return "check" if row.checked < row.due else "lock"


def _half_past_eight() -> Any:
    return Time(name="t", label="t").read("8:30")


def find(session: Session, text: str, limit: int) -> list[Hit]:
    """Sittings for Ctrl+K."""
    return [
        Hit(row.title, f"{row.on:%Y-%m-%d} {row.state.label}", "exams", "exams", {"sitting": row.id})
        for row in queries.find(session, text, limit)
    ]


SOURCE = Source("考试", find)
PAGE = PageSpec(
    key="exams", title=TITLE, sentence=SENTENCE, group="考证", icon="exams", factory=ExamsPage,
    keys_help=(
        ("Ctrl+N", "建立考试"), ("Enter", "打开考试；登分时往下一格"), ("Tab", "登分时往右一格"),
        ("Ctrl+V", "从 Excel 粘贴分数"), ("Ctrl+P", "打印准考证或成绩登记册"), ("Esc", "回到考试列表"),
    ),
)  # fmt: skip
