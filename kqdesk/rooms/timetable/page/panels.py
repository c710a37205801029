"""The panels at the right of the 课表 page: put lessons, move one, and what can be done with a lesson."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Check, Choice, Date, Field, MultiChoice, Number, Text, Time
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Push
from kqdesk.desk.theme import theme
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.timetable import actions
from kqdesk.rooms.timetable.actions import SoftClashes
from kqdesk.rooms.timetable.page.asking import Board, Preview, Wish, preview, series_words
from kqdesk.rooms.timetable.page.lift import Spot
from kqdesk.rooms.timetable.queries import LessonRow
from kqdesk.rooms.timetable.rules.ways_out import Way
from kqdesk.rooms.timetable.terms import Weeks

PAUSE = 150  # milliseconds of silence before a wish is checked
WEEKDAYS = tuple((n, word) for n, word in enumerate("一二三四五六日", 1))


class WishPanel(FormPanel):
    """A form whose lessons are checked while it is filled in; soft clashes are accepted by a button."""

    def __init__(
        self,
        desk: Desk,
        title: str,
        fields: Sequence[Field],
        values: Mapping[str, Any],
        read: Callable[[Mapping[str, Any]], Wish | None],
        act: Callable[["WishPanel", Wish, Preview, bool], None],
    ) -> None:
        super().__init__(desk, title, fields, self._on_save, values=values, save_text=title)
        self._read, self._act = read, act
        self._found: Preview | None = None
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.RichText)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.ways = QVBoxLayout()
        self.ways.setSpacing(4)
        self._add_preview()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self.check)
        self.form.edited.connect(self._pause.start)
        self.check()

    def _add_preview(self) -> None:
        inside = QWidget()
        inside.setObjectName("scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 8, 16, 8)
        column.addWidget(self.words)
        column.addLayout(self.ways)
        column.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        self._room = scroll
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(layout.count() - 1, scroll)

    def wish(self) -> Wish | None:
        """What the form says now; None while something needed is missing or unreadable."""
        values: dict[str, Any] = {}
        for name, edit in self.form.inputs.items():
            try:
                values[name] = edit.value()
            except ValueError:
                return None
        return self._read(values)

    def first_day(self) -> date | None:
        """The first day of the lessons last checked, which are those that were saved."""
        return min((draft.on for draft in self._found.drafts), default=None) if self._found else None

    @Slot()
    def check(self) -> None:
        """Ask for the clashes of what stands in the form."""
        wish = self.wish()
        if wish is None:
            self._show(None)
            return
        self.desk.read(partial(preview, wish, self.desk.today()), self._show, owner=self, only="check")

    def _show(self, found: Preview | None) -> None:
        self._found = found
        lines = 9 if found else 3  # the form needs the room as long as there is nothing to say
        self._room.setFixedHeight(theme().px("text") * lines)
        self.words.setText(series_words(found) if found else "填好班级、日期和时间，这里马上看到有没有冲突。")
        while (held := self.ways.takeAt(0)) is not None:
            widget = held.widget()
            if widget is not None:
                widget.deleteLater()
        for way in found.ways if found else ():
            self.ways.addWidget(
                Push(way.sentence, partial(self.take_way, way), look="link", icon_name="right")
            )

    def take_way(self, way: Way) -> None:
        """Put a way out into the form."""
        slot = way.slot
        values = {
            "on": slot.on, "start": _time(slot.start), "trainer_id": slot.trainer_id, "classroom_id": slot.classroom_id,
        }  # fmt: skip
        self.form.show_values({name: value for name, value in values.items() if name in self.form.inputs})
        self.form.is_edited = True
        self.check()

    def _on_save(self, values: dict[str, Any], _: FormPanel) -> None:
        self._send(values, accept=False)

    def _send(self, values: Mapping[str, Any], *, accept: bool) -> None:
        wish = self._read(values)
        if wish is None:
            self.note.say("请先把班级、日期和时间填好。", "refused")
            return
        query = partial(preview, wish, self.desk.today())
        self.desk.read(query, partial(self._go, wish, accept), owner=self, only="save")

    def _go(self, wish: Wish, accept: bool, found: Preview) -> None:
        self._show(found)
        if found.fault:
            self.note.say(found.fault, "refused")
        else:
            self._act(self, wish, found, accept)

    def refuse(self, error: UserError) -> None:
        super().refuse(error)
        if isinstance(error, SoftClashes):
            self.note.say(str(error), "refused", ("仍要排课", self._accept))

    def _accept(self) -> None:
        values = self.form.values()
        if values is not None:
            self._send(values, accept=True)


def put_panel(desk: Desk, board: Board, spot: Spot, cohort_id: str | None) -> WishPanel:
    """Put one lesson, or a weekly series when 共几次 is more than one."""
    cohorts = {one.id: one for one in board.choices.cohorts}
    rooms = [(room.id, f"{room.site}·{room.name}（{room.seats}）") for room in board.choices.rooms]
    fields: tuple[Field, ...] = (
        Choice(name="cohort_id", label="班级", required=True, choices=[(one.id, f"{one.title}　{one.no}") for one in cohorts.values()]),
        Date(name="on", label="日期（从哪天起）", required=True, is_half=True),
        Time(name="start", label="上课时间", required=True, is_half=True),
        Number(name="minutes", label="时长", unit="分钟", required=True, least=10, most=600, is_half=True),
        Number(name="count", label="共几次", required=True, least=1, most=200, is_half=True),
        Choice(name="weeks", label="哪些周", choices=[(one, one.label) for one in Weeks], is_half=True),
        Number(name="study_hours", label="每次计学时", required=True, least=0, most=12, is_half=True),
        MultiChoice(name="weekdays", label="每周星期几（不选就按日期那天）", choices=WEEKDAYS, columns=7),
        Choice(name="trainer_id", label="培训师", choices=board.choices.trainers, is_half=True),
        Choice(name="classroom_id", label="教室", choices=rooms, is_half=True),
        Text(name="topic", label="课题", longest=40),
        Check(name="uses_makeup", label="放假冲掉的课，改到同一假期的调休上班日"),
    )  # fmt: skip
    values = {
        "cohort_id": cohort_id,
        "on": spot.on,
        "start": _time(spot.minute),
        "count": 1,
        "weekdays": (),
        "weeks": Weeks.EVERY,
    }
    panel = WishPanel(desk, "排课", fields, values | _habits(board, cohort_id), _read_put, _put)
    panel.form.inputs["cohort_id"].edited.connect(partial(_take_over, panel, board))
    return panel


def _habits(board: Board, cohort_id: str | None) -> dict[str, Any]:
    """What a lesson of this cohort usually is: from the cohort, its course, else the pack."""
    cohort = next((one for one in board.choices.cohorts if one.id == cohort_id), None)
    usual = board.defaults
    habit = (
        cohort.habit if cohort else None
    )  # of the class it was copied from, until it has lessons of its own
    minutes = (cohort.lesson_minutes if cohort else None) or (habit.minutes if habit else usual.minutes)
    hours = (cohort.hours_per_lesson if cohort else None) or (habit.study_hours if habit else None)
    if hours is None and minutes and usual.minutes_per_hour:
        hours = minutes // usual.minutes_per_hour
    return {
        "minutes": minutes, "study_hours": hours, "trainer_id": cohort.trainer_id if cohort else None,
        "classroom_id": cohort.classroom_id if cohort else None,
    } | ({"start": _time(habit.start_minute), "count": habit.count, "weekdays": habit.weekdays} if habit else {})  # fmt: skip


def _take_over(panel: WishPanel, board: Board) -> None:
    panel.form.show_values(_habits(board, panel.form.inputs["cohort_id"].value()))
    panel.form.is_edited = True


def _read_put(values: Mapping[str, Any]) -> Wish | None:
    needed = [values.get(name) for name in ("cohort_id", "on", "start", "minutes")]
    if any(one is None for one in needed):
        return None
    return Wish(
        values["cohort_id"], values["on"], _minute(values["start"]), values["minutes"], values.get("study_hours") or 0,
        values.get("count") or 1, tuple(values.get("weekdays") or ()), bool(values.get("uses_makeup")),
        values.get("trainer_id"), values.get("classroom_id"), values.get("topic"), weeks=values.get("weeks") or Weeks.EVERY,
    )  # fmt: skip


def _put(panel: WishPanel, wish: Wish, found: Preview, accept: bool) -> None:
    panel.run(actions.put_lessons, lessons=found.drafts, accept_warnings=accept)


def move_panel(desk: Desk, board: Board, row: LessonRow) -> WishPanel:
    """Another day, time or room for a lesson, with the reason that goes on the notice."""
    rooms = [(room.id, f"{room.site}·{room.name}（{room.seats}）") for room in board.choices.rooms]
    sites = {room.id: room.site_id for room in board.choices.rooms}
    fields: tuple[Field, ...] = (
        Date(name="on", label="改到哪天", required=True, is_half=True),
        Time(name="start", label="上课时间", required=True, is_half=True),
        Choice(name="classroom_id", label="教室", choices=rooms),
        Text(
            name="reason",
            label="调课原因",
            required=True,
            longest=40,
            placeholder="如：礼堂办喜事",
            hint="会印在课表备注里",
        ),
    )
    values = {"on": row.on, "start": _time(row.start_minute), "classroom_id": row.classroom_id}

    def read(found: Mapping[str, Any]) -> Wish | None:
        if found.get("on") is None or found.get("start") is None:
            return None
        length = row.end_minute - row.start_minute
        return Wish(
            row.cohort_id, found["on"], _minute(found["start"]), length, row.study_hours, trainer_id=row.trainer_id,
            classroom_id=found.get("classroom_id"), topic=found.get("reason"), lesson_id=row.id,
        )  # fmt: skip

    def move(panel: WishPanel, wish: Wish, _: Preview, accept: bool) -> None:
        panel.run(
            actions.move_lesson, lesson_id=row.id, on=wish.on, start_minute=wish.start_minute,
            classroom_id=wish.classroom_id, site_id=sites.get(wish.classroom_id or ""), reason=wish.topic or "",
            accept_warnings=accept,
        )  # fmt: skip

    return WishPanel(desk, "调课", fields, values, read, move)


def _time(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def edit_fields(row: LessonRow) -> tuple[Sequence[Field], dict[str, Any]]:
    """Fields and values of 修改课次."""
    fields = (
        Text(name="topic", label="课题", longest=40),
        Number(name="study_hours", label="计学时", required=True, least=0, most=12),
    )
    return fields, {"topic": row.topic or None, "study_hours": row.study_hours}


def reason_fields(label_words: str, placeholder: str) -> Sequence[Field]:
    """One line for why."""
    return (Text(name="reason", label=label_words, required=True, longest=40, placeholder=placeholder),)


def school_day_fields() -> Sequence[Field]:
    """Fields of 调整校历."""
    return (
        Date(name="on", label="哪一天", required=True),
        Choice(
            name="is_school_day",
            label="这一天",
            required=True,
            choices=((False, "不上课"), (True, "照常上课")),
        ),
        Text(name="note", label="说明", required=True, longest=20, placeholder="如：台风停课、企业不放假"),
    )
