"""People who come without being on the roll: added on the spot, matched with the roster later."""

from sqlalchemy import select

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.attendance.actions.locks import lesson_of, refuse_locked
from kqdesk.rooms.attendance.model import AttendanceMark, Leave, OnlineStudy, Roll
from kqdesk.rooms.attendance.terms import WALK_IN, Mark
from kqdesk.rooms.cohorts.actions import enrol
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.cohorts.queries import ON_ROLL
from kqdesk.rooms.cohorts.terms import EnrolmentState
from kqdesk.rooms.people.actions import add_person, note_alias
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.store.actions import Writing, action

THERE = (Mark.PRESENT, Mark.LATE, Mark.LEFT_EARLY)


@action("补登学员")
def add_walk_in(
    w: Writing, *, lesson_id: str, person_id: str | None = None, name: str = "", phone: str | None = None
) -> str:
    """Put somebody who came into the cohort and mark her 到 at this lesson; returns the enrolment's id.

    ``person_id``: she is on the roster already; else she is entered by name and phone, to be matched later.
    UserError when the roll is locked, the lesson still to come, the cohort full, or the rules forbid her to enrol.
    """
    lesson = lesson_of(w, lesson_id)
    refuse_locked(w, lesson)
    if lesson.state is LessonState.CANCELLED or lesson.on > school_day(w.now):
        raise UserError("只能给已经开始的课补登学员。")
    if person_id is None:
        person_id = add_person(w, fields={"name": name, "phone": phone}, origin=WALK_IN)
    done = enrol(w, cohort_id=lesson.cohort_id, person_ids=[person_id], accept_warnings=True)
    if done.already:
        raise UserError(f"{done.already[0]}已经在这个班里了，请直接点名。")
    if not done.enrolled:
        cohort = w.session.get(Cohort, lesson.cohort_id)
        most = cohort.capacity if cohort else 0
        raise UserError(f"班级已满（容量 {most} 人）。请先在「班级」里改大容量，再补登。")
    enrolment = w.session.scalars(
        select(Enrolment).where(Enrolment.cohort_id == lesson.cohort_id, Enrolment.person_id == person_id)
        .order_by(Enrolment.id.desc())
    ).first()  # fmt: skip
    assert enrolment is not None  # it was made two lines above
    w.session.add(AttendanceMark(lesson_id=lesson_id, enrolment_id=enrolment.id, mark=Mark.PRESENT))
    return enrolment.id


@action("并入花名册")
def merge_walk_in(w: Writing, *, enrolment_id: str, person_id: str) -> int:
    """The walk-in was this person of the roster: her enrolment or, when the person has one, her marks go there.

    Where both have a mark at a lesson, having been there wins over having missed it. Returns how many marks the person
    has more now. UserError when the entry is no walk-in or both are the same.
    """
    enrolment = w.session.get(Enrolment, enrolment_id)
    walk_in = w.session.get(Person, enrolment.person_id) if enrolment else None
    person = w.session.get(Person, person_id)
    if enrolment is None or walk_in is None or person is None:
        raise UserError("这名学员已经不在了。请刷新。")
    if walk_in.origin != WALK_IN or walk_in.state == "merged":
        raise UserError(f"{walk_in.name}不是点名时补登的，不能这样合并。")
    if person.id == walk_in.id or person.state == "merged":
        raise UserError("请选花名册里的另一个人。")
    twin = w.session.scalars(
        select(Enrolment).where(
            Enrolment.cohort_id == enrolment.cohort_id,
            Enrolment.person_id == person_id,
            Enrolment.state.in_(ON_ROLL),
        )
    ).first()
    moved = _hand_over(w, enrolment, twin) if twin else _marks_of(w, enrolment.id)
    if twin is None:
        enrolment.person_id = person_id
    moved_to = {} if twin else {"enrolment.person_id": [enrolment.id]}
    note_alias(w, walk_in, person_id, reason="点名时补登的", moved=moved_to)
    w.note(f"{walk_in.name}→{person.name}")
    return len(moved)


def _hand_over(w: Writing, enrolment: Enrolment, twin: Enrolment) -> list[AttendanceMark]:
    """Marks, leave and online study of the walk-in go to the enrolment the person has; the walk-in's own ends."""
    known = {row.lesson_id: row for row in _marks_of(w, twin.id)}
    locked = set(w.session.scalars(select(Roll.lesson_id).where(Roll.locked_at.is_not(None))))
    line = f"{school_day(w.now):%Y-%m-%d} 补登的学员并入"
    moved = []
    for row in _marks_of(w, enrolment.id):
        own = known.get(row.lesson_id)
        if own is None:
            row.enrolment_id = twin.id
            row.correction = f"{row.correction}\n{line}" if row.correction else line
            moved.append(row)
        elif row.mark in THERE and own.mark not in THERE:
            own.mark, own.correction = row.mark, f"{own.correction}\n{line}" if own.correction else line
            moved.append(own)
        if own is not None and row.lesson_id not in locked:
            w.session.delete(row)
    for leave in w.session.scalars(select(Leave).where(Leave.enrolment_id == enrolment.id)):
        leave.enrolment_id = twin.id
    for study in w.session.scalars(select(OnlineStudy).where(OnlineStudy.enrolment_id == enrolment.id)):
        study.enrolment_id = twin.id
    enrolment.state, enrolment.ended_on = EnrolmentState.WITHDRAWN, school_day(w.now)
    enrolment.reason = f"并入 {twin.roll_no or ''} 号"
    return moved


def _marks_of(w: Writing, enrolment_id: str) -> list[AttendanceMark]:
    return list(w.session.scalars(select(AttendanceMark).where(AttendanceMark.enrolment_id == enrolment_id)))
