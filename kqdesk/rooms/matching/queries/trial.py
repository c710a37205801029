"""组班试算: the group with where they live and when they are free, the sites, and what a class at one of them would meet."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.catalogue.model import Course, Programme
from kqdesk.rooms.catalogue.terms import Category
from kqdesk.rooms.cohorts.model import Enrolment
from kqdesk.rooms.cohorts.queries import ON_ROLL
from kqdesk.rooms.matching.queries.facts import Known, paces_on
from kqdesk.rooms.matching.rules.policies import policies, subsidy_lines
from kqdesk.rooms.matching.rules.reach import Paces, Whereabouts
from kqdesk.rooms.matching.rules.trial import Hall, Member
from kqdesk.rooms.matching.terms import EVENING_FROM, OfferKind
from kqdesk.rooms.office.queries import active_packs, pack_value
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.places.model import Classroom, Firm, Site, Village
from kqdesk.rooms.places.rules import read_coordinates
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.rooms.timetable.queries import calendar_between, ground_between, lesson_defaults
from kqdesk.rooms.timetable.rules.clashes import Slot, overlaps
from kqdesk.rooms.timetable.rules.days import SeriesDay, day_word, plan_series
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.rooms.trainers.model import Trainer, TrainerSpeciality
from kqdesk.rooms.trainers.rules import leave_on

LOOK_AHEAD = timedelta(weeks=10)
"""Lessons people already have in these weeks count as busy."""
LONGEST = timedelta(weeks=60)
"""A series is looked for so far ahead."""
_PART = 900


@dataclass(frozen=True)
class TrialGround:
    """A group ready to be reckoned with. ``names``: person → name."""

    members: tuple[Member, ...]
    halls: tuple[Hall, ...]
    paces: Paces
    most_minutes: int | None
    names: dict[str, str]


def trial_ground(session: Session, known: Known, *, people: Sequence[str], on: date) -> TrialGround:
    """The group, all sites in use and the pack's minutes; people who are gone are left out."""
    paces, most = paces_on(session, on)
    points = _village_points(session)
    busy = _busy(session, people, on)
    members, names = [], {}
    for at in range(0, len(people), _PART):
        asked = select(Person.id, Person.name, Person.township_code, Person.village, Person.employer).where(
            Person.id.in_(people[at : at + _PART])
        )
        for key, name, township, village, employer in session.execute(asked):
            place = known.pool.place_of.get(key)
            if place is None:
                continue
            point = points.get((township or "", village or ""))
            home = Whereabouts(township or "", village or "", employer or "", point)
            members.append(Member(key, home, known.pool.people[place].times, frozenset(busy.get(key, ()))))
            names[key] = name
    order = {key: place for place, key in enumerate(people)}
    members.sort(key=lambda one: order[one.id])
    return TrialGround(tuple(members), tuple(halls(session)), paces, most, names)


def halls(session: Session) -> list[Hall]:
    """Sites in use with their largest classroom; two statements."""
    largest: dict[str, tuple[int, str, str]] = {}
    rooms = select(Classroom.site_id, Classroom.capacity, Classroom.id, Classroom.name).where(
        Classroom.is_active
    )
    for site_id, seats, key, name in session.execute(rooms.order_by(Classroom.name)):
        if seats > largest.get(site_id, (0, "", ""))[0]:
            largest[site_id] = seats, key, name
    asked = (
        select(Site, Village.name, Village.coordinates, Firm.name)
        .outerjoin(Village, Village.id == Site.village_id)
        .outerjoin(Firm, Firm.id == Site.firm_id)
        .where(Site.is_active)
        .order_by(Site.name, Site.id)
    )
    found = []
    for site, village, village_point, firm in session.execute(asked):
        seats, room, room_name = largest.get(site.id, (0, "", ""))
        written = site.coordinates or village_point
        where = Whereabouts(
            site.township_code or "",
            village or "",
            firm or "",
            read_coordinates(written) if written else None,
        )
        found.append(Hall(site.id, site.name, where, room or None, room_name, seats))
    return found


def _village_points(session: Session) -> dict[tuple[str, str], tuple[float, float]]:
    asked = select(Village.township_code, Village.name, Village.coordinates).where(
        Village.coordinates.is_not(None)
    )
    points = {
        (code or "", name): read_coordinates(written or "") for code, name, written in session.execute(asked)
    }
    return {key: point for key, point in points.items() if point}


def _busy(session: Session, people: Sequence[str], on: date) -> dict[str, set[tuple[int, bool]]]:
    busy: dict[str, set[tuple[int, bool]]] = defaultdict(set)
    for at in range(0, len(people), _PART):
        asked = (
            select(Enrolment.person_id, Lesson.on, Lesson.start_minute)
            .join(Lesson, Lesson.cohort_id == Enrolment.cohort_id)
            .where(
                Enrolment.person_id.in_(people[at : at + _PART]), Enrolment.state.in_(ON_ROLL),
                Lesson.state != LessonState.CANCELLED, Lesson.on >= on, Lesson.on < on + LOOK_AHEAD,
            )
        )  # fmt: skip
        for person_id, day, start in session.execute(asked):
            busy[person_id].add((day.isoweekday(), start >= EVENING_FROM))
    return busy


# -- a class at one of the chances -------------------------------------------------------------------


