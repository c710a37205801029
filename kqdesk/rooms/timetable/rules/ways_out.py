"""Ways out of a clash: another time in the same week, another room, another trainer. Pure; fewest changes first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from kqdesk.rooms.timetable.rules.clashes import Clash, Ground, Slot, clashes
from kqdesk.rooms.timetable.rules.days import clock, day_word, week_of
from kqdesk.rooms.timetable.terms import ClashKind

STEP = 30  # minutes between the starts that are tried
EARLIEST, LATEST = 8 * 60, 21 * 60 + 30  # no lesson begins before or ends after
MOST = 3

Finder = Callable[[Slot], Sequence[Clash]]
"""Gives the clashes of a wished lesson."""


@dataclass(frozen=True)
class Room:
    """A classroom that could be used instead."""

    id: str
    name: str
    site_id: str
    site: str
    zone: str
    seats: int


@dataclass(frozen=True)
class Stand:
    """A trainer who could teach instead; the caller puts the best suited first."""

    id: str
    name: str


@dataclass(frozen=True)
class Way:
    """One way out: the lesson as it would then be, and the sentence on its button."""

    sentence: str
    slot: Slot


def ways_out(
    wish: Slot,
    ground: Ground,
    rooms: Sequence[Room] = (),
    stands: Sequence[Stand] = (),
    *,
    today: date | None = None,
) -> list[Way]:
    """R-TIM-04: one to three ways without any clash, of the kinds that answer the clashes found; fewest changes first.

    ``ground`` must hold the lessons of the whole week. A way with soft clashes is offered only when none without is.
    """
    return ways_out_by(partial(clashes, ground=ground), wish, rooms, stands, today=today)


def ways_out_by(
    find: Finder,
    wish: Slot,
    rooms: Sequence[Room] = (),
    stands: Sequence[Stand] = (),
    *,
    today: date | None = None,
) -> list[Way]:
    """The same with whatever finds clashes; the checker of a whole term is the quick one."""
    found = find(wish)
    if not found:
        return []
    kinds = {clash.kind for clash in found}
    ways: list[Way] = []
    if kinds & {ClashKind.CLASSROOM, ClashKind.CAPACITY}:
        ways += _other_rooms(find, wish, rooms)[:1]
    if kinds & {ClashKind.TRAINER, ClashKind.AVAILABILITY, ClashKind.LEAVE}:
        ways += (_other_trainers(find, wish, stands, only_clean=True) or _other_trainers(find, wish, stands))[
            :1
        ]
    times = _other_times(find, wish, today, only_clean=True) or _other_times(
        find, wish, today, only_clean=False
    )
    return [*ways, *times][:MOST]


def _is_free(find: Finder, slot: Slot, only_clean: bool) -> bool:
    found = find(slot)
    return not found if only_clean else not any(clash.is_hard for clash in found)


def _other_rooms(find: Finder, wish: Slot, rooms: Sequence[Room]) -> list[Way]:
    near = sorted(
        rooms, key=lambda room: (room.site_id != wish.site_id, room.zone != wish.zone, room.seats, room.id)
    )
    found = []
    for room in near:
        slot = replace(
            wish,
            classroom_id=room.id,
            classroom=room.name,
            site_id=room.site_id,
            site=room.site,
            zone=room.zone,
        )
        if room.id != wish.classroom_id and _is_free(find, slot, only_clean=False):
            found.append(Way(f"换到{slot.place_words}（{room.seats} 座，这时空着）", slot))
    return found


def _other_trainers(
    find: Finder, wish: Slot, stands: Sequence[Stand], *, only_clean: bool = False
) -> list[Way]:
    found = []
    for stand in stands:
        slot = replace(wish, trainer_id=stand.id, trainer=stand.name)
        if stand.id != wish.trainer_id and _is_free(find, slot, only_clean):
            found.append(Way(f"请{stand.name}代课（这时有空）", slot))
    return found


def _other_times(find: Finder, wish: Slot, today: date | None, *, only_clean: bool) -> list[Way]:
    """The same length at another time of the week: same start on another day first, then near starts."""
    length = wish.end - wish.start
    found = []
    for day in sorted(week_of(wish.on), key=lambda day: (abs(day - wish.on), day)):
        if today is not None and day < today:
            continue
        for start in _starts(wish.start, length, is_same_day=day == wish.on):
            slot = replace(wish, on=day, start=start, end=start + length)
            if _is_free(find, slot, only_clean):
                found.append(Way(f"改到{day_word(day)} {clock(start)}–{clock(start + length)}", slot))
                break
        if len(found) == MOST:
            break
    return sorted(
        found, key=lambda way: (way.slot.start != wish.start, abs(way.slot.on - wish.on) > timedelta(3))
    )


def _starts(start: int, length: int, *, is_same_day: bool) -> list[int]:
    """The wished start, then those within three hours, nearest first; on the same day never the wished one."""
    tries = [start] + [start + sign * step for step in range(STEP, 181, STEP) for sign in (1, -1)]
    return [one for one in tries[is_same_day:] if one >= EARLIEST and one + length <= LATEST]


def explained(wish: Slot, ground: Ground, rooms: Sequence[Room], stands: Sequence[Stand], today: date) -> str:
    """Clashes and ways out as the text of a refusal."""
    found: Sequence[Clash] = clashes(wish, ground)
    lines = [clash.sentence for clash in found]
    ways = ways_out(wish, ground, rooms, stands, today=today)
    if ways:
        lines.append("可以：" + "；或".join(way.sentence for way in ways) + "。")
    return "\n".join(lines)
