"""A made-up town of learners with certificates for tests: classes, rolls, signed sheets, accounts; and frauds put into it."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert

from kqdesk.kernel.national_id import check_character
from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.attendance.model import AttendanceMark, Roll
from kqdesk.rooms.attendance.terms import SCAN, Mark
from kqdesk.rooms.catalogue.model import Course
from kqdesk.rooms.catalogue.terms import Category, SkillLevel
from kqdesk.rooms.certificates.model import SkillCertificate
from kqdesk.rooms.certificates.terms import Verification
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.cohorts.terms import CohortState, EnrolmentState
from kqdesk.rooms.office import actions as office
from kqdesk.rooms.office.terms import Certainty
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.subsidies import actions
from kqdesk.rooms.subsidies.model import ClaimantParticulars, SubsidyClaim
from kqdesk.rooms.subsidies.terms import Beneficiary, Employer
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.rooms.trainers.model import Trainer
from kqdesk.rooms.trainers.terms import PayLevel, TrainerSource
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import Attachment
from kqdesk.store.store import Store
from tests.conftest import CLERK_SIGNER, HEAD_SIGNER
from tests.subsidies.test_rules import PACK

TODAY = date(2026, 3, 2)
STARTS, ENDS, ISSUED = date(2025, 9, 1), date(2025, 12, 1), date(2025, 12, 10)
TRADE, LEVEL = "缝纫工", SkillLevel.MIDDLE
SIZE = 20
WEEKS = (1, 3, 6, 8)  # none of them in the week of National Day
SURNAMES, GIVEN = "陈沈章徐傅金马鲁孟茹王李", "一二三四五六七八九十"


@dataclass
class Town:
    """Ids of what was made; lists run in the order of the learners."""

    people: list[str] = field(default_factory=list)
    enrolments: list[str] = field(default_factory=list)
    certificates: list[str] = field(default_factory=list)
    cohorts: list[str] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)
    course: str = ""
    trainer: str = ""

    def key(self, n: int) -> str:
        """The achievement of a learner."""
        return f"skill_certificate/{self.certificates[n]}"


def id_number(born: date, serial: int) -> str:
    """A number that passes every check and is nobody's."""
    stem = f"330621{born:%Y%m%d}{serial % 1000:03d}"
    return stem + check_character(stem)


def account(serial: int) -> str:
    """A card number whose last digit is right."""
    stem = f"6230{serial:014d}"
    for last in "0123456789":
        digits = stem + last
        doubled = (2 * int(d) if n % 2 else int(d) for n, d in enumerate(reversed(digits)))
        if sum(number - 9 * (number > 9) for number in doubled) % 10 == 0:
            return digits
    raise AssertionError


@action("测试补贴小镇")
def _make(w: Writing, *, count: int) -> Town:
    town = Town()
    course = Course(
        code="JN01", title="缝纫中级", category=Category.TRADE_SKILLS, occupation=TRADE, skill_level=LEVEL
    )
    trainer = Trainer(name="傅明", source=TrainerSource.SCHOOL_STAFF, pay_level=PayLevel.MIDDLE)
    w.session.add_all([course, trainer])
    w.session.flush()
    town.course, town.trainer = course.id, trainer.id
    for first in range(0, count, SIZE):
        add_class(w, town, min(SIZE, count - first))
    return town


def add_class(
    w: Writing, town: Town, size: int, *, starts: date = STARTS, ends: date = ENDS, course: str = "", scans: bool = True,
    photos: bool = True, present: int = 4,
) -> None:  # fmt: skip
    """A class with four lessons, everybody there at ``present`` of them, everybody certified."""
    number = len(town.cohorts) + 1
    cohort = Cohort(
        no=f"2025-J{number}", title=f"缝纫{number}班", state=CohortState.CLOSED, course_id=course or town.course,
        starts_on=starts, ends_on=ends, trainer_id=town.trainer, capacity=60,
    )  # fmt: skip
    w.session.add(cohort)
    w.session.flush()
    town.cohorts.append(cohort.id)
    lessons = [
        Lesson(
            cohort_id=cohort.id, number=n, on=starts + timedelta(weeks=WEEKS[n - 1]), start_minute=1110, end_minute=1200,
            study_hours=4, state=LessonState.HELD, trainer_id=town.trainer,
        )
        for n in range(1, 5)
    ]  # fmt: skip
    w.session.add_all(lessons)
    w.session.flush()
    w.session.add_all(
        Roll(lesson_id=one.id, taken_at=datetime.combine(one.on, time(20), CHINA), taken_by=w.actor)
        for one in lessons
    )
    if scans:
        w.session.add_all(paper(w, "lesson", one.id, SCAN) for one in lessons)
    if photos:
        w.session.add(paper(w, "cohort", cohort.id, "photos"))
    for _ in range(size):
        add_learner(w, town, cohort.id, lessons, present)


