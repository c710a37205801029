"""Which score rows stand, the pack's exam numbers, attended hours: what the other questions share."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from kqdesk.rooms.attendance.model import AttendanceMark
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.catalogue.terms import Subject
from kqdesk.rooms.exams.model import Candidate, PaperWaiver, Score, Sitting, SittingPaper
from kqdesk.rooms.exams.rules import ResitPolicy
from kqdesk.rooms.office.queries import active_packs
from kqdesk.rooms.office.rules import Band, value
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.rooms.timetable.terms import LessonState

_Newer = aliased(Score)
# what stands now: an original or a confirmed correction that no confirmed correction replaces
STANDS: ColumnElement[bool] = and_(
    or_(Score.corrects_id.is_(None), Score.checked_by.is_not(None)),
    ~select(_Newer.id).where(_Newer.corrects_id == Score.id, _Newer.checked_by.is_not(None)).exists(),
)
TAKES: ColumnElement[bool] = and_(
    or_(
        SittingPaper.subject.not_in((Subject.NATURAL_SCIENCE, Subject.SOCIAL_SCIENCE)),
        SittingPaper.subject == Candidate.science_option,
    ),
    ~select(PaperWaiver.id)
    .where(PaperWaiver.candidate_id == Candidate.id, PaperWaiver.paper_id == SittingPaper.id)
    .exists(),
)


@dataclass(frozen=True)
class ExamPolicy:
    """The pack's numbers for exams on a day; None = 未配置."""

    bands: tuple[Band, ...] | None
    full_marks: int | None
    integer_marks: bool | None
    per_hall: int | None
    hall_capacity: int | None
    pack_key: str | None = None
    pack_version: int | None = None


def exam_policy(session: Session, on: date) -> ExamPolicy:
    """Bands, full marks and the like as they count on a day; one statement."""
    packs = active_packs(session)
    bands, full, whole, watch, seats = (
        value(packs, key, on)
        for key in (
            "credit.bands", "exam.full_marks", "exam.integer_marks", "exam.invigilators_per_room", "exam.room_capacity",
        )
    )  # fmt: skip
    return ExamPolicy(
        bands.bands if bands else None,
        full.number if full else None,
        whole.flag if whole else None,
        watch.number if watch else None,
        seats.number if seats else None,
        bands.pack_key if bands else None,
        bands.pack_version if bands else None,
    )


def frozen_bands(rows: list[dict[str, Any]] | None) -> tuple[Band, ...] | None:
    """The grades a locked sitting was given, whatever the pack says today."""
    return tuple(Band(**row) for row in rows) if rows else None


def sitting_policy(session: Session, sitting: Sitting) -> ExamPolicy:
    """The numbers of a sitting: of its day's packs; grades as they stood when its marks were locked."""
    policy = exam_policy(session, sitting.on)
    bands = frozen_bands(sitting.bands)
    if bands is None:
        return policy
    return replace(policy, bands=bands, pack_key=sitting.pack_key, pack_version=sitting.pack_version)


def resit_policy(session: Session, on: date) -> ResitPolicy:
    """The packs' numbers for resits on a day; one statement."""
    packs = active_packs(session)
    limit, interval, least, how = (
        value(packs, key, on)
        for key in (
            "exam.resit_limit",
            "exam.resit_interval_days",
            "credit.subject_minimum",
            "credit.attempt",
        )
    )
    return ResitPolicy(
        limit.number if limit else None,
        interval.number if interval else None,
        least.number if least else None,
        how.text if how else None,
    )


def attended_hours(session: Session, *conditions: ColumnElement[bool]) -> dict[str, dict[Mark, int]]:
    """enrolment → mark → study hours of held lessons; one statement. Conditions speak of attendance_mark or lesson."""
    found: dict[str, dict[Mark, int]] = {}
    wanted = (
        select(AttendanceMark.enrolment_id, AttendanceMark.mark, func.sum(Lesson.study_hours))
        .join(Lesson, Lesson.id == AttendanceMark.lesson_id)
        .where(Lesson.state == LessonState.HELD, *conditions)
        .group_by(AttendanceMark.enrolment_id, AttendanceMark.mark)
    )
    for enrolment_id, mark, hours in session.execute(wanted):
        found.setdefault(enrolment_id, {})[mark] = int(hours)
    return found
