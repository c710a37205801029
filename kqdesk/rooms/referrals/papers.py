"""What is printed for a college: the letter with the list of who was referred 报读推荐函."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from kqdesk.printing.blocks import Gap, Page, Part, Standing, Text, Together
from kqdesk.printing.document import pdf_bytes
from kqdesk.printing.sheet import Picture
from kqdesk.printing.styles import BODY, LETTER, NOTE, SIGNATURE, TITLE, Align, FontFace
from kqdesk.printing.table import Column, Grid
from kqdesk.rooms.referrals.queries import LetterRow
from kqdesk.security.masking import mask_id, mask_phone

COLUMNS = (
    Column("序号", mm=10),
    Column("姓名", mm=20, face=FontFace.KAI, size=12),
    Column("性别", mm=9),
    Column("证件号码", mm=36, size=9.5),
    Column("联系电话", mm=23, size=9.5),
    Column("现有学历", mm=22, size=9.5),
    Column("报读专业", align=Align.LEFT, size=9.5, wrap=True),
    Column("层次", mm=22, size=9),
)


@dataclass(frozen=True, slots=True)
class CollegeLetter:
    """A letter to one college. ``lines``: name, sex, number, phone, schooling, programme, level."""

    school: str
    phone: str
    college: str
    year: int
    on: date
    lines: tuple[tuple[str, str, str, str, str, str, str], ...]


def college_letter(paper: CollegeLetter) -> Part:
    """A4 upright: who asks, what for, the list with its head repeated, seal and day."""
    words = (
        f"经我校走访联系，现有 {len(paper.lines)} 名社会人员有意报读贵校（名单附后）。"
        "请予以接洽，并将报名、录取、入学和毕业情况告知我校，便于我们做好后续服务。"
    )
    phone = f"联系电话：{paper.phone}" if paper.phone else ""
    return Part(
        [
            Text("报读推荐函", TITLE),
            Gap(4),
            Text(f"{paper.college}：", replace(LETTER, indent=0)),
            Text(words, LETTER),
            Text(phone, BODY) if phone else Gap(1),
            Gap(2),
            Grid(COLUMNS, paper.lines, numbered=True, row_mm=8),
            Text("名单含个人信息，仅用于报读接洽，请妥善保管。", NOTE),
            Together(
                [
                    Gap(10),
                    Text(
                        f"{paper.school}（盖章）\n{paper.on.year}年{paper.on.month}月{paper.on.day}日",
                        SIGNATURE,
                    ),
                ]
            ),
        ],
        page=Page(header_left=paper.school, header_right=f"{paper.year} 年报读"),
        bookmark=f"{paper.college} {paper.year}",
    )


def college_letters_pdf(papers: Sequence[CollegeLetter]) -> bytes:
    """One part a college, for the preview."""
    return pdf_bytes("报读推荐函", [college_letter(paper) for paper in papers])


def as_letters(
    rows: Sequence[LetterRow], school: str, phone: str, on: date, *, shows_numbers: bool
) -> list[CollegeLetter]:
    """A letter for each college and year among the rows; ID and phone masked unless ``shows_numbers``."""
    ordered = sorted(rows, key=lambda row: (row.college, row.year))
    return [
        CollegeLetter(school, phone, college, year, on, tuple(_line(row, shows_numbers) for row in those))
        for (college, year), those in groupby(ordered, key=lambda row: (row.college, row.year))
    ]


def _line(row: LetterRow, shows_numbers: bool) -> tuple[str, str, str, str, str, str, str]:
    number = row.id_number if shows_numbers else mask_id(row.id_number)
    phone = row.phone if shows_numbers else mask_phone(row.phone)
    return row.name, row.sex, number, phone, row.education, row.programme, row.level.label


def picture_pdf(title: str, content: bytes) -> bytes:
    """A proof that is a picture as one page, to be looked at and printed."""
    return pdf_bytes(title, [Part([Standing(Picture(0, 0, 172, 240, content))], page=Page(numbered=False))])
