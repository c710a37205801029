"""The list of trainers: who teaches what, when, and whose papers run out."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QFileDialog, QStackedWidget
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.form import FormPanel
from kqdesk.desk.job import Job
from kqdesk.desk.listimport import ListImportDialog
from kqdesk.desk.page import Page
from kqdesk.desk.pages import Hit, PageSpec, Source
from kqdesk.desk.parts import Push
from kqdesk.desk.table import TableView
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.trainers import actions, queries, sheets
from kqdesk.rooms.trainers.page.form import account_panel, disable_panel, trainer_fields
from kqdesk.rooms.trainers.page.importing import TRAINERS
from kqdesk.rooms.trainers.page.papers import LeavesPanel, PapersPanel, WeekPanel
from kqdesk.rooms.trainers.queries import TrainerRow
from kqdesk.rooms.trainers.rules import WEEKDAYS, Expiry, categories, free_on
from kqdesk.security.masking import mask_phone


def _standing(row: TrainerRow) -> Pill | None:
    """Out of use, a paper over or running out, or nothing to say."""
    if not row.is_active:
        return Pill("停用", "neutral", "hidden")
    if row.expiry is Expiry.OVER:
        return Pill("证书过期", "danger", "error")
    if row.leave is not None:
        return Pill(f"请假 {row.leave.starts_on:%m-%d} 起", "neutral", "calendar")
    return Pill("快到期", "warning", "waiting") if row.expiry is Expiry.SOON else None


def _leave_words(row: TrainerRow) -> str:
    return f"请假 {row.leave.words}" if row.leave else ""


def _next_expiry(row: TrainerRow) -> str:
    return f"{row.next_expiry[1]} {row.next_expiry[0]}" if row.next_expiry else ""


def _free(day: int, row: TrainerRow) -> str:
    """When she can teach on a day of the week; nobody asked her yet: a question mark on Monday."""
    if not row.times:
        return "没问过" if day == 1 else ""
    return free_on(row.times, day)


COLUMNS = (
    Column[TrainerRow]("姓名", lambda r: r.name, width=84, is_strong=True),
    Column[TrainerRow]("提醒", lambda r: "", kind="pill", width=124, pill=_standing, tip=_leave_words),
    Column[TrainerRow]("专长", lambda r: "、".join(r.specialities), width=180),
    Column[TrainerRow]("可上课时间", lambda r: r.times_shown or "没问过", width=220),
    Column[TrainerRow]("电话", lambda r: mask_phone(r.phone), kind="code", width=112),
    Column[TrainerRow]("单位", lambda r: r.employer),
    Column[TrainerRow]("来源", lambda r: r.source.label, width=96),
    Column[TrainerRow](
        "最先到期的证书", _next_expiry, width=170, sort=lambda r: r.next_expiry and r.next_expiry[1]
    ),
)


WEEK = (
    Column[TrainerRow]("姓名", lambda r: r.name, width=84, is_strong=True),
    *(
        Column[TrainerRow](words, partial(_free, day), width=108, tip=partial(_free, day))
        for day, words in enumerate(WEEKDAYS, start=1)
    ),
    Column[TrainerRow]("专长", lambda r: "、".join(r.specialities)),
)
LIST, BY_WEEK = "list", "week"


class TrainersPage(Page):
    """共富培训师库: the list, or everybody's week."""

    watches = frozenset(
        {
            "trainer",
            "trainer_speciality",
            "trainer_qualification",
            "trainer_availability",
            "trainer_leave",
            "rule_pack",
        }
    )

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        super().__init__(desk, "培训师", "谁能教什么、什么时候有空、证书到没到期。")
        self.add_search("姓名、简拼、专长、单位、电话尾号", width=260)
        self.speciality = self.add_combo(
            "专长门类", [(None, "全部专长"), *((word, word) for word in categories())]
        )
        self.view = self.add_segments("看法", [(LIST, "名单"), (BY_WEEK, "一周有空")])
        self.with_retired = QCheckBox("也看停用的")
        self.with_retired.toggled.connect(self._on_toggled)
        self.add_left(self.with_retired)
        self.add_button(
            "可上课时间",
            self.open_week,
            icon_name="calendar",
            tip="选中的培训师什么时候能上课",
            keys="Ctrl+T",
        )
        self.add_button(
            "资格证书",
            self.open_papers,
            icon_name="certificates",
            tip="选中的培训师有哪些证书",
            keys="Ctrl+E",
        )
        self.add_button(
            "请假", self.open_leaves, icon_name="calendar", tip="选中的培训师哪几天不能上课", keys="Ctrl+J"
        )
        self.add_button("导入", self.choose_import, icon_name="import", keys="Ctrl+I", tip="培训师名单 Excel")
        self.add_button("导出", self.choose_export, icon_name="export", tip="现在看到的名单")
        self.set_primary("新建培训师", self.start_new, keys="Ctrl+N")
        self.listed = self._table(COLUMNS, "trainers.list", "培训师名单")
        self.week = self._table(WEEK, "trainers.week", "一周有空")
        self.shelf = QStackedWidget()
        self.shelf.addWidget(self.listed)
        self.shelf.addWidget(self.week)
        self.rows: list[TrainerRow] = []
        self.set_body(self.shelf)

    def _table(self, columns: Sequence[Column[TrainerRow]], name: str, spoken: str) -> TableView:
        table = TableView(columns, name=name, memory=self.desk.memory)
        table.setAccessibleName(spoken)
        table.opened.connect(self.edit)
        for words, act, icon_name in (
            ("修改　F2", self.edit_current, "edit"), ("可上课时间　Ctrl+T", self.open_week, "calendar"),
            ("资格证书　Ctrl+E", self.open_papers, "certificates"), ("收款账户　Ctrl+B", self.open_account, "edit"),
            ("请假　Ctrl+J", self.open_leaves, "calendar"), ("看课表、谁能顶课　Ctrl+L", self.open_timetable, "timetable"), ("停用　Del", self.disable_selected, "hidden"),
            ("停用，写明原因…", self.disable_with_reason, "hidden"),
        ):  # fmt: skip
            table.add_menu(words, act, icon_name)
        for keys, act in (
            ("F2", self.edit_current), ("Del", self.disable_selected), ("Ctrl+B", self.open_account),
            ("Ctrl+L", self.open_timetable),
        ):  # fmt: skip
            press = QShortcut(QKeySequence(keys), table)
            press.setContext(Qt.ShortcutContext.WidgetShortcut)
            press.activated.connect(act)
        return table

    @property
    def table(self) -> TableView:
        """The table that is shown."""
        return self.week if self.view.value() == BY_WEEK else self.listed

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``find`` fills the search box."""
        if self.search is not None and "find" in context:
            self.search.setText(context["find"])
        self.reload()

    def reload(self) -> None:
        query = partial(
            queries.trainers, on=self.desk.today(), text=self.searched_text(), speciality=self.speciality.value(),
            with_retired=self.with_retired.isChecked(),
        )  # fmt: skip
        self.desk.read(query, self.show_trainers, owner=self, only="reload")

    def show_trainers(self, rows: Sequence[TrainerRow]) -> None:
        """The list, or what it is for."""
        self.rows = list(rows)
        self.listed.show_rows(rows)
        self.week.show_rows(rows)
        self.shelf.setCurrentWidget(self.table)
        due = sum(row.expiry is not Expiry.VALID for row in rows)
        self.set_foot(f"共 {len(rows)} 位" + (f" · {due} 位有证书过期或快到期" if due else ""))
        if rows or self.searched_text() or self.speciality.value():
            self.show_body()
            return
        self.show_blank(
            "trainers", "还没有培训师",
            "本校老师、外请的师傅、乡土人才都登记在这里。排课时软件会查他们有没有空、会不会撞课。",
            [
                Push("新建培训师", self.start_new, look="primary", icon_name="add"),
                Push("导入名单", self.choose_import, icon_name="import"),
            ],
        )  # fmt: skip

    # -- panels -----------------------------------------------------------------------------------

    @Slot()
    def start_new(self) -> None:
        """An empty form."""
        self._open(FormPanel(self.desk, "新建培训师", trainer_fields(is_new=True), self._save_new))

    @Slot(object)
    def edit(self, row: TrainerRow) -> None:
        """The form of one trainer, read again from the store."""
        load = partial(queries.trainer_form, row_id=row.id)
        self._open(
            FormPanel(
                self.desk,
                "修改培训师",
                trainer_fields(is_new=False),
                partial(self._save_change, row.id),
                load=load,
            )
        )

    @Slot()
    def edit_current(self) -> None:
        """F2."""
        if self.table.current() is not None:
            self.edit(self.table.current())

    @Slot()
    def open_week(self) -> None:
        """When the chosen trainer can teach."""
        row = self._chosen()
        if row is not None:
            self._open(WeekPanel(self.desk, row))

    @Slot()
    def open_papers(self) -> None:
        """What papers the chosen trainer holds."""
        row = self._chosen()
        if row is not None:
            self._open(PapersPanel(self.desk, row))

    @Slot()
    def open_leaves(self) -> None:
        """When the chosen trainer is on leave."""
        row = self._chosen()
        if row is not None:
            self._open(LeavesPanel(self.desk, row))

    @Slot()
    def open_account(self) -> None:
        """Where the chosen trainer's pay goes."""
        row = self._chosen()
        if row is not None:
            self._open(account_panel(self.desk, row))

    @Slot()
    def open_timetable(self) -> None:
        """Her lessons; 代课 on a lesson there ranks who can stand in, with reasons."""
        row = self._chosen()
        if row is not None:
            self.desk.open("timetable", trainer=row.id)

    @Slot()
    def disable_selected(self) -> None:
        """Del: out of use; Ctrl+Z takes it back."""
        for row in self.table.selected():
            self.desk.run(actions.disable_trainer, then=self._disabled, owner=self, trainer_id=row.id)

    @Slot()
    def disable_with_reason(self) -> None:
        """The chosen one out of use, with why."""
        row = self._chosen()
        if row is not None:
            self._open(disable_panel(self.desk, row, self._disabled))

    # -- Excel ------------------------------------------------------------------------------------

    @Slot()
    def choose_import(self) -> None:
        """A list from elsewhere."""
        path, _ = QFileDialog.getOpenFileName(self, "导入培训师名单", "", "表格 (*.xlsx *.xls *.ods *.csv)")
        if path:
            self.import_list(Path(path))

    def import_list(self, path: Path) -> None:
        """Show what a file says; nothing is written before 导入."""
        ListImportDialog(self.desk, self, TRAINERS, path).open()

    @Slot()
    def choose_export(self) -> None:
        """The list as shown."""
        path, _ = QFileDialog.getSaveFileName(self, "导出培训师", "共富培训师库.xlsx", "Excel (*.xlsx)")
        if path:
            work = partial(_write, list(self.rows), Path(path))
            self.desk.start(work, self._written, title="导出培训师", owner=self, failed=self._refused)

    def _written(self, count: int) -> None:
        self.desk.tell(f"已导出 {count} 位培训师。")

    def _refused(self, error: UserError) -> None:
        self.note.say(str(error), "refused")

    def _disabled(self, _: Any) -> None:
        self.desk.tell("已停用，以后排课不再列出；上过的课不受影响。", undo=True)

    def _chosen(self) -> TrainerRow | None:
        row: TrainerRow | None = self.table.current()
        if row is None:
            self.desk.tell("请先在列表里选一位培训师。", kind="refused")
        return row

    def _open(self, panel: Any) -> None:
        if isinstance(self.side, FormPanel) and self.side.form.is_edited:
            self.side.leave()
            panel.deleteLater()
            return
        panel.closed.connect(self._close)
        self.set_side(panel)
        if isinstance(panel, FormPanel):
            panel.form.focus_first()

    def _close(self) -> None:
        self.set_side(None)
        self.table.setFocus()

    def _save_new(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.add_trainer, **values)

    def _save_change(self, trainer_id: str, values: dict[str, Any], panel: FormPanel) -> None:
        values["trainer_id"] = trainer_id
        panel.run(actions.change_trainer, seen=panel.seen, **values)

    @Slot(bool)
    def _on_toggled(self, _: bool) -> None:
        self.reload()


def _write(rows: Sequence[TrainerRow], path: Path, job: Job) -> int:
    return sheets.write_trainers(path, rows, progress=job)


def find(session: Session, text: str, limit: int) -> list[Hit]:
    """Trainers for Ctrl+K."""
    return [
        Hit(name, words, "trainers", "trainers", {"find": name})
        for _, name, words in queries.find(session, text, limit)
    ]


SOURCE = Source("培训师", find)
PAGE = PageSpec(
    key="trainers",
    title="培训师",
    sentence="谁能教什么、什么时候有空、证书到没到期",
    group="教学",
    icon="trainers",
    factory=TrainersPage,
    keys_help=(
        ("Ctrl+N", "新建培训师"), ("Enter 或 F2", "修改"), ("Ctrl+T", "可上课时间"), ("Ctrl+E", "资格证书"), ("Ctrl+B", "收款账户"), ("Ctrl+J", "请假"), ("Ctrl+L", "看课表、找人顶课"),
        ("Ctrl+I", "导入名单"), ("Del", "停用"),
        ("Ctrl+F", "搜索"),
    ),
)  # fmt: skip
