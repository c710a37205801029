"""Importing the organiser's list of diploma numbers: open or paste it, see every fault in its cell, take all or nothing."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Choice, Date, Field, Text
from kqdesk.desk.form import Form
from kqdesk.desk.gridview import FaultList, Grid, GridColumn
from kqdesk.desk.parts import Note, Push, label
from kqdesk.desk.theme import theme
from kqdesk.kernel.errors import InputFaults, UserError
from kqdesk.rooms.catalogue.terms import DualLevel
from kqdesk.rooms.dual import actions
from kqdesk.rooms.dual.actions import DiplomaLine, LineFault
from kqdesk.rooms.dual.sheets import DiplomaCells, read_diplomas

LEVELS = tuple((level, level.label) for level in DualLevel)
COLUMNS = (
    GridColumn("id_number", "证件号码", kind="code", width=210),
    GridColumn("name", "姓名", width=120),
    GridColumn("number", "证书编号", kind="code"),
    GridColumn(
        "issued_on",
        "发证日期",
        parse=Date(name="d", label="发证日期").read,
        show=lambda day: f"{day:%Y-%m-%d}",
        width=140,
    ),
)


class DiplomaDialog(QDialog):
    """A grid to paste into; 导入 takes the whole list or nothing."""

    imported = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget, level: DualLevel) -> None:
        super().__init__(parent)
        self.desk, self.origin = desk, "粘贴的名单"
        self.setWindowTitle("导入学历证书")
        self.note = Note()
        fields = (
            Choice(name="level", label="层次", choices=LEVELS, required=True, is_half=True),
            Text(name="issuer", label="发证机关", required=True, is_half=True),
        )
        self.form = Form(desk, fields, {"level": level})
        self.grid = Grid(COLUMNS, grows=True)
        self.grid.fill([])
        self.grid.grid_model.place(0, 0, [[""]])
        self.faults = FaultList(self.grid)
        self.faults.setMaximumHeight(theme().px("row") * 4)
        self.grid.faults_changed.connect(self._on_faults)
        self._on_faults()
        words = label(
            "打开发证机关给的表格，列的顺序不要紧；也可以复制四列（证件号码、姓名、证书编号、发证日期），点表格左上角按 Ctrl+V。",
            "second",
        )
        words.setWordWrap(True)
        buttons = QHBoxLayout()
        buttons.addWidget(Push("打开表格…", self.choose_file, icon_name="folder", keys="Ctrl+O"))
        buttons.addStretch(1)
        buttons.addWidget(Push("关闭", self.reject))
        self.taking = Push("导入", self.take, look="primary", icon_name="import", keys="Ctrl+Return")
        buttons.addWidget(self.taking)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(10)
        for part in (words, self.form, self.note, self.grid, self.faults):
            column.addWidget(part, 1 if part is self.grid else 0)
        column.addLayout(buttons)
        self.resize(theme().px("panel") * 2 + 120, 620)
        self.grid.setFocus()

    @Slot()
    def _on_faults(self) -> None:
        """The list of faults takes room only when there are some."""
        self.faults.setVisible(bool(self.grid.faults()))

    @Slot()
    def choose_file(self) -> None:
        """The issuer's workbook."""
        found, _ = QFileDialog.getOpenFileName(
            self, "学历证书名单", "", "表格 (*.xlsx *.xls *.csv *.et *.ods)"
        )
        if found:
            self.read_file(Path(found))

    def read_file(self, path: Path) -> None:
        """Its lines into the grid, to be looked at before they are taken."""
        self.origin = path.name
        today = self.desk.today()
        self.desk.start(
            lambda job: read_diplomas(path, today=today, progress=job), self._show_lines, title="读名单", owner=self,
            failed=self._refused,
        )  # fmt: skip

    def _show_lines(self, found: Sequence[DiplomaCells]) -> None:
        self.grid.fill([])
        self.grid.grid_model.place(
            0, 0, [[line.id_number, line.name, line.number, line.issued_on] for line in found]
        )
        self.note.say(f"读到 {len(found)} 行，看过没有错就点「导入」。", "info")

    def lines(self) -> list[DiplomaLine]:
        """The rows in which something stands; row numbers as the grid shows them."""
        rows = [
            (n, row) for n, row in enumerate(self.grid.values(), 1) if any(row.values.values()) or row.faults
        ]
        return [
            DiplomaLine(
                n,
                row.values["id_number"] or "",
                row.values["name"] or "",
                row.values["number"] or "",
                row.values["issued_on"],
            )
            for n, row in rows
        ]

    @Slot()
    def take(self) -> None:
        """Check the head, then hand everything to the action."""
        head = self.form.values()
        if head is None:
            return
        lines = self.lines()
        undated = {
            self._key(line.row): "请填发证日期，例如 2026-06-30。" for line in lines if line.issued_on is None
        }
        if self.grid.faults() or undated:
            if undated:
                self.grid.show_faults({(key, "issued_on"): words for key, words in undated.items()})
            self.note.say("有的格子要改，红色的就是。", "refused")
            return
        self.taking.setEnabled(False)
        self.desk.run(
            actions.import_diplomas, then=self._taken, failed=self._refused, owner=self, lines=lines, origin=self.origin,
            **head,
        )  # fmt: skip

    def _key(self, row: int) -> object:
        return self.grid.values()[row - 1].key

    def _taken(self, count: int) -> None:
        self.imported.emit(count)
        self.desk.tell(f"已导入 {count} 本学历证书。", undo=True)
        self.accept()

    def _refused(self, error: UserError) -> None:
        self.taking.setEnabled(True)
        self.note.say(str(error), "refused")
        if isinstance(error, InputFaults):
            faults: Sequence[LineFault] = error.faults
            self.grid.show_faults({(self._key(fault.row), fault.column): fault.reason for fault in faults})


def fields() -> tuple[Field, ...]:
    """What is asked of one diploma."""
    return (
        Text(name="number", label="证书编号", required=True, hint="照证书抄，本校不编号"),
        Text(name="issuer", label="发证机关", required=True),
        Date(name="issued_on", label="发证日期", required=True),
    )
