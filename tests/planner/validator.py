"""An independent judge of solutions: reads the plain JSON of problem and solution, shares no line with the planner."""

from collections import defaultdict
from collections.abc import Mapping
from itertools import combinations
from typing import Any

Json = Mapping[str, Any]


def violations(problem: Json, solution: Json) -> list[str]:
    """Every hard rule a solution breaks; lessons may be missing only when they are listed as unplaced with reasons."""
    classes = {one["id"]: one for one in problem["classes"]}
    venues = {one["id"]: one for one in problem["venues"]}
    trainers = {one["id"]: one for one in problem["trainers"]}
    found: list[str] = []
    lessons = solution["lessons"]
    told = [(x["class"], x["k"]) for x in (*lessons, *solution["unplaced"])]
    wanted = [(one["id"], k) for one in problem["classes"] for k in range(one["per_week"])]
    if sorted(told) != sorted(wanted):
        found.append("lessons are missing, doubled or unknown")
    found += [f"no reason for {x['class']}" for x in solution["unplaced"] if not x["reasons"]]
    for x in lessons:
        found += _one(problem, classes[x["class"]], venues[x["venue"]], trainers[x["trainer"]], x)
    for lock in problem["fixed"]:
        name = problem["classes"][lock["c"]]["id"]
        for x in lessons:
            if (x["class"], x["k"]) == (name, lock["k"]):
                there = (lock["d"], lock["h"], problem["venues"][lock["v"]]["id"])
                if (x["day"], x["start"], x["venue"]) != there:
                    found.append(f"lock of {name} broken")
    shared = {frozenset(problem["classes"][c]["id"] for c in pair) for pair in problem["conflicts"]}
    for x, y in combinations(lessons, 2):
        found += _two(problem, classes, venues, shared, x, y)
    return found + _weeks(problem, classes, trainers, lessons)


def _cells(spans: list[list[int]]) -> set[tuple[int, int]]:
    return {(day, cell) for day, first, end in spans for cell in range(first, end)}


def _one(problem: Json, one: Json, venue: Json, trainer: Json, x: Json) -> list[str]:
    taken = {(x["day"], x["start"] + n) for n in range(one["hours"])}
    end = x["start"] + one["hours"]
    tests = {
        "allowed": taken <= _cells(one["allowed"]),
        "open": taken <= _cells(venue["open"]),
        "available": taken <= _cells(trainer["available"]),
        "venue": problem["venues"].index(venue) in one["venues"],
        "capacity": venue["capacity"] >= one["size"],
        "equipment": set(one["needs"]) <= set(venue["equipment"]),
        "speciality": one["speciality"] in trainer["specialities"],
        "trainer": one["trainer"] is None or problem["trainers"][one["trainer"]] is trainer,
        "block": not any(x["start"] < stop < end for _, stop in problem["blocks"]),
        "day": end <= len(problem["hours"]),
    }
    return [f"{one['id']}: {name}" for name, holds in tests.items() if not holds]


def _minute(problem: Json, cell: int) -> int:
    hours, minutes = problem["hours"][cell].split(":")
    return int(hours) * 60 + int(minutes)


def _two(
    problem: Json,
    classes: Mapping[str, Json],
    venues: Mapping[str, Json],
    shared: set[frozenset[str]],
    x: Json,
    y: Json,
) -> list[str]:
    found = []
    a = classes[x["class"]]
    if x["class"] == y["class"]:
        if abs(x["day"] - y["day"]) < max(1, a["min_days_between"]):
            found.append(f"{a['id']}: too near")
        if x["trainer"] != y["trainer"]:
            found.append(f"{a['id']}: two trainers")
    return found + (_one_day(problem, classes, venues, shared, x, y) if x["day"] == y["day"] else [])


def _one_day(
    problem: Json,
    classes: Mapping[str, Json],
    venues: Mapping[str, Json],
    shared: set[frozenset[str]],
    x: Json,
    y: Json,
) -> list[str]:
    found = []
    if x["start"] > y["start"]:
        x, y = y, x
    x_end = x["start"] + classes[x["class"]]["hours"]
    meet = x_end > y["start"]
    if meet and x["venue"] == y["venue"]:
        found.append(f"{x['venue']} twice")
    if meet and x["trainer"] == y["trainer"]:
        found.append(f"{x['trainer']} twice")
    if meet and frozenset((x["class"], y["class"])) in shared:
        found.append(f"learners of {x['class']} and {y['class']}")
    here, there = venues[x["venue"]]["village"], venues[y["venue"]]["village"]
    if x["trainer"] == y["trainer"] and not meet and here != there:
        gap = _minute(problem, y["start"]) - (_minute(problem, x_end - 1) + 60)
        if gap < problem["travel_min"][here][there]:
            found.append(f"{x['trainer']} cannot travel")
    return found


def _weeks(
    problem: Json, classes: Mapping[str, Json], trainers: Mapping[str, Json], lessons: list[Json]
) -> list[str]:
    by_day: dict[tuple[str, int], int] = defaultdict(int)
    count: dict[str, int] = defaultdict(int)
    for x in lessons:
        by_day[x["trainer"], x["day"]] += classes[x["class"]]["hours"]
        count[x["trainer"]] += 1
    found = [f"{t}: hours" for (t, _), hours in by_day.items() if hours > trainers[t]["max_hours_day"]]
    found += [f"{t}: sessions" for t, n in count.items() if n > trainers[t]["max_sessions_week"]]
    days = defaultdict(set)
    for t, day in by_day:
        days[t].add(day)
    return found + [f"{t}: days" for t, some in days.items() if len(some) > trainers[t]["max_days_week"]]


def cost(problem: Json, solution: Json) -> int:
    """The soft cost as the format's page words it."""
    classes = {one["id"]: one for one in problem["classes"]}
    village = {one["id"]: one["village"] for one in problem["venues"]}
    trainers = {one["id"]: one for one in problem["trainers"]}
    total = 0
    rooms: dict[str, set[str]] = defaultdict(set)
    ways: set[tuple[str, int, int]] = set()
    published = {(x["class"], x["k"]): x for x in (problem.get("published") or {"lessons": []})["lessons"]}
    for x in solution["lessons"]:
        one = classes[x["class"]]
        total += 2 * (village[x["venue"]] != one["village"]) + (x["day"] == 6) + (x["start"] in (0, 11))
        if one["trainer"] is None:
            total += trainers[x["trainer"]]["pay"] // 30
        rooms[x["class"]].add(x["venue"])
        ways.add((x["trainer"], x["day"], village[x["venue"]]))
        was = published.get((x["class"], x["k"]))
        if was is not None:
            total += 7 * ((was["day"], was["start"]) != (x["day"], x["start"]))
            total += 3 * (was["venue"] != x["venue"]) + 5 * (was["trainer"] != x["trainer"])
    total += 3 * sum(len(some) - 1 for some in rooms.values())
    return total + sum(problem["travel_min"][trainers[t]["home"]][v] // 10 for t, _, v in ways)
