"""The grid of marks, and the step 登分."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QAbstractItemView, QStackedWidget

from kqdesk.desk.gridview import Grid, GridColumn, GridEdit, GridFault, GridRow
from kqdesk.desk.parts import Combo
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.catalogue.terms import Subject
from kqdesk.rooms.exams import actions
from kqdesk.rooms.exams.actions import Entry
from kqdesk.rooms.exams.page.bundle import Bundle
from kqdesk.rooms.exams.page.steps import Missing, Step
from kqdesk.rooms.exams.queries import PaperRow, ScoreRow
from kqdesk.rooms.exams.rules import Points, graded, read_points

if TYPE_CHECKING:
    from kqdesk.rooms.exams.page.screen import ExamsPage

SCIENCES = (Subject.NATURAL_SCIENCE, Subject.SOCIAL_SCIENCE)
DIFFERS = "和第一次登的不一致，请对着卷面核定（看「不一致」）。"
STORED_FAULTS = frozenset({DIFFERS})
NO_SCIENCE = "这名考生还没有选自然科学或社会科学，请先在「考生」里选定。"


def _known(row: GridRow) -> tuple[Any, ...]:
    """What makes two rows of the grid the same."""
    faulty = dict(row.faults)
    return row.key, {name: v for name, v in row.values.items() if name not in faulty}, faulty, row.is_locked


def _with_typed(row: GridRow, typed: Mapping[tuple[Any, str], GridFault]) -> GridRow:
    """The stored row with what was typed and could not be read."""
    own = {column: fault for (key, column), fault in typed.items() if key == row.key}
    if not own:
        return row
    faults = {**row.faults, **{column: fault.reason for column, fault in own.items()}}
    texts = {**row.texts, **{column: fault.text for column, fault in own.items()}}
    return replace(row, faults=faults, texts=texts)


def words_of(points: Any) -> str:
    """The text of a mark in a cell."""
    return points.words if isinstance(points, Points) else ""


def slots(papers: Sequence[PaperRow]) -> list[tuple[str, tuple[PaperRow, ...]]]:
    """The grid's columns: the two sciences share one, because nobody sits both."""
    sciences = tuple(p for p in papers if p.subject in SCIENCES)
    if len(sciences) < 2:
        return [(p.subject.label, (p,)) for p in papers]
    found: list[tuple[str, tuple[PaperRow, ...]]] = []
    for paper in papers:
        if paper not in sciences:
            found.append((paper.subject.label, (paper,)))
        elif paper is sciences[0]:
            found.append((Subject.SCIENCE.label, sciences))
    return found


