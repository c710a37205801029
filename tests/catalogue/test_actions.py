"""Courses and programmes over a real store."""

from typing import Any

import pytest

from kqdesk.kernel.errors import StaleRecord, UserError
from kqdesk.rooms.catalogue import actions, queries
from kqdesk.rooms.catalogue.rules import sample_programmes
from kqdesk.rooms.catalogue.terms import Category, DualLevel, SkillLevel
from kqdesk.store.store import Store
from tests.statements import count_statements


def add(store: Store, actor: str, title: str = "电商直播提高班", **more: Any) -> str:
    return store.run(
        actions.add_course, actor, title=title, category=more.pop("category", Category.ENTERPRISE), **more
    ).value


def test_the_samples_come_once(store: Store, clerk: str):
    assert [store.run(actions.load_samples, clerk).value for _ in range(2)] == [102, 0]

    with store.reading() as session:
        tree = queries.catalogue_tree(session)
        programmes = queries.programmes(session)
    assert [(branch.category, len(branch.courses)) for branch in tree] == [
        (category, 10) for category in Category
    ]
    assert all(course.is_sample for branch in tree for course in branch.courses)
    assert [(one.level, one.subject_count, one.total_hours, one.face_hours, len(one.textbooks)) for one in programmes] == [
        (DualLevel.JUNIOR, 4, 660, 220, 1), (DualLevel.SENIOR, 4, 900, 300, 5),
    ]  # fmt: skip
    store.undo(clerk)
    store.undo(clerk)
    with store.reading() as session:
        assert queries.courses(session) == []
        assert queries.programmes(session) == []


def test_a_new_course_gets_the_next_code_and_its_hours(store: Store, clerk: str):
    store.run(actions.load_samples, clerk)

    course = add(store, clerk, lesson_count=12, hours_per_lesson=2, lesson_minutes=90)

    with store.reading() as session:
        card = queries.course_card(session, course)
    assert card is not None
    assert (card.code, card.study_hours, card.rhythm, card.is_sample) == (
        "GF06-11",
        24,
        "12 次 × 90 分钟",
        False,
    )


def test_a_changed_sample_is_the_schools_own(store: Store, clerk: str):
    store.run(actions.load_samples, clerk)
    with store.reading() as session:
        sample = queries.find(session, "茶艺", 1)[0]

    store.run(
        actions.change_course, clerk, course_id=sample.id, title="茶艺（春季）", category=Category.TRADE_SKILLS,
        occupation="茶艺师", skill_level=SkillLevel.JUNIOR, lesson_count=10, hours_per_lesson=2,
    )  # fmt: skip

    with store.reading() as session:
        card = queries.course_card(session, sample.id)
    assert card is not None
    assert (card.title, card.code, card.is_sample, card.study_hours, card.skill) == (
        "茶艺（春季）", sample.code, False, 20, "茶艺师 初级工（五级）",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"title": " "}, "请填写课程名称"),
        ({"code": "gf06-01"}, "课程代码“GF06-01”已经用过了"),
        ({"title": "电商直播"}, "“创新创业”里已经有一门“电商直播”"),
        ({"lesson_count": 0}, "课次要在 1 到 400 之间"),
        ({"skill_level": SkillLevel.JUNIOR}, "也要填是哪个职业"),
    ],
)
def test_what_cannot_be_is_refused(store: Store, clerk: str, more: dict[str, Any], sentence: str):
    store.run(actions.load_samples, clerk)

    with pytest.raises(UserError, match=sentence):
        add(store, clerk, **more)


def test_a_retired_course_is_not_offered(store: Store, clerk: str):
    course = add(store, clerk)

    store.run(actions.retire_course, clerk, course_id=course)

    with store.reading() as session:
        assert queries.courses(session) == []
        assert queries.find(session, "电商", 5) == []
        assert [row.is_active for row in queries.courses(session, with_retired=True)] == [False]


def test_courses_are_found_by_title_trade_and_initials(store: Store, clerk: str):
    store.run(actions.load_samples, clerk)

    with store.reading() as session:
        assert [row.title for row in queries.courses(session, text="sxhj")] == ["绍兴黄酒酿造"]
        assert [row.title for row in queries.courses(session, text="育婴员")] == ["育婴员"]
        assert len(queries.courses(session, category=Category.HERITAGE)) == 10


def test_a_programme_is_changed_as_a_whole(store: Store, clerk: str, head: str):
    store.run(actions.load_samples, clerk)
    with store.reading() as session:
        junior = queries.programmes(session)[0]
    seen = store.position()

    store.run(
        actions.change_programme, head, programme_id=junior.id, title="初中双证（2026）", plans=junior.plans
    )

    with store.reading() as session:
        card = queries.programme_card(session, junior.id)
        assert card is not None
        assert (card.title, card.plans) == ("初中双证（2026）", junior.plans)
        assert queries.subjects_of(session, DualLevel.JUNIOR) == junior.plans
    with pytest.raises(UserError, match="还缺：语文"):
        store.run(actions.change_programme, clerk, programme_id=junior.id, title="x", plans=junior.plans[1:])
    with pytest.raises(StaleRecord):
        store.run(
            actions.change_programme, clerk, programme_id=junior.id, title="x", plans=junior.plans, seen=seen
        )


def test_a_programme_of_ones_own(store: Store, clerk: str):
    plans = sample_programmes()[0].plans

    own = store.run(
        actions.add_programme, clerk, code="my", title="高中双证", level=DualLevel.SENIOR, plans=plans
    ).value

    store.run(actions.retire_programme, clerk, programme_id=own)
    with store.reading() as session:
        assert queries.programmes(session) == []
        assert [row.code for row in queries.programmes(session, with_retired=True)] == ["MY"]
    with pytest.raises(UserError, match="方案代码不能空着"):
        store.run(
            actions.add_programme, clerk, code="MY", title="又一个", level=DualLevel.SENIOR, plans=plans
        )


def test_more_courses_ask_no_more_statements(store: Store, clerk: str):
    asked = (queries.courses, queries.catalogue_tree, queries.category_counts, queries.programmes)
    add(store, clerk)
    one = count_statements(store, *asked)
    store.run(actions.load_samples, clerk)

    assert one == [2, 2, 1, 2]
    assert count_statements(store, *asked) == one
