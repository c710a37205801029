"""Targets against what is done: behind or not, a forecast with its method, reasons in the order of what they tell."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.rooms.attendance.rules import AttendancePolicy
from kqdesk.rooms.reports.rules import (
    Figure,
    Period,
    PlanLine,
    calendar_year,
    forecast,
    month_chart,
    month_of,
    reasons,
    school_year,
    year_of,
)
from kqdesk.rooms.reports.rules.entries import meets_attendance
from kqdesk.rooms.reports.rules.labels import age_band, hukou_group, label_of
from kqdesk.rooms.reports.terms import Breakdown

HALF = calendar_year(2026, until=date(2026, 7, 2))  # 183 of 365 days


def line(done: int, target: int | None = 100, *, key: str = "social_training", **more: object) -> PlanLine:
    return PlanLine(Figure(key, done), HALF, target, "文件", **more)  # type: ignore[arg-type]  # -- a test's short hand


@pytest.mark.parametrize(("done", "behind"), [(0, True), (50, True), (51, False), (100, False), (130, False)])
def test_behind_is_less_done_than_time_is_over(done: int, behind: bool):
    assert (line(done).is_behind, line(done).due_percent) == (behind, 50)


def test_without_a_target_nothing_is_behind():
    assert (line(0, None).is_behind, line(0, None).percent, reasons(line(0, None))) == (False, None, ())
    assert line(7, None).sentence == "社会培训完成 7 人次，还没有填年度目标。"


def test_all_but_reached_is_never_called_a_hundred_per_cent():
    assert line(999, 1000).percent == 99


def test_a_forecast_follows_last_years_shape():
    told = forecast(Figure("social_training", 120), HALF, (100, 400), 0)

    assert told is not None
    assert told.value == 480
    assert told.method == "照去年的走势（去年到这一天 100，全年 400）推算"


def test_a_forecast_without_last_year_goes_on_evenly_and_is_never_below_the_classes_that_run():
    even = forecast(Figure("social_training", 61), HALF, (3, 900), 0)
    running = forecast(Figure("social_training", 61), HALF, None, 300)

    assert (even and even.value, running and running.value) == (122, 361)
    assert even is not None
    assert "平均每天" in even.method


@pytest.mark.parametrize("until", [date(2026, 1, 20), date(2026, 12, 31)])
def test_no_forecast_in_the_first_month_and_after_the_end(until: date):
    assert forecast(Figure("social_training", 9), calendar_year(2026, until=until), None, 0) is None


@settings(max_examples=40)
@given(st.integers(0, 5000), st.integers(30, 364), st.integers(0, 50))
def test_a_forecast_is_never_less_than_what_is_done(done: int, gone: int, ahead: int):
    period = calendar_year(2026, until=date(2026, 1, 1) + timedelta(gone - 1))
    told = forecast(Figure("skill_training", done), period, None, ahead)

    assert told is not None
    assert told.value >= done + ahead


def test_reasons_say_what_tells_most():
    assert reasons(line(0)) == ("今年还没有计入这一项的班和活动。",)
    assert reasons(line(10, before=(30, 90), ahead=20, turned_away=4)) == (
        "比去年同期少 20 人次。",
        "4 个学员的班已结束、出勤没有达到最低出勤率，没有计入。",
        "在开的班结业后最多再加 20 人次，还要另找 70 人次。",
    )
    assert reasons(line(2, key="adult_schooling", ahead=9)) == ("9 人在读双证班，还没有拿到学历证书。",)
    assert reasons(line(0, key="college")) == ("今年还没有人从报读的院校毕业。",)
    assert reasons(line(3, key="college")) == ()
    assert reasons(line(3)) == ("现在没有在开的班能再计入这一项。",)
    assert reasons(line(80)) == ()


def test_the_sentence_says_target_done_time_and_forecast():
    assert line(20).sentence == (
        "社会培训目标 100 人次，完成 20 人次（20%），时间过了 50%。没有去年可比的数，按到今天平均每天的进度推算，"
        "估计期末约 40 人次，差目标 60 人次。"
    )


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (calendar_year(2026), "2026年"),
        (school_year(2025), "2025学年（2025.9—2026.8）"),
        (month_of(date(2026, 2, 14)), "2026年2月"),
        (Period(date(2026, 3, 1), date(2026, 5, 31)), "2026年3月1日—2026年5月31日"),
    ],
)
def test_periods_are_named_as_people_say_them(period: Period, words: str):
    assert period.words == words


def test_school_years_begin_in_september_and_leap_days_are_kept():
    assert year_of(date(2026, 8, 31), by_school_year=True) == school_year(2025)
    assert year_of(date(2026, 9, 1), by_school_year=True) == school_year(2026)
    assert (school_year(2027).last, school_year(2027).days) == (date(2028, 8, 31), 366)
    assert Period(date(2028, 2, 29), date(2028, 2, 29)).a_year_before() == Period(
        date(2027, 2, 28), date(2027, 2, 28)
    )


def test_attendance_is_met_missed_or_not_to_be_told():
    policy = AttendancePolicy(None, None, Fraction(3, 4))

    assert meets_attendance({"present": 6, "absent": 2}, policy) is True
    assert meets_attendance({"present": 5, "absent": 3}, policy) is False
    assert meets_attendance({"present": 5, "late": 2, "absent": 1}, policy) is None
    assert meets_attendance({"absent": 8}, AttendancePolicy()) is False
    assert meets_attendance({}, AttendancePolicy()) is False


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(2006, 3, 3), "16"),
        (date(2006, 3, 2), "20"),
        (date(1956, 3, 2), "70"),
        (date(2020, 1, 1), "00"),
        (None, ""),
    ],
)
def test_ages_fall_into_bands_on_the_day(born: date | None, band: str):
    assert age_band(born, date(2026, 3, 2)) == band


def test_hukou_is_told_by_its_words():
    words = ("浙江省绍兴市柯桥区兰亭街道谢家桥村", "绍兴县钱清镇", "安徽省阜阳市颍州区", " ")

    assert [hukou_group(one) for one in words] == ["local", "local", "elsewhere", ""]
    assert [label_of(Breakdown.HUKOU, key) for key in ("local", "elsewhere", "")] == [
        "本区户籍",
        "区外户籍",
        "未登记",
    ]


def test_a_chart_keeps_room_for_numbers_and_shows_the_even_share():
    chart = month_chart([("2026-01", 10), ("2026-02", 40), ("2026-03", 0)], target=60, current="2026-02")

    assert [bar.height for bar in chart.bars] == [10 / 40 * 0.88, 0.88, 0]
    assert [bar.is_open for bar in chart.bars] == [False, True, True]
    assert chart.share == 20 / 40 * 0.88
