"""One doubtful row of a sheet, enlarged, decided with 1–5 or Enter."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from kqdesk.desk.parts import Push, label
from kqdesk.desk.picture import Picture
from kqdesk.desk.theme import theme
from kqdesk.printing.scanning.reading import cut
from kqdesk.rooms.attendance.papers.scans import Sheet
from kqdesk.rooms.attendance.rules.scans import RowJudged
from kqdesk.rooms.attendance.terms import KEYS, Mark

AROUND_MM = 5.0  # of the neighbouring rows are shown with a row


@dataclass(frozen=True)
class Question:
    """A row to decide, and the page it is on."""

    sheet: Sheet
    row: RowJudged

    @property
    def key(self) -> tuple[str, str]:
        """Lesson and enrolment."""
        assert self.sheet.lesson is not None
        return self.sheet.lesson.id, self.row.learner.id


class ScanCard(QFrame):
    """Shows a question or a whole page. ``decided`` carries the question and the mark, None = look later."""

    decided = Signal(object, object)
    went_back = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.question: Question | None = None
        self.head, self.why, self.place = label("", "head"), label("", "second"), label("", "small")
        for part in (self.head, self.why):
            part.setWordWrap(True)
            part.setMinimumWidth(theme().px("text") * 10)
        self.picture = Picture()
        self.buttons = {
            mark: Push(f"{key} {mark.label}", partial(self._press, mark)) for key, mark in KEYS.items()
        }
        self.later = Push("以后再看", partial(self._press, None), look="link", tip="这个人先不登记")
        self._lay_out()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.head, 1)
        top.addWidget(self.place)
        row = QHBoxLayout()
        row.setSpacing(theme().px("space_s"))
        for button in (*self.buttons.values(), self.later):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys are the card's
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.why)
        column.addWidget(self.picture, 1)
        column.addLayout(row)

    def ask(self, question: Question, number: int, count: int, chosen: Mark | None) -> None:
        """Show a row with the neighbours' edges; what Enter would take is filled."""
        self.question = question
        learner, one = question.row.learner, question.sheet.lesson
        self.head.setText(f"{learner.roll_no} 号　{learner.name}")
        self.place.setText(f"第 {number} 处，共 {count} 处")
        offered = chosen or question.row.guess
        hint = f"　Enter：{offered.label}" if offered else ""
        where = f"{one.cohort} 第 {one.number} 次" if one else ""
        self.why.setText(f"{question.row.why}{hint}　（{where}）")
        for mark, button in self.buttons.items():
            button.dress("primary" if mark is offered else "")
            button.setVisible(True)
        self.later.setVisible(True)
        layout = question.sheet.layout  # None where the page could not be laid flat: then it is shown whole
        self.picture.show_bytes(
            question.sheet.picture,
            f"{learner.name}：{question.row.why}",
            cut(layout.strip(question.row.row), AROUND_MM) if layout else None,
        )

    def show_page(self, sheet: Sheet | None) -> None:
        """A whole page with its sentence, nothing to decide."""
        self.question = None
        for button in (*self.buttons.values(), self.later):
            button.setVisible(False)
        self.place.setText("")
        self.head.setText(sheet.name if sheet else "")
        self.why.setText(sheet.sentence if sheet else "")
        self.picture.show_bytes(sheet.picture if sheet else b"", sheet.sentence if sheet else "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.question is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        elif event.text() in KEYS:
            self._press(KEYS[event.text()])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            filled = [mark for mark, button in self.buttons.items() if button.property("look") == "primary"]
            self._press(filled[0] if filled else None)
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_PageDown):
            self._press(None)
        elif event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_PageUp):
            self.went_back.emit()
        else:
            super().keyPressEvent(event)

    def _press(self, mark: Mark | None) -> None:
        if self.question is not None:
            self.decided.emit(self.question, mark)


def questions(sheets: Sequence[Sheet]) -> list[Question]:
    """Everything to decide, page by page."""
    return [Question(sheet, row) for sheet in sheets for row in sheet.asked]
