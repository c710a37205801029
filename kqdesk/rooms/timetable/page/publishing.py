"""发布课表: what is not as the last print says, which evenings must be reprinted, and the button that gives it out."""

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.parts import Note, Push, label
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme
from kqdesk.rooms.timetable import actions
from kqdesk.rooms.timetable.page.choosing import MARGIN
from kqdesk.rooms.timetable.page.telling import Issue, evening_papers, issue
from kqdesk.rooms.timetable.queries import Unprinted
from kqdesk.rooms.timetable.rules.days import day_word

TONES = {"新增": "primary", "停课": "danger", "恢复": "success"}
COLUMNS = (
    Column[Unprinted]("日期", lambda one: day_word(one.lesson.on), width=116),
    Column[Unprinted]("班级", lambda one: one.lesson.cohort, width=150, is_strong=True),
    Column[Unprinted](
        "变动",
        lambda one: one.what,
        kind="pill",
        width=96,
        pill=lambda one: Pill(one.what, TONES.get(one.what, "warning")),
    ),
    Column[Unprinted]("上次印的", lambda one: one.was.words if one.was else ""),
    Column[Unprinted]("现在", lambda one: one.now.words),
)


class PublishWindow(QDialog):
    """Compares with the last published timetable; publishing is one act and can be undone."""

    published = Signal()

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.desk = desk
        self.found: Issue | None = None
        self.setWindowTitle("发布课表")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        most = parent.window().size()
        self.resize(
            min(round(theme().px("panel") * 2.3), most.width() - MARGIN),
            min(theme().px("text") * 38, most.height() - MARGIN),
        )
        self.words, self.note = label("", ""), Note()
        self.words.setWordWrap(True)
        self.table = TableView(COLUMNS, name="timetable.publish", memory=desk.memory, dense=True)
        self.printing = Push("看要重印的", self.preview, icon_name="print", keys="Ctrl+P")
        self.giving = Push(
            "发布", self.publish, look="primary", icon_name="check", tip="发布", keys="Ctrl+Return"
        )
        row = QHBoxLayout()
        row.addWidget(label("发布后，再改动就要写原因，并出现在这里。", "small"), 1)
        row.addWidget(self.printing)
        row.addWidget(self.giving)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.addWidget(self.words)
        column.addWidget(self.note)
        column.addWidget(self.table, 1)
        column.addLayout(row)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.activated.connect(self.reject)
        self.reload()

    def reload(self) -> None:
        """Compare again."""
        self.desk.read(partial(issue, self.desk.today()), self._show, owner=self, only="issue")

    def _show(self, found: Issue) -> None:
        self.found = found
        count = len(found.changes)
        self.table.show_rows(found.changes)
        self.printing.setEnabled(count > 0)
        self.giving.setEnabled(count > 0)
        if not count:
            self.words.setText("课表和上次发布的一样，没有要重印的。")
        elif not found.was_ever:
            self.words.setText(
                f"从今天起的 {count} 次课还没有发布过。先打印各班的学期课表，再按「发布」记下这就是发出去的样子。"
            )
        else:
            self.words.setText(
                f"和上次发布的相比，有 {count} 次课不一样；只要重印 {found.evenings} 张（一天一个教学点一张）。"
            )
        (self.giving if count else self.table).setFocus()

    @Slot()
    def preview(self) -> None:
        """Only the evenings that changed, then the list of changes."""
        if self.found is not None:
            work = partial(evening_papers, self.desk, self.found)
            self.desk.start(work, self._preview, title="生成变动的课表", owner=self)

    def _preview(self, pdf: bytes) -> None:
        PdfPreview(self.desk, "课表变动", pdf, "课表变动.pdf", self).open()

    @Slot()
    def publish(self) -> None:
        """From now on these lessons stand as printed."""
        if self.found is not None:
            self.desk.run(
                actions.publish_lessons, first=self.found.first, last=self.found.last, then=self._published,
                failed=self._refused, owner=self,
            )  # fmt: skip

    def _refused(self, error: Exception) -> None:
        self.note.say(str(error), "refused")

    def _published(self, count: int) -> None:
        self.desk.tell(f"课表已发布，{count} 次课有变动。", undo=True)
        self.published.emit()
        self.accept()
