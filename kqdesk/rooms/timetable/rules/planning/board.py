"""A timetable being made: who and what is taken when, what a placing would cost or push out. Pure, changes itself."""

from kqdesk.rooms.timetable.rules.planning.options import Option
from kqdesk.rooms.timetable.rules.planning.problem import Placing, Problem, Timetable


class Board:
    """Lessons put one by one; ``blockers`` says what stands in the way of a further one."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.timetable: Timetable = [None] * len(problem.lessons)
        self._hours = [problem.cohorts[c].hours for c, _ in problem.lessons]
        self._cohort = [c for c, _ in problem.lessons]
        self.venue_busy = [0] * len(problem.venues)
        self.trainer_busy = [0] * len(problem.trainers)
        self.cohort_busy = [0] * len(problem.cohorts)
        self._days: list[list[set[int]]] = [[set() for _ in problem.days] for _ in problem.trainers]
        self._load = [0] * len(problem.trainers)
        self._at_venue: list[set[int]] = [set() for _ in problem.venues]
        self._bits = [0] * len(problem.lessons)

    @property
    def unplaced(self) -> list[int]:
        """Lessons without a place."""
        return [n for n, at in enumerate(self.timetable) if at is None]

    def put(self, n: int, at: Placing) -> None:
        """Place a lesson where nothing is in its way."""
        bits = self.problem.bits(at.day, at.start, self._hours[n])
        self.timetable[n] = at
        self.venue_busy[at.venue] |= bits
        self.trainer_busy[at.trainer] |= bits
        self.cohort_busy[self._cohort[n]] |= bits
        self._days[at.trainer][at.day].add(n)
        self._load[at.trainer] += 1
        self._at_venue[at.venue].add(n)
        self._bits[n] = bits

    def take(self, n: int) -> None:
        """Lift a lesson off its place."""
        at = self.timetable[n]
        if at is None:
            return
        bits = self._bits[n]
        self._bits[n] = 0
        self.timetable[n] = None
        self.venue_busy[at.venue] &= ~bits
        self.trainer_busy[at.trainer] &= ~bits
        self.cohort_busy[self._cohort[n]] &= ~bits
        self._days[at.trainer][at.day].discard(n)
        self._load[at.trainer] -= 1
        self._at_venue[at.venue].discard(n)

    def fits(self, n: int, option: Option) -> bool:
        """Whether nothing is in the way."""
        at, bits, problem = option.at, option.bits, self.problem
        if bits & (self.venue_busy[at.venue] | self.trainer_busy[at.trainer]):
            return False
        c = self._cohort[n]
        for rival in problem.rivals[c]:
            if bits & self.cohort_busy[rival]:
                return False
        return self._siblings_agree(n, at) and self._trainer_can(n, at)

    def _siblings_agree(self, n: int, at: Placing) -> bool:
        c = self._cohort[n]
        apart = max(1, self.problem.cohorts[c].min_days_between)
        for m in self.problem.of_cohort[c]:
            other = self.timetable[m]
            if (
                m != n
                and other is not None
                and (abs(other.day - at.day) < apart or other.trainer != at.trainer)
            ):
                return False
        return True

    def _trainer_can(self, n: int, at: Placing) -> bool:
        """Ways between villages, hours of the day, days and lessons of the week."""
        problem, hours = self.problem, self._hours[n]
        trainer = problem.trainers[at.trainer]
        days = self._days[at.trainer]
        today = days[at.day]
        if self._load[at.trainer] >= trainer.max_sessions_week:
            return False
        if not today:
            return sum(map(bool, days)) < trainer.max_days_week
        for m in today:
            other = self.timetable[m]
            if other is not None and problem.clash_on_the_way(at, hours, other, self._hours[m]):
                return False
        return hours + sum(self._hours[m] for m in today) <= trainer.max_hours_day

    def blockers(self, n: int, option: Option) -> set[int]:
        """Lessons that would have to go for this one."""
        at, bits, problem = option.at, option.bits, self.problem
        found: set[int] = set()
        c = self._cohort[n]
        apart = max(1, problem.cohorts[c].min_days_between)
        for m in problem.of_cohort[c]:
            other = self.timetable[m]
            if (
                m != n
                and other is not None
                and (abs(other.day - at.day) < apart or other.trainer != at.trainer)
            ):
                found.add(m)
        for rival in problem.rivals[c]:
            if bits & self.cohort_busy[rival]:
                found.update(m for m in problem.of_cohort[rival] if bits & self._bits[m])
        if bits & self.venue_busy[at.venue]:
            found.update(m for m in self._at_venue[at.venue] if bits & self._bits[m])
        return found | self._trainer_blockers(n, at, found)

    def _trainer_blockers(self, n: int, at: Placing, gone: set[int]) -> set[int]:
        problem, hours = self.problem, self._hours[n]
        trainer, days = problem.trainers[at.trainer], self._days[at.trainer]
        found = set()
        for m in days[at.day]:
            other = self.timetable[m]
            if m not in gone and other and problem.clash_on_the_way(at, hours, other, self._hours[m]):
                found.add(m)
        if hours + self.hours_on(at.trainer, at.day) > trainer.max_hours_day:
            today = sorted(days[at.day] - gone - found, key=lambda m: self._hours[m])
            while today and hours + sum(self._hours[m] for m in today) > trainer.max_hours_day:
                found.add(today.pop())
        if self._load[at.trainer] >= min(trainer.max_sessions_week, trainer.max_days_week):
            found |= self._week_blockers(at, gone | found)
        return found

    def _week_blockers(self, at: Placing, gone: set[int]) -> set[int]:
        """Lessons beyond what the trainer can take in a week: those of the emptiest days."""
        trainer, days = self.problem.trainers[at.trainer], self._days[at.trainer]
        found: set[int] = set()
        others = sorted((day - gone for i, day in enumerate(days) if i != at.day and day - gone), key=len)
        while others and len(others) >= trainer.max_days_week:
            found |= others.pop(0)
        left = sorted(m for day in days for m in day if m not in gone and m not in found)
        while left and len(left) >= trainer.max_sessions_week:
            found.add(left.pop())
        return found

    def hours_on(self, trainer: int, day: int) -> int:
        """Hours a trainer teaches that day."""
        return sum(self._hours[m] for m in self._days[trainer][day])

    def days_of(self, trainer: int) -> int:
        """Days a trainer comes."""
        return sum(map(bool, self._days[trainer]))

    def lessons_of(self, trainer: int) -> int:
        """Lessons a trainer has."""
        return self._load[trainer]

    def is_there(self, trainer: int, day: int, village: int) -> bool:
        """Whether the trainer comes to the village that day."""
        return any(
            (at := self.timetable[m]) is not None and self.problem.venues[at.venue].village == village
            for m in self._days[trainer][day]
        )

    def added_cost(self, n: int, option: Option) -> int:
        """What the soft cost would grow by: its own, a further venue of the class, a further village of the day."""
        at, problem = option.at, self.problem
        cost = option.cost
        siblings = {
            other.venue
            for m in problem.of_cohort[self._cohort[n]]
            if m != n and (other := self.timetable[m]) is not None
        }
        if siblings and at.venue not in siblings:
            cost += problem.extra_venue(self._cohort[n])
        way = problem.way_cost(at.trainer, option.village)
        return cost + (way and not self.is_there(at.trainer, at.day, option.village)) * way
