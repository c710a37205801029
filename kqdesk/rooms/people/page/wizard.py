"""Import in three steps: ① 选文件 → ② 核对 → ③ 结果. Nothing is written before ② says so, then as one undo step."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from kqdesk.backup.keeper import Keeper
from kqdesk.backup.policy import Reason
from kqdesk.desk.desk import PROGRESS, Desk
from kqdesk.desk.gate import Step, Wizard
from kqdesk.desk.job import Job
from kqdesk.desk.parts import Push, label
from kqdesk.desk.theme import pixmap, theme
from kqdesk.kernel.errors import StaleRecord, UserError
from kqdesk.rooms.people import actions
from kqdesk.rooms.people.actions import ImportCounts
from kqdesk.rooms.people.page.checking import CheckStep
from kqdesk.rooms.people.page.draft import Draft, reading_work
from kqdesk.rooms.people.sheets import PURPOSE, layout_of, split_by_township, write_faults

SUFFIXES = (".xlsx", ".xls", ".ods", ".csv", ".txt", ".xlsm")
FILTER = "花名册 (*.xlsx *.xls *.ods *.csv *.txt *.xlsm)"


class ImportWizard(QDialog):
    """The three steps as a window over the page; ``read(path)`` starts with a file."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setWindowTitle("导入花名册")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self.file, self.checking, self.outcome = FileStep(), CheckStep(desk), ResultStep()
        self.steps = ThreeSteps(self.file, self.checking, self.outcome)
        self.file.chosen.connect(self.read)
        self.file.stop.clicked.connect(self._stop)
        self.checking.reread.connect(self._reread)
        self.checking.forget_asked.connect(self._forget)
        self.checking.split_asked.connect(self._split)
        self.checking.changed.connect(self._name_button)
        self.checking.fault_file_asked.connect(self._save_faults)
        self.outcome.undo_asked.connect(self._undo)
        self.steps.asked.connect(self._go_on)
        self.steps.cancelled.connect(self.reject)
        self.steps.finished.connect(self.accept)
        self._job: Job | None = None
        self._undone = False
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(self.steps)
        room = parent.window().size() if parent.window() is not None else self.size()
        self.resize(max(round(room.width() * 0.94), 960), max(round(room.height() * 0.94), 620))

    # -- step 1 -----------------------------------------------------------------------------------

    @Slot(Path)
    def read(self, path: Path, titles: Mapping[str, str] | None = None) -> None:
        """Read a file as a job; then step 2, or the sentence that says why it cannot be.

        titles: columns assigned by hand; None reads it as such a file was read before.
        """
        if self._job is not None:
            return
        self.steps.show_step(0)
        self.steps.note.hide()
        self.file.show_busy(path.name)
        work = reading_work(self.desk, path, titles)
        self._job = self.desk.start(
            work, self._show_read, title=f"读取 {path.name}", owner=self, failed=self._refuse
        )
        self._job.progressed.connect(self.file.show_progress)
        self._job.ended.connect(self._ended)

    def _show_read(self, draft: Draft) -> None:
        self.checking.show_draft(draft, is_first=True)
        self.steps.show_step(1)
        self.checking.go_to_work()
        self._name_button()

    def _refuse(self, error: UserError) -> None:
        self.steps.note.say(str(error), "refused")

    @Slot()
    def _ended(self) -> None:
        self._job = None
        self.file.show_ready()

    @Slot()
    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()

    @Slot(dict)
    def _reread(self, titles: dict[str, str]) -> None:
        draft = self.checking.draft
        assert draft is not None
        mark, headings = layout_of(draft.read.tables)
        self.desk.run(
            actions.keep_layout, purpose=PURPOSE, fingerprint=mark, title=draft.read.path.name, headings=headings,
            titles=titles, owner=self,
        )  # fmt: skip
        self.read(draft.read.path, titles)

    @Slot()
    def _forget(self) -> None:
        """The remembered layout was wrong for this file: forget it and read by the program's own judgement."""
        draft = self.checking.draft
        if draft is not None and draft.layout is not None:
            self.desk.run(actions.forget_layout, layout_id=draft.layout.id, owner=self)
            self.read(draft.read.path, {})

    # -- step 2 -----------------------------------------------------------------------------------

    @Slot()
    def _name_button(self) -> None:
        draft = self.checking.draft
        if draft is None or self.steps.number != 1:
            return
        rows = len(draft.plan.creates) + len(draft.plan.updates) + len(draft.decisions)
        wishes = sum(len(draft.plan.rows[n].courses) for n in draft.plan.known)
        words = f"导入 {rows:,} 人" if rows else f"导入报名意愿 {wishes:,} 条" if wishes else "没有要导入的"
        self.steps.on.setText(words)
        self.steps.on.setEnabled(rows + wishes > 0)

    @Slot(int)
    def _go_on(self, number: int) -> None:
        if number == 0:
            self.file.choose()
        elif number == 1:
            self._store()
        else:
            self.accept()

    def _store(self) -> None:
        """Back up first: a wrong file may be noticed when undo has long gone past it."""
        self.steps.on.setEnabled(False)
        keeper = self.desk.seat.keeper
        if keeper is None:
            self._import()
            return
        self.steps.note.say("导入之前先备份……", "info")
        self.desk.start(
            partial(_backed_up, keeper),
            self._import,
            title="导入之前的备份",
            owner=self,
            failed=self._not_stored,
            cancellable=False,
        )

    def _import(self, _: object = None) -> None:
        draft = self.checking.draft
        assert draft is not None
        self.steps.note.hide()
        self.desk.run(
            actions.import_roster,
            then=self._stored,
            failed=self._not_stored,
            owner=self,
            long="导入花名册",
            plan=draft.plan,
            file_name=draft.read.path.name,
            decisions=draft.decisions,
            faults=len(draft.open_rows),
            progress=PROGRESS,
        )

    def _stored(self, counts: ImportCounts) -> None:
        assert self.checking.draft is not None
        self.outcome.show_counts(self.checking.draft.read.path.name, counts)
        self.steps.show_step(2)
        self.desk.tell(f"已导入：新增 {counts.created:,} 人，更新 {counts.updated:,} 人。", undo=True)

    def _not_stored(self, error: UserError) -> None:
        again = ("重新核对", self.checking.check_again) if isinstance(error, StaleRecord) else None
        self.steps.note.say(str(error), "refused", again)
        self.steps.on.setEnabled(True)

    @Slot()
    def _save_faults(self) -> None:
        name = self.checking.ask_fault_file()
        if name:
            self.save_faults(Path(name))

    def save_faults(self, path: Path) -> None:
        """The same workbook with red cells and reasons, as a job."""
        assert self.checking.draft is not None
        work = partial(_write_faults, self.checking.draft, path)
        self.desk.start(work, self._faults_saved, title="导出有错的表", owner=self, failed=self._refuse)

    @Slot()
    def _split(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "把各镇街的名单存到哪个文件夹")
        if folder:
            self.split(Path(folder))

    def split(self, folder: Path) -> None:
        """One workbook a township, as a job."""
        assert self.checking.draft is not None
        work = partial(_split_into, self.checking.draft, folder)
        self.desk.start(work, self._was_split, title="按镇街分开", owner=self, failed=self._refuse)

    def _was_split(self, made: list[tuple[str, int]]) -> None:
        words = "、".join(f"{name} {count:,} 人" for name, count in made)
        self.steps.note.say(f"已按镇街分成 {len(made)} 份：{words}。文件里有完整证件号，请妥善保管。", "told")

    def _faults_saved(self, path: Path) -> None:
        self.steps.note.say(
            f"已存为 {path.name}：错的格子是红的，最后一列写了原因。改好后再导入这份就行。", "told"
        )

    # -- step 3 -----------------------------------------------------------------------------------

    @Slot()
    def _undo(self) -> None:
        self.desk.undo()
        self.accept()

    # -- files over the window --------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        urls = event.mimeData().urls()
        if urls and Path(urls[0].toLocalFile()).suffix.lower() in SUFFIXES:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.read(Path(event.mimeData().urls()[0].toLocalFile()))


