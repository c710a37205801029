"""One entry of 操作记录 at the right: who, when, where, and every row it changed with old and new values."""

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.parts import Push, Tool, label, rule
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme
from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.safekeeping import actions, queries
from kqdesk.rooms.safekeeping.queries import EntryDetail, FieldLine

MOST = 300  # changed rows shown at first
ALL = 100_000
_TONES = {"新增": "success", "修改": "primary", "删除": "danger"}


def wrapped(text: str, look: str) -> QLabel:
    """Words that break into lines, with the margins of a list's head."""
    made = label(text, look)
    made.setWordWrap(True)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    made.setContentsMargins(16, 8, 16, 8)
    return made


LINES = (
    Column[FieldLine]("", lambda r: "", kind="pill", width=78, pill=lambda r: Pill(r.op, _TONES[r.op])),
    Column[FieldLine]("记录", lambda r: r.row, width=150),
    Column[FieldLine]("栏", lambda r: r.label, width=92),
    Column[FieldLine]("原来", lambda r: r.old),
    Column[FieldLine]("改成", lambda r: r.new, is_strong=True),
)


class EntryPanel(QFrame):
    """``closed`` when Esc or the cross was pressed."""

    closed = Signal()

    def __init__(self, desk: Desk, number: int) -> None:
        super().__init__()
        self.desk, self.number = desk, number
        self.detail: EntryDetail | None = None
        self.setProperty("look", "card")
        self.setFixedWidth(round(theme().px("panel") * 1.45))
        self.heading, self.under = label("", "head"), wrapped("", "second")
        self.heading.setWordWrap(True)
        self.under.setContentsMargins(0, 0, 0, 0)
        self.table = TableView(LINES, name="safekeeping.entry", memory=desk.memory, key=id, dense=True)
        self.told = label("", "small")
        self.more = Push("全部列出", self.show_all, look="link")
        self.reveal = Push("查看完整内容", self.show_whole, look="link", icon_name="eye")
        self.more.hide()
        self.reveal.hide()
        self._lay_out()
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.closed)
        self.setFocusProxy(self.table)
        self._ask(MOST)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.heading)
        words.addWidget(self.under)
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 8, 8)
        head.addLayout(words, 1)
        head.addWidget(Tool("close", "关闭", self.closed.emit, keys="Esc"), 0, Qt.AlignmentFlag.AlignTop)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 6, 8, 6)
        foot.addWidget(self.told, 1)
        foot.addWidget(self.more)
        foot.addWidget(self.reveal)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(rule())
        column.addWidget(self.table, 1)
        column.addLayout(foot)

    def _ask(self, limit: int) -> None:
        asked = partial(queries.entry_detail, number=self.number, limit=limit)
        self.desk.read(asked, self.show_detail, owner=self, only="entry")

    def show_detail(self, detail: EntryDetail) -> None:
        """The entry; what may not be shown is masked."""
        self.detail = detail
        entry = detail.entry
        self.heading.setText(entry.words)
        facts = [
            f"第 {entry.number:,} 条",
            f"{entry.at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}",
            entry.who,
            entry.station,
        ]
        if detail.undone:
            facts.append(f"撤回的是{detail.undone}")
        self.under.setText(" · ".join(facts) + f"\n封存值 {detail.seal[:32]}…")
        self.under.setToolTip(detail.seal)
        self.table.show_rows(detail.lines)
        if not detail.total:
            self.told.setText("这一步只是查看，没有改动任何记录。")
        elif detail.told < detail.total:
            self.told.setText(f"改了 {detail.total:,} 处，先列 {detail.told:,} 处")
        else:
            self.told.setText(f"改了 {detail.total:,} 处")
        self.more.setVisible(detail.told < detail.total)
        self.reveal.setVisible(detail.has_masked and not detail.is_whole)

    @Slot()
    def show_all(self) -> None:
        """Every changed row."""
        self._ask(ALL)

    @Slot()
    def show_whole(self) -> None:
        """Nothing masked; the look is noted, and refused without the right."""
        limit = max(self.detail.told, MOST) if self.detail else MOST
        self.desk.run(
            actions.reveal_entry,
            then=self.show_detail,
            owner=self,
            failed=self._refused,
            number=self.number,
            limit=limit,
        )

    def _refused(self, wrong: object) -> None:
        self.told.setText(str(wrong))
        self.told.setWordWrap(True)
