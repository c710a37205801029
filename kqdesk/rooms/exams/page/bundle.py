"""Everything the steps of one sitting show, asked in one go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from kqdesk.rooms.exams import queries, rules
from kqdesk.rooms.exams.queries import (
    CandidateRow,
    CohortToSit,
    DifferenceRow,
    HallRow,
    PaperRow,
    RecordRow,
    ScoreSheet,
    SittingRow,
)
from kqdesk.rooms.exams.terms import SittingState
from kqdesk.rooms.office.queries import may_see_full_ids, school_card
from kqdesk.store.attachments import attached


@dataclass(frozen=True)
class Bundle:
    """One sitting as the page knows it. ``watch_faults``: what speaks against the invigilators; ``photos``: digest of
    each person's newest photo."""

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
    records: tuple[RecordRow, ...] = ()
    photos: Mapping[str, str] = field(default_factory=dict)

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
        tuple(_watch_faults(session, halls, people, sheet.policy.per_hall, found[0].own_cohort_allowed)),
        actor,
        school.name if school else "",
        may_see_full_ids(session, actor),
        f"{lock.by} {lock.at:%Y-%m-%d}" if lock.at else "",
        tuple(queries.room_records(session, sitting_id)),
        {
            person: rows[-1].digest
            for person, rows in attached(session, "person", [p.person_id for p in people], "photo").items()
        },
    )


def _watch_faults(
    session: Session,
    halls: Sequence[HallRow],
    people: Sequence[CandidateRow],
    per_hall: int | None,
    is_own_allowed: bool,
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
    return rules.invigilation_faults(
        watches, names, teaches, per_hall=per_hall, own_cohort_allowed=is_own_allowed
    )
