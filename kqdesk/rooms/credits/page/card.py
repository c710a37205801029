"""One account at the right of the list: three balances, every entry with what earned it, one click from its proof."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from kqdesk.desk.desk import Desk
from kqdesk.desk.parts import Push, Tool, label, rule
from kqdesk.desk.theme import theme
from kqdesk.rooms.credits.queries import Account, EntryRow
from kqdesk.rooms.credits.rules import Proof, shown
from kqdesk.rooms.credits.terms import CreditUnit, SourceKind


class AccountCard(QFrame):
    """学习账户 of one person."""

    closed = Signal()
    edit_asked = Signal(str, str)
    print_asked = Signal(list)
    transcript_asked = Signal(list)
    reverse_asked = Signal(str)
    book_asked = Signal(list)

    def __init__(self, desk: Desk, account: Account) -> None:
        super().__init__()
        self.desk, self.account = desk, account
        self.setProperty("look", "card")
        self.setFixedWidth(theme().px("panel"))
        inside = QWidget()
        inside.setObjectName("scrolled")
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(16, 4, 16, 12)
        self.column.setSpacing(6)
        self._facts()
        self._due()
        for unit in CreditUnit:
            self._unit(unit)
        self.column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(self._head())
        column.addWidget(scroll, 1)

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 8, 4)
        head.addWidget(label(self.account.name, "head"), 1)
        head.addWidget(Tool("close", "关闭", self.closed.emit, keys="Esc"), 0, Qt.AlignmentFlag.AlignTop)
        return head

    def _facts(self) -> None:
        account = self.account
        state = account.state.label if account.state else "未开户"
        number = f" · {account.bank_number}" if account.bank_number else ""
        self._small(f"学分银行：{state}{number}")
        buttons = QHBoxLayout()
        edit = partial(self.edit_asked.emit, account.person_id, account.name)
        buttons.addWidget(Push("登记账户", edit, icon_name="edit"))
        buttons.addWidget(
            Push("打印", partial(self.print_asked.emit, [account.person_id]), icon_name="print")
        )
        buttons.addWidget(
            Push("成绩单", partial(self.transcript_asked.emit, [account.person_id]), look="link")
        )
        buttons.addWidget(
            Push("看双证", partial(self.desk.open, "dual", person=account.person_id), look="link")
        )
        buttons.addStretch(1)
        self.column.addLayout(buttons)

    def _due(self) -> None:
        """What can be booked now and why, before it is: booked entries stay for good."""
        account = self.account
        if not account.due and not account.held_back:
            return
        self.column.addWidget(rule())
        title = label("待入账")
        title.setFont(theme().font(semibold=True))
        self.column.addWidget(title)
        for one in account.due:
            self._line(
                f"{one.target.earned_on:%Y-%m-%d}　{one.target.words}", one.hundredths, one.target.rule
            )
            under = QHBoxLayout()
            under.setSpacing(4)
            self._proofs(under, one.target.proofs)
            under.addStretch(1)
            self.column.addLayout(under)
        if account.held_back:
            self._small(account.held_back + "。")
        buttons = QHBoxLayout()
        if account.due:
            book = partial(self.book_asked.emit, [account.person_id])
            buttons.addWidget(Push(f"给{account.name}入账", book, icon_name="check"))
        if account.held_back:
            buttons.addWidget(Push("去锁定考勤", partial(self.desk.open, "attendance"), look="link"))
        buttons.addStretch(1)
        self.column.addLayout(buttons)

    def _unit(self, unit: CreditUnit) -> None:
        self.column.addWidget(rule())
        line = QHBoxLayout()
        title = label(unit.label)
        title.setFont(theme().font(semibold=True))
        amount = label(f"{shown(self.account.balances[unit])} {unit.word}")
        amount.setFont(theme().font(semibold=True))
        line.addWidget(title, 1)
        line.addWidget(amount)
        self.column.addLayout(line)
        entries = [entry for entry in self.account.entries if entry.unit is unit]
        if not entries:
            self._small("还没有记录。")
        for entry in entries:
            self._entry(entry)

    def _entry(self, entry: EntryRow) -> None:
        tip = f"{entry.booked_by}入账" + (f"；依据：{entry.rule}" if entry.rule else "")
        self._line(f"{entry.earned_on:%Y-%m-%d}　{entry.words}", entry.hundredths, tip)
        under = QHBoxLayout()
        under.setSpacing(4)
        self._proofs(under, entry.proofs)
        if entry.is_reversed:
            under.addWidget(label("已冲正", "small"))
        elif entry.source is not SourceKind.REVERSAL:
            under.addWidget(Push("冲正", partial(self.reverse_asked.emit, entry.id), look="link"))
        if entry.reason:
            under.addWidget(label(f"原因：{entry.reason}", "small"))
        under.addStretch(1)
        self.column.addLayout(under)

    def _line(self, told: str, hundredths: int, tip: str) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        words = label(told, "second")
        words.setWordWrap(True)
        words.setToolTip(tip)
        line.addWidget(words, 1)
        amount = label(f"{'+' if hundredths > 0 else ''}{shown(hundredths)}")
        line.addWidget(amount, 0, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(line)

    def _proofs(self, line: QHBoxLayout, proofs: Sequence[Proof]) -> None:
        """One link for each; numbered where there are several, with what it is in the tip."""
        for n, (page, key, value, told) in enumerate(proofs, 1):
            open_it = partial(self.desk.open, page, **{key: value})
            words = "看依据" if len(proofs) == 1 else f"依据{n}"
            line.addWidget(Push(words, open_it, look="link", tip=told))

    def _small(self, words: str) -> None:
        line = label(words, "second")
        line.setWordWrap(True)
        self.column.addWidget(line)
