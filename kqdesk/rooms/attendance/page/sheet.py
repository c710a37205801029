"""The roll on screen: one line a learner, marks by 1–5, jumps by initials, leave that is not overwritten."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.memory import Memory
from kqdesk.desk.table import TableView
from kqdesk.rooms.attendance.queries import RollRow
from kqdesk.rooms.attendance.terms import KEYS, Mark

TONES = {
    Mark.PRESENT: Pill("到", "success"),
    Mark.LATE: Pill("迟到", "warning", "waiting"),
    Mark.LEFT_EARLY: Pill("早退", "warning", "exit"),
    Mark.EXCUSED: Pill("请假", "primary", "lock"),
    Mark.ABSENT: Pill("旷课", "danger", "close"),
}
SHORT = {
    Mark.PRESENT: "到",
    Mark.LATE: "迟",
    Mark.LEFT_EARLY: "早",
    Mark.EXCUSED: "假",
    Mark.ABSENT: "旷",
    None: "·",
}
PATIENCE = 900  # milliseconds within which letters belong to one jump


@dataclass(frozen=True)
class Line:
    """A learner's line: what is stored, and what was changed here and not yet saved."""

    row: RollRow
    drafted: Mark | None = None

    @property
    def id(self) -> str:
        """The enrolment's."""
        return self.row.id

    @property
    def mark(self) -> Mark | None:
        """What the line shows."""
        return self.drafted or self.row.mark

    @property
    def is_changed(self) -> bool:
        """Whether there is something to save."""
        return self.drafted is not None and self.drafted is not self.row.mark


def _pill(line: Line) -> Pill | None:
    return TONES[line.mark] if line.mark else Pill("未登记", "neutral")


def _state(line: Line) -> str:
    if line.is_changed:
        return "未保存"
    return "更正过" if line.row.correction else line.row.leave


COLUMNS = (
    Column[Line]("序号", lambda line: str(line.row.roll_no or ""), kind="number", width=54),
    Column[Line]("姓名", lambda line: line.row.name, width=90, is_strong=True),
    Column[Line]("考勤", lambda line: "", kind="pill", width=92, pill=_pill),
    Column[Line]("", _state, width=66, tip=lambda line: line.row.correction or line.row.leave or None),
    Column[Line]("最近五次", lambda line: " ".join(SHORT[mark] for mark in line.row.recent), width=96),
    Column[Line]("提醒", lambda line: line.row.warning, is_strong=True, tip=lambda line: line.row.warning or None),
)  # fmt: skip


class RollTable(TableView):
    """The lines of one roll. Emits ``changed`` when a draft changes and ``refused`` with a sentence when it may not."""

    changed = Signal()
    refused = Signal(str)
    numbers_asked = Signal()  # the person wants to type roll numbers

    def __init__(self, memory: Memory) -> None:
        super().__init__(COLUMNS, name="attendance.roll", memory=memory, dense=True)
        self.setAccessibleName("点名册")
        self.lines: list[Line] = []
        self.is_locked = False
        self.forced: set[str] = set()  # learners whose entered leave was overwritten on purpose
        self._asked: tuple[str, Mark] | None = None
        self._typed = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PATIENCE)
        self._pause.timeout.connect(self._forget_typed)

    def show_roll(self, rows: Sequence[RollRow], *, is_locked: bool, keeps_drafts: bool) -> None:
        """Another roll, or the same one again after somebody else changed it."""
        drafts = {line.id: line.drafted for line in self.lines} if keeps_drafts else {}
        if not keeps_drafts:
            self.forced.clear()
        self.is_locked, self._asked = is_locked, None
        self._set([Line(row, drafts.get(row.id)) for row in rows])
        if self.current() is None and self.lines:
            self.select_row(0)

    def drafts(self) -> dict[str, Mark]:
        """What is not saved yet, by enrolment."""
        return {line.id: line.drafted for line in self.lines if line.is_changed and line.drafted is not None}

    def counts(self) -> dict[Mark | None, int]:
        """How many have each mark, drafts included; None is 未登记."""
        shown = [line.mark for line in self.lines]
        return {mark: shown.count(mark) for mark in (*Mark, None)}

    def mark_numbers(self, numbers: Sequence[int], mark: Mark) -> list[int]:
        """Draft a mark for roll numbers; returns those that are not on the roll. Entered leave is left alone."""
        known = {line.row.roll_no: line for line in self.lines}
        for number in numbers:
            if number in known:
                self._draft(known[number], mark)
        return [number for number in numbers if number not in known]

    def mark_rest(self) -> int:
        """到 for everybody who has no mark yet (F8); returns how many."""
        rest = [line for line in self.lines if line.mark is None]
        for line in rest:
            self._draft(line, Mark.PRESENT)
        return len(rest)

    def drop_drafts(self) -> None:
        """After saving: what is shown is what is stored."""
        self.forced.clear()
        self._set([replace(line, drafted=None) for line in self.lines])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif event.text() in KEYS:
            self._press(KEYS[event.text()])
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go(1)
        elif event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self._clear()
        elif event.text() in ("/", "、", ",", "，"):
            self.numbers_asked.emit()
        elif event.text().isalpha() and event.text().isascii():
            self._jump(event.text().lower())
        else:
            super().keyPressEvent(event)

    def _press(self, mark: Mark) -> None:
        line: Line | None = self.current()
        if line is None:
            return
        if self.is_locked:
            self.refused.emit("这次课的点名已锁定。要改请用「更正」并写明原因。")
            return
        is_leave = line.row.mark is Mark.EXCUSED and mark is not Mark.EXCUSED and line.id not in self.forced
        if is_leave and self._asked != (line.id, mark):
            self._asked = (line.id, mark)
            self.refused.emit(
                f"{line.row.name}已请假，不会随手改掉。确实要改成「{mark.label}」，请再按一次同一个键。"
            )
            return
        if is_leave:
            self.forced.add(line.id)
        self._asked = None
        self._draft(line, mark)
        self._go(1)

    def _draft(self, line: Line, mark: Mark) -> None:
        """Put a draft on a line, unless leave was entered before and nobody insisted."""
        if self.is_locked or (line.row.mark is Mark.EXCUSED and line.id not in self.forced):
            return
        self._set([replace(one, drafted=mark) if one.id == line.id else one for one in self.lines])

    def _clear(self) -> None:
        line: Line | None = self.current()
        if line is not None:
            self.forced.discard(line.id)
            self._set([replace(one, drafted=None) if one.id == line.id else one for one in self.lines])

    def _set(self, lines: list[Line]) -> None:
        self.lines = lines
        self.show_rows(lines)
        self.changed.emit()

    def _go(self, step: int) -> None:
        number = min(max(self.currentIndex().row() + step, 0), len(self.lines) - 1)
        self.select_row(number)

    def _jump(self, letter: str) -> None:
        """To the next learner whose initials begin with the letters typed in a row."""
        self._typed += letter
        self._pause.start()
        here = self.currentIndex().row()
        order = [*range(here + (len(self._typed) == 1), len(self.lines)), *range(here + 1)]
        for number in order:
            if self.lines[number].row.initials.startswith(self._typed):
                self.select_row(number)
                return

    def _forget_typed(self) -> None:
        self._typed = ""
