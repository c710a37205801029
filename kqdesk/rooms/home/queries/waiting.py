"""What waits for the second person, and papers that run out."""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kqdesk.rooms.certificates.model import CompletionCertificate
from kqdesk.rooms.certificates.terms import CertificateState
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.exams.model import Candidate, Score, Sitting
from kqdesk.rooms.home import rules
from kqdesk.rooms.home.rules import Line
from kqdesk.rooms.office.model import RulePack, Staff
from kqdesk.rooms.office.terms import PackState
from kqdesk.rooms.people.queries import due_contacts
from kqdesk.rooms.trainers.model import Trainer, TrainerQualification
from kqdesk.rooms.trainers.rules import Expiry, expiry


def marks_waiting(session: Session, actor: str) -> list[Line]:
    """Marks and corrections somebody else entered and nobody checked; one statement."""
    first = Score.corrects_id.is_(None)
    differs = or_(Score.second_tenths.is_not(None), Score.second_flag.is_not(None))
    found = session.execute(
        select(
            Sitting.id, Sitting.title, Sitting.on, func.count().filter(first), func.count().filter(first, differs),
            func.count().filter(~first),
        )
        .join(Candidate, Candidate.sitting_id == Sitting.id)
        .join(Score, Score.candidate_id == Candidate.id)
        .where(Score.checked_by.is_(None), Score.entered_by != actor)
        .group_by(Sitting.id)
        .order_by(Sitting.on, Sitting.id)
    )  # fmt: skip
    return [line for row in found for line in rules.sitting_lines(rules.SittingFact(*row))]


def drawn(session: Session, actor: str) -> list[rules.DrawnFact]:
    """Certificates other people drew up and nobody approved; one statement."""
    found = session.execute(
        select(Staff.name, func.count(), func.count(Cohort.id.distinct()), func.min(Cohort.title))
        .join(CompletionCertificate, CompletionCertificate.drawn_by == Staff.id)
        .join(Enrolment, Enrolment.id == CompletionCertificate.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(CompletionCertificate.state == CertificateState.DRAWN, CompletionCertificate.drawn_by != actor)
        .group_by(Staff.id)
        .order_by(Staff.id)
    )
    return [rules.DrawnFact(*row) for row in found]


def drafts(session: Session, actor: str) -> list[Line]:
    """Drafts of rule packs in which this person wrote nothing; one statement."""
    found = session.execute(
        select(RulePack.id, RulePack.title, RulePack.content, RulePack.entered_by, Staff.name)
        .outerjoin(Staff, Staff.id == RulePack.entered_by)
        .where(RulePack.state == PackState.DRAFT)
        .order_by(RulePack.id)
    )
    return [
        rules.draft_line(key, title, by or "")
        for key, title, content, entered_by, by in found
        if actor not in {entered_by, *content.get("pack", {}).get("authors", ())}
    ]


def contacts(session: Session, on: date, actor: str) -> Iterable[Line]:
    """Whom this person is to speak to again by that day."""
    found = due_contacts(session, on=on, staff_id=actor)
    return rules.contact_lines([rules.ContactFact(one.name, one.due_on) for one in found], on)


def papers(session: Session, on: date, warning_days: int | None) -> Iterable[Line]:
    """Papers of trainers in use that ran out or soon will, by the pack's warning time; one statement."""
    paper = TrainerQualification
    found = session.execute(
        select(Trainer.name, paper.title, paper.expires_on)
        .join(Trainer, Trainer.id == paper.trainer_id)
        .where(Trainer.is_active, paper.expires_on <= on + timedelta(days=warning_days or 0))
        .order_by(paper.expires_on, paper.id)
    )
    facts = [
        rules.PaperFact(name, title, day, state is Expiry.OVER)
        for name, title, day in found
        if day is not None and (state := expiry(day, on, warning_days)) is not Expiry.VALID
    ]
    return rules.paper_lines(facts, on)
