"""A model for lists up to a million rows: ids in memory (16 bytes each), rows fetched a page at a time."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Index
from kqdesk.desk.desk import Desk
from kqdesk.desk.table import header_of

R = TypeVar("R")
PAGE = 200  # rows a fetch brings
KEPT = 50  # pages kept: 10,000 rows
AT_ONCE = 2  # fetches under way: as many as there are read lanes


class Ids:
    """A million 32-digit hex ids in 16 MB, in order."""

    def __init__(self, ids: Iterable[str] = ()) -> None:
        self._packed = b"".join(map(bytes.fromhex, ids))

    def __len__(self) -> int:
        return len(self._packed) // 16

    def cut(self, start: int, end: int) -> list[str]:
        """The ids from ``start`` up to before ``end``."""
        part = self._packed[start * 16 : end * 16]
        return [part[n : n + 16].hex() for n in range(0, len(part), 16)]


class PagedModel(QAbstractTableModel, Generic[R]):
    """Rows by id. Until a page arrives its cells are blank; only what is looked at is fetched."""

    sort_asked = Signal(int, bool)  # column (-1 = as it came), descending: ask the ids again in that order

    def __init__(
        self,
        desk: Desk,
        columns: Sequence[Column[R]],
        fetch: Callable[[Session, list[str]], Sequence[R]],
        *,
        key: Callable[[R], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.key = key
        self._desk, self._fetch = desk, fetch
        self._ids = Ids()
        self._pages: OrderedDict[int, dict[str, R]] = OrderedDict()
        self._wanted: list[int] = []  # newest last: what the eye is on comes first
        self._asked: set[int] = set()
        self._round = 0

    @property
    def rows(self) -> list[R]:
        """The rows that have arrived so far (not the whole list)."""
        return [row for page in self._pages.values() for row in page.values()]

    def show_ids(self, ids: Sequence[str] | Ids) -> None:
        """Another list of ids; all rows are fetched anew as they are looked at. Pack a million in the read lane."""
        self.beginResetModel()
        self._round += 1
        self._ids = ids if isinstance(ids, Ids) else Ids(ids)
        self._pages.clear()
        self._wanted.clear()
        self._asked.clear()
        self.endResetModel()

    def refresh(self) -> None:
        """The same ids with fresh rows (something was changed); what is seen stays until the new comes."""
        self._round += 1
        self._asked.clear()
        for page in list(self._pages)[-3:]:
            self._want(page)
        for page in list(self._pages)[:-3]:
            del self._pages[page]

    def row(self, index: Index) -> R | None:
        """The row behind a cell, or None while it is on its way."""
        number, within = divmod(index.row(), PAGE)
        page = self._pages.get(number)
        if page is None:
            self._want(number)
            return None
        self._pages.move_to_end(number)
        found = self._ids.cut(number * PAGE + within, number * PAGE + within + 1)
        return page.get(found[0]) if found else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        row, column = self.row(index), self.columns[index.column()]
        if row is None:
            return ""
        if role == Qt.ItemDataRole.ToolTipRole and column.tip is not None:
            return column.tip(row)
        return column.shown(row)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        return header_of(self.columns, section, orientation, role)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.sort_asked.emit(column, order == Qt.SortOrder.DescendingOrder)

    def _want(self, page: int) -> None:
        if page in self._asked:
            return
        if page in self._wanted:
            self._wanted.remove(page)
        self._wanted = [
            *self._wanted[-3:],
            page,
        ]  # a flung scroll bar asks for hundreds: forget the passed ones
        self._ask_next()

    def _ask_next(self) -> None:
        while self._wanted and len(self._asked) < AT_ONCE:
            page = self._wanted.pop()
            self._asked.add(page)
            ids = self._ids.cut(page * PAGE, (page + 1) * PAGE)
            self._desk.read(
                partial(_fetched, self._fetch, ids),
                partial(self._arrive, self._round, page),
                owner=self,
                only=f"page{page}",
            )

    def _arrive(self, round_: int, page: int, rows: Sequence[R]) -> None:
        if round_ != self._round:
            return
        self._asked.discard(page)
        self._pages[page] = {self.key(row): row for row in rows}
        self._pages.move_to_end(page)
        while len(self._pages) > KEPT:
            self._pages.popitem(last=False)
        last = min((page + 1) * PAGE, len(self._ids)) - 1
        self.dataChanged.emit(self.index(page * PAGE, 0), self.index(last, len(self.columns) - 1))
        self._ask_next()


def _fetched(
    fetch: Callable[[Session, list[str]], Sequence[R]], ids: list[str], session: Session
) -> Sequence[R]:
    return fetch(session, ids)
