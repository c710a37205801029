"""Who may be in the roster twice: pairs worth a look, two entries side by side, merges that stand."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from kqdesk.kernel.national_id import to_18
from kqdesk.rooms.office.queries import staff_names
from kqdesk.rooms.people.model import Person, PersonAlias, PersonDistinct
from kqdesk.rooms.people.queries.links import Pointing, pointing_at
from kqdesk.rooms.people.queries.matching import COLUMNS
from kqdesk.rooms.people.rules import SUSPECT, Identity, resemblance
from kqdesk.security.masking import mask_id, mask_phone

MERGED_COLUMNS = (*COLUMNS, "village_id", "firm_id", "photo", "consent_version", "consent_on", "adviser_id")
MOST_PAIRS = 500
_CROWD = 12  # so many people with one phone are an office's phone, not one person
_HERE = "state<>'merged'"
_FACTS = "id,name,name_pinyin,id_number,birth_date,village,phone"


def _same(mark: str, having: str) -> str:
    """Everybody whose ``mark`` is another's, too."""
    return (
        f"SELECT {mark},{_FACTS} FROM person WHERE {_HERE} AND {mark} IN"
        f" (SELECT {mark} FROM person WHERE {_HERE} AND {mark} IS NOT NULL GROUP BY 1 HAVING {having})"
    )


_ALIKE = (
    _same("name_pinyin||'/'||birth_date", "count(*)>1"),
    _same("phone", f"count(*) BETWEEN 2 AND {_CROWD}"),
    _same("id_number", "count(*)>1"),
    _same("name||'/'||village", "count(*)>1 AND count(id_number)<count(*)"),
)


@dataclass(frozen=True, slots=True)
class TwinPair:
    """Two entries that may be one human being. Numbers masked; ``one_id`` is the one entered first."""

    one_id: str
    other_id: str
    name: str
    other_name: str
    one_words: str
    other_words: str
    score: int
    reason: str


@dataclass(frozen=True, slots=True)
class MergeView:
    """Two entries side by side: column → (the earlier's value, the later's), what a merge moves, and why it cannot."""

    one_id: str
    other_id: str
    values: dict[str, tuple[Any, Any]]
    pointing: tuple[Pointing, ...]
    resemblance: str
    obstacle: str


@dataclass(frozen=True, slots=True)
class MergeRow:
    """One merge that stands."""

    alias_id: str
    loser_id: str
    winner_id: str
    loser_name: str
    loser_masked: str
    reason: str
    merged_on: date
    merged_by: str


def duplicates(session: Session, most: int = MOST_PAIRS) -> list[TwinPair]:
    """Pairs worth asking about, surest first; those people found to be two are left out. Six statements."""
    asked = _judged(session)
    found: dict[tuple[str, str], TwinPair] = {}
    for one, other in _pairs(session):
        key = (min(one.key, other.key), max(one.key, other.key))
        if key in found or key in asked:
            continue
        like = resemblance(one, other)
        if like.score >= SUSPECT:
            first, second = sorted((one, other), key=lambda side: side.key)
            found[key] = TwinPair(
                *key, first.name, second.name, _words(first), _words(second), like.score, like.reason
            )
    return sorted(found.values(), key=lambda pair: (-pair.score, pair.one_id))[:most]


def merge_view(session: Session, *, one_id: str, other_id: str) -> MergeView | None:
    """Everything the page of a merge shows, whole numbers too; None when one of the two is gone."""
    first, second = (session.get(Person, key) for key in sorted((one_id, other_id)))
    if first is None or second is None or first.id == second.id:
        return None
    values = {c: (getattr(first, c), getattr(second, c)) for c in MERGED_COLUMNS}
    found = tuple(pointing_at(session.connection(), second.id, first.id))
    like = resemblance(identity_of(first), identity_of(second))
    gone = next((p.name for p in (first, second) if p.state == "merged"), None)
    obstacle = f"{gone}已经并入别人了。" if gone else ""
    return MergeView(first.id, second.id, values, found, like.reason, obstacle)


def merges_into(session: Session, *, person_id: str) -> list[MergeRow]:
    """The merges that stand with this person as the one who stayed, newest first."""
    rows = session.execute(
        select(PersonAlias, Person)
        .join(Person, Person.id == PersonAlias.loser_id)
        .where(PersonAlias.winner_id == person_id, PersonAlias.undone_at.is_(None))
        .order_by(PersonAlias.id.desc())
    ).all()
    names = staff_names(session) if rows else {}
    return [
        MergeRow(
            a.id, a.loser_id, a.winner_id, loser.name, mask_id(loser.id_number), a.reason, a.merged_at.date(),
            names.get(a.merged_by, ""),
        )
        for a, loser in rows
    ]  # fmt: skip


def whole_person(session: Session, person_id: str) -> list[str]:
    """Ids of a person and of every entry merged into her; of a merged entry, those of the person she is."""
    row = session.get(Person, person_id)
    root = person_id if row is None else row.merged_into_id or person_id
    return [
        root,
        *session.scalars(select(Person.id).where(Person.merged_into_id == root).order_by(Person.id)),
    ]


def root_of(column: Any) -> ColumnElement[str]:
    """For other rooms' statements: the person a link means, also where a sealed row still names a merged entry."""
    entry = aliased(Person)
    into = select(entry.merged_into_id).where(entry.id == column).scalar_subquery()
    return func.coalesce(into, column)


def are_distinct(session: Session, person_id: str) -> set[str]:
    """Ids of those who were found to be somebody else than this person."""
    return {other for pair in _judged(session) if person_id in pair for other in pair} - {person_id}


def identity_of(row: Person) -> Identity:
    """What is compared of a person."""
    return Identity(row.id, row.name, row.id_number, row.birth_date, row.village, row.phone)


def _judged(session: Session) -> set[tuple[str, str]]:
    """Pairs found to be two, the smaller id first; of entries merged since, the persons they are now."""
    asked = select(root_of(PersonDistinct.one_id), root_of(PersonDistinct.other_id))
    return {(min(pair), max(pair)) for pair in ((one, other) for one, other in session.execute(asked))}


def _pairs(session: Session) -> Iterator[tuple[Identity, Identity]]:
    conn = session.connection()
    groups: dict[str, list[Identity]] = defaultdict(list)
    for number, sql in enumerate(_ALIKE):
        for mark, key, name, _, id_number, born, village, phone in conn.exec_driver_sql(sql):
            birth_date = date.fromisoformat(born) if born else None
            groups[f"{number}{mark}"].append(Identity(key, name, id_number, birth_date, village, phone))
    for group in groups.values():
        yield from combinations(group, 2)
    yield from _old_numbers(session)


def _old_numbers(session: Session) -> Iterator[tuple[Identity, Identity]]:
    """15-digit numbers and the same written with 18."""
    old = session.scalars(
        select(Person).where(Person.id_kind == "resident15", Person.state != "merged")
    ).all()
    full = {to_18(row.id_number or ""): row for row in old}
    for part in _parts(list(full)):
        for row in session.scalars(
            select(Person).where(Person.id_number.in_(part), Person.state != "merged")
        ):
            yield identity_of(full[row.id_number or ""]), identity_of(row)


def _parts(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + 500] for start in range(0, len(ids), 500))


def _words(side: Identity) -> str:
    """What tells one entry from the other on a line."""
    born = side.birth_date.isoformat() if side.birth_date and not side.id_number else ""
    parts = (mask_id(side.id_number), born, mask_phone(side.phone), side.village or "")
    return "　".join(part for part in parts if part)
