"""What points at a person, found by the tables' own links: what a merge moves to the other entry and what must stay.

Stays: a row that is approved, locked, issued or sent (the table's seals say so), a row on which somebody signed whose
it is, and a row the other entry has already (``about(once=…)``). Whoever reads those finds the person through
``person.merged_into_id``.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table

from kqdesk.store.base import Base, Seal

SKIPPED = frozenset({"person_alias", "person_distinct"})
"""They speak of two entries as such; neither may be made to speak of one."""


@dataclass(frozen=True)
class Pointing:
    """Rows of one table that point at a person by one column: those that may move and those that stay."""

    table: str
    column: str
    noun: str
    moving: tuple[str, ...]
    sealed: tuple[str, ...]
    doubled: tuple[str, ...]

    @property
    def key(self) -> str:
        """How a merge record names the column."""
        return f"{self.table}.{self.column}"


def links_to_person() -> Iterator[tuple[Table, str]]:
    """Every table and column that points at ``person``."""
    for table in Base.metadata.sorted_tables:
        for column in table.c:
            if table.name not in SKIPPED and any(
                key.target_fullname == "person.id" for key in column.foreign_keys
            ):
                yield table, column.name


def pointing_at(conn: Connection, loser: str, winner: str) -> list[Pointing]:
    """What a merge of ``loser`` into ``winner`` would move and leave, table by table; empty ones left out."""
    found = []
    for table, column in links_to_person():
        ids = [str(i) for i in _ids(conn, table, column, loser)]
        if not ids:
            continue
        stays = sealed_rows(conn, table, column, ids)
        doubled = _doubled(conn, table, column, loser, winner) - stays
        found.append(
            Pointing(
                table.name, column, str(table.info.get("label", table.name)),
                tuple(i for i in ids if i not in stays | doubled), tuple(sorted(stays)), tuple(sorted(doubled)),
            )
        )  # fmt: skip
    return found


def sealed_rows(conn: Connection, table: Table, column: str, ids: Sequence[str]) -> set[str]:
    """Those of ``ids`` whose ``column`` may not change: sealed, or vouched for by a signature."""
    wanted = json.dumps(list(ids))
    found: set[str] = set()
    seals: Sequence[Seal] = table.info.get("seals", ())
    for seal in seals:
        if seal.columns and column not in seal.columns:
            continue
        when = seal.when.replace("OLD.", f'"{table.name}".')
        sql = f'SELECT id FROM "{table.name}" WHERE id IN (SELECT value FROM json_each(?)) AND ({when})'
        found.update(conn.exec_driver_sql(sql, (wanted,)).scalars())
    signed = conn.exec_driver_sql(
        "SELECT row_id FROM signed_step WHERE owner_table=? AND row_id IN (SELECT value FROM json_each(?))"
        " AND instr(columns,?)>0",
        (table.name, wanted, f'"{column}"'),
    )
    return found | set(signed.scalars())


def _ids(conn: Connection, table: Table, column: str, person: str) -> Any:
    return conn.exec_driver_sql(
        f'SELECT id FROM "{table.name}" WHERE "{column}"=? ORDER BY id', (person,)
    ).scalars()


def _doubled(conn: Connection, table: Table, column: str, loser: str, winner: str) -> set[str]:
    once: Sequence[str] = table.info.get("once", ())
    if column not in once:
        return set()
    same = " AND ".join(f'l."{c}" IS w."{c}"' for c in once if c != column) or "1"
    sql = (
        f'SELECT l.id FROM "{table.name}" l JOIN "{table.name}" w ON {same}'
        f' WHERE l."{column}"=? AND w."{column}"=?'
    )
    return set(conn.exec_driver_sql(sql, (loser, winner)).scalars())
