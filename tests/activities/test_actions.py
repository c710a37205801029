"""Planning, counting, signing in, files, confirming for good, opening again."""

from datetime import date

import pytest
from sqlalchemy import text

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.activities import actions, queries
from kqdesk.rooms.activities.terms import ActivityKind, ActivityState, CountedAs, Evidence
from kqdesk.rooms.people.model import Person
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import KeptFile
from kqdesk.store.store import Store
from tests.activities.conftest import TODAY, Ground
from tests.statements import count_statements

PHOTO = KeptFile("a" * 64, "现场.jpg", "image/jpeg", 1000)


def row_of(store: Store, activity_id: str) -> queries.ActivityRow:
    with store.reading() as session:
        [row] = queries.activities(session, ids=[activity_id])
    return row


def test_an_activity_takes_the_township_of_its_site(store: Store, lecture: str) -> None:
    row = row_of(store, lecture)

    assert (row.township, row.place, row.speaker, row.clock) == (
        "兰亭街道",
        "州山村文化礼堂",
        "鲁志刚",
        "18:30—20:00",
    )
    assert (row.state, row.attendances) == (ActivityState.PLANNED, 0)


def test_names_and_heads_are_counted_apart(store: Store, clerk: str, lecture: str, ground: Ground) -> None:
    store.run(actions.record_headcount, clerk, activity_id=lecture, headcount=3, summary="讲了三个案例")
    first = store.run(actions.sign_in, clerk, activity_id=lecture, person_ids=ground.people[:2]).value
    again = store.run(actions.sign_in, clerk, activity_id=lecture, person_ids=ground.people).value
    row = row_of(store, lecture)

    assert (first, again) == (2, 2)
    assert (row.headcount, row.known, row.walk_ins, row.attendances) == (4, 4, 0, 4)

    with pytest.raises(UserError, match="比已签到的 4 人还少"):
        store.run(actions.record_headcount, clerk, activity_id=lecture, headcount=3)

    store.undo(clerk)
    assert (row_of(store, lecture).known, row_of(store, lecture).walk_ins) == (2, 1)


def test_before_the_day_nobody_came(store: Store, clerk: str, lecture: str, ground: Ground) -> None:
    store.run(actions.change_activity, clerk, activity_id=lecture, held_on=date(2026, 3, 9))

    for act, values in (
        (actions.record_headcount, {"headcount": 5}),
        (actions.sign_in, {"person_ids": ground.people}),
    ):
        with pytest.raises(UserError, match="还没有举办"):
            store.run(act, clerk, activity_id=lecture, **values)


def test_confirmed_is_for_good_and_sealed(store: Store, clerk: str, lecture: str, ground: Ground) -> None:
    with pytest.raises(UserError, match="还没有登记实到人次"):
        store.run(actions.confirm_activity, clerk, activity_id=lecture)
    store.run(actions.sign_in, clerk, activity_id=lecture, person_ids=ground.people[:1])
    store.run(actions.record_headcount, clerk, activity_id=lecture, headcount=50)
    store.run(actions.confirm_activity, clerk, activity_id=lecture)

    with pytest.raises(UserError, match="活动已确认，人次已计入统计"):
        store.undo(clerk)
    with pytest.raises(UserError, match="活动已确认"):
        store.run(actions.record_headcount, clerk, activity_id=lecture, headcount=60)
    for sql in ("UPDATE activity SET headcount=60", "DELETE FROM activity_attendee"):
        with pytest.raises(UserError, match="活动已确认，不能再改"):
            store.run(_raw, clerk, sql=sql)
    assert row_of(store, lecture).headcount == 50


def test_the_head_opens_it_again_with_a_reason(store: Store, clerk: str, head: str, lecture: str) -> None:
    store.run(actions.record_headcount, clerk, activity_id=lecture, headcount=50)
    store.run(actions.confirm_activity, clerk, activity_id=lecture)
    with pytest.raises(UserError, match="请写明原因"):
        store.run(actions.reopen_activity, head, activity_id=lecture, reason=" ")

    store.run(actions.reopen_activity, head, activity_id=lecture, reason="数错了")
    store.run(actions.record_headcount, clerk, activity_id=lecture, headcount=48)
    row = row_of(store, lecture)

    assert (row.state, row.headcount, row.reason) == (ActivityState.HELD, 48, "数错了")


