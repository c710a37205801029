"""Expiry, the week, and specialities, as pure rules."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.rooms.catalogue.terms import Category
from kqdesk.rooms.trainers.rules import (
    DAY_MINUTES,
    Expiry,
    Span,
    categories,
    expiry,
    is_free,
    joined,
    shown,
    span_fault,
    specialities_of,
)

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("expires_on", "days", "standing"),
    [
        (None, 60, Expiry.VALID),
        (date(2026, 3, 1), 60, Expiry.OVER),
        (date(2026, 3, 2), 60, Expiry.SOON),
        (date(2026, 5, 1), 60, Expiry.SOON),
        (date(2026, 5, 2), 60, Expiry.VALID),
        (date(2026, 3, 2), None, Expiry.VALID),
        (date(2026, 3, 1), None, Expiry.OVER),
    ],
)
def test_how_a_paper_stands(expires_on: date | None, days: int | None, standing: Expiry):
    assert expiry(expires_on, TODAY, days) is standing


@given(st.integers(-400, 400), st.integers(0, 365))
def test_a_paper_is_over_exactly_after_its_last_day(days: int, warning: int):
    assert (expiry(TODAY + timedelta(days), TODAY, warning) is Expiry.OVER) == (days < 0)


SPANS = st.builds(
    lambda day, start, length: Span(day, start, min(start + length, DAY_MINUTES)),
    st.integers(1, 7), st.integers(0, DAY_MINUTES - 1), st.integers(1, 300),
)  # fmt: skip


def minutes(spans: list[Span]) -> set[tuple[int, int]]:
    return {(span.weekday, minute) for span in spans for minute in range(span.start_minute, span.end_minute)}


@given(st.lists(SPANS, max_size=8))
@settings(max_examples=40)
def test_joining_keeps_every_minute_and_leaves_no_touching_spans(spans: list[Span]):
    week = joined(spans)

    assert minutes(week) == minutes(spans)
    assert joined(week) == week
    assert all(a.weekday < b.weekday or a.end_minute < b.start_minute for a, b in itertools.pairwise(week))


@given(st.lists(SPANS, max_size=6), SPANS)
@settings(max_examples=40)
def test_free_means_every_minute_was_given(spans: list[Span], wanted: Span):
    expected = None if not spans else minutes([wanted]) <= minutes(spans)

    assert is_free(spans, wanted) is expected


@pytest.mark.parametrize(
    ("span", "fault"),
    [
        (Span(0, 0, 60), "星期要在 1 到 7 之间，现在是 0。"),
        (Span(2, 1200, 1200), "周二：结束时间要在开始时间之后，并且在同一天。"),
        (Span(2, 1200, 1500), "周二：结束时间要在开始时间之后，并且在同一天。"),
        (Span(7, 0, DAY_MINUTES), None),
    ],
)
def test_impossible_times(span: Span, fault: str | None):
    assert span_fault(span) == fault


def test_a_week_in_words():
    evenings = [Span(day, 1080, 1260) for day in range(1, 6)]

    assert shown([*evenings, Span(6, 480, 690)]) == "周一至周五 18:00—21:00、周六 8:00—11:30"
    assert shown([Span(2, 1110, 1230), Span(4, 1110, 1230)]) == "周二四 18:30—20:30"
    assert shown([]) == ""


def test_specialities_are_ticked_or_typed_and_each_once():
    assert specialities_of(("非遗传承",), "黄酒酿造，越剧; 非遗传承 剪纸、") == [
        "非遗传承",
        "黄酒酿造",
        "越剧",
        "剪纸",
    ]
    assert specialities_of((), None) == []


def test_the_categories_to_tick_are_the_catalogues_ten():
    assert categories() == tuple(category.label for category in Category)
