"""The list, its filters and counts, the paste box; and that more rows cost no more statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from sqlalchemy import event
from sqlalchemy.orm import Session

from kqdesk.rooms.cohorts import actions, queries
from kqdesk.rooms.cohorts.terms import CohortKind, CohortState, EnrolmentState
from kqdesk.store.store import Store


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """The statements run inside."""
    said: list[str] = []
    bind = session.get_bind()

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(bind, "before_cursor_execute", note)
    yield said
    event.remove(bind, "before_cursor_execute", note)


def test_list_counts_filters_and_finds(store: Store, clerk: str, cohort: str, people: list[str]) -> None:
    store.run(actions.enrol, clerk, cohort_id=cohort, person_ids=people)
    other = store.run(
        actions.open_cohort, clerk, title="花边厂班", kinds=[CohortKind.FACTORY], starts_on=date(2025, 9, 1)
    ).value

    with store.reading() as session:
        rows = queries.cohort_list(session)
        found = [
            [row.id for row in queries.cohort_list(session, text="缝纫")],
            [row.id for row in queries.cohort_list(session, kind=CohortKind.FACTORY)],
            [row.id for row in queries.cohort_list(session, state=CohortState.OPEN)],
            [row.id for row in queries.cohort_list(session, year=2025)],
            queries.years(session),
        ]

    assert [(row.id, row.enrolled, row.waiting) for row in rows] == [(cohort, 3, 2), (other, 0, 0)]
    assert found == [[cohort], [other], [cohort], [other], [2026, 2025]]


def test_more_rows_cost_no_more_statements(store: Store, clerk: str, cohort: str, people: list[str]) -> None:
    with store.reading() as session, counted(session) as one:
        queries.cohort_list(session)
        queries.roster(session, cohort)
    store.run(actions.enrol, clerk, cohort_id=cohort, person_ids=people)
    for n in range(3):
        store.run(actions.open_cohort, clerk, title=f"{n} 班", kinds=[CohortKind.VILLAGE])
    with store.reading() as session, counted(session) as many:
        queries.cohort_list(session)
        queries.roster(session, cohort)

    assert len(one) == len(many) <= 5


def test_pasted_names_and_numbers(store: Store, people: list[str]) -> None:
    text = "阮秋月\t沈建国\n33062119800101002x，13900000003、没有这人"

    with store.reading() as session:
        found = queries.people_pasted(session, text)

    assert found == queries.Pasted(tuple(people[:4]), ("没有这人",), ())


def test_people_are_offered_by_initials_and_tails(store: Store, people: list[str]) -> None:
    with store.reading() as session:
        found = [
            [c.name for c in queries.people_to_enrol(session, text, 5)]
            for text in ("阮", "SJG", "002X", "0004", "")
        ]

    assert found == [["阮秋月"], ["沈建国"], ["章水根"], ["鲁小芳"], []]


def test_one_persons_cohorts(store: Store, clerk: str, cohort: str, people: list[str]) -> None:
    store.run(actions.enrol, clerk, cohort_id=cohort, person_ids=people[:1])

    with store.reading() as session:
        found = queries.enrolments_of(session, people[0])

    assert [(e.cohort_title, e.state, e.applied_on) for e in found] == [
        ("缝纫机维修夜校班", EnrolmentState.ENROLLED, date(2026, 3, 2))
    ]