class MarkGrid(Step):
    """A grid of marks by candidate and paper; what is typed is saved cell by cell."""

    def __init__(self, page: "ExamsPage") -> None:
        super().__init__(page)
        self.hall = Combo([(None, "全部考场")], name="考场")
        self.hall.chosen.connect(self._on_hall)
        page.add_left(self.hall)
        self.tools = [self.hall]
        self.shelf = QStackedWidget()
        self.column.addWidget(self.shelf)
        self.grid: Grid | None = None
        self._paper_ids: tuple[str, ...] = ()
        self._slots: list[tuple[str, tuple[PaperRow, ...]]] = []
        self._pending = 0

    def is_searched(self) -> bool:
        return True

    # -- showing ----------------------------------------------------------------------------------

    def show_bundle(self, bundle: Bundle) -> None:
        super().show_bundle(bundle)
        self.hall.offer([(None, "全部考场"), *((h.id, h.name) for h in bundle.halls)])
        self._build(bundle)
        self._fill(bundle)

    def _build(self, bundle: Bundle) -> None:
        ids = tuple(p.id for p in bundle.papers)
        if self.grid is not None and ids == self._paper_ids:
            return
        self._paper_ids, self._slots = ids, slots(bundle.papers)
        whole = bundle.sheet.policy.integer_marks
        is_mixed = len({p.full_marks for p in bundle.papers}) > 1
        columns = [
            GridColumn("ticket", "准考证号", kind="code", width=124, readonly=True),
            GridColumn("name", "姓名", width=104, readonly=True),
            GridColumn("cohort", "班级", readonly=True),
            *(
                GridColumn(title, f"{title}（{papers[0].full_marks}）" if is_mixed else title, kind="number", width=max(92, 30 + 15 * len(title)),
                           show=words_of, parse=partial(read_points, full_marks=papers[0].full_marks, integer_marks=whole))
                for title, papers in self._slots
            ),
            *self._more_columns(),
        ]  # fmt: skip
        grid = Grid(columns)
        grid.edited.connect(self._on_edited)
        grid.faults_changed.connect(self._on_faults)
        grid.setAccessibleName(f"{self.title}表")
        if self.grid is not None:
            self.shelf.removeWidget(self.grid)
            self.grid.deleteLater()
        self.grid = grid
        self.shelf.insertWidget(0, grid)
        self.shelf.setCurrentIndex(0)

    def _more_columns(self) -> list[GridColumn]:
        """Columns behind the marks."""
        return []

    def _fill(self, bundle: Bundle, *, is_forced: bool = False) -> None:
        """Put the stored marks into the grid, never under somebody's typing; what could not be read stays to be mended."""
        if self.grid is None:
            return
        if not is_forced and (self._pending or self.grid.state() == QAbstractItemView.State.EditingState):
            return
        typed = (
            {}
            if is_forced
            else {(f.key, f.column): f for f in self.grid.faults() if f.reason not in STORED_FAULTS}
        )
        rows = [_with_typed(self._row(bundle, row), typed) for row in self._shown(bundle)]
        if is_forced or [_known(row) for row in self.grid.values()] != [_known(row) for row in rows]:
            self.grid.fill(rows)

    def _shown(self, bundle: Bundle) -> list[ScoreRow]:
        hall, text = self.hall.value(), self.page.searched_text()
        return [
            row
            for row in bundle.sheet.rows
            if (hall is None or row.hall_id == hall)
            and (not text or text in f"{row.name} {row.ticket_no} {row.cohort}")
        ]

    def _row(self, bundle: Bundle, row: ScoreRow) -> GridRow:
        values: dict[str, Any] = {"ticket": row.ticket_no, "name": row.name, "cohort": row.cohort}
        faults: dict[str, str] = {}
        for title, papers in self._slots:
            value, fault = self._cell(bundle, row, papers)
            values[title] = value
            if fault:
                faults[title] = fault
        values.update(self._more_values(bundle, row))
        return GridRow(row.id, values, faults, is_locked=bundle.is_locked)

    def _more_values(self, bundle: Bundle, row: ScoreRow) -> dict[str, Any]:
        """What stands in them."""
        return {}

    def _cell(self, bundle: Bundle, row: ScoreRow, papers: Sequence[PaperRow]) -> tuple[Points | None, str]:
        """What one cell shows, and what is wrong with it."""
        cell = next((row.cells[p.id] for p in papers if p.id in row.cells), None)
        return (cell.points if cell else None), ""

    # -- saving -----------------------------------------------------------------------------------

    def _entries(self, edits: Sequence[GridEdit]) -> tuple[list[Entry], dict[tuple[Any, str], str]]:
        """Edits as entries of the paper each candidate sits; cells nobody can sit come back as faults."""
        assert self.bundle is not None
        due = {row.id: row.due for row in self.bundle.sheet.rows}
        by_title = dict(self._slots)
        entries, faults = [], {}
        for edit in edits:
            paper = next((p for p in by_title[edit.column] if p.id in due.get(edit.key, ())), None)
            if paper is None:
                faults[(edit.key, edit.column)] = NO_SCIENCE
            else:
                entries.append(Entry(edit.key, paper.id, edit.value or Points()))
        return entries, faults

    def _save(self, entries: Sequence[Entry]) -> None:
        raise NotImplementedError

    @Slot(list)
    def _on_edited(self, edits: list[GridEdit]) -> None:
        entries, faults = self._entries(edits)
        if faults and self.grid is not None:
            self.grid.show_faults(faults)
        if entries:
            self._pending += 1
            self._save(entries)

    def _saved(self, _: Any) -> None:
        self._pending -= 1

    def _refused(self, error: UserError) -> None:
        self._pending -= 1
        self.page.note.say(str(error), "refused")
        if self.bundle is not None:
            self._fill(self.bundle, is_forced=True)

    def first_fault(self) -> GridFault | None:
        """The first cell whose text could not be read."""
        faults = self.grid.faults() if self.grid is not None else []
        return next((fault for fault in faults if fault.reason not in STORED_FAULTS), None)

    def fault_note(self) -> Missing | None:
        """Its sentence, with the way to it."""
        fault = self.first_fault()
        if fault is None:
            return None
        words = f"第 {fault.row + 1} 行 {fault.column}：{fault.reason}"
        return words, "refused", ("看那一格", partial(self._go_to, fault))

    def _go_to(self, fault: GridFault) -> None:
        if self.grid is not None:
            self.grid.go_to(fault)

    @Slot()
    def _on_faults(self) -> None:
        note = self.fault_note()
        if note is not None and self.page.step is self:
            self.page.note.say(*note)

    @Slot(object)
    def _on_hall(self, _: Any) -> None:
        if self.bundle is not None:
            self._fill(self.bundle, is_forced=True)


