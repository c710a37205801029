"""The frame of the 考勤 page: which lesson, its roll, save, lock, correct, print."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Choice, Text
from kqdesk.desk.form import FormDialog, FormPanel
from kqdesk.desk.page import Page
from kqdesk.desk.pages import PageSpec
from kqdesk.desk.parts import Note, Push, label
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme
from kqdesk.rooms.attendance import actions, rules
from kqdesk.rooms.attendance.page.asking import listed, one_roll, sheets
from kqdesk.rooms.attendance.page.rates import RatesDialog
from kqdesk.rooms.attendance.page.sheet import Line, RollTable
from kqdesk.rooms.attendance.queries import LessonToRoll, RollSheet
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.timetable.rules.days import clock, day_word


def _when(row: LessonToRoll) -> str:
    return f"{row.on.month}-{row.on.day} {clock(row.start_minute)}"


def _state(today: date, row: LessonToRoll) -> Pill:
    if row.is_locked:
        return Pill("已锁定", "neutral", "lock")
    if row.is_taken:
        return Pill("已点", "success") if row.marked >= row.learners else Pill("未点完", "warning")
    return Pill("待点名", "primary", "waiting") if row.on <= today else Pill("未上", "neutral", "calendar")


def _columns(today: date) -> tuple[Column[LessonToRoll], ...]:
    return (
        Column("时间", _when, width=98, sort=lambda row: (row.on, row.start_minute)),
        Column(
            "班级", lambda row: row.cohort, tip=lambda row: f"{row.cohort} 第 {row.number} 次 {row.place}"
        ),
        Column("点名", lambda row: "", kind="pill", width=96, pill=partial(_state, today)),
    )


class AttendancePage(Page):
    """Lessons at the left, the chosen one's roll at the right. Leaving a roll saves what was marked."""

    watches = frozenset({"lesson", "roll", "attendance_mark", "enrolment", "cohort", "person"})

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        super().__init__(desk, "考勤", "没来的记一下，其余按 F8 全到；Ctrl+Enter 保存。", flat=True)
        self.add_search("班级名称")
        self.span = self.add_segments("范围", [("due", "今天和待点名"), ("recent", "近两个月")])
        self.add_button("打印签到表", self.print_sheet, icon_name="print", keys="Ctrl+P")
        self.add_button("出勤情况", self.show_rates, icon_name="reports", tip="这个班每个人的出勤率和学时")
        self.correct_button = self.add_button(
            "更正", self.correct, icon_name="edit", tip="锁定后改一个人的考勤，写明原因"
        )
        self.lock_button = self.add_button(
            "锁定", self.lock, icon_name="lock", tip="锁定后只能更正，不能直接改"
        )
        self.save_button = self.set_primary("保存点名", self.save, icon_name="save", keys="Ctrl+Return")
        self.lessons = TableView(_columns(desk.today()), name="attendance.lessons", memory=desk.memory)
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
        left = _card(self.lessons)
        left.setMinimumWidth(theme().px("text") * 21)
        left.setMaximumWidth(round(theme().px("panel") * 0.8))
        self.heading, self.details, self.counts = label("", "head"), label("", "second"), label()
        self.counts.setTextFormat(Qt.TextFormat.RichText)
        self.numbers = QLineEdit()
        self.numbers.setPlaceholderText("没来的序号，如 3,7,21 回车")
        self.numbers.setAccessibleName("没来的序号")
        self.numbers.setToolTip("输入没来的人的序号，回车记旷课　按 / 到这里")
        self.numbers.setFixedWidth(theme().px("text") * 15)
        self.numbers.returnPressed.connect(self.mark_numbers)
        self.rest_button = Push(
            "其余全到", self.mark_rest, icon_name="check", tip="没有登记的都记到", keys=""
        )
        self.rest_button.setToolTip("没有登记的都记到　F8")
        row = QHBoxLayout()
        row.setSpacing(theme().px("space_s"))
        row.addWidget(self.heading, 1)
        row.addWidget(self.numbers)
        row.addWidget(self.rest_button)
        self.word = Note()
        head = QVBoxLayout()
        head.setContentsMargins(16, 12, 16, 10)
        head.setSpacing(6)
        head.addLayout(row)
        for part in (self.heading, self.details, self.counts):
            part.setWordWrap(True)
            part.setMinimumWidth(theme().px("text") * 8)  # a long name breaks, it does not widen the window
        for part in (self.details, self.counts):
            head.addWidget(part)
        head.addWidget(self.word)
        body = QWidget()
        both = QHBoxLayout(body)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(theme().px("space_l"))
        both.addWidget(left, 2)
        both.addWidget(_card(self.table, head), 5)
        self.set_body(body)

    # -- which lesson -------------------------------------------------------------------------------

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``lesson=`` opens one roll, ``cohort=`` shows one cohort's lessons."""
        self._wanted, self._cohort = context.get("lesson"), context.get("cohort")
        if self._wanted or self._cohort:
            self.span.choose("recent")
        self.reload()

    def reload(self) -> None:
        query = partial(listed, self.span.value(), self.desk.today(), self._wanted, self._cohort)
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
                "排好课以后，当天的课会出现在这里。先去课表排课，或看近两个月的点名。",
                [Push("去排课", self._to_timetable, look="primary"), Push("近两个月", self._to_recent)],
            )  # fmt: skip
            return
        self.show_body()
        keys = [row.id for row in shown]
        target = self._wanted or (self.roll.lesson.id if self.roll else None)
        if shown and (self.roll is None or self._wanted):
            self.lessons.select_row(keys.index(target) if target in keys else 0)
            self._is_arriving = True
        self._wanted = None

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
        self.desk.read(partial(one_roll, lesson_id), self._show_roll, owner=self, only="roll")

    def _show_roll(self, roll: RollSheet | None) -> None:
        same = roll is not None and self.roll is not None and roll.lesson.id == self.roll.lesson.id
        if not same:
            self.word.hide()
        self.roll = roll
        rows = roll.rows if roll else ()
        self.table.show_roll(rows, is_locked=bool(roll and roll.lesson.is_locked), keeps_drafts=same)
        if roll is not None:
            self._show_head(roll.lesson)
        if not same and self.table.lines:
            self.table.select_row(0)
        if self._is_arriving:  # the box can take the keyboard only now that there is a roll
            self._is_arriving = False
            (self.table if self.table.is_locked else self.numbers).setFocus()

    def _show_head(self, one: LessonToRoll) -> None:
        self.heading.setText(f"{one.cohort}　第 {one.number} 次")
        parts = (
            f"{day_word(one.on)} {clock(one.start_minute)}–{clock(one.end_minute)}", one.topic, one.trainer, one.place,
            f"{one.study_hours} 学时",
        )  # fmt: skip
        self.details.setText(" · ".join(part for part in parts if part))

    # -- marking ------------------------------------------------------------------------------------

    @Slot()
    def ask_numbers(self) -> None:
        """The keyboard goes to the box for roll numbers."""
        self.numbers.setFocus()
        self.numbers.selectAll()

    @Slot()
    def mark_numbers(self) -> None:
        """Enter in the box: these were absent. An empty box goes to the roll."""
        text = self.numbers.text()
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
        counts, look = self.table.counts(), theme()
        drafts = len(self.table.drafts())
        tones = {Mark.PRESENT: "success", Mark.ABSENT: "danger", Mark.EXCUSED: "primary", None: "warning"}
        words = [f"应到 <b>{len(self.table.lines)}</b>"]
        for mark in (*Mark, None):
            name = mark.label if mark else "未登记"
            if counts[mark] or mark in (Mark.PRESENT, Mark.ABSENT, None):
                words.append(
                    f'{name} <b style="color:{look.name(tones.get(mark, "warning"))}">{counts[mark]}</b>'
                )
        if drafts:
            words.append(f"<i>{drafts} 处未保存</i>")
        self.counts.setText("&nbsp;&nbsp;&nbsp; ".join(words))  # Qt folds wide blanks into one
        is_open = self.roll is not None and not self.table.is_locked
        self.save_button.setEnabled(is_open)
        self.rest_button.setEnabled(is_open)
        self.numbers.setEnabled(is_open)
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
        if line is None or self.roll is None:
            return
        marks = tuple((mark, mark.label) for mark in Mark)
        fields = (
            Choice(name="mark", label=f"{line.row.name}改成", choices=marks, required=True),
            Text(
                name="reason",
                label="更正原因",
                required=True,
                placeholder="如：签到表上有本人签名",
                longest=60,
            ),
        )
        save = partial(self._correct, self.roll.lesson.id, line.id)
        panel = FormPanel(self.desk, "更正考勤", fields, save, values={"mark": line.mark}, save_text="更正")
        FormDialog(self, panel).open()

    def _correct(self, lesson_id: str, enrolment_id: str, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.correct_mark, lesson_id=lesson_id, enrolment_id=enrolment_id, **values)

    @Slot()
    def show_rates(self) -> None:
        """Both percentages of everybody in the chosen lesson's cohort."""
        if self.roll is not None:
            one = self.roll.lesson
            RatesDialog(self.desk, one.cohort_id, one.cohort, self).open()

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
        PdfPreview(self.desk, "签到表", pdf, "签到表.pdf", self).open()


def _card(body: QWidget, head: QVBoxLayout | None = None) -> QFrame:
    """A white card with an optional head above its body."""
    card = QFrame()
    card.setProperty("look", "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(1, 1, 1, 1)
    column.setSpacing(0)
    if head is not None:
        column.addLayout(head)
    column.addWidget(body, 1)
    return card


PAGE = PageSpec(
    key="attendance",
    title="考勤",
    sentence="点名、请假、更正、签到表",
    group="教学",
    icon="attendance",
    factory=AttendancePage,
    keys_help=(
        ("1 2 3 4 5", "到、迟到、早退、请假、旷课"),
        ("空格 或 Enter", "下一个人"),
        ("字母", "按姓名首字母跳到人"),
        ("/", "输入没来的序号，如 3,7,21"),
        ("F8", "没登记的都记到"),
        ("Ctrl+Enter", "保存"),
        ("退格", "取消刚才按的"),
        ("Ctrl+P", "打印签到表"),
    ),
)
