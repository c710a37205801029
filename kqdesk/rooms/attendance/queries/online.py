"""Online study of a cohort: what platforms reported, what of it was accepted, and the pack's numbers for it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kqdesk.rooms.attendance.model import OnlineStudy
from kqdesk.rooms.attendance.rules import OnlinePolicy
from kqdesk.rooms.cohorts.model import Enrolment
from kqdesk.rooms.cohorts.queries import ON_ROLL
from kqdesk.rooms.office.queries import pack_value
from kqdesk.rooms.people.model import Person


@dataclass(frozen=True)
class OnlineRow:
    """One report of a platform about a learner of the cohort."""

    id: str
    enrolment_id: str
    roll_no: int | None
    name: str
    platform: str
    title: str
    on: date
    minutes: int
    origin: str
    accepted_at: datetime | None


@dataclass(frozen=True)
class OnlineLearner:
    """A learner as a platform's list may name her: by ID number or phone."""

    enrolment_id: str
    name: str
    id_number: str
    phone: str


def online_policy_on(session: Session, on: date) -> OnlinePolicy:
    """The pack's numbers for online study on a day; three look-ups."""
    counts = pack_value(session, "attendance.online_counts", on=on)
    most = pack_value(session, "attendance.online_most", on=on)
    minutes = pack_value(session, "cohort.minutes_per_hour", on=on)
    return OnlinePolicy(
        counts.flag if counts else None,
        Fraction(most.rate) if most else None,
        minutes.number if minutes else None,
    )


def online_minutes(session: Session, cohort_id: str) -> dict[str, int]:
    """Enrolment → accepted minutes of a cohort; one statement."""
    found = session.execute(
        select(OnlineStudy.enrolment_id, func.sum(OnlineStudy.minutes))
        .join(Enrolment, Enrolment.id == OnlineStudy.enrolment_id)
        .where(Enrolment.cohort_id == cohort_id, OnlineStudy.accepted_at.is_not(None))
        .group_by(OnlineStudy.enrolment_id)
    )
    return {key: int(minutes) for key, minutes in found}


def online_rows(session: Session, cohort_id: str) -> list[OnlineRow]:
    """Everything platforms reported of a cohort, what waits to be accepted first; one statement."""
    found: Iterable[Any] = session.execute(
        select(
            OnlineStudy.id, OnlineStudy.enrolment_id, Enrolment.roll_no, Person.name, OnlineStudy.platform,
            OnlineStudy.title, OnlineStudy.on, OnlineStudy.minutes, OnlineStudy.origin, OnlineStudy.accepted_at,
        )
        .join(Enrolment, Enrolment.id == OnlineStudy.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.cohort_id == cohort_id)
        .order_by(OnlineStudy.accepted_at.is_not(None), Enrolment.roll_no, OnlineStudy.on, OnlineStudy.id)
    )  # fmt: skip
    return [OnlineRow(*line) for line in found]


def online_learners(session: Session, cohort_id: str) -> list[OnlineLearner]:
    """The learners of a cohort with what a platform knows them by; one statement."""
    found = session.execute(
        select(Enrolment.id, Person.name, Person.id_number, Person.phone)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.state.in_(ON_ROLL))
        .order_by(Enrolment.roll_no, Enrolment.id)
    )
    return [OnlineLearner(key, name, number or "", phone or "") for key, name, number, phone in found]


def online_known(session: Session, enrolment_ids: Collection[str]) -> set[tuple[str, str, str, date]]:
    """What is recorded already: (enrolment, platform, title, day), so that a list read twice adds nothing."""
    found = session.execute(
        select(OnlineStudy.enrolment_id, OnlineStudy.platform, OnlineStudy.title, OnlineStudy.on).where(
            OnlineStudy.enrolment_id.in_(list(enrolment_ids))
        )
    )
    return {(key, platform, title, on) for key, platform, title, on in found}
