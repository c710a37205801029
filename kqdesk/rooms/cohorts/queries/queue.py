"""The waiting list as the pages ask for it: answers that are due, numbers of the pack."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.cohorts import rules
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.cohorts.terms import CohortState, EnrolmentState
from kqdesk.rooms.office.queries import pack_value
from kqdesk.rooms.people.model import Person

RUNNING = (CohortState.PLANNED, CohortState.OPEN)


@dataclass(frozen=True)
class OfferRow:
    """Somebody of a waiting list to whom a place is held and who has not answered."""

    enrolment_id: str
    cohort_id: str
    cohort: str
    name: str
    offered_on: date | None
    answer_by: date | None
    is_overdue: bool


def offers_due(session: Session, on: date) -> list[OfferRow]:
    """Everybody to be called about a place, the most urgent first; one statement."""
    found = session.execute(
        select(Enrolment, Cohort.title, Person.name)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.state == EnrolmentState.OFFERED, Cohort.state.in_(RUNNING))
        .order_by(Enrolment.answer_by.is_(None), Enrolment.answer_by, Enrolment.id)
    )
    return [
        OfferRow(
            one.id, one.cohort_id, title, name, one.offered_on, one.answer_by,
            rules.has_lapsed(one.state, one.answer_by, on),
        )
        for one, title, name in found
    ]  # fmt: skip


def answer_days(session: Session, on: date) -> int | None:
    """Days within which somebody promoted must answer; None = 未配置, no deadline."""
    found = pack_value(session, "cohort.answer_days", on=on)
    return found.number if found else None


def has_waiting_list(session: Session, on: date) -> bool:
    """Whether people beyond the capacity may wait; yes while nobody said no."""
    found = pack_value(session, "cohort.waiting_list", on=on)
    return found.flag if found else True
