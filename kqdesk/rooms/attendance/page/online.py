"""Online study of a cohort: the records, a platform's list read and looked over, accepted or sent back."""

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.parts import Note, Push, label
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme
from kqdesk.rooms.attendance import actions, queries, sheets
from kqdesk.rooms.attendance.actions import OnlineLine, OnlineTaken
from kqdesk.rooms.attendance.queries import OnlineRow
from kqdesk.rooms.attendance.sheets import ReadLine


def _pill(row: OnlineRow) -> Pill:
    return Pill("已认可", "success") if row.accepted_at else Pill("待认可", "warning", "waiting")


ROWS = (
    Column[OnlineRow]("序号", lambda row: str(row.roll_no or ""), kind="number", width=54),
    Column[OnlineRow]("姓名", lambda row: row.name, width=96, is_strong=True),
    Column[OnlineRow]("平台", lambda row: row.platform, width=120),
    Column[OnlineRow]("内容", lambda row: row.title),
    Column[OnlineRow]("日期", lambda row: f"{row.on:%Y-%m-%d}", width=104),
    Column[OnlineRow]("分钟", lambda row: str(row.minutes), kind="number", width=60),
    Column[OnlineRow]("来源", lambda row: row.origin, width=120, tip=lambda row: row.origin),
    Column[OnlineRow]("状态", lambda row: "", kind="pill", width=94, pill=_pill),
)  # fmt: skip
READ = (
    Column[ReadLine]("行", lambda row: str(row.row), kind="number", width=54),
    Column[ReadLine]("表里的姓名", lambda row: row.name, width=100),
    Column[ReadLine]("对上的学员", lambda row: row.matched, width=100, is_strong=True),
    Column[ReadLine]("内容", lambda row: row.title),
    Column[ReadLine]("日期", lambda row: f"{row.on:%Y-%m-%d}" if row.on else "", width=104),
    Column[ReadLine]("分钟", lambda row: str(row.minutes or ""), kind="number", width=60),
    Column[ReadLine]("不能导入的原因", lambda row: row.fault, width=220, tip=lambda row: row.fault or None),
)  # fmt: skip


