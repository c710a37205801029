"""Who is in a sitting, and which of its papers each of them writes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.catalogue.terms import Subject
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.cohorts.terms import CohortState, EnrolmentState, ScienceOption
from kqdesk.rooms.exams import queries
from kqdesk.rooms.exams.actions.checks import chosen_candidates, has_two_sciences, unlocked
from kqdesk.rooms.exams.model import Candidate, PaperWaiver, Score, Sitting
from kqdesk.rooms.exams.queries import Lacking
from kqdesk.rooms.exams.terms import WaiverReason
from kqdesk.rooms.people.model import Person
from kqdesk.store.actions import Writing, action


@dataclass(frozen=True)
class Added:
    """What came of entering people: how many were added, how many were in already, how many lack a science.

    ``complete``: nothing left to sit, so not entered. ``refused``: sentences of those who may not sit again yet.
    """

    added: int
    already: int
    without_science: int
    complete: int = 0
    refused: tuple[str, ...] = ()


@action("添加考生")
def add_candidates(
    w: Writing,
    *,
    sitting_id: str,
    cohort_ids: Sequence[str] = (),
    enrolment_ids: Sequence[str] = (),
    only_lacking: bool = False,
) -> Added:
    """Learners 在读 of these cohorts (or these enrolments), each person once, with her science option.

    ``only_lacking``: each only for the papers she still lacks; who lacks none is left out. Exemptions always count.
    """
    wanted = select(Enrolment.person_id, Enrolment.id, Enrolment.science_option).where(
        Enrolment.state == EnrolmentState.ENROLLED
    )
    if cohort_ids:
        wanted = wanted.where(Enrolment.cohort_id.in_(cohort_ids))
    if enrolment_ids or not cohort_ids:
        wanted = wanted.where(Enrolment.id.in_(enrolment_ids))
    found = w.session.execute(wanted.order_by(Enrolment.cohort_id, Enrolment.roll_no, Enrolment.id)).all()
    people = [(person, key, option) for person, key, option in found]
    return _enter(w, sitting_id, people, only_lacking=only_lacking)


@action("报考")
def enter_people(
    w: Writing,
    *,
    sitting_id: str,
    person_ids: Sequence[str],
    subjects: Collection[Subject] | None = None,
) -> Added:
    """People for a resit: only the papers they lack, or only ``subjects`` when they are named.

    Somebody already in the sitting is given the papers named beside her own.
    """
    sitting = w.session.get_one(Sitting, sitting_id)
    newest: dict[str, tuple[str, ScienceOption | None]] = {}
    for person, key, option in w.session.execute(
        select(Enrolment.person_id, Enrolment.id, Enrolment.science_option)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(
            Enrolment.person_id.in_(person_ids),
            Enrolment.state.in_((EnrolmentState.ENROLLED, EnrolmentState.COMPLETED)),
            Cohort.level == sitting.level,
            Cohort.state != CohortState.CANCELLED,
        )
        .order_by(Cohort.starts_on, Enrolment.id)
    ):
        newest[person] = (key, option or newest.get(person, (key, None))[1])
    people = [(person, *newest.get(person, (None, None))) for person in dict.fromkeys(person_ids)]
    return _enter(w, sitting_id, people, only_lacking=True, subjects=subjects)


def _enter(
    w: Writing,
    sitting_id: str,
    people: Sequence[tuple[str, str | None, ScienceOption | None]],
    *,
    only_lacking: bool,
    subjects: Collection[Subject] | None = None,
) -> Added:
    sitting = unlocked(w, sitting_id)
    fresh = {person: (key, option) for person, key, option in people}
    inside = set(w.session.scalars(select(Candidate.person_id).where(Candidate.sitting_id == sitting_id)))
    already = sum(1 for person, _, _ in people if person in inside)
    fresh = {person: rest for person, rest in fresh.items() if person not in inside}
    lacks = queries.lacking_in(w.session, sitting_id, fresh)
    refused = _refusals(w, sitting_id, lacks, only_lacking=only_lacking)
    complete = 0
    rows, kept = [], {}
    for person, (key, option) in fresh.items():
        wanted = lacks[person].lacking if subjects is None else lacks[person].lacking & set(subjects)
        if person in refused or (only_lacking and not wanted):
            complete += person not in refused
            continue
        rows.append(
            {"sitting_id": sitting_id, "person_id": person, "enrolment_id": key, "science_option": option}
        )
        kept[person] = wanted if only_lacking else None
    if rows:
        w.session.execute(insert(Candidate), rows)
        _waive(w, sitting_id, kept, lacks)
    w.note(f"{sitting.title} {len(rows)} 人")
    two = has_two_sciences(w, sitting_id)
    lacking = sum(1 for row in rows if two and row["science_option"] is None)
    return Added(len(rows), already, lacking, complete, tuple(refused.values()))


def _refusals(
    w: Writing, sitting_id: str, lacks: dict[str, Lacking], *, only_lacking: bool
) -> dict[str, str]:
    """person → why she is not entered: another sitting at the same hour, or the pack's rules for resits."""
    clashes = queries.clashing_sittings(w.session, sitting_id, list(lacks))
    bound = [person for person, one in lacks.items() if one.refused and only_lacking]
    names = dict(
        w.session.execute(select(Person.id, Person.name).where(Person.id.in_([*clashes, *bound]))).all()
    )
    found = {person: f"{names.get(person, '')}同一时间在「{title}」考试" for person, title in clashes.items()}
    for person in bound:
        found.setdefault(person, f"{names.get(person, '')}：{'；'.join(lacks[person].refused.values())}")
    return found


