"""A site, a trainer, four people, and an activity planned for today."""

from datetime import date
from typing import NamedTuple

import pytest

from kqdesk.rooms.activities import actions
from kqdesk.rooms.activities.terms import ActivityKind, CountedAs
from kqdesk.rooms.cohorts.terms import Project
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.places.model import Site
from kqdesk.rooms.trainers.model import Trainer
from kqdesk.rooms.trainers.terms import PayLevel, TrainerSource
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store

TODAY = date(2026, 3, 2)
NAMES = ("阮秋月", "沈建国", "章水根", "陈𡋾")


class Ground(NamedTuple):
    """Ids the tests stand on."""

    site: str
    trainer: str
    people: list[str]


@action("测试活动场地")
def lay_ground(w: Writing) -> Ground:
    site = Site(name="州山村文化礼堂", township_code="330603008")
    trainer = Trainer(
        name="鲁志刚", name_initials="lzg", source=TrainerSource.LOCAL_TALENT, pay_level=PayLevel.MIDDLE
    )
    people = [Person(name=name, phone=f"1390000{n:04d}", village="州山村") for n, name in enumerate(NAMES)]
    w.session.add_all([site, trainer, *people])
    w.session.flush()
    return Ground(site.id, trainer.id, [person.id for person in people])


@pytest.fixture
def ground(store: Store) -> Ground:
    """Site, trainer, people."""
    return store.run(lay_ground, "system").value


@pytest.fixture
def lecture(store: Store, clerk: str, ground: Ground) -> str:
    """A lecture for the elderly this evening."""
    return store.run(
        actions.add_activity, clerk, topic="中老年人防诈骗讲座", kind=ActivityKind.LECTURE, held_on=TODAY,
        start_minute=1110, end_minute=1200, site_id=ground.site, trainer_id=ground.trainer, expected=60,
        counted_as=CountedAs.ELDERLY, project=Project.CITIZENS, audience="本村老年人",
    ).value  # fmt: skip
