"""Betters a timetable piece by piece: some lessons are set free, a small exact search places them best, again and again. Pure.

Two threads work on pieces that have no lesson in common; the solver runs outside the interpreter's lock. What one finds
is laid over what stands by then and taken when it still fits and is not dearer. The clock comes in as an argument.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from time import sleep

from kqdesk.rooms.timetable.rules.planning.board import Board
from kqdesk.rooms.timetable.rules.planning.ideals import Ideals
from kqdesk.rooms.timetable.rules.planning.model import UNPLACED, WeekModel
from kqdesk.rooms.timetable.rules.planning.neighbourhoods import KINDS, trimmed
from kqdesk.rooms.timetable.rules.planning.options import Option
from kqdesk.rooms.timetable.rules.planning.problem import Placing, Problem, Timetable, soft_cost

SETTINGS = (
    "linearization_level:2 max_presolve_iterations:1 symmetry_level:0 cp_model_probing_level:0 "
    "presolve_bve_threshold:0 cp_model_use_sat_presolve:false presolve_inclusion_work_limit:0 cover_optimization:false"
)
"""The linear relaxation is nearly whole-numbered here: with it pieces are proven three times as fast as core-guided.
Most of the default presolve costs more than it saves."""

FIRST_BUDGET, LEAST_BUDGET, MOST_BUDGET = 1500, 300, 12_000  # options set free at once
QUICK, SLOW = 0.03, 0.12  # seconds a piece should take; it grows below and shrinks above
PATIENCE, MOST_PATIENCE = 20, 6
"""After so many tries without gain pieces may take twice as long, after twice as many thrice; and at most this many times."""
PIECE_SECONDS = 3.0
FIRST_WORTH, LEAST_WORTH, LEARNING = 40.0, 0.5, 0.2
"""Cost saved a second by each kind of neighbourhood, learnt on the way; even the worst is tried now and then."""
TRIES_WITHOUT_GAIN = 800
IDEALS_MORE = 16  # late in a search they alone still find something
AROUND_IDEALS = len(KINDS)
"""The kind of neighbourhood that starts from what a trainer's week costs more than his ideal."""


def full_cost(problem: Problem, timetable: Timetable) -> int:
    """The soft cost, and UNPLACED for each lesson without a place."""
    return soft_cost(problem, timetable) + UNPLACED * timetable.count(None)


def least_cost(problem: Problem, options: Sequence[Sequence[Option]]) -> int:
    """A bound by counting: every lesson as cheap as it could be alone, every trainer's cheapest way once."""
    alone = sum(min((one.cost for one in found), default=0) for found in options)
    ways: dict[int, int] = {}
    for found in options:
        trainers = {one.at.trainer for one in found}
        if len(trainers) == 1:
            t = trainers.pop()
            way = min(problem.way_cost(t, one.village) for one in found)
            ways[t] = max(ways.get(t, 0), way)
    return alone + sum(ways.values())


