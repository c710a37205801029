"""What is printed of 督查: the notice 督查通知单 with what is asked, and the school's answer 督查答复单."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from kqdesk.kernel.schoolday import CHINA, school_day
from kqdesk.printing.blocks import Block, Gap, Page, Part, Standing, Text, Together
from kqdesk.printing.document import pdf_bytes, write_pdf
from kqdesk.printing.sheet import Picture
from kqdesk.printing.styles import BODY, LETTER, NOTE, PLAIN, SIGNATURE, TITLE, Align, FontFace
from kqdesk.printing.table import Cell, Column, Grid
from kqdesk.rooms.supervision.queries import StepRow, TaskCard
from kqdesk.rooms.supervision.terms import StepKind

FACTS = (
    Column("", mm=26),
    Column("", align=Align.LEFT),
    Column("", mm=26),
    Column("", mm=42, align=Align.LEFT),
)
FIGURES = (
    Column("序号", mm=12),
    Column("项目", align=Align.LEFT, wrap=True),
    Column("单位", mm=24),
    Column("数量", mm=34),
)
FILES = (Column("序号", mm=12), Column("佐证材料", align=Align.LEFT, wrap=True), Column("放入日期", mm=34))
HISTORY = (
    Column("时间", mm=34),
    Column("办理", mm=18),
    Column("办理人", mm=24),
    Column("内容", align=Align.LEFT, wrap=True),
)


@dataclass(frozen=True, slots=True)
class SupervisionPaper:
    """A task as it is printed. ``school``: whose it is; ``on``: the day of printing."""

    school: str
    on: date
    card: TaskCard


def notice(paper: SupervisionPaper) -> Part:
    """A4 upright: to whom, what, by when, which numbers with room to write them, who asked."""
    card = paper.card
    row = card.row
    story: list[Block] = [
        Text("督查通知单", TITLE),
        Gap(3),
        Text(f"{paper.school}：", replace(LETTER, indent=0)),
        Text(f"现就下列事项请你校办理，并于 {chinese_day(row.due_on)}前答复。", LETTER),
        Gap(2),
        _facts(paper),
        Gap(3),
        *_wanted(card),
    ]
    if row.wants_files:
        story.append(Text("答复时请附佐证材料（照片、扫描件或表格）。", PLAIN))
    story.append(Together([Gap(10), Text(f"{row.issued_by}\n{chinese_day(row.issued_on)}", SIGNATURE)]))
    return Part(
        story, page=Page(header_left=row.paper_no or "督查", header_right=paper.school), bookmark=row.title
    )


def reply(paper: SupervisionPaper) -> Part:
    """A4 upright: the newest answer with its numbers and evidence, what went before, seal and day."""
    card = paper.card
    row, said = card.row, card.answer
    story: list[Block] = [Text("督查答复单", TITLE), Gap(3), _facts(paper), Gap(3)]
    if said is None:
        story.append(Text("（还没有答复）", BODY))
    else:
        story.append(Text("办理情况", replace(PLAIN, face=FontFace.HEI)))
        story += [Text(line, LETTER) for line in said.words.splitlines() if line.strip()]
        if said.figures:
            rows = [(one.label, one.unit, f"{value:,}") for one, value in said.figures]
            story += [Gap(2), Grid(FIGURES, rows, numbered=True, row_mm=8)]
        if said.files:
            rows_of_files = [(file.name, f"{school_day(file.added_at):%Y-%m-%d}") for file in said.files]
            story += [Gap(3), Grid(FILES, rows_of_files, numbered=True, row_mm=8)]
    earlier = [step for step in reversed(card.steps) if said is None or step.id != said.id]
    if earlier:
        story += [
            Gap(3),
            Text("办理经过", replace(PLAIN, face=FontFace.HEI)),
            Grid(HISTORY, _history(earlier), row_mm=8),
        ]
    day = school_day(said.at) if said is not None else paper.on
    story.append(
        Together([Gap(10), Text(f"{paper.school}（盖章）\n{chinese_day(day)}", SIGNATURE), _signers()])
    )
    return Part(
        story,
        page=Page(header_left=paper.school, header_right=row.paper_no or "督查答复"),
        bookmark=row.title,
    )


def _facts(paper: SupervisionPaper) -> Grid:
    row, head = paper.card.row, FontFace.HEI
    lines: list[list[str | Cell]] = [
        [Cell("督查事项", face=head), Cell(row.title, columns=3, align=Align.LEFT, wrap=True)],
        [Cell("文号", face=head), row.paper_no or "—", Cell("布置人", face=head), row.issued_by],
        [
            Cell("布置日期", face=head), f"{row.issued_on:%Y-%m-%d}", Cell("答复期限", face=head),
            Cell(f"{row.due_on:%Y-%m-%d}", face=head),
        ],
        [Cell("要求", face=head), Cell(paper.card.words, columns=3, align=Align.LEFT, wrap=True)],
    ]  # fmt: skip
    return Grid(FACTS, lines, head=None, row_mm=10, size=11)


def _wanted(card: TaskCard) -> list[Block]:
    if not card.row.wanted:
        return []
    rows = [(one.label, one.unit, "") for one in card.row.wanted]
    return [Text("请填报：", PLAIN), Grid(FIGURES, rows, numbered=True, row_mm=9)]


def _history(steps: Sequence[StepRow]) -> list[tuple[str, str, str, str]]:
    return [
        (
            f"{step.at.astimezone(CHINA):%Y-%m-%d %H:%M}",
            step.kind.label,
            step.by,
            step.words or _silent(step.kind),
        )
        for step in steps
    ]


def _silent(kind: StepKind) -> str:
    return {StepKind.ACCEPT: "认可", StepKind.URGE: "请尽快答复。"}.get(kind, "")


def _signers() -> Text:
    return Text("经办人：＿＿＿＿＿＿　　校长：＿＿＿＿＿＿", NOTE)


def notices_pdf(papers: Sequence[SupervisionPaper]) -> bytes:
    """For the preview, and for officers."""
    return pdf_bytes("督查通知单", [notice(paper) for paper in papers])


def replies_pdf(papers: Sequence[SupervisionPaper]) -> bytes:
    """For the preview, and for officers."""
    return pdf_bytes("督查答复单", [reply(paper) for paper in papers])


def print_notices(papers: Sequence[SupervisionPaper], path: Path) -> int:
    """The notices as a file that was asked for; the number of pages."""
    return write_pdf(path, "督查通知单", [notice(paper) for paper in papers])


def print_replies(papers: Sequence[SupervisionPaper], path: Path) -> int:
    """The answers as a file that was asked for; the number of pages."""
    return write_pdf(path, "督查答复单", [reply(paper) for paper in papers])


def picture_pdf(title: str, content: bytes) -> bytes:
    """A picture as one page, to be looked at and printed."""
    return pdf_bytes(title, [Part([Standing(Picture(0, 0, 172, 240, content))], page=Page(numbered=False))])


def chinese_day(day: date) -> str:
    """2026年3月2日."""
    return f"{day.year}年{day.month}月{day.day}日"
