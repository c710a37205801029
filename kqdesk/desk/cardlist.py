"""A list with one row's card at its right: Enter opens it, its buttons and keys ask, the page does what was asked."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kqdesk.desk.desk import Desk
from kqdesk.desk.flow import FlowRow
from kqdesk.desk.form import FormPanel
from kqdesk.desk.page import Page
from kqdesk.desk.parts import Tool, label
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.table import TableView
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
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.closed)

    def show_card(self, card: Any) -> None:
        """Another row, or the same one after a change."""
        raise NotImplementedError

    def ask_on(self, keys: str, where: QWidget, what: str) -> None:
        """A key that asks while ``where`` has the keyboard."""
        press = QShortcut(QKeySequence(keys), where)
        press.setContext(Qt.ShortcutContext.WidgetShortcut)
        press.activated.connect(partial(self.asked.emit, what))

    def stand(self, buttons: Sequence[QWidget], *below: QWidget) -> QVBoxLayout:
        """Heading, facts, what stands below them and the buttons on top; returns the column for the rest."""
        head = QHBoxLayout()
        head.addWidget(self.heading, 1)
        head.addWidget(Tool("close", "关闭", self.closed.emit, keys="Esc"), 0, Qt.AlignmentFlag.AlignTop)
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


class CardListPage(Page):
    """The page around list and card. Subclasses set ``card_kind``, call ``list_rows`` and give ``steps`` their meaning."""

    card_kind: Callable[[Any], SideCard]

    def __init__(self, desk: Desk, title: str, sentence: str) -> None:
        super().__init__(desk, title, sentence)
        self.chosen_id = ""
        self.steps: Steps = {}

    def list_rows(self, table: TableView, name: str) -> None:
        """The list in the middle; F2 asks for ``edit``."""
        self.table = table
        table.setAccessibleName(name)
        table.opened.connect(self.open_row)
        table.picked.connect(self._on_picked)
        edit = QShortcut(QKeySequence("F2"), self)
        edit.activated.connect(partial(self.do, "edit"))
        self.set_body(table)

    @property
    def opened_card(self) -> SideCard | None:
        """The card at the right, when one is there."""
        return self.side if isinstance(self.side, SideCard) else None

    def show_card(self, card: Any) -> None:
        """What the query found for the chosen row; None: there is none any more."""
        panel = self.opened_card
        if card is None:
            if panel is not None:
                self.close_card()
        elif panel is not None:
            panel.show_card(card)
        elif self.side is None:
            fresh = self.card_kind(self.desk.memory)
            fresh.asked.connect(self.do)
            fresh.closed.connect(self.close_card)
            fresh.show_card(card)
            self.set_side(fresh)

    @Slot()
    def close_card(self) -> None:
        """Back to the list alone."""
        self.chosen_id = ""
        self.close_side()

    @Slot(object)
    def open_row(self, row: Any) -> None:
        """Enter: the chosen one at the right."""
        self.chosen_id = row.id
        if not isinstance(self.side, FormPanel):
            self.reload()

    @Slot(list)
    def _on_picked(self, rows: list[Any]) -> None:
        if self.opened_card is not None and len(rows) == 1 and rows[0].id != self.chosen_id:
            self.open_row(rows[0])

    @Slot(str)
    def do(self, what: str) -> None:
        """One of the card's buttons, keys or menu lines, for the row shown or else the one chosen in the list."""
        panel, selected = self.opened_card, self.table.selected()
        row = selected[0] if selected else self.table.current()
        if panel is not None and panel.card is not None:
            row = panel.card.row
        if row is not None:
            self.chosen_id = row.id
            self.steps[what](row)

    def put_form(self, panel: FormPanel) -> None:
        """A form in the card's place; closing it brings the card back."""
        panel.closed.connect(self._form_closed)
        self.note.hide()
        self.set_side(panel)
        panel.form.focus_first()

    @Slot()
    def _form_closed(self) -> None:
        self.close_side()
        self.table.setFocus()
        self.reload()

    def refuse(self, error: Exception) -> None:
        """Why it could not be done."""
        self.note.say(str(error), "refused")

    def act(self, act: Any, **kw: Any) -> None:
        """Run an action; a refusal stands above the list."""
        self.desk.run(act, **{"failed": self.refuse, "owner": self, **kw})

    def show_paper(self, title: str, work: Callable[[Any], bytes]) -> None:
        """Print preview of what ``work`` draws off the UI thread."""
        shown = partial(self._preview, title)
        self.desk.start(work, shown, title=f"准备{title}", owner=self, failed=self.refuse)

    def _preview(self, title: str, pdf: bytes) -> None:
        PdfPreview(self.desk, title, pdf, f"{title}.pdf", self).open()

    def count_put(self, count: int) -> None:
        """So many files were put in."""
        self.desk.tell(f"已放入 {count} 份。", undo=True)
