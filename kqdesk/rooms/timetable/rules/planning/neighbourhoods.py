"""Which lessons to set free together, so that a small search can better a timetable. Pure; chance comes in."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from random import Random

from kqdesk.rooms.timetable.rules.planning.problem import Problem, Timetable

Pick = Callable[[Problem, Timetable, Random], list[int]]


def of_trainers(problem: Problem, timetable: Timetable, rng: Random) -> list[int]:
    """All lessons of a trainer, then of trainers who use the same venues."""
    mine = _of_trainer(problem, timetable, rng.randrange(len(timetable)))
    wanted = Counter(v for n in mine for v in problem.cohorts[problem.lessons[n][0]].venues)
    others: dict[int, list[int]] = {}
    for n, at in enumerate(timetable):
        if at is not None and n not in mine:
            others.setdefault(at.trainer, []).append(n)
    near = {
        t: rng.random() * sum(wanted[at.venue] for n in found if (at := timetable[n]) is not None)
        for t, found in others.items()
    }
    return [*mine, *(n for t in sorted(near, key=lambda t: -near[t]) for n in others[t])]


def of_village(problem: Problem, timetable: Timetable, rng: Random) -> list[int]:
    """Lessons held in a village, then those of classes that could come there."""
    village = problem.cohorts[problem.lessons[rng.randrange(len(timetable))][0]].village
    here, could = [], []
    for n, at in enumerate(timetable):
        venues = problem.cohorts[problem.lessons[n][0]].venues
        if at is not None and problem.venues[at.venue].village == village:
            here.append(n)
        elif any(problem.venues[v].village == village for v in venues):
            could.append(n)
    rng.shuffle(here)
    rng.shuffle(could)
    return here + could


def of_days(problem: Problem, timetable: Timetable, rng: Random) -> list[int]:
    """Lessons of two days."""
    days = rng.sample(range(len(problem.days)), min(2, len(problem.days)))
    found = [n for n, at in enumerate(timetable) if at is None or at.day in days]
    rng.shuffle(found)
    return found


def around_trainer(problem: Problem, timetable: Timetable, rng: Random) -> list[int]:
    """All lessons of a trainer, then those that hold the venues in hours the trainer could come."""
    mine = _of_trainer(problem, timetable, rng.randrange(len(timetable)))
    venues = {v for n in mine for v in problem.cohorts[problem.lessons[n][0]].venues}
    at = timetable[mine[0]]
    hours = problem.trainers[at.trainer].available if at is not None else -1
    found = [
        n
        for n, other in enumerate(timetable)
        if other is not None
        and n not in mine
        and other.venue in venues
        and problem.bits(other.day, other.start, 1) & hours
    ]
    rng.shuffle(found)
    return mine + found


def at_random(problem: Problem, timetable: Timetable, rng: Random) -> list[int]:
    """Any lessons."""
    return rng.sample(range(len(timetable)), len(timetable))


KINDS: Sequence[Pick] = (of_trainers, of_village, of_days, around_trainer, at_random)


def _of_trainer(problem: Problem, timetable: Timetable, n: int) -> list[int]:
    at = timetable[n]
    if at is None:
        return [n]
    return [m for m, other in enumerate(timetable) if other is not None and other.trainer == at.trainer]


def trimmed(
    problem: Problem, ordered: Iterable[int], sizes: Sequence[int], budget: int, taken: frozenset[int]
) -> list[int]:
    """The first of them, with their classes' other lessons, until the options fill the budget; never one that is taken."""
    found: dict[int, None] = {}
    total = 0
    for n in ordered:
        if n in found:
            continue
        for m in problem.of_cohort[problem.lessons[n][0]]:
            if m not in taken and m not in found:
                found[m] = None
                total += sizes[m]
        if total >= budget:
            break
    return list(found)
