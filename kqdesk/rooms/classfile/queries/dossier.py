"""Everything a class file prints, gathered in one go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from kqdesk.rooms.attendance.queries import (
    LearnerRates,
    LessonToRoll,
    RollSheet,
    learner_rates,
    lesson_roll,
    lessons_of_cohort,
    pay_of_cohort,
)
from kqdesk.rooms.attendance.rules import PayDraft
from kqdesk.rooms.attendance.terms import SCAN
from kqdesk.rooms.certificates.queries import CertificateRow, certificates
from kqdesk.rooms.classfile.queries.files import ClassFileCard, class_file
from kqdesk.rooms.cohorts.queries import RosterRow, roster
from kqdesk.rooms.exams.queries import attempts
from kqdesk.rooms.exams.rules import Attempt
from kqdesk.rooms.followup.queries import QuestionnaireCard, questionnaire_card, questionnaires
from kqdesk.rooms.office.queries import may_see_full_ids, school_card
from kqdesk.rooms.timetable.queries import By, LessonRow, term_lessons
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.store.attachments import AttachmentRow, attached


@dataclass(frozen=True)
class Dossier:
    """One class as it is printed. ``scans``: sign-in sheets by lesson; ``shows_numbers``: whole ID numbers may be printed."""

    school: str
    on: date
    shows_numbers: bool
    card: ClassFileCard
    roster: tuple[RosterRow, ...]
    lessons: tuple[LessonRow, ...]
    rolls: tuple[RollSheet, ...]
    rates: tuple[LearnerRates, ...]
    scans: Mapping[str, tuple[AttachmentRow, ...]]
    attempts: Mapping[str, Sequence[Attempt]]
    certificates: tuple[CertificateRow, ...]
    pay: tuple[PayDraft, ...]
    satisfaction: tuple[QuestionnaireCard, ...] = ()


def dossier(session: Session, cohort_id: str, *, actor: str, now: datetime, on: date) -> Dossier | None:
    """None when the class is gone. Statements grow with the lessons held, one roll each: a class has few."""
    card = class_file(session, cohort_id, on=on)
    if card is None:
        return None
    people = roster(session, cohort_id, on_roll_only=True)
    held = [one for one in lessons_of_cohort(session, cohort_id, now=now) if _is_taken(one)]
    rolls = [roll for one in held if (roll := lesson_roll(session, one.id, now=now)) is not None]
    scans = attached(session, "lesson", [one.id for one in held], SCAN)
    ids = {row.person_id for row in people}
    level = card.row.cohort.level
    tried = attempts(session, level=level) if level else {}
    school = school_card(session)
    return Dossier(
        school=school.name if school else "",
        on=on,
        shows_numbers=may_see_full_ids(session, actor),
        card=card,
        roster=tuple(people),
        lessons=tuple(term_lessons(session, By.COHORT, cohort_id)),
        rolls=tuple(rolls),
        rates=tuple(learner_rates(session, cohort_id, on=on)),
        scans={key: tuple(found) for key, found in scans.items()},
        attempts={person: found for person, found in tried.items() if person in ids},
        certificates=tuple(certificates(session, cohort_id=cohort_id)),
        pay=tuple(pay_of_cohort(session, cohort_id)),
        satisfaction=_satisfaction(session, cohort_id, on),
    )


def _satisfaction(session: Session, cohort_id: str, on: date) -> tuple[QuestionnaireCard, ...]:
    found = (
        questionnaire_card(session, row.id, today=on) for row in questionnaires(session, cohort_id=cohort_id)
    )
    return tuple(card for card in found if card is not None and card.row.forms)


def _is_taken(one: LessonToRoll) -> bool:
    return one.state is LessonState.HELD and one.is_taken
