"""What people are told: what changed since the last printing, what happened to a lesson, whom to call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from kqdesk.rooms.catalogue.model import Course
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.cohorts.queries import ON_ROLL
from kqdesk.rooms.office.model import Staff
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.places.model import Classroom, Site
from kqdesk.rooms.timetable.model import Lesson, LessonChange, PublishedLesson
from kqdesk.rooms.timetable.queries.ground import ground_between
from kqdesk.rooms.timetable.queries.lessons import LessonRow, lesson_card, lesson_rows
from kqdesk.rooms.timetable.rules.days import clock, day_word, week_of
from kqdesk.rooms.timetable.rules.substitutes import Candidate, Substitute, substitutes
from kqdesk.rooms.timetable.terms import ChangeKind, LessonState
from kqdesk.rooms.trainers.model import Trainer, TrainerSpeciality
from kqdesk.security.masking import mask_phone
from kqdesk.store.tables import journal_change


@dataclass(frozen=True)
class Standing:
    """How a lesson stands or stood: time, trainer, place, in words that can be compared."""

    on: date
    start_minute: int
    end_minute: int
    trainer: str
    place: str
    is_cancelled: bool = False

    @property
    def time_words(self) -> str:
        """3月3日 周二 18:30–20:00."""
        return f"{day_word(self.on)} {clock(self.start_minute)}–{clock(self.end_minute)}"

    @property
    def words(self) -> str:
        """The whole of it; 停课 when it is not held."""
        parts = (self.time_words, self.trainer, self.place, "停课" if self.is_cancelled else "")
        return " ".join(part for part in parts if part)


@dataclass(frozen=True)
class Unprinted:
    """A lesson that is not as the last published timetable says. ``was`` None: it is new."""

    lesson: LessonRow
    was: Standing | None

    @property
    def lesson_id(self) -> str:
        """The lesson's id."""
        return self.lesson.id

    @property
    def now(self) -> Standing:
        """How it stands today."""
        return standing_of(self.lesson)

    @property
    def what(self) -> str:
        """One or two words: 新增 停课 恢复 调课 代课 换地点."""
        was, now = self.was, self.now
        if was is None:
            return "新增"
        if now.is_cancelled != was.is_cancelled:
            return "停课" if now.is_cancelled else "恢复"
        told = []
        if (was.on, was.start_minute, was.end_minute) != (now.on, now.start_minute, now.end_minute):
            told.append("调课")
        if was.trainer != now.trainer:
            told.append("代课")
        if was.place != now.place:
            told.append("换地点")
        return "、".join(told) or "有变动"


@dataclass(frozen=True)
class ChangeLine:
    """One line of a lesson's history."""

    lesson_id: str
    kind: ChangeKind
    before: Standing
    after: Standing
    reason: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Callee:
    """Somebody who must be told. ``role``: 学员 or 培训师; ``phone`` is masked unless it was revealed."""

    name: str
    role: str
    phone: str


def standing_of(row: LessonRow) -> Standing:
    """How a lesson stands now."""
    return Standing(
        row.on, row.start_minute, row.end_minute, row.trainer, row.place, row.state is LessonState.CANCELLED
    )


def _place(site: str | None, classroom: str | None) -> str:
    return "·".join(part for part in (site, classroom) if part)


def unprinted(
    session: Session, first: date, last: date, cohort_ids: Sequence[str] | None = None
) -> list[Unprinted]:
    """Lessons of these days, or published on one of them, that differ from what was published; two statements."""
    printed = (
        select(PublishedLesson, Trainer.name, Site.name, Classroom.name)
        .outerjoin(Trainer, Trainer.id == PublishedLesson.trainer_id)
        .outerjoin(Site, Site.id == PublishedLesson.site_id)
        .outerjoin(Classroom, Classroom.id == PublishedLesson.classroom_id)
        .join(Lesson, Lesson.id == PublishedLesson.lesson_id)
        .where(
            or_(
                and_(PublishedLesson.on >= first, PublishedLesson.on <= last),
                and_(Lesson.on >= first, Lesson.on <= last),
            )
        )
        .order_by(PublishedLesson.published_at, PublishedLesson.id)
    )
    was: dict[str, tuple[tuple[object, ...], Standing]] = {}
    for row, trainer, site, room in session.execute(printed):
        stand = Standing(
            row.on, row.start_minute, row.end_minute, trainer or "", _place(site, room), row.is_cancelled
        )
        was[row.lesson_id] = (_key(row, is_cancelled=row.is_cancelled), stand)
    here = and_(Lesson.on >= first, Lesson.on <= last)
    from_here = Lesson.id.in_(
        select(PublishedLesson.lesson_id).where(PublishedLesson.on >= first, PublishedLesson.on <= last)
    )
    conditions = [or_(here, from_here)]
    if cohort_ids is not None:
        conditions.append(Lesson.cohort_id.in_(cohort_ids))
    found = []
    for lesson in lesson_rows(session, *conditions):
        before = was.get(lesson.id)
        if before is None and lesson.state is LessonState.CANCELLED:
            continue  # never given out, not held: nobody needs to know
        if before is None or before[0] != _key(lesson, is_cancelled=lesson.state is LessonState.CANCELLED):
            found.append(Unprinted(lesson, before[1] if before else None))
    return found


def _key(row: PublishedLesson | LessonRow, *, is_cancelled: bool) -> tuple[object, ...]:
    when = (row.on, row.start_minute, row.end_minute)
    return (*when, row.trainer_id, row.site_id, row.classroom_id, is_cancelled)


