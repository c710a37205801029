"""夜校课表 of the whole district on the hub: a calendar of the year, the ten categories, and every lesson of one day."""

from collections import Counter as Tally
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy import Connection
from starlette.responses import Response

from kqdesk.hub.counter import Counter
from kqdesk.hub.freshness import freshness
from kqdesk.hub.officers import Seated
from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.catalogue.terms import Category
from kqdesk.rooms.places.rules import townships
from kqdesk.rooms.timetable.queries.district import DUAL, lessons_of_day, school_nights

KEPT = "nights"
UNKNOWN = "没有写"


def reckon(counter: Counter, conn: Connection, school: str, on: date) -> Any:
    """What is kept of a school for these pages."""
    return school_nights(conn, counter.table, school, on)


@dataclass(frozen=True)
class Line:
    """One category, township or school with its lessons, classes and learners."""

    name: str
    lessons: int
    cohorts: int
    learners: int


@dataclass(frozen=True)
class Year:
    """The district's night schools in a year."""

    year: int
    days: list[tuple[str, int]]
    categories: list[Line]
    towns: list[Line]
    schools: list[Line]

    @property
    def total(self) -> Line:
        """All of it."""
        parts = [(one.lessons, one.cohorts, one.learners) for one in self.schools]
        return Line("", *(sum(column) for column in zip(*parts, strict=True))) if parts else Line("", 0, 0, 0)


def year_of(counter: Counter) -> Year:
    """The kept texts of every school, added up."""
    names = {card.code: card.name for card in counter.register.schools()}
    kept = {code: one.body for code, one in counter.shelf.all(KEPT).items() if code in names}
    today = counter.clock().astimezone(CHINA).date()
    days: Tally[str] = Tally()
    for body in kept.values():
        days.update(dict(body["days"]))
    categories = {one.value: one.label for one in Category} | {DUAL: "双证学历班"}
    towns = {one.code: one.name for one in townships()}
    schools = [
        Line(names[code], body["lessons"], body["cohorts"], body["learners"]) for code, body in kept.items()
    ]
    return Year(
        today.year, sorted(days.items()), _lines(kept, "categories", categories), _lines(kept, "towns", towns),
        sorted(schools, key=lambda line: (-line.lessons, line.name)),
    )  # fmt: skip


def _lines(kept: Mapping[str, Any], part: str, names: Mapping[str, str]) -> list[Line]:
    found: dict[str, list[int]] = {key: [0, 0, 0] for key in names}
    for body in kept.values():
        for key, counts in body[part].items():
            had = found.setdefault(key, [0, 0, 0])
            found[key] = [before + more for before, more in zip(had, counts, strict=True)]
    return [Line(names.get(key, key or UNKNOWN), *counts) for key, counts in found.items()]


def night_pages(counter: Counter) -> APIRouter:
    """Their routes."""
    routes = APIRouter(include_in_schema=False)
    Who = Annotated[Seated, Depends(counter.frame.officer)]

    @routes.get("/night")
    def night(who: Who) -> Response:
        today = counter.clock().astimezone(CHINA).date()
        return counter.frame.page(
            "timetable_night.html", who, shown=year_of(counter), today=today, fresh=freshness(counter)
        )

    @routes.get("/night/{day}")
    def one_day(day: date, who: Who) -> Response:
        cards = {card.code: card.name for card in counter.register.schools()}
        with counter.reading() as conn:
            found = lessons_of_day(conn, counter.table, list(cards), day)
        rows = [(cards[one.school], one, counter.opened("trainer", "name", one.trainer)) for one in found]
        towns = {one.code: one.name for one in townships()}
        return counter.frame.page(
            "timetable_day.html", who, day=day, rows=rows, towns=towns, before=day - timedelta(1),
            after=day + timedelta(1), fresh=freshness(counter),
        )  # fmt: skip

    return routes
