"""Printed from figures: the monthly brief 工作月报 and the figures of a period 统计表; both from frozen numbers too."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.kernel.schoolday import CHINA
from kqdesk.printing.blocks import Block, Drawing, Fields, Gap, Page, Part, Text, Together
from kqdesk.printing.document import pdf_bytes, write_pdf
from kqdesk.printing.sheet import Box, Line, Mark, Rect
from kqdesk.printing.styles import BODY, HEADING, NOTE, PLAIN, SMALL_TITLE, TITLE, Align, FontFace
from kqdesk.printing.table import Column, Grid
from kqdesk.rooms.office.queries import SchoolCard
from kqdesk.rooms.reports.queries import BriefFacts, FrozenLine, FrozenRow
from kqdesk.rooms.reports.rules import FIGURES, Chart, PlanLine, reasons
from kqdesk.rooms.reports.rules.figures import plain

INK, MIDDLE, SOFT = "#333333", "#777777", "#BDBDBD"
CHART_MM, CHART_HIGH, ACROSS = 56.0, 34.0, 3
PLAN_COLUMNS = (
    Column("指标", align=Align.LEFT), Column("单位", mm=14), Column("目标", mm=22, align=Align.RIGHT),
    Column("完成", mm=22, align=Align.RIGHT), Column("完成率", mm=18, align=Align.RIGHT),
    Column("估计期末", mm=24, align=Align.RIGHT), Column("进度", mm=20),
)  # fmt: skip
FIGURE_COLUMNS = (
    Column("指标", mm=44, align=Align.LEFT), Column("数", mm=26, align=Align.RIGHT), Column("单位", mm=16),
    Column("口径", align=Align.LEFT, size=8, wrap=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SmallChart:
    """One chart with its title and the line below it."""

    title: str
    words: str
    chart: Chart


@dataclass(frozen=True, slots=True)
class Brief:
    """工作月报. ``month``: (title, number with unit) of the month itself; ``notes``: what was not whole or 未配置."""

    school: str
    title: str
    on: date
    period: str
    lines: tuple[PlanLine, ...]
    month: tuple[tuple[str, str], ...]
    charts: tuple[SmallChart, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FigureSheet:
    """统计表 of a period: (key, value) as counted or as frozen."""

    school: str
    title: str
    period: str
    until: date
    rows: tuple[tuple[str, int], ...]
    notes: tuple[str, ...] = ()


def brief_part(paper: Brief) -> Part:
    """A4 upright: numbers against plan, charts, forecasts in sentences, what is behind and why."""
    story: list[Block] = [
        Text(paper.school, replace(SMALL_TITLE, face=FontFace.HEI, size=14, leading=22)),
        Text(paper.title, TITLE),
        Fields([("年度", paper.period), ("数据截至", f"{paper.on:%Y-%m-%d}")], columns=2),
        Gap(1),
        Text("一、年度目标", HEADING),
        Grid(PLAN_COLUMNS, [_plan_row(line) for line in paper.lines], size=10),
        Gap(3),
    ]
    if paper.charts:
        story += [Together([Text("二、各月完成", HEADING), *_chart_rows(paper.charts)])]
        story.append(Text("柱：当月完成；虚线：目标平均到每月；空心柱：还没有过完的月份。", NOTE))
    story += [Text("三、走势", HEADING)]
    story += [Text(line.sentence, _SENTENCE) for line in paper.lines if line.target is not None or line.done]
    behind = [line for line in paper.lines if line.is_behind]
    story.append(Text("四、落后的指标和原因", HEADING))
    if not behind:
        told = (
            "没有落后于时间进度的指标。"
            if any(line.target for line in paper.lines)
            else "还没有填年度目标，看不出落后。"
        )
        story.append(Text(told, _SENTENCE))
    story += [Text(f"{line.kind.title}：{''.join(reasons(line))}", _SENTENCE) for line in behind]
    if paper.month:
        story += [Text("五、本月", HEADING), Fields(paper.month, columns=3, style=PLAIN)]
    story += [Text(note, NOTE) for note in paper.notes]
    story.append(Together([Gap(6), Fields([("制表", ""), ("校长", ""), ("日期", "")], columns=3)]))
    return Part(story, page=Page(header_left=paper.school, header_right=paper.title), bookmark=paper.title)


_SENTENCE = replace(BODY, size=11, leading=18)


def _plan_row(line: PlanLine) -> list[str]:
    expected = line.forecast
    state = "未填目标" if line.target is None else "落后" if line.is_behind else "正常"
    return [
        line.kind.title, line.kind.unit.label, "" if line.target is None else plain(line.kind, line.target),
        plain(line.kind, line.done), "" if line.percent is None else f"{line.percent}%",
        plain(line.kind, expected.value) if expected else "", state,
    ]  # fmt: skip


def _chart_rows(charts: Sequence[SmallChart]) -> list[Drawing]:
    rows = []
    for start in range(0, len(charts), ACROSS):
        marks: list[Mark] = []
        for n, one in enumerate(charts[start : start + ACROSS]):
            marks += chart_marks(one, n * (CHART_MM + 3))
        rows.append(Drawing(marks, CHART_HIGH + 6))
    return rows


def chart_marks(one: SmallChart, left: float) -> list[Mark]:
    """A chart at ``left`` millimetres: grey bars that also print on a bad printer, hollow ones for open months."""
    top, foot = 10.0, CHART_HIGH
    high = foot - top
    marks: list[Mark] = [
        Box(left, 0, CHART_MM, 5, one.title, face=FontFace.HEI, size=9.5),
        Box(left, 4.6, CHART_MM, 4.5, one.words, size=8, colour=MIDDLE),
        Line(left, foot, left + CHART_MM, foot, 0.6, INK),
    ]
    for bar in one.chart.bars:
        x, width, tall = left + bar.left * CHART_MM, bar.width * CHART_MM, bar.height * high
        if bar.value:
            marks.append(Rect(x, foot - tall, width, tall, 0.5, MIDDLE, None if bar.is_open else SOFT))
            marks.append(
                Box(
                    x - 2,
                    foot - tall - 3.2,
                    width + 4,
                    3,
                    f"{bar.value:,}",
                    size=6,
                    floor=4,
                    align=Align.CENTRE,
                )
            )
        marks.append(
            Box(x - 1, foot + 0.6, width + 2, 3, bar.label, size=6.5, align=Align.CENTRE, colour=MIDDLE)
        )
    if one.chart.share is not None:
        y = foot - one.chart.share * high
        marks.append(Line(left, y, left + CHART_MM, y, 0.6, INK, 2))
    return marks


def figure_part(paper: FigureSheet) -> Part:
    """A4 upright: every figure with its definition beside it."""
    rows = [
        [FIGURES[key].title, plain(FIGURES[key], value), FIGURES[key].unit.label, FIGURES[key].definition]
        for key, value in paper.rows
        if key in FIGURES
    ]
    story: list[Block] = [
        Text(paper.school, replace(SMALL_TITLE, face=FontFace.HEI, size=14, leading=22)),
        Text(paper.title, TITLE),
        Fields([("期间", paper.period), ("数据截至", f"{paper.until:%Y-%m-%d}")], columns=2),
        Gap(1),
        Grid(FIGURE_COLUMNS, rows, size=10),
        *(Text(note, NOTE) for note in paper.notes),
        Together([Gap(6), Fields([("制表", ""), ("校长", ""), ("日期", "")], columns=3)]),
    ]
    return Part(story, page=Page(header_left=paper.school, header_right=paper.period), bookmark=paper.title)


def brief_pdf(paper: Brief) -> bytes:
    """For the preview."""
    return pdf_bytes(paper.title, [brief_part(paper)])


def figure_pdf(paper: FigureSheet) -> bytes:
    """For the preview."""
    return pdf_bytes(paper.title, [figure_part(paper)])


def print_brief(paper: Brief, path: Path, progress: Progress = Quiet()) -> int:
    """To a file; the number of pages."""
    return write_pdf(path, paper.title, [brief_part(paper)], progress=progress)


def print_figures(paper: FigureSheet, path: Path, progress: Progress = Quiet()) -> int:
    """To a file; the number of pages."""
    return write_pdf(path, paper.title, [figure_part(paper)], progress=progress)


def as_brief(found: BriefFacts) -> Brief:
    """The paper of what was asked."""
    charts = tuple(
        SmallChart(
            line.kind.title,
            f"完成 {line.figure.shown}" + (f" / 目标 {plain(line.kind, line.target)}" if line.target else ""),
            chart,
        )
        for line, chart in found.charts
    )
    title = f"{found.on.year}年{found.on.month}月工作月报"
    return Brief(
        found.school, title, found.on, found.period, found.progress.lines, found.month, charts, found.notes
    )


def frozen_sheet(row: FrozenRow, lines: Sequence[FrozenLine], card: SchoolCard | None) -> FigureSheet:
    """统计表 with the numbers as they were frozen."""
    state = f"（{row.state.label}）"
    notes = [
        f"冻结于 {row.frozen_at.astimezone(CHINA):%Y-%m-%d %H:%M}，{row.frozen_by}{state}；规则包：{'、'.join(row.packs) or '未装入'}。"
    ]
    if row.data_state:
        notes.append(f"冻结时数据还不完整：{row.data_state}。")
    rows = tuple((line.figure, line.value) for line in lines)
    return FigureSheet(
        card.name if card else "", row.title, row.period.words, row.period.end, rows, tuple(notes)
    )
