"""What was written of a row that somebody else had merged into another meanwhile: it goes to the one that stays.

Where that one has nothing yet, the value is written; where it has another, people are asked. Both orders happen: the
edit comes after the merge, or the merge comes from somebody who had not seen the edit.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from kqdesk.sync.ledger import HUB
from kqdesk.sync.merging import Writer
from kqdesk.sync.turn import Clash, Turn, rewrite
from kqdesk.sync.wire import Value


class Merger(NamedTuple):
    """One living row of an alias table."""

    row_id: str
    loser: str
    version: int
    origin: int


class Late(NamedTuple):
    """A column of a loser that somebody wrote without knowing of the merge. The value as it stands in the database."""

    loser: str
    column: str
    value: Value
    by: Writer


def carry_over(
    turn: Turn, target: str, mergers: Sequence[Merger], moved: Mapping[str, str], alias: str
) -> None:
    """``moved``: loser → the row that stays; ``target``: their table."""
    fresh = [one.loser for one in mergers if (alias, one.row_id) in turn.versions and one.loser in moved]
    unseen = {
        one.loser
        for one in mergers
        if one.version > turn.batch.cursor and one.origin != turn.origin and one.loser in moved
    }
    late = [*_of_batch(turn, target, unseen), *_of_history(turn, target, fresh)]
    if late:
        _bring(turn, target, late, moved)


def _of_batch(turn: Turn, target: str, unseen: set[str]) -> Iterator[Late]:
    """The merge is here already; this batch edits a loser."""
    for group in turn.batch.groups if unseen else ():
        if group.table != target or group.whole or group.gone:
            continue
        for place, row_id in enumerate(group.ids):
            if row_id in unseen:
                for column, values in zip(group.columns, group.values, strict=True):
                    if column in turn.books.columns[target]:
                        value = turn.books.sealed(target, column, [values[place]])[0]
                        yield Late(row_id, column, value, turn.mine(group.entries[place]))


def _of_history(turn: Turn, target: str, fresh: Sequence[str]) -> Iterator[Late]:
    """The merge comes with this batch; the hub has edits of the loser its writer had not seen."""
    what = "row_id,entry,before FROM hub_history"
    where = "school=? AND tbl=? AND op='U' AND before IS NOT NULL AND version>? AND origin<>? AND origin<>? AND row_id"
    given = (turn.school, target, turn.batch.cursor, turn.origin, HUB)
    wrote: dict[tuple[str, str], int] = {}
    for row_id, entry, before in turn.books.by_ids(turn.conn, what, where, list(fresh), given):
        for column in json.loads(before):
            if column in turn.books.columns[target]:
                wrote[row_id, column] = max(entry, wrote.get((row_id, column), 0))
    writers = turn.writers(wrote.values())
    for (row_id, column), entry in sorted(wrote.items()):
        value = _values(turn, target, [column], [row_id]).get(row_id, (None,))[0]
        yield Late(row_id, column, value, writers.get(entry, Writer(turn.now, "", "")))


def _values(
    turn: Turn, target: str, columns: Sequence[str], ids: Sequence[str]
) -> dict[str, tuple[Value, ...]]:
    table = turn.books.rows[target]
    quoted = ",".join(turn.books.tongue.read(table.c[name]) for name in columns)
    rows = turn.books.by_ids(
        turn.conn, f'id,{quoted} FROM "{target}"', "school=? AND id", list(ids), (turn.school,)
    )
    return {row[0]: tuple(row[1:]) for row in rows}


def _bring(turn: Turn, target: str, late: Sequence[Late], moved: Mapping[str, str]) -> None:
    for one in late:
        winner = moved[one.loser]
        found = _values(turn, target, [one.column, "hub_entry"], [winner]).get(winner)
        if found is None or one.value is None or found[0] == one.value:
            continue
        if found[0] is None:
            rewrite(turn, target, winner, {one.column: None}, {one.column: one.value})
            continue
        entry = int(found[1] or 0)
        shown_by = turn.writers([entry]).get(entry, Writer(turn.now, "", ""))
        turn.clashes.append(Clash(target, winner, one.column, found[0], shown_by, one.value, one.by))
