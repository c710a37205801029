"""A small roster for 排摸 tests: two villages, one firm, somebody too old, somebody without a birth date."""

from datetime import date
from typing import Any

from sqlalchemy import select

from kqdesk.rooms.people.actions import add_person
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.survey import actions
from kqdesk.rooms.survey.actions import Opened
from kqdesk.store.store import Store

LANTING = "330603008"
START, END = date(2026, 2, 20), date(2026, 3, 31)
PEOPLE: tuple[dict[str, Any], ...] = (
    {"name": "陈建国", "birth_date": date(1980, 5, 1), "village": "溪南村", "education_code": "71", "employer": "蓝桥印染", "wish": "有", "hukou": "兰亭街道溪南村12号", "sex": "1"},
    {"name": "王小妹", "birth_date": date(1990, 8, 9), "village": "溪南村", "education_code": "81", "sex": "2"},
    {"name": "钱阿毛", "birth_date": date(1950, 1, 1), "village": "溪南村", "education_code": "81", "sex": "1"},
    {"name": "孙巧云", "birth_date": None, "village": "柯家坞村", "education_code": "61", "employer": "蓝桥印染", "sex": "2"},
    {"name": "周大海", "birth_date": date(2006, 3, 1), "village": "柯家坞村", "education_code": None, "sex": "1"},
)  # fmt: skip


def settle_village(store: Store, actor: str) -> dict[str, str]:
    """The persons; name → id."""
    return {
        one["name"]: store.run(add_person, actor, fields=one | {"township_code": LANTING}).value
        for one in PEOPLE
    }


def open_round(store: Store, actor: str, **more: Any) -> Opened:
    """A round over February and March."""
    given = {"title": "2026 年春季", "starts_on": START, "ends_on": END} | more
    made: Opened = store.run(actions.open_round, actor, **given).value
    return made


def person(store: Store, person_id: str) -> Person:
    """The person as the roster has her now."""
    with store.reading() as session:
        found = session.scalar(select(Person).where(Person.id == person_id))
        assert found is not None
        session.expunge(found)
        return found
