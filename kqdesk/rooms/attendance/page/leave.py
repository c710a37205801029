"""Leave of a cohort: what was asked for beforehand, a form beside it, the note handed in."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column
from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Choice, Date, Text
from kqdesk.desk.form import Form
from kqdesk.desk.intake import from_path, keep_files
from kqdesk.desk.parts import Note, Push, label
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme
from kqdesk.rooms.attendance import actions, queries
from kqdesk.rooms.attendance.queries import LeaveRow
from kqdesk.store.attachments import KeptFile


def _days(row: LeaveRow) -> str:
    if row.first_on == row.last_on:
        return f"{row.first_on:%m-%d}"
    return f"{row.first_on:%m-%d} 至 {row.last_on:%m-%d}"


COLUMNS = (
    Column[LeaveRow]("序号", lambda row: str(row.roll_no or ""), kind="number", width=54),
    Column[LeaveRow]("姓名", lambda row: row.name, width=96, is_strong=True),
    Column[LeaveRow]("日期", _days, width=132, sort=lambda row: row.first_on),
    Column[LeaveRow]("事由", lambda row: row.reason),
    Column[LeaveRow]("证明", lambda row: "有" if row.proofs else "", width=54),
)


class LeaveDialog(QDialog):
    """A window over the page; ``open()`` it. Esc closes."""

    def __init__(self, desk: Desk, cohort_id: str, title: str, on: date, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"请假：{title}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(theme().px("text") * 64, theme().px("text") * 36)
        self._desk, self._cohort_id, self._on = desk, cohort_id, on
        self._proof: Path | None = None
        self.note = Note()
        self.table = TableView(COLUMNS, name="attendance.leave", memory=desk.memory)
        self.table.setAccessibleName("已登记的请假")
        self.table.add_menu("取消请假", self.remove, "delete")
        self.form = Form(desk, [])
        self._holder = QVBoxLayout()
        self._lay_out(title)
        self.reload()

    def _lay_out(self, title: str) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(label(f"{title}　请假", "head"))
        left.addWidget(self.table, 1)
        take = QHBoxLayout()
        take.addStretch(1)
        take.addWidget(Push("取消选中的请假", self.remove))
        left.addLayout(take)
        self.proof = Push("附上假条照片…", self.choose_proof, icon_name="add")
        foot = QHBoxLayout()
        foot.addWidget(self.proof)
        foot.addStretch(1)
        foot.addWidget(Push("登记请假", self.save, look="primary", icon_name="save", keys="Ctrl+Return"))
        right.addWidget(label("登记一次请假", "head"))
        right.addLayout(self._holder, 1)
        right.addLayout(foot)
        column, row = QVBoxLayout(self), QHBoxLayout()
        row.setSpacing(theme().px("space_l"))
        row.addLayout(left, 3)
        row.addLayout(right, 2)
        column.addWidget(self.note)
        column.addLayout(row, 1)

    def reload(self) -> None:
        """Ask again: the list and who may be chosen."""
        self._desk.read(partial(_asked, self._cohort_id), self._show, owner=self, only="leave")

    def _show(self, found: tuple[list[LeaveRow], list[tuple[str, str]]]) -> None:
        rows, learners = found
        self.table.show_rows(rows)
        old = self._holder.takeAt(0)
        if old is not None and old.widget() is not None:
            old.widget().deleteLater()
        fields = (
            Choice(name="enrolment_id", label="学员", choices=learners, required=True),
            Date(name="first_on", label="从哪天", required=True, is_half=True),
            Date(name="last_on", label="到哪天", required=True, is_half=True),
            Text(name="reason", label="事由", required=True, placeholder="如：生病、加班", longest=60),
        )
        self.form = Form(self._desk, fields, {"first_on": self._on, "last_on": self._on})
        self._holder.addWidget(self.form)
        self.form.focus_first()

    @Slot()
    def choose_proof(self) -> None:
        """The picture of the note; it is kept with the leave."""
        found, _ = QFileDialog.getOpenFileName(self, "假条", "", "图片和 PDF (*.jpg *.jpeg *.png *.pdf)")
        self.set_proof(Path(found) if found else None)

    def set_proof(self, path: Path | None) -> None:
        """Which file goes with the leave; None = none."""
        self._proof = path
        self.proof.setText(path.name if path else "附上假条照片…")

    @Slot()
    def save(self) -> None:
        """Keep the note's file first, then the leave that names it."""
        values = self.form.values()
        if values is None:
            return
        if self._proof is None:
            self._write(values, [])
            return
        files, kept = [from_path(self._proof)], self._desk.attachments
        self._desk.start(
            lambda _job: keep_files(kept, files),
            partial(self._write, values),
            owner=self,
            failed=self._refuse,
        )

    def _write(self, values: dict[str, Any], kept: Sequence[KeptFile]) -> None:
        self._desk.run(
            actions.add_leave, proof=kept[0] if kept else None, then=self._saved, failed=self._refuse, owner=self,
            **values,
        )  # fmt: skip

    def _saved(self, _: str) -> None:
        self.set_proof(None)
        self.note.say("已登记。点名时这几天的课自动显示请假。", "told")
        self.reload()

    def _refuse(self, error: Exception) -> None:
        self.note.say(str(error), "refused")

    @Slot()
    def remove(self) -> None:
        """The leave chosen in the list is taken back."""
        row: LeaveRow | None = self.table.current()
        if row is None:
            self.note.say("请先在左边选一条请假。", "refused")
            return
        self._desk.run(
            actions.remove_leave, leave_id=row.id, then=self._removed, failed=self._refuse, owner=self
        )

    def _removed(self, _: None) -> None:
        self.note.say("已取消这条请假。点名里已经记下的不变。", "told")
        self.reload()


def _asked(cohort_id: str, session: Session) -> tuple[list[LeaveRow], list[tuple[str, str]]]:
    return queries.leaves_of(session, cohort_id), queries.learner_choices(session, cohort_id)
