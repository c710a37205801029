"""扫描登记: scans and photos of signed sheets dropped in, doubtful rows decided, everything entered as one step."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.job import Job
from kqdesk.desk.scandialog import ScanDialog, ScanWords, dropped
from kqdesk.rooms.attendance.actions.scans import ScansFiled, file_scans
from kqdesk.rooms.attendance.page.scan_card import Question, ScanCard, questions
from kqdesk.rooms.attendance.papers.scans import Judge, Sheet, read_sheets, to_file
from kqdesk.rooms.attendance.rules.scans import ScannedPage
from kqdesk.rooms.attendance.terms import Mark, ScanState

TONES = {
    ScanState.READ: "success", ScanState.LOOK: "warning", ScanState.LOCKED: "neutral", ScanState.AGAIN: "neutral",
    ScanState.BLANK: "warning", ScanState.FOREIGN: "danger", ScanState.REFUSED: "danger",
}  # fmt: skip
WORDS = ScanWords(
    "attendance.scans", "扫描登记", "把签到表放到这里",
    "签过名的签到表扫描或拍照，拖进来，或点「选择文件」。PDF、JPG、PNG 都行，一次几个、一个文件里有好几张也行。",
    choose="选签到表的扫描件或照片", reading="读签到表",
)  # fmt: skip


def _lesson(sheet: Sheet) -> str:
    one = sheet.lesson
    return f"{one.cohort} 第 {one.number} 次" if one else ""


def _pill(marks: Mapping[tuple[str, str], Mark], sheet: Sheet) -> Pill:
    open_ = sum(Question(sheet, row).key not in marks for row in sheet.asked)
    return Pill(f"待定 {open_}", "warning") if open_ else Pill(sheet.state.label, TONES[sheet.state])


def _columns(marks: Mapping[tuple[str, str], Mark]) -> tuple[Column[Sheet], ...]:
    return (
        Column[Sheet]("课次", _lesson, tip=lambda sheet: sheet.sentence, is_strong=True),
        Column[Sheet]("结果", lambda sheet: "", kind="pill", width=116, pill=partial(_pill, marks)),
    )


class SignInDialog(ScanDialog[Sheet]):
    """The sheets of signed lessons; a doubtful row is decided by its key."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(desk, parent, WORDS, _read)
        self.questions: list[Question] = []
        self.marks: dict[tuple[str, str], Mark] = {}
        self._at = 0
        self.card = ScanCard()
        self.card.decided.connect(self._on_decided)
        self.card.went_back.connect(self._on_back)
        self.stand(_columns(self.marks), self.card)
        self.refresh()

    def arrived(self) -> None:
        self.questions = questions(self.sheets)
        self._at = next((n for n, one in enumerate(self.questions) if one.key not in self.marks), 0)

    # -- deciding ---------------------------------------------------------------------------------------

    @Slot(object, object)
    def _on_decided(self, question: Question, mark: Mark | None) -> None:
        if mark is not None:
            self.marks[question.key] = mark
            self.table.viewport().update()
        self._at += 1
        self.refresh()

    @Slot()
    def _on_back(self) -> None:
        self._at = max(0, self._at - 1)
        self.refresh()

    def picked(self, sheet: Sheet) -> None:
        wanted = [n for n, one in enumerate(self.questions) if one.sheet.name == sheet.name]
        if wanted and not (self._at < len(self.questions) and self._at in wanted):
            self._at = wanted[0]
            self.refresh()
        elif not wanted:
            self.card.show_page(sheet)

    def refresh(self) -> None:
        """The question at hand, else the page chosen; counts and buttons."""
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
        words = f"{len(self.sheets)} 页；要存 {pages} 页，登记 {plain + len(self.marks)} 人次{rest}。"
        self.stand_at(words, is_ready=bool(pages or plain or self.marks))

    # -- entering ---------------------------------------------------------------------------------------

    @Slot()
    def enter(self) -> None:
        """Ctrl+Enter: keep the pictures, then one act that undo takes back whole."""
        self.keep(partial(_keep, self.desk, tuple(self.sheets), dict(self.marks)), self._kept)

    def _kept(self, pages: list[ScannedPage]) -> None:
        self.desk.run(file_scans, pages=pages, then=self._entered, failed=self.refused, owner=self)

    def _entered(self, filed: ScansFiled) -> None:
        sentence = f"已登记 {filed.marks} 人次，存了 {filed.pages} 页扫描件。"
        for name, why in filed.refused.items():
            sentence += f"{name}：{why}"
        self.desk.tell(sentence, kind="refused" if filed.refused else "told", undo=not filed.refused)
        self.accept()


class ScanDoor(QObject):
    """Lets files fall onto a page and opens the dialog for them."""

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self._desk, self._page = desk, page
        page.setAcceptDrops(True)
        page.installEventFilter(self)

    @Slot()
    def open(self) -> SignInDialog:
        """The dialog, empty."""
        dialog = SignInDialog(self._desk, self._page)
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
