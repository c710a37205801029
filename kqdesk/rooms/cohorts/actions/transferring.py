"""To another cohort in one act, and last year's class again: both take people from one cohort into another."""

from collections.abc import Sequence
from datetime import date

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.cohorts import queries, rules
from kqdesk.rooms.cohorts.actions.entering import Enrolled, enrol, look_twice, open_for
from kqdesk.rooms.cohorts.actions.money import carry
from kqdesk.rooms.cohorts.actions.opening import COPIED, open_copy
from kqdesk.rooms.cohorts.actions.stepping import (
    cohort_of,
    enrolments,
    everybody,
    held,
    inside,
    said,
    settle_queue,
    step,
)
from kqdesk.rooms.cohorts.model import Enrolment
from kqdesk.rooms.cohorts.terms import EnrolmentState
from kqdesk.store.actions import Writing, action

MAY_MOVE = (
    EnrolmentState.APPLIED, EnrolmentState.WAITING, EnrolmentState.OFFERED, EnrolmentState.ENROLLED,
    EnrolmentState.SUSPENDED,
)  # fmt: skip


@action("办理转班")
def transfer(
    w: Writing,
    *,
    enrolment_ids: Sequence[str],
    to_cohort_id: str,
    reason: str,
    accept_warnings: bool = False,
) -> Enrolled:
    """Out of one cohort and into another, with what was paid; the history stands on both.

    Where there is no place left in the new cohort they wait there. The places they leave are offered to those who
    wait. Everything is checked as at enrolling.
    """
    rows, words = enrolments(w, enrolment_ids), said(reason)
    cohort = open_for(w, to_cohort_id)
    stuck = [row for row in rows if row.state not in MAY_MOVE or row.cohort_id == to_cohort_id]
    if stuck:
        names = "、".join(queries.names_of(w.session, [row.person_id for row in stuck])[:3])
        why = "已经在这个班" if stuck[0].cohort_id == to_cohort_id else f"现在是「{stuck[0].state.label}」"
        raise UserError(f"{names} {why}，不能转。请只选要转的学员。")
    settle_queue(w, cohort)
    people = everybody(w, to_cohort_id)
    known = inside(people)
    twice = [row.person_id for row in rows if row.person_id in known]
    if twice:
        names = "、".join(queries.names_of(w.session, twice)[:3])
        raise UserError(f"{names} 已经在「{cohort.title}」里，不用转。在原来的班办退学就行。")
    today = school_day(w.now)
    look_twice(w, cohort, [row.person_id for row in rows], today, accept_warnings)
    room = min(rules.places_left(cohort.capacity, held(people, today)), len(rows))
    roll = rules.next_roll_numbers((one.roll_no for one in people), room)
    queue = rules.next_queue_numbers((one.queue_no for one in people), len(rows) - room)
    for n, row in enumerate(rows):
        number = (roll[n], None) if n < room else (None, queue[n - room])
        _over(w, row, to_cohort_id, number, words)
    for left in dict.fromkeys(row.cohort_id for row in rows):
        settle_queue(w, cohort_of(w, left))
    w.note(f"{len(rows)} 人到 {cohort.title}")
    return Enrolled(room, len(rows) - room, ())


def _over(
    w: Writing, row: Enrolment, to_cohort_id: str, number: tuple[int | None, int | None], words: str
) -> None:
    """One learner: the old enrolment ends, the new one begins, the money goes along."""
    today, old = school_day(w.now), cohort_of(w, row.cohort_id)
    new_title = cohort_of(w, to_cohort_id).title
    roll_no, queue_no = number
    fresh = Enrolment(
        id=w.ids().new(), cohort_id=to_cohort_id, person_id=row.person_id, applied_on=today, came_from_id=row.id,
        science_option=row.science_option, roll_no=roll_no, queue_no=queue_no, state=EnrolmentState.APPLIED,
    )  # fmt: skip
    w.session.add(fresh)
    w.session.flush()
    to = EnrolmentState.WAITING if roll_no is None else EnrolmentState.ENROLLED
    step(w, fresh, to, reason=f"从「{old.title}」转来：{words}")
    step(w, row, EnrolmentState.TRANSFERRED, reason=f"转到「{new_title}」：{words}", ended_on=today)
    carry(w, row.id, fresh.id)


@action("复制班级")
def copy_cohort(
    w: Writing,
    *,
    cohort_id: str,
    title: str,
    starts_on: date,
    intake: str | None = None,
    carry_learners: bool = False,
    accept_warnings: bool = False,
) -> str:
    """Last year's cohort again on this year's days: same course, kinds, place, people in charge, fees; a new number.

    R-COH-09: with ``carry_learners`` those who have not completed come along, checked as at enrolling.
    R-COH-10: its end is as long after the start as the old one's; the timetable offers the old weekday and time.
    """
    old = cohort_of(w, cohort_id)
    fields = {name: getattr(old, name) for name in COPIED} | {
        "title": title, "starts_on": starts_on, "intake": intake,
        "ends_on": rules.shifted(old.ends_on, old.starts_on, starts_on),
    }  # fmt: skip
    fresh = open_copy(w, old, fields)
    if carry_learners:
        along = [one.person_id for one in everybody(w, cohort_id) if rules.is_taken_along(one.state)]
        if along:
            enrol(w, cohort_id=fresh, person_ids=along, accept_warnings=accept_warnings)
            return fresh
    w.note(title)
    return fresh
