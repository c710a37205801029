"""A course, a programme, and people to enrol."""

from datetime import date

import pytest

from kqdesk.rooms.catalogue.model import Course, Programme
from kqdesk.rooms.catalogue.terms import Category, DualLevel
from kqdesk.rooms.cohorts import actions
from kqdesk.rooms.cohorts.terms import CohortKind
from kqdesk.rooms.people.model import Person
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store

NAMES = (
    ("阮秋月", "rqy", date(1980, 5, 4)), ("沈建国", "sjg", date(1960, 1, 9)), ("章水根", "zsg", date(1992, 11, 30)),
    ("陈𡋾", "c", None), ("鲁小芳", "lxf", date(1985, 7, 1)),
)  # fmt: skip


@action("测试花名册")
def add_people(w: Writing) -> list[str]:
    people = [
        Person(
            name=name, name_initials=initials, name_pinyin=None, birth_date=born, education_code="71",
            id_number=f"33062119800101{n:03d}X", phone=f"1390000{n:04d}", village="兰亭村",
        )
        for n, (name, initials, born) in enumerate(NAMES)
    ]  # fmt: skip
    w.session.add_all(people)
    w.session.flush()
    return [person.id for person in people]


@action("测试目录")
def add_catalogue(w: Writing) -> tuple[str, str]:
    course = Course(
        code="GF02-01",
        title="缝纫机维修",
        category=Category.TRADE_SKILLS,
        lesson_count=8,
        lesson_minutes=90,
        hours_per_lesson=2,
    )
    programme = Programme(code="SZ-G", title="成人高中双证", level=DualLevel.SENIOR)
    w.session.add_all([course, programme])
    w.session.flush()
    return course.id, programme.id


@pytest.fixture
def people(store: Store) -> list[str]:
    """Ids of five people in the order of NAMES."""
    return store.run(add_people, "system").value


@pytest.fixture
def cohort(store: Store, clerk: str) -> str:
    """A night-school cohort of a course, three places."""
    course_id, _ = store.run(add_catalogue, "system").value
    return store.run(
        actions.open_cohort, clerk, title="缝纫机维修夜校班", kinds=[CohortKind.NIGHT_SCHOOL], course_id=course_id,
        capacity=3, starts_on=date(2026, 3, 3), is_started=True,
    ).value  # fmt: skip
