"""After 停课, 调课 or 代课: the notice for the door, the text for the group chat, whom to call. The panel stays until closed."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout

from kqdesk.desk.cells import Column
from kqdesk.desk.desk import Desk
from kqdesk.desk.parts import Note, Push, Tool, label
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.timetable import actions
from kqdesk.rooms.timetable.page.telling import Told, call_paper, notice_paper
from kqdesk.rooms.timetable.queries import Callee

COLUMNS = (
    Column[Callee]("姓名", lambda one: one.name, is_strong=True),
    Column[Callee]("身份", lambda one: one.role, width=88),
    Column[Callee]("电话", lambda one: one.phone or "没有登记", kind="code", width=124),
)


class Aftermath(QFrame):
    """What is left to do for people when a lesson has changed."""

    closed = Signal()

    def __init__(self, desk: Desk, told: Told) -> None:
        super().__init__()
        self.desk, self.told = desk, told
        self.people: Sequence[Callee] = told.people
        self.setProperty("look", "card")
        self.setAccessibleName("告诉大家")
        self.setFixedWidth(theme().px("panel"))
        self.note = Note()
        self.text = QPlainTextEdit(told.chat)
        self.text.setAccessibleName("群通知文字")
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(theme().px("text") * 13)
        self.phones = TableView(COLUMNS, name="timetable.calls", memory=desk.memory, dense=True)
        self.phones.show_rows(self.people)
        self.copying = Push(
            "复制群通知", self.copy_text, icon_name="copy", look="primary", tip="复制群通知　C"
        )
        self.printing = Push("打印通知", self.print_notice, icon_name="print", tip="打印通知　P")
        self._lay_out()
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.leave)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(label(f"已{self.told.notice.kind.label}，还要告诉大家", "head"), 1)
        head.addWidget(Tool("close", "关闭", self.leave, keys="Esc"))
        steps = QHBoxLayout()
        steps.addWidget(self.copying)
        steps.addWidget(self.printing)
        calls = QHBoxLayout()
        calls.addWidget(label(f"电话名单　{len(self.people)} 人", ""), 1)
        calls.addWidget(Push("看完整号码", self.reveal, look="link", icon_name="eye"))
        calls.addWidget(Push("打印", self.print_calls, look="link", icon_name="print"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 10, 12)
        column.setSpacing(theme().px("space_s"))
        column.addLayout(head)
        column.addWidget(self.note)
        column.addWidget(self.text)
        column.addLayout(steps)
        column.addLayout(calls)
        column.addWidget(self.phones, 1)
        column.addWidget(label("C 复制 · P 打印通知 · Ctrl+Z 撤销 · Esc 关闭", "small"))

    def focus_first(self) -> None:
        """The commonest step: copy for the chat."""
        self.copying.setFocus()

    @Slot()
    def copy_text(self) -> None:
        """The text as it stands, perhaps edited, goes to the clipboard."""
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.note.say("已复制，到微信或钉钉群里粘贴就行。", "told")

    @Slot()
    def print_notice(self) -> None:
        """The notice for the door, as it will be printed."""
        show = partial(self._preview, self.told.notice.title)
        self.desk.start(partial(notice_paper, self.told.notice), show, title="生成通知", owner=self)

    @Slot()
    def print_calls(self) -> None:
        """The call list with the numbers as shown."""
        work = partial(call_paper, self.told.notice, self.people)
        self.desk.start(work, partial(self._preview, "通知电话名单"), title="生成电话名单", owner=self)

    def _preview(self, name: str, pdf: bytes) -> None:
        PdfPreview(self.desk, name, pdf, f"{name}.pdf", self).open()

    @Slot()
    def reveal(self) -> None:
        """Whole numbers, for those who may; the look is recorded."""
        self.desk.run(
            actions.reveal_call_list, lesson_id=self.told.row.id, then=self._show_whole, failed=self._refused,
            owner=self,
        )  # fmt: skip

    def _show_whole(self, people: Sequence[Callee]) -> None:
        self.people = people
        self.phones.show_rows(people)
        self.note.say("已显示完整号码，这次查看已记录。", "info")

    def _refused(self, error: UserError) -> None:
        self.note.say(str(error), "refused")

    @Slot()
    def leave(self) -> None:
        """Close."""
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_C:
            self.copy_text()
        elif key == Qt.Key.Key_P:
            self.print_notice()
        else:
            super().keyPressEvent(event)
