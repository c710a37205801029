"""组班试算: for a group of people, how many can make which evening at which site. Pure; bits again, one a person."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kqdesk.rooms.matching.rules.pool import bits_of, places_of
from kqdesk.rooms.matching.rules.reach import Minutes, Paces, Whereabouts, minutes_to
from kqdesk.rooms.matching.terms import Reach, wish_of_time
from kqdesk.rooms.survey.terms import TimeWish
from kqdesk.rooms.timetable.rules.days import WEEKDAYS

BANDS = tuple((weekday, is_evening) for is_evening in (True, False) for weekday in range(1, 8))
"""Every evening and every day of a week, evenings first, as (ISO weekday, is_evening)."""


@dataclass(frozen=True, slots=True)
class Member:
    """One of the group. ``times`` empty: never said, counts as able. ``busy``: (weekday, is_evening) with lessons already."""

    id: str
    home: Whereabouts
    times: frozenset[TimeWish] = frozenset()
    busy: frozenset[tuple[int, bool]] = frozenset()


@dataclass(frozen=True, slots=True)
class Hall:
    """A site with its largest classroom. ``seats`` 0: none in use."""

    id: str
    name: str
    where: Whereabouts
    classroom_id: str | None = None
    classroom: str = ""
    seats: int = 0


@dataclass(frozen=True, slots=True)
class Chance:
    """One evening at one site. ``able``: place in the group of everybody who can; ``unsaid`` of them never named a time.

    ``far``, ``no_time``, ``busy``: why the others cannot (each counted once, in this order: time, lessons, way).
    """

    weekday: int
    is_evening: bool
    hall: Hall
    able: int
    count: int
    unsaid: int
    no_time: int
    busy: int
    far: int

    @property
    def time_words(self) -> str:
        """周三晚上."""
        return f"{WEEKDAYS[self.weekday - 1]}{'晚上' if self.is_evening else '白天'}"

    @property
    def seated(self) -> int:
        """How many of them find a seat."""
        return min(self.count, self.hall.seats)

    @property
    def id(self) -> tuple[str, int, bool]:
        """What a table knows it by."""
        return self.hall.id, self.weekday, self.is_evening


def chances(
    group: Sequence[Member], halls: Iterable[Hall], paces: Paces, most_minutes: int | None
) -> list[Chance]:
    """R-MAT-04: every evening at every site, where most find a seat first, then where most can come, then the earlier in the week.

    Somebody can come who named that time (or none), has no lesson then and needs at most ``most_minutes`` (None: any);
    a way whose minutes nobody knows does not exclude.
    """
    free, idle = _by_time(group), _idle(group)
    said = _at((bool(one.times) for one in group), len(group))
    everybody = (1 << len(group)) - 1
    found = []
    for hall in halls:
        near = _near(group, hall, paces, most_minutes)
        for weekday, is_evening in BANDS:
            timely = free[weekday, is_evening]
            open_ = timely & idle[weekday, is_evening]
            able = open_ & near
            found.append(
                Chance(
                    weekday, is_evening, hall, able, able.bit_count(), (able & ~said).bit_count(),
                    (everybody & ~timely).bit_count(), (timely & ~open_).bit_count(), (open_ & ~near).bit_count(),
                )
            )  # fmt: skip
    return sorted(
        found,
        key=lambda one: (
            -one.seated,
            -one.count,
            not one.is_evening,
            one.weekday,
            one.hall.name,
            one.hall.id,
        ),
    )


def _by_time(group: Sequence[Member]) -> dict[tuple[int, bool], int]:
    named = {
        wish: _at((not one.times or wish in one.times for one in group), len(group)) for wish in TimeWish
    }
    return {band: named[wish_of_time(*band)] for band in BANDS}


def _idle(group: Sequence[Member]) -> dict[tuple[int, bool], int]:
    return {band: _at((band not in one.busy for one in group), len(group)) for band in BANDS}


def _at(is_so: Iterable[bool], count: int) -> int:
    return bits_of((place for place, so in enumerate(is_so) if so), count)


def _near(group: Sequence[Member], hall: Hall, paces: Paces, most: int | None) -> int:
    if most is None:
        return (1 << len(group)) - 1
    near: dict[Whereabouts, bool] = {}
    for home in {one.home for one in group}:
        minutes = minutes_to(home, hall.where, paces).minutes
        near[home] = minutes is None or minutes <= most
    return _at((near[one.home] for one in group), len(group))


@dataclass(frozen=True, slots=True)
class Going:
    """One of the group at one chance: can she come, and how long is her way."""

    member: Member
    is_able: bool
    way: Minutes


def goers(group: Sequence[Member], chance: Chance, paces: Paces) -> list[Going]:
    """The group at a chance: who can come first, the shortest way first."""
    able = set(places_of(chance.able))
    found = [
        Going(one, place in able, minutes_to(one.home, chance.hall.where, paces))
        for place, one in enumerate(group)
    ]
    return sorted(
        found, key=lambda one: (not one.is_able, one.way.minutes if one.way.minutes is not None else 10_000)
    )


def way_words(goings: Iterable[Going]) -> str:
    """How the ways of those who come were reckoned: 同村（单位）10 分钟 9 人，同镇街 25 分钟 8 人."""
    counted: Counter[tuple[int, str]] = Counter()
    for one in goings:
        if one.is_able:
            minutes = one.way.minutes
            if one.way.reach is Reach.LINE and minutes is not None:
                counted[0, f"按坐标直线距离 {-(-minutes // 10) * 10} 分钟以内"] += 1
            else:
                counted[
                    1,
                    f"{one.way.reach.label}{f' {minutes} 分钟' if minutes is not None else '，几分钟未配置'}",
                ] += 1
    return "；".join(f"{words} {count} 人" for (_, words), count in sorted(counted.items()))
