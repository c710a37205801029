"""A page's anatomy: title and its one sentence · search and filters · the body · the counts at the foot."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from kqdesk.desk.desk import Desk
from kqdesk.desk.flow import FlowRow
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Act, Blank, Combo, Note, Push, Segments, label, search_box
from kqdesk.desk.theme import theme

PAUSE = 120  # milliseconds of silence before a search text is asked for


class Page(QWidget):
    """The frame a room fills. Override ``reload`` (ask and show) and, for links, ``arrive``."""

    watches: frozenset[str] = frozenset()
    """Tables whose change makes this page reload: at once when visible, else when it is next shown."""

    searched = Signal(str)
    help_asked = Signal()
    can_help = False
    """Set by the window: an empty page with one way on offers its help as the second."""

    def __init__(self, desk: Desk, title: str, sentence: str, *, flat: bool = False) -> None:
        super().__init__()
        self.desk = desk
        self.setObjectName("page")
        self._is_stale = False
        self._build_head(title, sentence)
        self.note = Note()
        self._stack = QStackedWidget()
        self._card = QFrame()
        if not flat:
            self._card.setProperty("look", "card")
        inside = QVBoxLayout(self._card)
        inside.setContentsMargins(*((0, 0, 0, 0) if flat else (1, 1, 1, 1)))
        inside.addWidget(self._stack)
        self._middle = QHBoxLayout()
        self._middle.setSpacing(theme().px("space_l"))
        self._middle.addWidget(self._card, 1)
        self._side: QWidget | None = None
        self.foot = label("", "second")
        self.foot.hide()
        page = QVBoxLayout(self)
        page.setContentsMargins(24, 16, 24, 10)
        page.setSpacing(theme().px("space_m"))
        page.addLayout(self._head)
        page.addWidget(self._tools)
        page.addWidget(self.note)
        page.addLayout(self._middle, 1)
        page.addWidget(self.foot)
        desk.changed.connect(self._on_changed)

    # -- building ---------------------------------------------------------------------------------

    def _build_head(self, title: str, sentence: str) -> None:
        self.title, self.sentence = label(title, "title"), label(sentence, "second")
        self.sentence.setWordWrap(True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.sentence)
        self._head = QHBoxLayout()
        self._head.setSpacing(8)
        self._head.addLayout(words, 1)
        self._primary: Push | None = None
        self._tools = QWidget()
        self._row = FlowRow(self._tools)
        self._tools.hide()
        self.search: QLineEdit | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._on_pause)

    def add_search(self, placeholder: str, *, width: int = 260) -> QLineEdit:
        """The page's search box (Ctrl+F); typing calls ``reload`` after a short pause, ``search.text()`` has it."""
        box = search_box(placeholder, width=round(width * theme().px("text") / 14))
        box.textChanged.connect(self._pause.start)
        box.returnPressed.connect(self._on_pause)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(box.setFocus)
        self.search = box
        self._add_left(box)
        return box

    def add_combo(
        self, name: str, choices: Sequence[tuple[Any, str]], then: Callable[[Any], object] | None = None
    ) -> Combo:
        """A drop-down filter; choosing calls ``then(value)`` or ``reload()``."""
        combo = Combo(choices, name=name)
        combo.chosen.connect(then or self._on_filter)
        self._add_left(combo)
        return combo

    def add_segments(
        self, name: str, choices: Sequence[tuple[Any, str]], then: Callable[[Any], object] | None = None
    ) -> Segments:
        """Filter buttons side by side; choosing calls ``then(value)`` or ``reload()``."""
        segments = Segments(choices, name=name)
        segments.chosen.connect(then or self._on_filter)
        self._add_left(segments)
        return segments

    def add_left(self, widget: QWidget) -> None:
        """Any other filter, after those already there."""
        self._add_left(widget)

    def add_button(
        self, text: str, act: Act, *, icon_name: str = "", tip: str = "", keys: str = "", look: str = ""
    ) -> Push:
        """An outline button at the right of the tool row."""
        button = Push(text, act, look=look, icon_name=icon_name, tip=tip, keys=keys)
        self._row.add_right(button)
        self._tools.show()
        return button

    def set_primary(
        self, text: str, act: Act, *, icon_name: str = "add", tip: str = "", keys: str = ""
    ) -> Push:
        """The page's one filled button, top right."""
        if self._primary is not None:
            self._primary.hide()  # at once: its key must not meet the new button's
            self._primary.deleteLater()
        self._primary = Push(text, act, look="primary", icon_name=icon_name, tip=tip, keys=keys)
        self._head.addWidget(self._primary, 0, Qt.AlignmentFlag.AlignTop)
        return self._primary

    def set_body(self, body: QWidget) -> None:
        """The table, grid or whatever the page is about."""
        self._stack.insertWidget(0, body)
        self._stack.setCurrentIndex(0)

    def set_side(self, panel: QWidget | None) -> None:
        """A panel at the right of the body (a form, a card); None closes it."""
        if self._side is panel:
            return
        if self._side is not None:
            if panel is None and self._side.isAncestorOf(QApplication.focusWidget() or self):
                self._focus_body()  # else Qt gives the keyboard to whatever comes next, mostly the top bar
            self._middle.removeWidget(self._side)
            self._side.hide()
            self._side.deleteLater()
        self._side = panel
        if panel is not None:
            self._middle.addWidget(panel)
            panel.show()

    def open_form(self, panel: FormPanel, back: Act | None = None) -> None:
        """A form at the right with the keyboard in it; ``back`` is done when it closes, else the side is closed."""
        panel.closed.connect(back or self.close_side)
        self.set_side(panel)
        panel.form.focus_first()

    def _focus_body(self) -> None:
        """The keyboard goes to the first table or grid that is shown."""
        shown = [view for view in self._stack.findChildren(QAbstractItemView) if view.isVisible()]
        (shown[0] if shown else self._stack.currentWidget() or self).setFocus()

    @Slot()
    def close_side(self) -> None:
        """Close the panel at the right; fits ``panel.closed``."""
        self.set_side(None)

    @property
    def side(self) -> QWidget | None:
        """The panel shown at the right, if any."""
        return self._side

    # -- showing ----------------------------------------------------------------------------------

    def set_foot(self, text: str) -> None:
        """Counts and the like under the body; "" hides the line."""
        self.foot.setText(text)
        self.foot.setVisible(bool(text))

    def show_body(self) -> None:
        """The body again, after an empty or blocked state."""
        self._stack.setCurrentIndex(0)
        self._drop_blank()  # a hidden one would still ask for its width
        if self._primary is not None:
            self._primary.dress("primary")

    def show_blank(self, icon_name: str, title: str, sentence: str, buttons: Sequence[Push] = ()) -> None:
        """Nothing here yet, or a step is missing: say what the page is for and offer the way on."""
        self._drop_blank()
        if self.can_help and len(buttons) < 2:
            buttons = [*buttons, Push("这一页怎么用", self.help_asked.emit, icon_name="help", tip="帮助　F1")]
        self._stack.addWidget(Blank(icon_name, title, sentence, buttons))
        self._stack.setCurrentIndex(1)
        if self._primary is not None and any(button.property("look") == "primary" for button in buttons):
            self._primary.dress("")  # one filled button a page

    def _drop_blank(self) -> None:
        while self._stack.count() > 1:
            old = self._stack.widget(1)
            self._stack.removeWidget(old)
            old.deleteLater()

    @property
    def is_blank(self) -> bool:
        """True while an empty or blocked state is shown instead of the body."""
        return self._stack.currentIndex() == 1

    # -- living -----------------------------------------------------------------------------------

    def arrive(self, context: Mapping[str, Any]) -> None:
        """Called each time somebody opens the page, with what the link carried; then reloads."""
        self.reload()

    def reload(self) -> None:
        """Ask again and show; must be harmless to repeat."""

    def searched_text(self) -> str:
        """What stands in the search box, trimmed."""
        return self.search.text().strip() if self.search is not None else ""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._is_stale = False
            self.reload()

    def _add_left(self, widget: QWidget) -> None:
        self._row.add_left(widget)
        self._tools.show()

    @Slot(object)
    def _on_filter(self, _: Any) -> None:
        self.reload()

    @Slot()
    def _on_pause(self) -> None:
        self._pause.stop()
        self.searched.emit(self.searched_text())
        self.reload()

    @Slot(frozenset)
    def _on_changed(self, tables: frozenset[str]) -> None:
        if not tables & self.watches:
            return
        if self.isVisible():
            self.reload()
        else:
            self._is_stale = True
