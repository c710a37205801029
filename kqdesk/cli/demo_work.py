"""The demo's days: rolls taken lesson by lesson, the exam, what learners bring, certificates by two people, undo."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from kqdesk.cli.demo_story import Lead, Story
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.attendance import actions as attendance
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.catalogue.terms import DualLevel
from kqdesk.rooms.certificates import actions as certificates
from kqdesk.rooms.certificates import queries as register
from kqdesk.rooms.cohorts import actions as cohorts
from kqdesk.rooms.cohorts import queries as rosters
from kqdesk.rooms.exams import actions as exams
from kqdesk.rooms.exams import queries as sittings
from kqdesk.rooms.exams.actions import Entry
from kqdesk.rooms.exams.rules import Points
from kqdesk.rooms.exams.terms import ScoreFlag

EXAM_DAYS_AGO, NEXT_EXAM_IN = 12, 30
LEFT_FOR_APPROVAL = 2  # certificates that still wait for the headmaster when the story ends
_ABSENT, _LATE, _EXCUSED, _EARLY = 0.04, 0.05, 0.03, 0.01


def take_rolls(story: Story) -> None:
    """Every lesson that has been, in the order of the days; last week's are still to be taken for one cohort."""
    counts = dict.fromkeys(Mark, 0)
    taken = 0
    learners = {lead.id: _on_roll(story, lead) for lead in story.cohorts}
    for day, lead, lesson_id in _lessons_so_far(story):
        marks = {key: mark for key in learners[lead.id] if (mark := _mark(story)) is not Mark.PRESENT}
        story.clock.go_to(day, 20)
        result = story.do(attendance.take_roll, lesson_id=lesson_id, marks=marks, rest_present=True)
        for mark, count in result.counts.items():
            counts[mark] += count
        taken += 1
    for lead in finished(story):
        for lesson_id in lead.lesson_ids:
            story.do(attendance.lock_roll, lesson_id=lesson_id)
    story.facts["rolls"] = taken
    story.facts["attendance"] = {"marks": sum(counts.values())} | {m.value: n for m, n in counts.items()}


def _lessons_so_far(story: Story) -> list[tuple[Any, Lead, str]]:
    leads = story.cohorts
    late = story.today - timedelta(days=4)
    pairs = [
        (day, n, lead, key)
        for n, lead in enumerate(leads)
        for day, key in zip(lead.days, lead.lesson_ids, strict=True)
        if day < (late if lead.what == "junior" else story.today)
    ]
    return [(day, lead, key) for day, _, lead, key in sorted(pairs, key=lambda pair: pair[:2])]


def _on_roll(story: Story, lead: Lead) -> list[str]:
    return [row.id for row in story.read(rosters.roster, lead.id, on_roll_only=True)]


def _mark(story: Story) -> Mark:
    chance = story.rng.random()
    for share, mark in (
        (_ABSENT, Mark.ABSENT),
        (_LATE, Mark.LATE),
        (_EXCUSED, Mark.EXCUSED),
        (_EARLY, Mark.LEFT_EARLY),
    ):
        if chance < share:
            return mark
        chance -= share
    return Mark.PRESENT


def finished(story: Story) -> list[Lead]:
    """Cohorts whose last lesson is behind us."""
    return [
        lead for lead in story.cohorts if lead.days and lead.days[-1] < story.today and lead.what != "senior"
    ]


