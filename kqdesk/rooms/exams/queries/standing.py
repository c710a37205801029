"""Which score rows stand, the pack's exam numbers, attended hours: what the other questions share."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from kqdesk.rooms.attendance.model import AttendanceMark
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.catalogue.terms import Subject
from kqdesk.rooms.exams.model import Candidate, Score, SittingPaper
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
TAKES: ColumnElement[bool] = or_(
    SittingPaper.subject.not_in((Subject.NATURAL_SCIENCE, Subject.SOCIAL_SCIENCE)),
    SittingPaper.subject == Candidate.science_option,
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
