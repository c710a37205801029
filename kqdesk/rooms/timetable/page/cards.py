"""How a lesson looks on the week and on the term: its tone, its lines, what stands beside what, its tooltip."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from kqdesk.desk.theme import theme
from kqdesk.rooms.timetable.queries import LessonRow
from kqdesk.rooms.timetable.rules.days import clock
from kqdesk.rooms.timetable.terms import LessonState

TONES = ("primary", "success", "warning", "plum", "teal")  # no red: red says that something is wrong
AWAY = "培训师那天请假，请按 D 找人代课，或按 G 调课"


def tone_of(lesson: LessonRow) -> tuple[QColor, QColor]:
    """Text colour and soft ground: every cohort keeps its own; cancelled ones are grey."""
    if lesson.state is LessonState.CANCELLED:
        return theme().tone("neutral")
    if lesson.is_trainer_away:
        return theme().tone("danger")
    return theme().tone(TONES[sum(map(ord, lesson.cohort_id[-4:])) % len(TONES)])


def state_sign(lesson: LessonRow) -> str:
    """停课, ✓ for held, 请假 when the trainer is away, nothing for those to come."""
    if lesson.is_trainer_away:
        return "请假 "
    return {LessonState.CANCELLED: "停课 ", LessonState.HELD: "✓ "}.get(lesson.state, "")


@dataclass(frozen=True)
class Card:
    """A lesson and where it is drawn: its lane among lessons of the same time, of how many."""

    lesson: LessonRow
    lane: int
    lanes: int


def laid_out(lessons: Sequence[LessonRow]) -> list[Card]:
    """Lessons that meet in time stand side by side; a group shares its number of lanes."""
    cards: list[Card] = []
    group: list[Card] = []
    ends: list[int] = []
    until: tuple[date, int] | None = None
    for lesson in sorted(lessons, key=lambda one: (one.on, one.start_minute, one.end_minute)):
        if until is None or lesson.on != until[0] or lesson.start_minute >= until[1]:
            cards += [replace(card, lanes=len(ends)) for card in group]
            group, ends = [], []
        lane = next((n for n, end in enumerate(ends) if end <= lesson.start_minute), len(ends))
        ends[lane : lane + 1] = [lesson.end_minute]
        group.append(Card(lesson, lane, 1))
        until = (lesson.on, max(ends))
    return cards + [replace(card, lanes=len(ends)) for card in group]


def draw_lines(painter: QPainter, inner: QRectF, lines: Sequence[tuple[str, bool]], fore: QColor) -> None:
    """As many lines as there is room for; the first is bold and may take two."""
    look, top = theme(), inner.top()
    for words, is_first in lines:
        font = look.font("small", semibold=is_first)
        painter.setFont(font)
        painter.setPen(fore if is_first else look.colour("text"))
        height = QFontMetrics(font).height()
        if top + height > inner.bottom() + 2:
            return
        painter.drawText(
            QRectF(inner.left(), top, inner.width(), height),
            Qt.AlignmentFlag.AlignLeft,
            fitted(painter, words, inner.width()),
        )
        top += height


def fitted(painter: QPainter, words: str, width: float) -> str:
    return painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(width))


def lesson_words(one: LessonRow) -> str:
    parts = (
        f"{one.cohort} 第 {one.number} 次（{one.state.label}）", f"{clock(one.start_minute)}–{clock(one.end_minute)}，{one.study_hours} 学时",
        one.topic, one.trainer, one.place, one.reason, AWAY if one.is_trainer_away else "",
    )  # fmt: skip
    return "\n".join(part for part in parts if part)
