"""Leave asked for beforehand, the lock by time, walk-ins, the trainer's own attendance."""

from datetime import date

import pytest

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.attendance import actions, queries
from kqdesk.rooms.attendance.terms import WALK_IN, Mark
from kqdesk.rooms.cohorts import queries as cohorts
from kqdesk.rooms.people import actions as people
from kqdesk.rooms.people.queries import person_card
from kqdesk.store.attachments import AttachmentRow
from kqdesk.store.store import Store
from tests.attendance.conftest import Cohort
from tests.attendance.packs import put_pack
from tests.attendance.test_actions import marks, roll
from tests.conftest import Clock


def test_leave_covers_its_days_and_is_not_overwritten(store: Store, clerk: str, cohort: Cohort) -> None:
    away, lesson = cohort.learners[4], cohort.lessons[1]
    store.run(
        actions.add_leave,
        clerk,
        enrolment_id=away,
        first_on=date(2026, 3, 1),
        last_on=date(2026, 3, 2),
        reason="住院",
    )

    shown = roll(store, lesson).rows[4]
    done = store.run(
        actions.take_roll, clerk, lesson_id=lesson, marks={away: Mark.ABSENT}, rest_present=True
    ).value

    assert (shown.mark, shown.leave) == (Mark.EXCUSED, "住院")
    assert (done.counts[Mark.EXCUSED], done.counts[Mark.PRESENT], done.kept_leave) == (1, 29, 1)
    assert roll(store, cohort.lessons[2]).rows[4].mark is None


def test_leave_is_overwritten_on_purpose(store: Store, clerk: str, cohort: Cohort) -> None:
    away, lesson, day = cohort.learners[4], cohort.lessons[1], date(2026, 3, 2)
    store.run(actions.add_leave, clerk, enrolment_id=away, first_on=day, last_on=day, reason="加班")

    done = store.run(
        actions.take_roll, clerk, lesson_id=lesson, marks={away: Mark.LATE}, overwrite_leave=[away]
    ).value

    assert (done.counts[Mark.LATE], done.kept_leave) == (1, 0)


@pytest.mark.parametrize(
    ("first", "last", "reason", "sentence"),
    [
        (2, 1, "事假", "早于"),
        (2, 2, " ", "事由"),
        (9, 12, "事假", "已经登记过请假"),
    ],
)
def test_leave_that_cannot_be(
    store: Store, clerk: str, cohort: Cohort, first: int, last: int, reason: str, sentence: str
) -> None:
    who = cohort.learners[0]
    store.run(
        actions.add_leave,
        clerk,
        enrolment_id=who,
        first_on=date(2026, 3, 10),
        last_on=date(2026, 3, 11),
        reason="病假",
    )

    with pytest.raises(UserError, match=sentence):
        store.run(
            actions.add_leave, clerk, enrolment_id=who, first_on=date(2026, 3, first), last_on=date(2026, 3, last),
            reason=reason,
        )  # fmt: skip


def test_leave_with_its_proof(store: Store, clerk: str, cohort: Cohort, clock: Clock) -> None:
    kept = AttachmentRow("", "", "", "ab" * 32, "病假条.jpg", "image/jpeg", 1200, 1, clock.now)
    leave = store.run(
        actions.add_leave, clerk, enrolment_id=cohort.learners[0], first_on=date(2026, 3, 10),
        last_on=date(2026, 3, 11), reason="病假", proof=kept,
    ).value  # fmt: skip
    with store.reading() as session:
        [row] = queries.leaves_of(session, cohort.id)
    store.run(actions.remove_leave, clerk, leave_id=leave)
    with store.reading() as session:
        left = queries.leaves_of(session, cohort.id)

    assert (row.reason, [proof.name for proof in row.proofs], left) == ("病假", ["病假条.jpg"], [])


def test_a_whole_roll_locks_itself_after_the_hours_of_the_pack(
    store: Store, clerk: str, cohort: Cohort, clock: Clock
) -> None:
    put_pack(store, {})
    lesson, who = cohort.lessons[1], cohort.learners[0]
    store.run(actions.take_roll, clerk, lesson_id=lesson, marks={}, rest_present=True)
    clock.forward(hours=47)
    store.run(actions.take_roll, clerk, lesson_id=lesson, marks={who: Mark.LATE})
    clock.forward(hours=2)

    with pytest.raises(UserError, match="已锁定"):
        store.run(actions.take_roll, clerk, lesson_id=lesson, marks={who: Mark.ABSENT})
    with pytest.raises(UserError, match="已锁定"):
        store.run(actions.set_mark, clerk, lesson_id=lesson, enrolment_id=who, mark=Mark.ABSENT)
    store.run(
        actions.correct_mark,
        clerk,
        lesson_id=lesson,
        enrolment_id=who,
        mark=Mark.ABSENT,
        reason="签到表上没有签名",
    )
    with store.reading() as session:
        now = queries.lesson_roll(session, lesson, now=clock.now)

    assert now is not None
    assert now.lesson.is_locked
    assert now.rows[0].mark is Mark.ABSENT
    assert now.rows[0].correction.endswith("签到表上没有签名")


