"""更换数据密钥 from the window: the password, a covered screen while it lasts, then the new recovery sheet to print."""

from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from kqdesk import school as homes
from kqdesk.app.gate import Card, Waiting
from kqdesk.app.locking import Locking
from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Text
from kqdesk.desk.form import FormDialog, FormPanel
from kqdesk.desk.job import Job
from kqdesk.desk.parts import Push, label
from kqdesk.desk.preview import PdfPreview
from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.office.papers import RecoveryPaper, recovery_sheet
from kqdesk.school import NewKey

LOOKING = "您现在只是以别的角色的眼光查看。更换数据密钥请先点上面的「回到自己」。"
HINT = (
    "有人带走过电脑、备份或密码而您不放心时才需要。数据会全部重新加密，旧的恢复码作废；"
    "不在场的操作人要重新设密码。大约一分钟，期间不能用。"
)


class NewKeyAct(QObject):
    """Asks, does it with nobody at the desk, and shows what has to be printed."""

    def __init__(self, gate_desk: Desk, locking: Locking) -> None:
        super().__init__(locking.shell)
        self._gate_desk, self._locking = gate_desk, locking
        self._shell, self._desk = locking.shell, locking.desk

    def ask(self) -> None:
        """Her password once more."""
        school = self._locking.school
        try:
            school.expect_head("更换数据密钥")
            if self._desk.seat.actor_id != school.staff.id:
                raise NotAllowed(LOOKING)
        except NotAllowed as wrong:
            self._desk.tell(str(wrong), kind="refused")
            return
        field = Text(name="password", label="您的登录密码", required=True, is_secret=True, hint=HINT)

        def save(values: dict[str, Any], panel: FormPanel) -> None:
            panel.done(None)
            self.begin(values["password"])

        panel = FormPanel(self._desk, "更换数据密钥", (field,), save, save_text="更换")
        FormDialog(self._shell, panel).open()

    def begin(self, password: str) -> None:
        """Cover the work, wait until all is still, then encrypt anew."""
        waiting = Waiting("正在用新的密钥重新加密全部数据，请不要关电脑。就算断电，数据也是完整的。")
        self._shell.cover(waiting)
        locking = self._locking

        def work(job: Job) -> NewKey:
            return homes.rotate_key(locking.school, password=password, profile=locking.profile, progress=job)

        def start() -> None:
            self._gate_desk.start(
                work, self._done, owner=waiting, failed=self._failed, cancellable=False
            ).progressed.connect(waiting.step)

        self._desk.rest(start)

    def _failed(self, wrong: UserError) -> None:
        self._go_on()
        self._desk.tell(str(wrong), kind="refused")

    def _done(self, made: NewKey) -> None:
        school = self._locking.school
        paper = RecoveryPaper(
            self._shell.windowTitle(), made.recovery_code, school.store.clock().astimezone(CHINA).date()
        )
        panel = KeyDone(self._gate_desk, paper, made)
        panel.finished.connect(self._go_on)
        self._shell.cover(panel)

    @Slot()
    def _go_on(self) -> None:
        locking = self._locking
        self._desk.sit(locking.seat_of(locking.school))
        self._desk.wake()
        self._shell.uncover()


class KeyDone(Card):
    """The new recovery code, and what there is to do now."""

    finished = Signal()

    def __init__(self, desk: Desk, paper: RecoveryPaper, made: NewKey) -> None:
        super().__init__(
            "数据密钥已经更换", "旧的恢复码从现在起作废。请马上打印新的恢复码纸，锁进柜子，旧的剪碎。"
        )
        self._desk, self._paper = desk, paper
        self.code_words = label(paper.code, "head")
        self.code_words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.code_words.setWordWrap(True)
        self.column.addWidget(self.code_words)
        self.column.addWidget(Push("打印恢复码纸", self.print_sheet, look="primary", icon_name="print"))
        for sentence in sentences(made):
            words: QWidget = label(sentence, "second")
            words.setProperty("wordWrap", True)
            self.column.addWidget(words)
        self.column.addWidget(self.note)
        self.column.addWidget(Push("已经打印收好，继续", self.finished.emit))

    @Slot()
    def print_sheet(self) -> None:
        """The sheet in the preview; it is kept nowhere else."""
        self._desk.start(lambda _: recovery_sheet(self._paper), self._show, owner=self, failed=self.refuse)

    def _show(self, pdf: bytes) -> None:
        PdfPreview(self._desk, "恢复码纸", pdf, "恢复码.pdf", self).open()


def sentences(made: NewKey) -> list[str]:
    """What follows from a rotation, for the window and the command line."""
    told = []
    if made.dropped:
        told.append(f"{'、'.join(made.dropped)}不在场，要在“设置 · 操作人”里重新设密码后才能登录。")
    if made.older:
        told.append(
            f"这台电脑上还有 {len(made.older)} 份以前的备份，仍用旧密钥和旧恢复码打开。"
            "新备份已经做好；确认不再需要旧的，可用 kqdesk key drop-older 删掉。"
        )
    return told
