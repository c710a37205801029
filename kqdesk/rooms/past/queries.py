"""What one can ask 历史台账: ledgers, their lines, and for other rooms what of it counts on a day."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from kqdesk.rooms.office.queries import active_packs, staff_names
from kqdesk.rooms.office.rules import value
from kqdesk.rooms.past import rules
from kqdesk.rooms.past.model import SAID, PastLedger, PastRecord
from kqdesk.rooms.past.rules import Line, NumberGiven, PastRules
from kqdesk.rooms.past.terms import SCAN, LedgerState, Part
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.queries import root_of
from kqdesk.security.masking import mask_id
from kqdesk.store.attachments import Attachment

MOST = 5_000  # lines a list shows
_PART = 900  # numbers a statement
LINE_KEYS = tuple(one.name for one in fields(Line))


@dataclass(frozen=True)
class LedgerRow:
    """One ledger of the list."""

    id: str
    title: str
    years: str
    kept_at: str
    lines: int
    unmatched: int
    scans: int
    state: LedgerState
    entered_by: str
    checked_by: str


@dataclass(frozen=True)
class RecordRow:
    """One line of a ledger as shown. ``why``: of each part that could count, why it does not; "" when it counts."""

    id: str
    ledger_id: str
    ledger: str
    line_no: int
    person_id: str | None
    name: str
    id_masked: str
    line: Line
    state: LedgerState
    why: Mapping[Part, str]


@dataclass(frozen=True)
class Counted:
    """Something of the past that counts: which part, whose, and the line that says it. ``id``: of the record."""

    id: str
    person_id: str
    part: Part
    line: Line
    ledger: str


def past_rules(session: Session, on: date) -> PastRules:
    """The packs' numbers for 补录 on a day; one statement."""
    packs = active_packs(session)
    found = {key: value(packs, key, on) for key in rules.KEYS}
    since, scan = found["past.since_year"], found["past.needs_scan"]
    counts = {part: one.flag if (one := found[part.key]) is not None else None for part in Part}
    return PastRules(since.number if since else None, scan.flag if scan else None, counts)


def ledgers(session: Session, *, text: str = "") -> list[LedgerRow]:
    """Every ledger with its counts, newest first. Two statements."""
    lines = select(func.count()).where(PastRecord.ledger_id == PastLedger.id).scalar_subquery()
    nobody = (
        select(func.count())
        .where(PastRecord.ledger_id == PastLedger.id, PastRecord.person_id.is_(None))
        .scalar_subquery()
    )
    scans = (
        select(func.count())
        .where(Attachment.owner_table == PastLedger.__tablename__, Attachment.owner_id == PastLedger.id)
        .scalar_subquery()
    )
    asked = select(PastLedger, lines, nobody, scans).order_by(PastLedger.id.desc())
    if text:
        asked = asked.where(PastLedger.title.contains(text, autoescape=True))
    names = staff_names(session)
    return [
        LedgerRow(
            row.id, row.title, _years(row), row.kept_at or "", count, lost, papers, row.state,
            names.get(row.entered_by, ""), names.get(row.checked_by or "", ""),
        )
        for row, count, lost, papers in session.execute(asked)
    ]  # fmt: skip


def records(
    session: Session, *, on: date, ledger_id: str | None = None, text: str = "", person_id: str | None = None
) -> list[RecordRow]:
    """Lines of one ledger, of one person, or those in which ``text`` stands. Two statements."""
    asked = select(PastRecord, PastLedger, _has_scan()).join(
        PastLedger, PastLedger.id == PastRecord.ledger_id
    )
    if ledger_id is not None:
        asked = asked.where(PastRecord.ledger_id == ledger_id)
    if person_id is not None:
        asked = asked.where(PastRecord.person_id == person_id)
    if text:
        texts = (PastRecord.name, PastRecord.cohort, PastRecord.course, PastRecord.occupation, PastRecord.completion_no,
                 PastRecord.skill_no, PastRecord.diploma_no)  # fmt: skip
        asked = asked.where(or_(*(column.contains(text, autoescape=True) for column in texts)))
    policy = past_rules(session, on)
    found = session.execute(
        asked.order_by(PastRecord.ledger_id, PastRecord.line_no, PastRecord.id).limit(MOST)
    )
    return [_record(row, ledger, bool(scan), policy) for row, ledger, scan in found]


def find(session: Session, text: str, limit: int) -> list[RecordRow]:
    """Old lines for Ctrl+K: a name, or the beginning of a paper's number. Two statements."""
    starts = (
        column.startswith(text, autoescape=True)
        for column in (PastRecord.completion_no, PastRecord.skill_no, PastRecord.diploma_no)
    )
    rows = session.execute(
        select(PastRecord, PastLedger)
        .join(PastLedger, PastLedger.id == PastRecord.ledger_id)
        .where(or_(PastRecord.name == text, *starts))
        .limit(limit)
    )
    return [_record(row, ledger, False, PastRules()) for row, ledger in rows]


