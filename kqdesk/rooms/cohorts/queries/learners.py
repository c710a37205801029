"""Who is in a cohort, what happened to her there, which cohorts she was ever in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kqdesk.rooms.cohorts.model import Cohort, Enrolment, EnrolmentChange, FeeEntry
from kqdesk.rooms.cohorts.queries.listing import ON_ROLL
from kqdesk.rooms.cohorts.terms import GONE, EnrolmentState, FeeAct, FeeKind, PayMethod, ScienceOption
from kqdesk.rooms.office.model import Staff
from kqdesk.rooms.people.model import Person

_PAID = (
    select(func.sum(FeeEntry.amount))
    .where(FeeEntry.enrolment_id == Enrolment.id)
    .correlate(Enrolment)
    .scalar_subquery()
)


@dataclass(frozen=True)
class RosterRow:
    """A learner of a cohort, with what papers and the card show. ``id`` is the enrolment's; ``paid`` in 分."""

    id: str
    person_id: str
    roll_no: int | None
    name: str
    initials: str
    sex: str
    birth_date: date | None
    id_number: str
    phone: str
    education_code: str
    village: str
    employer: str
    state: EnrolmentState
    science_option: ScienceOption | None
    applied_on: date | None
    ended_on: date | None
    reason: str
    queue_no: int | None = None
    offered_on: date | None = None
    answer_by: date | None = None
    paid: int = 0


def roster(session: Session, cohort_id: str, *, on_roll_only: bool = False) -> list[RosterRow]:
    """The cohort's people in the order of their numbers, then of the waiting list; one statement. ``on_roll_only``: as printed on papers."""
    wanted = (
        select(Enrolment, Person, _PAID)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.cohort_id == cohort_id)
        .order_by(
            Enrolment.roll_no.is_(None),
            Enrolment.roll_no,
            Enrolment.state.in_(GONE),
            Enrolment.queue_no,
            Person.name_pinyin,
            Enrolment.id,
        )
    )
    if on_roll_only:
        wanted = wanted.where(Enrolment.state.in_(ON_ROLL))
    return [
        RosterRow(
            enrolment.id, person.id, enrolment.roll_no, person.name, person.name_initials or "", person.sex or "",
            person.birth_date, person.id_number or "", person.phone or "", person.education_code or "",
            person.village or "", person.employer or "", enrolment.state, enrolment.science_option,
            enrolment.applied_on, enrolment.ended_on, enrolment.reason or "", enrolment.queue_no, enrolment.offered_on,
            enrolment.answer_by, paid or 0,
        )
        for enrolment, person, paid in session.execute(wanted)
    ]  # fmt: skip


@dataclass(frozen=True)
class EnrolmentRow:
    """One cohort in a person's history."""

    id: str
    cohort_id: str
    cohort_no: str
    cohort_title: str
    state: EnrolmentState
    applied_on: date | None
    ended_on: date | None


def enrolments_of(session: Session, person_id: str) -> list[EnrolmentRow]:
    """Every cohort a person was ever in, newest first; one statement."""
    found = session.execute(
        select(Enrolment, Cohort.no, Cohort.title)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Enrolment.person_id == person_id)
        .order_by(Enrolment.applied_on.desc(), Enrolment.id.desc())
    )
    return [
        EnrolmentRow(e.id, e.cohort_id, no, title, e.state, e.applied_on, e.ended_on)
        for e, no, title in found
    ]


def names_of(session: Session, person_ids: Sequence[str]) -> tuple[str, ...]:
    """Names in the order of the ids; one statement."""
    found = dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids))).all())
    return tuple(found[person_id] for person_id in person_ids if person_id in found)


