"""Signed steps read back: who signed what, and whether it still says what she signed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.office.model import SignedStep, Staff, StaffKey
from kqdesk.rooms.office.rules.signing import KnownKey, StepClaim, digest_of, standing
from kqdesk.rooms.office.terms import Standing, Step
from kqdesk.store.base import Base
from kqdesk.store.journal import image

_CHUNK = 5000


@dataclass(frozen=True)
class StepSignature:
    """One signed step as pages and the audit see it."""

    row_id: str
    step: Step
    who: str
    name: str
    at: datetime
    standing: Standing


def pictures(
    session: Session, table: str, row_ids: Collection[str], columns: Sequence[str]
) -> dict[str, str]:
    """Canonical image of some columns of rows, by row id; one statement per 5,000. KeyError: no such column."""
    known = Base.metadata.tables[table]
    names = sorted(known.c[name].name for name in columns)
    sql = f'SELECT id,{image(names)} FROM "{table}" WHERE id IN '
    wanted, conn, found = sorted(set(row_ids)), session.connection(), dict[str, str]()
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        rows = conn.exec_driver_sql(f"{sql}({','.join('?' * len(part))})", tuple(part))
        found.update((row_id, picture) for row_id, picture in rows)
    return found


def step_signatures(session: Session, table: str, row_ids: Collection[str]) -> dict[str, list[StepSignature]]:
    """Signed steps of those rows, oldest first, each judged against the row as it is and the key of that time."""
    wanted = sorted(set(row_ids))
    steps: list[SignedStep] = []
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        query = select(SignedStep).where(SignedStep.owner_table == table, SignedStep.row_id.in_(part))
        steps += session.scalars(query).all()
    found: dict[str, list[StepSignature]] = defaultdict(list)
    for judged in _judged(session, steps):
        found[judged.row_id].append(judged)
    return dict(found)


def step_faults(session: Session) -> list[str]:
    """A sentence for every signature of the school that is forged or whose row was changed since; empty = all good."""
    found = []
    by_table = defaultdict(list)
    for row in session.scalars(select(SignedStep)):
        by_table[row.owner_table].append(row)
    for table, rows in by_table.items():
        noun = str(Base.metadata.tables[table].info.get("label", table))
        found += [
            f"「{noun}」的一条记录（{one.row_id}）：{one.name} {one.at.astimezone(CHINA):%Y-%m-%d %H:%M} 的{one.step.label}"
            f"签名不对，{one.standing.label}。"
            for one in _judged(session, rows)
            if one.standing.is_fault
        ]
    return found


def step_count(session: Session) -> int:
    """How many signatures the school has."""
    return int(session.scalar(select(func.count()).select_from(SignedStep)) or 0)


def signers_of(session: Session, table: str, row_ids: Collection[str], step: Step) -> dict[str, set[str]]:
    """Staff ids whose good signature of that step each row has; a row without one is not in it."""
    return {
        row_id: {one.who for one in steps if one.step is step and one.standing is Standing.GOOD}
        for row_id, steps in step_signatures(session, table, row_ids).items()
        if any(one.step is step and one.standing is Standing.GOOD for one in steps)
    }


def _judged(session: Session, rows: Sequence[SignedStep]) -> list[StepSignature]:
    rows = sorted(rows, key=lambda row: (row.signed_at, row.id))
    names, keys = _names(session), _keys(session)
    now = _digests(session, rows)
    newest = {(row.owner_table, row.row_id, row.step): row.id for row in rows}
    return [
        StepSignature(
            row.row_id, Step(row.step), row.signed_by, names.get(row.signed_by, ""), row.signed_at,
            standing(
                _claim(row), _bytes(row.signature), keys.get(row.signed_by, ()),
                now.get((row.owner_table, row.row_id, tuple(row.columns))),
                is_newest=newest[row.owner_table, row.row_id, row.step] == row.id,
            ),
        )
        for row in rows
    ]  # fmt: skip


def _claim(row: SignedStep) -> StepClaim:
    return StepClaim(
        row.school, row.owner_table, row.row_id, row.step, row.signed_by, row.signed_at, tuple(row.columns), row.digest
    )  # fmt: skip


def _digests(session: Session, rows: Iterable[SignedStep]) -> dict[tuple[str, str, tuple[str, ...]], str]:
    wanted: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for row in rows:
        wanted[row.owner_table, tuple(row.columns)].append(row.row_id)
    return {
        (table, row_id, columns): digest_of(picture)
        for (table, columns), ids in wanted.items()
        for row_id, picture in pictures(session, table, ids, columns).items()
    }


def _names(session: Session) -> dict[str, str]:
    return dict(session.execute(select(Staff.id, Staff.name)).all())


def _keys(session: Session) -> dict[str, list[KnownKey]]:
    found: dict[str, list[KnownKey]] = defaultdict(list)
    query = select(StaffKey.staff_id, StaffKey.public_key, StaffKey.since, StaffKey.until)
    for who, public, since, until in session.execute(query):
        found[who].append(KnownKey(who, _bytes(public), since, until))
    return found


def _bytes(written: str) -> bytes:
    try:
        return bytes.fromhex(written)
    except ValueError:
        return b""
