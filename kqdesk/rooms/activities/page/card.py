"""One activity at the right of the list: facts, what is next, who signed in, photos and scans."""

from functools import partial

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget

from kqdesk.desk.cardlist import SideCard
from kqdesk.desk.cells import Column
from kqdesk.desk.memory import Memory
from kqdesk.desk.parts import Note, Push, Segments
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import icon
from kqdesk.rooms.activities.queries import ActivityCard, AttendeeRow
from kqdesk.rooms.activities.terms import ActivityState, Evidence
from kqdesk.store.attachments import AttachmentRow

ATTENDEES = (
    Column[AttendeeRow]("签到", lambda row: row.name, width=110, is_strong=True),
    Column[AttendeeRow]("村社", lambda row: row.village),
    Column[AttendeeRow]("电话", lambda row: row.phone, width=120),
)
FILES = (
    Column[AttachmentRow]("材料", lambda row: row.name, is_strong=True, tip=lambda row: row.name),
    Column[AttachmentRow]("是什么", lambda row: Evidence(row.purpose).label, width=96),
)
PEOPLE, FILES_OF = "people", "files"
BUTTONS = (
    ("count", "登记人次", "done", "Ctrl+R"),
    ("sign_in", "签到", "add", "Ctrl+J"),
    ("photo", "照片", "import", "Ctrl+O"),
    ("print_sheet", "签到表", "print", "Ctrl+P"),
)
KEYS = (("Ctrl+Shift+O", "scan"), ("Ctrl+T", "notice"))
ALWAYS = (("notice", "复制群通知　Ctrl+T"), ("print_record", "打印活动记录表"))
SCAN = ("scan", "放入签到扫描…　Ctrl+Shift+O")
MORE = {
    ActivityState.PLANNED: (
        ("edit", "修改…　F2"),
        ("notice_change", "复制改期通知"),
        ("cancel", "取消活动…"),
        ("remove", "删除（录错的）"),
    ),
    ActivityState.HELD: (SCAN, ("edit", "修改…　F2"), ("cancel", "取消活动…")),
    ActivityState.CONFIRMED: (("reopen", "重新打开活动…"),),
    ActivityState.CANCELLED: (("restore", "恢复活动"),),
}


class ActivityPanel(SideCard):
    """Names and files below what the activity is and what is next."""

    card: ActivityCard | None

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.note = Note()
        self.buttons = {
            key: Push(words, partial(self.asked.emit, key), icon_name=icon_name, keys=keys)
            for key, words, icon_name, keys in BUTTONS
        }
        self.confirming = Push("确认活动", partial(self.asked.emit, "confirm"), icon_name="lock")
        self.more = Push("更多", self._show_more, icon_name="more")
        self.people = TableView(ATTENDEES, name="activities.attendees", memory=memory, dense=True)
        self.people.setAccessibleName("签到名单")
        self.people.add_menu("取消签到　Del", partial(self.asked.emit, "sign_out"), "delete")
        self.files = TableView(
            FILES, name="activities.files", memory=memory, key=lambda row: row.attachment_id, dense=True
        )
        self.files.setAccessibleName("照片和扫描")
        self.files.opened.connect(self._on_file)
        self.files.add_menu("打开", partial(self.asked.emit, "open_file"), "eye")
        self.files.add_menu("取出　Del", partial(self.asked.emit, "take_out"), "delete")
        self.switch = Segments([(PEOPLE, "签到"), (FILES_OF, "材料")], name="签到还是材料")
        self.switch.chosen.connect(self.turn)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.people)
        self.stack.addWidget(self.files)
        self._keys()
        self._lay_out()

    def _keys(self) -> None:
        self.ask_on("Del", self.people, "sign_out")
        self.ask_on("Del", self.files, "take_out")
        for keys, what in KEYS:
            press = QShortcut(QKeySequence(keys), self)
            press.activated.connect(partial(self.asked.emit, what))

    def _lay_out(self) -> None:
        column = self.stand((*self.buttons.values(), self.confirming, self.more), self.note)
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 8, 8)
        row.addWidget(self.switch)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.stack, 1)

    def show_card(self, card: ActivityCard) -> None:
        """Another activity, or the same one after a change."""
        before, self.card = self.card, card
        row = card.row
        self.heading.setText(row.topic)
        heads = (
            f"实到 {row.headcount} 人次（签到 {row.known}，未签到 {row.walk_ins}）" if row.headcount else ""
        )
        expected = f"预计 {row.expected} 人" if row.expected else ""
        where = " · ".join(part for part in (row.place, row.township) if part)
        lines = (
            " ".join(part for part in (f"{row.held_on:%Y-%m-%d}", row.clock, row.kind.label) if part),
            " · ".join(part for part in (where, f"主讲 {row.speaker}" if row.speaker else "") if part),
            " · ".join(part for part in (expected, heads) if part),
            f"计入：{row.counted_as.label}" if row.counted_as else "不计入区里的人次指标",
            card.confirmed or (f"{row.state.label}：{row.reason}" if row.reason else ""),
        )
        self.facts.setText("\n".join(line for line in lines if line))
        self.people.show_rows(card.attendees)
        self.files.show_rows(card.files)
        self.switch.retitle(PEOPLE, f"签到 {len(card.attendees)}")
        self.switch.retitle(FILES_OF, f"材料 {len(card.files)}")
        if before is None or before.row.id != row.id:
            self.turn(FILES_OF if card.files and not card.attendees else PEOPLE)
        elif len(card.files) > len(before.files):
            self.turn(FILES_OF)
        elif len(card.attendees) > len(before.attendees):
            self.turn(PEOPLE)
        self._dress(row.state)

    @Slot(object)
    def turn(self, which: str) -> None:
        """The names or the files below."""
        self.switch.choose(which)
        self.stack.setCurrentIndex(1 if which == FILES_OF else 0)

    def _dress(self, state: ActivityState) -> None:
        is_open = state in (ActivityState.PLANNED, ActivityState.HELD)
        for key in ("count", "sign_in", "photo"):
            self.buttons[key].setEnabled(is_open)
        lacking = self.card.lacking if self.card else ""
        self.confirming.setVisible(is_open)
        self.confirming.setEnabled(not lacking)
        if state is ActivityState.HELD and lacking:
            self.note.say(lacking, "info")
        else:
            self.note.hide()

    @Slot(object)
    def _on_file(self, _: AttachmentRow) -> None:
        self.asked.emit("open_file")

    @Slot()
    def _show_more(self) -> None:
        if self.card is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for key, words in (*ALWAYS, *MORE[self.card.row.state]):
            menu.addAction(icon("right"), words).triggered.connect(partial(self._on_menu, key))
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height() + 2)))

    def _on_menu(self, key: str, _: bool = False) -> None:
        self.asked.emit(key)
