"""A newer program at the hub has a place for what an older one could only keep: columns leave ``hub_extra``, rows ``hub_foreign``."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from kqdesk.sync.wire import Value

if TYPE_CHECKING:  # the books call this when they are opened by a newer program
    from kqdesk.sync.books import HubBooks


def adopt(books: "HubBooks", conn: Connection, grown: Iterable[str]) -> None:
    """Move what is known now; numbers stay, so nobody pulls anything anew. ``grown``: tables with new columns."""
    for name in grown:
        _adopt_columns(books, conn, name)
    for (name,) in books.run(conn, "SELECT DISTINCT tbl FROM hub_foreign", ()).all():
        if name in books.rows:
            _adopt_rows(books, conn, name)


def _adopt_columns(books: "HubBooks", conn: Connection, name: str) -> None:
    found = books.run(conn, f'SELECT school,id,hub_extra FROM "{name}" WHERE hub_extra IS NOT NULL', ()).all()
    for school, row_id, sealed in found:
        extra: dict[str, Value] = json.loads(books.show(sealed))
        known = {column: extra.pop(column) for column in list(extra) if column in books.columns[name]}
        if known:
            stored, marks = _stored(books, name, known)
            assigned = "".join(f'"{column}"={mark},' for column, mark in marks.items())
            rest = books.hide(json.dumps(extra, ensure_ascii=False, sort_keys=True)) if extra else None
            sql = f'UPDATE "{name}" SET {assigned}hub_extra=? WHERE school=? AND id=?'
            books.run(conn, sql, (*stored, rest, school, row_id))


def _adopt_rows(books: "HubBooks", conn: Connection, name: str) -> None:
    found = books.run(
        conn, "SELECT school,row_id,version,entry,origin,extra FROM hub_foreign WHERE tbl=?", (name,)
    ).all()
    for school, row_id, version, entry, origin, sealed in found:
        extra: dict[str, Value] = json.loads(books.show(sealed))
        known = {column: extra.pop(column) for column in list(extra) if column in books.columns[name]}
        stored, marks = _stored(books, name, known)
        rest = books.hide(json.dumps(extra, ensure_ascii=False, sort_keys=True)) if extra else None
        quoted = "".join(f',"{column}"' for column in marks)
        places = "".join("," + mark for mark in marks.values())
        sql = (
            f'INSERT INTO "{name}"(school,id,hub_version,hub_entry,hub_origin,hub_extra{quoted})'
            f" VALUES(?,?,?,?,?,?{places})"
        )
        books.run(conn, sql, (school, row_id, version, entry, origin, rest, *stored))
    books.run(conn, "DELETE FROM hub_foreign WHERE tbl=?", (name,))


def _stored(books: "HubBooks", name: str, known: dict[str, Value]) -> tuple[list[Any], dict[str, str]]:
    stored = [books.sealed(name, column, [value])[0] for column, value in known.items()]
    return stored, {column: books.tongue.mark(books.rows[name].c[column]) for column in known}