@dataclass(frozen=True)
class Subject:
    """What a class could follow: a course or a 双证 programme, with its rhythm; ``id`` has c: or p: in front."""

    id: str
    title: str
    kind: OfferKind
    category: str
    lesson_count: int | None
    minutes: int | None
    study_hours: int | None  # a lesson

    @property
    def course_id(self) -> str | None:
        """When it is a course."""
        return self.id[2:] if self.kind is OfferKind.COURSE else None

    @property
    def programme_id(self) -> str | None:
        """When it is a programme."""
        return self.id[2:] if self.kind is OfferKind.DUAL else None


@dataclass(frozen=True)
class ClassChoices:
    """What the form of a class from a trial starts from: subjects, habits of the pack (None = 未配置)."""

    subjects: tuple[Subject, ...]
    start_minute: int | None
    minutes: int | None
    lesson_count: int | None
    minutes_per_hour: int | None
    capacity: int | None


def class_choices(session: Session, on: date) -> ClassChoices:
    """Courses and programmes in use and the pack's habits."""
    usual = lesson_defaults(session, on)
    size = pack_value(session, "cohort.capacity", on=on)
    courses = [
        Subject(f"c:{one.id}", one.title, OfferKind.COURSE, one.category.value, one.lesson_count, one.lesson_minutes, one.hours_per_lesson)
        for one in session.scalars(select(Course).where(Course.is_active).order_by(Course.code))
    ]  # fmt: skip
    programmes = [
        Subject(f"p:{one.id}", one.title, OfferKind.DUAL, "", None, None, None)
        for one in session.scalars(select(Programme).where(Programme.is_active).order_by(Programme.code))
    ]
    return ClassChoices(
        (*courses, *programmes), usual.start_minute, usual.minutes, usual.count, usual.minutes_per_hour,
        size.number if size else None,
    )  # fmt: skip


@dataclass(frozen=True)
class ClassWish:
    """A class as the form has it so far."""

    weekday: int
    starts_on: date
    start_minute: int
    end_minute: int
    lesson_count: int
    classroom_id: str | None
    kind: OfferKind
    category: str


@dataclass(frozen=True)
class FreeTrainer:
    """A trainer for a class. ``clashes``: sentences why not; ``knows``: her speciality is the category."""

    id: str
    name: str
    knows: bool
    clashes: tuple[str, ...]

    @property
    def label(self) -> str:
        """For a choice."""
        return f"{self.name}{'（专长对口）' if self.knows else ''}{f'（{self.clashes[0]}）' if self.clashes else ''}"


@dataclass(frozen=True)
class Outlook:
    """What a class would meet: its days, who could teach, what is in the way of the room, what may be paid."""

    days: tuple[SeriesDay, ...]
    trainers: tuple[FreeTrainer, ...]
    room_taken: tuple[str, ...]
    subsidies: tuple[str, ...]

    @property
    def dates(self) -> tuple[date, ...]:
        """Days on which it is held."""
        return tuple(one.on for one in self.days if not one.is_skipped)

    @property
    def free(self) -> tuple[FreeTrainer, ...]:
        """Trainers with nothing against them."""
        return tuple(one for one in self.trainers if not one.clashes)


def outlook(session: Session, wish: ClassWish) -> Outlook:
    """Days over the real calendar, trainers free on all of them, lessons in the room; a fixed number of statements."""
    last = wish.starts_on + LONGEST
    days = plan_series(
        wish.starts_on, {wish.weekday}, wish.lesson_count, calendar_between(session, wish.starts_on, last)
    )
    held = [one.on for one in days if not one.is_skipped]
    ground = ground_between(session, held[0], held[-1])
    wished = [Slot("", "", day, wish.start_minute, wish.end_minute) for day in held]
    clashing = [other for other in ground.lessons for one in wished if overlaps(one, other)]
    room = [f"{day_word(one.on)} 教室有课：{one.cohort}。" for one in clashing
            if wish.classroom_id and one.classroom_id == wish.classroom_id]  # fmt: skip
    busy: dict[str, list[str]] = defaultdict(list)
    for one in clashing:
        busy[one.trainer_id or ""].append(f"{day_word(one.on)}有课")
    rows = session.execute(
        select(Trainer.id, Trainer.name)
        .where(Trainer.is_active)
        .order_by(Trainer.name_initials, Trainer.name)
    ).all()
    topic = Category(wish.category).label if wish.category else ""
    skilled = _skilled(session, topic)
    trainers = []
    for key, name in rows:
        against = list(busy.get(key, ()))
        free = ground.available.get(key)
        if free is not None and not all(free.covers(one) for one in wished):
            against.insert(0, "这个时间不便")
        away = [day_word(one.on) for one in wished if leave_on(ground.leaves.get(key, ()), one.on)]
        if away:
            against.insert(0, f"{'、'.join(away[:3])}{'等' if len(away) > 3 else ''}请假")
        trainers.append(FreeTrainer(key, name, key in skilled, tuple(against)))
    trainers.sort(key=lambda one: (bool(one.clashes), not one.knows))
    packs = active_packs(session)
    return Outlook(
        tuple(days),
        tuple(trainers),
        tuple(room),
        tuple(subsidy_lines(policies(packs, wish.starts_on), wish.kind)),
    )


def _skilled(session: Session, topic: str) -> frozenset[str]:
    known = select(TrainerSpeciality.trainer_id).where(TrainerSpeciality.speciality == topic)
    return frozenset(session.scalars(known)) if topic else frozenset()
