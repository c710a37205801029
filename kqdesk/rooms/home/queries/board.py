"""What is due now, from every room, put together for one person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy.orm import Session

from kqdesk.kernel.resources import resource
from kqdesk.kernel.schoolday import CHINA, school_day
from kqdesk.rooms.home import rules
from kqdesk.rooms.home.queries.numbers import Numbers, counts, figures, steps, unset
from kqdesk.rooms.home.queries.places import answers, away
from kqdesk.rooms.home.queries.teaching import cohorts, risks, rolls_not_taken, todays_lessons
from kqdesk.rooms.home.queries.waiting import contacts, drafts, drawn, marks_waiting, papers
from kqdesk.rooms.home.rules import Figure, Line, Step
from kqdesk.rooms.home.terms import First, Kind
from kqdesk.rooms.office.queries import active_packs, school_card
from kqdesk.rooms.timetable.queries import calendar_between
from kqdesk.security.guard import Rights
from kqdesk.security.roles import Role

DONE_BY: Mapping[Kind, str] = {
    Kind.ROLL: "attendance.take_roll",
    Kind.GAP: "cohorts.edit_cohort",
    Kind.ABSENCE: "attendance.take_roll",
    Kind.SCORES: "exams.check_scores",
    Kind.CORRECTIONS: "exams.confirm_correction",
    Kind.CERTIFICATES: "certificates.approve_certificates",
    Kind.DRAFT: "office.activate_pack",
    Kind.PAPERS: "trainers.set_qualifications",
    Kind.CONTACTS: "people.add_contact",
    Kind.ANSWERS: "cohorts.admit_waiting",
    Kind.UNSET: "office.set_pack_value",
}
"""Which action a line leads to: who may not do it is not shown the line. Lessons are for everybody."""


@dataclass(frozen=True)
class Today:
    """Everything 工作台 shows. ``greeting`` has no name in it; ``steps`` are empty for who does not run the school."""

    on: date
    school_id: str
    greeting: str
    day_words: str
    summary: str
    lines: tuple[Line, ...]
    figures: tuple[Figure, ...]
    steps: tuple[Step, ...]

    @property
    def is_begun(self) -> bool:
        """All first steps are done that every school needs."""
        return all(step.is_done for step in self.steps if step.is_needed)


def today(
    session: Session,
    *,
    now: datetime,
    actor: str,
    role: Role | None,
    beside: Mapping[First, bool] | None = None,
) -> Today:
    """What is due at a moment for a person in a role; a fixed number of statements however many rows.

    beside: first steps that no table tells of (a sheet printed, a backup, the hub), lent by the composition root.

    R-HOM-05: nothing a person did herself waits for her, and no line leads where her role may not go.
    """
    on, local = school_day(now), now.astimezone(CHINA)
    packs = active_packs(session)
    policy = Numbers(packs, on)
    counted = counts(session, on)
    found = [
        *todays_lessons(session, on, local.hour * 60 + local.minute),
        *rolls_not_taken(session, on),
        *rules.gap_lines(cohorts(session, on), on),
        *rules.risk_lines(risks(session, policy.attendance)),
        *marks_waiting(session, actor),
        *rules.certificate_lines(drawn(session, actor)),
        *drafts(session, actor),
        *contacts(session, on, actor),
        *answers(session, on),
        *away(session, policy.number("attendance.no_show_limit")),
        *papers(session, on, policy.number("trainer.expiry_warning_days")),
        *unset(counted, policy),
    ]
    lines = rules.in_order(
        line for line in found if line.kind not in DONE_BY or _may(role, DONE_BY[line.kind])
    )
    card = school_card(session)
    return Today(
        on, card.id if card else "", rules.greeting(local.hour),
        rules.day_words(on, calendar_between(session, on, on)), rules.summary(lines), lines,
        figures(counted),
        steps(counted, card, beside or {}) if _may(role, "cohorts.open_cohort") else (),
    )  # fmt: skip


@cache
def _rights() -> Rights:
    return Rights.load(resource("rights.toml"))


def _may(role: Role | None, action: str) -> bool:
    return role is not None and _rights().allows((role,), action)
