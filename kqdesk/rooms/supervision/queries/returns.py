"""What other departments reported: returns of the district in all versions, and their lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from kqdesk.rooms.supervision import rules
from kqdesk.rooms.supervision.queries.facts import Opener, Tables
from kqdesk.rooms.supervision.rules import Reported, ReturnKey
from kqdesk.rooms.supervision.terms import FIGURE, RETURN


@dataclass(frozen=True)
class ReturnRow:
    """One return in one version. ``is_newest``: no later version of the same department and period is there."""

    id: str
    department: str
    period_from: date
    period_to: date
    version: int
    source: str
    contact: str
    overlap: str
    file_name: str
    reported_by: str
    reported_at: datetime
    is_newest: bool

    @property
    def key(self) -> ReturnKey:
        """What versions belong together."""
        return ReturnKey(self.department, self.period_from, self.period_to)

    @property
    def period(self) -> str:
        """As people say it."""
        return period_words(self.period_from, self.period_to)


@dataclass(frozen=True)
class FigureRow:
    """One line of a return."""

    position: int
    title: str
    unit: str
    amount: int
    note: str


def period_words(start: date, end: date) -> str:
    """2026 年, 2026 年 3 月, or from day to day."""
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31) and start.year == end.year:
        return f"{start.year} 年"
    return f"{start:%Y-%m-%d} 至 {end:%Y-%m-%d}"


def returns(connection: Connection, tables: Tables, *, opened: Opener, school: str) -> list[ReturnRow]:
    """Every return in every version, the latest period first. One statement."""
    table = tables(RETURN)
    found = connection.execute(select(table).where(table.c.school == school)).mappings().all()
    keys = [
        (ReturnKey(row["department"], row["period_from"], row["period_to"]), row["version"], row["id"])
        for row in found
    ]
    shown = set(rules.newest(keys).values())
    rows = [_return(row, opened, row["id"] in shown) for row in found]
    return sorted(rows, key=lambda row: (-row.period_to.toordinal(), row.department, -row.version))


def _return(row: Mapping[Any, Any], opened: Opener, is_newest: bool) -> ReturnRow:
    clear = {name: opened(RETURN, name, row[name]) for name in ("contact", "file_name", "reported_by")}
    return ReturnRow(
        row["id"], row["department"], row["period_from"], row["period_to"], row["version"], row["source"], clear["contact"],
        row["overlap"], clear["file_name"], clear["reported_by"], row["reported_at"], is_newest,
    )  # fmt: skip


def figures(connection: Connection, tables: Tables, return_id: str, *, school: str) -> list[FigureRow]:
    """The lines of one return, as they stood in the sheet."""
    table = tables(FIGURE)
    wanted = (
        select(table.c.position, table.c.title, table.c.unit, table.c.amount, table.c.note)
        .where(table.c.school == school, table.c.return_id == return_id)
        .order_by(table.c.position)
    )
    return [
        FigureRow(position, title, unit, amount, note or "")
        for position, title, unit, amount, note in connection.execute(wanted)
    ]


def reported(
    connection: Connection, tables: Tables, rows: list[ReturnRow], *, school: str
) -> list[tuple[str, Reported]]:
    """The numbers of the newest versions by title, to stand beside own ones. One statement."""
    table, of = tables(FIGURE), {row.id: row for row in rows if row.is_newest}
    wanted = (
        select(table)
        .where(table.c.school == school, table.c.return_id.in_(list(of)))
        .order_by(table.c.return_id, table.c.position)
    )
    return [
        (
            line["title"],
            Reported(of[line["return_id"]].department, line["unit"], line["amount"], line["note"] or "",
                     of[line["return_id"]].overlap),
        )
        for line in connection.execute(wanted).mappings()
    ]  # fmt: skip
