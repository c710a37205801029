"""The one writer of the hub: a batch is merged into the rows, column by column, and numbered.

It runs while the school's row is held. Every statement is for many rows: what is there is read once a table, the rule
is asked in memory, what changes is written with one statement a table and set of columns.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from itertools import repeat
from typing import Any

from kqdesk.sync.ledger import HUB
from kqdesk.sync.merging import Verdict, Writer, judge
from kqdesk.sync.turn import (
    CONFLICTS,
    GONE,
    Clash,
    Refused,
    Touch,
    Turn,
    bury,
    last_image,
    unbury,
    write_rows,
)
from kqdesk.sync.wire import Group, Refusal, Value


class TableTurn:
    """The groups of one table of one batch."""

    def __init__(self, turn: Turn, name: str, groups: Sequence[Group]) -> None:
        self.turn, self.books, self.name, self.groups = turn, turn.books, name, groups
        self.table = turn.books.rows[name]
        self.known = turn.books.columns[name]
        self.links = [c.name for c in self.table.c if c.info.get("target")]
        self.ids = list(dict.fromkeys(row_id for group in groups for row_id in group.ids))
        self.here: dict[str, dict[str, Any]] = {}
        self.graves: dict[str, tuple[int, int, int]] = {}
        self.touches: dict[str, list[Touch]] = {}
        self.inserts: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
        self.updates: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
        self.extras: dict[str, dict[str, Value]] = defaultdict(dict)

    def take(self) -> None:
        """Merge and write."""
        self._load()
        for part, group in enumerate(self.groups):
            if group.gone:
                self._delete(part, group)
            else:
                self._merge(part, group)
            self._flush()
        self._write_extras()
        self.turn.tops[self.name] = max(self.turn.versions[self.name, row_id] for row_id in self.ids)

    # ------------------------------------------------------------------ what is there

    def _load(self) -> None:
        columns = self.known if any(group.gone for group in self.groups) else self._sent_columns()
        names = ["id", "hub_version", "hub_origin", "hub_extra", *columns]
        what = ",".join(
            ["id", "hub_version", "hub_origin", "hub_extra", *(self._read(name) for name in columns)]
        )
        found = self.books.by_ids(
            self.turn.conn, f'{what} FROM "{self.name}"', "school=? AND id", self.ids, (self.turn.school,)
        )
        self.here = {row[0]: dict(zip(names, row, strict=True)) for row in found}
        missing = [row_id for row_id in self.ids if row_id not in self.here]
        if missing:
            self.graves = {
                row[0]: (row[1], row[2], row[3])
                for row in self.books.by_ids(
                    self.turn.conn,
                    "row_id,version,origin,entry FROM hub_tombstone",
                    "school=? AND tbl=? AND row_id",
                    missing,
                    (self.turn.school, self.name),
                )
            }
        self._load_touches()

    def _sent_columns(self) -> list[str]:
        sent = {name for group in self.groups for name in (*group.columns, *group.empty)}
        return [name for name in self.known if name in sent]

    def _read(self, name: str) -> str:
        return self.books.tongue.read(self.table.c[name])

    def _load_touches(self) -> None:
        """History of those rows alone that somebody else wrote since the version the sender knew."""
        doubtful = [
            row_id
            for group in self.groups
            for row_id, base in zip(group.ids, group.numbers, strict=True)
            if (row := self.here.get(row_id))
            and row["hub_version"] > base
            and row["hub_origin"] != self.turn.origin
        ]
        for row_id, version, entry, origin, op, before in self.books.by_ids(
            self.turn.conn,
            "row_id,version,entry,origin,op,before FROM hub_history",
            "school=? AND tbl=? AND row_id",
            list(dict.fromkeys(doubtful)),
            (self.turn.school, self.name),
        ):
            columns = frozenset(json.loads(before)) if op == "U" and before is not None else None
            self.touches.setdefault(row_id, []).append(Touch(version, entry, origin, op, columns))
        for found in self.touches.values():
            found.sort(key=lambda touch: (touch.version, touch.entry), reverse=True)

    def _last_other(self, row_id: str, base: int, column: str | None) -> Touch | None:
        """Somebody else's change of that column (None: of anything), if it is the last one since ``base``."""
        for touch in self.touches.get(row_id, ()):
            if touch.version <= base:
                return None
            if column is None:
                if touch.origin not in (self.turn.origin, HUB):
                    return touch
            elif touch.columns is None or column in touch.columns:
                return touch if touch.origin not in (self.turn.origin, HUB) else None
        return None

    def _is_clean(self, row: dict[str, Any], base: int) -> bool:
        return bool(row["hub_version"] <= base or row["hub_origin"] == self.turn.origin)

    # ------------------------------------------------------------------ rows that are there

    def _merge(self, part: int, group: Group) -> None:
        names = [name for name in (*group.columns, *group.empty) if name in self.table.c]
        stored = self._stored(group, names)
        self._keep_strange(group)
        if not self.here and not self.graves:
            self._insert_all(part, group, names, stored)
            return
        rows = zip(*stored, strict=True) if stored else repeat(())
        for place, (row_id, sent) in enumerate(zip(group.ids, rows, strict=False)):
            values = dict(zip(names, sent, strict=True))
            row = self.here.get(row_id)
            if row is not None:
                self._merge_row(part, group, place, row, values)
            elif row_id in self.graves:
                self._revive_row(part, group, place, values)
            else:
                self._insert_row(part, group, place, values, "I", clean=True)

    def _stored(self, group: Group, names: Sequence[str]) -> list[list[Value]]:
        sent = dict(zip(group.columns, group.values, strict=True))
        nothing: list[Value] = [None] * len(group.ids)
        return [self.books.sealed(self.name, name, sent.get(name, nothing)) for name in names]

    def _keep_strange(self, group: Group) -> None:
        for name, values in zip(group.columns, group.values, strict=True):
            if name not in self.table.c:
                for row_id, value in zip(group.ids, values, strict=True):
                    self.extras[row_id][name] = value

    def _strange_before(self, row_id: str, row: dict[str, Any]) -> dict[str, Value]:
        """What stood in columns nobody here knows and that change; sealed, as they may be secret."""
        kept = json.loads(self.books.show(row["hub_extra"])) if row["hub_extra"] else {}
        changed = {
            name: kept.get(name) for name, value in self.extras[row_id].items() if kept.get(name) != value
        }
        return {name: self.books.hide(json.dumps(old, ensure_ascii=False)) for name, old in changed.items()}

    def _merge_row(
        self, part: int, group: Group, place: int, row: dict[str, Any], sent: dict[str, Value]
    ) -> None:
        row_id, base = group.ids[place], group.numbers[place]
        entry, version = self.turn.entry(group.entries[place]), self.turn.versions[self.name, row_id]
        clean = self._is_clean(row, base)
        if clean:
            write = sent
        else:
            write = self._judged(group, place, row, sent)
            if row_id in self.extras:  # columns nobody here knows follow the same rule
                kept = json.loads(self.books.show(row["hub_extra"])) if row["hub_extra"] else {}
                strange = {name: kept.get(name) for name in self.extras[row_id]}
                self.extras[row_id] = self._judged(group, place, strange, self.extras[row_id])
            self.turn.unlike.add((self.name, row_id))
        before = {name: row[name] for name, value in write.items() if row[name] != value}
        if row_id in self.extras:
            before |= self._strange_before(row_id, row)
        origin = self.turn.origin if clean else HUB
        if before:
            self.turn.tell(self.name, row_id, version, part, entry, "U", before, self.turn.origin)
            self._note_links(row_id, {name: write[name] for name in before if name in write})
        row.update(write, hub_version=version, hub_origin=origin)
        self.updates[tuple(write)].append((*write.values(), version, entry, origin, self.turn.school, row_id))

    def _judged(
        self, group: Group, place: int, row: dict[str, Any], sent: dict[str, Value]
    ) -> dict[str, Value]:
        """The columns to write when somebody else wrote the row, too; what two people wrote goes to people."""
        row_id, base, mine = group.ids[place], group.numbers[place], self.turn.mine(group.entries[place])
        others = {name: self._last_other(row_id, base, name) for name, v in sent.items() if v != row[name]}
        writers = self.turn.writers(touch.entry for touch in others.values() if touch)
        write: dict[str, Value] = {}
        for name, touch in others.items():
            other = writers.get(touch.entry) if touch else None
            verdict = judge(row[name], sent[name], other=other, mine=mine, meets_first=base == 0)
            if verdict in (Verdict.WRITE, Verdict.WINS):
                write[name] = sent[name]
            if other is not None and verdict is Verdict.WINS:
                self._clash(row_id, name, sent[name], mine, row[name], other)
            elif other is not None and verdict is Verdict.LOSES:
                self._clash(row_id, name, row[name], other, sent[name], mine)
        return write

    def _clash(
        self, row_id: str, column: str, shown: Value, shown_by: Writer, kept: Value, kept_by: Writer
    ) -> None:
        if self.name != CONFLICTS:  # two people settled the same question: the later answer stands
            self.turn.clashes.append(Clash(self.name, row_id, column, shown, shown_by, kept, kept_by))

    # ------------------------------------------------------------------ rows that are not there

    def _insert_all(self, part: int, group: Group, names: list[str], stored: list[list[Value]]) -> None:
        """A group of new rows alone: columns go straight through."""
        self._expect_whole(group)
        turn = self.turn
        versions = [turn.versions[self.name, row_id] for row_id in group.ids]
        entries = [turn.entry(place) for place in group.entries]
        rows = zip(
            repeat(turn.school), group.ids, versions, entries, repeat(turn.origin), *stored, strict=False
        )
        self.inserts[tuple(names)].extend(rows)
        turn.history.extend(
            zip(
                *(repeat(turn.school), repeat(self.name), group.ids, versions, repeat(part), entries),
                *(repeat(turn.origin), repeat("I"), repeat(None)),
                strict=False,
            )
        )
        for name in set(self.links) & set(names):
            for row_id, value in zip(group.ids, stored[names.index(name)], strict=True):
                if isinstance(value, str):
                    turn.sent_links[self.name, row_id][name] = value
        if len(self.groups) > 1 or self.extras:
            self._remember(group, names, versions, stored)

    def _remember(
        self, group: Group, names: list[str], versions: list[int], stored: list[list[Value]]
    ) -> None:
        """New rows that another group of the batch may touch, too."""
        blank = dict.fromkeys(self.known)
        for row_id, version in zip(group.ids, versions, strict=True):
            self.here[row_id] = {
                **blank,
                "id": row_id,
                "hub_version": version,
                "hub_origin": self.turn.origin,
                "hub_extra": None,
            }
        for name, values in zip(names, stored, strict=True):
            for row_id, value in zip(group.ids, values, strict=True):
                self.here[row_id][name] = value

    def _insert_row(
        self, part: int, group: Group, place: int, values: dict[str, Value], op: str, *, clean: bool
    ) -> None:
        if op == "I" and not group.whole:
            raise Refused(Refusal("missing"))
        row_id, origin = group.ids[place], self.turn.origin if clean else HUB
        entry, version = self.turn.entry(group.entries[place]), self.turn.versions[self.name, row_id]
        self.inserts[tuple(values)].append(
            (self.turn.school, row_id, version, entry, origin, *values.values())
        )
        self.turn.tell(self.name, row_id, version, part, entry, "I", None, self.turn.origin)
        self._note_links(row_id, values)
        blank = dict.fromkeys(self.known)
        self.here[row_id] = {
            **blank,
            **values,
            "id": row_id,
            "hub_version": version,
            "hub_origin": origin,
            "hub_extra": None,
        }
        if row_id in self.graves:
            del self.graves[row_id]
            self._unbury([row_id])

    def _expect_whole(self, group: Group) -> None:
        if not group.whole:
            raise Refused(Refusal("missing"))

    def _revive_row(self, part: int, group: Group, place: int, sent: dict[str, Value]) -> None:
        """An edit of a row that was deleted meanwhile beats the deletion; so does making it anew."""
        row_id, base = group.ids[place], group.numbers[place]
        version, origin, entry = self.graves[row_id]
        if group.whole and (version <= base or origin == self.turn.origin):
            self._insert_row(part, group, place, sent, "I", clean=True)
            return
        image = last_image(self.turn, self.name, row_id)
        if image is None and not group.whole:  # erased by law: it stays away
            self._bury([(row_id, self.turn.versions[self.name, row_id], entry, HUB)])
            self.turn.unlike.add((self.name, row_id))
            return
        self._insert_row(part, group, place, {**(image or {}), **sent}, "R", clean=False)
        self.turn.unlike.add((self.name, row_id))
        buried_by = self.turn.writers([entry]).get(entry, Writer("", "", ""))
        self._clash(row_id, GONE, "edited", self.turn.mine(group.entries[place]), "deleted", buried_by)

    # ------------------------------------------------------------------ rows that go

    def _delete(self, part: int, group: Group) -> None:
        buried: list[tuple[str, int, int, int]] = []
        for place, row_id in enumerate(group.ids):
            base, version = group.numbers[place], self.turn.versions[self.name, row_id]
            entry, row = self.turn.entry(group.entries[place]), self.here.get(row_id)
            if row is None:
                buried.append((row_id, version, entry, self.turn.origin))
                continue
            touch = None if self._is_clean(row, base) else self._last_other(row_id, base, None)
            if touch is not None:
                self._keep_edited(group, place, row, touch)
                continue
            image = {name: row[name] for name in (*self.known, "hub_extra") if row.get(name) is not None}
            self.turn.tell(self.name, row_id, version, part, entry, "D", image, self.turn.origin)
            self.turn.deleted[self.name][row_id] = image
            del self.here[row_id]
            buried.append((row_id, version, entry, self.turn.origin))
        self.books.run_many(
            self.turn.conn,
            f'DELETE FROM "{self.name}" WHERE school=? AND id=?',
            [(self.turn.school, row_id) for row_id, *_ in buried],
        )
        self._bury(buried)

    def _keep_edited(self, group: Group, place: int, row: dict[str, Any], touch: Touch) -> None:
        row_id, mine = group.ids[place], self.turn.mine(group.entries[place])
        version = self.turn.versions[self.name, row_id]
        row.update(hub_version=version, hub_origin=HUB)
        self.updates[()].append((version, touch.entry, HUB, self.turn.school, row_id))
        self.turn.unlike.add((self.name, row_id))
        self._clash(row_id, GONE, "edited", self.turn.writers([touch.entry])[touch.entry], "deleted", mine)

    def _bury(self, buried: Sequence[tuple[str, int, int, int]]) -> None:
        bury(self.turn, self.name, buried)
        self.graves.update({row_id: (version, origin, entry) for row_id, version, entry, origin in buried})

    def _unbury(self, ids: Sequence[str]) -> None:
        unbury(self.turn, self.name, ids)

    # ------------------------------------------------------------------ writing

    def _note_links(self, row_id: str, values: dict[str, Value]) -> None:
        for name in self.links:
            value = values.get(name)
            if isinstance(value, str):
                self.turn.sent_links[self.name, row_id][name] = value

    def _flush(self) -> None:
        write_rows(self.turn, self.name, self.inserts, self.updates)
        self.inserts.clear()
        self.updates.clear()

    def _write_extras(self) -> None:
        rows = []
        for row_id, columns in self.extras.items():
            row = self.here.get(row_id)
            if row is not None:
                kept = json.loads(self.books.show(row["hub_extra"])) if row["hub_extra"] else {}
                text = json.dumps({**kept, **columns}, ensure_ascii=False, sort_keys=True)
                rows.append((self.books.hide(text), self.turn.school, row_id))
        self.books.run_many(
            self.turn.conn, f'UPDATE "{self.name}" SET hub_extra=? WHERE school=? AND id=?', rows
        )
