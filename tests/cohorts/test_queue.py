"""The waiting list over a real store: who is next, deadlines, transfers, last year's class again."""

from datetime import date, timedelta

import pytest

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.catalogue.actions import set_course_rules
from kqdesk.rooms.catalogue.queries import rules_kept
from kqdesk.rooms.cohorts import actions, queries
from kqdesk.rooms.cohorts.actions import Enrolled
from kqdesk.rooms.cohorts.model import Cohort
from kqdesk.rooms.cohorts.queries import RosterRow
from kqdesk.rooms.cohorts.terms import CohortKind, EnrolmentState
from kqdesk.rooms.trainers.actions import add_trainer
from kqdesk.rooms.trainers.terms import PayLevel, TrainerSource
from kqdesk.store.store import Store
from tests.attendance.packs import put_pack
from tests.conftest import Clock

ENROLLED, WAITING, OFFERED = EnrolmentState.ENROLLED, EnrolmentState.WAITING, EnrolmentState.OFFERED
WITHDRAWN, DECLINED, TRANSFERRED = (
    EnrolmentState.WITHDRAWN, EnrolmentState.DECLINED, EnrolmentState.TRANSFERRED,
)  # fmt: skip


def learners(store: Store, cohort_id: str) -> dict[str, RosterRow]:
    with store.reading() as session:
        return {row.name: row for row in queries.roster(session, cohort_id)}


def states(store: Store, cohort_id: str) -> dict[str, EnrolmentState]:
    return {name: row.state for name, row in learners(store, cohort_id).items()}


@pytest.fixture
def full(store: Store, clerk: str, cohort: str, people: list[str]) -> str:
    """Three places taken, 陈𡋾 and 鲁小芳 wait."""
    store.run(actions.enrol, clerk, cohort_id=cohort, person_ids=people)
    return cohort


def leave(store: Store, clerk: str, cohort_id: str, name: str) -> None:
    row = learners(store, cohort_id)[name]
    store.run(actions.withdraw, clerk, enrolment_ids=[row.id], reason="搬走")


def test_a_free_place_is_offered_to_the_first_in_the_queue(store: Store, clerk: str, full: str) -> None:
    leave(store, clerk, full, "阮秋月")

    rows = learners(store, full)
    assert (rows["陈𡋾"].state, rows["陈𡋾"].answer_by, rows["鲁小芳"].state) == (OFFERED, None, WAITING)

    store.undo(clerk)
    assert states(store, full)["陈𡋾"] is WAITING


def test_with_days_in_the_pack_who_does_not_answer_is_passed_over(
    store: Store, clerk: str, clock: Clock, full: str
) -> None:
    put_pack(store, {"cohort.answer_days": 2})
    leave(store, clerk, full, "阮秋月")
    deadline = learners(store, full)["陈𡋾"].answer_by
    clock.forward(days=2)
    store.run(actions.pass_over, clerk, cohort_id=full)
    on_the_day = states(store, full)["陈𡋾"]
    clock.forward(days=1)
    with store.reading() as session:
        due = [(one.name, one.is_overdue) for one in queries.offers_due(session, date(2026, 3, 5))]

    store.run(actions.pass_over, clerk, cohort_id=full)

    assert (deadline, on_the_day, due) == (date(2026, 3, 4), OFFERED, [("陈𡋾", True)])
    assert (states(store, full)["陈𡋾"], states(store, full)["鲁小芳"]) == (DECLINED, OFFERED)


def test_nobody_new_jumps_the_queue(store: Store, clerk: str, full: str, people: list[str]) -> None:
    leave(store, clerk, full, "阮秋月")

    again = store.run(actions.enrol, clerk, cohort_id=full, person_ids=[people[0]]).value

    assert again == Enrolled(0, 1, ())
    assert learners(store, full)["阮秋月"].queue_no == 3


