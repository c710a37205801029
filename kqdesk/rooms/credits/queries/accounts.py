"""Accounts with their balances, what is due, one account with every entry."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kqdesk.rooms.certificates.model import SkillCertificate
from kqdesk.rooms.certificates.terms import Verification
from kqdesk.rooms.cohorts.model import Enrolment
from kqdesk.rooms.credits import rules
from kqdesk.rooms.credits.model import CreditAccount, CreditEntry
from kqdesk.rooms.credits.rules import Booked, Due, Target
from kqdesk.rooms.credits.terms import (
    AccountState,
    CreditUnit,
    SourceKind,
)
from kqdesk.rooms.dual.queries import board
from kqdesk.rooms.office.model import Staff
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.queries import root_of
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.security.masking import mask_id

UNLOCKED = "还有 {count} 次课的考勤没有锁定，锁定后再入账学时"


@dataclass(frozen=True)
class AccountRow:
    """A person with an account or an entry, or a 双证 learner to whom something is due. ``id``: the person's."""

    id: str
    name: str
    initials: str
    id_masked: str
    state: AccountState | None
    bank_number: str
    balances: dict[CreditUnit, int]
    due: tuple[Due, ...]
    held_back: str  # why some of what is due waits; "" when nothing waits

    @property
    def due_hundredths(self) -> int:
        """What is due in 双证学分, reversals taken off."""
        return sum(one.hundredths for one in self.due)


@dataclass(frozen=True)
class EntryRow:
    """One booking of an account, as the card and the paper show it."""

    id: str
    unit: CreditUnit
    hundredths: int
    source: SourceKind
    words: str
    rule: str
    earned_on: date
    booked_at: datetime
    booked_by: str
    proofs: tuple[rules.Proof, ...]
    reverses_id: str | None
    reason: str
    is_reversed: bool


@dataclass(frozen=True)
class Account:
    """学习账户 of one person."""

    person_id: str
    name: str
    sex: str
    id_masked: str
    state: AccountState | None
    bank_number: str
    opened_on: date | None
    balances: dict[CreditUnit, int]
    entries: tuple[EntryRow, ...]
    due: tuple[Due, ...] = ()
    held_back: str = ""  # why some of what is due waits


def accounts(session: Session, *, on: date, text: str = "", person_id: str | None = None) -> list[AccountRow]:
    """Everybody with an account, an entry or something due, by name; a fixed number of statements."""
    dues, held = dues_on(session, on, person_id=person_id)
    kept = {
        row.person_id: row for row in session.scalars(_of(select(CreditAccount), CreditAccount, person_id))
    }
    sums = _sums(session, person_id)
    wanted = set(dues) | set(held) | set(kept) | set(sums)
    rows = []
    for key, name, initials, number in _people(session, wanted):
        account = kept.get(key)
        row = AccountRow(
            key, name, initials or "", mask_id(number) if number else "",
            account.state if account else None, (account.bank_number or "") if account else "",
            sums.get(key, rules.balances(())), tuple(dues.get(key, ())), held.get(key, ""),
        )  # fmt: skip
        if _fits(row, text):
            rows.append(row)
    return sorted(rows, key=lambda row: (row.initials, row.name, row.id))


def _fits(row: AccountRow, text: str) -> bool:
    plain = text.strip().lower()
    return (
        not plain
        or plain in row.name.lower()
        or row.initials.startswith(plain)
        or plain in row.bank_number.lower()
    )


def dues_on(
    session: Session, on: date, *, person_id: str | None = None
) -> tuple[dict[str, list[Due]], dict[str, str]]:
    """What is to be booked in 双证学分 by person, and why some of it waits by person."""
    found = board(session, on=on, person_id=person_id)
    dates = _dates(session, person_id)
    targets: list[Target] = []
    held: dict[str, str] = {}
    for row in found.rows:
        waiting = sum(hours.waiting for hours in row.learner.hours)
        if waiting:
            held[row.person_id] = UNLOCKED.format(count=waiting)
        targets += rules.dual_targets(row.learner, found.rules, on, dates.get(row.person_id))
    by_person: dict[str, list[Due]] = defaultdict(list)
    for one in rules.due(targets, _booked(session, person_id)):
        by_person[one.target.person_id].append(one)
    return dict(by_person), held


def _dates(session: Session, person_id: str | None) -> dict[str, dict[SourceKind, date]]:
    """The last lesson held and the newest skill certificate of each person; two statements."""
    found: dict[str, dict[SourceKind, date]] = defaultdict(dict)
    lessons = (
        select(Enrolment.person_id, func.max(Lesson.on))
        .join(Lesson, Lesson.cohort_id == Enrolment.cohort_id)
        .where(Lesson.state == LessonState.HELD)
        .group_by(Enrolment.person_id)
    )
    for key, last in session.execute(_of(lessons, Enrolment, person_id)):
        found[key][SourceKind.HOURS] = last
    papers = (
        select(SkillCertificate.person_id, func.max(SkillCertificate.issued_on))
        .where(
            SkillCertificate.verification != Verification.DOUBTFUL, SkillCertificate.issued_on.is_not(None)
        )
        .group_by(SkillCertificate.person_id)
    )
    for key, newest in session.execute(_of(papers, SkillCertificate, person_id)):
        found[key][SourceKind.SKILL] = newest
    return found


