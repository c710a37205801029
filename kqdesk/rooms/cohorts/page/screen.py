"""The frame of the 班级 page: the list with its filters, and the card that opens from it."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column
from kqdesk.desk.desk import Desk
from kqdesk.desk.form import FormPanel
from kqdesk.desk.page import Page
from kqdesk.desk.pages import Hit, PageSpec, Source
from kqdesk.desk.parts import Push
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.table import TableView
from kqdesk.rooms.cohorts import actions, queries
from kqdesk.rooms.cohorts.page import asking, panels, paying
from kqdesk.rooms.cohorts.page.asking import Asked, Found
from kqdesk.rooms.cohorts.page.card import COHORT_PILLS, CohortCard
from kqdesk.rooms.cohorts.page.notices import Notices
from kqdesk.rooms.cohorts.page.steps import LearnerSteps
from kqdesk.rooms.cohorts.queries import Choices, CohortRow, RosterRow
from kqdesk.rooms.cohorts.terms import CohortKind, CohortState

COLUMNS = (
    Column[CohortRow]("编号", lambda row: row.no, kind="code", width=108),
    Column[CohortRow]("班级", lambda row: row.title, width=208, is_strong=True),
    Column[CohortRow]("状态", lambda row: "", kind="pill", width=94, pill=lambda row: COHORT_PILLS[row.state]),
    Column[CohortRow]("人数", lambda row: f"{row.enrolled}/{row.capacity}", kind="number", width=78, sort=lambda row: row.enrolled),
    Column[CohortRow]("候补", lambda row: str(row.waiting or ""), kind="number", width=62),
    Column[CohortRow]("开班", lambda row: f"{row.starts_on:%Y-%m-%d}" if row.starts_on else "", width=110),
    Column[CohortRow]("类型", lambda row: row.kind_words, width=124),
    Column[CohortRow]("课程 / 方案", lambda row: row.subject),
    Column[CohortRow]("培训师", lambda row: row.trainer, width=88),
    Column[CohortRow]("教学点", lambda row: row.site, width=120),
)  # fmt: skip


class CohortsPage(Page):
    """List and card; the filled button is 开班 in the list and 加学员 on a card."""

    watches = frozenset(
        {
            "cohort",
            "cohort_kind",
            "enrolment",
            "person",
            "course",
            "programme",
            "trainer",
            "site",
            "classroom",
            "enrolment_change",
            "fee_entry",
        }
    )

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        super().__init__(desk, "班级", "开班、加学员、学籍变动；花名册和在读证明在班级里打印。")
        self.add_search("编号、名称、课程、培训师", width=220)
        kinds = [(None, "全部类型"), *((kind, kind.label) for kind in CohortKind)]
        states = [(None, "全部"), *((state, state.label) for state in CohortState)]
        self.kind = self.add_combo("类型", kinds)
        self.state = self.add_segments("状态", states)
        self.year = self.add_combo("年份", [(None, "全部年份")])
        self.table = TableView(COLUMNS, name="cohorts.list", memory=desk.memory)
        self.table.setAccessibleName("班级列表")
        self.table.opened.connect(self.open_card)
        self.card = CohortCard(desk.memory)
        self.card.asked.connect(self.do)
        self.card.left.connect(self.close_card)
        self.shelf = QStackedWidget()
        self.shelf.addWidget(self.table)
        self.shelf.addWidget(self.card)
        self.set_body(self.shelf)
        self.card.opened.connect(self.open_learner)
        self.add_button(
            "招生简章",
            self.print_leaflet,
            icon_name="print",
            keys="Ctrl+P",
            tip="选中的班（或打开的班）的招生简章",
        )
        self.steps, self.notices = LearnerSteps(self), Notices(self)
        self.enrolment_id: str | None = None
        self.cohort_id: str | None = None
        self.rows: list[CohortRow] = []
        self.offered: Choices | None = None
        self._name_primary()
        self.searched.connect(self._on_searched)

    @Slot(str)
    def _on_searched(self, _: str) -> None:
        self._turn(None)  # searching is for the list

    def _name_primary(self) -> None:
        if self.cohort_id is None:
            self.set_primary("开班", self.create, keys="Ctrl+N")
        else:
            self.set_primary("加学员", self.add_learners, keys="Ctrl+N")

    # -- list and card ------------------------------------------------------------------------------

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``cohort=`` opens a card, ``find=`` searches, ``new=True`` opens the form.

        ``no_shows=`` enrolment ids with ``missed=`` and ``limit=``: asks whether they lose their places.
        """
        if self.search is not None and "find" in context:
            self.search.setText(context["find"])
        if context.get("cohort"):
            self._turn(str(context["cohort"]))
        elif "find" in context:
            self._turn(None)
        self.reload()
        if context.get("new"):
            self.create()
        if context.get("no_shows"):
            self.steps.ask_about_no_shows(context)

    def reload(self) -> None:
        asked = Asked(
            self.searched_text(), self.kind.value(), self.state.value(), self.year.value(), self.cohort_id,
            self.enrolment_id,
        )  # fmt: skip
        self.desk.read(partial(asking.asked, asked), self._show, owner=self, only="reload")

    def _show(self, found: Found) -> None:
        self.rows, self.offered, card = found.rows, found.offered, found.card
        rows = found.rows
        self.year.offer([(None, "全部年份"), *((year, f"{year} 年") for year in found.years)])
        self.table.show_rows(rows)
        if card is not None:
            self.card.show_card(card, found.learners)
            self.set_foot(
                f"{len(found.learners)} 人 · Enter 看学员 · Esc 回到列表 · 右键办理退学、转班、结业"
            )
            self.show_body()
            self.steps.show(found)
            return
        self.cohort_id = None
        self.shelf.setCurrentWidget(self.table)
        people = sum(row.enrolled for row in rows)
        self.set_foot(f"{len(rows)} 个班，在读和结业 {people} 人次 · Enter 打开")
        is_filtered = bool(
            self.searched_text() or self.kind.value() or self.state.value() or self.year.value()
        )
        if rows or is_filtered:
            self.show_body()
        else:
            buttons = [
                Push("开班", self.create, look="primary", icon_name="add"),
                Push("先导入花名册", partial(self.desk.open, "people")),
            ]
            self.show_blank(
                "cohorts",
                "还没有班级",
                "开了班，加进学员，才能排课、点名、考试、发证。村班、厂班、夜校班都在这里开。",
                buttons,
            )

    def _turn(self, cohort_id: str | None) -> None:
        if cohort_id == self.cohort_id:
            return
        self.cohort_id, self.enrolment_id = cohort_id, None
        self.set_side(None)
        self.note.hide()
        self.shelf.setCurrentWidget(self.table if cohort_id is None else self.card)
        self._name_primary()

    @Slot(object)
    def open_card(self, row: CohortRow) -> None:
        """Enter or double click on a cohort."""
        self._turn(row.id)
        self.reload()
        self.card.table.setFocus()

    @Slot()
    def close_card(self) -> None:
        """Esc on a card: the list again."""
        self._turn(None)
        self.reload()
        self.table.setFocus()

    @Slot(object)
    def open_learner(self, row: RosterRow) -> None:
        """Enter or double click on a learner."""
        self.enrolment_id = row.id
        if not isinstance(self.side, FormPanel):
            self.reload()

    # -- forms --------------------------------------------------------------------------------------

    def open_panel(self, panel: FormPanel) -> None:
        """A form at the right; closing it brings back what stood there."""
        panel.closed.connect(self.panel_closed)
        self.set_side(panel)
        panel.form.focus_first()

    def set_side(self, panel: QWidget | None) -> None:
        super().set_side(panel)
        self.card.be_brief(panel is not None)

    @Slot()
    def panel_closed(self) -> None:
        """The learner's card comes back when one was open."""
        self.set_side(None)
        if self.enrolment_id is not None:
            self.reload()

    @Slot()
    def create(self) -> None:
        """A new cohort; what the form offers is asked first."""
        self.desk.read(partial(asking.for_new, self.desk), self._show_new, owner=self, only="new")

    def _show_new(self, found: tuple[Choices, int | None]) -> None:
        panel = panels.open_panel(self.desk, *found)
        panel.saved.connect(self._on_made)
        self.show_body()
        self.open_panel(panel)

    @Slot(object)
    def _on_made(self, cohort_id: str) -> None:
        self._turn(cohort_id)
        self.reload()
        self.card.table.setFocus()
        self.desk.tell("班级已建好，接着加学员。", undo=True)

    @Slot()
    def add_learners(self) -> None:
        """People into the cohort on the card."""
        if self.card.row is not None:
            self.open_panel(panels.EnrolPanel(self.desk, self.card.row))

    @Slot(str)
    def do(self, what: str) -> None:
        """One of the card's buttons or menu lines."""
        row = self.card.row
        if row is None:
            return
        steps: dict[str, Callable[[CohortRow], object]] = {
            "edit": self._edit, "timetable": partial(self._go, "timetable"), "attendance": partial(self._go, "attendance"),
            "print_list": self._print_list, "print_proof": self._print_proof, "export": partial(self._export, "花名册", asking.write_list),
            "ledger": partial(self._export, "收费流水", asking.write_ledger),
            "tell": self.notices.offer,
            "start": partial(self._simple, actions.start_cohort), "close": partial(self._simple, actions.close_cohort),
            "cancel": self._cancel,
            "reopen": partial(self._with_reason, "恢复班级", actions.reopen_cohort), "copy": self._copy,
        }  # fmt: skip
        if what in steps:
            steps[what](row)
        else:
            self.steps.do(what)

    def _edit(self, row: CohortRow) -> None:
        if self.offered is not None:
            panel = panels.edit_panel(self.desk, self.offered, row)
            panel.saved.connect(partial(self.notices.after_edit, row))
            self.open_panel(panel)

    def _cancel(self, row: CohortRow) -> None:
        panel = panels.reason_panel(self.desk, "取消班级", actions.cancel_cohort, cohort_id=row.id)
        panel.saved.connect(partial(self.notices.after_cancel, row, panel))
        self.open_panel(panel)

    def _go(self, page: str, row: CohortRow) -> None:
        self.desk.open(page, cohort=row.id)

    def _simple(self, act: Any, row: CohortRow) -> None:
        self.desk.run(act, cohort_id=row.id, owner=self)

    def _with_reason(self, title: str, act: Any, row: CohortRow) -> None:
        self.open_panel(panels.reason_panel(self.desk, title, act, cohort_id=row.id))

    def _copy(self, row: CohortRow) -> None:
        panel = panels.CopyPanel(self.desk, row)
        panel.saved.connect(self._on_copied)
        self.open_panel(panel)

    @Slot(object)
    def _on_copied(self, cohort_id: str) -> None:
        self._on_made(cohort_id)
        self.desk.tell(
            "照去年的班建好了；排课时会带出原来的星期几和时间。", button=("去排课", self._to_timetable)
        )

    @Slot()
    def _to_timetable(self) -> None:
        self.desk.open("timetable", cohort=self.cohort_id)

    def chosen(self) -> list[RosterRow]:
        """The selected learners; says so when there are none."""
        chosen: list[RosterRow] = list(self.card.table.selected())
        if not chosen:
            self.note.say("请先在名单里选学员，按住 Ctrl 可以多选。", "refused")
        else:
            self.note.hide()
        return chosen

    # -- paper --------------------------------------------------------------------------------------

    def _print_list(self, row: CohortRow) -> None:
        self.desk.start(
            partial(asking.list_pdf, self.desk, row.id),
            partial(self.preview, "班级花名册"),
            title="生成花名册",
            owner=self,
        )

    def _print_proof(self, row: CohortRow) -> None:
        chosen = self.chosen()
        if chosen:
            work = partial(asking.proof_pdf, self.desk, row, tuple(chosen))
            self.desk.start(work, partial(self.preview, "在读证明"), title="生成在读证明", owner=self)

    def preview(self, title: str, pdf: bytes) -> None:
        """The paper as it will be printed."""
        PdfPreview(self.desk, title, pdf, f"{title}.pdf", self).open()

    def _export(self, what: str, write: Callable[..., int], row: CohortRow) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, f"导出{what}", f"{row.no}{what}.xlsx", "Excel 文件 (*.xlsx)"
        )
        if path:
            work = partial(write, self.desk, row, Path(path))
            self.desk.start(work, partial(self._exported, what), title=f"导出{what}", owner=self)

    @Slot()
    def print_leaflet(self) -> None:
        """招生简章 of the open class, else of the chosen ones."""
        rows = [self.card.row] if self.cohort_id and self.card.row else self.table.selected()
        if not rows:
            self.note.say("请先在列表里选要招生的班，按住 Ctrl 可以多选。", "refused")
            return
        self.note.hide()
        ids = [row.id for row in rows]
        self.desk.read(asking.recruit_address, partial(self._ask_address, ids), owner=self, only="address")

    def _ask_address(self, ids: list[str], address: str) -> None:
        self.open_panel(paying.leaflet_panel(self.desk, len(ids), address, partial(self._leaflet, ids)))

    def _leaflet(self, ids: list[str], address: str) -> None:
        work = partial(asking.leaflet_pdf, self.desk, ids, address)
        self.desk.start(work, partial(self.preview, "招生简章"), title="生成招生简章", owner=self)

    def _exported(self, what: str, count: int) -> None:
        self.desk.tell(f"{what}已导出 {count} 行。")


def find(session: Session, text: str, limit: int) -> list[Hit]:
    """Cohorts for Ctrl+K."""
    return [
        Hit(
            row.title,
            f"{row.no} · {row.state.label} · {row.enrolled} 人",
            "cohorts",
            "cohorts",
            {"cohort": row.id},
        )
        for row in queries.find(session, text, limit)
    ]


SOURCE = Source("班级", find)
PAGE = PageSpec(
    key="cohorts",
    title="班级",
    sentence="开班、加学员、学籍变动，打印花名册和在读证明",
    group="教学",
    icon="cohorts",
    factory=CohortsPage,
    keys_help=(
        ("Ctrl+N", "列表里开班，班级里加学员"),
        ("Enter", "打开班级，在班级里打开学员"),
        ("Del", "办理退学"),
        ("Ctrl+J", "办理转班"),
        ("Ctrl+Enter", "候补转入"),
        ("F7", "收费（在学员里）"),
        ("F8", "退费"),
        ("Ctrl+P", "招生简章"),
        ("Ctrl+G", "群通知"),
        ("Esc", "回到列表"),
        ("Ctrl+F", "搜索"),
        ("Ctrl+C", "复制选中的行"),
    ),
)
