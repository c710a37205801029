"""A term's wishes as one week of hour cells for the planner, and its timetable back as weekly patterns. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from kqdesk.rooms.timetable.rules.clashes import Slot
from kqdesk.rooms.timetable.rules.planning.problem import Cohort, Placing, Problem, Timetable, Trainer, Venue
from kqdesk.rooms.timetable.rules.term.wish import WEEKDAYS, CohortWish, Task, rooms_for
from kqdesk.rooms.timetable.rules.ways_out import Room, Stand

MORNING, AFTERNOON = (510, 570, 630), (810, 870, 930, 990)  # 8:30 …, 13:30 …: begins of the cells by day
EVENING_CELLS = 3
CELL = 60  # minutes
OFTEN = 2  # a weekly cell is closed when it is taken this often; a single lesson in the way is gone round by its date
MOST_A_WEEK, MOST_DAYS, MOST_CELLS_A_DAY = 14, 7, 8


@dataclass(frozen=True)
class Pattern:
    """One weekly time of a cohort. ISO weekday, minute of the day."""

    weekday: int
    start: int
    room: Room
    trainer: Stand


class Week:
    """The problem and the way back from its numbers."""

    def __init__(self, task: Task) -> None:
        self.task = task
        evening = tuple(task.evening_starts + n * CELL for n in range(EVENING_CELLS))
        self.minutes = (*MORNING, *AFTERNOON, *evening)
        self.blocks = ((0, 3), (3, 7), (7, 10))
        self.zones = sorted({_zone(room) for room in task.rooms}) or [""]
        self.rooms, self.stands = task.rooms, task.stands

    def problem(self) -> Problem:
        """Cohorts, rooms and trainers with the cells that are still free."""
        task, travel = self.task, []
        for here in self.zones:
            travel.append(tuple(self._minutes_between(here, there) for there in self.zones))
        wishes = task.wishes
        learners = task.ground.learners
        conflicts = tuple(
            (a, b)
            for a in range(len(wishes))
            for b in range(a)
            if learners.get(wishes[a].id, frozenset()) & learners.get(wishes[b].id, frozenset())
        )
        made = Problem(
            "自动排课", tuple(map(str, WEEKDAYS)), self.minutes, self.blocks, tuple(self.zones), tuple(travel),
            tuple(self._venue(room) for room in self.rooms), tuple(self._trainer(stand) for stand in self.stands),
            tuple(self._cohort(wish) for wish in wishes), conflicts, (),
        )  # fmt: skip
        if task.keeps_published:
            for c, wish in enumerate(wishes):
                made.published.update({(c, k): at for k, at in enumerate(self._now(wish)[: wish.per_week])})
        return made

    def patterns(self, timetable: Timetable, problem: Problem) -> dict[str, list[Pattern]]:
        """Cohort → its weekly times in the order of the week; a lesson without a place is left out."""
        found: dict[str, list[Pattern]] = {wish.id: [] for wish in self.task.wishes}
        for (c, _), at in zip(problem.lessons, timetable, strict=True):
            if at is not None:
                pattern = Pattern(
                    at.day + 1, self.minutes[at.start], self.rooms[at.venue], self.stands[at.trainer]
                )
                found[self.task.wishes[c].id].append(pattern)
        return {key: sorted(these, key=lambda one: (one.weekday, one.start)) for key, these in found.items()}

    def _minutes_between(self, here: str, there: str) -> int:
        return (
            0 if here == there or not (here and there) else self.task.ground.travel_between(here, there) or 0
        )

    def _venue(self, room: Room) -> Venue:
        busy = self._busy([one for one in self.task.ground.lessons if one.classroom_id == room.id])
        return Venue(
            room.id, self.zones.index(_zone(room)), room.seats, frozenset(), self._every_cell() & ~busy
        )

    def _trainer(self, stand: Stand) -> Trainer:
        busy = self._busy([one for one in self.task.ground.lessons if one.trainer_id == stand.id])
        free = self.task.ground.available.get(stand.id)
        open_cells = self._every_cell()
        if free is not None:
            open_cells = sum(
                1 << (day - 1) * len(self.minutes) + n
                for day in WEEKDAYS
                for n, minute in enumerate(self.minutes)
                if any(on == day and start <= minute < end for on, start, end in free.spans)
            )
        busy |= self._on_leave(stand)
        may = frozenset(wish.id for wish in self.task.wishes if _may_teach(stand, wish))
        return Trainer(stand.id, 0, may, open_cells & ~busy, MOST_A_WEEK, MOST_DAYS, MOST_CELLS_A_DAY, 0)

    def _cohort(self, wish: CohortWish) -> Cohort:
        allowed = sum(
            1 << (day - 1) * len(self.minutes) + n
            for day in WEEKDAYS
            for n, minute in enumerate(self.minutes)
            if self.task.window.holds(day, minute)
        )
        learners = self.task.ground.learners.get(wish.id, frozenset())
        rival = [
            one
            for one in self.task.ground.lessons
            if one.cohort_id != wish.id
            and learners & self.task.ground.learners.get(one.cohort_id, frozenset())
        ]
        rooms = rooms_for(wish, self.rooms)
        own = self.task.room(wish.classroom_id) or (rooms[0] if rooms else None)
        trainer = next(
            (n for n, one in enumerate(self.stands) if wish.trainer and one.id == wish.trainer.id), None
        )
        return Cohort(
            wish.id, "school", self.zones.index(_zone(own)) if own else 0, wish.id, wish.size, frozenset(),
            -(-wish.minutes // CELL), wish.per_week, allowed & ~self._busy(rival),
            tuple(self.rooms.index(room) for room in rooms), trainer, 2 if wish.per_week == 2 else 1,
        )  # fmt: skip

    def _now(self, wish: CohortWish) -> list[Placing]:
        """The cohort's commonest times now, as placings; those that do not fit the cells are left out."""
        seen = Counter(_weekly(one) for one in wish.movable)
        found: list[Placing] = []
        rooms = {room.id: n for n, room in enumerate(self.rooms)}
        trainers = {stand.id: n for n, stand in enumerate(self.stands)}
        for (weekday, start, room_id, trainer_id), _ in seen.most_common():
            fits = start in self.minutes and room_id in rooms and trainer_id in trainers
            if fits and all(one.day != weekday - 1 for one in found):
                at = Placing(
                    weekday - 1, self.minutes.index(start), rooms[room_id or ""], trainers[trainer_id or ""]
                )
                found.append(at)
        return found

    def _on_leave(self, stand: Stand) -> int:
        """Weekdays of which most between the first and the last day fall into her leaves; a few are gone round by date."""
        away: Counter[int] = Counter()
        for one in self.task.ground.leaves.get(stand.id, ()):
            first, last = max(one.starts_on, self.task.first), min(one.ends_on, self.task.last)
            away.update((first + timedelta(n)).isoweekday() for n in range((last - first).days + 1))
        weeks = max(1, ((self.task.last - self.task.first).days + 1) // 7)
        day = (1 << len(self.minutes)) - 1
        return sum(
            day << (weekday - 1) * len(self.minutes) for weekday, often in away.items() if 2 * often > weeks
        )

    def _every_cell(self) -> int:
        return (1 << len(WEEKDAYS) * len(self.minutes)) - 1

    def _busy(self, lessons: Sequence[Slot]) -> int:
        """Weekly cells taken often between the first and the last day."""
        taken: Counter[int] = Counter()
        for one in lessons:
            for n, minute in enumerate(self.minutes):
                if minute < one.end and one.start < minute + CELL:
                    taken[(one.on.isoweekday() - 1) * len(self.minutes) + n] += 1
        return sum(1 << cell for cell, often in taken.items() if often >= OFTEN)


def _zone(room: Room) -> str:
    return room.zone or f"@{room.site_id}"


def _may_teach(stand: Stand, wish: CohortWish) -> bool:
    if wish.trainer is not None:
        return stand.id == wish.trainer.id
    return not wish.candidates or stand.id in wish.candidates


def _weekly(slot: Slot) -> tuple[int, int, str | None, str | None]:
    return slot.on.isoweekday(), slot.start, slot.classroom_id, slot.trainer_id