def test_a_roll_with_gaps_stays_open(store: Store, clerk: str, cohort: Cohort, clock: Clock) -> None:
    put_pack(store, {})
    lesson = cohort.lessons[1]
    store.run(actions.take_roll, clerk, lesson_id=lesson, marks={cohort.learners[0]: Mark.ABSENT})
    clock.forward(days=9)

    done = store.run(actions.take_roll, clerk, lesson_id=lesson, marks={}, rest_present=True).value

    assert done.counts[Mark.PRESENT] == 29


def test_a_walk_in_is_there_at_once_and_one_undo_takes_her_away(
    store: Store, clerk: str, cohort: Cohort
) -> None:
    lesson = cohort.lessons[1]
    key = store.run(actions.add_walk_in, clerk, lesson_id=lesson, name="罗小妹", phone="13800001234").value
    rows = {row.id: row for row in roll(store, lesson).rows}
    with store.reading() as session:
        found = queries.walk_ins(session, cohort.id)
    store.undo(clerk)

    assert (rows[key].name, rows[key].roll_no, rows[key].mark) == ("罗小妹", 31, Mark.PRESENT)
    assert [(one.name, one.phone) for one in found] == [("罗小妹", "13800001234")]
    assert len(roll(store, lesson).rows) == 30


def test_a_full_cohort_takes_no_walk_in(store: Store, clerk: str, cohort: Cohort) -> None:
    for n in range(10):
        store.run(
            actions.add_walk_in, clerk, lesson_id=cohort.lessons[1], name=f"来人{'甲乙丙丁戊己庚辛壬癸'[n]}"
        )

    with pytest.raises(UserError, match="班级已满"):
        store.run(actions.add_walk_in, clerk, lesson_id=cohort.lessons[1], name="再来一人")


def test_a_walk_in_becomes_a_person_of_the_roster(store: Store, clerk: str, cohort: Cohort) -> None:
    lesson = cohort.lessons[1]
    key = store.run(actions.add_walk_in, clerk, lesson_id=lesson, name="罗小妹").value
    person = store.run(people.add_person, clerk, fields={"name": "罗小妹", "village": "谢桥村"}).value

    count = store.run(actions.merge_walk_in, clerk, enrolment_id=key, person_id=person).value
    with store.reading() as session:
        row = next(row for row in cohorts.roster(session, cohort.id) if row.id == key)
        left = queries.walk_ins(session, cohort.id)

    assert (count, row.person_id, row.village, left) == (1, person, "谢桥村", [])


def test_a_walk_in_who_was_on_the_roll_all_along(store: Store, clerk: str, cohort: Cohort) -> None:
    first, second = cohort.lessons[0], cohort.lessons[1]
    twin = cohort.learners[2]
    store.run(actions.take_roll, clerk, lesson_id=first, marks={twin: Mark.ABSENT}, rest_present=True)
    key = store.run(actions.add_walk_in, clerk, lesson_id=first, name="罗小妹").value
    store.run(actions.set_mark, clerk, lesson_id=second, enrolment_id=key, mark=Mark.LATE)
    with store.reading() as session:
        person = next(row for row in cohorts.roster(session, cohort.id) if row.id == twin).person_id

    count = store.run(actions.merge_walk_in, clerk, enrolment_id=key, person_id=person).value
    with store.reading() as session:
        card = person_card(session, person)

    assert count == 2
    assert card is not None
    assert (marks(store, first)[2], marks(store, second)[2]) == (Mark.PRESENT, Mark.LATE)
    assert len(roll(store, first).rows) == 30

    store.undo(clerk)

    assert marks(store, first)[2] is Mark.ABSENT


def test_only_walk_ins_are_merged(store: Store, clerk: str, cohort: Cohort) -> None:
    person = store.run(people.add_person, clerk, fields={"name": "罗小妹"}).value

    with pytest.raises(UserError, match="不是点名时补登"):
        store.run(actions.merge_walk_in, clerk, enrolment_id=cohort.learners[0], person_id=person)

    assert WALK_IN == "点名时补登"
