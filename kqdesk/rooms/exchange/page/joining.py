"""The forms of joining: an address and a code, what the code says at once, and what will happen, in one place."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from kqdesk.desk.desk import Desk
from kqdesk.desk.exchange import Exchange, Invite
from kqdesk.desk.fields import LongText, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Note, Push, Tool, label
from kqdesk.desk.theme import theme
from kqdesk.kernel.errors import UserError

ADDRESS = Text(
    name="url",
    label="数据站地址",
    required=True,
    placeholder="192.168.1.10:8443",
    hint="邀请单上写着；区里的是一个网址，本校的是几个数字。",
)
CODE = LongText(
    name="code",
    label="邀请码",
    required=True,
    lines=2,
    hint="九组，每组五个字符；可以整段粘贴，大小写和横线都不要紧。一个码只能用一次。",
)
WHAT = (
    "加入以后：先自动备份一次；本机的数据传到数据站，别的电脑的数据收到本机，不用再录入；"
    "两边改了同一处，会在“待确认”里并排列出，由您来选。没有网照常工作。"
)
AGAIN = "换到新的数据站：本机的全部数据会自己传过去，不用再录入；原来的数据站不再联系。学校的每台电脑都要用新的邀请码换一次。"
COMPARE = "打电话核对指纹：{words}"
PUBLIC = "这个数据站用的是公开认可的证书，不用核对指纹。"


class JoinPanel(FormPanel):
    """Address and code; the fingerprint in words as soon as the code is whole, before anything is sent."""

    joined = Signal(str)  # the school's name at the hub

    def __init__(self, desk: Desk, exchange: Exchange, *, is_move: bool = False) -> None:
        super().__init__(
            desk,
            "换到别的数据站" if is_move else "加入数据站",
            (ADDRESS, CODE),
            self._save,
            save_text="换过去" if is_move else "加入",
        )
        self._exchange = exchange
        self.fingerprint = _wrapped("", "head")
        self.fingerprint.setAccessibleName("指纹")
        self.fingerprint.hide()
        column = self.form.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(column.count() - 1, self.fingerprint)
        column.insertWidget(column.count() - 1, _wrapped(AGAIN if is_move else WHAT, "second"))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(200)
        self._pause.timeout.connect(self.look)
        self.form.edited.connect(self._pause.start)

    @Slot()
    def look(self) -> None:
        """Say what the code carries; a code half typed says nothing yet."""
        code = self.form.inputs["code"].value() or ""
        try:
            words = self._exchange.look(code).words
        except UserError:
            self.fingerprint.hide()
            return
        self.fingerprint.setText(COMPARE.format(words=words) if words else PUBLIC)
        self.fingerprint.show()

    def _save(self, values: dict[str, Any], _: FormPanel) -> None:
        self._saving.setEnabled(False)
        self.desk.start(
            lambda job: self._exchange.join(values["url"], values["code"], job),
            self._done,
            title="加入数据站",
            owner=self,
            failed=self.refuse,
            cancellable=False,
        )

    def _done(self, school: str) -> None:
        self._saving.setEnabled(True)
        self.form.is_edited = False
        self.joined.emit(school)
        self.closed.emit()


class InvitePanel(QFrame):
    """Address, code and fingerprint for the next PC, to be read out, copied or photographed."""

    closed = Signal()

    def __init__(self, desk: Desk, invite: Invite) -> None:
        super().__init__()
        self._desk, self.invite = desk, invite
        self.setProperty("look", "card")
        self.setFixedWidth(theme().px("panel"))
        head = QHBoxLayout()
        head.addWidget(label("邀请另一台电脑", "head"), 1)
        head.addWidget(Tool("close", "关闭", self.closed.emit, keys="Esc"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(
            _wrapped(
                "在那台电脑上打开软件，点“用邀请码加入学校”，照着下面填。七天内有效，只能用一次。", "second"
            )
        )
        self.note = Note()
        for name, words in (
            ("数据站地址", invite.url.removeprefix("https://")),
            ("邀请码", _in_lines(invite.code)),
        ):
            column.addWidget(label(name, "small"))
            shown = _wrapped(words, "head")
            shown.setAccessibleName(name)
            column.addWidget(shown)
        column.addWidget(label("指纹（那台电脑上会显示，应当一样）", "small"))
        column.addWidget(_wrapped(invite.words or "公开认可的证书，不用核对", "head"))
        column.addWidget(self.note)
        column.addWidget(Push("复制", self.copy, icon_name="copy"))
        column.addStretch(1)
        escape = QShortcut(QKeySequence("Esc"), self)
        escape.activated.connect(self.closed)

    @Slot()
    def copy(self) -> None:
        """Onto the clipboard, as three lines."""
        one = self.invite
        QGuiApplication.clipboard().setText(f"数据站地址：{one.url}\n邀请码：{one.code}\n指纹：{one.words}")
        self.note.say("已复制，可以粘贴到钉钉里发给对方。", "told")


def ask_invite(
    desk: Desk,
    exchange: Exchange,
    then: Callable[[Invite], object],
    failed: Callable[[UserError], object],
    owner: Any,
) -> None:
    """Have the hub make a code."""
    desk.start(
        lambda _: exchange.invite(), then, title="要一个邀请码", owner=owner, failed=failed, cancellable=False
    )


def _in_lines(code: str) -> str:
    """Nine groups, three a line."""
    groups = code.split("-")
    return "\n".join("-".join(groups[start : start + 3]) for start in range(0, len(groups), 3))


def _wrapped(words: str, look: str) -> QLabel:
    made = label(words, look)
    made.setWordWrap(True)
    made.setTextInteractionFlags(
        made.textInteractionFlags() | made.textInteractionFlags().TextSelectableByMouse
    )
    return made
