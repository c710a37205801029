"""Where a station stands: a few named values in ``sync_ctl``."""

from collections.abc import Mapping

from sqlalchemy import Connection

INCARNATION, WHY, FORMER = "incarnation", "why", "former"  # this life, why it began, the one before
KNOWN = "known"  # the hub knows of this life
EPOCH, CURSOR, MARK = "epoch", "cursor", "mark"  # of the hub; how far pages are in the inbox or applied
APPLIED = "applied"  # how far they are in the rows
FROZEN_CHANGE = "frozen_change"  # newest journal change that is in a batch
FROZEN, ACKED = "frozen", "acked"  # newest batch there is; newest the hub answered
EVERYTHING = "everything"  # every living row is to be sent
STOP, ASKS = "stop", "asks"  # why nothing goes on; what people may answer
ALLOWED = "allowed"  # people allowed a large removal
LAST_ROUND, HASHED_AT, HUB = "last_round", "hashed_at", "hub"
UPTO, TABLE, AFTER = "upto", "table", "after"  # a pull under way
HUB_KEYS = "hub_keys"  # public keys of the hubs this PC joined, newest first: what they publish is believed
DOUBTED = "doubted"  # hashes are to be compared at the next chance


class Ctl:
    """The values as they are on one connection, read once. What was never set is 0 or empty."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._values: dict[str, str] = dict(conn.exec_driver_sql("SELECT key,value FROM sync_ctl").all())

    def text(self, key: str) -> str:
        """A value."""
        return self._values.get(key, "")

    def number(self, key: str) -> int:
        """A whole number."""
        return int(self._values.get(key) or 0)

    def put(self, values: Mapping[str, str | int]) -> None:
        """Set some."""
        written = {key: str(value) for key, value in values.items()}
        self._values.update(written)
        self._conn.exec_driver_sql(
            "INSERT INTO sync_ctl(key,value) VALUES(?,?) ON CONFLICT(key) DO UPDATE SET value=excluded.value",
            list(written.items()),
        )


def trusted_hub_keys(conn: Connection) -> tuple[bytes, ...]:
    """The keys of the hubs this PC ever joined, newest first; 32 bytes each."""
    sql = "SELECT value FROM sync_ctl WHERE key=?"
    kept = conn.exec_driver_sql(sql, (HUB_KEYS,)).scalar_one_or_none()
    return tuple(bytes.fromhex(word) for word in (kept or "").split())


def trust_hub(conn: Connection, key: bytes) -> None:
    """Believe what this hub publishes, from now on and beside what was believed."""
    known = trusted_hub_keys(conn)
    if known[:1] != (key,):
        kept = [key, *(one for one in known if one != key)]
        Ctl(conn).put({HUB_KEYS: " ".join(one.hex() for one in kept)})


def unsent_rows(conn: Connection) -> set[tuple[str, str]]:
    """(table, row id) of every row with changes the hub has not answered for."""
    found = conn.exec_driver_sql(
        "SELECT DISTINCT c.tbl,c.row_id FROM journal_change c JOIN journal_entry e ON e.id=c.entry_id"
        f" WHERE c.id>? AND {SENT_KINDS}",
        (_answered_to(conn),),
    )
    return {(row[0], row[1]) for row in found}


def count_unsent(conn: Connection) -> int:
    """How many those are; while everything is to be sent, every row."""
    return len(unsent_rows(conn))


SENT_KINDS = "e.kind IN('act','undo','redo','erase') AND e.actor<>'sync'"
"""Entries that travel: what came by pull, and what an upgrade did, does not."""


def _answered_to(conn: Connection) -> int:
    ctl = Ctl(conn)
    oldest = conn.exec_driver_sql(
        "SELECT min(after_change) FROM sync_outbox WHERE state='frozen'"
    ).scalar_one()
    frozen = ctl.number(FROZEN_CHANGE)
    return frozen if oldest is None else min(int(oldest), frozen)
