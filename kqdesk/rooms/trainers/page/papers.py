"""Side panels of one trainer: her week, her papers with their last days, her leaves."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Date, Unreadable
from kqdesk.desk.grid import GridColumn, GridRow
from kqdesk.desk.gridview import Grid
from kqdesk.desk.parts import Note, Push, Tool, label
from kqdesk.desk.theme import theme
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.trainers import actions, queries
from kqdesk.rooms.trainers.actions import Qualification
from kqdesk.rooms.trainers.page.week import WeekGrid
from kqdesk.rooms.trainers.queries import QualificationRow, TrainerRow
from kqdesk.rooms.trainers.rules import Leave, Span
from kqdesk.rooms.trainers.terms import PaperKind

SPARE = 3  # empty rows of a grid
EVENING, MORNING, AFTERNOON = (18 * 60, 21 * 60), (8 * 60, 11 * 60 + 30), (13 * 60, 17 * 60)


class SidePanel(QFrame):
    """A card at the right with a title, a body, 保存 (Ctrl+Enter) and 关闭 (Esc)."""

    closed = Signal()

    def __init__(
        self, desk: Desk, title: str, hint: str, body: QWidget, save: Callable[[], object], wide: int
    ) -> None:
        super().__init__()
        self.desk = desk
        self.setProperty("look", "card")
        self.setFixedWidth(wide)
        self.note = Note()
        words = label(hint, "second")
        words.setWordWrap(True)
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(label(title, "head"), 1)
        head.addWidget(Tool("close", "关闭", self.closed.emit, keys="Esc"))
        foot.addWidget(label("Ctrl+Enter 保存 · Esc 关闭", "small"), 1)
        foot.addWidget(Push("保存", save, look="primary", tip="保存", keys="Ctrl+Return"))
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 12, 16, 12)
        self.column.setSpacing(8)
        self.column.addLayout(head)
        self.column.addWidget(words)
        self.column.addWidget(self.note)
        self.column.addWidget(body, 1)
        self.column.addLayout(foot)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.closed)

    def refuse(self, error: UserError) -> None:
        """The action's sentence, above what was typed."""
        self.note.say(str(error), "refused")

    def done(self, _: Any) -> None:
        """Saved: the panel closes."""
        self.closed.emit()


class WeekPanel(SidePanel):
    """When the trainer can teach."""

    def __init__(self, desk: Desk, trainer: TrainerRow) -> None:
        self.week = WeekGrid()
        hint = "按住鼠标拖过去就选上，再拖一次取消；键盘用方向键移动，空格选，Shift+方向键连着选。不选＝还没问过。"
        super().__init__(
            desk, f"{trainer.name}：可上课时间", hint, self.week, self.save, theme().px("panel") + 80
        )
        self._trainer = trainer
        row = QHBoxLayout()
        row.setSpacing(6)
        for words, days, (start, end) in (
            ("工作日晚上", range(1, 6), EVENING), ("周末上午", (6, 7), MORNING), ("周末下午", (6, 7), AFTERNOON),
        ):  # fmt: skip
            row.addWidget(Push(words, partial(self.week.put, tuple(days), start, end)))
        row.addWidget(Push("清空", self.week.clear))
        row.addStretch()
        self.column.insertLayout(3, row)
        desk.read(partial(queries.availability, trainer_id=trainer.id), self._show, owner=self)

    def _show(self, spans: list[Span]) -> None:
        self.week.show_spans(spans)
        self.week.setFocus()

    @Slot()
    def save(self) -> None:
        """The whole week in one act."""
        self.desk.run(
            actions.set_availability, then=self.done, failed=self.refuse, owner=self, trainer_id=self._trainer.id,
            spans=self.week.spans(),
        )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return Date(name="day", label="日期").read(text)
    except Unreadable as wrong:
        raise ValueError(str(wrong)) from None


def _spare() -> list[GridRow]:
    """Empty rows below what there is, to type more into."""
    return [GridRow(f"spare-{n}", {}) for n in range(SPARE)]


