"""How a station's bookkeeping moves on: a new life, a hub that was restored, a receipt, a page. Each inside a transaction."""

from random import Random

from sqlalchemy import Connection

from kqdesk.sync import ctl as keys
from kqdesk.sync.ctl import Ctl
from kqdesk.sync.wire import Batch, Head, Page, Receipt, decode, distinct


class OutOfStep(Exception):
    """An answer that does not fit what was asked: not used."""


def begin_life(conn: Connection, rng: Random, why: str) -> None:
    """A new number, drawn by lot; what was frozen and not answered is frozen anew under it. Leases are forgotten."""
    ctl = Ctl(conn)
    oldest = conn.exec_driver_sql(
        "SELECT min(after_change) FROM sync_outbox WHERE state<>'acked'"
    ).scalar_one()
    if oldest is not None:
        ctl.put({keys.FROZEN_CHANGE: min(int(oldest), ctl.number(keys.FROZEN_CHANGE))})
    conn.exec_driver_sql("DELETE FROM sync_outbox")
    conn.exec_driver_sql("DELETE FROM sync_lease")
    ctl.put({keys.FORMER: ctl.number(keys.INCARNATION)})
    ctl.put({keys.INCARNATION: rng.randrange(1, 1 << 31), keys.WHY: why, keys.KNOWN: ""})
    ctl.put({keys.FROZEN: 0, keys.ACKED: 0, keys.STOP: "", keys.ASKS: ""})


def join(conn: Connection, rng: Random, hub: str) -> None:
    """Forget whatever was known of a hub but its key; everything that lives here is to be sent to this one."""
    believed = Ctl(conn).text(keys.HUB_KEYS)
    for table in (
        "sync_outbox",
        "sync_version",
        "sync_inbox",
        "sync_hold",
        "sync_lease",
        "sync_file",
        "sync_ctl",
    ):
        conn.exec_driver_sql(f"DELETE FROM {table}")
    begin_life(conn, rng, "joined")
    Ctl(conn).put({keys.EVERYTHING: "1", keys.HUB: hub, keys.HUB_KEYS: believed})


def send_everything(conn: Connection, rng: Random) -> None:
    """The hub lacks what it was told, and the batches are no longer here."""
    begin_life(conn, rng, "missing")
    Ctl(conn).put({keys.EVERYTHING: "1"})


def follow(conn: Connection, rng: Random, head: Head) -> None:
    """A hub of another epoch was restored: what it did since is pulled, what it lacks is sent again."""
    ctl = Ctl(conn)
    before = ctl.number(keys.EPOCH)
    if before != head.epoch:
        if before and head.resume >= 0:
            # numbers above the newest that survived were given out twice: nothing may rest on them
            conn.exec_driver_sql(
                "UPDATE sync_version SET version=? WHERE version>?", (head.resume, head.resume)
            )
            conn.exec_driver_sql("DELETE FROM sync_hold WHERE version>?", (head.resume,))
            conn.exec_driver_sql("DELETE FROM sync_inbox")
            back = min(ctl.number(keys.CURSOR), ctl.number(keys.APPLIED), head.resume)
            ctl.put({keys.CURSOR: back, keys.APPLIED: back, keys.MARK: "", keys.DOUBTED: "1"})
        ctl.put({keys.EPOCH: head.epoch, keys.UPTO: 0, keys.TABLE: "", keys.AFTER: 0})
    if before not in (0, head.epoch) and head.last == 0 and ctl.number(keys.FORMER):
        send_everything(conn, rng)  # what this home was answered in the life before may be gone, too
    elif head.last < ctl.number(keys.ACKED):
        resend(conn, rng, head.last + 1)
    elif is_anothers(conn, head):  # of what this home was answered, the hub may have lost any
        send_everything(conn, rng)


def is_anothers(conn: Connection, head: Head) -> bool:
    """Whether the newest answered batch of this life is, at the hub, not the one that was sent from here."""
    sql = "SELECT sha256 FROM sync_outbox WHERE number=? AND state='acked'"
    ours = conn.exec_driver_sql(sql, (head.last,)).scalar_one_or_none()
    return bool(head.sha256) and ours is not None and ours != head.sha256


def resend(conn: Connection, rng: Random, first: int) -> None:
    """Answered batches from ``first`` on go again; when they are no longer here, everything does."""
    ctl = Ctl(conn)
    if first < 1 or first > ctl.number(keys.FROZEN):
        raise OutOfStep
    sql = "SELECT count(*) FROM sync_outbox WHERE number>=? AND number<=?"
    there = int(conn.exec_driver_sql(sql, (first, ctl.number(keys.ACKED))).scalar_one())
    if there < ctl.number(keys.ACKED) - first + 1:
        send_everything(conn, rng)
        return
    conn.exec_driver_sql("UPDATE sync_outbox SET state='frozen' WHERE number>=? AND state='acked'", (first,))
    ctl.put({keys.ACKED: min(first - 1, ctl.number(keys.ACKED))})


def note_receipt(conn: Connection, number: int, body: bytes, receipt: Receipt) -> None:
    """The rows' versions, but for those the hub has otherwise: their base stays what was seen here."""
    unlike = set(receipt.unlike)
    rows = distinct(decode(Batch, body).groups)
    if len(rows) != receipt.rows or receipt.number != number:
        raise OutOfStep
    known = [(*row, receipt.first + place) for place, row in enumerate(rows) if place not in unlike]
    if known:
        conn.exec_driver_sql(
            "INSERT INTO sync_version(tbl,row_id,version) VALUES(?,?,?)"
            " ON CONFLICT(tbl,row_id) DO UPDATE SET version=excluded.version,author=NULL",
            known,
        )
    conn.exec_driver_sql("UPDATE sync_outbox SET state='acked' WHERE number=?", (number,))
    ctl = Ctl(conn)
    ctl.put({keys.ACKED: max(number, ctl.number(keys.ACKED))})


def put_page(conn: Connection, page: Page, body: bytes) -> None:
    """The page and how far it goes, in one transaction."""
    ctl = Ctl(conn)
    if (
        page.epoch != ctl.number(keys.EPOCH)
        or page.since != ctl.number(keys.CURSOR)
        or page.upto < page.since
    ):
        raise OutOfStep
    if page.groups or page.erased:
        conn.exec_driver_sql("INSERT INTO sync_inbox(body) VALUES(?)", (body,))
    if page.table:
        ctl.put({keys.UPTO: page.upto, keys.TABLE: page.table, keys.AFTER: page.after})
    else:
        ctl.put({keys.CURSOR: page.upto, keys.MARK: page.mark, keys.UPTO: 0, keys.TABLE: "", keys.AFTER: 0})
