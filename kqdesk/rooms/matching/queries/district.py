"""The lists of one school as the hub keeps them for the whole district: counts, no name of anybody.

``tables``: the lookup of tables by name, the desk's or the hub's; the same statements run on both.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import LABEL_STYLE_TABLENAME_PLUS_COL as BY_TABLE
from sqlalchemy import Connection, Table, Text, and_, case, func, select, type_coerce

from kqdesk.rooms.catalogue.terms import Category, DualLevel, Project
from kqdesk.rooms.matching.rules.fitting import folded, speaks_of
from kqdesk.rooms.matching.rules.offers import level_key, state_on
from kqdesk.rooms.matching.terms import Answer, OfferKind, OfferState
from kqdesk.rooms.office.rules import Pack, read_contents
from kqdesk.rooms.office.terms import PackState
from kqdesk.rooms.survey.rules import is_raised, wishes_of
from kqdesk.rooms.survey.terms import AnswerState, TimeWish, WishKind

Tables = Callable[[str], Table]
MOST_OFFERS, MOST_WISHES, MOST_PLACES = 400, 300, 5


@dataclass(frozen=True)
class _Supply:
    """What decides whether an offer answers a wish."""

    is_degree: bool
    category: str
    project: str
    words: tuple[str, ...]


def school_lists(conn: Connection, tables: Tables, school: str, on: date) -> dict[str, Any]:
    """R-MAT-08: supply, demand and how much of the demand is answered, of one school; six statements."""
    offers, open_ = _offers(conn, tables, school, on)
    return {"supply": offers, "demand": _demand(conn, tables, school, open_)}


# -- supply ----------------------------------------------------------------------------------------------------------


def _offers(
    conn: Connection, tables: Tables, school: str, on: date
) -> tuple[list[dict[str, Any]], list[_Supply]]:
    offer, course, programme = tables("offer"), tables("course"), tables("programme")
    asked = (
        select(offer, course, programme)
        .outerjoin(course, and_(course.c.school == offer.c.school, course.c.id == offer.c.course_id))
        .outerjoin(
            programme, and_(programme.c.school == offer.c.school, programme.c.id == offer.c.programme_id)
        )
        .where(offer.c.school == school)
        .set_label_style(BY_TABLE)
    )
    said = _answers(conn, tables, school)
    lines, open_ = [], []
    for row in conn.execute(asked).mappings():
        one = {name: row[f"offer_{name}"] for name in offer.c.keys()}  # noqa: SIM118 -- a collection of columns
        taught = {
            name: row[f"course_{name}"] for name in ("id", "title", "occupation", "category", "is_active")
        }
        dual = {name: row[f"programme_{name}"] for name in ("id", "title", "level", "is_active")}
        is_on = one["is_active"] and all(part["id"] is None or part["is_active"] for part in (taught, dual))
        state = state_on(bool(is_on), one["valid_from"], one["valid_until"], on)
        if state is OfferState.OFF or state is OfferState.OVER:
            continue
        line, supply = _offer(one, taught, dual)
        counts = said.get(one["id"], Counter())
        lines.append(
            {**line, "state": state.value, "wants": counts[Answer.WANTS], "told": sum(counts.values())}
        )
        open_.append(supply)
    return lines[:MOST_OFFERS], open_


def _offer(
    one: Mapping[str, Any], taught: Mapping[str, Any], dual: Mapping[str, Any]
) -> tuple[dict[str, Any], _Supply]:
    title = taught["title"] or dual["title"] or one["title"]
    category, level = one["category"] or taught["category"], dual["level"] or one["level"]
    kind, project = one["kind"], one["project"]
    line = {
        "kind": _word(kind), "title": title, "provider": one["provider"] or ("本校" if _ours(kind) else ""),
        "category": _label(category), "level": _label(level), "route": _label(one["route"]),
        "capacity": one["capacity"], "fee": one["fee"], "until": one["valid_until"] and one["valid_until"].isoformat(),
        "times": [TimeWish(time).label for time in one["times"] or () if time in set(TimeWish)],
    }  # fmt: skip
    words = folded((title, one["occupation"] or taught["occupation"] or "", *(one["words"] or ())))
    is_degree = isinstance(level, DualLevel) or bool(level and level_key(level))
    return line, _Supply(is_degree, _label(category), _label(project), words)


def _answers(conn: Connection, tables: Tables, school: str) -> dict[str, Counter[Answer]]:
    answer = tables("offer_answer")
    asked = (
        select(answer.c.offer_id, answer.c.person_id, answer.c.answer)
        .where(answer.c.school == school)
        .order_by(answer.c.id)
    )
    newest = {(offer, person): said for offer, person, said in conn.execute(asked)}
    counts: dict[str, Counter[Answer]] = defaultdict(Counter)
    for (offer, _), said in newest.items():
        counts[offer][said] += 1
    return counts


# -- demand ----------------------------------------------------------------------------------------------------------


def _demand(conn: Connection, tables: Tables, school: str, open_: Iterable[_Supply]) -> dict[str, Any]:
    newest = _newest_round(conn, tables, school)
    if newest is None:
        return {"round": "", "asked": 0, "answered": 0, "wishers": 0, "met": 0, "rows": []}
    round_id, title, asked, answered = newest
    people: dict[tuple[WishKind, str], set[str]] = defaultdict(set)
    times: dict[tuple[WishKind, str], Counter[str]] = defaultdict(Counter)
    places: dict[tuple[WishKind, str], Counter[str]] = defaultdict(Counter)
    for person, place, told in _wishes(conn, tables, school, round_id):
        for one in told:
            key = one.kind, one.wish
            times[key][one.time] += 1
            if person not in people[key]:
                people[key].add(person)
                places[key][place] += 1
    supplies = list(open_)
    met = {key for key in people if any(_is_answered(one, *key) for one in supplies)}
    ordered = sorted(people, key=lambda key: (-len(people[key]), key))
    rows = [
        {
            "kind": kind.value, "wish": wish, "people": len(people[kind, wish]), "met": (kind, wish) in met,
            "times": times[kind, wish].most_common(), "places": places[kind, wish].most_common(MOST_PLACES),
        }
        for kind, wish in ordered[:MOST_WISHES]
    ]  # fmt: skip
    wishers: set[str] = set().union(*people.values())
    helped: set[str] = set().union(*(people[key] for key in met))
    return {
        "round": title, "asked": asked, "answered": answered, "wishers": len(wishers), "met": len(helped), "rows": rows,
    }  # fmt: skip


def _newest_round(conn: Connection, tables: Tables, school: str) -> tuple[str, str, int, int] | None:
    """The newest round in which somebody answered: id, title, how many were asked, how many answered."""
    rounds, answer = tables("survey_round"), tables("survey_answer")
    answered = func.sum(_is(answer.c.state, AnswerState.ANSWERED))
    asked = (
        select(rounds.c.id, rounds.c.title, func.count(), answered)
        .join(answer, and_(answer.c.school == rounds.c.school, answer.c.round_id == rounds.c.id))
        .where(rounds.c.school == school)
        .group_by(rounds.c.id, rounds.c.title, rounds.c.starts_on)
        .order_by(rounds.c.starts_on.desc())
    )
    found = next((row for row in conn.execute(asked) if row[3]), None)
    return None if found is None else (found[0], found[1], int(found[2]), int(found[3]))


def _wishes(
    conn: Connection, tables: Tables, school: str, round_id: str
) -> Iterable[tuple[str, str, list[Any]]]:
    answer, person = tables("survey_answer"), tables("person")
    raw = (answer.c.skills, answer.c.categories, answer.c.projects, answer.c.times)
    asked = (
        select(
            answer.c.person_id, answer.c.village, answer.c.wish, *(type_coerce(one, Text()) for one in raw),
            answer.c.education_code, person.c.education_code,
        )
        .join(person, and_(person.c.school == answer.c.school, person.c.id == answer.c.person_id))
        .where(answer.c.school == school, answer.c.round_id == round_id, answer.c.state == AnswerState.ANSWERED)
    )  # fmt: skip
    for who, place, wish, skills, categories, projects, times, then, now in conn.execute(asked):
        yield who, place or "", wishes_of(
            None if _risen(then, now) else wish, _said(skills), _words(Category, categories),
            _words(Project, projects), _words(TimeWish, times),
        )  # fmt: skip


def _is_answered(one: _Supply, kind: WishKind, wish: str) -> bool:
    if kind is WishKind.DEGREE:
        return one.is_degree
    if kind is WishKind.SKILL:
        return speaks_of(wish, one.words)
    return wish == (one.category if kind is WishKind.CATEGORY else one.project)


# -- words -----------------------------------------------------------------------------------------------------------

_risen = lru_cache(maxsize=4_096)(is_raised)


def _is(column: Any, word: Any) -> Any:
    return case((column == word, 1), else_=0)


def _label(word: Any) -> str:
    return str(getattr(word, "label", word or ""))


def _word(word: Any) -> str:
    return str(getattr(word, "value", word or ""))


def _ours(kind: Any) -> bool:
    return isinstance(kind, OfferKind) and kind.is_ours


@lru_cache(maxsize=8_192)
def _said(written: str | None) -> tuple[str, ...]:
    return tuple(json.loads(written or "[]"))


@lru_cache(maxsize=4_096)
def _words(kind: type[Category] | type[Project] | type[TimeWish], written: str | None) -> tuple[str, ...]:
    known = {one.value for one in kind}
    return tuple(kind(one).label if one in known else str(one) for one in json.loads(written or "[]"))


# -- policy ----------------------------------------------------------------------------------------------------------


def known_packs(
    conn: Connection, tables: Tables, schools: Sequence[str]
) -> tuple[list[Pack], dict[str, int]]:
    """Of every rule pack in use anywhere the newest version, and how many schools use a pack at all; one statement."""
    row = tables("rule_pack")
    asked = select(
        row.c.school, row.c.pack_key, row.c.version, row.c.content, row.c.effective_from, row.c.effective_to
    ).where(row.c.school.in_(schools), row.c.state == PackState.ACTIVE)
    newest: dict[str, Any] = {}
    users: dict[str, set[str]] = defaultdict(set)
    for one in conn.execute(asked):
        users[one.pack_key].add(one.school)
        if one.pack_key not in newest or one.version > newest[one.pack_key].version:
            newest[one.pack_key] = one
    packs = [
        replace(
            read_contents(one.content), version=one.version, state=PackState.ACTIVE,
            effective_from=one.effective_from, effective_to=one.effective_to,
        )
        for _, one in sorted(newest.items())
    ]  # fmt: skip
    return packs, {one.title: len(users[one.key]) for one in packs}
