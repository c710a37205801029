"""扫描登记: scans and photos of signed sheets dropped in, doubtful rows decided, everything entered as one step."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.job import Job
from kqdesk.desk.parts import Blank, Note, Push, label
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme
from kqdesk.rooms.attendance.actions.scans import ScansFiled, file_scans
from kqdesk.rooms.attendance.page.scan_card import Question, ScanCard, questions
from kqdesk.rooms.attendance.papers.scans import Judge, Sheet, read_sheets, to_file
from kqdesk.rooms.attendance.rules.scans import ScannedPage
from kqdesk.rooms.attendance.terms import Mark, ScanState

FILTER = "扫描件和照片 (*.pdf *.jpg *.jpeg *.png);;所有文件 (*)"
TONES = {
    ScanState.READ: "success", ScanState.LOOK: "warning", ScanState.LOCKED: "neutral", ScanState.AGAIN: "neutral",
    ScanState.BLANK: "warning", ScanState.FOREIGN: "danger", ScanState.REFUSED: "danger",
}  # fmt: skip
START = "签过名的签到表扫描或拍照，拖进来，或点「选择文件」。PDF、JPG、PNG 都行，一次几个、一个文件里有好几张也行。"


def _lesson(sheet: Sheet) -> str:
    one = sheet.lesson
    return f"{one.cohort} 第 {one.number} 次" if one else ""


def _page(sheet: Sheet) -> str:
    return f"{sheet.page}/{sheet.pages}　{sheet.file.name}" if sheet.pages > 1 else sheet.file.name


def _pill(marks: Mapping[tuple[str, str], Mark], sheet: Sheet) -> Pill:
    open_ = sum(Question(sheet, row).key not in marks for row in sheet.asked)
    return Pill(f"待定 {open_}", "warning") if open_ else Pill(sheet.state.label, TONES[sheet.state])


def _columns(marks: Mapping[tuple[str, str], Mark]) -> tuple[Column[Sheet], ...]:
    return (
        Column[Sheet]("页", _page, tip=lambda sheet: sheet.sentence),
        Column[Sheet]("课次", _lesson, tip=lambda sheet: sheet.sentence, is_strong=True),
        Column[Sheet]("结果", lambda sheet: "", kind="pill", width=116, pill=partial(_pill, marks)),
    )


class ScanDialog(QDialog):
    """A window over the page; ``open()`` it, ``take(paths)`` gives it files."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("扫描登记")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self.resize(*((1080, 640) if theme().text_size == "standard" else (1240, 700)))
        self._desk = desk
        self.sheets: list[Sheet] = []
        self.questions: list[Question] = []
        self.marks: dict[tuple[str, str], Mark] = {}
        self._at = 0
        self._files: list[Path] = []
        self._job: Job | None = None
        self.note, self.counts = Note(), label("", "second")
        self.counts.setWordWrap(True)
        self.counts.setMinimumWidth(theme().px("text") * 16)
        self.table = TableView(_columns(self.marks), name="attendance.scans", memory=desk.memory)
        self.table.setAccessibleName("放进来的页")
        self.table.picked.connect(self._on_picked)
        self.card = ScanCard()
        self.card.decided.connect(self._on_decided)
        self.card.went_back.connect(self._on_back)
        self.choose_button = Push("选择文件…", self.choose, icon_name="file", keys="Ctrl+O")
        self.enter_button = Push("登记", self.enter, look="primary", icon_name="save", keys="Ctrl+Return")
        self._lay_out()
        self._show()

    def _lay_out(self) -> None:
        top, foot = QHBoxLayout(), QHBoxLayout()
        top.addWidget(label("扫描登记", "head"), 1)
        top.addWidget(self.choose_button)
        self.table.setMinimumWidth(theme().px("text") * 22)
        found = QWidget()
        body = QHBoxLayout(found)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(theme().px("space_l"))
        body.addWidget(self.table, 2)
        body.addWidget(self.card, 3)
        self._views = QStackedWidget()
        self._views.addWidget(Blank("scan", "把签到表放到这里", START))
        self._views.addWidget(found)
        foot.addWidget(self.counts, 1)
        foot.addWidget(Push("关闭", self.reject))
        foot.addWidget(self.enter_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(theme().px("space_s"))
        column.addLayout(top)
        column.addWidget(self.note)
        column.addWidget(self._views, 1)
        column.addLayout(foot)

    # -- files in ---------------------------------------------------------------------------------------

    @Slot()
    def choose(self) -> None:
        """Files from a folder."""
        names, _ = QFileDialog.getOpenFileNames(self, "选签到表的扫描件或照片", "", FILTER)
        if names:
            self.take([Path(name) for name in names])

    def take(self, paths: Sequence[Path]) -> None:
        """Read these files in addition to what is here."""
        fresh = [path for path in paths if path not in self._files]
        if not fresh or self._job is not None:
            return
        self._files += fresh
        self.note.say("正在读，读完会列在下面。一页大约零点几秒。", "info")
        self._job = self._desk.start(
            partial(_read, self._desk, tuple(self._files)),
            self._arrived,
            title="读签到表",
            owner=self,
            failed=self._failed,
        )
        self._job.ended.connect(self._on_ended)
        self._show()

    @Slot()
    def _on_ended(self) -> None:
        self._job = None
        self._show()

    def _failed(self, error: Exception) -> None:
        self._files.clear()
        self.note.say(str(error), "refused")

    def _arrived(self, sheets: list[Sheet]) -> None:
        self.sheets, self.questions = sheets, questions(sheets)
        self.table.show_rows(sheets)
        bad = [one for one in sheets if one.state in (ScanState.REFUSED, ScanState.FOREIGN, ScanState.BLANK)]
        if bad:
            more = f"（另有 {len(bad) - 1} 页，点开看原因）" if len(bad) > 1 else ""
            self.note.say(f"{bad[0].name}：{bad[0].sentence}{more}", "refused")
        else:
            self.note.hide()
        self._at = next((n for n, one in enumerate(self.questions) if one.key not in self.marks), 0)
        self._show()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.take(dropped(event))

    # -- deciding ---------------------------------------------------------------------------------------

    @Slot(object, object)
    def _on_decided(self, question: Question, mark: Mark | None) -> None:
        if mark is not None:
            self.marks[question.key] = mark
            self.table.viewport().update()
        self._at += 1
        self._show()

    @Slot()
    def _on_back(self) -> None:
        self._at = max(0, self._at - 1)
        self._show()

    @Slot(list)
    def _on_picked(self, rows: list[Sheet]) -> None:
        if len(rows) != 1:
            return
        wanted = [n for n, one in enumerate(self.questions) if one.sheet.name == rows[0].name]
        if wanted and not (self._at < len(self.questions) and self._at in wanted):
            self._at = wanted[0]
            self._show()
        elif not wanted:
            self.card.show_page(rows[0])

    def _show(self) -> None:
        """The question at hand, else the page chosen; counts and buttons."""
        self._views.setCurrentIndex(1 if self.sheets else 0)
        if self._at < len(self.questions):
            question = self.questions[self._at]
            self.card.ask(question, self._at + 1, len(self.questions), self.marks.get(question.key))
            self.card.setFocus()
        else:
            self.card.show_page(self.table.current() or (self.sheets[0] if self.sheets else None))
            if self.sheets:
                self.enter_button.setFocus()
        open_ = sum(one.key not in self.marks for one in self.questions)
        pages = sum(sheet.must_keep for sheet in self.sheets)
        plain = sum(
            row.mark is not None and row.mark is not row.learner.mark
            for sheet in self.sheets
            for row in sheet.rows
        )
        rest = f"，还有 {open_} 处没定（不定的就先不登记）" if open_ else ""
        if self.sheets:
            self.counts.setText(
                f"{len(self.sheets)} 页；要存 {pages} 页，登记 {plain + len(self.marks)} 人次{rest}。"
            )
        self.enter_button.setEnabled(self._job is None and bool(pages or plain or self.marks))
        self.choose_button.setEnabled(self._job is None)

    # -- entering ---------------------------------------------------------------------------------------

    @Slot()
    def enter(self) -> None:
        """Ctrl+Enter: keep the pictures, then one act that undo takes back whole."""
        work = partial(_keep, self._desk, tuple(self.sheets), dict(self.marks))
        self.enter_button.setEnabled(False)
        self._desk.start(work, self._kept, owner=self, failed=self._refused)

    def _kept(self, pages: list[ScannedPage]) -> None:
        self._desk.run(file_scans, pages=pages, then=self._entered, failed=self._refused, owner=self)

    def _refused(self, error: Exception) -> None:
        self.note.say(str(error), "refused")
        self._show()

    def _entered(self, filed: ScansFiled) -> None:
        sentence = f"已登记 {filed.marks} 人次，存了 {filed.pages} 页扫描件。"
        for name, why in filed.refused.items():
            sentence += f"{name}：{why}"
        self._desk.tell(sentence, kind="refused" if filed.refused else "told", undo=not filed.refused)
        self.accept()

    def done(self, result: int) -> None:
        if self._job is not None:
            self._job.cancel()
        super().done(result)


class ScanDoor(QObject):
    """Lets files fall onto a page and opens the dialog for them."""

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self._desk, self._page = desk, page
        page.setAcceptDrops(True)
        page.installEventFilter(self)

    @Slot()
    def open(self) -> ScanDialog:
        """The dialog, empty."""
        dialog = ScanDialog(self._desk, self._page)
        dialog.open()
        return dialog

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent):
            paths = dropped(event)
            if paths:
                event.acceptProposedAction()
                if event.type() == QEvent.Type.Drop:
                    self.open().take(paths)
                return True
        return super().eventFilter(watched, event)


def dropped(event: QDropEvent) -> list[Path]:
    """The files of a drop."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def _read(desk: Desk, files: Sequence[Path], job: Job) -> list[Sheet]:
    """Off the UI thread: the child reads, then everything is held against the school."""
    pages = list(read_sheets(files, progress=job))
    with desk.store.reading() as session:
        judge = Judge(session, desk.store.clock(), desk.attachments.digest_of)
        for page in pages:
            judge.add(page)
    return judge.sheets


def _keep(
    desk: Desk, sheets: Sequence[Sheet], marks: dict[tuple[str, str], Mark], _job: Job
) -> list[ScannedPage]:
    return to_file(sheets, marks, desk.attachments.keep)
