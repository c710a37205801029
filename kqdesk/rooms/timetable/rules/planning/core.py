"""Why some lessons cannot all have a place: every fact can be switched off, the solver names those it needed. Pure.

A placing that a fact forbids is allowed here, but only when the fact is off. One worker and no presolve: with more,
or with it, the solver returns too many or wrong assumptions.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

from kqdesk.rooms.timetable.rules.planning.facts import Fact
from kqdesk.rooms.timetable.rules.planning.problem import Placing, Problem
from kqdesk.rooms.timetable.rules.planning.sat import Answer, Model, negated

SETTINGS = "cp_model_presolve:false linearization_level:0"
SHRINK_S = 0.5  # seconds a single try of the shrinking may take
_LAST = ("lesson", "lock", "free", "open", "allowed")
"""Facts people can do something about; the others are tried to be left out first."""


def smallest_core(
    problem: Problem, lessons: Iterable[int], needed: int, *, clock: Callable[[], float], until: float
) -> list[Fact] | None:
    """Facts that together leave no room for all these lessons; None when there is room, or no answer in time.

    ``needed``: the lesson asked about; its being there is never left out.
    """
    facts = _FactModel(problem, sorted(set(lessons)))
    answer = facts.solve(None, until - clock())
    if answer.status != "INFEASIBLE":
        return None
    core = facts.named(answer)
    for fact in sorted(core, key=lambda one: (one[0] in _LAST, one)):
        if clock() >= until:
            break
        if fact not in core or fact == ("lesson", needed, -1):
            continue
        smaller = _FactModel(problem, lessons_of(core))  # a lesson that need not be there binds nobody
        tried = smaller.solve([one for one in core if one != fact], min(SHRINK_S, until - clock()))
        if tried.status == "INFEASIBLE":
            core = smaller.named(tried)
    return core


def lone_core(problem: Problem, n: int) -> list[Fact]:
    """Facts that shut out a lesson that has no placing even alone; empty when something else does. No solver needed."""
    c = problem.lessons[n][0]
    core: list[Fact] = [("allowed", c, -1), *(("free", t, -1) for t in problem.candidates[c])]
    core += [("lock", n, -1)] * (n in problem.lock_of) + [("open", v, -1) for v in problem.cohorts[c].venues]
    if _has_room(problem, n, core):
        return []
    for fact in list(core):
        fewer = [one for one in core if one != fact]
        if not _has_room(problem, n, fewer):
            core = fewer
    return core


def _has_room(problem: Problem, n: int, facts: list[Fact]) -> bool:
    """Whether a lesson has a placing when only these facts hold."""
    c = problem.lessons[n][0]
    cohort, lock = problem.cohorts[c], problem.lock_of.get(n)
    held, everything = set(facts), (1 << len(problem.days) * problem.cells) - 1
    if lock is not None and ("lock", n, -1) in held:
        windows, venues = [problem.bits(lock.day, lock.start, cohort.hours)], [lock.venue]
    else:
        days, starts = range(len(problem.days)), problem.starts[cohort.hours]
        windows = [problem.bits(day, start, cohort.hours) for day in days for start in starts]
        venues = [v for v in cohort.venues if problem.suits(cohort, problem.venues[v])]
    for t in problem.candidates[c]:
        mine = cohort.allowed if ("allowed", c, -1) in held else everything
        mine &= problem.trainers[t].available if ("free", t, -1) in held else everything
        for v in venues:
            cells = mine & (problem.venues[v].open if ("open", v, -1) in held else everything)
            if any(window & cells == window for window in windows):
                return True
    return False


def lessons_of(core: Iterable[Fact]) -> list[int]:
    """The lessons that a core needs to be there."""
    return sorted(n for kind, n, _ in core if kind == "lesson")


class _FactModel:
    """All placings of some lessons, each fact a literal."""

    def __init__(self, problem: Problem, lessons: list[int]) -> None:
        self.problem, self.lessons = problem, lessons
        self.model = Model()
        self._facts: dict[Fact, int] = {}
        self._names: dict[int, Fact] = {}
        self._choices: dict[int, list[tuple[Placing, int]]] = {n: self._lesson(n) for n in lessons}
        self._cells()
        self._class_days()
        self._rivals()
        self._trainers()

    def solve(self, kept: list[Fact] | None, seconds: float) -> Answer:
        """With all facts on, or only those kept."""
        for fact, literal in self._facts.items():
            if kept is None or fact in kept:
                self.model.assume(literal)
        return self.model.solve(seconds=seconds, settings=SETTINGS)

    def named(self, answer: Answer) -> list[Fact]:
        """The facts of an answer's core."""
        return [self._names[literal] for literal in answer.core if literal in self._names]

    def _fact(self, kind: str, who: int, whom: int = -1) -> int:
        fact = (kind, who, whom)
        if fact not in self._facts:
            self._facts[fact] = self.model.boolean()
            self._names[self._facts[fact]] = fact
        return self._facts[fact]

    def _lesson(self, n: int) -> list[tuple[Placing, int]]:
        problem = self.problem
        c = problem.lessons[n][0]
        cohort, found = problem.cohorts[c], []
        venues = [v for v in cohort.venues if problem.suits(cohort, problem.venues[v])]
        lock = problem.lock_of.get(n)
        if lock is not None and lock.venue not in venues:
            venues.append(lock.venue)
        for trainer in problem.candidates[c]:
            for day in range(len(problem.days)):
                for start in problem.starts[cohort.hours]:
                    bits = problem.bits(day, start, cohort.hours)
                    for venue in venues:
                        at = Placing(day, start, venue, trainer)
                        variable = self.model.boolean()
                        self._forbid(n, at, bits, variable)
                        found.append((at, variable))
        self.model.any_of([variable for _, variable in found], when=[self._fact("lesson", n)])
        self.model.at_most_one([variable for _, variable in found])
        return found

    def _forbid(self, n: int, at: Placing, bits: int, variable: int) -> None:
        """Each fact against a placing: the placing, or the fact, is off."""
        problem = self.problem
        c = problem.lessons[n][0]
        against = []
        lock = problem.lock_of.get(n)
        if lock is not None and (at.day, at.start, at.venue) != (lock.day, lock.start, lock.venue):
            against.append(self._fact("lock", n))
        if bits & ~problem.cohorts[c].allowed:
            against.append(self._fact("allowed", c))
        if bits & ~problem.trainers[at.trainer].available:
            against.append(self._fact("free", at.trainer))
        if bits & ~problem.venues[at.venue].open:
            against.append(self._fact("open", at.venue))
        for fact in against:
            self.model.any_of([negated(variable), negated(fact)])

    def _hours(self, n: int) -> int:
        return self.problem.cohorts[self.problem.lessons[n][0]].hours

    def _cells(self) -> None:
        venues: dict[tuple[int, int], list[int]] = defaultdict(list)
        trainers: dict[tuple[int, int], list[int]] = defaultdict(list)
        for n, choices in self._choices.items():
            for at, variable in choices:
                first = at.day * self.problem.cells + at.start
                for cell in range(first, first + self._hours(n)):
                    venues[at.venue, cell].append(variable)
                    trainers[at.trainer, cell].append(variable)
        for (venue, _), literals in venues.items():
            self._one(literals, self._fact("one_venue", venue))
        for (trainer, _), literals in trainers.items():
            self._one(literals, self._fact("one_trainer", trainer))

    def _one(self, literals: list[int], fact: int) -> None:
        if len(literals) > 1:
            self.model.at_most(dict.fromkeys(literals, 1), 1, when=[fact])

    def _class_days(self) -> None:
        for c, lessons in enumerate(self.problem.of_cohort):
            free = [n for n in lessons if n in self._choices]
            if len(free) > 1:
                apart = max(1, self.problem.cohorts[c].min_days_between)
                for day in range(len(self.problem.days)):
                    window = range(day, day + apart)
                    self._one(
                        [v for n in free for at, v in self._choices[n] if at.day in window],
                        self._fact("apart", c),
                    )

    def _rivals(self) -> None:
        present = {self.problem.lessons[n][0] for n in self.lessons}
        for a, b in sorted({(min(pair), max(pair)) for pair in self.problem.conflicts}):
            if a not in present or b not in present:
                continue
            cells: dict[int, list[int]] = defaultdict(list)
            for n in (*self.problem.of_cohort[a], *self.problem.of_cohort[b]):
                for at, variable in self._choices.get(n, ()):
                    first = at.day * self.problem.cells + at.start
                    for cell in range(first, first + self._hours(n)):
                        cells[cell].append(variable)
            for literals in cells.values():
                self._one(literals, self._fact("learners", a, b))

    def _trainers(self) -> None:
        """Hours a day, days and lessons a week, ways."""
        problem = self.problem
        by_day: dict[tuple[int, int], list[tuple[int, Placing, int]]] = defaultdict(list)
        for n, choices in self._choices.items():
            for at, variable in choices:
                by_day[at.trainer, at.day].append((n, at, variable))
        weeks: dict[int, list[int]] = defaultdict(list)
        days: dict[int, list[int]] = defaultdict(list)
        for (t, _), entries in by_day.items():
            weeks[t] += [variable for _, _, variable in entries]
            hours = {variable: self._hours(n) for n, _, variable in entries}
            self.model.at_most(hours, problem.trainers[t].max_hours_day, when=[self._fact("hours_day", t)])
            used = self.model.boolean()
            days[t].append(used)
            for variable in hours:
                self.model.any_of([negated(variable), used])
            self._ways(t, entries)
        for t, variables in weeks.items():
            one = problem.trainers[t]
            self.model.at_most(
                dict.fromkeys(variables, 1), one.max_sessions_week, when=[self._fact("sessions_week", t)]
            )
            self.model.at_most(
                dict.fromkeys(days[t], 1), one.max_days_week, when=[self._fact("days_week", t)]
            )

    def _ways(self, t: int, entries: list[tuple[int, Placing, int]]) -> None:
        problem = self.problem
        ends: dict[tuple[int, int], list[int]] = defaultdict(list)
        starts: dict[tuple[int, int], list[int]] = defaultdict(list)
        for n, at, variable in entries:
            village = problem.venues[at.venue].village
            ends[at.start + self._hours(n), village].append(variable)
            starts[at.start, village].append(variable)
        for (end, here), ending in ends.items():
            near = [
                variable
                for (start, there), starting in starts.items()
                if start >= end and there != here and problem.too_near(0, end, here, start, there)
                for variable in starting
            ]
            if near:
                link = self.model.boolean()
                for variable in ending:
                    self.model.any_of([negated(variable), link])
                for variable in near:
                    self.model.any_of([negated(link), negated(variable)], when=[self._fact("way", t)])
