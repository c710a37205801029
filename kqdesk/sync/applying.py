"""What came from the hub goes into the rows: all of it in one transaction, one journal entry of kind ``pull``.

Rows that are there are compared first, so that only what changed is written, journaled and indexed anew.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from operator import itemgetter, ne
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection, MetaData, Table

from kqdesk.store.actions import Writing
from kqdesk.store.store import Store
from kqdesk.sync import ctl as keys
from kqdesk.sync.bulk import Bulk
from kqdesk.sync.ctl import Ctl, unsent_rows
from kqdesk.sync.freezing import Key
from kqdesk.sync.incoming import (
    Arrival,
    Author,
    Held,
    Links,
    Plan,
    as_held,
    count_removals,
    gather,
    set_aside,
    sift,
)
from kqdesk.sync.wire import Page, Value, decode

MOST_GONE, MOST_SHARE, FEW = 50, 20, 10
"""A pull that would take away more rows of a table than this, or more per cent of them (and not just a few), asks."""
_CHUNK = 5_000
BRAKE = "同步会删除「{label}」{count} 条记录（共 {all} 条），先停下来等您确认。请核对后点「允许删除」，或先问一下删的人。"


class Brake(Exception):
    """More rows would go than anybody expects; ``sentence`` says which."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass
class Applied:
    """What a pull did."""

    made: int = 0
    changed: int = 0
    removed: int = 0
    waiting: int = 0
    tables: frozenset[str] = frozenset()

    @property
    def rows(self) -> int:
        """All together."""
        return self.made + self.changed + self.removed