def _waive(
    w: Writing, sitting_id: str, kept: dict[str, frozenset[Subject] | None], lacks: dict[str, Lacking]
) -> None:
    """Note which papers those just entered do not write: exempted, passed, or not asked for."""
    papers = {paper.subject: paper.id for paper in queries.papers_of(w.session, sitting_id)}
    ids = dict(
        w.session.execute(
            select(Candidate.person_id, Candidate.id).where(
                Candidate.sitting_id == sitting_id, Candidate.person_id.in_(list(kept))
            )
        ).all()
    )
    rows = []
    for person, wanted in kept.items():
        for subject, paper_id in papers.items():
            one = lacks[person]
            if subject in one.exempt:
                reason = WaiverReason.EXEMPT
            elif wanted is None or subject in wanted:
                continue
            else:
                reason = WaiverReason.NOT_ENTERED if subject in one.lacking else WaiverReason.PASSED
            rows.append({"candidate_id": ids[person], "paper_id": paper_id, "reason": reason})
    if rows:
        w.session.execute(insert(PaperWaiver), rows)


@action("选报考科目")
def choose_papers(w: Writing, *, candidate_ids: Sequence[str], subjects: Collection[Subject]) -> int:
    """Exactly these papers of the sitting for these candidates; refused once one of them has a mark."""
    rows = chosen_candidates(w, candidate_ids)
    for sitting_id in {row.sitting_id for row in rows}:
        unlocked(w, sitting_id)
    _refuse_marked(w, candidate_ids, "不能再改报考科目。请先清空这些分数。")
    if not subjects:
        raise UserError("请至少选一门科目；都不考的话，请用「移除」。")
    w.session.execute(delete(PaperWaiver).where(PaperWaiver.candidate_id.in_(candidate_ids)))
    left_out = [
        {"candidate_id": row.id, "paper_id": paper.id, "reason": WaiverReason.NOT_ENTERED}
        for row in rows
        for paper in queries.papers_of(w.session, row.sitting_id)
        if paper.subject not in subjects
    ]
    if left_out:
        w.session.execute(insert(PaperWaiver), left_out)
    w.note(f"{len(rows)} 人")
    return len(rows)


@action("移除考生")
def remove_candidates(w: Writing, *, candidate_ids: Sequence[str]) -> int:
    """Out of the sitting; refused for those who have a mark."""
    rows = chosen_candidates(w, candidate_ids)
    for sitting_id in {row.sitting_id for row in rows}:
        unlocked(w, sitting_id)
    _refuse_marked(w, candidate_ids, "不能移除。没有来考的请登“缺考”。")
    w.session.execute(delete(PaperWaiver).where(PaperWaiver.candidate_id.in_(candidate_ids)))
    w.session.execute(delete(Candidate).where(Candidate.id.in_(candidate_ids)))
    w.note(f"{len(rows)} 人")
    return len(rows)


@action("选定考试科学")
def choose_candidate_science(w: Writing, *, candidate_ids: Sequence[str], option: ScienceOption) -> int:
    """Which science these candidates write in this sitting; refused once one of them has a mark."""
    rows = chosen_candidates(w, candidate_ids)
    for sitting_id in {row.sitting_id for row in rows}:
        unlocked(w, sitting_id)
    _refuse_marked(w, candidate_ids, "不能再换科学科目。请先清空这些分数。")
    for row in rows:
        row.science_option = option
    w.note(f"{option.label} {len(rows)} 人")
    return len(rows)


def _refuse_marked(w: Writing, candidate_ids: Sequence[str], words: str) -> None:
    if w.session.scalar(select(func.count()).where(Score.candidate_id.in_(candidate_ids))):
        raise UserError(f"选中的考生里有人已经登了分，{words}")