def hold_exam(story: Story) -> None:
    """One sitting of the senior subjects: seats, marks entered by one and typed again by the other, locked."""
    story.clock.go_to(story.today, 9)
    seniors = [lead for lead in story.cohorts if lead.what == "senior"]
    programme = next(one for one in story.read(sittings.programme_choices) if one.level is DualLevel.SENIOR)
    on = story.today - timedelta(days=EXAM_DAYS_AGO)
    sitting = story.do(
        exams.open_sitting,
        title="成人高中双证制文化课考试",
        on=on,
        programme_id=programme.id,
        centre="成校本部",
    )
    story.do(exams.add_candidates, sitting_id=sitting, cohort_ids=[lead.id for lead in seniors])
    people = len(story.read(sittings.candidates, sitting))
    for n in range(-(-people // 30)):
        hall = {"name": f"第 {n + 1} 考场", "capacity": 30, "classroom_id": story.classroom_ids[n][1]}
        invigilators = {
            "invigilator1_id": story.trainer_ids[2 * n],
            "invigilator2_id": story.trainer_ids[2 * n + 1],
        }
        story.do(exams.add_hall, sitting_id=sitting, **hall, **invigilators)
    story.do(exams.arrange_seats, sitting_id=sitting)
    entries = _marks_of(story, sitting)
    story.do(exams.enter_scores, sitting_id=sitting, entries=entries)
    _check_marks(story, sitting, entries)
    story.approve(exams.lock_sitting, sitting_id=sitting)
    story.sitting = sitting
    story.facts["exam"] = {"sittings": 2, "candidates": people, "scores": len(entries)}
    _prepare_next(story)


def _prepare_next(story: Story) -> None:
    """The juniors' exam lies ahead: candidates are entered, seats are not arranged."""
    programme = next(one for one in story.read(sittings.programme_choices) if one.level is DualLevel.JUNIOR)
    on = story.today + timedelta(days=NEXT_EXAM_IN)
    title = "成人初中双证制文化课考试"
    sitting = story.do(exams.open_sitting, title=title, on=on, programme_id=programme.id, centre="成校本部")
    juniors = [lead.id for lead in story.cohorts if lead.what == "junior"]
    story.do(exams.add_candidates, sitting_id=sitting, cohort_ids=juniors)


def _marks_of(story: Story, sitting: str) -> list[Entry]:
    sheet = story.read(sittings.score_sheet, sitting)
    entries = []
    for row in sheet.rows:
        able = story.rng.gauss(72, 9)
        is_away = story.rng.random() < 0.03
        for paper in sheet.papers:
            if paper.id in row.due:
                points = max(20, min(99, round(able + story.rng.gauss(0, 6))))
                mark = Points(flag=ScoreFlag.ABSENT) if is_away else Points(tenths=points * 10)
                entries.append(Entry(row.id, paper.id, mark))
    return entries


def _check_marks(story: Story, sitting: str, entries: Sequence[Entry]) -> None:
    """The headmaster types them again and slips once; the difference is decided with the script at hand."""
    typed = list(entries)
    slip = next((n for n, entry in enumerate(typed) if entry.points.tenths is not None), None)
    if slip is not None:
        right = typed[slip]
        typed[slip] = Entry(
            right.candidate_id, right.paper_id, Points(tenths=(right.points.tenths or 0) - 10)
        )
    checked = story.approve(exams.check_scores, sitting_id=sitting, entries=typed)
    story.facts["double_entry"] = {"equal": checked.equal, "differing": checked.differing}
    for row in story.read(sittings.differences, sitting):
        story.approve(exams.settle_score, score_id=row.id, points=row.first)


def issue_certificates(story: Story) -> None:
    """Finished cohorts: closed, completed, certificates drawn by the clerk, approved by the headmaster, handed out."""
    story.clock.go_to(story.today, 9)
    issuer, drawn = story.school.issuer(), 0
    for lead in finished(story):
        story.do(cohorts.close_cohort, cohort_id=lead.id, on=lead.days[-1])
        fit = [
            one for one in story.read(register.learners_to_certify, lead.id, on=story.today) if _may_have(one)
        ]
        if not fit:
            continue
        story.do(cohorts.complete, enrolment_ids=[one.id for one in fit], on=lead.days[-1])
        ids = story.do(
            certificates.draw_certificates,
            cohort_id=lead.id,
            enrolment_ids=[one.id for one in fit],
            awarded_on=story.today,
        )
        _refuse_own(story, ids, issuer)
        approved = ids[: max(1, len(ids) - LEFT_FOR_APPROVAL)] if lead.what == "factory" else ids
        story.approve(certificates.approve_certificates, ids=approved, issuer=issuer)
        if lead.what == "village":
            story.do(certificates.record_print, ids=approved)
            story.do(certificates.hand_out, ids=approved[: len(approved) * 2 // 3])
        story.certificates += approved
        drawn += len(ids)
    story.facts["certificates"] = drawn
    story.facts["approved"] = len(story.certificates)
    story.facts["approval_kept"] = _refusal(story) if story.certificates else ""


def _refusal(story: Story) -> str:
    """What the headmaster is told who wants to take the approval back; "" when it was taken back."""
    try:
        story.school.store.undo(story.head)
    except UserError as refused:
        return str(refused)
    return ""


def _may_have(learner: Any) -> bool:
    return not learner.eligibility.reasons


def _refuse_own(story: Story, ids: Sequence[str], issuer: Any) -> None:
    """The clerk may not approve what she drew up: shown once."""
    if "own_approval" in story.facts:
        return
    try:
        story.do(certificates.approve_certificates, ids=ids, issuer=issuer)
    except UserError as refused:
        story.facts["own_approval"] = str(refused)
