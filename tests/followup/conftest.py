"""A class of eight that ended three months ago, one of them with a diploma; two trainers."""

from dataclasses import dataclass
from datetime import date

import pytest

from kqdesk.rooms.catalogue.terms import DualLevel
from kqdesk.rooms.cohorts.model import Cohort, CohortKindMark, Enrolment
from kqdesk.rooms.cohorts.terms import CohortKind, CohortState, EnrolmentState
from kqdesk.rooms.dual.model import Diploma
from kqdesk.rooms.office.actions import load_packs
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.trainers.model import Trainer
from kqdesk.rooms.trainers.terms import PayLevel, TrainerSource
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store

TODAY = date(2026, 3, 2)  # a Monday
ENDED = date(2025, 12, 1)
NAMES = ("阮秋月", "沈建国", "章水根", "鲁小芳", "傅玉兰", "金阿毛", "钱芳", "孙国强")
TOKEN = "0123456789abcdef0123456789abcdef"


@dataclass(frozen=True)
class Ended:
    """Ids: the class, its people and their enrolments in the order of NAMES, the trainer, the first one's diploma."""

    id: str
    people: list[str]
    enrolments: list[str]
    trainer: str
    diploma: str


@action("测试结业班")
def add_class(w: Writing, ended: date = ENDED) -> Ended:
    people = [
        Person(
            name=name, name_initials="x", name_pinyin="x", sex="2" if n % 2 else "1", phone=f"1390000{n:04d}",
            village="州山村", township_code="330603008", birth_date=date(1985, 5, 4), education_code="61",
            employer="蓝桥印染厂", job="挡车工",
        )
        for n, name in enumerate(NAMES)
    ]  # fmt: skip
    trainer = Trainer(name="周培红", source=TrainerSource.LOCAL_TALENT, pay_level=PayLevel.MIDDLE)
    w.session.add_all([*people, trainer])
    w.session.flush()
    cohort = Cohort(
        no="LT2025-001", title="缝纫班", state=CohortState.CLOSED, trainer_id=trainer.id, starts_on=date(2025, 10, 8),
        ends_on=ended, capacity=30,
    )  # fmt: skip
    w.session.add(cohort)
    w.session.flush()
    w.session.add(CohortKindMark(cohort_id=cohort.id, kind=CohortKind.NIGHT_SCHOOL))
    enrolments = [
        Enrolment(
            cohort_id=cohort.id, person_id=one.id, state=EnrolmentState.COMPLETED, roll_no=n, applied_on=date(2025, 9, 20),
            ended_on=ended,
        )
        for n, one in enumerate(people, 1)
    ]  # fmt: skip
    diploma = Diploma(
        person_id=people[0].id, level=DualLevel.SENIOR, number="浙绍成高202500001", issuer="绍兴市教育局",
        issued_on=date(2025, 9, 10),
    )  # fmt: skip
    w.session.add_all([*enrolments, diploma])
    w.session.flush()
    return Ended(
        cohort.id, [one.id for one in people], [one.id for one in enrolments], trainer.id, diploma.id
    )


@pytest.fixture
def packs(store: Store, clerk: str) -> None:
    """The packs every school starts with."""
    store.run(load_packs, clerk)


@pytest.fixture
def ended(store: Store, packs: None) -> Ended:
    """The class with its packs."""
    made: Ended = store.run(add_class, "system").value
    return made
