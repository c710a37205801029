"""需求清单: who wants what when, grouped by village or firm, every number down to its names.

For the matching room: ``demand`` gives the groups with the person ids behind each number.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Text, select, type_coerce
from sqlalchemy.orm import Session

from kqdesk.rooms.catalogue.terms import Category, Project
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.places.queries import township_name
from kqdesk.rooms.survey.model import SurveyAnswer
from kqdesk.rooms.survey.queries.asked import place_column, township_column
from kqdesk.rooms.survey.rules import is_raised, wishes_of
from kqdesk.rooms.survey.terms import NOWHERE, AnswerState, Grouping, TimeWish, WishKind
from kqdesk.security.masking import mask_phone


@dataclass(frozen=True, slots=True)
class DemandRow:
    """One wish at one time in one village or firm, and the persons who have it (ids, in order of their codes)."""

    by: Grouping
    township_code: str
    place: str
    kind: WishKind
    wish: str
    time: str
    people: tuple[str, ...]

    @property
    def title(self) -> str:
        """The place's name, also when none is written."""
        return self.place or NOWHERE[self.by]

    @property
    def township(self) -> str:
        """In words."""
        return township_name(self.township_code)


@dataclass(frozen=True, slots=True)
class Wisher:
    """One name behind a number."""

    person_id: str
    answer_id: str
    name: str
    code: str
    phone_masked: str
    village: str
    employer: str
    job: str
    education_code: str | None


def demand(
    session: Session, *, round_id: str, by: Grouping = Grouping.VILLAGE, kind: WishKind | None = None
) -> list[DemandRow]:
    """The wishes of everybody who answered, largest group first; one statement.

    A degree that was finished since is no demand any more. Somebody with several wishes or times is in several rows.
    """
    raw = (SurveyAnswer.skills, SurveyAnswer.categories, SurveyAnswer.projects, SurveyAnswer.times)
    asked = (
        select(
            township_column(by), place_column(by), SurveyAnswer.person_id, SurveyAnswer.wish,
            *(type_coerce(one, Text()) for one in raw), SurveyAnswer.education_code, Person.education_code,
        )
        .join(Person, Person.id == SurveyAnswer.person_id)
        .where(SurveyAnswer.round_id == round_id, SurveyAnswer.state == AnswerState.ANSWERED)
        .order_by(SurveyAnswer.serial)
    )  # fmt: skip
    groups: dict[tuple[str, str, WishKind, str, str], list[str]] = defaultdict(list)
    for township, place, person, wish, skills, categories, projects, times, then, now in session.execute(
        asked, execution_options={"yield_per": 1_000}
    ):
        told = wishes_of(
            None if _risen(then, now) else wish, _said(skills), _labels(Category, categories),
            _labels(Project, projects), _labels(TimeWish, times),
        )  # fmt: skip
        for one in told:
            if kind is None or one.kind is kind:
                groups[township, place, one.kind, one.wish, one.time].append(person)
    rows = [DemandRow(by, *key, tuple(people)) for key, people in groups.items()]
    return sorted(rows, key=lambda row: (-len(row.people), row.township_code, row.place, row.wish, row.time))


# Sixty thousand answers say much the same: each written list is read once.
_risen = lru_cache(maxsize=4_096)(is_raised)


@lru_cache(maxsize=8_192)
def _said(written: str) -> tuple[str, ...]:
    return tuple(json.loads(written))


@lru_cache(maxsize=4_096)
def _labels(words: type[Category] | type[Project] | type[TimeWish], written: str) -> tuple[str, ...]:
    return tuple(words(one).label for one in json.loads(written))


def wishers(session: Session, *, round_id: str, people: Sequence[str]) -> list[Wisher]:
    """The names behind a number, by code; one statement."""
    asked = (
        select(SurveyAnswer, Person.name, Person.phone)
        .join(Person, Person.id == SurveyAnswer.person_id)
        .where(SurveyAnswer.round_id == round_id, SurveyAnswer.person_id.in_(people))
        .order_by(SurveyAnswer.serial)
    )
    return [
        Wisher(
            row.person_id, row.id, name, row.code, mask_phone(phone), row.village or "", row.employer or "",
            row.job or "", row.education_code,
        )
        for row, name, phone in session.execute(asked)
    ]  # fmt: skip
