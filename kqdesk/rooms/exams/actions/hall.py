"""Rooms of a sitting, who sits where and who invigilates."""

import re

from sqlalchemy import delete, func, select, update

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.exams import queries, rules
from kqdesk.rooms.exams.actions.checks import has_marks, has_two_sciences, said, seats_fit, unlocked
from kqdesk.rooms.exams.model import Candidate, ExamCentre, ExamRoom, RoomRecord
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
    centre: str | None = None,
    classroom_id: str | None = None,
    invigilator1_id: str | None = None,
    invigilator2_id: str | None = None,
    count: int = 1,
) -> str:
    """One more room of a sitting, or ``count`` alike, numbered on; returns the id of the first."""
    sitting = unlocked(w, sitting_id)
    if not 1 <= count <= 60:
        raise UserError("一次可以添加 1 到 60 个考场。")
    taken = set(w.session.scalars(select(ExamRoom.name).where(ExamRoom.sitting_id == sitting_id)))
    names = _numbered(said(name, "考场"), count)
    doubled = [one for one in names if one in taken]
    if doubled:
        raise UserError(f"这场考试已经有“{doubled[0]}”，请换一个名称。")
    centre_id = centre_of(w, sitting_id, centre)
    own = {
        "classroom_id": classroom_id, "invigilator1_id": invigilator1_id, "invigilator2_id": invigilator2_id,
    } if count == 1 else {}  # fmt: skip
    halls = [
        ExamRoom(sitting_id=sitting_id, name=one, capacity=seats_fit(capacity), centre_id=centre_id, **own)
        for one in names
    ]
    w.session.add_all(halls)
    w.session.flush()
    w.note(f"{sitting.title} {names[0]}" + (f" 等 {count} 个" if count > 1 else ""))
    return halls[0].id


@action("修改考场")
def change_hall(
    w: Writing,
    *,
    hall_id: str,
    name: str,
    capacity: int,
    centre: str | None = None,
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
    hall.centre_id = centre_of(w, hall.sitting_id, centre)
    w.note(hall.name)


@action("删除考场")
def remove_hall(w: Writing, *, hall_id: str) -> None:
    """Only while nobody sits in it."""
    hall = w.session.get_one(ExamRoom, hall_id)
    unlocked(w, hall.sitting_id)
    if w.session.scalar(select(func.count()).where(Candidate.exam_room_id == hall_id)):
        raise UserError(f"{hall.name}里已经编了考生，不能删除。请先「撤销编场」。")
    w.note(hall.name)
    w.session.execute(delete(RoomRecord).where(RoomRecord.exam_room_id == hall_id))
    w.session.delete(hall)


@action("编排座位")
def arrange_seats(w: Writing, *, sitting_id: str, is_mixed: bool | None = None) -> int:
    """Room, seat and ticket number for everybody, over what was there before; returns how many sit.

    ``is_mixed``: cohorts sit between each other; None = as the sitting says.
    """
    sitting = unlocked(w, sitting_id)
    if sitting.organiser is not Organiser.SCHOOL:
        raise UserError(
            f"{sitting.organiser.label}里组织的考试，考场和准考证号由组织单位编排，本校只照它的名单登记。"
        )
    if has_marks(w, sitting_id):
        raise UserError("已经开始登分，不能再重新编场。")
    halls = queries.halls_of(w.session, sitting_id)
    if not halls:
        raise UserError("还没有考场。请先添加考场，再编场。")
    seekers = _seekers(w, sitting_id)
    if not seekers:
        raise UserError("还没有考生。请先从班级添加考生，再编场。")
    if has_two_sciences(w, sitting_id):
        lacking = sum(1 for seeker in seekers if seeker.option is None)
        if lacking:
            raise UserError(f"有 {lacking} 名考生还没有选自然科学或社会科学，选好后才能编场。")
    if is_mixed is not None:
        sitting.is_mixed = is_mixed
    seats = [rules.Hall(hall.id, hall.name, hall.capacity) for hall in halls]
    placed = rules.arrange_seats(seekers, seats, is_mixed=sitting.is_mixed)
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


@action("安排监考")
def assign_invigilators(w: Writing, *, sitting_id: str) -> tuple[int, tuple[str, ...]]:
    """Fill the places of invigilators from trainers without a lesson that day; those chosen stay.

    Returns how many places were filled and the rooms that still lack somebody. UserError when the pack does not say
    how many a room needs.
    """
    sitting = unlocked(w, sitting_id)
    per_hall = queries.exam_policy(w.session, sitting.on).per_hall
    if per_hall is None:
        raise UserError("每个考场监考人数未配置。请先到「设置 · 规则包」填写“每个考场监考人数”。")
    halls = list(w.session.scalars(select(ExamRoom).where(ExamRoom.sitting_id == sitting_id)))
    halls.sort(key=lambda hall: rules.natural_order(hall.name))
    cohorts = _cohorts_by_hall(w, sitting_id)
    watches = [
        rules.Watch(hall.id, [one for one in (hall.invigilator1_id, hall.invigilator2_id) if one], cohorts.get(hall.id, ()))
        for hall in halls
    ]  # fmt: skip
    free = [key for key, _ in queries.free_trainers(w.session, sitting.on)]
    found = rules.assign_invigilators(
        watches, free, queries.teaching(w.session, free), per_hall=min(per_hall, 2),
        own_cohort_allowed=sitting.own_cohort_allowed,
    )  # fmt: skip
    filled = 0
    for hall in halls:
        before = sum(one is not None for one in (hall.invigilator1_id, hall.invigilator2_id))
        hall.invigilator1_id, hall.invigilator2_id = [*found[hall.id], None, None][:2]
        filled += len(found[hall.id]) - before
    short = tuple(hall.name for hall in halls if len(found[hall.id]) < min(per_hall, 2))
    w.note(f"{sitting.title} {filled} 人次")
    return filled, short


def centre_of(w: Writing, sitting_id: str, name: str | None) -> str | None:
    """The sitting's centre of that name, made when it is new; None for no name."""
    words = (name or "").strip()
    if not words:
        return None
    found = w.session.scalar(
        select(ExamCentre.id).where(ExamCentre.sitting_id == sitting_id, ExamCentre.name == words)
    )
    if found is not None:
        return found
    centre = ExamCentre(sitting_id=sitting_id, name=words)
    w.session.add(centre)
    w.session.flush()
    return centre.id


def _numbered(name: str, count: int) -> list[str]:
    """第3考场, 第4考场 …: the first number in the name counts on; without one a number is added."""
    found = re.search(r"\d+", name)
    if count == 1:
        return [name]
    if found is None:
        return [f"{name}{n}" for n in range(1, count + 1)]
    first = int(found[0])
    return [f"{name[: found.start()]}{first + n}{name[found.end() :]}" for n in range(count)]


def _cohorts_by_hall(w: Writing, sitting_id: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for hall_id, cohort_id in w.session.execute(
        select(Candidate.exam_room_id, Enrolment.cohort_id)
        .join(Enrolment, Enrolment.id == Candidate.enrolment_id)
        .where(Candidate.sitting_id == sitting_id, Candidate.exam_room_id.is_not(None))
    ):
        found.setdefault(str(hall_id), set()).add(cohort_id)
    return found


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
