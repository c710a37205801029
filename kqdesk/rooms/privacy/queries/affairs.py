"""Requests of persons about their own data, and incidents."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from chinese_calendar.constants import holidays, workdays
from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.office.queries import staff_names
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.privacy.model import DataBreach, PrivacyRequest
from kqdesk.rooms.privacy.queries.terms_in_force import number
from kqdesk.rooms.privacy.rules.consent import answer_due
from kqdesk.rooms.privacy.terms import BreachState, RequestKind, RequestState

ERASED = "（已按规定删除）"


@dataclass(frozen=True)
class RequestRow:
    """One request. ``name``: of the person, or that she was erased; ``plan``: what erasing does, line by line."""

    id: str
    person_id: str
    name: str
    kind: RequestKind
    asked_by: str
    wish: str
    received_on: date
    due_on: date | None
    state: RequestState
    plan: tuple[tuple[str, str, int, str], ...]
    answer: str
    answered_on: date | None
    proposed_id: str
    proposed_by: str
    agreed_by: str


@dataclass(frozen=True)
class BreachRow:
    """One incident; ``due_at``: by when it must be reported, None = 未配置."""

    id: str
    title: str
    found_at: datetime
    happened: str
    kinds: str
    person_count: int | None
    cause: str
    harm: str
    measures: str
    reported_to: str
    reported_at: datetime | None
    told_people: str
    state: BreachState
    due_at: datetime | None

    def is_late(self, now: datetime) -> bool:
        """Neither reported in time nor closed."""
        return self.reported_at is None and self.due_at is not None and now > self.due_at


def requests(session: Session) -> list[RequestRow]:
    """Every request, open ones first, newest first."""
    names = staff_names(session)
    rows = session.execute(
        select(PrivacyRequest, Person.name)
        .outerjoin(Person, Person.id == PrivacyRequest.person_id)
        .order_by(PrivacyRequest.state.in_(("done", "refused")), PrivacyRequest.id.desc())
    )
    return [
        RequestRow(
            row.id, row.person_id, name or ERASED, row.kind, row.asked_by or "", row.wish or "", row.received_on,
            row.due_on, row.state, tuple((str(a), str(b), int(c), str(d)) for a, b, c, d in row.plan or ()),
            row.answer or "", row.answered_on, row.proposed_by or "", names.get(row.proposed_by or "", ""),
            names.get(row.agreed_by or "", ""),
        )
        for row, name in rows
    ]  # fmt: skip


def due_day(session: Session, received: date) -> date | None:
    """The last day to answer a request that came in on ``received``; None = 未配置."""
    days = number(session, "privacy.answer_days", on=received)
    return answer_due(received, days, holidays, workdays)


def breaches(session: Session) -> list[BreachRow]:
    """Every incident, newest first."""
    rows = session.scalars(select(DataBreach).order_by(DataBreach.found_at.desc())).all()
    hours = number(session, "privacy.breach_hours", on=rows[0].found_at.date()) if rows else None
    return [
        BreachRow(
            row.id, row.title, row.found_at, row.happened, row.kinds or "", row.person_count, row.cause or "",
            row.harm or "", row.measures or "", row.reported_to or "", row.reported_at, row.told_people or "", row.state,
            row.found_at + timedelta(hours=hours) if hours is not None else None,
        )
        for row in rows
    ]  # fmt: skip


def breach_form(session: Session, *, breach_id: str) -> dict[str, Any]:
    """The form's values of one incident."""
    row = session.get_one(DataBreach, breach_id)
    return {name: getattr(row, name) for name in BREACH_FIELDS}


BREACH_FIELDS = ("title", "happened", "kinds", "person_count", "cause", "harm", "measures", "told_people")
