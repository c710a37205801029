"""The tab 数字: a period, its figures against targets, small charts; one figure opened at the right."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Date, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.job import Job
from kqdesk.desk.parts import Combo, Push
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.rooms.office.queries import active_packs, school_card
from kqdesk.rooms.reports import actions, papers, queries
from kqdesk.rooms.reports.page.behind import BehindPanel
from kqdesk.rooms.reports.page.chart import ChartRow
from kqdesk.rooms.reports.queries import Progress
from kqdesk.rooms.reports.rules import (
    FIGURES,
    Figure,
    Period,
    PlanLine,
    calendar_year,
    counted,
    month_of,
    school_year,
)
from kqdesk.rooms.reports.rules.figures import plain
from kqdesk.rooms.reports.terms import Breakdown, YearKind

KINDS = tuple((kind, kind.label) for kind in YearKind)
YEARS, MONTHS = 8, 36


@dataclass(frozen=True)
class FigureRow:
    """One line of the table."""

    id: str
    figure: Figure
    line: PlanLine | None = None

    @property
    def shown(self) -> str:
        """The number alone."""
        return plain(self.figure.kind, self.figure.value)


@dataclass(frozen=True)
class Counted:
    """What the tab shows."""

    found: Progress
    rows: tuple[FigureRow, ...]
    notes: tuple[str, ...]


def _state(row: FigureRow) -> Pill | None:
    line, draft = row.line, "·测算" if row.figure.lacks else ""
    if line is None or line.target is None:
        words = "没填目标" if line is not None and not draft else draft.strip("·")
        return Pill(words, "neutral", "info") if words else None
    if line.done >= line.target:
        return Pill(f"已完成{draft}", "success")
    return Pill(f"落后{draft}", "warning") if line.is_behind else Pill(f"正常{draft}", "primary")


def _expected(row: FigureRow) -> str:
    expected = row.line.forecast if row.line is not None and row.line.target else None
    return plain(row.figure.kind, expected.value) if expected else ""


COLUMNS = (
    Column[FigureRow]("指标", lambda r: r.figure.kind.title, is_strong=True, tip=lambda r: r.figure.kind.definition),
    Column[FigureRow]("完成", lambda r: r.shown, kind="number", width=92, sort=lambda r: r.figure.value),
    Column[FigureRow]("单位", lambda r: r.figure.kind.unit.label, width=60),
    Column[FigureRow]("目标", lambda r: plain(r.figure.kind, r.line.target) if r.line and r.line.target else "", kind="number", width=84),
    Column[FigureRow]("完成率", lambda r: f"{r.line.percent}%" if r.line and r.line.percent is not None else "", kind="number", width=72),
    Column[FigureRow]("估计期末", _expected, kind="number", width=86, tip=lambda r: r.line.sentence if r.line else ""),
    Column[FigureRow]("进度", lambda r: "", kind="pill", width=124, pill=_state),
)  # fmt: skip


class FiguresTab(Tab):
    """Every figure of the period chosen above."""

    key, title = "figures", "数字"
    primary, primary_icon = "月报", "print"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.kind = Combo(KINDS, name="期间")
        self.when = Combo([], name="哪一期")
        self.kind.chosen.connect(self._on_kind)
        self.when.chosen.connect(self._on_when)
        self.freeze_button = Push(
            "冻结", self.freeze, icon_name="lock", tip="把这一期的数字和名单留底", keys="Ctrl+D"
        )
        self.print_button = Push("打印", self.print_figures, icon_name="print", tip="统计表", keys="Ctrl+P")
        self.tools = [self.kind, self.when, self.freeze_button, self.print_button]
        self.charts = ChartRow()
        self.charts.opened.connect(self.open_figure)
        self.table = TableView(COLUMNS, name="reports.figures", memory=self.desk.memory)
        self.table.opened.connect(self._on_opened)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 0)
        column.addWidget(self.charts)
        column.addWidget(self.table, 1)
        self.free: Period | None = None
        self.counted: Counted | None = None
        self._asked: Mapping[str, Any] = {}
        self._offer()

    # -- which period -------------------------------------------------------------------------------

    def _offer(self) -> None:
        today, kind = self.desk.today(), self.kind.value()
        if kind is YearKind.CALENDAR:
            offered = [calendar_year(today.year - n) for n in range(YEARS)]
        elif kind is YearKind.SCHOOL:
            first = today.year if today.month >= 9 else today.year - 1
            offered = [school_year(first - n) for n in range(YEARS)]
        elif kind is YearKind.MONTH:
            offered = [_month_back(today, n) for n in range(MONTHS)]
        else:
            offered = [self.free] if self.free else []
        self.when.offer([(period, period.words) for period in offered])
        if offered:
            self.when.choose(offered[0])

    @property
    def period(self) -> Period:
        """As it is known today."""
        today = self.desk.today()
        chosen = self.when.value() or calendar_year(today.year)
        return Period(chosen.first, chosen.last, min(today, chosen.last))

    @Slot(object)
    def _on_kind(self, kind: YearKind) -> None:
        if kind is YearKind.FREE:
            self.ask_period()
            return
        self._offer()
        self._again()

    @Slot(object)
    def _on_when(self, _: object) -> None:
        self._again()

    def _again(self) -> None:
        self.page.set_side(None)
        self.reload()

    def ask_period(self) -> None:
        """From and to, both days counted."""
        fields = (
            Date(name="first", label="从", required=True, is_half=True),
            Date(name="last", label="到", required=True, is_half=True),
        )
        now = self.period
        values = {"first": now.first, "last": now.last}
        panel = FormPanel(self.desk, "自定期间", fields, self._chosen, values=values, save_text="看这段")
        self._put(panel)

    def _chosen(self, values: dict[str, Any], panel: FormPanel) -> None:
        if values["last"] < values["first"]:
            panel.form.show_fault("last", "结束日期早于开始日期。请看哪一个对。")
            return
        self.free = Period(values["first"], values["last"])
        self._offer()
        self._again()

    # -- numbers ------------------------------------------------------------------------------------

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``figure`` opens one, ``by`` (a Breakdown's value) splits it."""
        self._asked = context

    def reload(self) -> None:
        self.desk.read(partial(_count, period=self.period), self._take, owner=self, only="reload")

    def _take(self, found: Counted) -> None:
        if self.page.tab is not self:
            return
        self.counted = found
        self.table.show_rows(found.rows)
        today = _open_month(found.found.facts.period)
        lines = [
            (row.line, queries.chart_of(found.found.facts, row.line, today)) for row in found.rows if row.line
        ]
        self.charts.show_charts(lines if found.found.facts.period.days > 31 else [])
        self.charts.setVisible(bool(self.charts.cards) and not isinstance(self.page.side, BehindPanel))
        until = found.found.facts.period.end
        self.page.set_foot("　".join((f"数据截至 {until:%Y-%m-%d}。人和人次不能相加。", *found.notes)))
        self.page.show_body()
        if self._asked.get("figure") in FIGURES:
            self.open_figure(self._asked["figure"], self._asked.get("by", ""))
        self._asked = {}

    @Slot(object)
    def _on_opened(self, row: FigureRow) -> None:
        self.open_figure(row.id)

    @Slot(str)
    def open_figure(self, key: str, by: str = "") -> None:
        """What is behind one figure, at the right."""
        if self.counted is None:
            return
        panel = BehindPanel(self.desk, self.counted.found, key, by=Breakdown(by) if by else None)
        panel.closed.connect(self._close)
        self.charts.hide()  # the panel has the figure's own
        self.page.set_side(panel)
        panel.shelf.currentWidget().setFocus()

    def _close(self) -> None:
        self.page.set_side(None)
        self.charts.setVisible(bool(self.charts.cards))
        self.table.setFocus()

    def _put(self, panel: FormPanel) -> None:
        self.page.open_form(panel, self._close)

    # -- papers -------------------------------------------------------------------------------------

    def start_new(self) -> None:
        """The monthly brief of the month that is chosen, else of this one."""
        month = self.period.end

        def work(job: Job) -> tuple[str, bytes]:
            with self.desk.store.reading() as session:
                found = queries.brief(session, month=month, today=self.desk.today())
            paper = papers.as_brief(found)
            return paper.title, papers.brief_pdf(paper)

        self.desk.start(work, self._preview, title="做月报", owner=self)

    @Slot()
    def print_figures(self) -> None:
        """统计表 of the period."""
        found = self.counted
        if found is None:
            return

        def work(job: Job) -> tuple[str, bytes]:
            with self.desk.store.reading() as session:
                card = school_card(session)
            period = found.found.facts.period
            rows = tuple((row.id, row.figure.value) for row in found.rows)
            sheet = papers.FigureSheet(
                card.name if card else "",
                f"{period.words}统计表",
                period.words,
                period.end,
                rows,
                found.notes,
            )
            return sheet.title, papers.figure_pdf(sheet)

        self.desk.start(work, self._preview, title="做统计表", owner=self)

    def _preview(self, made: tuple[str, bytes]) -> None:
        title, pdf = made
        PdfPreview(self.desk, title, pdf, f"{title}.pdf", self).open()

    @Slot()
    def freeze(self) -> None:
        """Keep these numbers as they are."""
        fields = (
            Text(name="title", label="名称", required=True, longest=40),
            Text(name="note", label="说明", longest=200, hint="比如：报区教育局；和上一份不同的原因"),
        )
        values = {"title": f"{self.period.words}报表"}
        self._put(FormPanel(self.desk, "冻结这一期", fields, self._freeze, values=values, save_text="冻结"))

    def _freeze(self, values: dict[str, Any], panel: FormPanel) -> None:
        period = self.period
        panel.run(
            actions.freeze_report, then=self._frozen, title=values["title"], note=values["note"] or "", first_on=period.first,
            last_on=period.last, until_on=period.end,
        )  # fmt: skip

    def _frozen(self, _: Any) -> None:
        self.desk.tell("冻结了一份。以后数字再变，可以和它比。", undo=True)


def _open_month(period: Period) -> str:
    """The month that is not over by the day rows are known, as 2026-03."""
    return f"{period.end + timedelta(1):%Y-%m}"


def _month_back(day: date, months: int) -> Period:
    number = day.year * 12 + day.month - 1 - months
    return month_of(date(number // 12, number % 12 + 1, 1))


def _count(session: Session, period: Period) -> Counted:
    found = queries.progress(session, period, state=queries.data_state(session))
    lines = {line.kind.key: line for line in found.lines}
    rows = tuple(
        FigureRow(key, lines[key].figure if key in lines else counted(found.facts, key), lines.get(key))
        for key in FIGURES
    )
    return Counted(found, rows, queries.notes_of(found, active_packs(session)))
