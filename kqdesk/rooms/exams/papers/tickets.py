"""Admission tickets, and the list for a room's door."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.printing.blocks import Fields, Page, Part, Text
from kqdesk.printing.document import pdf_bytes, write_pdf
from kqdesk.printing.sheet import Box, Line, Mark, Picture, Rect, Sheet, Vertical, tile
from kqdesk.printing.styles import GREY, SUBTITLE, TITLE, Align, FontFace
from kqdesk.printing.table import Column, Grid

QUIET = Quiet()
CARD = (94.0, 128.0)  # four tickets on an A4
PLAIN_PAGE = Page(numbered=False)
TICKET_RULES = (
    "一、凭准考证和本人身份证进场，开考 15 分钟后不得入场。",
    "二、对号入座，准考证和身份证放在桌上备查。",
    "三、手机关机后放到指定地方，不带进座位。",
    "四、考完交卷后离场，试卷和草稿纸不带走。",
)


@dataclass(frozen=True, slots=True)
class TicketPaper:
    """One paper on a ticket."""

    subject: str
    time: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """准考证 of one candidate; the ID number comes masked or whole as the person printing may see it."""

    school: str
    title: str
    on: date
    centre: str
    ticket_no: str
    name: str
    sex: str
    id_number: str
    cohort: str
    hall: str
    seat_no: str
    papers: tuple[TicketPaper, ...]
    photo: bytes | None = None


_FRAME: tuple[Mark, ...] = (
    Rect(2, 2, CARD[0] - 4, CARD[1] - 4, 1.0),
    Rect(CARD[0] - 33, 25, 25, 35, 0.5, GREY),
    Box(CARD[0] - 33, 25, 25, 35, "照片", FontFace.KAI, 10, Align.CENTRE, colour=GREY),
    Box(2, 15.8, CARD[0] - 4, 8, "准 考 证", FontFace.HEI_BOLD, 17, Align.CENTRE),
    Line(6, 94.5, CARD[0] - 6, 94.5, 0.4, GREY),
    Box(
        6,
        96,
        CARD[0] - 12,
        28,
        "\n".join(TICKET_RULES),
        size=7.5,
        wrap=True,
        vertical=Vertical.TOP,
        leading=1.45,
    ),
)


def ticket(paper: Ticket) -> list[Mark]:
    """One ticket, drawn from its own top left corner."""
    marks: list[Mark] = [
        Box(6, 5, CARD[0] - 12, 5, paper.school, size=9, align=Align.CENTRE),
        Box(6, 9.8, CARD[0] - 12, 5.5, paper.title, FontFace.HEI, 10, Align.CENTRE),
    ]
    lines = (
        ("准考证号", paper.ticket_no, FontFace.HEI_BOLD),
        ("姓　　名", paper.name, FontFace.KAI),
        ("性　　别", paper.sex, FontFace.SONG),
        ("证件号码", paper.id_number, FontFace.SONG),
        ("班　　级", paper.cohort, FontFace.SONG),
        ("考　　点", paper.centre, FontFace.SONG),
    )
    for n, (words, value, face) in enumerate(lines):
        y = 25 + n * 6.2
        wide = CARD[0] - 33 - 8 - 18 if n < 6 else CARD[0] - 30
        marks += [Box(7, y, 18, 5.6, words, size=9.5), Box(25, y, wide, 5.6, value, face, 10.5)]
    marks += [
        Box(7, 62.5, 34, 7, [f"考场　{paper.hall}"], FontFace.HEI, 11),
        Box(52, 62.5, 36, 7, [f"座位号　{paper.seat_no}"], FontFace.HEI, 11),
    ]
    if paper.photo is not None:
        marks.append(Picture(CARD[0] - 32.5, 25.5, 24, 34, paper.photo))
    for n, one in enumerate(paper.papers):
        y = 70.5 + n * 5.7
        marks += [
            Box(7, y, 46, 5.4, one.subject, size=9.5),
            Box(
                50,
                y,
                CARD[0] - 57,
                5.4,
                f"{paper.on.month} 月 {paper.on.day} 日 {one.time}",
                size=9.5,
                align=Align.RIGHT,
            ),
        ]
    return marks


def tickets(papers: Sequence[Ticket]) -> list[Sheet]:
    """Four on an A4, to be cut."""
    return tile(
        [ticket(paper) for paper in papers],
        card=CARD,
        across=2,
        down=2,
        origin=(9, 17),
        gap=(4, 6),
        background=_FRAME,
    )


@dataclass(frozen=True, slots=True)
class DoorLine:
    """A candidate on the list at a room's door."""

    seat_no: str
    ticket_no: str
    name: str
    cohort: str


@dataclass(frozen=True, slots=True)
class DoorList:
    """门贴 of one room."""

    school: str
    title: str
    on: date
    hall: str
    place: str
    papers: tuple[TicketPaper, ...]
    lines: tuple[DoorLine, ...]


def door_list(paper: DoorList) -> Part:
    """One room, one page for thirty candidates: what hangs on the door."""
    columns = (Column("座位号", mm=18), Column("准考证号", mm=36), Column("姓名", mm=34, face=FontFace.KAI, size=13),
               Column("班级", align=Align.LEFT))  # fmt: skip
    rows = [(line.seat_no, line.ticket_no, line.name, line.cohort) for line in paper.lines]
    return Part(
        [
            Text(f"{paper.hall}考生名单", TITLE),
            Text(paper.title, SUBTITLE),
            Fields(
                [
                    ("日期", f"{paper.on:%Y年%m月%d日}"),
                    ("地点", paper.place or "—"),
                    ("人数", f"{len(rows)} 人"),
                ],
            ),
            Fields([(one.subject, one.time) for one in paper.papers], columns=3),
            Grid(columns, rows, row_mm=6.6, head_mm=8),
        ],
        page=Page(header_left=paper.school, header_right=paper.hall),
        bookmark=paper.hall,
    )


def tickets_pdf(papers: Sequence[Ticket], progress: Progress = QUIET) -> bytes:
    """For the preview."""
    return pdf_bytes("准考证", tickets(papers), page=PLAIN_PAGE, progress=progress)


def print_tickets(papers: Sequence[Ticket], path: Path, progress: Progress = QUIET) -> int:
    """Into a file; returns the number of pages."""
    return write_pdf(path, "准考证", tickets(papers), page=PLAIN_PAGE, progress=progress)


def door_lists_pdf(papers: Sequence[DoorList], progress: Progress = QUIET) -> bytes:
    """For the preview, a part a room."""
    return pdf_bytes("考场门贴", [door_list(paper) for paper in papers], progress=progress)
