"""What came from the hub, before it is written: the newest form of each row, what can be placed, what must wait.

A row waits when it has changes of its own that the hub has not answered for (its merged form is sure to come), when a
row it points at is missing, or when it is to go and another row here still points at it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, MetaData

from kqdesk.sync.freezing import Key, versions
from kqdesk.sync.wire import Entries, Group, Page, Value

PARENT, UNSENT, NEEDED = "parent", "unsent", "needed"
_CHUNK = 5_000


class Author(NamedTuple):
    """Who wrote a row elsewhere."""

    kind: str
    at: str
    actor: str
    station: str
    label: str


class Held(msgspec.Struct, array_like=True):
    """One row as it is kept while it waits."""

    columns: dict[str, Value] | None  # None: it is to go
    author: Author


class Arrival(NamedTuple):
    """One row that came. ``names`` and ``values`` are those of its group; ``values`` is None when it is to go."""

    version: int
    names: tuple[str, ...]
    values: tuple[Value, ...] | None
    author: Author


@dataclass
class Plan:
    """What a pull will write, table by table."""

    arrivals: dict[str, dict[str, Arrival]] = field(default_factory=lambda: defaultdict(dict))
    waiting: dict[Key, tuple[str, Arrival]] = field(default_factory=dict)  # why, what
    erased: set[Key] = field(default_factory=set)
    strange: dict[str, dict[str, Arrival]] = field(default_factory=dict)  # of tables nobody here knows
    position: int = -1  # of the journal when this was decided


def gather(pages: Iterable[Page], held: Mapping[Key, tuple[int, Held]]) -> Plan:
    """The newest form of each row among what waited and what came."""
    plan = Plan()
    for (tbl, row_id), (version, kept) in held.items():
        names = tuple(kept.columns) if kept.columns is not None else ()
        values = tuple(kept.columns.values()) if kept.columns is not None else None
        plan.arrivals[tbl][row_id] = Arrival(version, names, values, kept.author)
    for page in pages:
        authors = _authors(page.entries)
        for group in page.groups:
            _add(plan.arrivals[group.table], group, authors)
        plan.erased.update((tbl, row_id) for tbl, row_id in page.erased)
    return plan


def _authors(entries: Entries) -> list[Author]:
    columns = (entries.kinds, entries.at, entries.actors, entries.stations, entries.labels)
    return [Author(*row) for row in zip(*columns, strict=True)]


def _add(rows: dict[str, Arrival], group: Group, authors: Sequence[Author]) -> None:
    names = (*group.columns, *group.empty)
    nothing = [[None] * len(group.ids)] * len(group.empty)
    each: Iterable[tuple[Value, ...] | None] = zip(*group.values, *nothing, strict=True)
    if group.gone:
        each = [None] * len(group.ids)
    for row_id, version, place, values in zip(group.ids, group.numbers, group.entries, each, strict=True):
        known = rows.get(row_id)
        if known is None or known.version <= version:
            rows[row_id] = Arrival(version, names, values, authors[place])


def sift(conn: Connection, plan: Plan, unsent: set[Key], *, force: bool = False) -> None:
    """Drop what is known already and set aside what must wait for the hub's answer.

    force: a table is pulled again, so rows count whatever version they had.
    """
    for tbl, rows in plan.arrivals.items():
        known = {} if force else versions(conn, tbl, list(rows))
        for row_id, arrival in list(rows.items()):
            if known.get(row_id, -1) >= arrival.version:
                del rows[row_id]
            elif (tbl, row_id) in unsent:
                plan.waiting[tbl, row_id] = (UNSENT, rows.pop(row_id))


class Links:
    """The links of the tables here, both ways."""

    def __init__(self, metadata: MetaData) -> None:
        self.out: dict[str, list[tuple[str, str]]] = defaultdict(list)  # table → (column, target)
        self.into: dict[str, list[tuple[str, str]]] = defaultdict(list)  # target → (table, column)
        for table in metadata.sorted_tables:
            for column in table.c:
                for key in column.foreign_keys:
                    target = key.column.table.name
                    self.out[table.name].append((column.name, target))
                    self.into[target].append((table.name, column.name))


def set_aside(conn: Connection, plan: Plan, links: Links) -> None:
    """Let rows wait whose links would not hold at the end; what waits may make others wait, until nothing changes."""
    seen = _Here(conn)
    while _orphans(plan, links, seen) or _needed(conn, plan, links):
        pass


class _Here:
    """Which ids a table of this home has; asked once an id."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._known: dict[str, dict[str, bool]] = defaultdict(dict)

    def ask(self, tbl: str, ids: Iterable[str]) -> None:
        known = self._known[tbl]
        unknown = [row_id for row_id in ids if row_id not in known]
        for start in range(0, len(unknown), _CHUNK):
            part = unknown[start : start + _CHUNK]
            found = set(present(self._conn, tbl, part))
            known.update((row_id, row_id in found) for row_id in part)

    def has(self, tbl: str, row_id: str) -> bool:
        return self._known[tbl].get(row_id, False)


