"""The packs' numbers figures are counted by, of one school or of all."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kqdesk.rooms.attendance.rules import AttendancePolicy
from kqdesk.rooms.office.queries import active_packs
from kqdesk.rooms.office.rules import Pack, read_contents, value
from kqdesk.rooms.office.rules.publishing import DISTRICT_FIRST
from kqdesk.rooms.office.terms import PackState
from kqdesk.rooms.past.rules import KEYS as PAST_KEYS
from kqdesk.rooms.past.rules import PastRules
from kqdesk.rooms.past.terms import Part
from kqdesk.rooms.reports.queries.asking import Asking
from kqdesk.rooms.reports.rules.facts import CountingRules

TARGETS = ("adult_schooling", "college", "skill_training", "social_training", "elderly_education")
_KEYS = (
    "attendance.late_weight", "attendance.excused", "attendance.minimum_rate", "report.adult_counts",
    "report.college_counts", "report.working_age_minimum", "report.working_age_maximum", "report.schooling_years",
)  # fmt: skip


def packs_of(ask: Asking, given: Sequence[Pack] | None = None) -> dict[str, CountingRules]:
    """Two statements: which schools there are, and the packs of each; ``given``: the packs that count, already known."""
    home, pack = ask.table("school"), ask.table("rule_pack")
    found = ask.rows(sa.select(home.c.school).where(*ask.mine(home)).distinct())
    packs: dict[str, list[Pack]] = {str(school): list(given or ()) for (school,) in found}
    if ask.school is not None:
        packs.setdefault(ask.school, list(given or ()))
    if given is not None:
        own = counting_rules(given, ask.period.end)
        return dict.fromkeys(packs, own)
    for one in ask.rows(
        sa.select(pack.c.school, pack.c.content, pack.c.version, pack.c.effective_from, pack.c.effective_to)
        .where(pack.c.state == PackState.ACTIVE, *ask.mine(pack))
        .order_by(pack.c.id)
    ):
        made = replace(
            read_contents(one.content), version=one.version, state=PackState.ACTIVE, effective_from=one.effective_from,
            effective_to=one.effective_to, is_published=one.version >= DISTRICT_FIRST,
        )  # fmt: skip
        packs.setdefault(str(one.school), []).append(made)
    return {school: counting_rules(several, ask.period.end) for school, several in packs.items()}


def counting_rules(packs: Sequence[Pack], on: date) -> CountingRules:
    """The packs' numbers for figures on a day; what no pack sets stays None."""
    found = {
        key: value(packs, key, on) for key in (*_KEYS, *PAST_KEYS, *(f"target.{key}" for key in TARGETS))
    }
    late, excused, least = (found[f"attendance.{key}"] for key in ("late_weight", "excused", "minimum_rate"))
    adult, college = found["report.adult_counts"], found["report.college_counts"]
    youngest, oldest, years = (
        found[f"report.{key}"] for key in ("working_age_minimum", "working_age_maximum", "schooling_years")
    )
    since, scan = found["past.since_year"], found["past.needs_scan"]
    return CountingRules(
        attendance=AttendancePolicy(
            Fraction(late.rate) if late else None, excused.text if excused else None,
            Fraction(least.rate) if least else None,
        ),
        adult_counts=adult.text if adult else None,
        college_counts=college.text if college else None,
        working_from=youngest.number if youngest else None,
        working_to=oldest.number if oldest else None,
        schooling=years.levels if years else None,
        past=PastRules(
            since.number if since else None, scan.flag if scan else None,
            {part: one.flag if (one := found[part.key]) is not None else None for part in Part},
        ),
        targets={key: one.number for key in TARGETS if (one := found[f"target.{key}"]) is not None},
        versions=tuple(sorted({f"{one.pack_key} v{one.pack_version}" for one in found.values() if one is not None})),
    )  # fmt: skip


def desk_versions(session: Session, on: date) -> tuple[str, ...]:
    """Pack and version of every number figures are counted by on a day, in this home; one statement."""
    return counting_rules(active_packs(session), on).versions
