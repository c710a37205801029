"""The planner judged from outside: plain JSON in, plain JSON out, an independent validator between."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from kqdesk.kernel.errors import Cancelled
from kqdesk.rooms.timetable.rules.planning.check import clashes_of
from kqdesk.rooms.timetable.rules.planning.options import all_options
from kqdesk.rooms.timetable.rules.planning.planner import plan_week
from kqdesk.rooms.timetable.rules.planning.problem import Problem, Weights
from kqdesk.rooms.timetable.rules.planning.reading import read_problem
from kqdesk.rooms.timetable.rules.planning.solution import Plan, read_solution, written
from tests.planner.generator import (
    closed_halls,
    locked_twice,
    overloaded,
    problem_of,
    tightened,
    without_trainer,
)
from tests.planner.validator import cost, violations

Json = dict[str, Any]


def solved(raw: Json, seconds: float = 1, **named: Any) -> Json:
    """The solution of a problem, checked by the validator and by our own check."""
    problem = read_problem(json.loads(json.dumps(raw)))
    plan = plan_week(problem, seconds=seconds, clock=monotonic, began=monotonic(), **named)
    told = json.loads(json.dumps(written(problem, plan)))
    assert violations(raw, told) == []
    assert told["cost"] == cost(raw, told)
    assert told["bound"] is None or told["bound"] <= told["cost"]
    assert clashes_of(problem, read_solution(problem, told)[0]) == []
    return told


@pytest.mark.parametrize("seed", [1, 2])
def test_every_lesson_has_a_place(seed: int) -> None:
    told = solved(problem_of(seed, 30), 1)

    assert told["unplaced"] == []
    assert told["first_full_s"] is not None


def test_the_search_betters_the_first_timetable() -> None:
    heard: list[int] = []

    class Enough:
        """Ends the search once it has bettered something, however busy the machine is."""

        def step(self, done: int, total: int, note: str = "") -> None:
            if len(heard) > 3:
                raise Cancelled

    told = solved(
        problem_of(5, 60), 20, told=lambda timetable, amount: heard.append(amount), progress=Enough()
    )

    assert told["cost"] < heard[0]
    assert heard == sorted(heard, reverse=True)


def test_trainers_are_chosen_when_none_is_given() -> None:
    raw = problem_of(3, 24, free_trainers=0.6)

    told = solved(raw)

    assert told["unplaced"] == []
    assert any(one["trainer"] is None for one in raw["classes"])


def test_a_tight_week_is_still_filled() -> None:
    raw = problem_of(6, 40)

    told = solved(tightened(raw, solved(raw, 1), 1, 0.1))

    assert told["unplaced"] == []


@pytest.mark.parametrize("spoil", [overloaded, locked_twice, closed_halls])
def test_what_is_impossible_is_explained(spoil: Any) -> None:
    told = solved(spoil(problem_of(2, 24)), 6)

    assert told["unplaced"]
    assert [len(one["reasons"]) for one in told["unplaced"] if not 3 <= len(one["reasons"]) <= 6] == []
    assert not any("没有证明" in reason for one in told["unplaced"] for reason in one["reasons"])
    assert told["explained_s"] <= told["seconds"]


def test_counting_comes_first_and_a_button_knows_what_to_relax() -> None:
    told = solved(overloaded(problem_of(2, 24)), 6)

    reasons = told["unplaced"][0]["reasons"]
    assert "能用的只有" in reasons[0]
    assert "已要求" in reasons[0]
    assert {one["kind"] for one in told["relaxations"]} >= {"trainer_available", "allowed"}


def test_of_two_lessons_the_one_that_makes_room_for_more_stays_out() -> None:
    raw = problem_of(2, 24)
    spoiled = overloaded(raw)
    busiest = next(
        n for n, (a, b) in enumerate(zip(raw["trainers"], spoiled["trainers"], strict=True)) if a != b
    )
    asked = sum(one["per_week"] for one in spoiled["classes"] if one["trainer"] == busiest)

    told = solved(spoiled, 6)

    assert 1 <= len(told["unplaced"]) < asked


@pytest.mark.parametrize(("trainer", "days", "least"), [("T04", {2, 3}, 54), ("T05", {0, 3}, 63)])
def test_a_published_timetable_is_changed_as_little_as_possible(
    trainer: str, days: set[int], least: int
) -> None:
    """A trainer stays away for two days of a week that was as cheap as it can be (26)."""
    raw = problem_of(8, 40, slack=0.6)
    rows = json.loads(Path(__file__).with_name("published_week.json").read_text("utf-8"))
    published = [
        dict(zip(("class", "k", "day", "start", "venue", "trainer"), row, strict=True)) for row in rows
    ]

    told = solved(without_trainer(raw, {"lessons": published}, trainer, days), 8)

    was = {(x["class"], x["k"]): x for x in published}
    moved = [x for x in told["lessons"] if was[x["class"], x["k"]] != x]
    assert 1 <= len(moved) <= 5
    assert (told["cost"], told["bound"], told["unplaced"]) == (least, least, [])


def test_nothing_is_moved_when_nothing_is_broken() -> None:
    raw = problem_of(9, 20)
    published = solved(raw, 1)

    told = solved({**raw, "published": {"lessons": published["lessons"]}}, 5)

    assert told["bound"] == told["cost"] <= published["cost"]


def test_a_kind_of_class_may_be_at_home_on_sunday() -> None:
    problem = read_problem(json.loads(json.dumps(problem_of(1, 20))))
    usual = replace(problem, weights={"village": Weights()})
    sunday = replace(problem, weights={"village": Weights(sunday=0)})
    n, at = next(
        (n, one.at) for n, found in enumerate(all_options(problem)) for one in found if one.at.day == 6
    )

    costs = [one.lone_cost(n, at) for one in (problem, usual, sunday)]

    assert costs == [costs[0], costs[0], costs[0] - 1]
    assert Problem.from_plain(json.loads(json.dumps(sunday.to_plain()))) == sunday


class GivesUp:
    """Somebody presses 取消 at the first sign of life."""

    def step(self, done: int, total: int, note: str = "") -> None:
        raise Cancelled


def test_cancelling_keeps_the_best_so_far() -> None:
    told = solved(problem_of(5, 40), 30, progress=GivesUp())

    assert told["unplaced"] == []
    assert told["seconds"] < 20


def test_a_week_without_lessons_is_no_trouble() -> None:
    raw: Mapping[str, Any] = {**problem_of(1, 12)}
    problem = read_problem({**raw, "conflicts": [], "fixed": []})

    assert written(problem, Plan([None] * len(problem.lessons)))["cost"] == 0
