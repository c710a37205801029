"""Questionnaires, their forms, and results by class and by trainer."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.cohorts.queries import ON_ROLL
from kqdesk.rooms.cohorts.terms import EnrolmentState
from kqdesk.rooms.followup import rules
from kqdesk.rooms.followup.model import Questionnaire, SatisfactionAnswer
from kqdesk.rooms.followup.queries.policy import good_from, least_shown
from kqdesk.rooms.followup.rules import Result, Scores
from kqdesk.rooms.followup.terms import FORM, AnswerWay, Audience
from kqdesk.rooms.office.queries import active_packs
from kqdesk.rooms.survey.rules import read_code, shown_code
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.rooms.trainers.queries import trainer_names
from kqdesk.store.attachments import Attachment

SAT = (*ON_ROLL, EnrolmentState.COMPLETED)
"""Who may judge a class: everybody who sits or sat in it to the end."""


@dataclass(frozen=True)
class QuestionnaireRow:
    """One questionnaire of the list. ``forms`` came in of ``expected`` at most."""

    id: str
    cohort_id: str
    cohort: str
    cohort_no: str
    trainer_id: str
    trainer: str
    audience: Audience
    code: str
    token: str
    questions: tuple[tuple[str, str], ...]
    scale: int
    rule: str
    opened_on: date
    closes_on: date | None
    expected: int
    is_open: bool
    forms: int
    note: str

    @property
    def shown_code(self) -> str:
        """In groups, as printed."""
        return shown_code(self.code)

    def takes(self, today: date) -> bool:
        """Whether answers are still taken."""
        return self.is_open and (self.closes_on is None or today <= self.closes_on)


@dataclass(frozen=True)
class FormRow:
    """One form as it came in; who filled it is not known."""

    id: str
    way: AnswerWay
    scores: Scores
    words: str
    on: date


@dataclass(frozen=True)
class QuestionnaireCard:
    """One questionnaire with its forms and what they say together. ``scans``: pictures of forms kept."""

    row: QuestionnaireRow
    forms: tuple[FormRow, ...]
    result: Result
    scans: int


@dataclass(frozen=True)
class ResultRow:
    """What forms say of one class or one trainer."""

    id: str
    title: str
    audience: Audience
    questionnaires: int
    result: Result


def questionnaires(
    session: Session, *, text: str = "", ids: Collection[str] | None = None, cohort_id: str | None = None
) -> list[QuestionnaireRow]:
    """Newest first; three statements. ``text``: class, its number, trainer, or the code."""
    forms = dict(
        session.execute(
            select(SatisfactionAnswer.questionnaire_id, func.count()).group_by(
                SatisfactionAnswer.questionnaire_id
            )
        ).all()
    )
    names = trainer_names(session)
    wanted = select(Questionnaire, Cohort.title, Cohort.no).join(Cohort, Cohort.id == Questionnaire.cohort_id)
    if ids is not None:
        wanted = wanted.where(Questionnaire.id.in_(ids))
    if cohort_id is not None:
        wanted = wanted.where(Questionnaire.cohort_id == cohort_id)
    rows = [
        QuestionnaireRow(
            one.id, one.cohort_id, title, no, one.trainer_id or "", names.get(one.trainer_id or "", ""), one.audience, one.code,
            one.token, tuple((str(key), str(words)) for key, words in one.questions), one.scale, one.rule or "",
            one.opened_on, one.closes_on, one.expected, one.is_open, int(forms.get(one.id, 0)), one.note or "",
        )
        for one, title, no in session.execute(wanted.order_by(Questionnaire.id.desc()))
    ]  # fmt: skip
    return [row for row in rows if _fits(row, text)]


def _fits(row: QuestionnaireRow, text: str) -> bool:
    if not text:
        return True
    code = read_code(text)
    return row.code == code if code else any(text in one for one in (row.cohort, row.cohort_no, row.trainer))


def questionnaire_of_code(session: Session, text: str) -> QuestionnaireRow | None:
    """The questionnaire whose number was typed or scanned; None when there is none or a digit is wrong."""
    code = read_code(text)
    key = session.scalar(select(Questionnaire.id).where(Questionnaire.code == code)) if code else None
    found = questionnaires(session, ids=[key]) if key else []
    return found[0] if found else None


def questionnaire_card(session: Session, questionnaire_id: str, *, today: date) -> QuestionnaireCard | None:
    """One questionnaire whole; None when it is gone."""
    found = questionnaires(session, ids=[questionnaire_id])
    if not found:
        return None
    row, forms = found[0], tuple(forms_of(session, questionnaire_id))
    scans = session.scalar(
        select(func.count()).where(
            Attachment.owner_table == "questionnaire",
            Attachment.owner_id == questionnaire_id,
            Attachment.purpose == FORM,
        )
    )
    return QuestionnaireCard(row, forms, _result(session, row, forms, today), int(scans or 0))


def _result(session: Session, row: QuestionnaireRow, forms: Sequence[FormRow], today: date) -> Result:
    packs = active_packs(session)
    return rules.result(
        [words for _, words in row.questions], row.scale, [(form.scores, form.words) for form in forms],
        least=least_shown(packs, today), good_from=good_from(packs, today),
    )  # fmt: skip


def forms_of(session: Session, questionnaire_id: str) -> list[FormRow]:
    """The forms as they came in."""
    rows = session.scalars(
        select(SatisfactionAnswer)
        .where(SatisfactionAnswer.questionnaire_id == questionnaire_id)
        .order_by(SatisfactionAnswer.id)
    )
    return [FormRow(row.id, row.way, tuple(row.scores), row.words or "", row.answered_on) for row in rows]


def form_numbers(session: Session, questionnaire_id: str) -> dict[int, str]:
    """Sheet number → its form, of sheets that came back."""
    rows = session.execute(
        select(SatisfactionAnswer.form_no, SatisfactionAnswer.id).where(
            SatisfactionAnswer.questionnaire_id == questionnaire_id, SatisfactionAnswer.form_no.is_not(None)
        )
    )
    return {int(number): key for number, key in rows if number is not None}


def results(session: Session, *, today: date, by_trainer: bool) -> list[ResultRow]:
    """What all forms say, by class or by trainer, learners and employers apart; a fixed number of statements.

    Forms are put together only where they had the same questions and the same scale.
    """
    packs = active_packs(session)
    least, good = least_shown(packs, today), good_from(packs, today)
    forms: defaultdict[str, list[tuple[Scores, str]]] = defaultdict(list)
    for one in session.scalars(select(SatisfactionAnswer).order_by(SatisfactionAnswer.id)):
        forms[one.questionnaire_id].append((tuple(one.scores), one.words or ""))
    grouped: defaultdict[tuple[object, ...], list[QuestionnaireRow]] = defaultdict(list)
    for row in questionnaires(session):
        key = row.trainer_id if by_trainer else row.cohort_id
        if key:
            grouped[key, row.audience, row.scale, tuple(code for code, _ in row.questions)].append(row)
    return [
        ResultRow(
            "|".join(str(part) for part in key[:2]) + str(at), several[0].trainer if by_trainer else several[0].cohort,
            several[0].audience, len(several),
            rules.result(
                [words for _, words in several[0].questions], several[0].scale,
                [form for row in several for form in forms[row.id]], least=least, good_from=good,
            ),
        )
        for at, (key, several) in enumerate(grouped.items())
    ]  # fmt: skip


def satisfaction_forms(session: Session) -> Mapping[str, int]:
    """Class → how many forms of its learners came in; for 一班一档. One statement."""
    rows = session.execute(
        select(Questionnaire.cohort_id, func.count(SatisfactionAnswer.id))
        .join(SatisfactionAnswer, SatisfactionAnswer.questionnaire_id == Questionnaire.id)
        .where(Questionnaire.audience == Audience.LEARNER)
        .group_by(Questionnaire.cohort_id)
    )
    return {cohort: int(count) for cohort, count in rows}


def learners_of(session: Session, cohort_id: str) -> int:
    """How many may judge a class."""
    return int(
        session.scalar(
            select(func.count(Enrolment.person_id.distinct())).where(
                Enrolment.cohort_id == cohort_id, Enrolment.state.in_(SAT)
            )
        )
        or 0
    )


def main_trainer(session: Session, cohort_id: str) -> str | None:
    """Who taught a class: as its card says, else who held most of its lessons."""
    named = session.scalar(select(Cohort.trainer_id).where(Cohort.id == cohort_id))
    if named:
        return named
    row = session.execute(
        select(Lesson.trainer_id, func.count().label("held"))
        .where(
            Lesson.cohort_id == cohort_id,
            Lesson.state != LessonState.CANCELLED,
            Lesson.trainer_id.is_not(None),
        )
        .group_by(Lesson.trainer_id)
        .order_by(func.count().desc(), Lesson.trainer_id)
        .limit(1)
    ).first()
    return row[0] if row else None