def _backed_up(keeper: Keeper, job: Job) -> None:
    job.step(0, 0)
    keeper.make(Reason.IMPORT)


def _write_faults(draft: Draft, path: Path, job: Job) -> Path:
    write_faults(draft.read, path, progress=job)
    return path


def _split_into(draft: Draft, folder: Path, job: Job) -> list[tuple[str, int]]:
    return split_by_township(draft.read.people, folder, draft.read.path.stem, progress=job)


class ThreeSteps(Wizard):
    """Where we are and the buttons; what 下一步 does is decided by who listens to ``asked``."""

    asked = Signal(int)

    def __init__(self, file: QWidget, checking: QWidget, result: QWidget) -> None:
        super().__init__(
            "导入花名册",
            [
                Step(
                    "选文件",
                    "村里、企业报来的 Excel、WPS 表格或文本，格式不必统一。",
                    file,
                    on_words="选文件…",
                ),
                Step("核对", "还没有写进花名册。看一看，改一改，再导入。", checking, on_words="导入"),
                Step("结果", "整次导入是一步，可以一下撤销。", result, on_words="完成"),
            ],
        )

    def show_step(self, number: int) -> None:
        super().show_step(number)
        self.on.setEnabled(True)
        self.on.setFocus()
        self.back.setVisible(number == 1)
        for push in self.findChildren(Push):
            if push.parent() is self and push.text() == "取消":
                push.setVisible(number < 2)

    def go_on(self) -> None:
        self.asked.emit(self.number)


