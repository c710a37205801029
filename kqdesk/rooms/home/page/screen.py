"""The page itself: a greeting, what is due in four groups, figures and the first steps at the right."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.page import Page
from kqdesk.desk.pages import PageSpec
from kqdesk.desk.parts import Push, label
from kqdesk.desk.theme import pixmap, theme
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.home import queries
from kqdesk.rooms.home.page.rows import Card, Medal, PillLabel, RowButton, link_words, two_lines, words
from kqdesk.rooms.home.queries import Today
from kqdesk.rooms.home.rules import Figure, Line, Step, in_order, summary
from kqdesk.rooms.home.terms import First, Group, Kind
from kqdesk.rooms.office.queries import role_of

ICONS = {
    Kind.LESSON: "timetable", Kind.ROLL: "attendance", Kind.GAP: "cohorts", Kind.ABSENCE: "warning",
    Kind.SCORES: "exams", Kind.CORRECTIONS: "edit", Kind.CERTIFICATES: "seal", Kind.DRAFT: "tasks",
    Kind.PAPERS: "trainers", Kind.CONTACTS: "phone", Kind.ANSWERS: "cohorts", Kind.UNSET: "office", Kind.BACKUP: "backup", Kind.SYNC: "sync",
    Kind.PLAN: "figures", Kind.TASK: "supervision", Kind.PUBLISHED: "tasks", Kind.CALLS: "followup", Kind.CLAIMS: "subsidies", Kind.HONOURS: "star",
}  # fmt: skip
PILL_ICONS = {
    Kind.ABSENCE: "person", Kind.UNSET: "info", Kind.PAPERS: "calendar", Kind.CONTACTS: "phone", Kind.ANSWERS: "phone", Kind.BACKUP: "backup", Kind.SYNC: "sync",
}  # fmt: skip
UNITS = {Group.TODAY: "次课"}  # what the others count is 件
LATER_AGAIN = timedelta(minutes=1)
EVERY = 5 * 60_000  # milliseconds after which the page asks again by itself: lessons begin, days end
More = Callable[[], Sequence[Line]]
Later = Callable[[Session], Sequence[Line]]
Beside = Callable[[], Mapping[First, bool]]


class HomePage(Page):
    """What is due now. ``more``: lines the composition root lends, of backup and sync; ``beside``: first
    steps no table tells of. Both are asked in a read lane."""

    watches = frozenset(
        {
            "school", "staff", "rule_pack", "holiday_override", "person", "course", "programme", "site", "classroom",
            "trainer", "trainer_qualification", "cohort", "enrolment", "lesson", "roll", "attendance_mark", "sitting",
            "candidate", "score", "person_contact", "completion_certificate", "skill_certificate", "diploma", "care", "exchange",
            "backup", "paper", "yearly_target",
        }
    )  # fmt: skip

    def __init__(
        self,
        desk: Desk,
        context: Mapping[str, Any],
        *,
        more: More | None = None,
        beside: Beside | None = None,
        later: Later | None = None,
    ) -> None:
        super().__init__(desk, "工作台", "今天要办的事，一件一行，按回车就去办。", flat=True)
        self._more, self._beside, self._later = more, beside, later
        self._later_lines: tuple[Line, ...] = ()
        self._later_at: datetime | None = None
        self._later_seen: tuple[int, date] | None = None  # newest journal entry and day they were asked at
        self._bare: Today | None = None  # without the later lines
        self.today: Today | None = None
        self.rows: list[RowButton] = []  # the left column, top to bottom
        self.right_rows: list[RowButton] = []
        self.roll_button = self.set_primary(
            "去点名", self.call_roll, icon_name="attendance", tip="今天该点名的课"
        )
        self.roll_button.hide()
        self.shelf = QScrollArea()
        self.shelf.setWidgetResizable(True)
        self.shelf.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.shelf.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.set_body(self.shelf)
        self._again = QTimer(self)
        self._again.setInterval(EVERY)
        self._again.timeout.connect(self._on_again)
        self._again.start()

    # -- asking -----------------------------------------------------------------------------------

    def reload(self) -> None:
        query = partial(_asked, self.desk, self.desk.seat.actor_id, self._more, self._beside)
        self.desk.read(query, self.show_today, owner=self, only="reload")

    def show_today(self, today: Today) -> None:
        """Everything anew, the cursor where it was; nothing at all when nothing changed."""
        self._bare = today
        self._ask_later()
        if self._later_lines:
            lines = in_order((*today.lines, *self._later_lines))
            today = replace(today, lines=lines, summary=summary(lines))
        name = self.desk.seat.name
        is_new = self._shows_steps(today) and _is_quiet(today)
        told = "按下面几步走一遍，就可以开班上课了。" if is_new else today.summary
        self.title.setText(f"{today.greeting}，{name}" if name else today.greeting)
        self.sentence.setText(f"{today.day_words}。{told}")
        if today == self.today:
            return
        had = self.focused
        self.today = today
        self.roll_button.setVisible(any(line.kind in (Kind.LESSON, Kind.ROLL) for line in today.lines))
        self._build(today)
        self._focus_again(had)

    def arrive(self, context: Mapping[str, Any]) -> None:
        self._later_at = None  # somebody came to look: what changed since counts now
        super().arrive(context)

    def _ask_later(self) -> None:
        """Lines that take longer, after the others are shown: not again within a minute, nor while nothing changed."""
        now = self.desk.store.clock()
        if self._later is None or (self._later_at is not None and now - self._later_at < LATER_AGAIN):
            return
        self._later_at = now
        query = partial(_asked_later, self._later, school_day(now), self._later_seen)
        self.desk.read(query, self._take_later, owner=self, only="later")

    def _take_later(self, found: tuple[tuple[int, date], tuple[Line, ...]] | None) -> None:
        if found is None:
            return
        self._later_seen, lines = found
        if lines != self._later_lines and self._bare is not None:
            self._later_lines = lines
            self.show_today(self._bare)

    @property
    def focused(self) -> RowButton | None:
        """The row that has the keyboard."""
        return next((row for row in (*self.rows, *self.right_rows) if row.hasFocus()), None)

    def _focus_again(self, had: RowButton | None) -> None:
        everything = [*self.rows, *self.right_rows]
        same = next((row for row in everything if had is not None and row.key == had.key), None)
        if same is not None or everything:
            (same or everything[0]).setFocus()

    # -- building ---------------------------------------------------------------------------------

    def _build(self, today: Today) -> None:
        steps_open, is_quiet = self._shows_steps(today), _is_quiet(today)
        left, right = QVBoxLayout(), QVBoxLayout()
        self.rows, self.right_rows = [], []
        if steps_open and is_quiet:
            left.addWidget(self._steps_card(today, self.rows, is_wide=True))
        elif is_quiet:
            left.addWidget(_quiet_card())
        for group in Group:
            lines = [line for line in today.lines if line.group is group]
            if lines:
                left.addWidget(self._group_card(group, lines))
        right.addWidget(self._figures_card(today.figures))
        if steps_open and not is_quiet:
            right.addWidget(self._steps_card(today, self.right_rows, is_wide=False))
        for row in (*self.rows, *self.right_rows):
            row.moved.connect(self.move)
        inside = QWidget()
        inside.setObjectName("scrolled")
        both = QHBoxLayout(inside)
        both.setContentsMargins(0, 0, 4, 8)
        both.setSpacing(theme().px("space_l"))
        for column, share in ((left, 2), (right, 1)):
            column.setSpacing(theme().px("space_m"))
            column.addStretch()
            both.addLayout(column, share)
        self.shelf.setWidget(inside)  # the old one goes with its rows

    def _group_card(self, group: Group, lines: Sequence[Line]) -> Card:
        count = sum(line.count for line in lines)
        card = Card(group.label, f"{count} {UNITS.get(group, '件')}")
        rows = [self._line_row(line) for line in lines]
        self.rows += rows
        card.add_rows(rows)
        return card

    def _line_row(self, line: Line) -> RowButton:
        spoken = "，".join(part for part in (line.sentence, line.detail, line.pill, line.button) if part)
        row = RowButton(line.key, spoken, partial(self.desk.open, line.page, **line.context))
        row.add(Medal(line.tone, icon=ICONS[line.kind]))
        row.add(two_lines(line.sentence, line.detail), 1)
        if line.pill:
            row.add(PillLabel(_pill(line)))
        row.add(link_words(line.button))
        return row

    def _figures_card(self, figures: Sequence[Figure]) -> Card:
        card = Card("学校现在")
        rows = []
        for figure in figures:
            spoken = f"{figure.label} {figure.value} {figure.unit}"
            row = RowButton(figure.label, spoken, partial(self.desk.open, figure.page, **figure.context))
            row.add(words(figure.label, "second"), 1)
            number = label(f"{figure.value:,}", "head")
            row.add(number)
            row.add(label(figure.unit, "small"))
            rows.append(row)
        self.right_rows += rows
        card.add_rows(rows)
        return card

    def _steps_card(self, today: Today, rows: list[RowButton], *, is_wide: bool) -> Card:
        done = sum(step.is_done for step in today.steps)
        hide = Push("不再显示", self.dismiss_steps, look="link", tip="收起开学准备；以后都不再显示")
        card = Card("开学准备", f"{done} / {len(today.steps)}", hide)
        following = next(step for step in today.steps if not step.is_done)
        made = [
            self._step_row(step, number, is_next=step is following, is_wide=is_wide)
            for number, step in enumerate(today.steps, 1)
        ]
        card.add_rows(made)
        rows += made
        return card

    def _step_row(self, step: Step, number: int, *, is_next: bool, is_wide: bool) -> RowButton:
        first = step.first
        state = "已完成" if step.is_done else step.button
        row = RowButton(
            first.value, f"{number} {first.label}，{first.sentence}{state}",
            partial(self.desk.open, step.page, **step.context),
        )  # fmt: skip
        tone = "success" if step.is_done else "primary" if is_next else "neutral"
        row.add(Medal(tone, icon="check" if step.is_done else "", word=str(number), small=True))
        detail = first.sentence if (is_wide or is_next) and not step.is_done else ""
        row.add(two_lines(first.label, detail, strong=is_next), 1)
        row.add(
            label("已完成", "small")
            if step.is_done
            else link_words(step.button, is_filled=is_next and is_wide)
        )
        return row

    # -- doing ------------------------------------------------------------------------------------

    @Slot()
    def call_roll(self) -> None:
        """The first lesson whose roll is to be called; the list of rolls when there is none."""
        lines = self.today.lines if self.today is not None else ()
        due = [
            line
            for line in lines
            if line.page == "attendance" and "lesson" in line.context and line.tone != "success"
        ]
        self.desk.open("attendance", **(due[0].context if due else {}))

    @Slot()
    def dismiss_steps(self) -> None:
        """Put the first steps away for good, on this computer and for this school."""
        if self.today is not None:
            self.desk.memory.keep(_memory_key(self.today), value=True)
            self._build(self.today)
            self._focus_again(None)
            self.reload()

    def _shows_steps(self, today: Today) -> bool:
        is_put_away = self.desk.memory.recall(_memory_key(today), default=False)
        return bool(today.steps) and not today.is_begun and not is_put_away

    @Slot(int)
    def move(self, pressed: int) -> None:
        """Up, down, first and last within a column, left and right between the two."""
        row = self.focused
        if row is None:
            return
        column = self.right_rows if row in self.right_rows else self.rows
        at, end = column.index(row), len(column) - 1
        along = {
            Qt.Key.Key_Up: max(at - 1, 0), Qt.Key.Key_Down: min(at + 1, end), Qt.Key.Key_Home: 0, Qt.Key.Key_End: end,
        }  # fmt: skip
        across = {Qt.Key.Key_Left: self.rows, Qt.Key.Key_Right: self.right_rows}
        key = Qt.Key(pressed)
        if key in along:
            row = column[along[key]]
        elif across[key] and across[key] is not column:
            row = across[key][0]
        row.setFocus()
        self.shelf.ensureWidgetVisible(row, 0, 24)

    @Slot()
    def _on_again(self) -> None:
        if self.isVisible():
            self.reload()


def _asked(desk: Desk, actor: str, more: More | None, beside: Beside | None, session: Session) -> Today:
    now, lent = desk.store.clock(), beside() if beside is not None else {}
    found = queries.today(session, now=now, actor=actor, role=role_of(session, actor), beside=lent)
    if more is None:
        return found
    lines = in_order((*found.lines, *more()))
    return replace(found, lines=lines, summary=summary(lines))


def _asked_later(
    later: Later, day: date, seen: tuple[int, date] | None, session: Session
) -> tuple[tuple[int, date], tuple[Line, ...]] | None:
    at = (queries.newest_entry(session), day)
    return None if at == seen else (at, tuple(later(session)))


def _is_quiet(today: Today) -> bool:
    return all(line.group is Group.AHEAD for line in today.lines)


def _pill(line: Line) -> Pill:
    is_settled = line.tone in ("danger", "success", "seal")  # these bring their own sign
    return Pill(line.pill, line.tone, "" if is_settled else PILL_ICONS.get(line.kind, "waiting"))


def _memory_key(today: Today) -> str:
    return f"home.first_steps.{today.school_id}"


def _quiet_card() -> QWidget:
    card = Card("今天")
    inside = QWidget()
    column = QVBoxLayout(inside)
    column.setContentsMargins(24, 32, 24, 36)
    column.setSpacing(theme().px("space_s"))
    picture = QLabel()
    picture.setPixmap(pixmap("done", "success", 48, 2.0))
    picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
    second = words("课都点了名，也没有等您复核、审批的。可以排排下周的课，或者歇一歇。", "second")
    second.setAlignment(Qt.AlignmentFlag.AlignCenter)
    head = label("今天没有等着办的事", "head")
    head.setAlignment(Qt.AlignmentFlag.AlignCenter)
    for part in (picture, head, second):
        column.addWidget(part)
    card.add_rows([inside])
    return card


PAGE = PageSpec(
    key="home",
    title="工作台",
    sentence="今天要办的事，一件一行，点一下就去办。",
    group="",
    icon="home",
    factory=HomePage,
    keys_help=(
        ("↑ ↓", "上一件、下一件"),
        ("Enter", "去办这一件"),
        ("← →", "到左边的事、右边的数字"),
        ("Home / End", "第一件、最后一件"),
    ),
)
