"""Every row that is about a person, found by the tables' own links; what of it may be erased and what law keeps.

Knows no other room: a new table with a link to ``person`` is found by itself. Rows shared by many (a lesson, a
cohort) are never followed, so nobody else's data comes along.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Table
from sqlalchemy.orm import Session

from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.privacy.queries.terms_in_force import Terms
from kqdesk.rooms.privacy.rules.keeping import ATTACHMENTS, TABLES, WITH_PERSON, keep_reason
from kqdesk.store.base import Base, Seal

Row = tuple[str, str]  # (table, row id)
PERSON, STAFF = "person", "staff"
SHARED_FROM = frozenset({"trainer"})
"""Whose dependants are mostly not about her: lessons point at a trainer and are everybody's."""
_CHUNK = 500


@dataclass(frozen=True)
class Kept:
    """A row that stays although its person wants it erased. ``title`` names it without naming her."""

    table: str
    noun: str
    row_id: str
    reason: str


@dataclass(frozen=True)
class ErasurePlan:
    """What erasing these persons deletes and what stays. ``blanked``: persons whose row stays with its identity only."""

    person_ids: tuple[str, ...]
    deletes: Mapping[str, tuple[str, ...]]
    keeps: tuple[Kept, ...]
    blanked: tuple[str, ...]
    attachment_ids: tuple[str, ...]

    @property
    def digest(self) -> str:
        """SHA-256 over everything the plan would do: what the two persons sign."""
        parts = [sorted(self.person_ids), {t: sorted(ids) for t, ids in self.deletes.items()},
                 sorted(k.row_id for k in self.keeps), sorted(self.blanked), sorted(self.attachment_ids)]  # fmt: skip
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def lines(self) -> list[list[str | int]]:
        """The plan for people and for the record: [what happens, noun, count, why] each; names nobody."""
        nouns = {name: noun_of(Base.metadata.tables[name]) for name in self.deletes}
        lines: list[list[str | int]] = [
            ["删除", nouns[name], len(ids), ""] for name, ids in self.deletes.items() if ids
        ]
        if self.attachment_ids:
            lines.append(["删除", "附件", len(self.attachment_ids), "文件同时销毁"])
        if self.blanked:
            lines.append(["清空", "人员的联系方式等", len(self.blanked), "只留姓名、证件号等身份栏"])
        counts: dict[tuple[str, str], int] = defaultdict(int)
        for kept in self.keeps:
            counts[kept.noun, kept.reason] += 1
        return lines + [["保留", noun, count, reason] for (noun, reason), count in counts.items()]


def noun_of(table: Table) -> str:
    """The Chinese noun of a table."""
    return str(table.info.get("label", table.name))


def rows_of(session: Session, person_ids: Iterable[str]) -> dict[str, list[str]]:
    """Ids of every row about these persons by table, the persons themselves (and those merged into them) first."""
    conn = session.connection()
    found: dict[str, dict[str, None]] = {PERSON: dict.fromkeys(person_ids)}
    ring: dict[str, list[str]] = {PERSON: list(found[PERSON])}
    while ring:
        fresh: dict[str, list[str]] = {}
        for target, ids in ring.items():
            for table, column in _dependants(target):
                known = found.setdefault(table.name, {})
                new = [row_id for row_id, _ in _pointing(conn, table, column, ids) if row_id not in known]
                known.update(dict.fromkeys(new))
                fresh.setdefault(table.name, []).extend(dict.fromkeys(new))
        ring = {name: ids for name, ids in fresh.items() if ids}
    return {name: list(ids) for name, ids in found.items() if ids}


def plan_erasure(session: Session, person_ids: Sequence[str], *, terms: Terms, today: date) -> ErasurePlan:
    """What erasing these persons would do today."""
    conn = session.connection()
    rows = rows_of(session, person_ids)
    reasons = dict(_lawful(conn, rows, terms, today))
    reasons |= _needed_elsewhere(conn, rows, reasons)
    reasons = _with_parents(conn, rows, reasons)
    people = rows[PERSON]
    blanked = tuple(row_id for row_id in people if (PERSON, row_id) in reasons)
    reasons |= _proof_of_the_kept(conn, rows, set(blanked))
    deletes = {
        name: tuple(row_id for row_id in ids if (name, row_id) not in reasons) for name, ids in rows.items()
    }
    keeps = tuple(
        Kept(name, noun_of(Base.metadata.tables[name]), row_id, reason)
        for (name, row_id), reason in sorted(reasons.items())
        if name != PERSON
    )
    attachments = tuple(_attachments(conn, deletes, blanked, terms, today))
    gone = {name: ids for name, ids in deletes.items() if ids}
    return ErasurePlan(tuple(people), gone, keeps, blanked, attachments)


def last_changes(conn: Connection, table: str, ids: Sequence[str]) -> dict[str, date]:
    """The school day each row was last written, by the journal."""
    found: dict[str, date] = {}
    for part in _parts(ids):
        rows = conn.exec_driver_sql(
            "SELECT c.row_id,max(e.at) FROM journal_change c JOIN journal_entry e ON e.id=c.entry_id"
            f" WHERE c.tbl=? AND c.row_id IN ({_marks(part)}) GROUP BY c.row_id",
            (table, *part),
        )
        found.update((row_id, school_day(datetime.fromisoformat(at))) for row_id, at in rows)
    return found


def links_of(table: Table) -> Iterator[tuple[str, str]]:
    """(column, target table) of every link of a table."""
    for column in table.c:
        for key in column.foreign_keys:
            yield column.name, key.column.table.name


