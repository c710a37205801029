"""A small school with something of everything that is due on the tests' day, Monday 2 March 2026, 20:00 in China."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from kqdesk.rooms.attendance.model import AttendanceMark, Roll
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.catalogue.terms import DualLevel, Subject
from kqdesk.rooms.certificates.model import CompletionCertificate
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.cohorts.terms import CohortState
from kqdesk.rooms.exams.model import Candidate, Score, Sitting, SittingPaper
from kqdesk.rooms.home.queries import Today, today
from kqdesk.rooms.office.model import RulePack
from kqdesk.rooms.office.queries import role_of
from kqdesk.rooms.office.rules import contents, shipped_packs, with_value
from kqdesk.rooms.office.terms import Certainty, PackState
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.places.model import Classroom, Site
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.rooms.trainers.model import Trainer, TrainerQualification
from kqdesk.rooms.trainers.terms import PayLevel, TrainerSource
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store

TODAY = date(2026, 3, 2)
NAMES = ("王春花", "李夏明", "沈秋兰", "阮冬生", "张国强", "陈月娥")
TITLES = ("服装缝纫夜校班", "成人高中兰亭村班", "书法班")
RULES = {"attendance.minimum_rate": 75, "attendance.late_weight": 50, "trainer.expiry_warning_days": 60}


def lesson(
    cohort: Cohort, number: int, on: date, state: LessonState, trainer: str | None, site: Site
) -> Lesson:
    return Lesson(
        cohort_id=cohort.id, number=number, on=on, start_minute=1110, end_minute=1200, study_hours=2, state=state,
        trainer_id=trainer, site_id=site.id,
    )  # fmt: skip


@action("测试学校")
def furnish(w: Writing, *, count: int) -> None:
    """``count`` cohorts alike: each with a lesson today, one missed roll, one learner near the limit."""
    site = Site(name="兰亭文化礼堂")
    w.session.add(site)
    w.session.flush()
    w.session.add(Classroom(site_id=site.id, name="一楼教室", capacity=40))
    sitting = Sitting(title="春季成人高中考试", on=TODAY - timedelta(1))
    w.session.add(sitting)
    w.session.flush()
    paper = SittingPaper(sitting_id=sitting.id, subject=Subject.CHINESE, start_minute=540, end_minute=660)
    w.session.add(paper)
    for n in range(count):
        _cohort(w, n, site, sitting, paper)


def _cohort(w: Writing, n: int, site: Site, sitting: Sitting, paper: SittingPaper) -> None:
    trainer = Trainer(name=f"赵师傅{n or ''}", source=TrainerSource.LOCAL_TALENT, pay_level=PayLevel.MIDDLE)
    cohort = Cohort(
        no=f"2026-YX0{n + 1}", title=TITLES[n % len(TITLES)], state=CohortState.OPEN, starts_on=TODAY - timedelta(30),
        site_id=site.id, level=DualLevel.SENIOR,
    )  # fmt: skip
    bare = Cohort(
        no=f"2026-CB0{n + 1}",
        title=f"{TITLES[n % len(TITLES)]}二期",
        state=CohortState.PLANNED,
        starts_on=TODAY + timedelta(3),
    )
    people = [Person(name=name) for name in NAMES]
    w.session.add_all([trainer, cohort, bare, *people])
    w.session.flush()
    cohort.trainer_id = trainer.id
    w.session.add(
        TrainerQualification(trainer_id=trainer.id, title="电工证", expires_on=TODAY + timedelta(20))
    )
    learners = [Enrolment(cohort_id=cohort.id, person_id=p.id, roll_no=k) for k, p in enumerate(people, 1)]
    held = [
        lesson(cohort, k, TODAY - timedelta(28 - 7 * k), LessonState.HELD, trainer.id, site) for k in (1, 2)
    ]
    missed = lesson(cohort, 3, TODAY - timedelta(7), LessonState.PLANNED, trainer.id, site)
    later = [
        lesson(cohort, 4 + k, TODAY + timedelta(7 * k), LessonState.PLANNED, trainer.id, site)
        for k in range(5)
    ]
    w.session.add_all([*learners, *held, missed, *later])
    w.session.flush()
    for one in held:
        w.session.add(Roll(lesson_id=one.id, taken_at=w.now, taken_by=w.actor))
        w.session.add_all(
            AttendanceMark(
                lesson_id=one.id, enrolment_id=learner.id, mark=Mark.ABSENT if k == 0 else Mark.PRESENT
            )
            for k, learner in enumerate(learners)
        )
    w.session.add(Person(name=f"旁人{n}"))
    candidate = Candidate(sitting_id=sitting.id, person_id=people[0].id, enrolment_id=learners[0].id)
    w.session.add(candidate)
    w.session.flush()
    w.session.add(Score(candidate_id=candidate.id, paper_id=paper.id, points_tenths=800, entered_by=w.actor))
    w.session.add(
        CompletionCertificate(
            serial_no=f"2026000{n}", person_id=people[1].id, enrolment_id=learners[1].id, name=people[1].name,
            course_title="缝纫", study_hours=32, issuer="兰亭成校", awarded_on=TODAY, drawn_by=w.actor,
        )
    )  # fmt: skip


@action("测试规则")
def put_rules(w: Writing, *, wanted: dict[str, object]) -> None:
    """The shipped packs with some numbers filled in."""
    for pack in shipped_packs():
        made = pack
        for key, found in wanted.items():
            if made.item(key) is not None:
                made = with_value(made, key, found, source="测试", mark=Certainty.SEED, author="")
        w.session.add(
            RulePack(
                pack_key=pack.key, version=1, title=pack.title, effective_from=pack.effective_from,
                content=contents(made), state=PackState.ACTIVE,
            )
        )  # fmt: skip


@pytest.fixture
def asked(store: Store) -> Callable[[str], Today]:
    """What a person sees now, in her own role."""

    def ask(actor: str) -> Today:
        with store.reading() as session:
            return today(session, now=store.clock(), actor=actor, role=role_of(session, actor))

    return ask