@dataclass
class Search:
    """One improvement under way; shared by its threads."""

    problem: Problem
    options: Sequence[Sequence[Option]]
    timetable: Timetable
    clock: Callable[[], float]
    until: float
    told: Callable[[Timetable, int], None] = lambda timetable, cost: None
    floor: int = 0
    cost: int = 0
    bound: int = 0
    pieces: int = 0
    _ideals: Ideals = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _taken: dict[int, frozenset[int]] = field(default_factory=dict)
    _budgets: list[float] = field(default_factory=list)
    _worth: list[float] = field(default_factory=list)
    _fruitless: int = 0
    _wrong: list[BaseException] = field(default_factory=list)

    def run(self, seed: int, threads: int = 2) -> Timetable:
        """Improve until the time is up, the floor is reached, or nothing has got better for long."""
        self.cost = full_cost(self.problem, self.timetable)
        self.bound = self.floor
        self._budgets = [float(FIRST_BUDGET)] * (len(KINDS) + 1)
        self._worth = [FIRST_WORTH] * (len(KINDS) + 1)
        self._ideals = Ideals(self.problem, self.options)
        workers = [
            threading.Thread(target=self._work, args=(n, Random(seed * 7919 + n)), daemon=True)
            for n in range(threads)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        if self._wrong:
            raise self._wrong[0]
        return self.timetable

    def _work(self, me: int, rng: Random) -> None:
        try:
            while not self._is_over():
                self._piece(me, rng)
        except BaseException as wrong:  # noqa: BLE001 -- raised again by the thread that waits
            self._wrong.append(wrong)

    def _is_over(self) -> bool:
        return (
            bool(self._wrong)
            or self.cost <= self.bound
            or self._fruitless > TRIES_WITHOUT_GAIN
            or self.clock() >= self.until
        )

    def _piece(self, me: int, rng: Random) -> None:
        """One small search, and what it found laid over what stands by then."""
        kind = rng.choices(range(len(self._worth)), self._worth)[0]
        free, before, cost = self._set_free(me, kind, rng)
        if not free:
            sleep(0.02)  # the other thread holds everything
            return
        began = self.clock()
        model = WeekModel(
            self.problem, self.options, _without(before, free), free, may_stay_out=None in before
        )
        seconds = min(PIECE_SECONDS, self.until - self.clock())
        answer = model.model.solve(seconds=seconds, seed=rng.randrange(1 << 30), settings=SETTINGS)
        took = self.clock() - began
        with self._lock:
            self.pieces += 1
            cost_now = self.cost
            if answer.values:
                self._lay_over(model.placings(answer), cost)
            self._taken.pop(me, None)
            self._adapt(kind, took, answer.is_proven)
            gain = (cost_now - self.cost) / max(took, 0.02)
            least = LEAST_WORTH * (IDEALS_MORE if kind == AROUND_IDEALS else 1)
            self._worth[kind] = max(least, (1 - LEARNING) * self._worth[kind] + LEARNING * gain)
            self.bound = max(self.bound, self._ideals.bound())
            if answer.is_proven and len(free) == len(before) and answer.values:
                self.bound = max(self.bound, answer.bound)  # everything was free: this is the best there is

    def _set_free(self, me: int, kind: int, rng: Random) -> tuple[list[int], Timetable, int]:
        """Lessons for a piece of this thread, none of them the other's; what stands now and its cost."""
        trainer: int | None = None
        if kind == AROUND_IDEALS:
            with self._lock:
                trainer = self._ideals.wanted(self.timetable, rng)
            if trainer is not None:
                self._ideals.reckon(trainer, rng, SETTINGS)  # outside the lock: it takes a while
        with self._lock:
            before, cost = list(self.timetable), self.cost
            others = frozenset().union(*(free for who, free in self._taken.items() if who != me))
            missing = [n for n, at in enumerate(before) if at is None and self.options[n]]
            rng.shuffle(missing)
            if trainer is not None:
                around = self._ideals.around(trainer, before, rng)
            else:
                around = KINDS[kind % len(KINDS)](self.problem, before, rng)
            free = trimmed(
                self.problem, missing[:3] + around, self._sizes(), int(self._budgets[kind]), others
            )
            self._taken[me] = frozenset(free)
        return free, before, cost

    def _sizes(self) -> list[int]:
        return [len(one) for one in self.options]

    def _adapt(self, kind: int, took: float, is_proven: bool) -> None:
        budget = self._budgets[kind]
        more = min(MOST_PATIENCE, 1 + self._fruitless / PATIENCE) * (2 if kind == AROUND_IDEALS else 1)
        if took < QUICK * more:
            budget *= 1.08
        elif took > SLOW * more or not is_proven:
            budget *= 0.9
        self._budgets[kind] = min(MOST_BUDGET, max(LEAST_BUDGET, budget))

    def _lay_over(self, placings: dict[int, Placing | None], cost_then: int) -> None:
        """Take the piece's placings into what stands now, when that is no worse and still fits."""
        new = list(self.timetable)
        for n, at in placings.items():
            new[n] = at
        cost = full_cost(self.problem, new)
        if cost > self.cost or not fits(self.problem, self.options, new):
            self._fruitless += 1
            return
        if cost < self.cost:
            self._fruitless = 0
            self.timetable, self.cost = new, cost
            self.told(new, cost)
        else:
            self._fruitless += 1
            self.timetable = new


def _without(timetable: Timetable, free: Sequence[int]) -> Timetable:
    """The free lessons without a hint: the search then comes to another week as cheap, and the next piece to a new start."""
    loose = set(free)
    return [None if n in loose else at for n, at in enumerate(timetable)]


def fits(problem: Problem, options: Sequence[Sequence[Option]], timetable: Timetable) -> bool:
    """Whether the lessons of a timetable stand together without a clash. ``options`` decided what each may be alone."""
    board = Board(problem)
    for n, at in enumerate(timetable):
        if at is None:
            continue
        bits = problem.bits(at.day, at.start, problem.cohorts[problem.lessons[n][0]].hours)
        if not board.fits(n, Option(at, bits, problem.venues[at.venue].village, 0)):
            return False
        board.put(n, at)
    return True
