"""Everything the school knows of one person, table by table, for herself to read (个人信息保护法 第四十五条)."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Connection, Table
from sqlalchemy.orm import Session

from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.people.terms import IdKind, Sex, education_label, ethnicity_label
from kqdesk.rooms.places.rules import township_by_code
from kqdesk.rooms.privacy.queries.whole import PERSON, SHARED_FROM, STAFF, attachments_of, noun_of, rows_of
from kqdesk.security.masking import mask_id
from kqdesk.store.base import Base, Instant
from kqdesk.store.history import SILENT, shown

_CHUNK = 500
_OWN_FIRST = "人员"
_HIDDEN = frozenset({"photo", "digest", "before", "moved"})
_STATES = {"here": "在册", "moved": "迁出", "dead": "去世", "merged": "已合并"}


def _township(code: str) -> str:
    found = township_by_code(code)
    return found.name if found else code


_CODES: Mapping[str, Callable[[str], str]] = {
    "sex": lambda code: Sex(code).label,
    "id_kind": lambda code: IdKind(code).label,
    "education_code": lambda code: education_label(code),
    "ethnicity_code": lambda code: ethnicity_label(code),
    "township_code": _township,
    "state": lambda code: _STATES.get(code, code),
}
"""Columns of a person that hold codes, as words."""


@dataclass(frozen=True)
class Section:
    """One table's rows about the person: headings, and texts below them."""

    noun: str
    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Dossier:
    """All of it. ``looks``: when somebody looked at her whole numbers or exported this."""

    name: str
    id_masked: str
    sections: tuple[Section, ...]
    files: tuple[tuple[str, str], ...]
    looks: tuple[str, ...]


def dossier(session: Session, *, person_id: str) -> Dossier | None:
    """Everything every table says of the person, whole; None when she is not on the roster. No other person's data.

    Left out: links to other people and to staff, ids, what search derives.
    """
    conn = session.connection()
    head = conn.exec_driver_sql("SELECT name,id_number FROM person WHERE id=?", (person_id,)).one_or_none()
    if head is None:
        return None
    rows = rows_of(session, (person_id,))
    sections = [
        section
        for name, ids in rows.items()
        if (section := _section(conn, Base.metadata.tables[name], ids, rows)) is not None
    ]
    sections.sort(key=lambda one: one.noun != _OWN_FIRST)
    return Dossier(
        head[0], mask_id(head[1]), tuple(sections), tuple(_files(conn, rows)), tuple(_looks(conn, *head))
    )


def _section(conn: Connection, table: Table, ids: Sequence[str], own: Collection[str]) -> Section | None:
    columns = [column for column in table.c if _is_hers(column, own)]
    if not columns:
        return None
    names = ",".join(f'"{column.name}"' for column in columns)
    values: list[Sequence[Any]] = []
    for start in range(0, len(ids), _CHUNK):
        part = tuple(ids[start : start + _CHUNK])
        marks = ",".join("?" * len(part))
        sql = f'SELECT {names} FROM "{table.name}" WHERE id IN ({marks}) ORDER BY id'
        values += conn.exec_driver_sql(sql, part).all()
    kept = [at for at, _ in enumerate(columns) if any(row[at] not in (None, "") for row in values)]
    titles = tuple(str(columns[at].info.get("label", columns[at].name)) for at in kept)
    told = tuple(tuple(_words(conn, table, columns[at], row[at]) for at in kept) for row in values)
    return Section(noun_of(table), titles, told)


def _is_hers(column: Column[Any], own: Collection[str]) -> bool:
    """Not an id, nothing derived, no link to another human being or within her own rows."""
    if column.name in SILENT or column.name in _HIDDEN or column.primary_key:
        return False
    return all(key.column.table.name not in (STAFF, *own) for key in column.foreign_keys)


def _words(conn: Connection, table: Table, column: Column[Any], value: Any) -> str:
    if value is None or value == "":
        return ""
    if table.name == PERSON and column.name in _CODES:
        return _CODES[column.name](str(value))
    for key in column.foreign_keys:
        return _linked(conn, key.column.table, str(value))
    words = shown(conn, column, value)
    if isinstance(column.type, Instant):
        return f"{datetime.fromisoformat(words).astimezone(CHINA):%Y-%m-%d %H:%M}"
    return words


def _linked(conn: Connection, table: Table, row_id: str, hops: int = 0) -> str:
    """What a row is called: its title, else its days and what it points at: 2026-03-02 兰亭高中1班."""
    title = table.c.get(str(table.info.get("title", "")))
    columns = [title] if title is not None else []
    columns += [column for column in table.c if isinstance(column.type, sa.Date)]
    links = [column for column in table.c if column.foreign_keys] if hops == 0 else []
    names = ",".join(f'"{column.name}"' for column in (*columns, *links)) or "id"
    row = conn.exec_driver_sql(f'SELECT {names} FROM "{table.name}" WHERE id=?', (row_id,)).one_or_none()
    if row is None:
        return ""
    values = (
        dict(zip((column.name for column in (*columns, *links)), row, strict=True))
        if columns or links
        else {}
    )
    if title is not None and values.get(title.name):
        return shown(conn, title, values[title.name])
    told = [shown(conn, column, values[column.name]) for column in columns if values.get(column.name)]
    for column in links:
        target = next(iter(column.foreign_keys)).column.table
        if values.get(column.name) and target.name not in (PERSON, STAFF, *SHARED_FROM):
            told.append(_linked(conn, target, str(values[column.name]), hops + 1))
    return " ".join(part for part in told if part)


def _files(conn: Connection, rows: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    for name, ids in rows.items():
        for row_id, _, added in attachments_of(conn, name, ids):
            named = conn.exec_driver_sql("SELECT name FROM attachment WHERE id=?", (row_id,)).scalar_one()
            yield str(named), f"{noun_of(Base.metadata.tables[name])}，{added}"


def _looks(conn: Connection, name: str, id_number: str | None) -> Iterator[str]:
    """Days on which her whole numbers were looked at or exported; not by whom, that is the audit's."""
    asked = f"{name} {mask_id(id_number)}".strip()
    rows = conn.exec_driver_sql(
        "SELECT at,label FROM journal_entry WHERE kind='look' AND instr(label,?)>0 ORDER BY id", (asked,)
    )
    for at, label in rows:
        when = datetime.fromisoformat(at).astimezone(CHINA)
        yield f"{when:%Y-%m-%d %H:%M} {label.partition('：')[0]}"
