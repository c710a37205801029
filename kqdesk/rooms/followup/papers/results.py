"""满意度统计表: what the forms of one class say, and classes and trainers side by side."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.printing.blocks import Block, Fields, Gap, Page, Part, Text
from kqdesk.printing.document import pdf_bytes, write_pdf
from kqdesk.printing.styles import HEADING, NOTE, PLAIN, SIGNATURE, SMALL_TITLE, TITLE, Align, FontFace
from kqdesk.printing.table import Column, Grid
from kqdesk.rooms.followup.queries import QuestionnaireCard, ResultRow

SIDE_BY_SIDE = (
    Column("班级或培训师", align=Align.LEFT, wrap=True), Column("谁评的", mm=24), Column("问卷", mm=14), Column("收到", mm=16),
    Column("平均分", mm=18), Column("满意", mm=18), Column("说明", mm=56, align=Align.LEFT, size=9, wrap=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ResultPaper:
    """One questionnaire as printed on a day."""

    school: str
    card: QuestionnaireCard
    on: date


def result_part(paper: ResultPaper) -> Part:
    """A4 upright: how many answered, each question with its counts and mean, what was written. Nothing while too few."""
    row, result = paper.card.row, paper.card.result
    good = "—" if result.satisfied is None else f"{result.satisfied} %"
    blocks: list[Block] = [
        Text(paper.school, replace(SMALL_TITLE, face=FontFace.HEI, size=14, leading=22)),
        Text(f"{row.audience.label}满意度统计表", TITLE),
        Fields(
            [
                ("班级", row.cohort), ("编号", row.cohort_no), ("培训师", row.trainer),
                ("收到", f"{result.forms} 份（最多 {row.expected} 份）"), ("平均分", f"{result.overall} / {row.scale}"), ("满意", good),
            ],
            columns=3,
        ),
        Gap(2),
    ]  # fmt: skip
    if result.hidden:
        blocks.append(Text(result.hidden, HEADING))
    else:
        columns = (
            Column("序号", mm=12), Column("问题", align=Align.LEFT, wrap=True),
            *(Column(f"{n} 分", mm=14) for n in range(1, row.scale + 1)), Column("没答", mm=14), Column("平均", mm=18),
        )  # fmt: skip
        lines = [
            (one.words, *(str(count) for count in one.counts), str(result.forms - one.answers), one.mean)
            for one in result.questions
        ]
        blocks.append(Grid(columns, lines, numbered=True, row_mm=9))
        if result.words:
            blocks += [
                Text("意见和建议", HEADING),
                Text("\n".join(f"· {one}" for one in result.words), PLAIN),
            ]
    blocks += [
        Text(f"问题按{row.rule or '规则包'}；不记姓名，份数太少时不出结果。", NOTE),
        Text(f"{paper.school}（盖章）\n{paper.on.year}年{paper.on.month}月{paper.on.day}日", SIGNATURE),
    ]
    return Part(blocks, page=Page(header_left=paper.school, header_right=row.cohort), bookmark=row.cohort)


def result_pdf(papers: Sequence[ResultPaper]) -> bytes:
    """For the preview, and for 一班一档."""
    return pdf_bytes("满意度统计表", [result_part(paper) for paper in papers])


def print_results(papers: Sequence[ResultPaper], path: Path, progress: Progress = Quiet()) -> int:
    """Into a file; the number of pages."""
    return write_pdf(path, "满意度统计表", [result_part(paper) for paper in papers], progress=progress)


def side_by_side_part(school: str, title: str, rows: Sequence[ResultRow], on: date) -> Part:
    """Classes, or trainers, one a line."""
    lines = [
        (
            row.title, row.audience.label, str(row.questionnaires), f"{row.result.forms} 份", row.result.overall,
            "—" if row.result.satisfied is None else f"{row.result.satisfied} %", row.result.hidden,
        )
        for row in rows
    ]  # fmt: skip
    return Part(
        [
            Text(school, replace(SMALL_TITLE, face=FontFace.HEI, size=14, leading=22)),
            Text(title, TITLE),
            Grid(SIDE_BY_SIDE, lines, row_mm=9),
            Text("份数不到规则包要求的不出结果，免得看出是谁答的。", NOTE),
            Text(f"{school}（盖章）\n{on.year}年{on.month}月{on.day}日", SIGNATURE),
        ],
        page=Page(header_left=school),
        bookmark=title,
    )


def side_by_side_pdf(school: str, title: str, rows: Sequence[ResultRow], on: date) -> bytes:
    """For the preview."""
    return pdf_bytes(title, [side_by_side_part(school, title, rows, on)])
