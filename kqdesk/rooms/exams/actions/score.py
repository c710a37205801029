"""Marks: entered by one, typed again by another, decided where they differ, locked, corrected with a reason.

Every step is signed by the person who takes it: the first entry over what was typed first, the check over what stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.rooms.exams import queries
from kqdesk.rooms.exams.actions.checks import refuse_wrong, said, scores_of, unlocked
from kqdesk.rooms.exams.actions.signing import (
    CHECKED,
    LOCKED_SITTING,
    TYPED,
    refuse_own,
    refuse_unsigned,
    sign,
)
from kqdesk.rooms.exams.model import Candidate, Score, Sitting
from kqdesk.rooms.exams.rules import Points
from kqdesk.rooms.exams.terms import SittingState
from kqdesk.rooms.office.actions.steps import sign_step
from kqdesk.rooms.office.terms import Step
from kqdesk.security.signing import Signer
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
def enter_scores(w: Writing, *, sitting_id: str, entries: Sequence[Entry], signer: Signer | None) -> int:
    """Marks of the first entry, one act however many; changing one takes its check away. Returns how many changed."""
    sitting = unlocked(w, sitting_id)
    count = keep_entries(w, sitting_id, entries, signer)
    w.note(f"{sitting.title} {count} 格")
    return count


def keep_entries(
    w: Writing, sitting_id: str, entries: Sequence[Entry], signer: Signer | None, origin: str | None = None
) -> int:
    """Keep first entries inside an action and sign them. A changed cell is a new row: what was signed of the old one
    stays what it was. ``origin``: the file they come from."""
    refuse_wrong(w, sitting_id, [(e.candidate_id, e.paper_id, e.points) for e in entries])
    known = scores_of(w, sitting_id)
    fresh, dropped = [], []
    for entry in entries:
        score = known.get((entry.candidate_id, entry.paper_id))
        if score is None:
            if not entry.points.is_empty:
                fresh.append(_row(w, entry, origin))
        elif entry.points.is_empty:
            dropped.append(score.id)
        elif Points(score.points_tenths, score.flag) != entry.points:
            dropped.append(score.id)
            fresh.append(_row(w, entry, origin))
    if dropped:
        w.session.execute(delete(Score).where(Score.id.in_(dropped)))
    if fresh:
        w.session.execute(insert(Score), fresh)
        sign(w, signer, [row["id"] for row in fresh], Step.ENTER, TYPED)
    cleared = len(dropped) - sum(1 for row in fresh if (row["candidate_id"], row["paper_id"]) in known)
    return len(fresh) + cleared


def _row(w: Writing, entry: Entry, origin: str | None) -> dict[str, Any]:
    tenths, flag = entry.points.tenths, entry.points.flag
    return {
        "id": w.ids().new(), "candidate_id": entry.candidate_id, "paper_id": entry.paper_id, "points_tenths": tenths,
        "flag": flag, "first_tenths": tenths, "first_flag": flag, "entered_by": w.actor, "origin": origin,
    }  # fmt: skip


@action("复核成绩")
def check_scores(w: Writing, *, sitting_id: str, entries: Sequence[Entry], signer: Signer | None) -> Checked:
    """The same marks typed again by another person: equal ones are confirmed, others are kept as differences."""
    sitting = unlocked(w, sitting_id)
    typed = [entry for entry in entries if not entry.points.is_empty]
    refuse_wrong(w, sitting_id, [(e.candidate_id, e.paper_id, e.points) for e in typed])
    known = scores_of(w, sitting_id)
    pairs = []
    for entry in typed:
        score = known.get((entry.candidate_id, entry.paper_id))
        if score is None:
            raise UserError("有的格子还没有第一次登分，不能先复核。请先登分。")
        is_equal = Points(score.points_tenths, score.flag) == entry.points
        if score.checked_by is None:
            pairs.append((score, entry.points, is_equal))
        elif not is_equal:
            raise UserError("有的格子已经复核好了。要改，请由登分的人重新登分，再复核一遍。")
    refuse_own(
        w, [score for score, _, _ in pairs], "这些分数是您登的，要由另一个人复核。请换另一人登录后再复核。"
    )
    _confirm(w, pairs, signer)
    equal = sum(is_equal for _, _, is_equal in pairs)
    w.note(f"{sitting.title} {len(pairs)} 格，不一致 {len(pairs) - equal} 格")
    return Checked(equal, len(pairs) - equal)


def _confirm(w: Writing, pairs: Sequence[tuple[Score, Points, bool]], signer: Signer | None) -> None:
    rows = [
        {
            "id": score.id,
            "second_tenths": points.tenths,
            "second_flag": points.flag,
            "checked_by": w.actor if is_equal else None,
            "checked_at": w.now if is_equal else None,
        }
        for score, points, is_equal in pairs
    ]
    if rows:
        refuse_unsigned(w, [score.id for score, _, _ in pairs])
        w.session.execute(update(Score), rows)
    same = [score.id for score, _, is_equal in pairs if is_equal]
    if same:
        sign(w, signer, same, Step.CHECK, CHECKED)


@action("核对导入成绩")
def confirm_imported(w: Writing, *, sitting_id: str, signer: Signer | None) -> int:
    """The second person has compared the imported marks with the organiser's list; returns how many."""
    sitting = unlocked(w, sitting_id)
    waiting = [s for s in scores_of(w, sitting_id).values() if s.origin and s.checked_by is None]
    if not waiting:
        raise UserError("没有等待核对的导入成绩。")
    refuse_own(w, waiting, "这些成绩是您导入的，要由另一个人对着组织单位的名单核对。")
    _confirm(w, [(score, Points(score.points_tenths, score.flag), True) for score in waiting], signer)
    w.note(f"{sitting.title} {len(waiting)} 格")
    return len(waiting)


