"""Everything that changes the timetable. A hard clash is refused with its ways out; a soft one must be accepted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, insert, select

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.catalogue.terms import Subject
from kqdesk.rooms.cohorts.model import Cohort
from kqdesk.rooms.cohorts.terms import CohortState
from kqdesk.rooms.places.model import Classroom, Site
from kqdesk.rooms.timetable import queries
from kqdesk.rooms.timetable.model import HolidayOverride, Lesson
from kqdesk.rooms.timetable.rules.clashes import Clash, Ground, Slot, clashes
from kqdesk.rooms.timetable.rules.days import clock, day_word, week_of
from kqdesk.rooms.timetable.rules.ways_out import ways_out
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.rooms.trainers.model import Trainer
from kqdesk.store.actions import Writing, action

CLOSED_STATES = (CohortState.CLOSED, CohortState.CANCELLED)


class SoftClashes(UserError):
    """Nothing is impossible, but somebody must say yes: ``clashes`` has the sentences."""

    def __init__(self, sentence: str, found: Sequence[Clash]) -> None:
        super().__init__(sentence)
        self.clashes = tuple(found)


@dataclass(frozen=True)
class LessonDraft:
    """A lesson that is wished for. Minutes of the day, half-open; ``study_hours`` from the catalogue, not the clock."""

    cohort_id: str
    on: date
    start_minute: int
    end_minute: int
    study_hours: int
    trainer_id: str | None = None
    site_id: str | None = None
    classroom_id: str | None = None
    topic: str | None = None
    subject: Subject | None = None


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
        _check_shape(draft)
    names = _Names(w, drafts)
    slots = [names.slot(draft) for draft in drafts]
    _refuse_clashes(w, slots, accept_warnings)
    numbers = {
        cohort_id: int(
            w.session.scalar(
                select(func.coalesce(func.max(Lesson.number), 0)).where(Lesson.cohort_id == cohort_id)
            )
            or 0
        )
        for cohort_id in {draft.cohort_id for draft in drafts}
    }
    rows = []
    for draft in drafts:
        numbers[draft.cohort_id] += 1
        rows.append({name: getattr(draft, name) for name in DRAFTED} | {"number": numbers[draft.cohort_id]})
    made = w.session.scalars(insert(Lesson).returning(Lesson.id, sort_by_parameter_order=True), rows).all()
    w.note(f"{names.cohorts[drafts[0].cohort_id].title} {len(rows)} 次")
    return list(made)


DRAFTED = (
    "cohort_id", "on", "start_minute", "end_minute", "study_hours", "trainer_id", "site_id", "classroom_id", "topic", "subject",
)  # fmt: skip


@action("调课")
def move_lesson(
    w: Writing,
    *,
    lesson_id: str,
    reason: str,
    on: date | None = None,
    start_minute: int | None = None,
    end_minute: int | None = None,
    site_id: str | None = None,
    classroom_id: str | None = None,
    accept_warnings: bool = False,
) -> None:
    """Another day, time or place; what is not given stays. The old time and the reason stay on the lesson."""
    lesson = _planned(w, lesson_id)
    said = _said(reason)
    old = f"原 {day_word(lesson.on)} {clock(lesson.start_minute)}–{clock(lesson.end_minute)}"
    length = lesson.end_minute - lesson.start_minute
    lesson.on = on or lesson.on
    lesson.start_minute = lesson.start_minute if start_minute is None else start_minute
    lesson.end_minute = end_minute or lesson.start_minute + length
    if classroom_id is not None:
        lesson.classroom_id = classroom_id
    if site_id is not None:
        lesson.site_id = site_id
    lesson.reason = f"{old}；{said}"
    _recheck(w, lesson, accept_warnings)
    w.note(f"{day_word(lesson.on)} {clock(lesson.start_minute)}")


@action("代课")
def substitute_trainer(
    w: Writing, *, lesson_id: str, trainer_id: str, reason: str, accept_warnings: bool = False
) -> None:
    """Somebody else teaches this once; the cohort keeps its trainer."""
    lesson = _planned(w, lesson_id)
    before = w.session.get(Trainer, lesson.trainer_id) if lesson.trainer_id else None
    after = w.session.get_one(Trainer, trainer_id)
    lesson.reason = f"原培训师 {before.name if before else '未定'}；{_said(reason)}"
    lesson.trainer_id = trainer_id
    _recheck(w, lesson, accept_warnings)
    w.note(after.name)


@action("停课")
def cancel_lesson(w: Writing, *, lesson_id: str, reason: str) -> None:
    """The lesson will not be held; it stays on the calendar, struck out, with its reason."""
    lesson = _planned(w, lesson_id)
    lesson.state, lesson.reason = LessonState.CANCELLED, _said(reason)
    w.note(f"{day_word(lesson.on)} {clock(lesson.start_minute)}")


@action("恢复上课")
def revive_lesson(w: Writing, *, lesson_id: str, accept_warnings: bool = False) -> None:
    """A cancelled lesson is held after all, if its time and place are still free."""
    lesson = _lesson(w, lesson_id)
    if lesson.state is not LessonState.CANCELLED:
        raise UserError("这次课没有停课，不用恢复。")
    lesson.state, lesson.reason = LessonState.PLANNED, None
    _recheck(w, lesson, accept_warnings)


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
    lesson = _lesson(w, lesson_id)
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


class _Names:
    """The names and places that drafts point at, asked once for all of them."""

    def __init__(self, w: Writing, drafts: Sequence[LessonDraft]) -> None:
        self.cohorts = _by_id(w, Cohort, {draft.cohort_id for draft in drafts})
        self.trainers = _by_id(w, Trainer, {draft.trainer_id for draft in drafts})
        self.rooms = _by_id(w, Classroom, {draft.classroom_id for draft in drafts})
        sites = {draft.site_id for draft in drafts} | {room.site_id for room in self.rooms.values()}
        self.sites = _by_id(w, Site, sites)
        for cohort in self.cohorts.values():
            if cohort.state in CLOSED_STATES:
                raise UserError(f"「{cohort.title}」{cohort.state.label}，不能再排课。")

    def slot(self, draft: LessonDraft) -> Slot:
        room = self.rooms.get(draft.classroom_id or "")
        site = self.sites.get(draft.site_id or (room.site_id if room else ""))
        trainer = self.trainers.get(draft.trainer_id or "")
        return Slot(
            draft.cohort_id, self.cohorts[draft.cohort_id].title, draft.on, draft.start_minute, draft.end_minute,
            draft.trainer_id, trainer.name if trainer else "", site.id if site else None, site.name if site else "",
            (site.zone or "") if site else "", draft.classroom_id, room.name if room else "",
        )  # fmt: skip


def _by_id(w: Writing, table: Any, ids: set[str | None]) -> dict[str, Any]:
    found = w.session.scalars(select(table).where(table.id.in_([key for key in ids if key])))
    rows = {row.id: row for row in found}
    if len(rows) < len([key for key in ids if key]):
        raise UserError("选的班级、培训师或教室已经不在了，请刷新后再选。")
    return rows


def _check_shape(draft: LessonDraft) -> None:
    if not 0 <= draft.start_minute < draft.end_minute <= 24 * 60:
        raise UserError(f"{day_word(draft.on)}的课：下课时间要晚于上课时间。")
    if draft.study_hours < 0:
        raise UserError("学时不能是负数。")


def _refuse_clashes(w: Writing, slots: Sequence[Slot], accept_warnings: bool) -> None:
    """Check the wished lessons against the calendar and against each other, each once."""
    weeks = [day for slot in slots for day in week_of(slot.on)]
    ground = queries.ground_between(w.session, min(weeks), max(weeks))
    own = {slot.lesson_id for slot in slots if slot.lesson_id}
    standing = [other for other in ground.lessons if other.lesson_id not in own]
    hard: list[tuple[Slot, Clash]] = []
    soft: list[tuple[Slot, Clash]] = []
    for number, slot in enumerate(slots):
        here = replace(ground, lessons=[*standing, *slots[:number]])
        for clash in clashes(slot, here):
            (hard if clash.is_hard else soft).append((slot, clash))
    if hard:
        raise UserError(_with_ways(w, hard, replace(ground, lessons=[*standing, *slots])))
    if soft and not accept_warnings:
        raise SoftClashes(_lines(soft) + "\n确认没有问题，可以选「仍要排课」。", [clash for _, clash in soft])


def _lines(found: Sequence[tuple[Slot, Clash]]) -> str:
    lines = list(dict.fromkeys(f"{slot.time_words}：{clash.sentence}" for slot, clash in found))
    return "\n".join([*lines[:6], *([f"……还有 {len(lines) - 6} 处"] if len(lines) > 6 else [])])


def _with_ways(w: Writing, hard: Sequence[tuple[Slot, Clash]], ground: Ground) -> str:
    slot = hard[0][0]
    others = replace(ground, lessons=[other for other in ground.lessons if other is not slot])
    rooms, stands = queries.rooms(w.session), queries.stand_ins(w.session, slot.trainer_id)
    ways = ways_out(slot, others, rooms, stands, today=school_day(w.now))
    first = f"\n{slot.time_words}可以：" + "；或".join(way.sentence for way in ways) + "。" if ways else ""
    return f"排不进去：\n{_lines(hard)}{first}"


def _recheck(w: Writing, lesson: Lesson, accept_warnings: bool) -> None:
    """The changed lesson against everything else."""
    w.session.flush()
    _check_shape(_draft_of(lesson))
    row = queries.lesson_card(w.session, lesson.id)
    if row is not None:
        _refuse_clashes(w, [row.slot], accept_warnings)


def _draft_of(lesson: Lesson) -> LessonDraft:
    return LessonDraft(**{name: getattr(lesson, name) for name in DRAFTED})


def _lesson(w: Writing, lesson_id: str) -> Lesson:
    lesson = w.session.get(Lesson, lesson_id)
    if lesson is None:
        raise UserError("这次课已经不在课表上了（可能被撤销）。请刷新课表。")
    return lesson


def _planned(w: Writing, lesson_id: str) -> Lesson:
    lesson = _lesson(w, lesson_id)
    if lesson.state is not LessonState.PLANNED:
        raise UserError(f"这次课{lesson.state.label}，不能再改时间、地点或培训师。")
    return lesson


def _said(reason: str) -> str:
    words = reason.strip()
    if not words:
        raise UserError("请写明原因：纸质通知已经贴出去，要说得清为什么变动。")
    return words
