"""自动排课: a week's problem from real wishes, its answer on real dates, before and after, one act in the window."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtWidgets import QApplication

from kqdesk.desk import shots
from kqdesk.desk.theme import apply_theme
from kqdesk.rooms.catalogue.actions import add_course
from kqdesk.rooms.catalogue.terms import Category
from kqdesk.rooms.cohorts.actions import open_cohort
from kqdesk.rooms.cohorts.terms import CohortKind
from kqdesk.rooms.timetable import actions, queries
from kqdesk.rooms.timetable.page import PAGE
from kqdesk.rooms.timetable.queries import By
from kqdesk.rooms.timetable.rules.clashes import Ground, Slot
from kqdesk.rooms.timetable.rules.days import SchoolCalendar
from kqdesk.rooms.timetable.rules.planning.problem import Placing
from kqdesk.rooms.timetable.rules.term.compare import compared, series_words
from kqdesk.rooms.timetable.rules.term.dates import dated
from kqdesk.rooms.timetable.rules.term.week import Pattern, Week
from kqdesk.rooms.timetable.rules.term.wish import CohortWish, Task, Window
from kqdesk.rooms.timetable.rules.ways_out import Room, Stand
from kqdesk.rooms.trainers.actions import add_trainer
from kqdesk.rooms.trainers.terms import PayLevel, TrainerSource
from tests.timetable.conftest import Town
from tests.timetable.test_actions import TUESDAY, draft

MONDAY = date(2026, 3, 9)
HALL, SMALL = Room("hall", "大教室", "s", "礼堂", "北", 40), Room("small", "小教室", "s", "礼堂", "北", 10)
WANG, LI = Stand("wang", "王水根"), Stand("li", "李梅")


def wish(key: str = "sewing", count: int = 4, trainer: Stand | None = WANG, per_week: int = 1) -> CohortWish:
    return CohortWish(key, key, 20, count, 90, 2, per_week, MONDAY, trainer, (), "s", "hall")


def task(*wishes: CohortWish, lessons: tuple[Slot, ...] = (), closed: dict[date, str] | None = None) -> Task:
    ground = Ground(list(lessons), SchoolCalendar(closed or {}))
    last = MONDAY + timedelta(weeks=20)
    return Task(wishes, ground, (HALL, SMALL), (WANG, LI), MONDAY, last, Window.EVENINGS, 1110)


def standing(on: date, trainer: Stand = WANG, room: Room = SMALL, key: str = "other") -> Slot:
    return Slot(
        key,
        "别的班",
        on,
        1110,
        1200,
        trainer.id,
        trainer.name,
        "s",
        "礼堂",
        "北",
        room.id,
        room.name,
        f"{on}",
    )


def test_the_week_closes_what_is_taken_often_and_not_what_is_taken_once() -> None:
    often = [standing(TUESDAY + timedelta(weeks=n)) for n in range(1, 5)]
    once = [standing(MONDAY + timedelta(2))]
    week = Week(task(wish(), lessons=(*often, *once)))

    problem = week.problem()

    wang = problem.trainers[0].available
    cell = week.minutes.index(1110)
    assert [bool(wang >> day * len(week.minutes) + cell & 1) for day in range(4)] == [True, False, True, True]
    assert problem.cohorts[0].venues == (0,)
    assert problem.cohorts[0].hours == 2


def test_evenings_only_until_told_otherwise() -> None:
    cells = {
        window: Week(replace(task(wish()), window=window)).problem().cohorts[0].allowed.bit_count()
        for window in Window
    }

    assert cells == {Window.EVENINGS: 7 * 3, Window.WEEKENDS: 7 * 3 + 2 * 7, Window.ANY: 7 * 10}


def test_patterns_come_back_in_words_of_the_school() -> None:
    week = Week(task(wish(per_week=2)))
    problem = week.problem()

    found = week.patterns([Placing(3, 7, 0, 0), Placing(0, 7, 0, 1)], problem)

    assert found == {"sewing": [Pattern(1, 1110, HALL, LI), Pattern(4, 1110, HALL, WANG)]}


def test_dates_go_round_holidays_and_single_clashes_and_say_so() -> None:
    taken, holiday = MONDAY + timedelta(7), MONDAY + timedelta(14)
    asked = task(wish(count=4), lessons=(standing(taken),), closed={holiday: "清明"})

    [one] = dated(asked, {"sewing": [Pattern(1, 1110, HALL, WANG)]})

    assert [slot.on for slot in one.slots] == [
        MONDAY, taken + timedelta(1), MONDAY + timedelta(21), MONDAY + timedelta(28),
    ]  # fmt: skip
    assert one.missing == 0
    assert one.notes[0].startswith(
        "3月16日 周一放不下（培训师王水根已有课：「别的班」3月16日 周一 18:30–20:00"
    )
    assert one.notes[1] == "3月23日 周一清明放假，顺延"


def test_lessons_that_stand_keep_their_ids_in_order_and_days_that_stay_are_left() -> None:
    old = (
        replace(standing(MONDAY, key="sewing"), lesson_id="a"),
        replace(standing(MONDAY, key="sewing"), lesson_id="b"),
    )
    asked = replace(wish(count=3), movable=old, stays=frozenset({MONDAY}))

    [one] = dated(task(asked), {"sewing": [Pattern(1, 1110, HALL, WANG)]})
    row = compared(one)

    assert [(slot.on, slot.lesson_id) for slot in one.slots] == [
        (MONDAY + timedelta(7), "a"), (MONDAY + timedelta(14), "b"), (MONDAY + timedelta(21), None),
    ]  # fmt: skip
    assert (len(row.puts), len(row.moves), row.what) == (1, 2, "新排 1 次，改动 2 次")
    assert row.after == "周一 18:30 礼堂·大教室 王水根，3月16日 周一起 3 次"


def test_what_finds_no_day_is_counted() -> None:
    [one] = dated(task(wish(count=60)), {"sewing": [Pattern(1, 1110, HALL, WANG)]})
    [none] = dated(task(wish()), {"sewing": []})

    assert (len(one.slots), one.missing) == (21, 39)
    assert compared(none, ["王水根周二没有空"]).notes == ("还有 4 次没有排上", "王水根周二没有空")
    assert series_words(()) == "还没有排"


def test_two_cohorts_with_one_trainer_never_meet() -> None:
    pattern = {"sewing": [Pattern(1, 1110, HALL, WANG)], "tea": [Pattern(1, 1110, SMALL, WANG)]}

    first, second = dated(task(wish(), wish("tea")), pattern)

    assert {slot.on for slot in first.slots} & {slot.on for slot in second.slots} == set()


@pytest.fixture
def page(qtbot, desk, store, clerk, town: Town):
    apply_theme(QApplication.instance())
    store.run(
        actions.put_lessons, clerk, lessons=[draft(town, TUESDAY + timedelta(weeks=n)) for n in range(4)]
    )
    made = PAGE.factory(desk, {})
    qtbot.addWidget(made)
    made.resize(1340, 720)
    made.show()
    made.arrive({})
    shots.settle(desk)
    return made


def test_the_task_takes_what_may_move_and_leaves_the_rest(store, clerk, desk, town: Town) -> None:
    days = [TUESDAY + timedelta(weeks=n) for n in range(4)]
    ids = store.run(actions.put_lessons, clerk, lessons=[draft(town, day) for day in days]).value
    store.run(actions.lock_lesson, clerk, lesson_id=ids[1], locks=["time"])

    with store.reading() as session:
        order = queries.PlanOrder((town.sewing,), TUESDAY)
        asked = queries.plan_task(session, order, desk.today())
        [line] = [one for one in queries.plan_lines(session, desk.today()) if one.id == town.sewing]

    [one] = asked.wishes
    assert [slot.on for slot in one.movable] == [days[0], days[2], days[3]]
    assert (one.stays, one.size, one.minutes) == ({days[1]}, 3, 90)
    assert {slot.lesson_id for slot in asked.ground.lessons} == {ids[1]}
    assert (line.stays, line.movable) == (1, 3)


def test_who_teaches_the_category_of_the_course_may_be_chosen(store, clerk, town: Town) -> None:
    course = store.run(
        add_course, clerk, title="电工基础", category=Category.TRADE_SKILLS, lesson_count=8, lesson_minutes=90,
        hours_per_lesson=2,
    ).value  # fmt: skip
    able = store.run(
        add_trainer, clerk, name="柏师傅", source=TrainerSource.LOCAL_TALENT, pay_level=PayLevel.MIDDLE,
        ticked=(Category.TRADE_SKILLS.label,),
    ).value  # fmt: skip
    cohort = store.run(
        open_cohort,
        clerk,
        title="电工班",
        kinds=[CohortKind.NIGHT_SCHOOL],
        course_id=course,
        site_id=town.hall,
    ).value

    with store.reading() as session:
        order = queries.PlanOrder((cohort,), TUESDAY, chooses_trainers=True)
        [wish] = queries.plan_task(session, order, TUESDAY).wishes

    assert wish.candidates == (able,)


def test_a_plan_is_drawn_compared_taken_and_undone(qtbot, desk, store, page, town: Town) -> None:
    window = page.plan()
    shots.settle(desk)
    window.lines.selectAll()
    window.form.show_values({"starts_on": date(2026, 3, 9), "keeps": False, "seconds": 5})
    before = [row.on for row in lessons(store, town.sewing)]
    window.run()
    shots.settle(desk, 30)
    assert window.draft is not None
    rows = {row.cohort: row for row in window.draft.rows}
    window.take()
    shots.settle(desk)
    taken = [row.on for row in lessons(store, town.sewing)]
    desk.undo()
    shots.settle(desk)

    assert rows["缝纫班"].before.startswith("周二 18:30 兰亭村礼堂·大教室 王水根")
    assert [note for row in rows.values() for note in row.notes if "没有排上" in note] == []
    assert len(taken) >= len(before)
    assert [row.on for row in lessons(store, town.sewing)] == before


def lessons(store, cohort_id: str) -> list[queries.LessonRow]:
    with store.reading() as session:
        return queries.term_lessons(session, By.COHORT, cohort_id)
