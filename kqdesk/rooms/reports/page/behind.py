"""What is behind a number, at the right: its definition, its course, its parts, and the names down to the person."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout

from kqdesk.desk.cells import Column
from kqdesk.desk.desk import Desk
from kqdesk.desk.parts import Combo, Push, Wrapped, closing_head, label
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme
from kqdesk.rooms.reports import actions, queries
from kqdesk.rooms.reports.page.chart import ChartCard
from kqdesk.rooms.reports.queries import BehindRow, Progress
from kqdesk.rooms.reports.rules import Figure, FigureGroup, Member, PlanLine, counted, reasons
from kqdesk.rooms.reports.rules.figures import FIGURES, plain
from kqdesk.rooms.reports.terms import Breakdown

PARTS = (
    Column[FigureGroup]("分项", lambda g: g.label, is_strong=True),
    Column[FigureGroup]("数", lambda g: "", kind="number", width=90, sort=lambda g: g.value),
)
NAMES = (
    Column[BehindRow]("姓名", lambda r: r.name, width=84, is_strong=True),
    Column[BehindRow]("证件号码", lambda r: r.number, kind="code", width=150),
    Column[BehindRow]("村社", lambda r: r.place.rpartition(" ")[2], width=84, tip=lambda r: r.place),
    Column[BehindRow]("凭什么算", lambda r: r.what + (f" ×{r.count}" if r.count > 1 else ""), tip=lambda r: r.what),
    Column[BehindRow]("日期", lambda r: f"{r.on:%m-%d}" if r.on else "", width=64, sort=lambda r: str(r.on)),
)  # fmt: skip
WIDTH = 1.3  # of an ordinary side panel: names need room


class BehindPanel(QFrame):
    """One figure opened. ``found`` holds the facts, so that parts and names need no new counting."""

    closed = Signal()

    def __init__(self, desk: Desk, found: Progress, key: str, *, by: Breakdown | None = None) -> None:
        super().__init__()
        self.desk, self.found, self.key = desk, found, key
        kind = FIGURES[key]
        self.figure: Figure = counted(found.facts, key)
        self.setProperty("look", "card")
        self.setFixedWidth(round(theme().px("panel") * WIDTH))
        self.heading = label(f"{kind.title}　{self.figure.shown}", "head")
        told = [kind.definition]
        line = next((one for one in found.lines if one.kind.key == key), None)
        if line is not None and line.target:
            told += [line.sentence, "".join(reasons(line))]
        self.words = Wrapped()
        self.words.setProperty("look", "second")
        self.words.setText("\n".join(part for part in told if part))
        self.heading.setWordWrap(True)
        splits = [(one, f"按{one.label}") for one in kind.splits if one is not Breakdown.SCHOOL]
        self.by = Combo(splits if kind.is_mean else [(None, "全部名单"), *splits], name="分项")
        self.by.chosen.connect(self._on_by)
        self.parts = TableView(_parts(key), name="reports.parts", memory=desk.memory)
        self.parts.opened.connect(self.open_part)
        self.names = TableView(NAMES, name="reports.names", memory=desk.memory)
        self.names.opened.connect(self.go)
        self.count = label("", "small")
        self._part = ""
        self._lay_out(line)
        if by is not None:
            self.by.choose(by)
        self._show_parts()

    def _lay_out(self, line: PlanLine | None) -> None:
        head = closing_head(self, self.heading, self.closed)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 12, 10)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.words)
        if line is not None and Breakdown.MONTH in line.kind.splits and theme().text_size != "huge":
            chart = ChartCard(is_large=True)
            today = f"{self.found.facts.period.end + timedelta(1):%Y-%m}"
            chart.show_line(line, queries.chart_of(self.found.facts, line, today))
            chart.setFixedHeight(round(theme().px("row") * 2.8))
            column.addWidget(chart)
        row = QHBoxLayout()
        row.addWidget(self.by)
        row.addWidget(self.count, 1)
        self.back = Push("返回分项", self._show_parts, look="link", tip="回到分项")
        self.whole = Push("看完整号码", self.reveal, look="link", tip="看过会记下来")
        row.addWidget(self.back)
        row.addWidget(self.whole)
        column.addLayout(row)
        self.shelf = QStackedWidget()
        self.shelf.addWidget(self.names)
        self.shelf.addWidget(self.parts)
        column.addWidget(self.shelf, 1)

    # -- parts --------------------------------------------------------------------------------------

    @Slot(object)
    def _on_by(self, _: object) -> None:
        self._show_parts()

    @Slot()
    def _show_parts(self) -> None:
        """The parts chosen above, or every name when none are."""
        by = self.by.value()
        if by is None:
            self._part = ""
            self._show_names(self.figure.members, "")
            return
        groups = counted(self.found.facts, self.key, by).groups
        self.parts.show_rows([group for group in groups if group.value])
        self._say_count(self.figure.members, "")
        self._turn(self.parts)

    def _turn(self, table: TableView, *, is_part: bool = False) -> None:
        had = any(one.hasFocus() for one in (self.names, self.parts, self.back))
        self.shelf.setCurrentWidget(table)
        self.back.setVisible(is_part)
        self.whole.setVisible(table is self.names)
        if had:
            table.setFocus()

    @Slot(object)
    def open_part(self, group: FigureGroup) -> None:
        """Names of one part only."""
        if group.members:
            self._part = f"{self.by.value()}={group.key}"
            self._show_names(group.members, group.label)

    # -- names --------------------------------------------------------------------------------------

    def _show_names(self, members: tuple[Member, ...], words: str) -> None:
        self._say_count(members, words)
        self._turn(self.names, is_part=bool(words))
        self.desk.read(
            partial(queries.names_behind, members=members), self.names.show_rows, owner=self, only="names"
        )

    def _say_count(self, members: tuple[Member, ...], words: str) -> None:
        kind = self.figure.kind
        if kind.is_mean:
            self.count.setText(f"学历已登记的 {self.figure.of or 0:,} 人")
            return
        most = f"，只列前 {queries.MOST_NAMES:,} 行" if len(members) > queries.MOST_NAMES else ""
        number = sum(one.count for one in members)
        self.count.setText(f"{words} {plain(kind, number)} {kind.unit.label}{most}".strip())

    @Slot()
    def reveal(self) -> None:
        """The same names with whole numbers; the look stays in the journal."""
        period = self.found.facts.period
        self.desk.run(
            actions.look_behind, then=self._revealed, owner=self, figure=self.key, first_on=period.first, last_on=period.last,
            until_on=period.end, part=self._part,
        )  # fmt: skip

    def _revealed(self, rows: Sequence[BehindRow]) -> None:
        self.names.show_rows(rows)

    @Slot(object)
    def go(self, row: BehindRow) -> None:
        """To the person, the class or the activity."""
        if row.page:
            self.desk.open(row.page, **row.context)


def _parts(key: str) -> tuple[Column[FigureGroup], ...]:
    kind = FIGURES[key]
    shown: Callable[[FigureGroup], str] = lambda group: plain(kind, group.value)  # noqa: E731 -- a column's text
    return (
        PARTS[0],
        Column[FigureGroup](kind.unit.label, shown, kind="number", width=100, sort=lambda g: g.value),
    )
