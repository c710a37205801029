"""Pay: hours held and locked only, ceilings, a second person, frozen once approved."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.rooms.attendance import actions, queries, rules
from kqdesk.rooms.attendance.rules import PayPolicy, Taught, reckon_pay
from kqdesk.rooms.attendance.terms import Mark, PayState
from kqdesk.rooms.timetable import actions as timetable
from kqdesk.rooms.trainers import actions as trainers
from kqdesk.rooms.trainers.terms import PayLevel, TrainerSource
from kqdesk.security.signing import Signer
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store
from tests.attendance.conftest import Cohort
from tests.attendance.packs import put_pack
from tests.conftest import Clock

RATES = {"middle": 10000, "associate": 20000}
POLICY = PayPolicy(RATES, {"middle": 30000, "associate": 15000}, 4)
DAY = date(2026, 3, 2)


def taught(
    key: str, start: int, hours: int, *, on: date = DAY, mark: Mark | None = None, level=PayLevel.MIDDLE
):
    """A lesson of one trainer, 45 minutes an hour."""
    return Taught(key, "t1", "阮师傅", level, "c1", "缝纫班", on, start, start + 45 * hours, hours, mark)


def test_worked_examples() -> None:
    lessons = [
        taught("a", 8 * 60, 3), taught("b", 10 * 60 + 20, 2),  # 5 hours in a morning: 3 + 1
        taught("c", 13 * 60, 2), taught("d", 13 * 60, 2),  # two classes at the same time: once
        taught("e", 18 * 60 + 30, 2, mark=Mark.ABSENT), taught("f", 18 * 60 + 30, 2),
    ]  # fmt: skip

    drafts = {one.lesson.lesson_id: one for one in reckon_pay(lessons, POLICY)}

    assert {key: one.paid_hours for key, one in drafts.items()} == {
        "a": 3,
        "b": 1,
        "c": 2,
        "d": 0,
        "e": 0,
        "f": 2,
    }
    assert drafts["b"].remark == "上午最多计 4 学时，这次课 2 学时计 1"
    assert drafts["d"].remark == "与同一时间的另一个班合上，不重复计"
    assert drafts["e"].remark == "培训师没有到课，不计"
    assert [(one.lessons, one.hours, one.amount_fen) for one in rules.pay_sums(list(drafts.values()))] == [
        (6, 8, 80000)
    ]


def test_a_rate_above_the_ceiling_is_cut_and_an_unset_one_is_named() -> None:
    cut = reckon_pay([taught("a", 480, 2, level=PayLevel.ASSOCIATE)], POLICY)
    unset = reckon_pay([taught("a", 480, 2, level=PayLevel.FULL)], POLICY)

    assert (cut[0].rate_fen, cut[0].amount_fen, cut[0].remark) == (15000, 30000, "课酬标准高于上限，按上限计")
    assert (unset[0].rate_fen, rules.unset(unset)) == (None, (PayLevel.FULL,))


def test_hours_paid_on_an_earlier_sheet_count_in_the_half_day() -> None:
    one = taught("a", 480, 3)

    assert reckon_pay([one], POLICY, {("t1", DAY, one.half): 2})[0].paid_hours == 2


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(480, 1300), st.integers(1, 6)), max_size=8), st.integers(0, 6))
def test_no_half_day_pays_more_than_the_pack_says(lessons: list[tuple[int, int]], most: int) -> None:
    policy = PayPolicy(RATES, None, most)
    drafts = reckon_pay([taught(str(n), start, hours) for n, (start, hours) in enumerate(lessons)], policy)

    for half in {one.lesson.half for one in drafts}:
        assert sum(one.paid_hours for one in drafts if one.lesson.half is half) <= most
    assert all(0 <= one.paid_hours <= one.lesson.study_hours for one in drafts)
    assert sorted(one.lesson.lesson_id for one in drafts) == sorted(map(str, range(len(lessons))))


@pytest.mark.parametrize(
    ("month", "first", "after"), [("2026-03", (2026, 3), (2026, 4)), ("2025-12", (2025, 12), (2026, 1))]
)
def test_months(month: str, first: tuple[int, int], after: tuple[int, int]) -> None:
    assert rules.month_span(month) == (date(*first, 1), date(*after, 1))


def test_money_in_words() -> None:
    assert [rules.yuan(fen) for fen in (0, 5, 80000, 123456789)] == ["0.00", "0.05", "800.00", "1,234,567.89"]


@pytest.fixture
def held(store: Store, clerk: str, cohort: Cohort) -> str:
    """The trainer of 2 and 3 March; both rolls taken on the 3rd, only the first locked."""
    trainer = store.run(
        trainers.add_trainer,
        clerk,
        name="阮师傅",
        source=TrainerSource.LOCAL_TALENT,
        pay_level=PayLevel.MIDDLE,
    ).value
    for lesson in cohort.lessons[1:3]:
        store.run(
            timetable.substitute_trainer, clerk, lesson_id=lesson, trainer_id=trainer, reason="定老师",
            accept_warnings=True,
        )  # fmt: skip
    return trainer


def rolled(store: Store, clerk: str, cohort: Cohort, clock: Clock) -> None:
    """Rolls of 2 and 3 March; the first is locked by hand."""
    clock.forward(days=1)
    for lesson in cohort.lessons[1:3]:
        store.run(actions.take_roll, clerk, lesson_id=lesson, marks={}, rest_present=True)
    store.run(actions.lock_roll, clerk, lesson_id=cohort.lessons[1])


def test_only_locked_lessons_are_paid_and_each_once(
    store: Store, clerk: str, head: str, head_signer: Signer, held: str, cohort: Cohort, clock: Clock
) -> None:
    put_pack(store, {"trainer.pay_rate": RATES})
    rolled(store, clerk, cohort, clock)
    with store.reading() as session:
        preview = queries.pay_preview(session, "2026-03", now=clock.now)
    sheet = store.run(actions.draw_pay_sheet, clerk, month="2026-03").value
    with pytest.raises(NotAllowed, match="另一个人批准"):
        store.run(actions.approve_pay_sheet, clerk, sheet_id=sheet, signer=head_signer)
    store.run(actions.approve_pay_sheet, head, sheet_id=sheet, signer=head_signer)
    with pytest.raises(UserError, match="没有可以计课酬的课"):
        store.run(actions.draw_pay_sheet, clerk, month="2026-03")
    clock.forward(days=3)
    second = store.run(actions.draw_pay_sheet, clerk, month="2026-03")
    with store.reading() as session:
        [later, first] = queries.pay_sheets(session)
        hours = queries.teaching_hours(session, date(2026, 3, 1), date(2026, 3, 31), now=clock.now)

    assert [one.why for one in preview.waiting] == ["点名还没锁定"]
    assert second.label == "生成课酬表：2026-03 200.00 元"
    assert (first.state, first.total_fen, first.approved_by) == (PayState.APPROVED, 20000, "章国平")
    assert (later.title, later.total_fen) == ("2026年3月课酬表（第 2 张）", 20000)
    assert hours == {held: 4}


def test_an_approved_sheet_is_frozen_and_voided_with_a_reason(
    store: Store, clerk: str, head: str, head_signer: Signer, held: str, cohort: Cohort, clock: Clock
) -> None:
    put_pack(store, {"trainer.pay_rate": RATES})
    rolled(store, clerk, cohort, clock)
    sheet = store.run(actions.draw_pay_sheet, clerk, month="2026-03").value
    store.run(actions.approve_pay_sheet, head, sheet_id=sheet, signer=head_signer)

    with pytest.raises(UserError, match="不能撤回"):
        store.run(actions.discard_pay_sheet, clerk, sheet_id=sheet)
    with pytest.raises(UserError, match="不能再改"):
        store.run(raise_pay, clerk)
    store.run(actions.void_pay_sheet, head, sheet_id=sheet, reason="级别登错")
    again = store.run(actions.draw_pay_sheet, clerk, month="2026-03").value
    with store.reading() as session:
        states = {row.id: row.state for row in queries.pay_sheets(session)}

    assert states == {sheet: PayState.VOID, again: PayState.DRAWN}


def test_an_unset_rate_stops_the_sheet(
    store: Store, clerk: str, held: str, cohort: Cohort, clock: Clock
) -> None:
    rolled(store, clerk, cohort, clock)

    with pytest.raises(UserError, match="中级及以下的课酬标准未配置"):
        store.run(actions.draw_pay_sheet, clerk, month="2026-03")


def test_a_trainer_who_missed_the_lesson_is_not_paid(
    store: Store, clerk: str, held: str, cohort: Cohort, clock: Clock
) -> None:
    put_pack(store, {"trainer.pay_rate": RATES})
    rolled(store, clerk, cohort, clock)
    lesson = cohort.lessons[1]
    with pytest.raises(UserError, match="要写明原因"):
        store.run(actions.mark_trainer, clerk, lesson_id=lesson, mark=Mark.ABSENT)
    store.run(actions.mark_trainer, clerk, lesson_id=lesson, mark=Mark.ABSENT, reason="代课人另签")
    with store.reading() as session:
        preview = queries.pay_preview(session, "2026-03", now=clock.now)
        hours = queries.teaching_hours(session, DAY, DAY, now=clock.now)

    assert [(one.paid_hours, one.remark) for one in preview.drafts] == [(0, "培训师没有到课，不计")]
    assert hours == {}


@action("测试加价")
def raise_pay(w: Writing) -> None:
    """Somebody tries to change a frozen amount behind the actions' back."""
    w.session.execute(text("UPDATE pay_line SET amount_fen=amount_fen+1"))
