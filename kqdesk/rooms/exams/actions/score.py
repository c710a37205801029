"""Marks: entered by one, typed again by another, decided where they differ, locked, corrected with a reason."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.rooms.exams import queries, rules
from kqdesk.rooms.exams.actions.checks import (
    said,
    unlocked,
)
from kqdesk.rooms.exams.model import Candidate, Score, Sitting
from kqdesk.rooms.exams.rules import Points
from kqdesk.rooms.exams.terms import SittingState
from kqdesk.store.actions import Writing, action


@dataclass(frozen=True)
class Checked:
    """What came of typing marks again: equal ones are confirmed, the others wait as differences."""

    equal: int
    differing: int


@dataclass(frozen=True)
class Entry:
    """One typed mark on its way in; empty points clear the cell."""

    candidate_id: str
    paper_id: str
    points: Points


# -- marks ----------------------------------------------------------------------------------------


@action("登记成绩")
def enter_scores(w: Writing, *, sitting_id: str, entries: Sequence[Entry]) -> int:
    """Marks of the first entry, one act however many; changing one takes its check away. Returns how many changed."""
    sitting = unlocked(w, sitting_id)
    _refuse_wrong(w, sitting_id, entries)
    known = _scores(w, sitting_id)
    fresh, changed, cleared = [], [], []
    for entry in entries:
        score = known.get((entry.candidate_id, entry.paper_id))
        if score is None:
            if not entry.points.is_empty:
                fresh.append(_row(entry, w.actor))
        elif entry.points.is_empty:
            cleared.append(score.id)
        elif Points(score.points_tenths, score.flag) != entry.points:
            changed.append({"id": score.id, **_row(entry, w.actor), **_UNCHECKED})
    if fresh:
        w.session.execute(insert(Score), fresh)
    if changed:
        w.session.execute(update(Score), changed)
    if cleared:
        w.session.execute(delete(Score).where(Score.id.in_(cleared)))
    count = len(fresh) + len(changed) + len(cleared)
    w.note(f"{sitting.title} {count} 格")
    return count


_UNCHECKED: Mapping[str, Any] = {
    "second_tenths": None,
    "second_flag": None,
    "checked_by": None,
    "checked_at": None,
}


@action("复核成绩")
def check_scores(w: Writing, *, sitting_id: str, entries: Sequence[Entry]) -> Checked:
    """The same marks typed again by another person: equal ones are confirmed, others are kept as differences."""
    sitting = unlocked(w, sitting_id)
    typed = [entry for entry in entries if not entry.points.is_empty]
    _refuse_wrong(w, sitting_id, typed)
    known = _scores(w, sitting_id)
    rows, equal = [], 0
    for entry in typed:
        score = known.get((entry.candidate_id, entry.paper_id))
        if score is None:
            raise UserError("有的格子还没有第一次登分，不能先复核。请先登分。")
        if score.entered_by == w.actor:
            raise NotAllowed("这些分数是您登的，要由另一个人复核。请换另一人登录后再复核。")
        is_equal = Points(score.points_tenths, score.flag) == entry.points
        equal += is_equal
        rows.append(
            {
                "id": score.id,
                "second_tenths": entry.points.tenths,
                "second_flag": entry.points.flag,
                "checked_by": w.actor if is_equal else None,
                "checked_at": w.now if is_equal else None,
            }
        )
    if rows:
        w.session.execute(update(Score), rows)
    w.note(f"{sitting.title} {len(rows)} 格，不一致 {len(rows) - equal} 格")
    return Checked(equal, len(rows) - equal)


@action("核定分数")
def settle_score(w: Writing, *, score_id: str, points: Points) -> None:
    """Decide a difference with the script at hand; the two names that stand are the enterer's and the decider's."""
    score = w.session.get_one(Score, score_id)
    candidate = w.session.get_one(Candidate, score.candidate_id)
    unlocked(w, candidate.sitting_id)
    if score.entered_by == w.actor:
        raise NotAllowed("这个分数是您登的，要由另一个人对着卷面核定。")
    if points.is_empty:
        raise UserError("请写明核定的分数。")
    _refuse_wrong(w, candidate.sitting_id, [Entry(score.candidate_id, score.paper_id, points)])
    score.points_tenths, score.flag = points.tenths, points.flag
    score.second_tenths, score.second_flag = points.tenths, points.flag
    score.checked_by, score.checked_at = w.actor, w.now
    w.note(points.words)


@action("锁定成绩", final="成绩已锁定，不能撤销。发现登错请用「更正成绩」并写明原因。")
def lock_sitting(w: Writing, *, sitting_id: str) -> None:
    """No mark of this sitting changes any more; refused while one is missing or unchecked. Keeps the pack used."""
    sitting = unlocked(w, sitting_id)
    [row] = queries.sittings(w.session, sitting_id=sitting_id)
    if row.candidates == 0:
        raise UserError("还没有考生，没有成绩可以锁定。")
    missing = [
        words
        for count, words in (
            (row.due - row.entered, f"还有 {row.due - row.entered} 格没有登分（没来考的请登“缺考”）"),
            (row.differing, f"{row.differing} 格两次登的不一致"),
            (row.unchecked - row.differing, f"{row.unchecked - row.differing} 格没有复核"),
        )
        if count > 0
    ]
    if missing:
        raise UserError(f"「{sitting.title}」还不能锁定：{'；'.join(missing)}。")
    policy = queries.exam_policy(w.session, sitting.on)
    sitting.pack_key, sitting.pack_version = policy.pack_key, policy.pack_version
    sitting.locked_by, sitting.locked_at, sitting.state = w.actor, w.now, SittingState.LOCKED
    w.note(sitting.title)


@action("更正成绩")
def correct_score(w: Writing, *, score_id: str, points: Points, reason: str) -> str:
    """After the lock: a new row beside the old one, which counts once another person has confirmed it."""
    old = w.session.get_one(Score, score_id)
    candidate = w.session.get_one(Candidate, old.candidate_id)
    sitting = w.session.get_one(Sitting, candidate.sitting_id)
    if sitting.state is not SittingState.LOCKED:
        raise UserError("成绩还没有锁定，直接在登分表里改就行。")
    if points.is_empty or points == Points(old.points_tenths, old.flag):
        raise UserError("请填更正后的分数，要和原来的不同。")
    if w.session.scalar(select(Score.id).where(Score.corrects_id == score_id)):
        raise UserError("这个分数已经有一次更正。请先复核那一次，再在它上面更正。")
    _refuse_wrong(w, sitting.id, [Entry(old.candidate_id, old.paper_id, points)])
    fresh = Score(
        candidate_id=old.candidate_id, paper_id=old.paper_id, points_tenths=points.tenths, flag=points.flag,
        entered_by=w.actor, corrects_id=old.id, correction=said(reason, "更正原因"),
    )  # fmt: skip
    w.session.add(fresh)
    w.session.flush()
    w.note(f"{Points(old.points_tenths, old.flag).words} 改为 {points.words}")
    return fresh.id


@action("确认更正", final="成绩更正已由两人确认，不能撤销。再有错请再用「更正成绩」。")
def confirm_correction(w: Writing, *, score_id: str) -> None:
    """The second person's word for a correction; from now on it counts."""
    score = w.session.get_one(Score, score_id)
    if score.corrects_id is None or score.checked_by is not None:
        raise UserError("这里没有等待确认的更正。")
    if score.entered_by == w.actor:
        raise NotAllowed("这次更正是您提出的，要由另一个人确认。")
    score.checked_by, score.checked_at = w.actor, w.now
    w.note(Points(score.points_tenths, score.flag).words)


