"""One batch at the right: its claims, the next step by whoever may take it, lists, forms and papers out of it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Date, LongText, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Note, Push, Wrapped, closing_head, label
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.office.rules.packs import version_words
from kqdesk.rooms.office.rules.rulewords import money
from kqdesk.rooms.subsidies import actions, papers, queries
from kqdesk.rooms.subsidies.page import making
from kqdesk.rooms.subsidies.page.claims import blocked_pill, why_blocked
from kqdesk.rooms.subsidies.page.parts import STATE_TONES
from kqdesk.rooms.subsidies.queries import BatchRow, ClaimRow
from kqdesk.rooms.subsidies.terms import BatchState, ClaimState

CLAIMS = (
    Column[ClaimRow]("姓名或名称", lambda r: r.name, width=100, is_strong=True, tip=lambda r: r.subject),
    Column[ClaimRow]("金额", lambda r: money(r.amount_fen) if r.amount_fen is not None else "未配置", kind="number", width=96,
                     sort=lambda r: r.amount_fen or 0, tip=lambda r: "；".join(r.working)),
    Column[ClaimRow]("状态", lambda r: r.state.label, kind="pill", width=112,
                     pill=lambda r: Pill(r.state.label, STATE_TONES[r.state])),
    Column[ClaimRow]("受阻", lambda r: "", kind="pill", pill=blocked_pill, tip=why_blocked),
)  # fmt: skip
Papers = (("posted", papers.POSTED), ("payment", papers.PAYMENT))


class BatchPanel(QFrame):
    """One batch: where it stands, its claims, the next step by whoever may take it, lists and papers."""

    closed = Signal()
    wanted = Signal(str)  # show this batch when the list comes again
    form_asked = Signal(object)  # a FormPanel that takes the card's place

    def __init__(self, desk: Desk, owner: QWidget, batch: BatchRow, rows: Sequence[ClaimRow]) -> None:
        super().__init__()
        self.desk, self.owner, self.batch, self.rows = desk, owner, batch, list(rows)
        self.setProperty("look", "card")
        self.setFixedWidth(theme().px("panel") + 110)
        self.note = Note()
        head = closing_head(self, label(f"{batch.no}", "head"), self.closed)
        words = Wrapped()
        words.setProperty("look", "second")
        words.setText(self._words())
        table = TableView(CLAIMS, name="subsidies.batch", memory=self.desk.memory)
        table.show_rows(self.rows)
        table.opened.connect(self._open_claim)
        self.table = table
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(words)
        column.addWidget(self.note)
        column.addWidget(table, 1)
        for several in (self._steps(), self._out()):
            line = QHBoxLayout()
            line.setSpacing(8)
            for button in several:
                line.addWidget(button)
            line.addStretch(1)
            column.addLayout(line)
        self._advise()

    def _words(self) -> str:
        batch = self.batch
        parts = [
            f"{batch.title} · {batch.claims} 笔 {money(batch.total_fen)}",
            f"{batch.rule_id} {version_words(batch.pack_version)}",
        ]
        parts.append(f"建批 {batch.drawn_by}" + (f"，审核 {batch.checked_by}" if batch.checked_by else ""))
        if batch.posted_on and batch.posted_until:
            parts.append(f"公示 {batch.posted_on} 至 {batch.posted_until}")
        if batch.digest:
            parts.append(f"校验码 {batch.digest[:8]}")
        if batch.paid_on:
            parts.append(f"{batch.paid_on} 发放，凭证 {batch.voucher_no}")
        return " · ".join(parts)

    def _advise(self) -> None:
        batch = self.batch
        if batch.state is BatchState.DRAFT and batch.drawn_by_id == self.desk.seat.actor_id:
            self.note.say("这批是您建的，核对以后请另一个人登录来审核公示。", "info")
        elif (
            batch.state is BatchState.FROZEN
            and batch.posted_until
            and batch.posted_until >= self.desk.today()
        ):
            self.note.say(f"公示到 {batch.posted_until}，结束以后才能报区。", "info")

    def _steps(self) -> list[Push]:
        state = self.batch.state
        made = {
            BatchState.DRAFT: [
                Push("核对", self.look_over, icon_name="check"), Push("审核公示…", self.freeze, look="primary", icon_name="seal"),
                Push("移出选中", self.take_out),
            ],
            BatchState.FROZEN: [Push("报区", self.submit, look="primary", icon_name="upload")],
            BatchState.SUBMITTED: [Push("登记区里审核…", self.answer, look="primary", icon_name="check")],
            BatchState.ANSWERED: [Push("登记发放…", self.pay, look="primary", icon_name="check")],
            BatchState.PAID: [],
        }  # fmt: skip
        return made[state]

    def _out(self) -> list[Push]:
        return [
            Push("导出名单", self.export, icon_name="export"), Push("填财政表", self.fill_form),
            *(Push(title.removeprefix("奖补"), partial(self.print_paper, kind), icon_name="print") for kind, title in Papers),
        ]  # fmt: skip

    @Slot(object)
    def _open_claim(self, row: ClaimRow) -> None:
        self.desk.open("subsidies", tab="claims", claim=row.id)

    # -- steps ------------------------------------------------------------------------------------

    def look_over(self) -> None:
        """Judge and check everything now."""
        self.desk.run(
            actions.look_over,
            then=self._looked,
            failed=self._refused,
            owner=self.owner,
            batch_id=self.batch.id,
        )

    def _looked(self, stuck: int) -> None:
        words = f"核对好了，受阻 {stuck} 笔，原因在「受阻」一栏。" if stuck else "核对好了，没有受阻的。"
        self.desk.tell(words)

    def take_out(self) -> None:
        """The chosen leave the draft."""
        ids = [row.id for row in self.table.selected()]
        if ids:
            self.desk.run(actions.take_out, failed=self._refused, owner=self.owner, claim_ids=ids)

    def freeze(self) -> None:
        """From when to when the list hangs."""
        today = self.desk.today()
        fields = (
            Date(name="posted_on", label="公示开始", required=True, is_half=True),
            Date(name="posted_until", label="公示结束", required=True, is_half=True),
        )
        values = {"posted_on": today, "posted_until": _posting_end(today, self.batch.rule.publicity_days)}
        self._form("审核公示", fields, values, self._freeze, "审核通过，公示")

    def _freeze(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(
            actions.freeze_batch,
            then=self._frozen,
            batch_id=self.batch.id,
            signer=self.desk.seat.signer,
            **values,
        )

    def _frozen(self, counts: tuple[int, int]) -> None:
        words = f"，受阻的 {counts[1]} 笔已移出批次" if counts[1] else ""
        self.desk.tell(f"审核通过 {counts[0]} 笔{words}。请打印公示名单张贴。")

    def submit(self) -> None:
        """To the district."""
        self.desk.run(
            actions.submit_batch,
            then=self._sent,
            failed=self._refused,
            owner=self.owner,
            batch_id=self.batch.id,
        )

    def _sent(self, digest: str) -> None:
        self.desk.tell(f"已报区，校验码 {digest[:8]}。区里在数据站上审核；没有数据站的，批复来了再登记。")

    def answer(self) -> None:
        """The district's word that came on paper; the chosen lines are those it returned."""
        chosen = [row for row in self.table.selected() if row.state is ClaimState.SUBMITTED]
        hint = f"退回的是表里选中的 {len(chosen)} 笔：{'、'.join(row.name for row in chosen[:5])}" if len(chosen) > 1 else (
            "没有退回的就空着；有退回的，先在表里按住 Ctrl 选中它们（两笔以上），再点这里")  # fmt: skip
        fields = (
            Text(name="answered_by", label="区里谁审核的（批复文号）", required=True),
            Date(name="answered_on", label="审核日期", required=True),
            LongText(name="reason", label="退回的原因", hint=hint),
        )
        self._chosen = [row.id for row in chosen]
        self._form("登记区里审核", fields, {"answered_on": self.desk.today()}, self._answer, "登记")

    def _answer(self, values: dict[str, Any], panel: FormPanel) -> None:
        reason = values.pop("reason") or ""
        returned = dict.fromkeys(self._chosen, reason) if reason else {}
        panel.run(actions.answer_batch, batch_id=self.batch.id, returned=returned, **values)

    def pay(self) -> None:
        """The voucher."""
        fields = (
            Text(name="voucher_no", label="凭证号", required=True, hint="财政或银行的拨付凭证"),
            Date(name="paid_on", label="发放日期", required=True),
        )
        self._form("登记发放", fields, {"paid_on": self.desk.today()}, self._pay, "登记发放")

    def _pay(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.pay_batch, batch_id=self.batch.id, **values)

    def _form(
        self, title: str, fields: Sequence[Any], values: Mapping[str, Any], save: Any, save_text: str
    ) -> None:
        panel = FormPanel(
            self.desk, f"{title} {self.batch.no}", fields, save, values=values, save_text=save_text
        )
        panel.saved.connect(partial(self._want, self.batch.id))
        self.form_asked.emit(panel)

    def _want(self, batch_id: str, _: Any) -> None:
        self.wanted.emit(batch_id)

    def _refused(self, error: UserError) -> None:
        self.note.say(str(error), "refused")

    # -- out --------------------------------------------------------------------------------------

    def export(self) -> None:
        """名单.xlsx; numbers whole only for who may see them."""
        path, _ = QFileDialog.getSaveFileName(
            self, "导出名单", f"奖补名单 {self.batch.no}.xlsx", "Excel (*.xlsx)"
        )
        if path:
            work = partial(making.export, self.desk, self.batch.id, Path(path))
            self.desk.start(work, self._exported, owner=self.owner)

    def _exported(self, count: int) -> None:
        self.desk.tell(f"已导出 {count} 笔。")

    def fill_form(self) -> None:
        """The newest finance form with this batch in it."""
        self.desk.read(queries.forms, self._ask_fill, owner=self.owner)

    def _ask_fill(self, forms: Sequence[Any]) -> None:
        if not forms:
            self.note.say(
                "还没有放入财政表样。点上面的「财政表样」，选财政发的 Excel 或 Word，里面写上 {{名单.姓名}} 等字段。",
                "refused",
            )
            return
        form = max(forms, key=lambda one: one.kept_on)
        name = f"{form.title} {self.batch.no}.{form.kind}"
        path, _ = QFileDialog.getSaveFileName(self, "填好的表存到哪里", name, f"表 (*.{form.kind})")
        if path:
            work = partial(making.fill, self.desk, self.batch.id, form, Path(path))
            self.desk.start(work, self._exported, failed=self._refused, owner=self.owner)

    def print_paper(self, kind: str) -> None:
        """公示名单 or 发放表 in the preview."""
        title = dict(Papers)[kind]
        show = partial(self._preview, title)
        self.desk.start(
            partial(making.paper_pdf, self.desk, self.batch.id, kind),
            show,
            title=f"排版{title}",
            owner=self.owner,
        )

    def _preview(self, title: str, pdf: bytes) -> None:
        PdfPreview(self.desk, title, pdf, f"{title} {self.batch.no}.pdf", self.owner).open()


def _posting_end(today: date, days: int | None) -> date | None:
    """A first guess by weekdays; the action counts holidays."""
    if not days:
        return None
    end, left = today, days - (today.weekday() < 5)
    while left > 0:
        end += timedelta(days=1)
        left -= end.weekday() < 5
    return end
