"""The journal's unsent changes become batches, once: a retry sends the same bytes.

Several unsent edits of a field travel as one, with whoever wrote it last; the values are read from the rows as they
stand. Rows that are made go parents first, rows that go, children first.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Connection

from kqdesk.sync import ctl as keys
from kqdesk.sync.books import iso
from kqdesk.sync.ctl import SENT_KINDS, Ctl
from kqdesk.sync.wire import MOST_ROWS, ROOMY, Batch, Entries, Group, Value, distinct, encode, size_of

_CHUNK = 5_000
_decode = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(slots=True)
class _Fold:
    """What the unsent changes did to one row."""

    born: bool  # the first of them made it
    entry: int = 0  # the last of them
    whole: bool = False  # every column counts
    columns: dict[str, int] = field(default_factory=dict)  # column → the last entry that changed it


Key = tuple[str, str]
Order = Mapping[str, Sequence[str]]
"""Tables, parents first, and their columns."""


def freeze(conn: Connection, order: Order, now: datetime, schema: int) -> int:
    """Put everything unsent into the outbox, in the write transaction of ``conn``; how many batches that made."""
    ctl = Ctl(conn)
    newest = int(conn.exec_driver_sql("SELECT coalesce(max(id),0) FROM journal_change").scalar_one())
    begin = ctl.number(keys.FROZEN_CHANGE)
    everything = bool(ctl.text(keys.EVERYTHING))
    if newest == begin and not everything:
        return 0
    folds = _all_rows(conn, order) if everything else _fold(conn, begin, newest)
    groups = list(_groups(conn, order, folds))
    erased = _erased(conn, 0 if everything else begin)
    shipper = _Shipper(conn, ctl, now, schema, 0 if everything else begin, newest)
    made = shipper.ship(groups, erased)
    ctl.put({keys.FROZEN_CHANGE: newest, keys.EVERYTHING: ""})
    return made


# ---------------------------------------------------------------------- what changed


def _fold(conn: Connection, begin: int, end: int) -> dict[Key, _Fold]:
    folds: dict[Key, _Fold] = {}
    changes = conn.exec_driver_sql(
        "SELECT c.entry_id,c.tbl,c.row_id,c.op,c.before FROM journal_change c JOIN journal_entry e ON e.id=c.entry_id"
        f" WHERE c.id>? AND c.id<=? AND {SENT_KINDS} ORDER BY c.id",
        (begin, end),
    )
    for entry, tbl, row_id, op, before in changes:
        fold = folds.get((tbl, row_id))
        if fold is None:
            fold = folds[tbl, row_id] = _Fold(op == "I")
        fold.entry = entry
        if op == "U" and not before.startswith("mac:"):
            for column in _decode(before):
                fold.columns[column] = entry
        else:
            fold.whole = True
    return folds


def _all_rows(conn: Connection, order: Order) -> dict[Key, _Fold]:
    """Every living row, and what was deleted here, for a hub that has nothing of ours."""
    last = {
        (tbl, row_id): entry
        for tbl, row_id, entry in conn.exec_driver_sql(
            "SELECT tbl,row_id,max(entry_id) FROM journal_change GROUP BY tbl,row_id"
        )
    }
    folds = {
        (tbl, row_id): _Fold(born=False, entry=last.get((tbl, row_id), 0), whole=True)
        for tbl in order
        for (row_id,) in conn.exec_driver_sql(f'SELECT id FROM "{tbl}" ORDER BY id')
    }
    deleted = conn.exec_driver_sql(  # here, not elsewhere: the hub may have them still
        "SELECT c.tbl,c.row_id,max(c.entry_id) FROM journal_change c JOIN journal_entry e ON e.id=c.entry_id"
        f" WHERE c.op='D' AND {SENT_KINDS} GROUP BY c.tbl,c.row_id"
    )
    for tbl, row_id, entry in deleted:
        folds.setdefault((tbl, row_id), _Fold(born=False, entry=entry, whole=True))
    return folds


def _erased(conn: Connection, begin: int) -> list[Key]:
    """Rows whose content the journal was made to forget, when that happened since ``begin``."""
    is_new = conn.exec_driver_sql(
        "SELECT 1 FROM journal_change c JOIN journal_entry e ON e.id=c.entry_id WHERE c.id>? AND e.kind='erase'"
        f" AND {SENT_KINDS} LIMIT 1",
        (begin,),
    ).first()
    if is_new is None:
        return []
    found = conn.exec_driver_sql("SELECT DISTINCT tbl,row_id FROM journal_change WHERE before LIKE 'mac:%'")
    return [(row[0], row[1]) for row in found]


# ---------------------------------------------------------------------- columns


def _groups(conn: Connection, order: Order, folds: Mapping[Key, _Fold]) -> Iterator[Group]:
    """Groups with the journal's own entry numbers in ``entries``."""
    by_table: dict[str, list[str]] = defaultdict(list)
    for tbl, row_id in folds:
        by_table[tbl].append(row_id)
    gone: list[tuple[str, list[str]]] = []
    for tbl in order:
        ids = by_table.get(tbl)
        if ids:
            there = _live(conn, tbl, order[tbl], ids)
            base = versions(conn, tbl, ids)
            yield from _made(tbl, order[tbl], ids, folds, there, base)
            lost = [row_id for row_id in ids if row_id not in there and not folds[tbl, row_id].born]
            gone.append((tbl, lost))
    for tbl, lost in reversed(gone):
        for start in range(0, len(lost), MOST_ROWS):
            part = lost[start : start + MOST_ROWS]
            base = versions(conn, tbl, part)
            entries = [folds[tbl, row_id].entry for row_id in part]
            yield Group(tbl, part, [base.get(row_id, 0) for row_id in part], entries, gone=True)


