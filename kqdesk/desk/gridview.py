"""The view of an editable grid: keys as in Excel, faults painted red, a list of them to jump by."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPen,
    QPolygon,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from kqdesk.desk.cells import Index, place_of
from kqdesk.desk.grid import GridColumn, GridEdit, GridFault, GridModel, GridRow, read_block, write_block
from kqdesk.desk.theme import icon, theme

PAD = 12
RETURNS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
__all__ = ["FaultList", "Grid", "GridColumn", "GridEdit", "GridFault", "GridRow"]


class GridDelegate(QStyledItemDelegate):
    """Paints cells and faults; hands Enter in an editor to the grid so that it goes down."""

    def __init__(self, grid: "Grid") -> None:
        super().__init__(grid)
        self._grid = grid

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        column = self._grid.grid_model.columns[index.column()]
        if column.choices:
            combo = QComboBox(parent)
            combo.addItems(["", *(words for _, words in column.choices)])
            return combo
        edit = QLineEdit(parent)
        edit.setObjectName("gridcell")
        edit.setAlignment(_side(column))
        edit.setAccessibleName(column.title)
        return edit

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, QComboBox):
            editor.setCurrentText(index.data())
            editor.showPopup()
        elif isinstance(editor, QLineEdit):
            editor.setText(index.data())
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: Any, index: Index) -> None:
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentText())
        elif isinstance(editor, QLineEdit):
            model.setData(index, editor.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        editor.setGeometry(place_of(option)[0])

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and isinstance(editor, QWidget)
        ):
            is_up = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1} if isinstance(editor, QLineEdit) else {}
            step = (-1 if is_up else 1) if event.key() in RETURNS else steps.get(Qt.Key(event.key()), 0)
            if step:
                self.commitData.emit(editor)
                self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
                self._grid.go_down(step)
                return True
        return super().eventFilter(editor, event)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, model = theme(), self._grid.grid_model
        rect, state = place_of(option)
        fault = model.fault_at(index)
        painter.save()
        if fault:
            painter.fillRect(rect, look.colour("danger_soft"))
        elif state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, look.colour("primary_soft"))
        elif not model.may_edit(index):
            painter.fillRect(rect, look.colour("head"))
        painter.setPen(QPen(look.colour("line")))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.drawLine(rect.topRight(), rect.bottomRight())
        column = model.columns[index.column()]
        font = look.font(mono=column.kind == "code")
        painter.setFont(font)
        painter.setPen(
            look.colour("danger" if fault else "second" if model.is_locked(index.row()) else "text")
        )
        inner = rect.adjusted(PAD, 0, -PAD, 0)
        text = QFontMetrics(font).elidedText(index.data() or "", Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, _side(column), text)
        if fault:
            self._draw_corner(painter, rect)
        if index == self._grid.currentIndex() and self._grid.hasFocus():
            painter.setPen(QPen(look.colour("primary"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
        painter.restore()

    def _draw_corner(self, painter: QPainter, rect: QRect) -> None:
        corner = rect.topRight()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().colour("danger"))
        painter.drawPolygon(QPolygon([corner, corner - _point(8, 0), corner + _point(0, 8)]))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, theme().px("dense"))


def _point(x: int, y: int) -> Any:
    return QRect(x, y, 1, 1).topLeft()


def _side(column: GridColumn) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.kind == "number" else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


class Grid(QTableView):
    """Type, paste, clear; one ``edited`` signal an act, with the cells that could be read."""

    edited = Signal(list)  # list[GridEdit]
    faults_changed = Signal()
    pasted = Signal(int, int)  # cells taken, cells passed over (read-only or outside)

    def __init__(self, columns: Sequence[GridColumn], *, grows: bool = False) -> None:
        super().__init__()
        self.grid_model = GridModel(columns, grows=grows, parent=self)
        self.setModel(self.grid_model)
        self.setItemDelegate(GridDelegate(self))
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.AnyKeyPressed | triggers.DoubleClicked | triggers.EditKeyPressed)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().setHighlightSections(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        self.grid_model.edited.connect(self.edited)
        self.grid_model.faults_changed.connect(self.faults_changed)
        self._measure()

    def fill(self, rows: Sequence[GridRow]) -> None:
        """Show these rows; the cursor stays in its cell when the rows are the same ones."""
        before = [row.key for row in self.values()], self.currentIndex().row(), self.currentIndex().column()
        self.grid_model.fill(rows)
        if rows:
            is_same = before[0] == [row.key for row in rows] and before[1] >= 0
            row, column = before[1:] if is_same else (0, self._first_editable())
            self.setCurrentIndex(self.grid_model.index(row, column))

    def values(self) -> list[GridRow]:
        """All rows as they stand."""
        return self.grid_model.values()

    def faults(self) -> list[GridFault]:
        """Every cell that cannot be taken."""
        return self.grid_model.faults()

    def show_faults(self, faults: Mapping[tuple[Any, str], str]) -> None:
        """Mark cells by (row key, column name) with a sentence."""
        self.grid_model.show_faults(faults)

    def go_to(self, fault: GridFault) -> None:
        """Put the cursor on a faulty cell."""
        names = [column.name for column in self.grid_model.columns]
        self.setCurrentIndex(self.grid_model.index(fault.row, names.index(fault.column)))
        self.setFocus()

    def go_down(self, step: int = 1) -> None:
        """The cell below (above for −1) that can be typed in; at the end the cursor stays."""
        here = self.currentIndex()
        row = here.row() + step
        while 0 <= row < self.grid_model.rowCount():
            index = self.grid_model.index(row, here.column())
            if self.grid_model.may_edit(index):
                self.setCurrentIndex(index)
                return
            row += step

    def paste(self, text: str) -> tuple[int, int]:
        """Put clipboard text in at the top left of the selection: (cells taken, cells passed over)."""
        chosen = self.selectedIndexes() or [self.currentIndex()]
        block = read_block(text)
        if not block or not chosen[0].isValid():
            return 0, 0
        rows, columns = [i.row() for i in chosen], [i.column() for i in chosen]
        if len(block) == len(block[0]) == 1 and len(chosen) > 1:  # one value into many cells, as in Excel
            block = [[block[0][0]] * (max(columns) - min(columns) + 1)] * (max(rows) - min(rows) + 1)
        counts = self.grid_model.place(min(rows), min(columns), block)
        self.pasted.emit(*counts)
        return counts

    def copy(self) -> None:
        """The selected cells to the clipboard."""
        chosen = sorted(self.selectedIndexes(), key=lambda i: (i.row(), i.column()))
        rows: dict[int, list[str]] = {}
        for index in chosen:
            rows.setdefault(index.row(), []).append(index.data() or "")
        QGuiApplication.clipboard().setText(write_block(list(rows.values())))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in RETURNS:
            self.go_down(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste(QGuiApplication.clipboard().text())
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.grid_model.clear(self.selectedIndexes())
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._measure()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def _first_editable(self) -> int:
        return next((n for n, c in enumerate(self.grid_model.columns) if not c.readonly), 0)

    def _measure(self) -> None:
        scale = theme().px("text") / 14
        self.verticalHeader().setDefaultSectionSize(theme().px("dense") + 2)
        self.horizontalHeader().setFixedHeight(theme().px("row"))
        self.verticalHeader().setFixedWidth(round(44 * scale))
        columns = self.grid_model.columns
        shares = sum(1 for c in columns if not c.width)
        left = self.viewport().width() - sum(round(c.width * scale) for c in columns)
        for n, column in enumerate(columns):
            width = round(column.width * scale) if column.width else max(left // shares, round(96 * scale))
            self.setColumnWidth(n, width)


class FaultList(QListWidget):
    """What is wrong in a grid, cell by cell; a click or Enter goes there."""

    def __init__(self, grid: Grid) -> None:
        super().__init__()
        self._grid = grid
        self._shown: list[GridFault] = []
        self.setWordWrap(True)
        self.setAccessibleName("需要改的格子")
        grid.faults_changed.connect(self.refresh)
        self.itemActivated.connect(self._on_item)
        self.itemClicked.connect(self._on_item)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """List the grid's faults again."""
        titles = {c.name: c.title for c in self._grid.grid_model.columns}
        self._shown = self._grid.faults()
        self.clear()
        for fault in self._shown:
            self.addItem(
                QListWidgetItem(
                    icon("error", "danger"), f"第 {fault.row + 1} 行 {titles[fault.column]}：{fault.reason}"
                )
            )

    @Slot(QListWidgetItem)
    def _on_item(self, item: QListWidgetItem) -> None:
        self._grid.go_to(self._shown[self.row(item)])
