"""Dates of a term from patterns, over the real calendar of a year."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from random import Random

from chinese_calendar.constants import holidays, workdays

from kqdesk.rooms.timetable.rules.clashes import Free, Ground, Slot, overlaps
from kqdesk.rooms.timetable.rules.days import SchoolCalendar
from kqdesk.rooms.timetable.rules.patterns import Pattern, Term, alternate_weeks, dated, every_week
from kqdesk.rooms.timetable.rules.planning.construct import construct
from kqdesk.rooms.timetable.rules.planning.options import all_options
from kqdesk.rooms.timetable.rules.planning.reading import read_problem
from kqdesk.rooms.timetable.rules.ways_out import Stand
from tests.planner.generator import problem_of

YEAR = SchoolCalendar(
    {day: name for day, name in holidays.items() if day.year in (2025, 2026)},
    {day: name for day, name in workdays.items() if day.year in (2025, 2026)},
    known_years=frozenset({2025, 2026}),
)
AUTUMN = Term(date(2025, 9, 1), 18)
SPRING = Term(date(2026, 3, 2), 16)
EVENING = Slot("A", "缝纫班", AUTUMN.first, 1110, 1200, "T", "王水根", "S", "兰亭村礼堂", "北", "R", "大教室")


def cohorts_of(count: int, weeks: int) -> list[Pattern]:
    """Patterns of a made-up week that a constructor filled; every fifth class has A/B weeks, every fourth is of workers."""
    problem = read_problem(problem_of(4, count))
    timetable = construct(problem, all_options(problem), Random(1))
    found = []
    for (c, k), at in zip(problem.lessons, timetable, strict=True):
        assert at is not None
        cohort, venue = problem.cohorts[c], problem.venues[at.venue]
        slot = Slot(
            cohort.id, cohort.id, date(2025, 1, 1), problem.minutes[at.start],
            problem.minutes[at.start] + 45 * cohort.hours, problem.trainers[at.trainer].id,
            problem.trainers[at.trainer].id, f"S{venue.village}", f"村{venue.village}", str(venue.village), venue.id, venue.id,
        )  # fmt: skip
        bits = alternate_weeks(weeks, k) if c % 5 == 0 else every_week(weeks)
        found.append(Pattern(slot, at.day + 1, bits, is_for_workers=c % 4 == 0))
    return found


def test_eighty_cohorts_over_a_real_autumn() -> None:
    _judge(cohorts_of(80, AUTUMN.weeks), AUTUMN, {"国庆节", "National Day", "Mid-autumn Festival"})


def test_eighty_cohorts_over_a_real_spring() -> None:
    _judge(cohorts_of(80, SPRING.weeks), SPRING, {"Labour Day", "Tomb-sweeping Day"})


def _judge(patterns: list[Pattern], term: Term, expected: set[str]) -> None:
    """No lesson on a holiday, none lost, no clash, make-up days used, everything displaced explained."""
    plan = dated(patterns, term, Ground(calendar=YEAR, travel_minutes=25))

    wanted = Counter(
        (n, week) for n, p in enumerate(patterns) for week in range(term.weeks) if p.weeks >> week & 1
    )
    assert len(patterns) >= 80
    assert Counter((one.pattern, one.week) for one in (*plan.lessons, *plan.left)) == wanted
    assert [one.slot.on for one in plan.lessons if one.slot.on in YEAR.closed] == []
    moved = [one for one in plan.lessons if one.was_on is not None]
    assert moved
    assert plan.left == []
    for one in moved:
        was = replace(one.slot, on=one.was_on or one.slot.on, start=patterns[one.pattern].slot.start)
        assert one.slot.cohort in one.sentence
        assert f"{one.slot.on.month}月{one.slot.on.day}日" in one.sentence
        assert f"{was.on.month}月{was.on.day}日" in one.sentence
    for one in plan.lessons:
        if one.was_on is None:
            pattern = patterns[one.pattern]
            assert one.slot.on == term.first + timedelta(7 * one.week + pattern.weekday - 1)
            assert not (pattern.is_for_workers and one.slot.on in YEAR.makeup and one.slot.start < 1050)
    assert {one.slot.on for one in moved} & set(YEAR.makeup)
    assert {YEAR.closed.get(one.was_on or one.slot.on, "") for one in moved} & expected
    _no_clashes([one.slot for one in plan.lessons])


def _no_clashes(slots: list[Slot]) -> None:
    by_day: dict[date, list[Slot]] = {}
    for slot in slots:
        by_day.setdefault(slot.on, []).append(slot)
    for day in by_day.values():
        for a, b in combinations(day, 2):
            if overlaps(a, b):
                assert a.trainer_id != b.trainer_id, (a, b)
                assert a.classroom_id != b.classroom_id, (a, b)
                assert a.cohort_id != b.cohort_id, (a, b)


def test_a_lesson_of_the_holiday_goes_to_its_make_up_day() -> None:
    plan = dated([Pattern(EVENING, 3, 0b10000)], AUTUMN, Ground(calendar=YEAR))  # Wednesday, 1 October

    said = (
        f"「缝纫班」10月1日 周三 18:30–20:00：{YEAR.closed[date(2025, 10, 1)]}放假，改到 9月28日 周日 18:30"
        f"（{YEAR.makeup[date(2025, 9, 28)]}调休上班日，时间不变）。"
    )
    assert [(one.slot.on, one.sentence) for one in plan.lessons] == [(date(2025, 9, 28), said)]


def test_workers_are_not_asked_to_come_on_a_working_sunday_morning() -> None:
    morning = replace(EVENING, start=510, end=600)

    plan = dated([Pattern(morning, 7, 0b1000, is_for_workers=True)], AUTUMN, Ground(calendar=YEAR))

    (moved,) = plan.lessons
    assert (moved.was_on, moved.slot.on.weekday() in (5, 6)) == (date(2025, 9, 28), True)
    assert "调休上班日，学员白天要上班" in moved.sentence


def test_weeks_a_and_b_share_a_cell() -> None:
    other = replace(EVENING, cohort_id="B", cohort="电商班")
    weeks = [alternate_weeks(4, 0), alternate_weeks(4, 1)]

    plan = dated(
        [Pattern(EVENING, 2, weeks[0]), Pattern(other, 2, weeks[1])],
        Term(date(2026, 3, 2), 4),
        Ground(calendar=YEAR),
    )

    assert [(one.slot.cohort_id, one.slot.on.day) for one in plan.lessons] == [
        ("A", 3),
        ("B", 10),
        ("A", 17),
        ("B", 24),
    ]


def test_a_stand_in_teaches_only_when_nothing_else_is_left() -> None:
    ground = Ground(calendar=YEAR, available={"T": Free(frozenset({(3, 1080, 1290)}))})
    full = [Pattern(replace(EVENING, classroom_id=None), 3, every_week(20))]
    term = Term(date(2025, 9, 1), 20, reserve=0)

    alone = dated(full, term, ground)
    helped = dated(full, term, ground, {"T": [Stand("U", "李师")]})

    assert [(one.was_on, "没有空位" in one.sentence) for one in alone.left] == [
        (date(2025, 10, 1), True),
        (date(2025, 10, 8), True),
    ]
    assert helped.left == []
    assert [one.slot.trainer_id for one in helped.lessons if one.was_on] == ["U", "U"]
