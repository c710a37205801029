"""What others ask of 培训师: who teaches what, when, with which papers, and whose papers run out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.office.queries import pack_value
from kqdesk.rooms.places.queries import township_name
from kqdesk.rooms.trainers.model import (
    Trainer,
    TrainerAvailability,
    TrainerLeave,
    TrainerQualification,
    TrainerSpeciality,
)
from kqdesk.rooms.trainers.rules import Expiry, Leave, Span, categories, expiry, joined, next_leave, shown
from kqdesk.rooms.trainers.terms import PaperKind, PayLevel, TaxBasis, TrainerSource
from kqdesk.security.masking import mask_bank

WARNING_KEY = "trainer.expiry_warning_days"
AGREEMENT = "聘用协议"
V = TypeVar("V")


@dataclass(frozen=True)
class TrainerRow:
    """One trainer with what she teaches, when she can, and how her papers stand on the day asked.

    ``next_expiry``: the first paper to run out (title, day). ``load_minutes``: minutes a week she gave.
    The agreement with her counts as a paper. ``account``: masked. ``leave``: the one that runs or comes next.
    """

    id: str
    name: str
    initials: str
    source: TrainerSource
    pay_level: PayLevel
    phone: str | None
    employer: str | None
    township: str
    agreement_to: date | None
    is_active: bool
    specialities: tuple[str, ...]
    times: tuple[Span, ...]
    qualification_count: int
    next_expiry: tuple[str, date] | None
    expiry: Expiry
    account: str = ""
    tax_basis: TaxBasis | None = None
    retired_reason: str = ""
    leave: Leave | None = None

    @property
    def load_minutes(self) -> int:
        """Minutes a week the trainer can teach."""
        return sum(span.end_minute - span.start_minute for span in self.times)

    @property
    def times_shown(self) -> str:
        """The week in words."""
        return shown(self.times)


def trainers(
    session: Session, *, on: date, text: str = "", speciality: str | None = None, with_retired: bool = False
) -> list[TrainerRow]:
    """Trainers by name; papers judged on a day with the pack's warning time. Six statements.

    ``text``: part of name, initials, employer, township, speciality or the phone's tail.
    """
    warning = pack_value(session, WARNING_KEY, on=on)
    days = warning.number if warning else None
    found = select(Trainer).order_by(Trainer.name_initials, Trainer.name)
    if not with_retired:
        found = found.where(Trainer.is_active)
    people = session.scalars(found).all()
    words = _by_trainer(
        session, TrainerSpeciality.trainer_id, TrainerSpeciality.speciality, TrainerSpeciality.id
    )
    times = _spans(session)
    papers = _papers(session)
    away = leaves_between(session, on, date.max)
    rows = [
        _row(
            one,
            words.get(one.id, []),
            times.get(one.id, []),
            papers.get(one.id, []),
            away.get(one.id, ()),
            on,
            days,
        )
        for one in people
    ]
    if speciality is not None:
        rows = [row for row in rows if speciality in row.specialities]
    return [row for row in rows if _matches(row, text.strip().lower())]


def _row(
    one: Trainer,
    words: list[str],
    times: list[Span],
    papers: list[tuple[str, date | None]],
    away: Iterable[Leave],
    on: date,
    days: int | None,
) -> TrainerRow:
    ending = [(day, title) for title, day in (*papers, (AGREEMENT, one.agreement_to)) if day is not None]
    first = min(ending) if ending else None
    return TrainerRow(
        id=one.id, name=one.name, initials=one.name_initials or "", source=one.source, pay_level=one.pay_level,
        phone=one.phone, employer=one.employer, township=township_name(one.township_code),
        agreement_to=one.agreement_to, is_active=one.is_active, specialities=tuple(words), times=tuple(joined(times)),
        qualification_count=len(papers), next_expiry=(first[1], first[0]) if first else None,
        expiry=expiry(first[0] if first else None, on, days), account=mask_bank(one.bank_account), tax_basis=one.tax_basis,
        retired_reason=one.retired_reason or "", leave=next_leave(away, on),
    )  # fmt: skip


def _matches(row: TrainerRow, wanted: str) -> bool:
    if not wanted:
        return True
    words: Iterable[str] = (row.name, row.employer or "", row.township, *row.specialities)
    tail = len(wanted) >= 3 and wanted.isdigit() and (row.phone or "").endswith(wanted)
    return tail or row.initials.startswith(wanted) or any(wanted in word.lower() for word in words)


def _by_trainer(session: Session, key: Any, column: Any, order: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for trainer_id, value in session.execute(select(key, column).order_by(order)):
        found[trainer_id].append(value)
    return found


def _spans(session: Session, trainer_id: str | None = None) -> dict[str, list[Span]]:
    times = TrainerAvailability
    asked = select(times.trainer_id, times.weekday, times.start_minute, times.end_minute)
    if trainer_id is not None:
        asked = asked.where(times.trainer_id == trainer_id)
    found: dict[str, list[Span]] = defaultdict(list)
    for owner, weekday, start, end in session.execute(asked):
        found[owner].append(Span(weekday, start, end))
    return found


def _papers(session: Session) -> dict[str, list[tuple[str, date | None]]]:
    found: dict[str, list[tuple[str, date | None]]] = defaultdict(list)
    papers = TrainerQualification
    for owner, title, day in session.execute(select(papers.trainer_id, papers.title, papers.expires_on)):
        found[owner].append((title, day))
    return found


# -- one trainer -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class QualificationRow:
    """One paper of a trainer."""

    id: str
    title: str
    number: str | None
    issuer: str | None
    issued_on: date | None
    expires_on: date | None
    kind: PaperKind | None = None
    level: str | None = None


def qualifications(session: Session, trainer_id: str) -> list[QualificationRow]:
    """A trainer's papers in the order they were entered."""
    paper = TrainerQualification
    asked = select(
        paper.id,
        paper.title,
        paper.number,
        paper.issuer,
        paper.issued_on,
        paper.expires_on,
        paper.kind,
        paper.level,
    )
    return [
        QualificationRow(*row)
        for row in session.execute(asked.where(paper.trainer_id == trainer_id).order_by(paper.id))
    ]


