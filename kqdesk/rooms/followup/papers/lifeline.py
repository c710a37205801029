"""学习生命线 on paper: everything one person learned and what came of it, in the order of time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.printing.blocks import Block, Fields, Gap, Page, Part, Text
from kqdesk.printing.document import pdf_bytes, write_pdf
from kqdesk.printing.styles import NOTE, SIGNATURE, SMALL_TITLE, TITLE, Align, FontFace
from kqdesk.printing.table import Column, Grid
from kqdesk.rooms.followup.queries import LifeLine

COLUMNS = (
    Column("日期", mm=26),
    Column("事项", mm=26, face=FontFace.HEI, size=10),
    Column("内容", align=Align.LEFT, wrap=True),
    Column("说明", mm=62, align=Align.LEFT, size=9.5, wrap=True),
)


@dataclass(frozen=True, slots=True)
class LifePaper:
    """One person's life line as printed on a day."""

    school: str
    life: LifeLine
    on: date


def life_part(paper: LifePaper) -> Part:
    """A4 upright: who, then one line an event, the year only where it changes."""
    life = paper.life
    rows, year = [], 0
    for event in life.events:
        shown = f"{event.on:%Y-%m-%d}" if event.on.year != year else f"{event.on:　　　%m-%d}"
        rows.append((shown, event.kind, event.title, event.detail))
        year = event.on.year
    blocks: list[Block] = [
        Text(paper.school, replace(SMALL_TITLE, face=FontFace.HEI, size=14, leading=22)),
        Text("学习生命线", TITLE),
        Fields(
            [
                ("姓名", life.name), ("性别", life.sex), ("证件号码", life.id_masked),
                ("村社", life.village), ("现有学历", life.education), ("单位、岗位", life.employer),
            ],
            columns=3,
        ),
        Gap(2),
    ]  # fmt: skip
    blocks.append(Grid(COLUMNS, rows, row_mm=8) if rows else Text("还没有学习记录。", NOTE))
    blocks += [
        Text("从排摸、报名到回访，按日期先后；记录来自本校软件，供本人和学校核对。", NOTE),
        Text(f"{paper.school}（盖章）\n{paper.on.year}年{paper.on.month}月{paper.on.day}日", SIGNATURE),
    ]
    return Part(blocks, page=Page(header_left=paper.school, header_right=life.name), bookmark=life.name)


def life_pdf(papers: Sequence[LifePaper]) -> bytes:
    """For the preview; one part a person."""
    return pdf_bytes("学习生命线", [life_part(paper) for paper in papers])


def print_lives(papers: Sequence[LifePaper], path: Path, progress: Progress = Quiet()) -> int:
    """Into a file; the number of pages."""
    return write_pdf(path, "学习生命线", [life_part(paper) for paper in papers], progress=progress)
