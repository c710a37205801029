"""扫描登记: filled forms dropped in, doubtful ticks decided by a digit, everything entered as one step."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.job import Job
from kqdesk.desk.parts import label
from kqdesk.desk.picture import Picture
from kqdesk.desk.scandialog import ScanDialog, ScanWords
from kqdesk.printing.scanning.reading import cut
from kqdesk.rooms.followup.actions import ScannedForm, file_forms
from kqdesk.rooms.followup.papers.scans import FormJudge, FormSheet, read_forms, scores_of
from kqdesk.rooms.followup.rules import shown_scores
from kqdesk.rooms.followup.terms import FormState

CHOOSE = "选填好的问卷：扫描件或照片"
WORDS = ScanWords(
    "followup.scans", "扫描登记满意度问卷", "把填好的问卷放到这里",
    "填好的问卷扫描或拍照，拖到这里，或点「选择文件」。一张纸一份；看不准的勾会问您。",
    choose=CHOOSE, reading="读问卷",
)  # fmt: skip
AROUND_MM = 4.0
TONES = {
    FormState.READ: "success", FormState.ASKED: "warning", FormState.BLANK: "neutral", FormState.AGAIN: "neutral",
    FormState.FOREIGN: "danger", FormState.REFUSED: "danger",
}  # fmt: skip
Key = tuple[str, int]
"""Which sheet, which question."""


class FormScanDialog(ScanDialog[FormSheet]):
    """Filled questionnaires. Digits decide, 0 = not answered, Enter takes the guess."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(desk, parent, WORDS, _read)
        self.decided: dict[Key, int | None] = {}
        self.words: dict[str, str] = {}
        self.head, self.why = label("", "head"), label("", "second")
        for part in (self.head, self.why):
            part.setWordWrap(True)
        self.picture = Picture()
        self.said = QLineEdit()
        self.said.setPlaceholderText("纸上写的意见，可以照着打（可不填）")
        self.said.setAccessibleName("意见和建议")
        self.said.editingFinished.connect(self._on_said)
        card = QWidget()
        column = QVBoxLayout(card)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.head)
        column.addWidget(self.why)
        column.addWidget(self.picture, 1)
        column.addWidget(self.said)
        self.stand(self._columns(), card)
        self.refresh()

    def _columns(self) -> tuple[Column[FormSheet], ...]:
        return (
            Column[FormSheet]("得分", self._digits, kind="code", width=110),
            Column[FormSheet]("结果", lambda one: "", kind="pill", width=110, pill=self._pill),
        )

    def arrived(self) -> None:
        if self.sheets:
            self.table.select_row(next((n for n, one in enumerate(self.sheets) if self._open_of(one)), 0))

    # -- deciding ---------------------------------------------------------------------------------

    def _open_of(self, sheet: FormSheet) -> list[int]:
        return [row.question for row in sheet.asked if (sheet.id, row.question) not in self.decided]

    def _digits(self, sheet: FormSheet) -> str:
        return shown_scores(scores_of(sheet, self.decided)) if sheet.is_counted else ""

    def _pill(self, sheet: FormSheet) -> Pill:
        left = len(self._open_of(sheet))
        if left:
            return Pill(f"待定 {left}", "warning")
        state = FormState.READ if sheet.state is FormState.ASKED else sheet.state
        return Pill(state.label, TONES[state])

    def _current(self) -> FormSheet | None:
        found: FormSheet | None = self.table.current()
        return found

    def picked(self, _: FormSheet) -> None:
        self.refresh()

    @Slot()
    def _on_said(self) -> None:
        sheet = self._current()
        if sheet is not None:
            self.words[sheet.id] = self.said.text().strip()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        sheet = self._current()
        left = self._open_of(sheet) if sheet is not None else []
        is_plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if sheet is None or not left or not is_plain or sheet.questionnaire is None:
            super().keyPressEvent(event)
            return
        row, text = sheet.rows[left[0]], event.text()
        if text.isascii() and text.isdigit() and int(text) <= sheet.questionnaire.scale:
            self._decide(sheet, row.question, int(text) or None)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row.guess is not None:
            self._decide(sheet, row.question, row.guess)
        else:
            super().keyPressEvent(event)

    def _decide(self, sheet: FormSheet, question: int, score: int | None) -> None:
        self.decided[sheet.id, question] = score
        if not self._open_of(sheet):
            later = next((n for n, one in enumerate(self.sheets) if self._open_of(one)), None)
            if later is not None:
                self.table.select_row(later)
        self.table.viewport().update()
        self.refresh()

    def refresh(self) -> None:
        """The question at hand, else the whole page; counts and the button."""
        sheet = self._current()
        self.said.setVisible(sheet is not None and sheet.is_counted)
        if sheet is not None:
            self.said.setText(self.words.get(sheet.id, ""))
            self._show_sheet(sheet)
        counted = [one for one in self.sheets if one.is_counted]
        left = sum(len(self._open_of(one)) for one in counted)
        more = f"；还有 {left} 处没定，不定就算没答" if left else ""
        self.stand_at(f"{len(self.sheets)} 页，要登记 {len(counted)} 份{more}。", is_ready=bool(counted))
        if left:
            self.setFocus()

    def _show_sheet(self, sheet: FormSheet) -> None:
        left = self._open_of(sheet)
        if not left or sheet.questionnaire is None:
            self.head.setText(sheet.name)
            self.why.setText(sheet.sentence)
            self.picture.show_bytes(sheet.picture, sheet.sentence)
            return
        row, scale = sheet.rows[left[0]], sheet.questionnaire.scale
        self.head.setText(f"{row.question + 1}. {sheet.questionnaire.questions[row.question][1]}")
        guess = f"　Enter：{row.guess} 分" if row.guess else ""
        self.why.setText(f"{row.why}。按 1—{scale}，没答按 0。{guess}")
        box = cut(sheet.layout.strip(row.question), AROUND_MM) if sheet.layout else None
        self.picture.show_bytes(sheet.picture, row.why, box)

    # -- entering ---------------------------------------------------------------------------------

    @Slot()
    def enter(self) -> None:
        """Ctrl+Enter: keep the pictures, then one act that undo takes back whole."""
        self._on_said()
        forms = [
            (one, scores_of(one, self.decided), self.words.get(one.id, ""))
            for one in self.sheets
            if one.is_counted
        ]
        forms = [form for form in forms if any(form[1])]
        if forms:
            self.keep(partial(_keep, self.desk, forms), self._kept)

    def _kept(self, forms: list[ScannedForm]) -> None:
        self.desk.run(file_forms, forms=forms, then=self._entered, failed=self.refused, owner=self)

    def _entered(self, count: int) -> None:
        self.desk.tell(f"已登记 {count} 份答卷，扫描件也存了。", undo=True)
        self.accept()


def _read(desk: Desk, files: Sequence[Path], job: Job) -> list[FormSheet]:
    """Off the UI thread: the child reads, then everything is held against the school."""
    pages = list(read_forms(files, progress=job))
    with desk.store.reading() as session:
        judge = FormJudge(session, desk.attachments.digest_of)
        for page in pages:
            judge.add(page)
    return judge.sheets


def _keep(
    desk: Desk, forms: Sequence[tuple[FormSheet, tuple[int | None, ...], str]], _job: Job
) -> list[ScannedForm]:
    return [
        ScannedForm(
            sheet.questionnaire.id if sheet.questionnaire else "", sheet.number, scores, words,
            desk.attachments.keep(sheet.picture), sheet.name, len(sheet.picture),
        )
        for sheet, scores, words in forms
    ]  # fmt: skip