def availability(session: Session, trainer_id: str) -> list[Span]:
    """When a trainer can teach, in the order of the week; empty = nobody asked yet."""
    return joined(_spans(session, trainer_id).get(trainer_id, []))


def leaves(session: Session, trainer_id: str) -> list[Leave]:
    """A trainer's leaves, the newest first."""
    one = TrainerLeave
    asked = select(one.starts_on, one.ends_on, one.reason).where(one.trainer_id == trainer_id)
    found = session.execute(asked.order_by(one.starts_on.desc()))
    return [Leave(first, last, reason or "") for first, last, reason in found]


def leaves_between(session: Session, first: date, last: date) -> Mapping[str, tuple[Leave, ...]]:
    """Trainer → leaves that touch these days (both included), in order; one statement."""
    one = TrainerLeave
    asked = select(one.trainer_id, one.starts_on, one.ends_on, one.reason).order_by(one.starts_on, one.id)
    found: dict[str, list[Leave]] = defaultdict(list)
    for owner, start, end, reason in session.execute(
        asked.where(one.ends_on >= first, one.starts_on <= last)
    ):
        found[owner].append(Leave(start, end, reason or ""))
    return {owner: tuple(those) for owner, those in found.items()}


def trainer_form(session: Session, row_id: str) -> dict[str, Any]:
    """A trainer's values as the form names them; specialities split into ticked categories and free words."""
    one = session.get(Trainer, row_id)
    if one is None:
        return {}
    names = (
        "name", "source", "pay_level", "phone", "id_number", "employer", "township_code", "agreement_from",
        "agreement_to", "consent_on", "pledge_on", "note", "is_active",
    )  # fmt: skip
    words = list(
        session.scalars(
            select(TrainerSpeciality.speciality)
            .where(TrainerSpeciality.trainer_id == row_id)
            .order_by(TrainerSpeciality.id)
        )
    )
    known = categories()
    return {name: getattr(one, name) for name in names} | {
        "ticked": tuple(word for word in words if word in known),
        "typed": "、".join(word for word in words if word not in known) or None,
    }


def trainer_names(session: Session) -> dict[str, str]:
    """Name of every trainer by id, disabled ones too: older lessons name them."""
    return dict(session.execute(select(Trainer.id, Trainer.name)).all())


def find(session: Session, text: str, limit: int) -> list[tuple[str, str, str]]:
    """(id, name, what she teaches) by name, initials or speciality, for pickers and Ctrl+K. Two statements."""
    wanted = text.strip().lower()
    people = session.execute(
        select(Trainer.id, Trainer.name, Trainer.name_initials, Trainer.employer)
        .where(Trainer.is_active)
        .order_by(Trainer.name_initials, Trainer.name)
    ).all()
    words = _by_trainer(
        session, TrainerSpeciality.trainer_id, TrainerSpeciality.speciality, TrainerSpeciality.id
    )
    hits = [
        (trainer_id, name, "、".join(words.get(trainer_id, [])) or employer or "")
        for trainer_id, name, initials, employer in people
        if wanted in name.lower()
        or (initials or "").startswith(wanted)
        or any(wanted in word.lower() for word in words.get(trainer_id, []))
    ]
    return hits[:limit]
