"""The quick checker says exactly what the plain clash check says, cell by cell, before and after moves."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.rooms.timetable.rules.bits import Grid, dilated, starts_blocked
from kqdesk.rooms.timetable.rules.checker import Checker, Colour
from kqdesk.rooms.timetable.rules.clashes import Clash, Free, Ground, Slot, clashes
from kqdesk.rooms.timetable.rules.days import SchoolCalendar
from kqdesk.rooms.timetable.rules.ways_out import Room, Stand, ways_out

FIRST, LAST = date(2026, 9, 28), date(2026, 10, 11)
ZONES = {"S": "北", "N": "南", "W": "西"}


def term(seed: int, count: int = 24, step: int = 15) -> Ground:
    """A crowded fortnight over 国庆 with shared learners, short availability and unequal ways."""
    rng = Random(seed)
    lessons = []
    for n in range(count):
        site = rng.choice("SNW")
        start = rng.randrange(8 * 60, 20 * 60, step)
        lessons.append(
            Slot(
                cohort := rng.choice("ABCDE"), f"{cohort}班", FIRST + timedelta(rng.randrange(14)), start,
                start + rng.choice((45, 90, 120)) // step * step, rng.choice(["T", "U", None]), "师", site, site,
                ZONES[site], rng.choice([f"{site}1", f"{site}2"]), "教室", f"L{n}",
            )
        )  # fmt: skip
    return Ground(
        lessons,
        SchoolCalendar({date(2026, 10, n): "国庆节" for n in range(1, 8)}, {date(2026, 10, 10): "国庆节"}),
        {"A": frozenset("123"), "B": frozenset("34"), "C": frozenset("5"), "D": frozenset("45")},
        {"S1": 2, "N1": 9},
        {"T": Free(frozenset({(day, 540, 1200) for day in (1, 2, 3, 6)}))},
        rng.choice([None, 30]),
        {("北", "南"): 40, ("西", "北"): 7},
    )


def colour_of(found: list[Clash]) -> Colour:
    if any(clash.is_hard for clash in found):
        return Colour.RED
    return Colour.YELLOW if found else Colour.GREEN


def same(found: list[Clash]) -> list[tuple[object, ...]]:
    return sorted((c.kind, c.is_hard, c.sentence, (c.other and c.other.lesson_id) or "") for c in found)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([5, 15]))
def test_one_cell_is_what_the_plain_check_says(seed: int, step: int) -> None:
    ground, rng = term(seed, step=step), Random(seed)
    checker = Checker(ground, FIRST, LAST)
    lifted = rng.choice(ground.lessons)
    start = rng.randrange(7 * 60, 21 * 60, step)
    wish = replace(lifted, on=FIRST + timedelta(rng.randrange(14)), start=start, end=start + 60)

    found = checker.check(wish)

    assert same(found) == same(clashes(wish, ground))
    assert [c.is_hard for c in found] == sorted((c.is_hard for c in found), reverse=True)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([5, 15]))
def test_every_colour_of_two_weeks_is_what_the_plain_check_says(seed: int, step: int) -> None:
    ground, rng = term(seed, step=step), Random(seed)
    checker = Checker(ground, FIRST, LAST)
    lifted = rng.choice(ground.lessons)
    room = rng.choice([None, Room("N1", "教室", "N", "N", "南", 9)])
    stand = rng.choice([None, Stand("T", "师")])

    heat = checker.heat(lifted)
    cells = heat.week(FIRST, room, stand) | heat.week(FIRST + timedelta(7), room, stand)

    assert len(cells) == 14 * (23 - 6) * 4
    for (on, start), colour in cells.items():
        slot = heat.at(on, start, room, stand)
        plain = clashes(slot, ground)
        assert (colour, heat.colour(on, start, room, stand)) == (colour_of(plain), colour_of(plain)), slot
        if colour is not Colour.GREEN:
            assert same(heat.reasons(on, start, room, stand)) == same(plain)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_after_moves_it_is_as_if_built_anew(seed: int) -> None:
    ground, rng = term(seed), Random(seed)
    checker = Checker(ground, FIRST, LAST)
    lessons = list(ground.lessons)
    for _ in range(5):
        place = rng.randrange(len(lessons))
        start = rng.randrange(8 * 60, 20 * 60, 15)
        new = replace(lessons[place], on=FIRST + timedelta(rng.randrange(14)), start=start, end=start + 60)
        checker.move(lessons[place], new)
        lessons[place] = new
    anew = Checker(replace(ground, lessons=lessons), FIRST, LAST)

    lifted = rng.choice(lessons)

    assert checker.heat(lifted).week(FIRST) == anew.heat(lifted).week(FIRST)
    assert same(checker.check(lifted)) == same(anew.check(lifted))


def test_lessons_lifted_together_are_not_in_each_others_way() -> None:
    one = Slot("A", "甲班", FIRST, 540, 630, "T", "师", "S", "S", "北", "S1", "教室", "L1")
    two = replace(one, start=660, end=750, lesson_id="L2")
    checker = Checker(Ground([one, two]), FIRST, LAST)

    alone, both = checker.heat(one), checker.heat(one, [two])

    assert (alone.colour(FIRST, 660), both.colour(FIRST, 660)) == (Colour.RED, Colour.GREEN)
    assert both.reasons(FIRST, 660) == []


def test_ways_are_those_of_the_plain_check() -> None:
    ground = term(7)
    checker = Checker(ground, FIRST, LAST)
    rooms = [Room("N1", "教室", "N", "N", "南", 9), Room("W2", "教室", "W", "W", "西", 30)]
    stands = [Stand("U", "乙师"), Stand("V", "丙师")]

    ways = [checker.ways(lesson, rooms, stands) for lesson in ground.lessons]

    assert ways == [ways_out(lesson, ground, rooms, stands) for lesson in ground.lessons]
    assert any(ways)


def test_a_day_outside_the_term_is_red_and_no_place_for_a_lesson() -> None:
    ground = term(1)
    checker = Checker(ground, FIRST, LAST)

    assert checker.heat(ground.lessons[0]).colour(LAST + timedelta(1), 540) is Colour.RED
    with pytest.raises(ValueError, match="outside"):
        checker.put(replace(ground.lessons[0], on=LAST + timedelta(1)))


@given(st.integers(0, 2**40), st.integers(1, 9), st.integers(0, 6), st.integers(10, 40))
def test_shifts_are_the_slow_loops(busy: int, cells: int, margin: int, at: int) -> None:
    taken = {n for n in range(41) if busy >> n & 1}

    met = bool(taken & set(range(at, at + cells)))
    near = bool(taken & set(range(at - margin, at + cells + margin)))

    assert bool(starts_blocked(busy, cells) >> at & 1) == met
    assert bool(dilated(busy, cells, margin) >> at & 1) == near


def test_days_do_not_touch() -> None:
    grid = Grid(FIRST, LAST, 15, 480, 1320, 300)

    late = grid.bits(FIRST, 1200, 1320)

    assert dilated(late, 8, 12) & (grid.day_mask << grid.day_bit(FIRST + timedelta(1))) == 0
