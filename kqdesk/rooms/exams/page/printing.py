"""The papers of one sitting, made of its bundle and shown before they are printed; any of them for one room only."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog

from kqdesk.desk.fields import Choice, MultiChoice
from kqdesk.desk.form import FormPanel
from kqdesk.desk.preview import PdfPreview
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.exams import papers, rules, sheets
from kqdesk.rooms.exams.page.bundle import Bundle
from kqdesk.rooms.exams.papers import (
    DoorLine,
    DoorList,
    RoomPaper,
    ScoreLine,
    ScorePaper,
    Seated,
    Ticket,
    TicketPaper,
)
from kqdesk.rooms.exams.queries import CandidateRow, HallRow, ScoreRow, ScoreSheet
from kqdesk.rooms.exams.terms import ExamPaper
from kqdesk.rooms.office.rules import Band
from kqdesk.security.masking import mask_id
from kqdesk.store.attachments import Attachments

if TYPE_CHECKING:
    from kqdesk.rooms.exams.page.screen import ExamsPage

SEX = {"1": "男", "2": "女"}
Photo = Callable[[str], bytes | None]


class Printing:
    """What the page prints and writes out."""

    def __init__(self, page: "ExamsPage") -> None:
        self.page, self.desk = page, page.desk

    def ask(self, hall_id: str | None = None) -> None:
        """A panel: which papers, for which room."""
        bundle = self.page.bundle
        if bundle is None:
            return
        fields = (
            MultiChoice(name="kinds", label="打印什么", choices=tuple((k, k.label) for k in ExamPaper), required=True, columns=2),
            Choice(name="hall_id", label="哪个考场", choices=(("", "全部考场"), *((h.id, h.name) for h in bundle.halls if h.seated))),
        )  # fmt: skip
        values = {"kinds": (ExamPaper.TICKETS,), "hall_id": hall_id or ""}
        panel = FormPanel(
            self.desk, "打印考务材料", fields, self._chosen, values=values, save_text="打印预览"
        )
        self.page.show_panel(panel)

    def _chosen(self, values: dict[str, Any], panel: FormPanel) -> None:
        self.rooms(values["kinds"], values["hall_id"] or None)
        panel.form.is_edited = False
        panel.closed.emit()

    def rooms(self, kinds: Sequence[ExamPaper], hall_id: str | None = None) -> None:
        """Preview of these papers for one room or all of them."""
        bundle = self.page.bundle
        if bundle is None:
            return
        people = [p for p in bundle.candidates if hall_id in (None, p.hall_id)]
        make = partial(_rooms_pdf, self.desk.attachments, bundle, people, kinds, hall_id)
        self._print("、".join(kind.label for kind in kinds), make)

    def tickets(self, people: Sequence[CandidateRow]) -> None:
        """Preview of admission tickets."""
        if self.page.bundle is not None:
            self._print("准考证", partial(_tickets_pdf, self.desk.attachments, self.page.bundle, people))

    def scores(self, *, is_filled: bool) -> None:
        """Preview of the score sheets."""
        if self.page.bundle is not None:
            found = score_papers(self.page.bundle, is_filled=is_filled)
            self._print("成绩登记册", partial(_scores_pdf, found))

    def _print(self, title: str, make: Callable[[Any], bytes]) -> None:
        self.desk.start(make, partial(self._preview, title), title=f"排版{title}", owner=self.page)

    def _preview(self, title: str, pdf: bytes) -> None:
        bundle = self.page.bundle
        name = f"{title}-{bundle.sitting.title}.pdf" if bundle else f"{title}.pdf"
        PdfPreview(self.desk, title, pdf, name, self.page).open()

    def export(self) -> None:
        """The marks as .xlsx, wherever the person says."""
        bundle = self.page.bundle
        if bundle is None:
            return
        path, _ = QFileDialog.getSaveFileName(
            self.page, "导出成绩", f"成绩-{bundle.sitting.title}.xlsx", "Excel (*.xlsx)"
        )
        if path:
            write = partial(_written, Path(path), bundle.sheet)
            self.desk.start(write, self._exported, title="导出成绩", owner=self.page)

    def _exported(self, count: int) -> None:
        self.desk.tell(f"已导出 {count} 名考生的成绩。")


def _rooms_pdf(
    kept: Attachments, bundle: Bundle, people: Sequence[CandidateRow], kinds: Sequence[ExamPaper],
    hall_id: str | None, job: Any,
) -> bytes:  # fmt: skip
    needs = {ExamPaper.TICKETS, ExamPaper.FACES} & set(kinds)
    photo = photos_of(kept, bundle.photos if needs else {}, people)
    return papers.room_papers_pdf(
        kinds,
        room_papers(bundle, photo, hall_id),
        door_lists(bundle, hall_id),
        tickets(bundle, people, photo),
        job,
    )


def _tickets_pdf(kept: Attachments, bundle: Bundle, people: Sequence[CandidateRow], job: Any) -> bytes:
    photo = photos_of(kept, bundle.photos, people)
    return papers.tickets_pdf(tickets(bundle, people, photo), progress=job)


def _scores_pdf(found: Sequence[ScorePaper], job: Any) -> bytes:
    return papers.score_sheets_pdf(found, progress=job)


def _written(path: Path, sheet: ScoreSheet, job: Any) -> int:
    return sheets.write_scores(path, sheet, progress=job)


def photos_of(kept: Attachments, digests: Mapping[str, str], people: Sequence[CandidateRow]) -> Photo:
    """Each person's picture, read once; whose file is missing or no picture gets the empty frame."""
    found: dict[str, bytes] = {}
    for person in people:
        digest = digests.get(person.person_id)
        if digest:
            try:
                found[person.person_id] = kept.read(digest, "照片")
            except UserError:
                continue  # the paper shows the empty frame, as for those who never gave a photo
    return found.get


