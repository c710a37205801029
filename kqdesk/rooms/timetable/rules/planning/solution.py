"""``kqtt-solution-1``: a timetable as it is written to a file or sent between processes, and read back. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kqdesk.kernel.errors import InputFaults
from kqdesk.rooms.timetable.rules.planning.faults import Faults
from kqdesk.rooms.timetable.rules.planning.problem import Placing, Problem, Timetable, soft_cost
from kqdesk.rooms.timetable.rules.planning.reading import read_lessons

SOLUTION = "kqtt-solution-1"


@dataclass
class Plan:
    """What the planner came to. ``bound``: no timetable with these lessons placed costs less; None when nothing is known.

    ``reasons``: lesson number → why it has no place. ``first_full_s``: seconds until every lesson had a place, None if never.
    """

    timetable: Timetable
    bound: int | None = None
    first_full_s: float | None = None
    seconds: float = 0.0
    explained_s: float | None = None
    reasons: dict[int, list[str]] = field(default_factory=dict)
    relaxations: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        """Whether every lesson has a place."""
        return None not in self.timetable


NOT_FOUND = "在给定时间内没有找到位置，也没有证明排不进去。请加长时间再排，或放宽一个条件。"


def written(problem: Problem, plan: Plan) -> dict[str, Any]:
    """The plan as JSON."""
    lessons, unplaced = [], []
    for n, at in enumerate(plan.timetable):
        c, k = problem.lessons[n]
        one: dict[str, Any] = {"class": problem.cohorts[c].id, "k": k}
        if at is None:
            unplaced.append({**one, "reasons": plan.reasons.get(n) or [NOT_FOUND]})
        else:
            lessons.append({
                **one, "day": at.day, "start": at.start, "venue": problem.venues[at.venue].id,
                "trainer": problem.trainers[at.trainer].id,
            })  # fmt: skip
    told: dict[str, Any] = {
        "format": SOLUTION, "lessons": lessons, "unplaced": unplaced, "cost": soft_cost(problem, plan.timetable),
        "bound": plan.bound, "first_full_s": plan.first_full_s, "seconds": round(plan.seconds, 3),
    }  # fmt: skip
    if plan.explained_s is not None:
        told["explained_s"] = round(plan.explained_s, 3)
    if plan.relaxations:
        told["relaxations"] = plan.relaxations
    return told


def read_solution(problem: Problem, raw: Any) -> tuple[Timetable, Mapping[str, Any]]:
    """The timetable of a solution and the solution itself. InputFaults with every fault when it does not fit the problem."""
    faults = Faults()
    found = read_lessons(problem, raw, faults, "solution")
    if faults.found:
        count = len(faults.found) + faults.more
        raise InputFaults(f"课表文件有 {count} 处与题目对不上，没有核对：", faults.found)
    return [found.get(lesson) for lesson in problem.lessons], raw


def packed(timetable: Sequence[Placing | None]) -> list[list[int] | None]:
    """A timetable for the pipe."""
    return [list(at) if at is not None else None for at in timetable]


def unpacked(raw: Sequence[Sequence[int] | None]) -> Timetable:
    """A timetable from the pipe."""
    return [Placing(*at) if at is not None else None for at in raw]
