"""排摸 rules: codes, ages, who is behind, what is raised, what a typed cell means."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.rooms.catalogue.terms import Category
from kqdesk.rooms.survey import rules
from kqdesk.rooms.survey.rules import Wished
from kqdesk.rooms.survey.terms import ANY_TIME, AnswerState, TimeWish, WishKind

START, END = date(2026, 3, 1), date(2026, 3, 10)


@settings(max_examples=60)
@given(st.integers(1, 99), st.integers(1, 99_999), st.data())
def test_one_wrong_digit_or_two_exchanged_is_no_code(round_no: int, serial: int, data: st.DataObject):
    code = rules.row_code(round_no, serial)

    assert rules.read_code(rules.shown_code(code)) == code
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != code[place]]))
    assert rules.read_code(code[:place] + other + code[place + 1 :]) is None
    near = data.draw(st.integers(0, len(code) - 2))
    if code[near] != code[near + 1]:
        swapped = code[:near] + code[near + 1] + code[near] + code[near + 2 :]
        assert rules.read_code(swapped) is None


def test_words_are_no_code():
    assert [rules.read_code(text) for text in ("", "陈建国", "123", "12 345", "²0000")] == [None] * 5


def test_both_ends_of_the_age_are_in_and_an_unset_end_is_open():
    assert [rules.is_asked(age, 20, 70) for age in (19, 20, 70, 71, None)] == [False, True, True, False, True]
    assert rules.is_asked(99, 20, None)
    assert rules.is_asked(3, None, None)


def test_a_year_is_full_on_the_birthday():
    born = date(2006, 3, 2)

    assert [rules.age_on(born, day) for day in (date(2026, 3, 1), date(2026, 3, 2))] == [19, 20]


def test_behind_is_a_smaller_share_of_people_than_of_days_gone():
    fifth = START + timedelta(days=5)  # five of ten days are gone

    assert [rules.is_behind(asked, 10, START, END, fifth) for asked in (4, 5)] == [True, False]
    assert not rules.is_behind(0, 10, START, END, START)
    assert rules.is_behind(9, 10, START, END, END + timedelta(days=30))
    assert not rules.is_behind(10, 10, START, END, END + timedelta(days=30))


@pytest.mark.parametrize(
    ("then", "now", "raised"),
    [
        ("71", "61", True), ("71", "44", True), ("81", "71", True), ("61", "31", True), ("61", "44", False),
        ("71", "63", False), ("61", "71", False), ("71", None, False), (None, "61", False), ("71", "60", True),
    ],
)  # fmt: skip
def test_only_a_finished_higher_level_is_raised(then: str | None, now: str | None, raised: bool):
    assert rules.is_raised(then, now) is raised


def test_an_answer_below_the_roster_is_seen():
    assert [rules.is_lower(told, "61") for told in ("71", "61", "31")] == [True, False, False]
    assert not rules.is_lower("71", None)


def test_a_wish_in_many_words():
    assert [rules.wants_degree(w) for w in ("有", "愿意", "想读高中", "无", "不愿意", "没有", "否", "", None)] == [
        True, True, True, False, False, False, False, False, False,
    ]  # fmt: skip


def test_choices_are_typed_as_numbers_or_words():
    times = rules.pairs(TimeWish)

    assert rules.read_choices("3 1", times) == ["evening", "weekend_evening"]
    assert rules.read_choices("周末", times) == ["weekend_day", "weekend_evening"]
    assert rules.read_choices("平时晚上、周末白天", times) == ["evening", "weekend_day"]
    assert rules.read_choices("技能", rules.pairs(Category)) == [Category.TRADE_SKILLS]
    assert rules.read_choices("无", times) == []
    with pytest.raises(ValueError, match="“9”不在可选的里面：1 平时晚上"):
        rules.read_choices("9", times)


def test_wishes_stand_at_every_time_and_without_a_time_once():
    assert rules.wishes_of("有", ["电工"], [], [], ["平时晚上", "周末白天"]) == [
        Wished(WishKind.DEGREE, "学历提升", "平时晚上"),
        Wished(WishKind.DEGREE, "学历提升", "周末白天"),
        Wished(WishKind.SKILL, "电工", "平时晚上"),
        Wished(WishKind.SKILL, "电工", "周末白天"),
    ]
    assert rules.wishes_of("无", [], ["智能生活"], [], []) == [
        Wished(WishKind.CATEGORY, "智能生活", ANY_TIME)
    ]


def test_the_first_answer_makes_it_answered_and_a_state_set_by_hand_stays():
    waiting, answered = AnswerState.WAITING, AnswerState.ANSWERED

    assert rules.answered({"wish": "有"}, waiting) is answered
    assert rules.answered({"wish": None}, waiting) is waiting
    assert rules.answered({"state": "refused", "wish": "有"}, waiting) is AnswerState.REFUSED
    assert rules.answered({"note": "搬走"}, AnswerState.REFUSED) is AnswerState.REFUSED
