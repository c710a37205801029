"""What each trainer's week would cost alone: a bound for the whole week, and where something can be saved."""

import json
from random import Random
from time import monotonic

from kqdesk.rooms.timetable.rules.planning.construct import construct
from kqdesk.rooms.timetable.rules.planning.core import lone_core
from kqdesk.rooms.timetable.rules.planning.ideals import Ideals, cost_by_trainer
from kqdesk.rooms.timetable.rules.planning.improve import SETTINGS, Search
from kqdesk.rooms.timetable.rules.planning.options import all_options
from kqdesk.rooms.timetable.rules.planning.problem import Problem, soft_cost
from kqdesk.rooms.timetable.rules.planning.reading import read_problem
from tests.planner.generator import closed_halls, problem_of


def problem_like(seed: int, classes: int) -> Problem:
    return read_problem(json.loads(json.dumps(problem_of(seed, classes))))


def test_the_ideals_together_are_never_dearer_than_any_timetable() -> None:
    problem, rng = problem_like(3, 24), Random(1)
    options = all_options(problem)
    ideals = Ideals(problem, options)
    first = construct(problem, options, rng)

    for trainer in list(ideals.lessons):
        assert ideals.bound() == 0
        assert ideals.wanted(first, rng) is not None
        ideals.reckon(trainer, rng, SETTINGS)

    search = Search(problem, options, first, monotonic, monotonic() + 1)
    search.run(1)
    assert 0 < ideals.bound() <= search.cost


def test_the_cost_of_a_week_is_the_sum_of_its_trainers() -> None:
    problem = problem_like(4, 30)
    timetable = construct(problem, all_options(problem), Random(2))

    assert sum(cost_by_trainer(problem, timetable).values()) == soft_cost(problem, timetable)


def test_a_lesson_without_any_placing_names_only_what_shuts_it_out() -> None:
    raw = closed_halls(problem_of(2, 24))
    for venue in raw["venues"]:
        venue["open"] = []
    problem = read_problem(json.loads(json.dumps(raw)))

    core = lone_core(problem, 0)

    c = problem.lessons[0][0]
    suitable = [v for v in problem.cohorts[c].venues if problem.suits(problem.cohorts[c], problem.venues[v])]
    assert core == [("open", v, -1) for v in suitable]


def test_a_lesson_with_a_placing_has_no_such_reasons() -> None:
    assert lone_core(problem_like(1, 12), 0) == []
