"""调课, 代课, 停课, 恢复上课 and locks. Each keeps old → new with its reason, because paper notices hang in villages."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.timetable.actions.checks import lesson_of, planned_lesson, recheck, said
from kqdesk.rooms.timetable.model import Lesson, LessonChange, PublishedLesson
from kqdesk.rooms.timetable.rules.days import clock, day_word
from kqdesk.rooms.timetable.terms import ChangeKind, LessonState, Lock
from kqdesk.rooms.trainers.model import Trainer
from kqdesk.store.actions import Writing, action


@dataclass(frozen=True)
class Stood:
    """What a lesson was before a change; field names are those of the lesson."""

    on: date
    start_minute: int
    end_minute: int
    trainer_id: str | None
    site_id: str | None
    classroom_id: str | None


PARTS = ("on", "start_minute", "end_minute", "trainer_id", "site_id", "classroom_id")


def stood(lesson: Lesson) -> Stood:
    """The lesson's time, people and place now, to be kept before they change."""
    return Stood(*(getattr(lesson, name) for name in PARTS))


def change_values(w: Writing, lesson: Lesson, before: Stood, kind: ChangeKind, reason: str) -> dict[str, Any]:
    """The columns of the history row of a lesson that has just been changed."""
    old = {f"old_{name}": getattr(before, name) for name in PARTS}
    new = {f"new_{name}": getattr(lesson, name) for name in PARTS}
    by = None if w.actor == "system" else w.actor
    said_for = {"reason": reason or None, "changed_at": w.now, "changed_by": by}
    return {"lesson_id": lesson.id, "kind": kind} | old | new | said_for


def _keep(w: Writing, lesson: Lesson, before: Stood, kind: ChangeKind, reason: str) -> None:
    w.session.add(LessonChange(**change_values(w, lesson, before, kind, reason)))


def _is_published(w: Writing, lesson_id: str) -> bool:
    return (
        w.session.scalar(select(PublishedLesson.id).where(PublishedLesson.lesson_id == lesson_id)) is not None
    )


@action("调课")
def move_lesson(
    w: Writing,
    *,
    lesson_id: str,
    reason: str = "",
    on: date | None = None,
    start_minute: int | None = None,
    end_minute: int | None = None,
    site_id: str | None = None,
    classroom_id: str | None = None,
    trainer_id: str | None = None,
    accept_warnings: bool = False,
) -> None:
    """Another day, time, place or trainer; what is not given stays. A published lesson needs a reason.

    UserError when what would change is locked, or clashes; SoftClashes unless ``accept_warnings``.
    """
    lesson = planned_lesson(w, lesson_id)
    before = stood(lesson)
    because = said(reason) if _is_published(w, lesson_id) else reason.strip()
    length = lesson.end_minute - lesson.start_minute
    lesson.on = on or lesson.on
    lesson.start_minute = lesson.start_minute if start_minute is None else start_minute
    lesson.end_minute = end_minute or lesson.start_minute + length
    if classroom_id is not None:
        lesson.classroom_id = classroom_id
    if site_id is not None:
        lesson.site_id = site_id
    if trainer_id is not None:
        lesson.trainer_id = trainer_id
    _refuse_locked(lesson, before)
    if because:
        old = f"原 {day_word(before.on)} {clock(before.start_minute)}–{clock(before.end_minute)}"
        lesson.reason = f"{old}；{because}"
    recheck(w, lesson, accept_warnings)
    _keep(w, lesson, before, ChangeKind.MOVED, because)
    w.note(f"{day_word(lesson.on)} {clock(lesson.start_minute)}")


def _refuse_locked(lesson: Lesson, before: Stood) -> None:
    when = (lesson.on, lesson.start_minute, lesson.end_minute)
    if lesson.is_time_locked and when != (before.on, before.start_minute, before.end_minute):
        raise UserError("这次课的时间锁定了。要改时间，请先在这次课上「解锁时间」（L）。")
    if lesson.is_site_locked and (lesson.site_id, lesson.classroom_id) != (
        before.site_id,
        before.classroom_id,
    ):
        raise UserError("这次课的地点锁定了。要换地方，请先在这次课上「解锁地点」。")
    if lesson.is_trainer_locked and lesson.trainer_id != before.trainer_id:
        raise UserError("这次课的培训师锁定了。要换人，请先在这次课上「解锁培训师」。")


@action("代课")
def substitute_trainer(
    w: Writing, *, lesson_id: str, trainer_id: str, reason: str, accept_warnings: bool = False
) -> None:
    """Somebody else teaches this once; the cohort keeps its trainer."""
    lesson = planned_lesson(w, lesson_id)
    if lesson.is_trainer_locked:
        raise UserError("这次课的培训师锁定了。要请人代课，请先在这次课上「解锁培训师」。")
    before, because = stood(lesson), said(reason)
    former = w.session.get(Trainer, lesson.trainer_id) if lesson.trainer_id else None
    after = w.session.get_one(Trainer, trainer_id)
    lesson.reason = f"原培训师 {former.name if former else '未定'}；{because}"
    lesson.trainer_id = trainer_id
    recheck(w, lesson, accept_warnings)
    _keep(w, lesson, before, ChangeKind.SUBSTITUTED, because)
    w.note(after.name)


@action("停课")
def cancel_lesson(w: Writing, *, lesson_id: str, reason: str) -> None:
    """The lesson will not be held; it stays on the calendar, struck out, with its reason."""
    lesson = planned_lesson(w, lesson_id)
    lesson.state, lesson.reason = LessonState.CANCELLED, said(reason)
    _keep(w, lesson, stood(lesson), ChangeKind.CANCELLED, lesson.reason)
    w.note(f"{day_word(lesson.on)} {clock(lesson.start_minute)}")


@action("恢复上课")
def revive_lesson(w: Writing, *, lesson_id: str, accept_warnings: bool = False) -> None:
    """A cancelled lesson is held after all, if its time and place are still free."""
    lesson = lesson_of(w, lesson_id)
    if lesson.state is not LessonState.CANCELLED:
        raise UserError("这次课没有停课，不用恢复。")
    lesson.state, lesson.reason = LessonState.PLANNED, None
    recheck(w, lesson, accept_warnings)
    _keep(w, lesson, stood(lesson), ChangeKind.REVIVED, "")


@action("锁定课次")
def lock_lesson(w: Writing, *, lesson_id: str, locks: Collection[Lock]) -> None:
    """Exactly these parts of the lesson stay as they are, under the mouse and under 自动排课; none = free."""
    lesson = lesson_of(w, lesson_id)
    lesson.is_time_locked = Lock.TIME in locks
    lesson.is_site_locked = Lock.SITE in locks
    lesson.is_trainer_locked = Lock.TRAINER in locks
    w.note("、".join(lock.label for lock in Lock if lock in locks) or "全部解锁")
