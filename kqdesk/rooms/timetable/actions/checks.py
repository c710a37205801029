"""What every act on the timetable is checked with: shapes, names, clashes with their ways out, reasons."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.catalogue.terms import Subject
from kqdesk.rooms.cohorts.model import Cohort
from kqdesk.rooms.cohorts.terms import CohortState
from kqdesk.rooms.places.model import Classroom, Site
from kqdesk.rooms.timetable import queries
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.rooms.timetable.rules.clashes import Clash, Ground, Slot, clashes
from kqdesk.rooms.timetable.rules.days import day_word, week_of
from kqdesk.rooms.timetable.rules.ways_out import ways_out
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.rooms.trainers.model import Trainer
from kqdesk.store.actions import Writing

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


DRAFTED = (
    "cohort_id", "on", "start_minute", "end_minute", "study_hours", "trainer_id", "site_id", "classroom_id", "topic", "subject",
)  # fmt: skip


class Names:
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

    def slot(self, draft: LessonDraft, lesson_id: str | None = None) -> Slot:
        """The draft as the clash check sees it; ``lesson_id``: the lesson that would become so."""
        room = self.rooms.get(draft.classroom_id or "")
        site = self.sites.get(draft.site_id or (room.site_id if room else ""))
        trainer = self.trainers.get(draft.trainer_id or "")
        return Slot(
            draft.cohort_id, self.cohorts[draft.cohort_id].title, draft.on, draft.start_minute, draft.end_minute,
            draft.trainer_id, trainer.name if trainer else "", site.id if site else None, site.name if site else "",
            (site.zone or "") if site else "", draft.classroom_id, room.name if room else "", lesson_id,
        )  # fmt: skip


def _by_id(w: Writing, table: Any, ids: set[str | None]) -> dict[str, Any]:
    found = w.session.scalars(select(table).where(table.id.in_([key for key in ids if key])))
    rows = {row.id: row for row in found}
    if len(rows) < len([key for key in ids if key]):
        raise UserError("选的班级、培训师或教室已经不在了，请刷新后再选。")
    return rows


def check_shape(draft: LessonDraft) -> None:
    """UserError when the times or the study hours cannot be."""
    if not 0 <= draft.start_minute < draft.end_minute <= 24 * 60:
        raise UserError(f"{day_word(draft.on)}的课：下课时间要晚于上课时间。")
    if draft.study_hours < 0:
        raise UserError("学时不能是负数。")


def refuse_clashes(w: Writing, slots: Sequence[Slot], accept_warnings: bool) -> None:
    """Check the wished lessons against the calendar and against each other, each once."""
    weeks = [day for slot in slots for day in week_of(slot.on)]
    ground = queries.ground_between(w.session, min(weeks), max(weeks))
    own = {slot.lesson_id for slot in slots if slot.lesson_id}
    standing = [other for other in ground.lessons if other.lesson_id not in own]
    by_day: dict[date, list[Slot]] = {}
    for other in standing:
        by_day.setdefault(other.on, []).append(other)
    hard: list[tuple[Slot, Clash]] = []
    soft: list[tuple[Slot, Clash]] = []
    for slot in slots:
        beside = by_day.setdefault(slot.on, [])
        for clash in clashes(slot, replace(ground, lessons=beside)):
            (hard if clash.is_hard else soft).append((slot, clash))
        beside.append(slot)
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


def recheck(w: Writing, lesson: Lesson, accept_warnings: bool) -> None:
    """The changed lesson against everything else."""
    w.session.flush()
    check_shape(_draft_of(lesson))
    row = queries.lesson_card(w.session, lesson.id)
    if row is not None:
        refuse_clashes(w, [row.slot], accept_warnings)


def _draft_of(lesson: Lesson) -> LessonDraft:
    return LessonDraft(**{name: getattr(lesson, name) for name in DRAFTED})


def lesson_of(w: Writing, lesson_id: str) -> Lesson:
    """The lesson; UserError when it is gone."""
    lesson = w.session.get(Lesson, lesson_id)
    if lesson is None:
        raise UserError("这次课已经不在课表上了（可能被撤销）。请刷新课表。")
    return lesson


def planned_lesson(w: Writing, lesson_id: str) -> Lesson:
    """The lesson, still to come; UserError when it was held or cancelled."""
    lesson = lesson_of(w, lesson_id)
    if lesson.state is not LessonState.PLANNED:
        raise UserError(f"这次课{lesson.state.label}，不能再改时间、地点或培训师。")
    return lesson


def said(reason: str) -> str:
    """The reason without blanks; UserError when there is none."""
    words = reason.strip()
    if not words:
        raise UserError("请写明原因：纸质通知已经贴出去，要说得清为什么变动。")
    return words
