"""``kqdesk figures``: the numbers of a period against targets, one of them split, or a period frozen."""

import argparse
from datetime import date
from typing import TYPE_CHECKING, Any

from kqdesk.cli.call import Call, WrongUsage

if TYPE_CHECKING:
    from kqdesk.rooms.reports.queries import Progress
    from kqdesk.rooms.reports.rules import Period


def declare(parser: argparse.ArgumentParser, word: str) -> None:
    """The command's arguments."""
    parser.add_argument("--year", type=int, metavar="Y", help="自然年；什么都不写就是今年")
    parser.add_argument("--school-year", type=int, metavar="Y", help="学年，写开始的年份")
    parser.add_argument("--month", type=_month, metavar="YYYY-MM", help="一个月")
    parser.add_argument("--first", type=_day, metavar="YYYY-MM-DD", help="自定：从哪天")
    parser.add_argument("--last", type=_day, metavar="YYYY-MM-DD", help="自定：到哪天")
    parser.add_argument("--figure", default="", metavar="KEY", help="只看一个指标")
    parser.add_argument(
        "--by", default="", metavar="PART", help="这个指标按什么分：month township village project kind …"
    )
    parser.add_argument("--freeze", default="", metavar="TITLE", help="把这一期冻结成一份报表，名称")


def run(call: Call, options: argparse.Namespace) -> int:
    """Count and tell; with ``--freeze`` keep."""
    from kqdesk.rooms.reports.actions import freeze_report
    from kqdesk.rooms.reports.queries import data_state, progress

    today = call.clock().astimezone().date()
    period = _period(options, today)
    with call.school() as school:
        with school.store.reading() as session:
            found = progress(session, period, state=data_state(session))
        told: dict[str, Any] = _told(found, options)
        if options.freeze:
            told["frozen"] = school.store.run(
                freeze_report, school.staff.id, title=options.freeze, first_on=period.first, last_on=period.last,
                until_on=period.end,
            ).value  # fmt: skip
    call.answer(told, _words(told))
    return 0


def _told(found: "Progress", options: argparse.Namespace) -> dict[str, Any]:
    from kqdesk.rooms.reports.rules import FIGURES, counted
    from kqdesk.rooms.reports.rules.figures import said
    from kqdesk.rooms.reports.terms import Breakdown

    if options.figure and options.figure not in FIGURES:
        raise WrongUsage(f"没有「{options.figure}」这个指标。有：{'、'.join(FIGURES)}。")
    parts = [one.value for one in FIGURES[options.figure].splits] if options.figure else []
    if options.by and options.by not in parts:
        raise WrongUsage(f"--by 要和 --figure 一起写，可以是：{'、'.join(parts) or '先写 --figure'}。")
    lines = {line.kind.key: line for line in found.lines}
    period = found.facts.period
    rows = []
    for key in [options.figure] if options.figure else FIGURES:
        figure = counted(found.facts, key, Breakdown(options.by) if options.by else None)
        line, expected = lines.get(key), lines[key].forecast if key in lines else None
        rows.append(
            {
                "figure": key, "title": figure.kind.title, "value": figure.value, "unit": figure.kind.unit.value,
                "shown": said(figure.kind, figure.value), "of": figure.of, "target": line.target if line else None,
                "is_behind": line.is_behind if line else None, "forecast": expected.value if expected else None,
                "lacks": list(figure.lacks), "definition": figure.kind.definition,
                "parts": {group.key: group.value for group in figure.groups},
            }
        )  # fmt: skip
    return {
        "period": period.words, "first": period.first.isoformat(), "last": period.last.isoformat(),
        "until": period.end.isoformat(), "state": found.state, "figures": rows,
    }  # fmt: skip


def _words(told: dict[str, Any]) -> str:
    lines = [f"{told['period']}，数据截至 {told['until']}"]
    for row in told["figures"]:
        plan = f"　目标 {row['target']:,}{'，落后' if row['is_behind'] else ''}" if row["target"] else ""
        draft = "　（测算）" if row["lacks"] else ""
        lines.append(f"{row['title']}　{row['shown']}{plan}{draft}")
        lines += [f"    {key or '未登记'}　{value:,}" for key, value in row["parts"].items() if value]
    if told["state"]:
        lines.append(f"数据还不完整：{told['state']}。")
    if told.get("frozen"):
        lines.append("已冻结一份报表。")
    return "\n".join(lines)


def _period(options: argparse.Namespace, today: date) -> "Period":
    from kqdesk.rooms.reports.rules import Period, calendar_year, month_of, school_year

    given = [name for name in ("year", "school_year", "month") if getattr(options, name) is not None]
    if len(given) > 1 or (given and (options.first or options.last)):
        raise WrongUsage("--year、--school-year、--month、--first/--last 只写一种。")
    if options.first or options.last:
        if not (options.first and options.last and options.first <= options.last):
            raise WrongUsage("--first 和 --last 要一起写，开始不晚于结束。")
        return Period(options.first, options.last, min(today, options.last))
    if options.school_year is not None:
        return school_year(options.school_year).seen_on(today)
    if options.month is not None:
        return month_of(options.month).seen_on(today)
    return calendar_year(options.year or today.year).seen_on(today)


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise argparse.ArgumentTypeError(f"月份要写成 2026-03，不能是 {text}") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"日期要写成 2026-03-02，不能是 {text}") from None
