"""A sitting: opened, changed, removed."""

from datetime import date

from sqlalchemy import delete, insert, select

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.exams import queries, rules
from kqdesk.rooms.exams.actions.checks import has_marks, said, unlocked
from kqdesk.rooms.exams.model import (
    Candidate,
    ExamCentre,
    ExamRoom,
    PaperWaiver,
    RoomRecord,
    Sitting,
    SittingPaper,
)
from kqdesk.rooms.exams.terms import Organiser, SittingState
from kqdesk.store.actions import Writing, action

# -- the sitting ----------------------------------------------------------------------------------


@action("建立考试")
def open_sitting(
    w: Writing,
    *,
    title: str,
    on: date,
    programme_id: str,
    centre: str | None = None,
    organiser: Organiser = Organiser.SCHOOL,
    first_minute: int = 8 * 60 + 30,
    minutes: int = 90,
    pause: int = 20,
) -> str:
    """A new sitting with one paper a subject of the programme, one after the other; returns its id."""
    chosen = next((p for p in queries.programme_choices(w.session) if p.id == programme_id), None)
    if chosen is None or not chosen.subjects:
        raise UserError("这个培养方案里还没有科目。请先到「课程目录」里补上科目，再建考试。")
    full_marks = queries.exam_policy(w.session, on).full_marks
    if full_marks is None:
        raise UserError("每科满分未配置。请先到「设置 · 规则包」填写“每科满分”。")
    sitting = Sitting(
        title=said(title, "名称"), on=on, centre=centre or None, level=chosen.level, organiser=organiser
    )
    w.session.add(sitting)
    w.session.flush()
    times = rules.paper_times(chosen.subjects, first_minute=first_minute, minutes=minutes, pause=pause)
    rows = [
        {
            "sitting_id": sitting.id,
            "subject": subject,
            "start_minute": start,
            "end_minute": end,
            "full_marks": full_marks,
        }
        for subject, start, end in times
    ]
    w.session.execute(insert(SittingPaper), rows)
    w.note(sitting.title)
    return sitting.id


@action("修改考试")
def change_sitting(
    w: Writing,
    *,
    sitting_id: str,
    title: str,
    on: date,
    centre: str | None = None,
    is_mixed: bool | None = None,
    own_cohort_allowed: bool | None = None,
    seen: int | None = None,
) -> None:
    """Another name, day or centre, or other switches of its seating; a day printed on tickets changes them, so they
    are to be arranged anew."""
    sitting = unlocked(w, sitting_id)
    w.check_fresh(sitting, ("title", "on", "centre", "is_mixed", "own_cohort_allowed"), seen)
    if is_mixed is not None:
        sitting.is_mixed = is_mixed
    if own_cohort_allowed is not None:
        sitting.own_cohort_allowed = own_cohort_allowed
    if sitting.on != on and sitting.state is SittingState.ARRANGED:
        raise UserError("已经编场，准考证号里有日期。要改日期，请先「撤销编场」。")
    sitting.title, sitting.on, sitting.centre = said(title, "名称"), on, centre or None
    w.note(sitting.title)


@action("调整考试时间")
def change_paper(w: Writing, *, paper_id: str, start_minute: int, end_minute: int) -> None:
    """When a paper is written; minutes of the day."""
    paper = w.session.get_one(SittingPaper, paper_id)
    unlocked(w, paper.sitting_id)
    if not 0 <= start_minute < end_minute <= 24 * 60:
        raise UserError("结束时间要在开始时间之后。")
    paper.start_minute, paper.end_minute = start_minute, end_minute


@action("删除考试")
def remove_sitting(w: Writing, *, sitting_id: str) -> None:
    """Only while nobody has a mark in it."""
    sitting = unlocked(w, sitting_id)
    if has_marks(w, sitting_id):
        raise UserError(f"「{sitting.title}」已经登了分，不能删除。")
    papers = select(SittingPaper.id).where(SittingPaper.sitting_id == sitting_id)
    for part in (PaperWaiver, RoomRecord):
        w.session.execute(delete(part).where(part.paper_id.in_(papers)))
    for table in (Candidate, ExamRoom, ExamCentre, SittingPaper):
        w.session.execute(delete(table).where(table.sitting_id == sitting_id))
    w.note(sitting.title)
    w.session.delete(sitting)
