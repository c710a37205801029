"""A lesson without a place: either it finds one after all, or it is said why there is none. Pure; the clock comes in.

Counting comes first. Then rings around the lesson: when the lessons of a ring have no room even alone, nothing else
matters, and the smallest set of facts that proves it makes the sentences; when they fit among the others, it is placed.
"""

from collections.abc import Callable, Collection, Sequence

from kqdesk.rooms.timetable.rules.planning.arithmetic import counted
from kqdesk.rooms.timetable.rules.planning.core import lessons_of, lone_core, smallest_core
from kqdesk.rooms.timetable.rules.planning.facts import MOST_SENTENCES, Fact, Reason, sentences
from kqdesk.rooms.timetable.rules.planning.improve import SETTINGS
from kqdesk.rooms.timetable.rules.planning.model import WeekModel
from kqdesk.rooms.timetable.rules.planning.options import Option
from kqdesk.rooms.timetable.rules.planning.problem import Placing, Problem, Timetable
from kqdesk.rooms.timetable.rules.planning.rings import rings

FULLER_S = 0.4  # seconds to find out whether other lessons had better stay out
SAME_CAUSE = 3  # cores of other lessons tried on one
CORE_S = 1.5  # seconds for the smallest core of one lesson


def placed_or_explained(
    problem: Problem,
    options: Sequence[Sequence[Option]],
    timetable: Timetable,
    *,
    clock: Callable[[], float],
    until: float,
    seed: int = 1,
) -> tuple[Timetable, dict[int, list[Reason]]]:
    """A timetable with as many of the missing lessons as can be added, and the reasons of the others, proven.

    A lesson for which time ran out has no reasons.
    """
    by_count = counted(problem)
    now = _fuller(problem, options, timetable, min(FULLER_S, (until - clock()) / 4), seed)
    reasons: dict[int, list[Reason]] = {}
    cores: list[tuple[int, list[Fact]]] = []
    missing = sorted((n for n, at in enumerate(now) if at is None), key=lambda n: (bool(options[n]), n))
    for place, n in enumerate(missing):
        twin = _twin(problem, n, reasons)
        if twin is not None:
            reasons[n] = reasons[twin]
            continue
        share = min(until, clock() + 2 * (until - clock()) / max(1, len(missing) - place))
        found = _one_lesson(problem, options, now, n, clock, share, seed, cores, is_counted=n in by_count)
        if isinstance(found, list):
            reasons[n] = _joined(by_count.get(n, []), found)
        elif found is not None:
            now = [found.get(m, at) for m, at in enumerate(now)]
        elif n in by_count:
            reasons[n] = _joined(by_count[n], sentences(problem, n, ()))
    return now, reasons


def _twin(problem: Problem, n: int, explained: Collection[int]) -> int | None:
    """A lesson of the same class that is explained: what shuts out one shuts out the other, unless one is locked."""
    if n in problem.lock_of:
        return None
    lessons = problem.of_cohort[problem.lessons[n][0]]
    return next((m for m in lessons if m in explained and m not in problem.lock_of), None)


def _fuller(
    problem: Problem, options: Sequence[Sequence[Option]], timetable: Timetable, seconds: float, seed: int
) -> Timetable:
    """With more lessons in place, when several are missing and it only matters which: among those around them."""
    now = list(timetable)
    missing = [n for n, at in enumerate(now) if at is None and options[n]]
    if len(missing) < 2 or seconds <= 0:
        return now
    around = rings(problem, options, now, missing)
    next(around)
    ring = next(around, frozenset(missing))
    model = WeekModel(problem, options, now, ring, may_stay_out=True, only_placing=True)
    answer = model.model.solve(seconds=seconds, seed=seed, settings=SETTINGS)
    if answer.values and answer.cost < len(missing):
        for n, at in model.placings(answer).items():
            now[n] = at
    return now


def _joined(first: Sequence[Reason], then: Sequence[Reason]) -> list[Reason]:
    found: dict[str, Reason] = {}
    for one in (*first, *then):
        found.setdefault(one.sentence, one)
    return list(found.values())[:MOST_SENTENCES]


def _one_lesson(
    problem: Problem,
    options: Sequence[Sequence[Option]],
    now: Timetable,
    n: int,
    clock: Callable[[], float],
    until: float,
    seed: int,
    cores: list[tuple[int, list[Fact]]],
    *,
    is_counted: bool,
) -> dict[int, Placing | None] | list[Reason] | None:
    """New placings with the lesson among them, or the reasons why there are none, or None when time ran out.

    ``cores``: lessons explained before with what was in their way; often it is in the way of this one too.
    """
    if not options[n]:
        return sentences(problem, n, () if is_counted else lone_core(problem, n))
    if not is_counted and (known := _same_cause(problem, now, n, cores, clock, until)) is not None:
        return sentences(problem, n, known)
    for ring in rings(problem, options, now, [n]):
        if clock() >= until:
            return None
        lonely = [at if m in ring else None for m, at in enumerate(now)]
        alone = WeekModel(problem, options, lonely, ring, only_placing=True)
        if (
            alone.hopeless
            or alone.model.solve(seconds=until - clock(), seed=seed, settings=SETTINGS).status == "INFEASIBLE"
        ):
            if is_counted:
                return sentences(problem, n, ())
            core = smallest_core(problem, ring, n, clock=clock, until=min(until, clock() + CORE_S))
            if core:
                cores.append((n, core))
            return sentences(problem, n, core or ())
        among = WeekModel(problem, options, now, ring, only_placing=True)
        if not among.hopeless and clock() < until:
            answer = among.model.solve(seconds=until - clock(), seed=seed, settings=SETTINGS)
            if answer.values:
                return among.placings(answer)
    return None


def _same_cause(
    problem: Problem,
    now: Timetable,
    n: int,
    cores: Sequence[tuple[int, list[Fact]]],
    clock: Callable[[], float],
    until: float,
) -> list[Fact] | None:
    """What is in the way of this lesson, when it is what was in the way of one before; the latest are tried first."""
    c = problem.lessons[n][0]
    venues = set(problem.cohorts[c].venues)
    for other, core in cores[: -SAME_CAUSE - 1 : -1]:
        shut = {who for kind, who, _ in core if kind in ("open", "one_venue")}
        taught = {who for kind, who, _ in core if kind in ("free", "one_trainer")}
        if not (shut & venues or taught & set(problem.candidates[c])) or clock() >= until:
            continue
        lessons = {m for m in lessons_of(core) if m != other and now[m] is not None}
        found = smallest_core(problem, {*lessons, n}, n, clock=clock, until=min(until, clock() + CORE_S))
        if found:
            return found
    return None
