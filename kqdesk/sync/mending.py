"""What a batch leaves to mend: links to people who were entered twice, links to rows that went, erasing by law.

Everything here is the hub's own writing, with history and numbers as any other; it reaches every station by pull.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from kqdesk.sync.latecomers import Merger, carry_over
from kqdesk.sync.ledger import HUB
from kqdesk.sync.merging import Writer
from kqdesk.sync.turn import CONFLICTS, GONE, Clash, Turn, last_image, rewrite, unbury, write_rows
from kqdesk.sync.wire import Value

_DEEP = 8  # how far rows that come back may need others that went


def mend(turn: Turn, touched: Collection[str]) -> None:
    """After the rows of a batch are written. ``touched``: names of its tables."""
    _forget(turn)
    _follow_aliases(turn, touched)
    _bring_back(turn)
    _write_clashes(turn)


# ---------------------------------------------------------------------- entered twice


def roots(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Loser → the smallest id of all that were said to be one; chains and crossed merges meet there. Pure."""
    parent: dict[str, str] = {}

    def find(one: str) -> str:
        while parent.setdefault(one, one) != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for left, right in pairs:
        a, b = sorted((find(left), find(right)))
        parent[b] = a
    return {one: find(one) for one in parent if find(one) != one}


def _follow_aliases(turn: Turn, touched: Collection[str]) -> None:
    for name, table in turn.books.rows.items():
        if not table.info.get("alias"):
            continue
        target = str(table.c.loser_id.info["target"])
        living = turn.books.run(
            turn.conn,
            f'SELECT id,loser_id,winner_id,hub_version,hub_origin FROM "{name}" WHERE school=? AND undone_at IS NULL',
            (turn.school,),
        ).all()
        moved = roots((row[1], row[2]) for row in living)
        if moved:
            _move_sent(turn, name, target, moved)
            carry_over(turn, target, [Merger(r[0], r[1], r[3], r[4]) for r in living], moved, name)
        fresh = [row[1] for row in living if (name, row[0]) in turn.versions] if name in touched else []
        if fresh:
            _move_unseen(turn, name, target, {loser: moved[loser] for loser in fresh if loser in moved})


def _links_to(turn: Turn, alias: str, target: str) -> Iterable[tuple[str, str]]:
    for name, table in turn.books.rows.items():
        if name == alias or table.info.get("alias"):
            continue
        for column in table.c:
            if column.info.get("target") == target and not column.info.get("sealed"):
                yield name, column.name


def _move_sent(turn: Turn, alias: str, target: str, moved: dict[str, str]) -> None:
    """Links of this batch: their writer did not know of the merge."""
    allowed = set(_links_to(turn, alias, target))
    wanted: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (name, row_id), links in turn.sent_links.items():
        for column, value in links.items():
            if (name, column) in allowed and value in moved:
                wanted[name, column].append(row_id)
    for (name, column), ids in wanted.items():
        _move(turn, name, column, ids, moved)


def _move_unseen(turn: Turn, alias: str, target: str, moved: dict[str, str]) -> None:
    """Links that stood at the hub before, and that whoever merged had not pulled yet."""
    for name, column in _links_to(turn, alias, target):
        ids = [
            row[0]
            for row in turn.books.by_ids(
                turn.conn,
                f'id FROM "{name}"',
                f'school=? AND hub_version>? AND hub_origin<>? AND "{column}"',
                sorted(moved),
                (turn.school, turn.batch.cursor, turn.origin),
            )
        ]
        _move(turn, name, column, ids, moved)


def _move(turn: Turn, name: str, column: str, ids: Sequence[str], moved: dict[str, str]) -> None:
    once = turn.books.rows[name].info.get("once", ())
    names = list(dict.fromkeys([*once, column]))
    quoted = ",".join(turn.books.tongue.read(turn.books.rows[name].c[c]) for c in names)
    rows = turn.books.by_ids(
        turn.conn, f'id,{quoted} FROM "{name}"', "school=? AND id", list(ids), (turn.school,)
    )
    for row_id, *values in list(rows):
        row = dict(zip(names, values, strict=True))
        winner = moved.get(str(row[column]))
        if winner is None or (
            once and _has_twin(turn, name, {c: row[c] for c in once} | {column: winner}, once)
        ):
            continue
        rewrite(turn, name, row_id, {column: row[column]}, {column: winner})


