"""The frame of the 班级 page: the list with its filters, and the card that opens from it."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QStackedWidget
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column
from kqdesk.desk.desk import Desk
from kqdesk.desk.form import FormPanel
from kqdesk.desk.page import Page
from kqdesk.desk.pages import Hit, PageSpec, Source
from kqdesk.desk.parts import Push
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.table import TableView
from kqdesk.rooms.cohorts import actions, papers, queries, sheets
from kqdesk.rooms.cohorts.page import panels
from kqdesk.rooms.cohorts.page.card import COHORT_PILLS, CohortCard
from kqdesk.rooms.cohorts.queries import Choices, CohortRow, RosterRow
from kqdesk.rooms.cohorts.terms import CohortKind, CohortState
from kqdesk.rooms.office.queries import pack_value, school_card

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
        self.cohort_id: str | None = None
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
        """``cohort=`` opens a card, ``find=`` searches, ``new=True`` opens the form."""
        if self.search is not None and "find" in context:
            self.search.setText(context["find"])
        if context.get("cohort"):
            self._turn(str(context["cohort"]))
        elif "find" in context:
            self._turn(None)
        self.reload()
        if context.get("new"):
            self.create()

    def reload(self) -> None:
        asked = (
            self.searched_text(),
            self.kind.value(),
            self.state.value(),
            self.year.value(),
            self.cohort_id,
        )
        self.desk.read(partial(_asked, *asked), self._show, owner=self, only="reload")

    def _show(
        self, found: tuple[list[CohortRow], list[int], Choices, CohortRow | None, list[RosterRow]]
    ) -> None:
        rows, years, self.offered, card, learners = found
        self.year.offer([(None, "全部年份"), *((year, f"{year} 年") for year in years)])
        self.table.show_rows(rows)
        if card is not None:
            self.card.show_card(card, learners)
            self.set_foot(f"{len(learners)} 人 · Esc 回到列表 · 右键办理退学、休学、结业")
            self.show_body()
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
        self.cohort_id = cohort_id
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

    # -- forms --------------------------------------------------------------------------------------

    def _open(self, panel: FormPanel) -> None:
        panel.closed.connect(partial(self.set_side, None))
        self.set_side(panel)
        panel.form.focus_first()

    @Slot()
    def create(self) -> None:
        """A new cohort; what the form offers is asked first."""
        self.desk.read(partial(_for_new, self.desk), self._show_new, owner=self, only="new")

    def _show_new(self, found: tuple[Choices, int | None]) -> None:
        panel = panels.open_panel(self.desk, *found)
        panel.saved.connect(self._on_made)
        self.show_body()
        self._open(panel)

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
            self._open(panels.EnrolPanel(self.desk, self.card.row))

    @Slot(str)
    def do(self, what: str) -> None:
        """One of the card's buttons or menu lines."""
        row = self.card.row
        if row is None:
            return
        steps: dict[str, Callable[[CohortRow], object]] = {
            "edit": self._edit, "timetable": partial(self._go, "timetable"), "attendance": partial(self._go, "attendance"),
            "print_list": self._print_list, "print_proof": self._print_proof, "export": self._export,
            "start": partial(self._simple, actions.start_cohort), "close": partial(self._simple, actions.close_cohort),
            "cancel": partial(self._with_reason, "取消班级", actions.cancel_cohort),
            "reopen": partial(self._with_reason, "恢复班级", actions.reopen_cohort), "copy": self._copy,
        }  # fmt: skip
        if what in steps:
            steps[what](row)
        else:
            self._learners(what)

    def _edit(self, row: CohortRow) -> None:
        if self.offered is not None:
            self._open(panels.edit_panel(self.desk, self.offered, row))

    def _go(self, page: str, row: CohortRow) -> None:
        self.desk.open(page, cohort=row.id)

    def _simple(self, act: Any, row: CohortRow) -> None:
        self.desk.run(act, cohort_id=row.id, owner=self)

    def _with_reason(self, title: str, act: Any, row: CohortRow) -> None:
        self._open(panels.reason_panel(self.desk, title, act, cohort_id=row.id))

    def _copy(self, row: CohortRow) -> None:
        panel = panels.copy_panel(self.desk, row)
        panel.saved.connect(self._on_made)
        self._open(panel)

    def _learners(self, what: str) -> None:
        chosen = self._chosen()
        if not chosen:
            return
        ids = [row.id for row in chosen]
        count = f"{chosen[0].name}" if len(chosen) == 1 else f"{len(chosen)} 人"
        if what == "complete":
            self.desk.run(actions.complete, enrolment_ids=ids, owner=self)
        elif what == "admit_waiting":
            self.desk.run(actions.admit_waiting, enrolment_ids=ids, owner=self)
        else:
            acts: dict[str, Any] = {
                "withdraw": actions.withdraw,
                "suspend": actions.suspend,
                "resume": actions.resume,
            }
            title = {"withdraw": "办理退学", "suspend": "办理休学", "resume": "办理复学"}[what]
            self._open(
                panels.reason_panel(
                    self.desk, f"{title}：{count}", acts[what], optional=what == "resume", enrolment_ids=ids
                )
            )

    def _chosen(self) -> Sequence[RosterRow]:
        chosen: Sequence[RosterRow] = self.card.table.selected()
        if not chosen:
            self.note.say("请先在名单里选学员，按住 Ctrl 可以多选。", "refused")
        else:
            self.note.hide()
        return chosen

    # -- paper --------------------------------------------------------------------------------------

    def _print_list(self, row: CohortRow) -> None:
        self.desk.start(
            partial(_list_pdf, self.desk, row.id),
            partial(self._preview, "班级花名册"),
            title="生成花名册",
            owner=self,
        )

    def _print_proof(self, row: CohortRow) -> None:
        chosen = self._chosen()
        if chosen:
            work = partial(_proof_pdf, self.desk, row, tuple(chosen))
            self.desk.start(work, partial(self._preview, "在读证明"), title="生成在读证明", owner=self)

    def _preview(self, title: str, pdf: bytes) -> None:
        PdfPreview(self.desk, title, pdf, f"{title}.pdf", self).open()

    def _export(self, row: CohortRow) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, "导出花名册", f"{row.no}花名册.xlsx", "Excel 文件 (*.xlsx)"
        )
        if path:
            self.desk.start(
                partial(_write_list, self.desk, row, Path(path)),
                self._exported,
                title="导出花名册",
                owner=self,
            )

    def _exported(self, count: int) -> None:
        self.desk.tell(f"已导出 {count} 人。")


