"""A planning problem of one week, as the planner works on it: everything by number, cells as bits. Pure.

A *placing* is (day, start cell, venue, trainer) of one lesson, all indices. A *timetable* is one placing, or None, for
every lesson of the problem in its order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

MOVED_TIME, MOVED_VENUE, MOVED_TRAINER = 7, 3, 5
"""Costs against the published timetable."""
SUNDAY_INDEX = 6


class Placing(NamedTuple):
    """Where and with whom one lesson is."""

    day: int
    start: int
    venue: int
    trainer: int


Timetable = list[Placing | None]


@dataclass(frozen=True, slots=True)
class Venue:
    """A place to teach. ``open``: its cells of the week as bits."""

    id: str
    village: int
    capacity: int
    equipment: frozenset[str]
    open: int


@dataclass(frozen=True, slots=True)
class Trainer:
    """Who teaches. ``available``: cells of the week as bits; ``pay`` in yuan a lesson."""

    id: str
    home: int
    specialities: frozenset[str]
    available: int
    max_sessions_week: int
    max_days_week: int
    max_hours_day: int
    pay: int


@dataclass(frozen=True, slots=True)
class Cohort:
    """A class. ``hours``: cells a lesson; ``trainer`` None: the planner chooses."""

    id: str
    kind: str
    village: int
    speciality: str
    size: int
    needs: frozenset[str]
    hours: int
    per_week: int
    allowed: int
    venues: tuple[int, ...]
    trainer: int | None
    min_days_between: int


@dataclass(frozen=True, slots=True)
class Lock:
    """A lesson that must stay where it is."""

    cohort: int
    k: int
    day: int
    start: int
    venue: int


@dataclass(frozen=True, slots=True)
class Weights:
    """Soft costs of a kind of class: outside its village · on Sunday · at one of the edge starts · each further venue.

    A 开放教育 class is at home on Sunday morning; its Sunday costs nothing.
    """

    outside: int = 2
    sunday: int = 1
    edge: int = 1
    extra_venue: int = 3
    edge_starts: tuple[int, ...] = (0, 11)


USUAL = Weights()


@dataclass(frozen=True)
class Problem:
    """One week to plan. ``minutes``: start of each cell in minutes of the day; ``travel`` minutes between villages.

    ``cell_minutes``: length of a cell, 60 in ``kqtt-1``. ``weights`` by kind of class; a kind not named has the usual ones.
    """

    name: str
    days: tuple[str, ...]
    minutes: tuple[int, ...]
    blocks: tuple[tuple[int, int], ...]
    villages: tuple[str, ...]
    travel: tuple[tuple[int, ...], ...]
    venues: tuple[Venue, ...]
    trainers: tuple[Trainer, ...]
    cohorts: tuple[Cohort, ...]
    conflicts: tuple[tuple[int, int], ...]
    locks: tuple[Lock, ...]
    published: dict[tuple[int, int], Placing] = field(default_factory=dict)
    cell_minutes: int = 60
    weights: dict[str, Weights] = field(default_factory=dict)

    @cached_property
    def lessons(self) -> tuple[tuple[int, int], ...]:
        """(cohort, k) of every lesson; its place here is the lesson's number."""
        return tuple((c, k) for c, one in enumerate(self.cohorts) for k in range(one.per_week))

    @cached_property
    def number(self) -> dict[tuple[int, int], int]:
        """(cohort, k) → lesson number."""
        return {lesson: n for n, lesson in enumerate(self.lessons)}

    @cached_property
    def of_cohort(self) -> tuple[tuple[int, ...], ...]:
        """Lesson numbers of each cohort."""
        found: list[list[int]] = [[] for _ in self.cohorts]
        for n, (c, _) in enumerate(self.lessons):
            found[c].append(n)
        return tuple(map(tuple, found))

    @cached_property
    def rivals(self) -> tuple[tuple[int, ...], ...]:
        """Cohorts that share learners with each cohort."""
        found: list[set[int]] = [set() for _ in self.cohorts]
        for a, b in self.conflicts:
            if a != b:
                found[a].add(b)
                found[b].add(a)
        return tuple(tuple(sorted(one)) for one in found)

    @cached_property
    def lock_of(self) -> dict[int, Lock]:
        """Lesson number → its lock; of two locks on one lesson the first."""
        found: dict[int, Lock] = {}
        for lock in self.locks:
            found.setdefault(self.number[lock.cohort, lock.k], lock)
        return found

    @cached_property
    def published_of(self) -> dict[int, Placing]:
        """Lesson number → where it was published."""
        return {self.number[lesson]: placing for lesson, placing in self.published.items()}

    @property
    def cells(self) -> int:
        """Cells of a day."""
        return len(self.minutes)

    def bits(self, day: int, start: int, hours: int) -> int:
        """The cells a lesson takes."""
        return (1 << hours) - 1 << day * self.cells + start

    def in_block(self, start: int, hours: int) -> bool:
        """Whether a lesson lies whole in one block; without blocks anywhere in the day."""
        if not self.blocks:
            return start + hours <= self.cells
        return any(first <= start and start + hours <= end for first, end in self.blocks)

    @cached_property
    def starts(self) -> dict[int, tuple[int, ...]]:
        """Hours of a lesson → starts that lie in a block."""
        lengths = {one.hours for one in self.cohorts}
        return {
            hours: tuple(start for start in range(self.cells) if self.in_block(start, hours))
            for hours in lengths
        }

    @cached_property
    def candidates(self) -> tuple[tuple[int, ...], ...]:
        """Trainers who may teach each cohort: the given one, else all of the speciality."""
        return tuple(
            (one.trainer,) if one.trainer is not None else self._of_speciality(one.speciality)
            for one in self.cohorts
        )

    def _of_speciality(self, speciality: str) -> tuple[int, ...]:
        return tuple(t for t, one in enumerate(self.trainers) if speciality in one.specialities)

    def suits(self, cohort: Cohort, venue: Venue) -> bool:
        """Whether everybody finds a seat and what the class needs is there."""
        return venue.capacity >= cohort.size and cohort.needs <= venue.equipment

    def too_near(self, a_day: int, a_end: int, a_village: int, b_start: int, b_village: int) -> bool:
        """Whether the way from a lesson that ends before cell ``a_end`` to one at ``b_start`` takes too long."""
        gap = self.minutes[b_start] - self.end_of(a_end)
        return gap < self.travel[a_village][b_village]

    def clash_on_the_way(self, one: Placing, one_hours: int, other: Placing, other_hours: int) -> bool:
        """Whether one trainer cannot give both lessons of one day: they overlap, or the way between is too long."""
        if one.day != other.day:
            return False
        if one.start > other.start:
            one, one_hours, other, other_hours = other, other_hours, one, one_hours
        end = one.start + one_hours
        if end > other.start:
            return True
        here, there = self.venues[one.venue].village, self.venues[other.venue].village
        return here != there and self.too_near(one.day, end, here, other.start, there)

    def to_plain(self) -> list[Any]:
        """The problem as lists and numbers, for the pipe to a child process."""
        weights = [
            [kind, one.outside, one.sunday, one.edge, one.extra_venue, one.edge_starts]
            for kind, one in self.weights.items()
        ]
        frame = [
            self.name,
            self.days,
            self.minutes,
            self.blocks,
            self.villages,
            self.travel,
            self.cell_minutes,
            weights,
        ]
        return [
            frame,
            [[v.id, v.village, v.capacity, sorted(v.equipment), hex(v.open)] for v in self.venues],
            [[t.id, t.home, sorted(t.specialities), hex(t.available), t.max_sessions_week, t.max_days_week,
              t.max_hours_day, t.pay] for t in self.trainers],
            [[c.id, c.kind, c.village, c.speciality, c.size, sorted(c.needs), c.hours, c.per_week, hex(c.allowed),
              list(c.venues), c.trainer, c.min_days_between] for c in self.cohorts],
            self.conflicts, [[x.cohort, x.k, x.day, x.start, x.venue] for x in self.locks],
            [[c, k, *at] for (c, k), at in self.published.items()],
        ]  # fmt: skip

    @staticmethod
    def from_plain(raw: Sequence[Any]) -> "Problem":
        """The problem of ``to_plain``."""
        frame, venues, trainers, cohorts, conflicts, locks, published = raw
        name, days, minutes, blocks, villages, travel, cell_minutes, weights = frame
        return Problem(
            name, tuple(days), tuple(minutes), tuple(map(tuple, blocks)), tuple(villages), tuple(map(tuple, travel)),
            tuple(Venue(v[0], v[1], v[2], frozenset(v[3]), int(v[4], 16)) for v in venues),
            tuple(Trainer(t[0], t[1], frozenset(t[2]), int(t[3], 16), *t[4:]) for t in trainers),
            tuple(map(_cohort, cohorts)), tuple(map(tuple, conflicts)), tuple(Lock(*one) for one in locks),
            {(one[0], one[1]): Placing(*one[2:]) for one in published}, cell_minutes,
            {w[0]: Weights(w[1], w[2], w[3], w[4], tuple(w[5])) for w in weights},
        )  # fmt: skip

    def end_of(self, cell: int) -> int:
        """Minute of the day at which a lesson ends that ends before a cell."""
        return self.minutes[cell - 1] + self.cell_minutes

    def extra_venue(self, c: int) -> int:
        """What each further venue of a class costs."""
        return self.weights.get(self.cohorts[c].kind, USUAL).extra_venue

    def way_cost(self, trainer: int, village: int) -> int:
        """What a day of a trainer in a village costs."""
        return self.travel[self.trainers[trainer].home][village] // 10

    def lone_cost(self, n: int, at: Placing) -> int:
        """The soft cost of a lesson that hangs on nothing else, the change from what was published included."""
        cohort = self.cohorts[self.lessons[n][0]]
        weights = self.weights.get(cohort.kind, USUAL)
        cost = weights.outside * (self.venues[at.venue].village != cohort.village)
        cost += weights.sunday * (at.day == SUNDAY_INDEX) + weights.edge * (at.start in weights.edge_starts)
        if cohort.trainer is None:
            cost += self.trainers[at.trainer].pay // 30
        return cost + self.change_cost(n, at)

    def change_cost(self, n: int, at: Placing) -> int:
        """R-TIM-09: what a lesson's change from the published timetable costs; 0 when it was not published."""
        was = self.published_of.get(n)
        if was is None:
            return 0
        cost = MOVED_TIME * ((was.day, was.start) != (at.day, at.start))
        return cost + MOVED_VENUE * (was.venue != at.venue) + MOVED_TRAINER * (was.trainer != at.trainer)


def _cohort(raw: Sequence[Any]) -> Cohort:
    name, kind, village, speciality, size, needs, hours, per_week, allowed, venues, trainer, apart = raw
    return Cohort(
        name, kind, village, speciality, size, frozenset(needs), hours, per_week, int(allowed, 16), tuple(venues),
        trainer, apart,
    )  # fmt: skip


def soft_cost(problem: Problem, timetable: Sequence[Placing | None]) -> int:
    """R-TIM-08: the whole soft cost of a timetable; lessons without a place cost nothing here."""
    cost = 0
    venues: set[tuple[int, int]] = set()
    placed: set[int] = set()
    ways: set[tuple[int, int, int]] = set()
    for n, at in enumerate(timetable):
        if at is None:
            continue
        c = problem.lessons[n][0]
        cost += problem.lone_cost(n, at)
        venues.add((c, at.venue))
        placed.add(c)
        ways.add((at.trainer, at.day, problem.venues[at.venue].village))
    cost += sum(problem.extra_venue(c) for c, _ in venues) - sum(problem.extra_venue(c) for c in placed)
    return cost + sum(problem.way_cost(t, village) for t, _, village in ways)
