"""Taking persons out of every table, the journal and the search, by a plan two persons agreed to. Inside erase acts only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from kqdesk.rooms.people.model import SEARCH_FORGET, Person
from kqdesk.rooms.privacy.queries.whole import PERSON, ErasurePlan
from kqdesk.rooms.privacy.rules.keeping import IDENTITY
from kqdesk.security.masking import mask_id, mask_phone
from kqdesk.store.actions import Writing

_CHUNK = 500
REQUEST = "privacy_request"
_WHO_ASKED = ("asked_by", "contact", "wish", "answer")


@dataclass(frozen=True)
class Erased:
    """What an erasure did. ``digests``: files nobody names any more, to be destroyed after the act is saved."""

    rows: int
    kept: int
    digests: tuple[str, ...]


def erase_by_plan(w: Writing, plan: ErasurePlan) -> Erased:
    """Delete, blank and forget what the plan says; the journal keeps only that it was done."""
    conn = w.session.connection()
    words = _words(conn, plan.person_ids)
    digests = erase_attachments(w, plan.attachment_ids)
    for table, ids in plan.deletes.items():
        _each(conn, f'DELETE FROM "{table}" WHERE id IN ', ids)
        w.erase(((table, row_id) for row_id in ids), words)
    _blank(w, conn, plan.blanked)
    _forget_requests(w, conn, plan.person_ids)
    conn.exec_driver_sql(SEARCH_FORGET)
    return Erased(sum(map(len, plan.deletes.values())), len(plan.keeps), digests)


def erase_attachments(w: Writing, ids: Sequence[str]) -> tuple[str, ...]:
    """Delete these attachments' rows; the digests of files that no other row names."""
    conn = w.session.connection()
    named = set(_each(conn, "SELECT digest FROM attachment WHERE id IN ", ids))
    names = set(_each(conn, "SELECT name FROM attachment WHERE id IN ", ids))
    _each(conn, "DELETE FROM attachment WHERE id IN ", ids)
    w.erase((("attachment", row_id) for row_id in ids), names)
    still = set(_each(conn, "SELECT DISTINCT digest FROM attachment WHERE digest IN ", sorted(named)))
    return tuple(sorted(named - still))


def erase_plain(w: Writing, table: str, ids: Sequence[str]) -> None:
    """Delete rows that nothing else hangs on: old requests, old incidents."""
    _each(w.session.connection(), f'DELETE FROM "{table}" WHERE id IN ', ids)
    w.erase((table, row_id) for row_id in ids)


def _blank(w: Writing, conn: Connection, ids: Sequence[str]) -> None:
    """A person whose certificate or file stays keeps who she is, nothing more."""
    columns = [
        column.name
        for column in Person.__table__.c
        if column.name not in IDENTITY and column.nullable and not column.primary_key
    ]
    assigned = ",".join(f'"{name}"=NULL' for name in columns)
    _each(conn, f"UPDATE person SET {assigned} WHERE id IN ", ids)
    w.erase((PERSON, row_id) for row_id in ids)


def _forget_requests(w: Writing, conn: Connection, person_ids: Sequence[str]) -> None:
    """Requests stay as proof that they were answered; who asked and in which words does not."""
    ids = list(_each(conn, f"SELECT id FROM {REQUEST} WHERE person_id IN ", person_ids))
    assigned = ",".join(f"{name}=NULL" for name in _WHO_ASKED)
    _each(conn, f"UPDATE {REQUEST} SET {assigned} WHERE id IN ", ids)
    w.erase((REQUEST, row_id) for row_id in ids)


def _words(conn: Connection, person_ids: Sequence[str]) -> set[str]:
    """Names and numbers, whole and masked, as labels may hold them."""
    words: set[str] = set()
    for start in range(0, len(person_ids), _CHUNK):
        part = tuple(person_ids[start : start + _CHUNK])
        marks = ",".join("?" * len(part))
        sql = f"SELECT name,id_number,phone,phone2 FROM person WHERE id IN ({marks})"
        for name, id_number, *phones in conn.exec_driver_sql(sql, part):
            words |= {name, id_number, mask_id(id_number), *phones, *map(mask_phone, phones)}
    return {word for word in words if word}


def _each(conn: Connection, sql: str, ids: Sequence[str]) -> Iterable[str]:
    """Run a statement that ends with IN over the ids; what it selects, if it selects."""
    found: list[str] = []
    for start in range(0, len(ids), _CHUNK):
        part = tuple(ids[start : start + _CHUNK])
        done = conn.exec_driver_sql(f"{sql}({','.join('?' * len(part))})", part)
        if done.returns_rows:
            found += done.scalars()
    return found
