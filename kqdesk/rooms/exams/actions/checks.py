"""What several actions of 考试 look at first: still unlocked, no marks yet, words given."""

from collections.abc import Sequence

from sqlalchemy import func, select

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.catalogue.terms import Subject
from kqdesk.rooms.exams import queries
from kqdesk.rooms.exams.model import Candidate, Score, Sitting
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
