"""A published timetable that does not hold any more, mended with as little change as possible. Pure; the clock comes in.

One thread widens rings around the damage, everything else frozen where it was published; the other takes the whole
week, so that the best may be proven. Whichever proves it ends both.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from kqdesk.rooms.timetable.rules.planning.board import Board
from kqdesk.rooms.timetable.rules.planning.improve import SETTINGS
from kqdesk.rooms.timetable.rules.planning.model import WeekModel
from kqdesk.rooms.timetable.rules.planning.options import Option
from kqdesk.rooms.timetable.rules.planning.problem import Placing, Problem, Timetable, soft_cost
from kqdesk.rooms.timetable.rules.planning.rings import rings


def repair(
    problem: Problem,
    options: Sequence[Sequence[Option]],
    timetable: Timetable,
    *,
    clock: Callable[[], float],
    until: float,
    seed: int = 1,
    told: Callable[[Timetable, int], None] = lambda timetable, cost: None,
) -> tuple[Timetable, int | None]:
    """The cheapest repair found and its bound: equal to its cost when nothing cheaper exists.

    ``timetable``: a first one; lessons it has no place for stay out.
    """
    mending = _Mending(problem, options, timetable, clock, until, told)
    whole = threading.Thread(target=mending.whole, args=(seed,), daemon=True)
    whole.start()
    mending.widen(seed)
    whole.join()
    if mending.wrong:
        raise mending.wrong[0]
    return mending.best, mending.bound


def standing(problem: Problem, options: Sequence[Sequence[Option]]) -> Timetable:
    """The published lessons that can stay where they were; the damaged ones and those never published have None."""
    board = Board(problem)
    for n in sorted(problem.published_of, key=lambda n: (n not in problem.lock_of, n)):
        at = problem.published_of[n]
        found = next((one for one in options[n] if one.at == at), None)
        if found is not None and board.fits(n, found):
            board.put(n, at)
    return board.timetable


class _Mending:
    """What both threads know: the best so far, the bound, and whether it is over."""

    def __init__(
        self,
        problem: Problem,
        options: Sequence[Sequence[Option]],
        timetable: Timetable,
        clock: Callable[[], float],
        until: float,
        told: Callable[[Timetable, int], None],
    ) -> None:
        self.problem, self.options, self.clock, self.until, self.told = problem, options, clock, until, told
        self.best, self.cost = timetable, self._cost(timetable)
        self.bound: int | None = None
        self.wrong: list[BaseException] = []
        self._lock = threading.Lock()
        self._searches: list[Any] = []
        self._is_over = False
        self._out = {n for n, at in enumerate(timetable) if at is None}

    def _cost(self, timetable: Timetable) -> int:
        return soft_cost(self.problem, timetable) + 1000 * timetable.count(None)

    def widen(self, seed: int) -> None:
        """Ring after ring, each by itself the best for its size."""
        placed = standing(self.problem, self.options)
        placed = [None if n in self._out else at for n, at in enumerate(placed)]
        damaged = [n for n, at in enumerate(placed) if at is None and n not in self._out]
        for ring in rings(self.problem, self.options, placed, damaged):
            if self._is_over or self.clock() >= self.until or len(ring) + len(self._out) >= len(placed):
                return
            base = [None if n in ring else at for n, at in enumerate(placed)]
            hinted = [self.best[n] if n in ring else at for n, at in enumerate(base)]
            self._solve(WeekModel(self.problem, self.options, hinted, ring), base, seed)

    def whole(self, seed: int) -> None:
        """The whole week at once; proves the best."""
        try:
            free = [n for n in range(len(self.best)) if n not in self._out]
            model = WeekModel(self.problem, self.options, self.best, free)
            answer = self._solve(model, [None] * len(self.best), seed, offers=True)
            with self._lock:
                if answer.status == "OPTIMAL" or (answer.values and answer.bound > 0):
                    self.bound = answer.bound
                self._is_over = self._is_over or answer.is_proven
                for search in self._searches if self._is_over else ():
                    search.stop_search()
        except BaseException as wrong:  # noqa: BLE001 -- raised again by the thread that waits
            self.wrong.append(wrong)

    def _solve(
        self, model: WeekModel, base: Sequence[Placing | None], seed: int, *, offers: bool = False
    ) -> Any:
        def better(values: Sequence[int], cost: int) -> None:
            self._offer(base, model.placings_of(values))

        answer = model.model.solve(
            seconds=self.until - self.clock(), seed=seed, settings=SETTINGS,
            on_better=better if offers else None, handle=self._searches.append,
        )  # fmt: skip
        if answer.values:
            self._offer(base, model.placings_of(answer.values))
        return answer

    def _offer(self, base: Sequence[Placing | None], placings: dict[int, Placing | None]) -> None:
        new = list(base)
        for n, at in placings.items():
            new[n] = at
        cost = self._cost(new)
        with self._lock:
            if cost < self.cost:
                self.best, self.cost = new, cost
                self.told(new, soft_cost(self.problem, new))
