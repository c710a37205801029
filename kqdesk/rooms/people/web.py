"""跨镇重复 on the hub: who stands in the rosters of two schools, and who takes the same course at both."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy import Connection
from starlette.responses import Response

from kqdesk.hub.counter import Counter, NavLink
from kqdesk.hub.database import EVERY_SCHOOL
from kqdesk.hub.freshness import freshness
from kqdesk.hub.officers import Seated
from kqdesk.rooms.people.queries.district import Twin, people_of_two_schools, twins
from kqdesk.rooms.places.rules import township_by_code
from kqdesk.security.masking import mask_id, mask_name

LINKS = (NavLink("跨镇重复", "/duplicates", "师资与学员", 32),)
KEPT = "duplicates"
PAGE = 50


def reckon(counter: Counter, conn: Connection, on: date) -> Any:
    """What is kept of the whole district."""
    return people_of_two_schools(conn, counter.table, [card.code for card in counter.register.schools()])


@dataclass(frozen=True)
class Entry:
    """One roster entry of somebody as the page shows it; ``name`` and ``id_number`` masked, empty without the right."""

    school: str
    name: str
    id_number: str
    sex: str
    born: str
    place: str
    courses: str


@dataclass(frozen=True)
class Duplicates:
    """One page of the list, and the counts above it."""

    is_reckoned: bool
    count: int
    double: int
    pairs: list[tuple[str, str, int]]
    people: list[tuple[list[Entry], str]]
    page: int
    pages: int


def shown(counter: Counter, page: int, *, with_names: bool) -> Duplicates:
    """``page`` from 1."""
    kept = counter.shelf.one(KEPT, EVERY_SCHOOL)
    if kept is None:
        return Duplicates(False, 0, 0, [], [], 1, 1)
    body: Mapping[str, Any] = kept.body
    schools = {card.code: card.name for card in counter.register.schools()}
    listed = body["people"]
    pages = max(1, -(-len(listed) // PAGE))
    part = listed[(min(page, pages) - 1) * PAGE : min(page, pages) * PAGE]
    with counter.reading() as conn:
        ids = [person_id for one in part for _, person_id in one["rows"]]
        found = twins(conn, counter.table, list(schools), ids) if ids else {}
    people = [
        (
            [_entry(counter, found[key], schools, with_names=with_names) for _, key in one["rows"] if key in found],
            "、".join(one["courses"]),
        )
        for one in part
    ]  # fmt: skip
    pairs = [(schools.get(one, one), schools.get(other, other), count) for one, other, count in body["pairs"]]
    return Duplicates(True, body["count"], body["double"], pairs, people, min(page, pages), pages)


def _entry(counter: Counter, one: Twin, schools: Mapping[str, str], *, with_names: bool) -> Entry:
    town = township_by_code(one.township_code)
    name = mask_name(str(counter.opened("person", "name", one.name))) if with_names else ""
    number = mask_id(str(counter.opened("person", "id_number", one.id_number))) if with_names else ""
    return Entry(
        schools.get(one.school, one.school), name, number, {"1": "男", "2": "女"}.get(one.sex, ""),
        f"{one.born} 年" if one.born else "", f"{town.name if town else ''}{one.village}", "、".join(one.courses),
    )  # fmt: skip


def pages(counter: Counter) -> APIRouter:
    """Their routes."""
    routes = APIRouter(include_in_schema=False)
    frame = counter.frame
    Who = Annotated[Seated, Depends(frame.officer)]
    Form = Annotated[dict[str, str], Depends(frame.form)]

    def page(who: Seated, number: int, *, with_names: bool) -> Response:
        found = shown(counter, max(number, 1), with_names=with_names)
        return frame.page(
            "people_duplicates.html", who, shown=found, with_names=with_names, fresh=freshness(counter)
        )

    @routes.get("/duplicates")
    def duplicates(who: Who, page_no: int = 1) -> Response:
        return page(who, page_no, with_names=False)

    @routes.post("/duplicates")
    def names(who: Who, form: Form) -> Response:
        frame.expect_token(who, form)
        number = int(form["page"]) if form.get("page", "").isdecimal() else 1
        found = shown(counter, number, with_names=False)
        concerned = {entry.school for entries, _ in found.people for entry in entries}
        codes = [card.code for card in counter.register.schools() if card.name in concerned]
        counter.open_names(who, form.get("reason", ""), codes, f"跨镇重复第 {found.page} 页")
        return page(who, number, with_names=True)

    return routes
