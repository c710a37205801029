"""The 督查 page: what the district wants, by when, and how far the answer is."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog
from sqlalchemy.orm import Session

from kqdesk.desk.cardlist import CardListPage
from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.form import FormPanel
from kqdesk.desk.intake import from_path
from kqdesk.desk.pages import Hit, PageSpec, Source
from kqdesk.desk.parts import Push
from kqdesk.desk.table import TableView
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.supervision import actions, queries
from kqdesk.rooms.supervision.page import asking, forms
from kqdesk.rooms.supervision.page.card import TaskPanel
from kqdesk.rooms.supervision.queries import FileRow, TaskCard, TaskRow
from kqdesk.rooms.supervision.terms import TaskState
from kqdesk.store.attachments import KeptFile

TITLE = "督查"
SENTENCE = "区里要办什么、哪天到期、答复了没有、认可还是退回。"
EMPTY = "区里在数据站上布置的督查，同步以后自己出现在这里：要办什么、哪天到期。没有数据站的，把纸质来文登记进来，到期一样提醒。"
FILES = "图片、PDF、Word、Excel (*.jpg *.jpeg *.png *.pdf *.doc *.docx *.xls *.xlsx *.wps *.et)"
SHELVES = (
    ((TaskState.OPEN, TaskState.RETURNED), "待答复"),
    ((TaskState.ANSWERED,), "等区里看"),
    ((TaskState.ACCEPTED, TaskState.WITHDRAWN), "已办结"),
    ((), "全部"),
)
TONES = {
    TaskState.OPEN: "primary", TaskState.ANSWERED: "neutral", TaskState.RETURNED: "warning", TaskState.ACCEPTED: "success",
    TaskState.WITHDRAWN: "neutral",
}  # fmt: skip


def _due(row: TaskRow) -> Pill | None:
    if not row.due_words:
        return None
    tone = "danger" if row.is_overdue else "warning" if row.due_words == "今天到期" else "neutral"
    return Pill(row.due_words, tone)


COLUMNS = (
    Column[TaskRow]("期限", lambda row: row.due_words, kind="pill", width=108, pill=_due,
                    sort=lambda row: f"{not row.state.is_ours}{row.due_on}"),
    Column[TaskRow]("督查事项", lambda row: row.title, width=214, is_strong=True, tip=lambda row: row.title),
    Column[TaskRow](
        "状态", lambda row: row.state.label, kind="pill", width=112, pill=lambda row: Pill(row.state.label, TONES[row.state])
    ),
    Column[TaskRow]("到期日", lambda row: f"{row.due_on:%Y-%m-%d}", width=108),
    Column[TaskRow]("布置人", lambda row: row.issued_by, width=124, tip=lambda row: row.issued_by),
    Column[TaskRow]("布置日期", lambda row: f"{row.issued_on:%Y-%m-%d}", width=108),
    Column[TaskRow]("来源", lambda row: row.source.label, width=116),
    Column[TaskRow]("文号", lambda row: row.paper_no, tip=lambda row: row.paper_no),
)  # fmt: skip


class SupervisionPage(CardListPage):
    """The list by due day; Enter opens one at the right."""

    card_kind = TaskPanel
    watches = frozenset({"supervision_task", "supervision_step", "attachment"})

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        super().__init__(desk, TITLE, SENTENCE)
        self.add_search("事项、文号", width=200)
        self.shelf = self.add_segments("范围", SHELVES)
        self.set_primary("登记纸质督查", self.create, keys="Ctrl+N")
        self.list_rows(TableView(COLUMNS, name="supervision.list", memory=desk.memory), "督查任务")
        self.table.add_menu("答复…　Ctrl+J", partial(self.do, "answer"), "edit")
        self.table.add_menu("通知单　Ctrl+P", partial(self.do, "notice"), "print")
        self.table.add_menu("答复单", partial(self.do, "reply"), "print")
        self.table.add_menu("删除（录错的纸质督查）", partial(self.do, "remove"), "delete")
        self.steps = {
            "answer": self._answer, "files": self._choose_files, "notice": self._print_notice, "reply": self._print_reply,
            "verdict": self._verdict, "edit": self._edit, "remove": self._remove, "open_file": self._open_file,
            "take_out": self._take_out,
        }  # fmt: skip

    # -- showing ----------------------------------------------------------------------------------

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``task`` opens one."""
        if context.get("task"):
            self.chosen_id = str(context["task"])
            self.shelf.choose(())
        self.reload()
        if context.get("new"):
            self.create()

    def reload(self) -> None:
        query = partial(
            asking.asked, self.searched_text(), self.shelf.value(), self.chosen_id, self.desk.today()
        )
        self.desk.read(query, self._show, owner=self, only="reload")

    def _show(self, found: tuple[list[TaskRow], TaskCard | None, bool]) -> None:
        rows, card, is_any = found
        self.table.show_rows(rows)
        late = sum(row.is_overdue for row in rows)
        self.set_foot(f"共 {len(rows)} 件督查" + (f" · 逾期 {late} 件，排在最前面" if late else ""))
        if is_any or isinstance(self.side, FormPanel):
            self.show_body()
        else:
            self.show_blank(
                "supervision", "还没有督查任务", EMPTY,
                [Push("登记纸质督查", self.create, look="primary", icon_name="add"), Push("数据交换", self._to_exchange)],
            )  # fmt: skip
        self.show_card(card)

    def _to_exchange(self) -> None:
        self.desk.open("exchange")

    # -- doing ------------------------------------------------------------------------------------

    @Slot()
    def create(self) -> None:
        """A task that came on paper."""
        self.show_body()
        self.put_form(forms.enter_panel(self.desk))

    def _edit(self, row: TaskRow) -> None:
        self.put_form(forms.change_panel(self.desk, row))

    def _answer(self, row: TaskRow) -> None:
        query = partial(_card, row.id, self.desk.today())
        self.desk.read(query, self._show_answer, owner=self, only="form")

    def _show_answer(self, card: TaskCard | None) -> None:
        if card is not None:
            self.put_form(forms.answer_panel(self.desk, card))

    def _verdict(self, row: TaskRow) -> None:
        self.put_form(forms.verdict_panel(self.desk, row))

    def _remove(self, row: TaskRow) -> None:
        self.act(actions.remove_task, task_id=row.id)

    # -- evidence ---------------------------------------------------------------------------------

    def _choose_files(self, row: TaskRow) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, f"放入材料：{row.title}", "", FILES)
        if names:
            work = partial(asking.keep, self.desk, [from_path(Path(name)) for name in names])
            then = partial(self._note_files, row.id)
            self.desk.start(work, then, title="放入材料", owner=self, failed=self.refuse)

    def _note_files(self, task_id: str, kept: list[KeptFile]) -> None:
        self.act(actions.put_evidence, then=self.count_put, task_id=task_id, files=kept)

    def _chosen_file(self) -> FileRow | None:
        found: FileRow | None = self.side.files.current() if isinstance(self.side, TaskPanel) else None
        return found

    def _take_out(self, row: TaskRow) -> None:
        file = self._chosen_file()
        if file is not None:
            self.act(actions.take_out_evidence, task_id=row.id, attachment_id=file.id)

    def _open_file(self, _: TaskRow) -> None:
        file = self._chosen_file()
        if file is None:
            return
        if file.media == "application/pdf" or file.media.startswith("image/"):
            self.show_paper(file.name, partial(asking.evidence_pdf, self.desk, file))
            return
        path, _filter = QFileDialog.getSaveFileName(self, "另存材料", file.name)
        if path:
            work = partial(asking.save_copy, self.desk, file, Path(path))
            self.desk.start(work, self._saved, title="另存材料", owner=self, failed=self.refuse)

    def _saved(self, name: str) -> None:
        self.desk.tell(f"已另存为 {name}。里面的内容请妥善保管。")

    # -- paper ------------------------------------------------------------------------------------

    def _print_notice(self, row: TaskRow) -> None:
        self.show_paper("督查通知单", partial(asking.notice_pdf, self.desk, row.id))

    def _print_reply(self, row: TaskRow) -> None:
        if not row.standing.answers:
            self.refuse(UserError("还没有答复，没有答复单可打印。请先按 Ctrl+J 答复。"))
            return
        self.show_paper("督查答复单", partial(asking.reply_pdf, self.desk, row.id))