def lesson_changes(session: Session, lesson_ids: Sequence[str]) -> list[ChangeLine]:
    """What happened to lessons, oldest first, with the names of then; one statement."""
    was_trainer, now_trainer = aliased(Trainer), aliased(Trainer)
    was_site, now_site = aliased(Site), aliased(Site)
    was_room, now_room = aliased(Classroom), aliased(Classroom)
    change = LessonChange
    wanted = (
        select(
            change, was_trainer.name, was_site.name, was_room.name, now_trainer.name, now_site.name, now_room.name,
            Staff.name,
        )
        .outerjoin(was_trainer, was_trainer.id == change.old_trainer_id)
        .outerjoin(was_site, was_site.id == change.old_site_id)
        .outerjoin(was_room, was_room.id == change.old_classroom_id)
        .outerjoin(now_trainer, now_trainer.id == change.new_trainer_id)
        .outerjoin(now_site, now_site.id == change.new_site_id)
        .outerjoin(now_room, now_room.id == change.new_classroom_id)
        .outerjoin(Staff, Staff.id == change.changed_by)
        .where(change.lesson_id.in_(lesson_ids))
        .order_by(change.changed_at, change.id)
    )  # fmt: skip
    return [_line(line) for line in session.execute(wanted)]


def _line(line: Sequence[object]) -> ChangeLine:
    row, was_trainer, was_site, was_room, now_trainer, now_site, now_room, by = line
    assert isinstance(row, LessonChange)
    texts = [
        str(word or "") for word in (was_trainer, was_site, was_room, now_trainer, now_site, now_room, by)
    ]
    before = Standing(
        row.old_on, row.old_start_minute, row.old_end_minute, texts[0], _place(texts[1], texts[2]),
        row.kind is ChangeKind.REVIVED,
    )  # fmt: skip
    after = Standing(
        row.new_on, row.new_start_minute, row.new_end_minute, texts[3], _place(texts[4], texts[5]),
        row.kind is ChangeKind.CANCELLED,
    )  # fmt: skip
    return ChangeLine(row.lesson_id, row.kind, before, after, row.reason or "", row.changed_at, texts[6])


def callees(session: Session, lesson_id: str, *, is_whole: bool = False) -> list[Callee]:
    """Trainers (the present one and the one before the last change) and learners of a lesson; four statements."""
    lesson = session.get(Lesson, lesson_id)
    if lesson is None:
        return []
    shown = str if is_whole else mask_phone
    former = session.scalars(
        select(LessonChange.old_trainer_id)
        .where(LessonChange.lesson_id == lesson_id, LessonChange.kind == ChangeKind.SUBSTITUTED)
        .order_by(LessonChange.changed_at.desc(), LessonChange.id.desc())
        .limit(1)
    ).first()
    wanted = [key for key in (lesson.trainer_id, former) if key]
    names = {
        key: (name, phone)
        for key, name, phone in session.execute(
            select(Trainer.id, Trainer.name, Trainer.phone).where(Trainer.id.in_(wanted))
        )
    }
    told = [
        Callee(
            names[key][0], "培训师" if key == lesson.trainer_id else "原培训师", shown(names[key][1] or "")
        )
        for key in dict.fromkeys(wanted)
        if key in names
    ]
    learners = session.execute(
        select(Person.name, Person.phone, Person.phone2)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.cohort_id == lesson.cohort_id, Enrolment.state.in_(ON_ROLL))
        .order_by(Enrolment.roll_no.is_(None), Enrolment.roll_no, Person.name_pinyin, Enrolment.id)
    )
    return told + [Callee(name, "学员", shown(phone or phone2 or "")) for name, phone, phone2 in learners]


def lesson_substitutes(session: Session, lesson_id: str) -> list[Substitute]:
    """Who could stand in for a lesson, best first, with reasons; a fixed number of statements."""
    row = lesson_card(session, lesson_id)
    if row is None:
        return []
    week = week_of(row.on)
    ground = ground_between(session, week[0], week[-1])
    specialities: dict[str, set[str]] = {}
    for key, speciality in session.execute(
        select(TrainerSpeciality.trainer_id, TrainerSpeciality.speciality)
    ):
        specialities.setdefault(key, set()).add(speciality)
    held = (
        select(Lesson.trainer_id, func.count())
        .where(Lesson.cohort_id == row.cohort_id, Lesson.state == LessonState.HELD)
        .group_by(Lesson.trainer_id)
    )
    taught: dict[str | None, int] = dict(session.execute(held).all())
    category = session.scalar(
        select(Course.category).join(Cohort, Cohort.course_id == Course.id).where(Cohort.id == row.cohort_id)
    )
    wanted = specialities.get(row.trainer_id or "", set()) | ({str(category)} if category else set())
    active = session.execute(select(Trainer.id, Trainer.name).where(Trainer.is_active).order_by(Trainer.id))
    candidates = [
        Candidate(key, name, frozenset(specialities.get(key, ())), taught.get(key, 0)) for key, name in active
    ]
    return substitutes(row.slot, ground, candidates, frozenset(wanted))


def sequences(session: Session, lesson_ids: Sequence[str]) -> dict[str, int]:
    """How often each lesson was written, undo included: grows with every change, so calendars take the newer one."""
    counted = (
        select(journal_change.c.row_id, func.count())
        .where(journal_change.c.tbl == Lesson.__tablename__, journal_change.c.row_id.in_(lesson_ids))
        .group_by(journal_change.c.row_id)
    )
    return {row_id: max(number - 1, 0) for row_id, number in session.execute(counted)}
