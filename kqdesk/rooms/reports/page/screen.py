"""The list of templates: put one in, see what it asks for, make the forms."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog

from kqdesk.desk.cells import Column
from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Choice, Field, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.job import Job
from kqdesk.desk.page import Page
from kqdesk.desk.pages import PageSpec
from kqdesk.desk.parts import Push, add_keys
from kqdesk.desk.table import TableView
from kqdesk.excel.templates import Looked, look, unknown
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.resources import resource
from kqdesk.rooms.reports import actions, queries, rules, sheets
from kqdesk.rooms.reports.page.fieldlist import FieldList
from kqdesk.rooms.reports.queries import FormValues, Subjectable, TemplateRow
from kqdesk.rooms.reports.terms import Scope

TITLE, SENTENCE = "报表模板", "上级发的登记表、名册、成绩册：在原表里写上 {{字段}}，程序就照原样填好。"
EMPTY = "把上级发的 .xlsx 或 .docx 打开，在要填的地方写上 {{姓名}} 这样的字段，存好后放进来。以后选一个班或一场考试，整套表一次填好，格式和原表一模一样。"
SCOPES = tuple((scope, f"{scope.label}（{scope.example}）") for scope in Scope)
SAMPLES = tuple(
    (name, name.rpartition(".")[0]) for name in ("成人文化技术培训统计表.xlsx", "年度目标完成情况报告.docx")
)
COLUMNS = (
    Column[TemplateRow]("名称", lambda r: r.title, is_strong=True),
    Column[TemplateRow]("填法", lambda r: r.scope.label, width=130),
    Column[TemplateRow]("字段", lambda r: str(len(set(r.asks))), kind="number", width=70, tip=lambda r: "、".join(dict.fromkeys(r.asks))),
    Column[TemplateRow]("文件", lambda r: r.file_name, width=260),
    Column[TemplateRow]("放入日期", lambda r: f"{r.kept_on:%Y-%m-%d}", width=112),
)  # fmt: skip


class ReportsPage(Page):
    """Templates, their fields, and the forms made with them."""

    watches = frozenset({"document_template"})

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        super().__init__(desk, TITLE, SENTENCE)
        self.add_search("模板名称")
        self.add_button("字段表", self.show_fields, icon_name="file", keys="Ctrl+E", tip="模板里能写哪些字段")
        self.add_button(
            "自带的表", self.choose_sample, icon_name="reports", tip="统计表的样子，放入以后可以自己改"
        )
        self.add_button(
            "填表", self.make, icon_name="export", keys="Ctrl+P", tip="选一个班或一场考试，填好整套表"
        )
        self.set_primary("放入模板", self.choose_file, icon_name="add", keys="Ctrl+N")
        self.table = TableView(COLUMNS, name="reports.templates", memory=desk.memory)
        self.table.opened.connect(self.make_with)
        self.table.add_menu("填表　Enter", self.make, "export")
        self.table.add_menu("修改　F2", self.edit, "edit")
        self.table.add_menu("停用　Del", self.retire, "hidden")
        add_keys(self.table, ("F2", self.edit), ("Del", self.retire), ("Esc", self.close_side))
        self.set_body(self.table)

    def reload(self) -> None:
        self.desk.read(
            partial(queries.templates, text=self.searched_text()), self._take, owner=self, only="reload"
        )

    def _take(self, rows: Sequence[TemplateRow]) -> None:
        self.table.show_rows(rows)
        self.set_foot(f"共 {len(rows)} 个模板")
        if rows or self.searched_text():
            self.show_body()
            return
        buttons = [
            Push("放入模板", self.choose_file, look="primary", icon_name="add"),
            Push("看字段表", self.show_fields, icon_name="file"),
        ]
        self.show_blank("reports", "还没有模板", EMPTY, buttons)

    # -- a new one --------------------------------------------------------------------------------

    @Slot()
    def choose_file(self) -> None:
        """A form of the user's."""
        path, _ = QFileDialog.getOpenFileName(self, "选模板", "", "Word 或 Excel (*.docx *.xlsx *.doc *.xls)")
        if path:
            self.look_at(Path(path))

    def look_at(self, path: Path) -> None:
        """Read the file in a job and see what it asks for."""
        files = self.desk.attachments

        def work(_: Job) -> tuple[Looked, str, int]:
            try:
                content = path.read_bytes()
            except OSError as wrong:
                raise UserError(f"「{path.name}」打不开：可能正被别的程序占用。请关闭它再试。") from wrong
            return look(content, path.name), files.keep(content), len(content)

        self.desk.start(
            work, partial(self._looked, path.name), title="读模板", owner=self, failed=self._refused
        )

    def _refused(self, error: UserError) -> None:
        self.note.say(str(error), "refused")

    def _looked(self, name: str, found: tuple[Looked, str, int]) -> None:
        looked, digest, size = found
        self.note.hide()
        scope = _best_scope(looked)
        strange = unknown(looked, rules.field_names(scope))
        if strange:
            more = f"　还有 {len(strange) - 3} 处。" if len(strange) > 3 else ""
            words = "".join(one.words for one in strange[:3]) + more + "请改好存盘，再放入一次。"
            self.note.say(words, "refused", ("看字段表", self.show_fields))
            return
        save = partial(self._save_new, name, looked, digest, size)
        values = {"title": Path(name).stem, "scope": scope}
        self._panel(FormPanel(self.desk, "放入模板", _fields(), save, values=values))

    def _save_new(
        self, name: str, looked: Looked, digest: str, size: int, values: dict[str, Any], panel: FormPanel
    ) -> None:
        asks = [spot.name for spot in looked.spots]
        panel.run(
            actions.keep_template,
            file_name=name,
            kind=looked.kind,
            digest=digest,
            size=size,
            asks=asks,
            **values,
        )

    @Slot()
    def edit(self) -> None:
        """F2."""
        row = self.table.current()
        if row is not None:
            save = partial(self._save_change, row.id)
            values = {"title": row.title, "scope": row.scope}
            self._panel(FormPanel(self.desk, "修改模板", _fields(), save, values=values))

    def _save_change(self, template_id: str, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.change_template, template_id=template_id, **values)

    @Slot()
    def retire(self) -> None:
        """Del."""
        row = self.table.current()
        if row is not None:
            self.desk.run(actions.retire_template, then=self._retired, owner=self, template_id=row.id)

    def _retired(self, _: Any) -> None:
        self.desk.tell("模板已停用。以前填好的表不受影响。", undo=True)

    @Slot()
    def show_fields(self) -> None:
        """字段表 at the right."""
        row = self.table.current()
        panel = FieldList(self.desk, row.scope if row is not None else Scope.LEARNER)
        panel.closed.connect(self.close_side)
        self.set_side(panel)
        panel.table.setFocus()

    def _panel(self, panel: FormPanel) -> None:
        self.open_form(panel)

    # -- making forms -----------------------------------------------------------------------------

    @Slot()
    def make(self) -> None:
        """Forms with the current template."""
        row = self.table.current()
        if row is None:
            self.desk.tell("先选一个模板。", kind="refused")
        else:
            self.make_with(row)

    @Slot(object)
    def make_with(self, row: TemplateRow) -> None:
        """Ask for which cohort or sitting."""
        self.desk.read(
            partial(queries.makeable, scope=row.scope), partial(self._ask, row), owner=self, only="ask"
        )

    def _ask(self, row: TemplateRow, found: Sequence[Subjectable]) -> None:
        what = {Scope.SITTING: "考试", Scope.STATISTICS: "期间"}.get(row.scope, "班级")
        if not found:
            page = "exams" if row.scope is Scope.SITTING else "cohorts"
            self.desk.tell(
                f"还没有{'班级' if row.scope is Scope.STATISTICS else what}，先去建一个。",
                kind="refused",
                button=("去建", partial(self.desk.open, page)),
            )
            return
        fields = (
            Choice(name="subject", label=what, choices=tuple((o.id, o.words) for o in found), required=True),
        )
        panel = FormPanel(
            self.desk, f"填表：{row.title}", fields, partial(self._where, row), save_text="填表"
        )
        self._panel(panel)

    def _where(self, row: TemplateRow, values: dict[str, Any], panel: FormPanel) -> None:
        today, actor = self.desk.today(), self.desk.seat.actor_id
        ask = partial(queries.forms, scope=row.scope, subject_id=values["subject"], today=today, actor=actor)
        self.desk.read(ask, partial(self._save_as, row), owner=panel)

    def _save_as(self, row: TemplateRow, filled: Sequence[FormValues]) -> None:
        if not filled:
            self.desk.tell("这个班里还没有学员，没有可填的表。", kind="refused")
            return
        kind = row.kind if len(filled) == 1 else "zip"
        name = rules.file_name(row.title, [filled[0].name if len(filled) == 1 else f"{len(filled)} 份"], kind)
        path, _ = QFileDialog.getSaveFileName(self, "存到哪里", name, f"{kind} (*.{kind})")
        if path:
            self.write(row, filled, Path(path))

    def write(self, row: TemplateRow, filled: Sequence[FormValues], path: Path) -> None:
        """Fill and write in a job."""
        read = self.desk.attachments.read

        def work(job: Job) -> int:
            made = sheets.made_forms(row, filled, read, progress=job)
            sheets.write_forms(path, made)
            return len(made)

        blank = sheets.lacking(row, filled)
        self.desk.start(work, partial(self._written, blank), title=f"填{row.title}", owner=self)

    def _written(self, blank: Sequence[str], count: int) -> None:
        self.close_side()
        if blank:
            named = "、".join(blank[:6]) + ("等" if len(blank) > 6 else "")
            self.note.say(f"这些字段没有数，表里空着：{named}。", "info")
        self.desk.tell(f"{count} 份表填好了。证件号码和电话按您的权限显示。")

    @Slot()
    def choose_sample(self) -> None:
        """One of the forms that come with the program, as a beginning."""
        fields = (Choice(name="name", label="自带的表", choices=SAMPLES, required=True),)
        self._panel(FormPanel(self.desk, "用自带的表", fields, self._take_sample, save_text="放入"))

    def _take_sample(self, values: dict[str, Any], panel: FormPanel) -> None:
        self.look_at(resource(f"templates/{values['name']}"))


def _fields() -> tuple[Field, ...]:
    return (
        Text(name="title", label="名称", required=True, longest=40),
        Choice(name="scope", label="填法", choices=SCOPES, required=True),
    )


def _best_scope(looked: Looked) -> Scope:
    """The scope that knows the most of what is asked for; of equal ones the first."""
    asked = {spot.name for spot in looked.spots}
    return max(Scope, key=lambda scope: len(asked & set(rules.field_names(scope))))


PAGE = PageSpec(
    "reports", TITLE, SENTENCE, "统计", "reports", ReportsPage,
    keys_help=(("Ctrl+N", "放入模板"), ("Enter 或 Ctrl+P", "填表"), ("Ctrl+E", "字段表"), ("F2", "修改"), ("Del", "停用")),
)  # fmt: skip
