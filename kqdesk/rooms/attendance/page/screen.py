"""The frame of the 考勤 page: which lesson, its roll, save, lock, correct, print; 课酬 beside it."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from kqdesk.desk.desk import Desk
from kqdesk.desk.page import Page
from kqdesk.desk.pages import PageSpec
from kqdesk.desk.parts import Push
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme
from kqdesk.rooms.attendance import actions, rules
from kqdesk.rooms.attendance.page.asking import SPAN_WORDS, listed, one_roll, sheets
from kqdesk.rooms.attendance.page.forms import ask_correction, ask_trainer, ask_walk_in
from kqdesk.rooms.attendance.page.head import RollHead, card
from kqdesk.rooms.attendance.page.leave import LeaveDialog
from kqdesk.rooms.attendance.page.lessons import lesson_columns
from kqdesk.rooms.attendance.page.pay import PayView
from kqdesk.rooms.attendance.page.rates import RatesDialog
from kqdesk.rooms.attendance.page.scans import ScanDoor
from kqdesk.rooms.attendance.page.sheet import Line, RollTable
from kqdesk.rooms.attendance.queries import LessonToRoll, RollSheet
from kqdesk.rooms.attendance.terms import Mark

SENTENCE = "没来的记一下，其余按 F8 全到；Ctrl+Enter 保存。"
PAY_SENTENCE = "只计上过、点过名并锁定的课；一人制表，另一人批准。"


class AttendancePage(Page):
    """Lessons at the left, the chosen one's roll at the right. Leaving a roll saves what was marked."""

    watches = frozenset(
        {
            "lesson", "roll", "attendance_mark", "enrolment", "cohort", "person", "leave", "trainer_mark", "pay_sheet",
            "rule_pack", "trainer",
        }
    )  # fmt: skip

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        super().__init__(desk, "考勤", SENTENCE, flat=True)
        self.view = self.add_segments("分页", [("roll", "点名"), ("pay", "课酬")], self._on_view)
        box = self.add_search("班级名称", width=110)
        self.span = self.add_segments("范围", [("due", "待点名"), ("recent", SPAN_WORDS)])
        sheet = self.add_button(
            "签到表", self.print_sheet, icon_name="print", tip="打印签到表", keys="Ctrl+P"
        )
        self.correct_button = self.add_button(
            "更正", self.correct, icon_name="edit", tip="锁定后改一个人的考勤，写明原因"
        )
        self.lock_button = self.add_button(
            "锁定", self.lock, icon_name="lock", tip="锁定后只能更正，不能直接改"
        )
        self.scan_door = ScanDoor(desk, self)
        scan = self.add_button(
            "扫描登记",
            self.scan_door.open,
            icon_name="scan",
            keys="Ctrl+R",
            tip="签过名的签到表扫描或拍照后登记",
        )
        self._roll_tools = [box, self.span, sheet, scan, self.correct_button, self.lock_button]
        self.save_button = self.set_primary("保存点名", self.save, icon_name="save", keys="Ctrl+Return")
        self.lessons = TableView(lesson_columns(desk.today()), name="attendance.lessons", memory=desk.memory)
        self.lessons.setAccessibleName("要点名的课")
        self.lessons.picked.connect(self._on_picked)
        self.lessons.opened.connect(self._on_opened)
        self.table = RollTable(desk.memory)
        self.roll: RollSheet | None = None
        self._wanted: str | None = None
        self._asked = ""  # the lesson last picked: its roll may still be on its way
        self._cohort: str | None = None
        self._is_arriving = False
        self._lay_out()
        self.table.changed.connect(self._show_counts)
        self.table.refused.connect(self._on_refused)
        self.table.numbers_asked.connect(self.ask_numbers)
        rest = QShortcut(QKeySequence("F8"), self)
        rest.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        rest.activated.connect(self.mark_rest)
        self._show_counts()

    def _lay_out(self) -> None:
        left = card(self.lessons)
        left.setMinimumWidth(theme().px("text") * 21)
        left.setMaximumWidth(round(theme().px("panel") * 0.8))
        self.head = RollHead(
            numbers=self.mark_numbers, rest=self.mark_rest, leave=self.show_leave, walk_in=self.add_walk_in,
            trainer=self.mark_trainer, rates=self.show_rates,
        )  # fmt: skip
        self.heading, self.details, self.counts = self.head.heading, self.head.details, self.head.counts
        self.numbers, self.word = self.head.numbers, self.head.word
        rolls = QWidget()
        both = QHBoxLayout(rolls)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(theme().px("space_l"))
        both.addWidget(left, 2)
        both.addWidget(card(self.table, self.head), 5)
        self.pay = PayView(self)
        self._views = QStackedWidget()
        self._views.addWidget(rolls)
        self._views.addWidget(self.pay)
        for tool in self.pay.tools:
            self.add_left(tool)
            tool.hide()
        self.set_body(self._views)

    @Slot(object)
    def _on_view(self, key: str) -> None:
        self._keep()
        self._show_view(key)
        self.reload()

    def _show_view(self, key: str) -> None:
        """点名 or 课酬: each has its own tools and its own filled button."""
        self.view.choose(key)
        is_roll = key == "roll"
        for tool in self._roll_tools:
            tool.setVisible(is_roll)
        for tool in self.pay.tools:
            tool.setVisible(not is_roll)
        self.save_button.setVisible(is_roll)
        self._views.setCurrentIndex(0 if is_roll else 1)
        self.sentence.setText(SENTENCE if is_roll else PAY_SENTENCE)
        self.note.hide()

    # -- which lesson -------------------------------------------------------------------------------

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``lesson=`` opens one roll, ``cohort=`` shows one cohort's lessons, ``tab="pay"`` the pay of a ``month``,
        ``span="recent"`` the lessons of the next days, too."""
        self._show_view("pay" if context.get("tab") == "pay" else "roll")
        if context.get("tab") == "pay":
            self.pay.arrive(context)
        self._wanted, self._cohort = context.get("lesson"), context.get("cohort")
        self.note.hide()
        if self._wanted or self._cohort or context.get("span") == "recent":
            self.span.choose("recent")
        self.reload()

    def reload(self) -> None:
        if self.view.value() == "pay":
            self.show_body()
            self.pay.reload()
            return
        query = partial(listed, self.span.value(), self.desk.store.clock(), self._wanted, self._cohort)
        self.desk.read(query, self._show_lessons, owner=self, only="lessons")
        if self._asked:
            self._ask_roll(self._asked)

    def _show_lessons(self, rows: list[LessonToRoll]) -> None:
        text = self.searched_text()
        shown = [row for row in rows if text in row.cohort or text in row.cohort_no]
        self.lessons.show_rows(shown)
        due = sum(not row.is_taken and row.on <= self.desk.today() for row in rows)
        self.set_foot(f"{len(shown)} 次课 · 待点名 {due} 次" if shown else "")
        if not rows and self.roll is None:
            self.show_blank(
                "attendance", "今天没有课，也没有漏点的课",
                "排好课以后，当天的课会出现在这里。先去课表排课，或看最近的课。",
                [Push("去排课", self._to_timetable, look="primary"), Push(SPAN_WORDS, self._to_recent)],
            )  # fmt: skip
            return
        self.show_body()
        if self._cohort and rows:
            self.note.say(f"只看「{rows[0].cohort}」的课。", "info", ("看全部", self._drop_cohort))
        keys = [row.id for row in shown]
        target = self._wanted or (self.roll.lesson.id if self.roll else None)
        if shown and (self.roll is None or self._wanted):
            self.lessons.select_row(keys.index(target) if target in keys else 0)
            self._is_arriving = True
        self._wanted = None

    def _drop_cohort(self) -> None:
        self._cohort = None
        self.note.hide()
        self.reload()

    def _to_timetable(self) -> None:
        self.desk.open("timetable")

    def _to_recent(self) -> None:
        self.span.choose("recent")
        self.reload()

    @Slot(list)
    def _on_picked(self, rows: list[LessonToRoll]) -> None:
        if len(rows) == 1 and rows[0].id != self._asked:
            self._keep()
            self._ask_roll(rows[0].id)

    @Slot(object)
    def _on_opened(self, _: LessonToRoll) -> None:
        self.table.setFocus()

    def _ask_roll(self, lesson_id: str) -> None:
        self._asked = lesson_id
        self.desk.read(
            partial(one_roll, lesson_id, self.desk.store.clock()), self._show_roll, owner=self, only="roll"
        )

    def _show_roll(self, roll: RollSheet | None) -> None:
        same = roll is not None and self.roll is not None and roll.lesson.id == self.roll.lesson.id
        if not same:
            self.word.hide()
        self.roll = roll
        rows = roll.rows if roll else ()
        self.table.show_roll(rows, is_locked=bool(roll and roll.lesson.is_locked), keeps_drafts=same)
        if roll is not None:
            self.head.show_lesson(roll.lesson)
        if not same and self.table.lines:
            self.table.select_row(0)
        if self._is_arriving:  # the box can take the keyboard only now that there is a roll
            self._is_arriving = False
            (self.table if self.table.is_locked else self.numbers).setFocus()

    # -- marking ------------------------------------------------------------------------------------

    @Slot()
    def ask_numbers(self) -> None:
        """The keyboard goes to the box for roll numbers."""
        self.numbers.setFocus()
        self.numbers.selectAll()

    @Slot()
    def mark_numbers(self) -> None:
        """Enter in the box: these were absent. An empty box goes to the roll."""
        text = self.numbers.text().lstrip(" /／")  # the key that leads here, pressed once more
        if not text.strip():
            self.table.setFocus()
            return
        try:
            numbers = rules.read_numbers(text)
        except ValueError as fault:
            self._say(str(fault), "refused")
            return
        strange = self.table.mark_numbers(numbers, Mark.ABSENT)
        if strange:
            self._say(f"这个班没有 {'、'.join(map(str, strange))} 号，其余已记旷课。", "refused")
        else:
            self.word.hide()
        self.numbers.clear()
        self.table.setFocus()

    @Slot()
    def mark_rest(self) -> None:
        """F8: everybody without a mark was there."""
        if self.roll is None or self.table.is_locked:
            return
        count = self.table.mark_rest()
        self._say(
            f"{count} 人记到，按 Ctrl+Enter 保存。" if count else "没有未登记的人了，按 Ctrl+Enter 保存。",
            "info",
        )

    @Slot()
    def _show_counts(self) -> None:
        self.head.show_counts(self.table)
        is_open = self.roll is not None and not self.table.is_locked
        self.save_button.setEnabled(is_open)
        self.head.show_open(is_open)
        self.lock_button.setEnabled(is_open and self.roll is not None and self.roll.lesson.is_taken)
        self.correct_button.setEnabled(self.table.is_locked)

    @Slot(str)
    def _on_refused(self, sentence: str) -> None:
        self._say(sentence, "refused")

    def _say(self, sentence: str, tone: str) -> None:
        self.word.say(sentence, tone)

    # -- saving -------------------------------------------------------------------------------------

    @Slot()
    def save(self) -> None:
        """Ctrl+Enter: store the roll as it stands."""
        if self.roll is not None and not self.table.is_locked:
            self._store(self.roll.lesson.id, then=self._saved)

    def _keep(self) -> None:
        """Going to another lesson or page loses nothing that was marked."""
        if self.roll is not None and self.table.drafts():
            self._store(self.roll.lesson.id, then=None)
            self.table.drop_drafts()

    def _store(self, lesson_id: str, then: Any) -> None:
        self.desk.run(
            actions.take_roll, lesson_id=lesson_id, marks=self.table.drafts(), overwrite_leave=sorted(self.table.forced),
            then=then, failed=self._on_failed, owner=self,
        )  # fmt: skip

    def _saved(self, taken: actions.Taken) -> None:
        self.table.drop_drafts()
        there, away = taken.counts[Mark.PRESENT], taken.counts[Mark.ABSENT]
        rest = f"，还有 {taken.unmarked} 人未登记（F8 记到）" if taken.unmarked else ""
        self._say(f"已保存：到 {there} 人，旷课 {away} 人{rest}。", "told")
        self.table.setFocus()

    def _on_failed(self, error: Exception) -> None:
        self._say(str(error), "refused")

    def hideEvent(self, event: QHideEvent) -> None:
        self._keep()
        super().hideEvent(event)

    @Slot()
    def lock(self) -> None:
        """From now on corrections only; saves first what is marked."""
        if self.roll is None:
            return
        self._keep()
        self.desk.run(actions.lock_roll, lesson_id=self.roll.lesson.id, failed=self._on_failed, owner=self)

    @Slot()
    def correct(self) -> None:
        """One learner of a locked roll, with the reason."""
        line: Line | None = self.table.current()
        if line is not None and self.roll is not None:
            ask_correction(self.desk, self.roll.lesson.id, line, self)

    @Slot()
    def show_rates(self) -> None:
        """Both percentages of everybody in the chosen lesson's cohort."""
        if self.roll is not None:
            one = self.roll.lesson
            RatesDialog(self.desk, one.cohort_id, one.cohort, self).open()

    @Slot()
    def show_leave(self) -> None:
        """Leave asked for beforehand, of the chosen lesson's cohort."""
        if self.roll is not None:
            one = self.roll.lesson
            LeaveDialog(self.desk, one.cohort_id, one.cohort, one.on, self).open()

    @Slot()
    def add_walk_in(self) -> None:
        """Somebody came who is not on the roll."""
        if self.roll is not None:
            self._keep()
            ask_walk_in(self.desk, self.roll.lesson, self)

    @Slot()
    def mark_trainer(self) -> None:
        """The trainer's own attendance at the chosen lesson."""
        if self.roll is not None:
            ask_trainer(self.desk, self.roll.lesson, self)

    # -- paper --------------------------------------------------------------------------------------

    @Slot()
    def print_sheet(self) -> None:
        """The sign-in sheet of the chosen lesson, or of several when several are selected."""
        chosen: Sequence[LessonToRoll] = self.lessons.selected()
        if not chosen:
            self.desk.tell("请先在左边选一次课。", kind="refused")
            return
        ids = [row.id for row in chosen]
        self.desk.start(partial(sheets, self.desk, ids), self._preview, title="生成签到表", owner=self)

    def _preview(self, pdf: bytes) -> None:
        PdfPreview(self.desk, "签到表", pdf, "签到表.pdf", self, kind="签到表").open()


PAGE = PageSpec(
    key="attendance",
    title="考勤",
    sentence="点名、请假、更正、签到表、课酬",
    group="教学",
    icon="attendance",
    factory=AttendancePage,
    keys_help=(
        ("1 2 3 4 5", "到、迟到、早退、请假、旷课"),
        ("空格 或 Enter", "下一个人"),
        ("字母", "按姓名首字母跳到人"),
        ("/", "输入没来的序号，如 3,7,21"),
        ("F8", "没登记的都记到"),
        ("F6", "登记请假、看请假"),
        ("F7", "补登没在名单上的学员"),
        ("Ctrl+Enter", "保存"),
        ("退格", "取消刚才按的"),
        ("Ctrl+P", "打印签到表"),
        ("Ctrl+R", "扫描登记"),
    ),
)
