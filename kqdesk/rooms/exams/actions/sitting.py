"""A sitting and who is in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, insert, select

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.cohorts.model import Enrolment
from kqdesk.rooms.cohorts.terms import EnrolmentState, ScienceOption
from kqdesk.rooms.exams import queries, rules
from kqdesk.rooms.exams.actions.checks import chosen_candidates, has_marks, has_two_sciences, said, unlocked
from kqdesk.rooms.exams.model import Candidate, ExamRoom, Score, Sitting, SittingPaper
from kqdesk.rooms.exams.terms import Organiser, SittingState
from kqdesk.store.actions import Writing, action


@dataclass(frozen=True)
class Added:
    """What came of entering cohorts: how many were added, how many were in already, how many lack a science."""

    added: int
    already: int
    without_science: int


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
    w: Writing, *, sitting_id: str, title: str, on: date, centre: str | None = None, seen: int | None = None
) -> None:
    """Another name, day or centre; a day printed on tickets changes them, so they are to be arranged anew."""
    sitting = unlocked(w, sitting_id)
    w.check_fresh(sitting, ("title", "on", "centre"), seen)
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
    for table in (Candidate, ExamRoom, SittingPaper):
        w.session.execute(delete(table).where(table.sitting_id == sitting_id))
    w.note(sitting.title)
    w.session.delete(sitting)


# -- candidates -----------------------------------------------------------------------------------


@action("添加考生")
def add_candidates(
    w: Writing, *, sitting_id: str, cohort_ids: Sequence[str] = (), enrolment_ids: Sequence[str] = ()
) -> Added:
    """Learners 在读 of these cohorts (or these enrolments), each person once, with her science option."""
    sitting = unlocked(w, sitting_id)
    wanted = select(Enrolment.id, Enrolment.person_id, Enrolment.science_option).where(
        Enrolment.state == EnrolmentState.ENROLLED
    )
    if cohort_ids:
        wanted = wanted.where(Enrolment.cohort_id.in_(cohort_ids))
    if enrolment_ids or not cohort_ids:
        wanted = wanted.where(Enrolment.id.in_(enrolment_ids))
    found = w.session.execute(wanted.order_by(Enrolment.cohort_id, Enrolment.roll_no, Enrolment.id)).all()
    inside = set(w.session.scalars(select(Candidate.person_id).where(Candidate.sitting_id == sitting_id)))
    fresh = {person: (key, option) for key, person, option in found if person not in inside}
    rows = [
        {"sitting_id": sitting_id, "person_id": person, "enrolment_id": key, "science_option": option}
        for person, (key, option) in fresh.items()
    ]
    if rows:
        w.session.execute(insert(Candidate), rows)
    w.note(f"{sitting.title} {len(rows)} 人")
    lacking = (
        sum(1 for _, option in fresh.values() if option is None) if has_two_sciences(w, sitting_id) else 0
    )
    return Added(len(rows), len(found) - len(rows), lacking)


@action("移除考生")
def remove_candidates(w: Writing, *, candidate_ids: Sequence[str]) -> int:
    """Out of the sitting; refused for those who have a mark."""
    rows = chosen_candidates(w, candidate_ids)
    for sitting_id in {row.sitting_id for row in rows}:
        unlocked(w, sitting_id)
    marked = w.session.scalar(select(func.count()).where(Score.candidate_id.in_(candidate_ids)))
    if marked:
        raise UserError("选中的考生里有人已经登了分，不能移除。没有来考的请登“缺考”。")
    w.session.execute(delete(Candidate).where(Candidate.id.in_(candidate_ids)))
    w.note(f"{len(rows)} 人")
    return len(rows)


@action("选定考试科学")
def choose_candidate_science(w: Writing, *, candidate_ids: Sequence[str], option: ScienceOption) -> int:
    """Which science these candidates write in this sitting; refused once one of them has a mark."""
    rows = chosen_candidates(w, candidate_ids)
    for sitting_id in {row.sitting_id for row in rows}:
        unlocked(w, sitting_id)
    if w.session.scalar(select(func.count()).where(Score.candidate_id.in_(candidate_ids))):
        raise UserError("选中的考生里有人已经登了分，不能再换科学科目。请先清空这些分数。")
    for row in rows:
        row.science_option = option
    w.note(f"{option.label} {len(rows)} 人")
    return len(rows)
