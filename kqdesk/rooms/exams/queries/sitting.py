"""Sittings with their steps, papers, rooms, and what their forms offer."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from kqdesk.rooms.catalogue.terms import DualLevel, Subject
from kqdesk.rooms.cohorts.model import Cohort
from kqdesk.rooms.exams.model import Candidate, ExamCentre, ExamRoom, Score, Sitting, SittingPaper
from kqdesk.rooms.exams.queries.standing import TAKES
from kqdesk.rooms.exams.rules import natural_order
from kqdesk.rooms.exams.terms import Organiser, SittingState
from kqdesk.rooms.office.queries import staff_names
from kqdesk.rooms.places.model import Classroom, Site
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.rooms.trainers.model import Trainer


@dataclass(frozen=True)
class SittingRow:
    """A sitting and how far it is. ``due``: marks expected; ``open_corrections`` wait for the second person."""

    id: str
    title: str
    organiser: Organiser
    level: DualLevel | None
    on: date
    centre: str
    state: SittingState
    papers: int
    halls: int
    candidates: int
    seated: int
    due: int
    entered: int
    checked: int
    differing: int
    open_corrections: int
    is_mixed: bool = True
    own_cohort_allowed: bool = False

    @property
    def unchecked(self) -> int:
        """Marks entered that the second person has not confirmed."""
        return self.entered - self.checked


def sittings(
    session: Session, *, text: str = "", state: SittingState | None = None, sitting_id: str | None = None
) -> list[SittingRow]:
    """Sittings, newest first, with their counts; six statements."""
    wanted = select(Sitting).order_by(Sitting.on.desc(), Sitting.id.desc())
    if text:
        wanted = wanted.where(
            or_(Sitting.title.contains(text, autoescape=True), Sitting.centre.contains(text, autoescape=True))
        )
    if state is not None:
        wanted = wanted.where(Sitting.state == state)
    if sitting_id is not None:
        wanted = wanted.where(Sitting.id == sitting_id)
    found = session.scalars(wanted).all()
    papers = _per_sitting(session, SittingPaper)
    halls = _per_sitting(session, ExamRoom)
    people = _rows_by_key(
        session,
        select(Candidate.sitting_id, func.count(), func.count(Candidate.exam_room_id)).group_by(
            Candidate.sitting_id
        ),
    )
    due = _rows_by_key(session, _due())
    marks = _rows_by_key(session, _marks())
    rows = [
        SittingRow(
            s.id, s.title, s.organiser, s.level, s.on, s.centre or "", s.state, papers.get(s.id, 0), halls.get(s.id, 0),
            *people.get(s.id, (0, 0)), *due.get(s.id, (0,)), *marks.get(s.id, (0, 0, 0, 0)),
        )
        for s in found
    ]  # fmt: skip
    return [
        replace(row, is_mixed=s.is_mixed, own_cohort_allowed=s.own_cohort_allowed)
        for row, s in zip(rows, found, strict=True)
    ]


def _per_sitting(session: Session, table: Any) -> dict[str, int]:
    found = session.execute(select(table.sitting_id, func.count()).group_by(table.sitting_id))
    return {str(key): int(count) for key, count in found}


def _rows_by_key(session: Session, wanted: Any) -> dict[str, tuple[Any, ...]]:
    return {row[0]: tuple(int(n or 0) for n in row[1:]) for row in session.execute(wanted)}


def _due() -> Any:
    return (
        select(Candidate.sitting_id, func.count())
        .join(SittingPaper, SittingPaper.sitting_id == Candidate.sitting_id)
        .where(TAKES)
        .group_by(Candidate.sitting_id)
    )


def _marks() -> Any:
    first = Score.corrects_id.is_(None)
    differs = and_(
        first,
        Score.checked_by.is_(None),
        or_(Score.second_tenths.is_not(None), Score.second_flag.is_not(None)),
    )
    waiting = and_(Score.corrects_id.is_not(None), Score.checked_by.is_(None))
    return (
        select(
            Candidate.sitting_id,
            func.count().filter(first),
            func.count().filter(and_(first, Score.checked_by.is_not(None))),
            func.count().filter(differs),
            func.count().filter(waiting),
        )
        .join(Candidate, Candidate.id == Score.candidate_id)
        .group_by(Candidate.sitting_id)
    )


@dataclass(frozen=True)
class PaperRow:
    """A paper of a sitting."""

    id: str
    subject: Subject
    start_minute: int
    end_minute: int
    full_marks: int

    @property
    def time_words(self) -> str:
        """08:30—10:00."""
        return "—".join(f"{m // 60:02d}:{m % 60:02d}" for m in (self.start_minute, self.end_minute))


def papers_of(session: Session, sitting_id: str) -> list[PaperRow]:
    """A sitting's papers in the order of the day."""
    found = session.scalars(
        select(SittingPaper)
        .where(SittingPaper.sitting_id == sitting_id)
        .order_by(SittingPaper.start_minute, SittingPaper.subject, SittingPaper.id)
    )
    return [PaperRow(p.id, p.subject, p.start_minute, p.end_minute, p.full_marks) for p in found]


