"""The bars round the pages: top bar, status strip, demo banner, the cover that hides everything."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QWindow
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from kqdesk.desk.desk import Desk, Seat
from kqdesk.desk.jobs import JobStrip
from kqdesk.desk.parts import Act, Push, Tool
from kqdesk.desk.theme import icon, pixmap, theme

IDLE_MINUTES = 10
WORDS_SHOWN = (10, 7, 4, 0)  # of an act's name on the undo button, as room allows; the tooltip has all
NARROWEST = 40  # characters: the bar gives way down to this, so that it never widens the window


class TopBar(QFrame):
    """Back, school, the way to Ctrl+K, undo and redo that name the act, the person."""

    search_asked = Signal()
    back_asked = Signal()
    help_asked = Signal()
    fold_asked = Signal()

    def __init__(self, desk: Desk, school: str) -> None:
        super().__init__()
        self.setObjectName("topbar")
        self.setFixedHeight(theme().px("bar"))
        self._desk = desk
        mark = QLabel()
        mark.setPixmap(pixmap("catalogue", "primary", theme().px("icon") + 6, 2.0))
        self._state: Any = None
        self.school = Elided(school, "head")
        self.back = Tool("back", "返回上一页", self.back_asked.emit, keys="Alt+←")
        self.back.setEnabled(False)
        self.seek = QPushButton("找人、班级、页面、命令　　　　　Ctrl+K")
        self.seek.setObjectName("searchtop")
        self.seek.setIcon(icon("search", "faint", gap=True))
        self.seek.setIconSize(QSize(20, 16))
        self.seek.setMinimumWidth(theme().px("text") * 8)
        self.seek.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.seek.setAccessibleName("查找")
        self.seek.setToolTip("查找　Ctrl+K")
        self.seek.clicked.connect(self._on_find)
        self.undo_button = self._step("undo", "撤销", desk.undo)
        self.redo_button = self._step("redo", "恢复", desk.redo)
        self.person = QToolButton()
        self.person.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.person.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.person.setIcon(icon("person", "primary"))
        self.person.setIconSize(QSize(theme().px("icon"), theme().px("icon")))
        self.menu = QMenu(self)
        self.person.setMenu(self.menu)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(Tool("menu", "收起或展开导航", self.fold_asked.emit, keys="Ctrl+B"))
        row.addWidget(mark)
        row.addWidget(self.school)
        row.addStretch(1)
        row.addWidget(self.back)
        row.addWidget(self.seek)
        row.addStretch(1)
        row.addWidget(self.undo_button)
        row.addWidget(self.redo_button)
        row.addWidget(Tool("help", "本页帮助", self.help_asked.emit, keys="F1"))
        row.addWidget(self.person)
        desk.undo_changed.connect(self.show_undo)
        desk.seat_changed.connect(self.show_seat)
        self.show_seat(desk.seat)
        self.show_undo(None)

    def _step(self, icon_name: str, words: str, act: Act) -> Tool:
        button = Tool(icon_name, words, act)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setText(words)
        return button

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px("text") * NARROWEST, theme().px("bar"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.show_undo(self._state)

    @Slot(object)
    def show_undo(self, state: Any) -> None:
        """Name on the buttons what they would take back or do again, in as many words as there is room for."""
        self._state = state
        for most in WORDS_SHOWN:
            self._name_acts(state, most)
            if self._row.sizeHint().width() <= self.width():
                return

    def _name_acts(self, state: Any, most: int) -> None:
        undo, redo = (state.undo, state.redo) if state is not None else (None, None)
        for button, words, keys, act in (
            (self.undo_button, "撤销", "Ctrl+Z", undo),
            (self.redo_button, "恢复", "Ctrl+Y", redo),
        ):
            shown = act if act is None or len(act) <= most else f"{act[:most]}…" if most else ""
            button.setEnabled(act is not None)
            button.setText(f"{words}：{shown}" if shown else words)
            button.setToolTip(f"{words}：{act}　{keys}" if act else f"没有可以{words}的　{keys}")
            button.setAccessibleName(f"{words}：{act}" if act else words)
        self.redo_button.setVisible(redo is not None)

    @Slot(object)
    def show_seat(self, seat: Seat) -> None:
        """Who sits here."""
        self.person.setText(f"{seat.name} ▾")
        self.person.setToolTip("　".join(part for part in (seat.name, seat.role) if part))
        self.person.setAccessibleName(f"当前用户：{seat.name}")

    def offer(self, lines: Sequence[tuple[str, str, Act] | None]) -> None:
        """The person menu: (icon, words, act), None = a line across."""
        self.menu.clear()
        for line in lines:
            if line is None:
                self.menu.addSeparator()
                continue
            icon_name, words, act = line
            self.menu.addAction(icon(icon_name), words).triggered.connect(partial(_call, act))

    @Slot()
    def _on_find(self) -> None:
        self.search_asked.emit()


class Elided(QLabel):
    """One line that gives way: cut with … when there is no room, whole in the tooltip."""

    def __init__(self, text: str, look: str) -> None:
        super().__init__(text)
        self.setProperty("look", look)
        self.setToolTip(text)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px("head") * 5, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        QPainter(self).drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, words)


@dataclass(frozen=True)
class SyncWords:
    """待上传 3 · 待下载 0 · 待确认 1 · 上次同步 10:32, with what a click does. ``is_stopped``: a person must do something."""

    words: str
    tip: str
    act: Act
    is_stopped: bool = False


class Strip(QFrame):
    """The status strip: job · saved · three honest sync numbers · person."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("strip")
        self.setFixedHeight(theme().px("strip"))
        self.jobs = JobStrip()
        self.saved, self.person = QLabel("已保存"), QLabel()
        self._sync_act: Act | None = None
        self.sync = Push("", self._on_sync, look="strip", icon_name="sync")
        self._tick = QLabel()
        self._tick.setPixmap(pixmap("done", "success", theme().px("small") + 2, 2.0))
        self.sync.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(6)
        row.addWidget(self.jobs)
        row.addStretch(1)
        for widget in (self._tick, self.saved):
            row.addWidget(widget)
        row.addSpacing(16)
        row.addWidget(self.sync)
        row.addSpacing(16)
        row.addWidget(self.person)
        desk.job_started.connect(self.jobs.add)
        for job in desk.shown_jobs:
            self.jobs.add(job)
        desk.saved.connect(self._on_saved)
        desk.seat_changed.connect(self.show_seat)
        self.show_seat(desk.seat)

    def set_sync(self, told: "SyncWords | None") -> None:
        """How this PC stands to its hub; None = it has joined none: nothing shown."""
        self.sync.setVisible(told is not None)
        if told is not None:
            self._sync_act = told.act
            self.sync.setText(told.words)
            self.sync.setToolTip(told.tip)
            self.sync.setAccessibleName(f"同步：{told.words}")
            self.sync.dress("strip-fault" if told.is_stopped else "strip")

    @Slot()
    def _on_sync(self) -> None:
        if self._sync_act is not None:
            self._sync_act()

    @Slot(str)
    def _on_saved(self, act: str) -> None:
        self.saved.setText(f"已保存：{act}" if len(act) <= 24 else f"已保存：{act[:24]}…")
        self.saved.setToolTip(act)

    @Slot(object)
    def show_seat(self, seat: Seat) -> None:
        """Who sits here."""
        self.person.setText(" · ".join(part for part in (seat.name, seat.role) if part))