def test_saying_no_passes_the_place_on_and_more_places_are_offered(
    store: Store, clerk: str, full: str
) -> None:
    leave(store, clerk, full, "阮秋月")
    store.run(actions.decline, clerk, enrolment_ids=[learners(store, full)["陈𡋾"].id])

    assert (states(store, full)["陈𡋾"], states(store, full)["鲁小芳"]) == (DECLINED, OFFERED)
    store.undo(clerk)
    store.run(actions.edit_cohort, clerk, cohort_id=full, capacity=4)
    assert (states(store, full)["陈𡋾"], states(store, full)["鲁小芳"]) == (OFFERED, OFFERED)


def test_every_step_is_told_in_words(store: Store, clerk: str, full: str) -> None:
    leave(store, clerk, full, "阮秋月")
    store.run(actions.admit_waiting, clerk, enrolment_ids=[learners(store, full)["陈𡋾"].id])

    with store.reading() as session:
        said = [one.sentence for one in queries.changes_of(session, learners(store, full)["陈𡋾"].id)] + [
            one.sentence for one in queries.changes_of(session, learners(store, full)["阮秋月"].id)
        ]
    assert said == [
        "2026-03-02 候补（沈月琴）",
        "2026-03-02 候补 → 待答复（沈月琴）",
        "2026-03-02 待答复 → 在读：候补递补（沈月琴）",
        "2026-03-02 在读（沈月琴）",
        "2026-03-02 在读 → 退学：搬走（沈月琴）",
    ]


def test_a_pack_may_forbid_waiting(store: Store, clerk: str, cohort: str, people: list[str]) -> None:
    put_pack(store, {"cohort.waiting_list": False})

    with pytest.raises(UserError, match="只剩 3 个名额，规则包定了不设候补"):
        store.run(actions.enrol, clerk, cohort_id=cohort, person_ids=people)
    assert states(store, cohort) == {}


def test_who_never_comes_loses_the_place_by_the_pack_only(store: Store, clerk: str, full: str) -> None:
    row = learners(store, full)["阮秋月"]
    with pytest.raises(UserError, match="还没有到规则包定的次数"):
        store.run(actions.release_places, clerk, enrolment_ids=[row.id], missed=2, limit=3)

    store.run(actions.release_places, clerk, enrolment_ids=[row.id], missed=3, limit=3)

    now = learners(store, full)
    assert (now["阮秋月"].state, now["阮秋月"].reason) == (WITHDRAWN, "连续缺课 3 次（规则：3 次取消名额）")
    assert now["陈𡋾"].state is OFFERED


def test_a_transfer_is_one_act_with_history_on_both_sides(store: Store, clerk: str, full: str) -> None:
    other = store.run(
        actions.open_cohort, clerk, title="周末班", kinds=[CohortKind.NIGHT_SCHOOL], capacity=1
    ).value
    before = learners(store, full)

    done = store.run(
        actions.transfer, clerk, enrolment_ids=[before["阮秋月"].id, before["沈建国"].id], to_cohort_id=other,
        reason="晚上没空",
    )  # fmt: skip

    assert (done.value, done.label) == (Enrolled(1, 1, ()), "办理转班：候补递补 陈𡋾、鲁小芳，2 人到 周末班")
    assert states(store, other) == {"阮秋月": ENROLLED, "沈建国": WAITING}
    assert [states(store, full)[name] for name in ("阮秋月", "陈𡋾")] == [TRANSFERRED, OFFERED]
    with store.reading() as session:
        new = queries.learner_card(session, learners(store, other)["阮秋月"].id)
        old = queries.changes_of(session, before["阮秋月"].id)
    assert new is not None
    assert (new.came_from, new.changes[0].reason) == (
        "缝纫机维修夜校班",
        "从「缝纫机维修夜校班」转来：晚上没空",
    )
    assert old[-1].reason == "转到「周末班」：晚上没空"
    store.undo(clerk)
    assert states(store, full) == {name: row.state for name, row in before.items()}
    assert states(store, other) == {}


