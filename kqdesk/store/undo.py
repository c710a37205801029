"""Undo and redo: derived from the journal, so they survive a restart.

An undo is itself an entry; a redo is the undo of an undo. It first looks at every column it will write, then
writes. A later change of *other* columns stands; a later change of the same column refuses with a sentence.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from kqdesk.kernel.errors import StaleRecord, UserError
from kqdesk.store.actions import final_sentence
from kqdesk.store.journal import Change, changes_of

_CHUNK = 400
NOTHING_TO_UNDO = "没有可以撤销的操作。"
NOTHING_TO_REDO = "没有可以恢复的操作。"
ERASED = "这一步涉及已按规定删除的个人信息，不能撤销。"


@dataclass(frozen=True)
class Step:
    """An entry that could be taken back or done again."""

    entry_id: int
    label: str
    refusal: str  # why it cannot be; empty when it can


@dataclass
class _Row:
    """What an entry did to one row, folded newest to oldest."""

    last: int  # id of the entry's last change of it
    existed: bool = True
    gone: bool = False  # the entry left no row behind
    whole: bool = False  # the entry made or deleted it: every column counts
    old: dict[str, Any] = field(default_factory=dict)  # columns as they were before the entry


def next_undo(conn: Connection, actor: str) -> Step | None:
    """The person's own newest act that still stands."""
    consumed: set[int] = set()
    for entry_id, kind, undoes, label in _own(conn, actor):
        if entry_id in consumed:
            continue
        if kind == "undo":
            consumed.add(undoes)
        elif kind == "erase":
            return Step(entry_id, label, final_sentence(label) or ERASED)
        else:
            return Step(entry_id, label, final_sentence(label))
    return None


def next_redo(conn: Connection, actor: str) -> Step | None:
    """The person's own newest undo that nothing followed."""
    consumed: set[int] = set()
    for entry_id, kind, undoes, label in _own(conn, actor):
        if kind in ("act", "erase"):
            return None
        if kind == "redo":
            consumed.add(undoes)
        elif entry_id not in consumed:
            return Step(entry_id, label, "")
    return None


def _own(conn: Connection, actor: str) -> Any:
    return conn.exec_driver_sql(
        "SELECT id,kind,undoes,label FROM journal_entry WHERE actor=? AND kind IN('act','undo','redo','erase') ORDER BY id DESC",
        (actor,),
    )


def play_back(
    conn: Connection, tables: dict[str, Sequence[str]], labels: dict[str, str], entry_id: int
) -> None:
    """Take one entry back inside the open entry; StaleRecord when somebody changed the same fields since."""
    changes = changes_of(conn, entry_id)
    if _is_erased(conn, entry_id):
        raise UserError(ERASED)
    rows = _fold(changes)
    for tbl, row_id in _moved_since(conn, entry_id, changes[-1].id if changes else 0):
        _refuse_if_stale(conn, tables, labels, (tbl, row_id), rows[tbl, row_id])
    _write(conn, tables, rows)


def _is_erased(conn: Connection, entry_id: int) -> bool:
    """Whether anything of the entry's rows was erased in it or after it: what was there before is not known."""
    if conn.exec_driver_sql("SELECT 1 FROM journal_entry WHERE kind='erase' LIMIT 1").first() is None:
        return False
    found = conn.exec_driver_sql(
        "SELECT 1 FROM journal_change c JOIN journal_change gone"
        " ON gone.tbl=c.tbl AND gone.row_id=c.row_id AND gone.id>=c.id AND gone.before LIKE 'mac:%'"
        " WHERE c.entry_id=? AND c.id>=(SELECT first FROM journal_entry WHERE id=?) LIMIT 1",
        (entry_id, entry_id),
    )
    return found.first() is not None


def _fold(changes: Sequence[Change]) -> dict[tuple[str, str], _Row]:
    rows: dict[tuple[str, str], _Row] = {}
    for change in reversed(changes):
        key = (change.tbl, change.row_id)
        row = rows.get(key)
        if row is None:
            row = rows[key] = _Row(change.id, gone=change.op == "D")
        if change.op == "I":
            row.existed, row.whole, row.old = False, True, {}
            continue
        row.existed = True
        row.whole = row.whole or change.op == "D"
        row.old = {**row.old, **json.loads(change.before or "{}")}
    return rows


def _moved_since(conn: Connection, entry_id: int, last: int) -> list[tuple[str, str]]:
    found = conn.exec_driver_sql(
        "SELECT DISTINCT c.tbl,c.row_id FROM journal_change c JOIN journal_change later"
        " ON later.tbl=c.tbl AND later.row_id=c.row_id AND later.id>?"
        " WHERE c.entry_id=? AND c.id>=(SELECT first FROM journal_entry WHERE id=?)",
        (last, entry_id, entry_id),
    )
    return [(tbl, row_id) for tbl, row_id in found]


def _refuse_if_stale(
    conn: Connection,
    tables: dict[str, Sequence[str]],
    labels: dict[str, str],
    key: tuple[str, str],
    row: _Row,
) -> None:
    tbl, row_id = key
    columns = tables[tbl] if row.whole else list(row.old)
    now = live(conn, tbl, tables[tbl], row_id)
    then = image_at(conn, tbl, row_id, row.last, now)
    if (now is None) != (then is None) or (now and then and any(now[c] != then[c] for c in columns)):
        raise StaleRecord(
            f"「{labels.get(tbl, tbl)}」在此之后又被修改，不能撤销这一步。请直接在当前内容上改。"
        )


def live(conn: Connection, tbl: str, columns: Sequence[str], row_id: str) -> dict[str, Any] | None:
    """A row as it is, raw values by column; None when there is none."""
    names = ",".join(f'"{c}"' for c in columns)
    found = conn.exec_driver_sql(f'SELECT {names} FROM "{tbl}" WHERE id=?', (row_id,)).one_or_none()
    return None if found is None else dict(zip(columns, found, strict=True))


def image_at(
    conn: Connection, tbl: str, row_id: str, at: int, now: dict[str, Any] | None
) -> dict[str, Any] | None:
    """The row as it stood after change ``at``: later before-values over the live row; None when it did not exist."""
    got: dict[str, Any] = {}
    for op, before in conn.exec_driver_sql(
        "SELECT op,before FROM journal_change WHERE tbl=? AND row_id=? AND id>? ORDER BY id",
        (tbl, row_id, at),
    ):
        if op == "I":
            return None
        got = {**json.loads(before), **got}
        if op == "D":
            return {"id": row_id, **got}
    return None if now is None else {**now, **got}


def _write(conn: Connection, tables: dict[str, Sequence[str]], rows: dict[tuple[str, str], _Row]) -> None:
    """Deferred foreign keys make the order of rows free, so equal statements go out together."""
    batches: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for (tbl, row_id), row in rows.items():
        if row.existed and row.gone:
            names = [c for c in tables[tbl] if c in row.old and c != "id"]
            quoted = ",".join(f'"{c}"' for c in names)
            sql = f'INSERT INTO "{tbl}"(id,{quoted}) VALUES(?{",?" * len(names)})'
            batches[sql].append((row_id, *(row.old[c] for c in names)))
        elif row.existed and row.old:
            names = sorted(row.old)
            assigned = ",".join(f'"{c}"=?' for c in names)
            batches[f'UPDATE "{tbl}" SET {assigned} WHERE id=?'].append(
                (*(row.old[c] for c in names), row_id)
            )
        elif not row.existed and not row.gone:
            batches[f'DELETE FROM "{tbl}" WHERE id=?'].append((row_id,))
    for sql, values in batches.items():
        conn.exec_driver_sql(sql, values)
