"""What each trainer's week would cost if nobody else were there, and who stands in the way of it. Pure; chance comes in.

The sum of these ideals is a bound for the whole week, for lessons of different trainers only ever hinder each other. A
trainer whose week costs more than the ideal is where something can be saved: his lessons are set free together with
those that hold the venues and hours he would need, and with the other lessons of their trainers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from kqdesk.rooms.timetable.rules.planning.model import WeekModel
from kqdesk.rooms.timetable.rules.planning.options import Option
from kqdesk.rooms.timetable.rules.planning.problem import Placing, Problem, Timetable

SECONDS = 1.5  # a trainer's week alone is mostly proven in a tenth of a second; a few take seconds
AGAIN_SECONDS = 0.25  # looking at those few again and again would eat a third of the search
ANOTHER = 0.25  # how often an equally cheap week is looked for
LEAST_WEIGHT = 0.05  # trainers at their ideal are tried too, rarely
ANY_POLARITY = "initial_polarity:POLARITY_RANDOM"


@dataclass(frozen=True)
class Ideal:
    """One trainer's cheapest week: a bound of its cost, and one such week."""

    bound: int
    placings: dict[int, Placing | None]


@dataclass
class Ideals:
    """The ideals found so far; of lessons whose trainer is given."""

    problem: Problem
    options: Sequence[Sequence[Option]]
    lessons: dict[int, list[int]] = field(default_factory=dict)
    _known: dict[int, Ideal] = field(default_factory=dict)
    _unknown: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Sort the lessons by trainer."""
        for n, (c, _) in enumerate(self.problem.lessons):
            trainer = self.problem.cohorts[c].trainer
            if trainer is not None:
                self.lessons.setdefault(trainer, []).append(n)
        self._unknown = sorted(self.lessons, reverse=True)

    def wanted(self, timetable: Timetable, rng: Random) -> int | None:
        """The trainer to set free next: one who pays more than his ideal; None when no trainer is given."""
        if self._unknown:
            return self._unknown.pop()
        if not self._known:
            return None
        paid = cost_by_trainer(self.problem, timetable)
        trainers = list(self._known)
        return rng.choices(trainers, [self._gap(t, paid) + LEAST_WEIGHT for t in trainers])[0]

    def _gap(self, trainer: int, paid: dict[int, int]) -> int:
        """What a trainer's week costs above the ideal; 0 while that is not known."""
        known = self._known.get(trainer)
        return max(0, paid.get(trainer, 0) - known.bound) if known else 0

    def reckon(self, trainer: int, rng: Random, settings: str) -> None:
        """Find the ideal week of a trainer; of one who has it, now and then another."""
        known = self._known.get(trainer)
        if known is not None and rng.random() >= ANOTHER:
            return
        alone: Timetable = [None] * len(self.options)
        model = WeekModel(self.problem, self.options, alone, self.lessons[trainer])
        if model.hopeless:
            self._known[trainer] = Ideal(0, {})
            return
        answer = model.model.solve(
            seconds=AGAIN_SECONDS if known else SECONDS,
            seed=rng.randrange(1 << 30),
            settings=f"{settings} {ANY_POLARITY}",
        )
        placings = model.placings(answer) if answer.values else known.placings if known else {}
        self._known[trainer] = Ideal(max(0, answer.bound, known.bound if known else 0), placings)

    def bound(self) -> int:
        """What no timetable can cost less than; 0 until every ideal is known, or when some trainers are to be chosen."""
        if self._unknown or any(cohort.trainer is None for cohort in self.problem.cohorts):
            return 0
        return (
            sum(ideal.bound for ideal in self._known.values()) if len(self._known) == len(self.lessons) else 0
        )

    def around(self, trainer: int, timetable: Timetable, rng: Random) -> list[int]:
        """The trainer's lessons, those in the way of the ideal, their trainers' others, then those of neighbours."""
        mine = self.lessons[trainer]
        found = dict.fromkeys(mine)
        blockers = self._blockers(trainer, timetable)
        rng.shuffle(blockers)
        found.update(dict.fromkeys(blockers))
        for n in blockers:
            found.update(dict.fromkeys(self._with(n)))
        venues = {v for n in found for v in self.problem.cohorts[self.problem.lessons[n][0]].venues}
        near = [t for t, some in self.lessons.items() if any(_is_in(timetable[n], venues) for n in some)]
        paid = cost_by_trainer(self.problem, timetable)
        near.sort(
            key=lambda t: -rng.random() * (1 + self._gap(t, paid))
        )  # those who pay too much rather first
        for t in near:
            found.update(dict.fromkeys(self.lessons[t]))
        return list(found)

    def _with(self, n: int) -> Sequence[int]:
        trainer = self.problem.cohorts[self.problem.lessons[n][0]].trainer
        return (n,) if trainer is None else self.lessons[trainer]

    def _blockers(self, trainer: int, timetable: Timetable) -> list[int]:
        """Lessons that hold a venue, or share learners, at a time of the ideal."""
        problem, found = self.problem, set()
        ideal = self._known[trainer].placings if trainer in self._known else {}
        for n, at in ideal.items():
            if at is None or at == timetable[n]:
                continue
            c = problem.lessons[n][0]
            bits = problem.bits(at.day, at.start, problem.cohorts[c].hours)
            for m, other in enumerate(timetable):
                if other is None or other.day != at.day or m in ideal:
                    continue
                their = problem.lessons[m][0]
                if (other.venue == at.venue or their in problem.rivals[c]) and bits & problem.bits(
                    other.day, other.start, problem.cohorts[their].hours
                ):
                    found.add(m)
        return sorted(found)


def cost_by_trainer(problem: Problem, timetable: Timetable) -> dict[int, int]:
    """The soft cost of a timetable, by the trainer who gives the lessons."""
    found: dict[int, int] = {}
    venues: dict[int, set[int]] = {}
    ways: set[tuple[int, int, int]] = set()
    for n, at in enumerate(timetable):
        if at is None:
            continue
        c, trainer = problem.lessons[n][0], at.trainer
        more = problem.lone_cost(n, at)
        known = venues.setdefault(c, {at.venue})
        if at.venue not in known:
            known.add(at.venue)
            more += problem.extra_venue(c)
        way = (trainer, at.day, problem.venues[at.venue].village)
        if way not in ways:
            ways.add(way)
            more += problem.way_cost(trainer, way[2])
        found[trainer] = found.get(trainer, 0) + more
    return found


def _is_in(at: Placing | None, venues: set[int]) -> bool:
    return at is not None and at.venue in venues
