"""What comes from outside the program: the organiser's list, and what invigilators wrote down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select, update

from kqdesk.kernel.errors import InputFaults, UserError
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.exams import queries
from kqdesk.rooms.exams.actions.checks import unlocked
from kqdesk.rooms.exams.actions.hall import centre_of
from kqdesk.rooms.exams.actions.score import Entry, keep_entries
from kqdesk.rooms.exams.model import Candidate, ExamRoom, RoomRecord, Sitting, SittingPaper
from kqdesk.rooms.exams.rules import ListLine, Matched, Points, Standing
from kqdesk.rooms.exams.terms import ScoreFlag, SittingState
from kqdesk.security.signing import Signer
from kqdesk.store.actions import Writing, action

_SEATING = frozenset({"ticket_no", "centre", "hall", "seat_no", "option"})


@dataclass(frozen=True)
class ListTaken:
    """What came of a list: people entered, seats or tickets taken, marks taken, differences left as they were."""

    entered: int
    seated: int
    marks: int
    left: int


@action("导入考试名单")
def import_list(
    w: Writing,
    *,
    sitting_id: str,
    lines: Sequence[ListLine],
    file_name: str,
    signer: Signer | None,
    takes_differences: bool = False,
) -> ListTaken:
    """Seats, tickets and marks of an organiser's list, matched by number; the whole or, with faults, nothing.

    What is already kept here in other words stays unless ``takes_differences``. Imported marks wait for a second
    person like typed ones.
    """
    sitting = unlocked(w, sitting_id)
    plan = queries.match_list(w.session, sitting_id, lines)
    if plan.faults:
        raise InputFaults(f"名单里有 {len(plan.faults)} 处要改，一条都没有导入。改好后再导入。", plan.faults)
    if not plan.matched:
        raise UserError("名单里没有本校的人，没有可以导入的。请核对是不是这场考试的名单。")
    taken = [one for one in plan.matched if takes_differences or one.standing is not Standing.DIFFERS]
    ids, entered = _enter(w, sitting, taken)
    seated = _seat(w, sitting, taken, ids)
    papers = {paper.subject: paper.id for paper in queries.papers_of(w.session, sitting_id)}
    entries = [
        Entry(ids[one.known.person_id], papers[subject], points)
        for one in taken
        for subject, points in one.line.marks.items()
        if not points.is_empty
    ]
    marks = keep_entries(w, sitting_id, entries, signer, file_name) if entries else 0
    w.note(f"{sitting.title} {len(taken)} 人，成绩 {marks} 格")
    return ListTaken(entered, seated, marks, len(plan.matched) - len(taken))


def _enter(w: Writing, sitting: Sitting, taken: Sequence[Matched]) -> tuple[dict[str, str], int]:
    """person → candidate, those new to the sitting entered with their newest enrolment of its level."""
    ids = {one.known.person_id: one.known.candidate_id for one in taken if one.known.candidate_id}
    fresh = [one for one in taken if not one.known.candidate_id]
    newest = {
        person: (key, option)
        for person, key, option in w.session.execute(
            select(Enrolment.person_id, Enrolment.id, Enrolment.science_option)
            .join(Cohort, Cohort.id == Enrolment.cohort_id)
            .where(
                Enrolment.person_id.in_([one.known.person_id for one in fresh]), Cohort.level == sitting.level
            )
            .order_by(Cohort.starts_on, Enrolment.id)
        )
    }
    rows = []
    for one in fresh:
        key, option = newest.get(one.known.person_id, (None, None))
        ids[one.known.person_id] = w.ids().new()
        rows.append(
            {
                "id": ids[one.known.person_id], "sitting_id": sitting.id, "person_id": one.known.person_id,
                "enrolment_id": key, "science_option": one.line.option or option,
            }
        )  # fmt: skip
    if rows:
        w.session.execute(insert(Candidate), rows)
    return ids, len(rows)


def _seat(w: Writing, sitting: Sitting, taken: Sequence[Matched], ids: Mapping[str, str]) -> int:
    told = [one for one in taken if {c.key for c in (*one.fills, *one.differs)} & _SEATING]
    halls = _halls(w, sitting.id, [one.line for one in taken])
    rows = []
    for one in told:
        line, known = one.line, one.known
        hall = line.hall or known.hall
        rows.append(
            {
                "id": ids[known.person_id],
                "ticket_no": line.ticket_no or known.ticket_no or None,
                "exam_room_id": halls.get((line.centre or known.centre, hall)) if hall else None,
                "seat_no": line.seat_no if line.seat_no is not None else known.seat_no,
                "science_option": line.option or known.option,
            }
        )
    if rows:
        w.session.execute(update(Candidate), rows)
        if sitting.state is SittingState.DRAFT and any(row["ticket_no"] for row in rows):
            sitting.state = SittingState.ARRANGED
    return len(rows)


def _halls(w: Writing, sitting_id: str, lines: Sequence[ListLine]) -> dict[tuple[str, str], str]:
    """(centre, room) → id; rooms the list names and nobody knows are made as large as their highest seat."""
    known = {(hall.centre, hall.name): hall.id for hall in queries.halls_of(w.session, sitting_id)}
    highest: dict[tuple[str, str], int] = {}
    for line in lines:
        if line.hall:
            key = (line.centre, line.hall)
            highest[key] = max(highest.get(key, 1), line.seat_no or 1)
    for (centre, hall), seats in sorted(highest.items()):
        if (centre, hall) not in known:
            room = ExamRoom(
                sitting_id=sitting_id, name=hall, capacity=seats, centre_id=centre_of(w, sitting_id, centre)
            )
            w.session.add(room)
            w.session.flush()
            known[centre, hall] = room.id
    return known


@action("登记考场记录")
def record_room(
    w: Writing,
    *,
    hall_id: str,
    paper_id: str,
    absent: Sequence[int] = (),
    violations: Sequence[int] = (),
    scripts: int | None = None,
    remark: str | None = None,
    signer: Signer | None,
) -> int:
    """What the invigilators wrote down, by seat numbers: who was not there gets 缺考, who broke the rules 违纪.

    Afterwards nobody recorded as absent can be given a mark. Returns how many flags were entered.
    """
    hall = w.session.get_one(ExamRoom, hall_id)
    paper = w.session.get_one(SittingPaper, paper_id)
    unlocked(w, hall.sitting_id)
    seats = _due_by_seat(w, hall, paper)
    _refuse_record(hall, paper, seats, absent, violations, scripts)
    row = w.session.scalar(
        select(RoomRecord).where(RoomRecord.exam_room_id == hall_id, RoomRecord.paper_id == paper_id)
    )
    if row is None:
        row = RoomRecord(
            exam_room_id=hall_id, paper_id=paper_id, absent=[], violations=[], recorded_by=w.actor
        )
        w.session.add(row)
    before = {*row.absent, *row.violations}
    row.absent, row.violations = [seats[n] for n in absent], [seats[n] for n in violations]
    row.scripts, row.remark, row.recorded_by = scripts, remark or None, w.actor
    w.session.flush()
    flags = {
        **{seats[n]: ScoreFlag.ABSENT for n in absent},
        **{seats[n]: ScoreFlag.VIOLATION for n in violations},
    }
    entries = [Entry(candidate, paper_id, Points(flag=flag)) for candidate, flag in flags.items()]
    entries += [Entry(candidate, paper_id, Points()) for candidate in sorted(before - set(flags))]
    count = keep_entries(w, hall.sitting_id, entries, signer)
    w.note(f"{hall.name} {paper.subject.label} 缺考 {len(row.absent)} 违纪 {len(row.violations)}")
    return count


def _refuse_record(
    hall: ExamRoom,
    paper: SittingPaper,
    seats: Mapping[int, str],
    absent: Sequence[int],
    violations: Sequence[int],
    scripts: int | None,
) -> None:
    """UserError when seats or scripts cannot be as written."""
    strange = [n for n in (*absent, *violations) if n not in seats]
    if strange:
        raise UserError(f"{hall.name} {strange[0]} 号座位没有考{paper.subject.label}的人，请核对座号。")
    both = set(absent) & set(violations)
    if both:
        raise UserError(f"{min(both)} 号不能又缺考又违纪，请核对。")
    if scripts is not None and scripts != len(seats) - len(set(absent)):
        raise UserError(
            f"应考 {len(seats)} 人，缺考 {len(set(absent))} 人，应有 {len(seats) - len(set(absent))} 份试卷，"
            f"填的是 {scripts} 份，请清点后再填。"
        )


def _due_by_seat(w: Writing, hall: ExamRoom, paper: SittingPaper) -> dict[int, str]:
    """seat → candidate who writes that paper in that room."""
    sheet = queries.score_sheet(w.session, hall.sitting_id)
    return {
        row.seat_no: row.id
        for row in sheet.rows
        if row.hall_id == hall.id and row.seat_no is not None and paper.id in row.due
    }
