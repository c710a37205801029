"""What people decide in 数据交换: which of two values stands, and seeing a masked one whole."""

from sqlalchemy import Table
from sqlalchemy.orm import Session

from kqdesk.kernel.errors import NotAllowed, StaleRecord, UserError
from kqdesk.rooms.exchange.queries import ConflictRow, open_conflicts, raw_of
from kqdesk.rooms.exchange.terms import Choice
from kqdesk.rooms.office.queries import may_see_full_ids
from kqdesk.store.actions import Writing, action
from kqdesk.store.base import Base
from kqdesk.store.conflicts import SyncConflict
from kqdesk.store.history import shown as written

GONE = "这一处已经确认过了，或者刚同步时有了变化。请看看现在的列表。"
NEWER = "这一处来自更新版本的软件，本机还看不懂。请先升级本机的软件，再来确认。"


@action("确认两个值")
def settle_conflict(w: Writing, *, conflict_id: str, chosen: Choice) -> None:
    """R-EXC-04: the chosen value stands in the row, the other stays in the settled conflict; an ordinary act, undoable.

    A sealed row refuses with its own sentence, as for any other writing.
    """
    one = w.session.get(SyncConflict, conflict_id)
    if one is None or one.settled_at is not None:
        raise StaleRecord(GONE)
    table = Base.metadata.tables.get(one.tbl)
    if table is None or (one.column and one.column not in table.c):
        raise UserError(NEWER)
    value = one.shown if chosen is Choice.SHOWN else one.kept
    if one.column:
        _write(w.session, table, one, raw_of(value))
    elif value is None:
        w.session.connection().exec_driver_sql(f'DELETE FROM "{table.name}" WHERE id=?', (one.row_id,))
    one.settled_by, one.settled_at, one.chosen = w.actor, w.now, chosen.value
    w.note(_words(w.session, table, one))


@action("查看待确认的完整内容", looks=True)
def reveal_conflict(w: Writing, *, conflict_id: str) -> ConflictRow:
    """One conflict with nothing masked; the look stays in the journal. NotAllowed without the right to whole numbers."""
    if not may_see_full_ids(w.session, w.actor):
        raise NotAllowed("您没有查看完整号码的权限。需要时请校长在“设置 · 操作人”里给您开通。")
    found = next((row for row in open_conflicts(w.session, whole=conflict_id) if row.id == conflict_id), None)
    if found is None:
        raise StaleRecord(GONE)
    w.note(f"{found.subject} {found.field}")
    return found


def _write(session: Session, table: Table, one: SyncConflict, value: str | int | None) -> None:
    """The raw value, as it is stored: the journal's triggers see it, the seals stand in its way."""
    if one.column in ("id", "school"):
        raise UserError(NEWER)
    name = table.c[one.column].name
    conn = session.connection()
    found = conn.exec_driver_sql(
        f'SELECT "{name}" FROM "{table.name}" WHERE id=?', (one.row_id,)
    ).one_or_none()
    if found is None:
        raise StaleRecord("这条记录已经删除，不用再确认。请在“审计与备份”里看是谁删的。")
    if found[0] != value:
        conn.exec_driver_sql(f'UPDATE "{table.name}" SET "{name}"=? WHERE id=?', (value, one.row_id))


def _words(session: Session, table: Table, one: SyncConflict) -> str:
    """人员「王阿毛」 电话: what is said of it in the undo menu; never the values."""
    title = table.c.get(str(table.info.get("title", "")))
    column = table.c.get(one.column) if one.column else None
    conn, name = session.connection(), ""
    if title is not None:
        raw = conn.exec_driver_sql(
            f'SELECT "{title.name}" FROM "{table.name}" WHERE id=?', (one.row_id,)
        ).scalar()
        name = f"「{written(conn, title, raw)}」" if raw else ""
    return f"{table.info.get('label', table.name)}{name} {column.info.get('label', '') if column is not None else ''}".strip()
