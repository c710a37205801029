"""The tab 核对: do numbers and blank papers add up?"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Date, Number, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Push, label
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.rooms.certificates import actions, papers, queries
from kqdesk.rooms.certificates.papers import Reconciliation
from kqdesk.rooms.certificates.queries import VoidRow
from kqdesk.rooms.certificates.rules import BlankFacts, NumberFacts
from kqdesk.rooms.office.queries import school_card


@dataclass(frozen=True)
class Books:
    """Everything the tab shows."""

    numbers: Sequence[NumberFacts]
    blanks: Sequence[BlankFacts]
    void: Sequence[VoidRow]


def _count(number: int) -> str:
    return str(number) if number else ""


def _fits(facts: NumberFacts) -> Pill:
    return Pill(f"差 {facts.missing}", "danger") if facts.missing else Pill("对得上", "success")


def _left(facts: BlankFacts) -> Pill:
    return (
        Pill(f"差 {-facts.left}", "danger")
        if facts.left < 0
        else Pill(f"应剩 {facts.left}", "neutral", "info")
    )


NUMBERS = (
    Column[NumberFacts]("年份", lambda r: str(r.year), width=70, is_strong=True),
    Column[NumberFacts]("已领号", lambda r: _count(r.leased), kind="number", width=84),
    Column[NumberFacts]("已用号", lambda r: _count(r.given), kind="number", width=84),
    Column[NumberFacts]("待审批", lambda r: _count(r.drawn), kind="number", width=84),
    Column[NumberFacts]("已批准", lambda r: _count(r.approved), kind="number", width=84),
    Column[NumberFacts]("已打印", lambda r: _count(r.printed), kind="number", width=84),
    Column[NumberFacts]("已发放", lambda r: _count(r.handed_out), kind="number", width=84),
    Column[NumberFacts]("已撤销", lambda r: _count(r.revoked), kind="number", width=84),
    Column[NumberFacts]("作废", lambda r: _count(r.void), kind="number", width=70),
    Column[NumberFacts]("未用", lambda r: _count(r.unused), kind="number", width=70),
    Column[NumberFacts]("核对", lambda r: "", kind="pill", width=110, pill=_fits),
)
BLANKS = (
    Column[BlankFacts]("空白证书", lambda r: r.kind, is_strong=True),
    Column[BlankFacts]("入库", lambda r: _count(r.received), kind="number", width=84),
    Column[BlankFacts]("打好", lambda r: _count(r.good), kind="number", width=84),
    Column[BlankFacts]("打坏", lambda r: _count(r.spoilt), kind="number", width=84),
    Column[BlankFacts]("库存", lambda r: "", kind="pill", width=130, pill=_left),
)
VOID = (
    Column[VoidRow]("作废编号", lambda r: r.serial_no, kind="code", width=190, is_strong=True),
    Column[VoidRow]("日期", lambda r: f"{r.on:%Y-%m-%d}", width=112),
    Column[VoidRow]("经手人", lambda r: r.who, width=100),
    Column[VoidRow]("原因", lambda r: r.reason),
)


class StockTab(Tab):
    """Three small tables one below the other."""

    key, title, search_hint, primary = "stock", "核对", "", "空白证书入库"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.books: Books | None = None
        self.tools = [Push("打印核对表", self.print_out, icon_name="print", keys="Ctrl+Shift+P")]
        self.numbers = TableView(
            NUMBERS, name="certificates.numbers", memory=self.desk.memory, key=lambda r: r.year
        )
        self.blanks = TableView(
            BLANKS, name="certificates.blanks", memory=self.desk.memory, key=lambda r: r.kind
        )
        self.void = TableView(VOID, name="certificates.void", memory=self.desk.memory)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        for words, table, share in (
            ("编号", self.numbers, 2),
            ("空白证书", self.blanks, 2),
            ("作废编号登记", self.void, 3),
        ):
            column.addWidget(label(words, "head"))
            column.addWidget(table, share)

    def reload(self) -> None:
        self.desk.read(_books, self._take, owner=self, only="reload")

    def _take(self, books: Books) -> None:
        if self.page.tab is not self:
            return
        self.books = books
        self.numbers.show_rows(books.numbers)
        self.blanks.show_rows(books.blanks)
        self.void.show_rows(books.void)
        wrong = sum(1 for facts in books.numbers if facts.missing) + sum(
            1 for facts in books.blanks if facts.left < 0
        )
        self.page.set_foot("编号和空白证书都对得上。" if not wrong else f"有 {wrong} 处对不上，红色的就是。")
        self.page.show_body()

    def start_new(self) -> None:
        """Blank papers that came in, or a correction after a count."""
        fields = (
            Text(name="kind", label="种类", required=True, hint="例如：区统一结业证书"),
            Number(
                name="count",
                label="张数",
                least=-9999,
                most=99999,
                required=True,
                is_half=True,
                hint="盘点少了写负数",
            ),
            Date(name="received_on", label="日期", required=True, is_half=True),
            Text(name="note", label="备注", hint="负数要写原因"),
        )
        kind = self.books.blanks[0].kind if self.books and self.books.blanks else ""
        values = {"received_on": self.desk.today(), "kind": kind}
        panel = FormPanel(self.desk, "空白证书入库", fields, self._save, values=values)
        panel.closed.connect(self.page.close_side)
        self.page.set_side(panel)
        panel.form.focus_first()

    def _save(self, values: dict[str, Any], panel: FormPanel) -> None:
        values["count"] = int(values["count"])
        panel.run(actions.receive_blanks, **values)

    @Slot()
    def print_out(self) -> None:
        """证书核对表."""
        self.desk.read(partial(_sheet, on=self.desk.today()), self._draw, owner=self)

    def _draw(self, sheet: Reconciliation) -> None:
        self.desk.start(
            lambda _: papers.reconciliation_pdf(sheet),
            lambda pdf: PdfPreview(self.desk, "证书核对表", pdf, "证书核对表.pdf", self).open(),
            owner=self,
        )


def _books(session: Session) -> Books:
    return Books(queries.numbers(session), queries.blanks(session), queries.void_numbers(session))


def _sheet(session: Session, *, on: Any) -> Reconciliation:
    card, books = school_card(session), _books(session)
    return Reconciliation(card.name if card else "", books.numbers, books.blanks, books.void, on)