def _scores(w: Writing, sitting_id: str) -> dict[tuple[str, str], Score]:
    found = w.session.scalars(
        select(Score)
        .join(Candidate, Candidate.id == Score.candidate_id)
        .where(Candidate.sitting_id == sitting_id)
    )
    return {(score.candidate_id, score.paper_id): score for score in found}


def _row(entry: Entry, actor: str) -> dict[str, Any]:
    return {
        "candidate_id": entry.candidate_id, "paper_id": entry.paper_id, "points_tenths": entry.points.tenths,
        "flag": entry.points.flag, "entered_by": actor,
    }  # fmt: skip


def _refuse_wrong(w: Writing, sitting_id: str, entries: Iterable[Entry]) -> None:
    """UserError when a mark is out of range, or belongs to no candidate or paper of this sitting."""
    papers = {paper.id: paper for paper in queries.papers_of(w.session, sitting_id)}
    options = dict(
        w.session.execute(
            select(Candidate.id, Candidate.science_option).where(Candidate.sitting_id == sitting_id)
        ).all()
    )
    for entry in entries:
        if entry.candidate_id not in options or entry.paper_id not in papers:
            raise UserError("这个分数不属于这场考试的考生或科目，没有登入。请重新打开登分表。")
        paper = papers[entry.paper_id]
        if not entry.points.is_empty and not rules.takes(paper.subject, options[entry.candidate_id]):
            raise UserError(f"这名考生不考{paper.subject.label}，分数没有登入。")
        fault = rules.points_fault(entry.points, full_marks=paper.full_marks)
        if fault:
            raise UserError(fault)