def paper(w: Writing, table: str, row: str, purpose: str) -> Attachment:
    """A file's row; the bytes do not matter here."""
    return Attachment(
        owner_table=table, owner_id=row, purpose=purpose, digest="0" * 64, name="x.pdf", media="application/pdf", size=1,
        added_at=w.now, added_by=w.actor,
    )  # fmt: skip


def add_learner(w: Writing, town: Town, cohort: str, lessons: list[Lesson], present: int) -> None:
    ids, n = w.ids(), len(town.people)
    born = date(1975, 1, 1) + timedelta(days=n)
    person, enrolment, certificate = ids.new(), ids.new(), ids.new()
    name = f"{SURNAMES[n % 12]}{GIVEN[n // 12 % 10]}{GIVEN[n // 120 % 10]}{'甲乙'[n // 1200 % 2]}"
    run = w.session.execute
    run(
        insert(Person),
        [{"id": person, "name": name, "id_number": id_number(born, n), "birth_date": born, "state": "here"}],
    )
    run(
        insert(Enrolment),
        [{"id": enrolment, "cohort_id": cohort, "person_id": person, "state": EnrolmentState.COMPLETED}],
    )
    marks = [Mark.PRESENT if k < present else Mark.ABSENT for k in range(len(lessons))]
    run(
        insert(AttendanceMark),
        [
            {"lesson_id": one.id, "enrolment_id": enrolment, "mark": mark}
            for one, mark in zip(lessons, marks, strict=True)
        ],
    )
    run(insert(SkillCertificate), [certified(certificate, person, n)])
    run(insert(ClaimantParticulars), [stated(w, person, bank="农商银行", bank_account=account(n), holder=name,
                                             employer_type=Employer.ENTERPRISE)])  # fmt: skip
    town.people.append(person)
    town.enrolments.append(enrolment)
    town.certificates.append(certificate)


def certified(key: str, person: str, n: int, *, on: date = ISSUED) -> dict[str, Any]:
    return {
        "id": key, "person_id": person, "occupation": TRADE, "level": LEVEL, "number": f"33{n:014d}", "issuer": "评价中心",
        "issued_on": on, "verification": Verification.VERIFIED,
    }  # fmt: skip


def stated(w: Writing, person: str, **values: Any) -> dict[str, Any]:
    return {
        "beneficiary": Beneficiary.PERSON, "person_id": person, "stated_on": date(2026, 1, 5), "source": "原件",
        "stated_by": w.actor, **values,
    }  # fmt: skip


def load_rules(store: Store, clerk: str, head: str, **values: Any) -> None:
    """The shipped packs, the pack of Pinghu, and these numbers of the district's, all in force."""
    store.run(office.load_packs, clerk)
    draft = store.run(office.enter_pack, clerk, text=PACK.read_text("utf-8"), signer=CLERK_SIGNER).value
    store.run(office.activate_pack, head, pack_id=draft, signer=HEAD_SIGNER)
    for key, value in values.items():
        draft = store.run(
            office.set_pack_value, clerk, key=key.replace("__", "."), value=value, source="区里", mark=Certainty.SEED,
            effective_from=date(2024, 1, 1), signer=CLERK_SIGNER,
        ).value  # fmt: skip
    if values:
        store.run(office.activate_pack, head, pack_id=draft, signer=HEAD_SIGNER)


def make_town(store: Store, clerk: str, head: str, count: int, **values: Any) -> Town:
    """Rules in force and so many learners with a certificate each."""
    load_rules(store, clerk, head, **values)
    return store.run(_make, clerk, count=count).value


def take_all(store: Store, clerk: str, town: Town, rule_id: str = "PH-2") -> list[str]:
    """Everybody's claim taken in, papers looked at; ids in the order of the learners."""
    made = store.run(
        actions.take_claims, clerk, rule_id=rule_id, keys=[town.key(n) for n in range(len(town.people))],
        claimed_on=date(2026, 2, 10), papers=["skill_certificate"],
    ).value  # fmt: skip
    with store.reading() as session:
        rows = (
            session.query(SubsidyClaim.subject_key, SubsidyClaim.id).filter(SubsidyClaim.id.in_(made)).all()
        )
    by_key = dict(rows)
    town.claims = [by_key[town.key(n)] for n in range(len(town.people))]
    return town.claims
