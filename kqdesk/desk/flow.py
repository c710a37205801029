"""A row of controls that breaks into lines when the window is narrow or the text large."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

GAP = 8


class FlowRow(QLayout):
    """Filters to the left, buttons to the right; what does not fit goes on the next line. Nothing is cut."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._lefts = 0
        self.setContentsMargins(0, 0, 0, 0)

    def add_left(self, widget: QWidget) -> None:
        """After the other filters."""
        self.addWidget(widget)
        self._items.insert(self._lefts, self._items.pop())
        self._lefts += 1

    def add_right(self, widget: QWidget) -> None:
        """After the other buttons."""
        self.addWidget(widget)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]
        if not 0 <= index < len(self._items):
            return None
        self._lefts -= index < self._lefts
        return self._items.pop(index)

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), is_trial=True)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, is_trial=False)

    def sizeHint(self) -> QSize:
        shown = self._shown()
        width = sum(item.sizeHint().width() + GAP for item in shown)
        return QSize(width, max((item.sizeHint().height() for item in shown), default=0))

    def minimumSize(self) -> QSize:
        shown = [item.sizeHint() for item in self._shown()]
        return QSize(max((s.width() for s in shown), default=0), max((s.height() for s in shown), default=0))

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _place(self, rect: QRect, *, is_trial: bool) -> int:
        """Place everything, or only measure; returns the height used."""
        lines: list[list[QLayoutItem]] = [[]]
        left = rect.width()
        for item in self._shown():
            width = item.sizeHint().width()
            if lines[-1] and width > left:
                lines.append([])
                left = rect.width()
            lines[-1].append(item)
            left -= width + GAP
        y = rect.y()
        rights = set(map(id, self._items[self._lefts :]))
        for line in lines:
            height = max((item.sizeHint().height() for item in line), default=0)
            if not is_trial:
                self._place_line(line, QRect(rect.x(), y, rect.width(), height), rights)
            y += height + GAP
        return y - GAP - rect.y()

    def _place_line(self, line: list[QLayoutItem], rect: QRect, rights: set[int]) -> None:
        x = rect.left()
        far = rect.right() + 1 - sum(i.sizeHint().width() + GAP for i in line if id(i) in rights) + GAP
        for item in line:
            size = item.sizeHint()
            if id(item) in rights:
                x = max(x, far)
                far += size.width() + GAP
            item.setGeometry(
                QRect(x, rect.top() + (rect.height() - size.height()) // 2, size.width(), size.height())
            )
            x += size.width() + GAP