def _dependants(target: str) -> Iterator[tuple[Table, str]]:
    """Tables whose rows belong to a row of ``target``, with the linking column."""
    for table in Base.metadata.sorted_tables:
        links = list(links_of(table))
        only_hers = {name for _, name in links} <= {target, PERSON, STAFF}
        for column, name in links:
            if name == target and (target not in SHARED_FROM or only_hers):
                yield table, column


def _pointing(conn: Connection, table: Table, column: str, ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(row id, value) of rows whose column is one of ``ids``."""
    for part in _parts(ids):
        sql = f'SELECT id,"{column}" FROM "{table.name}" WHERE "{column}" IN ({_marks(part)})'
        yield from ((row_id, value) for row_id, value in conn.exec_driver_sql(sql, tuple(part)))


def _lawful(
    conn: Connection, rows: Mapping[str, Sequence[str]], terms: Terms, today: date
) -> Iterator[tuple[Row, str]]:
    for name, ids in rows.items():
        category = TABLES.get(name)
        term = terms.get(category) if category is not None else None
        sealed = _sealed(conn, Base.metadata.tables[name], ids)
        if term is None and not sealed:
            continue
        last = last_changes(conn, name, ids)
        for row_id in ids:
            reason = keep_reason(term, last.get(row_id, today), today, is_sealed=row_id in sealed)
            if reason:
                yield (name, row_id), reason


def _sealed(conn: Connection, table: Table, ids: Sequence[str]) -> set[str]:
    """Ids of rows that are approved, locked, issued or reported, as the table's own seals say."""
    seals: Sequence[Seal] = table.info.get("seals", ())
    found: set[str] = set()
    for seal in seals:
        if "journal_entry" in seal.when:  # guards every row against the hand, says nothing of its state
            continue
        when = seal.when.replace("OLD.", f'"{table.name}".')
        for part in _parts(ids):
            sql = f'SELECT id FROM "{table.name}" WHERE id IN ({_marks(part)}) AND ({when})'
            found.update(conn.exec_driver_sql(sql, tuple(part)).scalars())
    return found


def _needed_elsewhere(
    conn: Connection, rows: Mapping[str, Sequence[str]], kept: Mapping[Row, str]
) -> dict[Row, str]:
    """Rows that other people's or the school's records point at."""
    own = {name: set(ids) for name, ids in rows.items()}
    found: dict[Row, str] = {}
    for table in Base.metadata.sorted_tables:
        for column, target in links_of(table):
            if target not in own:
                continue
            for row_id, value in _pointing(conn, table, column, rows[target]):
                if row_id not in own.get(table.name, ()) and (target, value) not in kept:
                    found[target, value] = f"还有{noun_of(table)}记录用到它"
    return found


def _with_parents(
    conn: Connection, rows: Mapping[str, Sequence[str]], kept: Mapping[Row, str]
) -> dict[Row, str]:
    """Kept rows and, inside the set, everything they point at."""
    own = {name: set(ids) for name, ids in rows.items()}
    found = dict(kept)
    ring = list(kept)
    while ring:
        by_table: dict[str, list[str]] = defaultdict(list)
        for name, row_id in ring:
            by_table[name].append(row_id)
        ring = []
        for name, ids in by_table.items():
            table = Base.metadata.tables[name]
            for column, target in links_of(table):
                if target not in own:
                    continue
                for part in _parts(ids):
                    sql = f'SELECT "{column}" FROM "{name}" WHERE id IN ({_marks(part)})'
                    for value in conn.exec_driver_sql(sql, tuple(part)).scalars():
                        if value in own[target] and (target, value) not in found:
                            found[target, value] = f"所属的{noun_of(table)}要保存"
                            ring.append((target, value))
    return found


def _proof_of_the_kept(
    conn: Connection, rows: Mapping[str, Sequence[str]], blanked: set[str]
) -> dict[Row, str]:
    found: dict[Row, str] = {}
    for name in WITH_PERSON & rows.keys():
        table = Base.metadata.tables[name]
        for row_id, _ in _pointing(conn, table, "person_id", sorted(blanked)):
            found[name, row_id] = "证明当时已告知和同意"
    return found


def _attachments(
    conn: Connection,
    deletes: Mapping[str, Sequence[str]],
    blanked: Sequence[str],
    terms: Terms,
    today: date,
) -> Iterator[str]:
    """Files of rows that go; of a person whose row stays, those with no lawful time left."""
    for name, ids in deletes.items():
        yield from (row_id for row_id, _, _ in attachments_of(conn, name, ids))
    for row_id, purpose, added in attachments_of(conn, PERSON, blanked):
        category = ATTACHMENTS.get(purpose)
        term = terms.get(category) if category is not None else None
        if not keep_reason(term, added, today, is_sealed=False):
            yield row_id


def attachments_of(conn: Connection, table: str, ids: Sequence[str]) -> list[tuple[str, str, date]]:
    """(attachment id, purpose, day it was added) of what belongs to those rows."""
    found = []
    for part in _parts(ids):
        sql = (
            "SELECT id,purpose,added_at FROM attachment"
            f" WHERE owner_table=? AND owner_id IN ({_marks(part)}) ORDER BY id"
        )
        found += [
            (row_id, purpose, school_day(datetime.fromisoformat(added)))
            for row_id, purpose, added in conn.exec_driver_sql(sql, (table, *part))
        ]
    return found


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    wanted = list(ids)
    return (wanted[start : start + _CHUNK] for start in range(0, len(wanted), _CHUNK))


def _marks(part: Sequence[str]) -> str:
    return ",".join("?" * len(part))
