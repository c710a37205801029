"""The gate's panel for data that do not open: the newest good backup, and one button that puts it back."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal, Slot

from kqdesk.app.gate import Offer, Stopped
from kqdesk.backup.entrance import Way
from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Choice, Text
from kqdesk.desk.form import Form
from kqdesk.desk.parts import Push, label, rule
from kqdesk.kernel.disk import MIB
from kqdesk.kernel.errors import UserError


class Damaged(Stopped):
    """The school's data do not open: why, the newest good backup, and one button that puts it back."""

    restore_asked = Signal(object, str, str)  # path, who, password
    other_asked = Signal()
    code_asked = Signal(object)  # path or None: without a password, by the recovery sheet

    def __init__(
        self,
        desk: Desk,
        wrong: UserError,
        people: Sequence[tuple[str, str]],
        known: Way,
        *,
        can_accept: bool = False,
    ) -> None:
        super().__init__(wrong, accept="照旧继续" if can_accept else "")
        self._known, self._offer = known, Offer(Path(), "", 0, 0, None)
        self.offered = label("正在找最近的好备份……", "head")
        self.about = label("", "second")
        for words in (self.offered, self.about):
            words.setWordWrap(True)
        fields = (
            Choice(name="who", label="谁来恢复", choices=tuple(people), required=True, is_half=True),
            Text(name="password", label="登录密码", required=True, is_secret=True, is_half=True),
        )
        self.form = Form(desk, fields, {"who": people[0][0]} if people else {})
        self.form.setVisible(False)
        self._asks = not known.password and bool(people)
        self.go = Push("用这份备份恢复", self.submit, look="primary", icon_name="history", keys="Ctrl+Return")
        self.go.hide()
        self._has_people = bool(people)
        place = 2  # under the sentence, above 再试一次
        for widget in (rule(), self.offered, self.about, self.form, self.note, self.go):
            self.column.insertWidget(place, widget)
            place += 1
        self.column.addWidget(Push("用别的备份文件…", self.other_asked.emit, look="link"))
        self.column.addWidget(Push("忘了密码，用恢复码恢复", self._on_code, look="link"))

    @Slot(object)
    def show_offer(self, offer: Offer | None) -> None:
        """The backup that would be put back; None: there is no good one here."""
        self.set_busy(is_busy=False)
        if offer is None:
            self.offered.setText("这台电脑上没有好的备份")
            self.about.setText("请插上拷过备份的 U 盘，点“用别的备份文件…”。数据文件夹里的东西请不要删。")
            return
        self._offer = offer
        self.offered.setText(f"可以恢复：{offer.title}")
        after = "之后做的" if offer.lost is None else f"之后的 {offer.lost:,} 步操作"
        lost = f"{after}不在里面，要补录。" if offer.lost != 0 else "之后没有再做过别的，什么也不会少。"
        self.about.setText(
            f"{offer.size / MIB:,.1f} MB，到第 {offer.entries:,} 步操作，逐字节核对过。{lost}换下来的文件会原样留着。"
        )
        self.form.setVisible(self._asks)
        self.go.setVisible(self._has_people)
        for button in self.findChildren(Push):
            if button is not self.go and button.property("look") == "primary":
                button.dress("")
        (self.form if self._asks else self.go).setFocus()

    def refuse(self, wrong: object) -> None:
        """Why it did not work; one may try again."""
        self.set_busy(is_busy=False)
        self._asks = self._has_people
        self.form.setVisible(self._asks)
        super().refuse(wrong)

    def set_busy(self, *, is_busy: bool) -> None:
        """While it is put back nothing else may be asked."""
        self.setEnabled(not is_busy)
        if is_busy:
            self.note.say("正在恢复，请不要关机……", "info")
        else:
            self.note.hide()

    @Slot()
    def submit(self) -> None:
        """Hand over what is needed."""
        who, password = self._known.who, self._known.password
        if self._asks:
            values = self.form.values()
            if values is None:
                return
            who, password = values["who"], values["password"]
        self.restore_asked.emit(self._offer.path, who, password)

    @Slot()
    def _on_code(self) -> None:
        self.code_asked.emit(self._offer.path if self._offer.title else None)
