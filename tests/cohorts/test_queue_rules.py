"""Rules of the waiting list, of money and of last year's class again."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqdesk.rooms.cohorts import rules
from kqdesk.rooms.cohorts.rules import Money, Queued
from kqdesk.rooms.cohorts.terms import EnrolmentState, FeeKind

DAY = date(2026, 3, 2)
STATES = st.sampled_from(list(EnrolmentState))
DAYS = st.none() | st.dates(DAY - timedelta(5), DAY + timedelta(5))
PEOPLE = st.lists(st.tuples(STATES, st.integers(1, 50), DAYS), max_size=30).map(
    lambda rows: [Queued(f"{n:02d}", state, queue_no, day) for n, (state, queue_no, day) in enumerate(rows)]
)


def test_the_answer_is_due_after_the_days_of_the_pack_and_never_without_them() -> None:
    assert rules.answer_day(DAY, 3) == date(2026, 3, 5)
    assert rules.answer_day(DAY, None) is None


@pytest.mark.parametrize(
    ("state", "answer_by", "holds"),
    [
        (EnrolmentState.ENROLLED, None, True),
        (EnrolmentState.COMPLETED, None, True),
        (EnrolmentState.OFFERED, None, True),
        (EnrolmentState.OFFERED, DAY, True),
        (EnrolmentState.OFFERED, DAY - timedelta(1), False),
        (EnrolmentState.WAITING, None, False),
        (EnrolmentState.SUSPENDED, None, False),
    ],
)
def test_who_holds_a_place(state: EnrolmentState, answer_by: date | None, holds: bool) -> None:
    assert rules.holds_place(state, answer_by, DAY) is holds


@given(PEOPLE, st.integers(1, 40))
def test_free_places_are_offered_in_order_and_never_too_many(people: list[Queued], capacity: int) -> None:
    chosen = rules.promoted(capacity, people, DAY)

    held = sum(rules.holds_place(one.state, one.answer_by, DAY) for one in people)
    waiting = sorted(
        (one for one in people if one.state is EnrolmentState.WAITING), key=lambda one: (one.queue_no, one.id)
    )
    assert chosen == [one.id for one in waiting][: max(capacity - held, 0)]
    assert not chosen or held + len(chosen) <= capacity


@given(st.lists(st.booleans(), max_size=12), st.none() | st.integers(1, 5))
def test_coming_once_keeps_the_place(came: list[bool], limit: int | None) -> None:
    assert rules.loses_place([*came, True], limit) is False
    assert rules.loses_place([*came, True, *[False] * (limit or 3)], limit) is (limit is not None)


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"), (1, "壹分"), (10, "壹角整"), (105, "壹元零伍分"), (120_050, "壹仟贰佰元伍角整"),
        (1_000_000, "壹万元整"), (1_000_500, "壹万零伍元整"), (10_001_000, "壹拾万零壹拾元整"),
        (12_345_678, "壹拾贰万叁仟肆佰伍拾陆元柒角捌分"), (30_050, "叁佰元伍角整"),
        (10_000_000_000, "壹亿元整"), (1_000_100_000_000, "壹佰亿零壹佰万元整"),
    ],
)  # fmt: skip
def test_amounts_in_capital_figures(fen: int, words: str) -> None:
    assert rules.in_words(fen) == words


def _read(words: str) -> int:
    """The amount back from its capital figures, by another way than it was written."""
    digits = {word: n for n, word in enumerate("零壹贰叁肆伍陆柒捌玖")}
    total = group = digit = 0
    for mark in words:
        if mark in digits:
            digit = digits[mark]
        elif mark in "拾佰仟":
            group, digit = group + digit * 10 ** ("拾佰仟".index(mark) + 1), 0
        elif mark == "万":
            total, group, digit = total + (group + digit) * 10_000 * 100, 0, 0
        elif mark == "元":
            total, group, digit = total + (group + digit) * 100, 0, 0
        elif mark in "角分":
            total, digit = total + digit * {"角": 10, "分": 1}[mark], 0
    return total


@given(st.integers(0, rules.MOST))
def test_capital_figures_are_read_back(fen: int) -> None:
    assert _read(rules.in_words(fen)) == fen
    assert "零零" not in rules.in_words(fen)


@given(st.lists(st.tuples(st.sampled_from(list(FeeKind)), st.integers(1, 90_000)), max_size=8))
def test_all_that_was_paid_may_go_back_and_no_more(lines: list[tuple[FeeKind, int]]) -> None:
    entries = [Money(kind, amount) for kind, amount in lines]

    for kind, amount in rules.paid(entries).items():
        assert rules.refund_fault(entries, kind, amount) is None
        assert rules.refund_fault(entries, kind, amount + 1) is not None
        entries.append(Money(kind, -amount))
    assert rules.paid(entries) == {}


def test_receipt_numbers_go_on_by_year_and_pc() -> None:
    taken = ["2026-1-0002", "2026-2-0009", "2025-1-0077", "2026-1-x"]

    assert rules.receipt_no(2026, "pc1", taken) == "2026-1-0003"
    assert rules.receipt_no(2026, "330603008.2", taken) == "2026-2-0010"
    assert rules.receipt_no(2027, "pc1", taken) == "2027-1-0001"


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(0, 300),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)
def test_the_same_weekday_next_year_and_the_same_length(start: date, length: int, today: date) -> None:
    new = rules.next_start(start, today)

    assert new is not None
    assert new >= today
    assert new > start
    assert new.weekday() == start.weekday()
    ends = rules.shifted(start + timedelta(length), start, new)
    assert ends == new + timedelta(length)


def test_graduates_leavers_and_those_who_only_waited_are_not_taken_along() -> None:
    along = [state for state in EnrolmentState if rules.is_taken_along(state)]

    assert along == [EnrolmentState.ENROLLED, EnrolmentState.SUSPENDED]
