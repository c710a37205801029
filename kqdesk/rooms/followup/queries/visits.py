"""One person's calls: what is open, what was said, the form of the next contact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.followup.model import FollowUp, FollowUpAnswer
from kqdesk.rooms.followup.queries.plan import Call, calls
from kqdesk.rooms.followup.queries.policy import Bands, pay_bands
from kqdesk.rooms.followup.terms import OPEN, CallState, NextStudy, Outcome, VisitWay, Work
from kqdesk.rooms.office.queries import staff_names
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.queries import root_of
from kqdesk.rooms.referrals.model import Referral
from kqdesk.security.masking import mask_phone

FORM_FIELDS = (
    "contacted_on", "way", "outcome", "work", "employer", "job", "pay_band", "pay_before", "study", "referral_id", "next_on",
    "note",
)  # fmt: skip


@dataclass(frozen=True)
class VisitRow:
    """One contact as shown."""

    id: str
    person_id: str
    on: date
    way: VisitWay
    outcome: Outcome
    work: Work | None
    employer: str
    job: str
    pay: str
    pay_before: str
    study: NextStudy | None
    waves: str
    next_on: date | None
    by: str
    note: str

    @property
    def words(self) -> str:
        """What was said, in one line."""
        parts = (
            self.outcome.label if self.outcome is not Outcome.ANSWERED else "",
            self.work.label if self.work else "", self.employer, self.job, self.pay,
            self.study.label if self.study and self.study is not NextStudy.NONE else "", self.note,
        )  # fmt: skip
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True)
class PersonCalls:
    """The card: her waves, her contacts newest first, whether she is on the way to a college."""

    id: str
    name: str
    phone: str  # masked
    village: str
    calls: tuple[Call, ...]
    visits: tuple[VisitRow, ...]
    bands: Bands
    employer: str
    job: str
    referral_id: str | None

    @property
    def row(self) -> "PersonCalls":
        """What the list's buttons speak of."""
        return self


def person_calls(session: Session, person_id: str, *, today: date) -> PersonCalls | None:
    """Everything of one person; None when she is gone."""
    person = session.get(Person, person_id)
    if person is None:
        return None
    bands = pay_bands(session, today)
    mine = sorted(calls(session, today=today, person_id=person_id), key=_pressing)
    return PersonCalls(
        person.id, person.name, mask_phone(person.phone or ""), person.village or "", tuple(mine),
        tuple(visits(session, person_id=person_id, bands=bands)), bands, person.employer or "", person.job or "",
        referral_of(session, person_id),
    )  # fmt: skip


def _pressing(one: Call) -> tuple[int, date, str]:
    """Who is to be called now comes first, then what lies ahead, then what is over."""
    ahead = 1 if one.state is CallState.PLANNED else 2
    return 0 if one.state in OPEN else ahead, one.on, one.of.id


def visits(session: Session, *, person_id: str, bands: Bands) -> list[VisitRow]:
    """Contacts with one person, newest first; three statements."""
    names = staff_names(session)
    rows = session.scalars(
        select(FollowUp)
        .where(root_of(FollowUp.person_id) == person_id)
        .order_by(FollowUp.contacted_on.desc(), FollowUp.id.desc())
    ).all()
    waves = _waves(session, [row.id for row in rows])
    return [
        VisitRow(
            row.id, person_id, row.contacted_on, row.way, row.outcome, row.work, row.employer or "", row.job or "",
            bands.words(row.pay_band), bands.words(row.pay_before), row.study, waves.get(row.id, ""), row.next_on,
            names.get(row.contacted_by, ""), row.note or "",
        )
        for row in rows
    ]  # fmt: skip


def _waves(session: Session, ids: Sequence[str]) -> Mapping[str, str]:
    found: dict[str, list[int]] = {}
    rows = session.execute(
        select(FollowUpAnswer.follow_up_id, FollowUpAnswer.months).where(FollowUpAnswer.follow_up_id.in_(ids))
    )
    for key, months in rows:
        found.setdefault(key, []).append(months)
    return {key: "、".join(f"{one} 个月" for one in sorted(set(several))) for key, several in found.items()}


def visit_form(session: Session, *, follow_up_id: str) -> dict[str, Any]:
    """The editable fields of one contact."""
    row = session.get_one(FollowUp, follow_up_id)
    return {name: getattr(row, name) for name in FORM_FIELDS}


def referral_of(session: Session, person_id: str) -> str | None:
    """Her newest referral to a college; None when she has none."""
    return session.scalar(
        select(Referral.id)
        .where(root_of(Referral.person_id) == person_id)
        .order_by(Referral.year.desc(), Referral.id.desc())
        .limit(1)
    )
