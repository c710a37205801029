"""The far side of the planner: runs in its own process, sends every better timetable, then the result."""

from collections.abc import Sequence
from time import monotonic
from typing import Any

from kqdesk.kernel.child import Outlet
from kqdesk.rooms.timetable.rules.planning.explain import placed_or_explained
from kqdesk.rooms.timetable.rules.planning.facts import sentences
from kqdesk.rooms.timetable.rules.planning.improve import Search, least_cost
from kqdesk.rooms.timetable.rules.planning.options import all_options
from kqdesk.rooms.timetable.rules.planning.problem import Problem, Timetable, soft_cost
from kqdesk.rooms.timetable.rules.planning.repair import repair
from kqdesk.rooms.timetable.rules.planning.solution import packed, unpacked

REPAIR_S = 4.5  # seconds a repair may take when nothing is proven; "look wider" lifts it
EXPLAIN_SHARE = 0.8  # of the time may go into placing or explaining what has no place
EXPLAIN_S, EXPLAIN_SQUARE_S = 0.1, 2.2e-5
"""Seconds of explaining at most, and more for each pair of lessons: 0.4 seconds for 117 of them, not quite two for 284."""

UNPROVEN = "在给定时间内没有找到位置；与它有关的条件如下，放宽一个再排。"


def plan_in_child(request: Sequence[Any], outlet: Outlet) -> dict[str, Any]:
    """``request``: problem, first timetable, seconds, seed, whether to go on when lessons are impossible."""
    began = monotonic()
    plain, start, seconds, seed, keep_going = request
    problem, timetable = Problem.from_plain(plain), unpacked(start)
    options = all_options(problem)
    until = began + seconds

    def told(better: Timetable, cost: int) -> None:
        outlet.part({"timetable": packed(better), "cost": cost})
        outlet.progress(int((monotonic() - began) * 10), max(1, int(seconds * 10)), f"目前最好 {cost}")

    outlet.progress(0, max(1, int(seconds * 10)), "")
    reasons: dict[int, list[str]] = {}
    relaxations: list[Any] = []
    explained_at = monotonic()
    if None in timetable:
        longest = EXPLAIN_S + EXPLAIN_SQUARE_S * len(timetable) ** 2
        end = began + min(seconds * EXPLAIN_SHARE, longest)
        timetable, found = placed_or_explained(
            problem, options, timetable, clock=monotonic, until=end, seed=seed
        )
        told(timetable, soft_cost(problem, timetable))
        reasons = {n: [one.sentence for one in facts] for n, facts in found.items()}
        relaxations = [one.as_json() for facts in found.values() for one in facts if one.relaxation]
        explained_at = monotonic()
    bound: int | None = None
    if problem.published:
        end = until if keep_going else min(until, monotonic() + REPAIR_S)
        timetable, bound = repair(
            problem, options, timetable, clock=monotonic, until=end, seed=seed, told=told
        )
    elif None not in timetable or keep_going or not _all_explained(timetable, reasons):
        floor = least_cost(problem, options)
        search = Search(problem, options, timetable, monotonic, until, told, floor)
        timetable = search.run(seed)
        bound = search.bound
    for n, at in enumerate(timetable):
        if at is None and n not in reasons:
            reasons[n] = [UNPROVEN, *(one.sentence for one in sentences(problem, n, ()))]
    return {
        "timetable": packed(timetable), "bound": bound if None not in timetable else None,
        "reasons": [[n, reasons[n]] for n in sorted(reasons) if timetable[n] is None], "relaxations": relaxations,
        "after_reasons_s": monotonic() - explained_at,
    }  # fmt: skip


def _all_explained(timetable: Timetable, reasons: dict[int, list[str]]) -> bool:
    return all(at is not None or n in reasons for n, at in enumerate(timetable))
