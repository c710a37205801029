"""Rolls: taken, changed, locked, corrected; entered leave stays."""

from datetime import date

import pytest

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.attendance import actions, queries
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.cohorts import actions as cohort_actions
from kqdesk.rooms.timetable import actions as timetable_actions
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.store.store import Store
from tests.attendance.conftest import Cohort
from tests.cohorts.test_queries import counted


def roll(store: Store, lesson_id: str) -> queries.RollSheet:
    with store.reading() as session:
        found = queries.lesson_roll(session, lesson_id)
    assert found is not None
    return found


def marks(store: Store, lesson_id: str) -> list[Mark | None]:
    return [row.mark for row in roll(store, lesson_id).rows]


def test_exceptions_only_and_one_undo(store: Store, clerk: str, cohort: Cohort) -> None:
    lesson = cohort.lessons[1]
    absent = {cohort.learners[n]: Mark.ABSENT for n in (2, 6, 20)}

    done = store.run(actions.take_roll, clerk, lesson_id=lesson, marks=absent, rest_present=True)

    assert done.label == "登记考勤：3月2日 周一 到 27 缺 3"
    assert (done.value.counts[Mark.PRESENT], done.value.unmarked, done.value.kept_leave) == (27, 0, 0)
    assert [n for n, mark in enumerate(marks(store, lesson)) if mark is Mark.ABSENT] == [2, 6, 20]
    assert roll(store, lesson).lesson.state is LessonState.HELD

    store.undo(clerk)

    assert marks(store, lesson) == [None] * 30
    assert roll(store, lesson).lesson.state is LessonState.PLANNED


def test_leave_entered_before_is_not_overwritten(store: Store, clerk: str, cohort: Cohort) -> None:
    lesson, away, other = cohort.lessons[1], cohort.learners[0], cohort.learners[1]
    for who in (away, other):
        store.run(actions.set_mark, clerk, lesson_id=lesson, enrolment_id=who, mark=Mark.EXCUSED)

    wanted = dict.fromkeys(cohort.learners[:3], Mark.ABSENT)
    done = store.run(
        actions.take_roll, clerk, lesson_id=lesson, marks=wanted, rest_present=True, overwrite_leave=[other]
    ).value

    assert done.kept_leave == 1
    assert marks(store, lesson)[:4] == [Mark.EXCUSED, Mark.ABSENT, Mark.ABSENT, Mark.PRESENT]


def test_only_leave_before_the_day(store: Store, clerk: str, cohort: Cohort) -> None:
    tomorrow, who = cohort.lessons[2], cohort.learners[0]

    with pytest.raises(UserError, match="只能先登记请假"):
        store.run(actions.set_mark, clerk, lesson_id=tomorrow, enrolment_id=who, mark=Mark.PRESENT)
    with pytest.raises(UserError, match="还没到日子"):
        store.run(actions.take_roll, clerk, lesson_id=tomorrow, marks={})
    store.run(actions.set_mark, clerk, lesson_id=tomorrow, enrolment_id=who, mark=Mark.EXCUSED)
    store.run(actions.set_mark, clerk, lesson_id=tomorrow, enrolment_id=who, mark=None)

    assert marks(store, tomorrow)[0] is None


def test_a_cancelled_lesson_has_no_roll(store: Store, clerk: str, cohort: Cohort) -> None:
    store.run(timetable_actions.cancel_lesson, clerk, lesson_id=cohort.lessons[1], reason="停电")

    with pytest.raises(UserError, match="已停课"):
        store.run(actions.take_roll, clerk, lesson_id=cohort.lessons[1], marks={})


def test_a_stranger_is_refused(store: Store, clerk: str, cohort: Cohort) -> None:
    with pytest.raises(UserError, match="不在这个班"):
        store.run(actions.take_roll, clerk, lesson_id=cohort.lessons[1], marks={"nobody": Mark.ABSENT})


