"""What the retention table says has to go by today, with the reason of each line; and clean-ups done before."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from kqdesk.rooms.office.queries import staff_names
from kqdesk.rooms.privacy.model import Cleanup, CleanupLine
from kqdesk.rooms.privacy.queries.terms_in_force import Terms, terms_in_force
from kqdesk.rooms.privacy.queries.whole import PERSON, last_changes, links_of, plan_erasure
from kqdesk.rooms.privacy.rules.keeping import ATTACHMENTS, TABLES, Term, due_on
from kqdesk.rooms.privacy.terms import Category, CleanupState
from kqdesk.store.base import Base

MOST_PERSONS = 5000  # of one clean-up, so that it stays one readable list; the rest comes with the next


@dataclass(frozen=True)
class DueLine:
    """One row that has to go. ``shown`` names it on the screen only; it is never stored."""

    category: Category
    table: str
    row_id: str
    shown: str
    last: date
    due: date
    reason: str

    @property
    def id(self) -> str:
        """What the table on the screen knows the line by."""
        return self.row_id


@dataclass(frozen=True)
class Proposal:
    """Everything that is due. ``unset``: kinds of data for which nobody has said how long."""

    lines: tuple[DueLine, ...]
    terms: tuple[Term, ...]
    unset: tuple[Term, ...]


@dataclass(frozen=True)
class CleanupRow:
    """A clean-up in the list; ``summary``: (kind, count, term, source) each."""

    id: str
    title: str
    year: int
    state: CleanupState
    count: int
    summary: tuple[tuple[str, int, str, str], ...]
    proposed_id: str
    proposed_by: str
    proposed_at: datetime
    agreed_by: str
    agreed_at: datetime | None


def proposal(session: Session, *, today: date) -> Proposal:
    """What has to go by ``today``."""
    terms = terms_in_force(session, on=today)
    conn = session.connection()
    lines = [
        *_persons(session, conn, terms, today),
        *_files(conn, terms, today),
        *_own(
            conn,
            terms[Category.REQUEST],
            "privacy_request",
            "answered_on",
            "state IN ('done','refused')",
            today,
        ),
        *_own(conn, terms[Category.BREACH], "data_breach", "substr(found_at,1,10)", "state='closed'", today),
    ]
    unset = tuple(term for term in terms.values() if term.years is None)
    return Proposal(tuple(lines), tuple(terms.values()), unset)


def lines_digest(lines: Iterable[tuple[str, str, str]]) -> str:
    """SHA-256 over (category, table, row id) of a clean-up's lines: what both persons sign."""
    return hashlib.sha256(json.dumps(sorted(map(list, lines))).encode()).hexdigest()


def cleanups(session: Session) -> list[CleanupRow]:
    """Every clean-up, newest first."""
    names = staff_names(session)
    return [
        CleanupRow(
            row.id, row.title, row.year, row.state, sum(int(part[1]) for part in row.summary),
            tuple((str(a), int(b), str(c), str(d)) for a, b, c, d in row.summary), row.proposed_by,
            names.get(row.proposed_by, ""), row.proposed_at, names.get(row.agreed_by or "", ""), row.agreed_at,
        )
        for row in session.scalars(select(Cleanup).order_by(Cleanup.id.desc()))
    ]  # fmt: skip


def lines_of(session: Session, cleanup_id: str) -> list[tuple[str, str, str]]:
    """(category, table, row id) of a clean-up's lines."""
    rows = session.execute(
        select(CleanupLine.category, CleanupLine.owner_table, CleanupLine.row_id).where(
            CleanupLine.cleanup_id == cleanup_id
        )
    )
    return [(category, table, row_id) for category, table, row_id in rows]


def _persons(session: Session, conn: Connection, terms: Terms, today: date) -> Iterator[DueLine]:
    term = terms[Category.ROSTER]
    if not term.years:
        return
    ids = _never_learners(conn)
    last = last_changes(conn, PERSON, ids)
    due = [row_id for row_id in ids if (day := due_on(term, last.get(row_id, today))) and day <= today]
    if not due:
        return
    due = due[:MOST_PERSONS]
    stays = set(plan_erasure(session, due, terms=terms, today=today).blanked)
    names = _names(conn, due)
    for row_id in due:
        day = due_on(term, last[row_id])
        if row_id not in stays and day is not None:
            reason = f"没有报过名，最后一次变动 {last[row_id]}，已满{term.shown}"
            yield DueLine(term.category, PERSON, row_id, names[row_id], last[row_id], day, reason)


def _never_learners(conn: Connection) -> list[str]:
    """Persons none of the lasting records point at."""
    holds = " AND ".join(
        f'NOT EXISTS(SELECT 1 FROM "{table.name}" t WHERE t."{column}"=person.id)'
        for table in Base.metadata.sorted_tables
        if table.name in TABLES
        for column, target in links_of(table)
        if target == PERSON
    )
    sql = f"SELECT id FROM person WHERE merged_into_id IS NULL AND {holds or '1'} ORDER BY id"
    return list(conn.exec_driver_sql(sql).scalars())


def _names(conn: Connection, ids: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(ids), 500):
        part = tuple(ids[start : start + 500])
        marks = ",".join("?" * len(part))
        sql = f"SELECT id,name,village FROM person WHERE id IN ({marks})"
        found.update(
            (key, f"{name}（{village}）" if village else name)
            for key, name, village in conn.exec_driver_sql(sql, part)
        )
    return found


def _files(conn: Connection, terms: Terms, today: date) -> Iterator[DueLine]:
    for purpose, category in ATTACHMENTS.items():
        term = terms[category]
        if not term.years:
            continue
        rows = conn.exec_driver_sql(
            "SELECT id,name,added_at FROM attachment WHERE purpose=? ORDER BY id", (purpose,)
        )
        for row_id, name, added in rows:
            last = datetime.fromisoformat(added).date()
            day = due_on(term, last)
            if day is not None and day <= today:
                reason = f"放入 {last}，已满{term.shown}"
                yield DueLine(category, "attachment", row_id, name, last, day, reason)


def _own(conn: Connection, term: Term, table: str, column: str, when: str, today: date) -> Iterator[DueLine]:
    if not term.years:
        return
    sql = f'SELECT id,{column} FROM "{table}" WHERE {when} AND {column} IS NOT NULL ORDER BY id'
    for row_id, ended in conn.exec_driver_sql(sql):
        last = date.fromisoformat(ended)
        day = due_on(term, last)
        if day is not None and day <= today:
            noun = str(Base.metadata.tables[table].info["label"])
            yield DueLine(term.category, table, row_id, noun, last, day, f"办结 {last}，已满{term.shown}")
