"""The tab 批次: drawn by one, checked and posted by another, sent to the district, answered, paid; lists and forms out of it."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Push, add_keys
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.office.rules.rulewords import money
from kqdesk.rooms.subsidies import actions, queries
from kqdesk.rooms.subsidies.page import making
from kqdesk.rooms.subsidies.page.batchcard import BatchPanel
from kqdesk.rooms.subsidies.page.parts import BATCH_TONES
from kqdesk.rooms.subsidies.queries import BatchRow, ClaimRow
from kqdesk.rooms.subsidies.terms import BatchState

COLUMNS = (
    Column[BatchRow]("批次号", lambda r: r.no, kind="code", width=120, is_strong=True),
    Column[BatchRow]("名称", lambda r: r.title, tip=lambda r: r.title),
    Column[BatchRow]("状态", lambda r: r.state.label, kind="pill", width=110,
                     pill=lambda r: Pill(r.state.label, BATCH_TONES[r.state])),
    Column[BatchRow]("笔数", lambda r: str(r.claims), kind="number", width=66),
    Column[BatchRow]("合计", lambda r: money(r.total_fen), kind="number", width=120, sort=lambda r: r.total_fen),
    Column[BatchRow]("受阻", lambda r: str(r.blocked or ""), kind="number", width=66),
    Column[BatchRow]("公示到", lambda r: f"{r.posted_until:%Y-%m-%d}" if r.posted_until else "", width=104),
    Column[BatchRow]("建批", lambda r: r.drawn_by, width=84),
)  # fmt: skip
EMPTY = "在「申领」里选中已受理的，点「建批次」：一个人建，另一个人核对公示，报区审核，发放以后登记凭证。"


class BatchesTab(Tab):
    """Enter opens a batch."""

    key, title, search_hint, primary = "batches", "批次", "", "去受理"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self._wanted = ""
        self.forms = Push(
            "财政表样",
            self.choose_form,
            icon_name="file",
            tip="财政发的 Excel、Word 表，写上 {{字段}} 就能自动填",
        )
        self.tools: list[QWidget] = [self.forms]
        self.table = TableView(COLUMNS, name="subsidies.batches", memory=self.desk.memory)
        self.table.opened.connect(self.open_batch)
        self.table.add_menu("打开　Enter", self.open_current, "folder")
        self.table.add_menu("删除批次　Del", self.drop, "delete")
        add_keys(self.table, ("Del", self.drop), ("Esc", page.close_side))
        self.fill_with(self.table)

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``batch`` opens one."""
        self._wanted = str(context.get("batch", ""))

    @Slot(str)
    def want(self, batch_id: str) -> None:
        """Open it with the next list."""
        self._wanted = batch_id

    def reload(self) -> None:
        self.desk.read(queries.batches, self.show_batches, owner=self, only="batches")

    def show_batches(self, rows: Sequence[BatchRow]) -> None:
        """The list, and the open batch again."""
        if self.page.tab is not self:
            return
        self.table.show_rows(rows)
        waiting = sum(row.state is BatchState.DRAFT for row in rows)
        self.page.set_foot(
            f"共 {len(rows)} 批 · 待审核 {waiting} 批 · 合计 {money(sum(row.total_fen for row in rows))}"
        )
        if rows:
            self.page.show_body()
        else:
            go = Push("去申领", partial(self.desk.open, "subsidies", tab="claims"), look="primary")
            self.page.show_blank("subsidies", "还没有奖补批次", EMPTY, [go])
        side = self.page.side
        wanted = self._wanted or (side.batch.id if isinstance(side, BatchPanel) else "")
        self._wanted = ""
        found = next((row for row in rows if row.id == wanted), None)
        if found is not None:
            self.open_batch(found)
        elif isinstance(side, BatchPanel):
            self.page.close_side()

    def start_new(self) -> None:
        """Batches are made of claims."""
        self.desk.open("subsidies", tab="claims")

    @Slot()
    def open_current(self) -> None:
        """Enter."""
        if self.table.current() is not None:
            self.open_batch(self.table.current())

    @Slot(object)
    def open_batch(self, batch: BatchRow) -> None:
        """The batch at the right."""
        self.desk.read(
            partial(queries.claims, batch_id=batch.id), partial(self._show, batch), owner=self, only="batch"
        )

    def _show(self, batch: BatchRow, rows: Sequence[ClaimRow]) -> None:
        if isinstance(self.page.side, FormPanel) and self.page.side.form.is_edited:
            return
        panel = BatchPanel(self.desk, self, batch, rows)
        panel.closed.connect(self.page.close_side)
        panel.wanted.connect(self.want)
        panel.form_asked.connect(partial(self._take_form, batch))
        self.page.set_side(panel)

    def _take_form(self, batch: BatchRow, panel: FormPanel) -> None:
        """A form of the batch takes its card's place and gives it back."""
        self.page.open_form(panel, partial(self.open_batch, batch))

    @Slot()
    def drop(self) -> None:
        """A draft nobody wants; its claims stay."""
        batch: BatchRow | None = self.table.current()
        if batch is not None:
            self.page.close_side()
            self.desk.run(actions.drop_batch, then=self._dropped, owner=self, batch_id=batch.id)

    def _dropped(self, _: Any) -> None:
        self.desk.tell("批次已删除，里面的申领还在，可以放进别的批次。", undo=True)

    @Slot()
    def choose_form(self) -> None:
        """Put a finance office's form in."""
        path, _ = QFileDialog.getOpenFileName(self, "选财政的表样", "", "表格和文档 (*.xlsx *.docx)")
        if path:
            self.keep_form(Path(path))

    def keep_form(self, path: Path) -> None:
        """Look at it in a job, keep its bytes, name what it asks and nobody knows."""
        kept = self.desk.attachments
        self.desk.start(
            lambda _: making.look_at_form(path, kept), self._keep_form, failed=self._refused, owner=self
        )

    def _keep_form(self, found: dict[str, Any]) -> None:
        self.desk.run(actions.keep_form, then=self._kept_form, failed=self._refused, owner=self, **found)

    def _kept_form(self, _: Any) -> None:
        self.desk.tell("表样已放入。在批次里点「填财政表」就会照它填好。", undo=True)

    def _refused(self, error: UserError) -> None:
        self.page.note.say(str(error), "refused")
