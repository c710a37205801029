"""What the tabs share: a list that fills the tab, a side form, a paper shown before it is printed."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column
from kqdesk.desk.fields import Field
from kqdesk.desk.form import FormPanel
from kqdesk.desk.job import Job
from kqdesk.desk.parts import Push
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.rooms.office.queries import school_card
from kqdesk.rooms.privacy.papers import School

Paper = Callable[[School], bytes]


class ListedTab(Tab):
    """A tab that is one list. ``columns`` and ``name`` say which."""

    columns: Sequence[Column[Any]] = ()
    name = ""
    empty = ("privacy", "还没有", "")  # icon, title, what it is for

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.table = TableView(self.columns, name=self.name, memory=self.desk.memory)
        self.table.opened.connect(self.open_row)
        press = QShortcut(QKeySequence.StandardKey.Print, self)
        press.activated.connect(self.print_row)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.addWidget(self.table)

    def open_row(self, row: Any) -> None:
        """Enter or a double click."""

    def print_row(self) -> None:
        """Ctrl+P."""

    def show_listed(self, rows: Sequence[Any], foot: str) -> None:
        """The rows, or what the list is for while there are none."""
        self.table.show_rows(rows)
        if self.page.tab is not self:
            return
        self.page.set_foot(foot)
        if rows or self.page.searched_text():
            self.page.show_body()
            return
        buttons = (
            [Push(self.primary, self.start_new, look="primary", icon_name="add")] if self.primary else []
        )
        self.page.show_blank(*self.empty, buttons)

    def chosen(self, refusal: str) -> Any:
        """The row the keyboard stands on; says ``refusal`` when there is none."""
        row = self.table.current()
        if row is None:
            self.desk.tell(refusal, kind="refused")
        return row

    def ask(
        self,
        title: str,
        fields: Sequence[Field],
        save: Callable[[dict[str, Any], FormPanel], object],
        *,
        save_text: str = "保存",
        values: Mapping[str, Any] | None = None,
        load: Callable[[Session], dict[str, Any]] | None = None,
    ) -> FormPanel:
        """A form at the side."""
        panel = FormPanel(self.desk, title, fields, save, values=values, load=load, save_text=save_text)
        panel.closed.connect(self.page.close_side)
        self.page.set_side(panel)
        panel.form.focus_first()
        return panel

    def show_paper(self, title: str, paper: Paper) -> None:
        """Draw a paper off the UI thread and show it."""
        shown = partial(self._shown, title)
        self.desk.start(partial(self._drawn, paper), shown, title=f"准备{title}", owner=self)

    def _drawn(self, paper: Paper, job: Job) -> bytes:
        job.step(0, 0)
        with self.desk.store.reading() as session:
            card = school_card(session)
        school = School(card.name if card else "", card.phone if card else None, self.desk.today())
        return paper(school)

    def _shown(self, title: str, pdf: bytes) -> None:
        PdfPreview(self.desk, title, pdf, f"{title}.pdf", self.window()).open()
