"""The dialog for a list of trainers: read off the window, shown before anything is written, one step to undo."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.job import Job
from kqdesk.desk.parts import Note, Push, label
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.trainers import actions, sheets
from kqdesk.rooms.trainers.actions import TrainersImported
from kqdesk.rooms.trainers.sheets import TrainerList
from kqdesk.security.masking import mask_phone


@dataclass(frozen=True)
class Shown:
    """One row of the preview; ``fault`` "" when it will be taken."""

    id: str
    name: str
    words: str
    fault: str


COLUMNS = (
    Column[Shown]("在文件里", lambda r: r.id, width=150),
    Column[Shown]("姓名", lambda r: r.name, width=110, is_strong=True),
    Column[Shown]("", lambda r: "", kind="pill", width=92, pill=lambda r: Pill("有错", "danger") if r.fault else Pill("可导入", "success")),
    Column[Shown]("写的是什么 / 哪里要改", lambda r: r.fault or r.words, tip=lambda r: r.fault or r.words),
)  # fmt: skip


class ImportDialog(QDialog):
    """What the file says, faults first; 导入 writes the good rows."""

    def __init__(self, desk: Desk, parent: QWidget, path: Path) -> None:
        super().__init__(parent)
        self.desk, self.path = desk, path
        self.found: TrainerList | None = None
        self.setWindowTitle("导入培训师")
        self.resize(theme().px("panel") * 2 + 80, 520)
        self.words = label(f"正在读 {path.name} ……", "second")
        self.words.setWordWrap(True)
        self.note = Note()
        self.table = TableView(COLUMNS, name="trainers.import", memory=desk.memory)
        self.fault_file = Push("导出有错的表", self.choose_fault_file, icon_name="export")
        self.on = Push("导入", self.take, look="primary", keys="Ctrl+Return")
        self.fault_file.hide()
        self.on.setEnabled(False)
        foot = QHBoxLayout()
        foot.addWidget(self.fault_file)
        foot.addStretch(1)
        foot.addWidget(Push("取消", self.reject))
        foot.addWidget(self.on)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        for widget in (label("导入培训师", "head"), self.words, self.note):
            column.addWidget(widget)
        column.addWidget(self.table, 1)
        column.addLayout(foot)
        work = partial(_read, path, desk.today())
        desk.start(work, self._show, title=f"读 {path.name}", owner=self, failed=self._refuse)

    def _refuse(self, error: UserError) -> None:
        self.words.setText(self.path.name)
        self.note.say(str(error), "refused")
        self.on.setEnabled(False)

    def _show(self, found: TrainerList) -> None:
        self.found = found
        wrong: dict[str, list[str]] = {}
        for fault in found.faults:
            place = f"{fault.sheet} 第 {fault.row} 行" if fault.sheet else f"第 {fault.row} 行"
            wrong.setdefault(place, []).append(f"{fault.letter or ''} {fault.reason}".strip())
        rows = [Shown(place, "", "", "；".join(words)) for place, words in wrong.items()]
        for place, told in found.lines:
            words = (
                mask_phone(told.get("phone")),
                "、".join(told.get("words") or ()),
                told.get("employer") or "",
            )
            rows.append(Shown(place, told["name"], " · ".join(word for word in words if word), ""))
        self.table.show_rows(rows)
        count = len(found.lines)
        if rows:
            self.words.setText(
                f"{self.path.name}：还没有写进去。{count} 行可以导入，{len(wrong)} 行有错。已在库里的按证件号、姓名和电话对上更新，空着的格子什么也不改。"
            )
        else:
            self.words.setText(self.path.name)
            self.note.say("没有找到可以导入的行。请看表头里有没有“姓名”这一列。", "refused")
        self.fault_file.setVisible(bool(wrong))
        self.on.setText(f"导入 {count} 行" if count else "没有要导入的")
        self.on.setEnabled(count > 0)

    @Slot()
    def take(self) -> None:
        """Write the good rows."""
        if self.found is not None:
            self.on.setEnabled(False)
            lines = [dict(told) for _, told in self.found.lines]
            self.desk.run(
                actions.import_trainers, then=self._taken, failed=self._refuse, owner=self, lines=lines,
                file_name=self.path.name,
            )  # fmt: skip

    def _taken(self, done: TrainersImported) -> None:
        words = f"已导入：新增 {done.created}，更新 {done.updated}，相同 {done.same}。"
        self.desk.tell(words, undo=bool(done.created or done.updated))
        self.accept()

    @Slot()
    def choose_fault_file(self) -> None:
        """The same workbook with red cells."""
        name, _ = QFileDialog.getSaveFileName(
            self, "导出有错的表", f"有错_{self.path.stem}.xlsx", "Excel (*.xlsx)"
        )
        if name and self.found is not None:
            work = partial(_write_faults, self.found, Path(name))
            self.desk.start(work, self._saved, owner=self, failed=self._refuse)

    def _saved(self, name: str) -> None:
        self.note.say(f"已存为 {name}：错的格子是红的，最后一列写了原因。改好后再导入这份就行。", "told")


def _read(path: Path, today: date, job: Job) -> TrainerList:
    return sheets.read_trainers(path, today=today, progress=job)


def _write_faults(found: TrainerList, path: Path, job: Job) -> str:
    sheets.write_fault_file(found, path, progress=job)
    return path.name
