"""The floor of time: a clock that cannot be right is said, one that can be is not."""

from datetime import UTC, datetime, timedelta

import pytest

from kqdesk.kernel.clock import clock_fault

LAST = datetime(2026, 9, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("away", "said"),
    [
        (timedelta(0), ""),
        (timedelta(minutes=-9), ""),
        (timedelta(minutes=-11), "比最近一次保存"),
        (timedelta(days=-200), "比最近一次保存"),
        (timedelta(days=-3650), "比这个程序还早"),
        (timedelta(days=399), ""),
        (timedelta(days=3650), "像是日期设错了"),
    ],
)
def test_a_clock_is_held_against_the_newest_act(away: timedelta, said: str) -> None:
    fault = clock_fault(LAST + away, LAST)

    assert (said in fault) if said else (fault == "")
    assert not fault or "请先校准" in fault


def test_before_the_first_act_only_the_year_speaks() -> None:
    assert clock_fault(LAST, None) == ""
    assert "比这个程序还早" in clock_fault(datetime(2016, 1, 1, tzinfo=UTC), None)
