"""A ledger from a file: read it, look at what is wrong, say what the ledger is called and where the paper lies, take it in."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from kqdesk.desk.cells import Column
from kqdesk.desk.desk import PROGRESS, Desk
from kqdesk.desk.fields import Number, Text
from kqdesk.desk.form import Form
from kqdesk.desk.job import Job
from kqdesk.desk.parts import Note, Push, label
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme
from kqdesk.excel.faults import Fault
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.past import actions
from kqdesk.rooms.past.rules import year_of
from kqdesk.rooms.past.sheets import PastRead, read_past, write_past_faults
from kqdesk.rooms.people.actions import ImportCounts
from kqdesk.rooms.people.queries import ImportPlan, plan_import

FILTER = "台账 (*.xlsx *.xls *.ods *.csv *.txt *.xlsm)"
FAULT_COLUMNS = (
    Column[Fault]("在文件里", lambda f: f"{f.sheet or ''} 第 {f.row} 行 {f.letter or ''}".strip(), width=170),
    Column[Fault]("栏目", lambda f: f.heading or "", width=130),
    Column[Fault]("写的是", lambda f: f.value or "", width=150),
    Column[Fault]("怎么改", lambda f: f.reason),
)
HEAD_FIELDS = (
    Text(name="title", label="台账名称", required=True, longest=80),
    Number(name="first_year", label="起年", least=1950, most=2100, is_half=True),
    Number(name="last_year", label="止年", least=1950, most=2100, is_half=True),
    Text(name="kept_at", label="原件在哪里", longest=80, hint="例如：档案室 3 柜 2 层"),
)


@dataclass(frozen=True)
class Draft:
    """A file on its way in: what it says and whom it speaks of."""

    read: PastRead
    plan: ImportPlan


class PastImport(QDialog):
    """One window: the head of the ledger, what is wrong, 导入."""

    imported = Signal()

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.desk = desk
        self.draft: Draft | None = None
        self.setWindowTitle("导入历史台账")
        self.note = Note()
        self.words = label(
            "选一个台账文件：学员、班级、学时、成绩、证书编号，有什么列都可以，一行一人。", "second"
        )
        self.words.setWordWrap(True)
        self.form = Form(desk, HEAD_FIELDS)
        self.table = TableView(FAULT_COLUMNS, name="past.faults", memory=desk.memory, key=_place)
        self.faults = Push("导出有错的表", self.choose_fault_file, icon_name="export")
        self.go = Push("导入", self.take, look="primary", icon_name="import", keys="Ctrl+Return")
        row = QHBoxLayout()
        row.addWidget(Push("打开表格…", self.choose, icon_name="folder", keys="Ctrl+O"))
        row.addWidget(self.faults)
        row.addStretch(1)
        row.addWidget(Push("关闭", self.reject))
        row.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(10)
        for part in (self.words, self.note, self.form, self.table):
            column.addWidget(part, 1 if part is self.table else 0)
        column.addLayout(row)
        self.resize(theme().px("panel") * 2 + 160, 620)
        self._dress()

    def _dress(self) -> None:
        has_lines = self.draft is not None and bool(self.draft.read.lines)
        has_faults = self.draft is not None and bool(self.draft.read.faults)
        self.form.setVisible(has_lines)
        self.table.setVisible(has_faults)
        self.faults.setVisible(has_faults)
        self.go.setEnabled(has_lines)
        self.go.setText(f"导入 {len(self.draft.read.lines):,} 行" if self.draft and has_lines else "导入")

    @Slot()
    def choose(self) -> None:
        """The file dialog."""
        name, _ = QFileDialog.getOpenFileName(self, "选历史台账", "", FILTER)
        if name:
            self.read(Path(name))

    def read(self, path: Path) -> None:
        """Read a file as a job."""
        self.note.hide()
        work = partial(_read, self.desk, path)
        self.desk.start(work, self._show, title=f"读取 {path.name}", owner=self, failed=self._refuse)

    def _show(self, draft: Draft) -> None:
        self.draft = draft
        read = draft.read
        years = sorted({year for line in read.lines if (year := year_of(line))})
        self.form.show_values(
            {"title": read.path.stem, "first_year": years[0] if years else None, "last_year": years[-1] if years else None}
        )  # fmt: skip
        self.table.show_rows(read.faults)
        unsure = (
            f"{len(draft.plan.suspects)} 行像花名册里的人但不能确定，导入后在「记录」里认领。"
            if draft.plan.suspects
            else ""
        )
        wrong = f"{read.held} 行有错，改好以后再导入那几行。" if read.held else "没有错。"
        fresh = f"{len(draft.plan.creates)} 人花名册里还没有，会一起建好。" if draft.plan.creates else ""
        self.words.setText(f"读到 {read.rows} 行，{wrong}{fresh}{unsure}导入的都标「补录」，算不算按规则包。")
        self._dress()
        self.form.focus_first()

    @Slot()
    def take(self) -> None:
        """Everything that is right, as one step."""
        head = self.form.values()
        if self.draft is None or head is None:
            return
        self.go.setEnabled(False)
        self.desk.run(
            actions.import_ledger, then=self._taken, failed=self._refuse, owner=self, long="导入历史台账",
            plan=self.draft.plan, lines=self.draft.read.lines, head=head, file_name=self.draft.read.path.name,
            faults=self.draft.read.held, progress=PROGRESS,
        )  # fmt: skip

    def _taken(self, counts: ImportCounts) -> None:
        fresh = f"，花名册新增 {counts.created} 人" if counts.created else ""
        assert self.draft is not None
        self.desk.tell(
            f"已补录 {len(self.draft.read.lines)} 行{fresh}。请放上扫描件，再由另一人核对。", undo=True
        )
        self.imported.emit()
        self.accept()

    @Slot()
    def choose_fault_file(self) -> None:
        """Where the marked workbook goes."""
        if self.draft is None:
            return
        name, _ = QFileDialog.getSaveFileName(
            self, "导出有错的表", f"{self.draft.read.path.stem}（有错的）.xlsx", "Excel 工作簿 (*.xlsx)"
        )
        if name:
            self.save_faults(Path(name))

    def save_faults(self, path: Path) -> None:
        """The same workbook with red cells and reasons, as a job."""
        assert self.draft is not None
        work = partial(_write, self.draft.read, path)
        self.desk.start(work, self._saved, title="导出有错的表", owner=self, failed=self._refuse)

    def _saved(self, path: Path) -> None:
        self.note.say(f"已存为 {path.name}：错的格子是红的，最后一列写了原因。", "told")

    def _refuse(self, error: UserError) -> None:
        self.note.say(str(error), "refused")
        self._dress()


def _read(desk: Desk, path: Path, job: Job) -> Draft:
    read = read_past(path, today=desk.today(), progress=job)
    with desk.store.reading() as session:
        return Draft(read, plan_import(session, read.people, job, follows_all=True))


def _write(read: PastRead, path: Path, job: Job) -> Path:
    write_past_faults(read, path, progress=job)
    return path


def _place(fault: Fault) -> str:
    return f"{fault.sheet}-{fault.row}-{fault.key}"
