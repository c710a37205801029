"""A claim at the right: amount, verdict, what was found, papers, what can be done."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import MultiChoice, Number, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.intake import from_path, keep_files
from kqdesk.desk.parts import Push
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.office.rules.inputs import EVIDENCE
from kqdesk.rooms.office.rules.rulewords import money
from kqdesk.rooms.subsidies import actions
from kqdesk.rooms.subsidies.page.parts import SideCard
from kqdesk.rooms.subsidies.queries import ClaimCard
from kqdesk.rooms.subsidies.terms import ClaimState
from kqdesk.store.attachments import KeptFile


class ClaimPanel(SideCard):
    """A claim: amount, verdict, what was found, papers, what can be done."""

    state_asked = Signal(str)
    slip_asked = Signal()
    form_asked = Signal(object)  # a FormPanel that takes the card's place

    def __init__(self, desk: Desk, owner: QWidget, card: ClaimCard) -> None:
        row = card.row
        super().__init__(desk, row.name, f"{row.subject} · {row.rule_id} · {row.state.label}", wide=60)
        self.owner, self.card = owner, card
        self.say("　".join(one for one in (row.id_masked, f"账号 {row.account_masked}" if row.bank_account else "没有收款账户") if one),
                 "second")  # fmt: skip
        amount = money(row.amount_fen) if row.amount_fen is not None else "未配置"
        self.say(f"金额 {amount}：{'；'.join(row.working)}")
        if row.reason:
            self.say(f"冲正原因：{row.reason}")
        if row.answer_words:
            self.say(f"区里意见：{row.answer_words}")
        for words in card.marks:
            self.say(f"区里标记：{words}")
        if row.blocked:
            self.section(f"受阻 {len(row.blocked)} 项（{row.checked_on} 核对）")
            for check, words in row.blocked:
                self.say(f"{check.label}（{check.rule_id}）：{words}")
        self.section("逐条核对（受理时）")
        self.verdict(card.lines)
        self._papers()
        self.buttons(self._buttons())
        self.finish()

    def _papers(self) -> None:
        wanted, there = (
            self.card.wanted,
            set(self.card.row.papers) | {file.purpose for file in self.card.files},
        )
        self.section("材料")
        if not wanted:
            self.say("规则没有写要哪些材料。", "second")
        for code in wanted:
            files = sum(file.purpose == code for file in self.card.files)
            words = f"{EVIDENCE[code]}：{'已收' if code in there else '缺'}" + (
                f"，{files} 份文件" if files else ""
            )
            self.say(words)

    def _buttons(self) -> list[Push]:
        row, is_open = self.card.row, self.card.row.state in (ClaimState.TAKEN, ClaimState.BATCHED)
        made = []
        if is_open and not row.reverses_id:
            made += [
                Push("核对材料", self.note_papers, icon_name="check"),
                Push("放入文件", self.put_file, icon_name="upload"),
            ]
        made.append(Push("申领资料", partial(self.state_asked.emit, row.stated_key), icon_name="edit"))
        made.append(Push("受理单", self.slip_asked.emit, icon_name="print"))
        if is_open and not row.reverses_id:
            made.append(Push("排名", self.ask_rank))
        if (
            row.state in (ClaimState.FROZEN, ClaimState.SUBMITTED, ClaimState.ACCEPTED, ClaimState.PAID)
            and not row.is_reversed
        ):
            made.append(Push("冲正", self.ask_reason, look="link"))
        return made

    def note_papers(self) -> None:
        """Which papers were looked at."""
        codes = self.card.wanted or tuple(EVIDENCE)
        field = MultiChoice(
            name="papers",
            label="看过原件的材料",
            choices=tuple((code, EVIDENCE[code]) for code in codes),
            columns=1,
        )
        values = {"papers": self.card.row.papers}
        self._form("核对材料", field, values, self._save_papers)

    def _save_papers(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.note_papers, claim_ids=[self.card.row.id], papers=list(values["papers"] or ()))

    def ask_rank(self) -> None:
        """A place in a ranking."""
        self._form(
            "登记排名",
            Number(name="rank", label="排名（1 最先）", least=1),
            {"rank": self.card.row.rank},
            self._save_rank,
        )

    def _save_rank(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.rank_claims, ranks={self.card.row.id: values["rank"]})

    def ask_reason(self) -> None:
        """冲正 asks for its reason first."""
        field = Text(name="reason", label="冲正原因", required=True, hint="另记一笔相反的；原来的一笔还在")
        self._form(f"冲正 {self.card.row.name}", field, {}, self._save_reversal, "冲正")

    def _save_reversal(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.reverse_claim, claim_id=self.card.row.id, **values)

    def _form(
        self, title: str, field: Any, values: Mapping[str, Any], save: Any, save_text: str = "保存"
    ) -> None:
        panel = FormPanel(self.desk, title, (field,), save, values=values, save_text=save_text)
        self.form_asked.emit(panel)

    def put_file(self) -> None:
        """A scan of a paper the rule asks for."""
        path, _ = QFileDialog.getOpenFileName(
            self, "选材料的扫描件", "", "图片和 PDF (*.jpg *.jpeg *.png *.pdf)"
        )
        if path:
            self.keep(Path(path))

    def keep(self, path: Path) -> None:
        """Keep the file under the first paper that is missing."""
        there = set(self.card.row.papers) | {file.purpose for file in self.card.files}
        code = next(
            (one for one in self.card.wanted if one not in there), (self.card.wanted or ("application",))[0]
        )
        desk, owner = self.desk, self.owner
        claim_id, kept = self.card.row.id, desk.attachments

        def note(files: list[KeptFile]) -> None:
            desk.run(actions.put_claim_papers, owner=owner, claim_id=claim_id, paper=code, files=files)

        desk.start(lambda _: keep_files(kept, [from_path(path)]), note, failed=self._refused, owner=owner)

    def _refused(self, error: UserError) -> None:
        self.desk.tell(str(error), kind="refused")