def _card(task_id: str, today: date, session: Session) -> TaskCard | None:
    return queries.task_card(session, task_id, today=today)


def find(session: Session, text: str, limit: int) -> Sequence[Hit]:
    """Tasks for Ctrl+K, those to be answered first."""
    found = queries.find(session, text, limit, today=date.max)  # which are overdue is not shown here
    return [
        Hit(
            row.title,
            f"{row.state.label} · {row.due_on:%Y-%m-%d} 前",
            "supervision",
            "supervision",
            {"task": row.id},
        )
        for row in found
    ]


SOURCE = Source("督查", find)
PAGE = PageSpec(
    key="supervision",
    title=TITLE,
    sentence=SENTENCE,
    group="统计",
    icon="supervision",
    factory=SupervisionPage,
    keys_help=(
        ("Enter", "打开选中的督查"),
        ("Ctrl+J", "答复"),
        ("Ctrl+O", "放入佐证材料"),
        ("Ctrl+P", "督查通知单"),
        ("Ctrl+Shift+P", "督查答复单"),
        ("Ctrl+N", "登记纸质督查"),
        ("Ctrl+T", "登记区里的意见（纸质督查）"),
        ("F2", "修改（纸质督查，没有答复过的）"),
        ("Del", "取出选中的材料"),
    ),
)
