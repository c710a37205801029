"""What the page asks: what it shows, and that the number of statements does not grow with the rows."""

from datetime import date
from fractions import Fraction

import pytest

from kqdesk.rooms.exams import actions, queries
from kqdesk.rooms.exams.actions import Entry
from kqdesk.rooms.exams.queries import CohortToSit
from kqdesk.rooms.exams.rules import Admission, Points
from kqdesk.store.store import Store
from tests.conftest import CLERK_SIGNER
from tests.exams.school import make_school
from tests.statements import count_statements

ON = date(2026, 2, 28)


def opened(store: Store, clerk: str, sizes: tuple[int, ...]) -> str:
    made = make_school(store, clerk, sizes=sizes)
    sitting = store.run(
        actions.open_sitting, clerk, title="2026年春季考试", on=ON, programme_id=made.programme
    ).value
    store.run(actions.add_candidates, clerk, sitting_id=sitting, cohort_ids=made.cohorts)
    store.run(actions.add_hall, clerk, sitting_id=sitting, name="第1考场", capacity=30)
    store.run(actions.arrange_seats, clerk, sitting_id=sitting)
    with store.reading() as session:
        sheet = queries.score_sheet(session, sitting)
    typed = [Entry(r.id, p, Points(700)) for r in sheet.rows for p in r.due]
    store.run(actions.enter_scores, clerk, signer=CLERK_SIGNER, sitting_id=sitting, entries=typed)
    return sitting


def statements(store: Store, sitting: str, clerk: str) -> list[int]:
    return count_statements(
        store,
        lambda s: queries.sittings(s),
        lambda s: queries.candidates(s, sitting),
        lambda s: queries.score_sheet(s, sitting),
        lambda s: queries.differences(s, sitting),
        lambda s: queries.halls_of(s, sitting),
        lambda s: queries.marks_waiting(s, clerk),
        lambda s: queries.attempts(s),
    )


@pytest.mark.parametrize("sizes", [(1,), (9, 9)])
def test_the_number_of_statements_is_fixed(store: Store, clerk: str, sizes: tuple[int, ...]):
    sitting = opened(store, clerk, sizes)

    assert statements(store, sitting, clerk) == [6, 7, 12, 2, 1, 1, 2]


def test_candidates_show_attendance_and_nothing_is_claimed_without_a_minimum(store: Store, clerk: str):
    sitting = opened(store, clerk, (2,))

    with store.reading() as session:
        people = queries.candidates(session, sitting)

    shares = {p.share for p in people}
    assert shares == {Fraction(1, 2), Fraction(1)}
    assert {p.admission for p in people} == {Admission.UNSET}


def test_search_finds_by_name_ticket_and_cohort(store: Store, clerk: str):
    sitting = opened(store, clerk, (3, 2))

    with store.reading() as session:
        found = [
            len(queries.candidates(session, sitting, text=text)) for text in ("高中2班", "26022801", "无此人")
        ]

    assert found == [2, 5, 0]


def test_cohorts_to_sit_say_how_many_are_not_yet_in(store: Store, clerk: str):
    sitting = opened(store, clerk, (2, 3))

    with store.reading() as session:
        found = queries.cohorts_to_sit(session, sitting)

    assert [(c.title, c.enrolled, c.ready) for c in found] == [("兰亭高中2班", 3, 0), ("兰亭高中1班", 2, 0)]
    assert isinstance(found[0], CohortToSit)


def test_marks_that_wait_are_told_apart_by_who_typed_them(store: Store, clerk: str, head: str):
    opened(store, clerk, (2,))

    with store.reading() as session:
        [mine], [hers] = queries.marks_waiting(session, clerk), queries.marks_waiting(session, head)

    assert (mine.unchecked, mine.mine, hers.mine) == (8, 8, 0)