def _has_twin(turn: Turn, name: str, row: dict[str, Value], once: Sequence[str]) -> bool:
    """Whether the winner has such a row already: then this one stays where it is, as it does at the desk."""
    wanted = [c for c in once if row[c] is not None]
    table = turn.books.rows[name]
    where = " AND ".join(f'"{c}"={turn.books.tongue.mark(table.c[c])}' for c in wanted)
    sql = f'SELECT 1 FROM "{name}" WHERE school=? AND {where} LIMIT 1'
    return turn.books.run(turn.conn, sql, (turn.school, *(row[c] for c in wanted))).first() is not None


# ---------------------------------------------------------------------- rows that went and are still needed


def _bring_back(turn: Turn) -> None:
    """A row that others point at is not gone: whoever deleted it did not know of them."""
    if (
        turn.books.run(
            turn.conn, "SELECT 1 FROM hub_tombstone WHERE school=? LIMIT 1", (turn.school,)
        ).first()
        is None
    ):
        return
    wanted = _pointed_at_by_sent(turn) | _still_pointed_at(turn)
    for _ in range(_DEEP):
        if not wanted:
            return
        wanted = _revive(turn, wanted)


def _pointed_at_by_sent(turn: Turn) -> set[tuple[str, str]]:
    targets: dict[str, set[str]] = defaultdict(set)
    for (name, row_id), links in turn.sent_links.items():
        if row_id in turn.deleted.get(name, {}):
            continue
        for column, value in links.items():
            targets[str(turn.books.rows[name].c[column].info["target"])].add(value)
    return {(name, row_id) for name, ids in targets.items() for row_id in _buried(turn, name, sorted(ids))}


def _buried(turn: Turn, name: str, ids: Sequence[str]) -> list[str]:
    found = turn.books.by_ids(
        turn.conn,
        "row_id FROM hub_tombstone",
        "school=? AND tbl=? AND row_id",
        list(ids),
        (turn.school, name),
    )
    return [row[0] for row in found]


def _still_pointed_at(turn: Turn) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for name, rows in turn.deleted.items():
        for other, table in turn.books.rows.items():
            for column in table.c:
                if column.info.get("target") == name:
                    what = f'DISTINCT "{column.name}" FROM "{other}"'
                    where = f'school=? AND "{column.name}"'
                    hits = turn.books.by_ids(turn.conn, what, where, sorted(rows), (turn.school,))
                    found |= {(name, row[0]) for row in hits}
    return {(name, row_id) for name, row_id in found if _buried(turn, name, [row_id])}


