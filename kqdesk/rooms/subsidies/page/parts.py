"""Pieces the tabs of 奖补 share: the card at the right, a verdict line by line, tones of states."""

from collections.abc import Iterable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from kqdesk.desk.desk import Desk
from kqdesk.desk.parts import Push, Wrapped, closing_head, label, rule
from kqdesk.desk.theme import theme
from kqdesk.rooms.subsidies.rules import Line
from kqdesk.rooms.subsidies.terms import BatchState, ClaimState, Standing

TONES = {
    Standing.MET: "success", Standing.UNMET: "danger", Standing.MISSING: "warning", Standing.UNCHECKED: "neutral",
}  # fmt: skip
STATE_TONES = {
    ClaimState.TAKEN: "neutral", ClaimState.BATCHED: "neutral", ClaimState.FROZEN: "primary", ClaimState.SUBMITTED: "primary",
    ClaimState.ACCEPTED: "success", ClaimState.RETURNED: "danger", ClaimState.PAID: "success",
}  # fmt: skip
BATCH_TONES = {
    BatchState.DRAFT: "warning", BatchState.FROZEN: "primary", BatchState.SUBMITTED: "primary",
    BatchState.ANSWERED: "success", BatchState.PAID: "success",
}  # fmt: skip
_COLOURS = {"success": "success", "danger": "danger", "warning": "warning", "neutral": "second"}


class SideCard(QFrame):
    """A card at the right: title, second line, a part that scrolls, buttons at the foot. Esc closes."""

    closed = Signal()

    def __init__(self, desk: Desk, title: str, under: str = "", *, wide: int = 0) -> None:
        super().__init__()
        self.desk = desk
        self.setProperty("look", "card")
        self.setFixedWidth(theme().px("panel") + wide)
        self.heading, self.under = Wrapped(), Wrapped()
        self.heading.setProperty("look", "head")
        self.under.setProperty("look", "second")
        self.heading.setText(title)
        self.under.setText(under)
        self.under.setVisible(bool(under))
        head = closing_head(self, self.heading, self.closed)
        inside = QWidget()
        inside.setObjectName("scrolled")
        self.lines = QVBoxLayout(inside)
        self.lines.setContentsMargins(0, 4, 8, 4)
        self.lines.setSpacing(6)
        self.around = scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 12, 12, 12)
        self.column.setSpacing(6)
        self.column.addLayout(head)
        self.column.addWidget(self.under)
        self.column.addWidget(scroll, 1)

    def say(self, words: str, look: str = "") -> None:
        """A paragraph."""
        line = Wrapped()
        line.setProperty("look", look)
        line.setText(words)
        self.lines.addWidget(line)

    def section(self, title: str) -> None:
        """A line and a heading under it."""
        self.lines.addWidget(rule())
        words = label(title)
        words.setFont(theme().font(semibold=True))
        self.lines.addWidget(words)

    def buttons(self, several: Sequence[Push], *, in_a_row: int = 3) -> None:
        """Buttons under the text so far."""
        for at in range(0, len(several), in_a_row):
            row = QHBoxLayout()
            row.setSpacing(8)
            for button in several[at : at + in_a_row]:
                row.addWidget(button)
            row.addStretch(1)
            self.lines.addLayout(row)

    def verdict(self, lines: Iterable[Line]) -> None:
        """Each line: how it stands, what it asks, what is known and from where, a way to what is missing."""
        for line in lines:
            self.lines.addLayout(_verdict_line(self.desk, line))

    def finish(self) -> None:
        """Everything is said; what is left of the room stays free."""
        self.lines.addStretch(1)


def _verdict_line(desk: Desk, line: Line) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.setContentsMargins(16 * line.depth, 0, 0, 0)
    mark = label(line.standing.label)
    mark.setStyleSheet(f"color: {theme().name(_COLOURS[TONES[line.standing]])}; font-weight: 600;")
    mark.setFixedWidth(mark.fontMetrics().horizontalAdvance("没有核对") + 8)
    words = QVBoxLayout()
    words.setSpacing(0)
    first = Wrapped()
    first.setText(line.words)
    words.addWidget(first)
    if line.value:
        second = Wrapped()
        second.setProperty("look", "small")
        second.setText(f"{line.value}　{line.source}".strip())
        words.addWidget(second)
    row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
    row.addLayout(words, 1)
    if line.page and line.standing is not Standing.MET:
        go = partial(desk.open, line.page, **dict(line.context))
        title = "去填" if line.standing is Standing.MISSING else "去看"
        row.addWidget(Push(title, go, look="link"), 0, Qt.AlignmentFlag.AlignTop)
    return row
