"""结课考核: what is typed, what it is judged by, and the panel with real keys."""

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt

from kqdesk.desk.desk import Desk
from kqdesk.desk.shots import settle
from kqdesk.kernel.errors import InputFaults, UserError
from kqdesk.rooms.catalogue import actions as catalogue
from kqdesk.rooms.catalogue.terms import Assessment, Category
from kqdesk.rooms.exams import actions, queries
from kqdesk.rooms.exams.page import PAGE
from kqdesk.rooms.exams.page.course import CourseResults
from kqdesk.rooms.exams.rules import Verdict, read_verdict
from kqdesk.store.store import Store
from tests.catalogue.test_kept import FIRST, TODAY, follow, lay_down
from tests.exams.school import Made, make_school


@pytest.fixture
def cohort(store: Store, clerk: str, made: Made) -> str:
    course = store.run(catalogue.add_course, clerk, title="面点", category=Category.TRADE_SKILLS).value
    lay_down(store, clerk, course, FIRST, assessment=Assessment.EXAM, pass_mark=60)
    cohort = follow(store, clerk, made, course)
    lay_down(store, clerk, course, date(2026, 1, 1), pass_mark=80)
    return cohort


@pytest.fixture
def made(store: Store, clerk: str) -> Made:
    return make_school(store, clerk, sizes=(2,), absent=0)


def verdicts(store: Store, cohort: str) -> list[Verdict | None]:
    with store.reading() as session:
        return [row.verdict for row in queries.judged_learners(session, cohort)]


@pytest.mark.parametrize(
    ("text", "pass_mark", "expected"),
    [
        ("60", 60, Verdict(True, 600)), ("59.9", 60, Verdict(False, 599)), (" 100 分", 60, Verdict(True, 1000)),
        ("合格", None, Verdict(True)), ("不及格", 60, Verdict(False)), ("0", 60, Verdict(False, 0)),
    ],
)  # fmt: skip
def test_what_a_typed_result_means(text: str, pass_mark: int | None, expected: Verdict):
    assert read_verdict(text, pass_mark) == expected


@pytest.mark.parametrize("text", ["100.1", "101", "六十", "59.95", "-3", "1e2", ".5", "６０"])
def test_what_is_no_result(text: str):
    with pytest.raises(ValueError, match="不"):
        read_verdict(text, 60)


def test_without_a_pass_mark_only_the_word_says_it():
    with pytest.raises(ValueError, match="没有定合格分"):
        read_verdict("70", None)


def test_the_class_is_judged_by_its_own_rules_all_or_nothing(
    store: Store, clerk: str, made: Made, cohort: str
):
    one, two = made.enrolments

    def record(results: dict[str, str], on: date = TODAY) -> int:
        act = actions.record_course_results
        return store.run(act, clerk, cohort_id=cohort, results=results, assessed_on=on).value

    with pytest.raises(InputFaults, match="有 1 个成绩不对，一个都没有登记"):
        record({one: "70", two: "优"})
    assert verdicts(store, cohort) == [None, None]
    assert record({one: "70", two: "合格"}) == 2
    assert verdicts(store, cohort) == [Verdict(True, 700), Verdict(True)]
    with store.reading() as session:
        assert [row.pass_mark for row in queries.judged_learners(session, cohort)] == [60, 60]
        [row] = queries.assessed_cohorts(session)
        assert (row.learners, row.judged) == (2, 2)
    assert record({one: "70", two: ""}) == 1
    assert verdicts(store, cohort) == [Verdict(True, 700), None]
    store.undo(clerk)
    assert verdicts(store, cohort) == [Verdict(True, 700), Verdict(True)]
    with pytest.raises(UserError, match="今天以后"):
        record({one: "70"}, date(2027, 1, 1))
    with pytest.raises(UserError, match="不在这个班了"):
        record({"x": "70"})


def test_a_course_without_an_exam_asks_for_nothing(store: Store, clerk: str, made: Made):
    with pytest.raises(UserError, match="没有写明考试或作品考核"):
        store.run(
            actions.record_course_results, clerk, cohort_id=made.cohorts[0], results={}, assessed_on=TODAY
        )


def test_the_panel_with_the_keyboard(qtbot: Any, desk: Desk, store: Store, made: Made, cohort: str):
    page = PAGE.factory(desk, {})
    qtbot.addWidget(page)
    page.resize(1166, 690)
    page.show()
    page.arrive({})
    settle(desk)

    qtbot.keyClick(page, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    settle(desk)
    panel = page.side
    assert isinstance(panel, CourseResults)
    assert "合格分 60（2025-09-01 起的规则）" in panel.rule.text()
    model = panel.grid.grid_model
    model.setData(model.index(0, 2), "缺", Qt.ItemDataRole.EditRole)
    qtbot.keyClick(panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "“缺”不是成绩" in panel.note.text
    panel.grid.setCurrentIndex(model.index(0, 2))
    panel.grid.paste("58\n82.5")
    qtbot.keyClick(panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(desk)

    assert page.side is None
    assert verdicts(store, cohort) == [Verdict(False, 580), Verdict(True, 825)]


def test_nothing_to_judge_says_where_the_rules_are(qtbot: Any, desk: Desk, store: Store, made: Made):
    panel = CourseResults(desk)
    qtbot.addWidget(panel)
    panel.show()
    settle(desk)

    assert "没有要登记的班" in panel.note.text
