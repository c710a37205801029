"""Panels at the right: why somebody fits, line by line; the names behind a number."""

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.parts import Push, Tool, Wrapped, label
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme
from kqdesk.rooms.matching.queries import Fit, Way
from kqdesk.rooms.matching.rules.fitting import Reason
from kqdesk.rooms.matching.terms import Answer, Verdict
from kqdesk.rooms.people.terms import education_label
from kqdesk.rooms.survey.queries import Wisher

TONES = {Verdict.YES: "success", Verdict.NO: "danger", Verdict.UNKNOWN: "warning"}
ICONS = {Verdict.YES: "check", Verdict.NO: "close", Verdict.UNKNOWN: "help"}
ANSWER_TONES = {Answer.TOLD: "neutral", Answer.WANTS: "success", Answer.REFUSED: "danger"}
LOOKED_AT = {
    "want": "想不想学",
    "schooling": "学历",
    "age": "年龄",
    "time": "时间",
    "place": "地方",
    "taken": "学过没有",
}
LINES = (
    Column[Reason]("看什么", lambda r: LOOKED_AT.get(r.gate, ""), width=78),
    Column[Reason]("", lambda r: r.verdict.label, kind="pill", width=92,
                   pill=lambda r: Pill(r.verdict.label, TONES[r.verdict], ICONS[r.verdict])),
)  # fmt: skip
NAMES = (
    Column[Wisher]("姓名", lambda r: r.name, width=84, is_strong=True, tip=lambda r: r.village),
    Column[Wisher]("电话", lambda r: r.phone_masked, kind="code", width=124),
    Column[Wisher]("学历", lambda r: education_label(r.education_code)),
)  # fmt: skip


class SidePanel(QFrame):
    """A card at the right with a title, a second line and Esc."""

    closed = Signal()

    def __init__(self, title: str, under: str) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.setFixedWidth(theme().px("panel"))
        self.heading, self.under = Wrapped(), Wrapped()
        self.heading.setProperty("look", "head")
        self.under.setProperty("look", "second")
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.heading, 1)
        head.addWidget(Tool("close", "关闭", self.closed.emit, keys="Esc"), 0, Qt.AlignmentFlag.AlignTop)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.closed)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 12, 12, 12)
        self.column.setSpacing(6)
        self.column.addLayout(head)
        self.column.addWidget(self.under)
        self.say(title, under)

    def add_scrolled(self) -> QVBoxLayout:
        """A part that scrolls when it is longer than the page; what is added to it stands below each other."""
        inside = QWidget()
        inside.setObjectName("scrolled")
        lines = QVBoxLayout(inside)
        lines.setContentsMargins(0, 4, 8, 4)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        self.column.addWidget(scroll, 1)
        return lines

    def say(self, title: str, under: str) -> None:
        """Other words at the top."""
        self.heading.setText(title)
        self.under.setText(under)
        self.under.setVisible(bool(under))


class ReasonsPanel(SidePanel):
    """Why somebody fits (or does not), one line a reason, each a whole sentence."""

    def __init__(self, buttons: Sequence[Push] = ()) -> None:
        super().__init__("", "")
        around = self.add_scrolled()
        self._lines = QVBoxLayout()
        self._lines.setSpacing(10)
        around.addLayout(self._lines)
        around.addStretch(1)
        for button in buttons:
            self.column.addWidget(button)
        self.sentences: list[str] = []

    def show_reasons(self, title: str, under: str, found: Iterable[Reason]) -> None:
        """Replace the lines."""
        self.say(title, under)
        while self._lines.count():
            gone = self._lines.takeAt(0).layout()
            if gone is not None:
                _empty(gone)
        self.sentences = []
        for one in found:
            self._lines.addLayout(_line(one))
            self.sentences.append(one.sentence)


def _line(one: Reason) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    mark = label(one.verdict.label, "")
    mark.setStyleSheet(f"color: {theme().name(TONES[one.verdict])}; font-weight: 600;")
    mark.setFixedWidth(mark.fontMetrics().horizontalAdvance("不符合") + 12)
    words = Wrapped()
    words.setText(one.sentence)
    row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(words, 1)
    return row


def _empty(layout: Any) -> None:
    while layout.count():
        widget = layout.takeAt(0).widget()
        if widget is not None:
            widget.deleteLater()


class NamesPanel(SidePanel):
    """The people behind one number of the demand."""

    def __init__(
        self, desk: Desk, title: str, under: str, people: Sequence[Wisher], buttons: Sequence[Push] = ()
    ) -> None:
        super().__init__(title, under)
        self.table = TableView(NAMES, name="matching.names", memory=desk.memory, key=_person)
        self.table.show_rows(people)
        self.column.addWidget(self.table, 1)
        for button in buttons:
            self.column.addWidget(button)


def _person(row: Wisher) -> str:
    return row.person_id


def fit_words(row: Fit) -> str:
    """Second line about somebody: 45 岁 · 初中毕业 · 溪南村 · 蓝桥印染."""
    age = f"{row.age} 岁" if row.age is not None else "年龄没有填"
    return " · ".join(
        part for part in (age, row.education or "学历没有填", row.village, row.employer) if part
    )


def way_words(way: Way) -> str:
    """Second line about an offer: 绍兴开放大学 · 专科（高起专） · 至 2026-06-30."""
    offer = way.offer
    return " · ".join(
        part
        for part in (offer.provider, offer.path_words, offer.times_words, offer.place, offer.valid_words)
        if part
    )
