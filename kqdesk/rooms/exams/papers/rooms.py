"""What lies in an exam room: desk slips, photos to compare faces with, and the record the invigilators sign."""

from dataclasses import dataclass
from datetime import date

from kqdesk.printing.blocks import Block, Fields, Gap, Margins, Page, Part, Text, Together
from kqdesk.printing.sheet import Box, Line, Mark, Picture, Rect, Sheet, tile
from kqdesk.printing.styles import GREY, NOTE, PLAIN, SMALL_TITLE, SUBTITLE, Align, FontFace
from kqdesk.printing.table import Cell, Column, Grid

SLIP = (62.0, 36.0)  # 24 on an A4
FACE = (36.0, 51.0)  # 25 on an A4


@dataclass(frozen=True, slots=True)
class Seated:
    """Somebody in a room, as the papers in it show her. ``id_number`` masked; ``not_due``: papers she does not write."""

    seat_no: str
    ticket_no: str
    name: str
    sex: str
    id_number: str
    cohort: str
    not_due: frozenset[str] = frozenset()
    photo: bytes | None = None


@dataclass(frozen=True, slots=True)
class RoomPaper:
    """One room of a sitting. ``papers``: (subject, time); ``absent``/``violations``: by subject, seat numbers already
    recorded (empty while nothing is)."""

    school: str
    title: str
    on: date
    centre: str
    hall: str
    place: str
    invigilators: tuple[str, ...]
    papers: tuple[tuple[str, str], ...]
    seats: tuple[Seated, ...]


_SLIP_FRAME: tuple[Mark, ...] = (
    Rect(0, 0, SLIP[0], SLIP[1], 0.4, GREY),
    Line(20, 3, 20, SLIP[1] - 3, 0.4, GREY),
)


def desk_slips(paper: RoomPaper) -> list[Sheet]:
    """桌签: one a seat, to be cut and stuck to the desk."""
    return tile(
        [_slip(paper, one) for one in paper.seats], card=SLIP, across=3, down=7, origin=(9, 20), gap=(3, 1),
        background=_SLIP_FRAME,
    )  # fmt: skip


def _slip(paper: RoomPaper, one: Seated) -> list[Mark]:
    return [
        Box(1, 7, 18, 16, one.seat_no, FontFace.HEI_BOLD, 30, Align.CENTRE),
        Box(1, 24, 18, 5, "座位", size=8.5, align=Align.CENTRE, colour=GREY),
        Box(23, 3, SLIP[0] - 25, 5, paper.hall, FontFace.HEI, 9.5),
        Box(23, 9, SLIP[0] - 25, 9, one.name, FontFace.KAI, 18),
        Box(23, 19.5, SLIP[0] - 25, 5, one.ticket_no, FontFace.HEI, 10.5),
        Box(23, 25, SLIP[0] - 25, 4.5, one.cohort, size=8),
        Box(23, 29.5, SLIP[0] - 25, 4.5, paper.title, size=7, colour=GREY),
    ]


def face_sheets(paper: RoomPaper) -> list[Sheet]:
    """照片核对表: photo, seat and name side by side, so that nobody sits for somebody else."""
    width = FACE[0]
    cards = [
        [
            Rect(4.5, 1, 27, 36, 0.5, GREY),
            *([Picture(5, 1.5, 26, 35, one.photo)] if one.photo else [Box(4.5, 1, 27, 36, "没有照片", FontFace.KAI, 9, Align.CENTRE, colour=GREY)]),
            Box(0, 37.5, width, 5.5, f"{one.seat_no}　{one.name}", FontFace.HEI, 11, Align.CENTRE),
            Box(0, 42.5, width, 4, one.ticket_no, size=8.5, align=Align.CENTRE),
            Box(0, 46, width, 4, one.id_number, size=7, align=Align.CENTRE, colour=GREY),
        ]
        for one in paper.seats
    ]  # fmt: skip
    head: tuple[Mark, ...] = (
        Box(10, 9, 190, 8, f"{paper.hall}照片核对表", FontFace.HEI_BOLD, 15, Align.CENTRE),
        Box(
            10,
            17,
            190,
            5,
            f"{paper.title}　{paper.on:%Y年%m月%d日}　{paper.centre}",
            size=9,
            align=Align.CENTRE,
        ),
    )
    sheets = tile(cards, card=FACE, across=5, down=5, origin=(11, 24), gap=(2, 1))
    return [Sheet([*head, *sheet.marks], sheet.background) for sheet in sheets]


_RECORD_COLUMNS = (
    Column("座位", mm=12),
    Column("准考证号", mm=30, size=9.5),
    Column("姓名", mm=24, face=FontFace.KAI, size=11.5),
    Column("证件号码", share=1, size=9),
)


def room_record(paper: RoomPaper) -> list[Part]:
    """考场记录单: a page a paper: the entry check ticked, absences, scripts counted, two signatures."""
    return [_record_of(paper, subject, time) for subject, time in paper.papers]


def _record_of(paper: RoomPaper, subject: str, time: str) -> Part:
    due = [one for one in paper.seats if subject not in one.not_due]
    columns = (*_RECORD_COLUMNS, Column("人证相符", mm=18), Column("考生签名", mm=30), Column("备注", mm=20))
    rows = [(one.seat_no, one.ticket_no, one.name, one.id_number, Cell("□", size=11), "", "") for one in due]
    head: list[Block] = [
        Text("考场记录单", SMALL_TITLE),
        Text(paper.title, SUBTITLE),
        Fields([("考点", paper.centre or paper.school), ("考场", paper.hall), ("地点", paper.place or "—")]),
        Fields([("科目", subject), ("日期", f"{paper.on:%Y年%m月%d日}"), ("时间", time)]),
        Grid(columns, rows, row_mm=5.5 if len(due) > 20 else 6.6, head_mm=8),
    ]
    names = [*paper.invigilators, "", ""][:2]
    foot = Together(
        [
            Gap(1),
            Fields(
                [("应考", f"{len(due)} 人"), ("实考", "＿＿＿＿ 人"), ("缺考", "＿＿＿＿ 人"),
                 ("缺考座号", "＿＿＿＿＿＿"), ("违纪座号", "＿＿＿＿＿＿"), ("试卷份数", "＿＿＿＿ 份")],
                columns=3,
            ),
            Text("情况记录：", PLAIN),
            Gap(7),
            Fields([(f"监考签名{f'（{name}）' if name else ''}", "＿＿＿＿＿＿＿＿") for name in names], columns=2),
            Text("核对证件和照片无误后在“人证相符”打勾；没有打勾的不得进场，也不登分。", NOTE),
        ]
    )  # fmt: skip
    return Part(
        [*head, foot],
        page=Page(
            margins=Margins(top=17, right=16, bottom=14, left=16),
            header_left=paper.school,
            header_right=f"{paper.hall} {subject}",
        ),
        bookmark=f"{paper.hall} {subject}",
    )
