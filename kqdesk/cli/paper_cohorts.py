"""Papers of a cohort, filled from the home: class lists, 在读证明."""

from dataclasses import replace

from sqlalchemy.orm import Session

from kqdesk.cli.paper_wish import Wish
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.cohorts import papers
from kqdesk.rooms.cohorts.papers import ClassList, EnrolmentProof
from kqdesk.rooms.cohorts.queries import CohortRow, RosterRow, roster
from kqdesk.rooms.cohorts.terms import EnrolmentState


def class_lists(wish: Wish) -> int:
    """One part a cohort that has people."""
    name = wish.letterhead
    with wish.school.store.reading() as session:
        lists = [_class_list(wish, session, row, name) for row in wish.cohort_rows(session)]
    filled = [paper for paper in lists if paper.lines]
    return papers.print_class_lists(filled, wish.out, wish.progress) if filled else 0


def enrolment_proofs(wish: Wish) -> int:
    """One page for each learner 在读: of the cohorts named, or the persons named."""
    if not wish.cohorts and not wish.persons:
        raise UserError("在读证明要写给谁：--person 姓名，或 --cohort 班级编号。")
    name = wish.letterhead
    with wish.school.store.reading() as session:
        wanted = wish.person_ids(session)
        proofs = [
            _proof(wish, row, learner, name)
            for row in wish.cohort_rows(session)
            for learner in roster(session, row.id, on_roll_only=True)
            if learner.state is EnrolmentState.ENROLLED and (not wanted or learner.person_id in wanted)
        ]
    return papers.print_enrolment_proofs(proofs, wish.out, wish.progress) if proofs else 0


def _class_list(wish: Wish, session: Session, row: CohortRow, name: str) -> ClassList:
    learners = roster(session, row.id, on_roll_only=True)
    return papers.as_class_list(row, learners, name, shows_numbers=wish.school.staff.sees_full_ids)


def _proof(wish: Wish, row: CohortRow, learner: RosterRow, name: str) -> EnrolmentProof:
    proof = papers.as_enrolment_proof(row, learner, name, wish.today)
    return replace(proof, id_number=wish.shown_id(learner.id_number))
