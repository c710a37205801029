"""A tab that is a list with a form: search, Enter to change, Ctrl+N to add, Del to take out of use."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox

from kqdesk.desk.cells import Column
from kqdesk.desk.fields import Field
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Push, add_keys
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage

Act = Callable[..., Any]


@dataclass(frozen=True)
class Listing:
    """What makes one list: its words, its query, its form and its actions.

    ``rows(session, text=…, with_retired=…)`` gives frozen rows with ``id``; ``load(session, row_id)`` the form's
    values; ``add(**values)`` and ``change(<id_name>=…, seen=…, **values)`` and ``retire(<id_name>=…)`` are actions.
    """

    key: str
    title: str  # 村社
    unit: str  # counted as: 个
    icon: str
    search_hint: str
    empty: str  # what the list is for, when it is empty
    columns: Sequence[Column[Any]]
    rows: Callable[..., Sequence[Any]]
    fields: Callable[[], Sequence[Field]]
    load: Callable[..., dict[str, Any]]
    add: Act
    change: Act
    retire: Act
    id_name: str
    retire_word: str = "停用"
    offers: Sequence[tuple[str, str]] = field(
        default=()
    )  # other ways to fill an empty list: (words, page key)


class ListTab(Tab):
    """The list and its form. Subclass it for more buttons; ``listing`` says the rest."""

    def __init__(self, page: TabbedPage, listing: Listing) -> None:
        super().__init__(page)
        self.listing = listing
        self.key, self.title, self.search_hint = listing.key, listing.title, listing.search_hint
        self.primary = f"新建{listing.title}"
        self.table = TableView(listing.columns, name=f"list.{listing.key}", memory=self.desk.memory)
        self.table.opened.connect(self.edit)
        self.table.add_menu("修改　F2", self.edit_current, "edit")
        self.table.add_menu(f"{listing.retire_word}　Del", self.retire_selected, "hidden")
        add_keys(self.table, ("F2", self.edit_current), ("Del", self.retire_selected))
        self.with_retired = QCheckBox(f"也看{listing.retire_word}的")
        self.with_retired.toggled.connect(self._on_toggled)
        self.tools = [self.with_retired]
        self.fill_with(self.table)

    def reload(self) -> None:
        query = partial(
            self.listing.rows, text=self.page.searched_text(), with_retired=self.with_retired.isChecked()
        )
        self.desk.read(query, self.show_rows, owner=self, only="reload")

    def show_rows(self, rows: Sequence[Any]) -> None:
        """The rows, or what the list is for when there are none at all."""
        if self.page.tab is not self:
            return
        self.table.show_rows(rows)
        self.page.set_foot(f"共 {len(rows)} {self.listing.unit}")
        if rows or self.page.searched_text():
            self.page.show_body()
            return
        buttons = [Push(self.primary, self.start_new, look="primary", icon_name="add")]
        buttons += [Push(words, partial(self.desk.open, key)) for words, key in self.listing.offers]
        self.page.show_blank(self.listing.icon, f"还没有{self.listing.title}", self.listing.empty, buttons)

    @Slot()
    def start_new(self) -> None:
        """An empty form."""
        self._open(FormPanel(self.desk, self.primary, self.listing.fields(), self._save_new))

    @Slot(object)
    def edit(self, row: Any) -> None:
        """The form of one row, read again from the store."""
        self._open(
            FormPanel(
                self.desk, f"修改{self.listing.title}", self.listing.fields(), partial(self._save_change, row.id),
                load=partial(self.listing.load, row_id=row.id),
            )
        )  # fmt: skip

    @Slot()
    def edit_current(self) -> None:
        """F2."""
        if self.table.current() is not None:
            self.edit(self.table.current())

    @Slot()
    def retire_selected(self) -> None:
        """Del: out of use, one act a row; Ctrl+Z takes it back."""
        for row in self.table.selected():
            self.desk.run(
                self.listing.retire, then=self._retired, owner=self, **{self.listing.id_name: row.id}
            )

    def _retired(self, _: Any) -> None:
        self.desk.tell(f"已{self.listing.retire_word}。以前的记录不受影响。", undo=True)

    def _open(self, panel: FormPanel) -> None:
        if isinstance(self.page.side, FormPanel) and self.page.side.form.is_edited:
            self.page.side.leave()
            panel.deleteLater()
            return
        self.page.open_form(panel, self._close)

    def _close(self) -> None:
        self.page.set_side(None)
        self.table.setFocus()

    def _save_new(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(self.listing.add, **values)

    def _save_change(self, row_id: str, values: dict[str, Any], panel: FormPanel) -> None:
        values[self.listing.id_name] = row_id
        panel.run(self.listing.change, seen=panel.seen, **values)

    @Slot(bool)
    def _on_toggled(self, _: bool) -> None:
        self.reload()
