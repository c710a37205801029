"""The gate: the window before the window, and its plain panels — waiting, a home that does not open, a copy offered."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget
from sqlalchemy.orm import Session

from kqdesk import school as homes
from kqdesk.desk.desk import Notice
from kqdesk.desk.form import Form
from kqdesk.desk.parts import Note, Push, label
from kqdesk.desk.theme import pixmap
from kqdesk.kernel.errors import UserError
from kqdesk.store.store import UndoState

WIDE = 640


class NoBooks:
    """What lies on a desk before a school is open: nothing can be read or written."""

    def reading(self) -> Any:
        """There is nothing to read."""
        return _nothing()

    def run(self, act: Callable[..., Any], actor: str, /, **kw: Any) -> Any:
        """There is nothing to write to."""
        raise UserError(homes.NO_HOME)

    def undo(self, actor: str) -> Any:
        """Nothing was done."""
        raise UserError(homes.NO_HOME)

    redo = undo

    def undo_state(self, actor: str) -> UndoState:
        """Nothing to take back."""
        return UndoState(None, None)

    def position(self) -> int:
        """Before the first entry."""
        return 0

    def clock(self) -> datetime:
        """The machine's own time."""
        return datetime.now(UTC)


@contextmanager
def _nothing() -> Iterator[Session]:
    raise UserError(homes.NO_HOME)
    yield


class Gate(QWidget):
    """The window before the window: one panel in the middle of a calm ground."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("gate")
        self.setWindowTitle("kqdesk")
        self.resize(1366, 768)
        self.note = Note()
        self._holder: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.note)
        self._column.addStretch(1)
        self._column.addStretch(1)

    def show_panel(self, panel: QWidget) -> None:
        """Put ``panel`` in the middle; the one before goes away."""
        if self._holder is not None:
            self._column.removeWidget(self._holder)
            self._holder.hide()
            self._holder.deleteLater()
        self.note.hide()
        self._holder = QWidget()
        row = QHBoxLayout(
            self._holder
        )  # not an alignment: that would measure wrapped words by the window's width
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(panel)
        row.addStretch(1)
        self._column.insertWidget(2, self._holder)
        self._holder.show()
        panel.show()
        form = next((one for one in panel.findChildren(Form) if one.isVisibleTo(panel)), None)
        if form is None:
            panel.setFocus()
        else:
            form.focus_first()

    @Slot(object)
    def say(self, notice: Notice) -> None:
        """Something went wrong that is not the panel's to tell."""
        self.note.say(notice.text, notice.kind)


class Card(QFrame):
    """A white card with a title, a sentence, and room below."""

    def __init__(self, title: str, sentence: str, width: int = WIDE) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.setMinimumWidth(width)
        self.setMaximumWidth(width + 120)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(32, 24, 32, 24)
        self.column.setSpacing(10)
        words = label(sentence, "second")
        words.setWordWrap(True)
        self.column.addWidget(label(title, "title"))
        self.column.addWidget(words)
        self.note = Note()

    def refuse(self, wrong: object) -> None:
        """Why it did not work."""
        self.note.say(str(wrong), "refused")


class Waiting(Card):
    """One sentence and a moving bar, while something long goes on before there is a window."""

    def __init__(self, sentence: str) -> None:
        super().__init__("请稍候", sentence, 460)
        mark = QLabel()
        mark.setPixmap(pixmap("catalogue", "primary", 44, 2.0))
        self.column.insertWidget(0, mark, 0, Qt.AlignmentFlag.AlignHCenter)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("进度")
        self.words = label("", "small")
        for widget in (self.bar, self.words, self.note):
            self.column.addWidget(widget)

    @Slot(int, int, str)
    def step(self, done: int, total: int, note: str) -> None:
        """Move the bar."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.words.setText(note)

    def refuse(self, wrong: object) -> None:
        """It will not come; the bar stops."""
        self.bar.hide()
        super().refuse(wrong)


class Stopped(Card):
    """The home cannot be opened: why and what to do, in one sentence; nothing was changed."""

    retry = Signal()
    accepted = Signal()

    def __init__(self, wrong: UserError, *, accept: str = "") -> None:
        self.words = str(wrong)
        super().__init__("学校数据暂时打不开", self.words, 520)
        self.column.addWidget(Push("再试一次", self.retry.emit, look="primary", icon_name="reload"))
        if accept:
            self.column.addWidget(Push(accept, self.accepted.emit, look="link"))


@dataclass(frozen=True)
class Offer:
    """A backup that could be put back. ``entries``: how many acts are in it; ``lost``: how many were done after it, None: unknown."""

    path: Path
    title: str
    size: int
    entries: int
    lost: int | None
