"""The tab 需求: what is wanted where and when, with the names behind every number."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QVBoxLayout

from kqdesk.desk.cells import Column
from kqdesk.desk.desk import Desk
from kqdesk.desk.parts import Combo, Push, Segments, Tool, label
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import TabbedPage
from kqdesk.desk.theme import theme
from kqdesk.rooms.people.terms import education_label
from kqdesk.rooms.survey import queries, sheets
from kqdesk.rooms.survey.page.tab import SurveyTab
from kqdesk.rooms.survey.queries import DemandRow, Wisher
from kqdesk.rooms.survey.terms import Grouping, WishKind

if TYPE_CHECKING:
    pass

COLUMNS = (
    Column[DemandRow]("想学", lambda r: r.wish, is_strong=True, tip=lambda r: r.wish),
    Column[DemandRow]("人数", lambda r: f"{len(r.people):,}", kind="number", width=72, sort=lambda r: len(r.people)),
    Column[DemandRow]("时间", lambda r: r.time, width=104),
    Column[DemandRow]("村社 / 企业", lambda r: r.title, width=180, tip=lambda r: r.title),
    Column[DemandRow]("类别", lambda r: r.kind.label, width=96),
    Column[DemandRow]("镇街", lambda r: r.township, width=110),
)  # fmt: skip
NAMES = (
    Column[Wisher]("姓名", lambda r: r.name, width=84, is_strong=True, tip=lambda r: r.village),
    Column[Wisher]("电话", lambda r: r.phone_masked, kind="code", width=124),
    Column[Wisher](
        "学历", lambda r: education_label(r.education_code), tip=lambda r: f"{r.employer} {r.job}".strip()
    ),
)
EMPTY = "还没有人说想学什么。登记了答卷，这里就按村社、企业、想学的和时间自动归好。"


class DemandTab(SurveyTab):
    """Enter shows the names."""

    key, title, search_hint, primary = "demand", "需求", "想学的、村社、企业、时间", ""

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.rows: Sequence[DemandRow] = ()
        self.by = Segments([(one, one.label) for one in Grouping], name="按什么分")
        self.by.chosen.connect(self._on_filter)
        self.kind = Combo([(None, "全部类别"), *((one, one.label) for one in WishKind)], name="类别")
        self.kind.chosen.connect(self._on_filter)
        self.tools = [self.by, self.kind, Push("导出需求清单", self.export, icon_name="export")]
        self.table = TableView(COLUMNS, name="survey.demand", memory=self.desk.memory, key=_key)
        self.table.opened.connect(self.open_names)
        self.table.add_menu("看是哪些人　Enter", self.open_current, "people")
        self.fill_with(self.table)

    def reload(self) -> None:
        shown = self.survey.round
        if shown is not None:
            ask = partial(queries.demand, round_id=shown.id, by=self.by.value(), kind=self.kind.value())
            self.desk.read(ask, self._take, owner=self, only="reload")

    def _take(self, rows: Sequence[DemandRow]) -> None:
        if self.page.tab is not self:
            return
        words = self.page.searched_text().split()
        self.rows = [
            row
            for row in rows
            if all(word in f"{row.wish} {row.title} {row.township} {row.time}" for word in words)
        ]
        self.table.show_rows(self.rows)
        people = {person for row in self.rows for person in row.people}
        self.page.set_foot(f"{len(self.rows):,} 项需求 · {len(people):,} 人（一人可以有几项）")
        if not rows:
            self.page.show_blank(
                "survey",
                "还没有需求",
                EMPTY,
                [Push("去登记", partial(self.desk.open, "survey", tab="entry"), look="primary")],
            )

    @Slot(object)
    def _on_filter(self, _: Any) -> None:
        self.page.show_body()
        self.reload()

    @Slot()
    def open_current(self) -> None:
        """Enter."""
        if self.table.current() is not None:
            self.open_names(self.table.current())

    @Slot(object)
    def open_names(self, row: DemandRow) -> None:
        """The names at the right."""
        shown = self.survey.round
        if shown is not None:
            ask = partial(queries.wishers, round_id=shown.id, people=row.people)
            self.desk.read(ask, partial(self._show, row), owner=self, only="names")

    def _show(self, row: DemandRow, people: Sequence[Wisher]) -> None:
        panel = NamesPanel(self.desk, row, people)
        panel.closed.connect(self.page.close_side)
        self.page.set_side(panel)
        panel.table.setFocus()

    @Slot()
    def export(self) -> None:
        """What is shown, as a workbook."""
        path, _ = QFileDialog.getSaveFileName(self, "导出需求清单", "需求清单.xlsx", "Excel (*.xlsx)")
        if path:
            rows = list(self.rows)
            self.desk.start(
                lambda _: sheets.write_demand(Path(path), rows),
                lambda count: self.desk.tell(f"已导出 {count} 项。"),
                owner=self,
            )


class NamesPanel(QFrame):
    """The people behind one number."""

    closed = Signal()

    def __init__(self, desk: Desk, row: DemandRow, people: Sequence[Wisher]) -> None:
        super().__init__()
        self.desk = desk
        self.setProperty("look", "card")
        self.setFixedWidth(theme().px("panel"))
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 8, 0)
        head.addWidget(label(f"{row.wish} · {row.time}", "head"), 1)
        head.addWidget(Tool("close", "关闭", self.closed.emit, keys="Esc"))
        under = label(f"{row.title} · {len(people)} 人。Enter 打开他的答卷。", "second")
        under.setContentsMargins(16, 0, 16, 4)
        self.table = TableView(NAMES, name="survey.names", memory=desk.memory, key=_person)
        self.table.show_rows(people)
        self.table.opened.connect(self._open)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.closed)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(under)
        column.addWidget(self.table, 1)

    @Slot(object)
    def _open(self, row: Wisher) -> None:
        self.desk.open("survey", answer=row.answer_id, name=row.name)


def _key(row: DemandRow) -> tuple[str, ...]:
    return row.township_code, row.place, row.kind, row.wish, row.time


def _person(row: Wisher) -> str:
    return row.person_id
