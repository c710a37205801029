"""Typing forms from paper: one row a form, digits only, Enter for the next; saved with Ctrl+Enter."""

from functools import partial
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from kqdesk.desk.desk import Desk
from kqdesk.desk.gridview import Grid, GridColumn, GridEdit, GridRow
from kqdesk.desk.parts import Note, Push, closing_head, label
from kqdesk.desk.theme import theme
from kqdesk.rooms.followup import actions, rules
from kqdesk.rooms.followup.actions import TypedForm
from kqdesk.rooms.followup.queries import QuestionnaireRow

ROWS = 12


class TypingPanel(QFrame):
    """A grid that grows; nothing is kept until it is saved."""

    closed = Signal()

    def __init__(self, desk: Desk, row: QuestionnaireRow) -> None:
        super().__init__()
        self.desk, self.row = desk, row
        self.setProperty("look", "card")
        self.setFixedWidth(theme().px("panel"))
        count, scale = len(row.questions), row.scale
        example = "".join(str(scale - n % 2) for n in range(count))
        self.grid = Grid(
            (
                GridColumn("scores", f"得分（如 {example}）", parse=partial(_read, count, scale), show=rules.shown_scores, kind="code", width=150),
                GridColumn("words", "意见（可不填）"),
            ),
            grows=True,
        )  # fmt: skip
        self.grid.setAccessibleName("答卷得分")
        self.grid.fill([GridRow(n, {}) for n in range(ROWS)])
        self.grid.edited.connect(self._on_edited)
        self.note, self.counts = Note(), label("", "second")
        self.save_button = Push("登记", self.save, look="primary", icon_name="save", keys="Ctrl+Return")
        self._lay_out()
        self._count()

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        heading = label(f"{self.row.cohort}　打数字登记", "head")
        heading.setWordWrap(True)
        top = closing_head(self, heading, self.closed)
        asked = "\n".join(f"{n}. {words}" for n, (_, words) in enumerate(self.row.questions, 1))
        words = label(
            f"一张纸一行：按题目顺序打 {len(self.row.questions)} 个数字（1—{self.row.scale}，没答打 0），回车下一张。\n{asked}",
            "small",
        )
        words.setWordWrap(True)
        foot.addWidget(self.counts, 1)
        foot.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(words)
        column.addWidget(self.note)
        column.addWidget(self.grid, 1)
        column.addLayout(foot)

    @Slot(list)
    def _on_edited(self, _: list[GridEdit]) -> None:
        self._count()

    def forms(self) -> list[TypedForm]:
        """What was typed so far."""
        return [
            TypedForm(row.values["scores"], row.values.get("words") or "")
            for row in self.grid.values()
            if row.values.get("scores")
        ]

    def _count(self) -> None:
        forms = self.forms()
        self.counts.setText(f"{len(forms)} 张待登记；已收 {self.row.forms} 份，最多 {self.row.expected} 份")
        self.save_button.setEnabled(bool(forms))

    @Slot()
    def save(self) -> None:
        """Ctrl+Enter: all of them as one step."""
        faults, forms = self.grid.faults(), self.forms()
        if faults:
            self.note.say(f"第 {faults[0].row + 1} 行：{faults[0].reason}", "refused")
            self.grid.go_to(faults[0])
            return
        lost = [row for row in self.grid.values() if row.values.get("words") and not row.values.get("scores")]
        if lost:
            self.note.say("有一行只写了意见没有打分：请补上得分（没答的题打 0）。", "refused")
            return
        if forms:
            self.save_button.setEnabled(False)
            self.desk.run(
                actions.put_forms, then=self._saved, failed=self._refused, owner=self, questionnaire_id=self.row.id,
                forms=forms,
            )  # fmt: skip

    def _saved(self, count: int) -> None:
        self.desk.tell(f"已登记 {count} 份答卷。", undo=True)
        self.closed.emit()

    def _refused(self, error: Exception) -> None:
        self.note.say(str(error), "refused")
        self._count()


def _read(count: int, scale: int, text: str) -> Any:
    return rules.read_scores(text, count, scale)
