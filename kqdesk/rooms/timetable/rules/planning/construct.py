"""A first full timetable by ejection chains: the hardest lesson first, what is in its way goes out and is placed again. Pure.

The idea is that of FET (recursive swapping); the choice here also looks at the soft cost, a lesson that was pushed out
often weighs more, and a chain that does not end is taken back, so that no lesson is lost for another.
"""

from collections import deque
from collections.abc import Callable, Collection, Sequence
from random import Random

from kqdesk.rooms.timetable.rules.planning.board import Board
from kqdesk.rooms.timetable.rules.planning.options import Option
from kqdesk.rooms.timetable.rules.planning.problem import Problem, Timetable

CHAINS = (120, 240)
"""Placings one lesson may set off before it is left out; longer when it is tried again."""
ATTEMPTS = 12


def construct(
    problem: Problem,
    options: Sequence[Sequence[Option]],
    rng: Random,
    *,
    is_time_up: Callable[[], bool] = lambda: False,
    start: Timetable | None = None,
    doubtful: Collection[int] = (),
) -> Timetable:
    """The fullest timetable found; lessons without options, or without luck, have None.

    ``start``: placings to begin with; those that do not fit any more are placed anew. ``doubtful``: lessons of which
    counting shows that not all can have a place; no chain is set off for them.
    """
    best: Timetable = []
    for attempt in range(ATTEMPTS):
        found = _attempt(problem, options, rng, is_time_up, start, 0.3 * attempt, doubtful)
        if not best or found.count(None) < best.count(None):
            best = found
        missing = {n for n, at in enumerate(best) if at is None and options[n]}
        if missing <= set(doubtful) or is_time_up():
            break
    return best


def _attempt(
    problem: Problem,
    options: Sequence[Sequence[Option]],
    rng: Random,
    is_time_up: Callable[[], bool],
    start: Timetable | None,
    disorder: float,
    doubtful: Collection[int],
) -> Timetable:
    """One timetable from the beginning. ``disorder``: how far the order may leave "hardest first"."""
    board = Board(problem)
    late = []
    for n in _first(board, options, start, rng, disorder):
        option = _cheapest(board, n, options[n])
        if option is None:
            late.append(n)
        else:
            board.put(n, option.at)
    weight = [1] * len(options)
    late = [n for n in late if n not in doubtful]
    for length in CHAINS:
        left = []
        for n in late:
            if is_time_up():
                return list(board.timetable)
            kept = list(board.timetable)
            if not _chain(board, n, options, weight, rng, length):
                board = _again(problem, kept)
                left.append(n)
        if not left:
            break
        late = left
        rng.shuffle(late)
    return list(board.timetable)


def _chain(
    board: Board, n: int, options: Sequence[Sequence[Option]], weight: list[int], rng: Random, length: int
) -> bool:
    """Place a lesson, push out what is in its way, place that, and so on; False when it does not end."""
    waiting = deque([n])
    for _ in range(length):
        if not waiting:
            break
        m = waiting.popleft()
        option = _cheapest(board, m, options[m])
        if option is None:
            option, gone = _least_pushing(board, m, options[m], weight, rng)
            for other in gone:
                weight[other] += 1
                board.take(other)
                waiting.append(other)
        board.put(m, option.at)
    return not waiting


def _again(problem: Problem, timetable: Timetable) -> Board:
    """A board as it was."""
    board = Board(problem)
    for n, at in enumerate(timetable):
        if at is not None:
            board.put(n, at)
    return board


def _first(
    board: Board, options: Sequence[Sequence[Option]], start: Timetable | None, rng: Random, disorder: float
) -> list[int]:
    """Put what is given; the rest waits, lessons with the fewest options first."""
    for n, at in enumerate(start or ()):
        found = next((one for one in options[n] if one.at == at), None)
        if found is not None and board.fits(n, found):
            board.put(n, found.at)
    waiting = [n for n in board.unplaced if options[n]]
    return sorted(waiting, key=lambda n: (len(options[n]) * (1 + disorder * rng.random()), n))


def _cheapest(board: Board, n: int, options: Sequence[Option]) -> Option | None:
    """The fitting option that adds least; options come cheapest first, so the look ends early."""
    best: Option | None = None
    least = 1 << 30
    for option in options:
        if option.cost >= least:
            break
        if board.fits(n, option):
            cost = board.added_cost(n, option)
            if cost < least:
                best, least = option, cost
    return best


def _least_pushing(
    board: Board, n: int, options: Sequence[Option], weight: Sequence[int], rng: Random
) -> tuple[Option, set[int]]:
    """The option that pushes out the lightest lessons; among equals by chance."""
    best: list[tuple[Option, set[int]]] = []
    least = 1 << 60
    for option in options:
        gone = board.blockers(n, option)
        heavy = sum(weight[m] for m in gone)
        if heavy < least:
            best, least = [(option, gone)], heavy
        elif heavy == least:
            best.append((option, gone))
    return rng.choice(best)
