"""The main window: navigation, top bar, one stack of lazily built pages, status strip, cover."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QStackedWidget,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from kqdesk.desk.desk import Desk, Notice, is_alive
from kqdesk.desk.drafts import Draft, typed
from kqdesk.desk.form import FormPanel
from kqdesk.desk.frame import Cover, DemoBanner, IdleWatch, Strip, SyncWords, TopBar
from kqdesk.desk.help import HelpDialog
from kqdesk.desk.helpshelf import HelpShelf
from kqdesk.desk.navigation import Navigation
from kqdesk.desk.page import Page
from kqdesk.desk.pages import Command, Context, PageSpec, Source
from kqdesk.desk.palette import Palette
from kqdesk.desk.parts import Act, Note
from kqdesk.desk.theme import apply_theme

RED_EDGE = 4  # pixels of red round the window of a demo school
KEPT_BACK = 30  # pages Alt+Left can go back


class Shell(QMainWindow):
    """The window of one school. app.py registers pages, sources and commands; ``go`` opens a page."""

    lock_asked = Signal()  # Ctrl+L or ten idle minutes: app.py covers the screen and shuts the store
    closing = Signal()

    def __init__(
        self,
        desk: Desk,
        school: str,
        pages: Sequence[PageSpec],
        *,
        sources: Sequence[Source] = (),
        commands: Sequence[Command] = (),
    ) -> None:
        super().__init__()
        self.desk, self._school = desk, school
        self._pages, self._sources, self._commands = tuple(pages), tuple(sources), tuple(commands)
        self._specs = {page.key: page for page in pages}
        self._helps = HelpShelf(self._pages)
        self._trail: list[tuple[str, Context]] = []
        self._demo: tuple[str, str, Act, str, Act | None] | None = None
        self._looking: tuple[str, str, Act] | None = None
        self._menu: Sequence[tuple[str, str, Act] | None] = ()
        self._sync: SyncWords | None = None
        self._keys: list[QShortcut] = []
        self._put_away: list[QWidget] = []
        self.setWindowTitle(school)
        self.screen_cover = Cover(self)
        self._build()
        self._wire()
        self.resize(1366, 768)
        if pages:
            self.go(pages[0].key)
        desk.refresh_undo()

    def _build(self) -> None:
        """Everything that measures itself by the theme; done again when the text size changes."""
        self._built: dict[str, QWidget] = {}
        self.top, self.nav = TopBar(self.desk, self._school), Navigation(self._pages)
        self.strip = Strip(self.desk)
        self.bar = Note(look="bar", closable=True)
        self.stack = QStackedWidget()
        self.stack.setObjectName("pages")
        self._lay_out()
        listed = [page for page in self._pages if page.is_listed]
        self.palette_box = Palette(
            self.desk,
            listed,
            self._sources,
            self._commands,
            self,
            helps=self._helps,
            show_help=self.show_help,
        )
        self.nav.asked.connect(self._on_asked)
        self.nav.folded.connect(self._on_folded)
        self.top.search_asked.connect(self.find)
        self.top.back_asked.connect(self.back)
        self.top.help_asked.connect(self.help)
        self.top.fold_asked.connect(self.nav.toggle)
        self.nav.fold(bool(self.desk.memory.recall("nav.folded", False)))
        self.top.offer(self._menu)
        self.strip.set_sync(self._sync)
        if self._demo is not None:
            self._redden(self._demo)
        if self._looking is not None:
            self._column.insertWidget(0, DemoBanner(*self._looking))

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.bar)
        right.addWidget(self.stack, 1)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.nav)
        middle.addLayout(right, 1)
        whole = QWidget()
        self._column = QVBoxLayout(whole)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.top)
        self._column.addLayout(middle, 1)
        self._column.addWidget(self.strip)
        self.setCentralWidget(whole)

    def _wire(self) -> None:
        self.desk.opened.connect(self._on_opened)
        self.desk.noticed.connect(self._on_notice)
        self.desk.saved.connect(self._on_saved)
        self._idle = IdleWatch(self)
        self._idle.idle.connect(self.lock_asked)
        for keys, act in (
            ("Ctrl+K", self.find),
            ("Alt+Left", self.back),
            ("F1", self.help),
            ("Ctrl+Z", self.undo),
            ("Ctrl+Y", self.redo),
            ("Ctrl+Shift+Z", self.redo),
            ("Ctrl+L", self._on_lock),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(act)
            self._keys.append(shortcut)

    # -- pages ------------------------------------------------------------------------------------

    def go(self, key: str, context: Context | None = None) -> QWidget:
        """Open a page (built the first time) and hand it the link's context."""
        found = dict(context or {})
        spec = self._specs[key]
        if key not in self._built:
            self._built[key] = page = spec.factory(self.desk, found)
            self.stack.addWidget(page)
            if isinstance(page, Page):
                page.can_help = True
                page.help_asked.connect(self.help)
        page = self._built[key]
        self.stack.setCurrentWidget(page)
        self.nav.mark(key)
        self.bar.hide()
        self.palette_box.hide()
        if not self._trail or self._trail[-1] != (key, found):
            self._trail = [*self._trail[-KEPT_BACK:], (key, found)]
        self.top.back.setEnabled(len(self._trail) > 1)
        if isinstance(page, Page):
            page.arrive(found)
        return page

    @property
    def page(self) -> QWidget:
        """The page shown now."""
        return self.stack.currentWidget()

    @property
    def page_key(self) -> str:
        """Its key; "" before any."""
        return self._trail[-1][0] if self._trail else ""

    @Slot()
    def back(self) -> None:
        """The page before (Alt+Left)."""
        if len(self._trail) < 2:
            return
        self._trail.pop()
        self.go(*self._trail.pop())

    @Slot()
    def find(self) -> None:
        """Ctrl+K."""
        self.palette_box.open()

    @Slot()
    def help(self) -> None:
        """F1: the help of this page."""
        if self.page_key:
            HelpDialog(self, self._specs[self.page_key]).open()

    def show_help(self, page: PageSpec, heading: str = "") -> None:
        """The help of any page, at a heading."""
        HelpDialog(self, page, heading).open()

    # -- undo -------------------------------------------------------------------------------------

    @Slot()
    def undo(self) -> None:
        """Ctrl+Z: first the words being typed, then the last act."""
        box = self._typing()
        if box is None:
            self.desk.undo()
        else:
            box.undo()

    @Slot()
    def redo(self) -> None:
        """Ctrl+Y: the other way."""
        box = self._typing()
        if box is None:
            self.desk.redo()
        else:
            box.redo()

    def _typing(self) -> Any:
        """The text field that has something of its own to take back, if the cursor is in one."""
        focus = QApplication.focusWidget()
        if isinstance(focus, QLineEdit) and (focus.isUndoAvailable() or focus.isRedoAvailable()):
            return focus
        if isinstance(focus, QPlainTextEdit | QTextEdit) and focus.document().isUndoAvailable():
            return focus
        return None

    # -- bars -------------------------------------------------------------------------------------

    def show_demo(
        self, sentence: str, words: str, act: Act, other: str = "", other_act: Act | None = None
    ) -> None:
        """The red banner of a demo school with its button or two; the window has a red edge, too."""
        self._demo = (sentence, words, act, other, other_act)
        self._redden(self._demo)

    def _redden(self, banner: tuple[str, str, Act, str, Act | None]) -> None:
        self._column.insertWidget(0, DemoBanner(*banner))
        self._column.setContentsMargins(*(RED_EDGE,) * 4)
        self.centralWidget().setObjectName("demowindow")

    def show_looking(self, banner: tuple[str, str, Act] | None) -> None:
        """The banner of a look with another role's eyes, above all others; None takes it away. Pages are built anew."""
        self._looking = banner
        self.renew()

    def drafts(self) -> list[Draft]:
        """What is typed and not saved in every open form, also in windows the cover put away."""
        tops = [self, *(window for window in self._put_away if is_alive(window))]
        panels = [panel for top in tops for panel in top.findChildren(FormPanel)]
        found = []
        for panel in panels:
            inside = typed(panel.form.inputs) if panel.form.is_edited else {}
            if inside:
                keys = (key for key, page in self._built.items() if page.isAncestorOf(panel))
                found.append(Draft(next(keys, self.page_key), panel.heading.text(), inside))
        return found

    def offer(self, lines: Sequence[tuple[str, str, Act] | None]) -> None:
        """The person menu: (icon, words, act), None = a line across."""
        self._menu = tuple(lines)
        self.top.offer(self._menu)

    def set_sync(self, told: SyncWords | None) -> None:
        """待上传 · 待下载 · 待确认 · 上次同步 at the foot; None hides it."""
        self._sync = told
        self.strip.set_sync(told)

    def set_text_size(self, text_size: str) -> None:
        """standard · large · huge; remembered. Pages are built anew so that nothing keeps an old measure."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, text_size)
        self.desk.memory.keep("text.size", text_size)
        self.renew()

    def renew(self) -> None:
        """Build every page anew and show the one shown now: nothing of what was on them stays."""
        here = self._trail.pop() if self._trail else None
        self.palette_box.hide()
        self.palette_box.deleteLater()
        self._build()  # setCentralWidget deletes the old pages with all they were connected to
        self.screen_cover.raise_()
        self.desk.refresh_undo()
        if here is not None:
            self.go(*here)

    def cover(self, panel: QWidget) -> None:
        """Hide everything behind ``panel`` (the sign-in): pages, open dialogs, and the keys of the window."""
        self._put_away += [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not self]
        for window in self._put_away:
            window.hide()
        self.palette_box.hide()
        self.screen_cover.refit()
        while self.screen_cover.holder.count():
            old = self.screen_cover.holder.takeAt(0).widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self.screen_cover.holder.addWidget(panel, 0, Qt.AlignmentFlag.AlignCenter)
        self.screen_cover.show()
        self.screen_cover.raise_()
        self._set_working(False)
        panel.setFocus()

    def drop_work(self) -> None:
        """Another person sits down: windows that were open and pages with what stood on them go."""
        for window in self._put_away:
            if is_alive(window):
                window.deleteLater()
        self._put_away.clear()
        self._trail.clear()
        self.renew()

    def uncover(self) -> None:
        """Show the work again."""
        self._set_working(True)
        self.screen_cover.hide()
        for window in self._put_away:
            if is_alive(window):
                window.show()
        self._put_away.clear()

    def _set_working(self, is_working: bool) -> None:
        self.centralWidget().setEnabled(is_working)
        for shortcut in self._keys:
            shortcut.setEnabled(is_working)

    @property
    def is_covered(self) -> bool:
        """True while the cover hides the work."""
        return not self.screen_cover.isHidden()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.screen_cover.refit()
        if self.palette_box.isVisible():
            self.palette_box.refit()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)

    @Slot(bool)
    def _on_folded(self, is_folded: bool) -> None:
        self.desk.memory.keep("nav.folded", is_folded)

    @Slot(str)
    def _on_asked(self, key: str) -> None:
        self.go(key)

    @Slot(str, object)
    def _on_opened(self, key: str, context: Mapping[str, Any]) -> None:
        self.go(key, context)

    @Slot(object)
    def _on_notice(self, notice: Notice) -> None:
        self.bar.say(notice.text, notice.kind, notice.button)

    @Slot(str)
    def _on_saved(self, _: str) -> None:
        self.bar.hide()  # its «撤销» would now take back another act than the one it names

    @Slot()
    def _on_lock(self) -> None:
        self.lock_asked.emit()
