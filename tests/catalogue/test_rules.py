"""The sample catalogue and the shape of a 双证 programme."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqdesk.rooms.catalogue.rules import (
    SubjectPlan,
    hours_taken,
    programme_faults,
    sample_courses,
    sample_programmes,
    study_hours,
)
from kqdesk.rooms.catalogue.terms import Category, DualLevel, Subject

SENIOR, JUNIOR = sample_programmes()


def test_a_hundred_samples_ten_a_category_no_title_twice():
    samples = sample_courses()

    assert Counter(one.category for one in samples) == dict.fromkeys(Category, 10)
    assert len({one.title for one in samples}) == 100
    assert len({one.code for one in samples}) == 100
    assert all(one.summary for one in samples)
    assert all(one.occupation for one in samples if one.skill_level)


def test_the_programmes_are_those_of_the_papers():
    assert [(one.level, programme_faults(one.level, one.plans)) for one in (SENIOR, JUNIOR)] == [
        (DualLevel.SENIOR, []), (DualLevel.JUNIOR, []),
    ]  # fmt: skip
    assert hours_taken(SENIOR.plans) == (900, 300)
    assert hours_taken(JUNIOR.plans) == (660, 220)
    assert len({plan.textbook for plan in SENIOR.plans}) == 5
    assert {plan.textbook for plan in JUNIOR.plans} == {"《成人初中文化学习辅导》"}
    assert [plan.subject for plan in SENIOR.plans if plan.choice] == [
        Subject.NATURAL_SCIENCE,
        Subject.SOCIAL_SCIENCE,
    ]


@pytest.mark.parametrize(
    ("level", "plans", "faults"),
    [
        (
            DualLevel.JUNIOR,
            SENIOR.plans,
            ["成人初中没有“自然科学”这一科。", "成人初中没有“社会科学”这一科。", "还缺：科学。"],
        ),
        (DualLevel.SENIOR, SENIOR.plans[1:], ["还缺：语文。"]),
        (DualLevel.SENIOR, (*SENIOR.plans, SENIOR.plans[0]), ["“语文”写了两次。"]),
        (
            DualLevel.JUNIOR,
            (SubjectPlan(Subject.CHINESE, None, 10, 20), *JUNIOR.plans[1:]),
            ["“语文”的面授学时比总学时还多。"],
        ),
        (
            DualLevel.JUNIOR,
            (SubjectPlan(Subject.CHINESE, choice="甲"), *JUNIOR.plans[1:]),
            ["选考组“甲”里只有一科，选考组至少两科。"],
        ),
    ],
)
def test_a_programme_that_cannot_be(level: DualLevel, plans: tuple[SubjectPlan, ...], faults: list[str]):
    assert programme_faults(level, plans) == faults


@given(st.permutations(SENIOR.plans))
def test_hours_do_not_depend_on_the_order(plans: list[SubjectPlan]):
    assert hours_taken(plans) == (900, 300)


def test_hours_of_a_course():
    assert study_hours(8, 2) == 16
    assert study_hours(None, 2) is None
    assert study_hours(8, None) is None