class Applier:
    """Writes what came into one store."""

    def __init__(self, store: Store, metadata: MetaData) -> None:
        self.store, self.metadata = store, metadata
        self.links = Links(metadata)
        self.order = {
            str(table.name): [str(column) for column in store.columns[table.name]]
            for table in metadata.sorted_tables
        }

    def apply_inbox(self) -> Applied:
        """Everything in the inbox; Brake when too much would go, and then nothing was written."""
        with self.store.asking() as conn:
            bodies = [row[0] for row in conn.exec_driver_sql("SELECT body FROM sync_inbox ORDER BY no")]
            held = _held(conn)
            if not bodies and not held and not _lags(conn):
                return Applied()
            plan = gather((decode(Page, body) for body in bodies), held)
            self._prepare(conn, plan)
        return self._write(plan, inbox=True)

    def replace(self, tbl: str, pages: Iterable[Page]) -> Applied:
        """A table as the hub has it, whole: rows the hub does not have go."""
        plan = gather(pages, {})
        with self.store.asking() as conn:
            nobody = Author("act", "", "", "", "")
            for (row_id,) in conn.exec_driver_sql(f'SELECT id FROM "{tbl}"'):
                if row_id not in plan.arrivals[tbl]:
                    plan.arrivals[tbl][row_id] = Arrival(0, (), None, nobody)
            self._prepare(conn, plan, force=True)
        return self._write(plan, inbox=False)

    def adopt(self) -> Applied:
        """What an older version of this program could only keep, now that there is a place for it."""
        plan = Plan()
        with self.store.asking() as conn:
            found = conn.exec_driver_sql(
                "SELECT x.tbl,x.row_id,x.version,x.columns FROM sync_extra x JOIN sync_version v"
                " ON v.tbl=x.tbl AND v.row_id=x.row_id AND v.version=x.version"
            ).all()
            nobody = Author("act", "", "", "", "")
            for tbl, row_id, version, text in found:
                columns = {c: v for c, v in json.loads(text).items() if c in self.order.get(tbl, ())}
                if columns:
                    plan.arrivals[tbl][row_id] = Arrival(
                        version, tuple(columns), tuple(columns.values()), nobody
                    )
            self._prepare(conn, plan, force=True)
            plan.waiting.clear()
        adopted = [(tbl, row_id) for tbl, rows in plan.arrivals.items() for row_id in rows]
        return self._write(plan, inbox=False, adopted=adopted) if adopted else Applied()

    # ------------------------------------------------------------------ reading

    def _prepare(self, conn: Connection, plan: Plan, *, force: bool = False) -> None:
        """Decide against a snapshot what goes in and what waits."""
        plan.position = _newest_change(conn)
        sift(conn, plan, unsent_rows(conn), force=force)
        self._part_strange(plan)
        set_aside(conn, plan, self.links)
        plan.erased = {
            row for row in plan.erased if row[1] in plan.arrivals.get(row[0], ()) or _is_told(conn, row)
        }
        self._expect_few_removals(conn, plan)

    def _part_strange(self, plan: Plan) -> None:
        """Tables nobody here knows are kept for the next version of the program; their rows wait for no parent."""
        plan.strange = {tbl: plan.arrivals.pop(tbl) for tbl in list(plan.arrivals) if tbl not in self.order}

    def _expect_few_removals(self, conn: Connection, plan: Plan) -> None:
        if Ctl(conn).text(keys.ALLOWED):
            return
        for tbl, (count, there) in count_removals(conn, plan).items():
            lawful = sum(1 for row_id in plan.arrivals[tbl] if (tbl, row_id) in plan.erased)
            count -= lawful
            if count > MOST_GONE or (count >= FEW and count * 100 > there * MOST_SHARE):
                label = self.metadata.tables[tbl].info.get("label", tbl)
                raise Brake(BRAKE.format(label=label, count=count, all=there))

    # ------------------------------------------------------------------ writing

    def _write(self, plan: Plan, *, inbox: bool, adopted: Sequence[Key] = ()) -> Applied:
        done = Applied(waiting=len(plan.waiting))
        if not any(plan.arrivals.values()) and not plan.erased:
            self.store.bookkeep(lambda conn: self._settle(conn, plan, inbox))
            return done
        label = f"{sum(len(rows) for rows in plan.arrivals.values())} 条记录"

        def body(writing: Writing) -> None:
            conn = writing.session.connection()
            self._set_aside_late(conn, plan)
            for tbl in self.order:
                if plan.arrivals.get(tbl):
                    self._write_table(conn, tbl, plan.arrivals[tbl], done)
            if adopted:
                conn.exec_driver_sql("DELETE FROM sync_extra WHERE tbl=? AND row_id=?", list(adopted))
            else:
                self._settle(conn, plan, inbox)
            if plan.erased:
                writing.erase(plan.erased)

        outcome = self.store.pull(body, label, erases=bool(plan.erased))
        done.tables = outcome.tables
        return done

    def _set_aside_late(self, conn: Connection, plan: Plan) -> None:
        """What people wrote between the look and the write: those rows wait, too."""
        if _newest_change(conn) == plan.position:
            return
        sift(conn, plan, unsent_rows(conn), force=True)
        set_aside(conn, plan, self.links)

    def _write_table(self, conn: Connection, tbl: str, rows: Mapping[str, Arrival], done: Applied) -> None:
        table = self.metadata.tables[tbl]
        going = [row_id for row_id, arrival in rows.items() if arrival.values is None]
        coming = {row_id: arrival for row_id, arrival in rows.items() if arrival.values is not None}
        kinds: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for row_id, arrival in coming.items():
            kinds[arrival.names].append(row_id)
        news = []
        for names, ids in kinds.items():
            known = [name for name in names if name in table.c]
            there = _rows_here(conn, tbl, known, ids)
            fresh = [row_id for row_id in ids if row_id not in there]
            news.append((names, known, fresh))
            done.changed += _update(conn, tbl, names, known, coming, there)
        with Bulk(conn, table, sum(len(fresh) for _, _, fresh in news)):
            for names, known, fresh in news:
                self._insert(conn, table, names, known, coming, fresh)
                done.made += len(fresh)
        if going:
            sql = f'DELETE FROM "{tbl}" WHERE id=?'
            before = _total_changes(conn)
            conn.exec_driver_sql(sql, [(row_id,) for row_id in going])
            done.removed += len(going) if _total_changes(conn) > before else 0

    def _insert(
        self,
        conn: Connection,
        table: Table,
        names: tuple[str, ...],
        known: Sequence[str],
        coming: Mapping[str, Arrival],
        fresh: Sequence[str],
    ) -> None:
        if not fresh:
            return
        pick = _picker([names.index(name) for name in known])
        blanks = {c.name: _blank(c) for c in table.c if not c.nullable and c.name not in ("id", "school")}
        needed = [(spot, blanks[name]) for spot, name in enumerate(known, 2) if name in blanks]
        added = [name for name in blanks if name not in known]
        quoted = "".join(f',"{name}"' for name in (*known, *added))
        marks = ",?" * (len(known) + len(added))
        tail = tuple(blanks[name] for name in added)
        school = self.store.school
        rows = []
        for row_id in fresh:
            row = (row_id, school, *pick(coming[row_id].values), *tail)
            if any(row[spot] is None for spot, _ in needed):
                row = _filled(row, needed)
            rows.append(row)
        conn.exec_driver_sql(f'INSERT INTO "{table.name}"(id,school{quoted}) VALUES(?,?{marks})', rows)

    # ------------------------------------------------------------------ beside the rows

    def _settle(self, conn: Connection, plan: Plan, inbox: bool) -> None:
        """What is known of the rows now, what waits, and the emptied inbox: in the transaction of the rows."""
        _note_versions(conn, plan)
        self._note_extras(conn, plan)
        conn.exec_driver_sql("DELETE FROM sync_hold")
        if plan.waiting:
            conn.exec_driver_sql(
                "INSERT INTO sync_hold(tbl,row_id,version,body,why) VALUES(?,?,?,?,?)",
                [
                    (tbl, row_id, arrival.version, msgspec.msgpack.encode(as_held(arrival)), why)
                    for (tbl, row_id), (why, arrival) in plan.waiting.items()
                ],
            )
        if inbox:
            conn.exec_driver_sql("DELETE FROM sync_inbox")
            ctl = Ctl(conn)
            ctl.put({keys.APPLIED: ctl.number(keys.CURSOR), keys.ALLOWED: "", keys.STOP: "", keys.ASKS: ""})

    def _note_extras(self, conn: Connection, plan: Plan) -> None:
        rows: list[tuple[str, str, int, str]] = []
        for tbl, arrivals in plan.strange.items():
            for row_id, arrival in arrivals.items():
                columns = dict(zip(arrival.names, arrival.values or (), strict=True))
                rows.append((tbl, row_id, arrival.version, _json(columns)))
        for tbl, arrivals in plan.arrivals.items():
            columns_here = set(self.order[tbl])
            strange = {arrival.names for arrival in arrivals.values() if set(arrival.names) - columns_here}
            for row_id, arrival in arrivals.items() if strange else ():
                if arrival.names in strange and arrival.values is not None:
                    pairs = zip(arrival.names, arrival.values, strict=True)
                    extra = {name: value for name, value in pairs if name not in columns_here}
                    rows.append((tbl, row_id, arrival.version, _json(extra)))
        if rows:
            conn.exec_driver_sql(
                "INSERT INTO sync_extra(tbl,row_id,version,columns) VALUES(?,?,?,?)"
                " ON CONFLICT(tbl,row_id) DO UPDATE SET version=excluded.version,columns=excluded.columns",
                rows,
            )


