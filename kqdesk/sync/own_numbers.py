"""Which numbers this PC alone may give out: asked inside the act that uses them, by rooms that keep their own register.

A home that joined a hub uses only what was leased to its present life; a restored or copied one has none until it asks.
"""

from sqlalchemy.orm import Session

from kqdesk.sync import ctl as keys
from kqdesk.sync.ctl import Ctl

Span = tuple[int, int]
"""First and last number, both included."""


def own_spans(session: Session, kind: str, year: int) -> list[Span] | None:
    """The leased spans in order; None when this home never joined a hub and numbers by itself."""
    conn = session.connection()
    ctl = Ctl(conn)
    if not ctl.number(keys.INCARNATION):
        return None
    found = conn.exec_driver_sql(
        "SELECT first,last FROM sync_lease WHERE kind=? AND year=? AND incarnation=? ORDER BY first",
        (kind, year, ctl.number(keys.INCARNATION)),
    )
    return [(int(row[0]), int(row[1])) for row in found]
