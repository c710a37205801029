"""The clash check of a whole term, quick enough to follow a finger: one bitset a trainer, classroom and cohort.

``Checker.check`` gives the very clashes of ``clashes()``, from the few lessons of the same day that can matter.
``Checker.heat`` colours every start of the term at once: a lesson fits at bit b when no bit from b to b + length is
taken, which is a handful of shifts over one long integer; travel is the same with longer shoulders. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from math import gcd

from kqdesk.rooms.timetable.rules.bits import Grid, days_with, dilated, starts_blocked
from kqdesk.rooms.timetable.rules.clashes import Clash, Ground, Slot, clashes_among
from kqdesk.rooms.timetable.rules.ways_out import Room, Stand, Way, ways_out_by
from kqdesk.rooms.trainers.rules import leave_on

STEP = 15  # minutes between the starts the desk plans in
OPENS, CLOSES = 6 * 60, 23 * 60  # the day's window unless a lesson lies outside


class Colour(StrEnum):
    """What a cell says of a lifted lesson: it fits, it fits after a question, it cannot be."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


_COLOURS = {
    ("0", "0"): Colour.GREEN,
    ("0", "1"): Colour.YELLOW,
    ("1", "0"): Colour.RED,
    ("1", "1"): Colour.RED,
}
"""(red, yellow) of a start → its colour."""

Key = tuple[str, str]  # ("trainer" | "classroom" | "cohort", id)


