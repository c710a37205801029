"""When to call, what is counted, what digits and ticks mean, who may be honoured."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqdesk.printing.scanning.answers import Doubt, Ink
from kqdesk.rooms.followup import rules
from kqdesk.rooms.followup.rules import BoxInk, Heard, PersonWave, RowRead, Tried
from kqdesk.rooms.followup.rules.form_sheet import FormCode, read_code, write_code
from kqdesk.rooms.followup.terms import CallState, HonourKind, HonourState, NextStudy, Outcome, Work
from kqdesk.rooms.survey.rules import read_code as read_number

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
MONTHS = st.lists(st.sampled_from([1, 2, 3, 6, 9, 12, 18, 24]), min_size=1, max_size=5, unique=True)
END = date(2025, 12, 1)
WAVES = rules.waves(END, (3, 6, 12))


@pytest.mark.parametrize(
    ("completed", "months", "due"),
    [
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2025, 12, 31), 6, date(2026, 6, 30)),
        (date(2025, 3, 15), 9, date(2025, 12, 15)),
        (date(2025, 1, 1), 12, date(2026, 1, 1)),
    ],
)
def test_the_same_day_so_many_months_later_or_the_last_of_the_month(completed, months, due) -> None:
    assert rules.due_on(completed, months) == due


@given(DAYS, MONTHS)
def test_every_day_belongs_to_one_call_at_most_and_every_call_has_its_day(
    completed: date, months: list[int]
) -> None:
    found = rules.waves(completed, months)

    assert [one.months for one in found] == sorted(months)
    assert all(completed < one.opens_on <= one.due_on <= one.closes_on for one in found)
    for one, after in pairwise(found):
        assert after.opens_on == one.closes_on + timedelta(days=1)
    assert all(rules.wave_on(found, one.due_on) == one for one in found)
    assert rules.wave_on(found, completed) is None


def test_half_way_between_two_calls_the_next_one_begins() -> None:
    assert [(one.opens_on, one.due_on, one.closes_on) for one in WAVES] == [
        (date(2026, 1, 16), date(2026, 3, 1), date(2026, 4, 16)),
        (date(2026, 4, 17), date(2026, 6, 1), date(2026, 8, 31)),
        (date(2026, 9, 1), date(2026, 12, 1), date(2027, 3, 2)),
    ]


@pytest.mark.parametrize(
    ("today", "tried", "state"),
    [
        (date(2026, 1, 15), (), CallState.PLANNED),
        (date(2026, 1, 16), (), CallState.DUE),
        (date(2026, 3, 1), (), CallState.DUE),
        (date(2026, 3, 2), (), CallState.OVERDUE),
        (date(2026, 4, 17), (), CallState.MISSED),
        (date(2026, 3, 9), (Tried(date(2026, 3, 2), Outcome.NO_ANSWER, date(2026, 3, 10)),), CallState.DUE),
        (
            date(2026, 3, 11),
            (Tried(date(2026, 3, 2), Outcome.NO_ANSWER, date(2026, 3, 10)),),
            CallState.OVERDUE,
        ),
        (date(2026, 9, 1), (Tried(date(2026, 3, 2), Outcome.ANSWERED),), CallState.ANSWERED),
        (date(2026, 3, 2), (Tried(date(2026, 3, 2), Outcome.REFUSED),), CallState.REFUSED),
        (date(2026, 3, 2), (Tried(date(2026, 3, 2), Outcome.LOST),), CallState.LOST),
    ],
)
def test_where_a_call_stands(today, tried, state) -> None:
    assert rules.standing(WAVES[0], tried, today) is state


def test_seven_days_begin_today() -> None:
    assert rules.last_of_week(date(2026, 2, 26)) == date(2026, 3, 4)


def test_each_share_has_its_own_base() -> None:
    found = rules.shares(
        [
            PersonWave("a", 3, Heard(Work.EMPLOYED, 3, 2, NextStudy.COLLEGE)),
            PersonWave("b", 3, Heard(Work.JOBLESS, 1, 1, NextStudy.NONE)),
            PersonWave("c", 3, Heard(Work.RETIRED, None, 2, None)),
            PersonWave("d", 3, Heard(Work.FARMING, 2, None, NextStudy.WISHES)),
            PersonWave("e", 3, None),
        ]
    )

    assert {one.key: (one.part, one.whole, one.words) for one in found} == {
        "answered": (("a", "b", "c", "d"), ("a", "b", "c", "d", "e"), "80.0 %"),
        "employed": (("a", "d"), ("a", "b", "d"), "66.7 %"),
        "higher": (("a",), ("a", "b"), "50.0 %"),
        "studying": (("a",), ("a", "b", "d"), "33.3 %"),
    }


def test_nobody_to_count_is_a_dash() -> None:
    assert [one.words for one in rules.shares([])] == ["—"] * 4


def test_the_latest_word_on_each_thing_counts() -> None:
    found = rules.joined([Heard(Work.JOBLESS, 1, 0, None), Heard(Work.EMPLOYED, None, None, NextStudy.SKILL)])

    assert found == Heard(Work.EMPLOYED, 1, 0, NextStudy.SKILL)


# -- satisfaction ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "scores"),
    [("54535", (5, 4, 5, 3, 5)), (" 5 4 5 3 5 ", (5, 4, 5, 3, 5)), ("50-15", (5, None, None, 1, 5))],
)
def test_a_form_is_five_digits(typed, scores) -> None:
    assert rules.read_scores(typed, 5, 5) == scores


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("5453", "有 5 个问题，要打 5 个数字（没答的打 0），现在是 4 个。"),
        ("54536", "“6”不对：每题 1 到 5 分，没答的打 0。"),
        ("5453x", "“x”不对：每题 1 到 5 分，没答的打 0。"),
        ("5453五", "“五”不对：每题 1 到 5 分，没答的打 0。"),
        ("00000", "一题也没有答的表不用登记。"),
    ],
)
def test_what_is_no_form_gets_a_sentence(typed, said) -> None:
    with pytest.raises(ValueError, match="^" + said.replace("（", ".").replace("）", ".")):
        rules.read_scores(typed, 5, 5)


@given(st.lists(st.none() | st.integers(1, 9), min_size=1, max_size=10).filter(any))
def test_digits_say_the_same_again(scores) -> None:
    assert rules.read_scores(rules.shown_scores(scores), len(scores), 9) == tuple(scores)


def row(*inks: str) -> list[BoxInk]:
    """Printed question, then boxes: . empty, x marked, ? doubtful."""
    of = {".": Ink.EMPTY, "x": Ink.MARKED, "?": Ink.DOUBTFUL}
    return [BoxInk(of[one], Doubt.PALE if one == "?" else Doubt.NONE) for one in inks]


@pytest.mark.parametrize(
    ("boxes", "read"),
    [
        (row(".", ".", ".", ".", "x", "."), RowRead(0, 4, 4)),
        (row(".", ".", ".", ".", ".", "."), RowRead(0, None)),
        (row(".", "x", ".", ".", "x", "."), RowRead(0, None, None, "打了 2 个勾")),
        (row(".", ".", "?", ".", "x", "."), RowRead(0, None, 4, "笔迹太浅，也可能是污渍")),
        (row("?", ".", ".", ".", ".", "x"), RowRead(0, None, 5, "笔迹太浅，也可能是污渍")),
    ],
)
def test_what_ticks_mean(boxes, read) -> None:
    assert rules.read_tick(0, boxes) == read


def forms(*digits: str) -> list[tuple[tuple[int | None, ...], str]]:
    return [(rules.read_scores(one, len(one), 5), "") for one in digits]


def test_results_of_few_forms_are_not_shown() -> None:
    few = rules.result(["甲"], 5, forms("5", "4", "1", "3"), least=5, good_from=4)
    unset = rules.result(["甲"], 5, forms("5", "4", "1", "3", "2"), least=None, good_from=4)

    assert (few.forms, few.questions, few.hidden) == (4, (), "只有 4 份，满 5 份才显示，免得看出是谁答的。")
    assert (unset.questions, "未配置" in unset.hidden) == ((), True)


def test_means_and_shares_of_enough_forms() -> None:
    found = rules.result(["甲", "乙"], 5, forms("55", "44", "13", "30", "54"), least=5, good_from=4)

    assert [(one.counts, one.mean) for one in found.questions] == [
        ((1, 0, 1, 1, 2), "3.60"),
        ((0, 0, 1, 2, 1), "4.00"),
    ]
    assert (found.overall, found.satisfied, found.hidden) == ("3.78", 67, "")


@given(
    st.lists(st.lists(st.none() | st.integers(1, 5), min_size=3, max_size=3), max_size=12), st.integers(1, 8)
)
def test_nothing_is_told_below_the_least(rows, least) -> None:
    found = rules.result(["a", "b", "c"], 5, [(one, "好") for one in rows], least=least, good_from=4)

    assert bool(found.hidden) == (len(rows) < least)
    assert bool(found.words) == (not found.hidden)
    assert all(1 <= int(one.hundredths) / 100 <= 5 for one in found.questions if one.hundredths is not None)


def test_no_more_forms_than_people() -> None:
    assert [rules.is_full(7, fresh, 8) for fresh in (1, 2)] == [False, True]


@given(st.integers(0, 16**32 - 1))
def test_the_number_of_a_form_notices_a_wrong_digit(lot: int) -> None:
    code = rules.form_code(f"{lot:032x}")
    wrong = code[:3] + str((int(code[3]) + 1) % 10) + code[4:]

    assert (len(code), read_number(code), read_number(wrong)) == (9, code, None)


def test_the_code_of_a_sheet_there_and_back() -> None:
    code = FormCode("330603008", "0198" + "ab" * 14, 12_345)

    assert read_code(write_code(code)) == code
    for bad in ("x", "330603008/ABC/1", "330603008/AGMKXK5LVOV2XK5LVOV2XK5LVM/0", "a/b/c/d"):
        with pytest.raises(ValueError, match="no form code"):
            read_code(bad)


# -- honours ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "wanted", "reason", "until", "said"),
    [
        (HonourState.NOMINATED, HonourState.APPROVED, "", None, None),
        (HonourState.NOMINATED, HonourState.AWARDED, "", None, "现在是「待审批」，不能改成「已表彰」。"),
        (HonourState.NOMINATED, HonourState.DECLINED, " ", None, "请写明原因。"),
        (HonourState.POSTED, HonourState.AWARDED, "", END, "公示到 2025-12-01，公示期满才能表彰。"),
        (HonourState.POSTED, HonourState.AWARDED, "", END - timedelta(days=1), None),
        (HonourState.AWARDED, HonourState.WITHDRAWN, "举报属实", None, None),
        (HonourState.WITHDRAWN, HonourState.APPROVED, "", None, "现在是「已撤下」，不能改成「已批准」。"),
    ],
)
def test_which_step_follows_which(state, wanted, reason, until, said) -> None:
    assert rules.step_fault(state, wanted, reason=reason, posted_until=until, today=END) == said


def test_nobody_approves_what_she_proposed() -> None:
    assert rules.second_person_fault("a", "b", {"a"}) is None
    assert rules.second_person_fault("a", "a", {"a"}) == "这是您推荐的，要由另一个人审批。"
    assert rules.second_person_fault("a", "b", {"b"}) == "这是您推荐的，要由另一个人审批。"
    assert "没有有效的签名" in str(rules.second_person_fault("a", "b", set()))


def test_a_star_has_learnt_here() -> None:
    assert rules.star_fault(HonourKind.STAR, has_learnt=True) is None
    assert rules.star_fault(HonourKind.MODEL, has_learnt=False) is None
    assert "学习典型" in str(rules.star_fault(HonourKind.STAR, has_learnt=False))