class DemoBanner(QFrame):
    """Says in red that nothing here is real, with the button that leads out, and perhaps another."""

    def __init__(
        self, sentence: str, words: str, act: Act, other: str = "", other_act: Act | None = None
    ) -> None:
        super().__init__()
        self.setObjectName("demo")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 12, 4)
        row.addWidget(QLabel(sentence), 1)
        if other_act is not None:
            row.addWidget(Push(other, other_act))
        row.addWidget(Push(words, act))


class Cover(QFrame):
    """Hides the window while nobody sits there; ``holder`` takes the sign-in panel."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("cover")
        self.holder = QVBoxLayout(self)
        self.hide()

    def refit(self) -> None:
        """As large as the window."""
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())


class IdleWatch(QObject):
    """Emits ``idle`` when no key and no mouse came for some minutes, and at Ctrl+L in any window. Watches windows,
    not every widget."""

    idle = Signal()
    INPUT = frozenset(
        {
            QEvent.Type.KeyPress,
            QEvent.Type.MouseButtonPress,
            QEvent.Type.MouseMove,
            QEvent.Type.Wheel,
            QEvent.Type.TouchBegin,
        }
    )

    def __init__(self, parent: QObject, minutes: float = IDLE_MINUTES) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(round(minutes * 60_000))
        self._timer.timeout.connect(self.idle)
        self._timer.start()
        self._watched: set[int] = set()
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.focusWindowChanged.connect(self._on_window)
        self._on_window(app.focusWindow())

    @Slot(QWindow)
    def _on_window(self, window: QWindow | None) -> None:
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in self.INPUT:
            self._timer.start()
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and _is_lock(event):
            self.idle.emit()  # a shortcut of the window is deaf while a dialog is open
            return True
        return False


def _is_lock(event: QKeyEvent) -> bool:
    """Ctrl+L."""
    return event.key() == Qt.Key.Key_L and event.modifiers() == Qt.KeyboardModifier.ControlModifier


def _call(act: Callable[[], object], *_: object) -> None:
    act()