class FileStep(QFrame):
    """Step ①: a place to drop a file on, or a button."""

    chosen = Signal(Path)

    def __init__(self) -> None:
        super().__init__()
        picture = QLabel()
        picture.setPixmap(pixmap("import", "primary", 56, 2.0))
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words = label("把文件拖到这里", "head")
        self.under = label("或点右下角「选文件」。.xlsx .xls .ods .csv .txt 都可以，", "second")
        self.under_too = label("多个工作表、合并的表头、旧镇名、各种日期写法都认得。", "second")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(theme().px("panel"))
        self.stop = Push("取消")
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addStretch(2)
        for widget in (picture, self.words, self.under, self.under_too, self.bar, self.stop):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(3)
        self.show_ready()

    def choose(self) -> None:
        """The file dialog."""
        name, _ = QFileDialog.getOpenFileName(self, "选花名册文件", "", FILTER)
        if name:
            self.chosen.emit(Path(name))

    def show_busy(self, name: str) -> None:
        """A file is being read."""
        self.words.setText(f"正在读 {name}")
        self.under.hide()
        self.under_too.hide()
        self.bar.setRange(0, 0)
        self.bar.show()
        self.stop.show()

    def show_ready(self) -> None:
        """Waiting for a file."""
        self.words.setText("把文件拖到这里")
        self.under.show()
        self.under_too.show()
        self.bar.hide()
        self.stop.hide()

    @Slot(int, int, str)
    def show_progress(self, done: int, total: int, _: str) -> None:
        """Rows read so far."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)


class ResultStep(QFrame):
    """Step ③: the counts, and the whole import taken back with one button."""

    undo_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        picture = QLabel()
        picture.setPixmap(pixmap("done", "success", 56, 2.0))
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words = label("", "head")
        self.numbers: dict[str, QLabel] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(40)
        titles = {
            "created": "新增",
            "updated": "更新",
            "same": "相同",
            "suspects": "疑似，先放着",
            "faults": "有错，没导入",
            "wishes": "报名意愿",
        }
        for place, (key, title) in enumerate(titles.items()):
            number = label("0", "title")
            self.numbers[key] = number
            grid.addWidget(number, 0, place, Qt.AlignmentFlag.AlignCenter)
            grid.addWidget(label(title, "second"), 1, place, Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(2)
        column.addWidget(picture)
        column.addWidget(self.words, 0, Qt.AlignmentFlag.AlignCenter)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addLayout(grid)
        middle.addStretch(1)
        column.addLayout(middle)
        column.addWidget(
            Push("撤销导入", self.undo_asked.emit, icon_name="undo"), 0, Qt.AlignmentFlag.AlignCenter
        )
        column.addStretch(3)

    def show_counts(self, name: str, counts: ImportCounts) -> None:
        """What the import did."""
        self.words.setText(f"{name} 已导入花名册")
        for key, number in self.numbers.items():
            number.setText(f"{getattr(counts, key):,}")
