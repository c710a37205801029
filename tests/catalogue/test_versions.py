"""What a course is worth from a day on: dated, never rewritten, kept by the classes opened under it."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from kqdesk.desk.desk import Desk
from kqdesk.desk.form import FormPanel
from kqdesk.desk.shots import settle
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.catalogue import actions, queries
from kqdesk.rooms.catalogue.model import CourseVersion
from kqdesk.rooms.catalogue.page import CataloguePage
from kqdesk.rooms.catalogue.rules import CourseRules, rules_on
from kqdesk.rooms.catalogue.terms import Assessment, Award, Category
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store

DAY = date(2026, 3, 2)
DAYS = st.dates(date(2025, 1, 1), date(2027, 1, 1))


@action("测试改课程规则")
def _tamper(w: Writing, *, version_id: str) -> None:
    w.session.get_one(CourseVersion, version_id).study_hours = 999


@pytest.fixture
def course(store: Store, clerk: str) -> str:
    return store.run(
        actions.add_course, clerk, title="茶艺", category=Category.TRADE_SKILLS, lesson_count=8, lesson_minutes=90,
        hours_per_lesson=2,
    ).value  # fmt: skip


@given(st.lists(DAYS, max_size=8), DAYS, DAYS)
def test_a_later_version_never_changes_what_was(days: list[date], later: date, on: date) -> None:
    first = CourseRules(study_hours=1)
    versions = [CourseRules(f"{n:02d}", day, study_hours=n + 2) for n, day in enumerate(days)]
    more = [*versions, CourseRules("99", later, study_hours=99)]

    before, after = rules_on(first, versions, on), rules_on(first, more, on)

    assert after == (before if on < later or (before.from_on and before.from_on > later) else more[-1])
    assert before.from_on is None or before.from_on <= on


def test_a_change_counts_from_its_day_and_the_past_stays(store: Store, clerk: str, course: str) -> None:
    store.run(
        actions.set_course_rules, clerk, course_id=course, from_on=date(2026, 9, 1), lesson_count=12,
        assessment=Assessment.EXAM, pass_mark=60, award=Award.COMPLETION, source="区教育局 2026 年通知",
    )  # fmt: skip

    with store.reading() as session:
        now, then = (
            queries.rules_of(session, course, DAY),
            queries.rules_of(session, course, date(2026, 9, 1)),
        )
        listed = [queries.courses(session, on=day)[0].rhythm for day in (DAY, date(2026, 12, 1))]
    assert (now.lesson_count, now.study_hours, now.assessment, now.version_id) == (8, 16, None, "")
    assert (then.lesson_count, then.lesson_minutes, then.study_hours, then.pass_mark) == (12, 90, 24, 60)
    assert listed == ["8 次 × 90 分钟", "12 次 × 90 分钟"]


def test_of_two_from_one_day_the_later_written_speaks_and_none_is_rewritten(
    store: Store, clerk: str, course: str
) -> None:
    version = store.run(actions.set_course_rules, clerk, course_id=course, from_on=DAY, lesson_count=10).value
    store.run(actions.set_course_rules, clerk, course_id=course, from_on=DAY, lesson_count=11)

    with pytest.raises(UserError, match="不能改写"):
        store.run(_tamper, clerk, version_id=version)
    with store.reading() as session:
        counts = [one.lesson_count for one in queries.course_rules(session, course)]
        assert queries.rules_of(session, course, DAY).lesson_count == 11
        assert queries.rules_kept(session, course, version).lesson_count == 10
    assert counts == [8, 10, 11]
    store.undo(clerk)
    with store.reading() as session:
        assert queries.rules_of(session, course, DAY).lesson_count == 10


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"lesson_count": 8}, "规则一样"),
        ({"lesson_count": 0}, "课次要在 1 到 400"),
        ({"pass_mark": 101}, "合格分要在 1 到 100"),
    ],
)
def test_what_changes_nothing_or_cannot_be_is_refused(
    store: Store, clerk: str, course: str, said: dict[str, Any], words: str
) -> None:
    with pytest.raises(UserError, match=words):
        store.run(actions.set_course_rules, clerk, course_id=course, from_on=DAY, **said)


def test_the_editor_lays_down_the_next_rules_and_shows_what_was(
    qtbot: Any, desk: Desk, store: Store, clerk: str, course: str
) -> None:
    page = CataloguePage(desk, {})
    qtbot.addWidget(page)
    page.resize(1166, 690)
    page.show()
    page.arrive({})
    settle(desk)
    for count in (12, 16):
        page.tab.table.select_row(0)
        qtbot.keyClick(page, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
        settle(desk)
        panel = page.side
        assert isinstance(panel, FormPanel)
        told = panel.note.text
        panel.form.show_values({"lesson_count": count, "from_on": DAY + timedelta(count)})
        qtbot.keyClick(panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        settle(desk)

    assert told == "2026-03-14 起：课次 8 → 12，总学时 16 → 24"
    with store.reading() as session:
        assert [one.study_hours for one in queries.course_rules(session, course)] == [16, 24, 32]
