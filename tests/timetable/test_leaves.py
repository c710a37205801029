"""A trainer on leave: nothing is put there, what stands there is told, and everybody looks past her."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.timetable import actions, queries
from kqdesk.rooms.timetable.queries import PlanOrder, ground_between, lesson_card, plan_task
from kqdesk.rooms.timetable.rules.checker import Checker, Colour
from kqdesk.rooms.timetable.rules.clashes import Ground, Slot, clashes
from kqdesk.rooms.timetable.rules.substitutes import Candidate, substitutes
from kqdesk.rooms.timetable.rules.term.week import Week
from kqdesk.rooms.timetable.rules.ways_out import Stand, ways_out
from kqdesk.rooms.timetable.terms import ClashKind
from kqdesk.rooms.trainers.actions import set_leaves
from kqdesk.rooms.trainers.rules import Leave
from kqdesk.store.store import Store
from tests.timetable.conftest import Town
from tests.timetable.test_actions import TUESDAY, draft

AWAY = Leave(TUESDAY, TUESDAY + timedelta(2), "住院")
WISH = Slot("A", "缝纫班", TUESDAY, 1110, 1200, "T", "王水根")
GROUND = Ground(leaves={"T": (AWAY,)})


def test_a_leave_is_a_hard_clash_that_keeps_the_reason_to_itself():
    found = clashes(WISH, GROUND)

    assert [(one.kind, one.is_hard, one.sentence) for one in found] == [
        (ClashKind.LEAVE, True, "培训师王水根3月3日 周二请假（2026-03-03—2026-03-05），请换人或换日子。")
    ]
    assert clashes(replace(WISH, on=TUESDAY + timedelta(3)), GROUND) == []


def test_the_colours_of_a_lifted_lesson_are_the_clash_check():
    heat = Checker(GROUND, TUESDAY - timedelta(1), TUESDAY + timedelta(5)).heat(WISH)

    for n in range(-1, 6):
        on = TUESDAY + timedelta(n)
        is_hard = any(one.is_hard for one in clashes(replace(WISH, on=on), GROUND))
        assert (heat.colour(on, 1110) is Colour.RED) == is_hard
    assert heat.colour(TUESDAY, 1110, stand=Stand("U", "李梅")) is Colour.GREEN


def test_ways_out_are_another_trainer_and_a_day_after_the_leave():
    ways = ways_out(WISH, GROUND, stands=[Stand("T", "王水根"), Stand("U", "李梅")])

    assert [way.sentence for way in ways][:2] == ["请李梅代课（这时有空）", "改到3月2日 周一 18:30–20:00"]


def test_nobody_on_leave_is_offered_as_free():
    wish = replace(WISH, trainer_id="X", trainer="赵敏")

    ranked = substitutes(wish, GROUND, [Candidate("T", "王水根"), Candidate("U", "李梅")], frozenset())

    assert [(one.name, one.is_free) for one in ranked] == [("李梅", True), ("王水根", False)]
    assert ranked[1].reasons[0].startswith("培训师王水根3月3日 周二请假")


def test_the_timetable_refuses_and_tells(store: Store, clerk: str, town: Town):
    [lesson] = store.run(actions.put_lessons, clerk, lessons=[draft(town)]).value
    store.run(set_leaves, clerk, trainer_id=town.wang, leaves=[AWAY])

    with store.reading() as session:
        row = lesson_card(session, lesson)
        assert row is not None
        assert row.is_trainer_away
        assert [one.id for one in queries.free_trainers(session, TUESDAY, 0, 60)] == [town.li]
    with pytest.raises(UserError, match="王水根3月4日 周三请假"):
        store.run(actions.put_lessons, clerk, lessons=[draft(town, on=TUESDAY + timedelta(1))])
    store.undo(clerk)
    with store.reading() as session:
        row = lesson_card(session, lesson)
        assert row is not None
        assert not row.is_trainer_away


def test_the_planner_closes_weekdays_she_is_mostly_away_on(store: Store, clerk: str, town: Town):
    long = Leave(TUESDAY, TUESDAY + timedelta(200))
    order = PlanOrder((town.sewing,), TUESDAY)

    def open_cells() -> int:
        with store.reading() as session:
            problem = Week(plan_task(session, order, TUESDAY)).problem()
        return next(one.available for one in problem.trainers if one.id == town.wang)

    before = open_cells()
    store.run(set_leaves, clerk, trainer_id=town.wang, leaves=[AWAY])
    assert open_cells() == before
    store.run(set_leaves, clerk, trainer_id=town.wang, leaves=[long])

    assert (before != 0, open_cells()) == (True, 0)
    with store.reading() as session:
        assert ground_between(session, date(2026, 3, 1), date(2026, 3, 9)).leaves == {town.wang: (long,)}
