"""One planning from start to end: a first timetable, then in a child process the repair or the improvement. Pure but for the child."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from kqdesk.kernel.child import ChildError, stream_child
from kqdesk.kernel.errors import Cancelled
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.rooms.timetable.rules.planning.arithmetic import counted
from kqdesk.rooms.timetable.rules.planning.construct import construct
from kqdesk.rooms.timetable.rules.planning.options import Option, all_options
from kqdesk.rooms.timetable.rules.planning.problem import Problem, Timetable, soft_cost
from kqdesk.rooms.timetable.rules.planning.solution import Plan, packed, unpacked

MEMORY_MB, SPARE_S = 4096, 30
CONSTRUCT_S, CONSTRUCT_LESSON_S = 0.1, 1.5e-3
"""Seconds of constructing at most, and more a lesson; what is missing then is searched for exactly, in the child."""
CHILD_END_S = 0.35  # the child must be heard before the time is up


def plan_week(
    problem: Problem,
    *,
    seconds: float,
    clock: Callable[[], float],
    began: float,
    seed: int = 1,
    keep_going: bool = False,
    progress: Progress = Quiet(),
    told: Callable[[Timetable, int], None] = lambda timetable, cost: None,
) -> Plan:
    """Plan a problem within ``seconds`` counted from ``began`` on ``clock``.

    ``told`` hears every better timetable with its cost. Cancelling, by ``progress`` or a signal, ends the search and
    keeps the best so far. ``keep_going``: better the rest even when some lessons are proven impossible.
    """
    options = all_options(problem)
    first = first_timetable(problem, options, seconds=seconds, clock=clock, seed=seed)
    plan = Plan(first)
    if plan.is_full:
        plan.first_full_s = round(clock() - began, 3)
    told(first, soft_cost(problem, first))
    left = began + seconds - clock() - CHILD_END_S
    if left > 0.05 and problem.lessons:
        _follow_child(problem, plan, left, seed, keep_going, clock, began, progress, told)
    plan.seconds = clock() - began
    return plan


def first_timetable(
    problem: Problem,
    options: Sequence[Sequence[Option]],
    *,
    seconds: float,
    clock: Callable[[], float],
    seed: int,
) -> Timetable:
    """The constructor's timetable; the published one, where it still stands, is its beginning."""
    end = clock() + min(CONSTRUCT_S + CONSTRUCT_LESSON_S * len(problem.lessons), seconds / 3)
    start: Timetable | None = None
    if problem.published:
        start = [problem.published.get(lesson) for lesson in problem.lessons]
    doubtful = counted(problem)
    return construct(
        problem, options, Random(seed), is_time_up=lambda: clock() >= end, start=start, doubtful=doubtful
    )


def _follow_child(
    problem: Problem,
    plan: Plan,
    left: float,
    seed: int,
    keep_going: bool,
    clock: Callable[[], float],
    began: float,
    progress: Progress,
    told: Callable[[Timetable, int], None],
) -> None:
    """Take over what the child finds, part by part; whatever ends it, the best so far stays in ``plan``."""
    request = [problem.to_plain(), packed(plan.timetable), left, seed, keep_going]
    parts = stream_child(
        "plan-week", request, memory_mb=MEMORY_MB, cpu_s=int(left * 3) + SPARE_S, wall_s=left + SPARE_S, progress=progress
    )  # fmt: skip
    try:
        while True:
            part = next(parts)
            plan.timetable = unpacked(part["timetable"])
            if plan.is_full and plan.first_full_s is None:
                plan.first_full_s = round(clock() - began, 3)
            told(plan.timetable, part["cost"])
    except StopIteration as end:
        _take_result(plan, end.value, clock() - began)
    except (Cancelled, KeyboardInterrupt):
        parts.close()
    except ChildError:
        if not plan.is_full:
            raise


def _take_result(plan: Plan, result: dict[str, Any], now: float) -> None:
    plan.timetable = unpacked(result["timetable"])
    plan.bound = result["bound"]
    plan.reasons = {int(n): list(reasons) for n, reasons in result["reasons"]}
    plan.relaxations = list(result["relaxations"])
    if plan.is_full and plan.first_full_s is None:
        plan.first_full_s = round(now, 3)
    if plan.reasons:
        plan.explained_s = now - result["after_reasons_s"]