def _live(
    conn: Connection, tbl: str, columns: Sequence[str], ids: Sequence[str]
) -> dict[str, tuple[Value, ...]]:
    quoted = ",".join(f'"{c}"' for c in columns)
    sql = f'SELECT {quoted},id FROM "{tbl}" WHERE id IN (SELECT value FROM json_each(?))'
    found: dict[str, tuple[Value, ...]] = {}
    for start in range(0, len(ids), _CHUNK):
        rows = conn.exec_driver_sql(sql, (json.dumps(ids[start : start + _CHUNK]),))
        found.update({row[-1]: row for row in rows.cursor.fetchall()} if rows.cursor else {})
    return found


def versions(conn: Connection, tbl: str, ids: Sequence[str]) -> dict[str, int]:
    """The hub's version of each row it is known to have."""
    sql = "SELECT row_id,version FROM sync_version WHERE tbl=? AND row_id IN (SELECT value FROM json_each(?))"
    found: dict[str, int] = {}
    for start in range(0, len(ids), _CHUNK):
        found.update(conn.exec_driver_sql(sql, (tbl, json.dumps(ids[start : start + _CHUNK]))).all())
    return found


def _made(
    tbl: str,
    columns: Sequence[str],
    ids: Sequence[str],
    folds: Mapping[Key, _Fold],
    there: Mapping[str, tuple[Value, ...]],
    base: Mapping[str, int],
) -> Iterator[Group]:
    """Rows that are there: whole ones, then changed ones by which columns changed together."""
    place = {name: number for number, name in enumerate(columns)}
    parts = _parts(tbl, columns, [row_id for row_id in ids if row_id in there], folds)
    for (whole, names), rows in sorted(parts.items(), key=lambda one: not one[0][0]):
        for start in range(0, len(rows), MOST_ROWS):
            part = rows[start : start + MOST_ROWS]
            held = list(zip(*(there[row_id] for row_id, _ in part), strict=True))
            numbers = [base.get(row_id, 0) for row_id, _ in part]
            group = Group(
                tbl, [row_id for row_id, _ in part], numbers, [entry for _, entry in part], whole=whole
            )
            for name in names:
                _add_column(group, name, list(held[place[name]]))
            yield group


def _parts(
    tbl: str, columns: Sequence[str], ids: Sequence[str], folds: Mapping[Key, _Fold]
) -> dict[tuple[bool, tuple[str, ...]], list[tuple[str, int]]]:
    """(whole, columns) → rows and the entry that wrote those columns last."""
    every = tuple(c for c in columns if c not in ("id", "school"))
    parts: dict[tuple[bool, tuple[str, ...]], list[tuple[str, int]]] = defaultdict(list)
    for row_id in ids:
        fold = folds[tbl, row_id]
        if fold.whole:
            parts[True, every].append((row_id, fold.entry))
            continue
        by_entry: dict[int, list[str]] = defaultdict(list)
        for column, entry in fold.columns.items():
            if column in every:
                by_entry[entry].append(column)
        for entry, changed in by_entry.items():
            parts[False, tuple(sorted(changed))].append((row_id, entry))
    return parts


