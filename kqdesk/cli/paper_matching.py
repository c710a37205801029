"""Papers of the four lists, filled from the home: notices, letters to colleges and firms, a list a person, policies."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from kqdesk.cli.paper_wish import Wish
from kqdesk.printing.blocks import Part
from kqdesk.printing.document import write_pdf
from kqdesk.rooms.matching import papers, queries
from kqdesk.rooms.matching.papers import Sender
from kqdesk.rooms.matching.terms import OfferState, Outbound
from kqdesk.rooms.office.queries import school_card

OPEN = (OfferState.OPEN, OfferState.COMING)


def study_information(wish: Wish) -> int:
    """学习信息: everything one may sign up for."""
    with wish.school.store.reading() as session:
        rows = queries.offers(session, on=wish.today, states=OPEN)
        parts = [papers.study_notice(_sender(wish, session), rows)] if rows else []
    return _written(wish, Outbound.STUDY.label, parts)


def job_information(wish: Wish) -> int:
    """岗位信息: every open vacancy."""
    with wish.school.store.reading() as session:
        rows = queries.vacancies(session, on=wish.today, states=OPEN)
        parts = [papers.jobs_notice(_sender(wish, session), rows)] if rows else []
    return _written(wish, Outbound.JOBS.label, parts)


def intake_letters(wish: Wish) -> int:
    """生源信息: a letter a college; phones whole for who may see them."""
    with wish.school.store.reading() as session:
        known, gates = queries.know_everybody(session, on=wish.today), queries.gates_on(session, wish.today)
        rows = queries.intake(session, known, gates, on=wish.today)
        sees = wish.school.staff.sees_full_ids
        parts = papers.intake_letters(_sender(wish, session), rows, shows_numbers=sees)
    return _written(wish, Outbound.INTAKE.label, parts)


def course_advice(wish: Wish) -> int:
    """专业课程开设建议 out of the newest round that was answered."""
    with wish.school.store.reading() as session:
        shown = queries.shown_round(queries.survey_rounds(session))
        rows = queries.advice(session, on=wish.today, round_id=shown.id) if shown else []
        parts = [papers.advice_letter(_sender(wish, session), rows)] if rows else []
    return _written(wish, Outbound.ADVICE.label, parts)


def part_time_trainers(wish: Wish) -> int:
    """可兼职教师信息."""
    with wish.school.store.reading() as session:
        rows, sees = queries.part_time_trainers(session, on=wish.today), wish.school.staff.sees_full_ids
        parts = [papers.trainers_list(_sender(wish, session), rows, shows_numbers=sees)] if rows else []
    return _written(wish, Outbound.TRAINERS.label, parts)


def firm_letters(wish: Wish) -> int:
    """学习培训供给信息: a letter a firm whose people fit something."""
    with wish.school.store.reading() as session:
        known, gates = queries.know_everybody(session, on=wish.today), queries.gates_on(session, wish.today)
        rows = queries.for_firms(session, known, gates, on=wish.today)
        parts = papers.firm_letters(_sender(wish, session), rows, queries.policy_list(session, on=wish.today))
    return _written(wish, Outbound.FIRMS.label, parts)


def personal_lists(wish: Wish) -> int:
    """个性化学习清单 of the persons named, one page each."""
    with wish.school.store.reading() as session:
        people = sorted(wish.person_ids(session))
        known, gates = queries.know_everybody(session, on=wish.today), queries.gates_on(session, wish.today)
        plans = queries.study_plans(session, known, gates, people=people, on=wish.today)
        sender, name = _sender(wish, session), wish.school.staff.name
        parts = [papers.personal_list(sender, plan, name) for plan in plans]
    return _written(wish, Outbound.PERSONAL.label, parts)


def policy_list(wish: Wish) -> int:
    """政策清单 as the rule packs have it."""
    with wish.school.store.reading() as session:
        rows = queries.policy_list(session, on=wish.today)
        parts = [papers.policy_list(_sender(wish, session), rows)] if rows else []
    return _written(wish, "政策清单", parts)


def _sender(wish: Wish, session: Session) -> Sender:
    card = school_card(session)
    return Sender(
        wish.letterhead, (card.phone if card else "") or "", (card.address if card else "") or "", wish.today
    )


def _written(wish: Wish, title: str, parts: Sequence[Part]) -> int:
    return write_pdf(wish.out, title, parts, progress=wish.progress) if parts else 0
