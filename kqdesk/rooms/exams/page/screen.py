"""The page itself: the list of sittings, and one sitting's steps in the frame every page has."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QStackedWidget
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.form import FormPanel
from kqdesk.desk.page import Page
from kqdesk.desk.pages import Hit, PageSpec, Source
from kqdesk.desk.parts import Push, Tool
from kqdesk.desk.table import TableView
from kqdesk.rooms.exams import actions, queries
from kqdesk.rooms.exams.page import bundle as paperwork
from kqdesk.rooms.exams.page.bundle import Bundle
from kqdesk.rooms.exams.page.checking import CheckStep
from kqdesk.rooms.exams.page.course import CourseResults
from kqdesk.rooms.exams.page.exempt import ExemptionList
from kqdesk.rooms.exams.page.forms import Forms
from kqdesk.rooms.exams.page.importing import ListDialog
from kqdesk.rooms.exams.page.lock import LockStep
from kqdesk.rooms.exams.page.marks import ScoresStep
from kqdesk.rooms.exams.page.printing import Printing
from kqdesk.rooms.exams.page.seats import SeatsStep
from kqdesk.rooms.exams.page.steps import CandidatesStep, Step
from kqdesk.rooms.exams.queries import ProgrammeChoice, SittingRow
from kqdesk.rooms.exams.terms import SittingState

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
        {
            "sitting",
            "sitting_paper",
            "exam_room",
            "exam_centre",
            "candidate",
            "paper_waiver",
            "room_record",
            "score",
            "exemption",
            "course_result",
            "rule_pack",
            "enrolment",
        }
    )

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        super().__init__(desk, TITLE, SENTENCE)
        self.sitting_id: str | None = None
        self.bundle: Bundle | None = None
        self.programmes: Sequence[ProgrammeChoice] = ()
        self.is_exempt = False
        self.forms, self.printing = Forms(self), Printing(self)
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
        self.exempt = ExemptionList(self)
        self.shelf.addWidget(self.exempt)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.leave)
        for n, key in enumerate(self.steps, 1):
            press = QShortcut(QKeySequence(f"Ctrl+{n}"), self)
            press.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            press.activated.connect(partial(self._go_pressed, key))
        self.editing = self.add_button(
            "修改", self.edit_sitting, icon_name="edit", tip="名称、日期、考点、混编和监考的规矩"
        )
        self.exempting = self.add_button(
            "免考登记", self.show_exemptions, icon_name="credits", tip="学分银行证明合格的科目"
        )
        self.assessing = self.add_button(
            "结课考核",
            self.show_course_results,
            icon_name="done",
            tip="夜校等课程班的结课成绩",
            keys="Ctrl+J",
        )
        self.set_body(self.shelf)
        self._dress()

    # -- going ------------------------------------------------------------------------------------

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``sitting`` opens a sitting, ``step`` one of its steps; ``person`` or ``people`` (with ``level``) asks which
        sitting they are entered for; ``exemptions`` shows the register."""
        if context.get("person") or context.get("people"):
            self.sitting_id, self.bundle, self.step, self.is_exempt = None, None, None, False
            self.forms.ask_resit(context)
        if context.get("exemptions"):
            self.sitting_id, self.bundle, self.step, self.is_exempt = None, None, None, True
        wanted = context.get("sitting") or context.get("sitting_id")
        if wanted:
            self.sitting_id, self.is_exempt = wanted, False
            self.step = self.steps.get(context.get("step", ""), self.steps["candidates"])
        self.reload()

    def reload(self) -> None:
        if self.is_exempt:
            self._dress()
            self.exempt.reload()
        elif self.sitting_id is None:
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
        elif self.sitting_id is not None or self.is_exempt:
            self.sitting_id, self.bundle, self.step, self.is_exempt = None, None, None, False
            self._clear_search()
            self.note.hide()
            self._dress()
            self.reload()

    @Slot(object)
    def go_step(self, key: str) -> None:
        """Show a step; the keyboard goes to its table or grid."""
        self.set_side(None)
        self.step = self.steps[key]
        self.show_step()
        self._focus_body()

    def _go_pressed(self, key: str) -> None:
        if self.sitting_id is not None:
            self.go_step(key)

    def _clear_search(self) -> None:
        if self.search is not None:
            self.search.blockSignals(True)
            self.search.clear()
            self.search.blockSignals(False)

    # -- showing ----------------------------------------------------------------------------------

    def _show_list(self, found: tuple[Sequence[SittingRow], Sequence[ProgrammeChoice]]) -> None:
        rows, self.programmes = found
        if self.sitting_id is not None or self.is_exempt:
            return
        self._dress()
        self.table.show_rows(rows)
        self.set_foot(f"共 {len(rows)} 场" if rows else "")
        if not rows and not self.searched_text() and self.state.value() is None:
            self.show_empty()

    def show_empty(self) -> None:
        """What comes before the first sitting."""
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
        self.back.setVisible(is_open or self.is_exempt)
        self.bar.setVisible(is_open)
        self.state.setVisible(not is_open and not self.is_exempt)
        self.exempting.setVisible(not is_open and not self.is_exempt)
        self.assessing.setVisible(not is_open and not self.is_exempt)
        is_first = self.step is self.steps["candidates"]
        self.editing.setVisible(
            is_open and is_first and self.bundle is not None and not self.bundle.is_locked
        )
        if self.search is not None:
            self.search.setVisible(self.step is None or self.step.is_searched())
        self.shelf.setCurrentWidget(self.exempt if self.is_exempt else self.step or self.table)
        for tool in self.exempt.tools:
            tool.setVisible(self.is_exempt)
        for step in self.steps.values():
            for tool in step.tools:
                tool.setVisible(step is self.step)
        if self.is_exempt:
            self.title.setText("免考登记")
            self.sentence.setText("学分银行证明合格、市里审核过的科目不用再考，直接算双证的成绩。")
            self._hint("姓名、拼音首字母、证明编号")
            self.set_primary("登记免考", self.create, keys="Ctrl+N")
        elif not is_open:
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
        is_harmless = primary is not None and self.step is not self.steps["lock"]
        self.set_primary(words, act, icon_name=icon_name, keys="Ctrl+N" if is_harmless else "").setVisible(
            primary is not None
        )

    # -- forms, papers, lists ---------------------------------------------------------------------

    @Slot()
    def create(self) -> None:
        """A new sitting, or a new exemption."""
        if self.is_exempt:
            self.exempt.create()
        else:
            self.forms.new_sitting()

    @Slot()
    def edit_sitting(self) -> None:
        """Name, day, centre, switches."""
        self.forms.edit_sitting()

    def show_panel(self, panel: FormPanel) -> None:
        """A form at the right."""
        panel.closed.connect(self.close_side)
        self.set_side(panel)
        panel.form.focus_first()

    def show_new(self, sitting_id: str) -> None:
        """The sitting just made, at its first step."""
        self.sitting_id, self.step = sitting_id, self.steps["candidates"]
        self.reload()

    def show_entered(self, sitting_id: str, added: actions.Added) -> None:
        """The sitting somebody was just entered for."""
        self.show_new(sitting_id)
        self.tell_added(added)

    def tell_added(self, added: actions.Added) -> None:
        """What came of entering people, with everybody who could not be."""
        words = f"已添加 {added.added} 名考生。" if added.added else "没有添加考生。"
        if added.already and not added.added:
            words += f"{added.already} 人已经在这场考试里。"
        if added.complete:
            words += f"{added.complete} 人各科都有了，不用再考。"
        if added.refused:
            more = f"等 {len(added.refused)} 人" if len(added.refused) > 3 else ""
            words += f"没有加：{'；'.join(added.refused[:3])}{more}。"
        self.desk.tell(words, kind="refused" if added.refused else "told", undo=bool(added.added))

    @Slot()
    def import_list(self) -> None:
        """Choose the organiser's file."""
        found, _ = QFileDialog.getOpenFileName(
            self, "导入名单或成绩", "", "表格 (*.xlsx *.xls *.csv *.et *.ods *.xlsm)"
        )
        if found:
            self.show_list_of(Path(found))

    def show_list_of(self, path: Path) -> ListDialog | None:
        """The preview of a file for the sitting shown."""
        if self.bundle is None:
            return None
        dialog = ListDialog(self.desk, self, self.bundle, path)
        dialog.open()
        return dialog

    @Slot()
    def show_course_results(self) -> None:
        """Results of a class that follows a course."""
        panel = CourseResults(self.desk)
        panel.closed.connect(self.close_side)
        self.set_side(panel)

    @Slot()
    def show_exemptions(self) -> None:
        """The register of exemptions in the place of the list."""
        self.is_exempt = True
        self.reload()


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
        ("Ctrl+N", "建立考试；考生、编场里是上面的蓝按钮"), ("Ctrl+1 到 Ctrl+5", "到第几步"), ("Ctrl+Shift+N", "添加考场"), ("Enter", "打开考试；登分时往下一格"), ("Tab", "登分时往右一格"),
        ("Ctrl+V", "从 Excel 粘贴分数"), ("Ctrl+P", "打印准考证或成绩登记册"), ("Ctrl+J", "课程班的结课考核"), ("Esc", "回到考试列表"),
    ),
)  # fmt: skip
