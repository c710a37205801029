"""The timetable given out: published as printed, and the phones of those who must be called about a change."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, insert, select

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.rooms.office.queries import may_see_full_ids
from kqdesk.rooms.timetable import queries
from kqdesk.rooms.timetable.model import Lesson, PublishedLesson
from kqdesk.rooms.timetable.queries import Callee
from kqdesk.rooms.timetable.rules.days import day_word
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.store.actions import Writing, action


@action("发布课表")
def publish_lessons(w: Writing, *, first: date, last: date, cohort_ids: Sequence[str] | None = None) -> int:
    """The lessons of these days (inclusive), of these cohorts or of all, stand from now on as they are printed.

    Returns how many differ from what was published before. UserError when there is no lesson.
    """
    wanted = select(Lesson).where(Lesson.on >= first, Lesson.on <= last)
    moved_away = {one.lesson_id for one in queries.unprinted(w.session, first, last, cohort_ids)}
    if cohort_ids is not None:
        wanted = wanted.where(Lesson.cohort_id.in_(cohort_ids))
    lessons = {row.id: row for row in w.session.scalars(wanted)}
    for row in w.session.scalars(select(Lesson).where(Lesson.id.in_(moved_away - lessons.keys()))):
        lessons[row.id] = row
    if not lessons:
        raise UserError(f"{day_word(first)}到{day_word(last)}没有课，没有可发布的。")
    w.session.execute(delete(PublishedLesson).where(PublishedLesson.lesson_id.in_(moved_away)))
    rows = [
        {
            "lesson_id": row.id, "on": row.on, "start_minute": row.start_minute, "end_minute": row.end_minute,
            "trainer_id": row.trainer_id, "site_id": row.site_id, "classroom_id": row.classroom_id,
            "is_cancelled": row.state is LessonState.CANCELLED, "published_at": w.now,
        }
        for row in lessons.values()
        if row.id in moved_away
    ]  # fmt: skip
    if rows:
        w.session.execute(insert(PublishedLesson), rows)
    w.note(f"{len(rows)} 次有变动")
    return len(rows)


@action("查看通知电话", looks=True)
def reveal_call_list(w: Writing, *, lesson_id: str) -> list[Callee]:
    """Whole phone numbers of the learners and the trainer; changes nothing, but the look stays in the journal."""
    if not may_see_full_ids(w.session, w.actor):
        raise NotAllowed("您没有查看完整电话的权限。需要时请校长在「办公室」里给您开通。")
    found = queries.callees(w.session, lesson_id, is_whole=True)
    w.note(f"{len(found)} 人")
    return found
