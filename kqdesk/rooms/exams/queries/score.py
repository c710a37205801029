"""The score grid, what differs, what waits, and locked results for 双证."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from kqdesk.rooms.catalogue.terms import DualLevel, Subject
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.exams import rules
from kqdesk.rooms.exams.model import Candidate, ExamRoom, Exemption, Score, Sitting, SittingPaper
from kqdesk.rooms.exams.queries.candidate import waivers
from kqdesk.rooms.exams.queries.sitting import PaperRow, SittingRow, papers_of, sittings
from kqdesk.rooms.exams.queries.standing import STANDS, ExamPolicy, frozen_bands, sitting_policy
from kqdesk.rooms.exams.rules import Attempt, Points
from kqdesk.rooms.exams.terms import SittingState
from kqdesk.rooms.office.queries import staff_names
from kqdesk.rooms.office.queries.steps import StepSignature, step_signatures
from kqdesk.rooms.office.rules import Band
from kqdesk.rooms.office.terms import Standing, Step
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.queries import root_of


@dataclass(frozen=True)
class ScoreCell:
    """A mark as it stands: first entry, second entry, who. ``open_correction``: a correction nobody confirmed yet."""

    score_id: str
    points: Points
    second: Points
    entered_by: str
    checked_by: str | None
    is_corrected: bool
    open_correction: str | None = None
    origin: str = ""

    @property
    def differs(self) -> bool:
        """The second person typed something else and nobody decided yet."""
        return self.checked_by is None and not self.second.is_empty


@dataclass(frozen=True)
class ScoreRow:
    """A candidate's line in the score grid: cell by paper id; papers not sat are not in ``due``."""

    id: str
    ticket_no: str
    name: str
    cohort: str
    hall: str
    hall_id: str | None
    seat_no: int | None
    due: frozenset[str]
    cells: Mapping[str, ScoreCell]


@dataclass(frozen=True)
class ScoreSheet:
    """Everything the score grid shows of a sitting."""

    sitting: SittingRow
    papers: tuple[PaperRow, ...]
    rows: tuple[ScoreRow, ...]
    policy: ExamPolicy


