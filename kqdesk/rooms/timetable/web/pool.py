"""师资共享 on the hub: the trainers of all schools, by what they teach, and who of them is free at a time."""

import re
from datetime import date, time
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from kqdesk.hub.counter import Counter
from kqdesk.hub.freshness import freshness
from kqdesk.hub.officers import Seated
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.places.rules import township_by_code
from kqdesk.rooms.timetable.queries.pool import PoolRow, Wanted, trainer_pool
from kqdesk.rooms.trainers.rules import categories
from kqdesk.security.masking import mask_phone

NOT_A_TIME = "请把日期和起止时间都填好，结束要在开始之后，例如 2026-03-05 18:30—20:30。"
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)")


def wanted(on: str, start: str, end: str) -> Wanted | None:
    """The time somebody asked for; None when she asked for none. UserError for half a time."""
    if not (on or start or end):
        return None
    try:
        day, first, last = date.fromisoformat(on), _minute(start), _minute(end)
    except ValueError as wrong:
        raise UserError(NOT_A_TIME) from wrong
    if last <= first:
        raise UserError(NOT_A_TIME)
    return Wanted(day, first, last)


def _minute(text: str) -> int:
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    clock = time(int(found[1]), int(found[2]))
    return clock.hour * 60 + clock.minute


def pool_pages(counter: Counter) -> APIRouter:
    """Their routes."""
    routes = APIRouter(include_in_schema=False)
    Who = Annotated[Seated, Depends(counter.frame.officer)]

    @routes.get("/trainers")
    def trainers(
        who: Who, speciality: str = "", school: str = "", on: str = "", start: str = "", end: str = ""
    ) -> Response:
        fault, asked = "", None
        try:
            asked = wanted(on, start, end)
        except UserError as wrong:
            fault = str(wrong)
        cards = {card.code: card.name for card in counter.register.schools()}
        with counter.reading() as conn:
            found = trainer_pool(conn, counter.table, list(cards), asked)
        rows = [_shown(counter, cards, one) for one in found if _fits(one, speciality.strip(), school)]
        return counter.frame.page(
            "timetable_pool.html", who, status=422 if fault else 200, rows=rows, asked=asked, fault=fault, categories=categories(),
            schools=cards, fresh=freshness(counter), count=len(found),
            form={"speciality": speciality, "school": school, "on": on, "start": start, "end": end},
        )  # fmt: skip

    return routes


def _fits(one: PoolRow, speciality: str, school: str) -> bool:
    """``school``: whose own trainers are left out, because another's are looked for."""
    return (not speciality or any(speciality in word for word in one.specialities)) and (
        not school or school not in one.schools
    )


def _shown(counter: Counter, cards: dict[str, str], one: PoolRow) -> dict[str, object]:
    town = township_by_code(one.township_code)
    return {
        "name": counter.opened("trainer", "name", one.name), "phone": mask_phone(counter.opened("trainer", "phone", one.phone)),
        "schools": [cards.get(code, code) for code in one.schools], "town": town.name if town else "", "row": one,
    }  # fmt: skip
