"""What restoring a backup would change, shown before it is done: counts, and the acts that would be gone."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout

from kqdesk.backup.keeper import Keeper
from kqdesk.backup.restoring import Count, Loss, Preview
from kqdesk.backup.shelf import Shelved
from kqdesk.desk.cells import Column
from kqdesk.desk.desk import Desk
from kqdesk.desk.job import Job
from kqdesk.desk.parts import Note, Push, Tool, label, rule
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme
from kqdesk.rooms.safekeeping.page.entry import wrapped
from kqdesk.store.store import labels


def _moved(row: Count) -> str:
    return f"{row.then - row.now:+,}"


COUNTS = (
    Column[Count]("记录", lambda r: labels().get(r.table, r.table), is_strong=True),
    Column[Count]("现在", lambda r: f"{r.now:,}", kind="number", width=90),
    Column[Count]("恢复后", lambda r: f"{r.then:,}", kind="number", width=90),
    Column[Count]("相差", _moved, kind="number", width=90),
)
LOST = (
    Column[Loss]("编号", lambda r: f"{r.entry_id:,}", kind="number", width=84),
    Column[Loss]("会少掉的操作", lambda r: r.label),
)


class RestorePanel(QFrame):
    """``closed`` when nothing is to be restored; the button asks the window to do it."""

    closed = Signal()

    def __init__(self, desk: Desk, keeper: Keeper, shelved: Shelved) -> None:
        super().__init__()
        self.desk, self.path = desk, shelved.path
        self.setProperty("look", "card")
        self.setFixedWidth(round(theme().px("panel") * 1.3))
        self.heading = label(f"恢复到 {shelved.title}", "head")
        self.heading.setWordWrap(True)
        self.told = wrapped("正在比较现在的数据和这份备份……", "second")
        self.note = Note()
        self.counts = TableView(COUNTS, name="safekeeping.counts", memory=desk.memory, key=id, dense=True)
        self.lost = TableView(LOST, name="safekeeping.lost", memory=desk.memory, key=id, dense=True)
        self.go = Push("恢复到这一份", self.restore, look="danger", icon_name="history")
        self.go.setEnabled(False)
        self.code = QLineEdit()
        self.code.setPlaceholderText("做这份备份时印的恢复码")
        self.code.setAccessibleName("做这份备份时印的恢复码")
        self._is_ours = keeper.is_ours(shelved)
        self._lay_out()
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.closed)
        self.setFocusProxy(self.counts)
        desk.start(
            partial(_preview, keeper, shelved.path), self.show_preview, owner=self, failed=self._refuse,
            title="看恢复会变什么",
        )  # fmt: skip

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 8, 4)
        head.addWidget(self.heading, 1)
        head.addWidget(Tool("close", "关闭", self.closed.emit, keys="Esc"), 0, Qt.AlignmentFlag.AlignTop)
        codes = QHBoxLayout()
        codes.setContentsMargins(16, 0, 16, 8)
        codes.addWidget(self.code)
        self.code.setVisible(not self._is_ours)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 10, 16, 10)
        foot.addWidget(Push("不恢复", self.closed.emit))
        foot.addStretch(1)
        foot.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.told)
        column.addWidget(self.note)
        if not self._is_ours:
            column.addLayout(codes)
        column.addWidget(rule())
        column.addWidget(self.counts, 3)
        column.addWidget(self.lost, 3)
        column.addStretch(1)
        column.addLayout(foot)

    def show_preview(self, shown: Preview) -> None:
        """What is now, what would be, what would be gone."""
        changed = [one for one in shown.counts if one.now != one.then]
        self.counts.show_rows(changed)
        self.counts.setVisible(bool(changed))
        self.lost.show_rows(shown.newest_lost)
        self.lost.setVisible(bool(shown.newest_lost))
        told = preview_words(shown)
        if not self._is_ours:
            told.insert(
                0, "这份备份是换数据密钥之前做的，恢复要用当时印的恢复码；没有当时的那张纸，请换一份。"
            )
        self.told.setText("\n".join(told))
        self.go.setText(f"恢复到这一份（少掉 {shown.lost:,} 步）" if shown.lost else "恢复到这一份")
        self.go.setEnabled(True)

    def _refuse(self, wrong: object) -> None:
        self.told.hide()
        self.note.say(str(wrong), "refused")

    @Slot()
    def restore(self) -> None:
        """Hand over to the window: it closes the home, restores, and asks who sits down."""
        self.go.setEnabled(False)
        asked = partial(self.desk.restore_asked.emit, self.path, self.code.text().strip())
        QTimer.singleShot(0, self.desk, asked)  # the window takes this panel away: let the press end first


def preview_words(shown: Preview) -> list[str]:
    """The preview in sentences."""
    if not shown.is_readable:
        return ["现在的数据打不开，没法比较；恢复时会原样留着。"]
    changed = sum(one.now != one.then for one in shown.counts)
    told = [
        f"恢复后会少掉这份备份之后的 {shown.lost:,} 步操作。"
        if shown.lost
        else "这份备份之后没有做过别的操作。"
    ]
    if shown.is_forked:
        told.append("注意：现在的数据不是从这份备份接着做下来的。")
    told.append(f"有 {changed} 类记录的条数会变。" if changed else "各类记录的条数都不变。")
    told.append("现在的数据会先做成备份，恢复以后随时可以“回到恢复前”。窗口会关上，再请您登录。")
    return told


def _preview(keeper: Keeper, path: Path, job: Job) -> Preview:
    job.step(0, 0)
    return keeper.preview(path)
