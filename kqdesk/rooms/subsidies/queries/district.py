"""Claims and batches of every school as the district sees them, on the hub's tables; secrets stay sealed until opened."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, and_, func, select

from kqdesk.rooms.subsidies.terms import BatchState, Check, ClaimState
from kqdesk.security.masking import mask_bank, mask_id, mask_name

Tables = Callable[[str], Table]
Opened = Callable[[str, str, object], Any]
CLAIM, BATCH, MARK = "subsidy_claim", "subsidy_batch", "subsidy_mark"
_ORDER = {BatchState.SUBMITTED: 0, BatchState.ANSWERED: 1, BatchState.FROZEN: 2, BatchState.PAID: 3}
LIVING = tuple(one.value for one in ClaimState if one is not ClaimState.RETURNED)


@dataclass(frozen=True)
class DistrictBatch:
    """One batch of a school. Counts are of its claims; ``total`` in 分."""

    school: str
    id: str
    no: str
    title: str
    rule_id: str
    paper_no: str
    state: BatchState
    posted_until: date | None
    submitted_on: date | None
    answered_on: date | None
    answered_by: str
    paid_on: date | None
    voucher_no: str
    digest: str
    claims: int
    total: int
    waiting: int
    accepted: int
    returned: int


@dataclass(frozen=True)
class DistrictClaim:
    """One claim; name and numbers masked unless asked for with the right. ``twins``: schools with the same claim."""

    id: str
    name: str
    id_number: str
    account: str
    subject: str
    achieved_on: date | None
    claimed_on: date | None
    amount: int
    working: tuple[str, ...]
    state: ClaimState
    answer_words: str
    twins: tuple[str, ...]
    is_marked: bool


@dataclass(frozen=True)
class Twin:
    """The same claim at several schools. ``entries``: (school, claim id, state, subject, claimed on)."""

    name: str
    id_number: str
    what: str
    entries: tuple[tuple[str, str, ClaimState, str, date | None], ...]
    is_marked: bool


def district_batches(conn: Connection, tables: Tables) -> list[DistrictBatch]:
    """Every batch that left its school's desk: those to be looked at first, then by day; two statements."""
    batch, claim = tables(BATCH), tables(CLAIM)
    counts: dict[tuple[str, str], dict[Any, tuple[int, int]]] = defaultdict(dict)
    asked = (
        select(claim.c.school, claim.c.batch_id, claim.c.state, func.count(), func.sum(claim.c.amount_fen))
        .where(claim.c.batch_id.is_not(None))
        .group_by(claim.c.school, claim.c.batch_id, claim.c.state)
    )
    for school, batch_id, state, count, total in conn.execute(asked):
        counts[school, batch_id][state] = (count, int(total or 0))
    rows = conn.execute(select(batch).where(batch.c.state != BatchState.DRAFT.value)).mappings()
    found = [_batch(row, counts[row["school"], row["id"]]) for row in rows]
    return sorted(
        found,
        key=lambda one: (
            _ORDER.get(one.state, 9),
            one.submitted_on or one.posted_until or date.max,
            one.school,
            one.no,
        ),
    )


def _batch(row: Any, counts: Mapping[Any, tuple[int, int]]) -> DistrictBatch:
    def count(state: ClaimState) -> int:
        return counts.get(state, (0, 0))[0]

    text = row["rule_text"] or {}
    return DistrictBatch(
        row["school"], row["id"], row["no"] or "", row["title"] or "", row["rule_id"] or "", str(text.get("paper_no", "")),
        row["state"], row["posted_until"], row["submitted_on"], row["answered_on"], row["answered_by"] or "", row["paid_on"],
        row["voucher_no"] or "", row["digest"] or "", sum(one for one, _ in counts.values()),
        sum(total for _, total in counts.values()), count(ClaimState.SUBMITTED),
        count(ClaimState.ACCEPTED) + count(ClaimState.PAID), count(ClaimState.RETURNED),
    )  # fmt: skip


