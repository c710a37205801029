"""A list with one row's card at its right: Enter opens it, its buttons and keys ask, the page does what was asked."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from kqdesk.desk.desk import Desk
from kqdesk.desk.flow import FlowRow
from kqdesk.desk.form import FormPanel
from kqdesk.desk.page import Page
from kqdesk.desk.parts import add_keys, closing_head, label
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab
from kqdesk.desk.theme import theme

Steps = Mapping[str, Callable[[Any], object]]


class SideCard(QFrame):
    """One row, opened. ``asked`` names what the person wants done; the page does it. Subclasses lay out and fill."""

    asked = Signal(str)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.card: Any = None  # has ``row``: the row of the list
        self.setProperty("look", "card")
        self.setFixedWidth(theme().px("panel"))
        self.heading, self.facts = label("", "head"), label("", "second")
        for words in (self.heading, self.facts):
            words.setWordWrap(True)

    def show_card(self, card: Any) -> None:
        """Another row, or the same one after a change."""
        raise NotImplementedError

    def ask_on(self, keys: str, where: QWidget, what: str) -> None:
        """A key that asks while ``where`` has the keyboard."""
        add_keys(where, (keys, partial(self.asked.emit, what)))

    def stand(self, buttons: Sequence[QWidget], *below: QWidget) -> QVBoxLayout:
        """Heading, facts, what stands below them and the buttons on top; returns the column for the rest."""
        head = closing_head(self, self.heading, self.closed)
        holder = QWidget()
        row = FlowRow(holder)
        for button in buttons:
            row.add_left(button)
        top = QVBoxLayout()
        top.setContentsMargins(16, 12, 8, 8)
        top.setSpacing(8)
        top.addLayout(head)
        for part in (self.facts, *below, holder):
            top.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(top)
        return column


class CardSteps:
    """A list whose chosen row has a card at the right, on a page of its own or on a tab; what its buttons do are ``steps``.

    Mixed into the page or the tab, which sets ``card_kind`` and ``steps`` and calls ``list_rows``.
    """

    card_kind: Callable[[Any], SideCard]
    desk: Desk
    table: TableView
    chosen_id: str = ""
    steps: Steps = MappingProxyType({})

    @property
    def around(self) -> Page:
        """The page that holds the card."""
        raise NotImplementedError

    @property
    def is_shown(self) -> bool:
        """Somebody looks at this list."""
        raise NotImplementedError

    def reload(self) -> None:
        """Ask for the list and the chosen card again."""
        raise NotImplementedError

    def list_rows(self, table: TableView, name: str) -> None:
        """The list; what a reader hears it called."""
        self.table = table
        table.setAccessibleName(name)
        table.opened.connect(self.open_row)
        table.picked.connect(self._on_picked)

    @property
    def opened_card(self) -> Any:
        """The card at the right, when it is one of this list's."""
        side = self.around.side
        return side if isinstance(side, SideCard) and self.is_shown else None

    def show_card(self, card: Any) -> None:
        """What the query found for the chosen row; None: there is none any more."""
        panel = self.opened_card
        if card is None:
            if panel is not None:
                self.close_card()
        elif panel is not None:
            panel.show_card(card)
        elif self.around.side is None and self.is_shown:
            fresh = self.card_kind(self.desk.memory)
            fresh.asked.connect(self.do)
            fresh.closed.connect(self.close_card)
            fresh.show_card(card)
            self.around.set_side(fresh)

    @Slot()
    def close_card(self) -> None:
        """Back to the list alone."""
        self.chosen_id = ""
        self.around.close_side()

    @Slot(object)
    def open_row(self, row: Any) -> None:
        """Enter: the chosen one at the right."""
        self.chosen_id = row.id
        if not isinstance(self.around.side, FormPanel):
            self.reload()

    @Slot(list)
    def _on_picked(self, rows: list[Any]) -> None:
        if self.opened_card is not None and len(rows) == 1 and rows[0].id != self.chosen_id:
            self.open_row(rows[0])

    def current(self) -> Any:
        """The row of the card, else the one chosen in the list; None when there is none."""
        panel = self.opened_card
        if panel is not None and panel.card is not None:
            return panel.card.row
        selected = self.table.selected()
        return selected[0] if selected else self.table.current()

    @Slot(str)
    def do(self, what: str) -> None:
        """One of the card's buttons, keys or menu lines, for the row shown or chosen."""
        row = self.current()
        if row is not None and what in self.steps:
            self.chosen_id = row.id
            self.steps[what](row)

    def put_form(self, panel: FormPanel) -> None:
        """A form in the card's place; closing it brings the card back. One that holds unsaved words is asked to leave."""
        side = self.around.side
        if isinstance(side, FormPanel) and side.form.is_edited:
            side.leave()
            return
        self.around.note.hide()
        self.around.open_form(panel, self._form_closed)

    @Slot()
    def _form_closed(self) -> None:
        self.around.close_side()
        self.table.setFocus()
        self.reload()

    def refuse(self, error: Exception) -> None:
        """Why it could not be done."""
        self.around.note.say(str(error), "refused")

    def act(self, act: Any, **kw: Any) -> None:
        """Run an action; a refusal stands above the list."""
        self.around.note.hide()
        self.desk.run(act, **{"failed": self.refuse, "owner": self, **kw})

    def show_paper(self, title: str, work: Callable[[Any], bytes]) -> None:
        """Print preview of what ``work`` draws off the UI thread."""
        shown = partial(self._preview, title)
        self.desk.start(work, shown, title=f"准备{title}", owner=self.around, failed=self.refuse)

    def _preview(self, title: str, pdf: bytes) -> None:
        PdfPreview(self.desk, title, pdf, f"{title}.pdf", self.around).open()

    def count_put(self, count: int) -> None:
        """So many files were put in."""
        self.desk.tell(f"已放入 {count} 份。", undo=True)


class CardListPage(Page, CardSteps):
    """The page around list and card; F2 asks for ``edit``."""

    def __init__(self, desk: Desk, title: str, sentence: str) -> None:
        super().__init__(desk, title, sentence)
        edit = QShortcut(QKeySequence("F2"), self)
        edit.activated.connect(partial(self.do, "edit"))

    @property
    def around(self) -> Page:
        return self

    @property
    def is_shown(self) -> bool:
        return True

    def list_rows(self, table: TableView, name: str) -> None:
        """The list in the middle."""
        super().list_rows(table, name)
        self.set_body(table)


class CardTab(Tab, CardSteps):
    """The same as one tab of a page."""

    @property
    def around(self) -> Page:
        return self.page

    @property
    def is_shown(self) -> bool:
        return self.page.tab is self

    def list_rows(self, table: TableView, name: str) -> None:
        """The list fills the tab."""
        super().list_rows(table, name)
        self.fill_with(table)
