"""Printing of 排摸: the lists and forms of places, made off the window and shown in the preview."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from kqdesk.desk.desk import Desk
from kqdesk.desk.job import Job
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.seat import Books
from kqdesk.rooms.office.queries import school_card
from kqdesk.rooms.survey import papers, queries
from kqdesk.rooms.survey.queries import ProgressRow, RoundRow
from kqdesk.rooms.survey.terms import AnswerState

_ALL = 100_000


def print_places(
    desk: Desk, owner: QWidget, shown: RoundRow, places: Sequence[ProgressRow], *, is_form: bool
) -> None:
    """Lists of these places, or a form for everybody there who has not answered."""
    words = "排摸登记表" if is_form else "排摸花名册"
    work = partial(_pdf, desk.store, shown, tuple(places), is_form)
    show = partial(_preview, desk, owner, words)
    desk.start(work, show, title=f"排版{words}", owner=owner)


def _pdf(store: Books, shown: RoundRow, places: Sequence[ProgressRow], is_form: bool, job: Job) -> bytes:
    with store.reading() as session:
        card = school_card(session)
        school = card.name if card else ""
        found = [
            (
                place,
                tuple(queries.answers(session, round_id=shown.id, by=place.by, place=place.key, most=_ALL)),
            )
            for place in places
        ]
    if is_form:
        forms = [
            papers.AskingForm(school, shown.title, shown.ends_on, row)
            for _, rows in found
            for row in rows
            if row.state is not AnswerState.ANSWERED
        ]
        return papers.forms_pdf(forms, job)
    lists = [
        papers.AskingList(school, shown.title, place.title, shown.ends_on, rows) for place, rows in found
    ]
    return papers.lists_pdf(lists, job)


def _preview(desk: Desk, owner: QWidget, words: str, pdf: bytes) -> None:
    PdfPreview(desk, words, pdf, f"{words}.pdf", owner).open()