def counted(session: Session, *, on: date, person_id: str | None = None) -> list[Counted]:
    """Everything of checked ledgers that counts on a day, as the packs say. Two statements; none of it when 未配置."""
    policy = past_rules(session, on)
    if not any(policy.counts.values()):
        return []
    asked = (
        select(PastRecord, PastLedger, _has_scan())
        .join(PastLedger, PastLedger.id == PastRecord.ledger_id)
        .where(PastRecord.person_id.is_not(None), PastLedger.state == LedgerState.CHECKED)
        .order_by(PastRecord.id)
    )
    if person_id is not None:
        asked = asked.where(PastRecord.person_id == person_id)
    return [
        Counted(row.id, row.person_id or "", part, line, ledger.title)
        for row, ledger, scan in session.execute(asked)
        for line in (line_of(row),)
        for part in rules.parts_of(line)
        if not rules.why_not(line, part, ledger.state, has_scan=bool(scan), rules=policy)
    ]


_NUMBERS = {
    Part.HOURS: PastRecord.completion_no,
    Part.SKILLS: PastRecord.skill_no,
    Part.DIPLOMAS: PastRecord.diploma_no,
}


def numbers_given(session: Session, part: Part, numbers: Sequence[str]) -> dict[str, NumberGiven]:
    """Which of these numbers of papers stand in an old ledger already, checked or not; one statement for 900 of them.

    ``part``: HOURS for completion certificates, SKILLS, DIPLOMAS.
    """
    column = _NUMBERS[part]
    found: dict[str, NumberGiven] = {}
    for start in range(0, len(numbers), _PART):
        asked = (
            select(
                column, PastLedger.title, PastRecord.line_no, PastRecord.name, root_of(PastRecord.person_id),
                PastRecord.id_number,
            )
            .join(PastLedger, PastLedger.id == PastRecord.ledger_id)
            .where(column.in_(list(numbers[start : start + _PART])))
            .order_by(PastRecord.id)
        )  # fmt: skip
        for number, ledger, line_no, name, person_id, id_number in session.execute(asked):
            given = NumberGiven(str(number), ledger, line_no, name, person_id, id_number)
            found.setdefault(str(number), given)
    return found


def double_numbers(session: Session, *, ledger_id: str) -> dict[str, str]:
    """Numbers of papers in this ledger that stand in another line of any ledger: number → how it is told."""
    found: dict[str, set[str]] = defaultdict(set)
    for column in (PastRecord.completion_no, PastRecord.skill_no, PastRecord.diploma_no):
        mine = select(column).where(PastRecord.ledger_id == ledger_id, column.is_not(None))
        rows = session.execute(
            select(column, PastRecord.ledger_id, PastRecord.line_no, PastRecord.name).where(column.in_(mine))
        )
        for number, _, line_no, name in rows:
            found[str(number)].add(f"第 {line_no} 行 {name}")
    return {number: "、".join(sorted(told)) for number, told in found.items() if len(told) > 1}


def record_form(session: Session, *, record_id: str) -> dict[str, object]:
    """The values of one line's form."""
    row = session.get_one(PastRecord, record_id)
    person = session.get(Person, row.person_id) if row.person_id else None
    known = {key: getattr(row, key) for key in LINE_KEYS}
    return {**known, "name": row.name, "person_id": person.id if person else None, "person_name": person.name if person else ""}  # fmt: skip


def ledger_form(session: Session, *, ledger_id: str) -> dict[str, object]:
    """The values of a ledger's form."""
    row = session.get_one(PastLedger, ledger_id)
    return {key: getattr(row, key) for key in ("title", "first_year", "last_year", "kept_at", "note")}


def line_of(row: PastRecord) -> Line:
    """What a stored line says."""
    return Line(**{key: getattr(row, key) for key in LINE_KEYS})


def digest_of(session: Session, ledger_id: str) -> str:
    """SHA-256 over what every line of a ledger says, in the order of the lines."""
    rows = session.scalars(
        select(PastRecord)
        .where(PastRecord.ledger_id == ledger_id)
        .order_by(PastRecord.line_no, PastRecord.id)
    )
    told = [[str(getattr(row, column)) for column in SAID] for row in rows]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def _has_scan() -> Any:
    return exists().where(
        Attachment.owner_table == PastLedger.__tablename__, Attachment.owner_id == PastLedger.id,
        Attachment.purpose == SCAN,
    )  # fmt: skip


def _record(row: PastRecord, ledger: PastLedger, has_scan: bool, policy: PastRules) -> RecordRow:
    line = line_of(row)
    why = {
        part: rules.why_not(line, part, ledger.state, has_scan=has_scan, rules=policy)
        for part in rules.parts_of(line)
    }
    return RecordRow(
        row.id, row.ledger_id, ledger.title, row.line_no, row.person_id, row.name, mask_id(row.id_number), line,
        ledger.state, why,
    )  # fmt: skip


def _years(row: PastLedger) -> str:
    ends = [str(year) for year in (row.first_year, row.last_year) if year]
    return "–".join(dict.fromkeys(ends))
