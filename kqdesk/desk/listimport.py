"""The dialog for a foreign list: read off the window, shown before anything is written, one step to undo."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.job import Job
from kqdesk.desk.parts import Note, Push, label
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme
from kqdesk.excel.lists import ForeignList, place_of
from kqdesk.kernel.errors import UserError


class Told(NamedTuple):
    """What the preview says of a good row: its name, what it belongs to, the rest in words."""

    name: str
    words: str
    of: str = ""


@dataclass(frozen=True)
class ListImport:
    """One kind of list. ``act(lines=…, file_name=…)`` is an action whose value has ``created``, ``updated`` and ``same``."""

    title: str  # 导入培训师
    key: str  # of the table's remembered widths
    name: str  # heading of what a row is called
    read: Callable[..., ForeignList]  # (path, today=…, progress=…)
    act: Callable[..., Any]
    tell: Callable[[Mapping[str, Any]], Told]
    matched: str  # how rows find what is there already
    missing: str  # which column to look for when no row was found
    of: str = ""  # heading of what rows belong to; "" for none


@dataclass(frozen=True)
class Shown:
    """One row of the preview; ``fault`` "" when it will be taken."""

    id: str
    name: str
    of: str
    words: str
    fault: str


def _columns(task: ListImport) -> tuple[Column[Shown], ...]:
    of = (Column[Shown](task.of, lambda r: r.of, width=170),) if task.of else ()
    return (
        Column[Shown]("在文件里", lambda r: r.id, width=150),
        Column[Shown](task.name, lambda r: r.name, width=170 if of else 110, is_strong=True),
        *of,
        Column[Shown]("", lambda r: "", kind="pill", width=92,
                      pill=lambda r: Pill("有错", "danger") if r.fault else Pill("可导入", "success")),
        Column[Shown]("写的是什么 / 哪里要改", lambda r: r.fault or r.words, tip=lambda r: r.fault or r.words),
    )  # fmt: skip


class ListImportDialog(QDialog):
    """What the file says, faults first; 导入 writes the good rows."""

    def __init__(self, desk: Desk, parent: QWidget, task: ListImport, path: Path) -> None:
        super().__init__(parent)
        self.desk, self.task, self.path = desk, task, path
        self.found: ForeignList | None = None
        self.setWindowTitle(task.title)
        self.resize(theme().px("panel") * 2 + 180, 540)
        self.words = label(f"正在读 {path.name} ……", "second")
        self.words.setWordWrap(True)
        self.note = Note()
        self.table = TableView(_columns(task), name=task.key, memory=desk.memory)
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
        for widget in (label(task.title, "head"), self.words, self.note):
            column.addWidget(widget)
        column.addWidget(self.table, 1)
        column.addLayout(foot)
        today = desk.today()
        desk.start(
            lambda job: task.read(path, today=today, progress=job), self._show, title=f"读 {path.name}", owner=self,
            failed=self._refuse,
        )  # fmt: skip

    def _refuse(self, error: UserError) -> None:
        self.words.setText(self.path.name)
        self.note.say(str(error), "refused")
        self.on.setEnabled(False)

    def _show(self, found: ForeignList) -> None:
        self.found = found
        wrong: dict[str, list[str]] = {}
        for fault in found.faults:
            wrong.setdefault(place_of(fault.sheet, fault.row), []).append(
                f"{fault.letter or ''} {fault.reason}".strip()
            )
        rows = [Shown(place, "", "", "", "；".join(words)) for place, words in wrong.items()]
        for line in found.lines:
            told = self.task.tell(line.told)
            rows.append(Shown(line.place, told.name, told.of, told.words, ""))
        self.table.show_rows(rows)
        count = len(found.lines)
        if rows:
            words = f"{count} 行可以导入，{len(wrong)} 行有错。{self.task.matched}，空着的格子什么也不改。"
            self.words.setText(f"{self.path.name}：还没有写进去。{words}")
        else:
            self.words.setText(self.path.name)
            self.note.say(f"没有找到可以导入的行。请看表头里有没有{self.task.missing}。", "refused")
        self.fault_file.setVisible(bool(wrong))
        self.on.setText(f"导入 {count} 行" if count else "没有要导入的")
        self.on.setEnabled(count > 0)

    @Slot()
    def take(self) -> None:
        """Write the good rows."""
        if self.found is not None:
            self.on.setEnabled(False)
            lines = [dict(line.told) for line in self.found.lines]
            self.desk.run(
                self.task.act, then=self._taken, failed=self._refuse, owner=self, lines=lines, file_name=self.path.name
            )  # fmt: skip

    def _taken(self, done: Any) -> None:
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
            work = partial(_write, self.found, Path(name))
            self.desk.start(work, self._saved, owner=self, failed=self._refuse)

    def _saved(self, name: str) -> None:
        self.note.say(f"已存为 {name}：错的格子是红的，最后一列写了原因。改好后再导入这份就行。", "told")


def _write(found: ForeignList, path: Path, job: Job) -> str:
    found.write_faults(path, progress=job)
    return path.name
