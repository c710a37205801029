"""What 数据交换 asks: fields with two values, each as people write it, with who, when and on which PC."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.orm import Session

from kqdesk.rooms.exchange import rules
from kqdesk.rooms.exchange.terms import DELETED
from kqdesk.rooms.office.queries import staff_names
from kqdesk.store.base import Base
from kqdesk.store.conflicts import SyncConflict
from kqdesk.store.history import shown as written
from kqdesk.store.undo import live

MOST = 500  # conflicts shown at once; the foot says how many there are


@dataclass(frozen=True)
class Side:
    """One of the two values: as people write it, who wrote it, when, on which PC."""

    words: str
    who: str
    at: datetime
    station: str


@dataclass(frozen=True)
class ConflictRow:
    """One field with two values. ``subject``: 人员「王阿毛」; ``is_masked``: whole numbers are behind the eye."""

    id: str
    table: str
    row_id: str
    subject: str
    field: str
    shown: Side
    kept: Side
    is_masked: bool
    is_there: bool  # the row is still here


def open_conflicts(session: Session, *, whole: str = "") -> list[ConflictRow]:
    """What nobody settled yet, oldest first; ``whole``: the id of the one shown with nothing masked."""
    found = session.scalars(
        select(SyncConflict)
        .where(SyncConflict.settled_at.is_(None))
        .order_by(SyncConflict.made_at, SyncConflict.id)
        .limit(MOST)
    ).all()
    names, conn = staff_names(session), session.connection()
    return [_row(conn, one, names, is_whole=one.id == whole) for one in found]


def conflict_count(session: Session) -> int:
    """How many fields wait for a person."""
    return int(
        session.scalar(
            select(func.count()).select_from(SyncConflict).where(SyncConflict.settled_at.is_(None))
        )
        or 0
    )


def _row(conn: Connection, one: SyncConflict, names: dict[str, str], *, is_whole: bool) -> ConflictRow:
    table = Base.metadata.tables.get(one.tbl)
    now = live(conn, one.tbl, [column.name for column in table.c], one.row_id) if table is not None else None
    shown, kept, is_masked = _values(conn, table, one, is_whole=is_whole)
    return ConflictRow(
        one.id, one.tbl, one.row_id, _subject(conn, table, one, now), _field(table, one.column),
        Side(shown, names.get(one.shown_actor, "系统"), one.shown_at, one.shown_station),
        Side(kept, names.get(one.kept_actor, "系统"), one.kept_at, one.kept_station),
        is_masked, now is not None,
    )  # fmt: skip


def _values(
    conn: Connection, table: Table | None, one: SyncConflict, *, is_whole: bool
) -> tuple[str, str, bool]:
    if not one.column:  # one side deleted what the other changed
        sides = [DELETED if value is None else "（保留这一条）" for value in (one.shown, one.kept)]
        return sides[0], sides[1], False
    column = table.c.get(one.column) if table is not None else None
    words = [
        written(conn, column, raw_of(value)) if column is not None else str(raw_of(value) or "")
        for value in (one.shown, one.kept)
    ]
    if column is None or not column.info.get("secret"):
        return words[0], words[1], False
    masked = [rules.veil(one.column, word) for word in words]
    first, second = rules.side_by_side(*words, *masked, is_whole=is_whole)
    return first, second, masked != words and not is_whole


def _subject(conn: Connection, table: Table | None, one: SyncConflict, now: dict[str, Any] | None) -> str:
    if table is None:
        return "新版软件的记录"
    noun = str(table.info.get("label", one.tbl))
    title = table.c.get(str(table.info.get("title", "")))
    name = written(conn, title, now.get(title.name)) if title is not None and now else ""
    return f"{noun}「{name}」" if name and name != "（空）" else noun


def _field(table: Table | None, name: str) -> str:
    if not name:
        return "删除还是保留"
    column = table.c.get(name) if table is not None else None
    return str(column.info.get("label", name)) if column is not None else name


def raw_of(value: str | None) -> Any:
    """The raw stored value behind a conflict's JSON."""
    return None if value is None else json.loads(value)
