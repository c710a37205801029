"""Rooms of a sitting and who sits where."""

from sqlalchemy import func, select, update

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.exams import rules
from kqdesk.rooms.exams.actions.checks import has_marks, has_two_sciences, said, seats_fit, unlocked
from kqdesk.rooms.exams.model import Candidate, ExamRoom
from kqdesk.rooms.exams.terms import Organiser, SittingState
from kqdesk.store.actions import Writing, action

# -- rooms and seats ------------------------------------------------------------------------------


@action("添加考场")
def add_hall(
    w: Writing,
    *,
    sitting_id: str,
    name: str,
    capacity: int,
    classroom_id: str | None = None,
    invigilator1_id: str | None = None,
    invigilator2_id: str | None = None,
) -> str:
    """One more room of a sitting; returns its id."""
    sitting = unlocked(w, sitting_id)
    names = set(w.session.scalars(select(ExamRoom.name).where(ExamRoom.sitting_id == sitting_id)))
    if said(name, "考场") in names:
        raise UserError(f"这场考试已经有“{name.strip()}”，请换一个名称。")
    hall = ExamRoom(
        sitting_id=sitting_id, name=name.strip(), capacity=seats_fit(capacity), classroom_id=classroom_id,
        invigilator1_id=invigilator1_id, invigilator2_id=invigilator2_id,
    )  # fmt: skip
    w.session.add(hall)
    w.session.flush()
    w.note(f"{sitting.title} {hall.name}")
    return hall.id


@action("修改考场")
def change_hall(
    w: Writing,
    *,
    hall_id: str,
    name: str,
    capacity: int,
    classroom_id: str | None = None,
    invigilator1_id: str | None = None,
    invigilator2_id: str | None = None,
    seen: int | None = None,
) -> None:
    """Another name, place, number of seats or other invigilators."""
    hall = w.session.get_one(ExamRoom, hall_id)
    unlocked(w, hall.sitting_id)
    w.check_fresh(hall, ("name", "capacity", "classroom_id", "invigilator1_id", "invigilator2_id"), seen)
    seated = w.session.scalar(select(func.count()).where(Candidate.exam_room_id == hall_id)) or 0
    if capacity < seated:
        raise UserError(f"{hall.name}已经坐了 {seated} 人，座位不能少于它。要减少请先「撤销编场」。")
    hall.name, hall.capacity, hall.classroom_id = said(name, "考场"), seats_fit(capacity), classroom_id
    hall.invigilator1_id, hall.invigilator2_id = invigilator1_id, invigilator2_id
    w.note(hall.name)


@action("删除考场")
def remove_hall(w: Writing, *, hall_id: str) -> None:
    """Only while nobody sits in it."""
    hall = w.session.get_one(ExamRoom, hall_id)
    unlocked(w, hall.sitting_id)
    if w.session.scalar(select(func.count()).where(Candidate.exam_room_id == hall_id)):
        raise UserError(f"{hall.name}里已经编了考生，不能删除。请先「撤销编场」。")
    w.note(hall.name)
    w.session.delete(hall)


@action("编排座位")
def arrange_seats(w: Writing, *, sitting_id: str, is_mixed: bool = True) -> int:
    """Room, seat and ticket number for everybody, over what was there before; returns how many sit."""
    sitting = unlocked(w, sitting_id)
    if sitting.organiser is not Organiser.SCHOOL:
        raise UserError(
            f"{sitting.organiser.label}里组织的考试，考场和准考证号由组织单位编排，本校只照它的名单登记。"
        )
    if has_marks(w, sitting_id):
        raise UserError("已经开始登分，不能再重新编场。")
    halls = w.session.execute(
        select(ExamRoom.id, ExamRoom.name, ExamRoom.capacity)
        .where(ExamRoom.sitting_id == sitting_id)
        .order_by(ExamRoom.name, ExamRoom.id)
    ).all()
    if not halls:
        raise UserError("还没有考场。请先添加考场，再编场。")
    seekers = _seekers(w, sitting_id)
    if not seekers:
        raise UserError("还没有考生。请先从班级添加考生，再编场。")
    if has_two_sciences(w, sitting_id):
        lacking = sum(1 for seeker in seekers if seeker.option is None)
        if lacking:
            raise UserError(f"有 {lacking} 名考生还没有选自然科学或社会科学，选好后才能编场。")
    placed = rules.arrange_seats(seekers, [rules.Hall(*hall) for hall in halls], is_mixed=is_mixed)
    number = {hall.id: n for n, hall in enumerate(halls, 1)}
    rows = [
        {
            "id": seat.candidate_id,
            "exam_room_id": seat.hall_id,
            "seat_no": seat.seat_no,
            "ticket_no": rules.ticket_no(sitting.on, number[seat.hall_id], seat.seat_no),
        }
        for seat in placed
    ]
    w.session.execute(update(Candidate), rows)
    sitting.state = SittingState.ARRANGED
    w.note(f"{sitting.title} {len(rows)} 人 {len({seat.hall_id for seat in placed})} 个考场")
    return len(rows)


@action("撤销编场")
def clear_seats(w: Writing, *, sitting_id: str) -> None:
    """No rooms, seats and numbers again; refused once marks were entered."""
    sitting = unlocked(w, sitting_id)
    if has_marks(w, sitting_id):
        raise UserError("已经开始登分，不能撤销编场。")
    w.session.execute(
        update(Candidate)
        .where(Candidate.sitting_id == sitting_id)
        .values(exam_room_id=None, seat_no=None, ticket_no=None)
    )
    sitting.state = SittingState.DRAFT
    w.note(sitting.title)


def _seekers(w: Writing, sitting_id: str) -> list[rules.Seeker]:
    found = w.session.execute(
        select(Candidate.id, Candidate.person_id, Enrolment.cohort_id, Candidate.science_option)
        .outerjoin(Enrolment, Enrolment.id == Candidate.enrolment_id)
        .outerjoin(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Candidate.sitting_id == sitting_id)
        .order_by(Cohort.no, Enrolment.roll_no, Candidate.id)
    )
    two = has_two_sciences(w, sitting_id)
    return [
        rules.Seeker(key, person, cohort or "", option if two else None)
        for key, person, cohort, option in found
    ]
