"""需求: what is wanted where and when, as the survey asked, with how many open offers answer it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from kqdesk.rooms.matching.queries.offers import OfferRow, offers
from kqdesk.rooms.matching.rules.fitting import speaks_of
from kqdesk.rooms.matching.terms import OfferState
from kqdesk.rooms.survey.queries import DemandRow, RoundRow, demand, rounds
from kqdesk.rooms.survey.terms import Grouping, WishKind


@dataclass(frozen=True)
class DemandLine:
    """One wish at one time in one place, and the open offers that answer it. No offer: a gap 缺口."""

    row: DemandRow
    answers: tuple[OfferRow, ...]

    @property
    def id(self) -> tuple[str, ...]:
        """What a table knows it by."""
        return self.row.township_code, self.row.place, self.row.kind, self.row.wish, self.row.time

    @property
    def count(self) -> int:
        """People."""
        return len(self.row.people)

    @property
    def is_gap(self) -> bool:
        """Nobody offers it now."""
        return not self.answers


def shown_round(found: Sequence[RoundRow], wanted: str | None = None) -> RoundRow | None:
    """The round asked for, else the newest in which somebody answered."""
    chosen = next((row for row in found if row.id == wanted), None)
    return chosen or next((row for row in found if row.answered), None)


def demand_lines(
    session: Session, *, on: date, round_id: str, by: Grouping, kind: WishKind | None = None
) -> list[DemandLine]:
    """The wishes of a round by village or firm, largest first, each with the offers that answer it."""
    open_ = offers(session, on=on, states=(OfferState.OPEN, OfferState.COMING))
    known: dict[tuple[WishKind, str], tuple[OfferRow, ...]] = {}
    lines = []
    for row in demand(session, round_id=round_id, by=by, kind=kind):
        key = (row.kind, row.wish)
        if key not in known:
            known[key] = tuple(one for one in open_ if is_answered(one, *key))
        lines.append(DemandLine(row, known[key]))
    return lines


def is_answered(offer: OfferRow, kind: WishKind, wish: str) -> bool:
    """Whether an offer is what a wish asks for."""
    if kind is WishKind.DEGREE:
        return bool(offer.offered.level)
    if kind is WishKind.CATEGORY:
        return offer.category is not None and offer.category.label == wish
    if kind is WishKind.PROJECT:
        return offer.project is not None and offer.project.label == wish
    return speaks_of(wish, offer.offered.words)


def survey_rounds(session: Session) -> list[RoundRow]:
    """All rounds, the newest first."""
    return rounds(session)
