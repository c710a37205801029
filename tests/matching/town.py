"""A small place for 匹配 tests: two villages and a firm, people who said what they want, two courses, two halls, trainers."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from kqdesk.rooms.catalogue.actions import add_course, load_samples
from kqdesk.rooms.catalogue.terms import Category
from kqdesk.rooms.matching import actions
from kqdesk.rooms.matching.terms import OfferKind
from kqdesk.rooms.people.actions import add_person
from kqdesk.rooms.places.actions import add_classroom, add_site, add_village
from kqdesk.rooms.survey import actions as survey
from kqdesk.rooms.survey import queries as survey_queries
from kqdesk.rooms.survey.terms import TimeWish
from kqdesk.rooms.trainers.actions import add_trainer
from kqdesk.rooms.trainers.terms import PayLevel, TrainerSource
from kqdesk.store.store import Store
from tests.attendance.packs import put_pack

LANTING, KEQIAO = "330603008", "330603001"
TODAY = date(2026, 3, 2)  # as tests/conftest.py's clock
EVENING, WEEKEND = TimeWish.EVENING, TimeWish.WEEKEND_DAY
PEOPLE: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
    (
        {"name": "陈建国", "birth_date": date(1980, 5, 1), "village": "溪南村", "education_code": "71", "employer": "蓝桥印染", "phone": "13512345671", "sex": "1"},
        {"wish": "有", "skills": ["电工"], "times": [EVENING]},
    ),
    (
        {"name": "王小妹", "birth_date": date(1990, 8, 9), "village": "溪南村", "education_code": "81", "sex": "2"},
        {"skills": ["电工", "插花"], "times": [EVENING, WEEKEND]},
    ),
    (
        {"name": "钱阿毛", "birth_date": date(1958, 1, 1), "village": "溪南村", "education_code": "71", "sex": "1"},
        {"skills": ["初级电工"], "times": [WEEKEND]},
    ),
    (
        {"name": "孙巧云", "birth_date": None, "village": "柯家坞村", "education_code": "61", "employer": "蓝桥印染", "phone": "13512345674", "sex": "2"},
        {"wish": "有", "categories": [Category.HEALTH]},
    ),
    (
        {"name": "周大海", "birth_date": date(2000, 3, 1), "village": "柯家坞村", "education_code": None, "sex": "1"},
        {"skills": ["电工"], "times": [EVENING]},
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Town:
    """Ids by name."""

    people: dict[str, str]
    course: str
    offers: dict[str, str]
    halls: dict[str, str]
    trainers: dict[str, str]
    round_id: str


def settle(store: Store, actor: str, **pack: Any) -> Town:
    """Everything, with the shipped packs active."""
    put_pack(store, pack)
    xinan = store.run(add_village, actor, name="溪南村", township_code=LANTING).value
    store.run(add_village, actor, name="柯家坞村", township_code=LANTING)
    people = {
        fields["name"]: store.run(add_person, actor, fields=fields | {"township_code": LANTING}).value
        for fields, _ in PEOPLE
    }
    made = store.run(
        survey.open_round, actor, title="2026 春", starts_on=date(2026, 2, 20), ends_on=date(2026, 3, 31)
    ).value
    with store.reading() as session:
        codes = {row.name: row.id for row in survey_queries.answers(session, round_id=made.round_id)}
    changes = {codes[fields["name"]]: said for fields, said in PEOPLE}
    store.run(survey.put_answers, actor, changes=changes)
    course = store.run(
        add_course, actor, title="电工基础", category=Category.TRADE_SKILLS, lesson_count=8, lesson_minutes=90,
        hours_per_lesson=2, occupation="电工",
    ).value  # fmt: skip
    halls = {
        "溪南礼堂": store.run(
            add_site, actor, name="溪南村文化礼堂", township_code=LANTING, village_id=xinan
        ).value,
        "柯桥校区": store.run(add_site, actor, name="柯桥校区", township_code=KEQIAO).value,
    }
    store.run(add_classroom, actor, site_id=halls["溪南礼堂"], name="大教室", capacity=40)
    store.run(add_classroom, actor, site_id=halls["柯桥校区"], name="201", capacity=2)
    trainers = {
        name: store.run(
            add_trainer, actor, name=name, source=TrainerSource.LOCAL_TALENT, pay_level=PayLevel.MIDDLE, ticked=ticked
        ).value
        for name, ticked in (("阿强", ()), ("柏师傅", (Category.TRADE_SKILLS.label,)))
    }  # fmt: skip
    offers = {
        "电工": store.run(
            actions.add_offer,
            actor,
            kind=OfferKind.COURSE,
            title="电工基础",
            course_id=course,
            times=[EVENING],
        ).value,
    }
    return Town(people, course, offers, halls, trainers, made.round_id)


def samples(store: Store, actor: str) -> None:
    """The sample catalogue with both 双证 programmes."""
    store.run(load_samples, actor)
