"""自动排课: choose cohorts, watch the plan get better, compare before and after, take it as one act or leave it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from time import monotonic
from typing import Any

from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.kernel.errors import Cancelled, UserError
from kqdesk.kernel.progress import Progress
from kqdesk.rooms.timetable import queries
from kqdesk.rooms.timetable.actions import LessonDraft, PlannedMove
from kqdesk.rooms.timetable.queries import PlanOrder
from kqdesk.rooms.timetable.rules.planning.planner import plan_week
from kqdesk.rooms.timetable.rules.planning.problem import Timetable
from kqdesk.rooms.timetable.rules.planning.solution import NOT_FOUND
from kqdesk.rooms.timetable.rules.term.compare import Compared, compared
from kqdesk.rooms.timetable.rules.term.dates import dated
from kqdesk.rooms.timetable.rules.term.week import Week
from kqdesk.rooms.timetable.rules.term.wish import CohortWish, Task


@dataclass(frozen=True)
class Draft:
    """A plan that could be taken over."""

    task: Task
    rows: tuple[Compared, ...]
    cost: int

    @property
    def puts(self) -> list[LessonDraft]:
        """New lessons."""
        wishes = {wish.id: wish for wish in self.task.wishes}
        return [
            LessonDraft(
                slot.cohort_id, slot.on, slot.start, slot.end, wishes[row.cohort_id].study_hours, slot.trainer_id,
                slot.site_id, slot.classroom_id,
            )
            for row in self.rows
            for slot in row.puts
        ]  # fmt: skip

    @property
    def moves(self) -> list[PlannedMove]:
        """Lessons that stand and would change."""
        return [
            PlannedMove(
                slot.lesson_id or "", slot.on, slot.start, slot.end, slot.trainer_id, slot.site_id, slot.classroom_id
            )
            for row in self.rows
            for slot in row.moves
        ]  # fmt: skip

    @property
    def words(self) -> str:
        """新排 30 次，改动 2 次，还有 1 个班没有排全。"""
        short = sum(any("没有排上" in note for note in row.notes) for row in self.rows)
        told = f"新排 {len(self.puts)} 次，改动 {len(self.moves)} 次"
        return f"{told}，还有 {short} 个班没有排全，原因在右边。" if short else f"{told}，每个班都排全了。"


class Watch:
    """The run's ``Progress``: tells the window how far it is; ``enough`` ends the search and keeps the best so far."""

    def __init__(self, tell: Callable[[int, int, str], None]) -> None:
        self._tell = tell
        self.is_enough = False

    def enough(self) -> None:
        """Called by the window, from its own thread."""
        self.is_enough = True

    def step(self, done: int, total: int, note: str = "") -> None:
        """Called by the planner on the worker's thread."""
        if self.is_enough:
            raise Cancelled
        self._tell(done, total, note)


def read_task(desk: Desk, order: PlanOrder) -> Task:
    """The task of an order; UserError when there is nothing to plan with."""
    with desk.store.reading() as session:
        task = queries.plan_task(session, order, desk.today())
    if not task.rooms:
        raise UserError("还没有可以用的教室。先到「场地」里建一间，再自动排课。")
    if not task.stands:
        raise UserError("还没有在用的培训师。先到「培训师」里登记，再自动排课。")
    return task


def draft_plan(desk: Desk, order: PlanOrder, seconds: float, watch: Progress, _job: Any) -> Draft:
    """Read, plan for at most ``seconds`` in a child process, put it on dates. Runs on a worker's thread."""
    began = monotonic()
    task = read_task(desk, order)
    week = Week(task)
    problem = week.problem()
    costs: list[int] = []

    def told(_: Timetable, cost: int) -> None:
        costs.append(cost)

    plan = plan_week(problem, seconds=seconds, clock=monotonic, began=began, progress=watch, told=told)
    patterns = week.patterns(plan.timetable, problem)
    reasons: dict[str, list[str]] = {}
    for n, at in enumerate(plan.timetable):
        if at is None:
            wish: CohortWish = task.wishes[problem.lessons[n][0]]
            reasons.setdefault(wish.id, []).extend(plan.reasons.get(n) or [NOT_FOUND])
    rows = [compared(one, list(dict.fromkeys(reasons.get(one.wish.id, [])))) for one in dated(task, patterns)]
    return Draft(task, tuple(rows), costs[-1] if costs else 0)


def read_lines(today: date, session: Session) -> Sequence[queries.PlanLine]:
    """Cohorts that could be planned."""
    return queries.plan_lines(session, today)


def run_plan(
    desk: Desk, order: PlanOrder, seconds: float, watch: Watch, then: Any, failed: Any, owner: Any
) -> None:
    """Start planning off the UI thread."""
    desk.start(partial(draft_plan, desk, order, seconds, watch), then, owner=owner, failed=failed)
