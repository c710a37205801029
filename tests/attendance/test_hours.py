"""Study hours of learners: locked rolls and accepted online study count, the rest waits."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from kqdesk.rooms.attendance import actions, queries
from kqdesk.rooms.attendance.actions import OnlineLine
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.cohorts.model import Enrolment
from kqdesk.store.store import Store
from tests.attendance.conftest import DAYS, Cohort
from tests.attendance.packs import put_pack
from tests.conftest import Clock
from tests.statements import count_statements

WEIGHTS = {"attendance.late_weight": 50, "attendance.excused": "excluded", "attendance.lock_hours": 48}


def hours_of(store: Store, cohort: Cohort, now: datetime) -> dict[str, queries.LearnerHours]:
    with store.reading() as session:
        return queries.learner_hours(session, Enrolment.cohort_id == cohort.id, now=now)


def test_only_locked_rolls_count_and_the_rest_waits(
    store: Store, clerk: str, cohort: Cohort, clock: Clock
) -> None:
    put_pack(store, WEIGHTS)
    first, second, *_ = cohort.lessons
    late = {cohort.learners[0]: Mark.LATE}
    for lesson in (first, second):
        store.run(actions.take_roll, clerk, lesson_id=lesson, marks=late, rest_present=True)
    store.run(actions.lock_roll, clerk, lesson_id=first)

    found = hours_of(store, cohort, clock())
    own, other = found[cohort.learners[0]], found[cohort.learners[1]]

    assert (own.marks, own.waiting, own.waiting_lessons) == ({Mark.LATE: 2}, {Mark.LATE: 2}, 1)
    assert (own.earned, own.total, other.total) == (1, 1, 2)
    assert len(found) == 30


def test_online_study_counts_when_it_is_accepted(
    store: Store, clerk: str, cohort: Cohort, clock: Clock
) -> None:
    put_pack(store, {**WEIGHTS, "attendance.online_counts": True, "attendance.online_most": 50})
    lines = [OnlineLine(cohort.learners[0], "消防安全", DAYS[0], 900)]
    store.run(
        actions.import_online,
        clerk,
        cohort_id=cohort.id,
        platform="终身学习网",
        origin="三月.xlsx",
        lines=lines,
    )

    before = hours_of(store, cohort, clock())[cohort.learners[0]]
    with store.reading() as session:
        ids = [row.id for row in queries.online_rows(session, cohort.id)]
    store.run(actions.accept_online, clerk, record_ids=ids)
    after = hours_of(store, cohort, clock())[cohort.learners[0]]

    assert (before.online.hours, before.online_waiting) == (0, 900)
    assert (after.online.hours, after.online_waiting, after.total) == (4, 0, 4)


def test_a_mark_without_a_weight_leaves_the_total_open(
    store: Store, clerk: str, cohort: Cohort, clock: Clock
) -> None:
    late = {cohort.learners[0]: Mark.LATE}
    store.run(actions.take_roll, clerk, lesson_id=cohort.lessons[0], marks=late, rest_present=True)
    store.run(actions.lock_roll, clerk, lesson_id=cohort.lessons[0])

    found = hours_of(store, cohort, clock())[cohort.learners[0]]

    assert (found.earned, found.is_whole, found.total) == (Fraction(0), False, None)


@pytest.mark.parametrize("is_whole", [True, False])
def test_the_lock_by_time_is_the_same_as_in_the_roll(
    store: Store, clerk: str, cohort: Cohort, clock: Clock, is_whole: bool
) -> None:
    """``rules.locked_since`` is told again in SQL: both must change at the same minute."""
    put_pack(store, WEIGHTS)
    lesson = cohort.lessons[0]
    marks = {cohort.learners[0]: Mark.PRESENT}
    store.run(actions.take_roll, clerk, lesson_id=lesson, marks=marks, rest_present=is_whole)
    taken = clock()
    moments = [taken + timedelta(hours=48, minutes=minutes) for minutes in (-60, -1, 0, 1, 60, 6000)]
    moments += [datetime(2026, 2, 26, hour, tzinfo=UTC) for hour in (11, 12, 13)]

    for now in moments:
        with store.reading() as session:
            roll = queries.lesson_to_roll(session, lesson, now=now)
        own = hours_of(store, cohort, now)[cohort.learners[0]]

        assert roll is not None
        assert bool(own.marks) is roll.is_locked is not bool(own.waiting)


def test_statements_do_not_grow_with_the_learners(
    store: Store, clerk: str, cohort: Cohort, clock: Clock
) -> None:
    store.run(actions.take_roll, clerk, lesson_id=cohort.lessons[0], marks={}, rest_present=True)

    counts = count_statements(
        store,
        lambda session: queries.learner_hours(session, Enrolment.id == cohort.learners[0], now=clock()),
        lambda session: queries.learner_hours(session, now=clock()),
    )

    assert counts == [10, 10]