def test_transfers_that_cannot_be_are_refused(store: Store, clerk: str, full: str, people: list[str]) -> None:
    other = store.run(actions.open_cohort, clerk, title="周末班", kinds=[CohortKind.VILLAGE]).value
    store.run(actions.enrol, clerk, cohort_id=other, person_ids=people[:1])
    row = learners(store, full)["阮秋月"]

    for to, words in ((full, "已经在这个班"), (other, "已经在「周末班」里")):
        with pytest.raises(UserError, match=words):
            store.run(actions.transfer, clerk, enrolment_ids=[row.id], to_cohort_id=to, reason="换班")
    leave(store, clerk, full, "沈建国")
    gone = learners(store, full)["沈建国"]
    with pytest.raises(UserError, match="现在是「退学」"):
        store.run(actions.transfer, clerk, enrolment_ids=[gone.id], to_cohort_id=other, reason="换班")


def test_last_years_class_comes_again_without_its_graduates(
    store: Store, clerk: str, full: str, clock: Clock
) -> None:
    store.run(
        actions.edit_cohort, clerk, cohort_id=full, ends_on=date(2026, 4, 21), meets="每周二 18:30", fee=20000
    )
    store.run(actions.complete, clerk, enrolment_ids=[learners(store, full)["沈建国"].id])
    clock.forward(days=360)

    new = store.run(
        actions.copy_cohort,
        clerk,
        cohort_id=full,
        title="二期",
        starts_on=date(2027, 3, 2),
        carry_learners=True,
    ).value

    with store.reading() as session:
        card = queries.cohort_card(session, new)
    assert card is not None
    assert (card.no, card.ends_on, card.meets, card.fee, card.copied_from_id) == (
        "2027-YX01", date(2027, 4, 20), "每周二 18:30", 20000, full,
    )  # fmt: skip
    assert states(store, new) == {"阮秋月": ENROLLED, "章水根": ENROLLED}


def test_a_class_keeps_the_rules_it_was_opened_with(store: Store, clerk: str, cohort: str) -> None:
    with store.reading() as session:
        course_id = session.get_one(Cohort, cohort).course_id
    assert course_id is not None
    store.run(set_course_rules, clerk, course_id=course_id, from_on=date(2026, 9, 1), lesson_count=12)

    autumn = store.run(
        actions.open_cohort, clerk, title="秋季班", kinds=[CohortKind.NIGHT_SCHOOL], course_id=course_id,
        starts_on=date(2026, 9, 8),
    ).value  # fmt: skip
    store.run(actions.edit_cohort, clerk, cohort_id=cohort, starts_on=date(2026, 9, 8) + timedelta(1))

    with store.reading() as session:
        kept = [
            rules_kept(session, course_id, session.get_one(Cohort, key).course_version_id)
            for key in (cohort, autumn)
        ]
    assert [(one.lesson_count, one.study_hours) for one in kept] == [(8, None), (12, 24)]


def test_three_different_people_are_in_charge(store: Store, clerk: str, cohort: str) -> None:
    made = [
        store.run(
            add_trainer, clerk, name=name, source=TrainerSource.SCHOOL_STAFF, pay_level=PayLevel.MIDDLE, phone=phone
        ).value
        for name, phone in (("章老师", "13900000001"), ("鲁老师", "13900000002"), ("阮老师", "13900000003"))
    ]  # fmt: skip

    with pytest.raises(UserError, match="要是不同的人"):
        store.run(actions.edit_cohort, clerk, cohort_id=cohort, tutor_id=made[0], deputy_id=made[0])
    store.run(
        actions.edit_cohort,
        clerk,
        cohort_id=cohort,
        tutor_id=made[0],
        deputy_id=made[1],
        second_deputy_id=made[2],
    )

    with store.reading() as session:
        card = queries.cohort_card(session, cohort)
    assert card is not None
    assert (card.tutor, card.deputies) == ("章老师", ("鲁老师", "阮老师"))
