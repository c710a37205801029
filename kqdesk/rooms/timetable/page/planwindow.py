"""The window of 自动排课: cohorts to tick, the run with its best so far, before and after side by side."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Check, Choice, Date
from kqdesk.desk.form import Form
from kqdesk.desk.parts import Note, Push, label
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.timetable import actions
from kqdesk.rooms.timetable.actions import SoftClashes
from kqdesk.rooms.timetable.page.choosing import MARGIN
from kqdesk.rooms.timetable.page.planning import Draft, Watch, read_lines, run_plan
from kqdesk.rooms.timetable.queries import PlanLine, PlanOrder
from kqdesk.rooms.timetable.rules.days import week_of
from kqdesk.rooms.timetable.rules.term.compare import Compared
from kqdesk.rooms.timetable.rules.term.wish import Window

FIELDS = (
    Date(name="starts_on", label="从哪天起", required=True),
    Choice(name="per_week", label="每周几次", choices=((1, "一次"), (2, "两次"), (3, "三次")), required=True),
    Choice(name="window", label="什么时候上课", choices=[(one, one.label) for one in Window], required=True),
    Choice(
        name="seconds",
        label="程序想多久",
        choices=((5, "5 秒"), (10, "10 秒"), (30, "30 秒"), (60, "1 分钟")),
        required=True,
    ),
    Check(name="keeps", label="已经排好的尽量不动"),
    Check(name="chooses", label="培训师也由程序挑"),
)
LINES = (
    Column[PlanLine]("班级", lambda one: one.title, width=190, is_strong=True),
    Column[PlanLine]("培训师", lambda one: one.trainer or "未定", width=80),
    Column[PlanLine]("教学点", lambda one: one.site or "未定"),
    Column[PlanLine]("课程要上", lambda one: str(one.wanted), kind="number", width=80),
    Column[PlanLine]("已定不动", lambda one: str(one.stays or ""), kind="number", width=80),
    Column[PlanLine]("待上可调", lambda one: str(one.movable or ""), kind="number", width=80),
    Column[PlanLine]("还要排", lambda one: str(one.left - one.movable or ""), kind="number", width=66),
)


def _tone(row: Compared) -> str:
    if any("没有排上" in note for note in row.notes):
        return "danger"
    return "primary" if row.puts or row.moves else "neutral"


ROWS = (
    Column[Compared]("班级", lambda one: one.cohort, width=150, is_strong=True),
    Column[Compared](
        "变化", lambda one: one.what, kind="pill", width=130, pill=lambda one: Pill(one.what, _tone(one))
    ),
    Column[Compared]("现在", lambda one: one.before, tip=lambda one: one.before),
    Column[Compared]("排好后", lambda one: one.after, tip=lambda one: one.after),
    Column[Compared]("说明", lambda one: "；".join(one.notes), tip=lambda one: "\n".join(one.notes)),
)


class PlanWindow(QDialog):
    """Three pages in turn: choose, run, compare. Nothing is written before 采用."""

    taken = Signal(object)  # date of the first lesson that changed, or None

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.desk = desk
        self.draft: Draft | None = None
        self._watch: Watch | None = None
        self.setWindowTitle("自动排课")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        most = parent.window().size()
        self.resize(
            min(round(theme().px("panel") * 2.6), most.width() - MARGIN),
            min(theme().px("text") * 42, most.height() - MARGIN),
        )
        self.note = Note()
        self.words = label("", "")
        self.words.setWordWrap(True)
        self.pages = QStackedWidget()
        for page in (self._build_choice(), self._build_run(), self._build_compare()):
            self.pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.addWidget(self.words)
        column.addWidget(self.note)
        column.addWidget(self.pages, 1)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.activated.connect(self.reject)
        self._to(0)
        self.desk.read(partial(read_lines, desk.today()), self._show_lines, owner=self, only="lines")

    # -- choosing -------------------------------------------------------------------------------------

    def _build_choice(self) -> QWidget:
        page = QWidget()
        self.lines = TableView(LINES, name="timetable.plan", memory=self.desk.memory, dense=True)
        self.lines.setSelectionMode(QAbstractItemView.SelectionMode.MultiSelection)
        self.lines.picked.connect(self._count)
        values = {
            "starts_on": next_monday(self.desk.today()), "per_week": 1, "window": Window.EVENINGS, "seconds": 10,
            "keeps": True, "chooses": False,
        }  # fmt: skip
        self.form = Form(self.desk, FIELDS, values)
        self.form.setFixedWidth(theme().px("panel") * 3 // 5)
        self.going = Push(
            "开始排", self.run, look="primary", icon_name="calendar", tip="开始排", keys="Ctrl+Return"
        )
        foot = QHBoxLayout()
        self.counted = label("", "second")
        foot.addWidget(self.counted, 1)
        foot.addWidget(self.going)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        row.setSpacing(theme().px("space_l"))
        row.addWidget(self.form)
        row.addWidget(self.lines, 1)
        column.addLayout(row, 1)
        column.addLayout(foot)
        return page

    def _show_lines(self, lines: Sequence[PlanLine]) -> None:
        self.lines.show_rows(lines)
        for n, line in enumerate(lines):
            if line.left > line.movable:
                self.lines.selectRow(n)
        self._count(self.lines.selected())
        self.lines.setFocus()

    @Slot(list)
    def _count(self, chosen: list[PlanLine]) -> None:
        lessons = sum(line.left for line in chosen)
        self.counted.setText(f"选了 {len(chosen)} 个班，{lessons} 次课。点一行选上，再点去掉；Ctrl+A 全选。")
        self.going.setEnabled(bool(chosen))

    def order(self) -> PlanOrder | None:
        """What is chosen now; None while the form has a fault."""
        values = self.form.values()
        if values is None:
            return None
        ids = tuple(line.id for line in self.lines.selected())
        return PlanOrder(
            ids, values["starts_on"], values["per_week"], values["window"], bool(values["keeps"]), bool(values["chooses"]),
        )  # fmt: skip

    # -- running --------------------------------------------------------------------------------------

    def _build_run(self) -> QWidget:
        page = QWidget()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("进度")
        self.best = label("", "head")
        self.enough = Push(
            "够了，用现在最好的", self.stop, icon_name="check", tip="够了，用现在最好的", keys="Return"
        )
        column = QVBoxLayout(page)
        column.addStretch()
        column.addWidget(self.best, 0, Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.bar)
        column.addWidget(self.enough, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(2)
        return page

    @Slot()
    def run(self) -> None:
        """Plan what is chosen; the page stays alive and the best so far can be taken at any time."""
        order = self.order()
        if order is None:
            return
        self._watch = Watch(lambda *told: self.desk.post(partial(self._on_step, *told)))
        self.best.setText("正在排…")
        self.bar.setRange(0, 0)
        self._to(1)
        run_plan(
            self.desk,
            order,
            float(self.form.inputs["seconds"].value()),
            self._watch,
            self._show_draft,
            self._refused,
            self,
        )

    def _on_step(self, done: int, total: int, note: str) -> None:
        if self.pages.currentIndex() == 1:
            self.bar.setRange(0, total)
            self.bar.setValue(done)
            if note:
                self.best.setText(note)

    @Slot()
    def stop(self) -> None:
        """End the search; its best becomes the draft."""
        if self._watch is not None:
            self._watch.enough()
            self.best.setText("正在收尾…")

    def _refused(self, error: UserError) -> None:
        self._to(0)
        self.note.say(str(error), "refused")

    # -- comparing ------------------------------------------------------------------------------------

    def _build_compare(self) -> QWidget:
        page = QWidget()
        self.rows = TableView(ROWS, name="timetable.compare", memory=self.desk.memory, dense=True)
        self.rows.picked.connect(self._explain)
        self.whole = label("", "")
        self.whole.setWordWrap(True)
        self.whole.setMinimumHeight(theme().px("text") * 8)
        self.whole.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.taking = Push(
            "采用", self.take, look="primary", icon_name="check", tip="采用", keys="Ctrl+Return"
        )
        foot = QHBoxLayout()
        foot.addWidget(label("采用是一步，Ctrl+Z 整个撤回。", "small"), 1)
        foot.addWidget(Push("重新选", self.again, icon_name="back"))
        foot.addWidget(self.taking)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.rows, 1)
        column.addWidget(self.whole)
        column.addLayout(foot)
        return page

    @Slot(list)
    def _explain(self, chosen: list[Compared]) -> None:
        """The chosen row in full: what the table had to cut."""
        lines = []
        for row in chosen[:1]:
            lines = [f"现在：{row.before}", f"排好后：{row.after}"]
            lines += [f"说明：{'；'.join(row.notes)}"] if row.notes else []
        self.whole.setText("\n".join(lines))

    def _show_draft(self, draft: Draft) -> None:
        self.draft = draft
        self.rows.show_rows(draft.rows)
        self.rows.select_row(0)
        self.taking.setEnabled(bool(draft.puts or draft.moves))
        self._to(2)
        self.words.setText(draft.words)
        (self.taking if self.taking.isEnabled() else self.rows).setFocus()

    @Slot()
    def again(self) -> None:
        """Back to the choice."""
        self._to(0)

    @Slot()
    def take(self) -> None:
        """The whole plan as one act."""
        self._take(accept=False)

    def _take(self, *, accept: bool) -> None:
        if self.draft is not None:
            self.desk.run(
                actions.apply_plan, puts=self.draft.puts, moves=self.draft.moves, accept_warnings=accept,
                then=self._taken, failed=self._not_taken, owner=self, long="采用课表",
            )  # fmt: skip

    def _not_taken(self, error: UserError) -> None:
        button = ("仍要采用", partial(self._take, accept=True)) if isinstance(error, SoftClashes) else None
        self.note.say(str(error), "refused", button)

    def _taken(self, _: int) -> None:
        draft = self.draft
        days = [put.on for put in draft.puts] + [move.on for move in draft.moves] if draft else []
        self.desk.tell(f"课表已采用：{draft.words if draft else ''}", undo=True)
        self.taken.emit(min(days, default=None))
        self.accept()

    def reject(self) -> None:
        """Close; a run under way is stopped and its draft left."""
        self.stop()
        super().reject()

    def _to(self, page: int) -> None:
        self.note.hide()
        self.pages.setCurrentIndex(page)
        self.words.setText(
            (
                "选要排的班级。锁定的、已上的和过去的课不动；别的班的课都让开。",
                "程序先排出一个可行的，再让它越来越好：少跑路、少换教室、少动已排的。",
                "",
            )[page]
        )


def next_monday(today: date) -> date:
    """The first day of the coming week."""
    return week_of(today)[0] + timedelta(7)
