"""Numbers that two PCs without a network must never both give out: leased by the hub, for good.

A lease belongs to one life (incarnation) of one station. Nobody gets it again, whether the PC is lost or not: the gap
is listed in the register of void numbers.
"""

from sqlalchemy import Connection

from kqdesk.kernel.errors import UserError
from kqdesk.sync.books import HubBooks, SchoolState
from kqdesk.sync.wire import AskNumbers, Lease

MOST = 5_000
GAP = 1_000
"""Left out after the hub was restored from a backup: it may have leased numbers it does not remember."""
TOO_MANY = "一次最多预留 {most} 个号码。"


def lease(
    books: HubBooks, conn: Connection, state: SchoolState, station: str, ask: AskNumbers, now: str
) -> Lease:
    """The next numbers, above everything leased and above ``ask.above``; the same token gets the same ones."""
    if not 0 < ask.count <= MOST or ask.above < 0 or ask.above > 1 << 40:
        raise UserError(TOO_MANY.format(most=MOST))
    rows = books.run(
        conn,
        "SELECT first,last,token,station,epoch FROM hub_lease WHERE school=? AND kind=? AND year=? ORDER BY first",
        (state.school, ask.kind, ask.year),
    ).all()
    for first, last, token, holder, _ in rows:
        if token == ask.token and holder == station:
            return Lease(ask.kind, ask.year, int(first), int(last))
    begin = max([ask.above, *(int(row[1]) for row in rows)]) + 1
    if state.epoch > max((int(row[4]) for row in rows), default=1):
        begin += GAP
    end, year = begin + ask.count - 1, ask.year
    books.run(
        conn,
        "INSERT INTO hub_lease(school,kind,year,first,last,station,incarnation,token,at,epoch)"
        " VALUES(?,?,?,?,?,?,?,?,?,?)",
        (
            state.school,
            ask.kind,
            year,
            begin,
            end,
            station,
            ask.standing.incarnation,
            ask.token,
            now,
            state.epoch,
        ),
    )
    return Lease(ask.kind, ask.year, begin, begin + ask.count - 1)
