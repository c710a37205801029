"""The signatures of marks: what each step vouches for, and who may take it."""

from collections.abc import Collection, Sequence

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.rooms.exams.model import Score
from kqdesk.rooms.office.actions.steps import sign_step
from kqdesk.rooms.office.queries.steps import signers_of
from kqdesk.rooms.office.terms import Step
from kqdesk.security.signing import Signer
from kqdesk.store.actions import Writing

TYPED = ("candidate_id", "paper_id", "first_tenths", "first_flag", "entered_by")
CHECKED = ("candidate_id", "paper_id", "points_tenths", "flag", "checked_by")
LOCKED_SITTING = ("on", "level", "organiser", "pack_key", "pack_version", "bands", "locked_by")


def sign(
    w: Writing, signer: Signer | None, row_ids: Collection[str], step: Step, columns: Sequence[str]
) -> None:
    """Sign those scores as the actor's own step."""
    sign_step(w, signer=signer, table="score", row_ids=row_ids, step=step, columns=columns)


def refuse_own(w: Writing, scores: Sequence[Score], sentence: str) -> None:
    """NotAllowed when the actor typed one of them herself: two people, two pairs of eyes."""
    if any(score.entered_by == w.actor for score in scores):
        raise NotAllowed(sentence)


def refuse_unsigned(w: Writing, row_ids: Collection[str], step: Step = Step.ENTER) -> None:
    """UserError unless every row still says what another person signed; NotAllowed when the actor signed it."""
    signed = signers_of(w.session, "score", row_ids, step)
    if any(signed.get(row_id) == {w.actor} for row_id in row_ids):
        raise NotAllowed("这些分数是您登的，要由另一个人复核。请换另一人登录后再复核。")
    missing = sum(1 for row_id in row_ids if row_id not in signed)
    if missing:
        raise UserError(
            f"有 {missing} 格的第一次登分没有签名，或签名后被人从外面改过，不能复核。请重新登分，并告诉校长查「操作记录」。"
        )
