"""Everything the steps of one sitting show, asked in one go, and the papers made of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from kqdesk.rooms.exams import papers, queries, rules
from kqdesk.rooms.exams.papers import DoorLine, DoorList, ScoreLine, ScorePaper, Ticket, TicketPaper
from kqdesk.rooms.exams.queries import (
    CandidateRow,
    CohortToSit,
    DifferenceRow,
    HallRow,
    PaperRow,
    ScoreRow,
    ScoreSheet,
    SittingRow,
)
from kqdesk.rooms.exams.terms import SittingState
from kqdesk.rooms.office.queries import may_see_full_ids, school_card
from kqdesk.rooms.office.rules import Band
from kqdesk.security.masking import mask_id

SEX = {"1": "男", "2": "女"}


@dataclass(frozen=True)
class Bundle:
    """One sitting as the page knows it. ``watch_faults``: what speaks against the invigilators."""

    sitting: SittingRow
    candidates: tuple[CandidateRow, ...]
    halls: tuple[HallRow, ...]
    sheet: ScoreSheet
    differences: tuple[DifferenceRow, ...]
    cohorts: tuple[CohortToSit, ...]
    watch_faults: tuple[str, ...]
    actor: str
    school: str
    sees_ids: bool
    locked: str

    @property
    def is_locked(self) -> bool:
        """No mark changes any more except by correction."""
        return self.sitting.state is SittingState.LOCKED

    @property
    def papers(self) -> tuple[PaperRow, ...]:
        """In the order of the day."""
        return self.sheet.papers


def load(session: Session, sitting_id: str, actor: str) -> Bundle | None:
    """None when the sitting is gone; a fixed number of statements."""
    found = queries.sittings(session, sitting_id=sitting_id)
    if not found:
        return None
    halls = queries.halls_of(session, sitting_id)
    people = queries.candidates(session, sitting_id)
    school = school_card(session)
    lock = queries.locked_at(session, sitting_id)
    sheet = queries.score_sheet(session, sitting_id)
    return Bundle(
        found[0],
        tuple(people),
        tuple(halls),
        sheet,
        tuple(queries.differences(session, sitting_id)),
        tuple(queries.cohorts_to_sit(session, sitting_id)),
        tuple(_watch_faults(session, halls, people, sheet.policy.per_hall)),
        actor,
        school.name if school else "",
        may_see_full_ids(session, actor),
        f"{lock.by} {lock.at:%Y-%m-%d}" if lock.at else "",
    )


def _watch_faults(
    session: Session, halls: Sequence[HallRow], people: Sequence[CandidateRow], per_hall: int | None
) -> list[str]:
    watches = [
        rules.Watch(
            hall.name,
            [one for one in (hall.invigilator1_id, hall.invigilator2_id) if one],
            {person.cohort_id for person in people if person.hall_id == hall.id},
        )
        for hall in halls
        if hall.seated
    ]
    everybody = {one for watch in watches for one in watch.invigilators}
    teaches = queries.teaching(session, everybody)
    names = {
        one: name
        for hall in halls
        for one, name in zip(
            [i for i in (hall.invigilator1_id, hall.invigilator2_id) if i],
            hall.invigilators.split("、"),
            strict=False,
        )
    }
    return rules.invigilation_faults(watches, names, teaches, per_hall=per_hall, own_cohort_allowed=False)


# -- papers ---------------------------------------------------------------------------------------


def tickets(bundle: Bundle, people: Sequence[CandidateRow]) -> list[Ticket]:
    """Tickets of those who have a seat."""
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
                if rules.takes(p.subject, person.science_option)
            ),
        )
        for person in people
        if person.ticket_no
    ]


def door_lists(bundle: Bundle) -> list[DoorList]:
    """One a room in which somebody sits."""
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
        for hall in bundle.halls
        if hall.seated
    ]


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


TICKETS, DOORS, SCORES = papers.tickets_pdf, papers.door_lists_pdf, papers.score_sheets_pdf