@dataclass(frozen=True)
class HallRow:
    """An exam room with who watches it and how many sit in it."""

    id: str
    name: str
    classroom_id: str | None
    place: str
    capacity: int
    invigilator1_id: str | None
    invigilator2_id: str | None
    invigilators: str
    seated: int
    centre: str = ""


def halls_of(session: Session, sitting_id: str) -> list[HallRow]:
    """A sitting's rooms by centre and name, 第2考场 before 第10考场; one statement."""
    first, second = aliased(Trainer), aliased(Trainer)
    seated = select(func.count()).where(Candidate.exam_room_id == ExamRoom.id).scalar_subquery()
    found = session.execute(
        select(ExamRoom, Site.name, Classroom.name, first.name, second.name, seated, ExamCentre.name)
        .outerjoin(ExamCentre, ExamCentre.id == ExamRoom.centre_id)
        .outerjoin(Classroom, Classroom.id == ExamRoom.classroom_id)
        .outerjoin(Site, Site.id == Classroom.site_id)
        .outerjoin(first, first.id == ExamRoom.invigilator1_id)
        .outerjoin(second, second.id == ExamRoom.invigilator2_id)
        .where(ExamRoom.sitting_id == sitting_id)
        .order_by(ExamRoom.id)
    )
    rows = [
        HallRow(
            hall.id, hall.name, hall.classroom_id, "·".join(part for part in (site, room) if part), hall.capacity,
            hall.invigilator1_id, hall.invigilator2_id, "、".join(n for n in (one, two) if n), count, centre or "",
        )
        for hall, site, room, one, two, count, centre in found
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (natural_order(row.centre), natural_order(row.name)))


@dataclass(frozen=True)
class SittingForm:
    """What the form of a room chooses from: (id, words) pairs and seats by classroom."""

    classrooms: tuple[tuple[str, str], ...]
    seats: Mapping[str, int]
    trainers: tuple[tuple[str, str], ...]


def hall_choices(session: Session) -> SittingForm:
    """Classrooms and trainers to choose from; two statements."""
    rooms = session.execute(
        select(Classroom.id, Site.name, Classroom.name, Classroom.capacity)
        .join(Site, Site.id == Classroom.site_id)
        .where(Classroom.is_active)
        .order_by(Site.name, Classroom.name)
    ).all()
    trainers = session.execute(
        select(Trainer.id, Trainer.name)
        .where(Trainer.is_active)
        .order_by(Trainer.name_initials, Trainer.name)
    )
    return SittingForm(
        tuple((room, f"{site}·{name}（{seats} 座）") for room, site, name, seats in rooms),
        {room: seats for room, _, _, seats in rooms},
        tuple((trainer, name) for trainer, name in trainers),
    )


def find(session: Session, text: str, limit: int = 8) -> list[SittingRow]:
    """Sittings for Ctrl+K."""
    return sittings(session, text=text)[:limit]


def teaching(session: Session, trainer_ids: Collection[str]) -> dict[str, set[str]]:
    """trainer → cohorts she teaches or leads as tutor; two statements."""
    found: dict[str, set[str]] = {}
    taught = select(Lesson.trainer_id, Lesson.cohort_id).where(Lesson.trainer_id.in_(trainer_ids)).distinct()
    led = select(Cohort.id, Cohort.tutor_id, Cohort.trainer_id).where(
        or_(Cohort.tutor_id.in_(trainer_ids), Cohort.trainer_id.in_(trainer_ids))
    )
    for taught_by, cohort_id in session.execute(taught):
        found.setdefault(str(taught_by), set()).add(cohort_id)
    for cohort_id, *leads in session.execute(led):
        for lead in leads:
            if lead is not None:
                found.setdefault(lead, set()).add(cohort_id)
    return found


def free_trainers(session: Session, on: date) -> list[tuple[str, str]]:
    """(id, name) of active trainers without a lesson that day, by name; one statement."""
    busy = select(Lesson.trainer_id).where(
        Lesson.on == on, Lesson.trainer_id.is_not(None), Lesson.state != LessonState.CANCELLED
    )
    found = session.execute(
        select(Trainer.id, Trainer.name)
        .where(Trainer.is_active, Trainer.id.not_in(busy))
        .order_by(Trainer.name_initials, Trainer.name, Trainer.id)
    )
    return [(key, name) for key, name in found]


@dataclass(frozen=True)
class LockedAt:
    """Who locked a sitting and when, for the score sheet."""

    by: str
    at: datetime | None


def locked_at(session: Session, sitting_id: str) -> LockedAt:
    """Empty while it is open; two statements."""
    sitting = session.get_one(Sitting, sitting_id)
    return LockedAt(staff_names(session).get(sitting.locked_by or "", ""), sitting.locked_at)