@action("核定分数")
def settle_score(w: Writing, *, score_id: str, points: Points, signer: Signer | None) -> None:
    """Decide a difference with the script at hand; the two names that stand are the enterer's and the decider's."""
    score = w.session.get_one(Score, score_id)
    candidate = w.session.get_one(Candidate, score.candidate_id)
    unlocked(w, candidate.sitting_id)
    refuse_own(w, [score], "这个分数是您登的，要由另一个人对着卷面核定。")
    if score.checked_by is not None:
        raise UserError("这个分数已经复核好了，不用再核定。")
    if points.is_empty:
        raise UserError("请写明核定的分数。")
    refuse_wrong(w, candidate.sitting_id, [(score.candidate_id, score.paper_id, points)])
    refuse_unsigned(w, [score.id])
    score.points_tenths, score.flag = points.tenths, points.flag
    score.second_tenths, score.second_flag = points.tenths, points.flag
    score.checked_by, score.checked_at = w.actor, w.now
    sign(w, signer, [score.id], Step.SETTLE, CHECKED)
    w.note(points.words)


@action("锁定成绩", final="成绩已锁定，不能撤销。发现登错请用「更正成绩」并写明原因。")
def lock_sitting(w: Writing, *, sitting_id: str, signer: Signer | None) -> None:
    """No mark of this sitting changes any more; refused while one is missing, unchecked or changed behind its
    signatures. Keeps the pack's version and the grades it was locked with."""
    sitting = unlocked(w, sitting_id)
    _refuse_unfinished(w, sitting)
    _refuse_tampered(w, sitting_id)
    policy = queries.exam_policy(w.session, sitting.on)
    sitting.pack_key, sitting.pack_version = policy.pack_key, policy.pack_version
    sitting.bands = [
        {"grade": band.grade, "lowest": band.lowest, "credits": band.credits} for band in policy.bands or ()
    ] or None
    sitting.locked_by, sitting.locked_at, sitting.state = w.actor, w.now, SittingState.LOCKED
    sign_step(w, signer=signer, table="sitting", row_ids=[sitting_id], step=Step.LOCK, columns=LOCKED_SITTING)
    w.note(sitting.title)


def _refuse_unfinished(w: Writing, sitting: Sitting) -> None:
    [row] = queries.sittings(w.session, sitting_id=sitting.id)
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


def _refuse_tampered(w: Writing, sitting_id: str) -> None:
    faults = queries.tampered(w.session, sitting_id)
    if faults:
        shown = "、".join(f"{name} {subject.label}" for name, subject in faults[:5])
        more = f" 等 {len(faults)} 格" if len(faults) > 5 else ""
        raise UserError(
            f"{shown}{more}的分数和登分人、复核人签过名的不一样，可能被人从外面改过，不能锁定。请对着卷面重新登分、复核，"
            "并告诉校长查「操作记录」。"
        )


@action("更正成绩")
def correct_score(w: Writing, *, score_id: str, points: Points, reason: str, signer: Signer | None) -> str:
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
    refuse_wrong(w, sitting.id, [(old.candidate_id, old.paper_id, points)])
    row = _row(w, Entry(old.candidate_id, old.paper_id, points), None)
    w.session.execute(insert(Score), [{**row, "corrects_id": old.id, "correction": said(reason, "更正原因")}])
    sign(w, signer, [row["id"]], Step.CORRECT, TYPED)
    w.note(f"{Points(old.points_tenths, old.flag).words} 改为 {points.words}")
    return str(row["id"])


@action("确认更正", final="成绩更正已由两人确认，不能撤销。再有错请再用「更正成绩」。")
def confirm_correction(w: Writing, *, score_id: str, signer: Signer | None) -> None:
    """The second person's word for a correction; from now on it counts."""
    score = w.session.get_one(Score, score_id)
    if score.corrects_id is None or score.checked_by is not None:
        raise UserError("这里没有等待确认的更正。")
    if score.entered_by == w.actor:
        raise NotAllowed("这次更正是您提出的，要由另一个人确认。")
    refuse_unsigned(w, [score.id], Step.CORRECT)
    score.checked_by, score.checked_at = w.actor, w.now
    sign(w, signer, [score.id], Step.CONFIRM, CHECKED)
    w.note(Points(score.points_tenths, score.flag).words)
