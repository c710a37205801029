"""What matching knows of everybody: read once, then kept up with the journal, person by person."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Text, bindparam, select, text, type_coerce
from sqlalchemy.orm import Session

from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.rooms.catalogue.terms import Category, DualLevel, Project
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.cohorts.queries import limits_on
from kqdesk.rooms.cohorts.terms import EnrolmentState
from kqdesk.rooms.matching.rules.fitting import Gates, Wisher
from kqdesk.rooms.matching.rules.pool import Pool
from kqdesk.rooms.matching.rules.reach import Paces
from kqdesk.rooms.matching.terms import HERE
from kqdesk.rooms.office.queries import active_packs
from kqdesk.rooms.office.rules import value
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.queries import journal_position
from kqdesk.rooms.survey.model import SurveyAnswer, SurveyRound
from kqdesk.rooms.survey.rules import is_raised, wants_degree
from kqdesk.rooms.survey.terms import AnswerState, TimeWish

MANY = 2_000
"""More people changed than that: reading everybody again is no slower."""
_PART = 900  # ids a statement
_STREAM = {"yield_per": 1_000}  # rows come in small parts, so that the window beside it stays alive
_COLLEGE_LEVELS = ("college", "upgrade", "bachelor")
IN_CLASS = (
    EnrolmentState.APPLIED, EnrolmentState.WAITING, EnrolmentState.OFFERED, EnrolmentState.ENROLLED, EnrolmentState.SUSPENDED,
    EnrolmentState.COMPLETED,
)  # fmt: skip
_CHANGED = text(
    "SELECT DISTINCT tbl, row_id, op, CASE WHEN op='D' OR before LIKE '%\"person_id\"%' THEN before END"
    " FROM journal_change WHERE entry_id>:since"
    " AND tbl IN ('person','survey_answer','survey_round','enrolment','cohort')"
).bindparams(bindparam("since"))


@dataclass(frozen=True)
class Known:
    """Everybody as columns, and the journal entry up to which that is true."""

    pool: Pool
    position: int


def know_everybody(session: Session, *, on: date, progress: Progress | None = None) -> Known:
    """Read all people with their newest answers and classes; four statements."""
    watch = progress or Quiet()
    position = journal_position(session)
    rows = []
    for count, one in enumerate(_wishers(session, None)):
        if count % 5_000 == 0:
            watch.step(count, 0, "读花名册和排摸答卷")
        rows.append(one)
    watch.step(len(rows), 0, "算匹配")
    return Known(Pool.of(rows, on), position)


def keep_up(session: Session, known: Known, *, on: date, progress: Progress | None = None) -> Known:
    """The same as of now: only people whose rows changed since are read again, unless many did or the day changed."""
    if known.pool.on != on:
        return know_everybody(session, on=on, progress=progress)
    position = journal_position(session)
    if position == known.position:
        return known
    if position < known.position:  # another file, or one put back from a backup
        return know_everybody(session, on=on, progress=progress)
    changed = _changed_people(session, known.position)
    if changed is None or len(changed) > MANY:
        return know_everybody(session, on=on, progress=progress)
    if not changed:
        return Known(known.pool, position)
    fresh = {one.id: one for one in _wishers(session, changed)}
    gone = [
        Wisher(person_id, is_here=False)
        for person_id in changed
        if person_id not in fresh and person_id in known.pool.place_of
    ]
    return Known(known.pool.changed([*fresh.values(), *gone]), position)


def _changed_people(session: Session, since: int) -> set[str] | None:
    """Whose rows changed after a journal entry; None when it cannot be told person by person."""
    people: set[str] = set()
    rows: dict[str, set[str]] = defaultdict(set)
    for table, row_id, op, before in session.execute(_CHANGED, {"since": since}):
        if (table == "survey_round" and op != "I") or (before or "").startswith("mac:"):
            return None
        if table == "person":
            people.add(row_id)
            continue
        if before and table != "cohort":  # a row that is gone, or was another person's until then
            people.add(str(json.loads(before)["person_id"]))
        if op != "D":
            rows[table].add(row_id)
    if sum(map(len, rows.values())) > MANY:
        return None
    return people | _owners(session, rows)


def _owners(session: Session, rows: Mapping[str, Collection[str]]) -> set[str]:
    """Whose answers and enrolments these rows are, and who is in these cohorts."""
    people: set[str] = set()
    for table, column, person in (
        ("survey_answer", SurveyAnswer.id, SurveyAnswer.person_id),
        ("enrolment", Enrolment.id, Enrolment.person_id),
        ("cohort", Enrolment.cohort_id, Enrolment.person_id),
    ):
        for part in _parts(sorted(rows.get(table, ()))):
            people.update(session.scalars(select(person).where(column.in_(part))))
    return people


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for at in range(0, len(ids), _PART):
        yield ids[at : at + _PART]


def _wishers(session: Session, ids: Collection[str] | None) -> Iterator[Wisher]:
    """People who are here, with the newest answer that was given and what they are or were taught."""
    if ids is not None:
        for part in _parts(sorted(ids)):
            yield from _some(session, part)
    else:
        yield from _some(session, None)


def _some(session: Session, ids: Sequence[str] | None) -> Iterator[Wisher]:
    answers, taken = _answers(session, ids), _taken(session, ids)
    asked = select(
        Person.id, Person.birth_date, Person.education_code, Person.township_code, Person.village, Person.employer, Person.wish
    ).where(Person.state == HERE)  # fmt: skip
    asked = asked.where(Person.id.in_(ids)) if ids is not None else asked.order_by(Person.id)
    for key, born, education, township, village, employer, wish in session.execute(
        asked, execution_options=_STREAM
    ):
        then, said, skills, times, categories, projects = answers.get(
            key, (None, wish, "[]", "[]", "[]", "[]")
        )
        yield Wisher(
            key, born, education, township or "", village or "", employer or "",
            _wants(said) and not _risen(then, education), _words(skills), _times(times), _categories(categories),
            _projects(projects), taken.get(key, frozenset()),
        )  # fmt: skip


def _answers(session: Session, ids: Sequence[str] | None) -> dict[str, tuple[Any, ...]]:
    raw = (SurveyAnswer.skills, SurveyAnswer.times, SurveyAnswer.categories, SurveyAnswer.projects)
    asked = (
        select(
            SurveyAnswer.person_id, SurveyAnswer.education_code, SurveyAnswer.wish, *(type_coerce(one, Text()) for one in raw)
        )
        .join(SurveyRound, SurveyRound.id == SurveyAnswer.round_id)
        .where(SurveyAnswer.state == AnswerState.ANSWERED)
        .order_by(SurveyRound.starts_on, SurveyAnswer.id)
    )  # fmt: skip
    if ids is not None:
        asked = asked.where(SurveyAnswer.person_id.in_(ids))
    return {row[0]: tuple(row[1:]) for row in session.execute(asked, execution_options=_STREAM)}


def _taken(session: Session, ids: Sequence[str] | None) -> dict[str, frozenset[str]]:
    asked = (
        select(Enrolment.person_id, Cohort.course_id, Cohort.programme_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Enrolment.state.in_(IN_CLASS))
    )
    if ids is not None:
        asked = asked.where(Enrolment.person_id.in_(ids))
    found: dict[str, set[str]] = defaultdict(set)
    for person_id, course, programme in session.execute(asked, execution_options=_STREAM):
        found[person_id] |= {key for key in (course, programme) if key}
    return {person_id: frozenset(keys) for person_id, keys in found.items()}


# Few different answers, many people: each is judged once.
_risen = lru_cache(maxsize=4_096)(is_raised)
_wants = lru_cache(maxsize=4_096)(wants_degree)


@lru_cache(maxsize=8_192)
def _words(written: str) -> tuple[str, ...]:
    return tuple(json.loads(written))


@lru_cache(maxsize=256)
def _times(written: str) -> frozenset[TimeWish]:
    return frozenset(map(TimeWish, json.loads(written)))


@lru_cache(maxsize=4_096)
def _categories(written: str) -> frozenset[Category]:
    return frozenset(map(Category, json.loads(written)))


@lru_cache(maxsize=4_096)
def _projects(written: str) -> frozenset[Project]:
    return frozenset(map(Project, json.loads(written)))


def gates_on(session: Session, on: date) -> Gates:
    """Whom the rule packs admit to the 双证 levels and to college, and at which ages; unset stays out."""
    admits: dict[str, frozenset[str]] = {}
    ages: dict[str, tuple[int | None, int | None]] = {}
    sources: dict[str, str] = {}
    for level in DualLevel:
        limits = limits_on(session, level, on)
        if limits.admits is not None:
            admits[level.value], sources[level.value] = limits.admits, limits.admits_source
        if limits.lowest_age is not None or limits.highest_age is not None:
            ages[level.value] = limits.lowest_age, limits.highest_age
    packs = active_packs(session)
    for name in _COLLEGE_LEVELS:
        found = value(packs, f"education.{name}_admits", on)
        if found is not None:
            admits[name], sources[name] = frozenset(found.codes), found.source
    return Gates(admits, ages, sources)


def paces_on(session: Session, on: date) -> tuple[Paces, int | None]:
    """Minutes by nearness from the rule packs, and how many minutes count as near; None = 未配置."""
    packs = active_packs(session)
    same_village, same_township, elsewhere, metres, most = (
        found.number if (found := value(packs, f"matching.{name}", on)) else None
        for name in (
            "minutes_same_village", "minutes_same_township", "minutes_elsewhere", "metres_a_minute", "most_minutes",
        )
    )  # fmt: skip
    return Paces(same_village, same_township, elsewhere, metres), most
