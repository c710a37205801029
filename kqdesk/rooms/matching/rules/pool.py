"""Everybody at once: one column of bits a fact, so that 60,000 people against 300 offers is a few thousand AND and OR.

A bit stands for a person's place in ``people``. The same rules as ``fitting``, which explains one pair in words; that
both agree is a property test. A change of one person changes only the columns of her old and new facts. Pure.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Self

from kqdesk.rooms.cohorts.rules import age_on
from kqdesk.rooms.matching.rules.fitting import (
    Gates,
    Offered,
    Wisher,
    admitted,
    age_limits,
    reaches,
    speaks_of,
)

Fact = tuple[str, object]
HERE: Fact = ("here", True)
DEGREE: Fact = ("degree", True)


@dataclass(frozen=True)
class Pool:
    """``columns``: fact → bits of the people it is true of. ``place_of``: person id → her bit. Ages are of ``on``."""

    on: date
    people: Sequence[Wisher]
    place_of: Mapping[str, int]
    columns: Mapping[Fact, int]

    @classmethod
    def of(cls, people: Iterable[Wisher], on: date) -> Self:
        """Columns for everybody; about ten microseconds a person."""
        rows = list(people)
        places: dict[Fact, list[int]] = defaultdict(list)
        for place, one in enumerate(rows):
            for fact in facts_of(one, on):
                places[fact].append(place)
        columns = {fact: bits_of(found, len(rows)) for fact, found in places.items()}
        return cls(on, rows, {one.id: place for place, one in enumerate(rows)}, columns)

    def changed(self, people: Iterable[Wisher]) -> Self:
        """The pool with some people as they are now, new ones at the end; nothing else is reckoned again."""
        rows, places, columns = list(self.people), dict(self.place_of), dict(self.columns)
        for one in people:
            place = places.get(one.id)
            if place is None:
                place = places[one.id] = len(rows)
                rows.append(one)
            else:
                for fact in facts_of(rows[place], self.on):
                    columns[fact] = columns.get(fact, 0) & ~(1 << place)
                rows[place] = one
            for fact in facts_of(one, self.on):
                columns[fact] = columns.get(fact, 0) | 1 << place
        return type(self)(self.on, rows, places, columns)

    def column(self, name: str, value: object = True) -> int:
        """Bits of the people a fact is true of."""
        return self.columns.get((name, value), 0)

    def any_of(self, name: str, values: Iterable[object]) -> int:
        """Bits of the people for whom one of several facts is true."""
        found = 0
        for value in values:
            found |= self.columns.get((name, value), 0)
        return found

    def values_of(self, name: str) -> list[object]:
        """Every value of a kind of fact that somebody has."""
        return [value for kind, value in self.columns if kind == name]

    def chosen(self, bits: int) -> list[Wisher]:
        """The people behind bits, in their order."""
        return [self.people[place] for place in places_of(bits)]


def facts_of(one: Wisher, on: date) -> Iterator[Fact]:
    """What becomes columns. A value that is missing is a fact too: it must not exclude."""
    if not one.is_here:
        return
    yield HERE
    yield "schooling", one.education or ""
    yield "age", age_on(one.born, on) if one.born else None
    yield "township", one.township
    yield "place", (one.township, one.village)
    yield "firm", one.employer
    if one.wants_degree:
        yield DEGREE
    if not one.times:
        yield "time", None
    for name, values in (
        ("time", one.times), ("skill", one.skills), ("category", one.categories), ("project", one.projects), ("taken", one.taken),
    ):  # fmt: skip
        for value in dict.fromkeys(values):
            yield name, value


def wanting(pool: Pool, offer: Offered) -> int:
    """R-MAT-02: bits of those who want an offer in at least one way."""
    bits = pool.column(*DEGREE) if offer.level else 0
    bits |= pool.any_of(
        "skill", (word for word in pool.values_of("skill") if _is_meant(str(word), offer.words))
    )
    if offer.category is not None:
        bits |= pool.column("category", offer.category)
    if offer.project is not None:
        bits |= pool.column("project", offer.project)
    return bits


@lru_cache(maxsize=1 << 18)
def _is_meant(wish: str, words: tuple[str, ...]) -> bool:
    return speaks_of(wish, words)


def fitting(pool: Pool, offer: Offered, gates: Gates, ignored: frozenset[str] = frozenset()) -> int:
    """R-MAT-02: bits of everybody who fits an offer, as ``fitting.reasons`` would say of each."""
    bits = pool.column(*HERE)
    if "want" not in ignored:
        bits &= wanting(pool, offer)
    if "schooling" not in ignored:
        bits &= _schooled(pool, offer, gates)
    if "age" not in ignored:
        bits &= _aged(pool, offer, gates)
    if "time" not in ignored and offer.times:
        bits &= pool.any_of("time", (None, *offer.times))
    if "place" not in ignored and offer.townships:
        bits &= pool.any_of("township", ("", *offer.townships))
    if "taken" not in ignored and offer.taken_key:
        bits &= ~pool.column("taken", offer.taken_key)
    return bits


def _schooled(pool: Pool, offer: Offered, gates: Gates) -> int:
    codes, least = gates.admits.get(offer.level) if offer.level else None, offer.education_least
    if codes is None and least is None:
        return pool.column(*HERE)
    fit = [
        code
        for code in map(str, pool.values_of("schooling"))
        if not code or ((codes is None or admitted(code, codes)) and (least is None or reaches(code, least)))
    ]
    return pool.any_of("schooling", fit)


def _aged(pool: Pool, offer: Offered, gates: Gates) -> int:
    low, high = age_limits(offer, gates)
    if low is None and high is None:
        return pool.column(*HERE)
    least, most = low if low is not None else -1, high if high is not None else 1_000
    fit = [age for age in pool.values_of("age") if not isinstance(age, int) or least <= age <= most]
    return pool.any_of("age", fit)


def places_of(bits: int) -> Iterator[int]:
    """Where bits are set, lowest first."""
    for at, byte in enumerate(bits.to_bytes((bits.bit_length() + 7) // 8, "little")):
        if byte:
            yield from (at * 8 + bit for bit in range(8) if byte >> bit & 1)


def bits_of(places: Iterable[int], count: int) -> int:
    """Bits at the given places, of ``count`` people."""
    column = bytearray((count >> 3) + 1)
    for place in places:
        column[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(column, "little")


def best_first(pool: Pool, offer: Offered, bits: int) -> list[int]:
    """People of ``bits`` in four parts: asked for it by its own words and named its time, its words, its time, the rest."""
    said = pool.any_of(
        "skill", (word for word in pool.values_of("skill") if _is_meant(str(word), offer.words))
    )
    timely = pool.any_of("time", offer.times)
    parts = (said & timely, said & ~timely, timely & ~said, ~(said | timely))
    return [part & bits for part in parts]
