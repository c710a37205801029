"""Who was asked: progress by village and firm, the answers of one of them, the row of a code."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.queries import find
from kqdesk.rooms.places.queries import township_name
from kqdesk.rooms.survey.model import SurveyAnswer, SurveyRound
from kqdesk.rooms.survey.rules import is_behind, is_raised, read_code
from kqdesk.rooms.survey.terms import NOWHERE, AnswerState, Grouping, RoundState
from kqdesk.security.masking import mask_id, mask_phone

MOST_FOUND = 500


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """One village or firm, in persons. ``place`` is as written; empty for those who have none written.

    raised: finished a higher schooling since (学历提升完成), read from the roster as it is now.
    """

    by: Grouping
    township_code: str
    place: str
    total: int
    answered: int
    refused: int
    unreached: int
    raised: int
    behind: bool

    @property
    def key(self) -> tuple[str, str]:
        """What names the group."""
        return self.township_code, self.place

    @property
    def title(self) -> str:
        """Its name, also when none is written."""
        return self.place or NOWHERE[self.by]

    @property
    def township(self) -> str:
        """In words."""
        return township_name(self.township_code)

    @property
    def asked(self) -> int:
        """Answered, refused or not reached."""
        return self.answered + self.refused + self.unreached


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One person in a round: the eight fields and the wishes as told, and what has become of it."""

    id: str
    person_id: str
    code: str
    name: str
    id_masked: str
    phone_masked: str
    state: AnswerState
    township_code: str | None
    village: str | None
    hukou: str | None
    age: int | None
    sex: str | None
    education_code: str | None
    employer: str | None
    job: str | None
    wish: str | None
    learning_path: str | None
    skills: tuple[str, ...]
    times: tuple[str, ...]
    categories: tuple[str, ...]
    projects: tuple[str, ...]
    answered_on: date | None
    note: str | None
    schooling_now: str | None

    @property
    def is_raised(self) -> bool:
        """学历提升 completed since the round."""
        return is_raised(self.education_code, self.schooling_now)


def place_column(by: Grouping) -> ColumnElement[str]:
    """The written place that groups."""
    return func.coalesce(SurveyAnswer.village if by is Grouping.VILLAGE else SurveyAnswer.employer, "")


def township_column(by: Grouping) -> ColumnElement[str]:
    """Villages of one name in two townships are two; a firm is one wherever its people live."""
    return func.coalesce(SurveyAnswer.township_code, "") if by is Grouping.VILLAGE else func.coalesce("", "")


def progress(session: Session, *, round_id: str, by: Grouping, today: date) -> list[ProgressRow]:
    """Every village or firm of the round, who is furthest behind first: two statements."""
    row = session.get(SurveyRound, round_id)
    if row is None:
        return []
    place, township, then = place_column(by), township_column(by), SurveyAnswer.education_code
    found = session.execute(
        select(township, place, SurveyAnswer.state, then, Person.education_code, func.count())
        .join(Person, Person.id == SurveyAnswer.person_id)
        .where(SurveyAnswer.round_id == round_id)
        .group_by(township, place, SurveyAnswer.state, then, Person.education_code)
    )
    states: dict[tuple[str, str], dict[AnswerState, int]] = defaultdict(lambda: dict.fromkeys(AnswerState, 0))
    raised: dict[tuple[str, str], int] = defaultdict(int)
    for code, name, state, was, now, count in found:
        states[code, name][state] += count
        raised[code, name] += count if is_raised(was, now) else 0
    lines = [_progress(row, by, key, counts, raised[key], today) for key, counts in states.items()]
    return sorted(
        lines, key=lambda line: (not line.behind, line.asked / line.total, line.township_code, line.place)
    )


def _progress(
    row: SurveyRound,
    by: Grouping,
    key: tuple[str, str],
    counts: dict[AnswerState, int],
    raised: int,
    today: date,
) -> ProgressRow:
    total = sum(counts.values())
    asked = total - counts[AnswerState.WAITING]
    behind = row.state is RoundState.OPEN and is_behind(asked, total, row.starts_on, row.ends_on, today)
    return ProgressRow(
        by, *key, total, counts[AnswerState.ANSWERED], counts[AnswerState.REFUSED], counts[AnswerState.UNREACHED],
        raised, behind,
    )  # fmt: skip


def answers(
    session: Session,
    *,
    round_id: str,
    by: Grouping = Grouping.VILLAGE,
    place: tuple[str, str] | None = None,
    state: AnswerState | None = None,
    text: str = "",
    ids: list[str] | None = None,
    most: int = MOST_FOUND,
) -> list[AnswerRow]:
    """The people of a round by their codes; of one place, in one state, or who answer to ``text``. At most ``most``.

    text: a row code, or what 花名册 finds people by. ids: only these answers.
    """
    asked = _asked().where(SurveyAnswer.round_id == round_id)
    if place is not None:
        asked = asked.where(township_column(by) == place[0], place_column(by) == place[1])
    if state is not None:
        asked = asked.where(SurveyAnswer.state == state)
    if text and read_code(text):
        asked = asked.where(SurveyAnswer.code == read_code(text))
    elif text:
        asked = asked.where(SurveyAnswer.person_id.in_([hit.id for hit in find(session, text, limit=most)]))
    if ids is not None:
        asked = asked.where(SurveyAnswer.id.in_(ids))
    return [_answer(*row) for row in session.execute(asked.order_by(SurveyAnswer.serial).limit(most))]


def _asked() -> Select[*tuple[Any, ...]]:
    return select(
        SurveyAnswer, Person.name, Person.id_number, Person.phone, Person.education_code
    ).join(Person, Person.id == SurveyAnswer.person_id)  # fmt: skip


def _answer(
    row: SurveyAnswer, name: str, number: str | None, phone: str | None, now: str | None
) -> AnswerRow:
    return AnswerRow(
        row.id, row.person_id, row.code, name, mask_id(number), mask_phone(phone), row.state, row.township_code,
        row.village, row.hukou, row.age, row.sex, row.education_code, row.employer, row.job, row.wish,
        row.learning_path, tuple(row.skills), tuple(row.times), tuple(row.categories), tuple(row.projects),
        row.answered_on, row.note, now,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class CodeHit:
    """The row a code belongs to."""

    answer_id: str
    round_id: str
    name: str
    round_title: str


def answer_of_code(session: Session, *, text: str, round_id: str) -> CodeHit | None:
    """The row of a typed or scanned code; of this round first, else of the newest that has it. None: no such row."""
    code = read_code(text)
    if code is None:
        return None
    found = session.execute(
        select(SurveyAnswer.id, SurveyAnswer.round_id, Person.name, SurveyRound.title)
        .join(Person, Person.id == SurveyAnswer.person_id)
        .join(SurveyRound, SurveyRound.id == SurveyAnswer.round_id)
        .where(SurveyAnswer.code == code)
        .order_by((SurveyAnswer.round_id == round_id).desc(), SurveyAnswer.id.desc())
    ).first()
    return CodeHit(*found) if found else None


FORM = (
    "state", "hukou", "age", "sex", "education_code", "employer", "job", "wish", "learning_path", "skills", "times",
    "categories", "projects", "note",
)  # fmt: skip


def answer_form(session: Session, answer_id: str) -> dict[str, Any]:
    """What the form of one answer shows; empty when it is gone."""
    row = session.get(SurveyAnswer, answer_id)
    if row is None:
        return {}
    values = {name: getattr(row, name) for name in FORM}
    values["skills"] = "、".join(values["skills"])
    return values | {name: tuple(values[name]) for name in ("times", "categories", "projects")}
