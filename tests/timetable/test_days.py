"""Weekly series over holidays and make-up days."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.rooms.timetable.rules.days import SchoolCalendar, plan_dates, plan_series, week_of
from kqdesk.rooms.timetable.terms import Weeks

NATIONAL = {date(2026, 10, n): "国庆节" for n in range(1, 8)}
CALENDAR = SchoolCalendar(
    NATIONAL, {date(2026, 9, 20): "国庆节", date(2026, 10, 10): "国庆节"}, known_years=frozenset({2026})
)
TUESDAY = date(2026, 9, 22)


def test_a_series_jumps_over_the_holiday_and_says_so() -> None:
    series = plan_series(TUESDAY, [2], 4, CALENDAR)

    assert [day.on for day in series if not day.is_skipped] == [
        date(2026, 9, 22),
        date(2026, 9, 29),
        date(2026, 10, 13),
        date(2026, 10, 20),
    ]
    assert [(day.on, day.note) for day in series if day.is_skipped] == [
        (date(2026, 10, 6), "国庆节放假，顺延")
    ]


def test_the_make_up_day_takes_the_displaced_lesson() -> None:
    series = plan_series(TUESDAY, [2], 4, CALENDAR, uses_makeup=True)

    assert [day.on for day in series if not day.is_skipped] == [
        date(2026, 9, 22),
        date(2026, 9, 29),
        date(2026, 10, 10),
        date(2026, 10, 13),
    ]
    assert [day.note for day in series] == [
        "",
        "",
        "国庆节放假，改在 10月10日 周六",
        "补 10月6日 周二（国庆节调休上班日）",
        "",
    ]


def test_a_saturday_class_is_told_of_a_working_saturday() -> None:
    series = plan_series(date(2026, 10, 10), [6], 1, CALENDAR)

    assert [(day.is_skipped, day.note) for day in series] == [(False, "国庆节调休上班日，学员可能要上班")]


def test_an_unpublished_year_is_said() -> None:
    assert plan_series(date(2027, 3, 2), [2], 1, CALENDAR)[0].note == "2027 年放假安排还没有公布"


def test_the_schools_own_word_goes_before_the_calendar() -> None:
    own = SchoolCalendar(
        {**NATIONAL, date(2026, 9, 22): "台风停课"}, opened={date(2026, 10, 6): "企业不放假"}
    )

    assert plan_dates(TUESDAY, [2], 2, own) == [date(2026, 9, 29), date(2026, 10, 6)]


@pytest.mark.parametrize(("weekdays", "count"), [([], 8), ([8], 8), ([2], 0), ([2], 1000)])
def test_nonsense_is_refused(weekdays: list[int], count: int) -> None:
    with pytest.raises(ValueError, match="series needs"):
        plan_series(TUESDAY, weekdays, count, CALENDAR)


def test_a_calendar_without_a_day_ends() -> None:
    closed = SchoolCalendar({TUESDAY + timedelta(n): "停课" for n in range(4 * 366)})

    with pytest.raises(ValueError, match="no day"):
        plan_series(TUESDAY, [2], 1, closed)


@settings(max_examples=60)
@given(
    st.dates(date(2026, 8, 1), date(2026, 11, 1)),
    st.sets(st.integers(1, 7), min_size=1),
    st.integers(1, 20),
    st.booleans(),
)
def test_every_series_has_its_count_and_never_a_holiday(
    start_on: date, weekdays: set[int], count: int, uses_makeup: bool
) -> None:
    dates = plan_dates(start_on, weekdays, count, CALENDAR, uses_makeup=uses_makeup)

    assert len(dates) == len(set(dates))
    assert count <= len(dates) <= count + (len(CALENDAR.makeup) if uses_makeup else 0)
    assert dates == sorted(dates)
    assert all(not CALENDAR.why_closed(day) and day >= start_on for day in dates)
    assert all(day.isoweekday() in weekdays or CALENDAR.makeup_of(day) for day in dates)


def test_a_week_is_monday_to_sunday() -> None:
    assert week_of(date(2026, 3, 8)) == tuple(date(2026, 3, n) for n in range(2, 9))


@pytest.mark.parametrize(
    ("weeks", "days"),
    [
        (Weeks.ODD, [date(2026, 3, 3), date(2026, 3, 17)]),
        (Weeks.EVEN, [date(2026, 3, 10), date(2026, 3, 24)]),
    ],
)
def test_odd_and_even_weeks_are_counted_from_the_first(weeks: Weeks, days: list[date]) -> None:
    found = plan_series(date(2026, 3, 2), (2,), 2, SchoolCalendar(), weeks=weeks)

    assert [one.on for one in found] == days
