"""Questions of the tab 匹配 as it puts them: one for each thing it shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from kqdesk.rooms.matching import queries
from kqdesk.rooms.matching.queries import Filters, Fits, Known, OfferRow, Way
from kqdesk.rooms.matching.rules.fitting import Gates
from kqdesk.rooms.matching.terms import OfferKind, OfferState
from kqdesk.rooms.people import queries as people
from kqdesk.rooms.people.queries import PersonHit

LIFTED = (
    ("time", "不看时间"),
    ("schooling", "不看学历"),
    ("age", "不看年龄"),
    ("place", "不看镇街"),
    ("want", "不看意愿"),
)
SHOWN = (OfferState.OPEN, OfferState.COMING)
FIRMS, FEWEST = 200, 3
"""So many firms are offered as a filter, those with most people, and none with fewer people than that."""
Place = tuple[str, str, str]
"""(township, village, firm): a village or a firm, the other is empty."""


@dataclass(frozen=True)
class Listed:
    """One offer and how many fit it."""

    row: OfferRow
    count: int

    @property
    def id(self) -> str:
        """The offer's."""
        return self.row.id


@dataclass(frozen=True)
class Ways:
    """Everything one person could do."""

    name: str
    ways: tuple[Way, ...]


def listed(
    text: str, kind: OfferKind | None, filters: Filters, session: Session, known: Known, gates: Gates
) -> tuple[list[Listed], list[tuple[Place, str]]]:
    """Offers one may sign up for, most fitting people first; and the villages and firms for the filter."""
    rows = queries.offers(session, on=known.pool.on, text=text, kind=kind, states=SHOWN)
    counts = queries.counts(known, rows, gates, filters)
    found = sorted((Listed(row, counts[row.id]) for row in rows), key=lambda one: -one.count)
    return found, places(known)


def places(known: Known) -> list[tuple[Place, str]]:
    """Villages by name, then the firms with most people."""
    pool = known.pool
    villages = [value for value in pool.values_of("place") if isinstance(value, tuple) and value[1]]
    found: list[tuple[Place, str]] = [
        ((value[0], value[1], ""), value[1]) for value in villages if pool.column("place", value)
    ]
    firms = [(pool.column("firm", name).bit_count(), str(name)) for name in pool.values_of("firm") if name]
    largest = sorted((one for one in firms if one[0] >= FEWEST), key=lambda one: (-one[0], one[1]))[:FIRMS]
    return sorted(found, key=lambda pair: pair[1]) + [(("", "", name), name) for _, name in largest]


def who(
    offer_id: str,
    filters: Filters,
    session: Session,
    known: Known,
    gates: Gates,
    *,
    most: int = queries.SHOWN,
) -> tuple[OfferRow, Fits] | None:
    """Who fits one offer; None when it is gone."""
    rows = queries.offers(session, on=known.pool.on, ids=[offer_id])
    if not rows:
        return None
    fits = queries.who_fits(
        session, known, rows[0].offered, gates, on=known.pool.on, filters=filters, most=most
    )
    return rows[0], fits


def ways(person_id: str, name: str, session: Session, known: Known, gates: Gates) -> Ways:
    """Every open offer for one person."""
    card = None if name else people.person_card(session, person_id)
    rows = queries.offers(session, on=known.pool.on, states=SHOWN)
    found = queries.ways_of(session, known, rows, gates, person_id=person_id, on=known.pool.on)
    return Ways(name or (card.name if card else ""), tuple(found))


def persons(text: str, session: Session) -> Sequence[PersonHit]:
    """People by what was typed."""
    return people.find(session, text, 50) if text else []
