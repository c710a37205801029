"""One referral at the right of the list: how far it came, every call, the proofs."""

from functools import partial

from PySide6.QtCore import Slot

from kqdesk.desk.cardlist import SideCard
from kqdesk.desk.cells import Column
from kqdesk.desk.memory import Memory
from kqdesk.desk.parts import Push, label
from kqdesk.desk.table import TableView
from kqdesk.rooms.referrals.queries import ContactRow, ReferralCard
from kqdesk.store.attachments import AttachmentRow

CONTACTS = (
    Column[ContactRow]("联系", lambda row: f"{row.on:%m-%d} {row.way.label}", width=104, is_strong=True,
                       sort=lambda row: row.on),
    Column[ContactRow]("怎么说的", lambda row: row.answer, tip=lambda row: f"{row.answer}（{row.by}）"),
    Column[ContactRow]("下次", lambda row: f"{row.next_on:%m-%d}" if row.next_on else "", width=72),
)  # fmt: skip
PROOFS = (
    Column[AttachmentRow]("证明", lambda row: row.name, is_strong=True, tip=lambda row: row.name),
    Column[AttachmentRow]("放入日期", lambda row: f"{row.added_at:%Y-%m-%d}", width=110),
)
BUTTONS = (
    ("step", "进展…", "right", "Ctrl+J"),
    ("contact", "记联系", "phone", "Ctrl+T"),
    ("proof", "放入证明", "import", "Ctrl+O"),
    ("edit", "修改", "edit", ""),
    ("person", "看花名册", "person", ""),
)


class ReferralPanel(SideCard):
    """Calls and proofs below how far the person came."""

    card: ReferralCard | None

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.contacts = TableView(CONTACTS, name="referrals.contacts", memory=memory, dense=True)
        self.contacts.setAccessibleName("联系记录")
        self.contacts.add_menu("删除　Del", partial(self.asked.emit, "remove_contact"), "delete")
        self.proofs = TableView(
            PROOFS, name="referrals.proofs", memory=memory, key=lambda row: row.attachment_id, dense=True
        )
        self.proofs.setAccessibleName("证明")
        self.proofs.opened.connect(self._on_proof)
        self.proofs.add_menu("打开", partial(self.asked.emit, "open_proof"), "eye")
        self.proofs.add_menu("取出　Del", partial(self.asked.emit, "take_out"), "delete")
        self.ask_on("Del", self.contacts, "remove_contact")
        self.ask_on("Del", self.proofs, "take_out")
        self._lay_out()

    def _lay_out(self) -> None:
        column = self.stand(
            [
                Push(words, partial(self.asked.emit, key), icon_name=icon_name, keys=keys)
                for key, words, icon_name, keys in BUTTONS
            ]
        )
        self.empty = label("还没有联系记录。每打一次电话，按 Ctrl+T 记一笔，填上下次联系的日期。", "small")
        self.empty.setWordWrap(True)
        self.empty.setContentsMargins(16, 0, 16, 8)
        column.addWidget(self.empty)
        column.addWidget(self.contacts, 3)
        column.addWidget(self.proofs, 2)
        column.addStretch(0)

    def show_card(self, card: ReferralCard) -> None:
        """Another referral, or the same one after a change."""
        self.card = card
        row = card.row
        self.heading.setText(f"{row.name}　{row.state.label}")
        steps = " → ".join(f"{state.label} {day:%Y-%m-%d}" for state, day in card.steps)
        called = ""
        if row.next_on:
            called = f"下次联系 {row.next_on:%Y-%m-%d}" + ("，已到期" if row.is_overdue else "")
        lines = (
            f"{row.college}{'　' + row.programme if row.programme else ''}",
            f"{row.route.label} · {row.level.label} · {row.year} 年",
            " · ".join(part for part in (f"现有学历 {card.education}" if card.education else "", row.village, row.phone) if part),
            steps,
            f"原因：{row.reason}" if row.reason else "",
            " · ".join(part for part in (
                f"学号 {card.college_no}" if card.college_no else "", f"证书编号 {card.diploma_no}" if card.diploma_no else "",
            ) if part),
            " · ".join(part for part in (f"联系人 {row.adviser}" if row.adviser else "", called) if part),
            "还没有证明：录取通知、学籍证明或毕业证书。" if row.lacks_proof else "",
            card.note,
        )  # fmt: skip
        self.facts.setText("\n".join(line for line in lines if line))
        self.contacts.show_rows(card.contacts)
        self.proofs.show_rows(card.proofs)
        self.empty.setVisible(not card.contacts)
        self.contacts.setVisible(bool(card.contacts))
        self.proofs.setVisible(bool(card.proofs))

    @Slot(object)
    def _on_proof(self, _: AttachmentRow) -> None:
        self.asked.emit("open_proof")
