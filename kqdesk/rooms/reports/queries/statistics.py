"""What fills an official form about the whole school: figures of a year, the standing at its edges, rows by place and kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kqdesk.rooms.cohorts.model import Cohort
from kqdesk.rooms.reports.model import MacroFigure
from kqdesk.rooms.reports.queries.counting import desk_facts
from kqdesk.rooms.reports.queries.targets import targets_of
from kqdesk.rooms.reports.rules import FIGURES, Facts, Period, calendar_year, counted, school_year
from kqdesk.rooms.reports.rules.figures import plain
from kqdesk.rooms.reports.rules.forms import FIGURE_FIELDS, ROW_FIELDS, ROW_LISTS
from kqdesk.rooms.reports.rules.labels import label_of

OWN_NUMBERS = ("教职工数", "专任教师数")
"""Not known from anything else: taken from 宏观指标 of this very title, blank when there is none."""
LAST_YEARS = 6


@dataclass(frozen=True)
class StatisticsValues:
    """Values of one form."""

    name: str
    values: Mapping[str, Any]
    lists: Mapping[str, Sequence[Mapping[str, Any]]]


def statistics_periods(session: Session) -> list[tuple[str, str]]:
    """(key, words) of school years, then calendar years, the newest first, since the first class there was."""
    newest = session.scalar(select(func.max(Cohort.starts_on)))
    if newest is None:
        return []
    years = range(newest.year, newest.year - LAST_YEARS, -1)
    return [(f"school-{year}", f"{year}学年 {year}年9月1日至{year + 1}年8月31日") for year in years] + [
        (f"calendar-{year}", f"{year}年 自然年") for year in years
    ]


def statistics_form(session: Session, key: str, *, today: date) -> StatisticsValues | None:
    """Everything a form of a period may ask for; None for a period nobody offered."""
    kind, _, year = key.partition("-")
    if kind not in ("school", "calendar") or not year.isdigit():
        return None
    whole = school_year(int(year)) if kind == "school" else calendar_year(int(year))
    if whole.first > today:
        return StatisticsValues(whole.words, {"统计期间": whole.words}, {})
    period = whole.seen_on(today)
    facts, targets = desk_facts(session, period), targets_of(session, period)
    values: dict[str, Any] = {
        "统计期间": period.words, "期间起": period.first, "期间止": period.last, "数据截至": period.end,
        "期初在册数": _on_roll(session, period.first), "期末在册数": _on_roll(session, period.end), **_own(session),
    }  # fmt: skip
    rows = []
    for name, title in FIGURE_FIELDS.items():
        figure = counted(facts, name)
        target = targets[name][0] if name in targets else None
        number: Any = plain(figure.kind, figure.value) if figure.kind.is_mean else figure.value
        values |= {title: number, f"{title}目标": target}
        share = f"{figure.value * 100 // target}%" if target else None
        rows.append(
            {
                "名称": FIGURES[name].title, "单位": figure.kind.unit.label, "完成": number, "目标": target, "完成率": share,
                "口径": figure.kind.definition,
            }
        )  # fmt: skip
    return StatisticsValues(whole.words, values, {"指标": rows, **_rows(facts)})


def _on_roll(session: Session, day: date) -> int:
    """Enrolments on the roll on one day."""
    return counted(desk_facts(session, Period(day, day)), "registered").value


def _own(session: Session) -> dict[str, Any]:
    found = session.execute(
        select(MacroFigure.title, MacroFigure.hundredths)
        .where(MacroFigure.is_active, MacroFigure.title.in_(OWN_NUMBERS))
        .order_by(MacroFigure.as_of, MacroFigure.id)
    )
    return {title: hundredths // 100 for title, hundredths in found}


def _rows(facts: Facts) -> dict[str, list[dict[str, Any]]]:
    lists = {}
    for name, by in ROW_LISTS.items():
        parts = {
            title: {group.key: group.value for group in counted(facts, key, by).groups}
            for key, title in ROW_FIELDS.items()
            if by in FIGURES[key].splits
        }
        keys = sorted({key for found in parts.values() for key in found}, key=lambda key: (key == "", key))
        lists[name] = [
            {"名称": label_of(by, key), **{title: found.get(key, 0) for title, found in parts.items()}}
            for key in keys
        ]
    return lists
