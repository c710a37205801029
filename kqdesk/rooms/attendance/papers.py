"""签到表: the sign-in sheet of one lesson, with a box to sign in for each learner."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.printing.blocks import Block, Fields, Gap, Margins, Page, Part, Text, Together
from kqdesk.printing.document import pdf_bytes, write_pdf
from kqdesk.printing.styles import NOTE, PLAIN, TITLE, FontFace
from kqdesk.printing.table import Column, Grid
from kqdesk.rooms.attendance.queries import RollSheet
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.timetable.rules.days import clock, weekday_word

ONE_COLUMN_MOST = 20
"""Up to this many learners stand in one column with room for remarks; more in two."""

CODE_MM = 22.0
"""Kept free at the right of the head for the machine-readable mark of lesson and page."""


@dataclass(frozen=True, slots=True)
class SignInSheet:
    """One lesson's sheet. ``lines``: (roll number, name, what is known already: 请假 or "")."""

    school: str
    cohort: str
    cohort_no: str
    number: int
    on: date
    start_minute: int
    end_minute: int
    topic: str
    trainer: str
    place: str
    study_hours: int
    lines: tuple[tuple[str, str, str], ...]


NUMBER = Column("序号", mm=11)
NAME = Column("姓名", mm=25, face=FontFace.KAI, size=12)
NARROW = (NUMBER, NAME, Column("签名"), Column("迟到/早退", mm=17, size=9), Column("备注", mm=28, size=9))
HALF = (NUMBER, NAME, Column("签名"), Column("备注", mm=14, size=8.5))


def sign_in_sheet(paper: SignInSheet) -> Part:
    """A4 upright; the place of the code at the top right stays empty until sheets are read by machine."""
    day = f"{paper.on.year}年{paper.on.month}月{paper.on.day}日 {weekday_word(paper.on)}"
    blocks: list[Block] = [
        Text("学员签到表", replace(TITLE, right=CODE_MM, left=CODE_MM)),
        Fields([("班级", paper.cohort), ("班级编号", paper.cohort_no)], columns=2),
        Fields(
            [
                ("日期", day),
                ("时间", f"{clock(paper.start_minute)}—{clock(paper.end_minute)}"),
                ("第几次", f"第 {paper.number} 次，{paper.study_hours} 学时"),
            ]
        ),
        Fields([("课题", paper.topic), ("地点", paper.place)], columns=2),
        Gap(1),
        _table(paper.lines),
        Gap(3),
        Together(
            [
                Fields(
                    [
                        ("应到", f"{len(paper.lines)} 人"),
                        ("实到", "　　　人"),
                        ("培训师签名", paper.trainer and f"（{paper.trainer}）　　　　　"),
                    ],
                    style=replace(PLAIN, size=11),
                ),
                Text("请本人签名，不得代签。没到的空着；迟到、早退请培训师打勾；请假写在备注里。", NOTE),
            ]
        ),
    ]
    return Part(
        blocks,
        page=Page(
            margins=Margins(14, 16, 14, 16),
            header_left=paper.school,
            header_right=f"{paper.cohort_no} · 第 {paper.number} 次",
        ),
        bookmark=f"{paper.cohort} 第 {paper.number} 次",
    )


def _table(lines: Sequence[tuple[str, str, str]]) -> Grid:
    if len(lines) <= ONE_COLUMN_MOST:
        rows = [(number, name, "", "", known) for number, name, known in lines]
        return Grid(NARROW, rows, row_mm=9.5, blank_to=ONE_COLUMN_MOST)
    half = (len(lines) + 1) // 2
    blank = ("", "", "")
    pairs = [(lines[n], lines[half + n] if half + n < len(lines) else blank) for n in range(half)]
    both = [(left[0], left[1], "", left[2], right[0], right[1], "", right[2]) for left, right in pairs]
    return Grid((*HALF, *HALF), both, row_mm=9.5)


def sign_in_pdf(papers: Sequence[SignInSheet]) -> bytes:
    """The sheets for the preview."""
    return pdf_bytes("签到表", [sign_in_sheet(paper) for paper in papers])


def print_sign_in_sheets(papers: Sequence[SignInSheet], path: Path, progress: Progress = Quiet()) -> int:
    """One file, one part a lesson; returns the number of pages."""
    return write_pdf(path, "签到表", [sign_in_sheet(paper) for paper in papers], progress=progress)


def as_sign_in_sheet(roll: RollSheet, school: str) -> SignInSheet:
    """The sheet of a roll as it stands: leave entered before is printed in its row."""
    one = roll.lesson
    lines = tuple(
        (str(row.roll_no or ""), row.name, row.mark.label if row.mark is Mark.EXCUSED else "")
        for row in roll.rows
    )
    return SignInSheet(
        school, one.cohort, one.cohort_no, one.number, one.on, one.start_minute, one.end_minute, one.topic,
        one.trainer, one.place, one.study_hours, lines,
    )  # fmt: skip
