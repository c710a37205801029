"""The journal: one record of every change, written by triggers, read by five readers.

undo · history · pages that watch tables · sync · audit. Triggers catch bulk statements and merges too, and a
write with no open entry aborts. Only what was *before* is kept (for an update the changed columns alone); what
came after is the next ``before`` or the live row, and eight bytes of digest say what it was.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection

from kqdesk.store.base import Seal

IS_OPEN = "(SELECT hash IS NULL FROM journal_entry ORDER BY id DESC LIMIT 1)"
_ENTRY = ("kind", "at", "actor", "station", "undoes", "first")  # of an entry's columns, besides id and label
ERASING = "(SELECT hash IS NULL AND kind='erase' FROM journal_entry ORDER BY id DESC LIMIT 1) IS 1"
GUARDS = (
    # the notes of a label may be erased, against their hash, and nothing else of a sealed entry
    (
        "CREATE TRIGGER journal_entry_seal BEFORE UPDATE ON journal_entry WHEN OLD.hash IS NOT NULL AND NOT ("
        + " AND ".join(f"NEW.{c} IS OLD.{c}" for c in ("id", *_ENTRY, "after", "hash"))
        + f" AND NEW.label_hash IS NOT NULL AND {ERASING}) BEGIN SELECT RAISE(ABORT,'sealed'); END"
    ),
    "CREATE TRIGGER journal_entry_keep BEFORE DELETE ON journal_entry BEGIN SELECT RAISE(ABORT,'sealed'); END",
    (
        "CREATE TRIGGER journal_change_seal BEFORE UPDATE ON journal_change WHEN NOT ("
        + " AND ".join(f"NEW.{c} IS OLD.{c}" for c in ("id", "entry_id", "tbl", "row_id", "op"))
        + f" AND NEW.before LIKE 'mac:%' AND {ERASING}) BEGIN SELECT RAISE(ABORT,'sealed'); END"
    ),
    (
        "CREATE TRIGGER journal_change_open BEFORE INSERT ON journal_change BEGIN"
        " SELECT RAISE(IGNORE) WHERE NEW.op='U' AND NEW.before='{}';"  # an update that changed nothing
        f" SELECT RAISE(ABORT,'write outside Store.run') WHERE {IS_OPEN} IS NOT 1; END"
    ),
    "CREATE TRIGGER journal_change_keep BEFORE DELETE ON journal_change BEGIN SELECT RAISE(ABORT,'sealed'); END",
)
ERASED = "内容已按规定删除"  # what stands where a label had its notes
_NOTES = "："  # between a label and its notes
SEAL_MARK = "seal:"  # how a Seal's sentence is told from other aborts
_CHUNK = 500  # names per statement, under SQLite's variable limit


def _object(row: str, columns: Iterable[str], keep: str) -> str:
    """SQL for a JSON object of those columns for which ``keep`` holds; {c} in ``keep`` is the column."""
    parts = "||".join(
        f"CASE WHEN {keep.format(c=c)} THEN ',\"{c}\":'||json_quote({row}\"{c}\") ELSE '' END"
        for c in columns
    )
    return "'{'||ltrim(" + parts + ",',')||'}'"


def image(columns: Sequence[str], row: str = "") -> str:
    """SQL for one row as canonical JSON without its id; NULLs are left out, so a new column changes no old digest."""
    return _object(row, sorted(c for c in columns if c != "id"), f'{row}"{{c}}" IS NOT NULL')


def triggers(table: str, columns: Sequence[str]) -> Iterator[str]:
    """The three triggers that write a table's changes into the open entry.

    They say no more than they must, because every connection reads them all: whether an entry is open, and whether an
    update changed anything, is asked once, where changes come in (``GUARDS``).
    """
    cols = [c for c in columns if c != "id"]
    diff = _object("OLD.", cols, 'OLD."{c}" IS NOT NEW."{c}"')
    full = "json_object(" + ",".join(f"'{c}',OLD.\"{c}\"" for c in cols) + ")"
    for verb, row, before in (("INSERT", "NEW", "NULL"), ("UPDATE", "NEW", diff), ("DELETE", "OLD", full)):
        same = (
            " SELECT RAISE(ABORT,'an id never changes') WHERE OLD.id IS NOT NEW.id;"
            if verb == "UPDATE"
            else ""
        )
        yield (
            f"CREATE TRIGGER journal_{table}_{verb.lower()} AFTER {verb} ON {table} BEGIN{same}"
            " INSERT INTO journal_change(entry_id,tbl,row_id,op,before)"
            f" VALUES((SELECT max(id) FROM journal_entry),'{table}',{row}.id,'{verb[0]}',{before}); END"
        )


def seal_triggers(table: str, seals: Sequence[Seal]) -> Iterator[str]:
    """Triggers that refuse to change approved, locked or issued rows; rows taken from the hub and erasure by law pass."""
    local = "(SELECT kind FROM journal_entry ORDER BY id DESC LIMIT 1) NOT IN ('pull','migrate','erase')"
    for number, seal in enumerate(seals):
        sentence = (SEAL_MARK + seal.sentence).replace("'", "''")
        moved = " OR ".join(f'OLD."{c}" IS NOT NEW."{c}"' for c in seal.columns) or "1"
        yield (
            f"CREATE TRIGGER seal_{table}_{number}_update BEFORE UPDATE ON {table}"
            f" WHEN ({seal.when}) AND ({moved}) AND NOT ({seal.unless}) AND {local} BEGIN SELECT RAISE(ABORT,'{sentence}'); END"
        )
        yield (
            f"CREATE TRIGGER seal_{table}_{number}_delete BEFORE DELETE ON {table}"
            f" WHEN ({seal.when}) AND {local} BEGIN SELECT RAISE(ABORT,'{sentence}'); END"
        )


class Change(NamedTuple):
    """One written change of an entry."""

    id: int
    tbl: str
    row_id: str
    op: str
    before: str | None

    def columns(self) -> frozenset[str]:
        """The changed columns of an update; of an insert or delete, nothing (it is the whole row)."""
        return frozenset(json.loads(self.before)) if self.op == "U" and self.before else frozenset()


def open_entry(
    conn: Connection, kind: str, now: datetime, actor: str, station: str, label: str, undoes: int | None
) -> int:
    """Begin an entry; returns its id. Every change until it is sealed belongs to it."""
    return int(
        conn.exec_driver_sql(
            "INSERT INTO journal_entry(kind,at,actor,station,label,undoes,first) SELECT ?,?,?,?,?,?,"
            "(SELECT coalesce(max(id),0)+1 FROM journal_change) RETURNING id",
            (kind, now.isoformat(timespec="milliseconds"), actor, station, label, undoes),
        ).scalar_one()
    )


def changes_of(conn: Connection, entry_id: int) -> list[Change]:
    """All changes of one entry, oldest first."""
    rows = conn.exec_driver_sql(
        "SELECT id,tbl,row_id,op,before FROM journal_change"
        " WHERE id>=(SELECT first FROM journal_entry WHERE id=?) AND entry_id=? ORDER BY id",
        (entry_id, entry_id),
    )
    return [Change(*row) for row in rows.all()]


def hash_of(conn: Connection, entry_id: int) -> bytes:
    """The seal of an entry."""
    found = conn.exec_driver_sql("SELECT hash FROM journal_entry WHERE id=?", (entry_id,)).scalar_one()
    return bytes(found)


def hashed_label(label: str, label_hash: str | None) -> str:
    """The label as the chain hashes it: its head, and SHA-256 of its notes, so that notes can be erased by law.

    ``label_hash`` counts only where the notes really say that they were erased.
    """
    head, mark, notes = label.partition(_NOTES)
    if not mark:
        return label
    digest = label_hash if label_hash and notes == ERASED else hashlib.sha256(notes.encode()).hexdigest()
    return f"{head}\x1f{digest}"


def erased_label(label: str) -> tuple[str, str]:
    """(label without its notes, hash of the notes)."""
    head, _, notes = label.partition(_NOTES)
    return f"{head}{_NOTES}{ERASED}", hashlib.sha256(notes.encode()).hexdigest()


class Sealer:
    """Closes entries and checks closed ones. ``key`` is the home's own; it never changes, so old MACs stay true."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def mac(self, change: Change) -> bytes:
        """16 bytes over one change. An erased ``before`` carries its MAC as ``mac:hex``, so the chain still holds."""
        number, tbl, row_id, op, before = change[:5]
        if before is not None and before.startswith("mac:"):
            return bytes.fromhex(before[4:])
        text = f"{number}\x1f{tbl}\x1f{row_id}\x1f{op}\x1f{before}"
        return hashlib.blake2b(text.encode(), digest_size=16, key=self._key).digest()

    def digest(self, picture: str | None) -> bytes:
        """8 bytes over a row's image; of a row that is gone, over nothing."""
        return hashlib.blake2b((picture or "").encode(), digest_size=8, key=self._key).digest()

    def digests(
        self, conn: Connection, tables: dict[str, Sequence[str]], rows: Sequence[tuple[str, str]]
    ) -> list[bytes]:
        """Digest of each (table, row id) as it is now; one statement a table and 500 rows."""
        found: dict[tuple[str, str], bytes] = {}
        for tbl in dict.fromkeys(tbl for tbl, _ in rows):
            ids = [row_id for name, row_id in rows if name == tbl]
            sql = f'SELECT id,{image(tables[tbl])} FROM "{tbl}" WHERE id IN '
            for start in range(0, len(ids), _CHUNK):
                part = ids[start : start + _CHUNK]
                marks = "(" + ",".join("?" * len(part)) + ")"
                for row_id, picture in conn.exec_driver_sql(sql + marks, tuple(part)).all():
                    found[tbl, row_id] = self.digest(picture)
        gone = self.digest(None)
        return [found.get(row, gone) for row in rows]

    def chain(self, conn: Connection, entry_id: int, changes: Sequence[Change], after: bytes) -> bytes:
        """SHA-256(prev ‖ entry ‖ MAC of each change ‖ after)."""
        row = conn.exec_driver_sql(
            "SELECT (SELECT hash FROM journal_entry WHERE id=e.id-1),kind,at,actor,station,label,undoes,first,label_hash"
            " FROM journal_entry e WHERE id=?",
            (entry_id,),
        ).one()
        return self._link(row[0], [entry_id, *row[1:-1]], row[-1], changes, after)

    def _link(
        self,
        prev: bytes | None,
        entry: Sequence[Any],
        label_hash: str | None,
        changes: Iterable[Change],
        after: bytes,
    ) -> bytes:
        told = msgspec.json.encode((*entry[:5], hashed_label(entry[5], label_hash), *entry[6:8]))
        macs = b"".join(map(self.mac, changes))
        return hashlib.sha256(b"".join((prev or b"", told, macs, after))).digest()

    def seal(self, conn: Connection, tables: dict[str, Sequence[str]], entry_id: int) -> frozenset[str]:
        """Close the entry; returns the names of the tables it touched."""
        changes = changes_of(conn, entry_id)
        touched = list(dict.fromkeys((c.tbl, c.row_id) for c in changes))
        after = b"".join(self.digests(conn, tables, touched))
        conn.exec_driver_sql(
            "UPDATE journal_entry SET after=?,hash=? WHERE id=?",
            (after, self.chain(conn, entry_id, changes, after), entry_id),
        )
        return frozenset(tbl for tbl, _ in touched)

    def verify_chain(self, conn: Connection) -> int | None:
        """Number of the first entry that is not as it was sealed; None when the chain is whole."""
        entries = _plain(
            conn,
            "SELECT id,kind,at,actor,station,label,undoes,first,label_hash,after,hash FROM journal_entry ORDER BY id",
        )
        groups = groupby(_all_changes(conn), key=_entry_of)
        waiting = next(groups, None)
        prev: bytes | None = None
        for expected, entry in enumerate(entries, 1):
            label_hash, after, sealed = entry[8:]
            changes: Iterable[Change] = ()
            if waiting is not None and waiting[0] == entry[0]:
                changes = waiting[1]
            if entry[0] != expected or sealed is None:
                return expected
            if self._link(prev, entry, label_hash, changes, after) != sealed:
                return expected
            if changes:
                waiting = next(groups, None)
            prev = sealed
        return None if waiting is None else int(waiting[0])

    def verify_rows(self, conn: Connection, tables: dict[str, Sequence[str]]) -> tuple[str, str] | None:
        """(table, row id) of a live row that is not as its last entry left it, or that no entry made; else None."""
        last: dict[tuple[str, str], bytes] = {}
        afters: dict[int, bytes | None] = dict(
            conn.exec_driver_sql("SELECT id,after FROM journal_entry").all()
        )
        for entry_id, group in groupby(_all_changes(conn), key=_entry_of):
            touched = dict.fromkeys((tbl, row_id) for _, tbl, row_id, *_ in group)
            after = afters.get(entry_id) or b""
            last.update((row, after[n * 8 : n * 8 + 8]) for n, row in enumerate(touched))
        gone = self.digest(None)
        for tbl, columns in tables.items():
            for row_id, picture in conn.exec_driver_sql(f'SELECT id,{image(columns)} FROM "{tbl}"'):
                if last.pop((tbl, row_id), None) != self.digest(picture):
                    return tbl, row_id
        return next((row for row, digest in last.items() if digest != gone and row[0] in tables), None)


_entry_of = itemgetter(5)


def _all_changes(conn: Connection) -> Iterator[Any]:
    """Every change as (id, tbl, row_id, op, before, entry id), oldest first."""
    return _plain(conn, "SELECT id,tbl,row_id,op,before,entry_id FROM journal_change ORDER BY id")


def _plain(conn: Connection, sql: str) -> Iterator[Any]:
    """The driver's own tuples: a long journal is read twice as fast as through rows with names."""
    raw = conn.connection.driver_connection
    assert raw is not None
    return iter(raw.execute(sql))
