"""One learner of the class at the right: her way through it in words, her money with its receipts."""

from functools import partial

from PySide6.QtWidgets import QWidget

from kqdesk.desk.cardlist import SideCard
from kqdesk.desk.cells import Column
from kqdesk.desk.memory import Memory
from kqdesk.desk.parts import Push, label
from kqdesk.desk.table import TableView
from kqdesk.rooms.cohorts.queries import ChangeRow, LearnerCard, MoneyRow
from kqdesk.rooms.cohorts.rules import yuan
from kqdesk.rooms.cohorts.terms import EnrolmentState
from kqdesk.security.masking import mask_phone

CHANGES = (Column[ChangeRow]("学籍变动", lambda one: one.sentence, tip=lambda one: one.sentence),)


def _what(one: MoneyRow) -> str:
    words = f"{one.kind.label}{one.act.label}"
    return f"{words}（已冲正）" if one.is_reversed else words


MONEY = (
    Column[MoneyRow]("日期", lambda one: f"{one.on:%m-%d}", width=76),
    Column[MoneyRow]("收费", _what, is_strong=True, tip=lambda one: one.reason or _what(one)),
    Column[MoneyRow]("金额", lambda one: yuan(one.amount), kind="number", width=84),
    Column[MoneyRow]("收据号", lambda one: one.receipt_no, kind="code", width=112),
)
BUTTONS = (
    ("pay", "收费", "add"), ("refund", "退费", "undo"), ("receipt", "收据", "print"), ("transfer", "转班", "swap"),
)  # fmt: skip


class LearnerPanel(SideCard):
    """Facts above, history and money below."""

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.setAccessibleName("学员")
        self.changes = TableView(
            CHANGES, name="cohorts.changes", memory=memory, dense=True, key=lambda one: one.sentence
        )
        self.money = TableView(MONEY, name="cohorts.money", memory=memory, dense=True)
        self.changes.setAccessibleName("学籍变动")
        self.money.setAccessibleName("收费流水")
        self.money.add_menu("打印收据　Enter", partial(self.asked.emit, "receipt"), "print")
        self.money.add_menu("冲正（记错了）　Del", partial(self.asked.emit, "reverse"), "undo")
        self.money.opened.connect(self._on_opened)
        for keys, what in (("F7", "pay"), ("F8", "refund")):
            for table in (self.changes, self.money):
                self.ask_on(keys, table, what)
        self.ask_on("Del", self.money, "reverse")
        self.changes.add_menu("去花名册看她", partial(self.asked.emit, "person"), "people")
        self.paid = label("", "second")
        buttons: list[QWidget] = [
            Push(words, partial(self.asked.emit, key), icon_name=icon) for key, words, icon in BUTTONS
        ]
        column = self.stand(buttons)
        column.addWidget(self.changes, 1)
        self.paid.setContentsMargins(16, 8, 8, 4)
        column.addWidget(self.paid)
        column.addWidget(self.money, 1)

    def show_card(self, card: LearnerCard) -> None:
        """Another learner, or the same one after a change."""
        self.card = card
        row = card.row
        self.heading.setText(f"{row.name}　{row.state.label}")
        place = row.village or row.employer
        number = f"{row.roll_no} 号" if row.roll_no else ""
        queue = f"候补第 {row.queue_no} 位" if row.state is EnrolmentState.WAITING and row.queue_no else ""
        answer = (
            f"请在 {row.answer_by:%m-%d} 前答复"
            if row.state is EnrolmentState.OFFERED and row.answer_by
            else ""
        )
        parts = (
            number,
            queue,
            answer,
            place,
            mask_phone(row.phone),
            f"从「{card.came_from}」转来" if card.came_from else "",
        )
        self.facts.setText(" · ".join(part for part in parts if part))
        self.changes.show_rows(list(reversed(card.changes)))
        self.money.show_rows(list(card.money))
        self.paid.setText(f"在学校的钱：{yuan(row.paid)} 元" if card.money else "还没有收过费。")

    def _on_opened(self, _: MoneyRow) -> None:
        self.asked.emit("receipt")
