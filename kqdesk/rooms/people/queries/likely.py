"""Who is already known and could be the person being typed in: asked at every pause of the keyboard."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from kqdesk.kernel.national_id import to_18
from kqdesk.rooms.people.model import Person, PersonDocument
from kqdesk.rooms.people.queries.twins import are_distinct, identity_of
from kqdesk.rooms.people.rules import SAME, Identity, Likeness, pinyin_of, resemblance
from kqdesk.security.masking import mask_id, mask_phone

_WORTH_SAYING = 30  # points of ``resemblance``: a phone alone, a name that sounds alike
_LOOKED_AT = 50  # people of one name that are compared


@dataclass(frozen=True, slots=True)
class LikeHit:
    """Somebody known who may be the person being typed in. ``score`` 0..100; ``is_certain``: the same ID number."""

    id: str
    name: str
    reason: str
    id_masked: str
    phone_masked: str
    birth_date: date | None
    village: str
    is_certain: bool
    score: int


def likely_same(
    session: Session,
    *,
    name: str = "",
    id_number: str = "",
    phone: str = "",
    birth_date: date | None = None,
    village: str = "",
    but: str = "",
    limit: int = 5,
) -> list[LikeHit]:
    """The most alike first; who was found to be somebody else than ``but`` is left out. At most five statements."""
    typed = Identity(but, name, id_number or None, birth_date, village or None, phone or None)
    not_meant = are_distinct(session, but) if but else set()
    found: dict[str, LikeHit] = {}
    for where in _ways(name, id_number, phone):
        asked = select(Person).where(where, Person.id != but, Person.merged_into_id.is_(None))
        for row in session.scalars(asked.limit(_LOOKED_AT)):
            like = resemblance(typed, identity_of(row))
            if row.id not in found and row.id not in not_meant and like.score >= _WORTH_SAYING:
                found[row.id] = _hit(row, like)
    for row in _by_old_paper(session, id_number):
        if row.id not in found and row.id != but:
            found[row.id] = _hit(row, Likeness(SAME - 1, "以前用过这个证件号"))
    return sorted(found.values(), key=lambda hit: -hit.score)[:limit]


def _ways(name: str, id_number: str, phone: str) -> list[ColumnElement[bool]]:
    ways: list[ColumnElement[bool]] = []
    if id_number:
        ways.append(Person.id_number.in_({id_number, to_18(id_number)}))
    if phone:
        ways.append(Person.phone == phone)
    if name:
        ways += [Person.name == name, Person.name_pinyin == pinyin_of(name)[0]]
    return ways


def _by_old_paper(session: Session, id_number: str) -> list[Person]:
    if not id_number:
        return []
    numbers = {id_number, to_18(id_number)}
    owners = select(PersonDocument.person_id).where(PersonDocument.number.in_(numbers))
    return list(session.scalars(select(Person).where(Person.id.in_(owners), Person.merged_into_id.is_(None))))


def _hit(row: Person, like: Likeness) -> LikeHit:
    return LikeHit(
        row.id, row.name, like.reason, mask_id(row.id_number), mask_phone(row.phone), row.birth_date, row.village or "",
        like.score >= SAME, like.score,
    )  # fmt: skip
