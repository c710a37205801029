"""Leaving for good or for a while, coming back, completing; what that does to the waiting list."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.cohorts import queries, rules
from kqdesk.rooms.cohorts.actions.stepping import cohort_of, enrolments, said, settle_queue, step
from kqdesk.rooms.cohorts.model import Enrolment
from kqdesk.rooms.cohorts.terms import EnrolmentState
from kqdesk.store.actions import Writing, action


@action("办理退学")
def withdraw(w: Writing, *, enrolment_ids: Sequence[str], reason: str, on: date | None = None) -> int:
    """Out of the cohort from a day on; the row and its roll number stay."""
    return _move(w, enrolment_ids, EnrolmentState.WITHDRAWN, reason, on or school_day(w.now))


@action("取消名额")
def release_places(w: Writing, *, enrolment_ids: Sequence[str], missed: int, limit: int) -> int:
    """R-COH-06: who never came loses the place, and the next in the queue is offered it.

    ``missed``, ``limit``: lessons missed in a row by the fewest of them, and the pack's number; both stand in the reason.
    """
    if not rules.loses_place((False,) * missed, limit):
        raise UserError("连续缺课还没有到规则包定的次数，不能取消名额。学员自己不来了，请用「办理退学」。")
    words = f"连续缺课 {missed} 次（规则：{limit} 次取消名额）"
    return _move(w, enrolment_ids, EnrolmentState.WITHDRAWN, words, school_day(w.now))


@action("办理休学")
def suspend(w: Writing, *, enrolment_ids: Sequence[str], reason: str) -> int:
    """Away for a while; not on rolls and papers until 复学."""
    return _move(w, enrolment_ids, EnrolmentState.SUSPENDED, reason, None)


@action("办理复学")
def resume(w: Writing, *, enrolment_ids: Sequence[str], reason: str | None = None) -> int:
    """Suspended or withdrawn → in the cohort again under the old roll number."""
    return _move(w, enrolment_ids, EnrolmentState.ENROLLED, reason or "复学", None)


@action("登记结业")
def complete(w: Writing, *, enrolment_ids: Sequence[str], on: date | None = None) -> int:
    """Enrolled → completed on a day."""
    return _move(w, enrolment_ids, EnrolmentState.COMPLETED, None, on or school_day(w.now))


@action("选定科学")
def choose_science(w: Writing, *, enrolment_ids: Sequence[str], option: Any) -> int:
    """Which science these senior learners take (ScienceOption or None)."""
    rows = enrolments(w, enrolment_ids)
    for row in rows:
        row.science_option = option
    return len(rows)


FROM_STATES = {
    EnrolmentState.WITHDRAWN: {
        EnrolmentState.APPLIED, EnrolmentState.WAITING, EnrolmentState.OFFERED, EnrolmentState.ENROLLED,
        EnrolmentState.SUSPENDED,
    },
    EnrolmentState.SUSPENDED: {EnrolmentState.ENROLLED},
    EnrolmentState.ENROLLED: {EnrolmentState.SUSPENDED, EnrolmentState.WITHDRAWN, EnrolmentState.COMPLETED},
    EnrolmentState.COMPLETED: {EnrolmentState.ENROLLED},
}  # fmt: skip


def _move(
    w: Writing, enrolment_ids: Sequence[str], to: EnrolmentState, reason: str | None, on: date | None
) -> int:
    rows = enrolments(w, enrolment_ids)
    stuck = [row for row in rows if row.state not in FROM_STATES[to]]
    if stuck:
        names = "、".join(queries.names_of(w.session, [row.person_id for row in stuck])[:3])
        raise UserError(
            f"{names} 现在是「{stuck[0].state.label}」，不能改成「{to.label}」。请只选可以办理的学员。"
        )
    needs_reason = to in (EnrolmentState.WITHDRAWN, EnrolmentState.SUSPENDED)
    words = said(reason) if needs_reason else reason
    for row in rows:
        step(w, row, to, reason=words, ended_on=on)
    w.note(f"{len(rows)} 人")
    offer_places(w, rows)
    return len(rows)


def offer_places(w: Writing, rows: Sequence[Enrolment]) -> None:
    """The cohorts these learners left: what fell free is offered to those who wait."""
    for cohort_id in dict.fromkeys(row.cohort_id for row in rows):
        settle_queue(w, cohort_of(w, cohort_id))
