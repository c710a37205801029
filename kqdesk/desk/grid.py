"""A grid to type into like Excel: Enter goes down, paste from WPS anywhere, every cell checked as it is typed.

``GridModel`` holds texts, values and faults; ``Grid`` is the view; ``FaultList`` jumps to what is wrong.
"""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from kqdesk.desk.cells import Index
from kqdesk.kernel.errors import UserError


@dataclass(frozen=True)
class GridColumn:
    """One column. ``parse(text)`` gives the value of a non-empty text or raises a sentence (ValueError, UserError)."""

    name: str
    title: str
    parse: Callable[[str], Any] | None = None  # None: the trimmed text itself
    show: Callable[[Any], str] = str
    kind: Literal["text", "number", "code"] = "text"
    width: int = 0  # pixels at the standard text size; 0 shares what is left
    readonly: bool = False
    choices: Sequence[tuple[Any, str]] = ()  # offered as a drop-down; typing the words works too

    def read(self, text: str) -> Any:
        """The value of a text; empty is None."""
        plain = text.strip()
        if not plain:
            return None
        if self.choices:
            for value, words in self.choices:
                if plain == words:
                    return value
            raise ValueError(f"“{plain}”不在可选的里面：{'、'.join(w for _, w in self.choices)}。")
        return self.parse(plain) if self.parse else plain

    def words(self, value: Any) -> str:
        """The text of a value; None is blank."""
        if value is None:
            return ""
        for own, words in self.choices:
            if own == value:
                return words
        return self.show(value)


@dataclass(frozen=True)
class GridRow:
    """One row going in or coming out. ``faults``: sentence by column name. Locked rows cannot be typed in."""

    key: Any
    values: Mapping[str, Any]
    faults: Mapping[str, str] = field(default_factory=dict)
    is_locked: bool = False
    texts: Mapping[str, str] = field(default_factory=dict)  # what was typed where it could not be read


@dataclass(frozen=True)
class GridEdit:
    """One cell that got another, readable value (None = cleared)."""

    key: Any
    column: str
    value: Any
    text: str


@dataclass(frozen=True)
class GridFault:
    """One cell that cannot be taken as it stands."""

    row: int
    key: Any
    column: str
    text: str
    reason: str


@dataclass
class _Cell:
    text: str = ""
    value: Any = None
    fault: str = ""


