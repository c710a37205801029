"""Papers of 考试: tickets, door lists, desk slips, photos, room records, score sheets; any of them for one room only."""

from collections.abc import Sequence

from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.printing.blocks import Block, Part
from kqdesk.printing.document import pdf_bytes
from kqdesk.rooms.exams.papers.rooms import RoomPaper, Seated, desk_slips, face_sheets, room_record
from kqdesk.rooms.exams.papers.scores import (
    ScoreLine,
    ScorePaper,
    print_score_sheets,
    score_sheet,
    score_sheets_pdf,
)
from kqdesk.rooms.exams.papers.tickets import (
    PLAIN_PAGE,
    DoorLine,
    DoorList,
    Ticket,
    TicketPaper,
    door_list,
    door_lists_pdf,
    print_tickets,
    ticket,
    tickets,
    tickets_pdf,
)
from kqdesk.rooms.exams.terms import ExamPaper

__all__ = [
    "DoorLine",
    "DoorList",
    "RoomPaper",
    "ScoreLine",
    "ScorePaper",
    "Seated",
    "Ticket",
    "TicketPaper",
    "desk_slips",
    "door_list",
    "door_lists_pdf",
    "face_sheets",
    "print_score_sheets",
    "print_tickets",
    "room_papers_pdf",
    "room_record",
    "score_sheet",
    "score_sheets_pdf",
    "ticket",
    "tickets",
    "tickets_pdf",
]
QUIET = Quiet()


def room_papers_pdf(
    kinds: Sequence[ExamPaper],
    rooms: Sequence[RoomPaper],
    doors: Sequence[DoorList],
    passes: Sequence[Ticket],
    progress: Progress = QUIET,
) -> bytes:
    """The chosen papers in one file, kind by kind, room by room."""
    parts: list[Part] = []
    for kind in kinds:
        if kind is ExamPaper.TICKETS:
            parts.append(_sheets(tickets(passes), kind.label))
        elif kind is ExamPaper.DOORS:
            parts += [door_list(one) for one in doors]
        else:
            parts += [part for room in rooms for part in _of_room(kind, room)]
    return pdf_bytes("考务材料", [part for part in parts if part.blocks], progress=progress)


def _of_room(kind: ExamPaper, room: RoomPaper) -> list[Part]:
    if kind is ExamPaper.RECORDS:
        return room_record(room)
    sheets = desk_slips(room) if kind is ExamPaper.SLIPS else face_sheets(room)
    return [_sheets(sheets, f"{room.hall}{kind.label}")]


def _sheets(blocks: Sequence[Block], bookmark: str) -> Part:
    return Part(list(blocks), page=PLAIN_PAGE, bookmark=bookmark)
