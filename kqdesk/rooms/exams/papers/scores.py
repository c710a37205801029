"""成绩登记册: blank to write on, or with the marks as they stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.printing.blocks import Fields, Gap, Page, Part, Text, Together
from kqdesk.printing.document import pdf_bytes, write_pdf
from kqdesk.printing.styles import NOTE, SUBTITLE, TITLE, Align, FontFace
from kqdesk.printing.table import Column, Grid

QUIET = Quiet()


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One candidate on the score sheet; a mark or grade by subject, blank on a blank sheet."""

    ticket_no: str
    name: str
    cohort: str
    marks: Mapping[str, str]
    not_due: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ScorePaper:
    """成绩登记册 of a sitting or one of its rooms. ``marks`` of the lines empty: a sheet to write on."""

    school: str
    title: str
    on: date
    hall: str
    subjects: tuple[str, ...]
    lines: tuple[ScoreLine, ...]
    is_filled: bool
    entered_by: str = ""
    checked_by: str = ""
    locked: str = ""
    bands: str = ""


def score_sheet(paper: ScorePaper) -> Part:
    """Rows are never cut; papers a candidate does not sit are struck out."""
    columns = (
        Column("序号", mm=11),
        Column("准考证号", mm=25, size=9.5),
        Column("姓名", mm=22, face=FontFace.KAI, size=11.5),
        Column("班级", align=Align.LEFT, size=9),
        *(
            Column(subject, mm=17.5 if len(paper.subjects) > 4 else 22, size=9.5)
            for subject in paper.subjects
        ),
    )
    rows = [
        (
            line.ticket_no,
            line.name,
            line.cohort,
            *("／" if s in line.not_due else line.marks.get(s, "") for s in paper.subjects),
        )
        for line in paper.lines
    ]
    foot = [("登分人", paper.entered_by or "＿＿＿＿＿＿"), ("复核人", paper.checked_by or "＿＿＿＿＿＿"),
            ("锁定", paper.locked or "＿＿＿＿＿＿")]  # fmt: skip
    note = f"等第：{paper.bands}。" if paper.bands else ""
    return Part(
        [
            Text("成绩登记册", TITLE),
            Text(paper.title, SUBTITLE),
            Fields(
                [
                    ("日期", f"{paper.on:%Y年%m月%d日}"),
                    ("考场", paper.hall or "全部"),
                    ("人数", f"{len(rows)} 人"),
                ]
            ),
            Grid(columns, rows, numbered=True, row_mm=7, head_mm=10.5),
            Together(
                [Gap(3), Fields(foot), Text(f"{note}缺考、缓考、违纪照实填写；“／”为不考的科目。", NOTE)]
            ),
        ],
        page=Page(header_left=paper.school, header_right=paper.hall),
        bookmark=paper.hall or "全部",
    )


def score_sheets_pdf(papers: Sequence[ScorePaper], progress: Progress = QUIET) -> bytes:
    """For the preview, a part a room."""
    return pdf_bytes("成绩登记册", [score_sheet(paper) for paper in papers], progress=progress)


def print_score_sheets(papers: Sequence[ScorePaper], path: Path, progress: Progress = QUIET) -> int:
    """Into a file; returns the number of pages."""
    return write_pdf(path, "成绩登记册", [score_sheet(paper) for paper in papers], progress=progress)
