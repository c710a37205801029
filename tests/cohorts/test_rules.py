"""Who may enrol, how cohorts and rolls are numbered."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kqdesk.rooms.catalogue.terms import DualLevel
from kqdesk.rooms.cohorts.rules import (
    NO_LIMITS,
    Applicant,
    EnrolmentLimits,
    age_on,
    cohort_no,
    counted_day,
    enrolment_concerns,
    next_roll_numbers,
    places_left,
)
from kqdesk.rooms.cohorts.terms import CohortKind

LIMITS = EnrolmentLimits(
    lowest_age=18,
    highest_age=60,
    highest_source="行动计划",
    admits=frozenset({"71", "63"}),
)
DAY = date(2026, 3, 2)


def test_sixty_is_in_and_sixty_one_is_out_on_the_birthday() -> None:
    last_day = Applicant("阮秋月", date(1965, 3, 3), "71")
    birthday = Applicant("阮秋月", date(1965, 3, 2), "71")

    assert enrolment_concerns(last_day, DualLevel.SENIOR, LIMITS, DAY) == ()
    assert [c.sentence for c in enrolment_concerns(birthday, DualLevel.SENIOR, LIMITS, DAY)] == [
        "阮秋月：已 61 周岁，超过成人高中就学年龄上限 60 周岁（行动计划）。"
    ]


def test_nothing_is_checked_without_limits_or_level() -> None:
    old = Applicant("阮秋月", date(1920, 1, 1), "61")

    assert enrolment_concerns(old, DualLevel.SENIOR, NO_LIMITS, DAY) == ()
    assert enrolment_concerns(old, None, LIMITS, DAY) == ()


def test_unknown_birth_and_schooling_are_said_not_guessed() -> None:
    found = enrolment_concerns(Applicant("阮秋月", None, None), DualLevel.SENIOR, LIMITS, DAY)

    assert [(c.kind, c.is_blocking) for c in found] == [("unknown", False), ("unknown", False)]


def test_a_pack_may_forbid() -> None:
    strict = EnrolmentLimits(admits=frozenset({"71"}), blocks=frozenset({"education"}))

    found = enrolment_concerns(Applicant("阮秋月", None, "61"), DualLevel.SENIOR, strict, DAY)

    assert [(c.kind, c.is_blocking) for c in found] == [("education", True)]


def test_junior_school_without_more_is_read_as_finished_and_senior_is_not() -> None:
    junior, senior = Applicant("甲", date(1990, 1, 1), "70"), Applicant("乙", date(1990, 1, 1), "60")

    assert enrolment_concerns(junior, DualLevel.SENIOR, LIMITS, DAY) == ()
    assert len(enrolment_concerns(senior, DualLevel.SENIOR, LIMITS, DAY)) == 1


@given(st.dates(date(1930, 1, 1), date(2010, 12, 31)), st.integers(0, 36500))
def test_age_grows_by_one_a_year_on_the_birthday(born: date, days: int) -> None:
    day = min(born + timedelta(days), date(2090, 1, 1))

    age = age_on(born, day)

    assert age == day.year - born.year - (1 if (day.month, day.day) < (born.month, born.day) else 0)
    assert age >= 0


def test_cohort_numbers_go_on_from_the_highest_of_year_and_kind() -> None:
    taken = ["2026-YX01", "2026-YX09", "2026-CB03", "2025-YX40", "2026-YX旧"]

    assert cohort_no(2026, [CohortKind.NIGHT_SCHOOL], taken) == "2026-YX10"
    assert cohort_no(2026, [CohortKind.NIGHT_SCHOOL, CohortKind.VILLAGE], taken) == "2026-CB04"
    assert cohort_no(2027, [], taken) == "2027-QT01"


@given(st.lists(st.one_of(st.none(), st.integers(1, 90)), max_size=20), st.integers(0, 20))
def test_roll_numbers_are_never_given_twice(taken: list[int | None], count: int) -> None:
    fresh = next_roll_numbers(taken, count)

    assert len(set(fresh)) == count
    assert not set(fresh) & set(taken)
    assert fresh == sorted(fresh)


def test_an_overfull_cohort_has_no_places() -> None:
    assert (places_left(25, 20), places_left(25, 25), places_left(25, 30)) == (5, 0, 0)


def test_age_is_counted_on_the_day_the_pack_says() -> None:
    applied, begins = date(2026, 3, 2), date(2026, 9, 8)

    days = [counted_day(rule, applied, begins) for rule in (None, "enrolment", "cohort_start", "year_end")]

    assert days == [applied, applied, begins, date(2026, 12, 31)]
    assert counted_day("cohort_start", applied, None) == applied
