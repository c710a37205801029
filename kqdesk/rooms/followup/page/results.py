"""The tab 结果: what all forms say, by class or by trainer."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Slot
from sqlalchemy.orm import Session

from kqdesk.desk.cardlist import CardTab, SideCard
from kqdesk.desk.cells import Column
from kqdesk.desk.memory import Memory
from kqdesk.desk.parts import Push, Segments, label
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.followup import queries
from kqdesk.rooms.followup.page import asking
from kqdesk.rooms.followup.page.forms import RESULTS
from kqdesk.rooms.followup.queries import ResultRow

COLUMNS = (
    Column[ResultRow]("班级 / 培训师", lambda row: row.title, is_strong=True),
    Column[ResultRow]("谁评的", lambda row: row.audience.label, width=96),
    Column[ResultRow]("问卷", lambda row: str(row.questionnaires), kind="number", width=64),
    Column[ResultRow]("收到", lambda row: str(row.result.forms), kind="number", width=72),
    Column[ResultRow]("平均分", lambda row: row.result.overall, kind="number", width=84),
    Column[ResultRow]("满意", lambda row: "—" if row.result.satisfied is None else f"{row.result.satisfied} %",
                      kind="number", width=84),
    Column[ResultRow]("说明", lambda row: row.result.hidden, width=300, tip=lambda row: row.result.hidden),
)  # fmt: skip
BY = ((False, "按班级"), (True, "按培训师"))


class ShownResult:
    """One line as the card shows it."""

    def __init__(self, row: ResultRow) -> None:
        self.row = row


class ResultPanel(SideCard):
    """Question by question, and what was written."""

    card: ShownResult | None

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.results = TableView(
            RESULTS, name="followup.question_results", memory=memory, key=lambda one: one.words, dense=True
        )
        self.results.setAccessibleName("每题平均分")
        self.words = label("", "small")
        self.words.setWordWrap(True)
        self.words.setContentsMargins(16, 4, 16, 12)
        column = self.stand([])
        column.addWidget(self.results, 1)
        column.addWidget(self.words)

    def show_card(self, card: ShownResult) -> None:
        """Another class or trainer."""
        self.card = card
        result = card.row.result
        self.heading.setText(f"{card.row.title}　{card.row.audience.label}")
        self.facts.setText(result.hidden or f"{result.forms} 份，平均 {result.overall} 分")
        self.results.show_rows(result.questions)
        said = "\n".join(f"· {one}" for one in result.words[:15])
        self.words.setText(f"意见和建议（{len(result.words)} 条）\n{said}" if said else "")


def _asked(by_trainer: bool, text: str, today: date, session: Session) -> list[ResultRow]:
    rows = queries.results(session, today=today, by_trainer=by_trainer)
    return [row for row in rows if text in row.title]


class ResultsTab(CardTab):
    """Enter shows a line question by question."""

    key, title, search_hint = "results", "结果", "班级、培训师"
    card_kind = ResultPanel

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.by = Segments(BY, name="按什么看")
        self.by.chosen.connect(self._on_by)
        self.tools = [self.by, Push("打印", self.print_out, icon_name="print", tip="一览表　Ctrl+P")]
        self.list_rows(TableView(COLUMNS, name="followup.all_results", memory=self.desk.memory), "满意度结果")
        self._rows: Sequence[ResultRow] = ()

    def reload(self) -> None:
        ask = partial(_asked, bool(self.by.value()), self.page.searched_text(), self.desk.today())
        self.desk.read(ask, self._show, owner=self, only="reload")

    def _show(self, rows: list[ResultRow]) -> None:
        if not self.is_shown:
            return
        self._rows = rows
        self.table.show_rows(rows)
        self.page.set_foot(f"共 {len(rows)} 行 · 份数不到规则包要求的不出结果")
        if rows or self.page.searched_text():
            self.page.show_body()
        else:
            words = "先在「满意度」里给班级建问卷，收回来登记，这里就有结果。"
            self.page.show_blank("star", "还没有结果", words, [Push("去满意度", self._to_forms)])
        row = next((one for one in rows if one.id == self.chosen_id), None)
        self.show_card(ShownResult(row) if row else None)

    @Slot()
    def _to_forms(self) -> None:
        self.desk.open("followup", tab="forms")

    @Slot(object)
    def _on_by(self, _: Any) -> None:
        self.chosen_id = ""
        self.reload()

    @Slot()
    def print_out(self) -> None:
        """Ctrl+P."""
        if self._rows:
            title = "满意度一览表（按培训师）" if self.by.value() else "满意度一览表（按班级）"
            self.show_paper(title, partial(asking.side_by_side_pdf, self.desk, title, list(self._rows)))