class Checker:
    """All lessons of a stretch of days, by who and what they take. Holds its own copy: tell it what changed."""

    def __init__(self, ground: Ground, first: date, last: date) -> None:
        """``ground``: the lessons and facts of the days ``first`` to ``last``, both included; others are left out."""
        self.ground = ground
        lessons = [one for one in ground.lessons if first <= one.on <= last]
        step = gcd(STEP, *(minute for one in lessons for minute in (one.start, one.end)))
        longest = max([240, *(one.end - one.start for one in lessons)])
        self.grid = Grid(
            first,
            last,
            step,
            min([OPENS, *(one.start for one in lessons)]),
            max([CLOSES, *(one.end for one in lessons)]),
            longest + ground.longest_travel,
        )
        self._busy: dict[Key, int] = {}
        self._zones: dict[str, dict[str, int]] = {}  # trainer → zone → bits
        self._days: dict[tuple[str, str, date], list[Slot]] = {}
        self._blocked: dict[tuple[Key, int], int] = {}  # starts closed to a lesson of so many cells
        self._away: dict[tuple[str, int], int] = {}
        self._related = _related(ground.learners)
        self._closed = days_with(self.grid, ground.calendar.is_closed)
        self._makeup = days_with(self.grid, ground.calendar.is_makeup)
        for slot in lessons:
            self.put(slot)

    # ------------------------------------------------------------------ what stands

    def put(self, slot: Slot) -> None:
        """A lesson has come. It must lie on the checker's days and steps; ValueError when it does not."""
        bits = self.grid.bits(slot.on, slot.start, slot.end)
        for key in _keys(slot):
            self._busy[key] = self._busy.get(key, 0) | bits
            self._days.setdefault((*key, slot.on), []).append(slot)
            self._forget(key)
        if slot.trainer_id and slot.zone:
            zones = self._zones.setdefault(slot.trainer_id, {})
            zones[slot.zone] = zones.get(slot.zone, 0) | bits

    def take(self, slot: Slot) -> None:
        """A lesson has gone (``slot`` as it was put)."""
        for key in _keys(slot):
            rest = self._days[(*key, slot.on)]
            rest[:] = [other for other in rest if other is not slot and other != slot]
            self._busy[key] = self._without(key, [slot])
            self._forget(key)
        if slot.trainer_id and slot.zone:
            self._zones[slot.trainer_id] = self._zones_without(slot.trainer_id, [slot])

    def move(self, old: Slot, new: Slot) -> None:
        """A lesson stands elsewhere now."""
        self.take(old)
        self.put(new)

    def lessons_of(self, kind: str, key: str, on: date) -> Sequence[Slot]:
        """Lessons of one "trainer", "classroom" or "cohort" on a day."""
        return self._days.get((kind, key, on), ())

    # ------------------------------------------------------------------ one cell

    def check(self, wish: Slot) -> list[Clash]:
        """Every clash of a lesson wished for, as ``clashes()`` gives them: hard ones first."""
        return clashes_among(wish, self._others(wish), self.ground)

    def _others(self, wish: Slot) -> list[Slot]:
        """Lessons of the day that share a class, a trainer, a classroom or learners with the wish; each once."""
        on, get, me = wish.on, self._days.get, wish.lesson_id
        found: list[Slot] = []
        if (some := get(("cohort", wish.cohort_id, on))) is not None:
            found += some
        if wish.trainer_id and (some := get(("trainer", wish.trainer_id, on))) is not None:
            found += some
        if wish.classroom_id and (some := get(("classroom", wish.classroom_id, on))) is not None:
            found += some
        for cohort_id in self._related.get(wish.cohort_id, ()):
            if (some := get(("cohort", cohort_id, on))) is not None:
                found += some
        if len(found) > 1:
            found = list({id(one): one for one in found}.values())
        return found if me is None else [one for one in found if one.lesson_id != me]

    def ways(
        self,
        wish: Slot,
        rooms: Sequence[Room] = (),
        stands: Sequence[Stand] = (),
        *,
        today: date | None = None,
    ) -> list[Way]:
        """One to three ways out of the wish's clashes, fewest changes first (R-TIM-04)."""
        return ways_out_by(self.check, wish, rooms, stands, today=today)

    # ------------------------------------------------------------------ all cells

    def heat(self, lifted: Slot, together: Sequence[Slot] = ()) -> "Heat":
        """Colours of every start on every day for a lesson lifted off its place.

        ``together``: further lessons lifted with it (the rest of a series); none of them is in its own way.
        """
        return Heat(self, lifted, (lifted, *together))

    def _without(self, key: Key, gone: Sequence[Slot]) -> int:
        """The bits of a trainer, classroom or cohort without some lessons; those they overlap stay."""
        busy = self._busy.get(key, 0)
        mine = [one for one in gone if key in _keys(one)]
        for one in mine:
            busy &= ~self.grid.bits(one.on, one.start, one.end)
        ids = {id(one) for one in mine}
        lesson_ids = {one.lesson_id for one in mine if one.lesson_id}
        for on in {one.on for one in mine}:
            for other in self._days.get((*key, on), ()):
                if id(other) not in ids and (other.lesson_id is None or other.lesson_id not in lesson_ids):
                    busy |= self.grid.bits(other.on, other.start, other.end)
        return busy

    def _zones_without(self, trainer_id: str, gone: Sequence[Slot]) -> dict[str, int]:
        zones = dict(self._zones.get(trainer_id, {}))
        mine = [one for one in gone if one.trainer_id == trainer_id and one.zone]
        for one in mine:
            zones[one.zone] = zones.get(one.zone, 0) & ~self.grid.bits(one.on, one.start, one.end)
        ids, lesson_ids = {id(one) for one in mine}, {one.lesson_id for one in mine if one.lesson_id}
        for on in {one.on for one in mine}:
            for other in self.lessons_of("trainer", trainer_id, on):
                if other.zone and id(other) not in ids and other.lesson_id not in lesson_ids - {None}:
                    zones[other.zone] = zones.get(other.zone, 0) | self.grid.bits(
                        other.on, other.start, other.end
                    )
        return zones

    def blocked(self, key: Key, cells: int, gone: Sequence[Slot]) -> int:
        """Starts at which a lesson of so many cells meets a lesson of ``key``, without those lifted."""
        if any(key in _keys(one) for one in gone):
            return starts_blocked(self._without(key, gone), cells)
        known = self._blocked.get((key, cells))
        if known is None:
            known = self._blocked[key, cells] = starts_blocked(self._busy.get(key, 0), cells)
        return known

    def closed(self) -> int:
        """Starts on days off."""
        return self._closed

    def makeup(self) -> int:
        """Starts on 调休 working days."""
        return self._makeup

    def away(self, trainer_id: str, cells: int) -> int:
        """Starts outside the hours the trainer has named."""
        free = self.ground.available.get(trainer_id)
        if free is None:
            return 0
        known = self._away.get((trainer_id, cells))
        if known is None:
            known = self._away[trainer_id, cells] = self.grid.all_starts & ~self.grid.weekly(
                free.spans, cells
            )
        return known

    def on_leave(self, trainer_id: str) -> int:
        """Starts on days on which the trainer is on leave."""
        those = self.ground.leaves.get(trainer_id, ())
        return days_with(self.grid, lambda on: leave_on(those, on) is not None) if those else 0

    def too_far(self, trainer_id: str, zone: str, cells: int, gone: Sequence[Slot]) -> int:
        """Starts from which the trainer cannot reach, or come from, a lesson in another zone in time."""
        found = 0
        mine = [one for one in gone if one.trainer_id == trainer_id]
        zones = self._zones_without(trainer_id, mine) if mine else self._zones.get(trainer_id, {})
        for other, bits in zones.items():
            minutes = self.ground.travel_between(zone, other)
            if bits and minutes and other != zone:
                found |= dilated(bits, cells, -(-minutes // self.grid.step))
        return found

    def related(self, cohort_id: str) -> Iterable[str]:
        """Cohorts that share learners with one."""
        return self._related.get(cohort_id, ())

    def _forget(self, key: Key) -> None:
        if self._blocked:
            for known in [one for one in self._blocked if one[0] == key]:
                del self._blocked[known]


@dataclass(frozen=True)
class Layers:
    """Starts of the term that are red and those that are at least yellow, for one room and trainer."""

    red: int
    yellow: int


class Heat:
    """The colours of one lifted lesson. Rooms are reckoned when they are asked for, sentences when a cell is."""

    def __init__(self, checker: Checker, lifted: Slot, gone: Sequence[Slot]) -> None:
        self.lifted = lifted
        self._checker, self._gone, self._grid = checker, gone, checker.grid
        self._cells = -(-(lifted.end - lifted.start) // checker.grid.step)
        self._layers: dict[tuple[str | None, str | None], Layers] = {}
        self._people: tuple[int, int] | None = None
        self._trainers: dict[tuple[str, str], tuple[int, int]] = {}

    def at(self, on: date, start: int, room: Room | None = None, stand: Stand | None = None) -> Slot:
        """The lesson as it would stand there."""
        length = self.lifted.end - self.lifted.start
        return self._with(replace(self.lifted, on=on, start=start, end=start + length), room, stand)

    def colour(self, on: date, start: int, room: Room | None = None, stand: Stand | None = None) -> Colour:
        """The colour of one start; ``room`` None: its own classroom. A day outside the term is red."""
        bit = self._grid.start_bit(on, start)
        if bit < 0:
            return Colour.RED
        layers = self.layers(room, stand)
        if layers.red >> bit & 1:
            return Colour.RED
        return Colour.YELLOW if layers.yellow >> bit & 1 else Colour.GREEN

    def week(
        self, monday: date, room: Room | None = None, stand: Stand | None = None, *, every: int = STEP
    ) -> dict[tuple[date, int], Colour]:
        """(day, start minute) → colour for every start of seven days, ``every`` minutes apart."""
        layers, grid = self.layers(room, stand), self._grid
        begins, keys = grid.week_starts(monday, every)
        red = "".join([grid.marks(layers.red, begin, every) for begin in begins])
        yellow = "".join([grid.marks(layers.yellow, begin, every) for begin in begins])
        return dict(zip(keys, map(_COLOURS.__getitem__, zip(red, yellow, strict=True)), strict=True))

    def reasons(
        self, on: date, start: int, room: Room | None = None, stand: Stand | None = None
    ) -> list[Clash]:
        """Why a cell is not green, as sentences; the lessons lifted together are not in each other's way."""
        slot = self.at(on, start, room, stand)
        ids = {one.lesson_id for one in self._gone if one.lesson_id}
        return [
            clash
            for clash in self._checker.check(slot)
            if clash.other is None or clash.other.lesson_id not in ids
        ]

    def layers(self, room: Room | None = None, stand: Stand | None = None) -> Layers:
        """Red and yellow starts of the whole term for one room and trainer."""
        key = (room.id if room else None, stand.id if stand else None)
        known = self._layers.get(key)
        if known is None:
            known = self._layers[key] = self._reckon(room, stand)
        return known

    def _with(self, slot: Slot, room: Room | None, stand: Stand | None) -> Slot:
        if room is not None:
            slot = replace(
                slot, classroom_id=room.id, classroom=room.name, site_id=room.site_id, site=room.site, zone=room.zone
            )  # fmt: skip
        return slot if stand is None else replace(slot, trainer_id=stand.id, trainer=stand.name)

    def _reckon(self, room: Room | None, stand: Stand | None) -> Layers:
        checker, ground, cells = self._checker, self._checker.ground, self._cells
        classroom = room.id if room else self.lifted.classroom_id
        zone = room.zone if room else self.lifted.zone
        trainer = stand.id if stand else self.lifted.trainer_id
        red, yellow = self._cohort_layers()
        people = len(ground.learners.get(self.lifted.cohort_id, ()))
        if classroom:
            red |= checker.blocked(("classroom", classroom), cells, self._gone)
            if ground.seats.get(classroom, people) < people:
                red |= self._grid.all_starts
        if trainer:
            more_red, more_yellow = self._trainer_layers(trainer, zone)
            red, yellow = red | more_red, yellow | more_yellow
        return Layers(red, yellow)

    def _trainer_layers(self, trainer: str, zone: str) -> tuple[int, int]:
        """Rooms of one zone share them."""
        known = self._trainers.get((trainer, zone))
        if known is None:
            checker, cells = self._checker, self._cells
            red = checker.blocked(("trainer", trainer), cells, self._gone) | checker.on_leave(trainer)
            yellow = checker.away(trainer, cells)
            if zone:
                yellow |= checker.too_far(trainer, zone, cells, self._gone)
            known = self._trainers[trainer, zone] = red, yellow
        return known

    def _cohort_layers(self) -> tuple[int, int]:
        """What does not hang on room or trainer; reckoned once."""
        if self._people is None:
            checker, cells = self._checker, self._cells
            red = checker.closed() | checker.blocked(("cohort", self.lifted.cohort_id), cells, self._gone)
            yellow = checker.makeup()
            for other in checker.related(self.lifted.cohort_id):
                yellow |= checker.blocked(("cohort", other), cells, self._gone)
            self._people = red, yellow
        return self._people


def _keys(slot: Slot) -> list[Key]:
    found = [("cohort", slot.cohort_id)]
    if slot.trainer_id:
        found.append(("trainer", slot.trainer_id))
    if slot.classroom_id:
        found.append(("classroom", slot.classroom_id))
    return found


def _related(learners: Mapping[str, frozenset[str]]) -> dict[str, tuple[str, ...]]:
    """Cohort → cohorts that share at least one person with it."""
    where: dict[str, list[str]] = {}
    for cohort_id, people in learners.items():
        for person in people:
            where.setdefault(person, []).append(cohort_id)
    found: dict[str, set[str]] = {}
    for cohorts in where.values():
        for one in cohorts if len(cohorts) > 1 else ():
            found.setdefault(one, set()).update(cohorts)
    return {one: tuple(sorted(others - {one})) for one, others in found.items()}
