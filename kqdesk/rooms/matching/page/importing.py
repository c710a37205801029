"""The dialog for a foreign list: read off the window, shown before anything is written, one step to undo."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.job import Job
from kqdesk.desk.parts import Note, Push, label
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.matching import sheets
from kqdesk.rooms.matching.actions import Imported
from kqdesk.rooms.matching.sheets import ListRead
from kqdesk.rooms.people.terms import education_label


@dataclass(frozen=True)
class Shown:
    """One row of the preview; ``fault`` "" when it will be taken."""

    id: str
    title: str
    of: str
    words: str
    fault: str


COLUMNS = (
    Column[Shown]("在文件里", lambda r: r.id, width=150),
    Column[Shown]("名称", lambda r: r.title, width=170, is_strong=True),
    Column[Shown]("院校、机构、单位", lambda r: r.of, width=170),
    Column[Shown]("", lambda r: "", kind="pill", width=92, pill=lambda r: Pill("有错", "danger") if r.fault else Pill("可导入", "success")),
    Column[Shown]("写的是什么 / 哪里要改", lambda r: r.fault or r.words, tip=lambda r: r.fault or r.words),
)  # fmt: skip


class ImportDialog(QDialog):
    """What the file says, faults first; 导入 writes the good rows."""

    def __init__(
        self,
        desk: Desk,
        parent: QWidget,
        title: str,
        path: Path,
        read: Callable[..., ListRead],
        act: Callable[..., Any],
    ) -> None:
        super().__init__(parent)
        self.desk, self.path, self._reads, self._act = desk, path, read, act
        self.found: ListRead | None = None
        self.setWindowTitle(title)
        self.resize(theme().px("panel") * 2 + 180, 540)
        self.words = label(f"正在读 {path.name} ……", "second")
        self.words.setWordWrap(True)
        self.note = Note()
        self.table = TableView(COLUMNS, name="matching.import", memory=desk.memory)
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
        for widget in (label(title, "head"), self.words, self.note):
            column.addWidget(widget)
        column.addWidget(self.table, 1)
        column.addLayout(foot)
        work = partial(self._read, desk.today())
        desk.start(work, self._show, title=f"读 {path.name}", owner=self, failed=self._refuse)

    def _read(self, today: Any, job: Job) -> ListRead:
        return self._reads(self.path, today=today, progress=job)

    def _refuse(self, error: UserError) -> None:
        self.words.setText(self.path.name)
        self.note.say(str(error), "refused")
        self.on.setEnabled(False)

    def _show(self, found: ListRead) -> None:
        self.found = found
        faults: dict[str, list[str]] = {}
        for fault in found.faults:
            place = f"{fault.sheet} 第 {fault.row} 行" if fault.sheet else f"第 {fault.row} 行"
            faults.setdefault(place, []).append(f"{fault.letter or ''} {fault.reason}".strip())
        rows = [Shown(place, "", "", "", "；".join(words)) for place, words in faults.items()]
        rows += [_shown(line.place, line.told) for line in found.lines]
        self.table.show_rows(rows)
        count = len(found.lines)
        if not rows:
            self.words.setText(self.path.name)
            self.note.say("没有找到可以导入的行。请看表头里有没有“名称（岗位）”这样的列。", "refused")
        else:
            words = "已有的按名称和院校（单位）对上更新，空着的格子什么也不改。"
            self.words.setText(
                f"{self.path.name}：还没有写进去。{count} 行可以导入，{len(faults)} 行有错。{words}"
            )
        self.fault_file.setVisible(bool(faults))
        self.on.setText(f"导入 {count} 行" if count else "没有要导入的")
        self.on.setEnabled(count > 0)

    @Slot()
    def take(self) -> None:
        """Write the good rows."""
        if self.found is not None:
            self.on.setEnabled(False)
            lines = [dict(line.told) for line in self.found.lines]
            self.desk.run(
                self._act,
                then=self._taken,
                failed=self._refuse,
                owner=self,
                lines=lines,
                file_name=self.path.name,
            )

    def _taken(self, done: Imported) -> None:
        self.desk.tell(f"已导入：新增 {done.created}，更新 {done.updated}，相同 {done.same}。", undo=True)
        self.accept()

    @Slot()
    def choose_fault_file(self) -> None:
        """The same workbook with red cells."""
        name, _ = QFileDialog.getSaveFileName(
            self, "导出有错的表", f"有错_{self.path.stem}.xlsx", "Excel (*.xlsx)"
        )
        if name and self.found is not None:
            self.desk.start(
                partial(_write, self.found, Path(name)), self._saved, owner=self, failed=self._refuse
            )

    def _saved(self, name: str) -> None:
        self.note.say(f"已存为 {name}：错的格子是红的，最后一列写了原因。改好后再导入这份就行。", "told")


def _write(found: ListRead, path: Path, job: Job) -> str:
    sheets.write_fault_file(found, path, progress=job)
    return path.name


def _shown(place: str, told: Mapping[str, Any]) -> Shown:
    words = [
        _cell(name, value)
        for name, value in told.items()
        if name not in ("title", "provider", "employer") and value not in (None, [], ())
    ]
    return Shown(
        place, told.get("title", ""), told.get("provider") or told.get("employer") or "", "；".join(words), ""
    )


def _cell(name: str, value: Any) -> str:
    """One value as people read it; money in 元."""
    if name == "fee":
        return f"{value // 100} 元" if value else "免费"
    if name == "education_least":
        return f"{education_label(value)}及以上"
    if isinstance(value, (list, tuple)):
        return "、".join(str(getattr(one, "label", one)) for one in value)
    return str(getattr(value, "label", value))
