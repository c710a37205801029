"""A plan taken over: new lessons and moved ones as one act, all or nothing, one step to undo."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.timetable.actions.changing import PARTS, change_values, stood
from kqdesk.rooms.timetable.actions.checks import LessonDraft, Names, check_shape, refuse_clashes
from kqdesk.rooms.timetable.actions.putting import insert_lessons
from kqdesk.rooms.timetable.model import Lesson, LessonChange, PublishedLesson
from kqdesk.rooms.timetable.rules.clashes import Slot
from kqdesk.rooms.timetable.rules.days import clock, day_word
from kqdesk.rooms.timetable.terms import ChangeKind, LessonState
from kqdesk.store.actions import Writing, action


@dataclass(frozen=True)
class PlannedMove:
    """A lesson that stands already and gets a new time, place or trainer."""

    lesson_id: str
    on: date
    start_minute: int
    end_minute: int
    trainer_id: str | None
    site_id: str | None
    classroom_id: str | None


@action("自动排课")
def apply_plan(
    w: Writing,
    *,
    puts: Sequence[LessonDraft] = (),
    moves: Sequence[PlannedMove] = (),
    accept_warnings: bool = False,
) -> int:
    """Put and move everything at once; returns how many lessons changed.

    UserError when a lesson was held, cancelled or locked since the plan was made, or when anything clashes hard;
    SoftClashes unless ``accept_warnings``.
    """
    if not puts and not moves:
        raise UserError("这个方案和现在的课表一样，没有要改的。")
    lessons = _movable(w, moves)
    drafts = [*puts, *(_draft(lessons[move.lesson_id], move) for move in moves)]
    for draft in drafts:
        check_shape(draft)
    names = Names(w, drafts)
    slots: list[Slot] = [names.slot(draft) for draft in puts]
    slots += [names.slot(_draft(lessons[move.lesson_id], move), move.lesson_id) for move in moves]
    refuse_clashes(w, slots, accept_warnings)
    _move(w, lessons, moves)
    if puts:
        insert_lessons(w, puts)
    w.note(f"新排 {len(puts)} 次，改动 {len(moves)} 次")
    return len(drafts)


def _movable(w: Writing, moves: Sequence[PlannedMove]) -> dict[str, Lesson]:
    wanted = [move.lesson_id for move in moves]
    lessons = {row.id: row for row in w.session.scalars(select(Lesson).where(Lesson.id.in_(wanted)))}
    if len(lessons) < len(set(wanted)):
        raise UserError("方案里有的课已经不在课表上了。请重新自动排课。")
    for row in lessons.values():
        if row.state is not LessonState.PLANNED or row.is_time_locked:
            why = "锁定了" if row.is_time_locked else row.state.label
            raise UserError(
                f"{day_word(row.on)} {clock(row.start_minute)} 的课{why}，方案不能用了。请重新自动排课。"
            )
    return lessons


def _draft(lesson: Lesson, move: PlannedMove) -> LessonDraft:
    return LessonDraft(
        lesson.cohort_id, move.on, move.start_minute, move.end_minute, lesson.study_hours, move.trainer_id, move.site_id,
        move.classroom_id, lesson.topic, lesson.subject,
    )  # fmt: skip


def _move(w: Writing, lessons: dict[str, Lesson], moves: Sequence[PlannedMove]) -> None:
    published = set(
        w.session.scalars(select(PublishedLesson.lesson_id).where(PublishedLesson.lesson_id.in_(lessons)))
    )
    history = []
    for move in moves:
        lesson = lessons[move.lesson_id]
        before = stood(lesson)
        for part in PARTS:
            setattr(lesson, part, getattr(move, part))
        if lesson.id in published:
            lesson.reason = (
                f"原 {day_word(before.on)} {clock(before.start_minute)}–{clock(before.end_minute)}；重新排课"
            )
        history.append(change_values(w, lesson, before, ChangeKind.PLANNED, "重新排课"))
    if history:
        w.session.flush()
        w.session.execute(insert(LessonChange), history)
