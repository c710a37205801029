"""Everything that changes a roll: take it, set one mark, lock it, correct it after the lock."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import insert

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.attendance import rules
from kqdesk.rooms.attendance.actions.locks import (
    LOCKED,
    learners_of,
    lesson_of,
    lock_since,
    marks_at,
    refuse_locked,
    roll_of,
)
from kqdesk.rooms.attendance.model import AttendanceMark, Roll
from kqdesk.rooms.attendance.queries import leave_on
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.rooms.timetable.rules.days import day_word
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.store.actions import Writing, action


@dataclass(frozen=True)
class Taken:
    """What a saved roll holds. ``kept_leave``: learners whose entered leave was left alone against the new mark."""

    counts: Mapping[Mark, int]
    unmarked: int
    kept_leave: int


@action("登记考勤")
def take_roll(
    w: Writing,
    *,
    lesson_id: str,
    marks: Mapping[str, Mark],
    rest_present: bool = False,
    overwrite_leave: Collection[str] = (),
) -> Taken:
    """Save a roll: the marks given, and with ``rest_present`` 到 for everybody without one. One undo step.

    An entered leave, also one asked for beforehand, stays, whatever ``marks`` says, unless the learner is named in ``overwrite_leave``. The lesson
    counts as held from now on. UserError when the roll is locked, the lesson is cancelled or still to come.
    """
    lesson, roll = _open_lesson(w, lesson_id)
    ids = learners_of(w, lesson)
    standing = {row.enrolment_id: row for row in marks_at(w, lesson_id)}
    away = leave_on(w.session, lesson.cohort_id, lesson.on).keys() & set(ids) - standing.keys()
    strange = marks.keys() - set(ids) - standing.keys()
    if strange:
        raise UserError("点名里有人不在这个班，可能刚办了退学。请刷新后再点。")
    wanted = dict(marks)
    kept = [
        key
        for key in wanted
        if (key in away or _is_leave(standing.get(key)))
        and wanted[key] is not Mark.EXCUSED
        and key not in overwrite_leave
    ]
    for key in kept:
        del wanted[key]
    wanted |= {key: Mark.EXCUSED for key in away if key not in wanted}
    if rest_present:
        known = {key: row.mark for key, row in standing.items()} | wanted
        wanted |= rules.rest_present(ids, known)
    _write(w, lesson_id, standing, wanted)
    _record(w, lesson, roll, is_new=any(key not in standing for key in wanted))
    final = {key: row.mark for key, row in standing.items()} | wanted
    given = list(final.values())
    counts = {mark: given.count(mark) for mark in Mark}
    w.note(f"{day_word(lesson.on)} 到 {counts[Mark.PRESENT]} 缺 {counts[Mark.ABSENT]}")
    return Taken(counts, sum(key not in final for key in ids), len(kept))


@action("改考勤")
def set_mark(w: Writing, *, lesson_id: str, enrolment_id: str, mark: Mark | None) -> None:
    """One learner's mark before the lock, also leave asked for in advance; None takes the mark away."""
    lesson = lesson_of(w, lesson_id)
    refuse_locked(w, lesson)
    if lesson.state is LessonState.CANCELLED:
        raise UserError("这次课已停课，不用登记考勤。")
    if lesson.on > school_day(w.now) and mark not in (Mark.EXCUSED, None):
        raise UserError(f"{day_word(lesson.on)}的课还没上，只能先登记请假。")
    standing = {row.enrolment_id: row for row in marks_at(w, lesson_id)}
    if mark is None:
        if enrolment_id in standing:
            w.session.delete(standing[enrolment_id])
        return
    _write(w, lesson_id, standing, {enrolment_id: mark})


@action("锁定点名", final="点名已锁定，不能撤销。要改请用「更正考勤」并写明原因。")
def lock_roll(w: Writing, *, lesson_id: str) -> None:
    """From now on marks change by correction only. Everybody on the roll must have a mark."""
    lesson = lesson_of(w, lesson_id)
    roll = roll_of(w, lesson_id)
    if roll is None:
        raise UserError("这次课还没有点名，不能锁定。")
    if roll.locked_at is not None:
        raise UserError("这次课的点名已经锁定了。")
    marked = {row.enrolment_id for row in marks_at(w, lesson_id)}
    missing = sum(key not in marked for key in learners_of(w, lesson))
    if missing:
        raise UserError(f"还有 {missing} 人没有登记，不能锁定。没来的记缺，其余按 F8 全到。")
    roll.locked_at, roll.locked_by = w.now, w.actor
    w.note(day_word(lesson.on))


@action("更正考勤", final="更正已记入考勤，不能撤销；要再改请再做一次「更正考勤」。")
def correct_mark(w: Writing, *, lesson_id: str, enrolment_id: str, mark: Mark, reason: str) -> None:
    """Change one mark of a locked roll; who, when and why stay beside it for good."""
    words = reason.strip()
    if not words:
        raise UserError("请写明更正原因。")
    lesson, roll = lesson_of(w, lesson_id), roll_of(w, lesson_id)
    since = lock_since(w, lesson, roll)
    if roll is None or since is None:
        raise UserError("这次课的点名还没锁定，直接改就可以，不用更正。")
    if roll.locked_at is None:  # locked by time so far: from now on by the seal as well
        roll.locked_at = since
        w.session.flush()
    row = next((row for row in marks_at(w, lesson_id) if row.enrolment_id == enrolment_id), None)
    line = f"{school_day(w.now):%Y-%m-%d} {row.mark.label if row else '未登记'}→{mark.label}：{words}"
    if row is None:
        w.session.add(
            AttendanceMark(lesson_id=lesson_id, enrolment_id=enrolment_id, mark=mark, correction=line)
        )
    else:
        row.mark, row.correction = mark, f"{row.correction}\n{line}" if row.correction else line
    w.note(line)


def _write(
    w: Writing, lesson_id: str, standing: Mapping[str, AttendanceMark], wanted: Mapping[str, Mark]
) -> None:
    """Change the rows that differ, add the new ones in one statement."""
    for key in wanted.keys() & standing.keys():
        if standing[key].mark is not wanted[key]:
            standing[key].mark = wanted[key]
    fresh = [
        {"lesson_id": lesson_id, "enrolment_id": key, "mark": mark}
        for key, mark in wanted.items()
        if key not in standing
    ]
    if fresh:
        w.session.connection().execute(insert(AttendanceMark), fresh)  # Core: half the time of the ORM's


def _record(w: Writing, lesson: Lesson, roll: Roll | None, *, is_new: bool) -> None:
    """That the roll was taken, and that the lesson was held. Changing a mark does not put off the lock by time."""
    if roll is None:
        w.session.add(Roll(lesson_id=lesson.id, taken_at=w.now, taken_by=w.actor))
    elif is_new:
        roll.taken_at, roll.taken_by = w.now, w.actor
    lesson.state = LessonState.HELD


def _open_lesson(w: Writing, lesson_id: str) -> tuple[Lesson, Roll | None]:
    """A lesson whose roll may be taken now, and its roll so far."""
    lesson, roll = lesson_of(w, lesson_id), roll_of(w, lesson_id)
    if lesson.state is LessonState.CANCELLED:
        raise UserError("这次课已停课，不用点名。")
    if lesson.on > school_day(w.now):
        raise UserError(f"{day_word(lesson.on)}的课还没到日子，不能点名。请假可以先登记。")
    if lock_since(w, lesson, roll) is not None:
        raise UserError(LOCKED)
    return lesson, roll


def _is_leave(row: AttendanceMark | None) -> bool:
    return row is not None and row.mark is Mark.EXCUSED