class ScoresStep(MarkGrid):
    """The first entry."""

    key, title = "scores", "登分"

    def __init__(self, page: "ExamsPage") -> None:
        super().__init__(page)
        self.blank = page.add_button(
            "空白登分表", self.print_blank, icon_name="print", tip="给阅卷老师填写的成绩登记册"
        )
        self.importing = page.add_button(
            "导入成绩…",
            page.import_list,
            icon_name="import",
            tip="从 Excel 按证件号或准考证号对人，行的顺序不要紧",
        )
        self.tools = [self.hall, self.blank, self.importing]

    def _more_columns(self) -> list[GridColumn]:
        return [
            GridColumn("grades", "等第", width=86, readonly=True),
            GridColumn("credits", "学分", kind="number", width=64, readonly=True),
        ]

    def _more_values(self, bundle: Bundle, row: ScoreRow) -> dict[str, Any]:
        ordered = [row.cells[paper.id].points for paper in bundle.papers if paper.id in row.cells]
        grades, credits = graded(ordered, bundle.sheet.policy.bands)
        return {"grades": grades, "credits": credits}

    def count(self, bundle: Bundle) -> str:
        return f"{bundle.sitting.entered}/{bundle.sitting.due}"

    def missing(self, bundle: Bundle) -> Missing | None:
        s = bundle.sitting
        fault = self.fault_note()
        if fault is not None:
            return fault
        if not s.candidates:
            return (
                "还没有考生，先把班级加进来。",
                "info",
                ("去加考生", partial(self.page.go_step, "candidates")),
            )
        if s.entered < s.due:
            words = f"还有 {s.due - s.entered} 格没登。直接打数字，Enter 往下；也可以从 Excel 粘贴；没来考的填“缺考”。"
            return words, "info", None
        if not bundle.is_locked:
            words = "都登好了。请另一个人登录，在「复核」里再打一遍。"
            return words, "told", ("去复核", partial(self.page.go_step, "check"))
        return None

    def foot(self, bundle: Bundle) -> str:
        s = bundle.sitting
        return f"已登 {s.entered} 格，共 {s.due} 格 · 已复核 {s.checked} 格"

    def _save(self, entries: Sequence[Entry]) -> None:
        self.desk.run(
            actions.enter_scores, then=self._saved, failed=self._refused, owner=self, sitting_id=self.page.sitting_id,
            entries=entries, signer=self.desk.seat.signer,
        )  # fmt: skip

    @Slot()
    def print_blank(self) -> None:
        """成绩登记册 to write on."""
        self.page.printing.scores(is_filled=False)


def fault_of(read: Any, text: str) -> str | None:
    """The sentence of a mark that cannot be; for form fields."""
    try:
        read(text)
    except UserError as wrong:
        return str(wrong)
    return None
