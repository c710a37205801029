"""What every first run is: a few steps, and at their end the recovery code on paper with proof that somebody has it in hand."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from kqdesk.app.gate import WIDE
from kqdesk.desk.desk import Desk
from kqdesk.desk.form import Form
from kqdesk.desk.gate import Step, Wizard
from kqdesk.desk.parts import Push, label
from kqdesk.desk.preview import PdfPreview
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.office.papers import RecoveryPaper, recovery_sheet
from kqdesk.school import School
from kqdesk.security.kdf import Profile

TELL = "密码忘了、电脑坏了，只有这张纸能救回全部数据。请打印两份，一份锁进柜子，一份交校长。"


class RecoverySheet(QWidget):
    """Shows the code, prints the sheet, asks for the last four characters. ``failed`` gets what went wrong."""

    def __init__(self, desk: Desk, failed: Callable[[UserError], object], tell: str = TELL) -> None:
        super().__init__()
        self._desk, self._failed = desk, failed
        self._paper: RecoveryPaper | None = None
        self.code_words = label("", "head")
        self.code_words.setWordWrap(True)
        self.code_words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.typed = QLineEdit()
        self.typed.setAccessibleName("恢复码最后四个字")
        self.typed.setPlaceholderText("恢复码最后四个字")
        told = label(tell, "second")
        told.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for widget in (
            told,
            self.code_words,
            Push("打印恢复码纸", self.print_sheet, icon_name="print"),
            label("照着纸输入最后四个字，确认已经收好"),
            self.typed,
        ):
            column.addWidget(widget)
        column.addStretch(1)

    def show_code(self, school: str, code: str, made_on: date) -> None:
        """The code is there: it can be printed and proven."""
        self._paper = RecoveryPaper(school=school, code=code, made_on=made_on)
        self.code_words.setText(code)
        self.typed.setFocus()

    def fault(self) -> str | None:
        """Why one may not go on yet; None when the four characters are right."""
        if self._paper is None:
            return "还在准备，请稍等一两秒。"
        typed = self.typed.text().strip().upper()
        return None if typed == self._paper.code[-4:] else "最后四个字对不上。请看清纸上的恢复码再输一次。"

    @Slot()
    def print_sheet(self) -> None:
        """Show the sheet in the preview; it is printed from there and kept nowhere else."""
        paper = self._paper
        if paper is not None:
            self._desk.start(lambda _: recovery_sheet(paper), self._on_sheet, owner=self, failed=self._failed)

    def _on_sheet(self, pdf: bytes) -> None:
        PdfPreview(self._desk, "恢复码纸", pdf, "恢复码.pdf", self).open()


NOT_FILLED = "还有红字的地方没有填好。"


class FirstSteps(QWidget):
    """A home is made or joined in steps. Emits the open home; once there is one, nobody leaves without the code."""

    made = Signal(object)
    cancelled = Signal()
    stay = ""  # what is told who would leave then

    def __init__(self, desk: Desk, home: Path, *, clock: Callable[[], datetime], profile: Profile) -> None:
        super().__init__()
        self._desk, self._home, self._clock, self._profile = desk, home, clock, profile
        self._school: School | None = None

    def walk(self, title: str, steps: Sequence[Step]) -> None:
        """The wizard with these steps; ``moved_to`` hears of every change."""
        self.wizard = Wizard(title, steps)
        self.wizard.setFixedWidth(WIDE + 80)
        self.wizard.cancelled.connect(self._on_cancelled)
        self.wizard.moved.connect(self.moved_to)
        self.wizard.finished.connect(self._on_finished)
        column = QVBoxLayout(self)
        column.addWidget(self.wizard)

    @Slot(int)
    def moved_to(self, number: int) -> None:
        """The step that is shown now."""
        self.wizard.back.setVisible(number == 1)

    def filled(self, form: Form) -> str | None:
        """Why one may not go on from a form; None when it is whole."""
        return None if form.values() is not None else NOT_FILLED

    def failed(self, wrong: UserError) -> None:
        """What went wrong, at the form it can be mended in as long as there is no home."""
        self.wizard.on.setEnabled(True)
        if self._school is None:
            self.wizard.show_step(1)
        self.wizard.note.say(str(wrong), "refused")

    @Slot()
    def _on_finished(self) -> None:
        self.made.emit(self._school)

    @Slot()
    def _on_cancelled(self) -> None:
        if self._school is not None:
            self.wizard.note.say(self.stay, "refused")
        else:
            self.cancelled.emit()
