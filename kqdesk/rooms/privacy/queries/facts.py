"""Reads the real state of program, home and records for the self-check. Nothing here judges."""

import sys
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import kqdesk
from kqdesk.backup import shelf
from kqdesk.excel.prescan import LARGEST_FILE
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.places import HomeLayout
from kqdesk.kernel.resources import resource
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.office.queries import staff_list, staff_names, step_count, step_faults
from kqdesk.rooms.privacy.model import Cleanup, SelfCheckAnswer
from kqdesk.rooms.privacy.queries.affairs import breaches, requests
from kqdesk.rooms.privacy.queries.consent import notices
from kqdesk.rooms.privacy.queries.terms_in_force import number, terms_in_force
from kqdesk.rooms.privacy.rules.selfcheck import Answer, CheckItem, Facts, judge
from kqdesk.rooms.privacy.terms import CleanupState, Purpose, RequestState
from kqdesk.security import keyfile
from kqdesk.security.guard import Rights
from kqdesk.security.kdf import FLOOR
from kqdesk.security.lockout import WAITS
from kqdesk.security.masking import mask_id
from kqdesk.security.passwords import weakness
from kqdesk.security.roles import Role
from kqdesk.store.actions import CARDS
from kqdesk.store.base import Base

_PLAIN = b"SQLite format 3\0"
_WEAK = (("12345678", ()), ("password2026", ()), ("沈月琴2026", ("沈月琴",)))
_TRIGGERS = ("insert", "update", "delete")


def check_items(
    session: Session, *, layout: HomeLayout, now: datetime, chain_fault: str | None, idle_minutes: int | None
) -> list[CheckItem]:
    """The self-check of this moment. ``chain_fault``: what ``Store.verify_chain`` said just before, None = whole."""
    return judge(read_facts(session, layout, now, chain_fault, idle_minutes))


def read_facts(
    session: Session, layout: HomeLayout, now: datetime, chain_fault: str | None, idle_minutes: int | None
) -> Facts:
    """Everything the self-check judges by."""
    conn, today = session.connection(), school_day(now)
    staff = staff_list(session)
    slots, cost_holds, given = _keys(layout.keys)
    gone = {row.id for row in staff if row.left_on is not None}
    here = [row for row in staff if row.left_on is None]
    entries, first = conn.exec_driver_sql("SELECT count(*),min(at) FROM journal_entry").one()
    looks = conn.exec_driver_sql("SELECT count(*) FROM journal_entry WHERE kind='look'").scalar_one()
    book, good = shelf.book(layout), _backups(layout)
    held = notices(session, on=today)
    rights = Rights.load(resource("rights.toml"))
    rooms = {name.split(".")[0] for name in rights.actions}
    loaded = {name for name in CARDS if name.split(".")[0] in rooms}
    return Facts(
        now=now, is_encrypted=_is_encrypted(layout.database), cipher=_cipher(session), sqlite=_sqlite(session),
        program=kqdesk.VERSION, slots=len(slots), cost_holds=cost_holds, given_passwords=given,
        stale_slots=sum(who in gone for who in slots), staff=len(here),
        leaders=sum(row.role is Role.HEADMASTER for row in here), clerks=sum(row.role is Role.CLERK for row in here),
        refuses_weak=all(weakness(word, known=known) for word, known in _WEAK), locks_after=min(WAITS),
        idle_minutes=idle_minutes, actions=len(rights.actions), actions_without_row=len(rights.missing(loaded)),
        entries=entries, first_entry=datetime.fromisoformat(first).date() if first else None, chain_fault=chain_fault,
        unwatched=_unwatched(session), audit_months=number(session, "privacy.audit_months", on=today),
        backup_at=good, drilled_at=book.drilled, copied_at=book.copied, signed=step_count(session),
        signature_faults=tuple(step_faults(session)), masks="*" in mask_id("330621199001010191"), looks=looks,
        terms_unset=sum(term.years is None for term in terms_in_force(session, on=today).values()),
        purposes_unpublished=len(set(Purpose) - {row.purpose for row in held if row.is_in_force}),
        cleanup_on=_cleanup_on(session), requests_late=_late(session, today),
        breaches_late=sum(row.is_late(now) for row in breaches(session)), listens="uvicorn" in sys.modules,
        largest_import=LARGEST_FILE, answers=_answers(session),
    )  # fmt: skip


def _keys(path: Path) -> tuple[tuple[str, ...], bool | None, int]:
    """(ids of people with a slot, whether every password costs at least the floor, passwords somebody else gave)."""
    try:
        slots = keyfile.look(path).people()
    except (UserError, OSError):
        return (), None, 0
    holds = all(slot.cost is not None and slot.cost.at_least(FLOOR) for slot in slots)
    return tuple(slot.who for slot in slots), holds, sum(slot.must_change for slot in slots)


def _is_encrypted(path: Path) -> bool | None:
    try:
        with path.open("rb") as stream:
            return stream.read(len(_PLAIN)) != _PLAIN
    except OSError:
        return None


def _cipher(session: Session) -> str:
    found = session.connection().exec_driver_sql("PRAGMA cipher_version").scalar()
    return f"SQLCipher {found}，AES-256" if found else ""


def _sqlite(session: Session) -> tuple[int, ...]:
    found = str(session.connection().exec_driver_sql("SELECT sqlite_version()").scalar_one())
    return tuple(int(part) for part in found.split("."))


def _unwatched(session: Session) -> tuple[str, ...]:
    """Nouns of tables that lack one of their three journal triggers."""
    rows = session.connection().exec_driver_sql("SELECT name FROM sqlite_master WHERE type='trigger'")
    there = set(rows.scalars())
    return tuple(
        str(table.info.get("label", table.name))
        for table in Base.metadata.sorted_tables
        if any(f"journal_{table.name}_{verb}" not in there for verb in _TRIGGERS)
    )


def _backups(layout: HomeLayout) -> datetime | None:
    good = [one.at for one in shelf.backups_in(layout.backups) if one.manifest and not one.fault]
    return max(good, default=None)


def _cleanup_on(session: Session) -> date | None:
    at = session.scalar(select(func.max(Cleanup.agreed_at)).where(Cleanup.state == CleanupState.DONE))
    return school_day(at) if at else None


def _late(session: Session, today: date) -> int:
    waiting = (RequestState.OPEN, RequestState.PROPOSED)
    return sum(
        row.state in waiting and row.due_on is not None and row.due_on < today for row in requests(session)
    )


def _answers(session: Session) -> dict[str, Answer]:
    names = staff_names(session)
    rows = session.scalars(select(SelfCheckAnswer).order_by(SelfCheckAnswer.id))
    return {
        row.item: Answer(row.holds, row.proof or "", row.answered_on, names.get(row.answered_by, ""))
        for row in rows
    }