def score_sheet(session: Session, sitting_id: str) -> ScoreSheet:
    """The grid of a sitting by room and seat; a fixed number of statements."""
    [sitting] = sittings(session, sitting_id=sitting_id)
    papers = papers_of(session, sitting_id)
    cells = _cells(session, sitting_id)
    waived = waivers(session, sitting_id)
    found = session.execute(
        select(Candidate, Person.name, Cohort.title, ExamRoom.name)
        .join(Person, Person.id == Candidate.person_id)
        .outerjoin(Enrolment, Enrolment.id == Candidate.enrolment_id)
        .outerjoin(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(ExamRoom, ExamRoom.id == Candidate.exam_room_id)
        .where(Candidate.sitting_id == sitting_id)
        .order_by(Candidate.ticket_no.is_(None), Candidate.ticket_no, Person.name_pinyin, Candidate.id)
    )
    rows = [
        ScoreRow(
            c.id, c.ticket_no or "", name, cohort or "", hall or "", c.exam_room_id, c.seat_no,
            frozenset(p.id for p in papers if rules.takes(p.subject, c.science_option, waived.get(c.id, ()))), cells.get(c.id, {}),
        )
        for c, name, cohort, hall in found
    ]  # fmt: skip
    policy = sitting_policy(session, session.get_one(Sitting, sitting_id))
    return ScoreSheet(sitting, tuple(papers), tuple(rows), policy)


def _cells(session: Session, sitting_id: str) -> dict[str, dict[str, ScoreCell]]:
    found = session.execute(
        select(Score, STANDS)
        .join(Candidate, Candidate.id == Score.candidate_id)
        .where(Candidate.sitting_id == sitting_id)
        .order_by(Score.id)
    ).all()
    waiting = {score.corrects_id: score for score, _ in found if score.corrects_id and not score.checked_by}
    cells: dict[str, dict[str, ScoreCell]] = {}
    for score, stands in found:
        if not stands:
            continue
        later = waiting.get(score.id)
        cells.setdefault(score.candidate_id, {})[score.paper_id] = ScoreCell(
            score.id,
            Points(score.points_tenths, score.flag),
            Points(score.second_tenths, score.second_flag),
            score.entered_by,
            score.checked_by,
            score.corrects_id is not None,
            later.id if later else None,
            score.origin or "",
        )
    return cells


@dataclass(frozen=True)
class DifferenceRow:
    """A cell in which the two entries differ, or a correction that waits. ``id`` is the score's."""

    id: str
    ticket_no: str
    name: str
    subject: Subject
    full_marks: int
    first: Points
    first_by: str
    second: Points
    is_correction: bool
    reason: str


def differences(session: Session, sitting_id: str) -> list[DifferenceRow]:
    """Cells to be decided with the script at hand, by ticket; three statements."""
    names = staff_names(session)
    old = aliased(Score)
    found = session.execute(
        select(Score, Candidate.ticket_no, Person.name, SittingPaper.subject, SittingPaper.full_marks, old)
        .join(Candidate, Candidate.id == Score.candidate_id)
        .join(Person, Person.id == Candidate.person_id)
        .join(SittingPaper, SittingPaper.id == Score.paper_id)
        .outerjoin(old, old.id == Score.corrects_id)
        .where(
            Candidate.sitting_id == sitting_id,
            Score.checked_by.is_(None),
            or_(
                Score.second_tenths.is_not(None),
                Score.second_flag.is_not(None),
                Score.corrects_id.is_not(None),
            ),
        )
        .order_by(Candidate.ticket_no, SittingPaper.start_minute, Score.id)
    )
    return [
        DifferenceRow(
            score.id, ticket or "", name, subject, full_marks,
            Points(old.points_tenths, old.flag) if old else Points(score.points_tenths, score.flag),
            names.get(score.entered_by, ""),
            Points(score.points_tenths, score.flag) if old else Points(score.second_tenths, score.second_flag),
            old is not None, score.correction or "",
        )
        for score, ticket, name, subject, full_marks, old in found
    ]  # fmt: skip


def attempts(
    session: Session, *, level: DualLevel | None = None, person_id: str | None = None
) -> dict[str, list[Attempt]]:
    """Locked results and reviewed exemptions by person, for 双证; two statements."""
    whose = root_of(Candidate.person_id)  # two entries of one person may have sat one sitting
    wanted = (
        select(whose, SittingPaper.subject, Sitting.on, Score.points_tenths, Score.flag, Sitting.id,
               Sitting.title, Sitting.level, Sitting.bands)
        .join(Score, Score.candidate_id == Candidate.id)
        .join(SittingPaper, SittingPaper.id == Score.paper_id)
        .join(Sitting, Sitting.id == Candidate.sitting_id)
        .where(Sitting.state == SittingState.LOCKED, STANDS)
        .order_by(Sitting.on, Score.id)
    )  # fmt: skip
    granted = select(Exemption).where(Exemption.reviewed_on.is_not(None)).order_by(Exemption.issued_on)
    if level is not None:
        wanted, granted = wanted.where(Sitting.level == level), granted.where(Exemption.level == level)
    if person_id is not None:
        wanted = wanted.where(whose == person_id)
        granted = granted.where(Exemption.person_id == person_id)
    found: dict[str, list[Attempt]] = {}
    issued: dict[str, tuple[Band, ...] | None] = {}
    for person, subject, on, tenths, flag, sitting_id, title, of, bands in session.execute(wanted):
        if sitting_id not in issued:
            issued[sitting_id] = frozen_bands(bands)
        attempt = Attempt(subject, on, Points(tenths, flag), sitting_id, title, of, issued[sitting_id])
        found.setdefault(person, []).append(attempt)
    for row in session.scalars(granted):
        found.setdefault(row.person_id, []).append(exempted(row))
    return found


def exempted(row: Exemption) -> Attempt:
    """An exemption as an attempt: dated by its proof."""
    title = f"免考（{row.issuer} {row.proof_no}）"
    points = Points(row.points_tenths)
    return Attempt(row.subject, row.issued_on, points, "", title, row.level, None, row.proof_no)


@dataclass(frozen=True)
class WaitingSitting:
    """A sitting that waits for somebody, for 工作台. ``mine``: marks this person entered and so cannot check."""

    id: str
    title: str
    on: date
    unchecked: int
    mine: int
    differing: int


def marks_waiting(session: Session, actor: str) -> list[WaitingSitting]:
    """Sittings with marks that wait for the second person; one statement."""
    differs = or_(Score.second_tenths.is_not(None), Score.second_flag.is_not(None))
    found = session.execute(
        select(
            Sitting.id, Sitting.title, Sitting.on, func.count(), func.count().filter(Score.entered_by == actor),
            func.count().filter(differs),
        )
        .join(Candidate, Candidate.sitting_id == Sitting.id)
        .join(Score, Score.candidate_id == Candidate.id)
        .where(Score.checked_by.is_(None))
        .group_by(Sitting.id)
        .order_by(Sitting.on)
    )  # fmt: skip
    return [WaitingSitting(*row) for row in found]


def tampered(session: Session, sitting_id: str) -> list[tuple[str, Subject]]:
    """(name, subject) of marks that do not say what the two people signed: unsigned, changed or forged."""
    found = session.execute(
        select(Score.id, Person.name, SittingPaper.subject, Score.corrects_id)
        .join(Candidate, Candidate.id == Score.candidate_id)
        .join(Person, Person.id == Candidate.person_id)
        .join(SittingPaper, SittingPaper.id == Score.paper_id)
        .where(Candidate.sitting_id == sitting_id, Score.checked_by.is_not(None))
        .order_by(Candidate.ticket_no, SittingPaper.start_minute, Score.id)
    ).all()
    signed = step_signatures(session, "score", [key for key, *_ in found])
    return [
        (name, subject)
        for key, name, subject, corrects in found
        if not _is_vouched(signed.get(key, ()), is_correction=corrects is not None)
    ]


def _is_vouched(steps: Sequence[StepSignature], *, is_correction: bool) -> bool:
    """Somebody's good first step and another person's good second step."""
    first = {Step.CORRECT} if is_correction else {Step.ENTER}
    second = {Step.CONFIRM} if is_correction else {Step.CHECK, Step.SETTLE}
    good = [one for one in steps if one.standing is Standing.GOOD]
    one = {step.who for step in good if step.step in first}
    other = {step.who for step in good if step.step in second}
    return bool(one and other) and len(one | other) > 1
