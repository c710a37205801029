"""The tab 申领: claims with their verdict, taken in from who could claim, their papers, what is known of the claimant."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QWidget
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Push, Segments, add_keys
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.rooms.office.queries import school_card
from kqdesk.rooms.office.rules.rulewords import money
from kqdesk.rooms.subsidies import actions, papers, queries, sheets
from kqdesk.rooms.subsidies.page.choosing import ChooseDialog
from kqdesk.rooms.subsidies.page.claimcard import ClaimPanel
from kqdesk.rooms.subsidies.page.parts import STATE_TONES
from kqdesk.rooms.subsidies.page.stating import statement_panel
from kqdesk.rooms.subsidies.queries import ClaimCard, ClaimRow
from kqdesk.rooms.subsidies.terms import ClaimState


def blocked_pill(row: ClaimRow) -> Pill | None:
    """What holds a claim up, the first thing first."""
    if row.is_reversed:
        return Pill("已冲正", "neutral")
    if not row.blocked:
        return None
    more = f" 等 {len(row.blocked)} 项" if len(row.blocked) > 1 else ""
    return Pill(f"{row.blocked[0][0].label}{more}", "danger", "warning")


def why_blocked(row: ClaimRow) -> str:
    """Everything found about it, a line each."""
    return "\n".join(f"{check.label}：{words}" for check, words in row.blocked)


COLUMNS = (
    Column[ClaimRow]("姓名或名称", lambda r: r.name, width=120, is_strong=True),
    Column[ClaimRow]("凭什么", lambda r: r.subject, tip=lambda r: r.subject),
    Column[ClaimRow]("规则", lambda r: r.rule_id, kind="code", width=96),
    Column[ClaimRow]("金额", lambda r: money(r.amount_fen) if r.amount_fen is not None else "未配置", kind="number", width=110,
                     sort=lambda r: r.amount_fen or 0, tip=lambda r: "；".join(r.working)),
    Column[ClaimRow]("状态", lambda r: r.state.label, kind="pill", width=116,
                     pill=lambda r: Pill(r.state.label, STATE_TONES[r.state])),
    Column[ClaimRow]("受阻", lambda r: "", kind="pill", width=150, pill=blocked_pill, tip=why_blocked),
    Column[ClaimRow]("受理日期", lambda r: f"{r.claimed_on:%Y-%m-%d}", width=104),
    Column[ClaimRow]("批次", lambda r: r.batch_no, kind="code", width=110),
)  # fmt: skip
STATES = ((None, "全部"), (ClaimState.TAKEN, "已受理"), ("stuck", "受阻"), (ClaimState.RETURNED, "区里退回"))
EMPTY = "拿到证书、学历，办了企业班，按规则可以领奖补的，从这里受理：程序逐条核对条件，缺什么资料说在哪里填。"


class ClaimsTab(Tab):
    """Enter opens a claim; several chosen go into a batch."""

    key, title, search_hint, primary = "claims", "申领", "姓名、凭什么、规则", "受理申领"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.rows: Sequence[ClaimRow] = ()
        self._open = self._particulars = self._take = ""
        self.which = Segments(STATES, name="哪些申领")
        self.which.chosen.connect(self._on_filter)
        self.batching = Push("建批次", self.draw_batch, icon_name="folder", keys="Ctrl+B")
        self.stuck = Push("导出受阻", self.export_stuck, icon_name="export")
        self.tools: list[QWidget] = [self.which, self.batching, self.stuck]
        self.table = TableView(COLUMNS, name="subsidies.claims", memory=self.desk.memory)
        self.table.opened.connect(self.open_claim)
        self.table.add_menu("打开　Enter", self.open_current, "subsidies")
        self.table.add_menu("申领资料　F2", self.state_current, "edit")
        self.table.add_menu("打印受理单　Ctrl+P", self.print_slips, "print")
        self.table.add_menu("撤回　Del", self.drop, "delete")
        add_keys(
            self.table,
            ("F2", self.state_current),
            ("Ctrl+P", self.print_slips),
            ("Del", self.drop),
            ("Esc", page.close_side),
        )
        self.fill_with(self.table)

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``claim`` opens one, ``particulars`` the form of a person's (a firm's, the school's), ``take`` a rule's candidates."""
        self._open, self._take = str(context.get("claim", "")), str(context.get("take", ""))
        self._particulars = str(context.get("particulars", ""))

    def reload(self) -> None:
        self.desk.read(
            partial(queries.claims, text=self.page.searched_text()),
            self.show_claims,
            owner=self,
            only="claims",
        )

    def show_claims(self, rows: Sequence[ClaimRow]) -> None:
        """The list as filtered, and what a link asked for."""
        if self.page.tab is not self:
            return
        self.rows = rows
        which = self.which.value()
        shown = [
            row for row in rows
            if which is None or (row.blocked if which == "stuck" else row.state is which)
        ]  # fmt: skip
        self.table.show_rows(shown)
        stuck = sum(bool(row.blocked) for row in rows)
        self.which.retitle("stuck", f"受阻 {stuck}" if stuck else "受阻")
        total = sum(row.amount_fen or 0 for row in shown)
        self.page.set_foot(f"显示 {len(shown)} 笔 {money(total)} · 共 {len(rows)} 笔 · 受阻 {stuck} 笔")
        if rows or self.page.searched_text():
            self.page.show_body()
        else:
            take = Push(self.primary, self.start_new, look="primary", icon_name="add")
            self.page.show_blank("subsidies", "还没有受理奖补申领", EMPTY, [take])
        self._follow()

    def _follow(self) -> None:
        wanted, self._open = self._open, ""
        take, self._take = self._take, ""
        particulars, self._particulars = self._particulars, ""
        if particulars:
            self.state(particulars)
        elif take:
            self.choose(take)
        elif wanted:
            self.show_claim(wanted)
        elif isinstance(self.page.side, ClaimPanel):
            self.show_claim(self.page.side.card.row.id)

    @Slot(object)
    def _on_filter(self, _: Any) -> None:
        self.show_claims(self.rows)

    # -- taking in --------------------------------------------------------------------------------

    def start_new(self) -> None:
        """Choose a rule, then who claims."""
        self.choose("")

    def choose(self, rule_id: str) -> None:
        """Everybody who could claim under a rule, the ready ones chosen."""
        dialog = ChooseDialog(self.desk, self, rule_id)
        dialog.taken.connect(self._taken)
        dialog.open()

    @Slot(int)
    def _taken(self, count: int) -> None:
        self.desk.tell(f"已受理 {count} 笔。材料收齐以后选中它们，点「建批次」。", undo=True)

    def draw_batch(self) -> None:
        """The chosen claims into a new batch."""
        rows = [row for row in self.table.selected() if row.state is ClaimState.TAKEN]
        if not rows:
            self.desk.tell("请先选中要进批次的申领（已受理的）。Ctrl+A 全选。", kind="refused")
            return
        self.desk.run(
            actions.draw_batch, then=self._drawn, owner=self, rule_id=rows[0].rule_id, claim_ids=[row.id for row in rows],
            signer=self.desk.seat.signer,
        )  # fmt: skip

    def _drawn(self, batch_id: str) -> None:
        self.desk.tell("批次已建好。下一步由另一个人核对、审核公示。", undo=True)
        self.desk.open("subsidies", tab="batches", batch=batch_id)

    @Slot()
    def drop(self) -> None:
        """The chosen are taken back."""
        ids = [row.id for row in self.table.selected()]
        if ids:
            self.page.close_side()
            self.desk.run(actions.drop_claims, then=self._dropped, owner=self, claim_ids=ids)

    def _dropped(self, count: int) -> None:
        self.desk.tell(f"已撤回 {count} 笔。", undo=True)

    # -- one claim --------------------------------------------------------------------------------

    @Slot()
    def open_current(self) -> None:
        """Enter."""
        if self.table.current() is not None:
            self.open_claim(self.table.current())

    @Slot(object)
    def open_claim(self, row: ClaimRow) -> None:
        """The claim at the right."""
        self.show_claim(row.id)

    def show_claim(self, claim_id: str) -> None:
        """Open a claim by its id."""
        ask = partial(queries.claim_card, claim_id=claim_id, on=self.desk.today())
        self.desk.read(ask, self._show_card, owner=self, only="card")

    def _show_card(self, card: ClaimCard | None) -> None:
        if card is None or (isinstance(self.page.side, FormPanel) and self.page.side.form.is_edited):
            return
        panel = ClaimPanel(self.desk, self, card)
        panel.closed.connect(self.page.close_side)
        panel.state_asked.connect(self.state)
        panel.slip_asked.connect(self.print_slips)
        panel.form_asked.connect(partial(self._take_form, card.row.id))
        self.page.set_side(panel)

    def _take_form(self, claim_id: str, panel: FormPanel) -> None:
        """A form of the claim takes its card's place and gives it back."""
        self.page.open_form(panel, partial(self.show_claim, claim_id))

    @Slot()
    def state_current(self) -> None:
        """F2: what is known of the claimant."""
        row: ClaimRow | None = self.table.current()
        if row is not None:
            self.state(row.stated_key)

    def state(self, key: str) -> None:
        """The form of a claimant's particulars; ``school``, a firm's or a person's id."""
        panel = statement_panel(self.desk, key)
        self.page.open_form(panel)

    # -- papers -----------------------------------------------------------------------------------

    @Slot()
    def print_slips(self) -> None:
        """受理单 of the chosen."""
        rows = self.table.selected()
        if rows:
            ids, today, store = [row.id for row in rows], self.desk.today(), self.desk.store

            def draw(_: Any) -> bytes:
                with store.reading() as session:
                    return slips_pdf(session, ids, today)

            self.desk.start(draw, self._preview, title="排版受理单", owner=self)

    def _preview(self, pdf: bytes) -> None:
        PdfPreview(self.desk, papers.SLIP, pdf, f"{papers.SLIP}.pdf", self).open()

    @Slot()
    def export_stuck(self) -> None:
        """Everything found about claims that are stuck."""
        path, _ = QFileDialog.getSaveFileName(self, "导出受阻清单", "奖补受阻清单.xlsx", "Excel (*.xlsx)")
        if path:
            rows = [row for row in self.rows if row.blocked]
            done = partial(_told, self.desk)
            self.desk.start(lambda _: sheets.write_stuck(Path(path), rows), done, owner=self)


def _told(desk: Any, count: int) -> None:
    desk.tell(f"已导出 {count} 条。")


def slips_pdf(session: Session, ids: Sequence[str], today: date) -> bytes:
    """受理单 of these claims, one part each."""
    school = school_card(session)
    parts = []
    for claim_id in ids:
        card = queries.claim_card(session, claim_id, on=today)
        if card is not None:
            paper = papers.SlipPaper(
                school.name if school else "", (school.phone if school else "") or "", card, today
            )
            parts.append(papers.slip_part(paper))
    return papers.pdf(papers.SLIP, parts)
