"""Made-up planning problems with a timetable planted in them, so that a full one exists; and ways to spoil them."""

from copy import deepcopy
from random import Random
from typing import Any

HOURS = [f"{8 + n:02d}:30" for n in range(13)]
BLOCKS = [[0, 3], [5, 9], [10, 13]]
SPECIALITIES = ["cooking", "pc", "english", "electric", "health", "farm"]
EQUIPMENT = ["bench", "kitchen", "machines", "pc"]
SLOTS = [(day, *block) for day in range(7) for block in BLOCKS]


def problem_of(
    seed: int,
    classes: int,
    *,
    slack: float = 0.4,
    free_trainers: float = 0.0,
    venues: int = 0,
    trainers: int = 0,
) -> dict[str, Any]:
    """A week for so many classes. ``slack``: share of further times beside those of the planted timetable."""
    rng = Random(seed)
    villages = max(2, classes // 12)
    venues, trainers = venues or max(3, classes // 6), trainers or max(3, classes // 5)
    travel = [
        [0 if a == b else 12 + 3 * abs(a - b) + (a * b) % 7 for b in range(villages)] for a in range(villages)
    ]
    places = [
        {"id": f"V{v:02d}", "village": v % villages, "capacity": rng.choice((30, 40, 60)),
         "equipment": sorted(rng.sample(EQUIPMENT, 2)), "open": set()}
        for v in range(venues)
    ]  # fmt: skip
    people = [
        {"id": f"T{t:02d}", "home": rng.randrange(villages), "specialities": sorted(rng.sample(SPECIALITIES, 2)),
         "available": set(), "max_sessions_week": 10, "max_days_week": 6, "max_hours_day": 8,
         "pay": rng.choice((120, 150, 200, 240))}
        for t in range(trainers)
    ]  # fmt: skip
    cohorts = _planted(rng, classes, places, people, travel, free_trainers)
    for one in (*places, *cohorts, *people):
        key = "open" if "open" in one else "allowed" if "allowed" in one else "available"
        one[key] = sorted(map(list, {*one[key], *(slot for slot in SLOTS if rng.random() < slack)}))
    for one in cohorts:
        usable = [
            v
            for v, place in enumerate(places)
            if place["capacity"] >= one["size"] and set(one["needs"]) <= set(place["equipment"])
        ]
        one["venues"] = sorted({*one["venues"], *rng.sample(usable, min(2, len(usable)))})
    planted = [one.pop("planted") for one in cohorts]
    return {
        "format": "kqtt-1", "name": f"made {seed}", "seed": seed, "weeks": 16, "start": "2026-09-07",
        "days": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], "hours": HOURS, "blocks": BLOCKS,
        "villages": [f"village{n:02d}" for n in range(villages)], "travel_min": travel, "venues": places,
        "trainers": people, "classes": cohorts, "conflicts": _conflicts(rng, planted), "fixed": _locks(rng, planted),
    }  # fmt: skip


def _planted(
    rng: Random, classes: int, places: list[Any], people: list[Any], travel: Any, free_trainers: float
) -> list[dict[str, Any]]:
    """Classes with a place for every lesson; each (trainer, slot) and (venue, slot) is used once."""
    used: set[tuple[str, int, tuple[int, int, int]]] = set()
    load = [0] * len(people)
    found: list[dict[str, Any]] = []
    while len(found) < classes:
        t = min(rng.sample(range(len(people)), min(3, len(people))), key=lambda t: load[t])
        v, per_week, hours = rng.randrange(len(places)), rng.choice((1, 1, 2)), rng.choice((2, 2, 3))
        if load[t] + per_week > 9:
            t = min(range(len(people)), key=lambda t: load[t])
        days = {slot[0] for kind, who, slot in used if (kind, who) == ("t", t)}
        free = [
            slot
            for slot in SLOTS
            if ("t", t, slot) not in used and ("v", v, slot) not in used and (slot[0] in days or len(days) < 5)
            and sum(2 for kind, who, other in used if (kind, who) == ("t", t) and other[0] == slot[0]) < 4
        ]  # fmt: skip
        rng.shuffle(free)
        slots = {slot[0]: slot for slot in free}
        if len(slots) < per_week or load[t] + per_week > 10:
            continue
        chosen = rng.sample(sorted(slots.values()), per_week)
        used |= {(kind, who, slot) for slot in chosen for kind, who in (("t", t), ("v", v))}
        load[t] += per_week
        people[t]["available"] |= set(chosen)
        places[v]["open"] |= set(chosen)
        found.append({
            "id": f"C{len(found):03d}", "kind": "village", "village": places[v]["village"],
            "speciality": rng.choice(people[t]["specialities"]), "size": rng.randrange(12, places[v]["capacity"] + 1),
            "needs": rng.sample(places[v]["equipment"], rng.randrange(2)), "hours": hours, "per_week": per_week,
            "allowed": set(chosen), "venues": [v], "trainer": None if rng.random() < free_trainers else t,
            "min_days_between": 1, "planted": [(slot, v) for slot in chosen],
        })  # fmt: skip
    return found


def _conflicts(rng: Random, planted: list[Any]) -> list[list[int]]:
    """Pairs that are not taught at once where they were planted."""
    pairs = []
    for _ in range(len(planted) // 3):
        a, b = sorted(rng.sample(range(len(planted)), 2))
        if not {slot for slot, _ in planted[a]} & {slot for slot, _ in planted[b]}:
            pairs.append([a, b])
    return pairs


def _locks(rng: Random, planted: list[Any]) -> list[dict[str, int]]:
    found = []
    for c in rng.sample(range(len(planted)), len(planted) // 25):
        (day, first, _), v = planted[c][0]
        found.append({"c": c, "k": 0, "d": day, "h": first, "v": v})
    return found


def overloaded(problem: dict[str, Any]) -> dict[str, Any]:
    """The busiest trainer keeps two stretches a week."""
    spoiled = deepcopy(problem)
    load = [0] * len(spoiled["trainers"])
    for one in spoiled["classes"]:
        if one["trainer"] is not None:
            load[one["trainer"]] += one["per_week"]
    busiest = spoiled["trainers"][load.index(max(load))]
    busiest["available"] = busiest["available"][:2]
    return spoiled


def locked_twice(problem: dict[str, Any]) -> dict[str, Any]:
    """Two classes locked on one venue at one time."""
    spoiled = deepcopy(problem)
    a, b = 0, 1
    spoiled["classes"][b]["venues"] = sorted(
        {*spoiled["classes"][b]["venues"], *spoiled["classes"][a]["venues"]}
    )
    day, first, _ = spoiled["classes"][a]["allowed"][0]
    venue = spoiled["classes"][a]["venues"][0]
    spoiled["fixed"] = [{"c": c, "k": 0, "d": day, "h": first, "v": venue} for c in (a, b)]
    return spoiled


def closed_halls(problem: dict[str, Any]) -> dict[str, Any]:
    """The venues of the largest village open one stretch a week."""
    spoiled = deepcopy(problem)
    for venue in spoiled["venues"]:
        if venue["village"] == spoiled["venues"][0]["village"]:
            venue["open"] = venue["open"][:1]
    return spoiled


def without_trainer(
    problem: dict[str, Any], solution: dict[str, Any], trainer: str, days: set[int]
) -> dict[str, Any]:
    """A repair: the solution is published, and the trainer cannot come on some days."""
    spoiled = deepcopy(problem)
    for one in spoiled["trainers"]:
        if one["id"] == trainer:
            one["available"] = [span for span in one["available"] if span[0] not in days]
    spoiled["published"] = {"lessons": solution["lessons"]}
    return spoiled


def tightened(problem: dict[str, Any], solution: dict[str, Any], seed: int, kept: float) -> dict[str, Any]:
    """The same week with most of the stretches gone that a known full timetable does not use."""
    rng, tight = Random(seed), deepcopy(problem)
    used: dict[str, set[tuple[int, int]]] = {}
    hours = {one["id"]: one["hours"] for one in problem["classes"]}
    for x in solution["lessons"]:
        for who in (x["class"], x["venue"], x["trainer"]):
            cells = used.setdefault(who, set())
            cells |= {(x["day"], x["start"] + n) for n in range(hours[x["class"]])}
    for names, key in (("venues", "open"), ("trainers", "available"), ("classes", "allowed")):
        for one in tight[names]:
            mine = used.get(one["id"], set())
            one[key] = [
                span
                for span in one[key]
                if rng.random() < kept or any((span[0], cell) in mine for cell in range(span[1], span[2]))
            ]
    return tight
