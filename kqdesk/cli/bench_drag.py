"""``bench drag``: a lesson dragged over a week of a full term on the real page: sentence and repaint of a move, one check.

Floor: the same page's grid repainted with nothing moved. Drawn off screen.
"""

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from kqdesk.cli.bench_home import full_home, now
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.cohorts import actions as cohorts
from kqdesk.rooms.cohorts.terms import CohortKind
from kqdesk.rooms.places import actions as places
from kqdesk.rooms.timetable import actions as timetable
from kqdesk.rooms.timetable import queries
from kqdesk.rooms.timetable.actions import LessonDraft
from kqdesk.rooms.timetable.rules.checker import Checker
from kqdesk.rooms.timetable.rules.clashes import Slot
from kqdesk.rooms.timetable.rules.days import week_of
from kqdesk.rooms.trainers import actions as trainers
from kqdesk.rooms.trainers.terms import PayLevel, TrainerSource
from kqdesk.school import School

WEEKS, MOVES = 16, 600
STARTS = (540, 840, 1110)


def bench_drag(classes: int = 80) -> dict[str, Any]:
    """``move``: aiming at another cell, its sentence and the repaint together; ``lift``: until all colours stand, ``first_lift`` with the term to be read."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="kqdesk-bench-") as folder:
        opened, _ = full_home(Path(folder) / "home", 40)
        try:
            lessons = _lessons(opened, classes)
            return {"classes": classes, "lessons": lessons, **_checked(opened), **_dragged(opened)}
        finally:
            opened.close()


def _lessons(opened: School, classes: int) -> int:
    """Classes once a week for a term, each with trainer and room for themselves, so that nothing is refused."""
    actor = opened.staff.id

    def run(act: Callable[..., Any], /, **values: Any) -> Any:
        return opened.store.run(act, actor, **values)

    start = week_of(school_day(now()))[0]
    last = start + timedelta(weeks=WEEKS)
    with opened.store.reading() as session:
        calendar = queries.calendar_between(session, start, last)
    drafts: list[LessonDraft] = []
    for n in range(classes):
        site = run(places.add_site, name=f"教学点{n}", zone=f"片{n % 9}").value
        room = run(places.add_classroom, site_id=site, name="教室", capacity=60).value
        trainer = run(
            trainers.add_trainer, name=f"培训师{n}", source=TrainerSource.SCHOOL_STAFF, pay_level=PayLevel.MIDDLE
        ).value  # fmt: skip
        cohort = run(
            cohorts.open_cohort, title=f"测速{n}班", kinds=[CohortKind.OTHER], capacity=40, is_started=True
        ).value  # fmt: skip
        begin = STARTS[n % len(STARTS)]
        days = (start + timedelta(n % 7, weeks=week) for week in range(WEEKS))
        drafts += [
            LessonDraft(cohort, day, begin, begin + 90, 2, trainer, site, room)
            for day in days
            if not calendar.why_closed(day)
        ]
    run(timetable.put_lessons, lessons=drafts, accept_warnings=True)
    return len(drafts)


def _checked(opened: School) -> dict[str, Any]:
    today = school_day(now())
    first, last = today - timedelta(7), today + timedelta(weeks=WEEKS)
    with opened.store.reading() as session:
        ground = queries.ground_between(session, first, last)
    began = perf_counter()
    checker = Checker(ground, first, last)
    built = perf_counter() - began
    slots = [slot for slot in ground.lessons if first <= slot.on <= last][:MOVES]
    return {
        "checker_ms": built * 1000,
        "check_us": _spread([_timed(partial(checker.check, slot)) for slot in slots], 1e6),
        "week_colours_ms": _spread([_timed(partial(_week, checker, slot)) for slot in slots], 1e3),
    }


def _week(checker: Checker, slot: Slot) -> None:
    checker.heat(slot).week(slot.on)


def _dragged(opened: School) -> dict[str, Any]:
    from kqdesk.app.pages import PAGES
    from kqdesk.app.window import start_application
    from kqdesk.desk.desk import Desk, Seat
    from kqdesk.desk.shots import settle

    start_application()
    desk = Desk(opened.store, Seat(opened.staff.id, "测速"))
    page: Any = next(page for page in PAGES if page.key == "timetable").factory(desk, {})
    page.resize(1166, 688)
    page.show()
    page.arrive({})
    settle(desk)
    grid = page.grid
    coming = [card.lesson for card in grid.cards if card.lesson.on >= desk.today()]
    term = _timed(partial(_lift, page, desk, coming[0]))
    figures = {"first_lift_ms": term * 1000, **_moved(grid, grid.week)}
    grid.end_lift()
    again = [_timed(partial(_lift, page, desk, row)) for row in coming[:20]]
    figures["lift_ms"] = median(again) * 1000
    desk.close()
    return figures


def _lift(page: Any, desk: Any, row: Any) -> None:
    """Until the colours are painted."""
    from PySide6.QtWidgets import QApplication

    page.grid.end_lift()
    page.steps.drops.lift(row)
    while page.grid.lift is None:
        QApplication.processEvents()
    page.grid.repaint()


def _moved(grid: Any, week: Sequence[date]) -> dict[str, Any]:
    from PySide6.QtWidgets import QApplication

    chance = Random(11)

    def move() -> None:
        minute = chance.randrange(grid.first, grid.last - 90, 30)
        grid.aim(replace(grid.target, on=chance.choice(week), minute=minute))
        QApplication.processEvents()

    moves = [_timed(move) for _ in range(MOVES)]
    floor = [_timed(grid.repaint) for _ in range(MOVES // 4)]
    return {"move_ms": _spread(moves, 1e3), "repaint_alone_ms": _spread(floor, 1e3)}


def _timed(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def _spread(seconds: list[float], scale: float) -> dict[str, float]:
    return {"p50": median(seconds) * scale, "p99": quantiles(seconds, n=100)[98] * scale}
