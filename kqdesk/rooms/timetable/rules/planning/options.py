"""Where each lesson could be if it were alone: every placing that no fact of the problem forbids. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from kqdesk.rooms.timetable.rules.planning.problem import Placing, Problem


@dataclass(frozen=True, slots=True)
class Option:
    """One placing of one lesson with what it takes: cells as bits, the village, its lone cost."""

    at: Placing
    bits: int
    village: int
    cost: int


def options_of(problem: Problem, n: int) -> list[Option]:
    """Every placing of a lesson, cheapest first; a locked lesson has one."""
    cohort = problem.cohorts[problem.lessons[n][0]]
    lock = problem.lock_of.get(n)
    found = []
    for at, bits in _alone(problem, n):
        if lock is None or (at.day, at.start, at.venue) == (lock.day, lock.start, lock.venue):
            village = problem.venues[at.venue].village
            way = problem.way_cost(at.trainer, village)
            found.append((problem.lone_cost(n, at), way, at, bits, village))
    if cohort.trainer is None:
        found.sort(key=lambda one: (one[0] + one[1], one[2]))
    else:
        found.sort()
    return [Option(at, bits, village, cost) for cost, _, at, bits, village in found]


def _alone(problem: Problem, n: int) -> Iterator[tuple[Placing, int]]:
    c = problem.lessons[n][0]
    cohort = problem.cohorts[c]
    venues = [v for v in cohort.venues if problem.suits(cohort, problem.venues[v])]
    for trainer in problem.candidates[c]:
        able = problem.trainers[trainer]
        if cohort.speciality not in able.specialities or able.max_hours_day < cohort.hours:
            continue
        cells = cohort.allowed & able.available
        for day in range(len(problem.days)):
            for start in problem.starts[cohort.hours]:
                bits = problem.bits(day, start, cohort.hours)
                if bits & cells != bits:
                    continue
                for venue in venues:
                    if bits & problem.venues[venue].open == bits:
                        yield Placing(day, start, venue, trainer), bits


def all_options(problem: Problem) -> list[list[Option]]:
    """The options of every lesson. Lessons of one class share their list unless one is locked or published."""
    found: list[list[Option]] = []
    free: dict[int, list[Option]] = {}
    for n, (c, _) in enumerate(problem.lessons):
        if n in problem.lock_of or n in problem.published_of:
            found.append(options_of(problem, n))
        else:
            if c not in free:
                free[c] = options_of(problem, n)
            found.append(free[c])
    return found
