"""A table over frozen rows: every list in kqdesk is one of these."""

from collections.abc import Callable, Sequence
from functools import cmp_to_key, partial
from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QCollator,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QLocale,
    QModelIndex,
    QObject,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView

from kqdesk.desk.cells import CellDelegate, Column, Index
from kqdesk.desk.memory import Memory
from kqdesk.desk.theme import icon, theme
from kqdesk.desk.widths import AWAY, stepping_aside

R = TypeVar("R")


class RowsModel(QAbstractTableModel, Generic[R]):
    """Frozen rows of one query, sorted here."""

    def __init__(
        self,
        columns: Sequence[Column[R]],
        key: Callable[[R], Any] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.key: Callable[[R], Any] = key or _own_key
        self._rows: list[R] = []
        self._order: tuple[int, Qt.SortOrder] | None = None

    @property
    def rows(self) -> list[R]:
        """The rows in the order shown."""
        return list(self._rows)

    def show_rows(self, rows: Sequence[R]) -> bool:
        """Show other rows; True when the same keys stay in the same places (nothing jumps)."""
        fresh = self._sorted(list(rows))
        if [self.key(r) for r in fresh] == [self.key(r) for r in self._rows]:
            self._rows = fresh
            if fresh:
                self.dataChanged.emit(self.index(0, 0), self.index(len(fresh) - 1, len(self.columns) - 1))
            return True
        self.beginResetModel()
        self._rows = fresh
        self.endResetModel()
        return False

    def row(self, index: Index) -> R | None:
        """The row behind a cell."""
        return self._rows[index.row()] if 0 <= index.row() < len(self._rows) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self._rows[index.row()], self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.shown(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return (column.tip(row) if column.tip else column.shown(row)) or None
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        return header_of(self.columns, section, orientation, role)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._order = (column, order) if column >= 0 else None
        self.layoutAboutToBeChanged.emit()
        self._rows = self._sorted(self._rows)
        self.layoutChanged.emit()

    def _sorted(self, rows: list[R]) -> list[R]:
        if self._order is None:
            return rows
        number, order = self._order
        return sorted(rows, key=sort_key(self.columns[number]), reverse=order == Qt.SortOrder.DescendingOrder)


def _own_key(row: Any) -> Any:
    return getattr(row, "id", row)


def header_of(columns: Sequence[Column[Any]], section: int, orientation: Qt.Orientation, role: int) -> Any:
    """Header words and their side, for any model over columns."""
    if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(columns):
        return None
    if role == Qt.ItemDataRole.DisplayRole:
        return columns[section].title
    if role == Qt.ItemDataRole.TextAlignmentRole:
        return columns[section].align
    return None


def sort_key(column: Column[Any]) -> Callable[[Any], Any]:
    """The key a column sorts by; empty cells come last."""
    if column.sort is not None:
        given = column.sort
        return lambda row: _empty_last(given(row))
    if column.kind == "number":
        return lambda row: _empty_last(_number(column.shown(row)))
    collate = cmp_to_key(partial(_compare, QCollator(QLocale("zh_CN"))))
    return lambda row: _empty_last(collate(column.shown(row)) if column.shown(row) else None)


def _compare(collator: QCollator, left: str, right: str) -> int:
    return collator.compare(left, right)


def _empty_last(value: Any) -> tuple[bool, Any]:
    return (True, 0) if value is None else (False, value)


def _number(text: str) -> float | None:
    digits = "".join(c for c in text if c.isdigit() or c in ".-")
    try:
        return float(digits)
    except ValueError:
        return None


class TableView(QTableView):
    """Rows to look through: sort, select, copy out, open with Enter, widths remembered.

    ``name`` keys the remembered widths. Use ``show_rows``; selection, current row and scrolling survive.
    """

    opened = Signal(object)  # the row: Enter or double click
    picked = Signal(list)  # the selected rows, whenever they change
    reveal_asked = Signal(object, int)  # row and column whose eye was pressed

    def __init__(
        self,
        columns: Sequence[Column[Any]],
        *,
        name: str = "",
        memory: Memory | None = None,
        key: Callable[[Any], Any] | None = None,
        dense: bool = False,
    ) -> None:
        super().__init__()
        self._name, self._memory, self._dense = name, memory, dense
        self._menu: list[tuple[str, Callable[[], object], str]] = []
        self._is_fitting = False
        self._aside: set[int] = set()  # columns hidden because the table is narrow
        self._delegate = CellDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        head.setSortIndicatorShown(True)
        head.setSortIndicatorClearable(True)
        head.setSectionsClickable(True)
        head.setMinimumSectionSize(48)
        head.sectionResized.connect(self._on_resized)
        head.sortIndicatorChanged.connect(self._on_sort)
        self._measure()
        self.setModel(RowsModel(columns, key, self))
        self.doubleClicked.connect(self._on_double)

    # -- rows -------------------------------------------------------------------------------------

    def setModel(self, model: Any) -> None:
        self._is_fitting = True  # nobody drew at a column
        for n in self._aside:
            self.setColumnHidden(
                n, False
            )  # else the next model's column would count as hidden by the page, for ever
        self._aside = set()
        super().setModel(model)
        self._is_fitting = False
        self.selectionModel().selectionChanged.connect(self._on_selection)
        self._lay_out()

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Show these rows; what was selected stays selected when it is still there."""
        model: Any = self.model()
        chosen = {model.key(r) for r in self.selected()}
        current, top = self.current(), self.verticalScrollBar().value()
        if model.show_rows(rows):
            return
        keys = {model.key(r): n for n, r in enumerate(model.rows)}
        marks = QItemSelection()
        for key in chosen & keys.keys():
            marks.select(model.index(keys[key], 0), model.index(keys[key], len(model.columns) - 1))
        if current is not None and model.key(current) in keys:
            index = model.index(keys[model.key(current)], 0)
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.selectionModel().select(marks, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.verticalScrollBar().setValue(top)

    def selected(self) -> list[Any]:
        """The selected rows, top to bottom."""
        if self.selectionModel() is None:
            return []
        model: Any = self.model()
        found = sorted(self.selectionModel().selectedRows(), key=QModelIndex.row)
        return [row for row in map(model.row, found) if row is not None]

    def current(self) -> Any:
        """The row the keyboard stands on, or None."""
        model: Any = self.model()
        return model.row(self.currentIndex()) if self.currentIndex().isValid() else None

    def select_row(self, number: int) -> None:
        """Put keyboard and selection on one row."""
        flags = QItemSelectionModel.SelectionFlag  # not selectRow: that obeys whatever Ctrl or Shift is held
        self.selectionModel().setCurrentIndex(
            self.model().index(number, 0), flags.ClearAndSelect | flags.Rows
        )

    def add_menu(self, text: str, act: Callable[[], object], icon_name: str = "") -> None:
        """One more line in the context menu."""
        self._menu.append((text, act, icon_name))

    # -- keys and mouse ---------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current() is not None:
            self.opened.emit(self.current())
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() == Qt.Key.Key_C and event.modifiers() == _CTRL_SHIFT:
            self.copy(with_header=True)
        else:
            super().keyPressEvent(event)

    @Slot()
    def copy(self, *, with_header: bool = False) -> None:
        """Selected rows to the clipboard as Excel and WPS take them (tab-separated text)."""
        model: Any = self.model()
        lines = [[_one_line(c.shown(r)) for c in model.columns] for r in self.selected()]
        if with_header:
            lines.insert(0, [c.title for c in model.columns])
        if lines:
            QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        for text, act, icon_name in self._menu:
            entry = menu.addAction(icon(icon_name), text) if icon_name else menu.addAction(text)
            entry.triggered.connect(partial(_call, act))
        if self._menu:
            menu.addSeparator()
        menu.addAction(icon("copy"), "复制\tCtrl+C").triggered.connect(partial(_call, self.copy))
        menu.addAction("连表头复制\tCtrl+Shift+C").triggered.connect(
            partial(_call, partial(self.copy, with_header=True))
        )
        menu.exec(event.globalPos())
        menu.deleteLater()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.indexAt(event.position().toPoint()).row())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        spot = event.position().toPoint()
        index = self.indexAt(spot)
        if not index.isValid():
            return
        model: Any = self.model()
        column, row = model.columns[index.column()], model.row(index)
        if column.kind != "mask" or row is None or not column.shown(row):
            return
        if self._delegate.eye_rect(self.visualRect(index), column.shown(row)).contains(spot):
            self.reveal_asked.emit(row, index.column())

    def _hover(self, number: int) -> None:
        if number == self._delegate.hover_row:
            return
        for row in (self._delegate.hover_row, number):
            if 0 <= row < self.model().rowCount():
                top = self.rowViewportPosition(row)
                self.viewport().update(0, top, self.viewport().width(), self.rowHeight(row))
        self._delegate.hover_row = number

    # -- measures ---------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._measure()
            self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _measure(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme().px("dense" if self._dense else "row"))
        self.horizontalHeader().setFixedHeight(theme().px("row"))

    def _lay_out(self) -> None:
        """Widths: remembered ones as they are, fixed ones scaled by text size, the rest shares what is left."""
        model: Any = self.model()
        if model is None:
            return
        kept = self._memory.recall(f"widths.{self._name}", {}) if self._memory and self._name else {}
        scale = theme().px("text") / 14
        want = [int(kept.get(c.title, round(c.width * scale))) for c in model.columns]
        gone = {n for n in range(len(want)) if self.isColumnHidden(n) and n not in self._aside}
        least, room = [width or round(96 * scale) for width in want], self.viewport().width()
        aside = stepping_aside(model.columns, least, room, gone=gone)
        shown = [n for n in range(len(want)) if n not in gone and n not in aside]
        open_ends = [n for n in shown if not want[n]]
        left = room - sum(want[n] for n in shown)
        self._is_fitting = True
        self._step_aside(aside)
        for n in shown:
            self.setColumnWidth(n, want[n] or max(left // len(open_ends), least[n]))
        self._is_fitting = False

    def _step_aside(self, aside: set[int]) -> None:
        for n in aside ^ self._aside:
            self.setColumnHidden(n, n in aside)
        self._aside = aside
        model: Any = self.model()
        names = "、".join(model.columns[n].title for n in sorted(aside))
        self.horizontalHeader().setToolTip(AWAY.format(names=names) if names else "")

    @Slot(int, int, int)
    def _on_resized(self, section: int, _: int, width: int) -> None:
        if self._is_fitting or not self._memory or not self._name:
            return
        model: Any = self.model()
        kept = dict(self._memory.recall(f"widths.{self._name}", {}))
        kept[model.columns[section].title] = width
        self._memory.keep(f"widths.{self._name}", kept)

    @Slot(int, Qt.SortOrder)
    def _on_sort(self, section: int, order: Qt.SortOrder) -> None:
        self.model().sort(section, order)

    @Slot(QItemSelection, QItemSelection)
    def _on_selection(self, _on: QItemSelection, _off: QItemSelection) -> None:
        self.picked.emit(self.selected())

    @Slot(QModelIndex)
    def _on_double(self, index: QModelIndex) -> None:
        model: Any = self.model()
        if model.row(index) is not None:
            self.opened.emit(model.row(index))


_CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def _one_line(text: str) -> str:
    return " ".join(text.split("\n")).replace("\t", " ")


def _call(act: Callable[[], object], *_: object) -> None:
    act()
