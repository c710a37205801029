"""How the learners of a cohort stand: both percentages, hours with online study, absences left."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.attendance.queries.online import online_minutes, online_policy_on
from kqdesk.rooms.attendance.queries.roll import lessons_of_cohort, marks_of, policy_on, stand_of
from kqdesk.rooms.attendance.rules import (
    NO_ONLINE,
    OnlineCredit,
    OnlinePolicy,
    Rates,
    online_credit,
    with_online,
)
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.cohorts.model import Enrolment
from kqdesk.rooms.cohorts.queries import ON_ROLL
from kqdesk.rooms.people.model import Person


@dataclass(frozen=True)
class LearnerRates:
    """A learner's standing in a cohort. ``left``: absences left, see rules.absences_left.

    ``rates`` hold the hours of lessons and, in ``of_due`` and ``hours``, those of accepted online study (``online``).
    """

    id: str
    person_id: str
    roll_no: int | None
    name: str
    counts: Mapping[Mark, int]
    rates: Rates
    left: int | None
    warning: str
    online: OnlineCredit = NO_ONLINE


def learner_rates(session: Session, cohort_id: str, *, on: date) -> list[LearnerRates]:
    """Every learner of a cohort with both rates, hours and what may still be missed, by the packs of a day."""
    lessons = lessons_of_cohort(session, cohort_id)
    marks = marks_of(session, [one.id for one in lessons])
    policy = policy_on(session, on)
    people = session.execute(
        select(Enrolment.id, Enrolment.person_id, Enrolment.roll_no, Person.name)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.state.in_(ON_ROLL))
        .order_by(Enrolment.roll_no.is_(None), Enrolment.roll_no, Enrolment.id)
    )
    online, due = online_minutes(session, cohort_id), sum(one.study_hours for one in lessons)
    online_policy = online_policy_on(session, on) if online else OnlinePolicy()
    rows = []
    for enrolment_id, person_id, roll_no, name in people:
        own = marks.get(enrolment_id, {})
        rates, left, warning = stand_of(lessons, own, policy)
        credit = online_credit(online.get(enrolment_id, 0), due, online_policy)
        given = list(own.values())
        counts = {mark: given.count(mark) for mark in Mark}
        rows.append(
            LearnerRates(
                enrolment_id,
                person_id,
                roll_no,
                name,
                counts,
                with_online(rates, credit.hours, due),
                left,
                warning,
                credit,
            )
        )
    return rows
