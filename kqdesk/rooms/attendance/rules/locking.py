"""When a roll is locked: by hand, or some hours after a whole roll was taken. Pure; the hours come from the pack."""

from datetime import date, datetime, time, timedelta

from kqdesk.kernel.schoolday import CHINA


def lesson_end(on: date, end_minute: int) -> datetime:
    """The moment a lesson is over, by China's clock. ``end_minute`` of the day; 24:00 is the next midnight."""
    return datetime.combine(on, time(), CHINA) + timedelta(minutes=end_minute)


def locked_since(
    *,
    ends_at: datetime,
    taken_at: datetime | None,
    locked_at: datetime | None,
    is_whole: bool,
    lock_hours: int | None,
    now: datetime,
) -> datetime | None:
    """R-ATT-05: since when marks change by correction only; None while they may be changed directly.

    A lock by hand speaks at once. A roll on which everybody has a mark locks itself ``lock_hours`` (pack item
    ``attendance.lock_hours``, None = never) after the lesson's end, or after the roll was first taken when that was later.
    """
    if locked_at is not None:
        return locked_at
    if taken_at is None or lock_hours is None or not is_whole:
        return None
    due = max(ends_at, taken_at) + timedelta(hours=lock_hours)
    return due if due <= now else None