def _add_column(group: Group, name: str, values: list[Value]) -> None:
    if any(value is not None for value in values):
        group.columns.append(name)
        group.values.append(values)
    else:
        group.empty.append(name)


# ---------------------------------------------------------------------- into the outbox


class _Shipper:
    """Cuts groups into batches and writes them down."""

    def __init__(self, conn: Connection, ctl: Ctl, now: datetime, schema: int, after: int, upto: int) -> None:
        self._conn, self._ctl, self._now, self._schema = conn, ctl, now, schema
        self._after, self._upto = after, upto
        self._incarnation, self._cursor = ctl.number(keys.INCARNATION), ctl.number(keys.APPLIED)
        self._made = 0

    def ship(self, groups: Sequence[Group], erased: Sequence[Key]) -> int:
        """How many batches that made."""
        waiting: list[Group] = []
        for group in groups:
            if waiting and sum(len(one.ids) for one in waiting) + len(group.ids) > MOST_ROWS:
                self._emit(waiting, ())
                waiting = []
            waiting.append(group)
        if waiting:
            self._emit(waiting, ())
        for start in range(0, len(erased), MOST_ROWS):
            self._emit([], erased[start : start + MOST_ROWS])
        return self._made

    def _emit(self, groups: Sequence[Group], erased: Sequence[Key]) -> None:
        batch = self._batch(groups, erased)
        rows = sum(len(group.ids) for group in groups)
        if rows > 1 and size_of(batch) > ROOMY:
            left, right = _halves(groups, rows // 2)
            self._emit(left, erased)
            self._emit(right, ())
            return
        body = encode(batch)
        self._conn.exec_driver_sql(
            "INSERT INTO sync_outbox(incarnation,number,sha256,body,rows,after_change,upto_change,state,at)"
            " VALUES(?,?,?,?,?,?,?,'frozen',?)",
            (
                *(self._incarnation, batch.number, sha256(body).hexdigest(), body, len(distinct(groups))),
                *(self._after, self._upto, iso(self._now)),
            ),
        )
        self._ctl.put({keys.FROZEN: batch.number})
        self._made += 1

    def _batch(self, groups: Sequence[Group], erased: Sequence[Key]) -> Batch:
        numbers = sorted({entry for group in groups for entry in group.entries})
        place = {entry: spot for spot, entry in enumerate(numbers)}
        named = [
            msgspec.structs.replace(group, entries=[place[entry] for entry in group.entries])
            for group in groups
        ]
        number = self._ctl.number(keys.FROZEN) + 1
        entries = self._entries(numbers)
        return Batch(
            self._incarnation, number, self._schema, named, entries, cursor=self._cursor, erased=list(erased)
        )

    def _entries(self, numbers: Sequence[int]) -> Entries:
        known: dict[int, Any] = {}
        for start in range(0, len(numbers), _CHUNK):
            read = self._conn.exec_driver_sql(
                "SELECT id,kind,at,actor,station,label FROM journal_entry WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(numbers[start : start + _CHUNK]),),
            )
            known.update({row[0]: row for row in read})
        nobody = (0, "act", iso(self._now), "", "", "")
        rows = [known.get(number, nobody) for number in numbers]
        at = [iso(datetime.fromisoformat(row[2])) for row in rows]
        kinds, actors, stations, labels = ([row[n] for row in rows] for n in (1, 3, 4, 5))
        return Entries(kinds, at, actors, stations, labels)


def _halves(groups: Sequence[Group], most: int) -> tuple[list[Group], list[Group]]:
    """The first ``most`` rows, and the others."""
    left: list[Group] = []
    right: list[Group] = []
    for group in groups:
        room = max(0, most - sum(len(one.ids) for one in left))
        if room:
            left.append(part_of(group, 0, room))
        if room < len(group.ids):
            right.append(part_of(group, room, len(group.ids)))
    return left, right


def part_of(group: Group, start: int, end: int) -> Group:
    """Some of its rows."""
    return msgspec.structs.replace(
        group,
        ids=group.ids[start:end],
        numbers=group.numbers[start:end],
        entries=group.entries[start:end],
        values=[values[start:end] for values in group.values],
    )
