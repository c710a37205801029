"""Papers of exams and of the end, filled from the home: tickets, score sheets, door lists, completion certificates."""

from collections.abc import Sequence
from contextlib import suppress
from itertools import groupby

from sqlalchemy.orm import Session

from kqdesk.cli.paper_wish import Wish
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import CHINA
from kqdesk.printing.document import write_pdf
from kqdesk.rooms.certificates.papers import print_certificates
from kqdesk.rooms.certificates.queries import certificates, papers_to_print
from kqdesk.rooms.certificates.terms import CertificateState
from kqdesk.rooms.exams import papers
from kqdesk.rooms.exams import queries as exams
from kqdesk.rooms.exams.papers import DoorLine, DoorList, ScoreLine, ScorePaper, Ticket, TicketPaper
from kqdesk.rooms.exams.queries import CandidateRow, PaperRow, ScoreRow, SittingRow
from kqdesk.rooms.exams.rules import takes
from kqdesk.rooms.people.terms import Sex

PRINTABLE = (CertificateState.APPROVED, CertificateState.PRINTED, CertificateState.HANDED_OUT)


def admission_tickets(wish: Wish) -> int:
    """A ticket for everybody who has a seat."""
    name = wish.letterhead
    with wish.school.store.reading() as session:
        sitting = _sitting(wish, session)
        subjects = exams.papers_of(session, sitting.id)
        tickets = [
            _ticket(wish, name, sitting, row, subjects)
            for row in exams.candidates(session, sitting.id)
            if row.ticket_no
        ]
    return papers.print_tickets(tickets, wish.out, wish.progress) if tickets else 0


def door_lists(wish: Wish) -> int:
    """For each room's door: who sits where."""
    name = wish.letterhead
    with wish.school.store.reading() as session:
        sitting = _sitting(wish, session)
        times = _times(exams.papers_of(session, sitting.id))
        places = {hall.name: hall.place for hall in exams.halls_of(session, sitting.id)}
        seated = [row for row in exams.candidates(session, sitting.id) if row.seat_no]
    lists = [
        DoorList(name, sitting.title, sitting.on, hall, places.get(hall, ""), times, _door_lines(list(rows)))
        for hall, rows in groupby(sorted(seated, key=lambda row: row.hall), key=lambda row: row.hall)
    ]
    parts = [papers.door_list(one) for one in lists]
    return write_pdf(wish.out, "考场门贴", parts, progress=wish.progress) if parts else 0


def score_sheets(wish: Wish) -> int:
    """A sheet a room, with the marks once they are locked, blank for writing before."""
    name = wish.letterhead
    with wish.school.store.reading() as session:
        sitting = _sitting(wish, session)
        sheet = exams.score_sheet(session, sitting.id)
        locked = exams.locked_at(session, sitting.id)
    rows = sorted(sheet.rows, key=lambda row: (row.hall, row.seat_no or 0))
    filled = [
        ScorePaper(
            school=name,
            title=sitting.title,
            on=sitting.on,
            hall=hall,
            subjects=tuple(paper.subject.label for paper in sheet.papers),
            lines=tuple(_score_line(row, sheet.papers) for row in own),
            is_filled=locked.at is not None,
            locked=f"{locked.by} {locked.at.astimezone(CHINA):%Y-%m-%d %H:%M}" if locked.at else "",
        )
        for hall, own in groupby(rows, key=lambda row: row.hall)
    ]
    return papers.print_score_sheets(filled, wish.out, wish.progress) if filled else 0


def completion_certificates(wish: Wish) -> int:
    """Approved certificates: of the numbers or cohorts named, else all of them."""
    with wish.school.store.reading() as session:
        rows = [row for row in certificates(session) if row.state in PRINTABLE]
        unknown = set(wish.numbers) - {row.serial_no for row in rows}
        if unknown:
            raise UserError(f"没有已批准的证书编号：{'、'.join(sorted(unknown))}。")
        if wish.numbers:
            rows = [row for row in rows if row.serial_no in wish.numbers]
        if wish.cohorts:
            chosen = {row.id for row in wish.cohort_rows(session)}
            rows = [row for row in rows if row.cohort_id in chosen]
        sheets = papers_to_print(session, [row.id for row in rows], on=wish.today)
    return print_certificates(sheets, wish.out, wish.progress) if sheets else 0


def _sitting(wish: Wish, session: Session) -> SittingRow:
    """The one named, or the newest."""
    found = exams.sittings(session)
    named = [row for row in found if wish.sitting in row.title]
    if not named:
        titles = "、".join(row.title for row in found[:5])
        raise UserError(f"没有叫「{wish.sitting}」的考试。{'有：' + titles if titles else '还没有建考试。'}")
    return named[0]


def _ticket(
    wish: Wish, name: str, sitting: SittingRow, row: CandidateRow, subjects: Sequence[PaperRow]
) -> Ticket:
    own = [paper for paper in subjects if takes(paper.subject, row.science_option, row.left_out)]
    return Ticket(
        school=name,
        title=sitting.title,
        on=sitting.on,
        centre=sitting.centre,
        ticket_no=row.ticket_no,
        name=row.name,
        sex=Sex(row.sex).label if row.sex else "",
        id_number=wish.shown_id(row.id_number),
        cohort=row.cohort,
        hall=row.hall,
        seat_no=str(row.seat_no or ""),
        papers=_times(own),
        photo=_photo(wish, row),
    )


def _photo(wish: Wish, row: CandidateRow) -> bytes | None:
    """The person's picture; None leaves the empty frame, also when its file is missing."""
    with suppress(UserError):
        return wish.school.attachments.read(row.photo, "照片") if row.photo else None
    return None


def _times(subjects: Sequence[PaperRow]) -> tuple[TicketPaper, ...]:
    return tuple(TicketPaper(paper.subject.label, paper.time_words) for paper in subjects)


def _door_lines(rows: Sequence[CandidateRow]) -> tuple[DoorLine, ...]:
    ordered = sorted(rows, key=lambda row: row.seat_no or 0)
    return tuple(DoorLine(str(row.seat_no), row.ticket_no, row.name, row.cohort) for row in ordered)


def _score_line(row: ScoreRow, subjects: Sequence[PaperRow]) -> ScoreLine:
    marks = {
        paper.subject.label: row.cells[paper.id].points.words for paper in subjects if paper.id in row.cells
    }
    not_due = frozenset(paper.subject.label for paper in subjects if paper.id not in row.due)
    return ScoreLine(row.ticket_no, row.name, row.cohort, marks, not_due)
