"""Four people, two of them on their way to a college."""

from datetime import date

import pytest

from kqdesk.rooms.people.model import Person
from kqdesk.rooms.referrals import actions
from kqdesk.rooms.referrals.terms import Route, StudyLevel
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store

TODAY = date(2026, 3, 2)
NAMES = ("阮秋月", "沈建国", "章水根", "鲁小芳")
COLLEGE = {
    "college": "绍兴开放大学", "programme": "大数据与会计", "route": Route.OPEN_UNIVERSITY, "level": StudyLevel.COLLEGE, "year": 2026,
}  # fmt: skip


@action("测试报读人员")
def add_people(w: Writing) -> list[str]:
    people = [
        Person(name=name, sex="2", birth_date=date(1985, 5, 4), education_code="61", phone=f"1390000{n:04d}", village="州山村")
        for n, name in enumerate(NAMES)
    ]  # fmt: skip
    w.session.add_all(people)
    w.session.flush()
    return [person.id for person in people]


@pytest.fixture
def people(store: Store) -> list[str]:
    """Ids of four people in the order of NAMES."""
    return store.run(add_people, "system").value


@pytest.fixture
def referred(store: Store, clerk: str, people: list[str]) -> list[str]:
    """Ids of the referrals of the first two, applied today."""
    return store.run(actions.refer, clerk, person_ids=people[:2], **COLLEGE).value
