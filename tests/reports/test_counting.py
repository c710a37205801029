"""Figures of a small school: each by its definition, merged people once, the same statements however many rows."""

from datetime import date

import pytest

from kqdesk.rooms.reports.queries import desk_facts
from kqdesk.rooms.reports.rules import FIGURES, Facts, calendar_year, counted, month_of, still_ahead
from kqdesk.rooms.reports.terms import Breakdown
from kqdesk.store.store import Store
from tests.reports.world import World, make_world
from tests.statements import count_statements

TODAY = date(2026, 3, 2)
YEAR = calendar_year(2026, until=TODAY)


@pytest.fixture
def world(store: Store, clerk: str) -> World:
    return make_world(store, clerk)


@pytest.fixture
def known(store: Store, world: World) -> Facts:
    with store.reading() as session:
        return desk_facts(session, YEAR)


def test_every_figure_of_the_year(known: Facts):
    assert {key: counted(known, key).value for key in FIGURES} == {
        "adult_schooling": 2,  # a (twice, once as the entry that was merged) and f of the old ledger
        "college": 1,
        "skill_training": 1,  # the old ledger's line; the class that runs is still ahead
        "social_training": 4 + 40,  # night class: a b d e (c came too little), and the lecture
        "elderly_education": 1 + 25,  # b left the class
        "learners": 6,  # a b d e f h
        "night_school": 4,
        "night_cohorts": 1,
        "cohorts_opened": 4,
        "registered": 5 + 1 + 1 + 1,
        "entered": 8,
        "completed": 0,
        "dual_certificates": 1,  # b: diploma of last year, certificate of this one
        "diplomas": 3,
        "skill_certificates": 1,
        "completion_certificates": 1,
        "college_entered": 1,
        "activities_held": 2,
        "activity_attendances": 65,
        "surveyed": 2,
        "schooling_years": 1160,  # 20 to 59 on the day: b 12, c 6, d 15, f 9, g 16; e and h are not known
    }


def test_behind_a_number_of_people_stand_people_and_behind_attendances_rows(known: Facts, world: World):
    people, rows = counted(known, "adult_schooling"), counted(known, "night_school")

    assert set(people.ids) == {world.people["a"], world.people["f"]}
    assert set(rows.ids) == {world.enrolments[f"night{key}"] for key in "abde"}
    assert {one.person for one in rows.members} == {world.people[key] for key in "abde"}


@pytest.mark.parametrize("key", [key for key, kind in FIGURES.items() if not kind.is_mean])
def test_members_add_up_to_the_number_and_parts_have_no_others(known: Facts, key: str):
    for by in FIGURES[key].splits:
        figure = counted(known, key, by)
        inside = {(one.table, one.id) for group in figure.groups for one in group.members}

        assert sum(one.count for one in figure.members) == figure.value
        assert {(one.table, one.id) for one in figure.members} <= inside
        assert all(sum(one.count for one in group.members) == group.value for group in figure.groups)
        if by in (Breakdown.MONTH, Breakdown.SCHOOL, Breakdown.SEX):
            assert sum(group.value for group in figure.groups) == figure.value


def test_parts_are_named_as_people_know_them(known: Facts):
    def parts(key: str, by: Breakdown) -> dict[str, int]:
        return {group.label: group.value for group in counted(known, key, by).groups if group.value}

    assert parts("social_training", Breakdown.MONTH) == {"1月": 4, "2月": 40}
    assert parts("social_training", Breakdown.PROJECT) == {"市民品质生活提升": 44}
    assert parts("night_school", Breakdown.KIND) == {"夜校班": 4, "村班": 4}
    assert parts("social_training", Breakdown.TOWNSHIP) == {"兰亭街道": 43, "钱清街道": 1}
    assert parts("night_school", Breakdown.HUKOU) == {"本区户籍": 2, "区外户籍": 2}
    assert parts("night_school", Breakdown.AGE) == {"40—49 岁": 2, "50—59 岁": 1, "60—69 岁": 1}
    assert parts("diplomas", Breakdown.LEVEL) == {"成人初中": 2, "成人高中": 1}


def test_attendance_is_not_told_while_the_minimum_is_unset(store: Store, clerk: str):
    make_world(store, clerk, {})
    with store.reading() as session:
        figure = counted(desk_facts(session, YEAR), "night_school")

    assert (figure.value, figure.lacks) == (5, ("attendance.minimum_rate",))  # everybody who came at all


def test_a_late_mark_without_a_weight_counts_only_when_it_decides_nothing(store: Store, clerk: str):
    make_world(store, clerk, {"attendance.minimum_rate": 50, "attendance.excused": "absent"})
    with store.reading() as session:
        known = desk_facts(session, YEAR)

    assert counted(known, "night_school").value == 5
    assert counted(known, "night_school").lacks == ("attendance.late_weight",)


def test_what_the_pack_says_counts(store: Store, clerk: str):
    make_world(store, clerk, {"report.adult_counts": "enrolled", "report.college_counts": "enrolled"})
    with store.reading() as session:
        known = desk_facts(session, YEAR)

    assert [counted(known, key).value for key in ("adult_schooling", "college", "diplomas")] == [1, 1, 2]


def test_a_month_and_what_is_still_ahead(store: Store, world: World):
    with store.reading() as session:
        january = desk_facts(session, month_of(date(2026, 1, 5)))
        year = desk_facts(session, YEAR)

    assert [
        counted(january, key).value for key in ("social_training", "elderly_education", "activities_held")
    ] == [4, 1, 0]
    assert [still_ahead(year, key) for key in ("skill_training", "social_training", "adult_schooling")] == [
        1,
        0,
        1,
    ]


def test_a_period_without_anything_is_nought(store: Store, world: World):
    with store.reading() as session:
        known = desk_facts(session, calendar_year(2019))

    counts = {counted(known, key).value for key in FIGURES if key not in ("registered", "schooling_years")}
    assert counts == {0}


def test_facts_take_the_same_statements_however_much_there_is(store: Store, clerk: str):
    before = count_statements(store, lambda session: desk_facts(session, YEAR))
    make_world(store, clerk)

    assert count_statements(store, lambda session: desk_facts(session, YEAR)) == before == [18]