def _json(columns: dict[str, Value]) -> str:
    return json.dumps(columns, ensure_ascii=False, sort_keys=True)


def _is_told(conn: Connection, row: Key) -> bool:
    """Whether the journal still says what the row held."""
    sql = "SELECT 1 FROM journal_change WHERE tbl=? AND row_id=? AND before NOT LIKE 'mac:%' LIMIT 1"
    return conn.exec_driver_sql(sql, row).first() is not None


def _newest_change(conn: Connection) -> int:
    return int(conn.exec_driver_sql("SELECT coalesce(max(id),0) FROM journal_change").scalar_one())


def _lags(conn: Connection) -> bool:
    """Whether a pull that brought nothing still moves on what counts as seen."""
    ctl = Ctl(conn)
    return ctl.number(keys.APPLIED) != ctl.number(keys.CURSOR)


def _held(conn: Connection) -> dict[Key, tuple[int, Held]]:
    found = conn.exec_driver_sql("SELECT tbl,row_id,version,body FROM sync_hold").all()
    return {(row[0], row[1]): (row[2], msgspec.msgpack.decode(row[3], type=Held)) for row in found}


def _rows_here(
    conn: Connection, tbl: str, names: Sequence[str], ids: Sequence[str]
) -> dict[str, tuple[Value, ...]]:
    quoted = "".join(f',"{name}"' for name in names)
    sql = f'SELECT id{quoted} FROM "{tbl}" WHERE id IN (SELECT value FROM json_each(?))'
    found: dict[str, tuple[Value, ...]] = {}
    for start in range(0, len(ids), _CHUNK):
        text = msgspec.json.encode(list(ids[start : start + _CHUNK])).decode()
        found.update({row[0]: tuple(row[1:]) for row in conn.exec_driver_sql(sql, (text,))})
    return found


