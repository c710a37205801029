"""The desk's tables as the hub keeps them for many schools, derived from the same metadata.

Key ``(school, id)``, no foreign keys (rows of two stations arrive in any order; the hub mends links itself), every
index led by school. Types stay those of the desk, so that the rooms' queries run unchanged on both databases: a day is
a DATE and a yes-or-no a BOOLEAN on PostgreSQL, and the one place that reads and writes raw values casts them
(``kqdesk.sync.books``). Texts have no length, whole numbers are wide, and nothing but the key is required: a station
with an older program must be able to push.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, event
from sqlalchemy.types import TypeEngine

PARTITIONS = 8
BY_SCHOOL = "HASH (school)"
WHOLE = frozenset({"name", "id_number", "phone"})
"""Secret columns people are looked up by at the hub, always by the whole value."""
BESIDE = ("hub_version", "hub_entry", "hub_origin", "hub_extra")
"""What the hub adds to every row: its number, who wrote it last, which station knows it as it is, unknown columns."""


def hub_metadata(desk: MetaData, *, postgres: bool = False, partitions: int = PARTITIONS) -> MetaData:
    """The hub's tables for those of ``desk``."""
    hub = MetaData()
    for table in desk.sorted_tables:
        way = BY_SCHOOL if postgres else None
        made = Table(
            table.name,
            hub,
            *_columns(table),
            info=dict(table.info),
            postgresql_partition_by=way,
            sqlite_with_rowid=False,
        )
        Index(f"ix_{table.name}_version", made.c.school, made.c.hub_version)
        for index in table.indexes:
            names = _indexed(table, index)
            if names:
                Index(index.name, made.c.school, *(made.c[name] for name in names))
        if postgres:
            partition(made, partitions)
    return hub


def _indexed(table: Table, index: Index) -> list[str]:
    """What of an index is of use where secret columns are sealed: one that is looked up by its whole value, no others."""
    names = [
        str(part.name) for part in index.expressions if isinstance(part, Column) and part.name != "school"
    ]
    if len(names) < len([part for part in index.expressions if getattr(part, "name", "") != "school"]):
        return []  # tails of sealed numbers would find nobody
    if len(names) == 1 and names[0] in WHOLE:
        return names
    return [name for name in names if not table.c[name].info.get("secret")]


def partition(table: Table, count: int = PARTITIONS) -> None:
    """Have PostgreSQL make the partitions when the table is made."""
    for number in range(count):
        ddl = sa.DDL(  # type: ignore[no-untyped-call]  # -- their gap
            f'CREATE TABLE "{table.name}_{number}" PARTITION OF "{table.name}"'
            f" FOR VALUES WITH (MODULUS {count}, REMAINDER {number})"
        )
        event.listen(table, "after_create", ddl)


def _columns(table: Table) -> list[Column[Any]]:
    own = [
        Column(column.name, _wide(column.type), nullable=True, info={**column.info, **_link(table, column)})
        for column in table.c
        if column.name not in ("id", "school")
    ]
    return [
        Column("school", Text, primary_key=True),
        Column("id", Text, primary_key=True),
        *own,
        Column("hub_version", BigInteger, nullable=False),
        Column("hub_entry", BigInteger, nullable=False),
        Column("hub_origin", BigInteger, nullable=False),
        Column("hub_extra", Text),
    ]


def _link(table: Table, column: Column[Any]) -> dict[str, Any]:
    """``target``: the table a link points at; ``sealed``: rows may be signed or approved with that link in them."""
    target = next((key.column.table.name for key in column.foreign_keys), "")
    seals = table.info.get("seals", ())
    return {"target": target, "sealed": any(not s.columns or column.name in s.columns for s in seals)}


def _wide(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    if isinstance(kind, sa.Boolean | sa.Date):
        return kind
    return BigInteger() if isinstance(kind, sa.Integer) else Text()
