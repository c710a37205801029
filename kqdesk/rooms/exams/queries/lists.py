"""What an organiser's list is compared with, and what the records of rooms say."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kqdesk.rooms.catalogue.terms import Subject
from kqdesk.rooms.exams import rules
from kqdesk.rooms.exams.model import Candidate, ExamCentre, ExamRoom, RoomRecord, Score, Sitting, SittingPaper
from kqdesk.rooms.exams.queries.sitting import papers_of
from kqdesk.rooms.exams.queries.standing import STANDS
from kqdesk.rooms.exams.rules import Known, ListLine, Matching, Points
from kqdesk.rooms.exams.terms import SittingState
from kqdesk.rooms.people.model import Person


def match_list(session: Session, sitting_id: str, lines: Sequence[ListLine]) -> Matching:
    """The list judged against this sitting and the roster; a fixed number of statements."""
    papers = papers_of(session, sitting_id)
    known = {one.person_id: one for one in _candidates(session, sitting_id)}
    for one in _learners(session, [line.id_number for line in lines if line.id_number]):
        known.setdefault(one.person_id, one)
    return rules.match(lines, known.values(), [paper.subject for paper in papers])


def _candidates(session: Session, sitting_id: str) -> list[Known]:
    marks: dict[str, dict[Subject, Points]] = {}
    for candidate_id, subject, tenths, flag in session.execute(
        select(Score.candidate_id, SittingPaper.subject, Score.points_tenths, Score.flag)
        .join(SittingPaper, SittingPaper.id == Score.paper_id)
        .where(SittingPaper.sitting_id == sitting_id, STANDS)
    ):
        marks.setdefault(candidate_id, {})[subject] = Points(tenths, flag)
    found = session.execute(
        select(Candidate, Person.name, Person.id_number, ExamRoom.name, ExamCentre.name)
        .join(Person, Person.id == Candidate.person_id)
        .outerjoin(ExamRoom, ExamRoom.id == Candidate.exam_room_id)
        .outerjoin(ExamCentre, ExamCentre.id == ExamRoom.centre_id)
        .where(Candidate.sitting_id == sitting_id)
        .order_by(Candidate.id)
    )
    return [
        Known(
            c.person_id, c.id, name, number or "", c.ticket_no or "", centre or "", hall or "", c.seat_no,
            c.science_option, marks.get(c.id, {}),
        )
        for c, name, number, hall, centre in found
    ]  # fmt: skip


def _learners(session: Session, numbers: Sequence[str]) -> list[Known]:
    """People of the roster with these ID numbers; one statement a thousand."""
    found: list[Known] = []
    for start in range(0, len(numbers), 1000):
        rows = session.execute(
            select(Person.id, Person.name, Person.id_number)
            .where(Person.id_number.in_(numbers[start : start + 1000]), Person.state == "here")
            .order_by(Person.id)
        )
        found += [Known(key, "", name, number or "") for key, name, number in rows]
    return found


@dataclass(frozen=True)
class RecordRow:
    """考场记录 of one room and paper, for the page and the papers."""

    hall_id: str
    paper_id: str
    absent: frozenset[str]
    violations: frozenset[str]
    scripts: int | None
    remark: str


def room_records(session: Session, sitting_id: str) -> list[RecordRow]:
    """What was recorded so far; one statement."""
    found = session.scalars(
        select(RoomRecord)
        .join(SittingPaper, SittingPaper.id == RoomRecord.paper_id)
        .where(SittingPaper.sitting_id == sitting_id)
        .order_by(SittingPaper.start_minute, RoomRecord.id)
    )
    return [
        RecordRow(
            row.exam_room_id, row.paper_id, frozenset(row.absent), frozenset(row.violations), row.scripts, row.remark or ""
        )
        for row in found
    ]  # fmt: skip


def clashing_sittings(session: Session, sitting_id: str, person_ids: Sequence[str]) -> dict[str, str]:
    """person → another open sitting of the same day whose papers run at the same time; two statements."""
    sitting = session.get_one(Sitting, sitting_id)
    own = select(
        func.min(SittingPaper.start_minute).label("first"), func.max(SittingPaper.end_minute).label("last")
    ).where(SittingPaper.sitting_id == sitting_id)
    first, last = session.execute(own).one()
    if first is None:
        return {}
    found = session.execute(
        select(Candidate.person_id, Sitting.title)
        .join(Sitting, Sitting.id == Candidate.sitting_id)
        .join(SittingPaper, SittingPaper.sitting_id == Sitting.id)
        .where(
            Sitting.on == sitting.on,
            Sitting.id != sitting_id,
            Sitting.state != SittingState.LOCKED,
            SittingPaper.start_minute < last,
            SittingPaper.end_minute > first,
        )
        .order_by(Candidate.id)
    )
    wanted = set(person_ids)
    return {person: title for person, title in found if person in wanted}