def _update(
    conn: Connection,
    tbl: str,
    names: tuple[str, ...],
    known: Sequence[str],
    coming: Mapping[str, Arrival],
    there: Mapping[str, tuple[Value, ...]],
) -> int:
    """Write what differs; how many rows did."""
    pick, spots = _picker([names.index(name) for name in known]), range(len(known))
    batches: dict[tuple[int, ...], list[tuple[Value, ...]]] = defaultdict(list)
    for row_id, now in there.items():
        new = pick(coming[row_id].values)
        if new != now:
            differing = tuple(compress(spots, map(ne, new, now)))
            batches[differing].append((*(new[n] for n in differing), row_id))
    for differing, rows in batches.items():
        assigned = ",".join(f'"{known[n]}"=?' for n in differing)
        conn.exec_driver_sql(f'UPDATE "{tbl}" SET {assigned} WHERE id=?', rows)
    return sum(len(rows) for rows in batches.values())


def _picker(places: Sequence[int]) -> Callable[[Any], tuple[Value, ...]]:
    """Takes those places of a row's values, always as a tuple."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda values: tuple(values[place] for place in places)


def _filled(row: tuple[Value, ...], needed: Sequence[tuple[int, Value]]) -> tuple[Value, ...]:
    held = list(row)
    for spot, blank in needed:
        held[spot] = blank if held[spot] is None else held[spot]
    return tuple(held)


def _note_versions(conn: Connection, plan: Plan) -> None:
    numbers: dict[Author, int] = {}
    rows: list[tuple[str, str, int, int]] = []
    for tbl, arrivals in (*plan.arrivals.items(), *plan.strange.items()):
        for row_id, arrival in arrivals.items():
            number = numbers.get(arrival.author)
            if number is None:
                sql = "INSERT INTO sync_author(kind,at,actor,station,label) VALUES(?,?,?,?,?) RETURNING no"
                number = numbers[arrival.author] = int(
                    conn.exec_driver_sql(sql, tuple(arrival.author)).scalar_one()
                )
            rows.append((tbl, row_id, arrival.version, number))
    if rows:
        conn.exec_driver_sql(
            "INSERT INTO sync_version(tbl,row_id,version,author) VALUES(?,?,?,?)"
            " ON CONFLICT(tbl,row_id) DO UPDATE SET version=excluded.version,author=excluded.author",
            rows,
        )


def _total_changes(conn: Connection) -> int:
    raw: Any = conn.connection.driver_connection
    return int(raw.total_changes)


def _blank(column: sa.Column[Any]) -> Value:
    """What stands in a column that must hold something, when the other side does not know it yet."""
    given = column.default
    if isinstance(given, sa.ColumnDefault) and given.is_scalar:
        bound = column.type.dialect_impl(_SQLITE).bind_processor(_SQLITE)
        raw: Value = bound(given.arg) if bound else given.arg
        return raw
    return 0 if isinstance(column.type, sa.Integer | sa.Boolean) else ""


_SQLITE = sa.create_engine("sqlite://").dialect
