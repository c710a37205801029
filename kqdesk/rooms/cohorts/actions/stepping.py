"""What every act on learners of a cohort needs: find them, take a step and write it down, offer free places."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.cohorts import queries, rules
from kqdesk.rooms.cohorts.model import Cohort, Enrolment, EnrolmentChange
from kqdesk.rooms.cohorts.terms import GONE, CohortState, EnrolmentState
from kqdesk.store.actions import Writing

LAPSED = "过了答复期限，名额转给下一位"


def cohort_of(w: Writing, cohort_id: str) -> Cohort:
    cohort = w.session.get(Cohort, cohort_id)
    if cohort is None:
        raise UserError("这个班级已经不在了（可能被撤销）。请刷新列表。")
    return cohort


def enrolments(w: Writing, enrolment_ids: Sequence[str]) -> list[Enrolment]:
    """The rows in the order given; UserError when nobody is chosen or somebody is gone."""
    found = {
        row.id: row for row in w.session.scalars(select(Enrolment).where(Enrolment.id.in_(enrolment_ids)))
    }
    if not enrolment_ids or len(found) < len(set(enrolment_ids)):
        raise UserError("请先选学员；有的学员可能刚被撤销，请刷新后再选。")
    return [found[key] for key in dict.fromkeys(enrolment_ids)]


def everybody(w: Writing, cohort_id: str) -> list[Enrolment]:
    """Everybody ever in a cohort, in the order they came."""
    asked = select(Enrolment).where(Enrolment.cohort_id == cohort_id).order_by(Enrolment.id)
    return list(w.session.scalars(asked))


def inside(people: Sequence[Enrolment]) -> dict[str, Enrolment]:
    """Those who are in the cohort or wait for it, by person."""
    return {one.person_id: one for one in people if one.state not in GONE}


def held(people: Sequence[Enrolment], today: date) -> int:
    """How many places are taken."""
    return sum(rules.holds_place(one.state, one.answer_by, today) for one in people)


def step(
    w: Writing, row: Enrolment, to: EnrolmentState, *, reason: str | None = None, ended_on: date | None = None
) -> None:
    """Another state, written down with who and why."""
    before = row.state
    row.state, row.ended_on, row.reason = to, ended_on, reason
    w.session.add(
        EnrolmentChange(
            enrolment_id=row.id, before=before, after=to, on=ended_on or school_day(w.now), at=w.now, actor=w.actor,
            reason=reason,
        )
    )  # fmt: skip


def settle_queue(w: Writing, cohort: Cohort) -> int:
    """Overdue offers go to the end (放弃), free places are offered to those next; returns how many were offered one."""
    if cohort.state in (CohortState.CLOSED, CohortState.CANCELLED):
        return 0
    today = school_day(w.now)
    w.session.flush()
    people = everybody(w, cohort.id)
    for one in people:
        if rules.has_lapsed(one.state, one.answer_by, today):
            step(w, one, EnrolmentState.DECLINED, reason=LAPSED, ended_on=today)
    queued = [rules.Queued(one.id, one.state, one.queue_no, one.answer_by) for one in people]
    chosen = rules.promoted(cohort.capacity, queued, today)
    if not chosen:
        return 0
    days = queries.answer_days(w.session, today)
    by_id = {one.id: one for one in people}
    for key in chosen:
        row = by_id[key]
        step(w, row, EnrolmentState.OFFERED, reason=None)
        row.offered_on, row.answer_by = today, rules.answer_day(today, days)
    names = queries.names_of(w.session, [by_id[key].person_id for key in chosen])
    w.note(f"候补递补 {'、'.join(names[:3])}{'等' if len(names) > 3 else ''}")
    return len(chosen)


def said(reason: str | None) -> str:
    """The reason, trimmed; UserError when there is none."""
    words = (reason or "").strip()
    if not words:
        raise UserError("请写明原因。")
    return words
