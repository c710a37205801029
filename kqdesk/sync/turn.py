"""One batch while the hub takes it: its numbers, its entries, what history will say, and the statements for rows."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection

from kqdesk.store.ids import Ids
from kqdesk.sync.books import HubBooks, SchoolState
from kqdesk.sync.ledger import HUB
from kqdesk.sync.merging import Writer
from kqdesk.sync.wire import Batch, Refusal, Value, distinct

CONFLICTS = "sync_conflict"
GONE = ""
"""What a conflict names as its column when one side deleted what the other changed."""
_JSON = msgspec.json.Encoder()


class Refused(Exception):
    """The batch is not taken; nothing was written."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.kind)
        self.refusal = refusal


class Touch(NamedTuple):
    """One earlier change of a row."""

    version: int
    entry: int
    origin: int
    op: str
    columns: frozenset[str] | None  # None: all of them


class Clash(NamedTuple):
    """A field with two values, for people. Values as they stand in the database."""

    table: str
    row_id: str
    column: str
    shown: Value
    shown_by: Writer
    kept: Value
    kept_by: Writer


@dataclass
class Turn:
    """One batch while it is taken: what every part of the work needs and adds to."""

    books: HubBooks
    conn: Connection
    state: SchoolState
    origin: int
    station: str
    now: str
    ids: Ids
    batch: Batch
    versions: dict[tuple[str, str], int] = field(default_factory=dict)
    unlike: set[tuple[str, str]] = field(default_factory=set)
    clashes: list[Clash] = field(default_factory=list)
    history: list[tuple[Any, ...]] = field(default_factory=list)
    tops: dict[str, int] = field(default_factory=dict)
    sent_links: dict[tuple[str, str], dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    deleted: dict[str, dict[str, dict[str, Value]]] = field(default_factory=lambda: defaultdict(dict))
    _entry_0: int = 0
    _hub_entry: int = 0

    @property
    def school(self) -> str:
        """Whose rows these are."""
        return self.state.school

    def number_rows(self) -> int:
        """Give every row of the batch its version; returns the first."""
        first = self.state.head + 1
        rows = distinct(self.batch.groups)
        self.versions = {row: first + place for place, row in enumerate(rows)}
        self.state.head += len(rows)
        return first

    def one_more(self, table: str) -> int:
        """A version for a row the hub itself writes."""
        self.state.head += 1
        self.tops[table] = self.state.head
        return self.state.head

    def write_entries(self) -> None:
        """Who did what, with clocks from the future set back to now."""
        sent, self._entry_0 = self.batch.entries, self.state.entries + 1
        rows = zip(sent.kinds, sent.at, sent.actors, sent.stations, sent.labels, strict=True)
        self.books.run_many(
            self.conn,
            "INSERT INTO hub_entry(school,no,origin,kind,at,actor,station,label) VALUES(?,?,?,?,?,?,?,?)",
            [
                (
                    self.school,
                    self._entry_0 + place,
                    self.origin,
                    kind,
                    min(at, self.now),
                    actor,
                    station,
                    self.books.hide(label),
                )
                for place, (kind, at, actor, station, label) in enumerate(rows)
            ],
        )
        self.state.entries += len(sent.kinds)

    def entry(self, place: int) -> int:
        """Number of an entry of the batch."""
        return self._entry_0 + place

    def hub_entry(self) -> int:
        """The entry under which the hub itself writes in this turn."""
        if not self._hub_entry:
            self.state.entries += 1
            self._hub_entry = self.state.entries
            self.books.run(
                self.conn,
                "INSERT INTO hub_entry(school,no,origin,kind,at,actor,station,label) VALUES(?,?,?,'act',?,'','',?)",
                (self.school, self._hub_entry, HUB, self.now, self.books.hide("数据站合并")),
            )
        return self._hub_entry

    def mine(self, place: int) -> Writer:
        """Who wrote the rows that name this entry of the batch."""
        entries = self.batch.entries
        return Writer(min(entries.at[place], self.now), self.station, entries.actors[place])

    def writers(self, entries: Iterable[int]) -> dict[int, Writer]:
        """Who wrote under those entries of the hub."""
        wanted = sorted(set(entries))
        found: dict[int, Writer] = {}
        for start in range(0, len(wanted), 400):
            part = wanted[start : start + 400]
            rows = self.books.run(
                self.conn,
                "SELECT e.no,e.at,coalesce(o.station,e.station),e.actor FROM hub_entry e"
                " LEFT JOIN hub_origin o ON o.school=e.school AND o.no=e.origin"
                f" WHERE e.school=? AND e.no IN ({','.join('?' * len(part))})",
                (self.school, *part),
            )
            found.update({row[0]: Writer(row[1], row[2], row[3]) for row in rows})
        return found

    def tell(
        self, table: str, row_id: str, version: int, part: int, entry: int, op: str, before: Any, origin: int
    ) -> None:
        """Add a line to the history."""
        text = None if before is None else _JSON.encode(before).decode()
        self.history.append((self.school, table, row_id, version, part, entry, origin, op, text))

    def write_history(self) -> None:
        """All lines at once."""
        names = ("school", "tbl", "row_id", "version", "part", "entry", "origin", "op", "before")
        self.books.insert_rows(self.conn, self.books.ledger.tables["hub_history"], names, self.history)
        self.history = []


def write_rows(
    turn: Turn,
    name: str,
    inserts: dict[tuple[str, ...], list[tuple[Any, ...]]],
    updates: dict[tuple[str, ...], list[tuple[Any, ...]]],
) -> None:
    """Inserts are (school, id, version, entry, origin, values…); updates (values…, version, entry, origin, school, id)."""
    table = turn.books.rows[name]
    for names, rows in inserts.items():
        whole = ("school", "id", "hub_version", "hub_entry", "hub_origin", *names)
        turn.books.insert_rows(turn.conn, table, whole, rows)
    for names, rows in updates.items():
        changed = (*names, "hub_version", "hub_entry", "hub_origin")
        turn.books.update_rows(turn.conn, table, changed, rows)


def rewrite(turn: Turn, name: str, row_id: str, before: dict[str, Value], values: dict[str, Value]) -> None:
    """The hub changes columns of a row: a row of the batch keeps its version, another gets a new one."""
    version = turn.versions.get((name, row_id)) or turn.one_more(name)
    entry = turn.hub_entry()
    write_rows(
        turn, name, {}, {tuple(values): [(*values.values(), version, entry, HUB, turn.school, row_id)]}
    )
    part = 1_000 + len(turn.history)
    turn.tell(name, row_id, version, part, entry, "U", before, HUB)
    turn.unlike.add((name, row_id))


def bury(turn: Turn, name: str, buried: Sequence[tuple[str, int, int, int]]) -> None:
    """Tombstones: (row id, version, entry, origin)."""
    turn.books.run_many(
        turn.conn,
        "INSERT INTO hub_tombstone(school,tbl,row_id,version,entry,origin) VALUES(?,?,?,?,?,?)"
        " ON CONFLICT(school,tbl,row_id) DO UPDATE"
        " SET version=excluded.version,entry=excluded.entry,origin=excluded.origin",
        [(turn.school, name, *one) for one in buried],
    )


def unbury(turn: Turn, name: str, ids: Sequence[str]) -> None:
    """The rows are there again."""
    turn.books.run_many(
        turn.conn,
        "DELETE FROM hub_tombstone WHERE school=? AND tbl=? AND row_id=?",
        [(turn.school, name, row_id) for row_id in ids],
    )


def last_image(turn: Turn, name: str, row_id: str) -> dict[str, Value] | None:
    """A deleted row as it was; None when history does not tell, or was made to forget."""
    held = turn.deleted.get(name, {}).get(row_id)
    if held is not None:
        return held
    text = turn.books.run(
        turn.conn,
        "SELECT before FROM hub_history WHERE school=? AND tbl=? AND row_id=? AND op='D' ORDER BY version DESC LIMIT 1",
        (turn.school, name, row_id),
    ).scalar_one_or_none()
    if text is None:
        return None
    image: dict[str, Value] = json.loads(text)
    extra = image.pop("hub_extra", None)
    if isinstance(extra, str):  # of columns an older program did not know; this one may
        kept: dict[str, Value] = json.loads(turn.books.show(extra))
        for column in [one for one in kept if one in turn.books.columns[name]]:
            image[column] = turn.books.sealed(name, column, [kept.pop(column)])[0]
        if kept:
            image["hub_extra"] = turn.books.hide(json.dumps(kept, ensure_ascii=False, sort_keys=True))
    return image
