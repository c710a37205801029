"""The left navigation: groups in the order of the work, foldable to icons, every page by Alt and a number."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from kqdesk.desk.pages import GROUPS, PageSpec
from kqdesk.desk.parts import label
from kqdesk.desk.theme import icon, theme


class Navigation(QFrame):
    """Emits ``asked(page key)``; ``mark(key)`` shows where we are."""

    asked = Signal(str)
    folded = Signal(bool)

    def __init__(self, pages: Sequence[PageSpec]) -> None:
        super().__init__()
        self.setObjectName("nav")
        self.is_folded = False
        self._buttons: dict[str, tuple[QPushButton, PageSpec, str]] = {}
        self._heads: list[QLabel] = []
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        holder = QWidget()
        holder.setObjectName("scrolled")
        self._column = QVBoxLayout(holder)
        self._column.setContentsMargins(8, 8, 8, 8)
        self._column.setSpacing(1)
        for group in GROUPS:
            self._add_group(group, [p for p in pages if p.group == group and p.is_listed])
        self._column.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(holder)
        self._scroll = scroll
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 1, 0)
        column.setSpacing(0)
        column.addWidget(scroll, 1)
        shortcut = QShortcut(QKeySequence("Ctrl+B"), self)
        shortcut.activated.connect(self.toggle)
        self.fold(False)

    def _add_group(self, group: str, pages: Sequence[PageSpec]) -> None:
        if not pages:
            return
        if group:
            head = label(group, "group")
            head.setContentsMargins(0, 6, 0, 1)
            self._heads.append(head)
            self._column.addWidget(head)
        for page in pages:
            number = len(self._buttons) + 1
            keys = f"Alt+{number % 10}" if number <= 10 else ""
            button = QPushButton(page.title)
            button.setCheckable(True)
            button.setProperty("look", "nav")
            button.setAccessibleName(page.title)
            button.setAccessibleDescription(page.sentence)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.clicked.connect(partial(self._on_clicked, page.key))
            if keys:
                shortcut = QShortcut(QKeySequence(keys), self)
                shortcut.activated.connect(partial(self._on_clicked, page.key))
            self._group.addButton(button)
            self._buttons[page.key] = (button, page, keys)
            self._column.addWidget(button)

    def mark(self, key: str) -> None:
        """Show that this page is open, scrolled to where it stands: it may have been opened from elsewhere."""
        for own, (button, page, _) in self._buttons.items():
            button.setChecked(own == key)
            button.setIcon(icon(page.icon, "primary" if own == key else "second"))
        if key in self._buttons:
            self._scroll.ensureWidgetVisible(self._buttons[key][0], 0, theme().px("nav_folded"))

    def fold(self, is_folded: bool) -> None:
        """Icons only, or icons with words."""
        self.is_folded = is_folded
        look = theme()
        self.setFixedWidth(look.px("nav_folded" if is_folded else "nav"))
        for button, page, keys in self._buttons.values():
            button.setText("" if is_folded else f" {page.title}")
            button.setIconSize(QSize(look.px("icon"), look.px("icon")))
            button.setProperty("folded", is_folded)
            button.setToolTip("　".join(part for part in (f"{page.title}：{page.sentence}", keys) if part))
            button.style().unpolish(button)
            button.style().polish(button)
        for head in self._heads:
            head.setVisible(not is_folded)

    @Slot()
    def toggle(self) -> None:
        """Fold or unfold, as the button in the top bar and Ctrl+B do."""
        self.fold(not self.is_folded)
        self.folded.emit(self.is_folded)

    def _on_clicked(self, key: str, _checked: bool = False) -> None:
        self.asked.emit(key)
