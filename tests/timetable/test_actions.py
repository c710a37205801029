"""Putting, moving, cancelling, substituting; hard clashes refused, soft ones accepted; what undo gives back."""

from dataclasses import replace
from datetime import date

import pytest

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.timetable import actions, queries
from kqdesk.rooms.timetable.actions import LessonDraft, SoftClashes
from kqdesk.rooms.timetable.queries import By, LessonRow
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.store.store import Store
from tests.cohorts.test_queries import counted
from tests.timetable.conftest import Town

TUESDAY = date(2026, 3, 3)


def draft(town: Town, on: date = TUESDAY, start: int = 1110) -> LessonDraft:
    return LessonDraft(town.sewing, on, start, start + 90, 2, town.wang, town.hall, town.big, "车缝基础")


def term(store: Store, town: Town) -> list[LessonRow]:
    with store.reading() as session:
        return queries.term_lessons(session, By.COHORT, town.sewing)


def test_a_series_is_one_undo_and_numbered_by_date(store: Store, clerk: str, town: Town) -> None:
    days = [date(2026, 3, 17), TUESDAY, date(2026, 3, 10)]

    done = store.run(actions.put_lessons, clerk, lessons=[draft(town, day) for day in days])

    rows = term(store, town)
    assert done.label == "排课：缝纫班 3 次"
    assert [(row.number, row.on, row.place, row.trainer) for row in rows] == [
        (n, day, "兰亭村礼堂·大教室", "王水根") for n, day in enumerate(sorted(days), 1)
    ]
    assert done.value == [row.id for row in rows]

    store.undo(clerk)

    assert term(store, town) == []


def test_a_taken_trainer_is_refused_with_the_other_lesson_and_ways_out(
    store: Store, clerk: str, town: Town
) -> None:
    store.run(actions.put_lessons, clerk, lessons=[draft(town)])
    wish = replace(
        draft(town), cohort_id=town.trade, classroom_id=town.small, start_minute=1140, end_minute=1230
    )

    with pytest.raises(UserError) as refused:
        store.run(actions.put_lessons, clerk, lessons=[wish], accept_warnings=True)

    text = str(refused.value)
    assert "「缝纫班」3月3日 周二 18:30–20:00" in text
    assert "19:00–20:00 撞上" in text
    assert "请李梅代课" in text
    assert len(term(store, town)) == 1


def test_two_lessons_of_one_series_may_not_meet(store: Store, clerk: str, town: Town) -> None:
    with pytest.raises(UserError, match="本班这时已有课"):
        store.run(actions.put_lessons, clerk, lessons=[draft(town), draft(town, start=1150)])


def test_shared_learners_are_a_warning_that_can_be_accepted(store: Store, clerk: str, town: Town) -> None:
    store.run(actions.put_lessons, clerk, lessons=[draft(town)])
    wish = replace(draft(town), cohort_id=town.trade, trainer_id=town.li, classroom_id=town.small)

    with pytest.raises(SoftClashes, match="有 1 名学员同时在「缝纫班」上课"):
        store.run(actions.put_lessons, clerk, lessons=[wish])
    store.run(actions.put_lessons, clerk, lessons=[wish], accept_warnings=True)

    with store.reading() as session:
        assert len(queries.week_lessons(session, TUESDAY)) == 2


def test_a_holiday_and_too_few_seats_are_refused(store: Store, clerk: str, town: Town) -> None:
    with pytest.raises(UserError, match="清明放假"):
        store.run(actions.put_lessons, clerk, lessons=[draft(town, date(2026, 4, 6))])
    with pytest.raises(UserError, match=r"只有 2 个座位，本班在读 3 人，差 1 个"):
        store.run(actions.put_lessons, clerk, lessons=[replace(draft(town), classroom_id=town.small)])


def test_the_schools_own_calendar_opens_and_closes_days(store: Store, clerk: str, town: Town) -> None:
    holiday = date(2026, 4, 6)
    store.run(actions.set_school_day, clerk, on=holiday, is_school_day=True, note="企业不放假")
    store.run(actions.set_school_day, clerk, on=TUESDAY, is_school_day=False, note="台风停课")

    store.run(actions.put_lessons, clerk, lessons=[draft(town, holiday)])
    with pytest.raises(UserError, match="台风停课"):
        store.run(actions.put_lessons, clerk, lessons=[draft(town)])
    store.run(actions.clear_school_day, clerk, on=TUESDAY)
    store.run(actions.put_lessons, clerk, lessons=[draft(town)])

    assert [row.on for row in term(store, town)] == [TUESDAY, holiday]


