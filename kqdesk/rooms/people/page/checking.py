"""Step ② 核对: what the file would do, in tabs with counts; faulty cells are mended and doubtful rows decided here."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, QTimer, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from kqdesk.desk.desk import Desk
from kqdesk.desk.gridview import Grid, GridColumn, GridEdit, GridRow
from kqdesk.desk.parts import Combo, Note, Push, Segments, label
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme
from kqdesk.rooms.people.page.draft import Draft, check_again, only_township, township_counts
from kqdesk.rooms.people.page.lines import (
    CHANGED,
    DOUBTFUL,
    NEW,
    ROW_KEYS,
    PlanLine,
    changed_lines,
    doubtful_lines,
    new_lines,
)
from kqdesk.rooms.people.page.mapping import FIELD_LABELS, ColumnMapping
from kqdesk.rooms.people.terms import Decision
from kqdesk.rooms.places.rules import township_by_code

AGAIN = 700  # milliseconds after the last mended cell before everything is compared anew
TABS = (
    ("faults", "有错"),
    ("suspects", "疑似"),
    ("new", "新增"),
    ("updates", "更新"),
    ("same", "相同"),
    ("columns", "列对照"),
)
_WIDTHS = {
    "name": 104,
    "id_number": 190,
    "sex": 60,
    "birth_date": 112,
    "phone": 130,
    "education_code": 100,
    "township_code": 96,
}
FAULT_COLUMNS = (
    GridColumn("place", "在文件里", width=150, readonly=True),
    *(GridColumn(key, FIELD_LABELS[key], width=_WIDTHS.get(key, 0)) for key in ROW_KEYS),
)


class CheckStep(QWidget):
    """The preview. ``draft`` is what stands now; ``changed`` tells when it is another."""

    changed = Signal()
    reread = Signal(dict)
    fault_file_asked = Signal()
    forget_asked = Signal()
    split_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.draft: Draft | None = None
        self._first = "same"
        self.tabs = Segments(TABS, name="核对")
        self.tabs.chosen.connect(self._on_tab)
        self.fault_file = Push(
            "导出有错的表",
            self.fault_file_asked.emit,
            icon_name="export",
            tip="原来的表格，错的格子标红，多一列写原因",
        )
        self.grid = Grid(FAULT_COLUMNS)
        self.grid.edited.connect(self._on_edited)
        self.suspects = TableView(DOUBTFUL, name="people.import.suspects", memory=desk.memory, key=_place_of)
        self.new = TableView(NEW, name="people.import.new", memory=desk.memory, key=_place_of)
        self.updates = TableView(CHANGED, name="people.import.updates", memory=desk.memory, key=_place_of)
        self.same = TableView(NEW, name="people.import.same", memory=desk.memory, key=_place_of)
        self.columns = ColumnMapping()
        self.columns.asked.connect(self.reread)
        self._views = {
            "faults": self._mending(), "suspects": self._deciding(), "new": self.new, "updates": self.updates, "same": self.same,
            "columns": self.columns,
        }  # fmt: skip
        self.stack = QStackedWidget()
        for view in self._views.values():
            self.stack.addWidget(view)
        self.words = label("", "second")
        self.words.setWordWrap(True)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(AGAIN)
        self._pause.timeout.connect(self.check_again)
        self.township = Combo([], name="导入哪个镇街的人")
        self.township.chosen.connect(self._on_township)
        self.split = Push(
            "按镇街分成几份",
            self.split_asked.emit,
            icon_name="export",
            tip="每个镇街一个工作簿，可以分给各校",
        )
        self.layout_note = Note()
        self._lay_out()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.tabs)
        top.addStretch(1)
        top.addWidget(self.township)
        top.addWidget(self.split)
        top.addWidget(self.fault_file)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.layout_note)
        column.addWidget(self.words)
        column.addWidget(self.stack, 1)

    def _mending(self) -> QWidget:
        made = QWidget()
        self.wrong = label("", "fault")
        self.wrong.setWordWrap(True)
        self.wrong.setMinimumHeight(theme().px("control"))
        self.grid.selectionModel().currentChanged.connect(self._on_cell)
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.grid, 1)
        column.addWidget(self.wrong)
        return made

    @Slot(QModelIndex, QModelIndex)
    def _on_cell(self, now: QModelIndex, _: QModelIndex) -> None:
        """What is wrong in this row, in words under the grid."""
        faults = [fault for fault in self.grid.faults() if fault.row == now.row()]
        self.wrong.setText("　".join(f"{FIELD_LABELS[fault.column]}：{fault.reason}" for fault in faults))

    def _deciding(self) -> QWidget:
        made = QWidget()
        row = QHBoxLayout()
        for words, decision in (
            ("是同一人，更新", Decision.UPDATE),
            ("不是同一人，新增", Decision.CREATE),
            ("先放着", None),
        ):
            row.addWidget(Push(words, partial(self.decide, decision)))
        row.addStretch(1)
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.suspects, 1)
        return made

    # -- showing ----------------------------------------------------------------------------------

    def show_draft(self, draft: Draft, *, is_first: bool = False) -> None:
        """Show what stands now; at first the tab that asks for something."""
        self.draft = draft
        plan = draft.plan
        counts = {
            "faults": len(draft.open_rows), "suspects": len(plan.suspects), "new": len(plan.creates),
            "updates": len(plan.updates), "same": len(plan.same),
        }  # fmt: skip
        for key, title in TABS:
            self.tabs.retitle(key, f"{title} {counts[key]:,}" if key in counts else title)
        self.fault_file.setVisible(bool(draft.read.held))
        self.new.show_rows(new_lines(draft, plan.creates))
        self.same.show_rows(new_lines(draft, plan.same))
        self.updates.show_rows(changed_lines(draft))
        self.suspects.show_rows(doubtful_lines(draft))
        if is_first:
            self._offer_townships(draft)
            self._say_layout(draft)
            self.columns.show_tables(draft.read.tables, draft.titles)
            self._fill_faults(draft)
            self._first = next(
                (key for key in ("faults", "suspects", "new", "updates", "same") if counts[key]),
                "same" if draft.read.rows else "columns",
            )
        self._say(counts)
        self.changed.emit()

    def _offer_townships(self, draft: Draft) -> None:
        """A district's list: all of it, or one township's people."""
        counts = township_counts(draft.read)
        is_many = len(counts) > 1
        self.township.setVisible(is_many)
        self.split.setVisible(is_many)
        if is_many:
            choices = [("", f"全部镇街 {sum(counts.values()):,} 人")]
            for code in sorted(counts.keys() - {""}):
                found = township_by_code(code)
                choices.append((code, f"只要{found.name if found else code} {counts[code]:,} 人"))
            self.township.offer(choices)
            self.township.choose(draft.township)

    def _say_layout(self, draft: Draft) -> None:
        if draft.layout is None:
            self.layout_note.hide()
            return
        words = f"这种表以前对照过（{draft.layout.title}，{draft.layout.kept_on}），已照那次的列对照读。"
        self.layout_note.say(words, "info", ("不用它", self.forget_asked.emit))

    @Slot(object)
    def _on_township(self, code: str) -> None:
        if self.draft is not None:
            work = partial(only_township, self.desk, self.draft, code)
            self.desk.start(work, self._checked, owner=self)

    def go_to_work(self) -> None:
        """The tab that asks for something, the cursor in it."""
        self.show_tab(self._first)

    def show_tab(self, key: str) -> None:
        """Put one tab to the front."""
        self.tabs.choose(key)
        self._on_tab(key)

    @Slot(object)
    def _on_tab(self, key: str) -> None:
        self.stack.setCurrentWidget(self._views[key])
        if key == "faults":
            self._next_fault()

    def _say(self, counts: dict[str, int]) -> None:
        assert self.draft is not None
        read = self.draft.read
        if not read.rows:
            self.words.setText(
                "没认出哪一列是姓名、哪一列是证件号码。请在这里指一下，再点「按新的对照重读」；以后这种表就认得了。"
            )
            return
        parts = [f"读到 {read.rows:,} 行。"]
        if counts["faults"]:
            parts.append(
                f"{counts['faults']:,} 行有错：在红格子里直接改，回车到下一处；不改也可以，先导入其余的。"
            )
        elif self.draft.fixed_count:
            parts.append("错的都改好了。")
        if counts["suspects"]:
            parts.append(f"{counts['suspects']:,} 行可能是花名册里已有的人，请逐个定；不定的先放着，不导入。")
        wishes = sum(len(person.courses) for person in self.draft.plan.rows)
        if wishes:
            parts.append(f"报名意愿 {wishes:,} 条，随人一起记下。")
        if read.warnings:
            parts.append(f"另有 {len(read.warnings):,} 处提醒，不影响导入。")
        self.words.setText("".join(parts))

    # -- mending ----------------------------------------------------------------------------------

    def _fill_faults(self, draft: Draft) -> None:
        self.grid.fill([_grid_row(n, row) for n, row in draft.open_rows])

    @Slot(list)
    def _on_edited(self, edits: Sequence[GridEdit]) -> None:
        if self.draft is None:
            return
        by_row: dict[int, dict[str, str]] = {}
        for edit in edits:
            by_row.setdefault(edit.key, {})[edit.column] = edit.text
        draft = self.draft
        for number, texts in by_row.items():
            draft = draft.mend(number, texts, self.desk.today())
        self.draft = draft
        self._mark()
        self._pause.start()
        QTimer.singleShot(0, self._next_fault)

    def _mark(self) -> None:
        """Red where a row is still wrong, with its sentence."""
        assert self.draft is not None
        marks = {
            (n, fault.key if fault.key in ROW_KEYS else "name"): fault.reason
            for n, row in self.draft.open_rows
            for fault in row.faults
        }
        self.grid.show_faults(marks)
        self._on_cell(self.grid.currentIndex(), self.grid.currentIndex())
        self.tabs.retitle("faults", f"有错 {len(self.draft.open_rows):,}")

    @Slot()
    def _next_fault(self) -> None:
        """The cursor to the next red cell after where it stands, round to the first."""
        faults = self.grid.faults()
        if not faults or self.tabs.value() != "faults":
            return
        here = self.grid.currentIndex().row()
        if any(fault.row == here for fault in faults) and self.grid.currentIndex().isValid():
            here -= 1
        self.grid.go_to(next((fault for fault in faults if fault.row > here), faults[0]))

    @Slot()
    def check_again(self) -> None:
        """Compare with the roster anew, off the window."""
        if self.draft is not None:
            self.desk.start(partial(check_again, self.desk, self.draft), self._checked, owner=self)

    def _checked(self, draft: Draft) -> None:
        assert self.draft is not None
        if self.draft.mended is not draft.mended:  # more was typed meanwhile: that check is on its way
            return
        self.show_draft(draft)

    # -- deciding ---------------------------------------------------------------------------------

    def decide(self, decision: Decision | None) -> None:
        """Decide about the selected doubtful rows, or all of one when only the cursor is there."""
        if self.draft is None:
            return
        lines: list[PlanLine] = self.suspects.selected() or [
            line for line in [self.suspects.current()] if line
        ]
        draft = self.draft
        for line in lines:
            is_possible = decision is not Decision.UPDATE or line.person_id
            draft = draft.decide(line.row, decision) if is_possible else draft
        self.show_draft(draft)

    def ask_fault_file(self) -> str:
        """Where the marked workbook goes; "" when nobody wants it."""
        assert self.draft is not None
        stem = self.draft.read.path.stem
        name, _ = QFileDialog.getSaveFileName(
            self, "导出有错的表", f"{stem}（有错的）.xlsx", "Excel 工作簿 (*.xlsx)"
        )
        return name


def _place_of(line: Any) -> int:
    return int(line.row)


def _grid_row(number: int, row: Any) -> GridRow:
    values = {key: _written(row, key) for key in ROW_KEYS}
    place = f"{row.person.sheet} 第 {row.person.row} 行" if row.person.sheet else f"第 {row.person.row} 行"
    reasons = {fault.key if fault.key in ROW_KEYS else "name": fault.reason for fault in row.faults}
    return GridRow(number, {"place": place, **values}, reasons)


def _written(row: Any, key: str) -> str | None:
    """The cell as the file has it, so that people see what they wrote."""
    cell = row.record.cells.get(key)
    value = cell.value if cell is not None else None
    if value is None:
        return None
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