def _booked(session: Session, person_id: str | None) -> list[Booked]:
    whose = root_of(CreditEntry.person_id)  # bookings are never changed, not by a merge of two entries either
    wanted = select(
        whose, CreditEntry.unit, CreditEntry.source_key, func.sum(CreditEntry.hundredths)
    ).group_by(whose, CreditEntry.unit, CreditEntry.source_key)
    if person_id is not None:
        wanted = wanted.where(whose == person_id)
    return [
        Booked(key, unit, source_key, int(amount))
        for key, unit, source_key, amount in session.execute(wanted)
    ]


def _sums(session: Session, person_id: str | None) -> dict[str, dict[CreditUnit, int]]:
    by_person: dict[str, list[tuple[CreditUnit, int]]] = defaultdict(list)
    for one in _booked(session, person_id):
        by_person[one.person_id].append((one.unit, one.hundredths))
    return {key: rules.balances(found) for key, found in by_person.items()}


def _of(wanted: Any, table: Any, person_id: str | None) -> Any:
    return wanted if person_id is None else wanted.where(table.person_id == person_id)


def _people(session: Session, keys: Iterable[str]) -> list[tuple[str, str, str | None, str | None]]:
    wanted = select(Person.id, Person.name, Person.name_initials, Person.id_number).where(
        Person.id.in_(list(keys))
    )
    return [(key, name, initials, number) for key, name, initials, number in session.execute(wanted)]


def account(session: Session, person_id: str, *, on: date | None = None) -> Account:
    """One person's account with every entry, newest first; with ``on`` what is due on that day, too."""
    person = session.get_one(Person, person_id)
    kept = session.scalar(select(CreditAccount).where(CreditAccount.person_id == person_id))
    entries = tuple(entries_of(session, person_id))
    dues, held = dues_on(session, on, person_id=person_id) if on is not None else ({}, {})
    return Account(
        person_id, person.name, str(person.sex or ""), mask_id(person.id_number) if person.id_number else "",
        kept.state if kept else None, (kept.bank_number or "") if kept else "", kept.opened_on if kept else None,
        rules.balances((entry.unit, entry.hundredths) for entry in entries), entries, tuple(dues.get(person_id, ())),
        held.get(person_id, ""),
    )  # fmt: skip


def entries_of(session: Session, person_id: str) -> list[EntryRow]:
    """Every booking of a person, newest first; one statement."""
    found = session.execute(
        select(CreditEntry, Staff.name)
        .join(Staff, Staff.id == CreditEntry.booked_by)
        .where(root_of(CreditEntry.person_id) == person_id)
        .order_by(CreditEntry.booked_at.desc(), CreditEntry.id.desc())
    ).all()
    reversed_ids = {entry.reverses_id for entry, _ in found if entry.reverses_id}
    return [
        EntryRow(
            entry.id, entry.unit, entry.hundredths, entry.source, entry.words, entry.rule or "", entry.earned_on,
            entry.booked_at, who, tuple((p[0], p[1], p[2], p[3]) for p in entry.proofs), entry.reverses_id,
            entry.reason or "", entry.id in reversed_ids,
        )
        for entry, who in found
    ]  # fmt: skip


def account_form(session: Session, person_id: str) -> dict[str, Any]:
    """The editable fields of an account; empty when there is none."""
    row = session.scalar(select(CreditAccount).where(CreditAccount.person_id == person_id))
    if row is None:
        return {"state": AccountState.OPEN, "opened_on": None}
    return {name: getattr(row, name) for name in ("state", "bank_number", "opened_on", "note")}


def find_accounts(session: Session, text: str, limit: int) -> list[tuple[str, str, str]]:
    """(person, name, account number) of accounts whose name, initials or number fit; one statement."""
    plain = text.strip().lower()
    if not plain:
        return []
    found = session.execute(
        select(Person.id, Person.name, CreditAccount.bank_number)
        .join(CreditAccount, CreditAccount.person_id == Person.id)
        .where(
            Person.name.contains(plain, autoescape=True)
            | Person.name_initials.startswith(plain, autoescape=True)
            | CreditAccount.bank_number.startswith(plain, autoescape=True)
        )
        .order_by(Person.name_initials, Person.id)
        .limit(limit)
    )
    return [(key, name, number or "") for key, name, number in found]
