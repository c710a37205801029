"""One class file: the completeness list, the files of the chosen paper, drop and paste."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import QFrame, QVBoxLayout

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.intake import Brought, brought_by
from kqdesk.desk.memory import Memory
from kqdesk.desk.parts import label
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme
from kqdesk.rooms.classfile.queries import ClassFileCard
from kqdesk.rooms.classfile.rules import Item
from kqdesk.rooms.classfile.terms import Paper, Standing
from kqdesk.store.attachments import AttachmentRow

TONES = {
    Standing.THERE: ("success", "check"),
    Standing.PARTLY: ("warning", "warning"),
    Standing.MISSING: ("danger", "close"),
    Standing.WAIVED: ("neutral", "remove"),
}


def _pill(item: Item) -> Pill:
    return Pill(item.standing.label, *TONES[item.standing])


def _step(item: Item) -> str:
    return f"{item.step.words} ›" if item.step else ""


ITEMS = (
    Column[Item]("材料", lambda item: item.paper.label, width=130, is_strong=True),
    Column[Item]("情况", lambda item: "", kind="pill", width=84, pill=_pill),
    Column[Item]("说明", lambda item: item.words, tip=lambda item: item.words),
    Column[Item]("下一步", _step, width=96, is_strong=True, tip=lambda item: "按 Enter 或双击去办" if item.step else None),
)  # fmt: skip
FILES = (
    Column[AttachmentRow]("放入的文件", lambda row: row.name, is_strong=True),
    Column[AttachmentRow]("大小", lambda row: f"{max(row.size // 1024, 1)} KB", kind="number", width=86),
    Column[AttachmentRow]("放入日期", lambda row: f"{row.added_at:%Y-%m-%d}", width=110),
)  # fmt: skip


class ItemTable(TableView):
    """The list; files dropped on a line, or pasted on it, go under that paper."""

    brought = Signal(object, list)  # Paper, [Brought]

    def __init__(self, memory: Memory) -> None:
        super().__init__(ITEMS, name="classfile.items", memory=memory, dense=True)
        self.setAccessibleName("档案材料")
        self.setAcceptDrops(True)
        self.viewport().setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if brought_by(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if self._under(event.position().toPoint()) is not None:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        paper, files = self._under(event.position().toPoint()), brought_by(event.mimeData())
        if paper is not None and files:
            event.acceptProposedAction()
            self.brought.emit(paper, files)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item: Item | None = self.current()
        if event.matches(QKeySequence.StandardKey.Paste) and item is not None:
            self.paste_on(item.paper, brought_by(QGuiApplication.clipboard().mimeData()))
            return
        super().keyPressEvent(event)

    def paste_on(self, paper: Paper, files: Sequence[Brought]) -> None:
        """What the clipboard held goes under the chosen paper."""
        if files:
            self.brought.emit(paper, list(files))

    def _under(self, place: QPoint) -> Paper | None:
        """The paper of the line under the cursor, when files can be put in there."""
        index = self.indexAt(place)
        if not index.isValid():
            return None
        self.select_row(index.row())
        item: Item | None = self.current()
        return item.paper if item is not None and item.paper.is_put_in else None


class FileCard(QFrame):
    """The right half of the page."""

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.heading, self.words = label("", "head"), label("", "second")
        self.words.setWordWrap(True)
        self.items = ItemTable(memory)
        self.files = TableView(
            FILES, name="classfile.files", memory=memory, key=lambda row: row.attachment_id, dense=True
        )
        self.files.setAccessibleName("放入的文件")
        self.hint = label(
            "把文件拖到上面的一行里，或选中一行按 Ctrl+V、Ctrl+O 放入。图片、PDF 会装订进档案；Word、Excel 只进原件包。",
            "small",
        )
        self.hint.setWordWrap(True)
        self._card: ClassFileCard | None = None
        self.items.picked.connect(self._on_picked)
        head = QVBoxLayout()
        head.setContentsMargins(16, 12, 16, 8)
        head.addWidget(self.heading)
        head.addWidget(self.words)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 6, 16, 10)
        foot.addWidget(self.hint)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.items, 6)
        column.addWidget(self.files, 2)
        self.files.setMaximumHeight(theme().px("row") * 4)
        column.addLayout(foot)

    def show_card(self, card: ClassFileCard | None) -> None:
        """Another class, or the same one after a change."""
        self._card = card
        row = card.row if card else None
        self.heading.setText(f"{row.cohort.no}　{row.cohort.title}" if row else "")
        self.words.setText(_words(card) if card else "在左边选一个班。")
        self.items.show_rows(list(row.items) if row else [])
        if row and self.items.current() is None and row.items:
            self.items.select_row(0)
        self._on_picked([])

    def chosen(self) -> Item | None:
        """The line the keyboard is on."""
        found: Item | None = self.items.current()
        return found

    def _on_picked(self, _: list[Item]) -> None:
        item = self.chosen()
        rows = list(self._card.files.get(item.paper, ())) if self._card and item else []
        self.files.show_rows(rows)
        self.files.setVisible(bool(rows))


def _words(card: ClassFileCard) -> str:
    row = card.row
    if row.whole is None:
        return "档案要有哪些材料：未配置。请先在「设置·规则包」里填。"
    missing = [item.paper.label for item in row.items if item.standing in (Standing.MISSING, Standing.PARTLY)]
    state = f"{row.archived.by} {row.archived.at:%Y-%m-%d} 已归档" if row.archived else "未归档"
    lack = f"缺 {len(missing)} 项：{'、'.join(missing)}" if missing else "材料齐全"
    return f"{state} · 完整度 {row.whole}% · {lack}"
