"""Leave asked for beforehand, and the trainer's own attendance."""

from datetime import date, timedelta

from sqlalchemy import select

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.attendance.actions.locks import lesson_of, lock_since, roll_of
from kqdesk.rooms.attendance.model import Leave, TrainerMark
from kqdesk.rooms.attendance.terms import LEAVE_PROOF, Mark
from kqdesk.rooms.cohorts.model import Enrolment
from kqdesk.rooms.people.model import Person
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import KeptFile, attach, attached, detach

LONGEST = timedelta(days=366)


@action("登记请假")
def add_leave(
    w: Writing,
    *,
    enrolment_id: str,
    first_on: date,
    last_on: date,
    reason: str,
    proof: KeptFile | None = None,
) -> str:
    """Leave of a learner for the days from first to last; it counts at every lesson in them without a mark.

    ``proof``: the note handed in, kept already (its digest, name, media and size count). UserError on strange days or
    when the days meet a leave that is there.
    """
    words = reason.strip()
    if not words:
        raise UserError("请写请假事由。")
    if last_on < first_on:
        raise UserError("请假的最后一天早于第一天，请改正。")
    if last_on - first_on > LONGEST:
        raise UserError("请假超过一年了。要长期离开请在班级里办理休学。")
    enrolment = w.session.get(Enrolment, enrolment_id)
    if enrolment is None:
        raise UserError("这名学员已经不在班里了。请刷新。")
    met = w.session.scalars(
        select(Leave).where(
            Leave.enrolment_id == enrolment_id, Leave.first_on <= last_on, Leave.last_on >= first_on
        )
    ).first()
    if met is not None:
        raise UserError(
            f"这几天已经登记过请假（{met.first_on:%m-%d} 至 {met.last_on:%m-%d}，{met.reason}）。"
        )
    row = Leave(enrolment_id=enrolment_id, first_on=first_on, last_on=last_on, reason=words)
    w.session.add(row)
    w.session.flush()
    if proof is not None:
        attach(
            w, table="leave", row_id=row.id, purpose=LEAVE_PROOF, digest=proof.digest, name=proof.name,
            media=proof.media, size=proof.size,
        )  # fmt: skip
    person = w.session.get(Person, enrolment.person_id)
    w.note(f"{person.name if person else ''} {first_on:%m-%d} 至 {last_on:%m-%d}")
    return row.id


@action("取消请假")
def remove_leave(w: Writing, *, leave_id: str) -> None:
    """Take a leave back; marks already on rolls stay as they are."""
    row = w.session.get(Leave, leave_id)
    if row is None:
        raise UserError("这条请假已经取消了。请刷新。")
    for proof in attached(w.session, "leave", [leave_id]).get(leave_id, ()):
        detach(w, attachment_id=proof.attachment_id)
    w.note(f"{row.first_on:%m-%d} 至 {row.last_on:%m-%d}")
    w.session.delete(row)


@action("登记培训师考勤")
def mark_trainer(w: Writing, *, lesson_id: str, mark: Mark | None, reason: str = "") -> None:
    """The trainer's own mark at a lesson; None takes it away. Missed lessons are not paid.

    After the lock a reason is needed, and stays beside the mark.
    """
    lesson = lesson_of(w, lesson_id)
    words = reason.strip()
    if lesson.trainer_id is None:
        raise UserError("这次课还没有培训师。请先在课表里定下来。")
    if lesson.on > school_day(w.now) and mark not in (Mark.EXCUSED, None):
        raise UserError("这次课还没上，只能先登记请假。")
    if lock_since(w, lesson, roll_of(w, lesson_id)) is not None and not words:
        raise UserError("点名已锁定，改培训师考勤要写明原因。")
    row = w.session.scalars(
        select(TrainerMark).where(
            TrainerMark.lesson_id == lesson_id, TrainerMark.trainer_id == lesson.trainer_id
        )
    ).first()
    if mark is None:
        if row is not None:
            w.session.delete(row)
    elif row is None:
        w.session.add(
            TrainerMark(lesson_id=lesson_id, trainer_id=lesson.trainer_id, mark=mark, reason=words or None)
        )
    else:
        row.mark, row.reason = mark, words or row.reason
    w.note(mark.label if mark else "清除")
