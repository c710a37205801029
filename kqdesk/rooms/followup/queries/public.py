"""The satisfaction form on the hub's page: which questionnaire a token opens, how many answers are there. Core selects."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Table, func, select

from kqdesk.rooms.followup.terms import Audience

Tables = Callable[[str], Table]


@dataclass(frozen=True)
class PublicForm:
    """What somebody who scanned the code is asked. ``closed``: why no answer is taken, in a sentence; "" = it is."""

    school: str
    questionnaire_id: str
    cohort: str
    audience: Audience
    questions: tuple[tuple[str, str], ...]
    scale: int
    closed: str


def public_form(connection: Connection, tables: Tables, token: str, *, today: date) -> PublicForm | None:
    """None when no questionnaire has that token. Two statements."""
    one, cohort, answer = tables("questionnaire"), tables("cohort"), tables("satisfaction_answer")
    row = connection.execute(
        select(
            one.c.school, one.c.id, one.c.audience, one.c.questions, one.c.scale, one.c.is_open, one.c.closes_on,
            one.c.expected, cohort.c.title,
        )
        .join(cohort, (cohort.c.school == one.c.school) & (cohort.c.id == one.c.cohort_id))
        .where(one.c.token == token)
    ).first()  # fmt: skip
    if row is None:
        return None
    there = connection.scalar(
        select(func.count())
        .select_from(answer)
        .where(answer.c.school == row.school, answer.c.questionnaire_id == row.id)
    )
    closed = ""
    if not row.is_open or (row.closes_on is not None and today > row.closes_on):
        closed = "这份问卷已经结束，谢谢您。"
    elif (there or 0) >= row.expected:
        closed = "这份问卷已经收齐，谢谢您。"
    questions = tuple((str(key), str(words)) for key, words in row.questions)
    return PublicForm(row.school, row.id, row.title, Audience(row.audience), questions, row.scale, closed)


def is_answered(connection: Connection, tables: Tables, school: str, answer_id: str) -> bool:
    """Whether this very form came in before: a double tap, a reload."""
    answer = tables("satisfaction_answer")
    wanted = select(answer.c.id).where(answer.c.school == school, answer.c.id == answer_id)
    return connection.execute(wanted).first() is not None
