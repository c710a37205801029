"""A new PC of a school that works already: the hub's address and a code, one's name and password, the recovery sheet."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QLabel, QProgressBar, QVBoxLayout, QWidget

from kqdesk.app.first_run import PASSWORDS, twice
from kqdesk.app.sheet import NOT_FILLED, FirstSteps, RecoverySheet
from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import LongText, Text
from kqdesk.desk.form import Form
from kqdesk.desk.gate import Step
from kqdesk.desk.job import Job
from kqdesk.desk.parts import label
from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.office.queries import school_card
from kqdesk.school import School
from kqdesk.security.kdf import PRODUCTION, Profile
from kqdesk.sync.invitation import BadInvitation, read_code
from kqdesk.sync.spoken import spoken

WHAT = "加入以后，学校的数据会自己传到这台电脑，不用再录；照片和扫描件慢慢跟上。没有网照常工作。"
TELL = "每台电脑有自己的恢复码，和学校别的电脑上的不一样。密码忘了，要用这一张。请打印一份，写上是哪台电脑，锁进柜子。"


class ByInvitation(FirstSteps):
    """数据站 · 您 · 恢复码."""

    stay = "这台电脑已经加入了，请先收好恢复码。"

    def __init__(
        self, desk: Desk, home: Path, *, clock: Callable[[], datetime], profile: Profile = PRODUCTION
    ) -> None:
        super().__init__(desk, home, clock=clock, profile=profile)
        self._joiner: object = None
        self.about_hub = Form(
            desk,
            (
                Text(name="url", label="数据站地址", required=True, placeholder="192.168.1.10:8443"),
                LongText(
                    name="code",
                    label="邀请码",
                    required=True,
                    lines=2,
                    hint="九组，每组五个字符，可以整段粘贴。",
                ),
            ),
        )
        self.about_you = Form(
            desk,
            (
                Text(
                    name="person",
                    label="您的姓名",
                    required=True,
                    hint="和“设置 · 操作人”名单上的一样。名单里没有您，请校长先添加。",
                ),
                *PASSWORDS,
            ),
        )
        self.fingerprint = _wrapped("", "head")
        self.fingerprint.setAccessibleName("指纹")
        self.fingerprint.hide()
        self.sheet = RecoverySheet(desk, self.failed, TELL)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(200)
        self._pause.timeout.connect(self.look)
        self.about_hub.edited.connect(self._pause.start)
        self.walk("用邀请码加入学校", self._steps())

    def _steps(self) -> list[Step]:
        self.bar, self.words = QProgressBar(), label("", "small")
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("进度")
        return [
            Step(
                "数据站",
                "请已经在用的那台电脑打开“数据交换 · 邀请另一台电脑”，照着填。",
                _stacked(self.about_hub, self.fingerprint, _wrapped(WHAT, "second")),
                self._check_hub,
            ),
            Step(
                "您",
                "名单上的姓名，和一个只在这台电脑上用的密码。",
                _stacked(self.about_you),
                self._check_you,
                "加入学校",
            ),
            Step(
                "恢复码",
                "最后一步：把这台电脑的恢复码打印出来收好。",
                _stacked(self.bar, self.words, self.sheet),
                self.sheet.fault,
                "收好了，开始使用",
            ),
        ]

    @Slot()
    def look(self) -> None:
        """The fingerprint in words as soon as the code is whole."""
        try:
            found = spoken(read_code(self.about_hub.inputs["code"].value() or "").fingerprint)
        except BadInvitation:
            self.fingerprint.hide()
            return
        self.fingerprint.setText(f"打电话核对指纹：{found}" if found else "证书是公开认可的，不用核对指纹。")
        self.fingerprint.show()

    def _check_hub(self) -> str | None:
        values = self.about_hub.values()
        if values is None:
            return NOT_FILLED
        try:
            read_code(values["code"])
        except BadInvitation as wrong:
            return str(wrong)
        return None

    def _check_you(self) -> str | None:
        values = self.about_you.values()
        return NOT_FILLED if values is None else twice(values, values["person"])

    @Slot(int)
    def moved_to(self, number: int) -> None:
        super().moved_to(number)
        if number == 2 and self._school is None:
            self.wizard.on.setEnabled(False)
            self._show_waiting(is_waiting=True)
            job = self._desk.start(
                self._join, self._joined, title="加入学校", owner=self, failed=self.failed, cancellable=False
            )
            job.progressed.connect(self._step)

    def _join(self, job: Job) -> tuple[School, str]:
        from kqdesk.school.joining import Coming, Joiner

        if not isinstance(self._joiner, Joiner):  # the same one again after a break: it keeps the PC's key
            self._joiner = Joiner(self._home, clock=self._clock, profile=self._profile)
        hub, you = self.about_hub.values() or {}, self.about_you.values() or {}
        return self._joiner.join(Coming(hub["url"], hub["code"], you["person"], you["password"]), job)

    def _joined(self, found: tuple[School, str]) -> None:
        self._school, code = found
        with self._school.store.reading() as session:
            card = school_card(session)
        self._show_waiting(is_waiting=False)
        self.sheet.show_code(card.name if card else "", code, self._clock().astimezone(CHINA).date())
        self.wizard.on.setEnabled(True)

    def _show_waiting(self, *, is_waiting: bool) -> None:
        self.bar.setVisible(is_waiting)
        self.words.setVisible(is_waiting)
        self.sheet.setVisible(not is_waiting)

    @Slot(int, int, str)
    def _step(self, done: int, total: int, note: str) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.words.setText(f"{note}（第 {done + 1} 次）" if done else note)


def _stacked(*widgets: QWidget) -> QWidget:
    both = QWidget()
    column = QVBoxLayout(both)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(10)
    for widget in widgets:
        column.addWidget(widget)
    column.addStretch(1)
    return both


def _wrapped(words: str, look: str) -> QLabel:
    made = label(words, look)
    made.setWordWrap(True)
    return made
