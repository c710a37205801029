"""待确认: each field with two values; the chosen line below as two cards side by side, one click or one key each."""

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kqdesk.desk.cells import Column
from kqdesk.desk.parts import Push, label
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.exchange import actions, queries, rules
from kqdesk.rooms.exchange.queries import ConflictRow, Side
from kqdesk.rooms.exchange.terms import Choice

NOTHING = "没有要确认的"
NOTHING_WORDS = "两台电脑改了同一个人的同一处、改得不一样，才会列在这里。现在一处也没有。"
ROWS = (
    Column[ConflictRow]("记录", lambda r: r.subject, is_strong=True),
    Column[ConflictRow]("哪一处", lambda r: r.field, width=140),
    Column[ConflictRow]("现在显示的", lambda r: r.shown.words),
    Column[ConflictRow]("另一个", lambda r: r.kept.words),
)
PAGES = {"person": ("people", "person"), "cohort": ("cohorts", "cohort")}
"""Table → page and context key where the record itself is seen; others have only their history."""


class Card(QFrame):
    """One of the two values: large, with who wrote it, when, on which PC, and its button."""

    def __init__(self, choice: Choice, key: str, choose: Any) -> None:
        super().__init__()
        self.choice = choice
        self.setProperty("look", "card")
        self.head = label(choice.label, "small")
        self.words, self.who = label("", "head"), label("", "second")
        for words in (self.words, self.who):
            words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setAccessibleName(f"{choice.label}的值")
        self.button = Push(f"用这个（{key}）", partial(choose, choice), icon_name="check", tip=f"按 {key}")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 12)
        column.setSpacing(4)
        for widget in (self.head, self.words, self.who):
            column.addWidget(widget)
        column.addStretch(1)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_side(self, side: Side, *, is_later: bool) -> None:
        """Fill in."""
        self.head.setText(f"{self.choice.label}（较晚填的）" if is_later else self.choice.label)
        self.words.setText(side.words)
        self.who.setText(
            f"{side.who} · {side.at.astimezone(CHINA):%Y-%m-%d %H:%M} · {rules.station_words(side.station)}"
        )


class ConflictsTab(Tab):
    """A list and, under it, the two values of the chosen line."""

    key, title, primary = "conflicts", "待确认", ""

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.table = TableView(ROWS, name="exchange.conflicts", memory=self.desk.memory, key=lambda r: r.id)
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self._on_opened)
        self.shown, self.kept = Card(Choice.SHOWN, "1", self.choose), Card(Choice.KEPT, "2", self.choose)
        self.reveal = Push("看完整号码", self.ask_reveal, look="link", icon_name="eye")
        self.open_row = Push("打开这条记录", self.go_to_row, look="link", icon_name="link")
        self._row: ConflictRow | None = None
        self._lay_out()
        for key, choice in (("1", Choice.SHOWN), ("2", Choice.KEPT)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(self.choose, choice))
        self.tools = [Push("疑似重复的人…", self.go_to_duplicates, icon_name="people")]

    def _lay_out(self) -> None:
        cards = QHBoxLayout()
        cards.setSpacing(12)
        cards.addWidget(self.shown, 1)
        cards.addWidget(self.kept, 1)
        links = QHBoxLayout()
        links.addWidget(self.reveal)
        links.addWidget(self.open_row)
        links.addStretch(1)
        self.pair = QWidget()
        below = QVBoxLayout(self.pair)
        below.setContentsMargins(12, 8, 12, 12)
        below.addLayout(cards)
        below.addLayout(links)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 1)
        column.addWidget(self.pair)

    # -- showing ----------------------------------------------------------------------------------

    def reload(self) -> None:
        self.desk.read(_asked, self.show_rows, owner=self, only="conflicts")

    def show_rows(self, found: tuple[list[ConflictRow], int]) -> None:
        """The list; the cursor stays near where it was, so that one can go on choosing."""
        if self.page.tab is not self:
            return
        rows, count = found
        if not rows:
            self.page.set_foot("")
            self.page.show_blank("done", NOTHING, NOTHING_WORDS)
            return
        if self.page.is_blank:
            self.page.show_body()
        place = self.table.currentIndex().row()
        self.table.show_rows(rows)
        if self.table.current() is None:
            self.table.select_row(min(max(place, 0), len(rows) - 1))
        self._show_pair(self.table.current() or rows[0])
        if self.page.side is None and self.isVisible():
            self.table.setFocus()  # 1 and 2 choose at once
        more = f"，这里先列 {len(rows):,} 处" if count > len(rows) else ""
        self.page.set_foot(f"共 {count:,} 处{more} · 1 用左边的 · 2 用右边的 · 选错了 Ctrl+Z 撤销")

    def _show_pair(self, row: ConflictRow) -> None:
        self._row = row
        is_later = row.shown.at >= row.kept.at
        self.shown.show_side(row.shown, is_later=is_later)
        self.kept.show_side(row.kept, is_later=not is_later)
        self.reveal.setVisible(row.is_masked)
        self.open_row.setVisible(row.is_there and row.table in PAGES)

    @Slot(list)
    def _on_picked(self, _: list[ConflictRow]) -> None:
        row = self.table.current()
        if row is not None:
            self._show_pair(row)

    @Slot(object)
    def _on_opened(self, _: ConflictRow) -> None:
        self.go_to_row()

    # -- doing ------------------------------------------------------------------------------------

    def choose(self, choice: Choice) -> None:
        """This value stands; the next line comes up."""
        row = self._row
        if row is None or self.page.is_blank:
            return
        self._row = None  # a second key before the answer must not settle the next one unseen
        self.desk.run(
            actions.settle_conflict,
            then=lambda _: self._settled(row, choice),
            failed=self._refuse,
            owner=self,
            conflict_id=row.id,
            chosen=choice,
        )

    def _settled(self, row: ConflictRow, choice: Choice) -> None:
        side = row.shown if choice is Choice.SHOWN else row.kept
        self.page.note.say(
            f"{row.subject}的{row.field}用了“{side.words}”。", "told", ("撤销", self.desk.undo)
        )
        self.table.setFocus()

    @Slot()
    def ask_reveal(self) -> None:
        """The whole numbers of the chosen line; the look is journaled."""
        row = self._row
        if row is not None:
            self.desk.run(
                actions.reveal_conflict,
                then=self._show_pair,
                failed=self._refuse,
                owner=self,
                conflict_id=row.id,
            )

    @Slot()
    def go_to_row(self) -> None:
        """The record itself, on its own page."""
        row = self._row
        if row is not None and row.is_there and row.table in PAGES:
            page, key = PAGES[row.table]
            self.desk.open(page, **{key: row.row_id})

    @Slot()
    def go_to_duplicates(self) -> None:
        """People who may have been entered twice, on two PCs; they are merged in 花名册."""
        self.desk.open("people", view="twins")

    def _refuse(self, wrong: object) -> None:
        self.page.note.say(str(wrong), "refused")
        self.reload()


def _asked(session: Any) -> tuple[list[ConflictRow], int]:
    return queries.open_conflicts(session), queries.conflict_count(session)
