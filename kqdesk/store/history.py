"""The journal as sentences: what happened to a record and to those that point at it, newest first.

Values of secret columns are never written out; a link is shown by the title of the row it points at.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Connection, Table
from sqlalchemy.orm import Session

from kqdesk.kernel.schoolday import CHINA
from kqdesk.store.base import Base
from kqdesk.store.undo import live

_NEAR = 400  # rows that point at a record, followed at most, so that a busy cohort's history stays quick
SILENT = frozenset({"school", "name_pinyin", "name_initials"})
KINDS = {"undo": "撤销 ", "redo": "恢复 ", "pull": "同步收到 ", "migrate": "升级 "}


@dataclass(frozen=True)
class HistoryLine:
    """One entry as people read it; ``actor`` is the id of who did it, ``sentences`` say what changed."""

    entry_id: int
    at: datetime
    actor: str
    station: str
    label: str
    sentences: tuple[str, ...]


def history(session: Session, table: str, row_id: str, *, limit: int = 200) -> list[HistoryLine]:
    """What happened to one row and to the rows that belong to it, newest first."""
    conn = session.connection()
    rows = {(table, row_id), *near(conn, table, row_id)}
    lines: list[HistoryLine] = []
    for entry_id, changes in _entries(conn, rows, limit).items():
        kind, at, actor, station, label = conn.exec_driver_sql(
            "SELECT kind,at,actor,station,label FROM journal_entry WHERE id=?", (entry_id,)
        ).one()
        told = tuple(dict.fromkeys(_tell(conn, *change) for change in changes))
        words = KINDS.get(kind, "") + label
        lines.append(HistoryLine(entry_id, datetime.fromisoformat(at), actor, station, words, told))
    return lines


def near(conn: Connection, table: str, row_id: str) -> Iterable[tuple[str, str]]:
    """Rows one and two links away that point at this one."""
    found: list[tuple[str, str]] = []
    ring = [(table, row_id)]
    for _ in range(2):
        ring = [
            (other.name, other_id)
            for name, target in ring
            for other, column in _pointing_at(name)
            for (other_id,) in conn.exec_driver_sql(
                f'SELECT id FROM "{other.name}" WHERE "{column}"=? LIMIT {_NEAR}', (target,)
            )
        ][:_NEAR]
        found.extend(ring)
    return found


def _pointing_at(name: str) -> list[tuple[Table, str]]:
    return [
        (table, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.c
        for key in column.foreign_keys
        if key.target_fullname == f"{name}.id" and not column.name.endswith("_by")
    ]


def _entries(
    conn: Connection, rows: set[tuple[str, str]], limit: int
) -> dict[int, list[tuple[int, str, str, str, str | None]]]:
    entries: dict[int, list[tuple[int, str, str, str, str | None]]] = {}
    found = [
        change
        for tbl, row_id in rows
        for change in conn.exec_driver_sql(
            "SELECT entry_id,id,tbl,row_id,op,before FROM journal_change WHERE tbl=? AND row_id=?",
            (tbl, row_id),
        )
    ]
    for entry_id, *change in sorted(found, key=lambda c: (-c[0], c[1])):
        if entry_id in entries or len(entries) < limit:
            entries.setdefault(entry_id, []).append(tuple(change))
    return entries


def _tell(conn: Connection, change_id: int, tbl: str, row_id: str, op: str, before: str | None) -> str:
    table = Base.metadata.tables[tbl]
    noun = str(table.info.get("label", tbl))
    if before is not None and before.startswith("mac:"):
        return f"{noun}：内容已按规定删除"
    if op == "D":
        return f"删除{noun}{_named(conn, table, json.loads(before or '{}'))}"
    now = live(conn, tbl, [c.name for c in table.c], row_id)
    later = conn.exec_driver_sql(
        "SELECT before FROM journal_change WHERE tbl=? AND row_id=? AND id>? AND before IS NOT NULL ORDER BY id",
        (tbl, row_id, change_id),
    )
    after: dict[str, Any] = {}
    for (text,) in later:
        if not text.startswith("mac:"):
            after = {**json.loads(text), **after}
    after = {**(now or {}), **after}
    if op == "I":
        return f"新增{noun}{_named(conn, table, after)}"
    parts = [
        _moved(conn, column, old, after.get(name))
        for name, old in json.loads(before or "{}").items()
        if name not in SILENT and (column := table.c.get(name)) is not None
    ]
    return f"{noun}：{'；'.join(parts)}" if parts else f"{noun}：已更新"


def _named(conn: Connection, table: Table, values: dict[str, Any]) -> str:
    title = table.c.get(str(table.info.get("title", "")))
    name = shown(conn, title, values.get(title.name)) if title is not None else ""
    return f"「{name}」" if name and name != "（空）" else ""


def _moved(conn: Connection, column: Column[Any], old: Any, new: Any) -> str:
    label = str(column.info.get("label", column.name))
    if column.info.get("secret"):
        return f"{label} 已改（内容不显示）"
    return f"{label} 由「{shown(conn, column, old)}」改为「{shown(conn, column, new)}」"


def shown(conn: Connection, column: Column[Any] | None, value: Any) -> str:
    """A raw value as people write it."""
    if column is None or value is None or value == "":
        return "（空）"
    for key in column.foreign_keys:
        return _title_of(conn, key.column.table, str(value))
    if isinstance(column.type, sa.Boolean):
        return "是" if value else "否"
    kind = getattr(column.type, "enum_class", None)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return str(getattr(kind(value), "label", value))
    return str(value)


def _title_of(conn: Connection, table: Table, row_id: str) -> str:
    title = str(table.info.get("title", "")) or "id"
    found = conn.exec_driver_sql(f'SELECT "{title}" FROM "{table.name}" WHERE id=?', (row_id,)).scalar()
    return str(found) if found is not None else "（已删除）"


def sentences(lines: Sequence[HistoryLine], names: dict[str, str]) -> list[str]:
    """Lines as plain text: 2026-03-02 20:00 王老师 登记考勤：考勤 由「未登记」改为「到」."""
    return [
        f"{line.at.astimezone(CHINA):%Y-%m-%d %H:%M} {names.get(line.actor, '系统')} {line.label}"
        + (
            f"（{'；'.join(line.sentences[:6])}{'……' if len(line.sentences) > 6 else ''}）"
            if line.sentences
            else ""
        )
        for line in lines
    ]
