"""保存期限: how long each kind of data stays, what is due, and the clean-up by two persons with its record on paper."""

from functools import partial
from typing import Any

from PySide6.QtCore import Slot
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Choice, LongText
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Push, Segments
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.privacy import actions, papers, queries
from kqdesk.rooms.privacy.page.parts import ListedTab
from kqdesk.rooms.privacy.page.requests import destroy_files
from kqdesk.rooms.privacy.queries import CleanupRow, DueLine, Proposal
from kqdesk.rooms.privacy.rules.keeping import Term
from kqdesk.rooms.privacy.terms import CleanupState

TONES = {CleanupState.PROPOSED: "warning", CleanupState.DONE: "success", CleanupState.DROPPED: "neutral"}
TERMS = (
    Column[Term]("数据", lambda r: r.category.label, width=220, is_strong=True),
    Column[Term]("保存多久", lambda r: "", kind="pill", width=110, pill=lambda r: _how_long(r)),
    Column[Term]("依据", lambda r: r.source),
    Column[Term]("可靠程度", lambda r: "", kind="pill", width=110, pill=lambda r: _sure(r)),
)
DUE = (
    Column[DueLine]("数据", lambda r: r.category.label, width=220),
    Column[DueLine]("是谁、是什么", lambda r: r.shown, is_strong=True),
    Column[DueLine]("最后变动", lambda r: str(r.last), width=120),
    Column[DueLine]("到期日", lambda r: str(r.due), width=120),
    Column[DueLine]("理由", lambda r: r.reason),
)
DONE = (
    Column[CleanupRow]("名称", lambda r: r.title, width=230, is_strong=True),
    Column[CleanupRow]("条数", lambda r: f"{r.count:,}", kind="number", width=80),
    Column[CleanupRow]("删了什么", lambda r: "；".join(f"{kind} {n:,} 条" for kind, n, _, _ in r.summary)),
    Column[CleanupRow]("提出", lambda r: r.proposed_by, width=110),
    Column[CleanupRow]("同意", lambda r: r.agreed_by, width=110),
    Column[CleanupRow]("状态", lambda r: "", kind="pill", width=140,
                       pill=lambda r: Pill(r.state.label, TONES[r.state])),
)  # fmt: skip


def _how_long(term: Term) -> Pill:
    return Pill(term.shown, "danger" if term.years is None else "primary")


def _sure(term: Term) -> Pill | None:
    if term.years is None:
        return Pill("待区里定", "danger")
    return Pill("待核实", "warning") if term.is_unverified else Pill("本区规则", "success")


class CleanupTab(ListedTab):
    """Terms, what is due today, and the clean-ups there were."""

    key, title, primary, primary_icon = "cleanup", "保存期限", "提出到期清理", "delete"
    columns, name = DUE, "privacy.due"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.terms = TableView(
            TERMS, name="privacy.terms", memory=self.desk.memory, key=lambda r: r.category.value
        )
        self.past = TableView(DONE, name="privacy.cleanups", memory=self.desk.memory)
        self.terms.opened.connect(self._open_term)
        self.past.opened.connect(self.decide)
        for table in (self.terms, self.past):
            self.column.addWidget(table)
        self.which = Segments([("terms", "期限表"), ("due", "今天到期"), ("past", "清理记录")], name="看什么")
        self.which.chosen.connect(self._on_which)
        self.printing = Push("打印删除记录", self.print_row, icon_name="print", tip="Ctrl+P")
        self.tools = [self.which, self.printing]
        self._on_which("terms")

    def reload(self) -> None:
        self.desk.read(partial(_asked, today=self.desk.today()), self._show, owner=self, only="reload")

    def _show(self, found: tuple[Proposal, list[CleanupRow]]) -> None:
        due, past = found
        self.terms.show_rows(due.terms)
        self.table.show_rows(due.lines)
        self.past.show_rows(past)
        self.which.retitle("due", f"今天到期 {len(due.lines):,}")
        if self.page.tab is not self:
            return
        self.page.show_body()
        unset = f" · {len(due.unset)} 类未配置，不会清理" if due.unset else ""
        self.page.set_foot(f"今天到期 {len(due.lines):,} 条{unset}")
        waiting = next((row for row in past if row.state is CleanupState.PROPOSED), None)
        if waiting is not None:
            words = f"{waiting.title} {waiting.count:,} 条，{waiting.proposed_by}提出，等另一位操作人同意。"
            self.page.note.say(words, "info", ("去处理", partial(self.decide, waiting)))
        else:
            self.page.note.hide()

    @Slot(object)
    def _on_which(self, which: str) -> None:
        for key, table in (("terms", self.terms), ("due", self.table), ("past", self.past)):
            table.setVisible(key == which)

    def _open_term(self, term: Term) -> None:
        self.desk.open("office", tab="packs", find=term.category.item)

    def start_new(self) -> None:
        """The filled button: everything due, or only what is selected in the list, is proposed and signed."""
        chosen = [line.row_id for line in self.table.selected()] if self.table.isVisible() else []
        self.desk.run(
            actions.propose_cleanup, then=self._proposed, owner=self, signer=self.desk.seat.signer,
            row_ids=chosen if len(chosen) > 1 else None,
        )  # fmt: skip

    def _proposed(self, _: str) -> None:
        self.which.choose("past")
        self._on_which("past")
        self.desk.tell("已提出，还没有删除。请另一位操作人登录后来同意，两位里要有校长。", undo=True)

    @Slot(object)
    def decide(self, row: CleanupRow) -> None:
        """The second person's word, or the paper of one that is over."""
        if row.state is not CleanupState.PROPOSED:
            self._print(row)
            return
        told = "\n".join(f"{kind} {n:,} 条（保存{term}；{source}）" for kind, n, term, source in row.summary)
        fields = (
            LongText(name="told", label=f"{row.proposed_by}提出", lines=8, readonly=True),
            Choice(name="agree", label="决定", required=True,
                   choices=((True, f"同意，删除 {row.count:,} 条，不能恢复"), (False, "放弃，不删除"))),
        )  # fmt: skip
        self.ask(row.title, fields, partial(self._decided, row), save_text="确定", values={"told": told})

    def _decided(self, row: CleanupRow, values: dict[str, Any], panel: FormPanel) -> None:
        if not values["agree"]:
            panel.run(actions.drop_cleanup, cleanup_id=row.id)
            return
        panel.run(actions.execute_cleanup, then=self._done, cleanup_id=row.id, signer=self.desk.seat.signer)

    def _done(self, done: actions.Erased) -> None:
        destroy_files(self, done)
        skipped = f"，{done.kept} 人后来有了别的记录，没有删" if done.kept else ""
        self.desk.tell(f"已删除 {done.rows:,} 条{skipped}。请打印删除记录，两人签字存档。")

    @Slot()
    def print_row(self) -> None:
        """The record of a deletion."""
        row = self.past.current()
        if row is None:
            self.desk.tell("请先在「清理记录」里选一次，再打印。", kind="refused")
        else:
            self._print(row)

    def _print(self, row: CleanupRow) -> None:
        self.show_paper("个人信息删除记录", partial(papers.cleanup_paper, row=row))


def _asked(session: Session, *, today: Any) -> tuple[Proposal, list[CleanupRow]]:
    return queries.proposal(session, today=today), queries.cleanups(session)
