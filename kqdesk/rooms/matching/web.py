"""四张清单 of the whole district on the hub: supply, demand, policy, and how much of the demand is answered."""

from collections import Counter as Tally
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy import Connection
from starlette.responses import Response

from kqdesk.hub.counter import Counter, NavLink
from kqdesk.hub.freshness import freshness
from kqdesk.hub.officers import Seated
from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.matching.queries.district import known_packs, school_lists
from kqdesk.rooms.matching.rules.policies import policies
from kqdesk.rooms.matching.terms import OfferKind, OfferState
from kqdesk.rooms.survey.terms import WishKind

LINKS = (NavLink("四张清单", "/lists", "计划与供需", 20),)
KEPT = "lists"
TABS = (("/lists", "供给"), ("/lists/demand", "需求"), ("/lists/policy", "政策"), ("/lists/match", "匹配"))
MOST_SHOWN = 300


def reckon(counter: Counter, conn: Connection, school: str, on: date) -> Any:
    """What is kept of a school for these pages."""
    return school_lists(conn, counter.table, school, on)


@dataclass
class Wish:
    """A wish of the district with everybody who has it."""

    kind: WishKind
    wish: str
    people: int = 0
    met: int = 0
    times: Tally[str] = field(default_factory=Tally)
    schools: Tally[str] = field(default_factory=Tally)
    places: Tally[str] = field(default_factory=Tally)

    @property
    def gap(self) -> int:
        """So many have it at a school where nobody offers it."""
        return self.people - self.met


def wishes(kept: Mapping[str, Any], names: Mapping[str, str]) -> list[Wish]:
    """All schools' wishes together, the most wanted first."""
    found: dict[tuple[str, str], Wish] = {}
    for code, body in kept.items():
        for row in body["demand"]["rows"]:
            one = found.setdefault((row["kind"], row["wish"]), Wish(WishKind(row["kind"]), row["wish"]))
            one.people += row["people"]
            one.met += row["people"] if row["met"] else 0
            one.times.update(dict(row["times"]))
            one.schools[names[code]] += row["people"]
            one.places.update({f"{place or '没写村社'}": count for place, count in row["places"]})
    return sorted(found.values(), key=lambda one: (-one.people, one.kind.value, one.wish))


_SAME = ("state", "kind", "title", "provider", "category", "level", "route", "until")


def together(rows: Sequence[tuple[str, Mapping[str, Any]]]) -> list[tuple[list[str], dict[str, Any]]]:
    """Offers that say the same at several schools as one line: (names of the schools, the offer with places added up)."""
    found: dict[tuple[Any, ...], tuple[list[str], dict[str, Any]]] = {}
    for school, one in rows:
        schools, line = found.setdefault(
            tuple(one[name] or "" for name in _SAME),
            ([], {**one, "capacity": None, "wants": 0, "told": 0, "times": []}),
        )
        schools.append(school)
        if one["capacity"] is not None:
            line["capacity"] = (line["capacity"] or 0) + one["capacity"]
        line["wants"], line["told"] = line["wants"] + one["wants"], line["told"] + one["told"]
        line["times"] = list(dict.fromkeys([*line["times"], *one["times"]]))
    return [found[key] for key in sorted(found)]


@dataclass(frozen=True)
class Lists:
    """What the pages stand on."""

    counter: Counter

    def told(self) -> tuple[dict[str, str], dict[str, Any]]:
        """(Names of the schools, what is kept of each) by code."""
        names = {card.code: card.name for card in self.counter.register.schools()}
        return names, {code: one.body for code, one in self.counter.shelf.all(KEPT).items() if code in names}

    def page(self, template: str, who: Seated, **values: Any) -> Response:
        """One of the four, with how fresh it is."""
        return self.counter.frame.page(template, who, tabs=TABS, fresh=freshness(self.counter), **values)

    def supply(self, who: Seated, kind: str, text: str) -> Response:
        """What can be learned anywhere in the district."""
        names, kept = self.told()
        rows = [(names[code], one) for code, body in kept.items() for one in body["supply"]]
        fitting = [
            (school, one) for school, one in rows
            if (not kind or one["kind"] == kind) and (not text or text in f"{one['title']}{one['provider']}{school}")
        ]  # fmt: skip
        groups = together(fitting)
        kinds = {
            one.value: (one.label, sum(row["kind"] == one.value for _, row in rows)) for one in OfferKind
        }
        states = {one.value: one.label for one in OfferState}
        return self.page(
            "matching_supply.html", who, rows=groups[:MOST_SHOWN], count=len(groups), total=len(rows), kinds=kinds,
            states=states, form={"kind": kind, "text": text},
        )  # fmt: skip

    def demand(self, who: Seated, kind: str) -> Response:
        """What people want to learn."""
        names, kept = self.told()
        rows = [one for one in wishes(kept, names) if not kind or one.kind.value == kind]
        asked, answered = (
            sum(body["demand"][key] for body in kept.values()) for key in ("asked", "answered")
        )
        return self.page(
            "matching_demand.html", who, rows=rows[:MOST_SHOWN], count=len(rows), asked=asked, answered=answered,
            kinds={one.value: one.label for one in WishKind}, form={"kind": kind},
        )  # fmt: skip

    def policy(self, who: Seated) -> Response:
        """What packs in use give to whom."""
        today = self.counter.clock().astimezone(CHINA).date()
        codes = [card.code for card in self.counter.register.schools()]
        with self.counter.reading() as conn:
            packs, users = known_packs(conn, self.counter.table, codes)
        return self.page("matching_policy.html", who, rows=policies(packs, today), users=users)

    def match(self, who: Seated) -> Response:
        """How many of those who want something have a class for it at their school."""
        names, kept = self.told()
        rows = sorted(
            ((names[code], body["demand"], len(body["supply"])) for code, body in kept.items()),
            key=lambda row: row[1]["met"] - row[1]["wishers"],
        )
        gaps = sorted((one for one in wishes(kept, names) if one.gap), key=lambda one: -one.gap)
        parts = ("wishers", "met", "answered")
        total = {key: sum(body["demand"][key] for body in kept.values()) for key in parts}
        return self.page("matching_match.html", who, rows=rows, gaps=gaps[:20], total=total)


def pages(counter: Counter) -> APIRouter:
    """Their routes."""
    routes, lists = APIRouter(include_in_schema=False), Lists(counter)
    Who = Annotated[Seated, Depends(counter.frame.officer)]

    @routes.get("/lists")
    def supply(who: Who, kind: str = "", text: str = "") -> Response:
        return lists.supply(who, kind, text)

    @routes.get("/lists/demand")
    def demand(who: Who, kind: str = "") -> Response:
        return lists.demand(who, kind)

    @routes.get("/lists/policy")
    def policy(who: Who) -> Response:
        return lists.policy(who)

    @routes.get("/lists/match")
    def match(who: Who) -> Response:
        return lists.match(who)

    return routes
