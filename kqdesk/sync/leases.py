"""Leased numbers at the station: kept until used, given out inside the act that uses them."""

from sqlalchemy import Connection

from kqdesk.sync.wire import Lease


def keep(conn: Connection, lease: Lease, incarnation: int) -> None:
    """Write down what the hub leased."""
    conn.exec_driver_sql(
        "INSERT INTO sync_lease(kind,year,first,last,next,incarnation) VALUES(?,?,?,?,?,?)"
        " ON CONFLICT(kind,year,first) DO NOTHING",
        (lease.kind, lease.year, lease.first, lease.last, lease.first, incarnation),
    )


def left(conn: Connection, kind: str, year: int) -> int:
    """How many numbers there are still."""
    sql = "SELECT coalesce(sum(last-next+1),0) FROM sync_lease WHERE kind=? AND year=?"
    return int(conn.exec_driver_sql(sql, (kind, year)).scalar_one())


def take(conn: Connection, kind: str, year: int) -> int | None:
    """The next number, in the transaction of the act that uses it; None when there is none."""
    found = conn.exec_driver_sql(
        "UPDATE sync_lease SET next=next+1 WHERE kind=? AND year=? AND next<=last AND first="
        "(SELECT min(first) FROM sync_lease WHERE kind=? AND year=? AND next<=last) RETURNING next-1",
        (kind, year, kind, year),
    ).scalar_one_or_none()
    return None if found is None else int(found)
