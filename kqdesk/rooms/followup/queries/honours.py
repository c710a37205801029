"""Honours: the list, one with its files, counts by year and township."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kqdesk.rooms.cohorts.model import Enrolment
from kqdesk.rooms.cohorts.terms import NEVER_IN
from kqdesk.rooms.followup.model import Honour
from kqdesk.rooms.followup.terms import PROOF, HonourKind, HonourState
from kqdesk.rooms.office.queries import staff_names
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.queries import root_of
from kqdesk.rooms.places.rules import township_by_code
from kqdesk.store.attachments import Attachment, AttachmentRow, attached

FORM_FIELDS = ("kind", "title", "year", "reasons")


@dataclass(frozen=True)
class HonourRow:
    """One honour. ``ended``: why and when it ended otherwise."""

    id: str
    person_id: str
    name: str
    kind: HonourKind
    title: str
    year: int
    township: str
    reasons: str
    state: HonourState
    nominated_by: str
    nominated_on: date
    approved_by: str
    posted_on: date | None
    posted_until: date | None
    awarded_on: date | None
    ended: str
    proofs: int


@dataclass(frozen=True)
class HonourCard:
    """One honour with its files."""

    row: HonourRow
    proofs: tuple[AttachmentRow, ...]


@dataclass(frozen=True)
class HonourCount:
    """How many were awarded and stand, of one year and township."""

    year: int
    township: str
    stars: int
    models: int


def honours(
    session: Session,
    *,
    text: str = "",
    states: Collection[HonourState] = (),
    year: int | None = None,
    ids: Collection[str] | None = None,
) -> list[HonourRow]:
    """Newest first; three statements."""
    wanted = select(Honour, Person).join(Person, Person.id == Honour.person_id)
    if states:
        wanted = wanted.where(Honour.state.in_(states))
    if year is not None:
        wanted = wanted.where(Honour.year == year)
    if ids is not None:
        wanted = wanted.where(Honour.id.in_(ids))
    if text:
        wanted = wanted.where(
            Honour.name.contains(text, autoescape=True)
            | Person.name_initials.startswith(text.lower(), autoescape=True)
            | Honour.title.contains(text, autoescape=True)
        )
    names, files = staff_names(session), _files(session)
    found = session.execute(wanted.order_by(Honour.year.desc(), Honour.id.desc()))
    return [_row(one, person, names, files) for one, person in found]


def _row(one: Honour, person: Person, names: dict[str, str], files: dict[str, int]) -> HonourRow:
    ended = f"{one.ended_on:%Y-%m-%d} {one.reason or ''}".strip() if one.ended_on else ""
    return HonourRow(
        one.id, person.merged_into_id or person.id, one.name, one.kind, one.title, one.year, _township(one.township_code),
        one.reasons, one.state, names.get(one.nominated_by, ""), one.nominated_on, names.get(one.approved_by or "", ""),
        one.posted_on, one.posted_until, one.awarded_on, ended, files.get(one.id, 0),
    )  # fmt: skip


def _township(code: str | None) -> str:
    found = township_by_code(code) if code else None
    return found.name if found else ""


def _files(session: Session) -> dict[str, int]:
    grouped = (
        select(Attachment.owner_id, func.count())
        .where(Attachment.owner_table == "honour", Attachment.purpose == PROOF)
        .group_by(Attachment.owner_id)
    )
    return {key: int(count) for key, count in session.execute(grouped)}


def honour_card(session: Session, honour_id: str) -> HonourCard | None:
    """One honour; None when it is gone."""
    found = honours(session, ids=[honour_id])
    if not found:
        return None
    return HonourCard(found[0], tuple(attached(session, "honour", [honour_id], PROOF).get(honour_id, [])))


def honour_form(session: Session, *, honour_id: str) -> dict[str, Any]:
    """The editable fields."""
    one = session.get_one(Honour, honour_id)
    return {name: getattr(one, name) for name in FORM_FIELDS}


def honour_years(session: Session) -> list[int]:
    """Years with honours, newest first."""
    return list(session.scalars(select(Honour.year).distinct().order_by(Honour.year.desc())))


def honour_counts(session: Session) -> list[HonourCount]:
    """Awarded and not withdrawn, persons (人) each once a year and kind; newest year first. One statement."""
    rows = session.execute(
        select(
            Honour.year, Honour.township_code, Honour.kind, func.count(root_of(Honour.person_id).distinct())
        )
        .where(Honour.state == HonourState.AWARDED)
        .group_by(Honour.year, Honour.township_code, Honour.kind)
    )
    found: Counter[tuple[int, str, HonourKind]] = Counter()
    for year, code, kind, count in rows:
        found[year, _township(code), kind] += int(count)
    keys = sorted({(year, township) for year, township, _ in found}, key=lambda one: (-one[0], one[1]))
    return [
        HonourCount(year, town, found[year, town, HonourKind.STAR], found[year, town, HonourKind.MODEL])
        for year, town in keys
    ]


def waiting_honours(session: Session, actor: str) -> list[HonourRow]:
    """Nominations somebody else made that wait for an approval; for 工作台."""
    mine = set(session.scalars(select(Honour.id).where(Honour.nominated_by == actor)))
    return [row for row in honours(session, states=[HonourState.NOMINATED]) if row.id not in mine]


def has_learnt(session: Session, person_id: str) -> bool:
    """Whether somebody ever sat in a class here."""
    wanted = select(Enrolment.id).where(
        root_of(Enrolment.person_id) == person_id, Enrolment.state.not_in(NEVER_IN)
    )
    return session.scalar(wanted.limit(1)) is not None


def honours_of(session: Session, person_ids: Sequence[str]) -> list[HonourRow]:
    """Honours of these people that stand."""
    rows = honours(session, states=[HonourState.AWARDED])
    return [row for row in rows if row.person_id in set(person_ids)]