COLUMNS = (
    GridColumn("title", "证书名称", width=140),
    GridColumn("number", "证书号", kind="code", width=100),
    GridColumn("issuer", "发证机构", width=110),
    GridColumn("issued_on", "发证日期", parse=_day, width=100),
    GridColumn("expires_on", "有效期至", parse=_day, width=100),
    GridColumn("level", "等级", width=64),
    GridColumn("kind", "类别", width=130, choices=tuple((kind, kind.label) for kind in PaperKind)),
)


class PapersPanel(SidePanel):
    """What papers the trainer holds; an empty last day means the paper does not run out."""

    def __init__(self, desk: Desk, trainer: TrainerRow) -> None:
        self.grid = Grid(COLUMNS, grows=True)
        hint = "一行一本：教师资格证、职业技能等级证书、非遗传承人证书、职称。“有效期至”空着＝长期有效。可以从 WPS 表格粘贴。"
        wide = round(theme().px("panel") * 2)
        super().__init__(desk, f"{trainer.name}：资格证书", hint, self.grid, self.save, wide)
        self._trainer = trainer
        desk.read(partial(queries.qualifications, trainer_id=trainer.id), self._show, owner=self)

    def _show(self, rows: list[QualificationRow]) -> None:
        names = [column.name for column in COLUMNS]
        kept = [GridRow(row.id, {name: getattr(row, name) for name in names}) for row in rows]
        self.grid.fill([*kept, *_spare()])
        self.grid.setFocus()

    @Slot()
    def save(self) -> None:
        """All papers in one act."""
        if self.grid.faults():
            self.note.say("有标红的格子认不出，请先改好再保存。", "refused")
            return
        rows = [row.values for row in self.grid.values() if any(value for value in row.values.values())]
        papers = [Qualification(**{**row, "title": row["title"] or ""}) for row in rows]
        self.desk.run(
            actions.set_qualifications, then=self.done, failed=self.refuse, owner=self, trainer_id=self._trainer.id,
            papers=papers,
        )  # fmt: skip


LEAVES = (
    GridColumn("starts_on", "请假起", parse=_day, width=110),
    GridColumn("ends_on", "请假止", parse=_day, width=110),
    GridColumn("reason", "事由"),
)


class LeavesPanel(SidePanel):
    """From when to when the trainer does not teach; an empty last day means one day."""

    def __init__(self, desk: Desk, trainer: TrainerRow) -> None:
        self.grid = Grid(LEAVES, grows=True)
        hint = (
            "一行一次，两头的日子都算；只请一天，“请假止”可以空着。请假的日子不能给她排课，"
            "找人顶课、自动排课也会避开；已经排好的课在课表上标红，要代课或调课。"
        )
        super().__init__(desk, f"{trainer.name}：请假", hint, self.grid, self.save, theme().px("panel") + 140)
        self._trainer = trainer
        desk.read(partial(queries.leaves, trainer_id=trainer.id), self._show, owner=self)

    def _show(self, rows: list[Leave]) -> None:
        names = [column.name for column in LEAVES]
        kept = [GridRow(n, {name: getattr(row, name) for name in names}) for n, row in enumerate(rows)]
        self.grid.fill([*kept, *_spare()])
        self.grid.setFocus()

    @Slot()
    def save(self) -> None:
        """All leaves in one act."""
        rows = [row.values for row in self.grid.values() if any(row.values.values())]
        if self.grid.faults() or any(row["starts_on"] is None for row in rows):
            self.note.say("有标红的格子认不出，或“请假起”没有填，请先改好再保存。", "refused")
            return
        found = [
            Leave(row["starts_on"], row["ends_on"] or row["starts_on"], row["reason"] or "") for row in rows
        ]
        self.desk.run(
            actions.set_leaves,
            then=self.done,
            failed=self.refuse,
            owner=self,
            trainer_id=self._trainer.id,
            leaves=found,
        )
