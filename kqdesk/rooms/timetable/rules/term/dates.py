"""Weekly patterns on the days of the term: holidays gone round, single clashes gone out of the way of, each told. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kqdesk.rooms.timetable.rules.checker import Checker
from kqdesk.rooms.timetable.rules.clashes import Slot
from kqdesk.rooms.timetable.rules.days import day_word
from kqdesk.rooms.timetable.rules.term.week import Pattern
from kqdesk.rooms.timetable.rules.term.wish import CohortWish, Task


@dataclass(frozen=True)
class DatedCohort:
    """A cohort's lessons as they would be, in order; ``notes``: every date that is not as the pattern says, and why.

    ``missing``: lessons that found no day.
    """

    wish: CohortWish
    slots: tuple[Slot, ...]
    notes: tuple[str, ...]
    missing: int = 0


def dated(task: Task, patterns: Mapping[str, Sequence[Pattern]]) -> list[DatedCohort]:
    """R-TIM-06: ``count`` lessons of each cohort on its weekly times from its first day on, nobody in two places.

    A day off is passed over and the series goes on longer; a day on which something else stands is left for another of
    the same week, else passed over; both are told.
    """
    checker = Checker(task.ground, task.first, task.last)
    return [_cohort(task, wish, patterns.get(wish.id, ()), checker) for wish in task.wishes]


def _cohort(task: Task, wish: CohortWish, patterns: Sequence[Pattern], checker: Checker) -> DatedCohort:
    found: list[Slot] = []
    notes: list[str] = []
    used = set(wish.stays)
    by_day = {one.weekday: one for one in patterns}
    day = wish.starts_on
    while len(found) < wish.count and day <= task.last and by_day:
        pattern = by_day.get(day.isoweekday())
        if pattern is not None and day not in used:
            slot = _place(task, wish, pattern, day, checker, used, notes)
            if slot is not None:
                found.append(slot)
                used.add(slot.on)
                checker.put(slot)
        day += timedelta(1)
    found.sort(key=lambda slot: (slot.on, slot.start))
    old = iter(sorted(wish.movable, key=lambda slot: (slot.on, slot.start)))
    slots = [replace(slot, lesson_id=next((one.lesson_id for one in old), None)) for slot in found]
    return DatedCohort(wish, tuple(slots), tuple(notes), wish.count - len(found))


def _place(
    task: Task,
    wish: CohortWish,
    pattern: Pattern,
    day: date,
    checker: Checker,
    used: set[date],
    notes: list[str],
) -> Slot | None:
    why = task.ground.calendar.why_closed(day)
    if why:
        notes.append(f"{day_word(day)}{why}放假，顺延")
        return None
    room, trainer = pattern.room, pattern.trainer
    slot = Slot(
        wish.id, wish.title, day, pattern.start, pattern.start + wish.minutes, trainer.id, trainer.name, room.site_id,
        room.site, room.zone, room.id, room.name,
    )  # fmt: skip
    hard = [clash for clash in checker.check(slot) if clash.is_hard]
    if not hard:
        return slot
    for way in checker.ways(slot, today=wish.starts_on):
        free = way.slot.on not in used and task.first <= way.slot.on <= task.last
        if free and not any(clash.is_hard for clash in checker.check(way.slot)):
            notes.append(f"{day_word(day)}放不下（{hard[0].sentence}）{way.sentence}")
            return way.slot
    notes.append(f"{day_word(day)}放不下（{hard[0].sentence}）顺延")
    return None
