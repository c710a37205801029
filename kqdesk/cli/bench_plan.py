"""``bench plan``: the drag checker on a term of 200 classes, and the planner on a made-up week of the same size."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from statistics import median, quantiles
from time import monotonic, perf_counter, process_time, thread_time
from typing import Any

from kqdesk.rooms.timetable.rules.checker import Checker
from kqdesk.rooms.timetable.rules.clashes import Free, Ground, Slot
from kqdesk.rooms.timetable.rules.planning.construct import construct
from kqdesk.rooms.timetable.rules.planning.options import all_options
from kqdesk.rooms.timetable.rules.planning.planner import plan_week
from kqdesk.rooms.timetable.rules.planning.problem import (
    Cohort,
    Problem,
    Timetable,
    Trainer,
    Venue,
    soft_cost,
)
from kqdesk.rooms.timetable.rules.ways_out import Room

FIRST, WEEKS = date(2026, 9, 7), 16
BLOCKS = ((0, 3), (5, 9), (10, 13))
MINUTES = tuple(510 + 60 * n for n in range(13))
TRIES = 2000


def bench_plan(classes: int = 200) -> dict[str, Any]:
    """Microseconds of one explained check and of a whole heat map; seconds and cost of a planning."""
    problem = made_up(classes, Random(7))
    began, cpu = perf_counter(), process_time()
    timetable = construct(problem, all_options(problem), Random(1))
    first_s, first_cpu = perf_counter() - began, process_time() - cpu
    heard: list[tuple[float, int]] = []
    seconds = 10.0 if classes >= 100 else 1.0
    start = monotonic()
    plan = plan_week(
        problem,
        seconds=seconds,
        clock=monotonic,
        began=start,
        told=lambda found, cost: heard.append((monotonic() - start, cost)),
    )
    return {
        "bench": "plan", "classes": classes, "lessons": len(problem.lessons), **checker_figures(problem, timetable),
        "first_s": round(first_s, 3), "first_cpu_s": round(first_cpu, 3), "first_cost": soft_cost(problem, timetable),
        "unplaced": plan.timetable.count(None), "seconds": round(plan.seconds, 2), "cost": heard[-1][1],
        "bar": "check ≤ 10 µs median, heat ≤ 1 ms p99",
    }  # fmt: skip


def checker_figures(problem: Problem, timetable: Timetable) -> dict[str, Any]:
    """The checker over the dates of a term: build, check, heat map over all starts and suitable rooms of a week."""
    ground, rooms = term_of(problem, timetable)
    began = perf_counter()
    checker = Checker(ground, FIRST, FIRST + timedelta(7 * WEEKS - 1))
    built = perf_counter() - began
    rng = Random(3)
    lessons = rng.choices(ground.lessons, k=TRIES)
    wishes = [
        replace(
            one,
            on=one.on - timedelta(one.on.weekday()) + timedelta(rng.randrange(7)),
            start=(start := rng.choice(MINUTES)),
            end=start + 120,
        )
        for one in lessons
    ]
    checks = list(
        map(min, *(_timed(checker.check, wishes) for _ in range(3)))
    )  # the least: others run beside us

    def heat(lifted: Slot) -> int:
        monday = lifted.on - timedelta(lifted.on.weekday())
        found = checker.heat(lifted)
        suitable = rooms[lifted.cohort_id]
        return sum(len(found.week(monday, room, every=60)) for room in suitable)

    heats = _timed(heat, lessons[: TRIES // 4])
    return {
        "term_lessons": len(ground.lessons), "build_ms": round(built * 1000, 1),
        "check_us": round(median(checks) * 1e6, 2), "check_p99_us": round(_p99(checks) * 1e6, 2),
        "heat_ms": round(median(heats) * 1e3, 3), "heat_p99_ms": round(_p99(heats) * 1e3, 3),
    }  # fmt: skip


def term_of(problem: Problem, timetable: Timetable) -> tuple[Ground, dict[str, list[Room]]]:
    """The dated lessons of sixteen weeks with everything the check looks at; rooms that suit each class."""
    lessons = []
    for n, at in enumerate(timetable):
        if at is None:
            continue
        c = problem.lessons[n][0]
        cohort, venue, trainer = problem.cohorts[c], problem.venues[at.venue], problem.trainers[at.trainer]
        start = problem.minutes[at.start]
        for week in range(WEEKS):
            on = FIRST + timedelta(7 * week + at.day)
            lessons.append(
                Slot(cohort.id, cohort.id, on, start, start + 60 * cohort.hours, trainer.id, trainer.id, venue.id,
                     venue.id, str(venue.village), venue.id, venue.id, f"{n}-{week}")
            )  # fmt: skip
    learners = {one.id: frozenset({f"{one.id}-{k}" for k in range(one.size)}) for one in problem.cohorts}
    for a, b in problem.conflicts:
        learners[problem.cohorts[a].id] |= {f"{a}+{b}"}
        learners[problem.cohorts[b].id] |= {f"{a}+{b}"}
    available = {one.id: Free(frozenset(_spans(problem, one.available))) for one in problem.trainers}
    travel = {(str(a), str(b)): problem.travel[a][b] for a in range(len(problem.travel)) for b in range(a)}
    seats = {one.id: one.capacity for one in problem.venues}
    rooms = {
        one.id: [
            Room(v.id, v.id, v.id, v.id, str(v.village), v.capacity)
            for v in (problem.venues[i] for i in one.venues)
        ]
        for one in problem.cohorts
    }
    return Ground(lessons, learners=learners, seats=seats, available=available, travel=travel), rooms


def _spans(problem: Problem, bits: int) -> list[tuple[int, int, int]]:
    return [
        (day + 1, problem.minutes[first], problem.minutes[end - 1] + 60)
        for day in range(7)
        for first, end in BLOCKS
        if bits >> day * 13 + first & 1
    ]


def _timed(call: Callable[[Slot], Any], wishes: Sequence[Slot]) -> list[float]:
    """CPU seconds of each call."""
    took = []
    for wish in wishes:
        began = thread_time()  # others on the machine must not stretch a millisecond
        call(wish)
        took.append(thread_time() - began)
    return took


def _p99(took: Sequence[float]) -> float:
    return quantiles(took, n=100)[-1]


def made_up(classes: int, rng: Random) -> Problem:
    """A week of so many classes, loose enough that everything has a place."""
    villages = max(2, classes // 14)
    travel = tuple(
        tuple(0 if a == b else 12 + 5 * abs(a - b) % 40 for b in range(villages)) for a in range(villages)
    )
    kinds = [f"speciality{n}" for n in range(6)]
    venues = tuple(
        Venue(f"V{v:03d}", v % villages, rng.choice((30, 40, 60)), frozenset(), _stretches(rng, 0.9))
        for v in range(max(3, classes // 6))
    )
    trainers = tuple(
        Trainer(f"T{t:03d}", rng.randrange(villages), frozenset(kinds), _stretches(rng, 0.7), 10, 6, 8, 150)
        for t in range(max(4, classes // 5))
    )
    cohorts = tuple(
        Cohort(
            f"C{c:03d}", "village", c % villages, kinds[c % 6], rng.randrange(12, 30), frozenset(), rng.choice((2, 2, 3)),
            rng.choice((1, 1, 2)), _stretches(rng, 0.5), tuple(sorted(rng.sample(range(len(venues)), 3))),
            c % len(trainers), 1,
        )
        for c in range(classes)
    )  # fmt: skip
    pairs = tuple((a, a + 1) for a in range(0, classes - 1, 5))
    days = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
    names = tuple(f"村{n}" for n in range(villages))
    return Problem("bench", days, MINUTES, BLOCKS, names, travel, venues, trainers, cohorts, pairs, ())


def _stretches(rng: Random, share: float) -> int:
    bits = 0
    for day in range(7):
        for first, end in BLOCKS:
            if rng.random() < share:
                bits |= ((1 << end - first) - 1) << day * 13 + first
    return bits
