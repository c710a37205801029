"""课酬发放表: a month's pay, a line a trainer with the place to sign, and the lessons it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.printing.blocks import Block, Fields, Gap, Margins, Page, Part, Text, Together
from kqdesk.printing.document import pdf_bytes, write_pdf
from kqdesk.printing.styles import HEADING, NOTE, PLAIN, TITLE, Align, FontFace
from kqdesk.printing.table import Cell, Column, Grid
from kqdesk.rooms.attendance.queries import PaySheetCard
from kqdesk.rooms.attendance.rules import PayDraft, PaySum, yuan
from kqdesk.rooms.attendance.terms import PayState


@dataclass(frozen=True, slots=True)
class PayPaper:
    """One sheet as it is printed. ``state``: 待批准 is printed across the head, so that a draft is never paid out."""

    school: str
    title: str
    sums: tuple[PaySum, ...]
    lessons: tuple[PayDraft, ...]
    drawn_by: str
    approved_by: str
    basis: str
    state: PayState


SUMS = (
    Column("序号", mm=11), Column("姓名", mm=24, face=FontFace.KAI, size=12), Column("级别", mm=26, size=9.5),
    Column("课次", mm=13), Column("计酬学时", mm=17), Column("每学时\n（元）", mm=20, align=Align.RIGHT),
    Column("金额（元）", mm=25, align=Align.RIGHT), Column("签收"), Column("签收日期", mm=24),
)  # fmt: skip
LESSONS = (
    Column("姓名", mm=22, face=FontFace.KAI), Column("日期", mm=17), Column("时段", mm=12),
    Column("班级", align=Align.LEFT, wrap=True, size=9.5), Column("学时", mm=11), Column("计酬", mm=11),
    Column("金额（元）", mm=22, align=Align.RIGHT), Column("说明", mm=46, align=Align.LEFT, size=8.5, wrap=True),
)  # fmt: skip


def pay_parts(paper: PayPaper) -> list[Part]:
    """The receipt list (A4 across), then the lessons it stands on (A4 upright)."""
    return [_receipts(paper), _lessons(paper)]


def _receipts(paper: PayPaper) -> Part:
    total_hours, total = sum(one.hours for one in paper.sums), sum(one.amount_fen for one in paper.sums)
    rows: list[Sequence[str | Cell]] = [
        (
            str(n), one.trainer, one.level.label, str(one.lessons), str(one.hours), yuan(one.rate_fen),
            yuan(one.amount_fen), "", "",
        )
        for n, one in enumerate(paper.sums, 1)
    ]  # fmt: skip
    rows.append(
        [
            Cell("合　计", columns=3, face=FontFace.HEI), str(sum(one.lessons for one in paper.sums)), str(total_hours),
            "", yuan(total), "", "",
        ]
    )  # fmt: skip
    blocks: list[Block] = [
        Text(f"{paper.title.replace('课酬表', '课酬发放表')}", TITLE),
        *([Text(f"（{paper.state.label}，不作发放依据）", NOTE)] if paper.state is not PayState.APPROVED else []),
        Fields([("单位", paper.school), ("人数", f"{len(paper.sums)} 人"), ("合计", f"{yuan(total)} 元")]),
        Gap(1),
        Grid(SUMS, rows, row_mm=10),
        Gap(4),
        Together(
            [
                Fields(
                    [
                        ("制表", paper.drawn_by), ("批准", paper.approved_by or "　　　　"), ("经办发放", "　　　　　"),
                    ],
                    style=replace(PLAIN, size=11),
                ),
                Text(f"依据：{paper.basis or '未注明'}。只计已经上过、点过名并锁定的课。请本人签收，不得代签。", NOTE),
            ]
        ),
    ]  # fmt: skip
    return Part(
        blocks,
        page=Page(
            landscape=True,
            margins=Margins(16, 16, 14, 16),
            header_left=paper.school,
            header_right=paper.title,
        ),
        bookmark=f"{paper.title}　发放签收",
    )


def _lessons(paper: PayPaper) -> Part:
    rows = [
        (
            one.lesson.trainer, f"{one.lesson.on.month}月{one.lesson.on.day}日", one.lesson.half.label, one.lesson.cohort,
            str(one.lesson.study_hours), str(one.paid_hours), yuan(one.amount_fen), one.remark,
        )
        for one in paper.lessons
    ]  # fmt: skip
    return Part(
        [
            Text(f"{paper.title}　上课明细", replace(HEADING, align=Align.CENTRE)),
            Gap(2),
            Grid(LESSONS, rows, row_mm=7),
        ],
        page=Page(header_left=paper.school, header_right=paper.title),
        bookmark=f"{paper.title}　上课明细",
    )


def as_pay_paper(card: PaySheetCard, school: str) -> PayPaper:
    """The paper of a sheet as it was frozen."""
    row = card.sheet
    return PayPaper(
        school, row.title, tuple(card.sums), card.drafts, row.drawn_by, row.approved_by, row.basis, row.state
    )


def pay_pdf(paper: PayPaper) -> bytes:
    """For the preview."""
    return pdf_bytes(paper.title, pay_parts(paper))


def print_pay(papers: Sequence[PayPaper], path: Path, progress: Progress = Quiet()) -> int:
    """One file; returns the number of pages."""
    return write_pdf(
        path, "课酬表", [part for paper in papers for part in pay_parts(paper)], progress=progress
    )
