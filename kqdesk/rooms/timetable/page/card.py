"""The card of a chosen lesson."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout
from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.parts import Push, Tool, label
from kqdesk.desk.theme import theme
from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.timetable.page.cards import AWAY
from kqdesk.rooms.timetable.page.lifting import LETTERS
from kqdesk.rooms.timetable.queries import ChangeLine, LessonRow, lesson_changes
from kqdesk.rooms.timetable.rules.days import clock, day_word
from kqdesk.rooms.timetable.terms import LessonState, Lock


class LessonCard(QFrame):
    """A chosen lesson: what it is, what happened to it, and a button for each thing that can be done with it."""

    asked = Signal(str)  # a key of Steps.do
    closed = Signal()

    def __init__(self, desk: Desk, row: LessonRow) -> None:
        super().__init__()
        self.row = row
        self.setProperty("look", "card")
        self.setAccessibleName(row.cohort)
        self.setFixedWidth(round(theme().px("panel") * 0.8))
        head = QHBoxLayout()
        head.addWidget(label(row.cohort, "head"), 1)
        head.addWidget(Tool("close", "关闭", self.closed.emit, keys="Esc"))
        self.history = QVBoxLayout()
        self.history.setSpacing(2)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 12, 16)
        column.setSpacing(8)
        column.addLayout(head)
        for words in self._facts():
            column.addWidget(_wrapped(words, "" if words.startswith("第") else "second"))
        column.addLayout(self._buttons())
        column.addLayout(self.history)
        column.addStretch()
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.closed)
        desk.read(partial(_changes, row.id), self._show_history, owner=self)

    def focus_first(self) -> None:
        """The first button gets the keyboard."""
        first = self.findChild(Push)
        if isinstance(first, Push):
            first.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        what = LETTERS.get(Qt.Key(event.key()))
        if what and what in {key for key, *_ in self._offers()} | {"lift"}:
            self.asked.emit(what)
        else:
            super().keyPressEvent(event)

    def _buttons(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(8)
        for n, (key, text, icon_name, letter) in enumerate(self._offers()):
            words = f"{text} {letter}".rstrip()
            button = Push(words, partial(self.asked.emit, key), icon_name=icon_name)
            grid.addWidget(button, n // 2, n % 2)
        return grid

    def _show_history(self, lines: Sequence[ChangeLine]) -> None:
        if lines:
            self.history.addWidget(label("变动记录", "head"))
        for line in reversed(lines):
            when = line.at.astimezone(CHINA)
            words = f"{line.kind.label}：{line.before.words}" + (
                f" → {line.after.words}" if line.before != line.after else ""
            )
            self.history.addWidget(_wrapped(words, ""))
            said = "，".join(part for part in (line.reason, line.by, f"{when:%m-%d %H:%M}") if part)
            self.history.addWidget(_wrapped(said, "small"))
        if lines and self.row.state is not LessonState.HELD:
            tell = Push(
                "再看通知和电话名单", partial(self.asked.emit, "tell"), look="link", icon_name="phone"
            )
            self.history.addWidget(tell)

    def _facts(self) -> list[str]:
        row = self.row
        locks = "、".join(lock.label for lock in Lock if lock in row.locks)
        lines = (
            f"第 {row.number} 次 · {row.state.label} · {row.study_hours} 学时",
            f"{day_word(row.on)} {clock(row.start_minute)}–{clock(row.end_minute)}",
            f"课题：{row.topic}" if row.topic else "",
            f"培训师：{row.trainer or '未定'}",
            AWAY if row.is_trainer_away else "",
            f"地点：{row.place or '未定'}",
            f"锁定：{locks}" if locks else "",
            "已发布" if row.is_published else "还没发布",
        )
        return [line for line in lines if line]

    def _offers(self) -> list[tuple[str, str, str, str]]:
        if self.row.state is LessonState.CANCELLED:
            return [("revive", "恢复上课", "undo", ""), ("remove", "删除", "delete", "")]
        roll, edit = ("roll", "点名", "attendance", ""), ("edit", "课题、学时", "edit", "")
        if self.row.state is LessonState.HELD:
            return [roll, edit]
        return [
            roll, ("another", "调课", "calendar", "G"), ("substitute", "代课", "swap", "D"),
            ("cancel", "停课", "close", "T"), ("lift", "拿起", "unfold", "M"), ("lock", "锁定", "lock", "L"), edit,
            ("remove", "删除", "delete", ""),
        ]  # fmt: skip


def _wrapped(words: str, look: str) -> QLabel:
    line = label(words, look)
    line.setWordWrap(True)
    return line


def _changes(lesson_id: str, session: Session) -> list[ChangeLine]:
    return lesson_changes(session, [lesson_id])
