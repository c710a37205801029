"""The retention table as it counts on a day, from the rule packs."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from kqdesk.rooms.office.queries import active_packs
from kqdesk.rooms.office.rules import value
from kqdesk.rooms.office.terms import UNSET, Certainty
from kqdesk.rooms.privacy.rules.keeping import Term, years_of
from kqdesk.rooms.privacy.terms import Category

Terms = Mapping[Category, Term]


def terms_in_force(session: Session, *, on: date) -> dict[Category, Term]:
    """How long each kind of data stays; years None = 未配置. One statement."""
    packs = active_packs(session)
    found = {}
    for category in Category:
        held = value(packs, category.item, on)
        if held is None:
            item = next((item for pack in packs if (item := pack.item(category.item))), None)
            found[category] = Term(category, None, UNSET, item.source if item else "")
        else:
            unsure = held.mark in (Certainty.UNVERIFIED, Certainty.PARAM)
            found[category] = Term(category, years_of(held.text), held.shown, held.source, unsure)
    return found


def number(session: Session, key: str, *, on: date) -> int | None:
    """A number of the rule packs; None = 未配置."""
    held = value(active_packs(session), key, on)
    return held.number if held is not None else None