class OnlineDialog(QDialog):
    """A window over the page; ``open()`` it. While a list is looked over it takes the place of the records."""

    def __init__(self, desk: Desk, cohort_id: str, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"网上学习：{title}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(theme().px("text") * 66, theme().px("text") * 38)
        self._desk, self._cohort_id = desk, cohort_id
        self._origin = ""
        self.lines: list[ReadLine] = []
        self.note = Note()
        self.table = TableView(ROWS, name="attendance.online", memory=desk.memory)
        self.table.setAccessibleName("网上学习记录")
        self.reading = TableView(
            READ, name="attendance.online.read", memory=desk.memory, key=lambda row: str(row.row)
        )
        self.reading.setAccessibleName("表里的记录")
        self.platform = QLineEdit()
        self.platform.setPlaceholderText("哪个平台，如：柯桥终身学习网")
        self.platform.setAccessibleName("平台")
        self._lay_out(title)
        self._show_reading(False)
        self.reload()

    def _lay_out(self, title: str) -> None:
        self.opening = Push("导入平台的名单…", self.choose, icon_name="import", keys="Ctrl+I")
        self.accepting = Push("认可选中的", self.accept_rows, look="primary", icon_name="check")
        self.removing = Push("退回选中的", self.remove_rows)
        self.taking = Push("导入", self.take, look="primary", icon_name="import", keys="Ctrl+Return")
        self.stopping = Push("不导入", self.stop)
        row = QHBoxLayout()
        row.addWidget(label(f"{title}　网上学习", "head"), 1)
        for part in (self.platform, self.opening, self.removing, self.accepting, self.stopping, self.taking):
            row.addWidget(part)
        column = QVBoxLayout(self)
        column.addLayout(row)
        column.addWidget(self.note)
        column.addWidget(self.table, 1)
        column.addWidget(self.reading, 1)

    def _show_reading(self, is_reading: bool) -> None:
        for part in (self.reading, self.platform, self.taking, self.stopping):
            part.setVisible(is_reading)
        for part in (self.table, self.opening, self.accepting, self.removing):
            part.setVisible(not is_reading)

    def reload(self) -> None:
        """The records again."""
        query = partial(queries.online_rows, cohort_id=self._cohort_id)
        self._desk.read(query, self._show, owner=self, only="online")

    def _show(self, rows: list[OnlineRow]) -> None:
        self.table.show_rows(rows)
        waiting = sum(row.accepted_at is None for row in rows)
        if waiting and not self.note.text:
            self.note.say(f"有 {waiting} 条等认可。核对后选中（Ctrl+A 全选），按「认可选中的」。", "info")
        elif not rows:
            self.note.say(
                "还没有记录。从学习平台导出名单（要有身份证号或手机号、日期、时长），在这里导入。", "info"
            )

    # -- a platform's list ------------------------------------------------------------------------

    @Slot()
    def choose(self) -> None:
        """Which file."""
        kinds = "表格 (*.xlsx *.xls *.csv *.et)"
        found, _ = QFileDialog.getOpenFileName(self, "平台导出的名单", "", kinds)
        if found:
            self.read(Path(found))

    def read(self, path: Path) -> None:
        """Read a list and show it before anything is written."""
        work = partial(_read, self._desk, self._cohort_id, path, self._desk.today())
        self._origin = path.name
        self._desk.start(work, self._show_lines, title=f"读取 {path.name}", owner=self, failed=self._refuse)

    def _show_lines(self, lines: list[ReadLine]) -> None:
        self.lines = lines
        good = sum(not line.fault for line in lines)
        if not lines:
            self._refuse(ValueError("表里没有找到名单：第一行要有列名，如 身份证号、课程、日期、时长。"))
            return
        self.reading.show_rows(sorted(lines, key=lambda line: (not line.fault, line.row)))
        self._show_reading(True)
        bad = f"，{len(lines) - good} 条不能导入（原因在最后一列）" if good < len(lines) else ""
        self.note.say(f"{self._origin}：{good} 条对上了学员{bad}。写明平台，按「导入」。", "info")
        self.taking.setEnabled(bool(good))
        self.platform.setFocus()

    @Slot()
    def take(self) -> None:
        """The lines without a fault, as one step."""
        good = [
            OnlineLine(line.enrolment_id, line.title, line.on, line.minutes)
            for line in self.lines
            if not line.fault and line.on is not None
        ]
        self._desk.run(
            actions.import_online, then=self._taken, failed=self._refuse, owner=self, cohort_id=self._cohort_id,
            platform=self.platform.text(), origin=self._origin, lines=good,
        )  # fmt: skip

    def _taken(self, taken: OnlineTaken) -> None:
        same = f"，{taken.same} 条以前导过" if taken.same else ""
        self._show_reading(False)
        self.note.say(f"已导入 {taken.added} 条{same}。认可以后才计学时；导错了按 Ctrl+Z。", "told")
        self.reload()

    @Slot()
    def stop(self) -> None:
        """Back to the records, nothing taken."""
        self.note.hide()
        self._show_reading(False)

    # -- the records ------------------------------------------------------------------------------

    @Slot()
    def accept_rows(self) -> None:
        """These count from now on."""
        self._run(actions.accept_online, "已认可 {} 条，学时按规则包计。")

    @Slot()
    def remove_rows(self) -> None:
        """These do not belong here."""
        self._run(actions.remove_online, "已退回 {} 条。")

    def _run(self, act: Any, words: str) -> None:
        ids = [row.id for row in self.table.selected()]
        self._desk.run(act, then=partial(self._done, words), failed=self._refuse, owner=self, record_ids=ids)

    def _done(self, words: str, count: int) -> None:
        self.note.say(words.format(count), "told")
        self.reload()

    def _refuse(self, error: Exception) -> None:
        self.note.say(str(error), "refused")


def _read(desk: Desk, cohort_id: str, path: Path, today: date, job: Any) -> list[ReadLine]:
    with desk.store.reading() as session:
        learners = queries.online_learners(session, cohort_id)
    return sheets.read_online(path, learners, today=today, progress=job)
