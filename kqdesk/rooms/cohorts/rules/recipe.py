"""Last year's class on this year's calendar: which days, whom to take along. Pure."""

from datetime import date, timedelta

from kqdesk.rooms.cohorts.terms import EnrolmentState

YEAR = timedelta(weeks=52)
STAYS = (EnrolmentState.ENROLLED, EnrolmentState.SUSPENDED)
"""R-COH-09: who is taken along: those who have not completed; graduates, leavers and those who only waited are not."""


def next_start(starts_on: date | None, today: date) -> date | None:
    """The same weekday a year (52 weeks) later, and again until it is not past; None when the old start is unknown."""
    if starts_on is None:
        return None
    day = starts_on + YEAR
    while day < today:
        day += YEAR
    return day


def shifted(day: date | None, old_start: date | None, new_start: date) -> date | None:
    """R-COH-10: a day of the old class as many days after the new start as it was after the old one."""
    if day is None or old_start is None:
        return None
    return new_start + (day - old_start)


def is_taken_along(state: EnrolmentState) -> bool:
    """Whether a learner of the old class is carried over."""
    return state in STAYS
