"""A page with several lists under one title: tabs, one search box, one filled button that follows the tab."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from kqdesk.desk.desk import Desk
from kqdesk.desk.form import FormPanel
from kqdesk.desk.page import Page


class Tab(QWidget):
    """One list of a page. Override the words and ``reload``; ``start_new`` is what the page's filled button does."""

    key = ""  # what links say: desk.open("places", tab="firms")
    title = ""
    search_hint = ""  # "" = nothing to search here
    primary = ""  # words of the filled button; "" = none here
    primary_icon = "add"

    def __init__(self, page: "TabbedPage") -> None:
        super().__init__()
        self.page, self.desk = page, page.desk
        self.tools: list[QWidget] = []  # filters and buttons of this tab only, shown in the page's tool row

    def fill_with(self, body: QWidget) -> None:
        """The tab is this one widget, edge to edge."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(body)

    def arrive(self, context: Mapping[str, Any]) -> None:
        """A link led here; the page reloads the tab afterwards."""

    def reload(self) -> None:
        """Ask again and show; must be harmless to repeat."""

    def start_new(self) -> None:
        """The filled button and Ctrl+N."""


class TabbedPage(Page):
    """The frame: ``tabs`` makes each tab once, in the order shown."""

    def __init__(
        self,
        desk: Desk,
        title: str,
        sentence: str,
        tabs: Sequence[Callable[["TabbedPage"], Tab]],
        *,
        flat: bool = False,
    ) -> None:
        super().__init__(desk, title, sentence, flat=flat)
        self._shelf = QStackedWidget()
        self.tabs = [make(self) for make in tabs]
        self._by_key = {tab.key: tab for tab in self.tabs}
        self.switch = self.add_segments("分页", [(tab.key, tab.title) for tab in self.tabs], self._on_switch)
        box = self.add_search("搜索", width=220)
        for tab in self.tabs:
            self._shelf.addWidget(tab)
            for tool in tab.tools:
                self.add_left(tool)
        self._button = self.set_primary("新建", self._create, keys="Ctrl+N")
        self.set_body(self._shelf)
        self._box = box
        self._now = self.tabs[0]
        self._dress()

    @property
    def tab(self) -> Tab:
        """The tab shown now."""
        return self._now

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``tab`` chooses a tab, ``find`` fills the search box."""
        if context.get("tab") in self._by_key:
            self.go(context["tab"])
        if "find" in context:
            self._box.setText(context["find"])
        self._now.arrive(context)
        self.reload()

    def reload(self) -> None:
        """Only the tab shown asks; the others ask when somebody goes there."""
        self._now.reload()

    def go(self, key: str) -> bool:
        """Show a tab; False when an open form still holds unsaved words (it then says so)."""
        self.switch.choose(self._now.key)
        if isinstance(self.side, FormPanel) and self.side.form.is_edited:
            self.side.leave()
            return False
        self.set_side(None)
        self.note.hide()
        self._now = self._by_key[key]
        self.switch.choose(key)
        self._box.blockSignals(True)
        self._box.clear()
        self._box.blockSignals(False)
        self._dress()
        self.set_foot("")
        return True

    def _dress(self) -> None:
        """Search box, filters and the filled button as this tab wants them."""
        self.show_body()
        self._shelf.setCurrentWidget(self._now)
        for tab in self.tabs:
            for tool in tab.tools:
                tool.setVisible(tab is self._now)
        self._box.setVisible(bool(self._now.search_hint))
        self._box.setPlaceholderText(self._now.search_hint)
        self._box.setAccessibleName(self._now.search_hint)
        words = self._now.primary
        self._button.setText(words)
        self._button.setAccessibleName(words)
        self._button.setToolTip(f"{words}　Ctrl+N")
        self._button.dress("primary", self._now.primary_icon)
        self._button.setVisible(bool(words))

    def _create(self) -> None:
        self._now.start_new()

    @Slot(object)
    def _on_switch(self, key: str) -> None:
        if self.go(key):
            self.reload()
