"""When a backup is due, and which go."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.backup.policy import KEEP_ALL, KEEP_RISK, Kept, Reason, due, overdue_copy, thin

CHINA = timezone(timedelta(hours=8))
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=CHINA)


def test_the_first_of_a_day_then_every_hour_with_a_change() -> None:
    assert due(NOW, None) is Reason.DAILY
    assert due(NOW, NOW - timedelta(hours=10)) is Reason.DAILY
    assert due(NOW, NOW - timedelta(minutes=59)) is None
    assert due(NOW, NOW - timedelta(hours=1)) is Reason.HOURLY
    assert due(NOW, NOW - timedelta(hours=3), changed=False) is None


def test_the_day_is_the_schools_not_greenwichs() -> None:
    early = datetime(2026, 3, 2, 0, 30, tzinfo=CHINA)

    assert due(early, datetime(2026, 3, 1, 15, 50, tzinfo=UTC)) is Reason.DAILY
    assert due(early, datetime(2026, 3, 1, 16, 10, tzinfo=UTC)) is None


def test_a_clock_set_back_does_not_stop_backups() -> None:
    assert due(NOW, NOW + timedelta(minutes=90)) is Reason.HOURLY


def test_the_reminder_to_carry_one_away() -> None:
    assert overdue_copy(NOW, None).startswith("还没有把备份拷到 U 盘过")
    assert overdue_copy(NOW, NOW - timedelta(days=6)) == ""
    assert overdue_copy(NOW, NOW - timedelta(days=9)) == "上次把备份拷到 U 盘是 9 天前，请再拷一份。"


def test_hours_become_days_become_months() -> None:
    hours = [Kept(f"h{n}", NOW - timedelta(hours=n), Reason.HOURLY) for n in range(24 * 400)]

    left = {one.name for one in hours} - {one.name for one in thin(hours, NOW)}

    assert {f"h{n}" for n in range(49)} <= left
    assert len(left) == 49 + 30 + 13


ages = st.integers(0, 24 * 900).map(lambda hours: NOW - timedelta(hours=hours))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(ages, st.sampled_from(Reason), st.booleans()), max_size=60))
def test_what_thinning_never_takes(rows: list[tuple[datetime, Reason, bool]]) -> None:
    backups = [Kept(f"b{n}", at, reason, is_good) for n, (at, reason, is_good) in enumerate(rows)]

    gone = thin(backups, NOW)

    good = [one for one in backups if one.is_good]
    assert all(one.is_good and one.reason is not Reason.MANUAL for one in gone)
    assert not any(NOW - one.at <= KEEP_ALL for one in gone)
    assert not any(one.reason.is_risk and NOW - one.at <= KEEP_RISK for one in gone)
    assert not good or max(good, key=lambda one: one.at) not in gone
    assert thin([one for one in backups if one not in gone], NOW) == []
