"""The very first panel: three ways to a school of one's own, a fourth to try everything, and letters one can read."""

from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from kqdesk.app.gate import Card
from kqdesk.desk.memory import Memory
from kqdesk.desk.parts import Act, Push, Segments, label, rule
from kqdesk.desk.theme import TEXT_SIZES, apply_theme, theme

TITLE = "欢迎使用 kqdesk"
SENTENCE = (
    "乡镇成人学校的教务软件：花名册、开班、排课、点名、考试、证书，一处登记，处处可用。没有网络也能用。"
)


class Welcome(Card):
    """Nothing is made before something is chosen. ``again``: the panel is shown anew, in other letters."""

    own_asked = Signal()
    invitation_asked = Signal()
    restore_asked = Signal()
    practice_asked = Signal()
    again = Signal()

    def __init__(self, memory: Memory, *, can_practise: bool = True) -> None:
        super().__init__(TITLE, SENTENCE)
        self._memory = memory
        self.sizes = Segments(tuple(TEXT_SIZES.items()), name="字号")
        self.sizes.choose(theme().text_size)
        self.sizes.chosen.connect(self._on_size)
        row = QHBoxLayout()
        row.addWidget(label("字看得清吗？", "second"))
        row.addWidget(self.sizes)
        row.addStretch(1)
        self.column.addLayout(row)
        self.column.addSpacing(4)
        ways: list[tuple[str, str, str, Act, str]] = [
            ("建立自己的学校", "第一次用，这是学校的第一台电脑。三步，两分钟。", "add", self.own_asked.emit, "primary"),
            ("用邀请码加入学校", "学校已经在别的电脑上用了，同事给了一张邀请单。", "link", self.invitation_asked.emit, ""),
            ("从备份恢复", "换了电脑，手里有备份（U 盘）和恢复码纸。", "history", self.restore_asked.emit, ""),
        ]  # fmt: skip
        self.buttons = [self._add(*way) for way in ways]
        if can_practise:
            self.column.addSpacing(4)
            self.column.addWidget(rule())
            told = "一所编出来的学校，三百人，什么都可以点、可以改，一键清空，不影响正式的数据。"
            self.buttons.append(
                self._add("先到演练学校试一试", told, "catalogue", self.practice_asked.emit, "")
            )
        self.column.addWidget(self.note)
        self.setFocusProxy(self.buttons[0])

    def _add(self, words: str, told: str, icon_name: str, act: Act, look: str) -> Push:
        button = Push(words, act, look=look, icon_name=icon_name)
        button.setMinimumWidth(theme().px("text") * 15)
        button.setAccessibleDescription(told)
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(16)
        sentence = label(told, "second")
        sentence.setWordWrap(True)
        row.addWidget(button)
        row.addWidget(sentence, 1)
        self.column.addWidget(box)
        return button

    @Slot(object)
    def _on_size(self, size: Any) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, str(size))
        self._memory.keep("text.size", str(size))
        self.again.emit()
