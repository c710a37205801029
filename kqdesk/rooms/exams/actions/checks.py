"""What several actions of 考试 look at first: still unlocked, no marks yet, words given."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.catalogue.terms import Subject
from kqdesk.rooms.exams import queries, rules
from kqdesk.rooms.exams.model import Candidate, Score, Sitting
from kqdesk.rooms.exams.rules import Points
from kqdesk.rooms.exams.terms import SittingState
from kqdesk.store.actions import Writing

LOCKED = "成绩已锁定，不能直接改。请用「更正成绩」并写明原因，由另一人复核。"


def unlocked(w: Writing, sitting_id: str) -> Sitting:
    sitting = w.session.get_one(Sitting, sitting_id)
    if sitting.state is SittingState.LOCKED:
        raise UserError(f"「{sitting.title}」{LOCKED}")
    return sitting


def said(text: str, label: str) -> str:
    if not text.strip():
        raise UserError(f"请填写{label}。")
    return text.strip()


def seats_fit(capacity: int) -> int:
    if not 1 <= capacity <= 99:
        raise UserError("一个考场的座位数要在 1 到 99 之间。")
    return capacity


def has_marks(w: Writing, sitting_id: str) -> bool:
    inside = select(Candidate.id).where(Candidate.sitting_id == sitting_id)
    return bool(w.session.scalar(select(func.count()).where(Score.candidate_id.in_(inside))))


def has_two_sciences(w: Writing, sitting_id: str) -> bool:
    subjects = {paper.subject for paper in queries.papers_of(w.session, sitting_id)}
    return {Subject.NATURAL_SCIENCE, Subject.SOCIAL_SCIENCE} <= subjects


def chosen_candidates(w: Writing, candidate_ids: Sequence[str]) -> Sequence[Candidate]:
    return w.session.scalars(select(Candidate).where(Candidate.id.in_(candidate_ids))).all()


def scores_of(w: Writing, sitting_id: str) -> dict[tuple[str, str], Score]:
    """Score by candidate and paper."""
    found = w.session.scalars(
        select(Score)
        .join(Candidate, Candidate.id == Score.candidate_id)
        .where(Candidate.sitting_id == sitting_id)
    )
    return {(score.candidate_id, score.paper_id): score for score in found}


def refuse_wrong(w: Writing, sitting_id: str, marks: Iterable[tuple[str, str, Points]]) -> None:
    """UserError when a mark (candidate, paper, points) is out of range, belongs to nobody here, or to somebody who
    was not in the room."""
    papers = {paper.id: paper for paper in queries.papers_of(w.session, sitting_id)}
    options = dict(
        w.session.execute(
            select(Candidate.id, Candidate.science_option).where(Candidate.sitting_id == sitting_id)
        ).all()
    )
    waived = queries.waivers(w.session, sitting_id)
    away = {(c, row.paper_id) for row in queries.room_records(w.session, sitting_id) for c in row.absent}
    for candidate_id, paper_id, points in marks:
        if candidate_id not in options or paper_id not in papers:
            raise UserError("这个分数不属于这场考试的考生或科目，没有登入。请重新打开登分表。")
        paper = papers[paper_id]
        if points.is_empty:
            continue
        if not rules.takes(paper.subject, options[candidate_id], waived.get(candidate_id, ())):
            raise UserError(f"这名考生不考{paper.subject.label}，分数没有登入。")
        if points.tenths is not None and (candidate_id, paper_id) in away:
            raise UserError(
                f"考场记录上这名考生{paper.subject.label}缺考，不能登分数。如果记录写错了，请先改「考场记录」。"
            )
        fault = rules.points_fault(points, full_marks=paper.full_marks)
        if fault:
            raise UserError(fault)
