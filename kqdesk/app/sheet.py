"""The last step of every first run: the recovery code on paper, and proof that somebody has it in hand."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from kqdesk.desk.desk import Desk
from kqdesk.desk.parts import Push, label
from kqdesk.desk.preview import PdfPreview
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.office.papers import RecoveryPaper, recovery_sheet

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
