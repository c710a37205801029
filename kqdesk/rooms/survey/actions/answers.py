"""Answers: written down cell by cell or form by form; what is newer than the roster goes into the roster, too."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from kqdesk.kernel.errors import StaleRecord, UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.kernel.text import plain
from kqdesk.rooms.catalogue.terms import Category, Project
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.terms import Sex, education_levels
from kqdesk.rooms.survey.actions.rounds import list_persons, open_one
from kqdesk.rooms.survey.model import SurveyAnswer
from kqdesk.rooms.survey.rules import answered, is_lower
from kqdesk.rooms.survey.terms import ANSWER_LABELS, AnswerState, TimeWish
from kqdesk.store.actions import Writing, action

_TEXTS = ("hukou", "employer", "job", "wish", "learning_path", "note")
_LISTS: Mapping[str, Sequence[str]] = {
    "times": [one.value for one in TimeWish],
    "categories": [one.value for one in Category],
    "projects": [one.value for one in Project],
}
_TO_ROSTER = ("hukou", "sex", "education_code", "employer", "job", "wish", "learning_path")
_CHUNK = 5_000


@action("登记排摸")
def put_answers(w: Writing, *, changes: Mapping[str, Mapping[str, Any]], seen: int | None = None) -> int:
    """Write cells of answers (answer id → column → value, None clears); how many persons.

    The first answer makes a row 已答. UserError in a closed round or for a value that cannot be; StaleRecord when a row
    is gone or was changed after ``seen``.
    """
    rows = the_answers(w, list(changes))
    for round_id in {row.round_id for row in rows.values()}:
        open_one(w, round_id)
    for answer_id, values in changes.items():
        w.check_fresh(rows[answer_id], values, seen)
    write_answers(w, [(rows[answer_id], values) for answer_id, values in changes.items()])
    w.note(_who(w, [row.person_id for row in rows.values()]))
    return len(rows)


@action("列入排摸")
def add_asked(w: Writing, *, round_id: str, person_id: str) -> str:
    """List one more person, whatever the places and ages of the round say; the answer's id. UserError when listed."""
    row = open_one(w, round_id)
    person = w.session.get(Person, person_id)
    if person is None:
        raise StaleRecord("这个人已经不在花名册里了，可能刚被删除。请重新找一下。")
    mine = (SurveyAnswer.round_id == round_id, SurveyAnswer.person_id == person_id)
    code = w.session.scalar(select(SurveyAnswer.code).where(*mine))
    if code:
        raise UserError(f"{person.name}已经在这一轮里，排摸码 {code}。")
    list_persons(w, row, [person])
    w.note(person.name)
    return str(w.session.scalar(select(SurveyAnswer.id).where(*mine)))


@action("移出排摸")
def drop_asked(w: Writing, *, answer_ids: Sequence[str]) -> int:
    """Take rows nobody has answered out of a round; UserError when one was."""
    rows = the_answers(w, answer_ids)
    if any(row.state is AnswerState.ANSWERED for row in rows.values()):
        raise UserError("已经答了的不能移出，答卷要留着。只能移出未问、拒答和联系不上的。")
    for row in rows.values():
        open_one(w, row.round_id)
        w.session.delete(row)
    w.note(_who(w, [row.person_id for row in rows.values()]))
    return len(rows)


def the_answers(w: Writing, ids: Sequence[str]) -> dict[str, SurveyAnswer]:
    """Rows by id; StaleRecord when one is gone."""
    found: dict[str, SurveyAnswer] = {}
    for start in range(0, len(ids), _CHUNK):
        asked = select(SurveyAnswer).where(SurveyAnswer.id.in_(ids[start : start + _CHUNK]))
        found |= {row.id: row for row in w.session.scalars(asked)}
    if len(found) < len(set(ids)):
        raise StaleRecord("有的人已经不在这一轮排摸里了。请刷新名单再登记。")
    return found


def write_answers(w: Writing, pairs: Sequence[tuple[SurveyAnswer, Mapping[str, Any]]]) -> None:
    """Set checked values, state, who wrote and when; carry what is new into the roster."""
    persons: dict[str, Person] = {}
    ids = [row.person_id for row, _ in pairs]
    for start in range(0, len(ids), _CHUNK):
        asked = select(Person).where(Person.id.in_(ids[start : start + _CHUNK]))
        persons |= {person.id: person for person in w.session.scalars(asked)}
    for row, given in pairs:
        values = checked(given)
        row.state = answered(values, row.state)
        fresh = {
            name: told for name, told in values.items() if name != "state" and getattr(row, name) != told
        }
        for name, told in fresh.items():
            setattr(row, name, told)
        row.asked_by, row.answered_on = w.actor, school_day(w.now)
        if row.state is AnswerState.WAITING:
            row.asked_by, row.answered_on = None, None
        _to_roster(persons[row.person_id], fresh)


def _to_roster(person: Person, values: Mapping[str, Any]) -> None:
    """What this answer changed is newer than the roster; but none takes back a diploma, and an empty one says nothing."""
    for name in _TO_ROSTER:
        told, known = values.get(name), getattr(person, name)
        if not told or told == known or (name == "sex" and known):
            continue
        if name != "education_code" or not is_lower(told, known):
            setattr(person, name, told)


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Values as they are stored; UserError says which is wrong."""
    unknown = given.keys() - ANSWER_LABELS.keys() - {"state"}
    if unknown:
        raise TypeError(f"no such answers: {sorted(unknown)}")
    values = dict(given)
    for name in values.keys() & set(_TEXTS):
        values[name] = plain(values[name] or "") or None
    for name in values.keys() & set(_LISTS):
        ticked = set(values[name] or ())
        if ticked - set(_LISTS[name]):
            raise TypeError(f"{name} has codes nobody knows: {ticked}")
        values[name] = [one for one in _LISTS[name] if one in ticked]  # in the order of the form
    if "skills" in values:
        values["skills"] = list(dict.fromkeys(plain(word) for word in values["skills"] or () if plain(word)))
    age, sex, schooling = values.get("age"), values.get("sex"), values.get("education_code")
    if age is not None and not 0 < age < 130:
        raise UserError(f"年龄「{age}」不对。请写周岁。")
    is_sex = not sex or sex in {one.value for one in Sex}
    if not is_sex or (schooling and schooling not in education_levels()):
        raise TypeError(f"no such code: {sex} {schooling}")
    return values


def _who(w: Writing, ids: Sequence[str]) -> str:
    names = list(w.session.scalars(select(Person.name).where(Person.id.in_(ids[:1]))))
    return (names[0] if names else "") + (f"等 {len(ids)} 人" if len(ids) > 1 else "")
