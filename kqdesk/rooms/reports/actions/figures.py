"""Targets, the district's numbers, reports frozen and submitted."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select, text

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.office.queries import may_see_full_ids
from kqdesk.rooms.reports.model import FrozenFigure, FrozenReport, MacroFigure, YearlyTarget
from kqdesk.rooms.reports.queries.counting import desk_facts
from kqdesk.rooms.reports.queries.frozen import data_state, kept_members
from kqdesk.rooms.reports.queries.names import BehindRow, names_behind
from kqdesk.rooms.reports.queries.targets import targets_of
from kqdesk.rooms.reports.rules import FIGURES, Facts, Period, counted, split
from kqdesk.rooms.reports.terms import Breakdown, FrozenState, TargetOrigin
from kqdesk.store.actions import Writing, action

KEPT_PARTS = (
    Breakdown.MONTH, Breakdown.TOWNSHIP, Breakdown.PROJECT, Breakdown.KIND, Breakdown.CATEGORY, Breakdown.LEVEL,
)  # fmt: skip
MOST = 10_000_000
LONGEST_DAYS = 3 * 366


@action("填写年度目标")
def set_target(
    w: Writing, *, figure: str, year: int, value: int, source: str, by_school_year: bool = False
) -> str:
    """The school's own share of a figure for a year; entered again it is changed. Returns the row's id."""
    kind = FIGURES.get(figure)
    if kind is None or kind.is_mean:
        raise UserError("没有这个指标。请从列表里选。")
    if not 0 < value <= MOST:
        raise UserError(f"目标数要填 1 到 {MOST:,} 的整数。")
    if not source.strip():
        raise UserError("请写明目标的依据（哪个文件，谁定的）。")
    same = select(YearlyTarget).where(
        YearlyTarget.figure == figure,
        YearlyTarget.year == year,
        YearlyTarget.by_school_year == by_school_year,
    )
    known = list(w.session.scalars(same.order_by(YearlyTarget.id)))
    if any(one.origin is TargetOrigin.DISTRICT for one in known):
        raise UserError(f"{year}年的“{kind.title}”目标是区里下达的，学校不能改。要调整请找区里。")
    row = known[0] if known else YearlyTarget(figure=figure, year=year, by_school_year=by_school_year)
    row.value, row.source = value, source.strip()
    w.session.add(row)
    w.session.flush()
    w.note(f"{year}年 {kind.title} {value:,}")
    return row.id


@action("删除年度目标")
def drop_target(w: Writing, *, target_id: str) -> None:
    """A target that was entered by mistake."""
    row = w.session.get_one(YearlyTarget, target_id)
    if row.origin is TargetOrigin.DISTRICT:
        raise UserError("区里下达的目标不能删除。")
    w.session.delete(row)


@action("登记宏观指标")
def add_macro(
    w: Writing,
    *,
    title: str,
    hundredths: int,
    unit: str,
    area: str,
    as_of: date,
    source: str,
    figure: str | None = None,
    note: str | None = None,
) -> str:
    """A number of the district with where it comes from. Returns its id."""
    row = MacroFigure()
    _put_macro(w, row, {
        "title": title, "hundredths": hundredths, "unit": unit, "area": area, "as_of": as_of, "source": source,
        "figure": figure, "note": note,
    })  # fmt: skip
    return row.id


@action("修改宏观指标")
def change_macro(
    w: Writing,
    *,
    macro_id: str,
    title: str,
    hundredths: int,
    unit: str,
    area: str,
    as_of: date,
    source: str,
    figure: str | None = None,
    note: str | None = None,
    seen: int | None = None,
) -> None:
    """The same, of one that is there."""
    row = w.session.get_one(MacroFigure, macro_id)
    values = {
        "title": title, "hundredths": hundredths, "unit": unit, "area": area, "as_of": as_of, "source": source,
        "figure": figure, "note": note,
    }  # fmt: skip
    w.check_fresh(row, tuple(values), seen)
    _put_macro(w, row, values)


@action("停用宏观指标")
def retire_macro(w: Writing, *, macro_id: str) -> None:
    """Out of the list."""
    w.session.get_one(MacroFigure, macro_id).is_active = False


def _put_macro(w: Writing, row: MacroFigure, values: Mapping[str, Any]) -> None:
    if not str(values["title"]).strip() or not str(values["source"]).strip():
        raise UserError("请写明指标名称和来源（哪个文件或哪个部门）。")
    if values["as_of"] > school_day(w.now):
        raise UserError("截至日期在今天以后。请看哪一天对。")
    for name, value in values.items():
        setattr(row, name, value or None if name in ("figure", "note") else value)
    w.session.add(row)
    w.session.flush()
    w.note(row.title)


@action("冻结报表")
def freeze_report(
    w: Writing, *, title: str, first_on: date, last_on: date, until_on: date | None = None, note: str = ""
) -> str:
    """R-REP-19: keep every figure of a period with the rows behind it, the packs and what was not whole. Returns its id."""
    today = school_day(w.now)
    period = Period(first_on, last_on, min(until_on or today, last_on))
    _check_period(period, today, title)
    facts = desk_facts(w.session, period)
    targets = targets_of(w.session, period)
    versions = sorted({version for school in facts.schools for version in facts.rules_of(school).versions})
    lines = [_frozen(facts, key, targets) for key in FIGURES]
    report = FrozenReport(
        title=title.strip(), first_on=first_on, last_on=last_on, until_on=period.end, frozen_at=w.now, frozen_by=w.actor,
        after_entry=int(w.session.execute(text("SELECT coalesce(max(id),0) FROM journal_entry")).scalar_one()),
        packs=versions, data_state=data_state(w.session) or None, digest=digest_of(lines), note=note.strip() or None,
    )  # fmt: skip
    w.session.add(report)
    w.session.flush()
    for line in lines:
        line.report_id = report.id
    w.session.add_all(lines)
    w.note(report.title)
    return report.id


def _check_period(period: Period, today: date, title: str) -> None:
    if not title.strip():
        raise UserError("请给报表起个名称，例如：2026年上半年报表。")
    if period.last < period.first:
        raise UserError("结束日期早于开始日期。请看哪一个对。")
    if period.first > today:
        raise UserError("这段时间还没有开始，没有可以冻结的数字。")
    if period.end > today or period.end < period.first:
        raise UserError("数据截至日期要在这段时间里，也不能在今天以后。")
    if period.days > LONGEST_DAYS:
        raise UserError("一份报表最多三年。请分几份。")


def _frozen(facts: Facts, key: str, targets: Mapping[str, tuple[int, str]]) -> FrozenFigure:
    figure = counted(facts, key)
    parts = {
        by.value: {group.key: group.value for group in groups if group.value}
        for by, groups in split(facts, key, KEPT_PARTS).items()
    }
    target = targets.get(key)
    return FrozenFigure(
        figure=key, value=figure.value, whole=figure.of, target=target[0] if target else None, lacks=list(figure.lacks),
        parts=parts, members=kept_members(facts, key),
    )  # fmt: skip


def digest_of(lines: list[FrozenFigure]) -> str:
    """SHA-256 over what the figures say, the rows behind them included."""
    told = [[one.figure, one.value, one.whole, one.target, one.parts, one.members] for one in lines]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


@action("上报报表", final="已经上报的报表不能撤销。数字有变请再冻结一份上报，并在说明里写原因。")
def submit_report(w: Writing, *, report_id: str) -> None:
    """Declare a frozen report to be the school's word to the district; its rows go there with the next sync."""
    report = w.session.get_one(FrozenReport, report_id)
    if report.state is FrozenState.SUBMITTED:
        raise UserError("这份报表已经上报过了。")
    lines = list(
        w.session.scalars(
            select(FrozenFigure).where(FrozenFigure.report_id == report_id).order_by(FrozenFigure.id)
        )
    )
    order = {key: place for place, key in enumerate(FIGURES)}
    if digest_of(sorted(lines, key=lambda one: order.get(one.figure, len(order)))) != report.digest:
        raise UserError("这份报表的内容和冻结时不一样，不能上报。请再冻结一份；并请检查审计链。")
    report.state, report.submitted_at, report.submitted_by = FrozenState.SUBMITTED, w.now, w.actor
    count = w.session.scalar(
        select(func.count()).select_from(FrozenReport).where(FrozenReport.state == FrozenState.SUBMITTED)
    )
    w.note(f"{report.title}（第 {count} 份上报）")


@action("查看统计名单的完整号码", looks=True)
def look_behind(
    w: Writing, *, figure: str, first_on: date, last_on: date, until_on: date, part: str = ""
) -> list[BehindRow]:
    """The names behind a figure with whole numbers; ``part``: ``township=330603008`` for one part. Stays in the journal."""
    if not may_see_full_ids(w.session, w.actor):
        raise NotAllowed("您没有查看完整号码的权限。需要时请校长在“设置 · 操作人”里给您开通。")
    facts = desk_facts(w.session, Period(first_on, last_on, until_on))
    by, _, key = part.partition("=")
    found = counted(facts, figure, Breakdown(by) if by else None)
    members = found.members if not by else next((g.members for g in found.groups if g.key == key), ())
    rows = names_behind(w.session, members, whole=True)
    w.note(f"{found.kind.title} {len(rows)} 行")
    return rows