# -- what the papers say --------------------------------------------------------------------------


def tickets(bundle: Bundle, people: Sequence[CandidateRow], photo: Photo) -> list[Ticket]:
    """Tickets of those who have a seat; ``photo`` gives a person's picture or None."""
    return [
        Ticket(
            bundle.school,
            bundle.sitting.title,
            bundle.sitting.on,
            bundle.sitting.centre or bundle.school,
            person.ticket_no,
            person.name,
            SEX.get(person.sex, ""),
            person.id_number if bundle.sees_ids else mask_id(person.id_number),
            person.cohort,
            person.hall,
            str(person.seat_no or ""),
            tuple(
                TicketPaper(p.subject.label, p.time_words)
                for p in bundle.papers
                if rules.takes(p.subject, person.science_option, person.left_out)
            ),
            photo(person.person_id),
        )
        for person in people
        if person.ticket_no
    ]


def door_lists(bundle: Bundle, hall_id: str | None = None) -> list[DoorList]:
    """One a room in which somebody sits, or that room only."""
    times = tuple(TicketPaper(p.subject.label, p.time_words) for p in bundle.papers)
    return [
        DoorList(
            bundle.school,
            bundle.sitting.title,
            bundle.sitting.on,
            hall.name,
            hall.place,
            times,
            tuple(
                DoorLine(str(p.seat_no), p.ticket_no, p.name, p.cohort)
                for p in bundle.candidates
                if p.hall_id == hall.id
            ),
        )
        for hall in _halls(bundle, hall_id)
    ]


def _halls(bundle: Bundle, hall_id: str | None) -> list[HallRow]:
    return [hall for hall in bundle.halls if hall.seated and hall_id in (None, hall.id)]


def room_papers(bundle: Bundle, photo: Photo, hall_id: str | None = None) -> list[RoomPaper]:
    """The rooms in which somebody sits, or one of them, with everybody's seat and photo."""
    return [_room(bundle, hall, photo) for hall in _halls(bundle, hall_id)]


def _room(bundle: Bundle, hall: HallRow, photo: Photo) -> RoomPaper:
    seated = sorted(
        (p for p in bundle.candidates if p.hall_id == hall.id), key=lambda person: person.seat_no or 0
    )
    seats = tuple(
        Seated(
            str(p.seat_no or ""), p.ticket_no, p.name, SEX.get(p.sex, ""), mask_id(p.id_number), p.cohort,
            frozenset(
                one.subject.label
                for one in bundle.papers
                if not rules.takes(one.subject, p.science_option, p.left_out)
            ),
            photo(p.person_id),
        )
        for p in seated
    )  # fmt: skip
    written = [one for one in bundle.papers if any(one.subject.label not in seat.not_due for seat in seats)]
    return RoomPaper(
        bundle.school, bundle.sitting.title, bundle.sitting.on, hall.centre or bundle.sitting.centre or bundle.school,
        hall.name, hall.place, tuple(name for name in hall.invigilators.split("、") if name),
        tuple((one.subject.label, one.time_words) for one in written), seats,
    )  # fmt: skip


def score_papers(bundle: Bundle, *, is_filled: bool) -> list[ScorePaper]:
    """One a room, or one for all while nobody has a seat."""
    halls: list[tuple[str | None, str]] = [(h.id, h.name) for h in bundle.halls if h.seated]
    halls = halls or [(None, "")]
    subjects = tuple(p.subject.label for p in bundle.papers)
    return [
        ScorePaper(
            bundle.school,
            bundle.sitting.title,
            bundle.sitting.on,
            name,
            subjects,
            tuple(
                _score_line(bundle, row, is_filled=is_filled)
                for row in bundle.sheet.rows
                if hall_id is None or row.hall_id == hall_id
            ),
            is_filled,
            locked=bundle.locked if is_filled else "",
            bands=bands_words(bundle.sheet.policy.bands) if is_filled else "",
        )
        for hall_id, name in halls
    ]


def _score_line(bundle: Bundle, row: ScoreRow, *, is_filled: bool) -> ScoreLine:
    marks = {
        p.subject.label: row.cells[p.id].points.words
        for p in bundle.papers
        if is_filled and p.id in row.cells
    }
    not_due = frozenset(p.subject.label for p in bundle.papers if p.id not in row.due)
    return ScoreLine(row.ticket_no, row.name, row.cohort, marks, not_due)


def bands_words(bands: Sequence[Band] | None) -> str:
    """A 80 分以上，B 60 分以上 …; empty when 未配置."""
    return "，".join(f"{band.grade} {band.lowest} 分以上" for band in bands or ())
