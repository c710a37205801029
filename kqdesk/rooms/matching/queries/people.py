"""匹配: how many fit each offer, who they are with their reasons, and everything one person could do."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.cohorts.rules import age_on
from kqdesk.rooms.matching.queries.facts import Known
from kqdesk.rooms.matching.queries.offers import OfferRow, answers_of, answers_to
from kqdesk.rooms.matching.rules.fitting import Gates, Offered, Reason, Wisher, is_fit, reasons
from kqdesk.rooms.matching.rules.pool import Pool, best_first, fitting, places_of
from kqdesk.rooms.matching.terms import Answer, Verdict
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.terms import education_label
from kqdesk.security.masking import mask_phone

SHOWN = 1_000
"""So many people of an offer are put on the screen, the best fits first; a file has all."""
_PART = 900


@dataclass(frozen=True)
class Filters:
    """What is lifted or narrowed by hand. ``ignored``: gates that do not count; places and firm narrow, "" = all."""

    ignored: frozenset[str] = frozenset()
    township: str = ""
    village: str = ""
    employer: str = ""
    hides_refused: bool = True

    def bits(self, pool: Pool) -> int:
        """Bits of the people the filter leaves."""
        found = pool.column("here")
        if self.township and self.village:
            found &= pool.column("place", (self.township, self.village))
        elif self.township:
            found &= pool.column("township", self.township)
        elif self.village:
            names = [
                value
                for value in pool.values_of("place")
                if isinstance(value, tuple) and value[1] == self.village
            ]
            found &= pool.any_of("place", names)
        if self.employer:
            found &= pool.column("firm", self.employer)
        return found


ALL = Filters()


def counts(known: Known, offers: Iterable[OfferRow], gates: Gates, filters: Filters = ALL) -> dict[str, int]:
    """Offer → how many people fit; a few milliseconds for 300 offers and 60,000 people."""
    chosen = filters.bits(known.pool)
    return {
        row.id: (fitting(known.pool, row.offered, gates, filters.ignored) & chosen).bit_count()
        for row in offers
    }


@dataclass(frozen=True)
class Fit:
    """One person who fits an offer, with what people said and why she fits."""

    id: str
    name: str
    age: int | None
    education: str
    township: str
    village: str
    employer: str
    phone_masked: str
    skills: tuple[str, ...]
    times_words: str
    answer: Answer | None
    answered_on: date | None
    note: str
    reasons: tuple[Reason, ...]

    @property
    def doubts(self) -> int:
        """Lines nobody could check."""
        return sum(one.verdict is Verdict.UNKNOWN for one in self.reasons)

    @property
    def why(self) -> str:
        """What she wants of it, in one line."""
        return why(self.reasons)


def why(lines: Iterable[Reason]) -> str:
    """The wishes behind a match, short: 想学“电工”。"""
    wants = [one.sentence for one in lines if one.gate == "want" and one.verdict is Verdict.YES]
    return "".join(f"{words.split('，与')[0].rstrip('。')}。" for words in wants)


@dataclass(frozen=True)
class Fits:
    """Who fits an offer: ``total`` in all, ``rows`` the first of them, ``ids`` everybody, best fits first."""

    total: int
    ids: tuple[str, ...]
    rows: tuple[Fit, ...]


def who_fits(
    session: Session,
    known: Known,
    offer: Offered,
    gates: Gates,
    *,
    on: date,
    filters: Filters = ALL,
    most: int = SHOWN,
) -> Fits:
    """Everybody who fits an offer, best fits first, the first ``most`` with names and reasons."""
    said = answers_to(session, offer.id)
    bits = fitting(known.pool, offer, gates, filters.ignored) & filters.bits(known.pool)
    people = [
        known.pool.people[place] for part in best_first(known.pool, offer, bits) for place in places_of(part)
    ]
    if filters.hides_refused:
        people = [one for one in people if one.id not in said or said[one.id][0] is not Answer.REFUSED]
    shown = list(islice(people, most))
    names = people_named(session, [one.id for one in shown])
    rows = [_fit(one, names[one.id], said.get(one.id), reasons(one, offer, gates, on, filters.ignored), on)
            for one in shown if one.id in names]  # fmt: skip
    return Fits(len(people), tuple(one.id for one in people), tuple(rows))


def people_named(session: Session, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Person → (name, phone whole); one statement for each 900."""
    found: dict[str, tuple[str, str]] = {}
    for at in range(0, len(ids), _PART):
        asked = select(Person.id, Person.name, Person.phone).where(Person.id.in_(ids[at : at + _PART]))
        found.update({key: (name, phone or "") for key, name, phone in session.execute(asked)})
    return found


def _fit(
    one: Wisher,
    named: tuple[str, str],
    said: tuple[Answer, date, str] | None,
    lines: Sequence[Reason],
    on: date,
) -> Fit:
    return Fit(
        one.id, named[0], age_on(one.born, on) if one.born else None, education_label(one.education), one.township,
        one.village, one.employer, mask_phone(named[1]), one.skills,
        "、".join(time.label for time in sorted(one.times)), said[0] if said else None, said[1] if said else None,
        said[2] if said else "", tuple(lines),
    )  # fmt: skip


@dataclass(frozen=True)
class Way:
    """One offer for one person: does it fit, why or why not, what she said."""

    offer: OfferRow
    is_fit: bool
    reasons: tuple[Reason, ...]
    answer: Answer | None

    @property
    def id(self) -> str:
        """The offer's."""
        return self.offer.id

    @property
    def why_not(self) -> str:
        """What excludes her, in one line; "" when she fits."""
        return "".join(one.sentence for one in self.reasons if one.verdict is Verdict.NO)

    @property
    def why(self) -> str:
        """What she wants of it, in one line."""
        return why(self.reasons)


def ways_of(
    session: Session, known: Known, offers: Collection[OfferRow], gates: Gates, *, person_id: str, on: date
) -> list[Way]:
    """Every offer for one person, those that fit first; [] when she is not here."""
    place = known.pool.place_of.get(person_id)
    if place is None or not known.pool.people[place].is_here:
        return []
    one, said = known.pool.people[place], answers_of(session, person_id)
    ways = []
    for row in offers:
        lines = tuple(reasons(one, row.offered, gates, on))
        ways.append(Way(row, is_fit(lines), lines, said.get(row.id)))
    return sorted(ways, key=lambda way: (not way.is_fit, -sum(r.verdict is Verdict.YES for r in way.reasons)))
