"""The tab 成效: answered, at work, paid more, learning: of whom, and who they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Slot
from sqlalchemy.orm import Session

from kqdesk.desk.cardlist import CardTab, SideCard
from kqdesk.desk.cells import Column
from kqdesk.desk.memory import Memory
from kqdesk.desk.parts import Combo, Push
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.cohorts.queries import cohort_list
from kqdesk.rooms.cohorts.terms import CohortState
from kqdesk.rooms.followup import queries
from kqdesk.rooms.followup.page import asking
from kqdesk.rooms.followup.queries import NamedRow, OutcomeTable
from kqdesk.rooms.followup.rules import Share

YEARS = 4


@dataclass(frozen=True)
class ShareRow:
    """One share of one wave as a line of the table."""

    months: int
    share: Share

    @property
    def id(self) -> str:
        """What the table knows the line by."""
        return f"{self.months}|{self.share.key}"


COLUMNS = (
    Column[ShareRow]("期次", lambda row: f"{row.months} 个月后", width=96),
    Column[ShareRow]("指标", lambda row: row.share.title, is_strong=True),
    Column[ShareRow]("比例", lambda row: row.share.words, kind="number", width=92),
    Column[ShareRow]("人", lambda row: str(len(row.share.part)), kind="number", width=64),
    Column[ShareRow]("占（人）", lambda row: str(len(row.share.whole)), kind="number", width=84),
    Column[ShareRow]("怎么算的", lambda row: row.share.meaning, width=430, tip=lambda row: row.share.meaning),
)
NAMES = (
    Column[NamedRow]("姓名", lambda row: row.name, is_strong=True),
    Column[NamedRow]("村社", lambda row: row.village, width=140),
)


@dataclass(frozen=True)
class Behind:
    """A number and the names behind it."""

    row: ShareRow
    names: Sequence[NamedRow]


class NamesPanel(SideCard):
    """The names behind a number; Enter goes to the person's calls."""

    card: Behind | None

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.names = TableView(NAMES, name="followup.names", memory=memory, dense=True)
        self.names.setAccessibleName("名单")
        self.names.opened.connect(self._on_name)
        self.stand([]).addWidget(self.names, 1)

    def show_card(self, card: Behind) -> None:
        """Another number."""
        self.card = card
        share = card.row.share
        self.heading.setText(f"{share.title}　{card.row.months} 个月后")
        self.facts.setText(f"{len(share.part)} 人 ÷ {len(share.whole)} 人 = {share.words}\n{share.meaning}")
        self.names.show_rows(card.names)

    @Slot(object)
    def _on_name(self, _: NamedRow) -> None:
        self.asked.emit("person")


@dataclass(frozen=True)
class Found:
    """Everything the tab shows at once."""

    table: OutcomeTable
    cohorts: Sequence[tuple[str, str]]
    names: Sequence[NamedRow]


def _asked(year: int, cohort_id: str | None, chosen: str, today: date, session: Session) -> Found:
    since, until = date(year, 1, 1), date(year, 12, 31)
    table = queries.outcome(session, since=since, until=until, today=today, cohort_id=cohort_id)
    ids = [who for row in _rows(table) if row.id == chosen for who in row.share.part]
    closed = [
        (row.id, row.title)
        for row in cohort_list(session)
        if row.state in (CohortState.OPEN, CohortState.CLOSED)
    ]
    return Found(table, closed, queries.named(session, ids))


def _rows(table: OutcomeTable) -> list[ShareRow]:
    return [ShareRow(wave.months, share) for wave in table.waves for share in wave.shares]


class OutcomeTab(CardTab):
    """A calendar year of calls; Enter shows the names behind a number."""

    key, title = "outcome", "成效"
    card_kind = NamesPanel

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        this = self.desk.today().year
        years = [(year, f"{year} 年应回访的") for year in range(this, this - YEARS, -1)]
        self.year = Combo(years, name="年份")
        self.cohort = Combo([(None, "全校")], name="班级")
        for combo in (self.year, self.cohort):
            combo.chosen.connect(self._on_filter)
        self.tools = [
            self.year, self.cohort,
            Push("统计表", self.print_out, icon_name="print", tip="增收跟踪统计表　Ctrl+P"),
        ]  # fmt: skip
        self.list_rows(TableView(COLUMNS, name="followup.outcome", memory=self.desk.memory), "增收跟踪")
        self._table: OutcomeTable | None = None
        self.steps = {"person": self._person}

    def reload(self) -> None:
        ask = partial(_asked, self.year.value(), self.cohort.value(), self.chosen_id, self.desk.today())
        self.desk.read(ask, self._show, owner=self, only="reload")

    def _show(self, found: Found) -> None:
        if not self.is_shown:
            return
        self._table = found.table
        self.cohort.offer([(None, "全校"), *found.cohorts])
        rows = _rows(found.table)
        self.table.show_rows(rows)
        self.page.set_foot("按人算；每个数按 Enter 看是哪些人")
        if rows:
            self.page.show_body()
        else:
            words = "这一年到今天还没有应回访的人。回访在「回访」页登记，这里自己出数。"
            self.page.show_blank("reports", "还没有数", words, [Push("去回访", self._to_calls)])
        row = next((one for one in rows if one.id == self.chosen_id), None)
        self.show_card(Behind(row, found.names) if row else None)

    @Slot()
    def _to_calls(self) -> None:
        self.desk.open("followup", tab="calls")

    @Slot(object)
    def _on_filter(self, _: Any) -> None:
        self.reload()

    def _person(self, _: Any) -> None:
        panel = self.opened_card
        name = panel.names.current() if isinstance(panel, NamesPanel) else None
        if name is not None:
            self.desk.open("followup", tab="calls", person=name.id)

    @Slot()
    def print_out(self) -> None:
        """Ctrl+P."""
        if self._table is not None:
            self.show_paper("增收跟踪统计表", partial(asking.outcome_pdf, self.desk, self._table))
