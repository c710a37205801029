"""Which school day a moment belongs to. China has one clock, eight hours ahead of UTC, summer and winter."""

from datetime import date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "CST")


def school_day(at: datetime) -> date:
    """The date on the school's wall calendar at an aware moment."""
    return at.astimezone(CHINA).date()
