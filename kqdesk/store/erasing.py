"""Erasing by law: what the journal keeps of a row is replaced by its MAC, and the chain still verifies.

The rows themselves are deleted or blanked by the action, as any other change; this takes away what they were.
It works inside an open entry of kind ``erase`` only (triggers), and such an entry is never undone.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from kqdesk.store.journal import Change, Sealer, erased_label

_CHUNK = 400


def prepare(conn: Connection) -> None:
    """What is freed from now on is overwritten with zeros in the file."""
    conn.exec_driver_sql("PRAGMA secure_delete=ON")


def forget(
    conn: Connection, sealer: Sealer, rows: Collection[tuple[str, str]], words: Collection[str]
) -> None:
    """Take away what the journal says of ``rows`` (table, row id).

    words: names and numbers of the persons; where one stands in the label of an entry that touched the rows, or of
    one that changed nothing (a look, a save without a change), the label's notes go, too.
    """
    wanted = sorted(set(rows))
    touched: set[int] = set()
    for tbl in dict.fromkeys(tbl for tbl, _ in wanted):
        ids = [row_id for name, row_id in wanted if name == tbl]
        for start in range(0, len(ids), _CHUNK):
            touched |= _forget_changes(conn, sealer, tbl, ids[start : start + _CHUNK])
    _forget_labels(conn, touched, [word for word in words if word])


def _forget_changes(conn: Connection, sealer: Sealer, tbl: str, ids: Sequence[str]) -> set[int]:
    found = conn.exec_driver_sql(
        "SELECT entry_id,id,tbl,row_id,op,before FROM journal_change"
        f" WHERE tbl=? AND row_id IN ({','.join('?' * len(ids))})",
        (tbl, *ids),
    ).all()
    changes = [Change(*row[1:]) for row in found]
    macs = [
        ("mac:" + sealer.mac(change).hex(), change.id)
        for change in changes
        if change.before is not None and not change.before.startswith("mac:")
    ]
    if macs:
        conn.exec_driver_sql("UPDATE journal_change SET before=? WHERE id=?", macs)
    return {row[0] for row in found}


def _forget_labels(conn: Connection, entry_ids: Collection[int], words: Sequence[str]) -> None:
    if not words:
        return
    spoken = dict(_labels(conn, sorted(entry_ids)))
    mere = (
        "SELECT id,label FROM journal_entry WHERE label_hash IS NULL AND hash IS NOT NULL AND length(after)=0"
    )
    spoken.update(conn.exec_driver_sql(mere).all())
    told = [
        (*erased_label(label), number)
        for number, label in spoken.items()
        if any(word in label.partition("：")[2] for word in words)
    ]
    if told:
        conn.exec_driver_sql("UPDATE journal_entry SET label=?,label_hash=? WHERE id=?", told)


def _labels(conn: Connection, ids: Sequence[int]) -> Iterable[Any]:
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        marks = ",".join("?" * len(part))
        sql = f"SELECT id,label FROM journal_entry WHERE id IN ({marks}) AND hash IS NOT NULL AND label_hash IS NULL"
        yield from conn.exec_driver_sql(sql, tuple(part)).all()
