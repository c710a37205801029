"""The words for the group chat, to be looked over, edited and copied."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout

from kqdesk.desk.parts import Note, Push, Tool, label
from kqdesk.desk.theme import theme


class ChatPanel(QFrame):
    """A card at the right: the text, 复制 (Ctrl+Enter), Esc closes."""

    closed = Signal()

    def __init__(self, title: str, words: str) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.setAccessibleName(title)
        self.setFixedWidth(theme().px("panel"))
        self.note = Note()
        self.text = QPlainTextEdit(words)
        self.text.setAccessibleName("群通知文字")
        self.text.setTabChangesFocus(True)
        self.copying = Push(
            "复制群通知",
            self.copy_text,
            icon_name="copy",
            look="primary",
            tip="复制群通知",
            keys="Ctrl+Return",
        )
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(label(title, "head"), 1)
        head.addWidget(Tool("close", "关闭", self.closed.emit, keys="Esc"))
        foot.addWidget(label("Ctrl+Enter 复制 · Esc 关闭", "small"), 1)
        foot.addWidget(self.copying)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 10, 12)
        column.setSpacing(theme().px("space_s"))
        column.addLayout(head)
        hint = label("可以先改几个字，再复制到微信群、钉钉群里。", "second")
        hint.setWordWrap(True)
        column.addWidget(hint)
        column.addWidget(self.note)
        column.addWidget(self.text, 1)
        column.addLayout(foot)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.closed)

    def focus_first(self) -> None:
        """The commonest step."""
        self.copying.setFocus()

    @Slot()
    def copy_text(self) -> None:
        """The text as it stands, perhaps edited, goes to the clipboard."""
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.note.say("已复制，到微信或钉钉群里粘贴就行。", "told")
