"""The card a second person reads before a draft counts: every change, old and new, and from which day."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from kqdesk.desk.desk import Desk
from kqdesk.desk.parts import Note, Push, Tool, label, rule
from kqdesk.desk.theme import theme
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.office import actions
from kqdesk.rooms.office.queries import Change, PackRow


class DraftPanel(QFrame):
    """A draft in words, with 启用 for another person and 放弃草案."""

    closed = Signal()

    def __init__(self, desk: Desk, draft: PackRow, changes: Sequence[Change]) -> None:
        super().__init__()
        self.desk, self._draft = desk, draft
        self.setProperty("look", "card")
        self.setFixedWidth(theme().px("panel"))
        self.note = Note()
        is_author = desk.seat.actor_id in draft.pack.authors
        self.activate_button = Push("启用", self.activate, look="primary", icon_name="seal")
        self.activate_button.setEnabled(not is_author)
        if is_author:
            self.note.say("这份草案您录入过，要请另一位操作人登录后来启用。", "info")
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(label(f"{draft.title} 第 {draft.version} 版（草案）", "head"), 1)
        head.addWidget(Tool("close", "关闭", self.closed.emit, keys="Esc"))
        foot.addWidget(Push("放弃草案", self.discard, look="link"))
        foot.addStretch()
        foot.addWidget(self.activate_button)
        words = f"{draft.entered_by or '外来文件'}录入，{draft.effective_from} 起生效。启用后不能撤销，只能再改一版。"
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.addLayout(head)
        column.addWidget(_wrapped(words, "second"))
        column.addWidget(self.note)
        column.addWidget(_listed(changes), 1)
        column.addLayout(foot)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.closed)

    @Slot()
    def activate(self) -> None:
        """Put it in force."""
        self.desk.run(
            actions.activate_pack,
            then=self._done,
            failed=self._refuse,
            owner=self,
            pack_id=self._draft.id,
            signer=self.desk.seat.signer,
        )

    @Slot()
    def discard(self) -> None:
        """Throw it away; Ctrl+Z brings it back."""
        self.desk.run(
            actions.discard_draft, then=self._dropped, failed=self._refuse, owner=self, pack_id=self._draft.id
        )

    def _done(self, _: object) -> None:
        self.desk.tell(f"已启用，{self._draft.effective_from} 起按新规则算。")
        self.closed.emit()

    def _dropped(self, _: object) -> None:
        self.desk.tell("草案已放弃，现行规则没有变。", undo=True)
        self.closed.emit()

    def _refuse(self, error: UserError) -> None:
        self.note.say(str(error), "refused")


def _listed(changes: Sequence[Change]) -> QScrollArea:
    holder = QWidget()
    holder.setObjectName("scrolled")
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 8, 8, 8)
    column.setSpacing(4)
    for change in changes:
        column.addWidget(_wrapped(change.title, ""))
        column.addWidget(_wrapped(f"{change.before or '没有这一条'}　→　{change.after}", "head"))
        column.addWidget(_wrapped(f"依据：{change.source}", "small"))
        column.addWidget(rule())
    column.addStretch()
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(holder)
    return scroll


def _wrapped(words: str, look: str) -> QWidget:
    made = label(words, look)
    made.setWordWrap(True)
    return made
