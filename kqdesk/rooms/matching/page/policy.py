"""The tab 政策: what the rule packs say in words — what, to whom, where, by when, with which papers."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QVBoxLayout

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.job import Job
from kqdesk.desk.parts import Push, Segments, Wrapped, label
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.rooms.matching import papers, queries, sheets
from kqdesk.rooms.matching.page.outbound import sender_of
from kqdesk.rooms.matching.page.reasons import SidePanel
from kqdesk.rooms.matching.rules.policies import PREFIX, Policy
from kqdesk.rooms.matching.terms import Audience


def _missing(row: Policy) -> Pill:
    return (
        Pill(f"{len(row.missing)} 项未配置", "warning") if row.missing else Pill("齐全", "success", "check")
    )


COLUMNS = (
    Column[Policy]("政策", lambda r: r.title, width=190, is_strong=True, tip=lambda r: r.title),
    Column[Policy]("给什么", lambda r: r.words_of("gives"), tip=lambda r: r.words_of("gives")),
    Column[Policy]("对象", lambda r: r.audience.label, width=64),
    Column[Policy]("还缺", lambda r: "", kind="pill", width=118, pill=_missing, tip=lambda r: "、".join(r.missing)),
    Column[Policy]("到哪里办", lambda r: r.words_of("where"), width=170, tip=lambda r: r.words_of("where")),
    Column[Policy]("什么时候办", lambda r: r.words_of("until"), width=120, tip=lambda r: r.words_of("until")),
    Column[Policy]("带什么材料", lambda r: r.words_of("papers"), width=130, tip=lambda r: r.words_of("papers")),
)  # fmt: skip
EMPTY = "政策写在规则包里：给什么、给谁、到哪里办、什么时候办、带什么材料。装入规则包就有了。"


class PolicyTab(Tab):
    """Enter shows one with its papers; what is missing is filled in 设置 · 规则包 by two persons."""

    key, title, search_hint, primary = "policy", "政策", "政策名称、内容", ""

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.rows: Sequence[Policy] = ()
        self.whose = Segments([(None, "全部"), *((one, one.label) for one in Audience)], name="对象")
        self.whose.chosen.connect(self._on_filter)
        self.print = Push("打印", self.show_paper, icon_name="print")
        self.export = Push("导出", self.choose_export, icon_name="export", keys="Ctrl+E")
        self.tools = [self.whose, self.print, self.export]
        self.table = TableView(COLUMNS, name="matching.policies", memory=self.desk.memory)
        self.table.opened.connect(self.open_policy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)

    def reload(self) -> None:
        self.desk.read(
            partial(queries.policy_list, on=self.desk.today()), self._show, owner=self, only="reload"
        )

    def _show(self, rows: Sequence[Policy]) -> None:
        if self.page.tab is not self:
            return
        words, whose = self.page.searched_text(), self.whose.value()
        self.rows = [
            row
            for row in rows
            if (whose is None or row.audience is whose)
            and (words in row.title or words in row.words_of("gives"))
        ]
        self.table.show_rows(self.rows)
        unset = sum(len(row.missing) for row in self.rows)
        self.page.set_foot(
            f"共 {len(self.rows)} 条政策" + (f" · {unset} 项未配置，文件里没有写明的不猜" if unset else "")
        )
        if rows:
            self.page.show_body()
        else:
            go = Push("去规则包", partial(self.desk.open, "office", tab="packs"), look="primary")
            self.page.show_blank("matching", "还没有政策", EMPTY, [go])

    @Slot(object)
    def _on_filter(self, _: Any) -> None:
        self.reload()

    @Slot(object)
    def open_policy(self, row: Policy) -> None:
        """One policy with every part and its source."""
        fill = partial(self.desk.open, "office", tab="packs", find=f"{PREFIX}.{row.id}")
        panel = PolicyPanel(row, Push("去规则包里填写", fill, look="primary" if row.missing else ""))
        panel.closed.connect(self.page.close_side)
        self.page.set_side(panel)

    @Slot()
    def show_paper(self) -> None:
        """政策清单 in the preview."""
        rows, store, today = list(self.rows), self.desk.store, self.desk.today()

        def draw(_: Job) -> bytes:
            return papers.policies_pdf(sender_of(store, today), rows)

        self.desk.start(draw, self._preview, title="排版政策清单", owner=self)

    def _preview(self, pdf: bytes) -> None:
        PdfPreview(self.desk, "政策清单", pdf, "政策清单.pdf", self).open()

    @Slot()
    def choose_export(self) -> None:
        """政策清单 as a workbook."""
        name, _ = QFileDialog.getSaveFileName(self, "导出政策清单", "政策清单.xlsx", "Excel (*.xlsx)")
        if name:
            rows = list(self.rows)
            self.desk.start(lambda _: sheets.write_policies(Path(name), rows), self._exported, owner=self)

    def _exported(self, count: int) -> None:
        self.desk.tell(f"已导出 {count} 条。")


class PolicyPanel(SidePanel):
    """Every part of one policy with the paper it stands in."""

    def __init__(self, row: Policy, fill: Push) -> None:
        applies = "、".join(kind.label for kind in sorted(row.applies, key=lambda one: one.label))
        super().__init__(row.title, f"{row.audience.label}" + (f" · 有关：{applies}" if applies else ""))
        lines = self.add_scrolled()
        for line in row.lines:
            lines.addSpacing(6)
            lines.addWidget(label(line.title, "head" if line.is_set else "second"))
            words, source = Wrapped(), Wrapped()
            words.setText(line.words)
            source.setProperty("look", "small")
            source.setText(f"{line.source}（{line.mark}）")
            lines.addWidget(words)
            lines.addWidget(source)
        lines.addStretch(1)
        self.column.addWidget(fill)
