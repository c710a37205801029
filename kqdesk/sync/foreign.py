"""Rows of tables this program does not know yet: the hub keeps them as they come, for newer programs on both sides."""

import json
from collections.abc import Sequence
from itertools import repeat

from kqdesk.sync.ledger import HUB
from kqdesk.sync.turn import Turn, bury, unbury
from kqdesk.sync.wire import Group


def take_foreign(turn: Turn, name: str, groups: Sequence[Group]) -> None:
    """Rows of a table this program does not know yet: kept as they came, the newest form of each."""
    for group in groups:
        versions = [turn.versions[name, row_id] for row_id in group.ids]
        entries = [turn.entry(place) for place in group.entries]
        if group.gone:
            bury(turn, name, list(zip(group.ids, versions, entries, repeat(turn.origin), strict=False)))
            turn.books.run_many(
                turn.conn,
                "DELETE FROM hub_foreign WHERE school=? AND tbl=? AND row_id=?",
                [(turn.school, name, row_id) for row_id in group.ids],
            )
            continue
        known = dict(
            turn.books.by_ids(
                turn.conn,
                "row_id,extra FROM hub_foreign",
                "school=? AND tbl=? AND row_id",
                group.ids,
                (turn.school, name),
            )
        )
        rows = []
        for place, row_id in enumerate(group.ids):
            kept = json.loads(turn.books.show(known[row_id])) if row_id in known else {}
            kept.update({c: values[place] for c, values in zip(group.columns, group.values, strict=True)})
            kept.update(dict.fromkeys(group.empty))
            text = turn.books.hide(json.dumps(kept, ensure_ascii=False, sort_keys=True))
            rows.append((turn.school, name, row_id, versions[place], entries[place], HUB, text))
        turn.books.run_many(
            turn.conn,
            "INSERT INTO hub_foreign(school,tbl,row_id,version,entry,origin,extra) VALUES(?,?,?,?,?,?,?)"
            " ON CONFLICT(school,tbl,row_id) DO UPDATE"
            " SET version=excluded.version,entry=excluded.entry,origin=excluded.origin,extra=excluded.extra",
            rows,
        )
        unbury(turn, name, group.ids)
    turn.tops[name] = max(turn.versions[name, row_id] for group in groups for row_id in group.ids)
