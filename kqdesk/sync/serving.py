"""What a station may pull: every row once, in its newest form, table by table, and the tombstones."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from kqdesk.sync.books import HubBooks, SchoolState
from kqdesk.sync.hashing import table_hash
from kqdesk.sync.wire import MOST_ROWS, ROOMY, AskPull, Entries, Group, Page, Value, size_of

GRAVES = "-"  # where the tombstones stand in the order of tables
FOREIGN = "~"  # and the rows of tables nobody here knows
_LEAD = 4  # columns of a row that are the hub's: id, version, entry, extra


@dataclass
class _Filling:
    """A page while it fills."""

    groups: list[Group] = field(default_factory=list)
    entries: list[int] = field(default_factory=list)
    places: dict[int, int] = field(default_factory=dict)
    rows: int = 0

    def place(self, entry: int) -> int:
        found = self.places.get(entry)
        if found is None:
            found = self.places[entry] = len(self.entries)
            self.entries.append(entry)
        return found


class Server:
    """Pages for one station. ``origin``: what it wrote itself and knows as it stands is left out."""

    def __init__(self, books: HubBooks, conn: Connection, state: SchoolState, origin: int) -> None:
        self.books, self.conn, self.state, self.origin = books, conn, state, origin

    def page(self, ask: AskPull, most: int = MOST_ROWS) -> Page:
        """The next one; smaller when the rows are long."""
        page = self._page(ask, most)
        while size_of(page) > ROOMY and most > 1:
            most = max(1, min(most, sum(len(group.ids) for group in page.groups)) // 2)
            page = self._page(ask, most)
        return page

    def _page(self, ask: AskPull, most: int) -> Page:
        upto = ask.upto or self.state.head
        filling = _Filling()
        at, after = "", 0
        for name in self._sources(ask):
            begin = ask.after if name == ask.table else ask.since
            last = self._fill(filling, name, begin, upto, most, everything=bool(ask.only))
            if last is not None:
                at, after = name, last
                break
        mark = self._mark(upto)
        erased = [] if at else self._erased(ask.since, upto)
        entries = self._entries(filling.entries)
        return Page(
            self.state.epoch,
            ask.since,
            upto,
            mark,
            self.state.head,
            filling.groups,
            entries,
            at,
            after,
            erased,
        )

    def _sources(self, ask: AskPull) -> Iterator[str]:
        tops = dict(self._rows("SELECT tbl,version FROM hub_top WHERE school=? AND version>?", (ask.since,)))
        if ask.only:
            names = [name for name in self.books.rows if name in ask.only]
        else:
            names = [name for name in self.books.rows if name in tops]
            names += [GRAVES, *([FOREIGN] if set(tops) - set(self.books.rows) else [])]
        start = names.index(ask.table) if ask.table in names else 0
        yield from names[start:]

    def _rows(self, sql: str, values: Sequence[Any]) -> list[Any]:
        return list(self.books.run(self.conn, sql, (self.state.school, *values)).all())

    # ------------------------------------------------------------------ groups

    def _fill(
        self, filling: _Filling, name: str, after: int, upto: int, most: int, *, everything: bool
    ) -> int | None:
        """Add rows of one source; the version to go on after, or None when it is exhausted."""
        room = most - filling.rows
        if room <= 0:
            return after
        origin = -1 if everything else self.origin
        bounds = (after, upto, origin, room + 1)
        if name == GRAVES:
            found = self._rows(
                "SELECT row_id,version,entry,tbl FROM hub_tombstone"
                " WHERE school=? AND version>? AND version<=? AND origin<>? ORDER BY version LIMIT ?",
                bounds,
            )
            self._add_graves(filling, found[:room])
        elif name == FOREIGN:
            found = self._rows(
                "SELECT row_id,version,entry,extra,tbl FROM hub_foreign"
                " WHERE school=? AND version>? AND version<=? AND origin<>? ORDER BY version LIMIT ?",
                bounds,
            )
            self._add_foreign(filling, found[:room])
        else:
            found = self._rows(self._select(name), bounds)
            self._add_rows(filling, name, found[:room])
        filling.rows += min(len(found), room)
        return int(found[room - 1][1]) if len(found) > room else None

    def _select(self, name: str) -> str:
        table = self.books.rows[name]
        columns = "".join("," + self.books.tongue.read(table.c[c]) for c in self.books.columns[name])
        return (
            f'SELECT id,hub_version,hub_entry,hub_extra{columns} FROM "{name}"'
            " WHERE school=? AND hub_version>? AND hub_version<=? AND hub_origin<>? ORDER BY hub_version LIMIT ?"
        )

    def _add_rows(self, filling: _Filling, name: str, found: Sequence[Sequence[Any]]) -> None:
        kinds: dict[tuple[str, ...], list[Sequence[Any]]] = defaultdict(list)
        extras: dict[str, dict[str, Value]] = {}
        for row in found:
            if row[3] is None:
                kinds[()].append(row)
            else:
                extras[row[0]] = extra = json.loads(self.books.show(row[3]))
                kinds[tuple(sorted(extra))].append(row)
        for strange, rows in kinds.items():
            columns = list(zip(*rows, strict=True))
            values = {
                column: self.books.opened(name, column, list(columns[_LEAD + place]))
                for place, column in enumerate(self.books.columns[name])
            }
            for column in strange:
                held = values.get(column, [None] * len(rows))
                values[column] = [
                    extras[row[0]].get(column) if value is None else value
                    for row, value in zip(rows, held, strict=True)
                ]
            filling.groups.append(_group(filling, name, columns, values))

    def _add_foreign(self, filling: _Filling, found: Sequence[Sequence[Any]]) -> None:
        for row_id, version, entry, extra, name in found:
            values = {column: [value] for column, value in json.loads(self.books.show(extra)).items()}
            filling.groups.append(_group(filling, name, [[row_id], [version], [entry]], values))

    def _add_graves(self, filling: _Filling, found: Sequence[Sequence[Any]]) -> None:
        by_table: dict[str, list[Sequence[Any]]] = defaultdict(list)
        for row in found:
            by_table[row[3]].append(row)
        for name, rows in by_table.items():
            ids, versions, entries = ([row[n] for row in rows] for n in range(3))
            filling.groups.append(Group(name, ids, versions, [filling.place(e) for e in entries], gone=True))

    # ------------------------------------------------------------------ beside the rows

    def _entries(self, numbers: Sequence[int]) -> Entries:
        found: dict[int, Any] = {}
        for start in range(0, len(numbers), 400):
            part = numbers[start : start + 400]
            rows = self._rows(
                "SELECT no,kind,at,actor,station,label FROM hub_entry"
                f" WHERE school=? AND no IN ({','.join('?' * len(part))})",
                part,
            )
            found.update({row[0]: row for row in rows})
        rows = [found.get(number, (number, "act", "", "", "", "")) for number in numbers]
        labels = [self.books.show(row[5]) for row in rows]
        kinds, at, actors, stations = ([row[n] for row in rows] for n in range(1, 5))
        return Entries(kinds, at, actors, stations, labels)

    def _erased(self, since: int, upto: int) -> list[tuple[str, str]]:
        sql = "SELECT tbl,row_id FROM hub_erased WHERE school=? AND version>? AND version<=?"
        return [(row[0], row[1]) for row in self._rows(sql, (since, upto))]

    def _mark(self, upto: int) -> str:
        if upto == self.state.head:
            return self.state.mark
        found = self._rows("SELECT mark FROM hub_batch WHERE school=? AND head=? LIMIT 1", (upto,))
        return str(found[0][0]) if found else ""

    def hashes(self, wanted: dict[str, list[str]]) -> dict[str, tuple[int, str]]:
        """Of those tables and columns the hub knows."""
        return {
            name: table_hash(self._plain(name, columns))
            for name, columns in wanted.items()
            if name in self.books.rows and set(columns) <= set(self.books.columns[name])
        }

    def _plain(self, name: str, columns: Sequence[str]) -> Iterator[Sequence[Any]]:
        table, secret = self.books.rows[name], self.books.secret[name]
        quoted = "".join("," + self.books.tongue.read(table.c[c]) for c in columns)
        found = self.books.run(
            self.conn, f'SELECT id{quoted} FROM "{name}" WHERE school=?', (self.state.school,)
        )
        hidden = [place for place, c in enumerate(columns, 1) if c in secret]
        for row in found:
            values = list(row)
            for place in hidden:
                if isinstance(values[place], str):
                    values[place] = self.books.show(values[place])
            yield values


def _group(
    filling: _Filling, name: str, lead: Sequence[Sequence[Any]], values: dict[str, list[Value]]
) -> Group:
    full = {column: held for column, held in values.items() if any(v is not None for v in held)}
    empty = [column for column in values if column not in full]
    entries = [filling.place(entry) for entry in lead[2]]
    return Group(name, list(lead[0]), list(lead[1]), entries, list(full), list(full.values()), empty)
