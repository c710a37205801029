"""字段表: every field a form may ask for, one click (or Enter) from the clipboard."""

from dataclasses import dataclass

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from kqdesk.desk.cells import Column
from kqdesk.desk.desk import Desk
from kqdesk.desk.parts import Combo, Push, Tool, label
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme
from kqdesk.rooms.reports.rules import GROUPS
from kqdesk.rooms.reports.terms import Scope


@dataclass(frozen=True)
class FieldRow:
    """One field of the list."""

    id: str
    group: str


COLUMNS = (
    Column[FieldRow]("写在模板里", lambda r: f"{{{{{r.id}}}}}", kind="code", is_strong=True),
    Column[FieldRow]("属于", lambda r: r.group, width=130),
)


class FieldList(QFrame):
    """Shown at the right of the templates."""

    closed = Signal()

    def __init__(self, desk: Desk, scope: Scope) -> None:
        super().__init__()
        self.desk = desk
        self.setProperty("look", "card")
        self.setFixedWidth(theme().px("panel"))
        self.scope = Combo([(one, one.label) for one in Scope], name="填法")
        self.scope.choose(scope)
        self.scope.chosen.connect(self._on_scope)
        self.table = TableView(COLUMNS, name="reports.fields", memory=desk.memory)
        self.table.opened.connect(self.copy_field)
        head = QHBoxLayout()
        head.addWidget(label("字段表", "head"), 1)
        head.addWidget(Tool("close", "关闭", self.closed.emit, keys="Esc"))
        words = label(
            "在 Word 或 Excel 的表里，要填的地方写上两层花括号和字段名。“每…一行”的字段写在表格的一行里，程序会按人数往下加行。",
            "second",
        )
        words.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(words)
        column.addWidget(self.scope)
        column.addWidget(self.table, 1)
        column.addWidget(Push("复制选中的（Enter）", self.copy_current, icon_name="copy"))
        self._show()

    def _show(self) -> None:
        self.table.show_rows(
            [FieldRow(name, group.title) for group in GROUPS[self.scope.value()] for name in group.names]
        )

    @Slot(object)
    def _on_scope(self, _: object) -> None:
        self._show()

    @Slot()
    def copy_current(self) -> None:
        """The selected fields to the clipboard."""
        rows = self.table.selected()
        if rows:
            self._copy([row.id for row in rows])

    @Slot(object)
    def copy_field(self, row: FieldRow) -> None:
        """One field to the clipboard."""
        self._copy([row.id])

    def _copy(self, names: list[str]) -> None:
        text = "\t".join(f"{{{{{name}}}}}" for name in names)
        QGuiApplication.clipboard().setText(text)
        self.desk.tell(f"已复制 {text}，到模板里粘贴。")
