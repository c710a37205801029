"""A cohort of thirty with lessons before, on and after the tests' day."""

from dataclasses import dataclass
from datetime import date

import pytest

from kqdesk.rooms.cohorts import actions as cohort_actions
from kqdesk.rooms.cohorts import queries as cohort_queries
from kqdesk.rooms.cohorts.terms import CohortKind
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.timetable import actions as timetable_actions
from kqdesk.rooms.timetable.actions import LessonDraft
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store

DAYS = (date(2026, 2, 24), date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 10))
SURNAMES = ("王wang", "李li", "张zhang", "陈chen", "沈shen", "阮ruan")


@dataclass(frozen=True)
class Cohort:
    """Ids: the cohort, its four lessons (24 Feb, 2, 3, 10 March), its enrolments by roll number."""

    id: str
    lessons: list[str]
    learners: list[str]


@action("测试学员")
def add_learners(w: Writing, *, count: int) -> list[str]:
    people = []
    for n in range(count):
        surname = SURNAMES[n % len(SURNAMES)]
        people.append(
            Person(
                name=f"{surname[0]}{'春夏秋冬兰'[n % 5]}{'花明'[n % 2]}", name_initials=f"{surname[1]}{n % 5}"
            )
        )
    w.session.add_all(people)
    w.session.flush()
    return [person.id for person in people]


@pytest.fixture
def cohort(store: Store, clerk: str) -> Cohort:
    """Thirty learners, four lessons of two hours; today is the second."""
    people = store.run(add_learners, "system", count=30).value
    cohort_id = store.run(
        cohort_actions.open_cohort,
        clerk,
        title="缝纫班",
        kinds=[CohortKind.NIGHT_SCHOOL],
        capacity=40,
        is_started=True,
    ).value
    store.run(cohort_actions.enrol, clerk, cohort_id=cohort_id, person_ids=people)
    drafts = [LessonDraft(cohort_id, day, 1110, 1200, 2) for day in DAYS]
    lessons = store.run(timetable_actions.put_lessons, clerk, lessons=drafts, accept_warnings=True).value
    with store.reading() as session:
        learners = [row.id for row in cohort_queries.roster(session, cohort_id)]
    return Cohort(cohort_id, lessons, learners)
