"""Places in classes that want a call: offered to somebody of the waiting list, or held by who stays away."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from kqdesk.rooms.attendance.queries import no_shows
from kqdesk.rooms.cohorts.queries import offers_due
from kqdesk.rooms.home import rules
from kqdesk.rooms.home.rules import Line


def answers(session: Session, on: date) -> Iterable[Line]:
    """Offers of the waiting list nobody has answered; one statement."""
    found = offers_due(session, on)
    facts = [
        rules.AnswerFact(one.cohort_id, one.cohort, one.name, one.answer_by, one.is_overdue) for one in found
    ]
    return rules.answer_lines(facts, on)


def away(session: Session, limit: int | None) -> Iterable[Line]:
    """Learners who stay away, by the pack's number; one statement, none while it is 未配置."""
    found = no_shows(session, limit)
    facts = [
        rules.AwayFact(one.enrolment_id, one.cohort_id, one.cohort, one.name, one.missed) for one in found
    ]
    return rules.away_lines(facts, limit)
