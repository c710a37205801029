"""The tab 冻结报表: what was kept, compared with now; who came in, who fell out, and why."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QVBoxLayout

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.job import Job
from kqdesk.desk.parts import Push, closing_head, label
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.desk.theme import theme
from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.office.queries import school_card
from kqdesk.rooms.reports import actions, papers, queries
from kqdesk.rooms.reports.page.plans import shown
from kqdesk.rooms.reports.queries import FrozenLine, FrozenRow, MovedRow
from kqdesk.rooms.reports.terms import FrozenState

EMPTY = "到“数字”里选好一期，按“冻结”：数字、名单、用的规则包都留底。以后重算有出入，这里说得出是谁、为什么。"
COLUMNS = (
    Column[FrozenRow]("名称", lambda r: r.title, is_strong=True),
    Column[FrozenRow]("期间", lambda r: r.period.words, width=200),
    Column[FrozenRow]("数据截至", lambda r: f"{r.period.end:%Y-%m-%d}", width=104),
    Column[FrozenRow]("冻结", lambda r: f"{r.frozen_at.astimezone(CHINA):%Y-%m-%d %H:%M} {r.frozen_by}", width=200),
    Column[FrozenRow]("状态", lambda r: "", kind="pill", width=96, pill=lambda r: Pill(r.state.label, "success" if r.state is FrozenState.SUBMITTED else "neutral")),
    Column[FrozenRow]("说明", lambda r: r.note or r.data_state, width=180, tip=lambda r: r.note or r.data_state),
)  # fmt: skip
LINES = (
    Column[FrozenLine]("指标", lambda r: r.kind.title if r.kind else r.figure, is_strong=True),
    Column[FrozenLine]("冻结时", lambda r: shown(r.figure, r.value), kind="number", width=80),
    Column[FrozenLine]("现在", lambda r: "" if r.now is None else shown(r.figure, r.now), kind="number", width=80),
    Column[FrozenLine]("差", lambda r: _gap(r), kind="number", width=70, sort=lambda r: (r.now or 0) - r.value),
)  # fmt: skip
MOVED = (
    Column[MovedRow]("", lambda r: "多了" if r.came_in else "少了", width=52),
    Column[MovedRow]("是谁", lambda r: r.name, width=84, is_strong=True, tip=lambda r: r.what),
    Column[MovedRow]("为什么", lambda r: r.why, tip=lambda r: r.why),
)


def _gap(line: FrozenLine) -> str:
    gap = 0 if line.now is None else line.now - line.value
    return "" if not gap else f"{'+' if gap > 0 else '−'}{shown(line.figure, abs(gap))}"


class FrozenTab(Tab):
    """The list; Enter compares one with now."""

    key, title = "frozen", "冻结报表"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.table = TableView(COLUMNS, name="reports.frozen", memory=self.desk.memory)
        self.table.opened.connect(self.compare)
        self.submit_button = Push(
            "上报", self.submit, icon_name="upload", tip="报给区里，随下一次同步送出", keys="Ctrl+U"
        )
        self.print_button = Push("打印冻结的", self.print_frozen, icon_name="print", tip="照冻结时的数字打印")
        self.tools = [self.submit_button, self.print_button]
        self.fill_with(self.table)

    def reload(self) -> None:
        self.desk.read(queries.frozen_reports, self._take, owner=self, only="reload")

    def _take(self, rows: Sequence[FrozenRow]) -> None:
        if self.page.tab is not self:
            return
        self.table.show_rows(rows)
        self.page.set_foot(f"共 {len(rows)} 份")
        if rows:
            self.page.show_body()
        else:
            go = Push("去数字", partial(self.desk.open, "figures", tab="figures"), look="primary")
            self.page.show_blank("lock", "还没有冻结的报表", EMPTY, [go])

    @Slot(object)
    def compare(self, row: FrozenRow) -> None:
        """The same days counted again, beside what was kept."""
        ask = partial(queries.compared, report_id=row.id)
        self.desk.read(ask, self._show, owner=self, only="compare")

    def _show(self, found: tuple[FrozenRow, tuple[FrozenLine, ...]]) -> None:
        panel = ComparedPanel(self, *found)
        panel.closed.connect(self._close)
        self.page.set_side(panel)
        panel.lines.setFocus()

    def _close(self) -> None:
        self.page.set_side(None)
        self.table.setFocus()

    @Slot()
    def submit(self) -> None:
        """Ctrl+U: the chosen report becomes the school's word."""
        row = self.table.current()
        if row is None:
            self.desk.tell("先选一份。", kind="refused")
        else:
            self.desk.run(actions.submit_report, then=self._submitted, owner=self, report_id=row.id)

    def _submitted(self, _: object) -> None:
        self.desk.tell("已经上报，随下一次同步送到区里。")

    @Slot()
    def print_frozen(self) -> None:
        """The paper with the numbers as they were kept."""
        row = self.table.current()
        if row is None:
            self.desk.tell("先选一份。", kind="refused")
            return

        def work(job: Job) -> tuple[str, bytes]:
            with self.desk.store.reading() as session:
                sheet = papers.frozen_sheet(*queries.frozen_report(session, row.id), school_card(session))
            return sheet.title, papers.figure_pdf(sheet)

        self.desk.start(work, self._preview, title="打印冻结报表", owner=self)

    def _preview(self, made: tuple[str, bytes]) -> None:
        title, pdf = made
        PdfPreview(self.desk, title, pdf, f"{title}.pdf", self).open()


class ComparedPanel(QFrame):
    """Figures then and now; Enter on one lists who moved."""

    closed = Signal()

    def __init__(self, tab: FrozenTab, row: FrozenRow, lines: Sequence[FrozenLine]) -> None:
        super().__init__()
        self.tab, self.row = tab, row
        self.setProperty("look", "card")
        self.setFixedWidth(round(theme().px("panel") * 1.3))
        changed = [line for line in lines if line.now is not None and line.now != line.value]
        heading = label(row.title, "head")
        told = f"{len(changed)} 个指标和冻结时不一样，按回车看是谁。" if changed else "和冻结时完全一样。"
        self.words = label("\n".join(part for part in (told, row.data_state) if part), "second")
        self.words.setWordWrap(True)
        heading.setWordWrap(True)
        self.lines = TableView(LINES, name="reports.compared", memory=tab.desk.memory)
        self.lines.show_rows([*changed, *(line for line in lines if line not in changed)])
        self.lines.opened.connect(self.open_line)
        self.moved = TableView(MOVED, name="reports.moved", memory=tab.desk.memory)
        self.moved.opened.connect(self.go)
        head = closing_head(self, heading, self.closed)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 12, 10)
        column.setSpacing(8)
        column.addLayout(head)
        for part, share in ((self.words, 0), (self.lines, 3), (self.moved, 2)):
            column.addWidget(part, share)

    @Slot(object)
    def open_line(self, line: FrozenLine) -> None:
        """Who came in and who fell out of one figure."""
        ask = partial(queries.moved_rows, report_id=self.row.id, figure=line.figure)
        self.tab.desk.read(ask, self.moved.show_rows, owner=self, only="moved")

    @Slot(object)
    def go(self, row: MovedRow) -> None:
        """To the person."""
        if row.page:
            self.tab.desk.open(row.page, **row.context)
