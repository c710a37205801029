"""The 一班一档 page: every class with how complete its file is, the list of one, what is done with it."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Text
from kqdesk.desk.form import FormDialog, FormPanel
from kqdesk.desk.intake import Brought, from_path
from kqdesk.desk.page import Page
from kqdesk.desk.pages import PageSpec
from kqdesk.desk.parts import Push
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme
from kqdesk.rooms.classfile import actions, rules
from kqdesk.rooms.classfile.page import asking
from kqdesk.rooms.classfile.page.card import FileCard
from kqdesk.rooms.classfile.queries import ClassFileCard, ClassFileRow
from kqdesk.rooms.classfile.rules import Item
from kqdesk.rooms.classfile.terms import Paper, Standing
from kqdesk.store.attachments import KeptFile

TITLE = "一班一档"
SENTENCE = "检查要看的材料，一个班一份：缺什么一看就知道，点一下就去补。"
KINDS = "材料 (*.pdf *.jpg *.jpeg *.png *.doc *.docx *.xls *.xlsx *.wps *.et *.ppt *.pptx)"


def _pill(row: ClassFileRow) -> Pill | None:
    if row.archived is not None:
        return Pill("已归档", "neutral", "lock")
    if row.whole is None:
        return Pill("未配置", "neutral")
    return Pill(f"{row.whole}%", "success" if row.whole == 100 else "warning")


COLUMNS = (
    Column[ClassFileRow]("编号", lambda row: row.cohort.no, kind="code", width=100),
    Column[ClassFileRow]("班级", lambda row: row.cohort.title, is_strong=True, tip=lambda row: row.cohort.title),
    Column[ClassFileRow]("档案", lambda row: "", kind="pill", width=88, pill=_pill, sort=lambda row: row.whole or 0),
)  # fmt: skip


class ClassFilePage(Page):
    """Classes at the left, the chosen one's list at the right."""

    watches = frozenset(
        {
            "cohort", "enrolment", "lesson", "roll", "attachment", "score", "sitting", "completion_certificate", "pay_sheet",
            "class_file", "class_file_waiver", "rule_pack",
        }
    )  # fmt: skip

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        super().__init__(desk, TITLE, SENTENCE, flat=True)
        self.add_search("班级名称、编号", width=180)
        self.state = self.add_segments("范围", [("open", "未归档"), ("lacking", "缺材料"), (None, "全部")])
        self.putting = self.add_button("放入文件", self.choose_files, icon_name="add", keys="Ctrl+O")
        self.waiving = self.add_button("不适用…", self.waive, tip="这个班不需要这一项，写明原因")
        self.showing = self.add_button("打印档案", self.show_pdf, icon_name="print", keys="Ctrl+P")
        self.packing = self.add_button(
            "导出原件包", self.choose_zip, icon_name="export", tip="档案 PDF 和全部原件，一个 ZIP"
        )
        self.closing = self.set_primary("归档", self.archive, icon_name="lock")
        self.table = TableView(COLUMNS, name="classfile.classes", memory=desk.memory)
        self.table.setAccessibleName("班级")
        self.table.picked.connect(self._on_picked)
        self.card = FileCard(desk.memory)
        self.card.items.opened.connect(self._on_opened)
        self.card.items.picked.connect(self._on_item)
        self.card.items.brought.connect(self.take_files)
        self.card.files.add_menu("取出", self.remove_file, "delete")
        away = QShortcut(QKeySequence("Del"), self.card.files)
        away.activated.connect(self.remove_file)
        self.shown: ClassFileCard | None = None
        self._cohort_id = ""
        self._lay_out()

    def _lay_out(self) -> None:
        left = QFrame()
        left.setProperty("look", "card")
        inside = QVBoxLayout(left)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.table)
        left.setMinimumWidth(theme().px("text") * 22)
        left.setMaximumWidth(theme().px("panel"))
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme().px("space_l"))
        row.addWidget(left, 2)
        row.addWidget(self.card, 4)
        self.set_body(body)

    # -- which class ------------------------------------------------------------------------------

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``cohort``: show that class."""
        if context.get("cohort"):
            self._cohort_id = str(context["cohort"])
            self.state.choose(None)
        self.reload()

    def reload(self) -> None:
        query = partial(asking.asked, self.searched_text(), self._cohort_id, self.desk.today())
        self.desk.read(query, self._show, owner=self, only="files")

    def _show(self, found: tuple[list[ClassFileRow], ClassFileCard | None]) -> None:
        rows, card = found
        wanted = self.state.value()
        # the class somebody works on stays in sight, also when it no longer fits the filter
        shown = [row for row in rows if wanted is None or row.id == self._cohort_id or _fits(row, wanted)]
        if not rows and not self.searched_text():
            self.show_blank(
                "classfile", "还没有班级", "开了班，这里就列出检查要看的材料：哪些有了，哪些还缺。",
                [Push("去开班", self._to_cohorts, look="primary")],
            )  # fmt: skip
            return
        self.show_body()
        self.table.show_rows(shown)
        keys = [row.id for row in shown]
        if self._cohort_id not in keys and shown:
            self.table.select_row(0)
        elif self._cohort_id in keys and self.table.current() is None:
            self.table.select_row(keys.index(self._cohort_id))
        self.shown = card if shown or card else None
        self.card.show_card(self.shown)
        self._dress()
        whole = sum(row.whole == 100 for row in rows)
        self.set_foot(
            f"{len(shown)} 个班 · 材料齐全 {whole} 个 · 已归档 {sum(row.archived is not None for row in rows)} 个"
        )

    def _dress(self) -> None:
        is_open = self.shown is not None and self.shown.row.archived is None
        item = self.card.chosen()
        can_put = is_open and item is not None and item.paper.is_put_in
        self.putting.setEnabled(can_put)
        self.waiving.setEnabled(is_open and item is not None)
        self.waiving.setText("还是要的" if item and item.standing is Standing.WAIVED else "不适用…")
        for button in (self.showing, self.packing):
            button.setEnabled(self.shown is not None)
        self.closing.setEnabled(self.shown is not None)
        self.closing.setText("重新打开" if self.shown and self.shown.row.archived else "归档")

    @Slot(list)
    def _on_picked(self, rows: list[ClassFileRow]) -> None:
        if len(rows) == 1 and rows[0].id != self._cohort_id:
            self._cohort_id = rows[0].id
            self.note.hide()
            self.reload()

    @Slot(list)
    def _on_item(self, _: list[Item]) -> None:
        self._dress()

    @Slot(object)
    def _on_opened(self, item: Item) -> None:
        """Enter on a line: the page that does it, or the files to put in."""
        if item.step is None:
            return
        if item.step.page:
            self.desk.open(item.step.page, **item.step.context)
        else:
            self.choose_files()

    def _to_cohorts(self) -> None:
        self.desk.open("cohorts", new=True)

    # -- files ------------------------------------------------------------------------------------

    @Slot()
    def choose_files(self) -> None:
        """Files for the chosen paper."""
        item = self.card.chosen()
        if item is None or not item.paper.is_put_in:
            self.note.say("请先选中要放文件的一项；灰色的项目由程序按记录生成。", "refused")
            return
        names, _ = QFileDialog.getOpenFileNames(self, f"放入：{item.paper.label}", "", KINDS)
        if names:
            self.take_files(item.paper, [from_path(Path(name)) for name in names])

    @Slot(object, list)
    def take_files(self, paper: Paper, files: Sequence[Brought]) -> None:
        """Keep them, then note them under the paper."""
        work = partial(asking.keep, self.desk, files)
        then = partial(self._note_files, self._cohort_id, paper)
        self.desk.start(work, then, title="放入材料", owner=self, failed=self._refuse)

    def _note_files(self, cohort_id: str, paper: Paper, kept: list[KeptFile]) -> None:
        self.desk.run(
            actions.put_papers, cohort_id=cohort_id, paper=paper, files=kept, then=self._put, failed=self._refuse, owner=self
        )  # fmt: skip

    def _put(self, count: int) -> None:
        self.desk.tell(f"已放入 {count} 份。", undo=True)

    @Slot()
    def remove_file(self) -> None:
        """The chosen file is taken out again."""
        row = self.card.files.current()
        if row is not None:
            self._run(actions.remove_paper, cohort_id=self._cohort_id, attachment_id=row.attachment_id)

    # -- the file as a whole ----------------------------------------------------------------------

    @Slot()
    def waive(self) -> None:
        """The chosen paper is not needed, with the reason; or needed after all."""
        item = self.card.chosen()
        if item is None:
            return
        if item.standing is Standing.WAIVED:
            self._run(actions.need_paper, cohort_id=self._cohort_id, paper=item.paper)
            return
        values = {"cohort_id": self._cohort_id, "paper": item.paper}
        self._ask_reason(
            f"{item.paper.label}：不适用", "为什么不适用", actions.waive_paper, values, "标记不适用"
        )

    @Slot()
    def archive(self) -> None:
        """Close the file; what is missing needs a reason. A closed one is opened again, with a reason."""
        if self.shown is None:
            return
        row, values = self.shown.row, {"cohort_id": self._cohort_id}
        if row.archived is not None:
            self._ask_reason("重新打开档案", "为什么重新打开", actions.reopen, values, "重新打开")
            return
        missing = rules.lacking(row.items)
        if missing:
            self._ask_reason("归档", f"还缺 {missing}。不补了请写原因", actions.archive, values, "归档")
        else:
            self._run(actions.archive, cohort_id=self._cohort_id)

    def _ask_reason(self, title: str, words: str, act: Any, values: dict[str, Any], save_text: str) -> None:
        fields = (Text(name="reason", label=words, required=True, longest=80),)
        panel = FormPanel(self.desk, title, fields, partial(_with_reason, act, values), save_text=save_text)
        FormDialog(self, panel).open()

    def _run(self, act: Any, **kw: Any) -> None:
        self.desk.run(act, failed=self._refuse, owner=self, **kw)

    def _refuse(self, error: Exception) -> None:
        self.note.say(str(error), "refused")

    @Slot()
    def show_pdf(self) -> None:
        """The bound PDF in the preview."""
        if self.shown is not None:
            work = partial(asking.make_pdf, self.desk, self._cohort_id)
            self.desk.start(work, self._preview, title="装订一班一档", owner=self, failed=self._refuse)

    def _preview(self, pdf: bytes) -> None:
        name = self._name()
        PdfPreview(self.desk, name, pdf, f"{name}.pdf", self).open()

    @Slot()
    def choose_zip(self) -> None:
        """Where the ZIP goes."""
        found, _ = QFileDialog.getSaveFileName(self, "导出原件包", f"{self._name()}.zip", "ZIP (*.zip)")
        if found:
            self.write_zip(Path(found))

    def write_zip(self, path: Path) -> None:
        """PDF and originals into one file."""
        work = partial(asking.make_zip, self.desk, self._cohort_id, path)
        self.desk.start(work, self._packed, title="导出原件包", owner=self, failed=self._refuse)

    def _packed(self, done: tuple[str, int]) -> None:
        self.desk.tell(f"已导出 {done[0]}：档案 PDF 和 {done[1]} 份原件。里面有个人信息，请妥善保管。")

    def _name(self) -> str:
        cohort = self.shown.row.cohort if self.shown else None
        return f"{cohort.no} {cohort.title} 一班一档" if cohort else TITLE


def _fits(row: ClassFileRow, wanted: str) -> bool:
    if wanted == "lacking":
        return row.whole is not None and row.whole < 100
    return row.archived is None


def _with_reason(act: Any, values: dict[str, Any], typed: dict[str, Any], panel: FormPanel) -> None:
    panel.run(act, **values, **typed)


PAGE = PageSpec(
    key="classfile",
    title=TITLE,
    sentence=SENTENCE,
    group="教学",
    icon="classfile",
    factory=ClassFilePage,
    keys_help=(
        ("Enter", "去办选中的一项，或放入文件"),
        ("Ctrl+O", "给选中的一项放入文件"),
        ("Ctrl+V", "把复制的文件或截图放入选中的一项"),
        ("Del", "取出选中的文件"),
        ("Ctrl+P", "打印档案（带目录和书签）"),
        ("Ctrl+F", "找班级"),
    ),
)
