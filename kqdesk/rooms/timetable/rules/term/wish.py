"""What 自动排课 is asked: cohorts with what each needs, and everything that stands meanwhile. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kqdesk.rooms.timetable.rules.clashes import Ground, Slot
from kqdesk.rooms.timetable.rules.ways_out import Room, Stand

WEEKDAYS = range(1, 8)


class Window(StrEnum):
    """When the chosen cohorts can come."""

    EVENINGS = "evenings"
    WEEKENDS = "weekends"
    ANY = "any"

    @property
    def label(self) -> str:
        """What people read."""
        return {"evenings": "只排晚上", "weekends": "晚上和周末白天", "any": "任何时间"}[self.value]

    def holds(self, weekday: int, start: int) -> bool:
        """Whether a lesson may begin then; ISO weekday, minute of the day."""
        return self is Window.ANY or start >= EVENING or (self is Window.WEEKENDS and weekday >= 6)


EVENING = 17 * 60 + 30  # from here on it is evening


@dataclass(frozen=True)
class CohortWish:
    """One cohort to plan. ``movable``: its lessons to come that may be re-timed; ``stays``: days it has lessons on anyway.

    ``trainer`` None: the planner chooses among ``candidates``. ``count``: lessons to place, the movable ones among them.
    """

    id: str
    title: str
    size: int
    count: int
    minutes: int
    study_hours: int
    per_week: int
    starts_on: date
    trainer: Stand | None = None
    candidates: tuple[str, ...] = ()
    site_id: str | None = None
    classroom_id: str | None = None
    movable: tuple[Slot, ...] = ()
    stays: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Task:
    """All of it. ``ground``: lessons that stand (the movable ones are not among them) between ``first`` and ``last``."""

    wishes: tuple[CohortWish, ...]
    ground: Ground
    rooms: tuple[Room, ...]
    stands: tuple[Stand, ...]
    first: date
    last: date
    window: Window = Window.EVENINGS
    evening_starts: int = 18 * 60 + 30  # minute of the day, from the pack
    keeps_published: bool = True

    def room(self, classroom_id: str | None) -> Room | None:
        """A classroom by id."""
        return next((room for room in self.rooms if room.id == classroom_id), None)


def rooms_for(wish: CohortWish, rooms: Sequence[Room]) -> list[Room]:
    """Where the cohort may be taught: its own classroom first, then its site; every room when it has none that fits."""
    fitting = [room for room in rooms if room.seats >= wish.size]
    here = [room for room in fitting if room.site_id == wish.site_id] if wish.site_id else []
    chosen = here or fitting
    return sorted(chosen, key=lambda room: (room.id != wish.classroom_id, room.seats, room.id))