def test_files_once_and_taken_out(store: Store, clerk: str, lecture: str) -> None:
    put = {"activity_id": lecture, "purpose": Evidence.PHOTO, "files": [PHOTO, PHOTO]}

    assert store.run(actions.put_files, clerk, **put).value == 1
    with pytest.raises(UserError, match="没有重复放入"):
        store.run(actions.put_files, clerk, **put)
    with store.reading() as session:
        [file] = queries.activity_card(session, lecture, on=TODAY).files
    store.run(actions.take_out_file, clerk, activity_id=lecture, attachment_id=file.attachment_id)
    assert row_of(store, lecture).photos == 0


def test_a_cancelled_one_counts_nothing_and_may_be_restored(
    store: Store, clerk: str, lecture: str, ground: Ground
) -> None:
    store.run(actions.record_headcount, clerk, activity_id=lecture, headcount=50)
    store.run(actions.cancel_activity, clerk, activity_id=lecture, reason="台风")
    cancelled = row_of(store, lecture)
    with pytest.raises(UserError, match="已取消"):
        store.run(actions.sign_in, clerk, activity_id=lecture, person_ids=ground.people)
    store.run(actions.restore_activity, clerk, activity_id=lecture)

    assert (cancelled.state, cancelled.attendances, cancelled.reason) == (ActivityState.CANCELLED, 0, "台风")
    assert (row_of(store, lecture).state, row_of(store, lecture).headcount) == (ActivityState.PLANNED, None)


def test_only_an_untouched_one_is_thrown_away(store: Store, clerk: str, lecture: str, ground: Ground) -> None:
    store.run(actions.sign_in, clerk, activity_id=lecture, person_ids=ground.people[:1])
    with pytest.raises(UserError, match="不能删除"):
        store.run(actions.remove_activity, clerk, activity_id=lecture)
    with store.reading() as session:
        [one] = queries.attendees(session, lecture)
    store.run(actions.sign_out, clerk, activity_id=lecture, attendee_ids=[one.id])
    store.run(actions.remove_activity, clerk, activity_id=lecture)

    with store.reading() as session:
        assert queries.activities(session) == []


def test_counts_by_month_with_the_names_behind_them(
    store: Store, clerk: str, lecture: str, ground: Ground
) -> None:
    january = store.run(
        actions.add_activity, clerk, topic="写春联", kind=ActivityKind.PRACTICE, held_on=date(2026, 1, 20),
        counted_as=CountedAs.SOCIAL, township_code="330603008",
    ).value  # fmt: skip
    store.run(actions.record_headcount, clerk, activity_id=january, headcount=80)
    store.run(actions.sign_in, clerk, activity_id=lecture, person_ids=ground.people[:3])
    store.run(actions.record_headcount, clerk, activity_id=lecture, headcount=50)
    year = {"since": date(2026, 1, 1), "until": date(2026, 12, 31)}

    with store.reading() as session:
        found = queries.counts(session, **year)
        names = queries.names_behind(session, **year, counted_as=CountedAs.ELDERLY)
        elsewhere = queries.names_behind(session, **year, township_code="330603001")

    assert [(row.month, row.kind, row.activities, row.attendances, row.known) for row in found] == [
        ("2026-01", ActivityKind.PRACTICE, 1, 80, 0),
        ("2026-03", ActivityKind.LECTURE, 1, 50, 3),
    ]
    assert {name.name for name in names} == {"阮秋月", "沈建国", "章水根"}
    assert elsewhere == []


def test_no_more_statements_with_more_activities(store: Store, clerk: str, lecture: str) -> None:
    once = count_statements(store, queries.activities, lambda s: queries.counts(s, since=TODAY, until=TODAY))
    for number in range(3):
        store.run(
            actions.add_activity, clerk, topic=f"讲座{number}", kind=ActivityKind.LECTURE, held_on=TODAY
        )
    again = count_statements(store, queries.activities, lambda s: queries.counts(s, since=TODAY, until=TODAY))

    assert once == again == [3, 2]


@action("测试绕过活动封存")
def _raw(w: Writing, *, sql: str) -> None:
    w.session.connection().execute(text(sql))


def test_a_person_who_came_stays_on_the_roster(
    store: Store, clerk: str, lecture: str, ground: Ground
) -> None:
    store.run(actions.sign_in, clerk, activity_id=lecture, person_ids=ground.people[:1])
    gone = [*ground.people[1:], "0" * 32]

    with pytest.raises(UserError, match="不在花名册里"):
        store.run(actions.sign_in, clerk, activity_id=lecture, person_ids=gone)
    with store.reading() as session:
        assert session.get(Person, ground.people[0]) is not None
    assert row_of(store, lecture).known == 1
