"""结课考核 at the right of the page: a class, its learners in a grid, a mark or 合格 for each."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout
from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Date, Unreadable
from kqdesk.desk.grid import GridColumn, GridRow
from kqdesk.desk.gridview import Grid
from kqdesk.desk.parts import Combo, Note, Push, Tool, label
from kqdesk.desk.theme import theme
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.exams import actions, queries
from kqdesk.rooms.exams.queries import AssessedCohort, JudgedLearner
from kqdesk.rooms.exams.rules import read_verdict

NOTHING = "没有要登记的班。在「课程目录」选中课程按 Ctrl+R，把考核定为“考试”或“作品或实操”，那天以后开的班就在这里登记结课成绩。"
COLUMNS = (
    GridColumn("roll_no", "序号", kind="number", width=56, readonly=True),
    GridColumn("name", "姓名", width=90, readonly=True),
    GridColumn("result", "成绩", width=110),
    GridColumn("told", "已登记", readonly=True),
)


class CourseResults(QFrame):
    """Ctrl+Enter saves the whole class, Esc closes."""

    closed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setProperty("look", "card")
        self.setFixedWidth(theme().px("panel") + 120)
        self.note = Note()
        self.cohort = Combo(name="班级")
        self.cohort.chosen.connect(self._ask_learners)
        self.rule = label("", "second")
        self.rule.setWordWrap(True)
        self.day = QLineEdit(f"{desk.today():%Y-%m-%d}")
        self.day.setAccessibleName("考核日期")
        self.grid = Grid(COLUMNS)
        self.cohorts: Sequence[AssessedCohort] = ()
        head, row, foot = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        head.addWidget(label("结课考核", "head"), 1)
        head.addWidget(Tool("close", "关闭", self.closed.emit, keys="Esc"))
        row.addWidget(self.cohort, 1)
        row.addWidget(label("考核日期", "second"))
        row.addWidget(self.day)
        foot.addWidget(label("Ctrl+Enter 保存 · Esc 关闭", "small"), 1)
        foot.addWidget(Push("保存", self.save, look="primary", tip="保存", keys="Ctrl+Return"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addLayout(row)
        column.addWidget(self.rule)
        column.addWidget(self.note)
        column.addWidget(self.grid, 1)
        column.addLayout(foot)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.closed)
        desk.read(queries.assessed_cohorts, self._show_cohorts, owner=self)

    def _show_cohorts(self, found: Sequence[AssessedCohort]) -> None:
        self.cohorts = found
        self.cohort.offer([(row.id, row.words) for row in found])
        if not found:
            self.note.say(NOTHING, "info")
            return
        self._ask_learners(self.cohort.value())

    @Slot(object)
    def _ask_learners(self, cohort_id: str) -> None:
        row = self.chosen()
        if row is None:
            return
        least = (
            f"，合格分 {row.rules.pass_mark}"
            if row.rules.pass_mark is not None
            else "，合格分未定，只填合格或不合格"
        )
        since = f"（{row.rules.from_on:%Y-%m-%d} 起的规则）" if row.rules.from_on else ""
        kind = row.rules.assessment.label if row.rules.assessment else ""
        self.rule.setText(
            f"按开班时的课程规则：{kind}{least}{since}。填分数，或填“合格”“不合格”；空着就是还没考。"
        )
        self.desk.read(partial(_learners, cohort_id), self._show_learners, owner=self, only="learners")

    def _show_learners(self, rows: Sequence[JudgedLearner]) -> None:
        self.grid.fill(
            [
                GridRow(
                    row.id,
                    {
                        "roll_no": row.roll_no, "name": row.name, "result": _typed(row),
                        "told": f"{row.verdict.words} {row.assessed_on:%m-%d}" if row.verdict and row.assessed_on else "",
                    },
                )
                for row in rows
            ]
        )  # fmt: skip
        self.grid.setFocus()

    def chosen(self) -> AssessedCohort | None:
        """The class that is shown."""
        return next((row for row in self.cohorts if row.id == self.cohort.value()), None)

    @Slot()
    def save(self) -> None:
        """The whole class in one act; cells that cannot be are told at their cell first."""
        row = self.chosen()
        if row is None:
            return
        typed = {str(one.key): str(one.values["result"] or "") for one in self.grid.values()}
        faults = {}
        for key, text in typed.items():
            try:
                if text.strip():
                    read_verdict(text, row.rules.pass_mark)
            except ValueError as wrong:
                faults[key, "result"] = str(wrong)
        self.grid.show_faults(faults)
        try:
            day = Date(name="day", label="考核日期", required=True).read(self.day.text())
        except Unreadable as wrong:
            self.refuse(UserError(str(wrong)))
            return
        if faults or day is None:
            self.refuse(UserError(next(iter(faults.values()), "请填写考核日期。")))
            return
        self.desk.run(
            actions.record_course_results, then=self._saved, failed=self.refuse, owner=self, cohort_id=row.id,
            results=typed, assessed_on=day,
        )  # fmt: skip

    def refuse(self, error: UserError) -> None:
        """The sentence above the grid."""
        self.note.say(str(error), "refused")

    def _saved(self, count: int) -> None:
        self.desk.tell(f"已登记 {count} 人的结课成绩。" if count else "没有改动。", undo=bool(count))
        self.closed.emit()


def _typed(row: JudgedLearner) -> str:
    if row.verdict is None:
        return ""
    return row.verdict.words if row.verdict.points_tenths is None else f"{row.verdict.points_tenths / 10:g}"


def _learners(cohort_id: str, session: Session) -> list[JudgedLearner]:
    return queries.judged_learners(session, cohort_id)