class GridModel(QAbstractTableModel):
    """Texts with their values and faults."""

    edited = Signal(list)  # list[GridEdit], one signal an act
    faults_changed = Signal()

    def __init__(self, columns: Sequence[GridColumn], *, grows: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._grows = grows
        self._keys: list[Any] = []
        self._locked: list[bool] = []
        self._cells: list[list[_Cell]] = []

    def fill(self, rows: Sequence[GridRow]) -> None:
        """Show these rows."""
        self.beginResetModel()
        self._keys = [row.key for row in rows]
        self._locked = [row.is_locked for row in rows]
        self._cells = [[self._cell_of(row, column) for column in self.columns] for row in rows]
        self.endResetModel()
        self.faults_changed.emit()

    def _cell_of(self, row: GridRow, column: GridColumn) -> _Cell:
        value = row.values.get(column.name)
        return _Cell(row.texts.get(column.name, column.words(value)), value, row.faults.get(column.name, ""))

    def values(self) -> list[GridRow]:
        """All rows as they stand, faults included."""
        return [self.grid_row(n) for n in range(len(self._keys))]

    def grid_row(self, number: int) -> GridRow:
        """One row as it stands."""
        pairs = list(zip(self.columns, self._cells[number], strict=True))
        return GridRow(
            self._keys[number],
            {c.name: cell.value for c, cell in pairs},
            {c.name: cell.fault for c, cell in pairs if cell.fault},
            self._locked[number],
            {c.name: cell.text for c, cell in pairs if cell.fault},
        )

    def faults(self) -> list[GridFault]:
        """Every cell that cannot be taken, top to bottom."""
        return [
            GridFault(n, self._keys[n], column.name, cell.text, cell.fault)
            for n, cells in enumerate(self._cells)
            for column, cell in zip(self.columns, cells, strict=True)
            if cell.fault
        ]

    def show_faults(self, faults: Mapping[tuple[Any, str], str]) -> None:
        """Mark cells by (row key, column name), e.g. what an action refused; other marks are taken away."""
        for key, cells in zip(self._keys, self._cells, strict=True):
            for column, cell in zip(self.columns, cells, strict=True):
                cell.fault = faults.get((key, column.name), "")
        self._all_changed()
        self.faults_changed.emit()

    def fault_at(self, index: Index) -> str:
        """The sentence of a cell's fault, "" when there is none."""
        return self._cells[index.row()][index.column()].fault

    def may_edit(self, index: Index) -> bool:
        """False for read-only columns and locked rows."""
        return not (self.columns[index.column()].readonly or self._locked[index.row()])

    def is_locked(self, number: int) -> bool:
        """True when the row was decided elsewhere."""
        return self._locked[number]

    def place(self, row: int, column: int, block: Sequence[Sequence[str]]) -> tuple[int, int]:
        """Put a block of texts in with its top left at a cell: (cells taken, cells passed over).

        The same reading as typing; read-only cells are passed over, rows grow when the grid does.
        """
        if self._grows:
            self._grow(row + len(block))
        edits: list[GridEdit] = []
        taken = passed = 0
        for down, line in enumerate(block):
            for right, text in enumerate(line):
                index = self.index(row + down, column + right)
                if not index.isValid() or not self.may_edit(index):
                    passed += 1
                    continue
                taken += 1
                edits += self._put(index, text)
        self._all_changed()
        self.faults_changed.emit()
        if edits:
            self.edited.emit(edits)
        return taken, passed

    def clear(self, indexes: Sequence[QModelIndex]) -> None:
        """Empty these cells; one act."""
        edits = [edit for index in indexes if self.may_edit(index) for edit in self._put(index, "")]
        self._all_changed()
        self.faults_changed.emit()
        if edits:
            self.edited.emit(edits)

    def _grow(self, count: int) -> None:
        fresh = count - len(self._keys)
        if fresh <= 0:
            return
        self.beginInsertRows(QModelIndex(), len(self._keys), count - 1)
        for _ in range(fresh):
            self._keys.append(f"new-{len(self._keys)}")
            self._locked.append(False)
            self._cells.append([_Cell() for _ in self.columns])
        self.endInsertRows()

    def _put(self, index: Index, text: str) -> list[GridEdit]:
        column, cell = self.columns[index.column()], self._cells[index.row()][index.column()]
        if text.strip() == cell.text.strip() and not cell.fault:
            return []
        try:
            value = column.read(text)
        except (ValueError, UserError) as wrong:
            cell.text, cell.fault = text.strip(), str(wrong)
            return []
        is_same = value == cell.value and not cell.fault
        cell.text, cell.value, cell.fault = column.words(value), value, ""
        return [] if is_same else [GridEdit(self._keys[index.row()], column.name, value, cell.text)]

    def _all_changed(self) -> None:
        if self._cells:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._cells) - 1, len(self.columns) - 1))

    # -- Qt ---------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._cells)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if index.isValid() and self.may_edit(index) else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cell = self._cells[index.row()][index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return cell.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.fault or None
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return cell.fault
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole:
            return False
        self.place(index.row(), index.column(), [[str(value)]])
        return True

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                self.columns[section].title if orientation == Qt.Orientation.Horizontal else str(section + 1)
            )
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation == Qt.Orientation.Horizontal:
            side = (
                Qt.AlignmentFlag.AlignRight
                if self.columns[section].kind == "number"
                else Qt.AlignmentFlag.AlignLeft
            )
            return side | Qt.AlignmentFlag.AlignVCenter
        return None


def read_block(text: str) -> list[list[str]]:
    """Clipboard text of Excel and WPS as rows of cells; quoted cells may hold line breaks and tabs."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
    if not plain:
        return []
    return [row or [""] for row in csv.reader(io.StringIO(plain), delimiter="\t")]


def write_block(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells as Excel and WPS take them from the clipboard."""
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(rows)
    return out.getvalue().removesuffix("\n")
