"""Lines that take longer to count than the rest of the page: asked after it is shown, and imported only then."""

from datetime import date, datetime
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.kernel.resources import resource
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.cohorts.model import Cohort
from kqdesk.rooms.cohorts.terms import CohortState
from kqdesk.rooms.followup.queries import calls_due, waiting_honours
from kqdesk.rooms.home.rules.day import Line
from kqdesk.rooms.home.rules.plan import (
    ClaimFact,
    PlanFact,
    PublishedFact,
    TaskFact,
    call_line,
    claim_lines,
    honour_lines,
    plan_lines,
    published_lines,
    target_line,
    task_lines,
)
from kqdesk.rooms.home.terms import Kind
from kqdesk.rooms.office.queries import published_packs
from kqdesk.rooms.office.terms import PackState
from kqdesk.rooms.reports.queries import progress, runs_by_school_year, targets_of
from kqdesk.rooms.reports.rules import reasons, year_of
from kqdesk.rooms.subsidies.queries import waiting_lines
from kqdesk.rooms.supervision.queries import due
from kqdesk.security.guard import Rights
from kqdesk.security.roles import Role

DONE_BY = {
    Kind.PLAN: "reports.set_target",
    Kind.TASK: "supervision.answer",
    Kind.PUBLISHED: "office.set_pack_value",
    Kind.CALLS: "followup.record_visit",
    Kind.CLAIMS: "subsidies.submit_batch",
    Kind.HONOURS: "followup.approve_honours",
}
"""Which action a line leads to: who may not do it is not shown the line."""
MOST = 5


def later_lines(session: Session, *, now: datetime, actor: str, role: Role | None) -> list[Line]:
    """What is behind plan and why, what the district waits for, who is to be called; as the role may do it."""
    on = school_day(now)
    allowed = {
        kind for kind, action in DONE_BY.items() if role is not None and _rights().allows((role,), action)
    }
    found: list[Line] = []
    if Kind.TASK in allowed:
        facts = [
            TaskFact(one.id, one.title, one.due_on, one.is_overdue, one.is_returned)
            for one in due(session, today=on)
        ]
        found += task_lines(facts, on)
    if Kind.PUBLISHED in allowed:
        found += published(session, on)
    if Kind.PLAN in allowed:
        found += behind_lines(session, on)
    if Kind.CLAIMS in allowed:
        found += claim_lines(ClaimFact(*waiting_lines(session, actor=actor, on=on)))
    if Kind.HONOURS in allowed:
        found += honour_lines(len(waiting_honours(session, actor)))
    if Kind.CALLS in allowed:
        count = calls_due(session, today=on)
        found += call_line(count.people, count.overdue)
    return found


def published(session: Session, on: date) -> list[Line]:
    """Packs the district published: new ones, and those whose signature is wrong; two statements."""
    facts = [
        PublishedFact(
            one.id, one.title, one.version_words, one.effective_from,
            school_day(one.published_at) if one.published_at else on, one.published_by, one.fault,
        )
        for one in published_packs(session)
        if one.state is PackState.ACTIVE
    ]  # fmt: skip
    return list(published_lines(facts, on))


def behind_lines(session: Session, on: date) -> list[Line]:
    """Figures behind plan, at most MOST; one line when a school with classes has no targets at all."""
    year = year_of(on, by_school_year=bool(runs_by_school_year(session, on)), until=on)
    if not targets_of(session, year):
        has_classes = session.scalar(select(Cohort.id).where(Cohort.state == CohortState.OPEN).limit(1))
        return [target_line(year.first.year)] if has_classes else []
    late = progress(session, year, looks_back=False).behind
    return list(
        plan_lines(
            [
                PlanFact(
                    one.kind.key, one.kind.title, one.percent or 0, one.due_percent, "".join(reasons(one)[:2])
                )
                for one in late[:MOST]
            ]
        )
    )


@cache
def _rights() -> Rights:
    return Rights.load(resource("rights.toml"))
