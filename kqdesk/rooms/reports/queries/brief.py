"""What the monthly brief and the small charts say: numbers against plan, months, the month itself, what was not whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from kqdesk.rooms.office.queries import active_packs, school_card
from kqdesk.rooms.office.rules import Pack
from kqdesk.rooms.reports.queries.counting import desk_facts
from kqdesk.rooms.reports.queries.frozen import data_state
from kqdesk.rooms.reports.queries.targets import Progress, progress, runs_by_school_year
from kqdesk.rooms.reports.rules import (
    FIGURES,
    Chart,
    Facts,
    PlanLine,
    counted,
    month_chart,
    month_of,
    year_of,
)
from kqdesk.rooms.reports.terms import Breakdown

OF_THE_MONTH = (
    "cohorts_opened", "entered", "learners", "skill_training", "social_training", "elderly_education", "night_school",
    "activities_held", "activity_attendances", "completion_certificates", "diplomas", "skill_certificates",
)  # fmt: skip
PROVISIONAL = "规则包里“{titles}”还没有配置，有关的数是测算。"


@dataclass(frozen=True)
class BriefFacts:
    """Everything the brief prints. ``month``: (title, number with its unit)."""

    school: str
    on: date
    period: str
    progress: Progress
    charts: tuple[tuple[PlanLine, Chart], ...]
    month: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def brief(session: Session, *, month: date, today: date) -> BriefFacts:
    """The brief of the month a day is in, as it is known today; the year runs as the pack says, else by the calendar."""
    until = min(month_of(month).last, today)
    by_school_year = runs_by_school_year(session, until)
    year = year_of(until, by_school_year=bool(by_school_year), until=until)
    found = progress(session, year, state=data_state(session))
    facts = desk_facts(session, month_of(month, until=until))
    card = school_card(session)
    told = tuple((FIGURES[key].title, counted(facts, key).shown) for key in OF_THE_MONTH)
    notes = list(notes_of(found, active_packs(session)))
    if by_school_year is None:
        notes.append("年度目标按自然年还是学年，区里还没有明确（未配置），这里按自然年。")
    return BriefFacts(
        card.name if card else "", until, year.words, found, charts(found, today=until), told, tuple(notes)
    )


def charts(found: Progress, *, today: date) -> tuple[tuple[PlanLine, Chart], ...]:
    """A chart a line that has a target or anything done."""
    current = f"{today + timedelta(1):%Y-%m}"  # a month counts as over on its last day
    return tuple(
        (line, chart_of(found.facts, line, current)) for line in found.lines if line.target or line.done
    )


def chart_of(facts: Facts, line: PlanLine, current: str) -> Chart:
    """The months of one figure."""
    months = [(group.key, group.value) for group in counted(facts, line.kind.key, Breakdown.MONTH).groups]
    return month_chart(months, target=line.target, current=current)


def notes_of(found: Progress, packs: Sequence[Pack]) -> tuple[str, ...]:
    """What made numbers provisional: pack items 未配置, sync half done, conflicts open."""
    lacks = dict.fromkeys(key for line in found.lines for key in line.figure.lacks)
    notes = []
    if lacks:
        titles = (next((item.title for pack in packs if (item := pack.item(key))), key) for key in lacks)
        notes.append(PROVISIONAL.format(titles="”、“".join(titles)))
    if found.state:
        notes.append(f"制表时数据还不完整：{found.state}。")
    return tuple(notes)
