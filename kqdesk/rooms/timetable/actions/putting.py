"""Lessons put on the calendar, corrected, taken off, held; and the school's own days."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, insert, select

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.catalogue.terms import Subject
from kqdesk.rooms.timetable.actions.checks import (
    DRAFTED,
    LessonDraft,
    Names,
    check_shape,
    lesson_of,
    refuse_clashes,
)
from kqdesk.rooms.timetable.model import HolidayOverride, Lesson, LessonChange, PublishedLesson
from kqdesk.rooms.timetable.rules.days import day_word
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.store.actions import Writing, action


@action("排课")
def put_lessons(w: Writing, *, lessons: Sequence[LessonDraft], accept_warnings: bool = False) -> list[str]:
    """Put one lesson or a whole series on the calendar; all or nothing. Returns their ids in date order.

    UserError lists hard clashes (also among the lessons themselves) with ways out; SoftClashes lists soft ones
    unless ``accept_warnings``.
    """
    drafts = sorted(lessons, key=lambda draft: (draft.on, draft.start_minute))
    if not drafts:
        raise UserError("没有要排的课。")
    for draft in drafts:
        check_shape(draft)
    names = Names(w, drafts)
    slots = [names.slot(draft) for draft in drafts]
    refuse_clashes(w, slots, accept_warnings)
    made = insert_lessons(w, drafts)
    w.note(f"{names.cohorts[drafts[0].cohort_id].title} {len(made)} 次")
    return made


def insert_lessons(w: Writing, drafts: Sequence[LessonDraft]) -> list[str]:
    """Rows for checked drafts, numbered on from each cohort's last in order of date; their ids in that order."""
    ordered = sorted(drafts, key=lambda draft: (draft.on, draft.start_minute))
    wanted = {draft.cohort_id for draft in ordered}
    last = select(Lesson.cohort_id, func.max(Lesson.number)).where(Lesson.cohort_id.in_(wanted))
    found = w.session.execute(last.group_by(Lesson.cohort_id))
    numbers = dict.fromkeys(wanted, 0) | {cohort_id: int(number) for cohort_id, number in found}
    rows = []
    for draft in ordered:
        numbers[draft.cohort_id] += 1
        rows.append({name: getattr(draft, name) for name in DRAFTED} | {"number": numbers[draft.cohort_id]})
    made = w.session.scalars(insert(Lesson).returning(Lesson.id, sort_by_parameter_order=True), rows)
    return list(made.all())


@action("修改课次")
def edit_lesson(
    w: Writing,
    *,
    lesson_id: str,
    topic: str | None,
    study_hours: int,
    subject: Subject | None = None,
    seen: int | None = None,
) -> None:
    """What is taught and how many study hours it counts; time, place and trainer have acts of their own."""
    lesson = lesson_of(w, lesson_id)
    w.check_fresh(lesson, ("topic", "study_hours", "subject"), seen)
    if study_hours < 0:
        raise UserError("学时不能是负数。")
    lesson.topic, lesson.study_hours, lesson.subject = topic, study_hours, subject


@action("删除课次")
def remove_lessons(w: Writing, *, lesson_ids: Sequence[str]) -> int:
    """Take lessons off that were put by mistake. Held ones, and ones with a roll, stay."""
    rows = w.session.scalars(select(Lesson).where(Lesson.id.in_(lesson_ids))).all()
    if any(row.state is LessonState.HELD for row in rows):
        raise UserError("已上的课不能删除。")
    if w.session.scalar(select(PublishedLesson.id).where(PublishedLesson.lesson_id.in_(lesson_ids)).limit(1)):
        raise UserError("这次课已经发布在课表上，不能删除；不上了请用「停课」，通知才对得上。")
    for change in w.session.scalars(select(LessonChange).where(LessonChange.lesson_id.in_(lesson_ids))):
        w.session.delete(change)
    for row in rows:
        w.session.delete(row)
    w.note(f"{len(rows)} 次")
    return len(rows)


@action("登记已上")
def mark_held(w: Writing, *, lesson_ids: Sequence[str]) -> int:
    """These lessons took place; from now on they count for hours."""
    rows = w.session.scalars(select(Lesson).where(Lesson.id.in_(lesson_ids))).all()
    today = school_day(w.now)
    for row in rows:
        if row.on > today:
            raise UserError(f"{day_word(row.on)}的课还没到日子，不能登记已上。")
        if row.state is LessonState.CANCELLED:
            raise UserError(f"{day_word(row.on)}的课已停课。要登记已上，请先用「恢复上课」。")
        row.state = LessonState.HELD
    w.note(f"{len(rows)} 次")
    return len(rows)


@action("调整校历")
def set_school_day(w: Writing, *, on: date, is_school_day: bool, note: str) -> None:
    """The school differs from the calendar on this day: teaches on a holiday, or closes on a working day."""
    words = note.strip()
    if not words:
        raise UserError("请写明这一天为什么上课或停课。")
    for old in w.session.scalars(select(HolidayOverride).where(HolidayOverride.on == on)):
        w.session.delete(old)
    w.session.add(HolidayOverride(on=on, is_school_day=is_school_day, note=words))
    w.note(day_word(on))


@action("恢复校历")
def clear_school_day(w: Writing, *, on: date) -> None:
    """Back to the State Council's calendar on this day."""
    for old in w.session.scalars(select(HolidayOverride).where(HolidayOverride.on == on)):
        w.session.delete(old)
    w.note(day_word(on))
