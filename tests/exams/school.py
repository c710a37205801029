"""A small 双证 school for tests: a programme, two cohorts with people, held lessons with marks, two classrooms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.attendance.model import AttendanceMark, Roll
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.catalogue.model import Programme, ProgrammeSubject
from kqdesk.rooms.catalogue.terms import DualLevel, Subject
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.cohorts.terms import CohortState, EnrolmentState, ScienceOption
from kqdesk.rooms.office import actions as office
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.rooms.trainers.model import Trainer
from kqdesk.rooms.trainers.terms import PayLevel, TrainerSource
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store

SURNAMES = "陈沈章徐傅金马鲁孟茹" * 120
SENIOR = (
    (Subject.CHINESE, None),
    (Subject.MATHEMATICS, None),
    (Subject.NATURAL_SCIENCE, "science"),
    (Subject.SOCIAL_SCIENCE, "science"),
    (Subject.CIVICS, None),
)


@dataclass(frozen=True)
class Made:
    """Ids of what was made."""

    programme: str
    cohorts: list[str]
    people: list[str]
    enrolments: list[str]
    trainers: list[str]
    lessons: list[str]


@action("测试双证班")
def _make(w: Writing, *, sizes: tuple[int, ...], absent: int) -> Made:
    programme = Programme(code="GZ", title="成人高中双证", level=DualLevel.SENIOR)
    trainers = [
        Trainer(name=name, source=TrainerSource.SCHOOL_STAFF, pay_level=PayLevel.MIDDLE)
        for name in ("傅明", "鲁静")
    ]
    w.session.add_all([programme, *trainers])
    w.session.flush()
    for place, (subject, choice) in enumerate(SENIOR, 1):
        w.session.add(
            ProgrammeSubject(programme_id=programme.id, subject=subject, position=place, choice=choice)
        )
    made = Made(programme.id, [], [], [], [trainer.id for trainer in trainers], [])
    for number, size in enumerate(sizes, 1):
        _add_cohort(w, made, number)
        held = _add_lessons(w, made)
        for n in range(1, size + 1):
            _add_learner(w, made, n, number, held, absent if n == 1 else 0)
    return made


def _add_cohort(w: Writing, made: Made, number: int) -> None:
    cohort = Cohort(
        no=f"2025-S{number}", title=f"兰亭高中{number}班", state=CohortState.OPEN, programme_id=made.programme,
        level=DualLevel.SENIOR, starts_on=date(2025, 9, 1), trainer_id=made.trainers[0], capacity=60,
    )  # fmt: skip
    w.session.add(cohort)
    w.session.flush()
    made.cohorts.append(cohort.id)


def _add_lessons(w: Writing, made: Made) -> list[Lesson]:
    held = [
        Lesson(
            cohort_id=made.cohorts[-1], number=n, on=date(2025, 9, 1) + timedelta(weeks=n), start_minute=1110,
            end_minute=1200, study_hours=10, state=LessonState.HELD, trainer_id=made.trainers[0],
        )
        for n in range(1, 5)
    ]  # fmt: skip
    w.session.add_all(held)
    w.session.flush()
    w.session.add_all(
        Roll(lesson_id=one.id, taken_at=datetime.combine(one.on, time(20), CHINA), taken_by=w.actor)
        for one in held
    )
    made.lessons.extend(lesson.id for lesson in held)
    return held


def _add_learner(w: Writing, made: Made, n: int, number: int, held: Sequence[Lesson], missed: int) -> None:
    count = len(made.people)
    person = Person(
        name=f"{SURNAMES[count]}学{'一二三四五六七八九十'[n % 10]}{number}", name_pinyin=f"p{count:03d}",
        id_number=f"33062119800101{count:04d}", sex="2",
    )  # fmt: skip
    w.session.add(person)
    w.session.flush()
    enrolment = Enrolment(
        cohort_id=made.cohorts[-1], person_id=person.id, state=EnrolmentState.ENROLLED, roll_no=n,
        science_option=ScienceOption.NATURAL if n % 3 else ScienceOption.SOCIAL,
    )  # fmt: skip
    w.session.add(enrolment)
    w.session.flush()
    made.people.append(person.id)
    made.enrolments.append(enrolment.id)
    marks = [Mark.ABSENT if k < missed else Mark.PRESENT for k in range(len(held))]
    w.session.add_all(
        AttendanceMark(lesson_id=lesson.id, enrolment_id=enrolment.id, mark=mark)
        for lesson, mark in zip(held, marks, strict=True)
    )


def make_school(store: Store, actor: str, *, sizes: tuple[int, ...] = (5, 4), absent: int = 2) -> Made:
    """Packs in force, cohorts of these sizes; the first of each cohort missed ``absent`` of four lessons."""
    store.run(office.load_packs, actor)
    return store.run(_make, actor, sizes=sizes, absent=absent).value
