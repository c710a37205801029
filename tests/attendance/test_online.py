"""Online study: taken in as one step, counted only when accepted and only as the pack says."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.attendance import actions, queries
from kqdesk.rooms.attendance.actions import OnlineLine
from kqdesk.rooms.attendance.rules import OnlinePolicy, online_credit
from kqdesk.store.store import Store
from tests.attendance.conftest import Cohort
from tests.attendance.packs import put_pack

DAY = date(2026, 3, 1)
SET = OnlinePolicy(counts=True, most=Fraction(1, 2), minutes_per_hour=45)


@pytest.mark.parametrize(
    ("minutes", "policy", "hours", "word"),
    [
        (100, OnlinePolicy(), 0, "未配置"),
        (100, OnlinePolicy(counts=False, minutes_per_hour=45), 0, "不计学时"),
        (44, SET, 0, "计 0 学时"),
        (90, SET, 2, "计 2 学时"),
        (900, SET, 4, "按上限计 4 学时"),
        (0, SET, 0, ""),
    ],
)
def test_what_online_study_counts(minutes: int, policy: OnlinePolicy, hours: int, word: str) -> None:
    found = online_credit(minutes, 8, policy)

    assert found.hours == hours
    assert word in found.why


@settings(max_examples=60)
@given(st.integers(0, 5000), st.integers(0, 200), st.integers(0, 100), st.integers(1, 60))
def test_never_more_than_the_share_and_never_less_for_more(
    minutes: int, due: int, share: int, per: int
) -> None:
    policy = OnlinePolicy(counts=True, most=Fraction(share, 100), minutes_per_hour=per)

    less, more = online_credit(minutes, due, policy).hours, online_credit(minutes + 1, due, policy).hours

    assert 0 <= less <= more <= Fraction(share, 100) * due


def test_a_list_taken_in_twice_adds_nothing_and_counts_when_accepted(
    store: Store, clerk: str, cohort: Cohort
) -> None:
    put_pack(store, {"attendance.online_counts": True, "attendance.online_most": 50})
    lines = [
        OnlineLine(cohort.learners[0], "消防安全", DAY, 95),
        OnlineLine(cohort.learners[1], "消防安全", DAY, 30),
    ]
    wanted = {"cohort_id": cohort.id, "platform": "终身学习网", "origin": "三月.xlsx", "lines": lines}

    first = store.run(actions.import_online, clerk, **wanted).value
    again = store.run(actions.import_online, clerk, **wanted).value
    with store.reading() as session:
        rows = queries.online_rows(session, cohort.id)
        before = queries.learner_rates(session, cohort.id, on=DAY)[0]
    store.run(actions.accept_online, clerk, record_ids=[row.id for row in rows])
    with store.reading() as session:
        after = queries.learner_rates(session, cohort.id, on=DAY)[0]

    assert ((first.added, first.same), (again.added, again.same)) == ((2, 0), (0, 2))
    assert (rows[0].minutes, rows[0].origin) == (95, "三月.xlsx")
    assert (before.rates.hours, after.rates.hours, after.rates.of_due) == (0, 2, Fraction(1, 4))
    assert after.online.why == "网上学习 95 分钟，计 2 学时"


def test_strangers_and_impossible_minutes_are_refused(store: Store, clerk: str, cohort: Cohort) -> None:
    for line in (OnlineLine("nobody", "课", DAY, 5), OnlineLine(cohort.learners[0], "课", DAY, 5000)):
        with pytest.raises(UserError):
            store.run(
                actions.import_online, clerk, cohort_id=cohort.id, platform="网", origin="a.csv", lines=[line]
            )
