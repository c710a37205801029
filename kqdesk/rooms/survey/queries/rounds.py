"""The rounds with their counts, the ages of the rule packs, and whom a round asks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, case, func, or_, select
from sqlalchemy.orm import Session

from kqdesk.rooms.office.queries import active_packs
from kqdesk.rooms.office.rules import PackValue, value
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.places.queries import township_name
from kqdesk.rooms.survey.model import SurveyAnswer, SurveyRound
from kqdesk.rooms.survey.rules import age_on, is_asked
from kqdesk.rooms.survey.terms import AnswerState, RoundState

LEAST, MOST = "age.survey_minimum", "age.survey_maximum"


@dataclass(frozen=True, slots=True)
class AgeLimits:
    """The ages asked on a day, both ends in; None = 未配置. ``rule``: where the numbers stand."""

    least: int | None
    most: int | None
    rule: str | None


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round with how far it has come, in persons."""

    id: str
    no: int
    title: str
    starts_on: date
    ends_on: date
    area: str
    ages: str
    state: RoundState
    total: int
    answered: int
    refused: int
    unreached: int

    @property
    def waiting(self) -> int:
        """Nobody has asked them yet."""
        return self.total - self.answered - self.refused - self.unreached


def age_limits(session: Session, *, on: date) -> AgeLimits:
    """From the rule packs only."""
    packs = active_packs(session)
    least, most = value(packs, LEAST, on), value(packs, MOST, on)
    told = [found for found in (least, most) if found is not None]
    rule = told[0].pack_words if told else None
    return AgeLimits(_number(least), _number(most), rule)


def _number(found: PackValue | None) -> int | None:
    return found.number if found else None


def rounds(session: Session) -> list[RoundRow]:
    """All rounds, the newest first: two statements."""
    asked = select(SurveyAnswer.round_id, SurveyAnswer.state, func.count()).group_by(
        SurveyAnswer.round_id, SurveyAnswer.state
    )
    counts = {(round_id, state): count for round_id, state, count in session.execute(asked)}
    found = session.scalars(select(SurveyRound).order_by(SurveyRound.starts_on.desc(), SurveyRound.id.desc()))
    return [
        RoundRow(
            row.id, row.no, row.title, row.starts_on, row.ends_on, area_words(row), ages_words(row), row.state,
            sum(counts.get((row.id, state), 0) for state in AnswerState),
            *(counts.get((row.id, state), 0) for state in
              (AnswerState.ANSWERED, AnswerState.REFUSED, AnswerState.UNREACHED)),
        )
        for row in found
    ]  # fmt: skip


def area_words(row: SurveyRound) -> str:
    """兰亭街道 · 溪南村、柯家坞村 · 某某印染厂, or 全部."""
    parts = [[township_name(code) for code in row.townships], row.villages, row.firms]
    return " · ".join("、".join(part) for part in parts if part) or "全部"


def ages_words(row: SurveyRound) -> str:
    """20—70 岁, or 未配置."""
    if row.age_least is None and row.age_most is None:
        return "未配置"
    if row.age_least is None or row.age_most is None:
        return f"{row.age_least} 岁起" if row.age_most is None else f"到 {row.age_most} 岁"
    return f"{row.age_least}—{row.age_most} 岁"


def round_form(session: Session, round_id: str) -> dict[str, Any]:
    """What the form of a round shows; empty when it is gone."""
    row = session.get(SurveyRound, round_id)
    if row is None:
        return {}
    return {
        "title": row.title, "starts_on": row.starts_on, "ends_on": row.ends_on, "townships": tuple(row.townships),
        "villages": "、".join(row.villages), "firms": "、".join(row.firms), "note": row.note,
    }  # fmt: skip


def whom_to_ask(session: Session, row: SurveyRound) -> Iterator[Row[Any]]:
    """Persons of the roster who belong to a round and are not in it yet, village by village; one statement."""
    for person in session.execute(_candidates(row)):
        age = age_on(person.birth_date, row.starts_on) if person.birth_date else None
        if is_asked(age, row.age_least, row.age_most):
            yield person


def left_out(session: Session, round_id: str) -> int:
    """How many more persons the roster has by now who belong to the round."""
    row = session.get(SurveyRound, round_id)
    return sum(1 for _ in whom_to_ask(session, row)) if row and row.state is RoundState.OPEN else 0


def _candidates(row: SurveyRound) -> Select[*tuple[Any, ...]]:
    in_round = select(SurveyAnswer.person_id).where(SurveyAnswer.round_id == row.id)
    asked = select(
        Person.id, Person.birth_date, Person.township_code, Person.village, Person.hukou, Person.sex,
        Person.education_code, Person.employer, Person.job, Person.wish, Person.learning_path,
    ).where(Person.state == "here", Person.id.not_in(in_round))  # fmt: skip
    if row.townships:
        asked = asked.where(Person.township_code.in_(row.townships))
    if row.villages or row.firms:
        asked = asked.where(or_(Person.village.in_(row.villages), Person.employer.in_(row.firms)))
    unknown = case((Person.village.is_(None), 1), else_=0)
    return asked.order_by(Person.township_code, unknown, Person.village, Person.id)