def batch_claims(
    conn: Connection, tables: Tables, opened: Opened, school: str, batch_id: str, *, whole: bool
) -> list[DistrictClaim]:
    """The claims of one batch, those to be answered first, then by name; three statements."""
    claim, mark = tables(CLAIM), tables(MARK)
    rows = (
        conn.execute(select(claim).where(claim.c.school == school, claim.c.batch_id == batch_id))
        .mappings()
        .all()
    )
    twins = _twin_schools(conn, tables, school, {row["id_number"] for row in rows if row["id_number"]})
    marked = set(
        conn.execute(
            select(mark.c.claim_id).where(mark.c.school == school, mark.c.cleared_on.is_(None))
        ).scalars()
    )
    found = [_claim(row, opened, whole, twins.get(_what(row), ()), row["id"] in marked) for row in rows]
    return sorted(found, key=lambda one: (one.state is not ClaimState.SUBMITTED, one.name, one.id))


def _claim(row: Any, opened: Opened, whole: bool, twins: Sequence[str], is_marked: bool) -> DistrictClaim:
    name, number, account = (
        str(opened(CLAIM, key, row[key]) or "") for key in ("name", "id_number", "bank_account")
    )
    return DistrictClaim(
        row["id"], name if whole else mask_name(name), number if whole else mask_id(number), mask_bank(account),
        row["subject"] or "", row["achieved_on"], row["claimed_on"], int(row["amount_fen"] or 0), tuple(row["working"] or ()),
        row["state"], str(opened(CLAIM, "answer_words", row["answer_words"]) or ""), tuple(twins), is_marked,
    )  # fmt: skip


def _what(row: Any) -> tuple[Any, ...]:
    """What makes two claims the same: whose, and which trade at which level, else under which rule."""
    if row["occupation"]:
        return row["id_number"], row["occupation"], row["skill_level"]
    return row["id_number"], row["rule_id"]


def _twin_schools(
    conn: Connection, tables: Tables, school: str, numbers: set[str]
) -> dict[tuple[Any, ...], tuple[str, ...]]:
    claim = tables(CLAIM)
    found: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    wanted = sorted(numbers)
    for at in range(0, len(wanted), 500):
        asked = select(claim).where(
            claim.c.id_number.in_(wanted[at : at + 500]), claim.c.school != school, claim.c.state.in_(LIVING),
            claim.c.reverses_id.is_(None),
        )  # fmt: skip
        for row in conn.execute(asked).mappings():
            found[_what(row)].add(row["school"])
    return {key: tuple(sorted(schools)) for key, schools in found.items()}


def twins(conn: Connection, tables: Tables, opened: Opened) -> list[Twin]:
    """The same claim at two schools or more, found on sealed values; three statements."""
    claim, mark = tables(CLAIM), tables(MARK)
    living = and_(claim.c.id_number.is_not(None), claim.c.state.in_(LIVING), claim.c.reverses_id.is_(None))
    several = (
        select(claim.c.id_number)
        .where(living)
        .group_by(claim.c.id_number)
        .having(func.count(claim.c.school.distinct()) > 1)
    )
    groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = defaultdict(list)
    for row in conn.execute(select(claim).where(living, claim.c.id_number.in_(several))).mappings():
        groups[_what(row)].append(dict(row))
    asked = select(mark.c.school, mark.c.claim_id).where(
        mark.c.kind == Check.OTHER_SCHOOL.value, mark.c.cleared_on.is_(None)
    )
    marked = {(row.school, row.claim_id) for row in conn.execute(asked)}
    found = []
    for rows in groups.values():
        if len({row["school"] for row in rows}) < 2:
            continue
        rows.sort(key=lambda row: (row["claimed_on"] or date.max, row["school"]))
        first = rows[0]
        entries = tuple(
            (row["school"], row["id"], row["state"], row["subject"] or "", row["claimed_on"]) for row in rows
        )
        found.append(
            Twin(
                mask_name(str(opened(CLAIM, "name", first["name"]) or "")),
                mask_id(str(opened(CLAIM, "id_number", first["id_number"]) or "")), first["subject"] or "", entries,
                all((school, claim_id) in marked for school, claim_id, *_ in entries),
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (one.is_marked, one.what, one.id_number))
