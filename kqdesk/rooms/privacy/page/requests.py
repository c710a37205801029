"""个人请求: somebody asks to see, to correct, to erase; the file of one person; erasure by two persons."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Choice, Date, LongText, Pick, RowPick, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.job import Job
from kqdesk.desk.parts import Push
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.people import queries as people
from kqdesk.rooms.privacy import actions, papers, queries, sheets
from kqdesk.rooms.privacy.page.parts import ListedTab
from kqdesk.rooms.privacy.queries import Dossier, RequestRow
from kqdesk.rooms.privacy.terms import RequestKind, RequestState

TONES = {
    RequestState.OPEN: "warning", RequestState.PROPOSED: "primary", RequestState.DONE: "success",
    RequestState.REFUSED: "neutral",
}  # fmt: skip
COLUMNS = (
    Column[RequestRow]("姓名", lambda r: r.name, width=150, is_strong=True),
    Column[RequestRow]("请求", lambda r: r.kind.label, width=110),
    Column[RequestRow]("要求", lambda r: r.wish),
    Column[RequestRow]("收到", lambda r: str(r.received_on), width=112),
    Column[RequestRow]("答复期限", lambda r: str(r.due_on) if r.due_on else "未配置", width=112),
    Column[RequestRow]("答复", lambda r: r.answer or "；".join(f"{a}{b} {c} 条" for a, b, c, _ in r.plan)),
    Column[RequestRow]("状态", lambda r: "", kind="pill", width=140,
                       pill=lambda r: Pill(r.state.label, TONES[r.state])),
)  # fmt: skip
KINDS = tuple((kind, kind.label) for kind in RequestKind)
WAITING = (RequestState.OPEN, RequestState.PROPOSED)


class RequestTab(ListedTab):
    """The requests; what can be done with one stands at the side."""

    key, title, primary = "requests", "个人请求", "登记请求"
    columns, name = COLUMNS, "privacy.requests"
    empty = (
        "person",
        "还没有个人信息请求",
        "本人来查阅、复制、更正或要求删除自己的信息时，在这里登记，到期前答复。也可以直接导出一个人的档案。",
    )

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.handling = Push("办理", self.handle, icon_name="done", tip="Enter")
        self.dossier = Push(
            "导出个人档案", self.ask_dossier, icon_name="export", tip="这个人的全部信息，给本人看"
        )
        self.printing = Push("打印答复单", self.print_row, icon_name="print", tip="Ctrl+P")
        self.tools = [self.handling, self.dossier, self.printing]

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``person`` opens the form for her."""
        if context.get("person"):
            ask = partial(_pick, person_id=context["person"])
            self.desk.read(ask, self._open_new, owner=self)

    def reload(self) -> None:
        self.desk.read(queries.requests, self._show, owner=self, only="reload")

    def _show(self, rows: list[RequestRow]) -> None:
        today = self.desk.today()
        waiting = [row for row in rows if row.state in WAITING]
        late = sum(row.due_on is not None and row.due_on < today for row in waiting)
        self.show_listed(
            rows, f"共 {len(rows)} 件 · 待办 {len(waiting)} 件" + (f" · 过期 {late} 件" if late else "")
        )

    # -- a new one --------------------------------------------------------------------------------

    def start_new(self) -> None:
        """The filled button."""
        self._open_new(None)

    def _open_new(self, person: Pick | None) -> None:
        fields = (
            RowPick(name="person_id", label="谁的信息", required=True, find=_people),
            Choice(name="kind", label="请求", choices=KINDS, required=True, is_half=True),
            Date(name="received_on", label="收到日期", required=True, is_half=True),
            LongText(name="wish", label="要求", lines=3, hint="更正的写明改什么、改成什么"),
            Text(name="asked_by", label="提出人", hint="本人提出就不用填；代办的写姓名和关系", is_half=True),
            Text(name="contact", label="联系方式", is_half=True),
        )
        values = {"person_id": person, "received_on": self.desk.today()}
        self.ask("登记请求", fields, self._save_new, values=values)

    def _save_new(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.open_request, then=self._opened, **values)

    def _opened(self, _: Any) -> None:
        self.desk.tell("已登记。请在答复期限前办结。", undo=True)

    # -- handling ---------------------------------------------------------------------------------

    @Slot()
    def handle(self) -> None:
        """办理 the chosen one."""
        row = self.chosen("请先选一件请求。")
        if row is not None:
            self.open_row(row)

    @Slot(object)
    def open_row(self, row: RequestRow) -> None:
        """Enter: what comes next for this request."""
        if row.state not in WAITING:
            self.print_row()
        elif row.kind is RequestKind.ERASE and row.state is RequestState.OPEN:
            self._decide(
                row, "提出删除", "提出后由另一位操作人同意，两位里要有校长。同意以后不能恢复。", self._propose
            )
        elif row.kind is RequestKind.ERASE:
            self._show_plan(row)
        else:
            self._answer(row)

    def _decide(self, row: RequestRow, words: str, sentence: str, act: Any) -> None:
        self.page.note.say(f"{row.name}：{sentence}", "info", (words, partial(act, row)))

    def _propose(self, row: RequestRow) -> None:
        self.desk.run(
            actions.propose_erasure, then=self._proposed, owner=self, request_id=row.id, signer=self.desk.seat.signer
        )  # fmt: skip

    def _proposed(self, plan: queries.ErasurePlan) -> None:
        self.page.note.hide()
        kept = f"，按规定保留 {len(plan.keeps)} 条" if plan.keeps else ""
        self.desk.tell(
            f"已提出，删除 {sum(map(len, plan.deletes.values()))} 条{kept}。请另一位操作人来同意。", undo=True
        )

    def _show_plan(self, row: RequestRow) -> None:
        told = "；".join(f"{a}{b} {c} 条" + (f"（{d}）" if d else "") for a, b, c, d in row.plan)
        if row.proposed_id == self.desk.seat.actor_id:
            self.page.note.say(
                f"您已经提出：{told}。要另一位操作人登录后来同意。",
                "info",
                ("退回", partial(self._return, row)),
            )
            return
        fields = (
            LongText(name="plan", label=f"{row.proposed_by}提出", lines=7, readonly=True),
            Choice(name="agree", label="决定", required=True,
                   choices=((True, "同意并删除，不能恢复"), (False, "退回，不删除"))),
        )  # fmt: skip
        values = {"plan": told.replace("；", "\n")}
        self.ask(
            f"删除 {row.name} 的个人信息", fields, partial(self._agree, row), save_text="确定", values=values
        )

    def _agree(self, row: RequestRow, values: dict[str, Any], panel: FormPanel) -> None:
        if not values["agree"]:
            panel.run(actions.return_request, request_id=row.id)
            return
        panel.run(actions.execute_erasure, then=self._erased, request_id=row.id, signer=self.desk.seat.signer)

    def _erased(self, done: actions.Erased) -> None:
        destroy_files(self, done)
        kept = f"按规定保留 {done.kept} 条。" if done.kept else ""
        self.desk.tell(f"已删除 {done.rows} 条。{kept}以前的备份里还有，会随备份到期删除；请打印答复单。")

    def _return(self, row: RequestRow) -> None:
        self.page.note.hide()
        self.desk.run(actions.return_request, owner=self, request_id=row.id)

    def _answer(self, row: RequestRow) -> None:
        fields = (
            LongText(name="answer", label="怎样答复的", lines=4, required=True, hint="如：已打印个人档案交本人；电话已更正"),
            Choice(name="refuse", label="结果", required=True, choices=((False, "办好了"), (True, "不能办，已说明理由"))),
        )  # fmt: skip
        self.ask(f"{row.name}：{row.kind.label}", fields, partial(self._close, row), values={"refuse": False})
        if row.kind is RequestKind.CORRECT:
            self.page.note.say(f"要求：{row.wish}", "info", ("打开这个人", partial(self._go, row)))

    def _close(self, row: RequestRow, values: dict[str, Any], panel: FormPanel) -> None:
        act = actions.refuse_request if values["refuse"] else actions.answer_request
        panel.run(act, request_id=row.id, answer=values["answer"])

    def _go(self, row: RequestRow) -> None:
        self.desk.open("people", person=row.person_id)

    # -- papers -----------------------------------------------------------------------------------

    @Slot()
    def print_row(self) -> None:
        """The answer on paper."""
        row = self.chosen("请先选一件请求，再打印答复单。")
        if row is not None:
            self.show_paper("个人信息请求答复单", partial(papers.request_paper, row=row))

    @Slot()
    def ask_dossier(self) -> None:
        """Whose file, and as what."""
        fields = (
            RowPick(name="person_id", label="谁的档案", required=True, find=_people),
            Choice(name="as_table", label="形式", required=True, choices=((False, "打印（PDF）"), (True, "Excel 表格"))),
        )  # fmt: skip
        row = self.table.current()
        pick = Pick(row.person_id, row.name) if row is not None and row.state in WAITING else None
        self.ask(
            "导出个人档案",
            fields,
            self._export,
            save_text="导出",
            values={"person_id": pick, "as_table": False},
        )

    def _export(self, values: dict[str, Any], panel: FormPanel) -> None:
        then = self._keep_table if values["as_table"] else self._print_dossier
        panel.run(actions.export_dossier, then=then, person_id=values["person_id"])

    def _print_dossier(self, found: Dossier) -> None:
        self.show_paper(f"个人信息档案 {found.name}", partial(papers.dossier_paper, found=found))

    def _keep_table(self, found: Dossier) -> None:
        name = f"个人信息档案 {found.name}.xlsx"
        path, _ = QFileDialog.getSaveFileName(self, "存到哪里", name, "Excel (*.xlsx)")
        if path:
            self.desk.start(
                lambda job: sheets.export_dossier_table(found, Path(path)), self._kept, title="导出个人档案", owner=self
            )  # fmt: skip

    def _kept(self, _: int) -> None:
        self.desk.tell("已导出。文件里有完整证件号，交给本人后请从电脑里删掉。")


def destroy_files(tab: ListedTab, done: actions.Erased) -> None:
    """After an erasure is saved: overwrite and delete the files nobody names any more."""
    if not done.digests:
        return

    def work(job: Job) -> None:
        job.step(0, len(done.digests))
        tab.desk.attachments.forget(done.digests)

    tab.desk.start(work, title="销毁附件", cancellable=False)


def _people(session: Session, text: str, limit: int) -> list[Pick]:
    return [
        Pick(hit.id, hit.name, f"{hit.village} {hit.id_masked}".strip())
        for hit in people.find(session, text, limit)
    ]


def _pick(session: Session, *, person_id: str) -> Pick | None:
    card = people.person_card(session, person_id)
    return Pick(person_id, card.name, card.id_masked) if card is not None else None
