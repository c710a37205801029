"""Two cohorts, two trainers, a hall with two rooms."""

from dataclasses import dataclass

import pytest

from kqdesk.rooms.cohorts import actions as cohort_actions
from kqdesk.rooms.cohorts.terms import CohortKind
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.places.model import Classroom, Site
from kqdesk.rooms.trainers.model import Trainer
from kqdesk.rooms.trainers.terms import PayLevel, TrainerSource
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store


@dataclass(frozen=True)
class Town:
    """Ids of what the tests schedule."""

    sewing: str
    trade: str
    wang: str
    li: str
    hall: str
    big: str
    small: str
    people: list[str]


@action("测试场地")
def add_places(w: Writing) -> list[str]:
    site = Site(name="兰亭村礼堂", zone="北")
    trainers = [
        Trainer(name=name, source=TrainerSource.SCHOOL_STAFF, pay_level=PayLevel.MIDDLE)
        for name in ("王水根", "李梅")
    ]
    people = [Person(name=f"学员{n}", name_initials=f"xy{n}", id_number=f"id{n}") for n in range(6)]
    w.session.add_all([site, *trainers, *people])
    w.session.flush()
    rooms = [
        Classroom(site_id=site.id, name=name, capacity=seats)
        for name, seats in (("大教室", 30), ("小教室", 2))
    ]
    w.session.add_all(rooms)
    w.session.flush()
    return [site.id, *(t.id for t in trainers), *(r.id for r in rooms), *(p.id for p in people)]


@pytest.fixture
def town(store: Store, clerk: str) -> Town:
    """缝纫班 (three learners) and 电商班 (one of them too)."""
    hall, wang, li, big, small, *people = store.run(add_places, "system").value
    sewing, trade = (
        store.run(
            cohort_actions.open_cohort, clerk, title=title, kinds=[CohortKind.NIGHT_SCHOOL], trainer_id=wang, site_id=hall,
            classroom_id=big, is_started=True,
        ).value
        for title in ("缝纫班", "电商班")
    )  # fmt: skip
    store.run(cohort_actions.enrol, clerk, cohort_id=sewing, person_ids=people[:3])
    store.run(cohort_actions.enrol, clerk, cohort_id=trade, person_ids=people[2:4])
    return Town(sewing, trade, wang, li, hall, big, small, people)
