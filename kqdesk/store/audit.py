"""The journal read entry by entry: who did what, when, at which PC, and every row it changed with old and new values.

``history`` tells the story of one record; this tells the story of one act. Values of secret columns are given
as they are and marked: whoever shows them masks them.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Connection, Table
from sqlalchemy.orm import Session

from kqdesk.store.base import Base
from kqdesk.store.history import SILENT, near, shown
from kqdesk.store.journal import Change, Sealer, changes_of, hashed_label

_CHUNK = 400
_HEAD = "CASE instr(label,'：') WHEN 0 THEN label ELSE substr(label,1,instr(label,'：')-1) END"
_HOPS = (
    3  # links followed from a row without a name of its own to one that has one: mark → enrolment → person
)


@dataclass(frozen=True)
class Wanted:
    """Which entries are asked for; everything empty = all of them.

    heads: labels without their notes. kinds: act · undo · redo · pull · migrate · look. since ≤ at < until, aware.
    among: only these entry ids.
    """

    actor: str = ""
    since: datetime | None = None
    until: datetime | None = None
    heads: Collection[str] = ()
    kinds: Collection[str] = ()
    among: frozenset[int] | None = None

    @property
    def is_everything(self) -> bool:
        """Nothing is filtered."""
        return self == Wanted()


@dataclass(frozen=True)
class Touched:
    """How many rows of one kind an entry made (I), changed (U) or deleted (D)."""

    noun: str
    op: str
    count: int


@dataclass(frozen=True)
class Entry:
    """One journal entry as a list shows it. ``label`` has its notes; ``undoes``: the entry an undo took back."""

    id: int
    kind: str
    at: datetime
    actor: str
    station: str
    label: str
    undoes: int | None
    touched: tuple[Touched, ...]


@dataclass(frozen=True)
class FieldChange:
    """One column of one row: before and after as people write them; empty for nothing."""

    label: str
    column: str
    old: str
    new: str
    is_secret: bool = False


@dataclass(frozen=True)
class RowChange:
    """One row an entry made (I), changed (U) or deleted (D). ``is_erased``: its content was taken away by law."""

    change_id: int
    noun: str
    title: str
    op: str
    fields: tuple[FieldChange, ...]
    is_erased: bool = False


@dataclass(frozen=True)
class Link:
    """One entry of the chain as it was hashed: SHA-256(prev ‖ entry ‖ body) = ``hash``; body: MACs of its changes, ``after``."""

    entry: tuple[Any, ...]  # id, kind, at, actor, station, label, undoes, first
    prev: bytes
    body: bytes
    hash: bytes


# --- the list --------------------------------------------------------------------------------------------------------


def entry_ids(session: Session, wanted: Wanted) -> Sequence[int]:
    """Ids of the entries asked for, newest first. Unfiltered it costs nothing: the chain has no gaps."""
    conn = session.connection()
    if wanted.is_everything:
        return range(_last(conn), 0, -1)
    where: list[str] = []
    values: list[Any] = []
    for moment, sign in ((wanted.since, ">="), (wanted.until, "<")):
        if moment is not None:
            where.append(f"at {sign} ?")
            values.append(moment.astimezone(UTC).isoformat(timespec="milliseconds"))
    if wanted.actor:
        where.append("actor = ?")
        values.append(wanted.actor)
    for column, choices in ((_HEAD, wanted.heads), ("kind", wanted.kinds)):
        if choices:
            where.append(f"{column} IN ({','.join('?' * len(choices))})")
            values.extend(sorted(choices))
    sql = f"SELECT id FROM journal_entry WHERE {' AND '.join(where) or '1'} ORDER BY id DESC"
    found = [row[0] for row in conn.exec_driver_sql(sql, tuple(values))]
    return found if wanted.among is None else [number for number in found if number in wanted.among]


def entries(session: Session, ids: Sequence[int]) -> list[Entry]:
    """The entries with these ids, newest first, with what they touched; two statements a 400."""
    conn = session.connection()
    found: list[Entry] = []
    for start in range(0, len(ids), _CHUNK):
        part = tuple(ids[start : start + _CHUNK])
        marks = ",".join("?" * len(part))
        touched = _touched(conn, part, marks)
        for number, kind, at, actor, station, label, undoes in conn.exec_driver_sql(
            f"SELECT id,kind,at,actor,station,label,undoes FROM journal_entry WHERE id IN ({marks})", part
        ):
            moment = datetime.fromisoformat(at)
            found.append(
                Entry(number, kind, moment, actor, station, label, undoes, tuple(touched.get(number, ())))
            )
    return sorted(found, key=lambda one: -one.id)


def _touched(conn: Connection, part: tuple[int, ...], marks: str) -> Mapping[int, list[Touched]]:
    touched: dict[int, list[Touched]] = defaultdict(list)
    for number, tbl, op, count in conn.exec_driver_sql(
        "SELECT e.id,c.tbl,c.op,count(DISTINCT c.row_id) FROM journal_entry e CROSS JOIN journal_change c"
        " ON c.id>=e.first AND c.id<coalesce((SELECT n.first FROM journal_entry n WHERE n.id=e.id+1),9e18)"
        f" WHERE e.id IN ({marks}) GROUP BY e.id,c.tbl,c.op ORDER BY e.id,count(DISTINCT c.row_id) DESC",
        part,
    ):
        touched[number].append(Touched(_noun(tbl), op, count))
    return touched


def about(session: Session, rows: Iterable[tuple[str, str]]) -> frozenset[int]:
    """Entries that touched any of these (table, row id), or what belongs to them."""
    conn = session.connection()
    found: set[int] = set()
    for table, row_id in rows:
        for tbl, key in {(table, row_id), *near(conn, table, row_id)}:
            found.update(
                conn.exec_driver_sql(
                    "SELECT DISTINCT entry_id FROM journal_change WHERE tbl=? AND row_id=?", (tbl, key)
                ).scalars()
            )
    return frozenset(found)


def labelled(session: Session, text: str) -> frozenset[int]:
    """Entries whose label holds ``text``: names stand there after a deletion, too."""
    rows = session.connection().exec_driver_sql(
        "SELECT id FROM journal_entry WHERE instr(label,?)>0", (text,)
    )
    return frozenset(rows.scalars())


def newest(session: Session, head: str) -> Entry | None:
    """The newest entry with this label, notes aside; None when there never was one."""
    number = (
        session.connection()
        .exec_driver_sql(
            f"SELECT id FROM journal_entry WHERE {_HEAD}=? AND kind='look' ORDER BY id DESC LIMIT 1", (head,)
        )
        .scalar()
    )
    return entries(session, [number])[0] if number is not None else None


def head(session: Session) -> tuple[int, bytes]:
    """Number and hash of the newest entry; (0, nothing) before the first."""
    row = (
        session.connection()
        .exec_driver_sql("SELECT id,hash FROM journal_entry WHERE hash IS NOT NULL ORDER BY id DESC LIMIT 1")
        .first()
    )
    return (int(row[0]), bytes(row[1])) if row else (0, b"")


def home_id(session: Session) -> str:
    """Which home this is."""
    found = session.connection().exec_driver_sql("SELECT value FROM home_fact WHERE key='home_id'")
    return str(found.scalar_one())


def _last(conn: Connection) -> int:
    return int(conn.exec_driver_sql("SELECT coalesce(max(id),0) FROM journal_entry").scalar_one())


def _noun(tbl: str) -> str:
    table = Base.metadata.tables.get(tbl)
    return str(table.info.get("label", tbl)) if table is not None else tbl


# --- one entry -------------------------------------------------------------------------------------------------------


def row_changes(
    session: Session, entry_id: int, *, start: int = 0, limit: int = 500
) -> tuple[int, list[RowChange]]:
    """How many changes an entry has, and those from ``start`` on, with old and new values."""
    conn = session.connection()
    changes = changes_of(conn, entry_id)
    part = changes[start : start + limit]
    after = _afters(conn, part)
    names = _Names(conn)
    return len(changes), [_row_change(conn, names, change, after[change.id]) for change in part]


def _row_change(conn: Connection, names: "_Names", change: Change, after: Mapping[str, Any]) -> RowChange:
    table = Base.metadata.tables.get(change.tbl)
    if table is None or (change.before or "").startswith("mac:"):
        return RowChange(change.id, _noun(change.tbl), "", change.op, (), is_erased=table is not None)
    before: dict[str, Any] = json.loads(change.before or "{}")
    if change.op == "D":
        pairs = {name: (old, None) for name, old in before.items() if old is not None}
        title = names.of(table, before)
    elif change.op == "I":
        pairs = {name: (None, new) for name, new in after.items() if new is not None}
        title = names.of(table, after)
    else:
        pairs = {name: (old, after.get(name)) for name, old in before.items()}
        title = names.of(table, after)
    fields = tuple(
        _field(conn, table.c[name], old, new)
        for name, (old, new) in pairs.items()
        if name in table.c and name not in SILENT and name != "id"
    )
    return RowChange(change.id, _noun(change.tbl), title, change.op, fields)


def _field(conn: Connection, column: Column[Any], old: Any, new: Any) -> FieldChange:
    def words(value: Any) -> str:
        return "" if value is None or value == "" else shown(conn, column, value)

    label = str(column.info.get("label", column.name))
    return FieldChange(label, column.name, words(old), words(new), bool(column.info.get("secret")))


def _afters(conn: Connection, part: Sequence[Change]) -> dict[int, dict[str, Any]]:
    """The row as each change left it: the live row, with every later ``before`` laid over it, newest first."""
    found: dict[int, dict[str, Any]] = {change.id: {} for change in part}
    by_table: dict[str, list[Change]] = defaultdict(list)
    for change in part:
        if change.tbl in Base.metadata.tables:
            by_table[change.tbl].append(change)
    for tbl, changes in by_table.items():
        keys = list(dict.fromkeys(change.row_id for change in changes))
        lives, later = _live_rows(conn, tbl, keys), _later(conn, tbl, keys, min(c.id for c in changes))
        for change in changes:
            state = dict(lives.get(change.row_id, {}))
            for number, before in later.get(change.row_id, ()):
                if number > change.id:
                    state |= before
            found[change.id] = state
    return found


def _live_rows(conn: Connection, tbl: str, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    table = Base.metadata.tables[tbl]
    columns = ",".join(f'"{column.name}"' for column in table.c)
    rows: dict[str, dict[str, Any]] = {}
    for start in range(0, len(keys), _CHUNK):
        part = tuple(keys[start : start + _CHUNK])
        marks = ",".join("?" * len(part))
        for row in conn.exec_driver_sql(f'SELECT {columns} FROM "{tbl}" WHERE id IN ({marks})', part):
            rows[str(row.id)] = dict(row._mapping)  # noqa: SLF001 -- SQLAlchemy's public way to a row as a mapping
    return rows


def _later(
    conn: Connection, tbl: str, keys: Sequence[str], least: int
) -> dict[str, list[tuple[int, dict[str, Any]]]]:
    """Row id → its changes after ``least`` that kept a ``before``, newest first."""
    later: dict[str, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    for start in range(0, len(keys), _CHUNK):
        part = tuple(keys[start : start + _CHUNK])
        marks = ",".join("?" * len(part))
        for row_id, number, before in conn.exec_driver_sql(
            f"SELECT row_id,id,before FROM journal_change WHERE tbl=? AND row_id IN ({marks}) AND id>?"
            " AND before IS NOT NULL ORDER BY id DESC",
            (tbl, *part, least),
        ):
            if not before.startswith("mac:"):
                later[row_id].append((number, json.loads(before)))
    return later


class _Names:
    """What a row is called: the text column its table names, else what the rows it points at are called."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._known: dict[tuple[str, str], str] = {}

    def of(self, table: Table, values: Mapping[str, Any], hops: int = 0) -> str:
        title = table.c.get(str(table.info.get("title", "")))
        if title is not None and type(title.type) in (sa.String, sa.Text) and values.get(title.name):
            return str(values[title.name])
        if hops == _HOPS:
            return ""
        linked = [
            self._row(key.column.table, str(values[column.name]), hops + 1)
            for column in table.c
            for key in column.foreign_keys
            if values.get(column.name) and not column.name.endswith("_by")
        ]
        return " · ".join(dict.fromkeys(name for name in linked if name))

    def _row(self, table: Table, row_id: str, hops: int) -> str:
        if (table.name, row_id) not in self._known:
            live = _live_rows(self._conn, table.name, [row_id]).get(row_id, {})
            self._known[table.name, row_id] = self.of(table, live, hops)
        return self._known[table.name, row_id]


# --- the chain, for a proof ------------------------------------------------------------------------------------------


def links(session: Session, ids: Iterable[int]) -> Iterator[Link]:
    """The chain's links with these ids, as they were sealed."""
    conn = session.connection()
    key = conn.exec_driver_sql("SELECT value FROM home_fact WHERE key='journal_key'").scalar_one()
    sealer = Sealer(bytes.fromhex(str(key)))
    for number in ids:
        *entry, label_hash, after, sealed, prev = conn.exec_driver_sql(
            "SELECT id,kind,at,actor,station,label,undoes,first,label_hash,after,hash,"
            "(SELECT hash FROM journal_entry WHERE id=e.id-1) FROM journal_entry e WHERE id=?",
            (number,),
        ).one()
        body = b"".join(sealer.mac(change) for change in changes_of(conn, number))
        entry[5] = hashed_label(entry[5], label_hash)
        yield Link(tuple(entry), bytes(prev or b""), body + bytes(after or b""), bytes(sealed))
