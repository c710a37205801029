"""The tab 学分账户: who has how much in which unit, what is due, one account opened at the right."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QFileDialog
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Choice, Date, Field, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.job import Job
from kqdesk.desk.parts import Push, add_keys
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.rooms.credits import actions, papers, queries, sheets
from kqdesk.rooms.credits.page.card import AccountCard
from kqdesk.rooms.credits.queries import Account, AccountRow
from kqdesk.rooms.credits.rules import read_credits, shown
from kqdesk.rooms.credits.terms import AccountState, CreditUnit
from kqdesk.rooms.office.queries import school_card

EMPTY = "双证班的学员上了课、考了试、拿了证，学分就从这里入账；学分银行认定的学分、部门给的积分也记在这里，各算各的。"


def _amount(unit: CreditUnit) -> Column[AccountRow]:
    return Column[AccountRow](
        unit.label, lambda r: shown(r.balances[unit]) if r.balances[unit] else "", kind="number", width=112,
        sort=lambda r: r.balances[unit],
    )  # fmt: skip


def _due(row: AccountRow) -> Pill | None:
    if row.due:
        return Pill(f"待入账 {shown(row.due_hundredths)}", "warning")
    return Pill("等锁定", "neutral", "waiting") if row.held_back else None


COLUMNS = (
    Column[AccountRow]("姓名", lambda r: r.name, width=120, is_strong=True),
    Column[AccountRow]("账户", lambda r: r.state.label if r.state else "未开户", width=90),
    Column[AccountRow]("学分银行账号", lambda r: r.bank_number, kind="code"),
    *(_amount(unit) for unit in CreditUnit),
    Column[AccountRow]("待办", lambda r: "", kind="pill", width=130, pill=_due, tip=lambda r: r.held_back,
                       sort=lambda r: r.due_hundredths),
)  # fmt: skip
PAPER_UNITS = tuple((unit, unit.label) for unit in CreditUnit if unit is not CreditUnit.DUAL_CERT_CREDIT)
STATES = tuple((state, state.label) for state in AccountState)


def account_fields() -> tuple[Field, ...]:
    """What is asked of an account at the credit bank."""
    return (
        Choice(name="state", label="状态", choices=STATES, required=True, is_half=True),
        Date(name="opened_on", label="开户日期", is_half=True),
        Text(name="bank_number", label="学分银行账号", hint="照学分银行给的抄，本校不编号"),
        Text(name="note", label="备注"),
    )


def _amount_fault(text: str) -> str | None:
    return None if read_credits(text) else "写一个大于 0 的数，最多两位小数，例如 1.5。"


def paper_fields() -> tuple[Field, ...]:
    """What is asked of points that stand on a paper."""
    return (
        Choice(name="unit", label="记到哪本账", choices=PAPER_UNITS, required=True, is_half=True),
        Text(name="amount", label="数额", required=True, check=_amount_fault, is_half=True),
        Date(name="earned_on", label="取得日期", required=True, is_half=True),
        Text(name="paper", label="依据文件", required=True, hint="文号或名称，例如：柯教〔2026〕12 号附件 3"),
        Text(name="words", label="事由", required=True, hint="例如：社区教育志愿服务 2026 年上半年"),
    )


class AccountsTab(Tab):
    """The list; Enter opens the account."""

    key, title, search_hint, primary = "accounts", "学分账户", "姓名、拼音首字母、账号", "入账"
    primary_icon = "check"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.rows: Sequence[AccountRow] = ()
        self._wanted: str | None = None
        self._asked: list[str] = []  # the people of the question that stands
        self.only_due = QCheckBox("只看待入账")
        self.only_due.toggled.connect(self._on_toggled)
        self.tools = [
            self.only_due,
            Push("导出", self.export, icon_name="export", tip="按现在看到的导出 Excel"),
        ]
        self.table = TableView(COLUMNS, name="credits.accounts", memory=self.desk.memory)
        self.table.opened.connect(self.open_account)
        self.table.add_menu("打开账户　Enter", self.open_current, "credits")
        self.table.add_menu("登记账户　F2", self.edit_current, "edit")
        self.table.add_menu("按文件登记学分…", self.book_paper, "add")
        self.table.add_menu("打印学习账户　Ctrl+P", self.print_selected, "print")
        self.table.add_menu("打印成绩单　Ctrl+Shift+P", self.print_marks, "print")
        add_keys(
            self.table,
            ("F2", self.edit_current),
            ("Ctrl+P", self.print_selected),
            ("Ctrl+Shift+P", self.print_marks),
            ("Esc", page.close_side),
        )
        self.fill_with(self.table)

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``person`` opens that account."""
        self._wanted = context.get("person")

    def reload(self) -> None:
        ask = partial(queries.accounts, on=self.desk.today(), text=self.page.searched_text())
        self.desk.read(ask, self._take, owner=self, only="reload")

    def _take(self, rows: Sequence[AccountRow]) -> None:
        if self.page.tab is not self:
            return
        self.rows = rows
        shown_rows = [row for row in rows if row.due or not self.only_due.isChecked()]
        self.table.show_rows(shown_rows)
        waiting = [row for row in rows if row.due]
        self.page.set_foot(f"共 {len(rows)} 人 · 待入账 {len(waiting)} 人 · 显示 {len(shown_rows)} 人")
        if rows or self.page.searched_text():
            self.page.show_body()
        else:
            buttons = [Push("去看双证", partial(self.desk.open, "dual"), look="primary")]
            self.page.show_blank("credits", "还没有学分账户", EMPTY, buttons)
        if self._wanted:
            self._open(self._wanted)
            self._wanted = None
        elif isinstance(self.page.side, AccountCard):
            self._open(self.page.side.account.person_id)

    @Slot(bool)
    def _on_toggled(self, _: bool) -> None:
        self._take(self.rows)

    # -- booking ----------------------------------------------------------------------------------

    def start_new(self) -> None:
        """Book what is due to the selected people, to everybody when not several are selected.

        Asks once with the count, as booked is booked; the same key again says yes.
        """
        chosen = self.table.selected()
        if len(chosen) <= 1:
            chosen = [row for row in self.rows if row.due]
        due = [row for row in chosen if row.due]
        ids = [row.id for row in due]
        if not ids:
            self._asked = []
            self.desk.tell(self._nothing(), kind="refused")
        elif ids == self._asked and self.page.note.isVisible():
            self.book(ids)
        else:
            self._asked = ids
            count = sum(len(row.due) for row in due)
            words = f"给 {len(ids)} 人入账 {count} 条学分？入账后不能撤销，更正只能冲正。再按一次 Ctrl+N 也是入账。"
            self.page.note.say(words, "info", (f"入账 {len(ids)} 人", partial(self.book, ids)))

    @Slot(list)
    def book(self, ids: list[str]) -> None:
        """Book what is due to these people."""
        self._asked = []
        self.page.note.hide()
        self.desk.run(actions.book_due, then=partial(self._booked, len(ids)), owner=self, person_ids=ids)

    def _nothing(self) -> str:
        held = sum(1 for row in self.rows if row.held_back)
        if held:
            return f"没有要入账的学分。有 {held} 人的考勤还没有锁定，锁定后学时才入账。"
        return "没有要入账的学分，都已经入账了。"

    def _booked(self, people: int, count: int) -> None:
        self.desk.tell(f"{people} 人的 {count} 条学分已入账。更正请打开账户用「冲正」。")

    # -- one account ------------------------------------------------------------------------------

    @Slot()
    def open_current(self) -> None:
        """Enter."""
        if self.table.current() is not None:
            self.open_account(self.table.current())

    @Slot(object)
    def open_account(self, row: AccountRow) -> None:
        """The account at the right."""
        self._open(row.id)

    def _open(self, person_id: str) -> None:
        ask = partial(queries.account, person_id=person_id, on=self.desk.today())
        self.desk.read(ask, self._show, owner=self, only="account")

    def _show(self, account: Account) -> None:
        side = self.page.side
        if isinstance(side, FormPanel) and side.form.is_edited:
            return
        card = AccountCard(self.desk, account)
        card.closed.connect(self.page.close_side)
        card.edit_asked.connect(self.edit_account)
        card.print_asked.connect(self.print_people)
        card.transcript_asked.connect(self.print_transcripts)
        card.reverse_asked.connect(self._reverse)
        card.book_asked.connect(self.book)
        self.page.set_side(card)

    @Slot()
    def edit_current(self) -> None:
        """F2."""
        row = self.table.current()
        if row is not None:
            self.edit_account(row.id, row.name)

    @Slot(str, str)
    def edit_account(self, person_id: str, name: str) -> None:
        """The form of the account at the credit bank."""
        load = partial(queries.account_form, person_id=person_id)
        save = partial(self._save_account, person_id)
        self._panel(FormPanel(self.desk, f"{name} 的学分银行账户", account_fields(), save, load=load))

    def _save_account(self, person_id: str, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.keep_account, person_id=person_id, seen=panel.seen, **values)

    @Slot()
    def book_paper(self) -> None:
        """Points that stand on a paper, for the current row."""
        row = self.table.current()
        if row is not None:
            save = partial(self._save_paper, row.id)
            self._panel(FormPanel(self.desk, f"{row.name}：按文件登记", paper_fields(), save))

    def _save_paper(self, person_id: str, values: dict[str, Any], panel: FormPanel) -> None:
        amount = read_credits(values.pop("amount")) or 0
        panel.run(actions.book_by_paper, person_id=person_id, hundredths=amount, **values)

    @Slot(str)
    def _reverse(self, entry_id: str) -> None:
        fields = (Text(name="reason", label="为什么冲正", required=True, hint="账户里会一直看得到"),)
        self._panel(
            FormPanel(self.desk, "冲正学分", fields, partial(self._save_reversal, entry_id), save_text="冲正")
        )

    def _save_reversal(self, entry_id: str, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.reverse_entry, entry_id=entry_id, **values)

    def _panel(self, panel: FormPanel) -> None:
        self.page.open_form(panel)

    # -- out --------------------------------------------------------------------------------------

    @Slot()
    def print_selected(self) -> None:
        """学习账户 of the selected people."""
        ids = [row.id for row in self.table.selected()]
        if ids:
            self.print_people(ids)

    @Slot(list)
    def print_people(self, ids: list[str]) -> None:
        """学习账户 of these people, in the preview."""
        today, store = self.desk.today(), self.desk.store

        def work(job: Job) -> bytes:
            with store.reading() as session:
                drawn = [_paper(session, key, today) for key in ids]
            return papers.account_pdf(drawn, job)

        self.desk.start(work, self._preview, title="排版学习账户" if len(ids) > 20 else "", owner=self)

    def _preview(self, pdf: bytes) -> None:
        PdfPreview(self.desk, papers.TITLE_WORDS, pdf, "学习账户.pdf", self).open()

    @Slot()
    def print_marks(self) -> None:
        """成绩单 of the selected people."""
        ids = [row.id for row in self.table.selected()]
        if ids:
            self.print_transcripts(ids)

    @Slot(list)
    def print_transcripts(self, ids: list[str]) -> None:
        """成绩单 of these people, in the preview."""
        today, store = self.desk.today(), self.desk.store

        def work(job: Job) -> bytes:
            with store.reading() as session:
                card = school_card(session)
                name = card.name if card else ""
                told = [queries.transcript(session, key, on=today) for key in ids]
            return papers.transcript_pdf([papers.TranscriptPaper(name, one, today) for one in told], job)

        def show(pdf: bytes) -> None:
            PdfPreview(self.desk, papers.TRANSCRIPT_WORDS, pdf, "学习成绩单.pdf", self).open()

        self.desk.start(work, show, title="排版成绩单" if len(ids) > 20 else "", owner=self)

    @Slot()
    def export(self) -> None:
        """What is shown, as a workbook."""
        path, _ = QFileDialog.getSaveFileName(self, "导出学分账户", "学分账户.xlsx", "Excel (*.xlsx)")
        if path:
            rows = [row for row in self.rows if row.due or not self.only_due.isChecked()]
            self.desk.start(
                lambda _: sheets.write_accounts(Path(path), rows),
                lambda count: self.desk.tell(f"已导出 {count} 人。"),
                owner=self,
            )


def _paper(session: Session, person_id: str, today: Any) -> papers.AccountPaper:
    card = school_card(session)
    return papers.AccountPaper(card.name if card else "", queries.account(session, person_id), today)