def _revive(turn: Turn, wanted: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Make them again as history has them; returns what these in turn point at and is gone."""
    needed: dict[str, set[str]] = defaultdict(set)
    for name, row_id in sorted(wanted):
        image = last_image(turn, name, row_id)
        if image is None:
            continue
        version = turn.versions.get((name, row_id)) or turn.one_more(name)
        entry = turn.hub_entry()
        deleter = _deleter(turn, name, row_id)
        write_rows(
            turn, name, {tuple(image): [(turn.school, row_id, version, entry, HUB, *image.values())]}, {}
        )
        unbury(turn, name, [row_id])
        turn.deleted.get(name, {}).pop(row_id, None)
        turn.tell(name, row_id, version, 1_000 + len(turn.history), entry, "I", None, HUB)
        turn.unlike.add((name, row_id))
        turn.clashes.append(Clash(name, row_id, GONE, "needed", Writer(turn.now, "", ""), "deleted", deleter))
        for column in turn.books.rows[name].c:
            value, target = image.get(column.name), column.info.get("target")
            if target and isinstance(value, str):
                needed[str(target)].add(value)
    return {(name, row_id) for name, ids in needed.items() for row_id in _buried(turn, name, sorted(ids))}


def _deleter(turn: Turn, name: str, row_id: str) -> Writer:
    entry = turn.books.run(
        turn.conn,
        "SELECT entry FROM hub_tombstone WHERE school=? AND tbl=? AND row_id=?",
        (turn.school, name, row_id),
    ).scalar_one()
    return turn.writers([entry]).get(entry, Writer(turn.now, "", ""))


# ---------------------------------------------------------------------- for people


def _write_clashes(turn: Turn) -> None:
    if not turn.clashes or CONFLICTS not in turn.books.rows:
        return
    table = turn.books.rows[CONFLICTS]
    names = [c for c in turn.books.columns[CONFLICTS] if c in table.c]
    rows = []
    for clash in turn.clashes:
        row = _conflict(turn, clash)
        stored = [turn.books.sealed(CONFLICTS, name, [row.get(name)])[0] for name in names]
        row_id, version, entry = turn.ids.new(), turn.one_more(CONFLICTS), turn.hub_entry()
        rows.append((turn.school, row_id, version, entry, HUB, *stored))
        turn.tell(CONFLICTS, row_id, version, 0, entry, "I", None, HUB)
    write_rows(turn, CONFLICTS, {tuple(names): rows}, {})


def _conflict(turn: Turn, clash: Clash) -> dict[str, Value]:
    def plain(value: Value) -> Value:
        return turn.books.opened(clash.table, clash.column, [value])[0]

    return {
        "tbl": clash.table,
        "row_id": clash.row_id,
        "column": clash.column,
        "shown": json.dumps(plain(clash.shown), ensure_ascii=False),
        "shown_actor": clash.shown_by.actor,
        "shown_at": clash.shown_by.at,
        "shown_station": clash.shown_by.station,
        "kept": json.dumps(plain(clash.kept), ensure_ascii=False),
        "kept_actor": clash.kept_by.actor,
        "kept_at": clash.kept_by.at,
        "kept_station": clash.kept_by.station,
        "made_at": turn.now,
    }


# ---------------------------------------------------------------------- by law


def _forget(turn: Turn) -> None:
    """History, conflicts and labels no longer say what rows held that were erased by law."""
    ids: dict[str, list[str]] = defaultdict(list)
    for name, row_id in turn.batch.erased:
        ids[name].append(row_id)
    for name, rows in ids.items():
        _forget_rows(turn, name, rows)
    turn.history = [
        (*line[:8], None) if (line[1], line[2]) in set(turn.batch.erased) else line for line in turn.history
    ]


def _forget_rows(turn: Turn, name: str, ids: Sequence[str]) -> None:
    many: tuple[Any, ...] = (turn.school, name, turn.books.tongue.many(ids))
    among = turn.books.tongue.among("row_id")
    run, conn = turn.books.run, turn.conn
    run(
        conn,
        "UPDATE hub_entry SET label=? WHERE school=? AND no IN"
        f" (SELECT entry FROM hub_history WHERE school=? AND tbl=? AND {among})",
        (turn.books.hide("内容已按规定删除"), turn.school, *many),
    )
    run(conn, f"UPDATE hub_history SET before=NULL WHERE school=? AND tbl=? AND {among}", many)
    version = turn.state.head
    turn.books.run_many(
        conn,
        "INSERT INTO hub_erased(school,tbl,row_id,version) VALUES(?,?,?,?)"
        " ON CONFLICT(school,tbl,row_id) DO UPDATE SET version=excluded.version",
        [(turn.school, name, row_id, version) for row_id in ids],
    )
    for row_id in ids:
        turn.deleted.get(name, {}).pop(row_id, None)
    if CONFLICTS in turn.books.rows:
        where = "school=? AND tbl=? AND row_id"
        told = turn.books.by_ids(conn, f"id FROM {CONFLICTS}", where, ids, (turn.school, name))
        for (row_id,) in list(told):
            rewrite(turn, CONFLICTS, row_id, {}, {"shown": None, "kept": None})
