"""What stands above a roll: which lesson, its trainer, the counts, the box for roll numbers."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kqdesk.desk.flow import FlowRow
from kqdesk.desk.parts import Note, Push, label
from kqdesk.desk.theme import theme
from kqdesk.rooms.attendance.page.sheet import RollTable
from kqdesk.rooms.attendance.queries import LessonToRoll
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.timetable.rules.days import clock, day_word

TONES = {Mark.PRESENT: "success", Mark.ABSENT: "danger", Mark.EXCUSED: "primary", None: "warning"}
Act = Callable[[], object]


class RollHead(QVBoxLayout):
    """The lines above the roll. ``numbers`` is the box; ``trainer`` opens the trainer's own attendance."""

    def __init__(
        self, *, numbers: Act, rest: Act, leave: Act, walk_in: Act, trainer: Act, rates: Act
    ) -> None:
        super().__init__()
        self.heading, self.details, self.counts = label("", "head"), label("", "second"), label()
        self.counts.setTextFormat(Qt.TextFormat.RichText)
        self.numbers = QLineEdit()
        self.numbers.setPlaceholderText("没来的序号，如 3,7,21 回车")
        self.numbers.setAccessibleName("没来的序号")
        self.numbers.setToolTip("输入没来的人的序号，回车记旷课　按 / 到这里")
        self.numbers.setFixedWidth(theme().px("text") * 15)
        self.numbers.returnPressed.connect(numbers)
        self.rest = Push("其余全到", rest, icon_name="check")
        self.rest.setToolTip("没有登记的都记到　F8")
        self.trainer = Push("培训师", trainer, look="link", tip="培训师自己的考勤：没到课的不计课酬")
        self.leave = Push("请假…", leave, look="link", tip="预先登记的请假，点名时不会被改掉", keys="F6")
        self.walk_in = Push("补登学员…", walk_in, look="link", tip="名单上没有的人来上课了", keys="F7")
        self.rates = Push("出勤情况…", rates, look="link", tip="这个班每个人的出勤率和学时")
        self.word = Note()
        self._lay_out()

    def _lay_out(self) -> None:
        self.setContentsMargins(16, 12, 16, 10)
        self.setSpacing(6)
        top = QHBoxLayout()
        top.setSpacing(theme().px("space_s"))
        top.addWidget(self.heading, 1)
        top.addWidget(self.numbers)
        top.addWidget(self.rest)
        for part in (self.heading, self.details, self.counts):
            part.setWordWrap(True)
            part.setMinimumWidth(theme().px("text") * 8)  # a long name breaks, it does not widen the window
        links = QWidget()
        row = FlowRow(links)
        row.add_left(self.trainer)
        row.add_left(self.leave)
        row.add_left(self.walk_in)
        row.add_left(self.rates)
        self.addLayout(top)
        for widget in (self.details, self.counts, links, self.word):
            self.addWidget(widget)

    def show_lesson(self, one: LessonToRoll) -> None:
        """Which lesson it is, and how its trainer's own attendance stands."""
        self.heading.setText(f"{one.cohort}　第 {one.number} 次")
        parts = (
            f"{day_word(one.on)} {clock(one.start_minute)}–{clock(one.end_minute)}", one.topic, one.place,
            f"{one.study_hours} 学时",
        )  # fmt: skip
        self.details.setText(" · ".join(part for part in parts if part))
        mark = one.trainer_mark.label if one.trainer_mark else "按点名"
        self.trainer.setText(f"培训师 {one.trainer}：{mark}" if one.trainer else "培训师未定")
        self.trainer.setEnabled(bool(one.trainer))

    def show_counts(self, table: RollTable) -> None:
        """应到, then each mark with its count, then what is not saved yet."""
        counts, look = table.counts(), theme()
        drafts = len(table.drafts())
        words = [f"应到 <b>{len(table.lines)}</b>"]
        for mark in (*Mark, None):
            if counts[mark] or mark in (Mark.PRESENT, Mark.ABSENT, None):
                name, tone = mark.label if mark else "未登记", look.name(TONES.get(mark, "warning"))
                words.append(f'{name} <b style="color:{tone}">{counts[mark]}</b>')
        if drafts:
            words.append(f"<i>{drafts} 处未保存</i>")
        self.counts.setText("&nbsp;&nbsp;&nbsp; ".join(words))  # Qt folds wide blanks into one

    def show_open(self, is_open: bool) -> None:
        """Whether the roll may be marked."""
        for part in (self.rest, self.numbers, self.walk_in):
            part.setEnabled(is_open)


def card(body: QWidget, head: QVBoxLayout | None = None) -> QFrame:
    """A white card with an optional head above its body."""
    frame = QFrame()
    frame.setProperty("look", "card")
    column = QVBoxLayout(frame)
    column.setContentsMargins(1, 1, 1, 1)
    column.setSpacing(0)
    if head is not None:
        column.addLayout(head)
    column.addWidget(body, 1)
    return frame
