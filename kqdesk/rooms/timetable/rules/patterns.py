"""From a week's pattern to the dates of a term: pattern × weeks − holidays + make-up days, each displaced date explained. Pure.

A displaced lesson is placed by what it would disturb: a make-up day of the same holiday first, then few days late, the
same time, its own trainer and room. Lessons that stand are never moved for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kqdesk.rooms.timetable.rules.checker import Checker, Heat
from kqdesk.rooms.timetable.rules.clashes import Ground, Slot
from kqdesk.rooms.timetable.rules.days import clock, day_word
from kqdesk.rooms.timetable.rules.ways_out import Stand
from kqdesk.rooms.timetable.terms import ClashKind
from kqdesk.rooms.trainers.rules import leave_on

REACH_BACK, REACH_ON = 6, 28
"""Days before and after its own day that a displaced lesson may go to; the weeks kept in reserve are always tried."""
WORK_ENDS = 17 * 60 + 30
"""Minute of the day at which work ends: earlier lessons of people at work cannot be on a 调休 working day."""
LATE_A_DAY, OTHER_START, OTHER_TRAINER, TWICE_A_DAY = 1, 6, 15, 40
MAKEUP_GAIN = 30


@dataclass(frozen=True)
class Pattern:
    """A lesson of the week: as ``slot`` on any day of its weekday, in the weeks whose bit is set.

    ``weeks``: bit 0 is the first week of the term; A/B weeks and a factory's shifts are bits. ``is_for_workers``:
    its learners work on weekdays, and so on 调休 working days.
    """

    slot: Slot
    weekday: int
    weeks: int
    is_for_workers: bool = False


@dataclass(frozen=True)
class Term:
    """``first``: a Monday. ``weeks`` of lessons, then ``reserve`` weeks into which displaced ones may go."""

    first: date
    weeks: int
    reserve: int = 2

    @property
    def last(self) -> date:
        """The last day, reserve included."""
        return self.first + timedelta(7 * (self.weeks + self.reserve) - 1)


@dataclass(frozen=True)
class DatedLesson:
    """One lesson on its date. ``was_on``: the day the pattern gave, when it was displaced; ``sentence`` says why and where to."""

    slot: Slot
    pattern: int
    week: int
    was_on: date | None = None
    sentence: str = ""


@dataclass(frozen=True)
class TermPlan:
    """``lessons`` by date; ``left``: displaced lessons without a date, on the day they would have been, each explained."""

    lessons: Sequence[DatedLesson]
    left: Sequence[DatedLesson]


def every_week(weeks: int) -> int:
    """The weeks of a lesson that is there each week."""
    return (1 << weeks) - 1


def alternate_weeks(weeks: int, first: int) -> int:
    """A weeks (``first`` 0) or B weeks (1) as bits."""
    return sum(1 << week for week in range(first, weeks, 2))


def dated(
    patterns: Sequence[Pattern],
    term: Term,
    ground: Ground,
    stands: Mapping[str, Sequence[Stand]] | None = None,
) -> TermPlan:
    """R-TIM-07: the dates of a term. ``ground``: lessons that stand already, calendar, learners, seats, availability.

    ``stands``: trainer → who could teach instead when nothing else is left.
    """
    regular: list[DatedLesson] = []
    displaced: list[tuple[DatedLesson, str]] = []
    for number, pattern in enumerate(patterns):
        for lesson in _by_pattern(pattern, number, term):
            why = _why_not(pattern, lesson.slot.on, ground)
            if why:
                displaced.append((lesson, why))
            else:
                regular.append(lesson)
    standing = [*ground.lessons, *(lesson.slot for lesson in regular)]
    checker = Checker(replace(ground, lessons=standing), term.first, term.last)
    left: list[DatedLesson] = []
    for lesson, why in sorted(displaced, key=lambda one: (one[0].slot.on, one[0].pattern)):
        placing = _Placing(checker, lesson, why, patterns, term, stands or {})
        found = placing.best()
        if found is None:
            left.append(replace(lesson, was_on=lesson.slot.on, sentence=placing.nothing()))
        else:
            checker.put(found.slot)
            regular.append(found)
    regular.sort(key=lambda one: (one.slot.on, one.slot.start, one.pattern))
    return TermPlan(regular, left)


def _by_pattern(pattern: Pattern, number: int, term: Term) -> Iterator[DatedLesson]:
    for week in range(term.weeks):
        if pattern.weeks >> week & 1:
            on = term.first + timedelta(7 * week + pattern.weekday - 1)
            yield DatedLesson(replace(pattern.slot, on=on), number, week)


def _why_not(pattern: Pattern, on: date, ground: Ground) -> str:
    """Why a day of the pattern is not taught on; empty when it is."""
    calendar = ground.calendar
    if leave_on(ground.leaves.get(pattern.slot.trainer_id or "", ()), on):
        return f"培训师{pattern.slot.trainer}请假"
    if why := calendar.why_closed(on):
        return f"{why}放假"
    makeup = calendar.makeup_of(on)
    if makeup and pattern.is_for_workers and pattern.slot.start < WORK_ENDS:
        return f"{makeup}调休上班日，学员白天要上班"
    return ""


@dataclass(frozen=True)
class _Candidate:
    cost: int
    on: date
    start: int
    stand: Stand | None


class _Placing:
    """The search for one displaced lesson's new date."""

    def __init__(
        self,
        checker: Checker,
        lesson: DatedLesson,
        why: str,
        patterns: Sequence[Pattern],
        term: Term,
        stands: Mapping[str, Sequence[Stand]],
    ) -> None:
        self._checker, self._lesson, self._why, self._term = checker, lesson, why, term
        self._pattern = patterns[lesson.pattern]
        self._calendar = checker.ground.calendar
        self._holiday = self._calendar.closed.get(lesson.slot.on, "")
        self._starts = _starts(lesson.slot, patterns)
        self._stands = stands.get(lesson.slot.trainer_id or "", ())
        self._heat: Heat = checker.heat(lesson.slot)

    def best(self) -> DatedLesson | None:
        """The lesson on its new date, or None when every day within reach is taken."""
        for stand in (None, *self._stands):
            for candidate in sorted(self._candidates(stand), key=lambda one: (one.cost, one.on, one.start)):
                if self._is_possible(candidate):
                    return self._moved(candidate)
        return None

    def nothing(self) -> str:
        """Why there is no new date, as a sentence."""
        slot = self._lesson.slot
        days = [on for on in self._days() if not self._calendar.why_closed(on)][:60]
        said = [clash.sentence for on in days for clash in self._heat.reasons(on, slot.start)[:1]]
        first = "；".join(dict.fromkeys(sentence.rstrip("。") for sentence in said[:3]))
        return f"「{slot.cohort}」{slot.time_words}：{self._why}，到 {day_word(self._term.last)} 都没有空位（{first}）。请放宽一项再排。"

    def _days(self) -> list[date]:
        on, term = self._lesson.slot.on, self._term
        near = {on + timedelta(n) for n in range(-REACH_BACK, REACH_ON + 1)}
        reserve = {term.first + timedelta(7 * term.weeks + n) for n in range(7 * term.reserve)}
        return sorted(day for day in near | reserve if term.first <= day <= term.last and day != on)

    def _candidates(self, stand: Stand | None) -> Iterator[_Candidate]:
        was = self._lesson.slot
        for on in self._days():
            if self._calendar.why_closed(on):
                continue
            late = (on - was.on).days
            cost = LATE_A_DAY * (late if late > 0 else -2 * late) + OTHER_TRAINER * (stand is not None)
            cost += TWICE_A_DAY * bool(self._checker.lessons_of("cohort", was.cohort_id, on))
            if self._holiday and self._calendar.makeup_of(on) == self._holiday:
                cost -= MAKEUP_GAIN
            for start in self._starts:
                if not self._are_at_work(on, start):
                    yield _Candidate(cost + OTHER_START * (start != was.start), on, start, stand)

    def _are_at_work(self, on: date, start: int) -> bool:
        """Whether a working class would be at work; one that is taught on weekdays by day (its shift is free) would not."""
        if not self._pattern.is_for_workers or start >= WORK_ENDS:
            return False
        is_workday = on.isoweekday() < 6 or bool(self._calendar.makeup_of(on))
        return is_workday and (self._pattern.weekday > 5 or on.isoweekday() > 5)

    def _is_possible(self, candidate: _Candidate) -> bool:
        """Without any clash; a make-up day's own warning is what we want here."""
        found = self._heat.reasons(candidate.on, candidate.start, stand=candidate.stand)
        return all(clash.kind is ClashKind.HOLIDAY and not clash.is_hard for clash in found)

    def _moved(self, candidate: _Candidate) -> DatedLesson:
        was = self._lesson.slot
        slot = self._heat.at(candidate.on, candidate.start, stand=candidate.stand)
        notes = [self._how_far(candidate.on)]
        notes.append("时间不变" if slot.start == was.start else f"改为 {clock(slot.start)}–{clock(slot.end)}")
        if candidate.stand is not None:
            notes.append(f"由{candidate.stand.name}代课")
        sentence = f"「{was.cohort}」{was.time_words}：{self._why}，改到 {day_word(slot.on)} {clock(slot.start)}（{'，'.join(notes)}）。"
        return replace(self._lesson, slot=slot, was_on=was.on, sentence=sentence)

    def _how_far(self, on: date) -> str:
        makeup = self._calendar.makeup_of(on)
        if makeup:
            return f"{makeup}调休上班日"
        days = (on - self._lesson.slot.on).days
        return f"推后 {days} 天" if days > 0 else f"提前 {-days} 天"


def _starts(slot: Slot, patterns: Sequence[Pattern]) -> list[int]:
    """Its own start, then the starts its class has on other days."""
    own = {one.slot.start for one in patterns if one.slot.cohort_id == slot.cohort_id}
    return [slot.start, *sorted(own - {slot.start})]
