"""The dialog that takes claims in: a rule, everybody with what it asks for, the ready ones chosen already."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.parts import Combo, Note, Push, label
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.office.rules.rulewords import money
from kqdesk.rooms.subsidies import actions, queries
from kqdesk.rooms.subsidies.page.parts import TONES
from kqdesk.rooms.subsidies.queries import Judged, RuleCard
from kqdesk.rooms.subsidies.terms import Standing


def _words(one: Judged) -> str:
    if one.taken:
        return one.taken
    lines = one.verdict.failed or one.verdict.lacking
    return "；".join(line.value or line.words for line in lines) or "；".join(one.reckoned.working)


def _stand(one: Judged) -> Pill:
    words = "可以受理" if one.standing is Standing.MET else "申领过了" if one.taken else one.standing.label
    return Pill(words, "neutral" if one.taken else TONES[one.standing])


def _amount(one: Judged) -> str:
    return money(one.reckoned.fen) if one.reckoned.fen is not None else "未配置"


COLUMNS = (
    Column[Judged]("姓名或名称", lambda r: r.claimant.name, width=130, is_strong=True),
    Column[Judged]("凭什么", lambda r: r.achievement.words, width=210, tip=lambda r: r.achievement.words),
    Column[Judged]("取得日期", lambda r: f"{r.achievement.achieved_on:%Y-%m-%d}", width=108),
    Column[Judged]("核对", lambda r: r.standing.label, kind="pill", width=110, pill=_stand),
    Column[Judged]("金额", _amount, kind="number", width=110, sort=lambda r: r.reckoned.fen or 0),
    Column[Judged]("说明", _words, tip=_words),
)  # fmt: skip


class ChooseDialog(QDialog):
    """Who claims under which rule."""

    taken = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget, rule_id: str) -> None:
        super().__init__(parent)
        self.desk, self._rule_id = desk, rule_id
        self.setWindowTitle("受理奖补申领")
        self.rule = Combo((), name="规则")
        self.rule.chosen.connect(self._on_rule)
        self.note = Note()
        self.told = label("", "second")
        self.told.setWordWrap(True)
        self.table = TableView(COLUMNS, name="subsidies.candidates", memory=desk.memory)
        self.taking = Push("受理选中的", self.take, look="primary", icon_name="check", keys="Ctrl+Return")
        buttons = QHBoxLayout()
        buttons.addWidget(label("按住 Ctrl 点选，Ctrl+A 全选；不能受理的不会放进去。", "small"), 1)
        buttons.addWidget(Push("关闭", self.reject))
        buttons.addWidget(self.taking)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(10)
        for part in (self.rule, self.told, self.note, self.table):
            column.addWidget(part, 1 if part is self.table else 0)
        column.addLayout(buttons)
        self.resize(theme().px("panel") * 2 + 320, 600)
        self.desk.read(partial(_rules, desk.today()), self._offer, owner=self)

    def _offer(self, cards: Sequence[RuleCard]) -> None:
        if not cards:
            self.told.setText("现在没有一条奖补规则在起用。请先在「规则」里填写，由另一个人启用。")
            self.taking.setEnabled(False)
            return
        self.rule.offer([(card.rule_id, f"{card.rule_id}　{card.title}") for card in cards])
        known = {card.rule_id for card in cards}
        self._rule_id = self._rule_id if self._rule_id in known else cards[0].rule_id
        self.rule.choose(self._rule_id)
        self._ask()

    @Slot(object)
    def _on_rule(self, rule_id: str) -> None:
        self._rule_id = rule_id
        self._ask()

    def _ask(self) -> None:
        ask = partial(queries.candidates, rule_id=self._rule_id, on=self.desk.today())
        self.desk.read(ask, self._show, owner=self, only="candidates")

    def _show(self, found: Sequence[Judged]) -> None:
        self.table.show_rows(found)
        ready = [n for n, one in enumerate(found) if one.standing is Standing.MET]
        lacking = sum(one.standing is Standing.MISSING for one in found)
        self.told.setText(
            f"可以受理 {len(ready)} 笔，缺资料 {lacking} 笔，不符合或申领过 {len(found) - len(ready) - lacking} 笔。"
            if found
            else "没有人有这条规则要的证书、学历或班级。"
        )
        self.taking.setEnabled(bool(ready))
        self.table.setFocus()
        self.table.clearSelection()
        for n in ready:
            self.table.selectionModel().select(
                self.table.model().index(n, 0),
                self.table.selectionModel().SelectionFlag.Select
                | self.table.selectionModel().SelectionFlag.Rows,
            )

    @Slot()
    def take(self) -> None:
        """Take in the chosen ones that can be."""
        keys = [one.achievement.key for one in self.table.selected() if one.standing is Standing.MET]
        if not keys:
            self.note.say("选中的都还不能受理，看最后一栏。", "refused")
            return
        self.desk.run(
            actions.take_claims, then=self._taken, failed=self._failed, owner=self, rule_id=self._rule_id, keys=keys,
            claimed_on=self.desk.today(),
        )  # fmt: skip

    def _taken(self, ids: Sequence[str]) -> None:
        self.taken.emit(len(ids))
        self.accept()

    def _failed(self, error: UserError) -> None:
        self.note.say(str(error), "refused")


def _rules(today: date, session: Session) -> list[RuleCard]:
    return [
        card
        for card in queries.rule_cards(session, on=today)
        if card.is_subsidy and card.standing(today) in ("现行", "已过期")
    ]