@dataclass(frozen=True)
class ChangeRow:
    """One step of a learner's way through a cohort."""

    on: date
    at: datetime
    before: EnrolmentState | None
    after: EnrolmentState
    reason: str
    by: str

    @property
    def sentence(self) -> str:
        """2026-03-02 在读 → 退学：搬走（沈月琴）."""
        step = f"{self.before.label} → {self.after.label}" if self.before else self.after.label
        why = f"：{self.reason}" if self.reason else ""
        return f"{self.on:%Y-%m-%d} {step}{why}{f'（{self.by}）' if self.by else ''}"


@dataclass(frozen=True)
class MoneyRow:
    """One line of the ledger of fees; ``amount`` in 分, + came in. ``is_reversed``: a later line takes it back."""

    id: str
    on: date
    kind: FeeKind
    act: FeeAct
    amount: int
    receipt_no: str
    method: PayMethod | None
    payer: str
    reason: str
    by: str
    is_reversed: bool


@dataclass(frozen=True)
class LearnerCard:
    """One learner of a cohort, opened."""

    row: RosterRow
    cohort_id: str
    cohort_title: str
    changes: tuple[ChangeRow, ...]
    money: tuple[MoneyRow, ...]
    came_from: str


def learner_card(session: Session, enrolment_id: str) -> LearnerCard | None:
    """A learner with her way through the cohort and her money; None when she is gone. Six statements."""
    enrolment = session.get(Enrolment, enrolment_id)
    if enrolment is None:
        return None
    row = next(one for one in roster(session, enrolment.cohort_id) if one.id == enrolment_id)
    title = session.scalar(select(Cohort.title).where(Cohort.id == enrolment.cohort_id)) or ""
    before = session.scalar(
        select(Cohort.title)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .where(Enrolment.id == enrolment.came_from_id)
    )
    return LearnerCard(
        row, enrolment.cohort_id, title, tuple(changes_of(session, enrolment_id)),
        tuple(money_of(session, enrolment_id)), before or "",
    )  # fmt: skip


def changes_of(session: Session, enrolment_id: str) -> list[ChangeRow]:
    """Every step, oldest first."""
    found = session.execute(
        select(EnrolmentChange, Staff.name)
        .outerjoin(Staff, Staff.id == EnrolmentChange.actor)
        .where(EnrolmentChange.enrolment_id == enrolment_id)
        .order_by(EnrolmentChange.at, EnrolmentChange.id)
    )
    return [ChangeRow(one.on, one.at, one.before, one.after, one.reason or "", by or "") for one, by in found]


@dataclass(frozen=True)
class LedgerRow:
    """One line of a class's money with whose it is."""

    name: str
    line: MoneyRow


def ledger(session: Session, cohort_id: str) -> list[LedgerRow]:
    """All money of a class in the order of the receipts; one statement."""
    found = session.execute(
        select(FeeEntry, Staff.name, Person.name)
        .join(Enrolment, Enrolment.id == FeeEntry.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Staff, Staff.id == FeeEntry.actor)
        .where(Enrolment.cohort_id == cohort_id)
        .order_by(FeeEntry.on, FeeEntry.id)
    ).all()
    lines = _money([(entry, by) for entry, by, _ in found])
    return [LedgerRow(name, line) for (_, _, name), line in zip(found, lines, strict=True)]


def money_of(session: Session, enrolment_id: str) -> list[MoneyRow]:
    """Every line of money, oldest first."""
    found = session.execute(
        select(FeeEntry, Staff.name)
        .outerjoin(Staff, Staff.id == FeeEntry.actor)
        .where(FeeEntry.enrolment_id == enrolment_id)
        .order_by(FeeEntry.on, FeeEntry.id)
    ).all()
    return _money([(entry, by) for entry, by in found])


def _money(found: Sequence[tuple[FeeEntry, str | None]]) -> list[MoneyRow]:
    reversed_ids = {one.reverses_id for one, _ in found}
    return [
        MoneyRow(
            one.id, one.on, one.kind, one.act, one.amount, one.receipt_no or "", one.method, one.payer or "",
            one.reason or "", by or "", one.id in reversed_ids,
        )
        for one, by in found
    ]  # fmt: skip