def test_locking_needs_a_whole_roll_and_is_final(store: Store, clerk: str, cohort: Cohort) -> None:
    lesson, who = cohort.lessons[1], cohort.learners[0]
    with pytest.raises(UserError, match="还没有点名"):
        store.run(actions.lock_roll, clerk, lesson_id=lesson)
    store.run(actions.take_roll, clerk, lesson_id=lesson, marks={who: Mark.ABSENT})
    with pytest.raises(UserError, match="还有 29 人没有登记"):
        store.run(actions.lock_roll, clerk, lesson_id=lesson)
    store.run(actions.take_roll, clerk, lesson_id=lesson, marks={}, rest_present=True)
    store.run(actions.lock_roll, clerk, lesson_id=lesson)

    with pytest.raises(UserError, match="更正考勤"):
        store.run(actions.set_mark, clerk, lesson_id=lesson, enrolment_id=who, mark=Mark.LATE)
    with pytest.raises(UserError, match="点名已锁定，不能撤销"):
        store.undo(clerk)
    with pytest.raises(UserError, match="请写明更正原因"):
        store.run(actions.correct_mark, clerk, lesson_id=lesson, enrolment_id=who, mark=Mark.LATE, reason=" ")

    for mark, reason in ((Mark.LATE, "签到表上有名字"), (Mark.EXCUSED, "有请假条")):
        store.run(actions.correct_mark, clerk, lesson_id=lesson, enrolment_id=who, mark=mark, reason=reason)

    row = roll(store, lesson).rows[0]
    assert row.mark is Mark.EXCUSED
    assert row.correction == "2026-03-02 旷课→迟到：签到表上有名字\n2026-03-02 迟到→请假：有请假条"


def test_correcting_an_open_roll_is_not_needed(store: Store, clerk: str, cohort: Cohort) -> None:
    with pytest.raises(UserError, match="直接改就可以"):
        store.run(
            actions.correct_mark,
            clerk,
            lesson_id=cohort.lessons[0],
            enrolment_id=cohort.learners[0],
            mark=Mark.LATE,
            reason="x",
        )


def test_today_first_then_what_was_never_taken(store: Store, clerk: str, cohort: Cohort) -> None:
    today = date(2026, 3, 2)

    with store.reading() as session:
        before = [row.on for row in queries.lessons_to_roll(session, today)]
        pending = queries.rolls_not_taken(session, today)
    for lesson in cohort.lessons[:2]:
        store.run(actions.take_roll, clerk, lesson_id=lesson, marks={}, rest_present=True)
    with store.reading() as session:
        after = [
            (row.on, row.is_taken, row.marked, row.learners)
            for row in queries.lessons_to_roll(session, today)
        ]
        none = queries.rolls_not_taken(session, today)

    assert (before, pending) == ([today, date(2026, 2, 24)], 1)
    assert (after, none) == ([(today, True, 30, 30)], 0)


def test_mini_history_and_rates(store: Store, clerk: str, cohort: Cohort) -> None:
    first, second = cohort.lessons[:2]
    who = cohort.learners[0]
    store.run(actions.take_roll, clerk, lesson_id=first, marks={who: Mark.ABSENT}, rest_present=True)
    store.run(actions.take_roll, clerk, lesson_id=second, marks={}, rest_present=True)

    with store.reading() as session:
        rates = queries.learner_rates(session, cohort.id, on=date(2026, 3, 2))

    assert [row.recent for row in roll(store, second).rows[:2]] == [(Mark.ABSENT,), (Mark.PRESENT,)]
    assert [(r.rates.of_held, r.rates.of_due) for r in rates[:2]] == [(0.5, 0.25), (1, 0.5)]
    assert rates[0].counts[Mark.ABSENT] == 1


def test_somebody_who_left_stays_on_the_rolls_she_is_marked_on(
    store: Store, clerk: str, cohort: Cohort
) -> None:
    lesson = cohort.lessons[0]
    store.run(actions.take_roll, clerk, lesson_id=lesson, marks={}, rest_present=True)

    store.run(cohort_actions.withdraw, clerk, enrolment_ids=cohort.learners[:1], reason="搬走")

    assert len(roll(store, lesson).rows) == 30
    assert len(roll(store, cohort.lessons[1]).rows) == 29


def test_more_learners_cost_no_more_statements(store: Store, clerk: str, cohort: Cohort) -> None:
    said = []
    for leaving in (cohort.learners[3:], cohort.learners[:1]):
        with store.reading() as session, counted(session) as statements:
            queries.lesson_roll(session, cohort.lessons[1])
            queries.learner_rates(session, cohort.id, on=date(2026, 3, 2))
            queries.lessons_to_roll(session, date(2026, 3, 2))
        said.append(len(statements))
        store.run(cohort_actions.withdraw, clerk, enrolment_ids=leaving, reason="搬走")

    assert said[0] == said[1]
