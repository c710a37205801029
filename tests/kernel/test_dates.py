"""Dates in any writing."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.kernel.dates import NO_DATE, read_date, read_dates

TODAY = date(2026, 3, 10)
MARCH_2 = date(1985, 3, 2)


@pytest.mark.parametrize(
    "written",
    [
        "1985-03-02", "1985/3/2", "1985.3.2", "1985.03.02", "1985年3月2日", "1985年03月02号", "19850302", 19850302, 31108,
        "31108", MARCH_2, datetime(1985, 3, 2, 10, 30), "1985-03-02 00:00:00", "1985-3-2T08:00:00", "１９８５－３－２",  # noqa: DTZ001 -- what a reader hands over
        "一九八五年三月二日", "85-3-2", "85.3.2", "850302", "1985、3、2", " 1985 3 2 ", "1985年3月2日出生", "'1985-03-02",
        "2-Mar-85", "2-Mar-1985", "1985\\3\\2", "1985。3。2", 31108.0,
    ],
)  # fmt: skip
def test_a_date_is_read_in_any_writing(written: object) -> None:
    assert read_date(written, today=TODAY) == MARCH_2


@pytest.mark.parametrize(
    "written",
    [
        "1985.2.30",
        "1979-13-05",
        "略",
        "",
        "19851305",
        "2030-01-01",
        "1985-03",
        "1700-01-01",
        None,
        True,
        0,
        -5,
        99999999,
        "12345678901",
    ],
)
def test_no_date_is_none(written: object) -> None:
    assert read_date(written, today=TODAY) is None


def test_a_month_and_a_year_are_kept_as_such() -> None:
    assert read_dates("196801", today=TODAY).months == ((1968, 1),)
    assert read_dates("1985年3月", today=TODAY).months == ((1985, 3),)
    assert read_dates(1985.3, today=TODAY).months == ((1985, 3), (1985, 30))[:1]
    assert read_dates(1985.12, today=TODAY).months == ((1985, 12),)
    assert read_dates("一九八五年", today=TODAY).year == 1985
    assert read_dates(1985, today=TODAY).year == 1985
    assert read_dates("196801", today=TODAY).allows(date(1968, 1, 3))


def test_the_1904_calendar_is_first_where_the_file_says_so() -> None:
    assert read_date(22428, today=TODAY, date1904=True) == date(1965, 5, 28)
    assert read_dates(22428, today=TODAY).dates == (date(1961, 5, 27), date(1965, 5, 28))


def test_day_and_month_may_be_swapped() -> None:
    assert read_dates("03/02/1985", today=TODAY).dates == (date(1985, 3, 2), date(1985, 2, 3))
    assert read_dates("25.3.1985", today=TODAY).dates == (date(1985, 3, 25),)


def test_a_short_year_is_that_of_a_grown_up() -> None:
    assert read_date("66.4.15", today=TODAY) == date(1966, 4, 15)
    assert read_date("05.1.1", today=TODAY) == date(2005, 1, 1)
    assert read_dates("20-1-1", today=TODAY).dates == (date(1920, 1, 1), date(2020, 1, 1))


@settings(max_examples=100)
@given(st.dates(date(1901, 1, 1), TODAY))
def test_every_day_survives_its_common_writings(day: date) -> None:
    serial = (day - date(1899, 12, 30)) // timedelta(days=1)

    for written in (
        day.isoformat(),
        f"{day.year}.{day.month}.{day.day}",
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
    ):
        assert read_dates(written, today=TODAY).dates == (day,)
    assert day in read_dates(serial, today=TODAY).dates or serial < 2_027  # a year, or too small for one


@settings(max_examples=150)
@given(st.one_of(st.text(max_size=20), st.floats(allow_nan=False, allow_infinity=False), st.integers()))
def test_nothing_breaks_the_reader(written: object) -> None:
    reading = read_dates(written, today=TODAY)

    assert reading == NO_DATE or reading.dates or reading.months or reading.year
