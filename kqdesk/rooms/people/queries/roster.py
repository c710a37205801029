"""The roster as lists and cards: ids in order for a table of any length, one page of rows, one person whole."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kqdesk.rooms.office.queries import may_see_full_ids
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.queries.matching import COLUMNS, FIELDS
from kqdesk.security.masking import mask_id, mask_phone

# what the list can be sorted by → column; everything else keeps the order of entry
SORTS = {
    "name": "name_pinyin", "sex": "sex", "birth_date": "birth_date", "village": "village",
    "township_code": "township_code", "employer": "employer", "education_code": "education_code",
}  # fmt: skip
_CHUNK = 20_000
_CUT = 32 * 8_192  # ids a piece: small enough that no single step holds up the window


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One line of the list; numbers masked."""

    id: str
    name: str
    sex: str | None
    birth_date: date | None
    id_masked: str
    phone_masked: str
    township_code: str | None
    village: str
    employer: str
    education_code: str | None
    state: str


@dataclass(frozen=True, slots=True)
class PersonCard:
    """Everything the side panel shows; numbers masked, the whole ones come through ``actions.reveal_person``."""

    id: str
    name: str
    sex: str | None
    birth_date: date | None
    ethnicity_code: str | None
    id_kind: str | None
    id_masked: str
    phone_masked: str
    phone2_masked: str
    education_code: str | None
    township_code: str | None
    village: str | None
    hukou: str | None
    address: str | None
    employer: str | None
    job: str | None
    wish: str | None
    learning_path: str | None
    origin: str | None
    note: str | None
    state: str
    consent_version: str | None
    consent_on: date | None
    photo: str | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """What the person at the desk may see."""

    sees_full_ids: bool


def reader_rights(session: Session, actor: str) -> Reader:
    """Whether ``actor`` may see whole ID numbers."""
    return Reader(may_see_full_ids(session, actor))


def person_ids(
    session: Session, *, sort: str = "", descending: bool = True, township: str = "", village: str = ""
) -> list[str]:
    """Ids of everybody in the list's order; by entry, newest first, when ``sort`` is none of SORTS."""
    packed = packed_ids(session, sort=sort, descending=descending, township=township, village=village)
    return [part[at : at + 32] for part in packed for at in range(0, len(part), 32)]


def packed_ids(
    session: Session, *, sort: str = "", descending: bool = True, township: str = "", village: str = ""
) -> list[str]:
    """The same ids written one after the other in long strings: a million of them without a million objects."""
    wanted = {"township_code": township, "village": village}
    filters = [f"{column}=?" for column, value in wanted.items() if value] + ["state<>'merged'"]
    where = (
        " AND ".join(filters)
        if sort in SORTS or township or village
        else "id NOT IN (SELECT id FROM person WHERE merged_into_id IS NOT NULL)"
    )  # by entry: the key's index alone, and the few that were merged
    way = "DESC" if descending else "ASC"
    order = f"{SORTS[sort]} {way},id" if sort in SORTS else f"id {way}"
    # LIMIT -1 keeps the order: without it SQLite may leave it out below an aggregate
    sql = f"SELECT group_concat(id,'') FROM (SELECT id FROM person WHERE {where} ORDER BY {order} LIMIT -1)"
    bound = tuple(value for value in wanted.values() if value)
    text = session.connection().exec_driver_sql(sql, bound).scalar_one() or ""
    return [text[at : at + _CUT] for at in range(0, len(text), _CUT)]


def person_page(session: Session, ids: Sequence[str]) -> list[PersonLine]:
    """The lines of these ids, in their order; ids of nobody are left out."""
    asked = select(
        Person.id, Person.name, Person.sex, Person.birth_date, Person.id_number, Person.phone, Person.township_code,
        Person.village, Person.employer, Person.education_code, Person.state,
    ).where(Person.id.in_(ids))  # fmt: skip
    found = {row.id: row for row in session.execute(asked)}
    return [_line(*found[person]) for person in ids if person in found]


def _line(
    person: str, name: str, sex: str | None, born: date | None, number: str | None, phone: str | None,
    township: str | None, village: str | None, employer: str | None, education: str | None, state: str,
) -> PersonLine:  # fmt: skip
    return PersonLine(
        person, name, sex, born, mask_id(number), mask_phone(phone), township, village or "", employer or "",
        education, state,
    )  # fmt: skip


def person_count(session: Session) -> int:
    """How many persons the roster has; entries merged into another are none."""
    merged = select(func.count()).where(Person.merged_into_id.is_not(None)).scalar_subquery()
    return int(session.scalar(select(func.count() - merged).select_from(Person)) or 0)


def person_card(session: Session, person_id: str) -> PersonCard | None:
    """One person; of an entry that was merged, the person she is. None when there is no such id."""
    row = session.get(Person, person_id)
    if row is not None and row.merged_into_id is not None:
        row = session.get(Person, row.merged_into_id)
    if row is None:
        return None
    plain = {name: getattr(row, name) for name in PersonCard.__slots__ if not name.endswith("_masked")}
    return PersonCard(
        **plain,
        id_masked=mask_id(row.id_number),
        phone_masked=mask_phone(row.phone),
        phone2_masked=mask_phone(row.phone2),
    )


def person_form(session: Session, person_id: str) -> dict[str, Any]:
    """Every field of the form with whole numbers; only for who may see them. Empty when there is no such id."""
    row = session.get(Person, person_id)
    return {} if row is None else {column: getattr(row, column) for column in COLUMNS}


def people_by_stem(session: Session, stems: Sequence[str]) -> dict[str, str]:
    """File name without ending → person: by whole ID number, else by a name only one person here has; two statements."""
    here = Person.state == "here"
    numbers = session.execute(
        select(Person.id_number, Person.id).where(Person.id_number.in_(stems), here)
    ).all()
    names = session.execute(
        select(Person.name, func.min(Person.id))
        .where(Person.name.in_(stems), here)
        .group_by(Person.name)
        .having(func.count() == 1)
    ).all()
    return {stem: key for stem, key in (*names, *numbers) if stem}


def known_villages(session: Session) -> list[tuple[str, str, int]]:
    """(township code, village as written, persons) for the filters, by township and village."""
    asked = (
        select(Person.township_code, Person.village, func.count())
        .where(Person.village.is_not(None))
        .group_by(Person.township_code, Person.village)
        .order_by(Person.township_code, Person.village)
    )
    return [(township or "", village or "", count) for township, village, count in session.execute(asked)]


def roster_export(session: Session, ids: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
    """Everybody (or these ids) by the keys of a roster row, in order of entry, for the export sheet."""
    columns = ",".join(COLUMNS)
    conn = session.connection()
    if ids is not None:
        only = "WHERE id IN (SELECT value FROM json_each(?))"
        rows = conn.exec_driver_sql(
            f"SELECT {columns} FROM person {only} ORDER BY id", (json.dumps(list(ids)),)
        )
    else:
        rows = conn.exec_driver_sql(f"SELECT {columns} FROM person WHERE state<>'merged' ORDER BY id")
    for part in rows.partitions(_CHUNK):
        for row in part:
            line: dict[str, Any] = dict(zip(FIELDS, row, strict=True))
            line["birth_date"] = date.fromisoformat(line["birth_date"]) if line["birth_date"] else None
            yield line