def _asked(
    text: str,
    kind: CohortKind | None,
    state: CohortState | None,
    year: int | None,
    cohort_id: str | None,
    session: Session,
) -> tuple[list[CohortRow], list[int], Choices, CohortRow | None, list[RosterRow]]:
    rows = queries.cohort_list(session, text=text, kind=kind, state=state, year=year)
    card = queries.cohort_card(session, cohort_id) if cohort_id else None
    learners = queries.roster(session, cohort_id) if cohort_id and card else []
    return rows, queries.years(session), queries.choices(session), card, learners


def _for_new(desk: Desk, session: Session) -> tuple[Choices, int | None]:
    usual = pack_value(session, "cohort.capacity", on=desk.today())
    return queries.choices(session), usual.number if usual else None


def _school(session: Session) -> str:
    school = school_card(session)
    return school.name if school else ""


def _list_pdf(desk: Desk, cohort_id: str, _job: Any) -> bytes:
    with desk.store.reading() as session:
        card, rows = (
            queries.cohort_card(session, cohort_id),
            queries.roster(session, cohort_id, on_roll_only=True),
        )
        name = _school(session)
    return papers.class_list_pdf([papers.as_class_list(card, rows, name)] if card else [])


def _proof_pdf(desk: Desk, row: CohortRow, learners: Sequence[RosterRow], _job: Any) -> bytes:
    with desk.store.reading() as session:
        name = _school(session)
    return papers.enrolment_proof_pdf(
        [papers.as_enrolment_proof(row, one, name, desk.today()) for one in learners]
    )


def _write_list(desk: Desk, row: CohortRow, path: Path, job: Any) -> int:
    with desk.store.reading() as session:
        rows = queries.roster(session, row.id)
    return sheets.write_class_list(path, row, rows, progress=job)


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
        ("Enter", "打开班级"),
        ("Esc", "回到列表"),
        ("Ctrl+F", "搜索"),
        ("Ctrl+C", "复制选中的行"),
    ),
)
