"""Rings of lessons around some lessons: first those that stand in their way, then those in the way of these. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from kqdesk.rooms.timetable.rules.planning.options import Option
from kqdesk.rooms.timetable.rules.planning.problem import Placing, Problem


def rings(
    problem: Problem,
    options: Sequence[Sequence[Option]],
    placed: Sequence[Placing | None],
    first: Iterable[int],
) -> Iterator[frozenset[int]]:
    """Growing sets of lessons; the last holds all that are placed, and the first ones."""
    ring = _with_classes(problem, placed, set(first), set(first))
    everything = {n for n, at in enumerate(placed) if at is not None} | ring
    yield frozenset(ring)
    while ring != everything:
        wider = ring | _in_the_way(problem, options, placed, ring)
        wider = _with_classes(problem, placed, wider, ring)
        if wider == ring:
            wider = everything
        ring = wider
        yield frozenset(ring)


def _with_classes(
    problem: Problem, placed: Sequence[Placing | None], ring: set[int], kept: set[int]
) -> set[int]:
    """With the other lessons of their classes that have a place."""
    classes = {problem.lessons[n][0] for n in ring}
    return ring | kept | {m for c in classes for m in problem.of_cohort[c] if placed[m] is not None}


def _in_the_way(
    problem: Problem, options: Sequence[Sequence[Option]], placed: Sequence[Placing | None], ring: set[int]
) -> set[int]:
    """Placed lessons that hold a trainer, a venue or learners in a cell that a lesson of the ring could use."""
    trainers = [0] * len(problem.trainers)
    venues = [0] * len(problem.venues)
    classes = [0] * len(problem.cohorts)
    for n in ring:
        for option in options[n]:
            trainers[option.at.trainer] |= option.bits
            venues[option.at.venue] |= option.bits
            classes[problem.lessons[n][0]] |= option.bits
    found = set()
    for m, at in enumerate(placed):
        if at is None or m in ring:
            continue
        c = problem.lessons[m][0]
        bits = problem.bits(at.day, at.start, problem.cohorts[c].hours)
        rivals = 0
        for rival in problem.rivals[c]:
            rivals |= classes[rival]
        if bits & (trainers[at.trainer] | venues[at.venue] | rivals):
            found.add(m)
    return found
