"""The timetable as booleans: some lessons free, the others frozen around them. Pure.

One variable a (lesson, placing) that the frozen lessons allow. Everything that only one lesson may take (a venue's cell,
a trainer's cell, a pair of classes' cell, a class's day) is one at-most-one. Further venues of a class and a trainer's
ways are variables of their own, tied by "at most one of a lesson's placings there, or it is counted".
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from kqdesk.rooms.timetable.rules.planning.board import Board
from kqdesk.rooms.timetable.rules.planning.options import Option
from kqdesk.rooms.timetable.rules.planning.problem import Placing, Problem, Timetable
from kqdesk.rooms.timetable.rules.planning.sat import Answer, Model, negated

UNPLACED = 1000
"""Cost of a lesson without a place, where that is allowed: above any soft cost a lesson can have."""


class WeekModel:
    """The booleans of the free lessons of a problem."""

    def __init__(
        self,
        problem: Problem,
        options: Sequence[Sequence[Option]],
        timetable: Timetable,
        free: Iterable[int],
        *,
        may_stay_out: bool = False,
        only_placing: bool = False,
    ) -> None:
        """``timetable``: the frozen lessons, and hints for the free ones. ``only_placing``: count lessons, not costs."""
        self.problem = problem
        self.free = sorted(set(free))
        self._timetable = timetable
        self.model = Model()
        self.board = Board(problem)
        self._only_placing = only_placing
        loose = set(self.free)
        for n, at in enumerate(timetable):
            if at is not None and n not in loose:
                self.board.put(n, at)
        self.choices: dict[int, list[tuple[Option, int]]] = {}
        self.stays_out: dict[int, int] = {}
        self.hopeless: list[int] = []
        for n in self.free:
            self._lesson(n, options[n], may_stay_out)
        self._cells()
        self._class_days()
        self._rivals()
        self._trainer_limits()
        self._ways()
        self._same_trainer()
        if not only_placing:
            self._venue_cost()
            self._way_cost()

    # ------------------------------------------------------------------ lessons

    def _lesson(self, n: int, options: Sequence[Option], may_stay_out: bool) -> None:
        model, now = self.model, self._timetable[n]
        found = []
        for option in options:
            if not self.board.fits(n, option):
                continue
            variable = model.boolean()
            if not self._only_placing:
                model.cost(variable, option.cost)
            if now is not None:
                model.hint(variable, option.at == now)
            found.append((option, variable))
        literals = [variable for _, variable in found]
        if may_stay_out:
            out = self.stays_out[n] = model.boolean()
            model.cost(out, 1 if self._only_placing else UNPLACED)
            literals.append(out)
        self.choices[n] = found
        if literals:
            model.exactly_one(literals)
        else:
            self.hopeless.append(n)

    def _cells(self) -> None:
        """One lesson a cell of a venue and of a trainer."""
        venues: dict[tuple[int, int], list[int]] = defaultdict(list)
        trainers: dict[tuple[int, int], list[int]] = defaultdict(list)
        for n, found in self.choices.items():
            hours = self._hours(n)
            for option, variable in found:
                day, start, venue, trainer = option.at
                first = day * self.problem.cells + start
                for cell in range(first, first + hours):
                    venues[venue, cell].append(variable)
                    trainers[trainer, cell].append(variable)
        for literals in (*venues.values(), *trainers.values()):
            self.model.at_most_one(literals)

    def _class_days(self) -> None:
        """No two lessons of a class on one day, or nearer than it asks."""
        for c, lessons in enumerate(self.problem.of_cohort):
            free = [n for n in lessons if n in self.choices]
            if len(free) < 2:
                continue
            apart = max(1, self.problem.cohorts[c].min_days_between)
            for day in range(len(self.problem.days)):
                window = range(day, day + apart)
                self.model.at_most_one([v for n in free for o, v in self.choices[n] if o.at.day in window])

    def _rivals(self) -> None:
        """Two classes that share learners never at once."""
        covering: dict[int, dict[int, list[int]]] = {}
        for a, b in sorted({(min(pair), max(pair)) for pair in self.problem.conflicts}):
            if not (self._free_of(a) and self._free_of(b)):
                continue
            for c in (a, b):
                if c not in covering:
                    covering[c] = self._covering(c)
            for cell in covering[a].keys() & covering[b].keys():
                self.model.at_most_one(covering[a][cell] + covering[b][cell])

    def _covering(self, c: int) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for n in self._free_of(c):
            for option, variable in self.choices[n]:
                first = option.at.day * self.problem.cells + option.at.start
                for cell in range(first, first + self._hours(n)):
                    found[cell].append(variable)
        return found

    def _free_of(self, c: int) -> list[int]:
        return [n for n in self.problem.of_cohort[c] if n in self.choices]

    def _hours(self, n: int) -> int:
        return self.problem.cohorts[self.problem.lessons[n][0]].hours

    # ------------------------------------------------------------------ trainers

    def _by_trainer_day(self) -> dict[tuple[int, int], list[tuple[int, Option, int]]]:
        found: dict[tuple[int, int], list[tuple[int, Option, int]]] = defaultdict(list)
        for n, choices in self.choices.items():
            for option, variable in choices:
                found[option.at.trainer, option.at.day].append((n, option, variable))
        return found

    def _trainer_limits(self) -> None:
        """Hours of a day, days and lessons of a week, where they could be exceeded."""
        problem, by_day = self.problem, self._by_trainer_day()
        days_used: dict[int, dict[int, int]] = defaultdict(dict)
        for (t, day), entries in by_day.items():
            frozen = self.board.hours_on(t, day)
            most = problem.trainers[t].max_hours_day - frozen
            lessons = {n for n, _, _ in entries}
            if sum(self._hours(n) for n in lessons) > most:
                self.model.at_most({variable: self._hours(n) for n, _, variable in entries}, most)
            if not frozen:
                days_used[t][day] = 1
        for t in {t for t, _ in by_day}:
            self._week_limits(t, by_day, list(days_used[t]))

    def _week_limits(
        self, t: int, by_day: dict[tuple[int, int], list[tuple[int, Option, int]]], new_days: list[int]
    ) -> None:
        trainer, board = self.problem.trainers[t], self.board
        entries = [entry for (other, _), found in by_day.items() if other == t for entry in found]
        lessons = {n for n, _, _ in entries}
        left = trainer.max_sessions_week - board.lessons_of(t)
        if len(lessons) > left:
            self.model.at_most({variable: 1 for _, _, variable in entries}, max(0, left))
        days_left = trainer.max_days_week - board.days_of(t)
        if min(len(new_days), len(lessons)) > days_left:
            used = {}
            for day in new_days:
                used[day] = self.model.boolean()
                self._counted(by_day[t, day], used[day])
            self.model.at_most(dict.fromkeys(used.values(), 1), max(0, days_left))

    def _counted(self, entries: Iterable[tuple[int, Option, int]], counter: int) -> None:
        """``counter`` holds when any of the placings does."""
        by_lesson: dict[int, list[int]] = defaultdict(list)
        for n, _, variable in entries:
            by_lesson[n].append(variable)
        for literals in by_lesson.values():
            self.model.at_most_one([*literals, negated(counter)])

    def _ways(self) -> None:
        """From one village to another only when there is time."""
        problem = self.problem
        for entries in self._by_trainer_day().values():
            ends: dict[tuple[int, int], list[int]] = defaultdict(list)
            starts: dict[tuple[int, int], list[int]] = defaultdict(list)
            for n, option, variable in entries:
                ends[option.at.start + self._hours(n), option.village].append(variable)
                starts[option.at.start, option.village].append(variable)
            for (end, here), ending in ends.items():
                near = [
                    variable
                    for (start, there), starting in starts.items()
                    if start >= end and there != here and problem.too_near(0, end, here, start, there)
                    for variable in starting
                ]
                self._not_both(ending, near)

    def _not_both(self, ending: Sequence[int], near: Sequence[int]) -> None:
        if not near:
            return
        if len(ending) * len(near) > len(ending) + len(near):
            link = self.model.boolean()
            for variable in ending:
                self.model.any_of([negated(variable), link])
            for variable in near:
                self.model.any_of([negated(link), negated(variable)])
            return
        for one in ending:
            for other in near:
                self.model.any_of([negated(one), negated(other)])

    def _same_trainer(self) -> None:
        """One trainer for all lessons of a class."""
        for lessons in self.problem.of_cohort:
            free = [n for n in lessons if n in self.choices]
            trainers = {option.at.trainer for n in free for option, _ in self.choices[n]}
            if len(free) < 2 or len(trainers) < 2:
                continue
            chosen = {t: self.model.boolean() for t in sorted(trainers)}
            self.model.exactly_one(list(chosen.values()))
            for n in free:
                for t, choice in chosen.items():
                    there = [variable for option, variable in self.choices[n] if option.at.trainer == t]
                    self.model.at_most_one([*there, negated(choice)])

    # ------------------------------------------------------------------ costs

    def _venue_cost(self) -> None:
        """Each further venue of a class; the first is free of cost."""
        for c, lessons in enumerate(self.problem.of_cohort):
            free = [n for n in lessons if n in self.choices]
            if not free or len(lessons) < 2:
                continue
            frozen = {at.venue for n in lessons if n not in self.choices and (at := self.board.timetable[n])}
            by_venue: dict[int, list[tuple[int, Option, int]]] = defaultdict(list)
            for n in free:
                for option, variable in self.choices[n]:
                    by_venue[option.at.venue].append((n, option, variable))
            for venue, entries in by_venue.items():
                if venue not in frozen:
                    used = self.model.boolean()
                    self.model.cost(used, self.problem.extra_venue(c))
                    self._counted(entries, used)
            self._first_venue_free(free, frozen, self.problem.extra_venue(c))

    def _first_venue_free(self, free: Sequence[int], frozen: set[int], amount: int) -> None:
        if frozen:
            return
        if not self.stays_out:
            self.model.offset(-amount)
            return
        none = self.model.boolean()  # holds when no lesson of the class has a place
        self.model.offset(-amount)
        self.model.cost(none, amount)
        self.model.any_of([negated(self.stays_out[n]) for n in free] + [none])

    def _way_cost(self) -> None:
        """A day of a trainer in a village, once."""
        for (t, day), entries in self._by_trainer_day().items():
            by_village: dict[int, list[tuple[int, Option, int]]] = defaultdict(list)
            for entry in entries:
                by_village[entry[1].village].append(entry)
            for village, there in by_village.items():
                way = self.problem.way_cost(t, village)
                if way and not self.board.is_there(t, day, village):
                    counted = self.model.boolean()
                    self.model.cost(counted, way)
                    self._counted(there, counted)

    # ------------------------------------------------------------------ answers

    def placings(self, answer: Answer) -> dict[int, Placing | None]:
        """Free lesson → its place in the answer."""
        return self.placings_of(answer.values)

    def placings_of(self, values: Sequence[int]) -> dict[int, Placing | None]:
        """Free lesson → its place when the variables have these values."""
        found: dict[int, Placing | None] = dict.fromkeys(self.free)
        for n, choices in self.choices.items():
            for option, variable in choices:
                if values[variable]:
                    found[n] = option.at
        return found
