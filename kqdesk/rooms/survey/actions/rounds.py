"""Rounds: open one with everybody it asks already listed, change it, add those who came later, close it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select

from kqdesk.kernel.errors import StaleRecord, UserError
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.survey.model import SurveyAnswer, SurveyRound
from kqdesk.rooms.survey.queries import age_limits, whom_to_ask
from kqdesk.rooms.survey.rules import age_on, row_code
from kqdesk.rooms.survey.terms import AnswerState, RoundState
from kqdesk.store.actions import Writing, action

COPIED = (
    "hukou",
    "sex",
    "education_code",
    "employer",
    "job",
    "wish",
    "learning_path",
    "township_code",
    "village",
)
_CHUNK = 5_000


@dataclass(frozen=True)
class Opened:
    """A new round and how many persons are listed in it."""

    round_id: str
    asked: int


@action("新建排摸轮次")
def open_round(
    w: Writing,
    *,
    title: str,
    starts_on: date,
    ends_on: date,
    townships: Sequence[str] = (),
    villages: Sequence[str] = (),
    firms: Sequence[str] = (),
    note: str | None = None,
) -> Opened:
    """A round with a row for everybody on the roster it asks; the ages are those of the rule packs on its first day.

    Empty lists of places mean everywhere. UserError for wrong days, an empty title, a village nobody lives in.
    """
    ages = age_limits(w.session, on=starts_on)
    row = SurveyRound(
        no=int(w.session.scalar(select(func.max(SurveyRound.no))) or 0) + 1,
        state=RoundState.OPEN, age_least=ages.least, age_most=ages.most, age_rule=ages.rule,
        **_checked(w, title, starts_on, ends_on, townships, villages, firms), note=note,
    )  # fmt: skip
    w.session.add(row)
    w.session.flush()
    asked = list_persons(w, row, list(whom_to_ask(w.session, row)))
    w.note(f"{row.title} {asked} 人")
    return Opened(row.id, asked)


@action("修改排摸轮次")
def edit_round(
    w: Writing,
    *,
    round_id: str,
    title: str,
    starts_on: date,
    ends_on: date,
    townships: Sequence[str] = (),
    villages: Sequence[str] = (),
    firms: Sequence[str] = (),
    note: str | None = None,
    seen: int | None = None,
) -> None:
    """Change words, days and places. Rows that are there stay; ``fill_round`` lists whom the wider places add."""
    row = the_round(w, round_id)
    values = _checked(w, title, starts_on, ends_on, townships, villages, firms) | {"note": note}
    w.check_fresh(row, values, seen)
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
    w.note(row.title)


@action("补列排摸对象")
def fill_round(w: Writing, *, round_id: str) -> int:
    """List everybody the roster has got since who belongs to the round; how many."""
    row = open_one(w, round_id)
    asked = list_persons(w, row, list(whom_to_ask(w.session, row)))
    w.note(f"{row.title} {asked} 人")
    return asked


@action("结束排摸")
def close_round(w: Writing, *, round_id: str) -> None:
    """No answers are written any more until it is opened again."""
    row = open_one(w, round_id)
    row.state = RoundState.CLOSED
    w.note(row.title)


@action("重开排摸")
def reopen_round(w: Writing, *, round_id: str) -> None:
    """Answers may be written again."""
    row = the_round(w, round_id)
    row.state = RoundState.OPEN
    w.note(row.title)


def the_round(w: Writing, round_id: str) -> SurveyRound:
    """A round; StaleRecord when it is gone."""
    row = w.session.get(SurveyRound, round_id)
    if row is None:
        raise StaleRecord("这一轮排摸已经不在了，可能刚被撤销。请刷新。")
    return row


def open_one(w: Writing, round_id: str) -> SurveyRound:
    """A round that still takes answers; UserError when it is closed."""
    row = the_round(w, round_id)
    if row.state is not RoundState.OPEN:
        raise UserError(f"「{row.title}」已经结束。要补登记，先在「轮次」里重开。")
    return row


def list_persons(w: Writing, row: SurveyRound, persons: Sequence[Any]) -> int:
    """A row for each of them, pre-filled with what the roster knows; codes go on from the highest. How many."""
    last = int(
        w.session.scalar(select(func.max(SurveyAnswer.serial)).where(SurveyAnswer.round_id == row.id)) or 0
    )
    for start in range(0, len(persons), _CHUNK):
        part = persons[start : start + _CHUNK]
        w.session.execute(
            insert(SurveyAnswer),
            [_listed(row, last + start + n, person) for n, person in enumerate(part, 1)],
        )
    return len(persons)


def _listed(row: SurveyRound, serial: int, person: Any) -> dict[str, Any]:
    age = age_on(person.birth_date, row.starts_on) if person.birth_date else None
    blank: dict[str, Any] = {"skills": [], "times": [], "categories": [], "projects": []}
    known = {name: getattr(person, name) for name in COPIED}
    return known | blank | {
        "round_id": row.id, "person_id": person.id, "serial": serial, "code": row_code(row.no, serial), "age": age,
        "state": AnswerState.WAITING,
    }  # fmt: skip


def _checked(
    w: Writing, title: str, starts_on: date, ends_on: date, townships: Sequence[str], villages: Sequence[str],
    firms: Sequence[str],
) -> dict[str, Any]:  # fmt: skip
    if not title.strip():
        raise UserError("请写这一轮排摸的名称，例如：2026 年春季排摸。")
    if ends_on < starts_on:
        raise UserError("结束日期在开始日期之前。请看哪一个写错了。")
    _refuse_unknown(w, Person.village, villages, "村社")
    _refuse_unknown(w, Person.employer, firms, "单位")
    return {
        "title": title.strip(), "starts_on": starts_on, "ends_on": ends_on, "townships": list(townships),
        "villages": list(villages), "firms": list(firms),
    }  # fmt: skip


def _refuse_unknown(w: Writing, column: Any, names: Iterable[str], noun: str) -> None:
    wanted = list(names)
    there: ColumnElement[bool] = column.in_(wanted)
    known = set(w.session.scalars(select(column).where(there).distinct())) if wanted else set()
    strangers = [name for name in wanted if name not in known]
    if strangers:
        raise UserError(
            f"花名册里没有一个人的{noun}写作「{'」「'.join(strangers)}」。请照花名册里的写法写，或者先导入那里的花名册。"
        )
