"""供给 kept: typed, taken from the catalogue, imported; and what people said to an offer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.catalogue.terms import DualLevel
from kqdesk.rooms.matching import queries
from kqdesk.rooms.matching.model import Offer, OfferAnswer
from kqdesk.rooms.matching.rules.offers import offer_faults
from kqdesk.rooms.matching.terms import Answer, OfferKind
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.survey.rules import read_words
from kqdesk.store.actions import Writing, action

GONE = "这条供给已经不在了。请刷新。"


@dataclass(frozen=True)
class Imported:
    """What came of an import."""

    created: int
    updated: int
    same: int


@action("新建供给")
def add_offer(w: Writing, /, **fields: Any) -> str:
    """An offer with its values (``queries.OFFER_FIELDS``); returns its id. UserError says what is wrong."""
    one = Offer(words=[], times=[], townships=[])
    _fill(one, {"is_active": True} | fields)
    w.session.add(one)
    w.session.flush()
    w.note(one.title)
    return one.id


@action("修改供给")
def change_offer(w: Writing, /, *, offer_id: str, seen: int | None = None, **fields: Any) -> None:
    """Other values for the same offer; StaleRecord when somebody changed the same since ``seen``."""
    one = _offer(w, offer_id)
    w.check_fresh(one, fields, seen)
    _fill(one, fields)
    w.note(one.title)


@action("停用供给")
def retire_offer(w: Writing, *, offer_id: str) -> None:
    """No longer offered; what people said to it stays."""
    one = _offer(w, offer_id)
    one.is_active = False
    w.note(one.title)


@action("课程带入供给")
def take_from_catalogue(w: Writing) -> int:
    """An offer for every course and 双证 programme in use that has none; title and category follow the catalogue."""
    courses, programmes = queries.not_yet_offered(w.session)
    rows = [
        {"kind": OfferKind.COURSE, "title": one.title, "course_id": one.id, "category": one.category, "programme_id": None}
        for one in courses
    ]  # fmt: skip
    rows += [
        {
            "kind": OfferKind.DUAL,
            "title": one.title,
            "course_id": None,
            "category": None,
            "programme_id": one.id,
        }
        for one in programmes
        if one.level in set(DualLevel)
    ]
    empty = {"words": [], "times": [], "townships": [], "is_active": True}
    if rows:
        w.session.execute(insert(Offer), [row | empty for row in rows])
    w.note(f"{len(rows)} 项")
    return len(rows)


@action("导入供给")
def import_offers(w: Writing, *, lines: Sequence[Mapping[str, Any]], file_name: str) -> Imported:
    """Rows of a workbook, told apart by kind, provider and title: new ones are added, others get what the file says.

    A cell left empty changes nothing. One import is one step to undo.
    """
    known = queries.known_offers(w.session)
    rows = {one.id: one for one in w.session.scalars(select(Offer).where(Offer.id.in_(list(known.values()))))}
    created = updated = same = 0
    for line in lines:
        told = {name: value for name, value in line.items() if value not in (None, "", [], ())}
        one = rows.get(known.get(_key(told), ""))
        if one is None:
            one = Offer(words=[], times=[], townships=[])
            _fill(one, {"is_active": True} | told)
            w.session.add(one)
            w.session.flush()
            known[_key(told)], rows[one.id] = one.id, one
            created += 1
        elif any(getattr(one, name) != value for name, value in _stored(told).items()):
            _fill(one, told)
            updated += 1
        else:
            same += 1
    w.note(f"{file_name}：新增 {created}，更新 {updated}")
    return Imported(created, updated, same)


def _key(told: Mapping[str, Any]) -> tuple[str, str, str]:
    return OfferKind(told["kind"]).value, told.get("provider") or "", told["title"]


@action("登记匹配答复")
def note_answers(
    w: Writing,
    *,
    offer_id: str,
    person_ids: Collection[str],
    answer: Answer,
    on: date | None = None,
    note: str | None = None,
) -> int:
    """What people said when told of an offer; the newest answer counts. Returns how many."""
    one, day = _offer(w, offer_id), on or school_day(w.now)
    if day > school_day(w.now):
        raise UserError("日期不能在今天以后。")
    wanted = list(dict.fromkeys(person_ids))
    there = set(w.session.scalars(select(Person.id).where(Person.id.in_(wanted))))
    rows = [
        {"offer_id": one.id, "person_id": key, "answer": answer, "answered_on": day, "asked_by": w.actor, "note": note}
        for key in wanted
        if key in there
    ]  # fmt: skip
    if not rows:
        raise UserError("请先选人。")
    w.session.execute(insert(OfferAnswer), rows)
    w.note(f"{one.title}：{answer.label} {len(rows)} 人")
    return len(rows)


def _offer(w: Writing, offer_id: str) -> Offer:
    one = w.session.get(Offer, offer_id)
    if one is None:
        raise UserError(GONE)
    return one


def _fill(one: Offer, fields: Mapping[str, Any]) -> None:
    unknown = fields.keys() - set(queries.OFFER_FIELDS)
    if unknown:
        raise TypeError(f"not a field of an offer: {sorted(unknown)}")
    stored = _stored(fields)
    for name, value in stored.items():
        setattr(one, name, value)
    faults = offer_faults({name: getattr(one, name) for name in queries.OFFER_FIELDS})
    if faults:
        raise UserError("".join(faults.values()))


def _stored(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Values as columns hold them: words split, lists as lists, empty text as None."""
    stored: dict[str, Any] = {}
    for name, value in fields.items():
        if name == "words":
            stored[name] = read_words(value) if isinstance(value, str) else list(value or ())
        elif name in ("times", "townships"):
            stored[name] = [str(one) for one in value or ()]
        elif type(value) is str:  # an enum is a str too and stays what it is
            stored[name] = value.strip() or None
        else:
            stored[name] = value
    return stored
