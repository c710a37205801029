"""Which numbers a joined PC should lease now, so that it can go on without network: certificates, credit batches, subsidy batches.

Leased for last year, this one and the next: what is awarded in January may still count for December. Numbers nobody
uses are gaps of the hub's register, never given to another PC.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from kqdesk.rooms.certificates.queries import highest_serial, serials_left
from kqdesk.rooms.certificates.rules import BLOCK
from kqdesk.rooms.certificates.terms import SERIALS
from kqdesk.rooms.credits.queries import batches_left, highest_batch
from kqdesk.rooms.credits.terms import BATCHES
from kqdesk.rooms.subsidies import queries as subsidies
from kqdesk.rooms.subsidies.terms import BATCHES as SUBSIDY_BATCHES

Counted = Callable[[Session, int], int]  # (session, year)


@dataclass(frozen=True)
class Kind:
    """One sort of number: how many at a time, when more are asked for, how many are left, which is the highest known."""

    name: str
    count: int
    few: int
    left: Counted
    highest: Counted


@dataclass(frozen=True)
class Due:
    """A lease to ask for."""

    kind: str
    year: int
    above: int
    count: int


KINDS = (
    Kind(SERIALS, BLOCK, BLOCK // 3, serials_left, highest_serial),
    Kind(BATCHES, 50, 10, batches_left, highest_batch),
    Kind(SUBSIDY_BATCHES, 50, 10, subsidies.batches_left, subsidies.highest_batch),
)


def leases_due(session: Session, today: date) -> Iterator[Due]:
    """What there are too few of. A year before this one is leased once and not filled up."""
    for kind in KINDS:
        for year in (today.year, today.year - 1, today.year + 1):
            left = kind.left(session, year)
            if left < (kind.few if year >= today.year else 1):
                yield Due(kind.name, year, kind.highest(session, year), kind.count)
