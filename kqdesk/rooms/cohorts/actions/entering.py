"""Coming in: enrolling, the waiting list and its answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.cohorts import queries, rules
from kqdesk.rooms.cohorts.actions.stepping import (
    cohort_of,
    enrolments,
    everybody,
    held,
    inside,
    settle_queue,
    step,
)
from kqdesk.rooms.cohorts.model import Cohort, Enrolment, EnrolmentChange
from kqdesk.rooms.cohorts.terms import CohortState, EnrolmentState
from kqdesk.store.actions import Writing, action


class EnrolmentWarnings(UserError):
    """Nothing is forbidden, but somebody must look twice and say yes (``accept_warnings``)."""


@dataclass(frozen=True)
class Enrolled:
    """What came of enrolling several people. ``already`` names those who were in the cohort before."""

    enrolled: int
    waiting: int
    already: tuple[str, ...]


@action("学员入班")
def enrol(
    w: Writing,
    *,
    cohort_id: str,
    person_ids: Sequence[str],
    accept_warnings: bool = False,
    applied_on: date | None = None,
) -> Enrolled:
    """Put people into a cohort as one undo step; those beyond its capacity wait, in the order given.

    UserError names everybody who may not or should not enrol; with ``accept_warnings`` only what the rule pack
    forbids is refused. People who left before come in again under a new enrolment and a new number. Free places
    are offered to those who wait before anybody new gets one.
    """
    cohort = open_for(w, cohort_id)
    on = applied_on or school_day(w.now)
    wanted = list(dict.fromkeys(person_ids))
    settle_queue(w, cohort)
    people = everybody(w, cohort_id)
    in_now = inside(people)
    fresh = [person_id for person_id in wanted if person_id not in in_now]
    look_twice(w, cohort, fresh, on, accept_warnings)
    enrolled = _put_in(w, cohort, people, fresh, on)
    names = queries.names_of(w.session, [person_id for person_id in wanted if person_id in in_now])
    w.note(f"{cohort.title} {len(fresh)} 人")
    return Enrolled(enrolled, len(fresh) - enrolled, names)


def _put_in(w: Writing, cohort: Cohort, people: Sequence[Enrolment], fresh: Sequence[str], on: date) -> int:
    """Enrol as many as there are places for, the rest wait; returns how many were enrolled."""
    today = school_day(w.now)
    room = min(rules.places_left(cohort.capacity, held(people, today)), len(fresh))
    if room < len(fresh) and not queries.has_waiting_list(w.session, today):
        raise UserError(
            f"「{cohort.title}」只剩 {room} 个名额，规则包定了不设候补。请少选几人，或先改大班级容量。"
        )
    roll = rules.next_roll_numbers((one.roll_no for one in people), room)
    queue = rules.next_queue_numbers((one.queue_no for one in people), len(fresh) - room)
    ids = [w.ids().new() for _ in fresh]
    rows = [
        {
            "id": ids[n], "cohort_id": cohort.id, "person_id": person_id, "applied_on": on,
            "state": EnrolmentState.ENROLLED if n < room else EnrolmentState.WAITING,
            "roll_no": roll[n] if n < room else None, "queue_no": queue[n - room] if n >= room else None,
        }
        for n, person_id in enumerate(fresh)
    ]  # fmt: skip
    if rows:
        w.session.execute(insert(Enrolment), rows)
        w.session.execute(insert(EnrolmentChange), [_first_step(w, row) for row in rows])
    return room


def _first_step(w: Writing, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "enrolment_id": row["id"], "before": None, "after": row["state"], "on": row["applied_on"], "at": w.now,
        "actor": w.actor, "reason": None,
    }  # fmt: skip


def open_for(w: Writing, cohort_id: str) -> Cohort:
    """The cohort, when people may still come in; UserError otherwise."""
    cohort = cohort_of(w, cohort_id)
    if cohort.state in (CohortState.CLOSED, CohortState.CANCELLED):
        raise UserError(f"「{cohort.title}」{cohort.state.label}，不能再加学员。要加请先用「恢复班级」。")
    return cohort


def look_twice(
    w: Writing, cohort: Cohort, person_ids: Sequence[str], on: date, accept_warnings: bool
) -> None:
    """Say what speaks against these people: UserError when forbidden, EnrolmentWarnings unless accepted."""
    counted = queries.age_day(w.session, on, cohort.starts_on)
    concerns = queries.enrolment_concerns(w.session, cohort.level, person_ids, counted)
    blocking = any(concern.is_blocking for concern in concerns)
    refused = [concern for concern in concerns if concern.is_blocking or not accept_warnings]
    if not refused:
        return
    shown = "\n".join(concern.sentence for concern in refused[:8])
    more = f"\n……还有 {len(refused) - 8} 条" if len(refused) > 8 else ""
    if blocking:
        raise UserError(f"{shown}{more}\n按规则不能入班。")
    raise EnrolmentWarnings(f"{shown}{more}\n核对后仍要入班，请选「仍要入班」。")


@action("候补转入")
def admit_waiting(w: Writing, *, enrolment_ids: Sequence[str]) -> int:
    """Waiting or offered → enrolled with a roll number, in the order given; refused when there is no place left."""
    rows = enrolments(w, enrolment_ids)
    _only(w, rows, (EnrolmentState.APPLIED, EnrolmentState.WAITING, EnrolmentState.OFFERED), "转入班级")
    for cohort_id in dict.fromkeys(row.cohort_id for row in rows):
        cohort = open_for(w, cohort_id)
        people = everybody(w, cohort_id)
        own = [row for row in rows if row.cohort_id == cohort_id]
        others = [one for one in people if one not in own]
        room = rules.places_left(cohort.capacity, held(others, school_day(w.now)))
        if len(own) > room:
            raise UserError(
                f"「{cohort.title}」只剩 {room} 个名额，选了 {len(own)} 人。请少选几人，或先改大班级容量。"
            )
        numbers = rules.next_roll_numbers((one.roll_no for one in people), len(own))
        for row, number in zip(own, numbers, strict=True):
            step(w, row, EnrolmentState.ENROLLED, reason="候补递补")
            row.roll_no = row.roll_no or number
    w.note(f"{len(rows)} 人")
    return len(rows)


@action("放弃名额")
def decline(w: Writing, *, enrolment_ids: Sequence[str], reason: str | None = None) -> int:
    """Applied, waiting or offered → out of the queue; a place that was held goes to the next."""
    rows = enrolments(w, enrolment_ids)
    _only(w, rows, (EnrolmentState.APPLIED, EnrolmentState.WAITING, EnrolmentState.OFFERED), "放弃名额")
    for row in rows:
        step(w, row, EnrolmentState.DECLINED, reason=reason or "本人放弃", ended_on=school_day(w.now))
    w.note(f"{len(rows)} 人")
    for cohort_id in dict.fromkeys(row.cohort_id for row in rows):
        settle_queue(w, cohort_of(w, cohort_id))
    return len(rows)


@action("处理过期候补")
def pass_over(w: Writing, *, cohort_id: str) -> int:
    """Offers nobody answered in time go to the next in the queue; returns to how many a place was offered."""
    cohort = open_for(w, cohort_id)
    w.note(cohort.title)
    return settle_queue(w, cohort)


def _only(w: Writing, rows: Sequence[Enrolment], states: Sequence[EnrolmentState], doing: str) -> None:
    stuck = [row for row in rows if row.state not in states]
    if stuck:
        names = "、".join(queries.names_of(w.session, [row.person_id for row in stuck])[:3])
        raise UserError(f"{names} 现在是「{stuck[0].state.label}」，不能{doing}。请只选候补、待答复的学员。")