def test_a_move_keeps_the_old_time_and_the_reason(store: Store, clerk: str, town: Town) -> None:
    [lesson_id] = store.run(actions.put_lessons, clerk, lessons=[draft(town)]).value

    store.run(
        actions.move_lesson,
        clerk,
        lesson_id=lesson_id,
        on=date(2026, 3, 5),
        start_minute=1080,
        reason="礼堂办喜事",
    )

    [row] = term(store, town)
    assert (row.on, row.start_minute, row.end_minute) == (date(2026, 3, 5), 1080, 1170)
    assert row.reason == "原 3月3日 周二 18:30–20:00；礼堂办喜事"


def test_a_move_into_a_clash_changes_nothing(store: Store, clerk: str, town: Town) -> None:
    first, _ = store.run(
        actions.put_lessons, clerk, lessons=[draft(town), draft(town, date(2026, 3, 5))]
    ).value

    with pytest.raises(UserError, match="本班这时已有课"):
        store.run(actions.move_lesson, clerk, lesson_id=first, on=date(2026, 3, 5), reason="调")

    assert [row.on for row in term(store, town)] == [TUESDAY, date(2026, 3, 5)]


def test_cancelling_frees_the_room_and_needs_a_reason(store: Store, clerk: str, town: Town) -> None:
    [lesson_id] = store.run(actions.put_lessons, clerk, lessons=[draft(town)]).value
    with pytest.raises(UserError, match="请写明原因"):
        store.run(actions.cancel_lesson, clerk, lesson_id=lesson_id, reason="")

    store.run(actions.cancel_lesson, clerk, lesson_id=lesson_id, reason="培训师生病")
    store.run(actions.put_lessons, clerk, lessons=[draft(town)])

    with pytest.raises(UserError, match="撞上"):
        store.run(actions.revive_lesson, clerk, lesson_id=lesson_id)
    assert [(row.state, row.reason) for row in term(store, town)] == [
        (LessonState.CANCELLED, "培训师生病"),
        (LessonState.PLANNED, ""),
    ]


def test_somebody_else_teaches_once(store: Store, clerk: str, town: Town) -> None:
    [lesson_id] = store.run(actions.put_lessons, clerk, lessons=[draft(town)]).value

    store.run(actions.substitute_trainer, clerk, lesson_id=lesson_id, trainer_id=town.li, reason="王老师生病")

    [row] = term(store, town)
    assert (row.trainer, row.reason) == ("李梅", "原培训师 王水根；王老师生病")


def test_held_only_on_or_after_the_day(store: Store, clerk: str, town: Town, clock) -> None:
    [lesson_id] = store.run(actions.put_lessons, clerk, lessons=[draft(town)]).value
    with pytest.raises(UserError, match="还没到日子"):
        store.run(actions.mark_held, clerk, lesson_ids=[lesson_id])

    clock.forward(days=1)
    store.run(actions.mark_held, clerk, lesson_ids=[lesson_id])

    assert term(store, town)[0].state is LessonState.HELD
    with pytest.raises(UserError, match="已上"):
        store.run(actions.move_lesson, clerk, lesson_id=lesson_id, on=TUESDAY, reason="调")
    with pytest.raises(UserError, match="不能删除"):
        store.run(actions.remove_lessons, clerk, lesson_ids=[lesson_id])


def test_free_rooms_and_trainers(store: Store, clerk: str, town: Town) -> None:
    store.run(actions.put_lessons, clerk, lessons=[draft(town)])

    with store.reading() as session:
        rooms = queries.free_rooms(session, TUESDAY, 1110, 1200)
        trainers = queries.free_trainers(session, TUESDAY, 1110, 1200)
        later = queries.free_rooms(session, TUESDAY, 1200, 1290)

    assert [room.name for room in rooms] == ["小教室"]
    assert [stand.name for stand in trainers] == ["李梅"]
    assert len(later) == 2


def test_more_lessons_cost_no_more_statements(store: Store, clerk: str, town: Town) -> None:
    said = []
    for days in ([TUESDAY], [date(2026, 3, 10), date(2026, 3, 17), date(2026, 3, 24)]):
        store.run(actions.put_lessons, clerk, lessons=[draft(town, day) for day in days])
        with store.reading() as session, counted(session) as statements:
            queries.ground_between(session, date(2026, 3, 1), date(2026, 3, 31))
            queries.term_lessons(session, By.COHORT, town.sewing)
        said.append(len(statements))

    assert said[0] == said[1]
