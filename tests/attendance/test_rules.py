"""The two percentages, hours earned, absences left, and how roll numbers are typed."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqdesk.rooms.attendance.rules import (
    AttendancePolicy,
    Attended,
    absences_left,
    attendance_rates,
    hours_word,
    percent,
    read_numbers,
    rest_present,
    standing,
    study_hours_earned,
    weight,
)
from kqdesk.rooms.attendance.terms import Mark

POLICY = AttendancePolicy(Fraction(1, 2), "excluded", Fraction(3, 4))
UNSET = AttendancePolicy()


def held(*marks: Mark | None) -> list[Attended]:
    return [Attended(2, True, mark) for mark in marks]


def planned(count: int) -> list[Attended]:
    return [Attended(2, False) for _ in range(count)]


def test_of_held_and_of_due_are_two_numbers() -> None:
    lessons = [*held(Mark.PRESENT, Mark.LATE, Mark.ABSENT, Mark.EXCUSED), *planned(4)]

    rates = attendance_rates(lessons, POLICY)

    assert (rates.of_held, rates.of_due, rates.hours) == (Fraction(3, 6), Fraction(3, 16), 3)


@pytest.mark.parametrize(
    ("excused", "of_held"), [("excluded", Fraction(1)), ("absent", Fraction(1, 2)), ("present", Fraction(1))]
)
def test_leave_counts_as_the_pack_says(excused: str, of_held: Fraction) -> None:
    rates = attendance_rates(held(Mark.PRESENT, Mark.EXCUSED), replace(POLICY, excused=excused))

    assert rates.of_held == of_held


def test_unset_weights_are_told_not_guessed() -> None:
    assert attendance_rates(held(Mark.PRESENT, Mark.ABSENT), UNSET).of_held == Fraction(1, 2)
    assert attendance_rates(held(Mark.PRESENT, Mark.LATE), UNSET).of_held is None
    assert weight(Mark.EXCUSED, UNSET) is None
    assert UNSET.missing == ("attendance.late_weight", "attendance.excused")


def test_nothing_held_has_no_rate_and_an_unmarked_lesson_is_no_absence() -> None:
    assert attendance_rates(planned(3), POLICY).of_held is None
    assert attendance_rates(held(Mark.PRESENT, None), POLICY).of_held == 1


def test_absences_left_and_the_sentence() -> None:
    lessons = [*held(Mark.PRESENT, Mark.ABSENT), *planned(6)]

    left = absences_left(lessons, POLICY)

    assert (left, standing(left, 6)) == (1, "再缺 2 次将不合格")
    assert absences_left([*held(*[Mark.ABSENT] * 3), *planned(5)], POLICY) == -1
    assert standing(-1, 5) == "已达不到最低出勤率"
    assert absences_left(lessons, UNSET) is None
    assert standing(3, 8) == ""
    assert standing(2, 2) == ""


marks = st.sampled_from([*Mark, None])
lessons = st.lists(st.builds(Attended, st.integers(1, 4), st.booleans(), marks), max_size=12)


@given(lessons)
def test_rates_lie_between_nothing_and_all(found: list[Attended]) -> None:
    rates = attendance_rates(found, POLICY)

    assert all(rate is None or 0 <= rate <= 1 for rate in (rates.of_held, rates.of_due))
    assert study_hours_earned(found, POLICY) == rates.hours


@given(lessons)
def test_leave_never_moves_the_first_rate_when_it_is_excluded(found: list[Attended]) -> None:
    before = attendance_rates(found, POLICY).of_held

    assert attendance_rates([*found, Attended(2, True, Mark.EXCUSED)], POLICY).of_held == before


@given(lessons)
def test_missing_as_many_as_are_left_still_passes_and_one_more_fails(found: list[Attended]) -> None:
    left = absences_left(found, POLICY)
    ahead = sorted((one for one in found if not (one.is_held and one.mark)), key=lambda one: -one.study_hours)
    done = [one for one in found if one.is_held and one.mark]

    def final(missed: int) -> Fraction | None:
        ends = [
            Attended(one.study_hours, True, Mark.ABSENT if n < missed else Mark.PRESENT)
            for n, one in enumerate(ahead)
        ]
        return attendance_rates([*done, *ends], POLICY).of_held

    assert left is not None
    if left >= 0:
        assert (final(left) or 1) >= Fraction(3, 4)
    if left < len(ahead):
        rate = final(max(left, -1) + 1)
        assert rate is None or rate < Fraction(3, 4)


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (None, ""),
        (Fraction(1), "100%"),
        (Fraction(1999, 2000), "99.9%"),
        (Fraction(2, 3), "66.7%"),
        (Fraction(0), "0%"),
    ],
)
def test_percent_never_says_a_hundred_too_early(rate: Fraction | None, words: str) -> None:
    assert percent(rate) == words


def test_hours_in_words() -> None:
    assert [hours_word(h) for h in (None, Fraction(16), Fraction(3, 2), Fraction(7, 4))] == [
        "",
        "16",
        "1.5",
        "1.75",
    ]


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [("3,7,21", (3, 7, 21)), ("3，7、 21", (3, 7, 21)), ("5-8 6", (5, 6, 7, 8)), (" ", ())],
)
def test_numbers_as_people_type_them(typed: str, numbers: tuple[int, ...]) -> None:
    assert read_numbers(typed) == numbers


@pytest.mark.parametrize("typed", ["三", "8-5", "1000"])
def test_what_is_no_number_is_named(typed: str) -> None:
    with pytest.raises(ValueError, match=typed):
        read_numbers(typed)


@given(
    st.lists(st.text("ab", min_size=1), unique=True),
    st.dictionaries(st.sampled_from(("a", "b", "ab")), st.sampled_from(Mark)),
)
def test_the_rest_is_only_the_unmarked(ids: list[str], given_marks: dict[str, Mark]) -> None:
    rest = rest_present(ids, given_marks)

    assert not rest.keys() & given_marks.keys()
    assert rest.keys() | given_marks.keys() >= set(ids)