def present(conn: Connection, tbl: str, ids: Sequence[str]) -> list[str]:
    """Those of the ids that are there."""
    sql = f'SELECT id FROM "{tbl}" WHERE id IN (SELECT value FROM json_each(?))'
    found: list[str] = []
    for start in range(0, len(ids), _CHUNK):
        text = msgspec.json.encode(list(ids[start : start + _CHUNK])).decode()
        found += [row[0] for row in conn.exec_driver_sql(sql, (text,))]
    return found


def _orphans(plan: Plan, links: Links, here: _Here) -> bool:
    """Rows that point at nothing wait for their parent. Whether any did."""
    moved = False
    for tbl, rows in list(plan.arrivals.items()):
        out = links.out.get(tbl)
        if not out:
            continue
        wanted = [(row_id, target, value) for row_id, target, value in _pointing(rows, out)]
        by_target: dict[str, set[str]] = defaultdict(set)
        for _, target, value in wanted:
            if value not in plan.arrivals.get(target, ()):
                by_target[target].add(value)
        for target, ids in by_target.items():
            here.ask(target, ids)
        for row_id, target, value in wanted:
            coming = plan.arrivals.get(target, {}).get(value)
            holds = coming.values is not None if coming else here.has(target, value)
            if not holds and row_id in rows:
                plan.waiting[tbl, row_id] = (PARENT, rows.pop(row_id))
                moved = True
    return moved


def _pointing(rows: Mapping[str, Arrival], out: Sequence[tuple[str, str]]) -> Iterable[tuple[str, str, str]]:
    kinds: dict[tuple[str, ...], list[tuple[str, tuple[Value, ...]]]] = defaultdict(list)
    for row_id, arrival in rows.items():
        if arrival.values is not None:
            kinds[arrival.names].append((row_id, arrival.values))
    for names, members in kinds.items():
        for column, target in out:
            place = names.index(column) if column in names else -1
            held = [values[place] for _, values in members] if place >= 0 else []
            if not any(held):  # most links of most rows are empty
                continue
            for (row_id, _), value in zip(members, held, strict=True):
                if isinstance(value, str) and value != row_id:
                    yield row_id, target, value


def _needed(conn: Connection, plan: Plan, links: Links) -> bool:
    """Rows that are to go wait while a row that stays points at them. Whether any did."""
    moved = False
    for tbl, rows in list(plan.arrivals.items()):
        going = [row_id for row_id, arrival in rows.items() if arrival.values is None]
        if not going:
            continue
        for other, column in links.into.get(tbl, ()):
            for row_id, target in _holders(conn, other, column, going):
                coming = plan.arrivals.get(other, {}).get(row_id)
                if coming is None or not _lets_go(coming, column, target):
                    waits = rows.pop(target, None)
                    if waits is not None:
                        plan.waiting[tbl, target] = (NEEDED, waits)
                        moved = True
    return moved


def _holders(conn: Connection, tbl: str, column: str, ids: Sequence[str]) -> Iterable[tuple[str, str]]:
    sql = f'SELECT id,"{column}" FROM "{tbl}" WHERE "{column}" IN (SELECT value FROM json_each(?))'
    for start in range(0, len(ids), _CHUNK):
        text = msgspec.json.encode(list(ids[start : start + _CHUNK])).decode()
        for row in conn.exec_driver_sql(sql, (text,)).all():
            yield row[0], row[1]


def _lets_go(arrival: Arrival, column: str, target: str) -> bool:
    """Whether a row that came no longer points at ``target``."""
    if arrival.values is None:
        return True
    return column in arrival.names and arrival.values[arrival.names.index(column)] != target


def count_removals(conn: Connection, plan: Plan) -> dict[str, tuple[int, int]]:
    """Table → (rows that would go, rows there are), for the brake."""
    found: dict[str, tuple[int, int]] = {}
    for tbl, rows in plan.arrivals.items():
        going = [row_id for row_id, arrival in rows.items() if arrival.values is None]
        if going:
            there = conn.exec_driver_sql(f'SELECT count(*) FROM "{tbl}"').scalar_one()
            found[tbl] = (len(present(conn, tbl, going)), int(there))
    return found


def as_held(arrival: Arrival) -> Held:
    """As it is kept while it waits."""
    columns = None if arrival.values is None else dict(zip(arrival.names, arrival.values, strict=True))
    return Held(columns, arrival.author)
